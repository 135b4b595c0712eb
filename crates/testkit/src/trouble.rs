//! What goes wrong with a host, and when.

use crate::site::{Span, later, moment, pick};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

/// A way in which a host fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Its name has no address.
    NoName,
    /// Its name leads to a private address.
    Rebound,
    /// It takes no connection.
    Reset,
    /// It takes a connection and says nothing.
    Silent,
    /// It sends its body a byte at a time.
    Loris,
    /// It breaks off in the middle of a body.
    Truncated,
    /// It answers with a server error.
    Broken,
    /// It asks for a pause, of seconds.
    Pause(u32),
    /// It asks for a pause without saying how long.
    Busy,
    /// It sends redirects in a ring.
    Ring,
    /// It sends a page that asks whether a person is reading.
    Challenge,
    /// It sends something small that unpacks to something enormous.
    Bomb,
    /// It announces more than anyone would read.
    Huge,
    /// It sends garbage.
    Garbage,
    /// It says that nothing is there, and is wrong.
    Missing,
    /// It sends a page of the site that says, with a status of success, that all is being mended.
    Mending,
}

/// All of them, each as likely as the next.
const ALL: [Trouble; 16] = [
    Trouble::NoName,
    Trouble::Rebound,
    Trouble::Reset,
    Trouble::Silent,
    Trouble::Loris,
    Trouble::Truncated,
    Trouble::Broken,
    Trouble::Pause(0),
    Trouble::Busy,
    Trouble::Ring,
    Trouble::Challenge,
    Trouble::Bomb,
    Trouble::Huge,
    Trouble::Garbage,
    Trouble::Missing,
    Trouble::Mending,
];

/// A trouble with its time, and how many of a hundred requests it hits.
#[derive(Debug, Clone, Copy)]
pub struct Episode {
    /// What goes wrong.
    pub trouble: Trouble,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Of a hundred requests.
    pub share: u8,
}

/// The troubles of one host.
pub(crate) fn episodes(span: Span, rng: &mut Rng) -> Vec<Episode> {
    let count = rng.usize(2..=8);
    (0..count)
        .map(|_| {
            let mut trouble = *pick(&ALL, rng);
            if let Trouble::Pause(seconds) = &mut trouble {
                *seconds = rng.u32(10..=7_200);
            }
            let from = moment(span.start, span.calm, rng);
            // Most are over soon, some last for days.
            let minutes = if rng.u8(0..4) == 0 { 60..=72 * 60 } else { 5..=240 };
            let until = later(from, SignedDuration::from_mins(rng.i64(minutes))).min(span.calm);
            Episode { trouble, from, until, share: rng.u8(20..=100) }
        })
        .collect()
}
