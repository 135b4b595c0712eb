//! Which kept pages belong to polled documents that their bytes do not tell, and which are posts
//! that such documents led to. Looked up once a round of reading.

use crate::Context;
use crate::kinds::{Polled, kind_of};
use anyhow::Result;
use chapar_model::{FeedId, PageUrl, SourceId};
use chapar_store::{FeedKind, FeedRow, UnreadPage};
use std::collections::HashMap;
use std::sync::Arc;

/// What a page is to the edition.
#[derive(Debug, Clone, Default)]
pub(crate) enum Role {
    /// A page of which nothing is known beforehand.
    #[default]
    Plain,
    /// A page of a polled document.
    Polled(Arc<FeedRow>),
    /// A page that an entry of a document of this kind led to, and that is no HTML article.
    Post(FeedKind),
}

impl Role {
    /// The document it is a page of, where what was learned of that document is needed to read it.
    pub(crate) fn learner(&self) -> Option<FeedId> {
        match self {
            Self::Polled(feed) if kind_of(feed.kind).learns() => Some(feed.id),
            _ => None,
        }
    }

    /// The document it is a page of.
    pub(crate) fn polled<'a>(&'a self, learned: Option<&'a str>) -> Option<Polled<'a>> {
        let Self::Polled(feed) = self else { return None };
        Some(Polled { url: &feed.url, links: feed.links.as_deref(), learned })
    }
}

/// The polled documents that have to be known.
#[derive(Debug, Default)]
pub(crate) struct KnownFeeds {
    all: Vec<Arc<FeedRow>>,
    by_source: HashMap<SourceId, Vec<Arc<FeedRow>>>,
}

impl KnownFeeds {
    /// Those of the store.
    pub(crate) async fn load(context: &Context) -> Result<Self> {
        let all: Vec<Arc<FeedRow>> =
            context.store.named_feeds().await?.into_iter().map(Arc::new).collect();
        let mut by_source: HashMap<SourceId, Vec<Arc<FeedRow>>> = HashMap::new();
        for feed in &all {
            by_source.entry(feed.source).or_default().push(Arc::clone(feed));
        }
        Ok(Self { all, by_source })
    }

    /// What a page is to the edition.
    pub(crate) fn role_of(&self, page: &UnreadPage) -> Role {
        let url = &page.page.url;
        let polled = self.all.iter().find(|feed| kind_of(feed.kind).covers(&feed.url, url));
        match polled {
            Some(feed) => Role::Polled(Arc::clone(feed)),
            None => self.post_at(page.source, url).map_or(Role::Plain, Role::Post),
        }
    }

    /// The kind of post that an address of a source is.
    pub(crate) fn post_at(&self, source: SourceId, url: &PageUrl) -> Option<FeedKind> {
        let feeds = self.by_source.get(&source)?;
        let leads = |feed: &&Arc<FeedRow>| kind_of(feed.kind).is_post(&feed.url, url);
        feeds.iter().find(leads).map(|feed| feed.kind)
    }
}
