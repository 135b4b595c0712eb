//! A simulated web and clock, and a newsroom that lives in them for some weeks in a few seconds.
//! Everything follows from a seed; nothing here reads a clock, a network or a file but the store it
//! is given. For tests and simulations alone.

mod clock;
mod feeds;
mod judge;
mod newsroom;
mod sent;
mod site;
mod trouble;
mod web;

pub use clock::FakeClock;
pub use judge::Broken;
pub use newsroom::{Outcome, simulate};
pub use site::{Span, World};
pub use trouble::Trouble;
pub use web::FakeWeb;
