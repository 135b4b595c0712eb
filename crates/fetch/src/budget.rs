//! One host is asked rarely and never by two at a time; different hosts are asked side by side.
//! Knows nothing of HTTP beyond that a host may ask for a pause.

use crate::clock::{Clock, after, until};
use crate::error::FetchError;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hosts that are remembered; past this, those that are owed no pause are forgotten.
const HOSTS_MAX: usize = 10_000;

/// First pause of a host that says "too many requests" without saying for how long. It doubles
/// each time until the host answers again.
const BACK_OFF_FIRST: Duration = Duration::from_secs(30);

/// Longest pause that is kept on our own account.
const BACK_OFF_MAX: Duration = Duration::from_secs(60 * 60);

/// Longest pause that is kept because a host asks for it.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// How requests are spread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) per_host: usize,
    pub(crate) at_once: usize,
    pub(crate) turn_wait_max: Duration,
}

/// A pause that a host asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The host, as requests to it are counted: see [`chapar_model::PageUrl::site`].
    pub site: String,
    /// Not to be asked before.
    pub until: Timestamp,
}

/// The turns of all hosts.
pub(crate) struct HostBudget {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    /// Those asked for since they were last taken.
    pauses: Mutex<Vec<Pause>>,
    at_once: Arc<Semaphore>,
    spread: Spread,
    clock: Arc<dyn Clock>,
}

struct Host {
    turns: Arc<Semaphore>,
    state: Mutex<HostState>,
}

#[derive(Debug, Clone, Copy)]
struct HostState {
    /// Not to be asked before.
    next: Timestamp,
    /// Requests that wait for their turn.
    waiting: u32,
    /// Pauses asked for in a row.
    strikes: u32,
}

impl HostBudget {
    pub(crate) fn new(spread: Spread, clock: Arc<dyn Clock>) -> Self {
        Self {
            hosts: Mutex::default(),
            pauses: Mutex::default(),
            at_once: Arc::new(Semaphore::new(spread.at_once.max(1))),
            spread,
            clock,
        }
    }

    /// Waits until `host` may be asked. The turn ends when the value is dropped, and the next one
    /// begins `delay` later.
    pub(crate) async fn take_turn(
        &self,
        host: &str,
        delay: Duration,
    ) -> Result<Turn<'_>, FetchError> {
        let entry = self.host(host);
        let busy = |until| FetchError::BackingOff { host: host.to_owned(), until };
        let line = entry.clone().join_line(self.clock.now(), delay, self.spread.turn_wait_max);
        let line = line.map_err(busy)?;
        let of_host = permit(&entry.turns).await;
        let arrived = self.clock.now();
        // The pause may grow while we stand in line.
        while let Err(next) = entry.begin(self.clock.now(), delay) {
            if next > after(arrived, self.spread.turn_wait_max) {
                return Err(busy(next));
            }
            self.clock.sleep(until(self.clock.now(), next)).await;
        }
        let of_all = permit(&self.at_once).await;
        drop(line);
        let permits = (of_host, of_all);
        let site = host.to_owned();
        Ok(Turn { site, host: entry, budget: self, delay, _permits: permits })
    }

    /// The pauses that hosts asked for since the last call.
    pub(crate) fn take_pauses(&self) -> Vec<Pause> {
        std::mem::take(&mut lock(&self.pauses))
    }

    /// Keeps a pause that a host asked somebody else for.
    pub(crate) fn leave_alone(&self, pause: &Pause) {
        let longest = after(self.clock.now(), RETRY_AFTER_MAX);
        let host = self.host(&pause.site);
        let mut state = host.state();
        state.next = state.next.max(pause.until.min(longest));
        state.strikes = state.strikes.max(1);
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.get(name) {
            return host.clone();
        }
        if hosts.len() >= HOSTS_MAX {
            let now = self.clock.now();
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.state().next > now);
        }
        let host = Arc::new(Host::new(self.spread.per_host));
        hosts.insert(name.to_owned(), host.clone());
        host
    }
}

impl Host {
    fn new(per_host: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(per_host.max(1))),
            state: Mutex::new(HostState { next: Timestamp::MIN, waiting: 0, strikes: 0 }),
        }
    }

    fn state(&self) -> MutexGuard<'_, HostState> {
        lock(&self.state)
    }

    /// Begins a turn now; gives the time to wait for when it is too early.
    fn begin(&self, now: Timestamp, delay: Duration) -> Result<(), Timestamp> {
        let mut state = self.state();
        if state.next > now {
            return Err(state.next);
        }
        state.next = after(now, delay);
        Ok(())
    }

    /// Stands in line, unless the line is so long already that the turn would come too late.
    fn join_line(
        self: Arc<Self>,
        now: Timestamp,
        delay: Duration,
        wait_max: Duration,
    ) -> Result<InLine, Timestamp> {
        let mut state = self.state();
        let turn = after(state.next.max(now), delay.saturating_mul(state.waiting));
        if turn > after(now, wait_max) {
            return Err(turn);
        }
        state.waiting += 1;
        drop(state);
        Ok(InLine(self))
    }
}

/// A place in the line of a host; left when dropped, by a request that is given up too.
struct InLine(Arc<Host>);

impl Drop for InLine {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Leave to ask a host once.
pub(crate) struct Turn<'b> {
    site: String,
    host: Arc<Host>,
    budget: &'b HostBudget,
    delay: Duration,
    _permits: (Option<OwnedSemaphorePermit>, Option<OwnedSemaphorePermit>),
}

impl Turn<'_> {
    /// The host answered, and not by asking for a pause.
    pub(crate) fn answered(&self) {
        self.host.state().strikes = 0;
    }

    /// The host asks for a pause, of a length it gives or not.
    pub(crate) fn asked_for_pause(&self, retry_after: Option<Duration>) {
        let mut state = self.host.state();
        let doubled = BACK_OFF_FIRST.saturating_mul(1 << state.strikes.min(16)).min(BACK_OFF_MAX);
        let pause = retry_after.map_or(doubled, |asked| asked.min(RETRY_AFTER_MAX));
        state.strikes = state.strikes.saturating_add(1);
        state.next = state.next.max(after(self.budget.clock.now(), pause));
        let pause = Pause { site: self.site.clone(), until: state.next };
        drop(state);
        let mut pauses = lock(&self.budget.pauses);
        // Of a program that never takes them the first will do.
        if pauses.len() < HOSTS_MAX {
            pauses.push(pause);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let next = after(self.budget.clock.now(), self.delay);
        let mut state = self.host.state();
        state.next = state.next.max(next);
    }
}

/// A permit; `None` never happens, since no semaphore here is ever closed.
async fn permit(semaphore: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    semaphore.clone().acquire_owned().await.ok()
}

/// A thread that panicked cannot leave these plain values half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FakeClock;

    fn budget(per_host: usize, clock: &Arc<FakeClock>) -> HostBudget {
        let spread = Spread { per_host, at_once: 4, turn_wait_max: Duration::from_secs(60) };
        HostBudget::new(spread, clock.clone())
    }

    const DELAY: Duration = Duration::from_secs(2);

    #[tokio::test]
    async fn hosts_that_are_owed_no_pause_are_forgotten() {
        let clock = FakeClock::new();
        let budget = budget(1, &clock);
        for host in 0..HOSTS_MAX {
            drop(budget.take_turn(&host.to_string(), DELAY).await.unwrap());
        }
        let paused = budget.take_turn("paused", DELAY).await.unwrap();
        paused.asked_for_pause(Some(Duration::from_secs(600)));
        drop(paused);
        clock.sleep(DELAY).await;
        let in_use = budget.take_turn("in use", DELAY).await.unwrap();
        drop(budget.take_turn("one more", DELAY).await.unwrap());
        let mut known: Vec<_> = lock(&budget.hosts).keys().cloned().collect();
        known.sort();
        assert_eq!(known, ["in use", "one more", "paused"]);
        drop(in_use);
    }

    #[tokio::test]
    async fn two_at_a_time_still_start_a_pause_apart() {
        let clock = FakeClock::new();
        let budget = budget(2, &clock);
        let first = budget.take_turn("daily.example", DELAY).await.unwrap();
        let second = budget.take_turn("daily.example", DELAY).await.unwrap();
        assert_eq!(clock.now(), after(Timestamp::UNIX_EPOCH, DELAY));
        drop((first, second));
    }

    #[tokio::test]
    async fn the_pause_begins_when_the_answer_has_come() {
        let clock = FakeClock::new();
        let budget = budget(1, &clock);
        let slow = budget.take_turn("daily.example", DELAY).await.unwrap();
        clock.sleep(Duration::from_secs(30)).await;
        drop(slow);
        drop(budget.take_turn("daily.example", DELAY).await.unwrap());
        assert_eq!(clock.now(), after(Timestamp::UNIX_EPOCH, Duration::from_secs(32)));
    }

    #[tokio::test]
    async fn a_pause_goes_from_one_budget_to_the_next() {
        let clock = FakeClock::new();
        let old = budget(1, &clock);
        old.take_turn("daily.example", DELAY).await.unwrap().answered();
        let turn = old.take_turn("daily.example", DELAY).await.unwrap();
        turn.asked_for_pause(Some(Duration::from_secs(600)));
        let pauses = old.take_pauses();
        let until = after(clock.now(), Duration::from_secs(600));
        assert_eq!(pauses, [Pause { site: "daily.example".into(), until }]);
        assert_eq!(old.take_pauses(), []);
        let new = budget(1, &clock);
        new.leave_alone(&pauses[0]);
        let refused = new.take_turn("daily.example", DELAY).await.map(drop);
        assert!(matches!(refused, Err(FetchError::BackingOff { until: at, .. }) if at == until));
        // Whoever wrote it down may have had another clock.
        new.leave_alone(&Pause { site: "hills.example".into(), until: Timestamp::MAX });
        let longest = after(clock.now(), RETRY_AFTER_MAX);
        assert_eq!(new.host("hills.example").state().next, longest);
    }

    #[tokio::test]
    async fn endless_strikes_overflow_nothing() {
        let clock = FakeClock::new();
        let budget = budget(1, &clock);
        let turn = budget.take_turn("daily.example", DELAY).await.unwrap();
        turn.host.state().strikes = u32::MAX;
        turn.asked_for_pause(None);
        assert_eq!(turn.host.state().next, after(clock.now(), BACK_OFF_MAX));
    }
}
