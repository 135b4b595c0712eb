//! Numbers that name rows. They grow, are never used twice, and mean nothing else.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// One kept HTTP response.
    PageId
);
id!(
    /// One address at which an article stands; its revisions share the number.
    ArticleId
);
id!(
    /// One publisher.
    SourceId
);
id!(
    /// One syndication document that is polled.
    FeedId
);
id!(
    /// One item of a feed.
    EntryId
);
id!(
    /// One story; the number of the article that founded it.
    StoryId
);
