//! When a polled document is asked again: by its own rhythm while it answers, by the kind of fault
//! while it does not. Pure: times and counts in, times out.

use chapar_fetch::FailureClass;
use chapar_model::FeedId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Longest pause between two polls of a document that answers, if the edition's own is not longer.
pub(crate) const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(6);
/// After how long half of what was seen of a rhythm is forgotten.
const HALF_LIFE: SignedDuration = SignedDuration::from_hours(21 * 24);
/// Hours of the mean that every hour and day of the week is taken to have shown before.
const PRIOR_HOURS: f32 = 6.0;
/// Hours watched before a rhythm is believed.
const WATCHED_MIN: f32 = 24.0;
/// What is watched longer than this without a poll says nothing of single hours.
const GAP_MAX: SignedDuration = SignedDuration::from_hours(48);
/// What has brought nothing for so long is asked once a week, whatever its fault.
const LONG: SignedDuration = SignedDuration::from_hours(40 * 24);
/// Share of a pause by which polls are spread.
const SPREAD: f64 = 0.1;

/// How often entries come, by hour of the day and by day of the week, in UTC.
///
/// The rate of an hour is the mean rate times the shares of its hour and of its day, each drawn
/// towards the mean while little was seen of it; what is weeks old counts less.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rhythm {
    /// What was seen up to here is counted, in milliseconds since 1970.
    to: i64,
    hours: [Seen; 24],
    days: [Seen; 7],
}

/// What was seen at some hours: entries that came, and hours watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Seen(f32, f32);

impl Rhythm {
    /// Reads what [`Rhythm::to_json`] wrote; anything else is no rhythm yet.
    pub(crate) fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The rhythm as it is kept.
    pub(crate) fn to_json(&self) -> String {
        let round = |seen: &Seen| Seen((seen.0 * 1e3).round() / 1e3, (seen.1 * 1e3).round() / 1e3);
        let rounded = Self {
            to: self.to,
            hours: self.hours.each_ref().map(round),
            days: self.days.each_ref().map(round),
        };
        serde_json::to_string(&rounded).unwrap_or_default()
    }

    /// Up to when it has seen; `None` before the first poll.
    pub(crate) fn seen_to(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.to).ok().filter(|_| self.to > 0)
    }

    /// Counts entries that came between the last poll counted and the one at `to`, as if they had
    /// come evenly. The first poll only begins the count: what it brings is of unknown age.
    pub(crate) fn count(&mut self, to: Timestamp, entries: u32) {
        let Some(from) = self.seen_to() else {
            self.to = to.as_millisecond();
            return;
        };
        let watched = to.duration_since(from);
        if watched <= SignedDuration::ZERO {
            return;
        }
        self.to = to.as_millisecond();
        let kept = (-watched.as_secs_f32() / HALF_LIFE.as_secs_f32()).exp2();
        for seen in self.hours.iter_mut().chain(&mut self.days) {
            *seen = Seen(seen.0 * kept, seen.1 * kept);
        }
        if watched > GAP_MAX {
            return;
        }
        let whole = watched.as_secs_f32() / 3_600.0;
        let mut at = from;
        while at < to {
            let next = next_hour(at).min(to);
            let part = next.duration_since(at).as_secs_f32() / 3_600.0;
            #[expect(clippy::cast_precision_loss, reason = "entries of one poll")]
            let came = entries as f32 * part / whole;
            let (hour, day) = place(at);
            for seen in self.hours.get_mut(hour).into_iter().chain(self.days.get_mut(day)) {
                *seen = Seen(seen.0 + came, seen.1 + part);
            }
            at = next;
        }
    }

    /// Entries an hour at a time, and `None` while too little was seen.
    fn rate(&self, at: Timestamp) -> Option<f32> {
        let (came, watched) =
            self.hours.iter().fold((0.0, 0.0), |sum, seen| (sum.0 + seen.0, sum.1 + seen.1));
        if watched < WATCHED_MIN {
            return None;
        }
        let mean = came / watched;
        let (hour, day) = place(at);
        let share = |seen: Option<&Seen>| {
            let Seen(came, watched) = seen.copied().unwrap_or_default();
            if mean == 0.0 {
                1.0
            } else {
                (came + PRIOR_HOURS * mean) / (watched + PRIOR_HOURS) / mean
            }
        };
        Some(mean * share(self.hours.get(hour)) * share(self.days.get(day)))
    }

    /// When to ask again after a poll at `polled` that was answered.
    ///
    /// Polls are placed in proportion to the square root of the rate, which for a given number of
    /// polls in all gives the least delay over all entries (Sia, Cho and Cho, "Efficient Monitoring
    /// Algorithm for Fast News Alerts", IEEE TKDE 19 (7), 2007). A feed that brings an entry in each
    /// `usual` pause or more is asked at that pace, a slower one less often, down to [`PAUSE_MAX`].
    pub(crate) fn next_poll(&self, polled: Timestamp, usual: SignedDuration) -> Timestamp {
        let longest = PAUSE_MAX.max(usual);
        let full = usual.as_secs_f32() / 3_600.0;
        let end = polled.saturating_add(longest).unwrap_or(Timestamp::MAX);
        let mut at = polled;
        let mut left = full;
        while at < end {
            let Some(rate) = self.rate(at) else {
                return polled.saturating_add(usual).unwrap_or(Timestamp::MAX);
            };
            // At one entry in each usual pause, an hour of waiting counts as an hour.
            let pace = (rate * full).sqrt().min(1.0);
            let next = next_hour(at).min(end);
            let hours = next.duration_since(at).as_secs_f32() / 3_600.0;
            if pace * hours >= left {
                let wait = SignedDuration::try_from_secs_f32(left / pace * 3_600.0);
                let due = at.saturating_add(wait.unwrap_or(longest)).unwrap_or(Timestamp::MAX);
                return due.min(end);
            }
            left -= pace * hours;
            at = next;
        }
        end
    }
}

fn next_hour(at: Timestamp) -> Timestamp {
    let second = at.as_second().div_euclid(3_600).saturating_add(1).saturating_mul(3_600);
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// The hour of the day and the day of the week.
fn place(at: Timestamp) -> (usize, usize) {
    let there = TimeZone::UTC.to_datetime(at);
    let day = there.weekday().to_monday_zero_offset();
    (usize::try_from(there.hour()).unwrap_or(0), usize::try_from(day).unwrap_or(0))
}

/// When to ask again after a poll at `polled` that failed in this way, where none has brought
/// anything for the time `failing`. A pause is as long as that time, so the time doubles with each
/// try whatever goes wrong meanwhile; it is asked for ever, if only once a week.
pub(crate) fn next_try(
    class: FailureClass,
    failing: SignedDuration,
    polled: Timestamp,
    usual: SignedDuration,
) -> Timestamp {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let patience = if failing > LONG { WEEK } else { DAY };
    let (first, longest) = match class {
        FailureClass::OurNetwork => (SignedDuration::from_mins(2), SignedDuration::from_mins(2)),
        FailureClass::Temporary => (usual.min(SignedDuration::from_mins(15)), patience),
        FailureClass::Soft => (usual.max(SignedDuration::from_hours(1)), patience),
        FailureClass::Hard => (SignedDuration::from_hours(6), WEEK),
    };
    polled.saturating_add(failing.max(first).min(longest)).unwrap_or(Timestamp::MAX)
}

/// The same time, moved by up to a tenth of the pause: not all documents of a newsroom are asked in
/// one second. The same document at the same time is moved by the same.
pub(crate) fn spread(feed: FeedId, polled: Timestamp, due: Timestamp) -> Timestamp {
    let pause = due.duration_since(polled);
    let seed = format!("{feed} {}", polled.as_second());
    #[expect(clippy::cast_precision_loss, reason = "a number between 0 and 1")]
    let share = chapar_text::hash64(seed.as_bytes()) as f64 / u64::MAX as f64;
    let back = SignedDuration::try_from_secs_f64(pause.as_secs_f64().max(0.0) * SPREAD * share);
    due.saturating_sub(back.unwrap_or(SignedDuration::ZERO)).unwrap_or(due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const USUAL: SignedDuration = SignedDuration::from_mins(15);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn after(start: Timestamp, hours: i64) -> Timestamp {
        start.checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    /// A rhythm after three weeks, asked every hour, with the entries that `came` in each.
    fn watched(came: impl Fn(Timestamp) -> u32) -> Rhythm {
        let start = at("2026-03-02T00:00:00Z");
        let mut rhythm = Rhythm::default();
        for hour in 0..=21 * 24 {
            let now = after(start, hour);
            rhythm.count(now, came(after(now, -1)));
        }
        rhythm
    }

    #[track_caller]
    fn check_pause(rhythm: &Rhythm, from: &str, minutes: std::ops::RangeInclusive<i64>) {
        let from = at(from);
        let pause = rhythm.next_poll(from, USUAL).duration_since(from).as_mins();
        assert!(minutes.contains(&pause), "{pause} minutes");
    }

    #[test]
    fn a_busy_feed_is_asked_at_the_usual_pace_and_a_slow_one_less_often() {
        check_pause(&watched(|_| 6), "2026-03-24T10:00:00Z", 15..=15);
        check_pause(&watched(|_| 1), "2026-03-24T10:00:00Z", 28..=32);
        check_pause(
            &watched(|now| u32::from(place(now).0 == 9)),
            "2026-03-24T20:00:00Z",
            120..=360,
        );
        check_pause(&watched(|_| 0), "2026-03-24T10:00:00Z", 360..=360);
    }

    #[test]
    fn a_feed_of_the_day_is_asked_more_often_by_day() {
        let rhythm = watched(|now| if (6..18).contains(&place(now).0) { 2 } else { 0 });
        check_pause(&rhythm, "2026-03-24T10:00:00Z", 15..=24);
        check_pause(&rhythm, "2026-03-24T20:00:00Z", 40..=240);
    }

    #[test]
    fn what_is_not_known_yet_is_asked_at_the_usual_pace() {
        check_pause(&Rhythm::default(), "2026-03-24T10:00:00Z", 15..=15);
        check_pause(&Rhythm::parse("no rhythm"), "2026-03-24T10:00:00Z", 15..=15);
    }

    #[test]
    fn a_rhythm_outlives_being_kept() {
        let rhythm = watched(|now| u32::from(place(now).0 == 9));
        let again = Rhythm::parse(&rhythm.to_json());
        let from = at("2026-03-24T10:00:00Z");
        let gap = again.next_poll(from, USUAL).duration_since(rhythm.next_poll(from, USUAL));
        assert!(gap.abs() < SignedDuration::from_mins(1), "{gap}");
    }

    #[test]
    fn what_fails_is_asked_less_and_less_but_for_ever() {
        let pause = |class, failing| {
            next_try(class, SignedDuration::from_mins(failing), at("2026-03-24T10:00:00Z"), USUAL)
                .duration_since(at("2026-03-24T10:00:00Z"))
                .as_mins()
        };
        use FailureClass::{Hard, OurNetwork, Soft, Temporary};
        const DAY: i64 = 24 * 60;
        let table = [
            (Temporary, 0, 15),
            (Temporary, 15, 15),
            (Temporary, 30, 30),
            (Temporary, 3 * DAY, DAY),
            (Temporary, 60 * DAY, 7 * DAY),
            (Soft, 0, 60),
            (Soft, 240, 240),
            (Soft, 60 * DAY, 7 * DAY),
            (Hard, 0, 360),
            (Hard, 720, 720),
            (Hard, 60 * DAY, 7 * DAY),
            (OurNetwork, 60 * DAY, 2),
        ];
        for (class, failing, minutes) in table {
            assert_eq!(pause(class, failing), minutes, "{class:?} {failing}");
        }
    }

    proptest! {
        #[test]
        fn a_pause_is_never_shorter_than_usual_nor_longer_than_the_longest(
            polls in prop::collection::vec((0_i64..200_000, 0_u32..100), 0..60),
            minutes in 1_i64..1_500,
        ) {
            let mut rhythm = Rhythm::default();
            let mut now = at("2026-03-02T00:00:00Z");
            for (seconds, entries) in polls {
                now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
                rhythm.count(now, entries);
            }
            let usual = SignedDuration::from_mins(minutes);
            let pause = rhythm.next_poll(now, usual).duration_since(now);
            prop_assert!(pause >= usual - SignedDuration::from_secs(1), "{pause}");
            prop_assert!(pause <= PAUSE_MAX.max(usual), "{pause}");
            let due = rhythm.next_poll(now, usual);
            let moved = spread(FeedId(7), now, due);
            prop_assert!(moved <= due && moved.duration_since(now) >= pause.checked_mul(9).unwrap() / 10 - SignedDuration::from_secs(1));
        }
    }
}
