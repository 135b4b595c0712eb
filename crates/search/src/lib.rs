#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::iter_over_hash_type)]

mod document;
mod error;
mod index;
mod matching;
mod query;
mod snippet;
mod writer;

pub use document::Document;
pub use error::SearchError;
pub use index::{Hit, Index, LIMIT_MAX, OFFSET_MAX, Results};
pub use query::{Clause, Query};
pub use snippet::{Snippet, find_hits, snippet};
pub use writer::Writer;
