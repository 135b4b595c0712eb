//! Which calendar a year is of, and which year two figures mean.

use super::DateContext;
use super::pieces::Piece;
use crate::calendar::{Calendar, calendar_day, civil_day};
use chapar_model::Lang;
use jiff::civil::Date;

/// Gregorian years a date of news or of its archive can bear.
const GREGORIAN_YEARS: std::ops::RangeInclusive<i64> = 1600..=2200;
/// Years that Thailand and Laos count from the Buddha, with the Gregorian months.
const BUDDHIST_YEARS: std::ops::RangeInclusive<i64> = 2500..=2643;
const BUDDHIST_AHEAD: i64 = 543;
/// Years that are Persian or Hijri wherever they stand.
const EASTERN_YEARS: std::ops::RangeInclusive<i64> = 1200..=1500;
/// Years that are told from Gregorian ones in figures alone.
const EASTERN_YEARS_IN_FIGURES: std::ops::RangeInclusive<i64> = 1300..=1450;

pub(super) fn is_gregorian(year: i64) -> bool {
    GREGORIAN_YEARS.contains(&year)
}

pub(super) fn is_eastern(year: i64) -> bool {
    EASTERN_YEARS.contains(&year)
}

/// The calendar of a date in figures: the year tells it, and the language where two could be meant.
pub(super) fn calendar_of_year(year: i64, digits: usize, context: &DateContext) -> Calendar {
    let lang = context.lang.as_ref().map(Lang::as_str);
    if digits == 2 {
        return if context.is_persian() { Calendar::Jalali } else { Calendar::Gregorian };
    }
    if !EASTERN_YEARS_IN_FIGURES.contains(&year) {
        return Calendar::Gregorian;
    }
    match lang {
        Some("ar" | "ur") => Calendar::Hijri,
        Some("fa" | "prs" | "ps") => Calendar::Jalali,
        _ if is_hijri_by_age(year, context) => Calendar::Hijri,
        _ => Calendar::Jalali,
    }
}

/// A year that would lie more than a year ahead as a Persian one, and not as a Hijri one.
fn is_hijri_by_age(year: i64, context: &DateContext) -> bool {
    let Some(fetched) = context.fetched_day() else { return false };
    let this_year = |calendar| i64::from(calendar_day(calendar, fetched).year);
    year > this_year(Calendar::Jalali) + 1 && year <= this_year(Calendar::Hijri) + 1
}

/// The year meant by the figures in that calendar; two figures mean the years around now.
pub(super) fn full_year(year: i64, digits: usize, calendar: Calendar) -> Option<i32> {
    let full = match (digits, calendar) {
        (0..=2, Calendar::Gregorian) if year < 70 => 2000 + year,
        (0..=2, Calendar::Gregorian) => 1900 + year,
        (0..=2, _) if year < 50 => 1400 + year,
        (0..=2, _) => 1300 + year,
        (_, Calendar::Gregorian) if BUDDHIST_YEARS.contains(&year) => year - BUDDHIST_AHEAD,
        _ => year,
    };
    let years = if calendar == Calendar::Gregorian { GREGORIAN_YEARS } else { EASTERN_YEARS };
    if years.contains(&full) { i32::try_from(full).ok() } else { None }
}

/// The era written after a date: `هجری شمسی`, `ه.ش`, `قمری`, `هـ`, `م`, `AH`.
pub(super) fn era_at(pieces: &[Piece], at: usize) -> Option<(Calendar, usize)> {
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

/// The day of that name nearest to `fetched`; news is of the past, so at most a week ahead.
pub(super) fn nearest_day(calendar: Calendar, month: u8, day: u8, fetched: Date) -> Option<Date> {
    let year = calendar_day(calendar, fetched).year;
    let limit = fetched.checked_add(jiff::Span::new().days(7)).ok()?;
    [year + 1, year, year - 1]
        .into_iter()
        .filter_map(|year| civil_day(calendar, year, month, day))
        .find(|date| *date <= limit)
}
