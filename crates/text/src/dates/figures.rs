//! Dates in figures alone: which number is the year, which the month and which the day.

use super::day::{CivilDay, DayMatch, Mode, Reader, Written};
use super::year::{is_eastern, is_gregorian};
use crate::calendar::Calendar;
use jiff::civil::Date;

impl Reader<'_> {
    /// Three numbers with the same sign between: `2023-07-31`, `31.07.2023`, `1402/5/9`.
    pub(super) fn figures(&self) -> Option<DayMatch> {
        let [first, sign, second, sign_after, third] =
            [0, 1, 2, 3, 4].map(|step| self.piece(self.at + step));
        let (first, sign, second, third) = (first?, sign?, second?, third?);
        if sign_after?.key != sign.key || !sign.is_sign("-/.\\–−‐") {
            return None;
        }
        let is_spread = sign.is_spaced || second.is_spaced || third.is_spaced;
        // Czech, Slovak and Slovene put blanks behind the points: `31. 7. 2023`.
        let is_ordinal = sign.is_sign(".") && !sign.is_spaced && third.key.len() == 4;
        if is_spread && !is_ordinal && self.mode != Mode::Meant {
            return None;
        }
        let numbers = [first.number(4)?, second.number(2)?, third.number(4)?];
        let lengths = [first.key.len(), second.key.len(), third.key.len()];
        let order = self.order(numbers, lengths, &sign.key)?;
        let [year, month, day] = order.map(|place| numbers.get(place).copied().unwrap_or(0));
        let year_digits = *lengths.get(*order.first()?)?;
        if year_digits < 4 && self.mode == Mode::Prose && !self.context.is_persian() {
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
                    first > 31 || sign == "-" && third <= 31 || self.context.is_persian();
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
            (false, false) => is_eastern(third) || self.is_day_first(sign),
        };
        Some(if is_day_first { [2, 1, 0] } else { [2, 0, 1] })
    }

    fn is_day_first(&self, sign: &str) -> bool {
        let is_english = self.context.lang.is_none_or(|lang| lang.as_str() == "en");
        self.context.day_first.unwrap_or(!(is_english && sign == "/"))
    }

    /// `2023-07` alone.
    pub(super) fn iso_month(&self) -> Option<DayMatch> {
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
    pub(super) fn ideographs(&self) -> Option<DayMatch> {
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
    pub(super) fn compact(&self) -> Option<DayMatch> {
        let piece = self.piece(self.at)?;
        let is_alone = self.pieces.len() == 1
            || self.piece(self.at + 1).is_some_and(|next| next.is_word(&["t"]) || next.is_spaced);
        if self.mode != Mode::Meant || self.at > 0 || !is_alone {
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
    pub(super) fn iso_week_or_ordinal(&self) -> Option<DayMatch> {
        let year = self.piece(self.at).filter(|piece| piece.key.len() == 4)?.number(4)?;
        let year = i16::try_from(year).ok().filter(|y| is_gregorian(i64::from(*y)))?;
        if self.mode != Mode::Meant || !self.is_sign(self.at + 1, "-") {
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
}
