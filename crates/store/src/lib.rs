#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod archive;
mod articles;
mod chain;
mod error;
mod export;
mod keep;
mod pages;
mod read;
mod rows;
mod sources;
mod store;
mod stories;
mod together;
mod views;
pub mod warc;

pub use archive::{RecordPlace, SEGMENT_BYTES_MAX};
pub use articles::{EntryHint, NewEntry, PageReading, SavedArticle};
pub use chain::LinkKind;
pub use error::StoreError;
pub use export::{ExportReport, export};
pub use keep::{Kept, NewPage};
pub use pages::{READ_PAGE, UnreadPage};
pub use read::{ArticleDetail, ArticleRow, PageRow, RevisionRow, SourceSummary, StoryRow, Totals};
pub use sources::{FeedKind, FeedRow, FeedSetup, PollResult, SourceRow, SourceSetup};
pub use store::{OpenMode, Store};
pub use stories::{GroupedArticle, Grouping, StoryUpdate};
