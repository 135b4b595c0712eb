//! A newsroom in a simulated web: the pipeline's own errands, one after the other, some of them cut
//! short, and what must hold when the time is over.

use crate::clock::FakeClock;
use crate::site::World;
use crate::web::{FakeWeb, HOST_DELAY};
use anyhow::{Context as _, Result};
use chapar_fetch::{Clock, FetchConfig, Fetcher};
use chapar_jobs::Counts;
use chapar_pipeline::{
    Context, ERRANDS, Edition, TermIndex, read_and_schedule, run_errand, schedule_feeds,
};
use chapar_store::{OpenMode, Store};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Minutes between two polls of a busy feed.
const POLL_MINUTES: i64 = 60;
/// Polls of one feed on one day: what the pace allows, twice where each is redirected, and some more.
const POLLS_A_DAY_MAX: usize = 56;
/// A feed is asked again within a week, whatever happened to it.
const POLL_GAP_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Articles that appear later than this before the end may not have been found yet.
const LAST_HOURS: SignedDuration = SignedDuration::from_hours(24);

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
    /// A number made of all that was stored.
    pub digest: u64,
    /// What does not hold.
    pub broken: Vec<Broken>,
}

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which and where.
    pub what: String,
    /// The last requests to the host.
    pub log: Vec<String>,
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
        jobs_most: 0,
    };
    schedule_feeds(&run.context).await?;
    run.work().await?;
    run.judge().await
}

struct Run {
    world: Arc<World>,
    clock: Arc<FakeClock>,
    web: Arc<FakeWeb>,
    context: Context,
    rng: Rng,
    errands: u64,
    falls: u64,
    jobs_most: i64,
}

impl Run {
    async fn work(&mut self) -> Result<()> {
        loop {
            while read_and_schedule(&self.context).await? > 0 {}
            let now = self.clock.now();
            if now >= self.world.span.end {
                return Ok(());
            }
            let mut due = Vec::new();
            let mut next: Option<Timestamp> = None;
            let mut queue = self.context.store.queue().await?;
            for kind in ERRANDS {
                if let Some(at) = chapar_jobs::next_due(&mut queue, kind).await? {
                    next = Some(next.map_or(at, |next| next.min(at)));
                    if at <= now {
                        due.push(kind);
                    }
                }
            }
            queue.commit().await?;
            if due.is_empty() {
                let end = self.world.span.end;
                self.clock.pass_until(next.unwrap_or(end).min(end));
                continue;
            }
            let kind = due.get(self.rng.usize(0..due.len())).copied().unwrap_or_default();
            self.errand(kind).await?;
        }
    }

    async fn errand(&mut self, kind: &'static str) -> Result<()> {
        self.errands += 1;
        let has_arrived = tokio::select! {
            biased;
            done = run_errand(&self.context, kind) => { done?; true }
            () = self.web.fall() => false,
        };
        self.web.settle(has_arrived);
        if !has_arrived {
            self.falls += 1;
            let mut queue = self.context.store.queue().await?;
            chapar_jobs::release_all(&mut queue).await?;
            queue.commit().await?;
        }
        if self.errands.is_multiple_of(64) {
            let counts = self.counts().await?;
            let all: i64 = counts.values().map(|c| c.waiting + c.running).sum();
            self.jobs_most = self.jobs_most.max(all);
        }
        Ok(())
    }

    async fn counts(&self) -> Result<BTreeMap<&'static str, Counts>> {
        let mut counts = BTreeMap::new();
        let mut queue = self.context.store.queue().await?;
        for kind in ERRANDS {
            counts.insert(kind, chapar_jobs::counts(&mut queue, kind).await?);
        }
        queue.commit().await?;
        Ok(counts)
    }

    async fn judge(&self) -> Result<Outcome> {
        let mut broken = Vec::new();
        let stored = self.context.store.latest(None, i64::from(i32::MAX)).await?;
        let mut by_url: BTreeMap<String, usize> = BTreeMap::new();
        for row in &stored {
            *by_url.entry(row.url.to_string()).or_default() += 1;
        }
        let states = self.feed_states().await?;
        self.judge_articles(&by_url, &states, &mut broken);
        self.judge_polls(&mut broken);
        for violation in self.web.violations() {
            broken.push(Broken { what: violation, log: Vec::new() });
        }
        self.judge_queue(&mut broken).await?;
        let mut digest = 0xcbf2_9ce4_8422_2325_u64;
        for row in &stored {
            for byte in format!("{} {} {}\n", row.url, row.title, row.id).bytes() {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Ok(Outcome {
            errands: self.errands,
            falls: self.falls,
            articles: stored.len(),
            jobs_most: self.jobs_most,
            digest,
            broken,
        })
    }

    /// What is known of each feed, in words.
    async fn feed_states(&self) -> Result<BTreeMap<String, String>> {
        let feeds = self.context.store.feeds().await?;
        let state = |feed: &chapar_store::FeedRow| {
            format!(
                "{} failures, polled {:?}, {:?}, moved {:?}",
                feed.failures, feed.polled, feed.failure_class, feed.moved
            )
        };
        Ok(feeds.iter().map(|feed| (feed.url.to_string(), state(feed))).collect())
    }

    /// No entry lost, none twice, nothing else taken for an article.
    fn judge_articles(
        &self,
        by_url: &BTreeMap<String, usize>,
        states: &BTreeMap<String, String>,
        broken: &mut Vec<Broken>,
    ) {
        let (offered, missed) = (self.web.offered(), self.web.missed());
        let mut real = std::collections::BTreeSet::new();
        for (site_number, site) in self.world.sites.iter().enumerate() {
            let mut fault =
                |what: String| broken.push(Broken { what, log: self.web.log(&site.host) });
            for article in &site.articles {
                let url = format!("https://{}{}", site.host, article.path);
                let count = by_url.get(&url).copied().unwrap_or_default();
                let name = (site_number, article.number);
                real.insert(url.clone());
                if count > 1 {
                    fault(format!("`{url}` is stored {count} times"));
                }
                if article.is_closed() && count > 0 {
                    fault(format!("`{url}` is stored and closed to robots"));
                }
                if count == 0
                    && offered.contains(&name)
                    && !article.is_closed()
                    && !missed.contains(&name)
                {
                    let late = self.world.span.end.duration_since(article.published) < LAST_HOURS;
                    if !late {
                        fault(format!(
                            "`{url}` was offered (published {}) and is lost",
                            article.published
                        ));
                    }
                }
            }
            for (place, feed) in site.feeds.iter().enumerate() {
                let shown = crate::feeds::shown(site, place, self.world.span.end);
                for article in shown {
                    let age = self.world.span.end.duration_since(article.published);
                    if age > LAST_HOURS && !offered.contains(&(site_number, article.number)) {
                        fault(format!(
                            "`{}` of `{}` shows report {} since {} and was not read: {}",
                            feed.path,
                            site.host,
                            article.number,
                            article.published,
                            states
                                .get(&format!("https://{}{}", site.host, feed.path))
                                .map_or("", String::as_str),
                        ));
                    }
                }
            }
        }
        for url in by_url.keys().filter(|url| !real.contains(*url)) {
            broken.push(Broken {
                what: format!("`{url}` is no article and is stored"),
                log: Vec::new(),
            });
        }
    }

    /// No feed is asked too often, and none is given up.
    fn judge_polls(&self, broken: &mut Vec<Broken>) {
        let polls = self.web.polls();
        for (number, site) in self.world.sites.iter().enumerate() {
            for (place, feed) in site.feeds.iter().enumerate() {
                let asked = polls.get(&(number, place)).cloned().unwrap_or_default();
                let mut fault = |what: String| {
                    let what = format!("`{}{}` {what}", site.host, feed.path);
                    broken.push(Broken { what, log: self.web.log(&site.host) });
                };
                let mut days: BTreeMap<i64, usize> = BTreeMap::new();
                for at in &asked {
                    *days.entry(at.as_second().div_euclid(86_400)).or_default() += 1;
                }
                if let Some((day, most)) = days.iter().max_by_key(|(_, count)| **count)
                    && *most > POLLS_A_DAY_MAX
                {
                    fault(format!("was asked {most} times on day {day}"));
                }
                let last = asked.last().copied().unwrap_or(self.world.span.start);
                if self.world.span.end.duration_since(last) > POLL_GAP_MAX {
                    fault(format!("was last asked at {last}"));
                }
            }
        }
    }

    /// Nothing is given up, nothing is overdue, and what waits is bounded by what may change.
    async fn judge_queue(&self, broken: &mut Vec<Broken>) -> Result<()> {
        let feeds: usize = self.world.sites.iter().map(|site| site.feeds.len()).sum();
        let articles: usize = self.world.sites.iter().map(|site| site.articles.len()).sum();
        let most = i64::try_from(feeds + articles).unwrap_or(i64::MAX);
        for (kind, counts) in self.counts().await? {
            if counts.dead > 0 {
                broken.push(Broken {
                    what: format!("{} jobs `{kind}` are dead", counts.dead),
                    log: Vec::new(),
                });
            }
            if counts.running > 0 {
                broken.push(Broken {
                    what: format!("{} jobs `{kind}` never ended", counts.running),
                    log: Vec::new(),
                });
            }
        }
        if self.jobs_most > most {
            let what = format!("{} jobs waited at once, of {most} documents", self.jobs_most);
            broken.push(Broken { what, log: Vec::new() });
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
        let feeds: Vec<String> = site
            .feeds
            .iter()
            .map(|feed| format!("\"https://{}{}\"", site.host, feed.path))
            .collect();
        let _ = writeln!(
            toml,
            "[[source]]\nkey = \"site{number}\"\nname = \"Site {number}\"\n\
             home = \"https://{}/\"\nfeeds = [{}]\nall_in = true",
            site.host,
            feeds.join(", ")
        );
    }
    let edition = Edition::parse(&toml)?;
    let store = Store::open(&dir.join("newsroom"), OpenMode::Write).await?;
    store.set_sources(&edition.sources).await?;
    let mut config = FetchConfig::new("Chapar/0 (+https://zarvand.example/about)");
    config.host_delay = HOST_DELAY;
    let fetcher = Fetcher::with_transport(config, clock.clone(), web.clone())
        .context("a client for the simulated web")?;
    Ok(Context {
        store,
        clock: clock.clone(),
        wall: || Timestamp::UNIX_EPOCH,
        fetcher: Some(Arc::new(fetcher)),
        terms: Arc::new(TermIndex::new(&edition.belongs)),
        edition: Arc::new(edition),
        threads: 1,
        reach: Arc::default(),
        sites: Arc::default(),
        bell: Arc::default(),
        public: None,
        worker: "simulation".into(),
    })
}
