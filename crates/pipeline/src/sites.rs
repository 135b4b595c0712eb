//! What is known of each source's pages, for reading the next ones in their light. A profile is
//! learned from a source's first articles and then stands, so that what is read of a page hangs on
//! the pages kept before it and on nothing else, whenever and however often it is read.

use crate::Context;
use crate::polled::Role;
use crate::read::{Subject, find_noted};
use anyhow::Result;
use chapar_extract::{PageNote, SiteProfile};
use chapar_model::{ArticleId, PageId, SourceId};
use chapar_store::SourceRow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Articles that a source's profile is learned from.
const TEACHERS: usize = 12;
/// Sources whose profiles are held in memory.
const SITES_MAX: usize = 2_000;

/// What is known of one source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    profile: Arc<SiteProfile>,
    /// The articles it was learned from.
    teachers: BTreeSet<ArticleId>,
    /// The last page it was learned from.
    last: Option<PageId>,
}

impl Site {
    /// The profile to read a page by: one that is whole and was learned from pages before it.
    pub(crate) fn profile_for(&self, page: PageId) -> Option<&Arc<SiteProfile>> {
        let is_whole = self.teachers.len() >= TEACHERS;
        (is_whole && self.last.is_some_and(|last| last < page)).then_some(&self.profile)
    }

    /// Whether a page may still teach it.
    pub(crate) fn learns(&self) -> bool {
        self.teachers.len() < TEACHERS
    }

    /// Learns from a page, the pages coming in their order. An article teaches once.
    pub(crate) fn learn(&mut self, article: ArticleId, page: PageId, note: &PageNote) {
        if self.learns() && self.teachers.insert(article) {
            Arc::make_mut(&mut self.profile).add(note);
            self.last = self.last.max(Some(page));
        }
    }
}

/// The sites known in this process.
#[derive(Debug, Default)]
pub struct Sites {
    known: Mutex<HashMap<SourceId, Site>>,
}

impl Sites {
    /// What is known of a source; learned from the store where this process does not know yet.
    pub(crate) async fn of(&self, context: &Context, source: &SourceRow) -> Result<Site> {
        let known = self.lock().get(&source.id).cloned();
        if let Some(site) = known {
            return Ok(site);
        }
        let mut site = Site::default();
        for page in context.store.first_articles(source.id, TEACHERS).await? {
            let body = context.store.body(&page.place).await?;
            let (article, id) = (page.article, page.page.id);
            let hints = context.store.hints(article, id).await?;
            let row = source.clone();
            let note = tokio::task::spawn_blocking(move || {
                let subject = Subject {
                    page: &page,
                    body: &body,
                    source: Some(&row),
                    hint: hints.first(),
                    role: &Role::Plain,
                    learned: None,
                };
                find_noted(&subject).1
            })
            .await?;
            if let Some(note) = note {
                site.learn(article, id, &note);
            }
        }
        Ok(site)
    }

    /// Keeps what was learned of sources.
    pub(crate) fn keep(&self, sites: HashMap<SourceId, Site>) {
        let mut known = self.lock();
        if known.len() + sites.len() > SITES_MAX {
            known.clear();
        }
        known.extend(sites);
    }

    /// Forgets everything: it is learned anew from the store.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SourceId, Site>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
