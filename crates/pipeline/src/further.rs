//! More of a polled document than one answer holds: the page before, where posts are missing in
//! between. Asked for once, kept, and read like any page of the document. Reads nothing itself.

use crate::Context;
use crate::collect::{end, kept, whole};
use crate::kinds::kind_of;
use anyhow::{Context as _, Result};
use chapar_fetch::{FetchRequest, Fetched, Fetcher};
use chapar_jobs::{Job, NewJob};
use chapar_model::{FeedId, PageUrl};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing::info;

/// The kind of job that asks for more of a polled document.
pub const FETCH_FURTHER: &str = "fetch-further";

/// After polls, before pages: an entry missed is worse than a page late.
const PRIORITY: i64 = 10;

#[derive(Debug, Serialize, Deserialize)]
struct Errand {
    feed: i64,
}

/// Puts a fetch of each address in.
pub(crate) async fn schedule_further(context: &Context, more: &[(PageUrl, FeedId)]) -> Result<()> {
    if more.is_empty() || context.fetcher.is_none() {
        return Ok(());
    }
    let now = context.clock.now();
    let mut queue = context.store.queue().await?;
    for (url, feed) in more {
        chapar_jobs::enqueue(&mut queue, &further_job(url, *feed, now)?).await?;
    }
    queue.commit().await?;
    context.bell.notify_waiters();
    Ok(())
}

fn further_job(url: &PageUrl, feed: FeedId, run_at: Timestamp) -> Result<NewJob> {
    Ok(NewJob {
        kind: FETCH_FURTHER,
        key: url.to_string(),
        payload: serde_json::to_string(&Errand { feed: feed.0 })?,
        priority: PRIORITY,
        run_at,
    })
}

/// Fetches the address a job names and keeps what comes.
pub(crate) async fn fetch_further(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let url = PageUrl::parse(&job.key).context("a job to ask for more names no address")?;
    let errand: Errand = serde_json::from_str(&job.payload).context("a job's payload")?;
    let id = FeedId(errand.feed);
    let Some(feed) = context.store.feed(id).await? else {
        // No longer listed.
        return end(context, job, None).await;
    };
    let ask = kind_of(feed.kind).ask();
    let mut request = FetchRequest::new(url.clone(), ask.purpose);
    request.headers = ask.headers();
    match fetcher.get(&request).await {
        Ok(Fetched::Fresh(response)) => {
            context.store.keep_together(kept(&url, &response, Some(feed.source))).await?;
            context.bell.notify_waiters();
        }
        // The next poll of the document finds out that posts are missing still.
        Ok(other) => info!("`{url}` cannot be asked: {:?}", other.failure()),
        Err(fault) => match fault.retry_at() {
            Some(at) => return end(context, job, Some(further_job(&url, id, at)?)).await,
            None => info!("`{url}` cannot be asked: {}", whole(&fault)),
        },
    }
    end(context, job, None).await
}
