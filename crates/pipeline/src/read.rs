//! Reading kept pages: in parallel, and saved in the order of the pages, so that what is read
//! hangs on the pages alone. Never asks the web.

use crate::Context;
use crate::documents::{FeedDocument, find_document};
use crate::sites::Site;
use anyhow::{Context as _, Result};
use chapar_extract::{FeedHint, PageInput, PageNote, Reading, SiteProfile, extract_and_note};
use chapar_fetch::{DecodeLimits, decode_body};
use chapar_model::{Outcome, OutcomeKind, PageId, PageUrl, SourceId};
use chapar_store::{
    EntryHint, NewEntry, PageReading, READ_PAGE, SavedArticle, SourceRow, UnreadPage,
};
use futures::StreamExt as _;
use futures::stream;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::Arc;

/// The version of the reader: raised when the same page may be read otherwise.
pub const READER: i64 = 2;
/// Pages read and saved together.
const BATCH: usize = 48;

/// What one round of reading did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadRound {
    /// Pages read.
    pub pages: usize,
    /// Addresses that feeds announced for the first time, with the source.
    pub announced: Vec<(PageUrl, SourceId)>,
}

/// Reads the next pages that wait; an empty round means that none do.
pub async fn read_round(context: &Context) -> Result<ReadRound> {
    let mut queue = context.store.queue().await?;
    let jobs = chapar_jobs::take(&mut queue, READ_PAGE, BATCH, context.lease()).await?;
    queue.commit().await?;
    if jobs.is_empty() {
        return Ok(ReadRound::default());
    }
    let sources = Arc::new(sources(context).await?);
    let mut pages = Vec::with_capacity(jobs.len());
    for job in &jobs {
        let id = PageId(job.key.parse().context("a job to read a page names none")?);
        let Some(page) = context.store.unread_page(id).await? else { continue };
        let hints = context.store.hints(page.article, id).await?;
        pages.push((page, hints));
    }
    let mut sites: HashMap<SourceId, Site> = HashMap::new();
    for (page, _) in &pages {
        if let Some(source) = sources.get(&page.source)
            && !sites.contains_key(&source.id)
        {
            sites.insert(source.id, context.sites.of(context, source).await?);
        }
    }
    let reads = stream::iter(pages)
        .map(|(page, hints)| {
            let site = sites.get(&page.source);
            let profile = site.and_then(|site| site.profile_for(page.page.id)).cloned();
            read_one(Arc::clone(&sources), profile, context.clone(), page, hints)
        })
        .buffered(context.threads.max(1))
        .collect::<Vec<_>>()
        .await;
    let reads = reads.into_iter().collect::<Result<Vec<_>>>()?;
    let readings = in_order(context, &sources, &mut sites, reads);
    let saved = context.store.save_readings(&readings).await;
    match &saved {
        Ok(_) => context.sites.keep(sites),
        // What was learned of pages that are not saved is not known.
        Err(_) => context.sites.forget(),
    }
    let announced = saved?;
    context.bell.notify_waiters();
    Ok(ReadRound { pages: readings.len(), announced })
}

async fn sources(context: &Context) -> Result<HashMap<SourceId, SourceRow>> {
    Ok(context.store.sources().await?.into_iter().map(|source| (source.id, source)).collect())
}

/// A page that was read, kept together with its body in case it must be read again.
struct Read {
    page: UnreadPage,
    body: Arc<Vec<u8>>,
    hint: Option<EntryHint>,
    found: Found,
    /// What it adds to what is known of its source, and whether it was read in the light of that.
    note: Option<PageNote>,
    in_light: bool,
}

pub(crate) enum Found {
    Page(Box<Reading>),
    Feed(FeedDocument),
    Not(Outcome),
}

async fn read_one(
    sources: Arc<HashMap<SourceId, SourceRow>>,
    profile: Option<Arc<SiteProfile>>,
    context: Context,
    page: UnreadPage,
    hints: Vec<EntryHint>,
) -> Result<Read> {
    let body = Arc::new(context.store.body(&page.place).await?);
    let hint = hints.into_iter().next();
    let source = sources.get(&page.source).cloned();
    tokio::task::spawn_blocking(move || {
        let source = source.as_ref();
        let (found, note) = find_by(profile.as_deref(), &page, &body, source, hint.as_ref());
        let in_light = profile.is_some();
        Read { page, body, hint, found, note, in_light }
    })
    .await
    .context("the thread that read a page was stopped")
}

/// What a page is, and what it adds to what is known of its source. Pure.
pub(crate) fn find_noted(
    page: &UnreadPage,
    body: &[u8],
    source: Option<&SourceRow>,
    hint: Option<&EntryHint>,
) -> (Found, Option<PageNote>) {
    let mut note = None;
    let found = find(page, body, source, hint, |input| {
        let (read, noted) = extract_and_note(input);
        note = noted;
        read.value
    });
    // The page of an error may read like an article; it teaches nothing.
    let note = note.filter(|_| matches!(found, Found::Page(_)));
    (found, note)
}

/// What a page is in the light of its source's other pages, where there is one; else what it adds
/// to that too. Pure.
fn find_by(
    profile: Option<&SiteProfile>,
    page: &UnreadPage,
    body: &[u8],
    source: Option<&SourceRow>,
    hint: Option<&EntryHint>,
) -> (Found, Option<PageNote>) {
    match profile {
        Some(profile) => {
            (find(page, body, source, hint, |input| profile.extract_page(input).value), None)
        }
        None => find_noted(page, body, source, hint),
    }
}

fn find(
    page: &UnreadPage,
    body: &[u8],
    source: Option<&SourceRow>,
    hint: Option<&EntryHint>,
    read: impl FnOnce(&PageInput<'_>) -> Reading,
) -> Found {
    let meta = &page.page;
    let body = match decode_body(&meta.headers, body, DecodeLimits::default()) {
        Ok(body) => body,
        Err(error) => {
            return Found::Not(Outcome {
                kind: OutcomeKind::Unreadable,
                reason: error.to_string(),
            });
        }
    };
    let zone = source.and_then(zone_of);
    let ok = meta.status.is_none_or(|status| (200..300).contains(&status));
    if ok && let Some(document) = find_document(&body, meta, zone.clone()) {
        return Found::Feed(document);
    }
    let reading = read(&PageInput {
        bytes: &body,
        url: Some(&meta.url),
        headers: &meta.headers,
        fetched: Some(meta.fetched),
        zone,
        lang_hint: source.and_then(|source| source.setup.lang),
        feed: hint.map(|hint| FeedHint {
            title: Some(hint.title.clone()).filter(|title| !title.is_empty()),
            published: hint.published,
            author: hint.author.clone(),
        }),
    });
    if !ok && reading.outcome.kind != OutcomeKind::Challenge {
        let status = meta.status.unwrap_or(0);
        return Found::Not(Outcome {
            kind: OutcomeKind::HttpError,
            reason: format!("status {status}"),
        });
    }
    Found::Page(Box::new(reading))
}

fn zone_of(source: &SourceRow) -> Option<TimeZone> {
    source.setup.zone.as_deref().and_then(|name| TimeZone::get(name).ok())
}

/// Readings in the order of their pages. A page that a feed of the same round announced is read
/// again with what that feed says, as it would have been had the feed been read a round earlier.
fn in_order(
    context: &Context,
    sources: &HashMap<SourceId, SourceRow>,
    sites: &mut HashMap<SourceId, Site>,
    mut reads: Vec<Read>,
) -> Vec<PageReading> {
    reads.sort_by_key(|read| read.page.page.id);
    let mut announced: HashMap<PageUrl, EntryHint> = HashMap::new();
    let mut readings = Vec::with_capacity(reads.len());
    for mut read in reads {
        let source = sources.get(&read.page.source);
        let site = sites.entry(read.page.source).or_default();
        let is_news = read.hint.is_none() && announced.contains_key(&read.page.page.url);
        let hint = read.hint.as_ref().or_else(|| announced.get(&read.page.page.url));
        let profile = site.profile_for(read.page.page.id);
        if matches!(read.found, Found::Page(_))
            && (is_news || (profile.is_some() && !read.in_light))
        {
            let profile = profile.map(AsRef::as_ref);
            (read.found, read.note) = find_by(profile, &read.page, &read.body, source, hint);
        }
        if let Some(note) = &read.note {
            site.learn(read.page.article, read.page.page.id, note);
        }
        if let Found::Feed(document) = &read.found {
            for entry in &document.entries {
                announced.entry(entry.url.clone()).or_insert_with(|| hint_of(entry));
            }
        }
        readings.push(page_reading(context, sources.get(&read.page.source), read));
    }
    readings
}

fn hint_of(entry: &NewEntry) -> EntryHint {
    EntryHint {
        title: entry.title.clone(),
        author: entry.author.clone(),
        published_raw: entry.published_raw.clone(),
        published: entry.published,
    }
}

fn page_reading(context: &Context, source: Option<&SourceRow>, read: Read) -> PageReading {
    let page = read.page.page.id;
    let fetched = read.page.page.fetched;
    let blank =
        |outcome, entries| PageReading { page, read_by: READER, outcome, article: None, entries };
    match read.found {
        Found::Not(outcome) => blank(outcome, Vec::new()),
        Found::Feed(document) => {
            let reason = format!("{} with {} entries", document.format, document.entries.len());
            blank(Outcome { kind: OutcomeKind::Feed, reason }, document.entries)
        }
        Found::Page(reading) => {
            let article = reading.article.map(|article| {
                let all_in = source.is_some_and(|source| source.setup.all_in);
                let belonging = context.terms.find(&article, all_in);
                let zone = source.and_then(zone_of).unwrap_or_else(|| context.edition.zone.clone());
                SavedArticle {
                    belongs: belonging.belongs,
                    belongs_why: belonging.why,
                    sort: sort_time(&article, &zone, fetched),
                    article,
                }
            });
            PageReading { article, ..blank(reading.outcome, Vec::new()) }
        }
    }
}

/// The time an article is sorted by: when it was published, but never after it was fetched; a
/// month or no date at all tells too little, so then it is the fetch.
fn sort_time(article: &chapar_model::Article, zone: &TimeZone, fetched: Timestamp) -> Timestamp {
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
