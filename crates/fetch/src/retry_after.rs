//! How long a server wants to be left alone. Reads headers only.

use crate::budget::RETRY_AFTER_MAX;
use crate::clock::until;
use chapar_model::Headers;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::Offset;
use std::time::Duration;

/// The pause that `Retry-After` asks for, a day at most: seconds, or a date (RFC 9110, 10.2.3).
///
/// A date is measured from the server's own `Date`, since its clock and ours may differ.
pub(crate) fn find_retry_after(headers: &Headers, now: Timestamp) -> Option<Duration> {
    let raw = headers.get("retry-after")?.trim();
    if !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit()) {
        // Digits that are too many for a number ask for an age, too.
        let seconds = raw.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let server_now = headers.get("date").and_then(parse_http_date).unwrap_or(now);
    Some(until(server_now, parse_http_date(raw)?).min(RETRY_AFTER_MAX))
}

/// The three forms of RFC 9110, 5.6.7.
fn parse_http_date(raw: &str) -> Option<Timestamp> {
    let utc = |civil: DateTime| Offset::UTC.to_timestamp(civil).ok();
    DateTimeParser::new()
        .parse_timestamp(raw)
        .ok()
        .or_else(|| DateTime::strptime("%A, %d-%b-%y %H:%M:%S GMT", raw).ok().and_then(utc))
        .or_else(|| DateTime::strptime("%a %b %e %H:%M:%S %Y", raw).ok().and_then(utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(retry_after: &str, date: Option<&str>, expect_secs: Option<u64>) {
        let mut headers = Headers(vec![("Retry-After".into(), retry_after.into())]);
        headers.0.extend(date.map(|date| ("Date".into(), date.into())));
        let now = "2023-07-31T08:00:00Z".parse().unwrap();
        assert_eq!(find_retry_after(&headers, now), expect_secs.map(Duration::from_secs));
    }

    #[test]
    fn seconds_are_taken_as_they_are_up_to_a_day() {
        check("120", None, Some(120));
        check(" 0 ", None, Some(0));
        check("999999", None, Some(86_400));
        check("99999999999999999999999999", None, Some(86_400));
    }

    #[test]
    fn all_forms_of_date_are_read() {
        check("Mon, 31 Jul 2023 08:02:00 GMT", None, Some(120));
        check("Monday, 31-Jul-23 08:02:00 GMT", None, Some(120));
        check("Mon Jul 31 08:02:00 2023", None, Some(120));
    }

    #[test]
    fn a_date_counts_from_the_clock_of_the_server() {
        let date = Some("Mon, 31 Jul 2023 09:00:00 GMT");
        check("Mon, 31 Jul 2023 09:00:30 GMT", date, Some(30));
        check("Mon, 31 Jul 2023 08:59:00 GMT", date, Some(0));
    }

    #[test]
    fn what_is_neither_is_ignored() {
        for raw in ["", "soon", "-5", "1.5", "Mon, 99 Jul 2023 08:02:00 GMT"] {
            check(raw, None, None);
        }
    }
}
