#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod archive;
mod articles;
mod cdxj;
mod chain;
mod error;
mod export;
mod keep;
mod pages;
mod pauses;
mod read;
mod revisions;
mod rows;
mod selection;
mod sign;
mod sources;
mod store;
mod stories;
mod subscriptions;
mod surt;
mod together;
mod verify;
mod views;
mod wacz;
mod walks;
pub mod warc;

pub use archive::{RecordPlace, SEGMENT_BYTES_MAX};
pub use articles::{Before, EntryHint, NewEntry, PageReading, SavedArticle};
pub use cdxj::{IndexReport, write_cdxj};
pub use chain::LinkKind;
pub use error::StoreError;
pub use export::{ExportReport, export};
pub use keep::{Kept, NewPage};
pub use pages::{READ_PAGE, UnreadPage};
pub use read::{ArticleDetail, ArticleRow, PageRow, SourceSummary, StoryRow, Totals};
pub use revisions::{RevisionRow, says_same};
pub use selection::Selection;
pub use sources::{FeedKind, FeedRow, FeedSetup, Moved, PollResult, SourceRow, SourceSetup};
pub use store::{OpenMode, Store};
pub use stories::{GroupedArticle, Grouping, StoryUpdate};
pub use subscriptions::{Subscription, SubscriptionState};
pub use verify::{Break, ChainWalk, Depth, LinkSeen, verify};
pub use wacz::{NewWacz, WaczReport, write_wacz};
pub use walks::WalkRow;
