//! Collecting: feeds are polled, what they announce is fetched, and every answer is kept. Reads
//! no page itself.

use crate::Context;
use crate::kinds::kind_of;
use crate::polled::page_request;
use crate::reach::is_out_of_reach;
use crate::schedule::{Rhythm, next_try, spread};
use anyhow::{Context as _, Result};
use chapar_fetch::{
    FailureClass, FetchError, FetchRequest, Fetched, Fetcher, Response, Validators,
};
use chapar_jobs::{Job, NewJob};
use chapar_model::{ContentHash, FeedId, PageUrl, PageVia, SourceId};
use chapar_store::{FeedRow, Moved, NewPage, PollResult};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::{debug, info, warn};

/// The kind of job that polls a feed or sitemap.
pub const REFRESH_FEED: &str = "refresh-feed";
/// The kind of job that fetches a page.
pub const FETCH_PAGE: &str = "fetch-page";

/// Hours after which a page is looked at again for edits, corrections and deletions.
const LOOK_AGAIN_HOURS: [i64; 4] = [2, 12, 48, 168];
/// Looks at one page, however often it changes.
const LOOKS_MAX: usize = 12;
/// Polls in a row that have to see a permanent redirect, and for how long, before it is followed
/// without asking the old address.
const MOVED_SEEN: u32 = 5;
const MOVED_FOR: SignedDuration = SignedDuration::from_hours(48);
/// The setting that says since when no host is in reach; empty when some are.
pub const NETWORK_DOWN: &str = "network-down";
/// What is fetched for a reader today goes before what is imported.
const LIVE_PRIORITY: i64 = 10;

/// What a job to fetch a page needs to know.
#[derive(Debug, Serialize, Deserialize)]
struct PageErrand {
    source: i64,
    /// How often the page was fetched before.
    looks: usize,
    /// How far down the hours of looking again it has come.
    #[serde(default)]
    rung: Option<usize>,
    /// How many texts it was known to have had at the last look.
    #[serde(default)]
    texts: i64,
}

impl PageErrand {
    fn first(source: SourceId) -> Self {
        Self { source: source.0, looks: 0, rung: None, texts: 0 }
    }

    /// The errand after this one and the hours until it: a page that was found changed at the last
    /// look is looked at after no longer a pause than before, any other after a longer one.
    fn next(&self, texts: i64) -> Option<(Self, i64)> {
        // Jobs that were put in before there were rungs count their looks.
        let rung = self.rung.unwrap_or(self.looks);
        let has_changed = self.texts > 0 && texts > self.texts;
        let rung = if has_changed { rung.saturating_sub(1) } else { rung };
        let looks = self.looks + 1;
        let hours = LOOK_AGAIN_HOURS.get(rung).filter(|_| looks < LOOKS_MAX)?;
        Some((Self { source: self.source, looks, rung: Some(rung + 1), texts }, *hours))
    }
}

/// Puts a poll of every listed feed in, due at once for those never polled.
pub async fn schedule_feeds(context: &Context) -> Result<usize> {
    let feeds = context.store.feeds().await?;
    let now = context.clock.now();
    let mut queue = context.store.queue().await?;
    for feed in &feeds {
        let due = feed.polled.map_or(now, |polled| due(context, feed, polled));
        chapar_jobs::enqueue(&mut queue, &poll_job(feed.id, due)).await?;
    }
    queue.commit().await?;
    Ok(feeds.len())
}

/// Puts a fetch of each address in.
pub(crate) async fn schedule_pages(context: &Context, pages: &[(PageUrl, SourceId)]) -> Result<()> {
    if pages.is_empty() || context.fetcher.is_none() {
        return Ok(());
    }
    let urls: Vec<PageUrl> = pages.iter().map(|(url, _)| url.clone()).collect();
    let unkept = context.store.unkept(&urls).await?;
    let now = context.clock.now();
    let mut queue = context.store.queue().await?;
    for (url, source) in pages.iter().filter(|(url, _)| unkept.contains(url)) {
        let errand = PageErrand::first(*source);
        chapar_jobs::enqueue(&mut queue, &page_job(url, &errand, now)?).await?;
    }
    queue.commit().await?;
    context.bell.notify_waiters();
    Ok(())
}

fn poll_job(feed: FeedId, run_at: Timestamp) -> NewJob {
    NewJob {
        kind: REFRESH_FEED,
        key: feed.to_string(),
        payload: "{}".to_owned(),
        priority: LIVE_PRIORITY,
        run_at,
    }
}

fn page_job(url: &PageUrl, errand: &PageErrand, run_at: Timestamp) -> Result<NewJob> {
    Ok(NewJob {
        kind: FETCH_PAGE,
        key: url.to_string(),
        payload: serde_json::to_string(errand)?,
        // First looks go before second ones.
        priority: LIVE_PRIORITY - i64::from(errand.looks > 0),
        run_at,
    })
}

/// When a document is due: by its rhythm while it answers, by its fault while it does not.
fn due(context: &Context, feed: &FeedRow, polled: Timestamp) -> Timestamp {
    let usual = SignedDuration::from_mins(context.edition.poll_minutes);
    let due = match feed.failures {
        0 => {
            let rhythm = feed.rhythm.as_deref().map(Rhythm::parse).unwrap_or_default();
            rhythm.next_poll(polled, usual)
        }
        failures => {
            let class = feed.failure_class.as_deref().and_then(class_named);
            next_try(class.unwrap_or(FailureClass::Temporary), failures, polled, usual)
        }
    };
    spread(feed.id, polled, due)
}

fn class_named(name: &str) -> Option<FailureClass> {
    use FailureClass::{Hard, OurNetwork, Soft, Temporary};
    [Hard, Soft, Temporary, OurNetwork].into_iter().find(|class| class.as_str() == name)
}

/// Polls the feed a job names, and puts the next poll in.
pub(crate) async fn refresh_feed(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let id = FeedId(job.key.parse().context("a job to poll a feed names none")?);
    let Some(mut feed) = context.store.feed(id).await? else {
        // No longer listed.
        return end(context, job, None).await;
    };
    if let Some(at) = context.reach.put_off(context.clock.now()) {
        return end(context, job, Some(poll_job(id, at))).await;
    }
    let (mut result, not_before) = match poll(context, fetcher, &feed).await? {
        Polled::Done(result, not_before) => (result, not_before),
        // The host wants to be left alone, or nothing is in reach: that says nothing of the feed.
        Polled::Later(at) => return end(context, job, Some(poll_job(id, at))).await,
    };
    if let Some(error) = &result.error {
        info!(feed.id = %id, "Polled `{}` in vain: {error}", feed.url);
    }
    let now = context.clock.now();
    if result.error.is_none() {
        result.rhythm = rhythm(context, &feed).await?;
        feed.rhythm = result.rhythm.clone().or(feed.rhythm);
    }
    feed.failures = if result.error.is_some() { feed.failures.saturating_add(1) } else { 0 };
    feed.failure_class = result.failure_class.map(str::to_owned);
    let next = due(context, &feed, now).max(not_before.unwrap_or(Timestamp::MIN));
    context.store.save_poll(id, &result, now, next).await?;
    end(context, job, Some(poll_job(id, next))).await
}

/// The rhythm of a feed with what its last polls brought: they have been read by now.
async fn rhythm(context: &Context, feed: &FeedRow) -> Result<Option<String>> {
    let Some(polled) = feed.polled else { return Ok(None) };
    let mut rhythm = feed.rhythm.as_deref().map(Rhythm::parse).unwrap_or_default();
    let entries = match (rhythm.seen_to(), feed.changed) {
        (Some(seen), Some(changed)) if changed > seen => {
            context.store.entries_between(feed, seen, polled).await?
        }
        _ => 0,
    };
    rhythm.count(polled, entries);
    Ok(Some(rhythm.to_json()))
}

enum Polled {
    /// What it told, and before when the host wants no further poll.
    Done(Box<PollResult>, Option<Timestamp>),
    Later(Timestamp),
}

fn failed(class: FailureClass, error: String) -> PollResult {
    let failure_class = Some(class.as_str());
    PollResult { error: Some(error), failure_class, ..PollResult::default() }
}

async fn poll(context: &Context, fetcher: &Fetcher, feed: &FeedRow) -> Result<Polled> {
    let ask = kind_of(feed.kind).ask();
    let now = context.clock.now();
    let settled = feed.moved.as_ref().filter(|moved| is_settled(moved, now));
    let at = settled.map_or(&feed.url, |moved| &moved.to);
    let mut request = FetchRequest::new(at.clone(), ask.purpose);
    request.headers = ask.headers();
    if feed.etag.is_some() || feed.last_modified.is_some() {
        request.validators =
            Some(Validators { etag: feed.etag.clone(), last_modified: feed.last_modified.clone() });
    }
    let fetched = match fetcher.get(&request).await {
        Ok(fetched) => fetched,
        Err(fault) => {
            return Ok(match (not_our_fault(context, at, &fault).await?, &fault) {
                (Some(again), _) => Polled::Later(again),
                (None, FetchError::BackingOff { until, .. }) => Polled::Later(*until),
                (None, _) => {
                    Polled::Done(Box::new(failed(fault.class(), whole(&fault))), fault.retry_at())
                }
            });
        }
    };
    in_reach(context).await?;
    let kind = kind_of(feed.kind);
    let mut result = match &fetched {
        Fetched::Fresh(response) => keep_poll(context, feed, response).await?,
        Fetched::NotModified(response) => {
            keep_trace(context, feed, response).await?;
            PollResult {
                etag: feed.etag.clone(),
                last_modified: feed.last_modified.clone(),
                ..PollResult::default()
            }
        }
        Fetched::Gone { status, .. } => {
            failed(FailureClass::Hard, format!("status {status}: it is not there"))
        }
        Fetched::HttpError { status, .. } => {
            let class = match status {
                500.. => FailureClass::Temporary,
                _ => FailureClass::Soft,
            };
            failed(
                class,
                match kind.refusal(*status) {
                    Some(meaning) => format!("status {status}: {meaning}"),
                    None => format!("status {status}"),
                },
            )
        }
        Fetched::Disallowed { rule, .. } => {
            failed(FailureClass::Soft, format!("robots.txt forbids it: `{rule}`"))
        }
    };
    let leads = fetched.response().and_then(|response| response.moved_permanently.clone());
    result.moved = match (settled, result.error.is_some()) {
        // The new place is no good after all: back to the one the edition names.
        (Some(_), true) => None,
        (Some(moved), false) => Some(moved.clone()),
        (None, true) => feed.moved.clone(),
        (None, false) => leads.map(|to| seen_moved(feed.moved.as_ref(), to, now)),
    };
    Ok(Polled::Done(Box::new(result), None))
}

/// A permanent redirect is believed once it was seen so often and for so long.
fn is_settled(moved: &Moved, now: Timestamp) -> bool {
    moved.seen >= MOVED_SEEN && now.duration_since(moved.since) >= MOVED_FOR
}

fn seen_moved(before: Option<&Moved>, to: PageUrl, now: Timestamp) -> Moved {
    match before {
        Some(before) if before.to == to => {
            Moved { seen: before.seen.saturating_add(1), ..before.clone() }
        }
        _ => Moved { to, since: now, seen: 1 },
    }
}

/// Notes that a host answered.
async fn in_reach(context: &Context) -> Result<()> {
    if let Some(since) = context.reach.answered() {
        info!("Hosts are in reach again; none was since {since}");
        context.store.set_setting(NETWORK_DOWN, "").await?;
    }
    Ok(())
}

/// Notes a failure; while no host at all is in reach, gives when to ask again.
async fn not_our_fault(
    context: &Context,
    url: &PageUrl,
    fault: &FetchError,
) -> Result<Option<Timestamp>> {
    let now = context.clock.now();
    if !is_out_of_reach(fault) {
        if !matches!(fault, FetchError::BackingOff { .. } | FetchError::Refused { .. }) {
            in_reach(context).await?;
        }
        return Ok(None);
    }
    let hosts = context.edition.sources.len();
    if let Some(since) = context.reach.failed(url.host(), now, hosts) {
        warn!("No host is in reach since {since}: this machine's network, or its name server");
        context.store.set_setting(NETWORK_DOWN, &since.to_string()).await?;
    }
    let pause = SignedDuration::from_mins(2);
    Ok(context.reach.down_since().map(|_| now.saturating_add(pause).unwrap_or(Timestamp::MAX)))
}

/// Keeps a feed's document when it says something else than last time, whatever its validators say.
async fn keep_poll(context: &Context, feed: &FeedRow, response: &Response) -> Result<PollResult> {
    let says = kind_of(feed.kind).fingerprint(&response.headers, &response.body);
    let digest = says.unwrap_or_else(|| ContentHash::of(&response.body));
    let changed = feed.body_digest != Some(digest);
    if changed {
        context.store.keep_together(kept(&feed.url, response, Some(feed.source))).await?;
        context.bell.notify_waiters();
    } else {
        keep_trace(context, feed, response).await?;
    }
    let fault = kind_of(feed.kind).fault(&response.headers, &response.body);
    let validators = Validators::of(&response.headers).unwrap_or_default();
    Ok(PollResult {
        etag: validators.etag,
        last_modified: validators.last_modified,
        body_digest: Some(digest),
        changed,
        error: fault.map(str::to_owned),
        failure_class: fault.map(|_| FailureClass::Soft.as_str()),
        ..PollResult::default()
    })
}

/// Keeps that a feed was seen unchanged, once a day (UTC): thousands of feeds are polled every few
/// minutes, and a record of each poll would soon outweigh what they brought.
async fn keep_trace(context: &Context, feed: &FeedRow, response: &Response) -> Result<()> {
    let day_of = |time: Timestamp| time.as_second().div_euclid(24 * 60 * 60);
    if feed.polled.is_none_or(|polled| day_of(polled) < day_of(response.fetched)) {
        context.store.keep_together(kept(&feed.url, response, Some(feed.source))).await?;
    }
    Ok(())
}

pub(crate) fn kept(url: &PageUrl, response: &Response, source: Option<SourceId>) -> NewPage {
    NewPage {
        url: url.clone(),
        fetched: response.fetched,
        status: Some(response.status),
        headers: response.headers.clone(),
        body: response.body.clone(),
        request: Some(response.request_headers.clone()).filter(|_| response.url == *url),
        via: PageVia::Live,
        source,
        priority: LIVE_PRIORITY,
    }
}

/// Fetches the page a job names, keeps what comes, and puts the next look in.
pub(crate) async fn fetch_page(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let url = PageUrl::parse(&job.key).context("a job to fetch a page names none")?;
    let errand: PageErrand = serde_json::from_str(&job.payload).context("a job's payload")?;
    if let Some(at) = context.reach.put_off(context.clock.now()) {
        return end(context, job, Some(page_job(&url, &errand, at)?)).await;
    }
    let fetched = match fetcher.get(&page_request(context, &url).await?).await {
        Ok(fetched) => fetched,
        Err(fault) => return give_back(context, job, &url, &errand, &fault).await,
    };
    in_reach(context).await?;
    if let Fetched::Disallowed { rule, .. } = &fetched {
        info!("`{url}` is not for robots: `{rule}`");
        return end(context, job, None).await;
    }
    let source = SourceId(errand.source);
    let Some(response) = fetched.response() else { return end(context, job, None).await };
    // The article stands at the address that answered; the address that was announced leads there.
    // An article that stood there and is missing now is missing there.
    let answers = (200..300).contains(&response.status);
    let stood = answers || context.store.revision_count(&response.url).await? > 0;
    let at = if stood { &response.url } else { &url };
    let source = Some(source).filter(|_| at == &url);
    context.store.keep_together(kept(at, response, source)).await?;
    context.bell.notify_waiters();
    debug!("Fetched `{url}`: status {}", response.status);
    if let Fetched::HttpError { status: 429 | 500.., .. } = &fetched
        && errand.looks == 0
    {
        let mut queue = context.store.queue().await?;
        let status = response.status;
        chapar_jobs::fail(&mut queue, job, &format!("status {status}"), context.clock.now())
            .await?;
        queue.commit().await?;
        return Ok(());
    }
    let texts = context.store.revision_count(at).await?;
    let next = match errand.next(texts) {
        Some((errand, hours)) => {
            let pause = SignedDuration::from_hours(hours);
            let run_at = context.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
            Some(page_job(&url, &errand, run_at)?)
        }
        None => None,
    };
    end(context, job, next).await
}

async fn give_back(
    context: &Context,
    job: &Job,
    url: &PageUrl,
    errand: &PageErrand,
    fault: &FetchError,
) -> Result<()> {
    if let Some(at) = not_our_fault(context, url, fault).await?.or(fault.retry_at()) {
        // Nothing is in reach, or the host wants to be left alone: that says nothing of the page.
        return end(context, job, Some(page_job(url, errand, at)?)).await;
    }
    let mut queue = context.store.queue().await?;
    let error = whole(fault);
    if fault.is_transient() {
        let dead = chapar_jobs::fail(&mut queue, job, &error, context.clock.now()).await?;
        if dead {
            warn!("Gave `{url}` up: {error}");
        }
    } else {
        info!("`{url}` cannot be fetched: {error}");
        chapar_jobs::complete(&mut queue, job.id).await?;
    }
    queue.commit().await?;
    Ok(())
}

/// Ends a job and puts the one that follows from it in, both or neither.
pub(crate) async fn end(context: &Context, job: &Job, next: Option<NewJob>) -> Result<()> {
    let mut queue = context.store.queue().await?;
    chapar_jobs::complete(&mut queue, job.id).await?;
    if let Some(next) = next {
        chapar_jobs::enqueue(&mut queue, &next).await?;
    }
    queue.commit().await?;
    Ok(())
}

/// An error with all its causes on one line.
pub(crate) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours between looks at a page that has had so many texts at each of them.
    #[track_caller]
    fn check(texts: impl IntoIterator<Item = i64>, expected: &[i64]) {
        let mut errand = PageErrand::first(SourceId(1));
        let mut pauses = Vec::new();
        for texts in texts {
            let Some((next, hours)) = errand.next(texts) else { break };
            pauses.push(hours);
            errand = next;
        }
        assert_eq!(pauses, expected);
    }

    #[test]
    fn a_page_that_stays_is_looked_at_ever_more_seldom() {
        check([0, 1, 1, 1, 1, 1], &[2, 12, 48, 168]);
    }

    #[test]
    fn a_page_that_changed_is_looked_at_sooner() {
        check([0, 1, 2, 2, 2, 2], &[2, 12, 12, 48, 168]);
    }

    #[test]
    fn a_page_that_always_changes_is_not_looked_at_for_ever() {
        check(0..99, &[2, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12]);
    }

    #[test]
    fn jobs_that_were_put_in_before_go_on_where_they_were() {
        let errand: PageErrand = serde_json::from_str(r#"{"source":1,"looks":2}"#).unwrap();
        assert_eq!(errand.next(1).map(|(next, hours)| (next.looks, hours)), Some((3, 48)));
    }
}
