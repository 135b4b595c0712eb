//! Reads the time of day beside a date.

use super::names::number_words_at;
use super::pieces::Piece;

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

pub(super) fn skip_signs(pieces: &[Piece], at: usize, signs: &str) -> usize {
    if pieces.get(at).is_some_and(|piece| piece.is_sign(signs)) { at + 1 } else { at }
}

fn number(pieces: &[Piece], at: usize, digits_max: usize) -> Option<i64> {
    pieces.get(at)?.number(digits_max)
}

pub(super) fn is_sign(pieces: &[Piece], at: usize, signs: &str) -> bool {
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
}
