//! When an article was published and last changed: every date the page states, ranked by what it
//! rests on. A clock in a masthead is no evidence, and a page without evidence has no date.

use crate::address;
use crate::dom::{Attr, Doc, Tag};
use crate::facts::{Facts, is_article_type};
use crate::fields::{Gathered, Ground, ground};
use crate::layout::{Layout, Run};
use crate::marks::Marks;
use crate::words;
use chapar_model::{Basis, Field, PageUrl, When};
use chapar_text::dates::{DateContext, find_dates, parse_date};
use jiff::{SignedDuration, Timestamp};

/// `<time>` elements looked at.
const TIMES_MAX: usize = 60;

/// Runs around the text in which a date may be its own.
const RUNS_BEFORE: usize = 30;
const RUNS_AFTER: usize = 8;

/// Letters of a line that tells a date; a longer one is a sentence.
const DATE_LINE_MASS_MAX: u32 = 130;

/// How far ahead of the fetch a date may lie: the far side of the date line.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(26);

/// Where the text stands among the runs of the page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TextPlace {
    /// The first kept run.
    pub(crate) first: usize,
    /// The last kept run.
    pub(crate) last: usize,
}

/// Names of `<meta>` elements that state the publication.
const PUBLISHED_METAS: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "date.published",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_time",
    "published-date",
    "publication_date",
    "publication-date",
    "pubdate",
    "pub_date",
    "article:published",
    "article.published",
    "article_date_original",
    "originalpublicationdate",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "rnews:datepublished",
    "shareaholic:article_published_time",
    "release_date",
    "displaydate",
    "bt:pubdate",
    "pdate",
    "ptime",
    "date",
    "created",
    "datecreated",
    "article.created",
    "og:release_date",
    "video:release_date",
    "dateposted",
    "pubdate_utc",
];

/// Names of `<meta>` elements that state a change.
const UPDATED_METAS: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "article.updated",
    "revised",
    "og:modified_time",
    "modified_time",
    "utime",
];

/// The two fields.
#[derive(Debug)]
pub(crate) struct Dates {
    pub(crate) published: Field<When>,
    pub(crate) updated: Field<When>,
}

/// What is needed to judge a date.
pub(crate) struct Evidence<'a> {
    pub(crate) doc: &'a Doc,
    pub(crate) layout: &'a Layout,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) url: Option<&'a PageUrl>,
    pub(crate) place: Option<TextPlace>,
    pub(crate) context: DateContext,
    pub(crate) feed: Option<When>,
}

/// Gathers and judges the dates of a page.
pub(crate) fn find(evidence: &Evidence<'_>) -> Dates {
    let mut judge =
        Judge { evidence, published: Gathered::default(), updated: Gathered::default() };
    judge.json_ld();
    judge.metas();
    judge.microdata_and_times();
    judge.address();
    judge.visible();
    if let Some(when) = evidence.feed {
        judge.published(88, ground(Basis::Feed, "published"), when, &when.to_string());
    }
    let Judge { published, updated, .. } = judge;
    Dates { published: settle(published), updated: settle(updated) }
}

fn settle(gathered: Gathered<When>) -> Field<When> {
    gathered.settle("ranks first", When::agrees)
}

struct Judge<'a> {
    evidence: &'a Evidence<'a>,
    published: Gathered<When>,
    updated: Gathered<When>,
}

impl Judge<'_> {
    fn read(&self, raw: &str) -> Option<When> {
        if raw.len() > 200 || !raw.chars().any(char::is_numeric) {
            return None;
        }
        parse_date(raw, &self.evidence.context).map(|reading| reading.value)
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
        if earliest < Timestamp::constant(788_918_400, 0) {
            return Some("before there were pages");
        }
        let limit = self.evidence.context.fetched?.checked_add(AHEAD_MAX).ok()?;
        (earliest > limit).then_some("after the page was fetched")
    }

    fn json_ld(&mut self) {
        let facts = self.evidence.facts;
        let articles = facts.articles().into_iter().take(3).enumerate().map(|(n, t)| (n, t, 100));
        let pages = facts
            .things
            .iter()
            .filter(|t| !t.types.iter().any(|k| is_article_type(k)))
            .filter(|t| {
                t.depth == 0
                    && t.types
                        .iter()
                        .any(|k| k.ends_with("Page") || k.ends_with("Object") || *k == "Event")
            })
            .take(3)
            .map(|t| (0, t, 82));
        for (n, thing, score) in articles.chain(pages) {
            let less = i32::try_from(n).unwrap_or(0) * 4;
            for (key, lower) in [("datePublished", 0), ("dateCreated", 18), ("uploadDate", 20)] {
                if let Some((raw, when)) =
                    thing.text(key).and_then(|raw| Some((raw, self.read(raw)?)))
                {
                    self.published(score - less - lower, ground(Basis::JsonLd, key), when, raw);
                }
            }
            if let Some((raw, when)) =
                thing.text("dateModified").and_then(|raw| Some((raw, self.read(raw)?)))
            {
                self.updated(score - less, ground(Basis::JsonLd, "dateModified"), when, raw);
                self.published(30 - less, ground(Basis::JsonLd, "dateModified"), when, raw);
            }
        }
    }

    fn metas(&mut self) {
        let facts = self.evidence.facts;
        for (rank, name) in PUBLISHED_METAS.iter().enumerate() {
            for meta in facts.metas.iter().filter(|meta| meta.key == *name).take(2) {
                let Some(when) = self.read(&meta.value) else { continue };
                let basis = if name.contains("article:") || name.starts_with("og:") {
                    Basis::OpenGraph
                } else {
                    Basis::Meta
                };
                let score = 95 - i32::try_from(rank).unwrap_or(0) / 2;
                self.published(score, ground(basis, format!("meta[{name}]")), when, &meta.value);
            }
        }
        for name in UPDATED_METAS {
            for meta in facts.metas.iter().filter(|meta| meta.key == *name).take(1) {
                let Some(when) = self.read(&meta.value) else { continue };
                self.updated(90, ground(Basis::Meta, format!("meta[{name}]")), when, &meta.value);
                if *name != "last-modified" {
                    self.published(
                        28,
                        ground(Basis::Meta, format!("meta[{name}]")),
                        when,
                        &meta.value,
                    );
                }
            }
        }
    }

    fn microdata_and_times(&mut self) {
        let Evidence { doc, layout, .. } = *self.evidence;
        let mut times = 0;
        let mut at = 0;
        while at < doc.len() && times < TIMES_MAX {
            let marks = layout.marks_of(at);
            if marks.any(Marks::COMMENTS.with(Marks::RELATED))
                && layout.prose(doc, at) * 3 < layout.prose_total()
            {
                at = doc.end(at);
                continue;
            }
            let prop = doc.attr(at, Attr::Itemprop).unwrap_or_default();
            let is_time = doc.is(at, Tag::Time);
            if !is_time && !prop.contains("date") && doc.attr(at, Attr::DataDatetime).is_none() {
                at += 1;
                continue;
            }
            times += 1;
            self.time_element(at, prop, is_time);
            at += 1;
        }
    }

    fn time_element(&mut self, at: usize, prop: &str, is_time: bool) {
        let doc = self.evidence.doc;
        let words = doc.words(at);
        let attr = [Attr::Datetime, Attr::Content, Attr::DataDatetime, Attr::Title]
            .into_iter()
            .find_map(|name| doc.attr(at, name).filter(|raw| !raw.trim().is_empty()));
        let raw = attr.unwrap_or(&words);
        let Some(when) = self.read(raw).or_else(|| self.read(&words)) else { return };
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
            _ if doc.attr(at, Attr::Pubdate).is_some() => 88,
            _ => self.near(at, 72),
        };
        self.published(score, own, when, raw);
    }

    /// A score by distance from the beginning of the text.
    fn near(&self, node: usize, most: i32) -> i32 {
        let Some(place) = self.evidence.place else { return most - 30 };
        let runs = self.evidence.layout.runs_in(self.evidence.doc, node);
        let run = runs.start;
        if run <= place.first {
            let far = i32::try_from(place.first - run).unwrap_or(i32::MAX).min(60);
            return most - far / 2;
        }
        if run <= place.last {
            most - 22
        } else {
            most - 30 - i32::try_from(run - place.last).unwrap_or(40).min(30) / 2
        }
    }

    fn address(&mut self) {
        let Some(url) = self.evidence.url else { return };
        let canonical =
            self.evidence.facts.canonical.as_deref().and_then(|c| PageUrl::parse(c).ok());
        for (less, url) in [(0, Some(url)), (2, canonical.as_ref())] {
            let Some((when, raw)) = url.and_then(address::date_in) else { continue };
            let score = if matches!(when, When::Month { .. }) { 40 } else { 84 };
            self.published(score - less, ground(Basis::Address, "path"), when, &raw);
        }
    }

    fn visible(&mut self) {
        let Evidence { layout, place, .. } = *self.evidence;
        let runs = layout.runs.len();
        let (first, last) = place.map_or((runs.min(RUNS_BEFORE), 0), |p| (p.first, p.last));
        for at in first.saturating_sub(RUNS_BEFORE)..first.saturating_add(3).min(runs) {
            let far = i32::try_from(first.saturating_sub(at)).unwrap_or(0);
            self.line(at, 64 - far);
        }
        if place.is_some() {
            for at in last + 1..runs.min(last + 1 + RUNS_AFTER) {
                self.line(at, 38 - i32::try_from(at - last).unwrap_or(0));
            }
            if last > first + 3 {
                for at in [last.saturating_sub(1), last] {
                    self.line(at, 36);
                }
            }
        }
    }

    /// Looks for a date in one line.
    fn line(&mut self, at: usize, score: i32) {
        let Evidence { doc, layout, .. } = *self.evidence;
        let Some(run) = layout.runs.get(at).copied() else { return };
        if run.mass > DATE_LINE_MASS_MAX || run.mass < 4 {
            return;
        }
        let text = crate::body::text_of(doc, &run);
        if !text.chars().any(char::is_numeric) || text.contains(['©', 'ⓒ']) {
            return;
        }
        let marks = marks_around(doc, layout, &run);
        let found = find_dates(&text, &self.evidence.context);
        let Some(date) = found.into_iter().find(|f| !matches!(f.reading.value, When::Month { .. }))
        else {
            return;
        };
        let raw = text.get(date.bytes.clone()).unwrap_or_default().to_owned();
        let when = date.reading.value;
        if marks.any(Marks::COMMENTS.with(Marks::RELATED)) {
            return;
        }
        if self.is_masthead(&run, marks, &when) {
            self.published.reject(
                ground(Basis::Masthead, "line"),
                when,
                &raw,
                "the day of the fetch in a masthead",
            );
            return;
        }
        let alone = u32::try_from(raw.len()).unwrap_or(0) * 2 > run.mass;
        let named = marks.any(Marks::DATE.with(Marks::META).with(Marks::AUTHOR));
        let bonus = if named { 8 } else { 0 } + if alone { 4 } else { -6 };
        let side = if marks.any(Marks::SIDE.with(Marks::NAV).with(Marks::FOOTER)) { 25 } else { 0 };
        let own = ground(Basis::VisibleText, "line");
        if words::folded(&text).starts_with("updated")
            || words::folded(&text).starts_with("last updated")
        {
            self.updated(60, own.clone(), when, &raw);
            self.published(score - 14, own, when, &raw);
            return;
        }
        self.published(score + bonus - side, own, when, &raw);
    }

    /// Whether a date is the site's clock: it names the day of the fetch, or stands in the head of
    /// the page above its headline.
    fn is_masthead(&self, run: &Run, marks: Marks, when: &When) -> bool {
        let head = marks.any(Marks::NAV) || (marks.any(Marks::HEADER) && !self.after_headline(run));
        match self.evidence.context.fetched {
            Some(fetched) => {
                let same = is_day_of(when, fetched, self.evidence.context.zone.as_ref());
                same && !self.after_headline(run)
            }
            None => head && self.evidence.place.is_some(),
        }
    }

    fn after_headline(&self, run: &Run) -> bool {
        let doc = self.evidence.doc;
        doc.find(0..run.first as usize, Tag::H1).next().is_some()
            || doc.find(0..doc.len(), Tag::H1).next().is_none()
                && doc.find(0..run.first as usize, Tag::H2).next().is_some()
    }
}

/// Why a date in the head of a page without markup is not believed: it is the day of the fetch,
/// or another than the address tells.
pub(crate) fn masthead_fault(
    when: &When,
    fetched: Option<Timestamp>,
    zone: Option<&jiff::tz::TimeZone>,
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
fn is_day_of(when: &When, at: Timestamp, zone: Option<&jiff::tz::TimeZone>) -> bool {
    let zone = zone.cloned().unwrap_or(jiff::tz::TimeZone::UTC);
    let day = zone.to_datetime(at).date();
    when.day().is_some_and(|d| {
        d == day || d.tomorrow().ok() == Some(day) || d.yesterday().ok() == Some(day)
    })
}

fn marks_around(doc: &Doc, layout: &Layout, run: &Run) -> Marks {
    doc.lineage(run.first as usize)
        .take(8)
        .fold(Marks::default(), |all, node| all.with(layout.marks_of(node)))
}

/// Whether a `<time>` tells a change: the words before or in it say so.
fn is_update(doc: &Doc, at: usize, words: &str) -> bool {
    let class = doc.attr(at, Attr::Class).unwrap_or_default().to_ascii_lowercase();
    if class.contains("updated") && !class.contains("published") {
        return true;
    }
    let own = words.to_ascii_lowercase();
    if own.contains("updated") {
        return true;
    }
    let before = doc
        .lineage(at)
        .nth(1)
        .map(|parent| (parent..at).map(|n| doc.text(n)).collect::<Vec<_>>().concat());
    before.is_some_and(|text| {
        let text = text.trim().to_ascii_lowercase();
        [
            "updated",
            "updated:",
            "updated on",
            "modified",
            "modified:",
            "last updated",
            "last updated:",
        ]
        .iter()
        .any(|w| text.ends_with(w))
    })
}
