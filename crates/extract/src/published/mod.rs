//! When an article was published and last changed: every date the page states, ranked by what it
//! rests on. A clock in a masthead is no evidence, and a page without evidence has no date.

mod changes;
mod choice;
mod masthead;
mod scripts;
mod shown;
mod stated;

#[cfg(test)]
mod tests;

pub(crate) use masthead::masthead_fault;

use crate::dom::Doc;
use crate::facts::Facts;
use crate::fields::{Gathered, Ground, ground};
use crate::headline::Headline;
use crate::layout::Layout;
use crate::site::Recall;
use chapar_model::{Basis, Field, PageUrl, When};
use chapar_text::dates::{DateContext, DateReading, ZoneBasis, parse_date};
use jiff::{SignedDuration, Timestamp};

/// How far ahead of the fetch a date may lie: the far side of the date line.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(26);

/// Bytes of a value that is meant to be a date.
const DATE_BYTES_MAX: usize = 200;

/// Before this a date is of what a page tells, not of the page.
const EARLIEST: Timestamp = Timestamp::constant(788_918_400, 0);

/// Where the text stands among the runs of the page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TextPlace {
    /// The first kept run.
    pub(crate) first: usize,
    /// The last kept run.
    pub(crate) last: usize,
}

/// The two fields.
#[derive(Debug)]
pub(crate) struct Dates {
    pub(crate) published: Field<When>,
    pub(crate) updated: Field<When>,
}

/// What is needed to judge a date.
pub(crate) struct Evidence<'a> {
    /// The page as it was sent, for what stands in scripts.
    pub(crate) html: &'a str,
    pub(crate) doc: &'a Doc,
    pub(crate) layout: &'a Layout,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) url: Option<&'a PageUrl>,
    pub(crate) place: Option<TextPlace>,
    pub(crate) context: DateContext,
    pub(crate) feed: Option<When>,
    pub(crate) headline: Option<Headline>,
    /// What other pages of the source say of the places of dates.
    pub(crate) recall: &'a Recall,
}

/// A date in the publisher's own day or on the publisher's own clock.
#[derive(Debug, Clone, Copy)]
struct Printed {
    when: When,
    kind: PrintedKind,
    /// Whether it is a clock without a zone.
    is_local_clock: bool,
}

/// Where a date is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PrintedKind {
    /// Where a page tells its own date, and nothing says that it is of a change.
    Own,
    /// In a line above the text, among other words.
    Beside,
    /// Elsewhere in what readers see.
    Elsewhere,
    /// For machines.
    Stated,
}

/// Gathers and judges the dates of a page.
pub(crate) fn find(evidence: &Evidence<'_>) -> Dates {
    let mut judge = Judge {
        evidence,
        published: Gathered::default(),
        updated: Gathered::default(),
        printed: Vec::new(),
    };
    judge.json_ld();
    judge.metas();
    judge.address();
    judge.visible();
    judge.microdata_and_times();
    judge.scripts();
    judge.lone_mark();
    if let Some(when) = evidence.feed {
        judge.published(88, ground(Basis::Feed, "published"), when, &when.to_string());
    }
    let Judge { published, updated, printed, .. } = judge;
    let updated = updated.settle("ranks first", When::agrees);
    Dates { published: choice::settle(published, &updated, &printed), updated }
}

struct Judge<'a> {
    evidence: &'a Evidence<'a>,
    published: Gathered<When>,
    updated: Gathered<When>,
    printed: Vec<Printed>,
}

impl Judge<'_> {
    fn reading(&self, raw: &str) -> Option<DateReading> {
        if raw.len() > DATE_BYTES_MAX || !raw.chars().any(char::is_numeric) {
            return None;
        }
        parse_date(raw, &self.evidence.context)
    }

    fn read(&self, raw: &str) -> Option<When> {
        self.reading(raw).map(|reading| reading.value)
    }

    /// A date stated for machines. Its day and its clock without a zone are the publisher's.
    fn stated(&mut self, raw: &str) -> Option<When> {
        let reading = self.reading(raw)?;
        let is_local_clock = reading.zone == ZoneBasis::AssumedUtc;
        if is_local_clock || matches!(reading.value, When::Day(_)) {
            let kind = PrintedKind::Stated;
            self.printed.push(Printed { when: reading.value, kind, is_local_clock });
        }
        Some(reading.value)
    }

    fn published(&mut self, score: i32, ground: Ground, when: When, raw: &str) {
        match self.fault(&when) {
            Some(reason) => self.published.reject(ground, when, raw, reason),
            None => self.published.add(score, ground, when, raw),
        }
    }

    fn updated(&mut self, score: i32, ground: Ground, when: When, raw: &str) {
        match self.fault(&when) {
            Some(reason) => self.updated.reject(ground, when, raw, reason),
            None => self.updated.add(score, ground, when, raw),
        }
    }

    /// Why a date can be no page's.
    fn fault(&self, when: &When) -> Option<&'static str> {
        let earliest = when.earliest(&jiff::tz::TimeZone::UTC);
        if earliest < EARLIEST {
            return Some("before there were pages");
        }
        let limit = self.evidence.context.fetched?.checked_add(AHEAD_MAX).ok()?;
        (earliest > limit).then_some("after the page was fetched")
    }
}
