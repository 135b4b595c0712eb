//! Dates that a page states for machines: JSON-LD, `<meta>` and its address. How far a name is
//! believed is its rank; a name that some systems fill with the last change is believed less.

use super::{Judge, Printed, PrintedKind};
use crate::address;
use crate::facts::is_article_type;
use crate::fields::ground;
use chapar_model::{Basis, PageUrl, When};
use jiff::SignedDuration;

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
    "published",
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

/// Of these, names that some systems write at every change.
const VAGUE_METAS: &[&str] = &[
    "date",
    "dc.date",
    "dcterms.date",
    "created",
    "datecreated",
    "displaydate",
    "pdate",
    "ptime",
    "sailthru.date",
];

/// Of these, names that systems write on every page, dated or not. Where nothing else was stated,
/// the change was the publication on 1 page of 9 of a public set.
const CHANGE_ONLY_METAS: &[&str] =
    &["article:modified_time", "og:updated_time", "og:modified_time"];

/// Two times within this are of the same record.
const SAME_RECORD: SignedDuration = SignedDuration::from_mins(2);

/// How far a clock marked with a wrong zone may be off.
const ZONES_APART_MAX: SignedDuration = SignedDuration::from_hours(14);

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

impl Judge<'_> {
    pub(super) fn json_ld(&mut self) {
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
                if let Some(raw) = thing.text(key)
                    && let Some(when) = self.stated(raw)
                {
                    self.published(score - less - lower, ground(Basis::JsonLd, key), when, raw);
                }
            }
            if let Some(raw) = thing.text("dateModified")
                && let Some(when) = self.read(raw)
            {
                let own = ground(Basis::JsonLd, "dateModified");
                self.updated(score - less, own.clone(), when, raw);
                self.published(30 - less, own, when, raw);
            }
        }
    }

    pub(super) fn metas(&mut self) {
        let facts = self.evidence.facts;
        for name in UPDATED_METAS {
            for meta in facts.metas.iter().filter(|meta| meta.key == *name).take(1) {
                let Some(when) = self.read(&meta.value) else { continue };
                let own = ground(Basis::Meta, format!("meta[{name}]"));
                self.updated(90, own.clone(), when, &meta.value);
                if CHANGE_ONLY_METAS.contains(name) {
                    self.published.reject(own, when, &meta.value, "the time of a change");
                    continue;
                }
                let score = if *name == "last-modified" { 12 } else { 28 };
                self.published(score, own, when, &meta.value);
            }
        }
        for (rank, name) in PUBLISHED_METAS.iter().enumerate() {
            let score = 95 - i32::try_from(rank).unwrap_or(0) / 2;
            for meta in facts.metas.iter().filter(|meta| meta.key == *name).take(2) {
                self.published_meta(score, name, &meta.value);
            }
        }
        // Systems of one house have names of their own: `w-published-date`, `article_publish_time`.
        let own_names = facts.metas.iter().filter(|meta| {
            !PUBLISHED_METAS.contains(&meta.key.as_str()) && names_publication(&meta.key)
        });
        for meta in own_names.take(2) {
            self.published_meta(70, &meta.key, &meta.value);
        }
    }

    fn published_meta(&mut self, score: i32, name: &str, raw: &str) {
        let Some(when) = self.stated(raw) else { return };
        let basis = if name.contains("article:") || name.starts_with("og:") {
            Basis::OpenGraph
        } else {
            Basis::Meta
        };
        let is_change = VAGUE_METAS.contains(&name) && self.is_change(&when);
        let score = if is_change { 46 } else { score };
        self.published(score, ground(basis, format!("meta[{name}]")), when, raw);
    }

    /// Whether the page states the same time, give or take a zone, as that of its last change.
    fn is_change(&self, when: &When) -> bool {
        self.updated.values().any(|updated| match (*when, *updated) {
            (When::Instant { at: a, .. }, When::Instant { at: b, .. }) => {
                let apart = a.duration_since(b).abs();
                apart <= ZONES_APART_MAX && apart.as_secs() % 1800 < SAME_RECORD.as_secs()
            }
            _ => when.agrees(updated),
        })
    }

    pub(super) fn address(&mut self) {
        let Some(url) = self.evidence.url else { return };
        let canonical =
            self.evidence.facts.canonical.as_deref().and_then(|c| PageUrl::parse(c).ok());
        for (less, url) in [(0, Some(url)), (2, canonical.as_ref())] {
            let Some((when, raw)) = url.and_then(address::date_in) else { continue };
            let score = if matches!(when, When::Month { .. }) { 40 } else { 84 };
            self.published(score - less, ground(Basis::Address, "path"), when, &raw);
            let kind = PrintedKind::Own;
            self.printed.push(Printed { when, kind, is_local_clock: false });
        }
    }
}

/// Whether a name of a `<meta>` element that is not in the table speaks of publication.
fn names_publication(key: &str) -> bool {
    let says = |word: &str| key.contains(word);
    (says("publish") || says("publication"))
        && (says("date") || says("time"))
        && !["modif", "updat", "republ", "expir", "unpubl", "end"].iter().any(|word| says(word))
}
