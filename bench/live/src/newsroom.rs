//! The newsroom of the bench: the engine as the binary puts it together, on real time.

use anyhow::{Context as _, Result, ensure};
use chapar_fetch::{AddressPolicy, Clock, FetchConfig, Fetcher};
use chapar_jobs::NewJob;
use chapar_pipeline::{Context, Edition, REFRESH_FEED};
use chapar_search::Index;
use chapar_store::{OpenMode, Store};
use jiff::Timestamp;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A round that takes longer is a fault.
const ROUND_MAX: Duration = Duration::from_secs(900);
/// How often the newsroom is looked at.
const LOOK: Duration = Duration::from_millis(100);

struct RealTime;

impl Clock for RealTime {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A newsroom that follows the outlets of the bench.
pub(crate) struct Newsroom(Context);

/// A newsroom at work.
pub(crate) struct Work {
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<()>>,
}

impl Work {
    /// Ends the work.
    pub(crate) async fn end(self) -> Result<()> {
        self.stop.send(true)?;
        self.task.await?
    }
}

/// Opens an empty newsroom in a folder.
pub(crate) async fn open(dir: &Path, feeds: usize, port: u16) -> Result<Newsroom> {
    let edition = Edition::parse(&edition(feeds, port))?;
    let clock = Arc::new(RealTime);
    let mut config = FetchConfig::new("Chapar-bench/0.1 (+https://example.org/bench)");
    config.policy = AddressPolicy::default().with_loopback(".localhost", port);
    let fetcher = Fetcher::new(config, clock.clone())?;
    let store = Store::open(dir, OpenMode::Write).await?;
    store.set_sources(&edition.sources).await?;
    Ok(Newsroom(Context {
        fetcher: Some(Arc::new(fetcher)),
        threads: std::thread::available_parallelism()?.get(),
        ..Context::new(store, edition, clock)
    }))
}

fn edition(feeds: usize, port: u16) -> String {
    let mut toml = String::from(
        "languages = [\"en\"]\nzone = \"UTC\"\ncontact = \"https://example.org/bench\"\n\
         poll_minutes = 600\n[name]\nen = \"Bench\"\n",
    );
    for number in 0..feeds {
        toml += &format!(
            "[[source]]\nkey = \"f{number}\"\nname = \"Outlet {number}\"\n\
             home = \"http://f{number}.localhost:{port}/\"\n\
             feeds = [\"http://f{number}.localhost:{port}/feed.xml\"]\nlang = \"en\"\n"
        );
    }
    toml
}

impl Newsroom {
    /// Starts the work.
    pub(crate) fn start(&self) -> Work {
        let (stop, stopped) = watch::channel(false);
        let context = self.0.clone();
        let task = tokio::spawn(async move { chapar_pipeline::run(&context, stopped).await });
        Work { stop, task }
    }

    /// Waits until so many articles are stored.
    pub(crate) async fn wait_for(&self, articles: i64, begun: Instant) -> Result<()> {
        loop {
            let found = self.0.store.totals().await?.articles;
            if found >= articles {
                return Ok(());
            }
            ensure!(begun.elapsed() < ROUND_MAX, "only {found} articles were stored");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until stories and the index have seen all.
    pub(crate) async fn wait_for_views(&self, begun: Instant) -> Result<()> {
        let index = Index::open(&chapar_pipeline::IndexStage::dir(&self.0))?;
        loop {
            let last = self.0.store.last_change().await?;
            let ungrouped = self.0.store.pages_after(self.0.store.grouped_to().await?, 1).await?;
            let indexed = index.committed_seq()?;
            if ungrouped.is_empty() && indexed == Some(last) {
                return Ok(());
            }
            ensure!(begun.elapsed() < ROUND_MAX, "stories or index do not come to an end");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Makes every feed due now.
    pub(crate) async fn poll_all(&self) -> Result<()> {
        let now = Timestamp::now();
        let mut queue = self.0.store.queue().await?;
        for feed in self.0.store.feeds().await? {
            let job = NewJob {
                kind: REFRESH_FEED,
                key: feed.id.to_string(),
                payload: "{}".to_owned(),
                priority: 10,
                run_at: now,
            };
            chapar_jobs::enqueue(&mut queue, &job).await?;
        }
        queue.commit().await?;
        self.0.bell.notify_waiters();
        Ok(())
    }

    /// Waits until no feed is due any more.
    pub(crate) async fn wait_for_polls(&self, begun: Instant) -> Result<()> {
        loop {
            let mut queue = self.0.store.queue().await?;
            let counts = chapar_jobs::counts(&mut queue, REFRESH_FEED).await?;
            let next = chapar_jobs::next_due(&mut queue, REFRESH_FEED).await?;
            drop(queue);
            if counts.running == 0 && next.is_some_and(|next| next > Timestamp::now()) {
                return Ok(());
            }
            ensure!(begun.elapsed() < ROUND_MAX, "polls do not come to an end");
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The most memory this process held, in megabytes.
pub(crate) fn peak_megabytes() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kilobytes / 1024)
}
