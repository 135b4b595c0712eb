//! Reads times told from the moment of fetching: "2 hours ago", "امروز".

use super::DateContext;
use super::day::CivilDay;
use super::names::{is_number_word, number_words_at};
use super::pieces::{Kind, Piece};
use jiff::{Span, Timestamp, ToSpan};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a relative expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ago {
    Day(CivilDay),
    Instant(Timestamp),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

/// Larger counts are no news and may not fit a span.
const COUNT_MAX: i64 = 5_000;

const UNITS: &[(Unit, &[&str])] = &[
    (
        Unit::Second,
        &[
            "second",
            "seconds",
            "sec",
            "secs",
            "ثانیه",
            "ثوان",
            "ثوانی",
            "sekunde",
            "sekunden",
            "seconde",
            "secondes",
            "segundo",
            "segundos",
            "secondi",
            "saniye",
            "секунд",
            "секунды",
            "seconden",
        ],
    ),
    (
        Unit::Minute,
        &[
            "minute",
            "minutes",
            "min",
            "mins",
            "دقیقه",
            "دقایق",
            "minuten",
            "minuto",
            "minutos",
            "minuti",
            "dakika",
            "минут",
            "минуты",
            "минуту",
            "minuut",
            "minuter",
        ],
    ),
    (
        Unit::Hour,
        &[
            "hour",
            "hours",
            "hr",
            "hrs",
            "h",
            "ساعت",
            "ساعه",
            "ساعات",
            "stunde",
            "stunden",
            "heure",
            "heures",
            "hora",
            "horas",
            "ora",
            "saat",
            "час",
            "часа",
            "часов",
            "uur",
            "uren",
            "timme",
            "timmar",
        ],
    ),
    (
        Unit::Day,
        &[
            "day", "days", "d", "روز", "یوم", "ایام", "یوما", "tag", "tage", "tagen", "jour",
            "jours", "dia", "dias", "giorno", "giorni", "gun", "день", "дня", "дней", "dag",
            "dagen", "dagar",
        ],
    ),
    (
        Unit::Week,
        &[
            "week",
            "weeks",
            "wk",
            "wks",
            "هفته",
            "اسبوع",
            "اسابیع",
            "woche",
            "wochen",
            "semaine",
            "semaines",
            "semana",
            "semanas",
            "settimana",
            "settimane",
            "hafta",
            "неделю",
            "недели",
            "недель",
            "weken",
            "vecka",
            "veckor",
        ],
    ),
    (
        Unit::Month,
        &[
            "month",
            "months",
            "ماه",
            "شهر",
            "اشهر",
            "شهور",
            "monat",
            "monate",
            "monaten",
            "mois",
            "mes",
            "meses",
            "mese",
            "mesi",
            "ay",
            "месяц",
            "месяца",
            "месяцев",
            "maand",
            "maanden",
        ],
    ),
];

/// Arabic duals: the unit and the number two in one word.
const DUALS: &[(Unit, &[&str])] = &[
    (Unit::Minute, &["دقیقتین", "دقیقتان"]),
    (Unit::Hour, &["ساعتین", "ساعتان"]),
    (Unit::Day, &["یومین", "یومان"]),
    (Unit::Week, &["اسبوعین", "اسبوعان"]),
    (Unit::Month, &["شهرین", "شهران"]),
];

const AFTER: &[&str] =
    &["ago", "earlier", "پیش", "قبل", "geleden", "fa", "atras", "once", "назад", "sedan", "temu"];
const BEFORE: &[&str] = &["vor", "hace", "ha", "قبل", "منذ"];

const TODAY: &[&str] = &[
    "today",
    "امروز",
    "الیوم",
    "heute",
    "aujourd'hui",
    "hoy",
    "oggi",
    "hoje",
    "bugun",
    "сегодня",
    "vandaag",
    "idag",
    "dzisiaj",
];
const YESTERDAY: &[&str] = &[
    "yesterday",
    "دیروز",
    "دیشب",
    "امس",
    "gestern",
    "hier",
    "ayer",
    "ieri",
    "ontem",
    "dun",
    "вчера",
    "gisteren",
    "igar",
    "wczoraj",
];
const DAY_BEFORE: &[&str] = &["پریروز", "vorgestern"];
const NOW: &[&str] = &["now", "moments", "لحظاتی", "لحظاتی", "اکنون"];

/// The relative expression that begins at `at`, and the piece after it.
pub(super) fn ago_at(pieces: &[Piece], at: usize, context: &DateContext) -> Option<(Ago, usize)> {
    let fetched = context.fetched?;
    if !may_begin(pieces.get(at)?) {
        return None;
    }
    if let Some((days, next)) = named_day(pieces, at) {
        let day = context.fetched_day()?.checked_sub(days.days()).ok()?;
        return Some((Ago::Day(CivilDay::Day(day)), next));
    }
    if let Some(next) = just_now(pieces, at) {
        return Some((Ago::Instant(fetched), next));
    }
    let (before, start) = before_word(pieces, at);
    let (span, unit, next) = counted(pieces, start)?;
    let has_after = pieces.get(next).is_some_and(|piece| piece.is_word(AFTER));
    if !before && !has_after {
        return None;
    }
    let next = if has_after { next + 1 } else { next };
    Some((back(fetched, span, unit, context)?, next))
}

static FIRST_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let units = UNITS.iter().chain(DUALS).flat_map(|(_, words)| words.iter());
    let others = [TODAY, YESTERDAY, DAY_BEFORE, NOW, BEFORE, &["just", "il"]].into_iter().flatten();
    units.chain(others).copied().collect()
});

/// Whether a relative expression may begin with the piece.
fn may_begin(piece: &Piece) -> bool {
    match piece.kind {
        Kind::Number => true,
        Kind::Word => FIRST_WORDS.contains(piece.key.as_str()) || is_number_word(&piece.key),
        Kind::Sign => false,
    }
}

fn named_day(pieces: &[Piece], at: usize) -> Option<(i64, usize)> {
    let piece = pieces.get(at)?;
    let days = [(0, TODAY), (1, YESTERDAY), (2, DAY_BEFORE)];
    days.into_iter().find(|(_, words)| piece.is_word(words)).map(|(days, _)| (days, at + 1))
}

fn just_now(pieces: &[Piece], at: usize) -> Option<usize> {
    let is_now = |at: usize| pieces.get(at).is_some_and(|piece| piece.is_word(NOW));
    if pieces.get(at)?.is_word(&["just"]) && is_now(at + 1) {
        return Some(at + 2);
    }
    let is_told = pieces.get(at + 1).is_some_and(|piece| piece.is_word(AFTER));
    (is_now(at) && is_told).then_some(at + 2)
}

/// A word that makes the count before now, such as `vor` and `il y a`.
fn before_word(pieces: &[Piece], at: usize) -> (bool, usize) {
    let is_word = |at: usize, word: &str| pieces.get(at).is_some_and(|p| p.is_word(&[word]));
    if is_word(at, "il") && is_word(at + 1, "y") && is_word(at + 2, "a") {
        return (true, at + 3);
    }
    if pieces.get(at).is_some_and(|piece| piece.is_word(BEFORE)) {
        return (true, at + 1);
    }
    (false, at)
}

/// `1 hour and 20 minutes`: the whole span, its smallest unit and the piece after it.
fn counted(pieces: &[Piece], at: usize) -> Option<(Span, Unit, usize)> {
    let (mut span, mut unit, mut next) = count_and_unit(pieces, at)?;
    let is_joint =
        pieces.get(next).is_some_and(|piece| piece.is_word(&["and", "و", "und", "et", "y", "e"]));
    let follows = if is_joint { next + 1 } else { next };
    if let Some((more, smaller, end)) = count_and_unit(pieces, follows)
        && smaller < unit
    {
        span = span.checked_add(more).ok()?;
        (unit, next) = (smaller, end);
    }
    Some((span, unit, next))
}

fn count_and_unit(pieces: &[Piece], at: usize) -> Option<(Span, Unit, usize)> {
    let unit_of = |table: &[(Unit, &[&str])], at: usize| {
        let piece = pieces.get(at)?;
        table.iter().find(|(_, words)| piece.is_word(words)).map(|(unit, _)| *unit)
    };
    if let Some(unit) = unit_of(DUALS, at) {
        return Some((span(unit, 2)?, unit, at + 1));
    }
    let count = match pieces.get(at)?.number(4) {
        Some(count) => Some((count, at + 1)),
        None => number_words_at(pieces, at).map(|(count, next)| (i64::from(count), next)),
    };
    // Arabic says "since an hour" without a number.
    let (count, next) = count.unwrap_or((1, at));
    let unit = unit_of(UNITS, next)?;
    let is_after_stop =
        next + 1 < pieces.len() && pieces.get(next + 1).is_some_and(|p| p.is_sign("."));
    let has_ago = pieces.get(next + 2).is_some_and(|piece| piece.is_word(AFTER));
    let next = if is_after_stop && has_ago { next + 2 } else { next + 1 };
    Some((span(unit, count)?, unit, next))
}

fn span(unit: Unit, count: i64) -> Option<Span> {
    if count > COUNT_MAX {
        return None;
    }
    Some(match unit {
        Unit::Second => count.seconds(),
        Unit::Minute => count.minutes(),
        Unit::Hour => count.hours(),
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.months(),
    })
}

/// The time that long before `fetched`, as exact as the unit.
fn back(fetched: Timestamp, span: Span, unit: Unit, context: &DateContext) -> Option<Ago> {
    let then = fetched.to_zoned_datetime(context.zone_or_utc()).checked_sub(span).ok()?;
    Some(match unit {
        Unit::Second | Unit::Minute | Unit::Hour => Ago::Instant(then.timestamp()),
        Unit::Day | Unit::Week => Ago::Day(CivilDay::Day(then.date())),
        Unit::Month => Ago::Day(CivilDay::Month(then.year(), then.month())),
    })
}
