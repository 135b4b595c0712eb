//! Polls of feeds and whatever else is polled: when each is asked, what an answer or a fault says of
//! it, and keeping the answer. Reads no document itself.

use crate::Context;
use crate::collect::{LIVE_PRIORITY, end, kept, whole};
use crate::kinds::{Received, kind_of};
use crate::reach::{in_reach, not_our_fault};
use crate::schedule::{Rhythm, next_try, spread};
use crate::websub::{is_pushed, note_hub};
use anyhow::{Context as _, Result};
use chapar_fetch::{
    DecodeLimits, FailureClass, FetchError, FetchRequest, Fetched, Fetcher, Response, Validators,
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

/// How long a feed is left alone at least that a hub pushes, as polls have shown.
const PUSHED_PAUSE: SignedDuration = SignedDuration::from_hours(3);

/// Puts a poll of a feed in, to be done at once.
pub(crate) async fn poll_now(context: &Context, feed: FeedId) -> Result<()> {
    let mut queue = context.store.queue().await?;
    chapar_jobs::enqueue(&mut queue, &poll_job(feed, context.clock.now())).await?;
    queue.commit().await?;
    context.bell.notify_waiters();
    Ok(())
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
        _ => {
            let class = feed.failure_class.as_deref().and_then(class_named);
            let failing = feed.failing.map_or(SignedDuration::ZERO, |at| polled.duration_since(at));
            next_try(class.unwrap_or(FailureClass::Temporary), failing, polled, usual)
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
    result.failing = failing_since(feed.failing, result.failure_class, now);
    feed.failing = result.failing;
    feed.failures = if result.error.is_some() { feed.failures.saturating_add(1) } else { 0 };
    feed.failure_class = result.failure_class.map(str::to_owned);
    let mut next = due(context, &feed, now);
    if feed.failures == 0 && is_pushed(context, &feed, now).await? {
        // To trust, and to verify.
        next = next.max(now.saturating_add(PUSHED_PAUSE).unwrap_or(next));
    }
    let next = next.max(not_before.unwrap_or(Timestamp::MIN));
    context.store.save_poll(id, &result, now, next).await?;
    end(context, job, Some(poll_job(id, next))).await
}

/// Since when a feed has brought nothing. A fault of our own network is not its own: it leaves what
/// was known.
fn failing_since(
    before: Option<Timestamp>,
    class: Option<&str>,
    now: Timestamp,
) -> Option<Timestamp> {
    match class? {
        class if class == FailureClass::OurNetwork.as_str() => before,
        _ => before.or(Some(now)),
    }
}

/// The rhythm of a feed with what its last polls brought: they have been read by now.
async fn rhythm(context: &Context, feed: &FeedRow) -> Result<Option<String>> {
    let Some(polled) = feed.polled else { return Ok(None) };
    let mut rhythm = feed.rhythm.as_deref().map(Rhythm::parse).unwrap_or_default();
    // What a hub pushed came between polls, and no poll saw the document change.
    let may_be_pushed = context.public.is_some();
    let entries = match rhythm.seen_to() {
        Some(seen) if may_be_pushed || feed.changed.is_some_and(|changed| changed > seen) => {
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

/// Asks a feed where it is by all that is known, and where else it may be when it is not there.
async fn poll(context: &Context, fetcher: &Fetcher, feed: &FeedRow) -> Result<Polled> {
    let now = context.clock.now();
    let moved = feed.moved.as_ref();
    let first = moved.filter(|moved| is_settled(moved, now));
    let polled = poll_at(context, fetcher, feed, first).await?;
    let is_hard = |result: &PollResult| result.failure_class == Some(FailureClass::Hard.as_str());
    let is_away = matches!(&polled, Polled::Done(result, _) if is_hard(result));
    if moved.is_none() || !is_away {
        return Ok(polled);
    }
    let other = moved.filter(|_| first.is_none());
    match poll_at(context, fetcher, feed, other).await? {
        found @ Polled::Done(..) if found.is_answered() => Ok(found),
        _ => Ok(polled),
    }
}

impl Polled {
    fn is_answered(&self) -> bool {
        matches!(self, Self::Done(result, _) if result.error.is_none())
    }
}

/// Asks a feed at the place it has moved to, or at the one that the edition names.
async fn poll_at(
    context: &Context,
    fetcher: &Fetcher,
    feed: &FeedRow,
    followed: Option<&Moved>,
) -> Result<Polled> {
    let ask = kind_of(feed.kind).ask();
    let now = context.clock.now();
    let at = followed.map_or(&feed.url, |moved| &moved.to);
    let mut request = FetchRequest::new(at.clone(), ask.purpose);
    request.headers = ask.headers();
    request.validators = validators(feed, now);
    let fetched = match fetcher.get(&request).await {
        Ok(fetched) => fetched,
        Err(fault) => {
            return Ok(match (not_our_fault(context, at, &fault).await?, &fault) {
                (Some(again), _) => Polled::Later(again),
                (None, FetchError::BackingOff { until, .. }) => Polled::Later(*until),
                (None, _) => {
                    let result = PollResult {
                        moved: feed.moved.clone(),
                        ..failed(fault.class(), whole(&fault))
                    };
                    Polled::Done(Box::new(result), fault.retry_at())
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
    result.moved = match (followed, result.error.is_some()) {
        // A place that fails may come back, the old one as well as the new.
        (_, true) => feed.moved.clone(),
        (Some(moved), false) => Some(settle(moved, now)),
        (None, false) => leads.map(|to| seen_moved(feed.moved.as_ref(), to, now)),
    };
    Ok(Polled::Done(Box::new(result), None))
}

/// What to ask a feed with, so that it may answer that nothing changed. The first poll of a day
/// (UTC) asks for the whole document all the same, as does every one where "nothing changed" was
/// seen to be wrong: servers answer so from caches that nobody empties.
fn validators(feed: &FeedRow, now: Timestamp) -> Option<Validators> {
    let is_first_of_day = feed.polled.is_none_or(|polled| day_of(polled) < day_of(now));
    if feed.validators_lie || is_first_of_day {
        return None;
    }
    let (etag, last_modified) = (feed.etag.clone(), feed.last_modified.clone());
    (etag.is_some() || last_modified.is_some()).then_some(Validators { etag, last_modified })
}

/// Whether a document changed while its validator stayed.
fn lies(feed: &FeedRow, validators: &Validators, changed: bool) -> bool {
    let is_same = match (&feed.etag, &validators.etag) {
        (Some(old), Some(new)) => old == new,
        (None, None) => {
            feed.last_modified.is_some() && feed.last_modified == validators.last_modified
        }
        _ => false,
    };
    changed && is_same && feed.body_digest.is_some()
}

/// A move to a place that answers while the old one does not is settled.
fn settle(moved: &Moved, now: Timestamp) -> Moved {
    let since = now.saturating_sub(MOVED_FOR).unwrap_or(Timestamp::MIN);
    Moved { to: moved.to.clone(), seen: moved.seen.max(MOVED_SEEN), since: moved.since.min(since) }
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
        note_hub(context, feed, response).await?;
    } else {
        keep_trace(context, feed, response).await?;
    }
    let fault = match response.decoded(DecodeLimits::default()) {
        Ok(_) => kind_of(feed.kind).fault(&received),
        Err(_) => Some("what is sent cannot be unpacked"),
    };
    let validators = Validators::of(&response.headers).unwrap_or_default();
    Ok(PollResult {
        validators_lie: lies(feed, &validators, changed),
        etag: validators.etag,
        last_modified: validators.last_modified,
        body_digest: Some(digest),
        changed,
        error: fault.map(str::to_owned),
        failure_class: fault.map(|_| FailureClass::Soft.as_str()),
        ..PollResult::default()
    })
}

fn day_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(24 * 60 * 60)
}

/// Keeps that a feed was seen unchanged, once a day (UTC): thousands of feeds are polled every few
/// minutes, and a record of each poll would soon outweigh what they brought.
async fn keep_trace(context: &Context, feed: &FeedRow, response: &Response) -> Result<()> {
    if feed.polled.is_none_or(|polled| day_of(polled) < day_of(response.fetched)) {
        context.store.keep_together(kept(&feed.url, response, Some(feed.source))).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_our_own_network_is_not_the_feeds() {
        let now = Timestamp::UNIX_EPOCH;
        let before = now.checked_sub(SignedDuration::from_hours(9)).unwrap();
        let class = |class: FailureClass| Some(class.as_str());
        let table = [
            (None, class(FailureClass::OurNetwork), None),
            (Some(before), class(FailureClass::OurNetwork), Some(before)),
            (None, class(FailureClass::Soft), Some(now)),
            (Some(before), class(FailureClass::Hard), Some(before)),
            (Some(before), None, None),
        ];
        for (before, class, since) in table {
            assert_eq!(failing_since(before, class, now), since, "{before:?} {class:?}");
        }
    }

    #[test]
    fn a_move_is_settled_by_time_or_by_the_end_of_the_old_place() {
        let now: Timestamp = "2026-03-09T00:00:00Z".parse().unwrap();
        let to = PageUrl::parse("https://zarvand.example/new.xml").unwrap();
        let seen = |times: u32, hours: i64| {
            let since = now - SignedDuration::from_hours(hours);
            Moved { to: to.clone(), seen: times, since }
        };
        assert!(!is_settled(&seen(2, 100), now) && !is_settled(&seen(9, 1), now));
        assert!(is_settled(&seen(5, 48), now));
        assert!(is_settled(&settle(&seen(1, 1), now), now));
    }
}
