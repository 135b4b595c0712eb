//! Joins a day with the time and the zone that stand beside it.

use super::day::{CivilDay, DayMatch, Mode};
use super::names;
use super::pieces::Piece;
use super::relative::{Ago, ago_at};
use super::time::{Clock, time_at};
use super::zone::{Zone, zone_at};
use super::{DateContext, DateReading, ZoneBasis};
use crate::calendar::Calendar;
use chapar_model::When;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::Range;

/// The reading of a relative expression at `at`, with a time beside it.
pub(super) fn relative_reading(
    pieces: &[Piece],
    at: usize,
    context: &DateContext,
) -> Option<(Range<usize>, DateReading)> {
    let (ago, end) = ago_at(pieces, at, context)?;
    let (range, reading) = match ago {
        Ago::Day(day) => {
            let found = DayMatch {
                day,
                calendar: Calendar::Gregorian,
                start: at,
                end,
                time: None,
                is_anchored: true,
            };
            with_time(pieces, &found, context, Mode::Prose)?
        }
        Ago::Instant(instant) => {
            let zone = context.zone_or_utc();
            let basis =
                if context.zone.is_some() { ZoneBasis::SourceDefault } else { ZoneBasis::Stated };
            let offset_seconds = zone.to_offset(instant).seconds();
            let reading = DateReading {
                value: When::Instant { at: instant, offset_seconds },
                calendar: Calendar::Gregorian,
                zone: basis,
                relative: true,
            };
            (at..end, reading)
        }
    };
    Some((range, DateReading { relative: true, ..reading }))
}

/// Joins a day with the time and zone that stand beside it.
pub(super) fn with_time(
    pieces: &[Piece],
    found: &DayMatch,
    context: &DateContext,
    mode: Mode,
) -> Option<(Range<usize>, DateReading)> {
    let (value_day, time, range) = match (found.day, found.time.clone()) {
        (CivilDay::Month(year, month), _) => {
            let reading = DateReading {
                value: When::Month { year, month },
                calendar: found.calendar,
                zone: ZoneBasis::None,
                relative: false,
            };
            return Some((found.start..found.end, reading));
        }
        (CivilDay::Day(day), Some(time)) => (day, Some(time), found.start..found.end),
        (CivilDay::Day(day), None) => match time_beside(pieces, found, mode).ok()? {
            Some((clock, zone, range)) => (day, Some((clock, zone)), range),
            None => (day, None, found.start..found.end),
        },
    };
    let (value, zone) = match time {
        None => (When::Day(value_day), ZoneBasis::None),
        Some((clock, zone)) => instant(value_day, clock, zone, context)?,
    };
    let relative = found.is_anchored;
    Some((range, DateReading { value, calendar: found.calendar, zone, relative }))
}

fn instant(
    day: Date,
    clock: Clock,
    zone: Option<Zone>,
    context: &DateContext,
) -> Option<(When, ZoneBasis)> {
    let day = if clock.is_next_day { day.tomorrow().ok()? } else { day };
    let civil = day.to_datetime(clock.time()?);
    let (zone, basis) = match (zone, &context.zone) {
        (Some(Zone::Fixed(offset)), _) => (TimeZone::fixed(offset), ZoneBasis::Stated),
        (Some(Zone::Named(zone)), _) => (zone, ZoneBasis::Stated),
        (None, Some(zone)) => (zone.clone(), ZoneBasis::SourceDefault),
        (None, None) => (TimeZone::UTC, ZoneBasis::AssumedUtc),
    };
    let at = zone.to_timestamp(civil).ok()?;
    Some((When::Instant { at, offset_seconds: zone.to_offset(at).seconds() }, basis))
}

/// The offset of a time cannot be read, so the time means nothing.
struct BrokenZone;

/// A time and its zone beside a day, and the pieces that the whole takes.
type TimeBeside = (Clock, Option<Zone>, Range<usize>);

/// The time beside a day: after it, else before it.
fn time_beside(
    pieces: &[Piece],
    found: &DayMatch,
    mode: Mode,
) -> Result<Option<TimeBeside>, BrokenZone> {
    let reach_after = if mode == Mode::Meant { pieces.len() } else { found.end + 4 };
    for at in found.end..reach_after.min(pieces.len()) {
        if let Some((clock, next)) = time_at(pieces, at) {
            let (zone, next) = zone_beside(pieces, next, mode)?;
            return Ok(Some((clock, zone, found.start..next)));
        }
        if mode != Mode::Meant && !pieces.get(at).is_some_and(is_connector) {
            break;
        }
    }
    let reach_before = if mode == Mode::Meant { found.start } else { 8 };
    for at in (found.start.saturating_sub(reach_before)..found.start).rev() {
        let Some((clock, next)) = time_at(pieces, at).filter(|(_, next)| *next <= found.start)
        else {
            continue;
        };
        if at > 0 && pieces.get(at - 1).is_some_and(|piece| piece.is_sign(":")) {
            continue;
        }
        let (zone, after) = zone_beside(pieces, next, mode)?;
        let between = pieces.get(after.min(found.start)..found.start).unwrap_or_default();
        if mode == Mode::Meant || between.iter().all(is_connector) {
            return Ok(Some((clock, zone, at..found.end)));
        }
    }
    Ok(None)
}

/// The zone after a time. A sign of an offset with nothing readable behind it spoils the date.
fn zone_beside(
    pieces: &[Piece],
    at: usize,
    mode: Mode,
) -> Result<(Option<Zone>, usize), BrokenZone> {
    if let Some((zone, next)) = zone_at(pieces, at)
        && is_zone_here(pieces, at, mode)
    {
        let is_closed = pieces.get(next).is_some_and(|piece| piece.is_sign(")]"));
        return Ok((Some(zone), if is_closed { next + 1 } else { next }));
    }
    let is_broken = mode == Mode::Meant
        && pieces.get(at).is_some_and(|piece| piece.is_sign("+"))
        && pieces.get(at + 1).is_some_and(|piece| !piece.is_spaced);
    if is_broken { Err(BrokenZone) } else { Ok((None, at)) }
}

/// In prose `10:00-11:30` is a span of time, and `est` and `at` are words.
fn is_zone_here(pieces: &[Piece], at: usize, mode: Mode) -> bool {
    let Some(piece) = pieces.get(at) else { return false };
    match (mode, piece.word()) {
        (_, Some("at")) => at + 1 == pieces.len(),
        (Mode::Meant, _) => true,
        (_, Some(_)) => piece.is_upper || zone_at(pieces, at).is_some_and(|z| z.1 > at + 1),
        (_, None) => piece.is_spaced || piece.is_sign("+"),
    }
}

/// What may stand between a day and its time in prose.
fn is_connector(piece: &Piece) -> bool {
    piece.is_sign(",،-–—|/·•@")
        || piece.is_word(&[
            "at",
            "on",
            "t",
            "um",
            "à",
            "a",
            "در",
            "ساعت",
            "الساعه",
            "فی",
            "und",
            "روز",
            "las",
            "alle",
            "kl",
        ])
        || piece.word().is_some_and(names::is_weekday)
}
