//! Reads the zone of a time: an offset, a short name, a place.

use super::pieces::Piece;
use super::time::{is_sign, skip_signs};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// The zone rules that come with the program, so that no machine's own files change a result.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone as written.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    Fixed(Offset),
    Named(TimeZone),
}

/// Zone names of mail and of Unix, in hours and minutes from UTC.
const ZONE_NAMES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 100),
    ("bst", 100),
    ("met", 100),
    ("mest", 200),
    ("cet", 100),
    ("cest", 200),
    ("mez", 100),
    ("mesz", 200),
    ("eet", 200),
    ("eest", 300),
    ("msk", 300),
    ("trt", 300),
    ("ast", -400),
    ("adt", -300),
    ("at", -400),
    ("est", -500),
    ("edt", -400),
    ("et", -500),
    ("cst", -600),
    ("cdt", -500),
    ("ct", -600),
    ("mst", -700),
    ("mdt", -600),
    ("mt", -700),
    ("pst", -800),
    ("pdt", -700),
    ("pt", -800),
    ("akst", -900),
    ("akdt", -800),
    ("hst", -1000),
    ("irst", 330),
    ("irdt", 430),
    ("aft", 430),
    ("gst", 400),
    ("pkt", 500),
    ("ist", 530),
    ("sgt", 800),
    ("hkt", 800),
    ("jst", 900),
    ("kst", 900),
    ("aest", 1000),
    ("aedt", 1100),
    ("nzst", 1200),
    ("nzdt", 1300),
    ("sast", 200),
    ("eat", 300),
];

/// Cities whose time is named in words: `به وقت تهران`, `بتوقيت بيروت`.
const CITIES: &[(&str, &str)] = &[
    ("تهران", "Asia/Tehran"),
    ("طهران", "Asia/Tehran"),
    ("ایران", "Asia/Tehran"),
    ("tehran", "Asia/Tehran"),
    ("کابل", "Asia/Kabul"),
    ("افغانستان", "Asia/Kabul"),
    ("kabul", "Asia/Kabul"),
    ("گرینویچ", "Etc/UTC"),
    ("غرینتش", "Etc/UTC"),
    ("greenwich", "Etc/UTC"),
    ("مکه", "Asia/Riyadh"),
    ("السعودیه", "Asia/Riyadh"),
    ("بغداد", "Asia/Baghdad"),
    ("بیروت", "Asia/Beirut"),
    ("دمشق", "Asia/Damascus"),
    ("القاهره", "Africa/Cairo"),
    ("قاهره", "Africa/Cairo"),
    ("القدس", "Asia/Jerusalem"),
    ("دبی", "Asia/Dubai"),
    ("الامارات", "Asia/Dubai"),
    ("london", "Europe/London"),
    ("لندن", "Europe/London"),
    ("moscow", "Europe/Moscow"),
    ("مسکو", "Europe/Moscow"),
    ("eastern", "America/New_York"),
    ("central", "America/Chicago"),
    ("pacific", "America/Los_Angeles"),
];

/// The zone that begins at `at`, and the piece after it.
pub(super) fn zone_at(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let start = skip_signs(pieces, at, "([");
    offset_at(pieces, start)
        .or_else(|| place_zone(pieces, start))
        .or_else(|| spoken_zone(pieces, start))
        .or_else(|| named_zone(pieces, start))
}

/// `+03:30`, `-0800`, `+3`.
fn offset_at(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let sign = pieces.get(at)?;
    let value = pieces.get(at + 1)?;
    if !sign.is_sign("+-−–") || value.is_spaced {
        return None;
    }
    let number = value.number(4)?;
    let has_minutes =
        value.key.len() <= 2 && is_sign(pieces, at + 2, ":") && number_len(pieces, at + 3) == 2;
    let (hours, minutes, next) = if has_minutes {
        (number, pieces.get(at + 3)?.number(2)?, at + 4)
    } else if value.key.len() <= 2 {
        (number, 0, at + 2)
    } else {
        (number / 100, number % 100, at + 2)
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let seconds = if sign.is_sign("+") { seconds } else { -seconds };
    Some((Zone::Fixed(Offset::from_seconds(seconds).ok()?), next))
}

fn number_len(pieces: &[Piece], at: usize) -> usize {
    pieces.get(at).filter(|piece| piece.number(9).is_some()).map_or(0, |piece| piece.key.len())
}

/// `GMT`, `EST`, `GMT+3:30`.
fn named_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let word = pieces.get(at)?.word()?;
    let (_, hhmm) = ZONE_NAMES.iter().find(|(name, _)| *name == word)?;
    if matches!(word, "gmt" | "utc" | "ut")
        && let Some((zone, next)) = offset_at(pieces, at + 1)
    {
        return Some((zone, next));
    }
    let seconds = (hhmm / 100) * 3600 + (hhmm % 100) * 60;
    Some((Zone::Fixed(Offset::from_seconds(seconds).ok()?), at + 1))
}

/// `Asia/Tehran`, `Etc/GMT`.
fn place_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    pieces.get(at)?.word()?;
    if !is_sign(pieces, at + 1, "/") {
        return None;
    }
    let mut name = String::new();
    let mut next = at;
    while let Some(piece) = pieces.get(next)
        && (next == at || !piece.is_spaced)
        && (piece.word().is_some() || piece.is_sign("/_-"))
    {
        name.push_str(&piece.key);
        next += 1;
    }
    Some((Zone::Named(ZONES.get(&name).ok()?), next))
}

/// `به وقت تهران`, `بتوقیت بیروت`, `Tehran time`.
fn spoken_zone(pieces: &[Piece], at: usize) -> Option<(Zone, usize)> {
    let city = |at: usize| {
        let word = pieces.get(at)?.word()?;
        let (_, name) = CITIES.iter().find(|(city, _)| *city == word)?;
        ZONES.get(name).ok()
    };
    let is_word = |at: usize, words: &[&str]| pieces.get(at).is_some_and(|p| p.is_word(words));
    if is_word(at, &["به"]) && is_word(at + 1, &["وقت"]) {
        return Some((Zone::Named(city(at + 2)?), at + 3));
    }
    if is_word(at, &["بتوقیت", "بوقت"]) {
        return Some((Zone::Named(city(at + 1)?), at + 2));
    }
    if is_word(at + 1, &["time"]) {
        return Some((Zone::Named(city(at)?), at + 2));
    }
    None
}

/// The zone of that name in the bundled rules.
pub(super) fn zone_named(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[track_caller]
    fn check_zone(text: &str, seconds: i32) {
        let at = jiff::Timestamp::from_second(1_690_000_000).unwrap();
        let found = match zone_at(&pieces(text, 20), 0).map(|(zone, _)| zone) {
            Some(Zone::Fixed(offset)) => offset.seconds(),
            Some(Zone::Named(zone)) => zone.to_offset(at).seconds(),
            None => i32::MAX,
        };
        assert_eq!(found, seconds, "{text}");
    }

    #[test]
    fn zones_are_read() {
        check_zone("Z", 0);
        check_zone("+03:30", 12_600);
        check_zone("-0800", -28_800);
        check_zone("GMT+3:30", 12_600);
        check_zone("(UTC +3)", 10_800);
        check_zone("EST", -18_000);
        check_zone("IRST", 12_600);
        check_zone("Asia/Tehran", 12_600);
        check_zone("America/New_York", -14_400);
        check_zone("به وقت تهران", 12_600);
        check_zone("بتوقيت غرينتش", 0);
        check_zone("Tehran time", 12_600);
        check_zone("+zz:00", i32::MAX);
        check_zone("+25", i32::MAX);
    }
}
