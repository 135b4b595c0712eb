//! The newsroom at work: loops that poll, fetch, read, group and index until they are told to
//! stop. Each loop takes jobs from the queue, so nothing is lost when one of them falls over.

use crate::collect::{FETCH_PAGE, fetch_page, schedule_pages};
use crate::further::{FETCH_FURTHER, fetch_further, schedule_further};
use crate::polls::{REFRESH_FEED, refresh_feed};
use crate::walk::{WALK_BACK, resume_walks, walk_back};
use crate::websub::{ASK_HUB, ask_hub};
use crate::{Context, GroupStage, IndexStage, Progress, read_round, schedule_feeds};
use anyhow::Result;
use chapar_fetch::{Fetcher, Pause};
use chapar_jobs::Job;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, info};

/// Fetches and polls that are begun and not yet done. Most of them stand in the line of their host,
/// which costs a few kilobytes each; how many requests are out at once is the client's to say.
const FETCHES_MAX: usize = 3_000;
const POLLS_MAX: usize = 2_000;
/// Questions to hubs, and steps into the past, that are begun and not yet done.
const HUBS_MAX: usize = 50;
const WALKS_MAX: usize = 50;
/// Longest time a loop waits before it looks again, on the edition's clock and in real time.
const IDLE: Duration = Duration::from_secs(60);
const IDLE_REAL: Duration = Duration::from_millis(500);
/// How long stories and index wait between two rounds while pages wait to be read.
const BREATH: Duration = Duration::from_secs(2);

/// Kinds of errands, which ask the web.
pub const ERRANDS: [&str; 5] = [REFRESH_FEED, FETCH_FURTHER, FETCH_PAGE, ASK_HUB, WALK_BACK];

/// How many errands of a kind may be begun and not yet done.
fn at_once(kind: &str) -> usize {
    match kind {
        FETCH_PAGE => FETCHES_MAX,
        ASK_HUB => HUBS_MAX,
        WALK_BACK => WALKS_MAX,
        _ => POLLS_MAX,
    }
}

/// Works until `stop` turns true. What was begun is finished first.
pub async fn run(context: &Context, stop: watch::Receiver<bool>) -> Result<()> {
    resume_pauses(context).await?;
    resume_walks(context).await?;
    let feeds = schedule_feeds(context).await?;
    info!("Following {feeds} feeds");
    let mut loops = JoinSet::new();
    if let Some(fetcher) = &context.fetcher {
        for kind in ERRANDS {
            let at_once = at_once(kind);
            let (context, fetcher, stop) = (context.clone(), Arc::clone(fetcher), stop.clone());
            loops.spawn(async move { errands(&context, &fetcher, kind, at_once, stop).await });
        }
    }
    let busy = Arc::new(AtomicBool::new(false));
    let (reading, stopping, reads) = (context.clone(), stop.clone(), Arc::clone(&busy));
    loops.spawn(async move { read_loop(&reading, &reads, stopping).await });
    let following = context.clone();
    loops.spawn(async move { follow_loop(&following, &busy, stop).await });
    while let Some(done) = loops.join_next().await {
        done??;
    }
    Ok(())
}

/// Takes jobs of one kind and runs several at a time.
async fn errands(
    context: &Context,
    fetcher: &Arc<Fetcher>,
    kind: &'static str,
    at_once: usize,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut running: JoinSet<Result<()>> = JoinSet::new();
    loop {
        while let Some(done) = running.try_join_next() {
            note(done?);
        }
        if *stop.borrow() {
            break;
        }
        let room = at_once.saturating_sub(running.len());
        let mut taken = 0;
        if room > 0 {
            let mut queue = context.store.queue().await?;
            let jobs = chapar_jobs::take(&mut queue, kind, room, context.lease()).await?;
            queue.commit().await?;
            taken = jobs.len();
            for job in jobs {
                let (context, fetcher) = (context.clone(), Arc::clone(fetcher));
                running.spawn(async move { errand(&context, &fetcher, &job).await });
            }
        }
        if taken > 0 {
            continue;
        }
        if running.is_empty() {
            idle(context, &mut stop).await;
        } else {
            tokio::select! {
                Some(done) = running.join_next() => note(done?),
                _ = stop.changed() => {}
            }
        }
    }
    while let Some(done) = running.join_next().await {
        note(done?);
    }
    Ok(())
}

async fn errand(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let result = match job.kind.as_str() {
        REFRESH_FEED => refresh_feed(context, fetcher, job).await,
        FETCH_FURTHER => fetch_further(context, fetcher, job).await,
        ASK_HUB => ask_hub(context, fetcher, job).await,
        WALK_BACK => walk_back(context, fetcher, job).await,
        _ => fetch_page(context, fetcher, job).await,
    };
    keep_pauses(context, fetcher).await?;
    if let Err(error) = &result {
        let mut queue = context.store.queue().await?;
        chapar_jobs::fail(&mut queue, job, &format!("{error:#}"), context.clock.now()).await?;
        queue.commit().await?;
    }
    result
}

/// Keeps what hosts asked for: the next process leaves them alone too.
async fn keep_pauses(context: &Context, fetcher: &Fetcher) -> Result<()> {
    for Pause { site, until } in fetcher.take_pauses() {
        context.store.set_pause(&site, until, context.clock.now()).await?;
    }
    Ok(())
}

/// Leaves those hosts alone that asked an earlier process for it. To be called before the web is
/// asked for anything.
pub async fn resume_pauses(context: &Context) -> Result<()> {
    let Some(fetcher) = &context.fetcher else { return Ok(()) };
    for (site, until) in context.store.pauses(context.clock.now()).await? {
        fetcher.leave_alone(&Pause { site, until });
    }
    Ok(())
}

fn note(result: Result<()>) {
    if let Err(error) = result {
        error!("A job stopped: {error:#}");
    }
}

/// Reads what comes; `busy` tells that pages wait.
async fn read_loop(
    context: &Context,
    busy: &AtomicBool,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    while !*stop.borrow() {
        let pages = read_and_schedule(context).await?;
        busy.store(pages > 0, Ordering::Relaxed);
        if pages == 0 {
            idle(context, &mut stop).await;
        }
    }
    Ok(())
}

/// Reads the next pages that wait and puts in what they lead to; gives how many were read.
pub async fn read_and_schedule(context: &Context) -> Result<usize> {
    let round = read_round(context).await?;
    schedule_pages(context, &round.announced).await?;
    schedule_further(context, &round.further).await?;
    Ok(round.pages)
}

/// Runs the next errand of a kind that is due, alone; whether there was one. For simulations, which
/// say what comes after what.
pub async fn run_errand(context: &Context, kind: &str) -> Result<bool> {
    let Some(fetcher) = &context.fetcher else { return Ok(false) };
    let mut queue = context.store.queue().await?;
    let jobs = chapar_jobs::take(&mut queue, kind, 1, context.lease()).await?;
    queue.commit().await?;
    let Some(job) = jobs.first() else { return Ok(false) };
    errand(context, fetcher, job).await?;
    Ok(true)
}

/// Groups and indexes what was read. While more waits to be read, it takes a breath between its
/// rounds: what a reader cannot fetch again comes before what can be computed again.
async fn follow_loop(
    context: &Context,
    busy: &AtomicBool,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut groups = GroupStage::resume(context).await?;
    let mut index = IndexStage::open(context)?;
    while !*stop.borrow() {
        let grouped = groups.round(context).await?;
        let indexed = index.round(context).await?;
        if grouped + indexed == 0 {
            idle(context, &mut stop).await;
        } else if busy.load(Ordering::Relaxed) {
            let breath = tokio::time::timeout(BREATH, stop.changed()).await;
            drop(breath);
        }
    }
    Ok(())
}

/// Waits until there may be something to do: the bell, the clock, or the word to stop.
async fn idle(context: &Context, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = context.bell.notified() => {}
        () = context.clock.sleep(IDLE) => {}
        // An edition's clock may stand still; real time does not.
        _ = tokio::time::timeout(IDLE_REAL, std::future::pending::<()>()) => {}
        _ = stop.changed() => {}
    }
}

/// Reads, groups and indexes all that waits, and asks the web for nothing.
pub async fn drain(context: &Context, progress: &dyn Progress) -> Result<u64> {
    let mut read = 0;
    loop {
        let round = read_round(context).await?;
        if round.pages == 0 {
            break;
        }
        read += round.pages as u64;
        progress.at(read, read);
    }
    let mut groups = GroupStage::resume(context).await?;
    while groups.round(context).await? > 0 {}
    let mut index = IndexStage::open(context)?;
    while index.round(context).await? > 0 {}
    Ok(read)
}

/// Forgets all that was derived and derives it again from the kept pages.
pub async fn rebuild(context: &Context, progress: &dyn Progress) -> Result<u64> {
    context.store.forget_derived().await?;
    IndexStage::forget(context)?;
    drain(context, progress).await
}
