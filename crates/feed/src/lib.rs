#![doc = include_str!("../README.md")]
#![warn(missing_docs, clippy::string_slice, clippy::indexing_slicing)]

mod address;
mod date;
mod encoding;
mod error;
mod feed;
mod html;
mod json_feed;
pub mod limits;
pub mod neutral;
mod read;
mod warning;
mod xml;

pub use error::FeedError;
pub use feed::{
    Enclosure, Entry, Extension, Feed, FeedDate, FeedImage, Format, Generator, Link, Media, Person,
    Place, PlaceKind, Tag, Text, TextKind, Thumbnail,
};
pub use html::safe_html;
pub use read::{FeedContext, parse_feed};
