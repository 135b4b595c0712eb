//! A newsroom in a simulated web: the pipeline's own errands, one after the other, some of them cut
//! short.

use crate::clock::FakeClock;
use crate::judge::{Broken, Judge, Queue, counts};
use crate::site::{Format, World};
use crate::web::{FakeWeb, HOST_DELAY};
use anyhow::{Context as _, Result};
use chapar_fetch::{Clock, FetchConfig, Fetcher};
use chapar_model::ContentHash;
use chapar_pipeline::{
    Context, ERRANDS, Edition, LEASE, read_and_schedule, resume_pauses, run_errand, schedule_feeds,
};
use chapar_store::{OpenMode, Store};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Minutes between two polls of a busy feed.
const POLL_MINUTES: i64 = 60;
/// After one errand of so many the newsroom is stopped and begun again.
const RESTARTS: u32 = 200;
/// How long the newsroom takes to begin again.
const STARTS: Duration = Duration::from_secs(5);

/// How a simulation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Errands run, and how many were cut short.
    pub errands: u64,
    /// Those that were cut short.
    pub falls: u64,
    /// Articles stored.
    pub articles: usize,
    /// Most jobs that waited at one time.
    pub jobs_most: i64,
    /// Longest time that a job was overdue.
    pub overdue: SignedDuration,
    /// A hash of all that was stored.
    pub digest: ContentHash,
    /// What does not hold.
    pub broken: Vec<Broken>,
}

/// Follows the web of a seed with a newsroom in a folder.
pub async fn simulate(seed: u64, dir: &Path) -> Result<Outcome> {
    let world = Arc::new(World::new(seed));
    let clock = Arc::new(FakeClock::new(world.span.start));
    let web = Arc::new(FakeWeb::new(world.clone(), clock.clone(), !seed));
    let context = open(&world, &clock, &web, dir).await?;
    let mut run = Run {
        world,
        clock,
        web,
        context,
        rng: Rng::with_seed(seed ^ 0x5eed),
        errands: 0,
        falls: 0,
        queue: Queue::default(),
        held: Vec::new(),
        dir: dir.to_owned(),
    };
    schedule_feeds(&run.context).await?;
    run.work().await?;
    let (world, web, context) = (&*run.world, &*run.web, &run.context);
    let (broken, articles, digest) =
        Judge { world, web, context, queue: run.queue }.judge().await?;
    Ok(Outcome {
        errands: run.errands,
        falls: run.falls,
        articles,
        jobs_most: run.queue.most,
        overdue: run.queue.overdue,
        digest,
        broken,
    })
}

struct Run {
    world: Arc<World>,
    clock: Arc<FakeClock>,
    web: Arc<FakeWeb>,
    context: Context,
    rng: Rng,
    errands: u64,
    falls: u64,
    queue: Queue,
    /// When a job of a kind is free again that a fallen worker holds.
    held: Vec<(Timestamp, &'static str)>,
    dir: PathBuf,
}

impl Run {
    async fn work(&mut self) -> Result<()> {
        let end = self.world.span.end;
        loop {
            while read_and_schedule(&self.context).await? > 0 {}
            let now = self.clock.now();
            if now >= end {
                return Ok(());
            }
            let (mut due, mut next) = self.due(now).await?;
            for (until, kind) in &self.held {
                next = next.min(*until);
                if *until <= now {
                    due.push(kind);
                }
            }
            if due.is_empty() {
                self.clock.pass_until(next.min(end));
                continue;
            }
            let kind = due.get(self.rng.usize(0..due.len())).copied().unwrap_or_default();
            self.errand(kind).await?;
        }
    }

    /// Kinds of which a job is due, and when the next one is.
    async fn due(&mut self, now: Timestamp) -> Result<(Vec<&'static str>, Timestamp)> {
        let (mut due, mut next) = (Vec::new(), Timestamp::MAX);
        let mut queue = self.context.store.queue().await?;
        for kind in ERRANDS {
            let Some(at) = chapar_jobs::next_due(&mut queue, kind).await? else { continue };
            next = next.min(at);
            if at <= now {
                due.push(kind);
                self.queue.overdue = self.queue.overdue.max(now.duration_since(at));
            }
        }
        queue.commit().await?;
        Ok((due, next))
    }

    async fn errand(&mut self, kind: &'static str) -> Result<()> {
        let done = tokio::select! {
            biased;
            done = run_errand(&self.context, kind) => Some(done?),
            () = self.web.fall() => None,
        };
        self.web.settle(done.is_some());
        match done {
            Some(true) => self.errands += 1,
            // What was held is done by now.
            Some(false) => {
                let now = self.clock.now();
                self.held.retain(|(until, held)| *held != kind || *until > now);
            }
            None => self.fall(kind).await?,
        }
        if done.is_some() && self.rng.u32(0..RESTARTS) == 0 {
            self.restart().await?;
        }
        if self.errands.is_multiple_of(64) {
            let counts = counts(&self.context).await?;
            let all = counts.values().map(|count| count.waiting + count.running).sum();
            self.queue.most = self.queue.most.max(all);
        }
        Ok(())
    }

    /// The process ends and begins again with what it kept.
    async fn restart(&mut self) -> Result<()> {
        self.context.store.close().await;
        self.context = open(&self.world, &self.clock, &self.web, &self.dir).await?;
        self.clock.pass(STARTS);
        self.held.clear();
        Ok(())
    }

    /// The errand that ran is lost. Either the whole process fell and begins again with what it
    /// kept, or one worker did, whose job is free when its lease has run out.
    async fn fall(&mut self, kind: &'static str) -> Result<()> {
        self.errands += 1;
        self.falls += 1;
        let freed = self.clock.now().saturating_add(LEASE)?;
        if self.rng.bool() || freed >= self.world.span.end {
            self.restart().await?;
        } else {
            self.held.push((freed.saturating_add(SignedDuration::from_secs(1))?, kind));
        }
        Ok(())
    }
}

async fn open(
    world: &World,
    clock: &Arc<FakeClock>,
    web: &Arc<FakeWeb>,
    dir: &Path,
) -> Result<Context> {
    let mut toml = String::from(
        "name = \"Simulation\"\nlanguages = [\"en\"]\nzone = \"UTC\"\n\
         contact = \"https://zarvand.example/\"\n",
    );
    let _ = writeln!(toml, "poll_minutes = {POLL_MINUTES}");
    for (number, site) in world.sites.iter().enumerate() {
        let _ = writeln!(
            toml,
            "[[source]]\nkey = \"site{number}\"\nname = \"Site {number}\"\n\
             home = \"https://{}/\"\nall_in = true",
            site.host,
        );
        for feed in &site.feeds {
            let _ = writeln!(toml, "[[source.feed]]\nurl = \"https://{}{}\"", site.host, feed.path);
            let kind = if feed.format == Format::Section { "section" } else { "feed" };
            let _ = writeln!(toml, "kind = \"{kind}\"");
        }
    }
    let edition = Edition::parse(&toml)?;
    let store = Store::open(&dir.join("newsroom"), OpenMode::Write).await?;
    store.set_sources(&edition.sources).await?;
    let mut config = FetchConfig::new("Chapar/0 (+https://zarvand.example/about)");
    config.host_delay = HOST_DELAY;
    let fetcher = Fetcher::with_transport(config, clock.clone(), web.clone())
        .context("a client for the simulated web")?;
    let context =
        Context { fetcher: Some(Arc::new(fetcher)), ..Context::new(store, edition, clock.clone()) };
    resume_pauses(&context).await?;
    Ok(context)
}
