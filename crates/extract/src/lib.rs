#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod address;
mod article;
mod blocks;
mod body;
mod byline;
mod dateline;
mod dom;
mod encoding;
mod entities;
mod facts;
mod features;
mod fields;
mod figures;
mod forest;
mod fragment;
mod headline;
mod holder;
mod json;
mod language;
mod layout;
mod limits;
mod links;
mod listing;
mod live;
mod marks;
mod media;
mod numbers;
mod original;
mod outcome;
mod page;
mod phrases;
mod plain;
mod plain_article;
mod published;
mod site;
mod stated_text;
mod title;
#[cfg(feature = "train")]
pub mod train;
mod words;

pub use fragment::blocks_of_fragment;
pub use limits::PAGE_BYTES_MAX;
pub use listing::{
    GroupKind, LinkGroup, ListedLink, Listing, ListingProfile, NewsLink, PagePart, Target,
    find_listing, find_next_page,
};
pub use page::{FeedHint, LinkPlace, PageInput, PageLink, Reading, extract_and_note, extract_page};
pub use site::{PageNote, SITE_PAGES_MAX, SiteProfile};
