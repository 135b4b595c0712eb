//! The choice among the dates of a page, where rank alone would choose wrongly: a record in UTC
//! beside the publisher's own day, figures that can be read two ways, a month beside its day.

use super::{Printed, PrintedKind};
use crate::fields::Gathered;
use chapar_model::{Basis, Candidate, Field, When};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Offsets from UTC that a clock can have, in minutes.
const OFFSET_MIN: i64 = -11 * 60;
const OFFSET_MAX: i64 = 14 * 60;

/// A change within this time of the publication is the same stamp.
const SAME_STAMP: SignedDuration = SignedDuration::from_mins(2);

impl Printed {
    fn is_own(&self) -> bool {
        self.kind == PrintedKind::Own
    }
}

/// Chooses the date of the publication.
pub(super) fn settle(
    gathered: Gathered<When>,
    updated: &Field<When>,
    printed: &[Printed],
) -> Field<When> {
    let Some(best) = gathered.best_candidate() else {
        return gathered.settle("ranks first", When::agrees);
    };
    let chosen = in_its_month(best, &gathered)
        .or_else(|| other_order(best, &gathered))
        .or_else(|| local_day(best, &gathered, printed))
        .or_else(|| older_print(best, updated, printed))
        .or_else(|| only_print(best, updated, printed));
    match chosen {
        Some((when, reason)) => gathered.settle_on(when, reason, When::agrees),
        None => gathered.settle("ranks first", When::agrees),
    }
}

type Choice = Option<(When, &'static str)>;

/// The day in a month that is all the best evidence tells.
fn in_its_month(best: &Candidate<When>, gathered: &Gathered<When>) -> Choice {
    if !matches!(best.value, When::Month { .. }) {
        return None;
    }
    let day = gathered.ranked().find(|when| when.day().is_some() && when.agrees(&best.value))?;
    Some((*day, "the day in the month that ranks first"))
}

/// Figures such as `03-09-2026` read in the other order, where another date of the page bears
/// that reading out and none bears out the first.
fn other_order(best: &Candidate<When>, gathered: &Gathered<When>) -> Choice {
    let swapped = swapped(best.value.day()?, &best.raw)?;
    let others = || gathered.ranked().filter(|when| **when != best.value);
    if others().any(|when| when.day() == best.value.day()) {
        return None;
    }
    let other = others().find(|when| when.day() == Some(swapped))?;
    Some((*other, "the figures read in the order that another date bears out"))
}

fn swapped(day: Date, raw: &str) -> Option<Date> {
    let mut numbers = raw.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let (first, second) = (numbers.next()?, numbers.next()?);
    let is_figures = first.len() <= 2 && second.len() <= 2 && !raw.contains(char::is_alphabetic);
    if !is_figures || day.day() > 12 || day.day() == day.month() {
        return None;
    }
    Date::new(day.year(), day.day(), day.month()).ok()
}

/// The older day under the headline, where publication and change bear the same stamp: a record
/// made or moved anew, not the publication.
fn older_print(best: &Candidate<When>, updated: &Field<When>, printed: &[Printed]) -> Choice {
    if !is_record(best) {
        return None;
    }
    let is_stamp = updated.candidates.iter().any(|c| match (c.value, best.value) {
        (When::Instant { at: a, .. }, When::Instant { at: b, .. }) => {
            a.duration_since(b).abs() <= SAME_STAMP
        }
        (When::Day(a), When::Day(b)) => a == b,
        _ => false,
    });
    let day = best.value.day()?;
    let mut own = printed.iter().filter(|p| p.is_own() && p.when.day().is_some());
    let first = own.next()?.when;
    let is_older = first.day()? < day && own.all(|p| p.when.day() == first.day());
    (is_stamp && is_older)
        .then_some((first, "the day shown; the record was made anew at its last change"))
}

/// The one day under the headline where it is that of the last change, not called one, and the day
/// of the publication is shown nowhere: the publisher has dated the page anew.
fn only_print(best: &Candidate<When>, updated: &Field<When>, printed: &[Printed]) -> Choice {
    if !is_record(best) {
        return None;
    }
    let first = printed.iter().find(|p| p.is_own())?.when;
    let day = first.day()?;
    let is_only =
        printed.iter().filter(|p| p.kind != PrintedKind::Stated).all(|p| p.when.day() == Some(day));
    let is_change = updated.candidates.iter().any(|c| c.value.day() == Some(day));
    (is_only && is_change && best.value.day() != Some(day))
        .then_some((first, "the only day shown; the record is of an earlier printing"))
}

fn is_record(best: &Candidate<When>) -> bool {
    matches!(best.basis, Basis::JsonLd | Basis::OpenGraph | Basis::Meta | Basis::Microdata)
}

/// A time in UTC on the publisher's clock: its offset where the page states it or shows the
/// clock, else the nearest full hour that puts it into the day the page prints.
fn local_day(best: &Candidate<When>, gathered: &Gathered<When>, printed: &[Printed]) -> Choice {
    let When::Instant { at, offset_seconds: 0 } = best.value else { return None };
    // A clock without a zone was read as UTC: it is the publisher's already.
    if printed.iter().any(|p| p.is_local_clock && p.when == best.value) {
        return None;
    }
    let stated = gathered.ranked().find(|when| match when {
        When::Instant { at: other, offset_seconds } => {
            *offset_seconds != 0 && at.duration_since(*other).abs() < SignedDuration::from_mins(1)
        }
        _ => false,
    });
    if let Some(When::Instant { offset_seconds, .. }) = stated {
        let when = When::Instant { at, offset_seconds: *offset_seconds };
        return Some((when, "with the offset that the page states elsewhere"));
    }
    let clock = printed.iter().filter(|p| p.is_local_clock).find_map(|p| offset_of(at, p.when));
    if let Some(offset_seconds) = clock {
        let when = When::Instant { at, offset_seconds };
        return Some((when, "on the clock that the page shows"));
    }
    let day = best.value.day()?;
    // The same stamp in an element beside the line is for machines too, and tells no day of its own.
    let is_stamp = |when: When| matches!(when, When::Instant { at: other, .. } if other == at);
    let mut days = printed
        .iter()
        .filter(|p| p.kind != PrintedKind::Elsewhere && !is_stamp(p.when))
        .filter_map(|p| p.when.day());
    if days.clone().any(|other| other == day) {
        return None;
    }
    let offset_seconds = days.find_map(|other| offset_into(at, other))?;
    let when = When::Instant { at, offset_seconds };
    Some((when, "in the day that the page prints"))
}

/// The offset of a clock without a zone that shows the instant to the minute.
fn offset_of(at: Timestamp, clock: When) -> Option<i32> {
    let When::Instant { at: shown, .. } = clock else { return None };
    let minutes = shown.as_second().div_euclid(60) - at.as_second().div_euclid(60);
    let is_offset =
        minutes != 0 && minutes % 30 == 0 && (OFFSET_MIN..=OFFSET_MAX).contains(&minutes);
    is_offset.then(|| i32::try_from(minutes * 60).ok())?
}

/// The nearest full hour from UTC at which the instant falls into the day.
fn offset_into(at: Timestamp, day: Date) -> Option<i32> {
    let falls_into = |hours: i8| Offset::constant(hours).to_datetime(at).date() == day;
    let hours = (1..=14i8).flat_map(|n| [-n, n]).find(|hours| {
        (OFFSET_MIN..=OFFSET_MAX).contains(&(i64::from(*hours) * 60)) && falls_into(*hours)
    })?;
    Some(i32::from(hours) * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_figures_can_be_read_in_two_orders() {
        let day = Date::constant(2026, 9, 3);
        assert_eq!(swapped(day, "03-09-2026"), Some(Date::constant(2026, 3, 9)));
        assert_eq!(swapped(day, "2026-09-03"), None);
        assert_eq!(swapped(day, "3 Sep 2026"), None);
        assert_eq!(swapped(Date::constant(2026, 9, 13), "13-09-2026"), None);
    }
}
