//! Reading kept pages: in parallel, and saved in the order of the pages, so that what is read
//! hangs on the pages alone. Never asks the web.

mod saved;
mod subject;

pub(crate) use subject::{Subject, find_noted};

use crate::Context;
use crate::kinds::LEARNED_BYTES_MAX;
use crate::polled::{KnownFeeds, Role};
use crate::sites::Site;
use crate::stranger::find_stand_in;
use anyhow::{Context as _, Result};
use chapar_extract::{PageNote, SiteProfile, Target};
use chapar_model::{ArticleId, FeedId, PageId, PageUrl, SourceId};
use chapar_store::{
    Before, EntryHint, PageReading, READ_PAGE, SavedArticle, SourceRow, UnreadPage, says_same,
};
use futures::StreamExt as _;
use futures::stream;
use saved::{hint_of, page_reading, saved_article, target_of};
use std::collections::HashMap;
use std::sync::Arc;
use subject::{Found, find_by};

/// The version of the reader: raised when the same page may be read otherwise.
pub const READER: i64 = 4;
/// Pages that entries of one source led to whose outcomes are weighed when its section pages are
/// read: the first ones, so that it makes no difference how pages are shared out into rounds.
const TARGETS_MAX: u32 = 1_000;
/// Pages read and saved together.
const BATCH: usize = 48;

/// What one round of reading did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadRound {
    /// Pages read.
    pub pages: usize,
    /// Addresses that feeds announced for the first time, with the source.
    pub announced: Vec<(PageUrl, SourceId)>,
    /// Addresses of more of a polled document.
    pub further: Vec<(PageUrl, FeedId)>,
}

/// Reads the next pages that wait; an empty round means that none do.
pub async fn read_round(context: &Context) -> Result<ReadRound> {
    let mut queue = context.store.queue().await?;
    let jobs = chapar_jobs::take(&mut queue, READ_PAGE, BATCH, context.lease()).await?;
    queue.commit().await?;
    if jobs.is_empty() {
        return Ok(ReadRound::default());
    }
    let sources = context.store.source_map().await?;
    let feeds = KnownFeeds::load(context).await?;
    let mut learned: HashMap<FeedId, Option<String>> = HashMap::new();
    let mut targets: HashMap<SourceId, Vec<Target>> = HashMap::new();
    let first = jobs.iter().filter_map(|job| job.key.parse().ok()).min().map(PageId);
    let mut pages = Vec::with_capacity(jobs.len());
    for job in &jobs {
        let id = PageId(job.key.parse().context("a job to read a page names none")?);
        let Some(page) = context.store.unread_page(id).await? else { continue };
        let hints = context.store.hints(page.article, id).await?;
        let role = match feeds.role_of(&page, hints.first()) {
            Role::Plain => match context.store.feed_at(&page.page.url).await? {
                Some(feed) => Role::Polled(Arc::new(feed)),
                None => Role::Plain,
            },
            role => role,
        };
        if let Some(feed) = role.learner()
            && !learned.contains_key(&feed)
        {
            learned.insert(feed, context.store.learned(feed).await?);
        }
        if role.weighs_targets()
            && let Some(first) = first
            && !targets.contains_key(&page.source)
        {
            let known = context.store.targets(page.source, first, TARGETS_MAX).await?;
            let known = known.into_iter().filter_map(|(url, outcome)| target_of(url, outcome));
            targets.insert(page.source, known.collect());
        }
        pages.push((page, hints, role));
    }
    let mut sites: HashMap<SourceId, Site> = HashMap::new();
    for (page, ..) in &pages {
        if let Some(source) = sources.get(&page.source)
            && !sites.contains_key(&source.id)
        {
            sites.insert(source.id, context.sites.of(context, source).await?);
        }
    }
    let reads = stream::iter(pages)
        .map(|(page, hints, role)| {
            let site = sites.get(&page.source);
            let profile = site.and_then(|site| site.profile_for(page.page.id)).cloned();
            let hint = hints.into_iter().next();
            read_one(Arc::clone(&sources), profile, context.clone(), (page, hint, role))
        })
        .buffered(context.threads.max(1))
        .collect::<Vec<_>>()
        .await;
    let reads = reads.into_iter().collect::<Result<Vec<_>>>()?;
    let mut further = Vec::new();
    let known = Known {
        sources: &sources,
        feeds: &feeds,
        sites: &mut sites,
        learned: &mut learned,
        targets: &mut targets,
    };
    let readings = in_order(context, known, reads, &mut further).await?;
    let saved = context.store.save_readings(&readings).await;
    match &saved {
        Ok(_) => context.sites.keep(sites),
        // What was learned of pages that are not saved is not known.
        Err(_) => context.sites.forget(),
    }
    let announced = saved?;
    context.bell.notify_waiters();
    Ok(ReadRound { pages: readings.len(), announced, further })
}

/// A page that was read, kept together with its body in case it must be read again.
struct Read {
    page: UnreadPage,
    body: Arc<Vec<u8>>,
    hint: Option<EntryHint>,
    role: Role,
    found: Found,
    /// What it adds to what is known of its source, and whether it was read in the light of that.
    note: Option<PageNote>,
    in_light: bool,
}

impl Read {
    /// The page with what it is read by, but for what pages before it taught.
    fn subject<'a>(
        &'a self,
        source: Option<&'a SourceRow>,
        hint: Option<&'a EntryHint>,
    ) -> Subject<'a> {
        let (page, body, role) = (&self.page, self.body.as_slice(), &self.role);
        Subject { page, body, source, hint, role, learned: None, targets: &[] }
    }
}

async fn read_one(
    sources: Arc<HashMap<SourceId, SourceRow>>,
    profile: Option<Arc<SiteProfile>>,
    context: Context,
    (page, hint, role): (UnreadPage, Option<EntryHint>, Role),
) -> Result<Read> {
    let body = Arc::new(context.store.body(&page.place).await?);
    let source = sources.get(&page.source).cloned();
    if role.learner().is_some() {
        return Ok(Read {
            page,
            body,
            hint,
            role,
            found: Found::Waits,
            note: None,
            in_light: false,
        });
    }
    tokio::task::spawn_blocking(move || {
        let subject = Subject {
            page: &page,
            body: &body,
            source: source.as_ref(),
            hint: hint.as_ref(),
            role: &role,
            learned: None,
            targets: &[],
        };
        let (found, note) = find_by(profile.as_deref(), &subject);
        let in_light = profile.is_some();
        Read { page, body, hint, role, found, note, in_light }
    })
    .await
    .context("the thread that read a page was stopped")
}

/// Readings in the order of their pages. A page that a feed of the same round announced is read
/// again with what that feed says, as it would have been had the feed been read a round earlier.
async fn in_order(
    context: &Context,
    known: Known<'_>,
    mut reads: Vec<Read>,
    further: &mut Vec<(PageUrl, FeedId)>,
) -> Result<Vec<PageReading>> {
    let Known { sources, feeds, sites, learned, targets } = known;
    reads.sort_by_key(|read| read.page.page.id);
    let mut announced: HashMap<PageUrl, EntryHint> = HashMap::new();
    let mut last: HashMap<ArticleId, (UnreadPage, SavedArticle)> = HashMap::new();
    let mut readings = Vec::with_capacity(reads.len());
    for mut read in reads {
        let source = sources.get(&read.page.source);
        let site = sites.entry(read.page.source).or_default();
        let is_news = read.hint.is_none() && announced.contains_key(&read.page.page.url);
        let hint = read.hint.clone().or_else(|| announced.get(&read.page.page.url).cloned());
        let is_target = hint.is_some() && targets.contains_key(&read.page.source);
        let leads_here = is_target.then(|| (read.page.source, read.page.page.url.clone()));
        if matches!(read.role, Role::Plain) {
            read.role = feeds.post_of(&read.page, hint.as_ref());
        }
        let profile = site.profile_for(read.page.page.id);
        let is_again = match &read.found {
            Found::Page(_) => is_news || (profile.is_some() && !read.in_light),
            Found::Post(_) => is_news,
            Found::Waits => true,
            Found::Not(_) => is_news && matches!(read.role, Role::Post(..)),
            Found::Feed(_) => false,
        };
        if is_again {
            let profile = profile.map(AsRef::as_ref);
            let taught = read.role.learner().and_then(|feed| learned.get(&feed)?.as_deref());
            let subject = Subject {
                learned: taught,
                targets: targets.get(&read.page.source).map_or(&[], Vec::as_slice),
                ..read.subject(source, hint.as_ref())
            };
            (read.found, read.note) = find_by(profile, &subject);
        }
        if let Found::Feed(document) = &mut read.found {
            for entry in &document.entries {
                announced.entry(entry.url.clone()).or_insert_with(|| hint_of(entry));
            }
            document.learned = document.learned.take().filter(|l| l.len() <= LEARNED_BYTES_MAX);
            if let Role::Polled(feed) = &read.role {
                further.extend(document.further.drain(..).map(|url| (url, feed.id)));
                if let Some(now) = &document.learned {
                    learned.insert(feed.id, Some(now.clone()));
                }
            }
        }
        let found = std::mem::replace(&mut read.found, Found::Waits);
        let is_page = matches!(found, Found::Page(_));
        let mut reading = page_reading(context, source, &read, found);
        let before = match (&reading.article, is_page) {
            (Some(_), true) => article_before(context, &last, &read.page).await?,
            _ => None,
        };
        if let Some(now) = reading.article.as_ref().filter(|_| is_page) {
            let stood = before.as_ref().map(|(_, before)| &before.article);
            let announced = hint.as_ref().map(|hint| hint.title.as_str());
            if let Some(outcome) = find_stand_in(stood, announced, &now.article) {
                (reading.article, reading.outcome) = (None, outcome);
                read.note = None;
            }
        }
        if let Some(note) = &read.note {
            site.learn(read.page.article, read.page.page.id, note);
        }
        if let Some(saved) = reading.article.as_ref().filter(|_| is_page) {
            let subject = read.subject(source, hint.as_ref());
            let profile = site.profile_for(read.page.page.id).map(AsRef::as_ref);
            reading.before = find_before(context, before, &subject, profile, saved).await?;
            last.insert(read.page.article, (read.page.clone(), saved.clone()));
        }
        if let Some((source, url)) = leads_here
            && let Some(known) = targets.get_mut(&source).filter(|k| k.len() < TARGETS_MAX as usize)
        {
            known.extend(target_of(url, reading.outcome.kind));
        }
        readings.push(reading);
    }
    Ok(readings)
}

/// The article that stood at a page's address before. Where it says something else, its page is read
/// again in the light in which this one was: what a reader that learned leaves out was not edited.
async fn find_before(
    context: &Context,
    before: Option<(UnreadPage, SavedArticle)>,
    subject: &Subject<'_>,
    profile: Option<&SiteProfile>,
    now: &SavedArticle,
) -> Result<Option<Before>> {
    let Some((page, saved)) = before else { return Ok(None) };
    let id = page.page.id;
    if says_same(&saved.article, &now.article) {
        return Ok(Some(Before { page: id, is_same: true, again: None }));
    }
    let body = context.store.body(&page.place).await?;
    let found = find_by(profile, &Subject { page: &page, body: &body, ..*subject }).0;
    let again = match found {
        Found::Page(reading) => reading.article,
        _ => None,
    };
    let again =
        again.map(|article| saved_article(context, subject.source, page.page.fetched, article));
    let is_same = again.as_ref().is_some_and(|again| says_same(&again.article, &now.article));
    let again = again.filter(|again| !says_same(&again.article, &saved.article));
    Ok(Some(Before { page: id, is_same, again }))
}

/// The article that stood at a page's address before it, and its page.
async fn article_before(
    context: &Context,
    last: &HashMap<ArticleId, (UnreadPage, SavedArticle)>,
    page: &UnreadPage,
) -> Result<Option<(UnreadPage, SavedArticle)>> {
    match last.get(&page.article) {
        Some(before) => Ok(Some(before.clone())),
        None => Ok(context.store.article_before(page.article, page.page.id).await?),
    }
}

/// What is known beside the pages of a round, and grows as they are read in their order.
struct Known<'a> {
    sources: &'a HashMap<SourceId, SourceRow>,
    feeds: &'a KnownFeeds,
    sites: &'a mut HashMap<SourceId, Site>,
    learned: &'a mut HashMap<FeedId, Option<String>>,
    targets: &'a mut HashMap<SourceId, Vec<Target>>,
}
