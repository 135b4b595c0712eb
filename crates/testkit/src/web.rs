//! A web that is made up: answers as its sites would at the time the clock shows, fails as their
//! troubles say, and writes down who asked too soon or for what is closed.

use crate::clock::FakeClock;
use crate::feeds;
use crate::judge::Broken;
use crate::sent::{FakeBody, Sent, Step, bomb, feed_answer};
use crate::site::{Article, Feed, Manners, Site, World};
use crate::trouble::Trouble;
use chapar_fetch::{Clock, FetchError, Later, Opened, Stage, Transport};
use chapar_model::{Headers, PageUrl};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Pause between two requests to one host that the newsroom promises.
pub(crate) const HOST_DELAY: Duration = Duration::from_secs(2);
/// Requests that are shown beside a fault.
const LOG_SHOWN: usize = 12;
/// A robots.txt counts for a day (RFC 9309, 2.4) and is asked for before anything else; what it lets
/// through may stand in line for some minutes more.
const ROBOTS_KEPT: SignedDuration = SignedDuration::from_mins(24 * 60 + 10);
/// At one request of so many the newsroom falls over.
const FALLS: u32 = 400;

/// When it does.
#[derive(PartialEq, Eq)]
enum Fall {
    /// While it waits for an answer.
    Asking,
    /// When the whole answer has come and nothing of it is kept.
    Received,
}

/// A web that is made up.
pub struct FakeWeb {
    world: Arc<World>,
    clock: Arc<FakeClock>,
    start: Timestamp,
    state: Mutex<State>,
    fallen: Arc<Notify>,
}

#[derive(Default)]
struct State {
    rng: Rng,
    hosts: BTreeMap<String, Host>,
    /// Articles that documents of feeds named which were sent whole, and when first: by site and
    /// number.
    offered: BTreeMap<(usize, usize), Timestamp>,
    /// Articles whose page was asked for when it was gone.
    missed: BTreeSet<(usize, usize)>,
    /// The same, of the errand that runs.
    now_offered: Vec<((usize, usize), Timestamp)>,
    now_missed: Vec<(usize, usize)>,
    violations: Vec<Broken>,
    polls: BTreeMap<(usize, usize), Vec<Timestamp>>,
    /// When the robots.txt of each site could not be had, and with it none of its feeds.
    closed: BTreeMap<usize, Vec<Timestamp>>,
}

#[derive(Default)]
struct Host {
    ended: Option<Timestamp>,
    was_robots: bool,
    robots_asked: Option<Timestamp>,
    pause_until: Option<Timestamp>,
    log: Vec<(Timestamp, String)>,
}

impl FakeWeb {
    /// The web of a world.
    pub fn new(world: Arc<World>, clock: Arc<FakeClock>, seed: u64) -> Self {
        let state = State { rng: Rng::with_seed(seed), ..State::default() };
        let start = clock.now();
        Self { world, clock, start, state: Mutex::new(state), fallen: Arc::default() }
    }

    /// Waits until the newsroom is to fall over.
    pub async fn fall(&self) {
        self.fallen.notified().await;
    }

    /// What was sent whole since the last call has arrived, or is lost with the errand that asked.
    pub fn settle(&self, has_arrived: bool) {
        let mut state = self.lock();
        let (offered, missed) =
            (std::mem::take(&mut state.now_offered), std::mem::take(&mut state.now_missed));
        if has_arrived {
            for (name, at) in offered {
                state.offered.entry(name).or_insert(at);
            }
            state.missed.extend(missed);
        }
    }

    /// Articles that were offered, by site and number, and when first.
    pub fn offered(&self) -> BTreeMap<(usize, usize), Timestamp> {
        self.lock().offered.clone()
    }

    /// Articles that were asked for when they were gone.
    pub fn missed(&self) -> BTreeSet<(usize, usize)> {
        self.lock().missed.clone()
    }

    /// What the newsroom should not have done.
    pub fn violations(&self) -> Vec<Broken> {
        self.lock().violations.clone()
    }

    /// When each feed was asked for.
    pub fn polls(&self) -> BTreeMap<(usize, usize), Vec<Timestamp>> {
        self.lock().polls.clone()
    }

    /// When a site's robots.txt was asked for in vain, as happens before a poll.
    pub fn closed(&self, site: usize) -> Vec<Timestamp> {
        self.lock().closed.get(&site).cloned().unwrap_or_default()
    }

    /// The last requests to a host up to a time, with what went wrong; those whose path begins so.
    pub fn log(&self, host: &str, path: &str, until: Timestamp) -> Vec<String> {
        let state = self.lock();
        let log = state.hosts.get(host).map(|host| host.log.as_slice()).unwrap_or_default();
        let of = |(at, what): &&(Timestamp, String)| *at <= until && what.starts_with(path);
        let mut last: Vec<String> = log
            .iter()
            .rev()
            .filter(of)
            .take(LOG_SHOWN)
            .map(|(at, what)| format!("{at} {what}"))
            .collect();
        last.reverse();
        last
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request down, and what is wrong with it.
    fn note(&self, number: usize, site: &Site, path: &str) {
        let now = self.clock.now();
        let mut state = self.lock();
        let is_of = |feed: &Feed| {
            feed.path == path || feed.moved.as_ref().is_some_and(|moved| moved.to == path)
        };
        if let Some(place) = site.feeds.iter().position(is_of) {
            state.polls.entry((number, place)).or_default().push(now);
        }
        let host = state.hosts.entry(site.host.clone()).or_default();
        host.log.push((now, path.to_owned()));
        let is_robots = path == "/robots.txt";
        let mut wrong = Vec::new();
        if is_robots {
            host.robots_asked = Some(now);
        } else if host.robots_asked.is_none_or(|asked| now.duration_since(asked) > ROBOTS_KEPT) {
            wrong.push(format!("`{}{path}` was asked for without robots.txt", site.host));
        }
        if let Some(ended) = host.ended {
            let gap = now.duration_since(ended);
            let crawl = match site.robots {
                Manners::Slow(seconds) if !is_robots && !host.was_robots => seconds,
                _ => 0,
            };
            let least = HOST_DELAY.max(Duration::from_secs(crawl));
            if gap < SignedDuration::try_from(least).unwrap_or(SignedDuration::MAX) {
                wrong.push(format!("`{}{path}` was asked {gap:#} after the last", site.host));
            }
        }
        if let Some(until) = host.pause_until.filter(|until| now < *until) {
            wrong.push(format!("`{}{path}` was asked before the pause ends at {until}", site.host));
        }
        host.was_robots = is_robots;
        if site.robots != Manners::None && path.starts_with("/private/") {
            wrong.push(format!("`{}{path}` is closed to robots", site.host));
        }
        drop(state);
        for what in wrong {
            let log = self.log(&site.host, "/", now);
            let what = format!("{now}: {what}");
            self.lock().violations.push(Broken { what, log });
        }
    }

    fn ended(&self, host: &str) {
        let now = self.clock.now();
        let mut state = self.lock();
        let host = state.hosts.entry(host.to_owned()).or_default();
        host.ended = Some(now);
    }

    fn trouble(&self, site: &Site, path: &str) -> Option<Trouble> {
        let now = self.clock.now();
        let mut state = self.lock();
        let active = site.episodes.iter().filter(|one| one.from <= now && now < one.until);
        for episode in active {
            if state.rng.u8(0..100) < episode.share {
                let of_document = matches!(
                    episode.trouble,
                    Trouble::Challenge
                        | Trouble::Ring
                        | Trouble::Garbage
                        | Trouble::Bomb
                        | Trouble::Huge
                        | Trouble::Missing
                        | Trouble::Mending
                );
                // What a robots.txt that is no robots.txt means is for another test.
                return Some(episode.trouble).filter(|_| path != "/robots.txt" || !of_document);
            }
        }
        None
    }

    async fn answer(
        &self,
        url: &PageUrl,
        headers: &Headers,
        wait: Duration,
    ) -> Result<Opened, FetchError> {
        let (host, path) = (url.host().to_owned(), url.path_and_query().to_owned());
        let now = self.clock.now();
        let found = self.world.sites.iter().enumerate().find(|(_, site)| site.host == host);
        let Some((number, site)) = found else {
            return Err(FetchError::NoSuchHost { host });
        };
        if self.world.dark.iter().any(|(from, until)| *from <= now && now < *until) {
            let mut state = self.lock();
            let log = &mut state.hosts.entry(host.clone()).or_default().log;
            log.push((now, format!("{path} in the dark")));
            return Err(FetchError::NoNetwork { host, source: "the cable is out".into() });
        }
        self.note(number, site, &path);
        let fall = match self.lock().rng.u32(0..2 * FALLS) {
            0 => Some(Fall::Asking),
            1 => Some(Fall::Received),
            _ => None,
        };
        if fall == Some(Fall::Asking) {
            self.ended(&host);
            self.fallen.notify_one();
            std::future::pending::<()>().await;
        }
        let trouble = self.trouble(site, &path);
        if trouble.is_some() && path == "/robots.txt" {
            self.lock().closed.entry(number).or_default().push(now);
        }
        if let (Some(trouble), Some(host)) = (trouble, self.lock().hosts.get_mut(&host))
            && let Some((_, line)) = host.log.last_mut()
        {
            let _ = write!(line, " {trouble:?}");
        }
        let before = self.lock().hosts.get(&host).and_then(|host| host.pause_until);
        let refused = self.refuse(trouble, url, wait);
        if let Some(error) = refused {
            self.ended(&host);
            return Err(error);
        }
        self.clock.pass(site.latency);
        let remote: [u8; 4] =
            if trouble == Some(Trouble::Rebound) { [10, 0, 0, 7] } else { [93, 184, 215, 14] };
        let mut sent = match trouble.and_then(|trouble| self.disturb(trouble, site, &path)) {
            Some(sent) => sent,
            None => self.document(number, &path, headers),
        };
        match trouble {
            Some(Trouble::Loris) => sent.trickle(),
            Some(Trouble::Truncated) => sent.cut(),
            _ => {}
        }
        if fall == Some(Fall::Received)
            && let Some(host) = self.lock().hosts.get_mut(&host)
        {
            // Nobody is left who heard of a pause.
            host.pause_until = before;
        }
        self.lock().now_offered.extend(sent.offers.into_iter().map(|name| (name, now)));
        self.ended(&host);
        let lines = Headers(sent.headers);
        Ok(Opened {
            status: sent.status,
            header_bytes: lines.0.iter().map(|(name, value)| name.len() + value.len() + 4).sum(),
            headers: lines,
            location: sent.location,
            announced: sent.announced,
            is_proxied: false,
            remote: Some(SocketAddr::from((remote, 443))),
            body: Box::new(FakeBody {
                url: url.clone(),
                steps: sent.steps,
                clock: self.clock.clone(),
                received: 0,
                host,
                fallen: fall.map(|_| self.fallen.clone()),
            }),
        })
    }

    /// A fault before any answer.
    fn refuse(
        &self,
        trouble: Option<Trouble>,
        url: &PageUrl,
        wait: Duration,
    ) -> Option<FetchError> {
        let host = url.host().to_owned();
        match trouble? {
            Trouble::NoName => Some(FetchError::NoSuchHost { host }),
            Trouble::Reset => Some(FetchError::Connect { host, source: "reset by peer".into() }),
            Trouble::Silent => {
                self.clock.pass(wait);
                let (url, stage) = (url.clone(), Stage::Headers);
                Some(FetchError::TimedOut { url, stage, after: wait })
            }
            _ => None,
        }
    }

    /// An answer that is none.
    fn disturb(&self, trouble: Trouble, site: &Site, path: &str) -> Option<Sent> {
        let pause = |length: Duration| {
            let until = self.clock.now().saturating_add(length).unwrap_or(Timestamp::MAX);
            self.lock().hosts.entry(site.host.clone()).or_default().pause_until = Some(until);
        };
        match trouble {
            Trouble::Broken => {
                Some(Sent::new(503 - u16::from(path.len().is_multiple_of(2)), "text/plain", "no"))
            }
            Trouble::Pause(seconds) => {
                pause(Duration::from_secs(u64::from(seconds)));
                Some(
                    Sent::new(429, "text/plain", "slower")
                        .with("retry-after", &seconds.to_string()),
                )
            }
            Trouble::Busy => {
                pause(Duration::from_secs(30));
                Some(Sent::new(429, "text/plain", "slower"))
            }
            Trouble::Ring => {
                let to = if path.ends_with("?ring") {
                    path.trim_end_matches("?ring").to_owned()
                } else {
                    format!("{path}?ring")
                };
                Some(Sent::redirect(302, &to))
            }
            // What stands inside must never be seen to have been kept.
            Trouble::Rebound => Some(Sent::new(200, "text/html", feeds::INSIDE)),
            Trouble::Mending => Some(Sent::new(200, "text/html", &feeds::mending(site))),
            Trouble::Missing => Some(Sent::new(404, "text/html", "<h1>Nothing here</h1>")),
            Trouble::Challenge => Some(Sent::new(403, "text/html", feeds::CHALLENGE)),
            Trouble::Garbage => {
                Some(Sent::new(200, "text/html", "\u{1}\u{2}<<<%%% no document at all"))
            }
            Trouble::Bomb => {
                let mut sent = Sent::new(200, "text/html", "").with("content-encoding", "gzip");
                sent.steps = VecDeque::from([Step::Bytes(bomb())]);
                Some(sent)
            }
            Trouble::Huge => {
                let mut sent = Sent::new(200, "text/html", "<html>");
                sent.announced = Some(u64::from(u32::MAX));
                Some(sent)
            }
            _ => None,
        }
    }

    fn document(&self, number: usize, path: &str, headers: &Headers) -> Sent {
        let Some(site) = self.world.sites.get(number) else {
            return Sent::new(404, "text/plain", "no such site");
        };
        let now = self.clock.now();
        if path == "/robots.txt" {
            return match feeds::robots(site.robots) {
                Some(text) => Sent::new(200, "text/plain", &text),
                None => Sent::new(404, "text/plain", "no"),
            };
        }
        for (place, feed) in site.feeds.iter().enumerate() {
            let is_old = feed.path == path;
            let new = feed.moved.as_ref().filter(|moved| moved.at <= now);
            if !is_old && new.is_none_or(|moved| moved.to != path) {
                continue;
            }
            if feed.away.is_some_and(|(from, until)| from <= now && now < until) {
                return Sent::new(404, "text/plain", "gone");
            }
            return match new.filter(|_| is_old) {
                Some(moved) if moved.dead <= now => Sent::new(404, "text/plain", "gone"),
                Some(moved) => Sent::redirect(301, &moved.to),
                None => feed_answer(site, (number, place), feed, headers, now),
            };
        }
        if let Some(path) = path.strip_suffix("?ring") {
            return Sent::redirect(302, path);
        }
        let Some(article) = site.articles.iter().find(|article| article.path == path) else {
            return Sent::new(404, "text/plain", "no");
        };
        self.article(site, (number, article.number), article)
    }

    fn article(&self, site: &Site, name: (usize, usize), article: &Article) -> Sent {
        let now = self.clock.now();
        if article.published > now || article.deleted.is_some_and(|deleted| deleted <= now) {
            self.lock().now_missed.push(name);
            return Sent::new(410, "text/html", "<h1>Gone</h1>");
        }
        Sent::new(200, "text/html; charset=utf-8", &feeds::page(site, article, now))
    }
}

impl Transport for FakeWeb {
    fn elapsed(&self) -> Duration {
        Duration::try_from(self.clock.now().duration_since(self.start)).unwrap_or_default()
    }

    fn open<'a>(
        &'a self,
        url: &'a PageUrl,
        request_headers: &'a Headers,
        _form: Option<&'a str>,
        wait: Duration,
    ) -> Later<'a, Opened> {
        Box::pin(self.answer(url, request_headers, wait))
    }
}
