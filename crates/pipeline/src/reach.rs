//! Whether the web can be reached at all: when no host answers, the fault is ours, and no source is
//! blamed for it. Asks nothing itself.

use crate::Context;
use anyhow::Result;
use chapar_fetch::{FetchError, RobotsFault, Stage};
use chapar_model::PageUrl;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::{info, warn};

/// The setting that says since when no host is in reach; empty when some are.
pub const NETWORK_DOWN: &str = "network-down";
/// So many hosts out of reach, and none in reach meanwhile, mean that it is our network.
const HOSTS: usize = 5;
/// Failures that lie longer back say nothing of now.
const WINDOW: SignedDuration = SignedDuration::from_mins(30);
/// How often a host is asked all the same, to learn that the network is back.
const PROBE: SignedDuration = SignedDuration::from_secs(60);

/// What the last requests told of our own network.
#[derive(Debug, Default)]
pub struct Reach(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Hosts out of reach since the last answer, with the time of the first failure.
    failed: BTreeMap<String, Timestamp>,
    down: Option<Timestamp>,
    probed: Option<Timestamp>,
}

impl Reach {
    /// A host answered; gives since when none had, if that was so.
    pub fn answered(&self) -> Option<Timestamp> {
        let mut state = self.lock();
        state.failed.clear();
        state.probed = None;
        state.down.take()
    }

    /// A host was out of reach, `hosts` being followed in all. Gives since when no host has been in
    /// reach, if this is the failure that tells.
    pub fn failed(&self, host: &str, now: Timestamp, hosts: usize) -> Option<Timestamp> {
        let mut state = self.lock();
        if state.down.is_some() {
            return None;
        }
        state.failed.retain(|_, first| now.duration_since(*first) <= WINDOW);
        state.failed.entry(host.to_owned()).or_insert(now);
        // One host alone can never tell.
        if state.failed.len() >= hosts.clamp(2, HOSTS) {
            state.down = state.failed.values().min().copied();
        }
        state.down
    }

    /// Since when no host has been in reach.
    pub fn down_since(&self) -> Option<Timestamp> {
        self.lock().down
    }

    /// Whether a request is to be put off, and until when: while no host is in reach one is asked
    /// from time to time, and no more.
    pub fn put_off(&self, now: Timestamp) -> Option<Timestamp> {
        let mut state = self.lock();
        state.down?;
        let next = state.probed.and_then(|probed| probed.saturating_add(PROBE).ok());
        match next {
            Some(next) if next > now => Some(next),
            _ => {
                state.probed = Some(now);
                None
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes that a host answered.
pub(crate) async fn in_reach(context: &Context) -> Result<()> {
    if let Some(since) = context.reach.answered() {
        info!("Hosts are in reach again; none was since {since}");
        context.store.set_setting(NETWORK_DOWN, "").await?;
    }
    Ok(())
}

/// Notes a failure; while no host at all is in reach, gives when to ask again.
pub(crate) async fn not_our_fault(
    context: &Context,
    url: &PageUrl,
    fault: &FetchError,
) -> Result<Option<Timestamp>> {
    let now = context.clock.now();
    if !is_out_of_reach(fault) {
        if !matches!(fault, FetchError::BackingOff { .. } | FetchError::Refused { .. }) {
            in_reach(context).await?;
        }
        return Ok(None);
    }
    let hosts = context.edition.sources.len();
    if let Some(since) = context.reach.failed(url.host(), now, hosts) {
        warn!("No host is in reach since {since}: this machine's network, or its name server");
        context.store.set_setting(NETWORK_DOWN, &since.to_string()).await?;
    }
    let pause = SignedDuration::from_mins(2);
    Ok(context.reach.down_since().map(|_| now.saturating_add(pause).unwrap_or(Timestamp::MAX)))
}

/// Whether a host was out of reach, in a way that our own network can be the cause of.
fn is_out_of_reach(fault: &FetchError) -> bool {
    match fault {
        FetchError::NoSuchHost { .. }
        | FetchError::NameServer { .. }
        | FetchError::NoResolver { .. }
        | FetchError::NoNetwork { .. }
        | FetchError::Connect { .. }
        | FetchError::TimedOut { stage: Stage::Connect, .. } => true,
        FetchError::RobotsUnreachable { source: RobotsFault::Fetch(inner), .. } => {
            is_out_of_reach(inner)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn many_hosts_out_of_reach_and_none_in_reach_are_our_network() {
        let reach = Reach::default();
        for host in 0..4 {
            assert_eq!(reach.failed(&host.to_string(), at(host), 100), None);
        }
        assert_eq!(reach.failed("3", at(9), 100), None);
        assert_eq!(reach.failed("4", at(10), 100), Some(at(0)));
        assert_eq!(reach.down_since(), Some(at(0)));
        assert_eq!(reach.answered(), Some(at(0)));
        assert_eq!(reach.down_since(), None);
    }

    #[test]
    fn one_answer_between_tells_that_it_is_theirs() {
        let reach = Reach::default();
        for host in 0..40 {
            assert_eq!(reach.failed(&host.to_string(), at(host), 100), None);
            if host % 4 == 3 {
                assert_eq!(reach.answered(), None);
            }
        }
    }

    #[test]
    fn a_small_newsroom_takes_all_its_hosts_for_many_but_never_one() {
        let reach = Reach::default();
        assert_eq!(reach.failed("one", at(0), 1), None);
        assert_eq!(reach.failed("other", at(1), 2), Some(at(0)));
    }

    #[test]
    fn while_it_is_down_one_host_a_minute_is_asked() {
        let reach = Reach::default();
        assert_eq!(reach.put_off(at(0)), None);
        reach.failed("one", at(0), 2);
        reach.failed("other", at(0), 2);
        assert_eq!(reach.put_off(at(10)), None);
        assert_eq!(reach.put_off(at(11)), Some(at(70)));
        assert_eq!(reach.put_off(at(70)), None);
        reach.answered();
        assert_eq!(reach.put_off(at(71)), None);
    }
}
