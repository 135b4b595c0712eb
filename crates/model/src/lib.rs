#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod article;
mod evidence;
mod ids;
mod lang;
mod outcome;
mod page;
mod parsed;
pub mod render;
mod source;
mod span;
mod story;
mod url;
mod when;

pub use article::{
    Article, Block, BlockKind, ClaimedOriginal, Dateline, Figure, Image, Inline, ListItem,
    PostFacts, TableRow, Views,
};
pub use evidence::{Basis, Candidate, Field, FieldName, FieldSummary, Verdict};
pub use ids::{ArticleId, EntryId, FeedId, PageId, SourceId, StoryId};
pub use lang::{Dir, Lang};
pub use outcome::{Outcome, OutcomeKind};
pub use page::{ContentHash, Headers, Page, PageVia};
pub use parsed::{Parsed, Warning};
pub use source::{Display, SourceKey, SourceKind};
pub use span::Span;
pub use story::{CopyKind, CopyOf};
pub use url::{PageUrl, PageUrlError, URL_BYTES_MAX};
pub use when::{When, WhenError};
