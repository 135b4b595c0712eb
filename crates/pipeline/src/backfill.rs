//! Back into the past of a source for somebody who waits for it: all walks of it are gone to their
//! end, and what they find is fetched and read.

use crate::collect::FETCH_PAGE;
use crate::run::{read_and_schedule, resume_pauses, run_errand};
use crate::walk::{BackfillPlan, WALK_BACK, begin_backfill};
use crate::{Context, Progress};
use anyhow::{Context as _, Result};
use chapar_store::SourceRow;
use jiff::{SignedDuration, Timestamp};

/// How long the next step may be away while somebody waits for the end.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

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
