//! Dates as publishers print them, and what they mean.

use super::*;
use proptest::prelude::*;

fn at(raw: &str) -> Timestamp {
    raw.parse().unwrap()
}

/// Fetched on Wednesday 2 August 2023, 11:00 in Tehran.
fn fetched(lang: &str) -> DateContext {
    DateContext {
        zone: zone_named("Asia/Tehran"),
        fetched: Some(at("2023-08-02T07:30:00Z")),
        lang: Lang::parse(lang),
        day_first: None,
    }
}

#[track_caller]
fn check_in(context: &DateContext, raw: &str, expect: &str) {
    let found = parse_date(raw, context).map(|date| date.value.to_string());
    assert_eq!(found.as_deref().unwrap_or("none"), expect, "{raw}");
}

#[track_caller]
fn check(raw: &str, expect: &str) {
    check_in(&DateContext::default(), raw, expect);
}

#[track_caller]
fn check_lang(lang: &str, raw: &str, expect: &str) {
    check_in(&DateContext { lang: Lang::parse(lang), ..DateContext::default() }, raw, expect);
}

#[test]
fn iso_dates() {
    check("2023-07-31T08:30:00Z", "2023-07-31T08:30:00Z");
    check("2023-07-31T08:30:00+03:30", "2023-07-31T08:30:00+03:30");
    check("2023-07-31t08:30:00.123z", "2023-07-31T08:30:00.123Z");
    check("2023-07-31 08:30", "2023-07-31T08:30:00Z");
    check("2023-07-31T08:30", "2023-07-31T08:30:00Z");
    check("2023-07-31T08:30:00+0330", "2023-07-31T08:30:00+03:30");
    check("2023-07-31T08:30:00+03:30[Asia/Tehran]", "2023-07-31T08:30:00+03:30");
    check("20230731T083000Z", "2023-07-31T08:30:00Z");
    check("20230731083000", "2023-07-31T08:30:00Z");
    check("20230731", "2023-07-31");
    check("2023-07-31", "2023-07-31");
    check("2023/7/31", "2023-07-31");
    check("2023-07", "2023-07");
    check("2023-W31-1", "2023-07-31");
    check("2023-212", "2023-07-31");
    check("2004-07-08 23:56:58 -00:20", "2004-07-08T23:56:58-00:20");
    check("2023-07-31T24:00:00Z", "2023-08-01T00:00:00Z");
    check("0001-01-01T00:00:00Z", "none");
    check("2023-02-30", "none");
    check("2023-13-45", "none");
}

#[test]
fn months_of_many_languages() {
    for (lang, raw) in [
        ("bg", "31 юли 2023"),
        ("sr", "31. jul 2023."),
        ("sl", "31. julij 2023"),
        ("sk", "31. júla 2023"),
        ("ca", "31 de juliol de 2023"),
        ("id", "31 Juli 2023"),
        ("hi", "31 जुलाई 2023"),
        ("hu", "2023. július 31."),
        ("bn", "৩১ জুলাই ২০২৩"),
        ("hi", "३१ जुलाई २०२३"),
        ("th", "31 กรกฎาคม 2566"),
        ("th", "๓๑ กรกฎาคม ๒๕๖๖"),
        ("vi", "31 tháng 7, 2023"),
        ("vi", "Thứ Hai, ngày 31 tháng 07 năm 2023"),
        ("he", "31 ביולי 2023"),
        ("sr", "31. јул 2023."),
        ("hr", "31. srpnja 2023."),
        ("et", "31. juuli 2023"),
        ("sq", "31 Korrik 2023"),
        ("ms", "31 Julai 2023"),
        ("az", "31 iyul 2023"),
    ] {
        check_lang(lang, raw, "2023-07-31");
    }
    check_lang("id", "17 Agustus 2023", "2023-08-17");
    check_lang("hi", "5 मार्च 2023", "2023-03-05");
}

#[test]
fn mail_dates() {
    check("Mon, 31 Jul 2023 08:30:00 +0330", "2023-07-31T08:30:00+03:30");
    check("Fri, 31 Jul 2023 08:30:00 GMT", "2023-07-31T08:30:00Z");
    check("31 Jul 23 08:30 EST", "2023-07-31T08:30:00-05:00");
    check("31 Jul 98 08:30 UT", "1998-07-31T08:30:00Z");
    check("Mon, 31 July 2023 8:30", "2023-07-31T08:30:00Z");
    check("Mon, 31 Jul, 2023 08:30:00 UTC", "2023-07-31T08:30:00Z");
    check("Mon,31 Jul 2023 08:30:00 Etc/GMT", "2023-07-31T08:30:00Z");
    check("Thu, 01 Jan 2004", "2004-01-01");
    check("Mon, 26 January 2004 16:31:00 ET", "2004-01-26T16:31:00-05:00");
    check("Mon, 26 January 2004 16:31:00 AT", "2004-01-26T16:31:00-04:00");
    check("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z");
    check("Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z");
    check("Mon Jul 31 08:30:00 IRST 2023", "2023-07-31T08:30:00+03:30");
    check("Sun, 16 zzz 2012 11:47:32 GMT", "none");
    check("Sun, 16 Dec zz 11:47:32 GMT", "none");
    check("Sun, 16 Dec 2012 11:47:32 +zz:00", "none");
    check_in(&fetched("en"), "Sun, 16 Dec zz 11:47:32 GMT", "none");
}

#[test]
fn counts_of_seconds() {
    check("1690792200", "2023-07-31T08:30:00Z");
    check("1690792200000", "2023-07-31T08:30:00Z");
    check("1690792200.5", "2023-07-31T08:30:00Z");
    check("۱۶۹۰۷۹۲۲۰۰", "2023-07-31T08:30:00Z");
    check("013", "none");
    check("2023", "none");
    check("99999999999999999999999", "none");
}

#[test]
fn dates_in_words() {
    check("July 31, 2023 at 4:05 pm GMT+3:30", "2023-07-31T16:05:00+03:30");
    check("Monday, July 31st, 2023", "2023-07-31");
    check("31st of July 2023", "2023-07-31");
    check("Published: Jul. 31, 2023 | 5 min read", "2023-07-31");
    check("Updated 10:15 a.m. ET, July 31, 2023", "2023-07-31T10:15:00-05:00");
    check("2023-Jul-31", "2023-07-31");
    check("31-Jul-23", "2023-07-31");
    check("31. Juli 2023, 14.30 Uhr", "2023-07-31T14:30:00Z");
    check("Montag, 31. März 2023", "2023-03-31");
    check("31 juillet 2023 à 14h30", "2023-07-31T14:30:00Z");
    check("1er août 2023", "2023-08-01");
    check("31 de julio de 2023", "2023-07-31");
    check("31 luglio 2023", "2023-07-31");
    check("31 de julho de 2023 às 14:30", "2023-07-31T14:30:00Z");
    check("31 Temmuz 2023 14:30", "2023-07-31T14:30:00Z");
    check("31 июля 2023, 14:30", "2023-07-31T14:30:00Z");
    check("31 lipca 2023", "2023-07-31");
    check("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T12:00:00-05:00");
    check("2023年7月31日 14:30", "2023-07-31T14:30:00Z");
    check("2023년 7월 31일", "2023-07-31");
    check("July 2023", "2023-07");
    check("monday", "none");
    check("may", "none");
    check("version 3.14", "none");
}

#[test]
fn order_of_day_and_month() {
    check_lang("en", "03/04/2023", "2023-03-04");
    check_lang("de", "03/04/2023", "2023-04-03");
    check_lang("en", "31/07/2023", "2023-07-31");
    check_lang("en", "07/31/2023", "2023-07-31");
    check_lang("de", "03.04.2023", "2023-04-03");
    check_lang("en", "03-04-2023", "2023-04-03");
    check_lang("de", "31.07.23", "2023-07-31");
    check("03-12-31", "2003-12-31");
    let british = DateContext { day_first: Some(true), lang: Some(Lang::EN), ..Default::default() };
    check_in(&british, "03/04/2023", "2023-04-03");
}

#[test]
fn persian_dates() {
    check("دوشنبه ۹ مرداد ۱۴۰۲ ساعت ۱۴:۳۰", "2023-07-31T14:30:00Z");
    check("۱۴۰۲/۵/۹", "2023-07-31");
    check("1402-05-09", "2023-07-31");
    check("۱۴۰۲/۰۵/۰۹ - ۱۴:۳۰", "2023-07-31T14:30:00Z");
    check("۱۴:۳۰ - ۱۴۰۲/۰۵/۰۹", "2023-07-31T14:30:00Z");
    check("۹/۵/۱۴۰۲", "2023-07-31");
    check("۱۴۰۲ مرداد ۹", "2023-07-31");
    check("۲۰ دى ۱۴۰۲", "2024-01-10");
    check("نهم مرداد ماه سال ۱۴۰۲", "2023-07-31");
    check("سی و یکم مرداد ۱۴۰۲", "2023-08-22");
    check("14مهر92", "2013-10-06");
    check("۹ اسد ۱۴۰۲", "2023-07-31");
    check("۹ مرداد ۰۲", "2023-07-31");
    check("۱۱ بهمن ۷۹", "2001-01-30");
    check_lang("fa", "۰۲/۰۵/۰۹", "2023-07-31");
    check_lang("fa", "95 . 9 . 7", "2016-11-27");
    check("سه شنبه ۱۰ مرداد ۱۴۰۲", "2023-08-01");
    check("۳۰ اسفند ۱۴۰۳", "2025-03-20");
    check("۳۰ اسفند ۱۴۰۴", "none");
    check("۳۱ ژوئیه ۲۰۲۳", "2023-07-31");
    check("تاریخ انتشار: ۹ مرداد ۱۴۰۲ - ۱۴:۳۰ به وقت تهران", "2023-07-31T14:30:00+03:30");
    check("تاریخ انتشار : دوشنبه ۹ مرداد ۱۴۰۲ ساعت ۲:۳۰ بعدازظهر", "2023-07-31T14:30:00Z");
    check_in(&fetched("fa"), "۹ مرداد ۱۴۰۲ ساعت ۱۴:۳۰", "2023-07-31T14:30:00+03:30");
    check_in(&fetched("fa"), "۹ مرداد ۱۴۰۱ ساعت ۱۴:۳۰", "2022-07-31T14:30:00+04:30");
    check_in(&fetched("fa"), "۹ مرداد", "2023-07-31");
    check("10\\10\\1370 هجری شمسی", "1991-12-31");
    check("2025 مرداد 9", "none");
    check("1404-07-12", "2025-10-04");
}

#[test]
fn arabic_and_hijri_dates() {
    check("الاثنين 31 يوليو 2023", "2023-07-31");
    check("31 تموز 2023", "2023-07-31");
    check("٣١ تموز/يوليو ٢٠٢٣", "2023-07-31");
    check("15 كانون الثاني 2023", "2023-01-15");
    check("الاثنين، 13 محرم 1445 هـ", "2023-07-31");
    check("1 رمضان 1445", "2024-03-11");
    check("9 ذو الحجة 1444", "2023-06-27");
    check_lang("ar", "1445/01/13", "2023-07-31");
    check_lang("ar", "1445/01/13 هـ", "2023-07-31");
    check("1445/01/13 قمری", "2023-07-31");
    check_lang("ar", "31/07/2023 02:30 مساءً", "2023-07-31T14:30:00Z");
    check_lang("ar", "الاثنين 31 يوليو 2023 الساعة 14:30 بتوقيت غرينتش", "2023-07-31T14:30:00Z");
    check_in(&fetched(""), "1445/01/13", "2023-07-31");
    check_in(&fetched(""), "1402/05/09", "2023-07-31");
}

#[test]
fn times_told_from_fetching() {
    let fa = fetched("fa");
    check_in(&fa, "۳ روز پیش", "2023-07-30");
    check_in(&fa, "۳ روز قبل", "2023-07-30");
    check_in(&fa, "امروز", "2023-08-02");
    check_in(&fa, "امروز ۰۹:۱۵", "2023-08-02T09:15:00+03:30");
    check_in(&fa, "دیروز ساعت ۱۴:۳۰", "2023-08-01T14:30:00+03:30");
    check_in(&fa, "دو ساعت پیش", "2023-08-02T09:00:00+03:30");
    check_in(&fa, "یک هفته پیش", "2023-07-26");
    check_in(&fa, "لحظاتی پیش", "2023-08-02T11:00:00+03:30");
    let en = fetched("en");
    check_in(&en, "2 hours ago", "2023-08-02T09:00:00+03:30");
    check_in(&en, "an hour ago", "2023-08-02T10:00:00+03:30");
    check_in(&en, "1 hour and 20 minutes ago", "2023-08-02T09:40:00+03:30");
    check_in(&en, "Updated 5 mins. ago", "2023-08-02T10:55:00+03:30");
    check_in(&en, "Yesterday", "2023-08-01");
    check_in(&en, "2 months ago", "2023-06");
    check_in(&en, "vor 3 Tagen", "2023-07-30");
    check_in(&en, "il y a 3 jours", "2023-07-30");
    check_in(&en, "hace 2 horas", "2023-08-02T09:00:00+03:30");
    check_in(&en, "منذ ساعتين", "2023-08-02T09:00:00+03:30");
    check_in(&en, "قبل 3 أيام", "2023-07-30");
    check_in(&en, "July 31", "2023-07-31");
    check_in(&en, "31 December", "2022-12-31");
    check("2 hours ago", "none");
    check("امروز", "none");
    check("July 31", "none");
    assert!(parse_date("2 hours ago", &en).unwrap().relative);
    assert!(!parse_date("2023-07-31", &en).unwrap().relative);
}

#[test]
fn the_zone_says_where_it_comes_from() {
    let basis = |raw: &str, context: &DateContext| parse_date(raw, context).unwrap().zone;
    let tehran = DateContext { zone: zone_named("Asia/Tehran"), ..Default::default() };
    assert_eq!(basis("2023-07-31T08:30:00Z", &tehran), ZoneBasis::Stated);
    assert_eq!(basis("2023-07-31T08:30:00", &tehran), ZoneBasis::SourceDefault);
    assert_eq!(basis("2023-07-31T08:30:00", &DateContext::default()), ZoneBasis::AssumedUtc);
    assert_eq!(basis("2023-07-31", &tehran), ZoneBasis::None);
    assert_eq!(parse_date("۱۴۰۲/۵/۹", &tehran).unwrap().calendar, Calendar::Jalali);
    assert_eq!(parse_date("13 محرم 1445", &tehran).unwrap().calendar, Calendar::Hijri);
}

/// A parser that takes the text for its own pattern reads `m`, `d` and `y` in these names.
#[test]
fn names_of_months_are_never_patterns() {
    for (index, name) in ["dey", "mehr", "farvardin", "khordad", "Mordad"].into_iter().enumerate() {
        let month = [10, 7, 1, 3, 5][index];
        let raw = format!("5 {name} 1402");
        let day = crate::calendar::civil_day(Calendar::Jalali, 1402, month, 5).unwrap();
        check(&raw, &day.to_string());
    }
    check("%Y-%m-%d", "none");
    check("yyyy-mm-dd", "none");
}

#[test]
fn local_time_marked_as_gmt_is_put_right() {
    let tehran = zone_named("Asia/Tehran").unwrap();
    let check = |raw: &str, now: &str, expect: Option<&str>| {
        let found = local_as_gmt(&When::parse(raw).unwrap(), &tehran, at(now));
        assert_eq!(found.map(|when| when.to_string()).as_deref(), expect, "{raw} at {now}");
    };
    check("2023-07-31T14:30:00Z", "2023-07-31T11:05:00Z", Some("2023-07-31T14:30:00+03:30"));
    check("2023-07-31T14:30:00Z", "2023-07-31T14:25:00Z", None);
    check("2023-07-31T14:30:00Z", "2023-07-31T08:00:00Z", None);
    check("2023-07-31T14:30:00+03:30", "2023-07-31T08:00:00Z", None);
    check("2023-07-31", "2023-07-30T08:00:00Z", None);
}

#[track_caller]
fn check_found(context: &DateContext, text: &str, expect: &[(&str, &str)]) {
    let found = find_dates(text, context);
    let found: Vec<(&str, String)> = found
        .iter()
        .map(|date| {
            assert_eq!(date.span.of(text), text.get(date.bytes.clone()));
            (text.get(date.bytes.clone()).unwrap(), date.reading.value.to_string())
        })
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(text, value)| (*text, value.as_str())).collect();
    assert_eq!(found, expect);
}

#[test]
fn dates_are_found_in_prose() {
    let none = DateContext::default();
    check_found(
        &none,
        "On Monday, 31 July 2023, they met; again in May 2025.",
        &[("Monday, 31 July 2023", "2023-07-31"), ("May 2025", "2025-05")],
    );
    check_found(
        &none,
        "او در ۹ مرداد ۱۴۰۲ گفت و در سال ۱۳۹۹ رفت.",
        &[("۹ مرداد ۱۴۰۲", "2023-07-31")],
    );
    check_found(&none, "Version 1.2.2023.4 costs 12/31 of $10.05.2023", &[]);
    check_found(&none, "call 2023-07-31-44 or see a/2023/07/31/x", &[]);
    check_found(
        &none,
        "It began at 14:30 on 31 July 2023 and ended.",
        &[("14:30 on 31 July 2023", "2023-07-31T14:30:00Z")],
    );
    check_found(
        &none,
        "31 July 2023 10:00-11:30 in hall 5",
        &[("31 July 2023 10:00", "2023-07-31T10:00:00Z")],
    );
    check_found(
        &fetched("en"),
        "It happened two days ago, on July 31, police said.",
        &[("two days ago", "2023-07-31"), ("July 31", "2023-07-31")],
    );
    check_found(
        &none,
        "On 31 July 2023 at 4 pm ET; le 31 juillet 2023 à 14h30 est venu",
        &[
            ("31 July 2023 at 4 pm ET", "2023-07-31T16:00:00-05:00"),
            ("31 juillet 2023 à 14h30", "2023-07-31T14:30:00Z"),
        ],
    );
    check_found(&none, "", &[]);
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        parse_date(&text, &fetched("fa"));
        find_dates(&text, &fetched("en"));
    }

    #[test]
    fn any_pile_of_date_parts_is_read(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "31", "7", "2023", "1402", "July", "مرداد", "محرم", "/", "-", ":", ".", "T", "Z", "+", "ago", "پیش",
                "hours", "ساعت", "pm", "W", "هجری", "ق", "99999999999", "0", "و", "سی", "年", " ", "GMT", "week",
            ]),
            0..14,
        ),
    ) {
        let text = parts.concat();
        parse_date(&text, &fetched("fa"));
        let spaced = parts.join(" ");
        for found in find_dates(&spaced, &fetched("en")) {
            prop_assert!(found.span.of(&spaced).is_some());
        }
    }

    #[test]
    fn every_day_is_read_back(days in 0i64..40_000) {
        let date = jiff::civil::date(1950, 1, 1) + jiff::Span::new().days(days);
        let jalali = crate::calendar::calendar_day(Calendar::Jalali, date);
        let raw = format!("{}/{}/{}", jalali.year, jalali.month, jalali.day);
        prop_assert_eq!(parse_date(&raw, &DateContext::default()).map(|d| d.value), Some(When::Day(date)));
        let iso = date.to_string();
        prop_assert_eq!(parse_date(&iso, &DateContext::default()).map(|d| d.value), Some(When::Day(date)));
    }
}
