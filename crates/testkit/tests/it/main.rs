//! Newsrooms in made-up webs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod backfilled;
mod pushed;
mod simulated;
mod standins;
mod wire;
