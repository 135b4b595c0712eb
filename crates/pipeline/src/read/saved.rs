//! What the store keeps of a reading: the article with what the edition makes of it, entries, what
//! was learned.

use super::subject::{Found, zone_of};
use super::{READER, Read};
use crate::Context;
use chapar_extract::Target;
use chapar_model::{Article, Outcome, OutcomeKind, PageUrl};
use chapar_store::{EntryHint, NewEntry, PageReading, SavedArticle, SourceRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What a page that an entry led to says of its address. Errors and challenges say nothing of it.
pub(super) fn target_of(url: PageUrl, outcome: OutcomeKind) -> Option<Target> {
    use OutcomeKind::{Article, FrontPage, LiveBlog, OtherPage, PaywalledLead, Post, Section};
    match outcome {
        Article | LiveBlog | PaywalledLead | Post => Some(Target { url, is_article: true }),
        FrontPage | Section | OtherPage => Some(Target { url, is_article: false }),
        _ => None,
    }
}

pub(super) fn hint_of(entry: &NewEntry) -> EntryHint {
    EntryHint {
        title: entry.title.clone(),
        author: entry.author.clone(),
        published_raw: entry.published_raw.clone(),
        published: entry.published,
        summary: entry.summary.clone(),
        post: entry.post,
    }
}

pub(super) fn page_reading(
    context: &Context,
    source: Option<&SourceRow>,
    read: &Read,
    found: Found,
) -> PageReading {
    let page = read.page.page.id;
    let fetched = read.page.page.fetched;
    let blank = |outcome| PageReading {
        page,
        read_by: READER,
        outcome,
        article: None,
        before: None,
        entries: Vec::new(),
        learned: None,
    };
    let saved = |article| saved_article(context, source, fetched, article);
    match found {
        Found::Not(outcome) => blank(outcome),
        Found::Feed(document) => {
            let reason = format!("{} with {} entries", document.format, document.entries.len());
            PageReading {
                entries: document.entries,
                learned: read.role.learner().zip(document.learned),
                ..blank(Outcome { kind: OutcomeKind::Feed, reason })
            }
        }
        Found::Post(post) => {
            PageReading { article: post.article.map(saved), ..blank(post.outcome) }
        }
        Found::Page(reading) => {
            PageReading { article: reading.article.map(saved), ..blank(reading.outcome) }
        }
        Found::Waits => blank(Outcome {
            kind: OutcomeKind::Unreadable,
            reason: "never read in its turn".to_owned(),
        }),
    }
}

/// An article with what the edition makes of it.
pub(super) fn saved_article(
    context: &Context,
    source: Option<&SourceRow>,
    fetched: Timestamp,
    article: Article,
) -> SavedArticle {
    let all_in = source.is_some_and(|source| source.setup.all_in);
    let belonging = context.terms.find(&article, all_in);
    let zone = source.and_then(zone_of).unwrap_or_else(|| context.edition.zone.clone());
    SavedArticle {
        belongs: belonging.belongs,
        belongs_why: belonging.why,
        sort: sort_time(&article, &zone, fetched),
        article,
    }
}

/// The time an article is sorted by: when it was published, but never after it was fetched; a
/// month or no date at all tells too little, so then it is the fetch.
fn sort_time(article: &Article, zone: &TimeZone, fetched: Timestamp) -> Timestamp {
    match article.published.value() {
        Some(chapar_model::When::Month { .. }) | None => {
            let month = article.published.value().map(|when| when.earliest(zone));
            // A page fetched years after its month is sorted into that month all the same.
            match month {
                Some(start) if fetched.duration_since(start).as_hours() > 24 * 31 => start,
                _ => fetched,
            }
        }
        Some(when) => when.earliest(zone).min(fetched),
    }
}
