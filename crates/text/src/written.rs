//! Days and times as a language writes them, in three calendars.

use crate::calendar::{Calendar, calendar_day};
use crate::numbers::{Digits, native_digits};
use chapar_model::Lang;
use jiff::civil::{Date, Weekday};

/// A day with its weekday: `Monday, 31 July 2023`, `دوشنبه ۹ مرداد ۱۴۰۲`.
///
/// Languages other than Persian, Dari and Arabic are given English names.
pub fn format_day(date: Date, calendar: Calendar, lang: Lang) -> String {
    let day = format_day_short(date, calendar, lang);
    let names = Names::of(lang);
    let weekday =
        names.weekdays.get(usize::from(weekday_index(date.weekday()))).copied().unwrap_or("");
    if names.is_english() {
        let day = long_english(date, calendar);
        return format!("{weekday}, {day}");
    }
    let comma = if Digits::of(lang) == Digits::Arabic { "،" } else { "" };
    format!("{weekday}{comma} {day}")
}

/// A day without its weekday: `31 Jul 2023`, `۹ مرداد ۱۴۰۲`.
pub fn format_day_short(date: Date, calendar: Calendar, lang: Lang) -> String {
    let names = Names::of(lang);
    let day = calendar_day(calendar, date);
    let month = names.month(calendar, day.month);
    let month = match calendar {
        Calendar::Gregorian if names.is_english() => month.get(..3).unwrap_or(month),
        _ => month,
    };
    native_digits(&format!("{} {month} {}", day.day, day.year), lang)
}

fn long_english(date: Date, calendar: Calendar) -> String {
    let day = calendar_day(calendar, date);
    format!("{} {} {}", day.day, ENGLISH.month(calendar, day.month), day.year)
}

/// A time of day on the clock of 24 hours: `14:30`, `۱۴:۳۰`.
pub fn format_time(hour: i8, minute: i8, lang: Lang) -> String {
    native_digits(&format!("{hour:02}:{minute:02}"), lang)
}

fn weekday_index(day: Weekday) -> u8 {
    day.to_monday_zero_offset().unsigned_abs()
}

struct Names {
    /// From Monday.
    weekdays: [&'static str; 7],
    gregorian: [&'static str; 12],
    jalali: [&'static str; 12],
    hijri: [&'static str; 12],
}

impl Names {
    fn of(lang: Lang) -> &'static Self {
        match lang.as_str() {
            "fa" => &PERSIAN,
            "prs" => &DARI,
            "ar" => &ARABIC,
            _ => &ENGLISH,
        }
    }

    fn is_english(&self) -> bool {
        self.weekdays == ENGLISH.weekdays
    }

    fn month(&self, calendar: Calendar, number: u8) -> &'static str {
        let names = match calendar {
            Calendar::Gregorian => &self.gregorian,
            Calendar::Jalali => &self.jalali,
            Calendar::Hijri => &self.hijri,
        };
        names.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or("")
    }
}

static ENGLISH: Names = Names {
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    gregorian: [
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
    ],
    jalali: [
        "Farvardin",
        "Ordibehesht",
        "Khordad",
        "Tir",
        "Mordad",
        "Shahrivar",
        "Mehr",
        "Aban",
        "Azar",
        "Dey",
        "Bahman",
        "Esfand",
    ],
    hijri: [
        "Muharram",
        "Safar",
        "Rabi I",
        "Rabi II",
        "Jumada I",
        "Jumada II",
        "Rajab",
        "Shaban",
        "Ramadan",
        "Shawwal",
        "Dhu al-Qadah",
        "Dhu al-Hijjah",
    ],
};

const PERSIAN_WEEKDAYS: [&str; 7] =
    ["دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"];

const PERSIAN_HIJRI: [&str; 12] = [
    "محرم",
    "صفر",
    "ربیع‌الاول",
    "ربیع‌الثانی",
    "جمادی‌الاول",
    "جمادی‌الثانی",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذیقعده",
    "ذیحجه",
];

static PERSIAN: Names = Names {
    weekdays: PERSIAN_WEEKDAYS,
    gregorian: [
        "ژانویه",
        "فوریه",
        "مارس",
        "آوریل",
        "مه",
        "ژوئن",
        "ژوئیه",
        "اوت",
        "سپتامبر",
        "اکتبر",
        "نوامبر",
        "دسامبر",
    ],
    jalali: [
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
    ],
    hijri: PERSIAN_HIJRI,
};

static DARI: Names = Names {
    weekdays: PERSIAN_WEEKDAYS,
    gregorian: [
        "جنوری",
        "فبروری",
        "مارچ",
        "اپریل",
        "می",
        "جون",
        "جولای",
        "اگست",
        "سپتمبر",
        "اکتوبر",
        "نومبر",
        "دسمبر",
    ],
    jalali: [
        "حمل",
        "ثور",
        "جوزا",
        "سرطان",
        "اسد",
        "سنبله",
        "میزان",
        "عقرب",
        "قوس",
        "جدی",
        "دلو",
        "حوت",
    ],
    hijri: PERSIAN_HIJRI,
};

static ARABIC: Names = Names {
    weekdays: ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    gregorian: [
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
    ],
    jalali: [
        "فروردين",
        "أرديبهشت",
        "خرداد",
        "تير",
        "مرداد",
        "شهريور",
        "مهر",
        "آبان",
        "آذر",
        "دي",
        "بهمن",
        "إسفند",
    ],
    hijri: [
        "محرم",
        "صفر",
        "ربيع الأول",
        "ربيع الآخر",
        "جمادى الأولى",
        "جمادى الآخرة",
        "رجب",
        "شعبان",
        "رمضان",
        "شوال",
        "ذو القعدة",
        "ذو الحجة",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::{DateContext, parse_date};

    #[test]
    fn days_are_written_in_each_language_and_calendar() {
        let date = jiff::civil::date(2023, 7, 31);
        for (lang, calendar, long, short) in [
            ("en", Calendar::Gregorian, "Monday, 31 July 2023", "31 Jul 2023"),
            ("en", Calendar::Jalali, "Monday, 9 Mordad 1402", "9 Mordad 1402"),
            ("fa", Calendar::Jalali, "دوشنبه ۹ مرداد ۱۴۰۲", "۹ مرداد ۱۴۰۲"),
            ("fa", Calendar::Gregorian, "دوشنبه ۳۱ ژوئیه ۲۰۲۳", "۳۱ ژوئیه ۲۰۲۳"),
            ("prs", Calendar::Jalali, "دوشنبه ۹ اسد ۱۴۰۲", "۹ اسد ۱۴۰۲"),
            ("ar", Calendar::Gregorian, "الاثنين، ٣١ يوليو ٢٠٢٣", "٣١ يوليو ٢٠٢٣"),
            ("ar", Calendar::Hijri, "الاثنين، ١٣ محرم ١٤٤٥", "١٣ محرم ١٤٤٥"),
            ("de", Calendar::Gregorian, "Monday, 31 July 2023", "31 Jul 2023"),
        ] {
            let lang = Lang::parse(lang).unwrap();
            assert_eq!(format_day(date, calendar, lang), long);
            assert_eq!(format_day_short(date, calendar, lang), short);
        }
        assert_eq!(format_time(9, 5, Lang::EN), "09:05");
        assert_eq!(format_time(14, 30, Lang::FA), "۱۴:۳۰");
    }

    #[test]
    fn what_is_written_reads_back() {
        let context = DateContext::default();
        for month in 1..=12 {
            let date = jiff::civil::date(2023, month, 28);
            for lang in [Lang::EN, Lang::FA, Lang::AR, Lang::parse("prs").unwrap()] {
                for calendar in [Calendar::Gregorian, Calendar::Jalali] {
                    let text = format_day(date, calendar, lang);
                    let read = parse_date(&text, &context).map(|date| date.value);
                    assert_eq!(read, Some(chapar_model::When::Day(date)), "{text}");
                }
            }
        }
    }
}
