//! What each origin's robots.txt said, for as long as that counts. Never fetches by itself.

use crate::clock::after;
use crate::error::{FailureClass, FetchError, RobotsFault};
use crate::fetched::Fetched;
use crate::robots::Robots;
use chapar_model::PageUrl;
use jiff::Timestamp;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a robots.txt counts. RFC 9309, 2.4: no longer than a day.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a robots.txt that cannot be had is not asked for again.
const RETRY: Duration = Duration::from_secs(10 * 60);

/// After so long out of reach it counts as missing (RFC 9309, 2.3.1.4).
const UNREACHABLE_MAX: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Origins that are remembered.
const ORIGINS_MAX: usize = 5_000;

/// Rules that are remembered, of all origins together.
const RULES_MAX: usize = 2_000_000;

/// The robots.txt files of all origins.
#[derive(Default)]
pub(crate) struct RobotsCache {
    known: Mutex<HashMap<String, Known>>,
    /// One a origin that is being asked, so that it is asked once.
    gates: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Clone)]
struct Known {
    /// The last rules that could be had.
    rules: Option<Arc<Robots>>,
    until: Timestamp,
    fault: Option<Fault>,
}

#[derive(Clone)]
struct Fault {
    since: Timestamp,
    why: RobotsFault,
}

/// What a request for a robots.txt comes to.
enum Reading {
    Rules(Robots),
    Unreachable(RobotsFault),
}

impl RobotsCache {
    /// The rules at `robots`, the address of a robots.txt; `fetch` is called when they are not
    /// known, by one of those who ask at the same time.
    pub(crate) async fn get<F>(
        &self,
        robots: &PageUrl,
        now: Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<Robots>, FetchError>
    where
        F: Future<Output = Result<Fetched, FetchError>>,
    {
        let origin = robots.origin();
        if let Some(known) = self.find(&origin, now) {
            return known.rules(robots);
        }
        let gate = lock(&self.gates).entry(origin.clone()).or_default().clone();
        let _open = gate.lock().await;
        if let Some(known) = self.find(&origin, now) {
            return known.rules(robots);
        }
        let fetched = fetch().await;
        lock(&self.gates).remove(&origin);
        let known = self.learn(origin, read(fetched)?, now);
        known.rules(robots)
    }

    fn find(&self, origin: &str, now: Timestamp) -> Option<Known> {
        lock(&self.known).get(origin).filter(|known| known.until > now).cloned()
    }

    fn learn(&self, origin: String, reading: Reading, now: Timestamp) -> Known {
        let mut all = lock(&self.known);
        let known = match reading {
            Reading::Rules(robots) => Known::rules_until(robots, after(now, KEPT)),
            Reading::Unreachable(why) => {
                let before = all.remove(&origin);
                let since = before.as_ref().and_then(|k| k.fault.as_ref()).map_or(now, |f| f.since);
                match after(since, UNREACHABLE_MAX) <= now {
                    true => Known { fault: Some(Fault { since, why }), ..Known::allow_all(now) },
                    false => Known {
                        rules: before.and_then(|known| known.rules),
                        until: after(now, RETRY),
                        fault: Some(Fault { since, why }),
                    },
                }
            }
        };
        all.insert(origin, known.clone());
        make_room(&mut all);
        known
    }
}

impl Known {
    fn rules_until(robots: Robots, until: Timestamp) -> Self {
        Self { rules: Some(Arc::new(robots)), until, fault: None }
    }

    fn allow_all(now: Timestamp) -> Self {
        Self::rules_until(Robots::allow_all(), after(now, RETRY))
    }

    /// The rules, be they old; no rules at all forbid everything.
    fn rules(self, robots: &PageUrl) -> Result<Arc<Robots>, FetchError> {
        match (self.rules, self.fault) {
            (Some(rules), _) => Ok(rules),
            (None, Some(fault)) => Err(FetchError::RobotsUnreachable {
                robots: robots.clone(),
                until: self.until,
                source: fault.why,
            }),
            (None, None) => Ok(Arc::default()),
        }
    }
}

/// Reads the answer. An error of our own side, or of the address as such, is handed on: it says
/// nothing about robots.txt, and whoever asks wants to know it.
fn read(fetched: Result<Fetched, FetchError>) -> Result<Reading, FetchError> {
    match fetched {
        Ok(Fetched::Fresh(response)) => {
            // A body that cannot be decoded holds no rules that anybody could read.
            let limits = crate::decode::DecodeLimits::default();
            let body = response.decoded(limits).unwrap_or_default();
            Ok(Reading::Rules(Robots::parse(&body)))
        }
        // RFC 9309 counts 429 among "unavailable", which allows all. A server that is asked too
        // much already should not be asked for everything.
        Ok(Fetched::HttpError { status: status @ (429 | 500..), .. }) => {
            Ok(Reading::Unreachable(RobotsFault::Status(status)))
        }
        Ok(_)
        | Err(
            FetchError::TooManyRedirects { .. }
            | FetchError::RedirectLoop { .. }
            | FetchError::BadRedirect { .. },
        ) => Ok(Reading::Rules(Robots::allow_all())),
        Err(error @ FetchError::BackingOff { .. }) => Err(error),
        Err(error) => match error.class() {
            FailureClass::Hard | FailureClass::OurNetwork => Err(error),
            FailureClass::Soft | FailureClass::Temporary => {
                Ok(Reading::Unreachable(RobotsFault::Fetch(Arc::new(error))))
            }
        },
    }
}

/// Forgets those that run out soonest until the rest is within limits.
fn make_room(all: &mut HashMap<String, Known>) {
    let weight = |known: &Known| known.rules.as_ref().map_or(0, |rules| rules.weight());
    let mut rules: usize = all.values().map(weight).sum();
    while all.len() > ORIGINS_MAX || rules > RULES_MAX {
        let first = all.iter().min_by_key(|(origin, known)| (known.until, *origin));
        let Some(origin) = first.map(|(origin, _)| origin.clone()) else { return };
        rules -= all.remove(&origin).as_ref().map_or(0, weight);
    }
}

/// A thread that panicked cannot leave these maps half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
