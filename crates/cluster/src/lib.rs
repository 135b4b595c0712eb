#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::iter_over_hash_type)]

mod cross;
mod features;
mod grouper;
mod held;
mod rarity;
mod words;

pub use grouper::{Assignment, Doc, Grouper, Limits};
