//! Reads dates as people and programs write them, in three calendars and many languages.
//!
//! A string is cut into numbers, words and signs, and the words are looked up in tables of our own:
//! nothing of a text is ever used as a pattern. Nothing is read from a clock: times told from now
//! are read only when the moment of fetching is given.

mod day;
mod figures;
mod join;
mod names;
mod pieces;
mod relative;
mod tables;
mod time;
mod year;
mod zone;

#[cfg(test)]
mod tests;

pub use crate::calendar::Calendar;
use chapar_model::{Lang, Span, When};
use day::{CivilDay, Mode, day_at};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use join::{relative_reading, with_time};
use pieces::{Piece, pieces};
use std::ops::Range;

/// Pieces read of a string that is meant to be a date.
const DATE_PIECES_MAX: usize = 80;
/// Pieces read of a running text.
const TEXT_PIECES_MAX: usize = 400_000;
/// Dates found in one text.
const FOUND_MAX: usize = 2_000;
/// How far ahead of the present a time may lie before its zone is doubted.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(10);

/// What is known about a date besides its text.
#[derive(Debug, Clone, Default)]
pub struct DateContext {
    /// The publisher's zone, for times written without one.
    pub zone: Option<TimeZone>,
    /// When the text was fetched; without it "yesterday" means nothing.
    pub fetched: Option<Timestamp>,
    /// The language of the text.
    pub lang: Option<Lang>,
    /// Whether `3/4/2023` is in April; without it the language decides.
    pub day_first: Option<bool>,
}

impl DateContext {
    fn zone_or_utc(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    fn is_persian(&self) -> bool {
        self.lang.is_some_and(|lang| matches!(lang.as_str(), "fa" | "prs" | "pes"))
    }

    /// Where no language is given, digits of its own tell Persian and Arabic.
    fn with_lang_of(&self, text: &str) -> Self {
        let by_digits = || {
            text.chars().find_map(|c| match c {
                '\u{6f0}'..='\u{6f9}' => Some(Lang::FA),
                '\u{660}'..='\u{669}' => Some(Lang::AR),
                _ => None,
            })
        };
        Self { lang: self.lang.or_else(by_digits), ..self.clone() }
    }

    fn fetched_day(&self) -> Option<Date> {
        Some(self.fetched?.to_zoned_datetime(self.zone_or_utc()).date())
    }
}

/// Where the zone of a reading comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ZoneBasis {
    /// It was written.
    Stated,
    /// It is the publisher's.
    SourceDefault,
    /// Nothing told it; UTC was assumed.
    AssumedUtc,
    /// A day or a month needs none.
    None,
}

/// What a date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateReading {
    /// The time.
    pub value: When,
    /// The calendar it was written in.
    pub calendar: Calendar,
    /// Where its zone comes from.
    pub zone: ZoneBasis,
    /// Whether it was told from the moment of fetching.
    pub relative: bool,
}

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// Where it stands, in bytes.
    pub bytes: Range<usize>,
    /// Where it stands, in characters.
    pub span: Span,
    /// What it says.
    pub reading: DateReading,
}

/// Reads a string that is meant to be a date; `None` when it is none.
///
/// ```
/// use chapar_text::dates::{DateContext, parse_date};
/// let read = |raw| parse_date(raw, &DateContext::default()).map(|date| date.value.to_string());
/// assert_eq!(read("Mon, 31 Jul 2023 08:30 +0330").as_deref(), Some("2023-07-31T08:30:00+03:30"));
/// assert_eq!(read("دوشنبه ۹ مرداد ۱۴۰۲").as_deref(), Some("2023-07-31"));
/// assert_eq!(read("soon"), None);
/// ```
pub fn parse_date(raw: &str, context: &DateContext) -> Option<DateReading> {
    let raw = raw.trim();
    if let Some(reading) = epoch(raw) {
        return Some(reading);
    }
    let context = &context.with_lang_of(raw);
    let pieces = pieces(raw, DATE_PIECES_MAX);
    let starts = 0..pieces.len();
    let mut days = starts.clone().filter_map(|at| day_at(&pieces, at, context, Mode::Meant));
    let first = days.next();
    // A month is taken only when no day stands anywhere.
    let found = match first {
        Some(found) if matches!(found.day, CivilDay::Month(..)) || found.is_anchored => days
            .find(|other| matches!(other.day, CivilDay::Day(_)) && !other.is_anchored)
            .or(Some(found)),
        other => other,
    };
    if let Some(found) = found {
        return with_time(&pieces, &found, context, Mode::Meant).map(|(_, reading)| reading);
    }
    starts
        .into_iter()
        .find_map(|at| relative_reading(&pieces, at, context))
        .map(|(_, reading)| reading)
}

/// The dates in a running text, in order.
///
/// ```
/// use chapar_text::dates::{DateContext, find_dates};
/// let text = "It was signed on Monday, 31 July 2023 in Minsk.";
/// let found = find_dates(text, &DateContext::default());
/// assert_eq!(text.get(found[0].bytes.clone()), Some("Monday, 31 July 2023"));
/// ```
pub fn find_dates(text: &str, context: &DateContext) -> Vec<FoundDate> {
    dates_in(text, context, Mode::Prose)
}

/// The dates in a short line that stands on its own, such as the one under a headline: there two
/// figures may be a year.
///
/// ```
/// use chapar_text::dates::{DateContext, find_dates, find_line_dates};
/// let context = DateContext { day_first: Some(true), ..DateContext::default() };
/// let read = find_line_dates("Party, 30.10.23", &context);
/// assert_eq!(read[0].reading.value.to_string(), "2023-10-30");
/// assert!(find_dates("Party, 30.10.23", &context).is_empty());
/// ```
pub fn find_line_dates(text: &str, context: &DateContext) -> Vec<FoundDate> {
    dates_in(text, context, Mode::Line)
}

fn dates_in(text: &str, context: &DateContext, mode: Mode) -> Vec<FoundDate> {
    let context = &context.with_lang_of(text);
    let pieces = pieces(text, TEXT_PIECES_MAX);
    let mut found = Vec::new();
    let mut place = CharPlace { text, byte: 0, chars: 0 };
    let mut at = 0;
    while at < pieces.len() && found.len() < FOUND_MAX {
        let reading = day_at(&pieces, at, context, mode)
            .and_then(|day| with_time(&pieces, &day, context, mode))
            .or_else(|| relative_reading(&pieces, at, context));
        let Some((range, reading)) = reading else {
            at += 1;
            continue;
        };
        let floor = found.last().map_or(0, |date: &FoundDate| date.bytes.end);
        if let Some((start, end)) = byte_range(&pieces, &range) {
            let start = start.max(floor);
            let span = Span { start: place.at(start), end: place.at(end) };
            found.push(FoundDate { bytes: start..end, span, reading });
        }
        at = range.end.max(at + 1);
    }
    found
}

/// The instant meant by local time marked as GMT: `None` unless `when` lies ahead of `now` by more
/// than ten minutes and reading its clock in `zone` brings it back.
///
/// Some publishers' feeds call Tehran's clock GMT, which puts their news three and a half hours ahead.
pub fn local_as_gmt(when: &When, zone: &TimeZone, now: Timestamp) -> Option<When> {
    let When::Instant { at, offset_seconds: 0 } = *when else { return None };
    let limit = now.checked_add(AHEAD_MAX).ok()?;
    if at <= limit {
        return None;
    }
    let clock = jiff::tz::Offset::UTC.to_datetime(at);
    let at = zone.to_timestamp(clock).ok().filter(|at| *at <= limit)?;
    Some(When::Instant { at, offset_seconds: zone.to_offset(at).seconds() })
}

/// The zone of that name (`Asia/Tehran`), from rules bundled with the program.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    zone::zone_named(name)
}

/// Counts characters up to ever later bytes of one text.
struct CharPlace<'t> {
    text: &'t str,
    byte: usize,
    chars: usize,
}

impl CharPlace<'_> {
    fn at(&mut self, byte: usize) -> u32 {
        if let Some(passed) = self.text.get(self.byte..byte) {
            self.chars += passed.chars().count();
            self.byte = byte;
        }
        u32::try_from(self.chars).unwrap_or(u32::MAX)
    }
}

fn byte_range(pieces: &[Piece], range: &Range<usize>) -> Option<(usize, usize)> {
    let first = pieces.get(range.start)?;
    let last = pieces.get(range.end.checked_sub(1)?)?;
    Some((first.start, last.end))
}

/// Seconds, milliseconds or microseconds since 1970, told by their number of digits, and
/// `20230731083000`.
fn epoch(raw: &str) -> Option<DateReading> {
    let raw = crate::fold::ascii_digits(raw);
    let (whole, fraction) = raw.split_once('.').unwrap_or((&raw, ""));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || whole.len() > 19 {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let at = match whole.len() {
        9 | 10 => Timestamp::from_second(number),
        12 | 13 => Timestamp::from_millisecond(number),
        14 => return compact_instant(whole),
        16 => Timestamp::from_microsecond(number),
        19 => Timestamp::from_nanosecond(i128::from(number)),
        _ => return None,
    };
    // Before 1990 no page had a date.
    let at = at.ok().filter(|at| (631_152_000..4_102_444_800).contains(&at.as_second()))?;
    Some(DateReading {
        value: When::instant(at),
        calendar: Calendar::Gregorian,
        zone: ZoneBasis::Stated,
        relative: false,
    })
}

fn compact_instant(digits: &str) -> Option<DateReading> {
    let (date, time) = digits.split_at_checked(8)?;
    parse_date(&format!("{date}T{time}"), &DateContext::default())
}
