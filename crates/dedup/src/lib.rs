#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::iter_over_hash_type)]

mod copies;
mod original;
mod text;

pub use copies::{Copies, Doc, Limits};
pub use original::{Member, Original, find_original};
