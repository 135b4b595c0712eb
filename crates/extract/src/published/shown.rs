//! Dates that readers are shown: `<time>`, microdata and short lines near the headline and the
//! text. What a sentence tells of is no date of the page, nor is the clock of a masthead.

use super::changes::{is_update, is_update_class, says_published, says_update};
use super::{Judge, Printed, PrintedKind};
use crate::dom::{Attr, Doc, Tag};
use crate::fields::ground;
use crate::layout::Run;
use crate::marks::Marks;
use crate::words;
use chapar_model::{Basis, When};
use chapar_text::dates::{FoundDate, ZoneBasis, find_line_dates};

/// `<time>` elements looked at.
const TIMES_MAX: usize = 60;

/// Attributes that hold the date of an element.
const DATE_ATTRIBUTES: &[Attr] = &[
    Attr::Datetime,
    Attr::Content,
    Attr::DataDatetime,
    Attr::DataPubdate,
    Attr::DataDate,
    Attr::DataTime,
    Attr::DataTimestamp,
    Attr::DataUtime,
    Attr::Title,
];

/// Runs around the text in which a date may be its own.
const RUNS_BEFORE: usize = 30;
const RUNS_AFTER: usize = 8;

/// Runs looked at, and lines taken, for a date far from headline and text.
const LONE_RUNS_MAX: usize = 2_000;
const LONE_LINES_MAX: usize = 4;

/// What a date is worth more in a place that bears the article's date on other pages.
const KNOWN_PLACE_BONUS: i32 = 15;

/// Letters of a line that tells a date; a longer one is a sentence.
const DATE_LINE_MASS_MAX: u32 = 130;

/// Letters of a line that may be a date with a name or a place beside it.
const SHORT_MASS: u32 = 60;

/// From this score on a `<time>` stands near the headline.
const OWN_SCORE_MIN: i32 = 66;

/// Dates taken from one line.
const LINE_DATES_MAX: usize = 3;

/// Bytes at the start of a text in which its opening may tell a date.
const OPENING_BYTES_MAX: usize = 40;

/// Bytes of the words before a date in a line above the text, such as "Posted on".
const LABEL_BYTES_MAX: usize = 16;

/// Ancestors whose classes tell what a date is for.
pub(super) const CLASSES_MAX: usize = 4;

/// Ancestors whose purposes an element shares.
const LINEAGE_MAX: usize = 8;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    In,
    After,
}

impl Side {
    fn place(self) -> &'static str {
        match self {
            Self::Before => "line above the text",
            Self::In => "line of the text",
            Self::After => "line below the text",
        }
    }
}

impl Judge<'_> {
    pub(super) fn microdata_and_times(&mut self) {
        let doc = self.evidence.doc;
        let mut times = 0;
        let mut at = 0;
        while at < doc.len() && times < TIMES_MAX {
            if self.own_marks(at).any(Marks::COMMENTS.with(Marks::RELATED)) {
                at = doc.end(at);
                continue;
            }
            let prop = doc.attr(at, Attr::Itemprop).unwrap_or_default();
            let is_time = doc.is(at, Tag::Time);
            if is_time || prop.contains("date") || self.has_date_attribute(at) {
                times += 1;
                self.time_element(at, prop, is_time);
            }
            at += 1;
        }
    }

    /// Whether an element of another name holds a date in an attribute, as `<abbr title>` of the
    /// class `published` does.
    fn has_date_attribute(&self, at: usize) -> bool {
        let doc = self.evidence.doc;
        let is_marked = doc.is(at, Tag::Abbr) || self.own_marks(at).any(Marks::DATE);
        let has =
            |name: &Attr| doc.attr(at, *name).is_some_and(|raw| raw.contains(char::is_numeric));
        doc.attr(at, Attr::DataDatetime).is_some() || is_marked && DATE_ATTRIBUTES.iter().any(has)
    }

    fn time_element(&mut self, at: usize, prop: &str, is_time: bool) {
        let doc = self.evidence.doc;
        let words = doc.words(at);
        let attr = DATE_ATTRIBUTES
            .iter()
            .copied()
            .find_map(|name| doc.attr(at, name).filter(|raw| !raw.trim().is_empty()));
        let raw = attr.unwrap_or(&words);
        let Some(reading) = self.reading(raw).or_else(|| self.reading(&words)) else { return };
        let when = reading.value;
        let basis = if prop.is_empty() { Basis::TimeElement } else { Basis::Microdata };
        let own = ground(basis, if is_time { "time" } else { "itemprop" });
        if prop.contains("dateModified") || is_update(doc, at, &words) {
            self.updated(80, own.clone(), when, raw);
            self.published(26, own, when, raw);
            return;
        }
        let score = match prop {
            "datePublished" => 92,
            "dateCreated" | "uploadDate" => 74,
            _ => {
                // Each article of a list has a `pubdate` of its own.
                let most = if doc.attr(at, Attr::Pubdate).is_some() { 88 } else { 72 };
                self.near(at, most) - if self.is_aside(at) { 25 } else { 0 }
            }
        };
        let kind = match () {
            () if !is_time => PrintedKind::Stated,
            () if score >= OWN_SCORE_MIN && prop.is_empty() => PrintedKind::Own,
            () => PrintedKind::Elsewhere,
        };
        let is_local_clock = reading.zone == ZoneBasis::AssumedUtc;
        self.printed.push(Printed { when, kind, is_local_clock });
        self.published(score, own, when, raw);
    }

    /// A score by distance from the headline and from the beginning of the text.
    fn near(&self, node: usize, most: i32) -> i32 {
        let run = self.evidence.layout.runs_in(self.evidence.doc, node).start;
        if let Some(far) = self.headline_distance(run) {
            return most - far / 2;
        }
        let Some(place) = self.evidence.place else { return most - 30 };
        if run <= place.first {
            most - steps(place.first - run).min(60) / 2
        } else if run <= place.last {
            most - 22
        } else {
            most - 30 - steps(run - place.last).min(30) / 2
        }
    }

    /// How far a run is from the headline, where it may belong to it.
    pub(super) fn headline_distance(&self, run: usize) -> Option<i32> {
        let headline = self.evidence.headline?;
        // Below the text begins what is of other pages.
        let is_below = self
            .evidence
            .place
            .is_some_and(|place| headline.run <= place.first && run > place.last);
        headline.distance(run).filter(|_| !is_below).map(steps)
    }

    pub(super) fn visible(&mut self) {
        let runs = self.evidence.layout.runs.len();
        let place = self.evidence.place;
        let (first, last) = place.map_or((runs.min(RUNS_BEFORE), 0), |p| (p.first, p.last));
        let before = first.saturating_sub(RUNS_BEFORE)..first.saturating_add(3).min(runs);
        if let Some(headline) = self.evidence.headline {
            for at in headline.around(runs).filter(|at| !before.contains(at)) {
                // A headline below what was taken for the first of the text begins anew.
                let side = match () {
                    () if at < first || headline.run > first => Side::Before,
                    () if at <= last => Side::In,
                    () => Side::After,
                };
                self.line(at, 64 - steps(at.abs_diff(headline.run)), side);
            }
        }
        for at in before {
            let far = steps(first.saturating_sub(at));
            let far = self.headline_distance(at).filter(|_| at < first).map_or(far, |h| h.min(far));
            let side = if at < first || place.is_none() { Side::Before } else { Side::In };
            self.line(at, 64 - far, side);
        }
        if place.is_none() {
            return;
        }
        for at in last + 1..runs.min(last + 1 + RUNS_AFTER) {
            if self.headline_distance(at).is_some() {
                continue;
            }
            self.line(at, 38 - steps(at - last), Side::After);
        }
        if last > first + 3 {
            for at in [last.saturating_sub(1), last] {
                self.line(at, 36, Side::In);
            }
        }
    }

    /// The one day in lines marked as a date's, wherever they stand, for a page that has no other.
    pub(super) fn lone_mark(&mut self) {
        if self.published.best().is_some() {
            return;
        }
        let before = self.published.count();
        let runs = self.evidence.layout.runs.len();
        for at in (0..runs).take(LONE_RUNS_MAX) {
            let node = self.evidence.layout.runs.get(at).map_or(0, |run| run.first as usize);
            if self.marks_around(node).any(Marks::DATE) {
                self.line(at, 10, Side::After);
            }
            if self.published.count() > before + LONE_LINES_MAX {
                break;
            }
        }
        let first = self.published.best().and_then(When::day);
        if self.published.values().any(|when| when.day() != first) {
            self.published.reject_all("one of several dates far from headline and text");
        }
    }

    /// Looks for dates in one line.
    fn line(&mut self, at: usize, score: i32, side: Side) {
        let Some(run) = self.evidence.layout.runs.get(at).copied() else { return };
        if run.mass > DATE_LINE_MASS_MAX || run.mass < 4 {
            return;
        }
        let text = line_text(self.evidence.doc, &run);
        if !text.chars().any(char::is_numeric) || text.contains(['©', 'ⓒ']) {
            return;
        }
        let marks = self.marks_around(run.first as usize);
        // Between headline and text nobody has commented yet: "comment" is a kind of article.
        let is_between = self.evidence.headline.is_some_and(|h| h.run <= at)
            && self.evidence.place.is_some_and(|place| at < place.first);
        let alien = if is_between { Marks::RELATED } else { Marks::RELATED.with(Marks::COMMENTS) };
        if marks.any(alien) {
            return;
        }
        let has_update_class = self
            .evidence
            .doc
            .lineage(run.first as usize)
            .take(CLASSES_MAX)
            .any(|node| is_update_class(self.evidence.doc, node));
        let found = find_line_dates(&text, &self.evidence.context);
        let days = found.iter().filter(|f| !matches!(f.reading.value, When::Month { .. }));
        let mut from = 0;
        for date in days.take(LINE_DATES_MAX) {
            let label = text.get(from..date.bytes.start).unwrap_or_default();
            from = date.bytes.end;
            let line = Line { at, run, marks, side, has_update_class, text: &text, label };
            self.line_date(&line, date, score);
        }
    }

    fn line_date(&mut self, line: &Line<'_>, date: &FoundDate, score: i32) {
        let Line { marks, side, text, .. } = *line;
        let when = date.reading.value;
        let raw = text.get(date.bytes.clone()).unwrap_or_default();
        let believed = self.evidence.recall.run(line.at).dates;
        if believed == Some(false) {
            let reason = "on other pages of the source this place shows another day";
            self.published.reject(ground(Basis::Masthead, "line"), when, raw, reason);
            return;
        }
        let score = if believed == Some(true) { score + KNOWN_PLACE_BONUS } else { score };
        let is_alone = raw.len() * 2 > text.len();
        let is_named = marks.any(Marks::DATE.with(Marks::META).with(Marks::AUTHOR));
        let is_update = says_update(line.label) || line.has_update_class;
        if believed.is_none()
            && !says_published(line.label)
            && let Some(reason) = self.masthead(line.at, line.run.first as usize, marks, &when)
        {
            self.published.reject(ground(Basis::Masthead, "line"), when, raw, reason);
            return;
        }
        let opens = date.bytes.start <= OPENING_BYTES_MAX;
        let is_first = self.evidence.place.is_some_and(|place| place.first == line.at);
        // To the minute, and no sentence: a system set it.
        let is_stamp = matches!(when, When::Instant { .. }) && !line.run.is_sentence;
        let is_short = line.run.mass <= SHORT_MASS;
        // A line of name, date and minutes between headline and text, taken for text.
        let is_headed =
            is_short && !line.run.is_sentence && self.headline_distance(line.at).is_some();
        let told = match side {
            Side::Before => line.run.is_prose() && !is_named && date.bytes.start > LABEL_BYTES_MAX,
            Side::In => !(is_alone || is_stamp || opens && is_first || is_headed),
            Side::After => !(is_alone || is_named || is_update || is_stamp || opens && is_short),
        };
        let own = ground(Basis::VisibleText, side.place());
        // "Deadline moved to 20 April" is a headline, and tells of another day than its own.
        let is_bare = !is_alone && !is_named && !says_published(line.label) && !has_year(raw);
        if told || is_bare {
            self.published.reject(own, when, raw, "a sentence tells of it");
            return;
        }
        if is_update {
            self.updated(60, own.clone(), when, raw);
            self.published(25, own, when, raw);
            return;
        }
        let bonus = if is_named { 8 } else { 0 } + if is_alone { 4 } else { -6 };
        let aside = marks.any(Marks::SIDE.with(Marks::NAV).with(Marks::FOOTER));
        let inside = if side == Side::In && !is_alone { 14 } else { 0 };
        let leads = is_short && date.bytes.start <= LABEL_BYTES_MAX;
        let is_beside = side == Side::Before || self.headline_distance(line.at).is_some();
        let kind = match () {
            () if !is_beside || aside => PrintedKind::Elsewhere,
            () if is_alone || is_named || leads => PrintedKind::Own,
            () => PrintedKind::Beside,
        };
        let is_local_clock = date.reading.zone == ZoneBasis::AssumedUtc;
        self.printed.push(Printed { when, kind, is_local_clock });
        self.published(score + bonus - inside - if aside { 25 } else { 0 }, own, when, raw);
    }

    /// The purposes of an element, but for those that would make most of the text no text.
    fn own_marks(&self, node: usize) -> Marks {
        let layout = self.evidence.layout;
        let marks = layout.marks_of(node);
        let holds_text = layout.prose_total() > 0
            && layout.prose(self.evidence.doc, node) * 3 >= layout.prose_total();
        if holds_text { marks.without(Marks::FURNITURE.with(Marks::HEADER)) } else { marks }
    }

    fn is_aside(&self, node: usize) -> bool {
        self.marks_around(node).any(Marks::SIDE.with(Marks::NAV).with(Marks::FOOTER))
    }

    fn marks_around(&self, node: usize) -> Marks {
        self.evidence
            .doc
            .lineage(node)
            .take(LINEAGE_MAX)
            .fold(Marks::default(), |all, node| all.with(self.own_marks(node)))
    }
}

/// A line in which a date stands.
struct Line<'a> {
    at: usize,
    run: Run,
    marks: Marks,
    side: Side,
    has_update_class: bool,
    text: &'a str,
    /// What stands before the date, behind the date before it.
    label: &'a str,
}

/// Whether a printed date names a year: a number of three digits or more, or a third number beside
/// day and month. The hours and minutes of a clock are none.
fn has_year(raw: &str) -> bool {
    let words = raw.split_whitespace().filter(|word| !word.contains(':'));
    let mut numbers = 0;
    let mut has_name = false;
    for word in words {
        let parts = word.split(|c: char| !c.is_alphanumeric());
        for part in parts.filter(|part| !part.is_empty()) {
            let digits = part.chars().filter(|c| c.is_numeric()).count();
            if digits >= 3 {
                return true;
            }
            numbers += usize::from(digits > 0);
            has_name |= digits == 0;
        }
    }
    numbers >= 3 || (numbers == 2 && has_name)
}

fn steps(runs: usize) -> i32 {
    i32::try_from(runs).unwrap_or(i32::MAX / 2)
}

/// The words of a line: what stands in elements of its own stands apart.
fn line_text(doc: &Doc, run: &Run) -> String {
    let mut text = String::new();
    for node in run.range() {
        words::push_collapsed(&mut text, doc.text(node));
        words::push_collapsed(&mut text, " ");
    }
    text.truncate(text.trim_end().len());
    text
}
