//! The seam between this crate and time. Never reads a clock of its own: a sample edition runs
//! thousands of times faster than the wall, and tests do not wait at all.

use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A clock, and a way to wait by it. The binary owns the real one.
///
/// Pauses between requests go by this clock; network time-outs go by real time, since a server
/// does not answer faster in an edition whose days are short.
pub trait Clock: Send + Sync {
    /// The time it is.
    fn now(&self) -> Timestamp;

    /// Waits until `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// `duration` after `start`, or the end of time.
pub(crate) fn after(start: Timestamp, duration: Duration) -> Timestamp {
    start.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

/// How long it is from `now` to `then`; nothing when `then` has passed.
pub(crate) fn until(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// A clock for tests, on which sleeping moves the hand and takes no time.
#[cfg(test)]
pub(crate) struct FakeClock(std::sync::Mutex<Timestamp>);

#[cfg(test)]
impl FakeClock {
    pub(crate) fn new() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self(std::sync::Mutex::new(Timestamp::UNIX_EPOCH)))
    }
}

#[cfg(test)]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.0.lock().unwrap();
        *now = after(*now, duration);
        Box::pin(std::future::ready(()))
    }
}
