//! Polls of feeds and whatever else is polled: when each is asked, what an answer or a fault says of
//! it, and keeping the answer. Reads no document itself.

use crate::Context;
use crate::collect::{LIVE_PRIORITY, end, kept, whole};
use crate::kinds::{Received, kind_of};
use crate::reach::{in_reach, not_our_fault};
use crate::schedule::{Rhythm, next_try, spread};
use anyhow::{Context as _, Result};
use chapar_fetch::{
    FailureClass, FetchError, FetchRequest, Fetched, Fetcher, Response, Validators,
};
use chapar_jobs::{Job, NewJob};
use chapar_model::{ContentHash, FeedId, PageUrl};
use chapar_store::{FeedRow, Moved, PollResult};
use jiff::{SignedDuration, Timestamp};
use tracing::info;

/// The kind of job that polls a feed or sitemap.
pub const REFRESH_FEED: &str = "refresh-feed";

/// Polls in a row that have to see a permanent redirect, and for how long, before it is followed
/// without asking the old address.
const MOVED_SEEN: u32 = 5;
const MOVED_FOR: SignedDuration = SignedDuration::from_hours(48);

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

fn poll_job(feed: FeedId, run_at: Timestamp) -> NewJob {
    NewJob {
        kind: REFRESH_FEED,
        key: feed.to_string(),
        payload: "{}".to_owned(),
        priority: LIVE_PRIORITY,
        run_at,
    }
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

/// Keeps a feed's document when it says something else than last time, whatever its validators say.
async fn keep_poll(context: &Context, feed: &FeedRow, response: &Response) -> Result<PollResult> {
    let received = Received { url: &feed.url, headers: &response.headers, body: &response.body };
    let says = kind_of(feed.kind).fingerprint(&received);
    let digest = says.unwrap_or_else(|| ContentHash::of(&response.body));
    let changed = feed.body_digest != Some(digest);
    if changed {
        context.store.keep_together(kept(&feed.url, response, Some(feed.source))).await?;
        context.bell.notify_waiters();
    } else {
        keep_trace(context, feed, response).await?;
    }
    let fault = kind_of(feed.kind).fault(&received);
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
