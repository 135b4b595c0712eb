//! One step back into the past of a source: a page of a feed (archives and paged feeds of RFC 5005,
//! the pages that WordPress numbers), a numbered page of a section or a sitemap is asked for, and
//! what it leads to is put in. Where a walk stands is kept after every step, so that it goes on
//! after a restart, beside all else, and never fills the line of its host: it waits until what it
//! found is fetched.

mod documents;

use crate::Context;
use crate::collect::{FETCH_PAGE, LIVE_PRIORITY, end, schedule_pages, whole};
use crate::reach::{in_reach, not_our_fault};
use anyhow::{Context as _, Result};
use chapar_fetch::{FailureClass, FetchRequest, Fetched, Fetcher, Purpose, Response};
use chapar_jobs::{Job, NewJob};
use chapar_model::{PageUrl, SourceId};
use chapar_store::{FeedKind, FeedRow, SourceRow, Store, WalkRow};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
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

/// How far to go back.
#[derive(Debug, Clone, Copy)]
pub struct BackfillPlan {
    /// Nothing older than this is looked for.
    pub since: Option<Timestamp>,
    /// Documents of each feed and section.
    pub documents_max: usize,
    /// Pages that are found in each feed, each section and all sitemaps.
    pub pages_max: usize,
}

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

/// Puts in that the past of a source is gone through, from the newest on; ways that are under way
/// begin anew. Gives how many ways there are. May be called beside the process that runs the
/// newsroom, which then goes them.
pub async fn begin_backfill(
    store: &Store,
    source: &SourceRow,
    plan: &BackfillPlan,
    now: Timestamp,
) -> Result<usize> {
    let feeds = store.feeds().await?;
    let own: Vec<&FeedRow> = feeds.iter().filter(|feed| feed.source == source.id).collect();
    let of = |kind| own.iter().filter(move |feed| feed.kind == kind).map(|feed| feed.url.clone());
    let ahead = |url: &PageUrl| VecDeque::from([url.clone()]);
    let mut ways: Vec<(PageUrl, Way, VecDeque<PageUrl>)> = Vec::new();
    ways.extend(of(FeedKind::Feed).map(|url| (url.clone(), Way::Feed, ahead(&url))));
    ways.extend(of(FeedKind::Section).map(|url| (url.clone(), Way::Section, ahead(&url))));
    // The home itself may be followed as a section.
    let map = source.setup.home.join("/sitemap.xml")?;
    ways.push((map, Way::Sitemaps, of(FeedKind::Sitemap).collect()));
    let count = ways.len();
    for (start, way, ahead) in ways {
        let walk = WalkRow {
            source: source.id,
            start,
            state: serde_json::to_string(&WalkState::new(way, plan, ahead))?,
            documents: 0,
            pages: 0,
            oldest: None,
            begun: now,
            ended: None,
            reason: None,
        };
        store.set_walk(&walk).await?;
        put_in(store, &walk, now).await?;
    }
    Ok(count)
}

/// Ends what is under way into the past of a source; gives how many ways that were. What was found
/// is fetched all the same.
pub async fn stop_backfill(store: &Store, source: &SourceRow, now: Timestamp) -> Result<usize> {
    let walks = store.walks().await?;
    let mut stopped = 0;
    for walk in walks.into_iter().filter(|walk| walk.source == source.id && walk.ended.is_none()) {
        let reason = Some("stopped".to_owned());
        store.set_walk(&WalkRow { ended: Some(now), reason, ..walk }).await?;
        stopped += 1;
    }
    Ok(stopped)
}

/// Puts the next step of every walk in that has not ended.
pub(crate) async fn resume_walks(context: &Context) -> Result<()> {
    let now = context.clock.now();
    let walks = context.store.walks().await?;
    for walk in walks.iter().filter(|walk| walk.ended.is_none()) {
        put_in(&context.store, walk, now).await?;
    }
    Ok(())
}

async fn put_in(store: &Store, walk: &WalkRow, now: Timestamp) -> Result<()> {
    let mut queue = store.queue().await?;
    chapar_jobs::enqueue(&mut queue, &walk_job(walk.source, &walk.start, now)).await?;
    queue.commit().await?;
    Ok(())
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
}
