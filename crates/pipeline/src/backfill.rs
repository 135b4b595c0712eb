//! Back into the past of a source: its feeds, sections and sitemaps are gone through from their
//! newest document to the oldest, a step at a time, by whoever runs the newsroom.

use crate::collect::FETCH_PAGE;
use crate::walk::{WALK_BACK, WalkState, Way, walk_job};
use crate::{Context, Progress, read_and_schedule, resume_pauses, run_errand};
use anyhow::{Context as _, Result};
use chapar_model::PageUrl;
use chapar_store::{FeedKind, FeedRow, SourceRow, Store, WalkRow};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// How long the next step may be away while somebody waits for the end.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

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

/// What a walk back brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackfillReport {
    /// Documents of feeds, pages of sections and sitemaps read.
    pub documents: usize,
    /// Pages found that were not kept before.
    pub pages: usize,
    /// The oldest date met.
    pub oldest: Option<Timestamp>,
    /// Where each way ended, and why.
    pub ends: Vec<String>,
    /// Ways that have not ended: they go on when the newsroom runs.
    pub open: usize,
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

/// Goes through the past of a source, and fetches and reads what is found, until nothing is due.
pub async fn backfill(
    context: &Context,
    source: &SourceRow,
    plan: &BackfillPlan,
    progress: &dyn Progress,
) -> Result<BackfillReport> {
    context.fetcher.as_ref().context("nothing may be asked of the web")?;
    resume_pauses(context).await?;
    begin_backfill(&context.store, source, plan, context.clock.now()).await?;
    let mut fetched = 0;
    loop {
        while read_and_schedule(context).await? > 0 {}
        if run_errand(context, FETCH_PAGE).await? {
            fetched += 1;
            progress.at(fetched, fetched);
        } else if !run_errand(context, WALK_BACK).await? {
            let Some(pause) = pause(context).await? else { break };
            context.clock.sleep(pause).await;
        }
    }
    report(context, source).await
}

/// How long it is until the next step of a walk; `None` when there is none before long.
async fn pause(context: &Context) -> Result<Option<std::time::Duration>> {
    let mut queue = context.store.queue().await?;
    let due = chapar_jobs::next_due(&mut queue, WALK_BACK).await?;
    queue.commit().await?;
    let pause = due.map(|due| due.duration_since(context.clock.now()));
    let pause = pause.filter(|pause| *pause <= PATIENCE);
    Ok(pause.map(|pause| pause.unsigned_abs()))
}

async fn report(context: &Context, source: &SourceRow) -> Result<BackfillReport> {
    let mut report = BackfillReport::default();
    let walks = context.store.walks().await?;
    for walk in walks.into_iter().filter(|walk| walk.source == source.id) {
        report.documents += usize::try_from(walk.documents)?;
        report.pages += usize::try_from(walk.pages)?;
        report.oldest = [report.oldest, walk.oldest].into_iter().flatten().min();
        report.open += usize::from(walk.ended.is_none());
        report.ends.extend(walk.reason);
    }
    Ok(report)
}
