#![doc = include_str!("../README.md")]
#![warn(missing_docs, clippy::string_slice, clippy::indexing_slicing)]

mod activity;
mod address;
mod date;
mod elements;
mod encoding;
mod error;
mod feed;
mod find;
mod h_feed;
mod html;
mod json_feed;
pub mod limits;
pub mod neutral;
mod opml;
mod post;
mod read;
mod safe;
mod sitemap;
mod telegram;
mod warning;
mod xml;

pub use activity::{
    Activity, ActivityDocument, ActivityPost, Actor, ObjectKind, Outbox, find_webfinger_actor,
    parse_activity,
};
pub use error::FeedError;
pub use feed::{
    Enclosure, Entry, Extension, Feed, FeedDate, FeedImage, Format, Generator, Link, Media, Person,
    Place, PlaceKind, Tag, Text, TextKind, Thumbnail,
};
pub use find::{FoundBy, FoundFeed, FoundKind, find_feeds};
pub use h_feed::find_h_feed;
pub use opml::{Opml, Subscription, parse_opml, write_opml};
pub use post::{LinkPreview, MediaKind, Post, PostLink, PostMedia};
pub use read::{FeedContext, parse_feed};
pub use safe::safe_html;
pub use sitemap::{Sitemap, SitemapLink, SitemapNews, SitemapPage, parse_sitemap};
pub use telegram::{TelegramPage, TelegramPost, parse_telegram, read_count};
