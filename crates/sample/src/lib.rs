//! An invented country and its press over five days, served as HTTP answers.
//!
//! Pure: what is answered depends on the request and the time given, and never on a clock, a
//! network or a file on disk. `samples/WORLD.md` tells what happens in it and which of the web's
//! faults each outlet plays.
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod article;
mod calendar;
mod channel;
mod encode;
mod feed;
mod markup;
mod outlet;
mod page;
mod picture;
mod respond;
mod sitemap;
mod template;
mod trap;
mod world;

#[cfg(test)]
mod tests;

pub use article::{Article, Version};
pub use channel::Channel;
pub use outlet::Outlet;
pub use respond::{Request, Response};
pub use world::{Fault, World};
