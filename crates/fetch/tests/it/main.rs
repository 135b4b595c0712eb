//! The client against servers on loopback that send raw bytes. Nothing leaves the machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod conditional;
mod limits;
mod manners;
mod redirects;
mod robots;
mod secure;
mod world;
