//! Reads the day of a date where the month has a name, and tries every other form of a date.

use super::DateContext;
use super::names::{self, MonthName, NameCalendar, is_weekday, month_at, number_words_at};
use super::pieces::{Kind, Piece};
use super::time::{Clock, time_at};
use super::year::{calendar_of_year, era_at, full_year, nearest_day};
use super::zone::{Zone, zone_at};
use crate::calendar::{Calendar, civil_day};
use jiff::civil::Date;

/// How much a text must show before figures count as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The text is meant to be a date.
    Meant,
    /// The text is prose; a date must look like one.
    Prose,
    /// The text is a short line of its own, such as the one under a headline: a date must look
    /// like one, but figures alone may have a year of two.
    Line,
}

/// A day, or a month when no day is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CivilDay {
    Day(Date),
    Month(i16, i8),
}

/// A day found in the pieces `start..end`, with the time when that stood inside.
#[derive(Debug, Clone)]
pub(super) struct DayMatch {
    pub(super) day: CivilDay,
    pub(super) calendar: Calendar,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) time: Option<(Clock, Option<Zone>)>,
    /// The year was not written but taken from the day of fetching.
    pub(super) is_anchored: bool,
}

/// The day that begins at piece `at`.
pub(super) fn day_at(
    pieces: &[Piece],
    at: usize,
    context: &DateContext,
    mode: Mode,
) -> Option<DayMatch> {
    let is_plain_prose = !may_begin(pieces.get(at)?) || continues_figures(pieces, at);
    if mode != Mode::Meant && is_plain_prose {
        return None;
    }
    let reader = Reader { pieces, at, context, mode };
    let found = reader
        .day_month_year()
        .or_else(|| reader.month_day_year())
        .or_else(|| reader.year_month_day())
        .or_else(|| reader.figures())
        .or_else(|| reader.iso_month())
        .or_else(|| reader.ideographs())
        .or_else(|| reader.compact())
        .or_else(|| reader.iso_week_or_ordinal())
        .or_else(|| reader.month_year())
        .or_else(|| reader.day_month())?;
    let is_cut = mode != Mode::Meant
        && pieces.get(found.end).is_some_and(|next| next.is_sign("/.-:") && !next.is_spaced)
        && pieces
            .get(found.end + 1)
            .is_some_and(|next| next.number(9).is_some() && !next.is_spaced);
    (!is_cut).then_some(found)
}

fn may_begin(piece: &Piece) -> bool {
    match piece.kind {
        Kind::Number => true,
        Kind::Word => names::may_begin(&piece.key),
        Kind::Sign => false,
    }
}

/// Whether the number at `at` is the tail of other figures (`1.2.3.4`, `12/31/…`).
fn continues_figures(pieces: &[Piece], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|i| pieces.get(i)) else { return false };
    let is_joined = pieces.get(at).is_some_and(|piece| !piece.is_spaced);
    is_joined && (before.number(18).is_some() || before.is_sign("/.-:$€£#+_=&%"))
}

/// Tries the forms of a date at one place.
pub(super) struct Reader<'r> {
    pub(super) pieces: &'r [Piece],
    pub(super) at: usize,
    pub(super) context: &'r DateContext,
    pub(super) mode: Mode,
}

/// Year, month and day as written, before the calendar is decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) year: i64,
    pub(super) year_digits: usize,
    pub(super) month: u8,
    pub(super) day: Option<u8>,
}

impl Reader<'_> {
    pub(super) fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    pub(super) fn is_sign(&self, at: usize, signs: &str) -> bool {
        self.piece(at).is_some_and(|piece| piece.is_sign(signs))
    }

    /// A day of a month in figures or words, with the ordinal mark after it.
    fn day_number(&self, at: usize) -> Option<(u8, usize)> {
        let piece = self.piece(at)?;
        let (day, mut next) = match piece.number(2) {
            Some(day) => (u8::try_from(day).ok()?, at + 1),
            None if is_day_word(piece.word()?) => number_words_at(self.pieces, at)?,
            None => return None,
        };
        let ordinals =
            ["st", "nd", "rd", "th", "er", "re", "e", "º", "ª", "ام", "م", "ème", "o", "a"];
        let is_ordinal = self.piece(next).is_some_and(|piece| {
            piece.is_word(&ordinals) && (!piece.is_spaced || piece.is_word(&["ام"]))
        });
        if is_ordinal {
            next += 1;
        }
        (1..=31).contains(&day).then_some((day, next))
    }

    /// A year of four figures, or of two where a month's name stands before it.
    fn year_number(&self, at: usize) -> Option<(i64, usize, usize)> {
        let at = if self.is_sign(at, "'’‘") { at + 1 } else { at };
        let piece = self.piece(at)?;
        let digits = piece.key.len();
        let is_year = digits == 4 || digits == 2;
        // "31 July 10:30" has no year, and "9 May 12 people" none either in prose.
        let is_time = self.is_sign(at + 1, ":") && !self.piece(at + 1)?.is_spaced;
        let is_short_in_prose =
            digits == 2 && self.mode != Mode::Meant && !self.context.is_persian();
        if !is_year || is_time || is_short_in_prose {
            return None;
        }
        Some((piece.number(4)?, digits, at + 1))
    }

    /// Skips what may stand between the parts of a date, at most two pieces.
    fn skip(&self, mut at: usize) -> usize {
        let words = [
            "of", "de", "del", "do", "da", "سال", "عام", "سنه", "لعام", "لسنه", "di", "den", "من",
            "nam",
        ];
        for _ in 0..2 {
            let is_filler = self
                .piece(at)
                .is_some_and(|piece| piece.is_sign(",،.-–/'’") || piece.is_word(&words));
            if !is_filler {
                break;
            }
            at += 1;
        }
        at
    }

    /// `31 July 2023`, `9 مرداد 1402`, `4-Sep-03`.
    fn day_month_year(&self) -> Option<DayMatch> {
        let (day, next) = self.day_number(self.at)?;
        let (month, next) = month_at(self.pieces, self.skip(next))?;
        let (year, year_digits, end) = self.year_number(self.skip(next))?;
        if month.is_weak && year_digits < 4 {
            return None;
        }
        self.named(Written { year, year_digits, month: month.number, day: Some(day) }, month, end)
    }

    /// `July 31, 2023` and `Jul 31 14:30:00 UTC 2023`.
    fn month_day_year(&self) -> Option<DayMatch> {
        let (month, next) = month_at(self.pieces, self.at)?;
        let (day, next) = self.day_number(self.skip(next))?;
        if let Some((time, after_time)) = time_at(self.pieces, next)
            && let Some(found) = self.year_after_time(month, day, time, after_time)
        {
            return Some(found);
        }
        let (year, year_digits, end) = self.year_number(self.skip(next))?;
        let is_unclear = month.is_weak || (self.mode != Mode::Meant && self.is_sign(next, "/-"));
        if year_digits < 4 && is_unclear {
            return None;
        }
        self.named(Written { year, year_digits, month: month.number, day: Some(day) }, month, end)
    }

    fn year_after_time(
        &self,
        month: MonthName,
        day: u8,
        time: Clock,
        at: usize,
    ) -> Option<DayMatch> {
        let (zone, at) = match zone_at(self.pieces, at) {
            Some((zone, next)) => (Some(zone), next),
            None => (None, at),
        };
        let year = self.piece(at).filter(|piece| piece.key.len() == 4)?.number(4)?;
        let written = Written { year, year_digits: 4, month: month.number, day: Some(day) };
        let found = self.named(written, month, at + 1)?;
        Some(DayMatch { time: Some((time, zone)), ..found })
    }

    /// `2023 July 31`, `2023-Jul-31`, `1402 مرداد 9`.
    fn year_month_day(&self) -> Option<DayMatch> {
        let year = self.piece(self.at).filter(|piece| piece.key.len() == 4)?.number(4)?;
        let (month, next) = month_at(self.pieces, self.skip(self.at + 1))?;
        let (day, end) = self.day_number(self.skip(next))?;
        let written = Written { year, year_digits: 4, month: month.number, day: Some(day) };
        self.named(written, month, end)
    }

    /// `July 2023`: only the Gregorian calendar has months that a month can stand for.
    fn month_year(&self) -> Option<DayMatch> {
        let (month, next) = month_at(self.pieces, self.at)?;
        let (year, digits, end) = self.year_number(self.skip(next))?;
        if digits < 4 || month.is_weak || month.calendar != NameCalendar::Gregorian {
            return None;
        }
        self.named(
            Written { year, year_digits: digits, month: month.number, day: None },
            month,
            end,
        )
    }

    /// `31 July` or `July 31` in a year that the day of fetching tells.
    fn day_month(&self) -> Option<DayMatch> {
        let fetched = self.context.fetched_day()?;
        let (month, day, end) = self.day_before_month().or_else(|| self.month_before_day())?;
        let is_continued = self.piece(end).is_some_and(|piece| {
            piece.word().is_some_and(|word| self.mode == Mode::Meant && !may_follow_day(word))
        });
        if month.is_weak || is_continued {
            return None;
        }
        let calendar = named_calendar(month);
        let date = nearest_day(calendar, month.number, day, fetched)?;
        Some(self.matched(CivilDay::Day(date), calendar, end, true))
    }

    fn day_before_month(&self) -> Option<(MonthName, u8, usize)> {
        let (day, next) = self.day_number(self.at)?;
        let (month, end) = month_at(self.pieces, self.skip(next))?;
        Some((month, day, end))
    }

    fn month_before_day(&self) -> Option<(MonthName, u8, usize)> {
        let (month, next) = month_at(self.pieces, self.at)?;
        self.piece(next)?.number(2)?;
        let (day, end) = self.day_number(next)?;
        Some((month, day, end))
    }

    /// A date whose month was named: the name tells the calendar.
    fn named(&self, written: Written, month: MonthName, end: usize) -> Option<DayMatch> {
        let calendar = named_calendar(month);
        let year = full_year(written.year, written.year_digits, calendar)?;
        let end = era_at(self.pieces, end).map_or(end, |(_, end)| end);
        self.resolved(calendar, year, &written, end)
    }

    /// A date in figures: the year tells the calendar, unless an era is written after it.
    pub(super) fn in_figures(&self, written: Written, end: usize) -> Option<DayMatch> {
        if let Some((calendar, end)) = era_at(self.pieces, end) {
            let year = full_year(written.year, written.year_digits, calendar)?;
            return self.resolved(calendar, year, &written, end);
        }
        let calendar = calendar_of_year(written.year, written.year_digits, self.context);
        let year = full_year(written.year, written.year_digits, calendar)?;
        self.resolved(calendar, year, &written, end)
    }

    fn resolved(
        &self,
        calendar: Calendar,
        year: i32,
        written: &Written,
        end: usize,
    ) -> Option<DayMatch> {
        let day = match written.day {
            Some(day) => CivilDay::Day(civil_day(calendar, year, written.month, day)?),
            None if calendar == Calendar::Gregorian && (1..=12).contains(&written.month) => {
                CivilDay::Month(i16::try_from(year).ok()?, i8::try_from(written.month).ok()?)
            }
            None => return None,
        };
        Some(self.matched(day, calendar, end, false))
    }

    pub(super) fn matched(
        &self,
        day: CivilDay,
        calendar: Calendar,
        end: usize,
        is_anchored: bool,
    ) -> DayMatch {
        let start = weekday_before(self.pieces, self.at);
        DayMatch { day, calendar, start, end, time: None, is_anchored }
    }
}

fn named_calendar(month: MonthName) -> Calendar {
    match month.calendar {
        NameCalendar::Gregorian => Calendar::Gregorian,
        NameCalendar::Jalali => Calendar::Jalali,
        NameCalendar::Hijri => Calendar::Hijri,
    }
}

/// Where the date begins when a weekday stands before it.
fn weekday_before(pieces: &[Piece], at: usize) -> usize {
    let mut start = at;
    while start > 0 && pieces.get(start - 1).is_some_and(|piece| piece.is_sign(",،.")) {
        start -= 1;
    }
    let word = |at: usize| pieces.get(at).and_then(Piece::word);
    let Some(last) = start.checked_sub(1).and_then(word) else { return at };
    if let Some(before) = start.checked_sub(2).and_then(word)
        && is_weekday(&format!("{before}{last}"))
    {
        return start - 2;
    }
    if is_weekday(last) { start - 1 } else { at }
}

/// Of the words that count, those a day is called by: "on" is ten in Turkish, "one" no day.
fn is_day_word(word: &str) -> bool {
    let is_ordinal =
        word.ends_with("th") || matches!(word, "first" | "second" | "third" | "twenty" | "thirty");
    word.starts_with(|c: char| c >= '\u{600}') || is_ordinal
}

/// Words that may follow a day without a year in a string meant to be a date.
fn may_follow_day(word: &str) -> bool {
    is_weekday(word)
        || matches!(
            word,
            "at" | "um" | "ساعت" | "الساعه" | "t" | "in" | "on" | "by" | "a" | "à" | "در"
        )
}
