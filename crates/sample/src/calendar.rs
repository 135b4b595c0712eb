//! Dates as the outlets write them. Everything is local time of the invented country, +03:30.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::Offset;

const OFFSET_SECONDS: i32 = 3 * 3600 + 30 * 60;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_AR: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];
const MONTHS_FA: [&str; 12] = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
];
const DAYS_EN: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAYS_FA: [&str; 7] = ["دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"];
const DAYS_AR: [&str; 7] = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"];

/// A moment, ready to be written in any of the outlets' ways.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    utc: DateTime,
    local: DateTime,
}

impl Moment {
    pub(crate) fn new(time: Timestamp) -> Self {
        let offset = Offset::from_seconds(OFFSET_SECONDS).unwrap_or(Offset::UTC);
        Self { utc: Offset::UTC.to_datetime(time), local: offset.to_datetime(time) }
    }

    /// `2026-03-02T11:40:00+03:30`
    pub(crate) fn iso(self) -> String {
        format!("{}+03:30", self.local)
    }

    /// `2026-03-02T08:10:00Z`
    pub(crate) fn iso_utc(self) -> String {
        format!("{}Z", self.utc)
    }

    /// `2026-03-02`
    pub(crate) fn day(self) -> String {
        self.local.date().to_string()
    }

    /// `Mon, 02 Mar 2026 08:10:00 GMT`
    pub(crate) fn gmt(self) -> String {
        format!("{} GMT", rfc_clock(self.utc))
    }

    /// Local clock with its true zone.
    pub(crate) fn rfc(self) -> String {
        format!("{} +0330", rfc_clock(self.local))
    }

    /// Local clock, falsely labelled GMT: three hours and a half off.
    pub(crate) fn false_gmt(self) -> String {
        format!("{} GMT", rfc_clock(self.local))
    }

    /// Local clock, no zone at all.
    pub(crate) fn without_zone(self) -> String {
        rfc_clock(self.local)
    }

    /// `2 March 2026`
    pub(crate) fn english(self) -> String {
        let day = self.local.date();
        format!("{} {} {}", day.day(), month(&MONTHS_EN, day), day.year())
    }

    /// `March 2, 2026`
    pub(crate) fn american(self) -> String {
        let day = self.local.date();
        format!("{} {}, {}", month(&MONTHS_EN, day), day.day(), day.year())
    }

    /// `2 مارس 2026`
    pub(crate) fn arabic(self) -> String {
        let day = self.local.date();
        format!("{} {} {}", day.day(), month(&MONTHS_AR, day), day.year())
    }

    /// `۱۱ اسفند ۱۴۰۴`
    pub(crate) fn jalali(self) -> String {
        let (year, month, day) = to_jalali(self.local.date());
        let name = MONTHS_FA.get(usize::from(month) - 1).copied().unwrap_or_default();
        persian_digits(&format!("{day} {name} {year}"))
    }

    /// `۱۴۰۴/۱۲/۱۱`
    pub(crate) fn jalali_slashes(self) -> String {
        let (year, month, day) = to_jalali(self.local.date());
        persian_digits(&format!("{year}/{month:02}/{day:02}"))
    }

    /// The Jalali year and month.
    pub(crate) fn jalali_month(self) -> (i16, u8) {
        let (year, month, _) = to_jalali(self.local.date());
        (year, month)
    }

    pub(crate) fn weekday(self, lang: &str) -> &'static str {
        let names = match lang {
            "fa" => &DAYS_FA,
            "ar" => &DAYS_AR,
            _ => &DAYS_EN,
        };
        let number = self.local.date().weekday().to_monday_zero_offset();
        usize::try_from(number).ok().and_then(|n| names.get(n)).copied().unwrap_or_default()
    }

    /// `11:40`
    pub(crate) fn clock(self) -> String {
        format!("{:02}:{:02}", self.local.hour(), self.local.minute())
    }

    pub(crate) fn local_date(self) -> Date {
        self.local.date()
    }
}

fn month(names: &[&'static str; 12], day: Date) -> &'static str {
    usize::try_from(day.month() - 1).ok().and_then(|n| names.get(n)).copied().unwrap_or_default()
}

fn rfc_clock(clock: DateTime) -> String {
    let number = clock.date().weekday().to_monday_zero_offset();
    let weekday =
        usize::try_from(number).ok().and_then(|n| DAYS_EN.get(n)).copied().unwrap_or_default();
    let (day, month) = (clock.day(), month(&MONTHS_EN, clock.date()));
    let short = |name: &'static str| name.get(..3).unwrap_or(name);
    let time = clock.time();
    format!(
        "{}, {day:02} {} {} {:02}:{:02}:{:02}",
        short(weekday),
        short(month),
        clock.year(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Year, month and day of the Persian calendar, by the 33-year rule (right for 1178 to 1633).
fn to_jalali(day: Date) -> (i16, u8, u8) {
    let mut year = 1404;
    let mut left = (day - date(2025, 3, 21)).get_days();
    while left < 0 {
        year -= 1;
        left += days_in(year);
    }
    while left >= days_in(year) {
        left -= days_in(year);
        year += 1;
    }
    let mut month = 1;
    loop {
        let length = if month <= 6 { 31 } else { 30 };
        if left < length {
            return (year, month, u8::try_from(left + 1).unwrap_or(1));
        }
        left -= length;
        month += 1;
    }
}

fn days_in(year: i16) -> i32 {
    if (25 * i32::from(year) + 11) % 33 < 8 { 366 } else { 365 }
}

/// Every ASCII digit as a Persian one.
pub(crate) fn persian_digits(text: &str) -> String {
    let shift = |digit: char| match digit.to_digit(10) {
        Some(value) => char::from_u32(0x06F0 + value).unwrap_or(digit),
        None => digit,
    };
    text.chars().map(shift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_jalali(gregorian: Date, jalali: (i16, u8, u8)) {
        assert_eq!(to_jalali(gregorian), jalali);
    }

    #[test]
    fn leap_years_follow_the_thirty_three_year_rule() {
        check_jalali(date(2021, 3, 20), (1399, 12, 30));
        check_jalali(date(2025, 3, 20), (1403, 12, 30));
        check_jalali(date(2025, 3, 21), (1404, 1, 1));
        check_jalali(date(2026, 3, 20), (1404, 12, 29));
        check_jalali(date(2029, 3, 19), (1407, 12, 29));
        check_jalali(date(2030, 3, 20), (1408, 12, 30));
    }

    #[test]
    fn the_first_day_of_the_world_is_monday_11_esfand() {
        let moment = Moment::new("2026-03-02T11:40:00+03:30".parse().unwrap());
        assert_eq!(moment.jalali(), "۱۱ اسفند ۱۴۰۴");
        assert_eq!(moment.weekday("en"), "Monday");
        assert_eq!(moment.gmt(), "Mon, 02 Mar 2026 08:10:00 GMT");
        assert_eq!(moment.false_gmt(), "Mon, 02 Mar 2026 11:40:00 GMT");
        assert_eq!(moment.iso(), "2026-03-02T11:40:00+03:30");
    }
}
