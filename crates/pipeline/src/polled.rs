//! Which kept pages belong to polled documents that their bytes do not tell, looked up once a
//! round of reading; which are posts that such documents led to, as their entries say; and how
//! those are asked for.

use crate::Context;
use crate::kinds::{Ask, Polled, kind_of};
use anyhow::Result;
use chapar_extract::Target;
use chapar_fetch::{FetchRequest, Purpose};
use chapar_model::{FeedId, PageUrl};
use chapar_store::{EntryHint, FeedKind, FeedRow, UnreadPage};
use std::sync::Arc;

/// What a page is to the edition.
#[derive(Debug, Clone, Default)]
pub(crate) enum Role {
    /// A page of which nothing is known beforehand.
    #[default]
    Plain,
    /// A page of a polled document.
    Polled(Arc<FeedRow>),
    /// A page that an entry of a document of this kind led to, and that is no HTML article; with
    /// the document of its source that does so.
    Post(FeedKind, Option<Arc<FeedRow>>),
}

impl Role {
    /// The document it is a page of, where what was learned of that document is needed to read it.
    pub(crate) fn learner(&self) -> Option<FeedId> {
        match self {
            Self::Polled(feed) if kind_of(feed.kind).learns() => Some(feed.id),
            _ => None,
        }
    }

    /// Whether what pages were that earlier entries led to is needed to read it.
    pub(crate) fn weighs_targets(&self) -> bool {
        matches!(self, Self::Polled(feed) if kind_of(feed.kind).weighs_targets())
    }

    /// The document it is a page of.
    pub(crate) fn polled<'a>(
        &'a self,
        learned: Option<&'a str>,
        targets: &'a [Target],
    ) -> Option<Polled<'a>> {
        let (Self::Polled(feed) | Self::Post(_, Some(feed))) = self else { return None };
        Some(Polled { url: &feed.url, links: feed.links.as_deref(), learned, targets })
    }
}

/// The polled documents that have to be known.
#[derive(Debug, Default)]
pub(crate) struct KnownFeeds {
    all: Vec<Arc<FeedRow>>,
}

impl KnownFeeds {
    /// Those of the store.
    pub(crate) async fn load(context: &Context) -> Result<Self> {
        let all = context.store.named_feeds().await?;
        Ok(Self { all: all.into_iter().map(Arc::new).collect() })
    }

    /// What a page is to the edition.
    pub(crate) fn role_of(&self, page: &UnreadPage, hint: Option<&EntryHint>) -> Role {
        let url = &page.page.url;
        let polled = self.all.iter().find(|feed| kind_of(feed.kind).covers(&feed.url, url));
        match polled {
            Some(feed) => Role::Polled(Arc::clone(feed)),
            None => self.post_of(page, hint),
        }
    }

    /// The kind of post that a page is, as an entry says.
    pub(crate) fn post_of(&self, page: &UnreadPage, hint: Option<&EntryHint>) -> Role {
        let Some(kind) = hint.and_then(|hint| hint.post) else { return Role::Plain };
        let leads = |feed: &&Arc<FeedRow>| feed.kind == kind && feed.source == page.source;
        Role::Post(kind, self.all.iter().find(leads).cloned())
    }
}

/// How an address that an entry led to is asked for.
pub(crate) async fn page_request(context: &Context, url: &PageUrl) -> Result<FetchRequest> {
    let ask = match context.store.post_kind(url).await? {
        Some(kind) => kind_of(kind).ask_post(),
        None => Ask { purpose: Purpose::Page, accept: None },
    };
    let mut request = FetchRequest::new(url.clone(), ask.purpose);
    request.headers = ask.headers();
    Ok(request)
}
