//! Why a document gives nothing at all.

use thiserror::Error;

/// Why a document could not be read. Everything less is a warning.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// More bytes than [`crate::limits::DOCUMENT_BYTES_MAX`].
    #[error("a document of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// An HTML page: often a challenge, a consent wall or an error page.
    #[error("the document is an HTML page")]
    HtmlPage,
    /// Neither a known root element nor JSON Feed.
    #[error("the document is no feed: it begins with `{start}`")]
    NotAFeed {
        /// Its first characters.
        start: String,
    },
}

impl FeedError {
    /// Whether the address answers, but with a page for readers in place of the document.
    pub fn is_html_page(&self) -> bool {
        matches!(self, Self::HtmlPage)
    }
}
