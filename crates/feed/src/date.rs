//! Dates as feeds write them: RFC 2822, RFC 3339, and what publishers take for these, in figures and
//! English. Other calendars and languages are left to [`chapar_text`]. Keeps the characters beside the reading and never looks at a clock:
//! when the feed was fetched is told to it.

use crate::feed::FeedDate;
use chapar_model::{Lang, When};
use chapar_text::dates::{DateContext, local_as_gmt, parse_date};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// Characters of a date kept as written.
const RAW_CHARS_MAX: usize = 200;
/// Years before this are of another calendar: the feeds that write 1404 mean 2025.
const GREGORIAN_YEAR_MIN: i16 = 1900;

/// What helps to read a date.
#[derive(Debug, Clone, Default)]
pub(crate) struct DateReader {
    /// The zone of dates that name none.
    pub(crate) zone: Option<TimeZone>,
    /// When the feed was fetched.
    pub(crate) fetched: Option<Timestamp>,
    /// The language of the feed.
    pub(crate) lang: Option<Lang>,
}

impl DateReader {
    /// Reads a date; `None` when there are no characters.
    pub(crate) fn read(&self, raw: &str) -> Option<FeedDate> {
        let raw = raw.trim();
        if raw.is_empty() {
            return None;
        }
        let value = self.value(raw).map(|when| self.mend_future(when));
        Some(FeedDate { raw: raw.chars().take(RAW_CHARS_MAX).collect(), value })
    }

    fn value(&self, raw: &str) -> Option<When> {
        if raw.len() > RAW_CHARS_MAX {
            return None;
        }
        let zone = self.zone.as_ref();
        let own = parse_w3c(raw, zone).or_else(|| parse_mail(raw, zone));
        if own.as_ref().is_some_and(is_gregorian) {
            return own;
        }
        let context = DateContext {
            zone: self.zone.clone(),
            fetched: self.fetched,
            lang: self.lang,
            day_first: None,
        };
        parse_date(raw, &context).map(|reading| reading.value).or(own)
    }

    /// A date ahead of the fetch that calls itself UTC is local time marked wrongly, if local time
    /// puts it in the past (Tehran time as GMT lies 3 h 30 ahead).
    fn mend_future(&self, when: When) -> When {
        let (Some(zone), Some(fetched)) = (&self.zone, self.fetched) else { return when };
        local_as_gmt(&when, zone, fetched).unwrap_or(when)
    }
}

fn is_gregorian(when: &When) -> bool {
    let year = match when {
        When::Month { year, .. } => *year,
        other => other.day().map_or(0, Date::year),
    };
    year >= GREGORIAN_YEAR_MIN
}

/// An instant from local time in a zone, UTC when there is none.
fn instant(local: DateTime, zone: Option<&TimeZone>) -> Option<When> {
    let Some(zone) = zone else { return with_offset(local, 0) };
    let zoned = zone.to_zoned_datetime(local).ok()?;
    Some(When::Instant { at: zoned.timestamp(), offset_seconds: zoned.offset().seconds() })
}

fn with_offset(local: DateTime, offset_seconds: i32) -> Option<When> {
    let offset = Offset::from_seconds(offset_seconds).ok()?;
    Some(When::Instant { at: offset.to_timestamp(local).ok()?, offset_seconds })
}

/// The profile of ISO 8601 that RFC 3339 and W3C's note describe, with the short forms of ISO 8601:
/// ordinal days, no dashes, two-digit years. A bare year means its January, the least wrong of what
/// [`When`] can say.
fn parse_w3c(raw: &str, zone: Option<&TimeZone>) -> Option<When> {
    if !raw.is_ascii() {
        return None;
    }
    let split = raw.bytes().position(|b| matches!(b, b'T' | b't' | b' '));
    let (day, time) = raw.split_at_checked(split.unwrap_or(raw.len()))?;
    let time = time.get(1..).unwrap_or_default().trim();
    let day = civil_day(day)?;
    if time.is_empty() {
        return Some(match day {
            CivilDay::Day(date) => When::Day(date),
            CivilDay::Month(year, month) => When::Month { year, month },
        });
    }
    let CivilDay::Day(date) = day else { return None };
    let zone_at =
        time.bytes().position(|b| !(b.is_ascii_digit() || matches!(b, b':' | b'.' | b',')));
    let (clock, zone_name) = time.split_at_checked(zone_at.unwrap_or(time.len()))?;
    let (time, next_day) = parse_clock(clock)?;
    let date = if next_day { date.tomorrow().ok()? } else { date };
    let local = date.to_datetime(time);
    let zone_name = zone_name.trim();
    if zone_name.is_empty() {
        return instant(local, zone);
    }
    with_offset(local, offset_seconds(zone_name)?)
}

enum CivilDay {
    Day(Date),
    Month(i16, i8),
}

fn civil_day(raw: &str) -> Option<CivilDay> {
    let mut parts = raw.splitn(4, '-');
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() || !raw.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    let month = |year: i16, month: &str| Some(CivilDay::Month(year, number(month)?));
    let day = |year: i16, month: &str, day: &str| {
        Date::new(year, number(month)?, number(day)?).ok().map(CivilDay::Day)
    };
    let ordinal = |year: i16, day: &str| {
        let days: i64 = number(day)?;
        let first = Date::new(year, 1, 1).ok()?;
        let date = first.checked_add(jiff::Span::new().try_days(days - 1).ok()?).ok()?;
        (date.year() == year).then_some(CivilDay::Day(date))
    };
    match (first.len(), second, third) {
        (4, Some(m), Some(d)) => day(number(first)?, m, d),
        (4, Some(d), None) if d.len() == 3 => ordinal(number(first)?, d),
        (4, Some(m), None) => month(number(first)?, m).filter(is_month),
        (4, None, None) => Some(CivilDay::Month(number(first)?, 1)),
        (2, Some(m), Some(d)) => day(century(number(first)?), m, d),
        // `-03-12`: the century is left out.
        (0, Some(y), Some(m)) if y.len() == 2 => month(century(number(y)?), m).filter(is_month),
        (8, None, None) => day(number(raw.get(..4)?)?, raw.get(4..6)?, raw.get(6..)?),
        (7, None, None) => ordinal(number(raw.get(..4)?)?, raw.get(4..)?),
        (6, None, None) => day(century(number(raw.get(..2)?)?), raw.get(2..4)?, raw.get(4..)?),
        (5, None, None) => ordinal(century(number(raw.get(..2)?)?), raw.get(2..)?),
        _ => None,
    }
}

fn is_month(day: &CivilDay) -> bool {
    matches!(day, CivilDay::Month(_, 1..=12))
}

/// A two-digit year: feeds began in the nineties.
fn century(year: i16) -> i16 {
    if year < 90 { year + 2000 } else { year + 1900 }
}

fn number<T: std::str::FromStr>(raw: &str) -> Option<T> {
    raw.bytes().all(|b| b.is_ascii_digit()).then(|| raw.parse().ok()).flatten()
}

/// A time of day, and whether it is the midnight that ends the day.
fn parse_clock(raw: &str) -> Option<(Time, bool)> {
    let mut parts = raw.split(':');
    let hours = parts.next()?;
    let minutes = parts.next().unwrap_or("0");
    let seconds = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    let (hours, minutes) = match hours.len() {
        1 | 2 => (hours, minutes),
        4 | 6 => hours.split_at_checked(2)?,
        _ => return None,
    };
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let hours: i8 = number(hours)?;
    let minutes: i8 = number(minutes.get(..2).unwrap_or(minutes))?;
    let seconds: i8 = number::<i8>(seconds)?.min(59);
    let is_next_day = hours == 24 && minutes == 0;
    let hours = if is_next_day { 0 } else { hours };
    Some((Time::new(hours, minutes, seconds, number(&digits)?).ok()?, is_next_day))
}

/// The offset that a zone's name or number states. Names follow RFC 2822 and what news feeds use.
fn offset_seconds(name: &str) -> Option<i32> {
    let name = name.trim().trim_start_matches('(').trim_end_matches(')');
    let bare =
        ["Etc/", "UTC", "GMT"].iter().fold(name, |n, prefix| n.strip_prefix(prefix).unwrap_or(n));
    let (sign, digits) = match bare.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return zone_hours(name).map(|hours| hours * 3600 / 2),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes.get(..2)?),
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len().min(4) - 2)?,
    };
    let seconds = number::<i32>(hours)? * 3600 + number::<i32>(minutes)? * 60;
    (seconds <= 26 * 3600).then_some(sign * seconds)
}

/// Half hours ahead of UTC.
fn zone_hours(name: &str) -> Option<i32> {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_uppercase();
    Some(match name.as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "MET" | "WEST" | "MEZ" => 2,
        "CEST" | "MEST" | "EET" | "MESZ" | "SAST" => 4,
        "EEST" | "MSK" | "TRT" => 6,
        "IRST" => 7,
        "MSD" | "GST" => 8,
        "IRDT" | "AFT" => 9,
        "PKT" => 10,
        "IST" => 11,
        "HKT" | "SGT" | "AWST" => 16,
        "JST" | "KST" => 18,
        "AEST" => 20,
        "AEDT" => 22,
        "NZST" => 24,
        "NZDT" => 26,
        "AT" | "AST" | "EDT" => -8,
        "ADT" => -6,
        "ET" | "EST" | "CDT" => -10,
        "CT" | "CST" | "MDT" => -12,
        "MT" | "MST" | "PDT" => -14,
        "PT" | "PST" | "AKDT" => -16,
        "AKST" => -18,
        "HST" => -20,
        _ => return None,
    })
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month_of_name(word: &str) -> Option<i8> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    let is_name = word.trim_end_matches('.').bytes().all(|b| b.is_ascii_alphabetic());
    is_name.then(|| i8::try_from(at + 1).ok()).flatten()
}

/// Dates of mail and of `asctime`, their parts in any order that says what each is.
fn parse_mail(raw: &str, zone: Option<&TimeZone>) -> Option<When> {
    if !raw.is_ascii() {
        return None;
    }
    let mut parts = MailDate::default();
    for word in raw.split(|c: char| c.is_ascii_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        parts.take(word)?;
    }
    parts.finish(zone)
}

#[derive(Default)]
struct MailDate<'a> {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    clock: Option<(Time, bool)>,
    is_afternoon: Option<bool>,
    offset: Option<i32>,
    weekday: Option<&'a str>,
}

impl<'a> MailDate<'a> {
    /// Takes one word; `None` when it has no place in a date.
    fn take(&mut self, word: &'a str) -> Option<()> {
        let first = *word.as_bytes().first()?;
        if first.is_ascii_digit() && word.contains(':') {
            return self.take_clock(word);
        }
        if first.is_ascii_digit() {
            return self.take_number(word);
        }
        if matches!(first, b'+' | b'-') {
            self.offset = Some(offset_seconds(word)?);
            return Some(());
        }
        if self.month.is_none()
            && let Some(month) = month_of_name(word)
        {
            self.month = Some(month);
            return Some(());
        }
        match word.to_ascii_lowercase().as_str() {
            "am" | "a.m." => self.is_afternoon = Some(false),
            "pm" | "p.m." => self.is_afternoon = Some(true),
            "at" if self.clock.is_none() => {}
            _ if self.clock.is_some() => self.offset = self.offset.or(Some(offset_seconds(word)?)),
            _ if self.weekday.is_none() => self.weekday = Some(word),
            _ => return None,
        }
        Some(())
    }

    fn take_clock(&mut self, word: &'a str) -> Option<()> {
        let end = word.bytes().position(|b| !(b.is_ascii_digit() || matches!(b, b':' | b'.')));
        let (clock, rest) = word.split_at_checked(end.unwrap_or(word.len()))?;
        self.clock = Some(parse_clock(clock)?);
        if rest.is_empty() { Some(()) } else { self.take(rest) }
    }

    fn take_number(&mut self, word: &'a str) -> Option<()> {
        if let Some((day, rest)) = word.split_once('-') {
            // `04-Jan-2004`
            let (month, year) = rest.split_once('-')?;
            self.day = number(day);
            self.month = month_of_name(month);
            return self.take_year(year);
        }
        let word = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
        if self.day.is_none() && word.len() <= 2 {
            self.day = Some(number(word)?);
            return Some(());
        }
        if self.year.is_none() {
            return self.take_year(word);
        }
        (word.len() == 4).then(|| self.take_clock(word))?
    }

    fn take_year(&mut self, word: &str) -> Option<()> {
        let year: i16 = number(word)?;
        self.year = Some(if word.len() <= 2 { century(year) } else { year });
        Some(())
    }

    fn finish(self, zone: Option<&TimeZone>) -> Option<When> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let Some((time, is_next_day)) = self.clock else { return Some(When::Day(date)) };
        let hour = match (self.is_afternoon, time.hour()) {
            (Some(true), hour @ 0..12) => hour + 12,
            (Some(false), 12) => 0,
            (_, hour) => hour,
        };
        let time = time.with().hour(hour).build().ok()?;
        let date = if is_next_day { date.tomorrow().ok()? } else { date };
        let local = date.to_datetime(time);
        match self.offset {
            Some(offset) => with_offset(local, offset),
            None => instant(local, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expect: &str) {
        let read = DateReader::default().read(raw).and_then(|date| date.value);
        assert_eq!(read.map(|when| when.to_string()).unwrap_or_default(), expect, "{raw}");
    }

    #[test]
    fn rfc_3339_and_its_kin_are_read() {
        check("2023-07-31T08:30:00+03:30", "2023-07-31T08:30:00+03:30");
        check("2023-07-31T08:30:00Z", "2023-07-31T08:30:00Z");
        check("2023-07-31 08:30:00", "2023-07-31T08:30:00Z");
        check("2023-07-31T08:30:00.25+0330", "2023-07-31T08:30:00.25+03:30");
        check("2023-07-31", "2023-07-31");
        check("2023-07", "2023-07");
        check("20230731", "2023-07-31");
        check("2023-212", "2023-07-31");
    }

    #[test]
    fn mail_dates_are_read() {
        check("Mon, 31 Jul 2023 08:30:00 +0330", "2023-07-31T08:30:00+03:30");
        check("31 July 2023 08:30 GMT", "2023-07-31T08:30:00Z");
        check("Mon Jul 31 08:30:00 2023", "2023-07-31T08:30:00Z");
        check("July 31, 2023, 8:30 PM EST", "2023-07-31T20:30:00-05:00");
        check("Mon, 31 Jul 23", "2023-07-31");
        check("Mon, 31-Jul-2023 08:30:00 Z", "2023-07-31T08:30:00Z");
    }

    #[test]
    fn persian_dates_are_read() {
        check("1402-05-09", "2023-07-31");
        check("دوشنبه ۹ مرداد ۱۴۰۲", "2023-07-31");
    }

    #[test]
    fn what_is_no_date_stays_unread() {
        check("Sun, 16 zzz 2012 11:47:32 GMT", "");
        check("soon", "");
        check("013", "");
    }

    #[test]
    fn a_date_without_zone_takes_the_given_one() {
        let reader =
            DateReader { zone: TimeZone::get("Asia/Tehran").ok(), ..DateReader::default() };
        let date = reader.read("2023-07-31 12:00").unwrap();
        assert_eq!(date.value.unwrap().to_string(), "2023-07-31T12:00:00+03:30");
    }

    #[test]
    fn local_time_marked_as_utc_is_mended_when_it_lies_ahead() {
        let fetched = "2023-07-31T09:00:00Z".parse().ok();
        let reader = DateReader { zone: TimeZone::get("Asia/Tehran").ok(), fetched, lang: None };
        let read = |raw| reader.read(raw).unwrap().value.unwrap().to_string();
        assert_eq!(read("Mon, 31 Jul 2023 12:00:00 GMT"), "2023-07-31T12:00:00+03:30");
        assert_eq!(read("Mon, 31 Jul 2023 08:00:00 GMT"), "2023-07-31T08:00:00Z");
        assert_eq!(read("Mon, 31 Jul 2028 12:00:00 GMT"), "2028-07-31T12:00:00Z");
    }
}
