//! A time as exactly as it is known: a month, a day, or an instant.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// A point in time, never more exact than its evidence.
///
/// As text: `2023-07`, `2023-07-31`, or RFC 3339 such as `2023-07-31T08:30:00+03:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// A month of the Gregorian calendar.
    Month {
        /// Gregorian year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// A civil day; which zone's is not known better than the publisher's own.
    Day(Date),
    /// An instant, with the offset from UTC it was written in, in seconds (0 when unknown).
    Instant {
        /// The instant.
        at: Timestamp,
        /// Offset in seconds.
        offset_seconds: i32,
    },
}

/// Why a string is no [`When`].
#[derive(Debug, Error)]
#[error("`{raw}` is no month, day or instant")]
pub struct WhenError {
    /// The string as given, shortened.
    raw: String,
    /// What the date parser says.
    source: jiff::Error,
}

impl When {
    /// An instant written in UTC.
    pub fn instant(at: Timestamp) -> Self {
        Self::Instant { at, offset_seconds: 0 }
    }

    /// Reads the text form.
    pub fn parse(raw: &str) -> Result<Self, WhenError> {
        let error = |source: jiff::Error| WhenError { raw: raw.chars().take(60).collect(), source };
        if raw.len() == 7 {
            let date: Date = format!("{raw}-01").parse().map_err(error)?;
            return Ok(Self::Month { year: date.year(), month: date.month() });
        }
        if raw.len() == 10 {
            return raw.parse().map(Self::Day).map_err(error);
        }
        let at: Timestamp = raw.parse().map_err(error)?;
        let offset_seconds = jiff::fmt::temporal::Pieces::parse(raw)
            .ok()
            .and_then(|pieces| pieces.to_numeric_offset())
            .map_or(0, |offset| offset.seconds());
        Ok(Self::Instant { at, offset_seconds })
    }

    /// The civil day, in the zone it was written in; for a month its first day.
    pub fn day(&self) -> Option<Date> {
        match *self {
            Self::Month { .. } => None,
            Self::Day(day) => Some(day),
            Self::Instant { at, offset_seconds } => {
                let offset = jiff::tz::Offset::from_seconds(offset_seconds).ok()?;
                Some(offset.to_datetime(at).date())
            }
        }
    }

    /// The earliest instant it can mean, with days taken in `zone`.
    pub fn earliest(&self, zone: &TimeZone) -> Timestamp {
        let start =
            |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
        match *self {
            Self::Month { year, month } => {
                Date::new(year, month, 1).map_or(Timestamp::UNIX_EPOCH, start)
            }
            Self::Day(day) => start(day),
            Self::Instant { at, .. } => at,
        }
    }

    /// Whether the two can mean the same time: the less exact one contains the other.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Instant { at: a, .. }, Self::Instant { at: b, .. }) => a == b,
            (Self::Month { year, month }, other) | (other, Self::Month { year, month }) => {
                match other {
                    Self::Month { year: y, month: m } => (year, month) == (y, m),
                    _ => other.day().is_some_and(|d| (d.year(), d.month()) == (*year, *month)),
                }
            }
            _ => self.day() == other.day(),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => day.fmt(f),
            Self::Instant { at, offset_seconds } => {
                match jiff::tz::Offset::from_seconds(offset_seconds) {
                    Ok(offset) if offset_seconds != 0 => at.display_with_offset(offset).fmt(f),
                    _ => at.fmt(f),
                }
            }
        }
    }
}

impl Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_read_back() {
        for raw in ["2023-07", "2023-07-31", "2023-07-31T08:30:00+03:30", "2023-07-31T08:30:00Z"] {
            assert_eq!(When::parse(raw).unwrap().to_string(), raw);
        }
        assert!(When::parse("2023-13").is_err());
        assert!(When::parse("July 2023").is_err());
    }

    #[test]
    fn a_day_is_taken_in_the_zone_it_was_written_in() {
        let when = When::parse("2023-07-31T01:00:00+03:30").unwrap();
        assert_eq!(when.day().unwrap().to_string(), "2023-07-31");
        assert!(when.agrees(&When::parse("2023-07").unwrap()));
        assert!(!when.agrees(&When::parse("2023-07-30").unwrap()));
    }
}
