//! Whether a date is the clock of a site's masthead and so of no article: told by its class, by its
//! place, and by the day of the fetch. It never looks at what the date is good for otherwise.

use super::shown::CLASSES_MAX;
use super::{Evidence, Judge};
use crate::dom::Attr;
use crate::marks::Marks;
use chapar_model::When;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Lines between a stamp and its headline, such as one that names the topic.
const HEADLINE_STEPS_MAX: usize = 2;

/// Parts of class names of a site's clock.
const CLOCK_CLASSES: &[&str] = &["today", "current-date", "currentdate", "clock", "datetime-now"];

impl Judge<'_> {
    /// Why a date is the site's clock: its class says so, it names the day of the fetch, or it
    /// stands in the head of the page far above its headline.
    pub(super) fn masthead(
        &self,
        at: usize,
        node: usize,
        marks: Marks,
        when: &When,
    ) -> Option<&'static str> {
        let doc = self.evidence.doc;
        let is_clock = doc.lineage(node).take(CLASSES_MAX).any(|node| {
            let class = doc.attr(node, Attr::Class).unwrap_or_default().to_ascii_lowercase();
            CLOCK_CLASSES.iter().any(|word| class.contains(word))
        });
        if is_clock {
            return Some("a clock");
        }
        if self.evidence.headline.is_some_and(|headline| at >= headline.run) {
            return None;
        }
        if let Some(fetched) = self.evidence.context.fetched {
            let is_clock = is_day_of(when, fetched, self.evidence.context.zone.as_ref());
            let is_masthead =
                is_clock && !self.shares_a_header(at, node) && !self.is_stamp_of_headline(at, when);
            return is_masthead.then_some("the day of the fetch in a masthead");
        }
        let is_head = marks.any(Marks::NAV.with(Marks::HEADER));
        let is_far = self.headline_distance(at).is_none();
        (is_head && is_far && self.evidence.place.is_some()).then_some("a date in a masthead")
    }

    /// Whether a time to the minute stands just above the headline: a masthead has its menu between.
    fn is_stamp_of_headline(&self, at: usize, when: &When) -> bool {
        let is_near = |run: usize| (1..=HEADLINE_STEPS_MAX).contains(&run.saturating_sub(at));
        matches!(when, When::Instant { .. })
            && self.evidence.headline.is_some_and(|headline| is_near(headline.run))
    }

    /// Whether a line stands close above the headline in one box with it and without the text.
    fn shares_a_header(&self, at: usize, node: usize) -> bool {
        let Evidence { doc, layout, headline, .. } = *self.evidence;
        let Some(headline) = headline else { return false };
        let common = doc.lineage(node).find(|n| (*n..doc.end(*n)).contains(&headline.node));
        self.headline_distance(at).is_some()
            && common
                .is_some_and(|box_of| layout.prose(doc, box_of) * 3 < layout.prose_total().max(1))
    }
}

/// Why a date in the head of a page without markup is not believed: it is the day of the fetch,
/// or another than the address tells.
pub(crate) fn masthead_fault(
    when: &When,
    fetched: Option<Timestamp>,
    zone: Option<&TimeZone>,
    told: Option<When>,
) -> Option<&'static str> {
    if fetched.is_some_and(|fetched| is_day_of(when, fetched, zone)) {
        return Some("the day of the fetch in a masthead");
    }
    let told = told?;
    (!told.agrees(when)).then_some("the address tells another time")
}

/// Whether a date names the day of an instant, or a day beside it: a masthead's clock has a zone
/// of its own.
fn is_day_of(when: &When, at: Timestamp, zone: Option<&TimeZone>) -> bool {
    let zone = zone.cloned().unwrap_or(TimeZone::UTC);
    let day = zone.to_datetime(at).date();
    when.day().is_some_and(|d| {
        d == day || d.tomorrow().ok() == Some(day) || d.yesterday().ok() == Some(day)
    })
}
