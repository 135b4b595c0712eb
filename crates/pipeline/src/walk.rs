//! One step back into the past of a source: a page of a feed (archives and paged feeds of RFC 5005,
//! the pages that WordPress numbers), a numbered page of a section or a sitemap is asked for, and
//! what it leads to is put in. Where a walk stands is kept after every step, so that it goes on
//! after a restart, beside all else, and never fills the line of its host: it waits until what it
//! found is fetched.

use crate::collect::{FETCH_PAGE, LIVE_PRIORITY, end, kept, schedule_pages, whole};
use crate::kinds::read_section;
use crate::reach::{in_reach, not_our_fault};
use crate::{BackfillPlan, Context};
use anyhow::{Context as _, Result};
use chapar_feed::{Feed, FeedContext, parse_feed, parse_sitemap};
use chapar_fetch::{DecodeLimits, FailureClass, FetchRequest, Fetched, Fetcher, Purpose, Response};
use chapar_jobs::{Job, NewJob};
use chapar_model::{ContentHash, PageUrl, SourceId, When};
use chapar_store::WalkRow;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};

/// The kind of job that goes one step further back.
pub const WALK_BACK: &str = "walk-back";

/// Sitemaps of one source that are asked for.
const SITEMAPS_MAX: usize = 200;
/// Pages that are put in at once.
const BATCH: usize = 20;
/// Pages of a walk that may be due or running while it goes on.
const WAITING_MAX: usize = 5;
/// After how long it looks again whether they are fetched.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// The same for documents that lead to pages only when they are read.
const BREATH: SignedDuration = SignedDuration::from_secs(1);
/// How often a document that does not answer is asked for, and the pause after the first time,
/// which doubles.
const TRIES_MAX: u32 = 8;
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// What is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    /// The documents of a feed.
    Feed,
    /// The numbered pages of a section.
    Section,
    /// The sitemaps of a site.
    Sitemaps,
}

/// Where a walk stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WalkState {
    way: Way,
    since: Option<Timestamp>,
    documents_max: usize,
    pages_max: usize,
    /// Documents to ask for, the next one first.
    ahead: VecDeque<PageUrl>,
    /// Whether sitemaps are still to be looked for in robots.txt.
    asks_robots: bool,
    /// Addresses of documents and pages that were met, and digests of documents.
    #[serde(default)]
    met: BTreeSet<String>,
    /// Pages that are not put in yet, the next one first.
    #[serde(default)]
    found: VecDeque<(Option<Timestamp>, PageUrl)>,
    /// Pages that were put in last.
    #[serde(default)]
    put_in: Vec<PageUrl>,
    /// How often the next document was asked for in vain.
    #[serde(default)]
    tries: u32,
    /// Where the way ended, and why; of sitemaps, those that could not be read.
    #[serde(default)]
    ends: Vec<String>,
}

impl WalkState {
    pub(crate) fn new(way: Way, plan: &BackfillPlan, ahead: VecDeque<PageUrl>) -> Self {
        Self {
            way,
            since: plan.since,
            documents_max: match way {
                Way::Sitemaps => SITEMAPS_MAX,
                _ => plan.documents_max,
            },
            pages_max: plan.pages_max,
            ahead,
            asks_robots: way == Way::Sitemaps,
            met: BTreeSet::new(),
            found: VecDeque::new(),
            put_in: Vec::new(),
            tries: 0,
            ends: Vec::new(),
        }
    }
}

/// The job that takes the next step of the walk that begins there.
pub(crate) fn walk_job(source: SourceId, start: &PageUrl, run_at: Timestamp) -> NewJob {
    NewJob {
        kind: WALK_BACK,
        key: format!("{} {start}", source.0),
        payload: "{}".to_owned(),
        priority: LIVE_PRIORITY,
        run_at,
    }
}

/// Takes the step that a job names, and puts the next one in.
pub(crate) async fn walk_back(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let (source, start) = job.key.split_once(' ').context("a job to walk back names no walk")?;
    let source = SourceId(source.parse().context("a job to walk back names no source")?);
    let row = context.store.walk(source, start).await?;
    let Some(mut row) = row.filter(|row| row.ended.is_none()) else {
        return end(context, job, None).await;
    };
    let state = serde_json::from_str(&row.state).context("where a walk stands")?;
    let mut walk = Walk { context, fetcher, row: &mut row, state };
    let next = walk.step().await?;
    let state = serde_json::to_string(&walk.state)?;
    row.state = state;
    if let Next::End(reason) = &next {
        row.ended = Some(context.clock.now());
        row.reason = Some(reason.clone());
    }
    let run_at = match (context.store.go_on(&row).await?, next) {
        (true, Next::End(_)) => return end(context, job, None).await,
        (true, Next::At(at)) => at,
        // It was stopped or begun anew meanwhile: the next step tells.
        (false, _) => context.clock.now(),
    };
    end(context, job, Some(walk_job(row.source, &row.start, run_at))).await
}

/// What comes after a step.
enum Next {
    /// Another one, not before.
    At(Timestamp),
    /// Nothing, and why.
    End(String),
}

/// What came of asking for a document.
enum Asked {
    Answer(Box<Response>),
    Later(Timestamp),
    Nothing(String),
}

/// A walk in one step.
struct Walk<'a> {
    context: &'a Context,
    fetcher: &'a Fetcher,
    row: &'a mut WalkRow,
    state: WalkState,
}

impl Walk<'_> {
    async fn step(&mut self) -> Result<Next> {
        let now = self.context.clock.now();
        let in_a_while = |pause| Next::At(now.saturating_add(pause).unwrap_or(Timestamp::MAX));
        if let Some(at) = self.context.reach.put_off(now) {
            return Ok(Next::At(at));
        }
        if self.waiting(now).await? > WAITING_MAX {
            return Ok(in_a_while(PAUSE));
        }
        if self.state.asks_robots {
            if self.others_walk().await? {
                return Ok(in_a_while(PAUSE));
            }
            self.look_for_sitemaps().await;
            return Ok(Next::At(now));
        }
        let is_gathering = self.state.way == Way::Sitemaps && !self.state.ahead.is_empty();
        if !self.state.found.is_empty() && !is_gathering {
            self.put_in().await?;
            return Ok(Next::At(now));
        }
        if self.pages_left() == 0 && !is_gathering {
            let limit = self.state.pages_max;
            return Ok(Next::End(format!("{}: the limit of {limit} pages", self.row.start)));
        }
        match self.state.ahead.pop_front() {
            Some(url) => Ok(self.take(url).await?.map_or_else(|| in_a_while(BREATH), Next::At)),
            None => Ok(Next::End(match self.state.ends.is_empty() {
                true => format!("{}: every sitemap is read", self.row.start),
                false => self.state.ends.join("; "),
            })),
        }
    }

    /// Asks for a document and reads it; gives when to come back where there is no answer yet.
    async fn take(&mut self, url: PageUrl) -> Result<Option<Timestamp>> {
        let end = if self.row.documents >= i64::try_from(self.state.documents_max)? {
            // Of sitemaps, what was found is put in all the same.
            self.state.ahead.clear();
            format!("the limit of {} documents", self.state.documents_max)
        } else if self.state.met.contains(&url.identity()) {
            "it leads back to where it was".to_owned()
        } else {
            match self.ask(&url).await? {
                Asked::Later(at) => {
                    self.state.ahead.push_front(url);
                    return Ok(Some(at));
                }
                Asked::Nothing(said) => said,
                Asked::Answer(response) => {
                    self.state.met.insert(url.identity());
                    match self.read(&url, &response).await? {
                        Ok(()) => String::new(),
                        Err(end) => end,
                    }
                }
            }
        };
        self.state.tries = 0;
        if !end.is_empty() {
            self.state.ends.push(format!("{url}: {end}"));
        }
        Ok(None)
    }

    /// How many of the pages put in last are due or being fetched: not those that are put off.
    async fn waiting(&self, now: Timestamp) -> Result<usize> {
        let keys = self.state.put_in.iter().map(PageUrl::as_str);
        let mut queue = self.context.store.queue().await?;
        let waiting = chapar_jobs::due(&mut queue, FETCH_PAGE, keys, now).await?;
        queue.commit().await?;
        Ok(waiting)
    }

    /// Whether other ways into the past of the source have not ended. Sitemaps come last, since they
    /// name once more what feeds and sections have named.
    async fn others_walk(&self) -> Result<bool> {
        let walks = self.context.store.walks().await?;
        let others = walks.iter().filter(|walk| walk.start != self.row.start);
        let mut open = others.filter(|walk| walk.source == self.row.source && walk.ended.is_none());
        Ok(open.next().is_some())
    }

    fn pages_left(&self) -> usize {
        let found = usize::try_from(self.row.pages).unwrap_or(0);
        self.state.pages_max.saturating_sub(found)
    }

    async fn look_for_sitemaps(&mut self) {
        self.state.asks_robots = false;
        let home = &self.row.start;
        if let Ok(robots) = self.fetcher.robots(home).await {
            let listed = robots.sitemaps().iter().filter_map(|raw| home.join(raw).ok());
            self.state.ahead.extend(listed);
        }
        if self.state.ahead.is_empty() {
            self.state.ahead.push_back(home.clone());
        }
    }

    async fn put_in(&mut self) -> Result<()> {
        let most = self.state.found.len().min(BATCH);
        let next: Vec<PageUrl> = self.state.found.drain(..most).map(|(_, url)| url).collect();
        let pages: Vec<_> = next.iter().map(|url| (url.clone(), self.row.source)).collect();
        schedule_pages(self.context, &pages).await?;
        self.state.put_in = next;
        Ok(())
    }

    /// Asks for a document, and again where it does not answer.
    async fn ask(&mut self, url: &PageUrl) -> Result<Asked> {
        let purpose = match self.state.way {
            Way::Feed => Purpose::Feed,
            Way::Section => Purpose::Page,
            Way::Sitemaps => Purpose::Sitemap,
        };
        let said = match self.fetcher.get(&FetchRequest::new(url.clone(), purpose)).await {
            Ok(Fetched::Fresh(response)) => {
                in_reach(self.context).await?;
                return Ok(Asked::Answer(response));
            }
            Ok(Fetched::HttpError { status, .. }) if status == 429 || status >= 500 => {
                format!("status {status}")
            }
            Ok(other) => {
                return Ok(Asked::Nothing(match other.response() {
                    Some(response) => format!("status {}", response.status),
                    None => "robots.txt closes it".to_owned(),
                }));
            }
            Err(fault) => {
                let at = not_our_fault(self.context, url, &fault).await?.or(fault.retry_at());
                match (at, fault.class()) {
                    (Some(at), _) => return Ok(Asked::Later(at)),
                    (None, FailureClass::Temporary | FailureClass::OurNetwork) => whole(&fault),
                    (None, _) => return Ok(Asked::Nothing(whole(&fault))),
                }
            }
        };
        self.state.tries += 1;
        if self.state.tries >= TRIES_MAX {
            return Ok(Asked::Nothing(said));
        }
        let pause = FIRST_PAUSE.checked_mul(1 << (self.state.tries - 1)).unwrap_or(FIRST_PAUSE);
        let now = self.context.clock.now();
        Ok(Asked::Later(now.saturating_add(pause).unwrap_or(Timestamp::MAX)))
    }

    /// Reads a document, or says why the way ends with it.
    async fn read(&mut self, url: &PageUrl, response: &Response) -> Result<Result<(), String>> {
        match self.state.way {
            Way::Feed => self.read_feed(url, response).await,
            Way::Section => self.read_section(url, response).await,
            Way::Sitemaps => self.read_sitemap(url, response).await,
        }
    }

    /// A feed's document is kept like any other; what it announces is put in when it is read.
    async fn read_feed(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        self.row.documents += 1;
        if !self.state.met.insert(ContentHash::of(&response.body).to_string()) {
            return Ok(Err("the same document again".to_owned()));
        }
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let Ok(read) = parse_feed(&body, &known(url, response)) else {
            return Ok(Err("it is no feed".to_owned()));
        };
        let feed = read.value;
        if feed.entries.is_empty() {
            return Ok(Err("no entries are left".to_owned()));
        }
        let pages: Vec<PageUrl> = feed.entries.iter().filter_map(|e| e.page_url()).collect();
        let new = self.context.store.unkept(&pages).await?;
        self.row.pages += i64::try_from(new.len())?;
        self.state.put_in = new;
        let source = Some(self.row.source);
        self.context.store.keep_together(kept(url, response, source)).await?;
        self.context.bell.notify_waiters();
        let dates = feed.entries.iter().filter_map(|entry| entry.date()?.value);
        Ok(self.go_on(dates, older_page(&feed, url)))
    }

    /// The pages of a section are not kept, since they are only the way to their links.
    async fn read_section(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        self.row.documents += 1;
        let feeds = self.context.store.feeds().await?;
        let pattern = feeds.into_iter().find(|feed| feed.url == self.row.start);
        let pattern = pattern.and_then(|feed| feed.links);
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let read = read_section(url, &response.headers, &body, pattern.as_deref());
        let (met, since) = (&mut self.state.met, self.state.since);
        let mut is_news = false;
        let links: Vec<PageUrl> = read
            .links
            .iter()
            .filter(|link| met.insert(link.url.identity()))
            .inspect(|_| is_news = true)
            .filter(|link| link.date.is_none_or(|when| is_wanted(earliest(when), since, true)))
            .map(|link| link.url.clone())
            .collect();
        if !is_news {
            return Ok(Err("no links to news are left".to_owned()));
        }
        let mut new = self.context.store.unkept(&links).await?;
        new.truncate(self.pages_left());
        self.row.pages += i64::try_from(new.len())?;
        self.state.found.extend(new.into_iter().map(|url| (None, url)));
        Ok(self.go_on(read.links.iter().filter_map(|link| link.date), read.next))
    }

    /// Sitemaps name their pages in any order: those changed last are put in first, and only when
    /// every sitemap is read.
    async fn read_sitemap(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let Ok(map) = parse_sitemap(&body, &known(url, response)) else {
            return Ok(Err("it is no sitemap".to_owned()));
        };
        self.row.documents += 1;
        let since = self.state.since;
        let mut further: Vec<(Option<Timestamp>, PageUrl)> = map
            .value
            .sitemaps
            .into_iter()
            .map(|link| (link.modified.and_then(|date| earliest(date.value?)), link.url))
            .filter(|(changed, _)| is_wanted(*changed, since, true))
            .collect();
        further.sort_by_key(|(changed, _)| Reverse(*changed));
        self.state.ahead.extend(further.into_iter().map(|(_, url)| url));
        let own = self.row.start.site();
        let named: Vec<(Option<Timestamp>, PageUrl)> = map
            .value
            .pages
            .into_iter()
            .filter(|page| page.url.site() == own)
            .map(|page| {
                let news = page.news.and_then(|news| news.published).and_then(|date| date.value);
                let when = news.or(page.modified.and_then(|date| date.value));
                (when.and_then(earliest), page.url)
            })
            .filter(|(changed, _)| is_wanted(*changed, since, false))
            .collect();
        let urls: Vec<PageUrl> = named.iter().map(|(_, url)| url.clone()).collect();
        let new: BTreeSet<String> =
            self.context.store.unkept(&urls).await?.into_iter().map(|url| url.identity()).collect();
        let met = &mut self.state.met;
        let named = named.into_iter().filter(|(_, url)| {
            let identity = url.identity();
            new.contains(&identity) && met.insert(identity)
        });
        let mut found: Vec<_> = self.state.found.drain(..).chain(named).collect();
        found.sort_by_key(|(changed, _)| Reverse(*changed));
        found.truncate(self.state.pages_max);
        let oldest = found.iter().filter_map(|(changed, _)| *changed).min();
        self.row.oldest = [self.row.oldest, oldest].into_iter().flatten().min();
        self.row.pages = i64::try_from(found.len())?;
        self.state.found = found.into();
        Ok(Ok(()))
    }

    /// Goes on to the next page of a feed or section, or says why the way ends here.
    fn go_on(
        &mut self,
        dates: impl Iterator<Item = When>,
        next: Option<PageUrl>,
    ) -> Result<(), String> {
        let oldest = dates.filter_map(earliest).min();
        self.row.oldest = [self.row.oldest, oldest].into_iter().flatten().min();
        if oldest.zip(self.state.since).is_some_and(|(oldest, since)| oldest < since) {
            return Err("it is far enough back".to_owned());
        }
        self.state.ahead.push_back(next.ok_or("it names no older page")?);
        Ok(())
    }
}

fn known<'a>(url: &'a PageUrl, response: &'a Response) -> FeedContext<'a> {
    let (headers, fetched) = (Some(&response.headers), Some(response.fetched));
    FeedContext { url: Some(url), headers, zone: None, fetched }
}

fn earliest(when: When) -> Option<Timestamp> {
    Some(when.earliest(&TimeZone::UTC))
}

/// Where what is older than a feed's document stands: the archive before it or the next page (RFC
/// 5005), or the next of the pages that WordPress numbers.
fn older_page(feed: &Feed, url: &PageUrl) -> Option<PageUrl> {
    let linked = |rel: &str| {
        let link = feed.links.iter().find(|link| link.rel.eq_ignore_ascii_case(rel))?;
        url.join(&link.href).ok()
    };
    if let Some(older) = linked("prev-archive").or_else(|| linked("next")) {
        return Some(older);
    }
    let made_by = feed.generator.as_ref()?;
    let is_wordpress = [Some(&made_by.name), made_by.url.as_ref()]
        .into_iter()
        .flatten()
        .any(|said| said.to_ascii_lowercase().contains("wordpress"));
    if !is_wordpress {
        return None;
    }
    let mut next = url.as_url().clone();
    let page = next.query_pairs().find(|(name, _)| name == "paged");
    let page: u32 = page.map_or(Some(1), |(_, value)| value.parse().ok())?;
    let others: Vec<(String, String)> = next
        .query_pairs()
        .filter(|(name, _)| name != "paged")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    next.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("paged", &(page + 1).to_string());
    PageUrl::parse(next.as_str()).ok()
}

/// Whether something that changed then is young enough. A map without a date may hold anything; a
/// page without one is wanted only where no day is given.
fn is_wanted(changed: Option<Timestamp>, since: Option<Timestamp>, is_map: bool) -> bool {
    match (changed, since) {
        (_, None) => true,
        (Some(changed), Some(since)) => changed >= since,
        (None, Some(_)) => is_map,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(raw: &str) -> PageUrl {
        PageUrl::parse(raw).unwrap()
    }

    #[track_caller]
    fn check(head: &str, at: &str, expect: Option<&str>) {
        let feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\
             <channel><title>C</title>{head}<item><title>T</title></item></channel></rss>"
        );
        let at = url(at);
        let known = FeedContext { url: Some(&at), headers: None, zone: None, fetched: None };
        let read = parse_feed(feed.as_bytes(), &known).unwrap().value;
        assert_eq!(older_page(&read, &at).as_ref().map(PageUrl::as_str), expect, "{head}");
    }

    #[test]
    fn a_feed_says_where_what_is_older_stands() {
        let base = "https://zarvand.example/feed/";
        check(
            "<atom:link rel=\"prev-archive\" href=\"/2026/02.xml\"/><atom:link rel=\"next\" href=\"?x\"/>",
            base,
            Some("https://zarvand.example/2026/02.xml"),
        );
        check(
            "<atom:link rel=\"next\" href=\"?page=2\"/>",
            base,
            Some("https://zarvand.example/feed/?page=2"),
        );
        let wordpress = "<generator>https://wordpress.org/?v=6.7</generator>";
        check(wordpress, base, Some("https://zarvand.example/feed/?paged=2"));
        check(
            wordpress,
            "https://zarvand.example/feed/?cat=3&paged=7",
            Some("https://zarvand.example/feed/?cat=3&paged=8"),
        );
        check("<generator>Hand</generator>", base, None);
        check("", base, None);
    }

    #[test]
    fn what_is_too_old_is_left() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let since = at("2026-02-01T00:00:00Z");
        assert!(is_wanted(at("2026-02-02T00:00:00Z"), since, false));
        assert!(!is_wanted(at("2026-01-02T00:00:00Z"), since, true));
        assert!(is_wanted(None, since, true) && !is_wanted(None, since, false));
        assert!(is_wanted(None, None, false));
    }
}
