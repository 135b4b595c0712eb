#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod blocks;
mod body;
mod dom;
mod encoding;
mod layout;
mod limits;
mod links;
mod marks;
mod page;
mod phrases;
mod words;

pub use limits::PAGE_BYTES_MAX;
pub use page::{FeedHint, LinkPlace, PageInput, PageLink, Reading, extract_page};
