//! Reads the time of day and the zone of a date.

use super::names::number_words_at;
use super::pieces::Piece;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// The zone rules that come with the program, so that no machine's own files change a result.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    pub(super) second: i8,
    pub(super) nanosecond: i32,
    /// `24:00` is the midnight after the day.
    pub(super) is_next_day: bool,
}

impl Clock {
    fn new(hour: i64, minute: i64, second: i64) -> Option<Self> {
        let is_next_day = (hour, minute, second) == (24, 0, 0);
        let hour = if is_next_day { 0 } else { hour };
        let is_time =
            (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        if !is_time {
            return None;
        }
        Some(Self {
            hour: i8::try_from(hour).ok()?,
            minute: i8::try_from(minute).ok()?,
            // A leap second is the last second of its minute.
            second: i8::try_from(second.min(59)).ok()?,
            nanosecond: 0,
            is_next_day,
        })
    }

    /// The civil time.
    pub(super) fn time(self) -> Option<jiff::civil::Time> {
        jiff::civil::Time::new(self.hour, self.minute, self.second, self.nanosecond).ok()
    }
}

/// A zone as written.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    Fixed(Offset),
    Named(TimeZone),
}

/// Words that announce a time.
const HOUR_WORDS: &[&str] = &[
    "ساعت",
    "الساعه",
    "at",
    "um",
    "kl",
    "klo",
    "ore",
    "alle",
    "las",
    "saat",
    "om",
    "a",
    "as",
    "в",
];

/// The time that begins at `at`, and the piece after it.
pub(super) fn time_at(pieces: &[Piece], at: usize) -> Option<(Clock, usize)> {
    let is_announced = pieces.get(at).is_some_and(|piece| piece.is_word(HOUR_WORDS));
    let start = if is_announced { skip_signs(pieces, at + 1, ":") } else { at };
    colon_time(pieces, start)
        .or_else(|| compact_time(pieces, start))
        .or_else(|| hour_word_time(pieces, start))
        .or_else(|| bare_hour(pieces, start, is_announced))
}

fn skip_signs(pieces: &[Piece], at: usize, signs: &str) -> usize {
    if pieces.get(at).is_some_and(|piece| piece.is_sign(signs)) { at + 1 } else { at }
}

fn number(pieces: &[Piece], at: usize, digits_max: usize) -> Option<i64> {
    pieces.get(at)?.number(digits_max)
}

fn is_sign(pieces: &[Piece], at: usize, signs: &str) -> bool {
    pieces.get(at).is_some_and(|piece| piece.is_sign(signs))
}

/// `14:30`, `4:05:09.5 pm`.
fn colon_time(pieces: &[Piece], at: usize) -> Option<(Clock, usize)> {
    let hour = number(pieces, at, 2)?;
    if !is_sign(pieces, at + 1, ":٫∶") {
        return None;
    }
    let minute = pieces.get(at + 2).filter(|piece| piece.key.len() == 2)?.number(2)?;
    let mut next = at + 3;
    let mut second = 0;
    let mut nanosecond = 0;
    if is_sign(pieces, next, ":")
        && let Some(piece) = pieces.get(next + 1).filter(|piece| piece.key.len() == 2)
    {
        second = piece.number(2)?;
        next += 2;
        let fraction =
            pieces.get(next + 1).filter(|piece| !piece.is_spaced && piece.number(18).is_some());
        if is_sign(pieces, next, ".,")
            && let Some(fraction) = fraction
        {
            nanosecond = nanoseconds(&fraction.key)?;
            next += 2;
        }
    }
    let (half, next) = half_of_day(pieces, next).map_or((None, next), |(half, n)| (Some(half), n));
    let clock = Clock::new(half.map_or(Some(hour), |half| half.hour(hour))?, minute, second)?;
    Some((Clock { nanosecond, ..clock }, next))
}

fn nanoseconds(digits: &str) -> Option<i32> {
    let head: String = digits.chars().chain("000000000".chars()).take(9).collect();
    head.parse().ok()
}

/// `T083000`, `T0830`: four or six figures right after a `T`.
fn compact_time(pieces: &[Piece], at: usize) -> Option<(Clock, usize)> {
    let is_after_t = pieces.get(at.checked_sub(1)?)?.is_word(&["t"]);
    let piece = pieces.get(at).filter(|piece| is_after_t && !piece.is_spaced)?;
    let value = piece.number(6)?;
    let clock = match piece.key.len() {
        6 => Clock::new(value / 10_000, value / 100 % 100, value % 100),
        4 => Clock::new(value / 100, value % 100, 0),
        _ => None,
    }?;
    Some((clock, at + 1))
}

/// `14h30`, `14 Uhr 30`, `14.30 Uhr`, `ساعت ۱۴ و ۳۰ دقیقه`.
fn hour_word_time(pieces: &[Piece], at: usize) -> Option<(Clock, usize)> {
    let hour = number(pieces, at, 2)?;
    let hour_words = ["h", "uhr", "heures", "ساعت"];
    if pieces.get(at + 1).is_some_and(|piece| piece.is_word(&hour_words)) {
        let minute = pieces.get(at + 2).filter(|piece| piece.key.len() == 2);
        return match minute.and_then(|piece| piece.number(2)) {
            Some(minute) => Some((Clock::new(hour, minute, 0)?, at + 3)),
            None => Some((Clock::new(hour, 0, 0)?, at + 2)),
        };
    }
    let minute =
        pieces.get(at + 2).filter(|piece| piece.key.len() <= 2).and_then(|p| p.number(2))?;
    let after = pieces.get(at + 3)?;
    let is_minutes = pieces.get(at + 1)?.is_word(&["و"]) && after.is_word(&["دقیقه"]);
    let is_dotted = is_sign(pieces, at + 1, ".") && after.is_word(&["uhr", "h"]);
    if !is_minutes && !is_dotted {
        return None;
    }
    let (half, next) = half_of_day(pieces, at + 4).map_or((None, at + 4), |(h, n)| (Some(h), n));
    Some((Clock::new(half.map_or(Some(hour), |half| half.hour(hour))?, minute, 0)?, next))
}

/// `4 pm`, and any hour that was announced: `ساعت ۱۴`.
fn bare_hour(pieces: &[Piece], at: usize, is_announced: bool) -> Option<(Clock, usize)> {
    let (hour, next) = match number(pieces, at, 2) {
        Some(hour) => (hour, at + 1),
        None if is_announced => {
            number_words_at(pieces, at).map(|(hour, next)| (i64::from(hour), next))?
        }
        None => return None,
    };
    if let Some((half, next)) = half_of_day(pieces, next) {
        return Some((Clock::new(half.hour(hour)?, 0, 0)?, next));
    }
    let before = at.checked_sub(1).and_then(|i| pieces.get(i));
    let is_hour = is_announced && before.is_some_and(|piece| piece.is_word(&["ساعت", "الساعه"]));
    let is_date =
        is_sign(pieces, next, "/-.") || pieces.get(next).is_some_and(|p| p.number(4).is_some());
    (is_hour && !is_date).then_some(())?;
    Some((Clock::new(hour, 0, 0)?, next))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
    Night,
}

impl Half {
    /// The hour of the day that `hour` means in this half.
    fn hour(self, hour: i64) -> Option<i64> {
        if !(0..=24).contains(&hour) {
            return None;
        }
        Some(match self {
            Self::Morning if hour == 12 => 0,
            Self::Afternoon if hour < 12 => hour + 12,
            Self::Night if (6..12).contains(&hour) => hour + 12,
            Self::Night if hour == 12 => 0,
            _ => hour,
        })
    }
}

/// The half of the day written after an hour.
fn half_of_day(pieces: &[Piece], at: usize) -> Option<(Half, usize)> {
    let words: Vec<&str> = pieces
        .get(at..(at + 4).min(pieces.len()))?
        .iter()
        .take_while(|piece| piece.word().is_some() || piece.is_sign("."))
        .map(|piece| piece.key.as_str())
        .collect();
    let found = match *words.as_slice() {
        ["am", ..] | ["صبح" | "صباحا" | "بامداد" | "ص", ..] => (Half::Morning, 1),
        ["pm", ..] | ["عصر" | "بعدازظهر" | "مساء" | "غروب" | "ظهرا" | "ظهر", ..] => {
            (Half::Afternoon, 1)
        }
        ["م", ..] => (Half::Afternoon, 1),
        ["شب" | "لیلا", ..] => (Half::Night, 1),
        ["a", ".", "m", "."] | ["ق", ".", "ظ", "."] => (Half::Morning, 4),
        ["p", ".", "m", "."] | ["ب", ".", "ظ", "."] => (Half::Afternoon, 4),
        ["a", ".", "m", ..] | ["ق", ".", "ظ", ..] | ["قبل", "از", "ظهر", ..] => {
            (Half::Morning, 3)
        }
        ["p", ".", "m", ..] | ["ب", ".", "ظ", ..] | ["بعد", "از", "ظهر", ..] => {
            (Half::Afternoon, 3)
        }
        ["بعد", "الظهر", ..] => (Half::Afternoon, 2),
        ["قبل", "الظهر", ..] => (Half::Morning, 2),
        ["قبلازظهر", ..] => (Half::Morning, 1),
        _ => return None,
    };
    Some((found.0, at + found.1))
}

/// Zone names of mail and of Unix, in hours and minutes from UTC.
const ZONE_NAMES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 100),
    ("bst", 100),
    ("met", 100),
    ("mest", 200),
    ("cet", 100),
    ("cest", 200),
    ("mez", 100),
    ("mesz", 200),
    ("eet", 200),
    ("eest", 300),
    ("msk", 300),
    ("trt", 300),
    ("ast", -400),
    ("adt", -300),
    ("at", -400),
    ("est", -500),
    ("edt", -400),
    ("et", -500),
    ("cst", -600),
    ("cdt", -500),
    ("ct", -600),
    ("mst", -700),
    ("mdt", -600),
    ("mt", -700),
    ("pst", -800),
    ("pdt", -700),
    ("pt", -800),
    ("akst", -900),
    ("akdt", -800),
    ("hst", -1000),
    ("irst", 330),
    ("irdt", 430),
    ("aft", 430),
    ("gst", 400),
    ("pkt", 500),
    ("ist", 530),
    ("sgt", 800),
    ("hkt", 800),
    ("jst", 900),
    ("kst", 900),
    ("aest", 1000),
    ("aedt", 1100),
    ("nzst", 1200),
    ("nzdt", 1300),
    ("sast", 200),
    ("eat", 300),
];

/// Cities whose time is named in words: `به وقت تهران`, `بتوقيت بيروت`.
const CITIES: &[(&str, &str)] = &[
    ("تهران", "Asia/Tehran"),
    ("طهران", "Asia/Tehran"),
    ("ایران", "Asia/Tehran"),
    ("tehran", "Asia/Tehran"),
    ("کابل", "Asia/Kabul"),
    ("افغانستان", "Asia/Kabul"),
    ("kabul", "Asia/Kabul"),
    ("گرینویچ", "Etc/UTC"),
    ("غرینتش", "Etc/UTC"),
    ("greenwich", "Etc/UTC"),
    ("مکه", "Asia/Riyadh"),
    ("السعودیه", "Asia/Riyadh"),
    ("بغداد", "Asia/Baghdad"),
    ("بیروت", "Asia/Beirut"),
    ("دمشق", "Asia/Damascus"),
    ("القاهره", "Africa/Cairo"),
    ("قاهره", "Africa/Cairo"),
    ("القدس", "Asia/Jerusalem"),
    ("دبی", "Asia/Dubai"),
    ("الامارات", "Asia/Dubai"),
    ("london", "Europe/London"),
    ("لندن", "Europe/London"),
    ("moscow", "Europe/Moscow"),
    ("مسکو", "Europe/Moscow"),
    ("eastern", "America/New_York"),
    ("central", "America/Chicago"),
    ("pacific", "America/Los_Angeles"),
];

/// The zone that begins at `at`, and the piece after it.
pub(super) fn zone_at(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let start = skip_signs(pieces, at, "([");
    let (zone, next) = offset_at(pieces, start)
        .or_else(|| place_zone(pieces, start))
        .or_else(|| spoken_zone(pieces, start))
        .or_else(|| named_zone(pieces, start))?;
    // What stands in brackets after an offset only explains it.
    Some((zone, next))
}

/// `+03:30`, `-0800`, `+3`.
fn offset_at(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let sign = pieces.get(at)?;
    let value = pieces.get(at + 1)?;
    if !sign.is_sign("+-−–") || value.is_spaced {
        return None;
    }
    let number = value.number(4)?;
    let has_minutes =
        value.key.len() <= 2 && is_sign(pieces, at + 2, ":") && number_len(pieces, at + 3) == 2;
    let (hours, minutes, next) = if has_minutes {
        (number, pieces.get(at + 3)?.number(2)?, at + 4)
    } else if value.key.len() <= 2 {
        (number, 0, at + 2)
    } else {
        (number / 100, number % 100, at + 2)
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let seconds = if sign.is_sign("+") { seconds } else { -seconds };
    Some((Zone::Fixed(Offset::from_seconds(seconds).ok()?), next))
}

fn number_len(pieces: &[Piece], at: usize) -> usize {
    pieces.get(at).filter(|piece| piece.number(9).is_some()).map_or(0, |piece| piece.key.len())
}

/// `GMT`, `EST`, `GMT+3:30`.
fn named_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let word = pieces.get(at)?.word()?;
    let (_, hhmm) = ZONE_NAMES.iter().find(|(name, _)| *name == word)?;
    if matches!(word, "gmt" | "utc" | "ut")
        && let Some((zone, next)) = offset_at(pieces, at + 1)
    {
        return Some((zone, next));
    }
    let seconds = (hhmm / 100) * 3600 + (hhmm % 100) * 60;
    Some((Zone::Fixed(Offset::from_seconds(seconds).ok()?), at + 1))
}

/// `Asia/Tehran`, `Etc/GMT`.
fn place_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    pieces.get(at)?.word()?;
    if !is_sign(pieces, at + 1, "/") {
        return None;
    }
    let mut name = String::new();
    let mut next = at;
    while let Some(piece) = pieces.get(next)
        && (next == at || !piece.is_spaced)
        && (piece.word().is_some() || piece.is_sign("/_-"))
    {
        name.push_str(&piece.key);
        next += 1;
    }
    Some((Zone::Named(ZONES.get(&name).ok()?), next))
}

/// `به وقت تهران`, `بتوقیت بیروت`, `Tehran time`.
fn spoken_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let city = |at: usize| {
        let word = pieces.get(at)?.word()?;
        let (_, name) = CITIES.iter().find(|(city, _)| *city == word)?;
        ZONES.get(name).ok()
    };
    let is_word = |at: usize, words: &[&str]| pieces.get(at).is_some_and(|p| p.is_word(words));
    if is_word(at, &["به"]) && is_word(at + 1, &["وقت"]) {
        return Some((Zone::Named(city(at + 2)?), at + 3));
    }
    if is_word(at, &["بتوقیت", "بوقت"]) {
        return Some((Zone::Named(city(at + 1)?), at + 2));
    }
    if is_word(at + 1, &["time"]) {
        return Some((Zone::Named(city(at)?), at + 2));
    }
    None
}

/// The zone of that name in the bundled rules.
pub(super) fn zone_named(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let clock = time_at(&pieces(text, 20), 0).and_then(|(clock, _)| clock.time());
        assert_eq!(clock.map(|time| time.to_string()).unwrap_or_default(), expect, "{text}");
    }

    #[test]
    fn times_are_read() {
        check("14:30", "14:30:00");
        check("4:05 pm", "16:05:00");
        check("12:05 a.m.", "00:05:00");
        check("4 PM", "16:00:00");
        check("14h30", "14:30:00");
        check("14.30 Uhr", "14:30:00");
        check("ساعت ۱۴:۳۰", "14:30:00");
        check("ساعت: ۱۴:۳۰", "14:30:00");
        check("ساعت ۱۴ و ۵ دقیقه", "14:05:00");
        check("۲:۳۰ بعدازظهر", "14:30:00");
        check("۹ شب", "21:00:00");
        check("2:30 مساءً", "14:30:00");
        check("08:30:15.25", "08:30:15.25");
        check("23:59:60", "23:59:59");
        check("25:00", "");
        check("5 min", "");
        check("12", "");
    }

    #[track_caller]
    fn check_zone(text: &str, seconds: i32) {
        let at = jiff::Timestamp::from_second(1_690_000_000).unwrap();
        let found = match zone_at(&pieces(text, 20), 0).map(|(zone, _)| zone) {
            Some(Zone::Fixed(offset)) => offset.seconds(),
            Some(Zone::Named(zone)) => zone.to_offset(at).seconds(),
            None => i32::MAX,
        };
        assert_eq!(found, seconds, "{text}");
    }

    #[test]
    fn zones_are_read() {
        check_zone("Z", 0);
        check_zone("+03:30", 12_600);
        check_zone("-0800", -28_800);
        check_zone("GMT+3:30", 12_600);
        check_zone("(UTC +3)", 10_800);
        check_zone("EST", -18_000);
        check_zone("IRST", 12_600);
        check_zone("Asia/Tehran", 12_600);
        check_zone("America/New_York", -14_400);
        check_zone("به وقت تهران", 12_600);
        check_zone("بتوقيت غرينتش", 0);
        check_zone("Tehran time", 12_600);
        check_zone("+zz:00", i32::MAX);
        check_zone("+25", i32::MAX);
    }
}
