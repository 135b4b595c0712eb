//! The only clocks: that of the machine, and one whose days pass in seconds, for the sample.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the real clock")]

use chapar_fetch::Clock;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Real time.
pub(crate) fn wall() -> Timestamp {
    Timestamp::now()
}

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that starts at a given time and runs faster than real time, up to an end at which it
/// goes on at the pace of real time.
pub(crate) struct FastClock {
    begun: Instant,
    start: Timestamp,
    end: Timestamp,
    pace: f64,
}

impl FastClock {
    /// A clock of which `pace` seconds pass in one.
    pub(crate) fn new(start: Timestamp, end: Timestamp, pace: f64) -> Self {
        Self { begun: Instant::now(), start, end, pace }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let real = self.begun.elapsed().as_secs_f64();
        let whole = self.end.duration_since(self.start).as_secs_f64();
        let passed = match real * self.pace {
            fast if fast < whole => fast,
            _ => whole + (real - whole / self.pace),
        };
        let passed = SignedDuration::try_from_secs_f64(passed).unwrap_or(SignedDuration::ZERO);
        self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let pace = if self.now() < self.end { self.pace } else { 1.0 };
        Box::pin(tokio::time::sleep(duration.div_f64(pace)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_starts_at_its_start_and_does_not_run_back() {
        let start: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2026-03-07T00:00:00Z".parse().unwrap();
        let clock = FastClock::new(start, end, 1_000_000.0);
        let (first, second) = (clock.now(), clock.now());
        assert!(first >= start && second >= first);
    }
}
