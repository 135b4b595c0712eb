//! A kind that is named and not yet read: its pages are read like any other.

use super::{Ask, Document, FeedDocument, Kind};
use chapar_fetch::Purpose;
use chapar_store::FeedKind;

/// The kind.
pub(super) struct Activity;

impl Kind for Activity {
    fn kind(&self) -> FeedKind {
        FeedKind::Activity
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: None }
    }

    fn find_entries(&self, _document: &Document<'_>) -> Option<FeedDocument> {
        None
    }
}
