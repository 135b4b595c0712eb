//! What a page's address tells: a date in its path, the words of its last part.

use crate::words;
use crate::words::ENGLISH_MONTHS;
use chapar_model::{PageUrl, When};
use chapar_text::calendar::{Calendar, civil_day};
use jiff::civil::Date;

/// Persian years since there are pages.
const JALALI_YEARS: std::ops::RangeInclusive<i16> = 1374..=1450;

/// The date in an address: `/2023/07/31/`, `/2023-07-31-`, `20230731`, or only `/2023/07/`.
pub(crate) fn date_in(url: &PageUrl) -> Option<(When, String)> {
    let path = url.as_url().path();
    let parts: Vec<&str> = path.split(['/', '-', '_', '.', '+']).collect();
    for window in parts.windows(3) {
        let [year, month, day] = window else { continue };
        if let Some(date) = civil(year, month, day) {
            return Some((When::Day(date), window.join("/")));
        }
    }
    for part in &parts {
        if let Some(date) = compact(part) {
            return Some((When::Day(date), (*part).to_owned()));
        }
    }
    let folders: Vec<&str> = path.split('/').collect();
    for window in folders.windows(2) {
        let [year, month] = window else { continue };
        // Only the Gregorian calendar has months that a month can stand for.
        let is_jalali = year.parse().is_ok_and(|year| JALALI_YEARS.contains(&year));
        if let Some(date) = civil(year, month, "1").filter(|_| !is_jalali) {
            return Some((
                When::Month { year: date.year(), month: date.month() },
                window.join("/"),
            ));
        }
    }
    None
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || !(1..=2).contains(&day.len()) {
        return None;
    }
    let is_month = |name: &str| {
        let short = name.get(..3).unwrap_or(name);
        month.eq_ignore_ascii_case(name) || month.eq_ignore_ascii_case(short)
    };
    let month: i8 = match ENGLISH_MONTHS.iter().position(|name| is_month(name)) {
        Some(at) => i8::try_from(at + 1).ok()?,
        None if (1..=2).contains(&month.len()) => month.parse().ok()?,
        None => return None,
    };
    let year: i16 = year.parse().ok()?;
    if JALALI_YEARS.contains(&year) {
        let (month, day) = (u8::try_from(month).ok()?, day.parse().ok()?);
        return civil_day(Calendar::Jalali, i32::from(year), month, day);
    }
    let date = Date::new(year, month, day.parse().ok()?).ok()?;
    (1995..=2100).contains(&date.year()).then_some(date)
}

/// Eight digits, or more where the first eight are a day and a number follows.
fn compact(part: &str) -> Option<Date> {
    let is_number = part.bytes().all(|b| b.is_ascii_digit());
    if !is_number || !matches!(part.len(), 8 | 12 | 14) {
        return None;
    }
    civil(part.get(..4)?, part.get(4..6)?, part.get(6..8)?)
}

/// The words of the address's last part, folded, where it has any.
pub(crate) fn slug(url: &PageUrl) -> Vec<String> {
    let path = url.as_url().path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let decoded = percent_decoded(last);
    let stem = decoded
        .rsplit_once('.')
        .filter(|(_, ext)| ext.len() <= 5)
        .map_or(decoded.as_str(), |(stem, _)| stem);
    words::folded(stem).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: Option<&str>) {
        let url = PageUrl::parse(url).unwrap();
        assert_eq!(date_in(&url).map(|(when, _)| when.to_string()).as_deref(), expect);
    }

    #[test]
    fn dates_in_paths_are_read_as_exactly_as_they_stand() {
        check("https://example.org/2023/07/31/rates-rise", Some("2023-07-31"));
        check("https://example.org/2023/jul/31/rates-rise", Some("2023-07-31"));
        check("https://example.org/2023/july/31/rates-rise", Some("2023-07-31"));
        check("https://example.org/fa/1402/05/09/rates-rise", Some("2023-07-31"));
        check("https://example.org/news/20230731/rates", Some("2023-07-31"));
        check("https://example.org/2023-07-31-rates", Some("2023-07-31"));
        check("https://example.org/2023/07/rates-rise", Some("2023-07"));
        check("https://example.org/news/2023/rates-of-07", None);
        check("https://example.org/id/12345678", None);
    }

    #[test]
    fn a_slug_is_words() {
        let url = PageUrl::parse("https://example.org/a/iran-belarus%20sign.html").unwrap();
        assert_eq!(slug(&url), ["iran", "belarus", "sign"]);
    }
}
