//! Section pages of sites without a feed: the block of links that changes is found by structure,
//! and its links become entries. Follows no link itself.

use super::{Ask, Document, FeedDocument, Kind};
use chapar_fetch::Purpose;
use chapar_store::FeedKind;

/// The kind.
pub(super) struct Section;

impl Kind for Section {
    fn kind(&self) -> FeedKind {
        FeedKind::Section
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: None }
    }

    fn learns(&self) -> bool {
        true
    }

    fn find_entries(&self, _document: &Document<'_>) -> Option<FeedDocument> {
        None
    }
}
