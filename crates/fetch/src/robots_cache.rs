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

/// Bytes of rules that are remembered, of all origins together.
const BYTES_MAX: usize = 64 * 1024 * 1024;

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
        let gate = self.gate(&origin);
        let _open = gate.lock().await;
        if let Some(known) = self.find(&origin, now) {
            return known.rules(robots);
        }
        let reading = read(fetch().await)?;
        self.learn(origin, reading, now).rules(robots)
    }

    fn gate(&self, origin: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = lock(&self.gates);
        // Nobody stands at the others any more.
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        gates.entry(origin.to_owned()).or_default().clone()
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
        make_room(&mut all, ORIGINS_MAX, BYTES_MAX);
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
fn make_room(all: &mut HashMap<String, Known>, origins_max: usize, bytes_max: usize) {
    let weight = |known: &Known| known.rules.as_ref().map_or(0, |rules| rules.bytes());
    let mut bytes: usize = all.values().map(weight).sum();
    while all.len() > origins_max || bytes > bytes_max {
        let first = all.iter().min_by_key(|(origin, known)| (known.until, *origin));
        let Some(origin) = first.map(|(origin, _)| origin.clone()) else { return };
        bytes -= all.remove(&origin).as_ref().map_or(0, weight);
    }
}

/// A thread that panicked cannot leave these maps half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Origins by the second they run out, each with as many rules.
    fn origins(rules: &[usize]) -> HashMap<String, Known> {
        let known = |(at, count): (usize, &usize)| {
            let text = format!("User-agent: *\n{}", "Allow: /\n".repeat(*count));
            let until = after(Timestamp::UNIX_EPOCH, Duration::from_secs(at as u64));
            (at.to_string(), Known::rules_until(Robots::parse(text.as_bytes()), until))
        };
        rules.iter().enumerate().map(known).collect()
    }

    #[track_caller]
    fn check(rules: &[usize], origins_max: usize, bytes_max: usize, expect: &[&str]) {
        let mut all = origins(rules);
        make_room(&mut all, origins_max, bytes_max);
        let mut kept: Vec<_> = all.into_keys().collect();
        kept.sort();
        assert_eq!(kept, expect);
    }

    #[test]
    fn those_that_run_out_first_make_room() {
        check(&[1, 1, 1, 1], 2, BYTES_MAX, &["2", "3"]);
        check(&[1, 1, 1, 1], ORIGINS_MAX, BYTES_MAX, &["0", "1", "2", "3"]);
        check(&[1000, 1, 1], ORIGINS_MAX, 10_000, &["1", "2"]);
        check(&[1, 1, 1000], ORIGINS_MAX, 10_000, &[]);
    }

    #[tokio::test]
    async fn gates_of_requests_that_were_given_up_do_not_pile_up() {
        let cache = RobotsCache::default();
        for at in 0..100 {
            let robots = PageUrl::parse(&format!("https://h{at}.example/robots.txt")).unwrap();
            let asking = cache.get(&robots, Timestamp::UNIX_EPOCH, std::future::pending);
            let waited = tokio::time::timeout(Duration::ZERO, asking).await;
            assert!(waited.is_err());
        }
        assert!(lock(&cache.gates).len() <= 1);
    }
}
