//! The Persian and Hijri calendars beside the Gregorian one, and a region's week.
//!
//! Persian dates follow the astronomical rule (1403 is a leap year, 1404 is none), Hijri dates the
//! Umm al-Qura tables where they reach and the tabular calendar beyond. Never guesses a calendar;
//! that is for [`crate::dates`].

use icu_calendar::cal::{Hijri, Persian};
use icu_calendar::types::Weekday as IcuWeekday;
use icu_calendar::week::{WeekInformation, WeekPreferences};
use icu_calendar::{Date as IcuDate, Gregorian};
use icu_locale_core::Locale;
use jiff::civil::{Date, Weekday};

/// A calendar of civil days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// The common calendar.
    Gregorian,
    /// The solar calendar of Iran and Afghanistan.
    Jalali,
    /// The lunar calendar.
    Hijri,
}

/// A day as a calendar counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CalendarDay {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// The civil day that a calendar calls so; `None` when it has no such day.
///
/// ```
/// use chapar_text::calendar::{Calendar, civil_day};
/// let day = civil_day(Calendar::Jalali, 1403, 12, 30).unwrap();
/// assert_eq!(day.to_string(), "2025-03-20");
/// assert_eq!(civil_day(Calendar::Jalali, 1404, 12, 30), None);
/// ```
pub fn civil_day(calendar: Calendar, year: i32, month: u8, day: u8) -> Option<Date> {
    match calendar {
        Calendar::Gregorian => {
            let year = i16::try_from(year).ok()?;
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        }
        Calendar::Jalali => {
            let date = IcuDate::try_new_persian(year, month, day).ok()?;
            from_icu(date.to_calendar(Gregorian))
        }
        Calendar::Hijri => {
            let hijri = Hijri::new_umm_al_qura();
            let date = IcuDate::try_new_hijri_with_calendar(year, month, day, hijri).ok()?;
            from_icu(date.to_calendar(Gregorian))
        }
    }
}

/// What a calendar calls the civil day.
///
/// ```
/// use chapar_text::calendar::{Calendar, calendar_day};
/// let day = calendar_day(Calendar::Jalali, jiff::civil::date(2023, 7, 31));
/// assert_eq!((day.year, day.month, day.day), (1402, 5, 9));
/// ```
pub fn calendar_day(calendar: Calendar, date: Date) -> CalendarDay {
    let gregorian = to_icu(date);
    match calendar {
        Calendar::Gregorian => CalendarDay {
            year: i32::from(date.year()),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        },
        Calendar::Jalali => {
            let date = gregorian.to_calendar(Persian);
            CalendarDay {
                year: date.year().extended_year(),
                month: date.month().ordinal,
                day: date.day_of_month().0,
            }
        }
        Calendar::Hijri => {
            let date = gregorian.to_calendar(Hijri::new_umm_al_qura());
            CalendarDay {
                year: date.year().extended_year(),
                month: date.month().ordinal,
                day: date.day_of_month().0,
            }
        }
    }
}

fn to_icu(date: Date) -> IcuDate<Gregorian> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    IcuDate::try_new_gregorian(i32::from(date.year()), month, day)
        .expect("a civil date is a day of the Gregorian calendar, with years both libraries hold")
}

fn from_icu(date: IcuDate<Gregorian>) -> Option<Date> {
    let year = i16::try_from(date.year().extended_year()).ok()?;
    let month = i8::try_from(date.month().ordinal).ok()?;
    Date::new(year, month, i8::try_from(date.day_of_month().0).ok()?).ok()
}

/// How a region counts its week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// The day it starts on.
    pub first: Weekday,
    /// The days of rest, in order.
    pub weekend: Vec<Weekday>,
}

/// The week of a locale such as `fa-IR`, by CLDR; Monday and a free Saturday and Sunday when unknown.
///
/// ```
/// use chapar_text::calendar::week;
/// use jiff::civil::Weekday;
/// assert_eq!(week("fa-IR").first, Weekday::Saturday);
/// assert_eq!(week("fa-IR").weekend, [Weekday::Friday]);
/// assert_eq!(week("fa-AF").weekend, [Weekday::Thursday, Weekday::Friday]);
/// ```
pub fn week(locale: &str) -> Week {
    let locale = Locale::try_from_str(locale).unwrap_or(Locale::UNKNOWN);
    let Ok(info) = WeekInformation::try_new(WeekPreferences::from(&locale)) else {
        return Week { first: Weekday::Monday, weekend: vec![Weekday::Saturday, Weekday::Sunday] };
    };
    let mut weekend: Vec<Weekday> = info.weekend().map(weekday).collect();
    weekend.sort_by_key(|day| day.to_monday_zero_offset());
    Week { first: weekday(info.first_weekday), weekend }
}

fn weekday(day: IcuWeekday) -> Weekday {
    match day {
        IcuWeekday::Monday => Weekday::Monday,
        IcuWeekday::Tuesday => Weekday::Tuesday,
        IcuWeekday::Wednesday => Weekday::Wednesday,
        IcuWeekday::Thursday => Weekday::Thursday,
        IcuWeekday::Friday => Weekday::Friday,
        IcuWeekday::Saturday => Weekday::Saturday,
        IcuWeekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(calendar: Calendar, (year, month, day): (i32, u8, u8), civil: &str) {
        let date: Date = civil.parse().unwrap();
        assert_eq!(civil_day(calendar, year, month, day), Some(date), "{year}-{month}-{day}");
        assert_eq!(calendar_day(calendar, date), CalendarDay { year, month, day });
    }

    #[test]
    fn persian_years_follow_the_sun() {
        check(Calendar::Jalali, (1357, 11, 22), "1979-02-11");
        check(Calendar::Jalali, (1375, 1, 1), "1996-03-20");
        check(Calendar::Jalali, (1399, 12, 30), "2021-03-20");
        check(Calendar::Jalali, (1400, 1, 1), "2021-03-21");
        check(Calendar::Jalali, (1403, 12, 30), "2025-03-20");
        check(Calendar::Jalali, (1404, 1, 1), "2025-03-21");
        check(Calendar::Jalali, (1404, 12, 29), "2026-03-20");
        check(Calendar::Jalali, (1407, 12, 29), "2029-03-19");
        check(Calendar::Jalali, (1408, 12, 30), "2030-03-20");
        check(Calendar::Jalali, (1436, 12, 30), "2058-03-20");
    }

    #[test]
    fn days_no_year_has_are_refused() {
        for year in [1404, 1437, 1502] {
            assert_eq!(civil_day(Calendar::Jalali, year, 12, 30), None, "{year}");
        }
        assert_eq!(civil_day(Calendar::Jalali, 1402, 7, 31), None);
        assert_eq!(civil_day(Calendar::Jalali, 1402, 13, 1), None);
        assert_eq!(civil_day(Calendar::Gregorian, 2023, 2, 29), None);
        assert_eq!(civil_day(Calendar::Hijri, 1445, 1, 31), None);
    }

    #[test]
    fn hijri_days_follow_umm_al_qura() {
        check(Calendar::Hijri, (1445, 1, 13), "2023-07-31");
        check(Calendar::Hijri, (1445, 9, 1), "2024-03-11");
    }

    #[test]
    fn weeks_differ_by_region() {
        assert_eq!(week("fa-AF").first, Weekday::Saturday);
        assert_eq!(week("en-US").first, Weekday::Sunday);
        assert_eq!(week("de-DE").first, Weekday::Monday);
        assert_eq!(week("de-DE").weekend, [Weekday::Saturday, Weekday::Sunday]);
        assert_eq!(week("fa").first, Weekday::Saturday);
        assert_eq!(week("???").weekend, [Weekday::Saturday, Weekday::Sunday]);
    }

    proptest! {
        #[test]
        fn every_day_reads_back(days in 0i64..300_000) {
            let date = jiff::civil::date(1700, 1, 1) + jiff::Span::new().days(days);
            for calendar in [Calendar::Gregorian, Calendar::Jalali, Calendar::Hijri] {
                let day = calendar_day(calendar, date);
                prop_assert_eq!(civil_day(calendar, day.year, day.month, day.day), Some(date));
            }
        }

        #[test]
        fn any_numbers_are_read(year: i32, month: u8, day: u8) {
            for calendar in [Calendar::Gregorian, Calendar::Jalali, Calendar::Hijri] {
                civil_day(calendar, year, month, day);
            }
        }
    }
}
