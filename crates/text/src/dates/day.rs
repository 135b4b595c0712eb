//! Reads the day of a date: which numbers are year, month and day, and of which calendar.

use super::DateContext;
use super::names::{MonthName, NameCalendar, is_weekday, month_at, number_words_at};
use super::pieces::Piece;
use super::time::{Clock, Zone, time_at, zone_at};
use crate::calendar::{Calendar, calendar_day, civil_day};
use jiff::civil::Date;

/// Gregorian years a date of news or of its archive can bear.
const GREGORIAN_YEARS: std::ops::RangeInclusive<i64> = 1600..=2200;
/// Years that are Persian or Hijri wherever they stand.
const EASTERN_YEARS: std::ops::RangeInclusive<i64> = 1200..=1500;
/// Years that are told from Gregorian ones in figures alone.
const EASTERN_YEARS_IN_FIGURES: std::ops::RangeInclusive<i64> = 1300..=1450;

/// How much a text must show before figures count as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The text is meant to be a date.
    Meant,
    /// The text is prose; a date must look like one.
    Prose,
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
    if mode == Mode::Prose && continues_figures(pieces, at) {
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
    let is_cut = mode == Mode::Prose
        && pieces.get(found.end).is_some_and(|next| next.is_sign("/.-:") && !next.is_spaced)
        && pieces
            .get(found.end + 1)
            .is_some_and(|next| next.number(9).is_some() && !next.is_spaced);
    (!is_cut).then_some(found)
}

/// Whether the number at `at` is the tail of other figures (`1.2.3.4`, `12/31/…`).
fn continues_figures(pieces: &[Piece], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|i| pieces.get(i)) else { return false };
    let is_joined = pieces.get(at).is_some_and(|piece| !piece.is_spaced);
    is_joined && (before.number(18).is_some() || before.is_sign("/.-:$€£#+_=&%"))
}

struct Reader<'r> {
    pieces: &'r [Piece],
    at: usize,
    context: &'r DateContext,
    mode: Mode,
}

/// Year, month and day as written, before the calendar is decided.
struct Written {
    year: i64,
    year_digits: usize,
    month: u8,
    day: Option<u8>,
}

impl Reader<'_> {
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    fn is_sign(&self, at: usize, signs: &str) -> bool {
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
        let is_short_in_prose = digits == 2 && self.mode == Mode::Prose && !self.is_jalali_prose();
        if !is_year || is_time || is_short_in_prose {
            return None;
        }
        Some((piece.number(4)?, digits, at + 1))
    }

    fn is_jalali_prose(&self) -> bool {
        self.context.lang.is_some_and(|lang| matches!(lang.as_str(), "fa" | "prs"))
    }

    /// Skips what may stand between the parts of a date, at most two pieces.
    fn skip(&self, mut at: usize) -> usize {
        let words =
            ["of", "de", "del", "do", "da", "سال", "عام", "سنه", "لعام", "لسنه", "di", "den", "من"];
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
        let is_unclear = month.is_weak || (self.mode == Mode::Prose && self.is_sign(next, "/-"));
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

    /// Three numbers with the same sign between: `2023-07-31`, `31.07.2023`, `1402/5/9`.
    fn figures(&self) -> Option<DayMatch> {
        let [first, sign, second, sign_after, third] =
            [0, 1, 2, 3, 4].map(|step| self.piece(self.at + step));
        let (first, sign, second, third) = (first?, sign?, second?, third?);
        if sign_after?.key != sign.key || !sign.is_sign("-/.\\–−‐") {
            return None;
        }
        let is_spread = sign.is_spaced || second.is_spaced || third.is_spaced;
        if is_spread && self.mode == Mode::Prose {
            return None;
        }
        let numbers = [first.number(4)?, second.number(2)?, third.number(4)?];
        let lengths = [first.key.len(), second.key.len(), third.key.len()];
        let order = self.order(numbers, lengths, &sign.key)?;
        let [year, month, day] = order.map(|place| numbers.get(place).copied().unwrap_or(0));
        let year_digits = *lengths.get(*order.first()?)?;
        if year_digits < 4 && self.mode == Mode::Prose && !self.is_jalali_prose() {
            return None;
        }
        let month = u8::try_from(month).ok()?;
        let day = Some(u8::try_from(day).ok()?);
        self.in_figures(Written { year, year_digits, month, day }, self.at + 5)
    }

    /// Which of the three numbers is year, month and day.
    fn order(&self, numbers: [i64; 3], lengths: [usize; 3], sign: &str) -> Option<[usize; 3]> {
        let [first, second, third] = numbers;
        match lengths {
            [4, _, 1 | 2] => {
                // A year before day and month is rare, but a thirteenth month is none at all.
                return Some(if second > 12 && third <= 12 { [0, 2, 1] } else { [0, 1, 2] });
            }
            [1 | 2, _, 4] => {}
            [1 | 2, 1 | 2, 1 | 2] => {
                let is_year_first =
                    first > 31 || sign == "-" && third <= 31 || self.is_jalali_prose();
                if is_year_first && third <= 31 && (1..=12).contains(&second) {
                    return Some([0, 1, 2]);
                }
            }
            _ => return None,
        }
        let is_day_first = match (first > 12, second > 12) {
            (true, true) => return None,
            (true, false) => true,
            (false, true) => false,
            (false, false) => EASTERN_YEARS.contains(&third) || self.is_day_first(sign),
        };
        Some(if is_day_first { [2, 1, 0] } else { [2, 0, 1] })
    }

    fn is_day_first(&self, sign: &str) -> bool {
        let is_english = self.context.lang.is_none_or(|lang| lang.as_str() == "en");
        self.context.day_first.unwrap_or(!(is_english && sign == "/"))
    }

    /// `2023-07` alone.
    fn iso_month(&self) -> Option<DayMatch> {
        let [year, sign, month] = [0, 1, 2].map(|step| self.piece(self.at + step));
        let (year, month) = (year?, month?);
        let is_alone = self.mode == Mode::Meant && self.pieces.len() == 3;
        if !is_alone || year.key.len() != 4 || month.key.len() != 2 || !sign?.is_sign("-/") {
            return None;
        }
        let written = Written {
            year: year.number(4)?,
            year_digits: 4,
            month: u8::try_from(month.number(2)?).ok()?,
            day: None,
        };
        self.in_figures(written, self.at + 3)
    }

    /// `2023年7月31日` and the same in Korean.
    fn ideographs(&self) -> Option<DayMatch> {
        let marks = [["年", "년"], ["月", "월"], ["日", "일"]];
        let mut numbers = [0; 3];
        for (step, (number, mark)) in numbers.iter_mut().zip(marks).enumerate() {
            *number = self.piece(self.at + step * 2)?.number(4)?;
            let word = self.piece(self.at + step * 2 + 1)?.word()?;
            if !mark.iter().any(|mark| word.starts_with(mark)) {
                return None;
            }
        }
        let [year, month, day] = numbers;
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let written = Written { year, year_digits: 4, month, day: Some(day) };
        self.in_figures(written, self.at + 6)
    }

    /// `20230731` and `230731`, alone or before a `T`.
    fn compact(&self) -> Option<DayMatch> {
        let piece = self.piece(self.at)?;
        let is_alone = self.pieces.len() == 1
            || self.piece(self.at + 1).is_some_and(|next| next.is_word(&["t"]) || next.is_spaced);
        if self.mode == Mode::Prose || self.at > 0 || !is_alone {
            return None;
        }
        let (number, year_digits) = match piece.key.len() {
            8 => (piece.number(8)?, 4),
            6 if self.pieces.len() == 1 => (piece.number(6)?, 2),
            _ => return None,
        };
        let written = Written {
            year: number / 10_000,
            year_digits,
            month: u8::try_from(number / 100 % 100).ok()?,
            day: Some(u8::try_from(number % 100).ok()?),
        };
        self.in_figures(written, self.at + 1)
    }

    /// `2023-W31-1` and `2023-212`.
    fn iso_week_or_ordinal(&self) -> Option<DayMatch> {
        let year = self.piece(self.at).filter(|piece| piece.key.len() == 4)?.number(4)?;
        let year = i16::try_from(year).ok().filter(|y| GREGORIAN_YEARS.contains(&i64::from(*y)))?;
        if self.mode == Mode::Prose || !self.is_sign(self.at + 1, "-") {
            return None;
        }
        let (date, end) = if self.piece(self.at + 2)?.is_word(&["w"]) {
            let week = i8::try_from(self.piece(self.at + 3)?.number(2)?).ok()?;
            let weekday = self.piece(self.at + 5).and_then(|piece| piece.number(1)).unwrap_or(1);
            let weekday = jiff::civil::Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?);
            let date = jiff::civil::ISOWeekDate::new(year, week, weekday.ok()?).ok()?.date();
            (date, (self.at + 6).min(self.pieces.len()))
        } else {
            let piece = self.piece(self.at + 2).filter(|piece| piece.key.len() == 3)?;
            let days = piece.number(3)?.checked_sub(1).filter(|days| *days >= 0)?;
            let first = Date::new(year, 1, 1).ok()?;
            let date = first.checked_add(jiff::Span::new().days(days)).ok()?;
            (date, self.at + 3)
        };
        (date.year() == year || end > self.at + 3)
            .then(|| self.matched(CivilDay::Day(date), Calendar::Gregorian, end, false))
    }

    /// A date whose month was named: the name tells the calendar.
    fn named(&self, written: Written, month: MonthName, end: usize) -> Option<DayMatch> {
        let calendar = named_calendar(month);
        let year = full_year(written.year, written.year_digits, calendar)?;
        let end = era_at(self.pieces, end).map_or(end, |(_, end)| end);
        self.resolved(calendar, year, &written, end)
    }

    /// A date in figures: the year tells the calendar, unless an era is written after it.
    fn in_figures(&self, written: Written, end: usize) -> Option<DayMatch> {
        if let Some((calendar, end)) = era_at(self.pieces, end) {
            let year = full_year(written.year, written.year_digits, calendar)?;
            return self.resolved(calendar, year, &written, end);
        }
        let calendar = self.calendar_of_year(&written);
        let year = full_year(written.year, written.year_digits, calendar)?;
        self.resolved(calendar, year, &written, end)
    }

    fn calendar_of_year(&self, written: &Written) -> Calendar {
        let lang = self.context.lang;
        if written.year_digits == 2 {
            return if self.is_jalali_prose() { Calendar::Jalali } else { Calendar::Gregorian };
        }
        if !EASTERN_YEARS_IN_FIGURES.contains(&written.year) {
            return Calendar::Gregorian;
        }
        match lang.as_ref().map(chapar_model::Lang::as_str) {
            Some("ar" | "ur") => Calendar::Hijri,
            Some("fa" | "prs" | "ps") => Calendar::Jalali,
            _ if self.is_hijri_by_age(written) => Calendar::Hijri,
            _ => Calendar::Jalali,
        }
    }

    /// A year that would lie more than a year ahead as a Persian one, and not as a Hijri one.
    fn is_hijri_by_age(&self, written: &Written) -> bool {
        let Some(fetched) = self.context.fetched_day() else { return false };
        let year = i32::try_from(written.year).unwrap_or_default();
        year > calendar_day(Calendar::Jalali, fetched).year + 1
            && year <= calendar_day(Calendar::Hijri, fetched).year + 1
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

    fn matched(
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

/// The year meant by the figures in that calendar; two figures mean the years around now.
fn full_year(year: i64, digits: usize, calendar: Calendar) -> Option<i32> {
    let full = match (digits, calendar) {
        (0..=2, Calendar::Gregorian) if year < 70 => 2000 + year,
        (0..=2, Calendar::Gregorian) => 1900 + year,
        (0..=2, _) if year < 50 => 1400 + year,
        (0..=2, _) => 1300 + year,
        _ => year,
    };
    let years = if calendar == Calendar::Gregorian { GREGORIAN_YEARS } else { EASTERN_YEARS };
    if years.contains(&full) { i32::try_from(full).ok() } else { None }
}

/// The era written after a date: `هجری شمسی`, `ه.ش`, `قمری`, `هـ`, `م`, `AH`.
fn era_at(pieces: &[Piece], at: usize) -> Option<(Calendar, usize)> {
    let word = |at: usize| pieces.get(at).and_then(Piece::word);
    let mut next = at;
    if matches!(word(next), Some("هجری" | "ه" | "هج")) {
        next += 1;
        while pieces.get(next).is_some_and(|piece| piece.is_sign(".-ـ") && !piece.is_spaced) {
            next += 1;
        }
    }
    let has_hijra = next > at;
    match word(next) {
        Some("شمسی" | "خورشیدی") => Some((Calendar::Jalali, next + 1)),
        Some("ش") if has_hijra => Some((Calendar::Jalali, next + 1)),
        Some("قمری" | "القمری") => Some((Calendar::Hijri, next + 1)),
        Some("ق") if has_hijra => Some((Calendar::Hijri, next + 1)),
        Some("میلادی" | "م" | "ad" | "ce") if !has_hijra => {
            Some((Calendar::Gregorian, next + 1))
        }
        Some("ah") if !has_hijra => Some((Calendar::Hijri, next + 1)),
        _ if has_hijra => Some((Calendar::Hijri, next)),
        _ => None,
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

/// The day of that name nearest to `fetched`; news is of the past, so at most a week ahead.
fn nearest_day(calendar: Calendar, month: u8, day: u8, fetched: Date) -> Option<Date> {
    let year = calendar_day(calendar, fetched).year;
    let limit = fetched.checked_add(jiff::Span::new().days(7)).ok()?;
    [year + 1, year, year - 1]
        .into_iter()
        .filter_map(|year| civil_day(calendar, year, month, day))
        .find(|date| *date <= limit)
}
