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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Articles that a source's profile is learned from.
const TEACHERS: usize = 12;
/// Sources whose profiles are held in memory.
const SITES_MAX: usize = 3_000;

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
    known: Mutex<Known>,
}

/// Sites with the round in which each was met last.
#[derive(Debug, Default)]
struct Known {
    sites: HashMap<SourceId, (u64, Site)>,
    round: u64,
}

impl Sites {
    /// What is known of a source; learned from the store where this process does not know yet.
    pub(crate) async fn of(&self, context: &Context, source: &SourceRow) -> Result<Site> {
        let known = self.lock().sites.get(&source.id).map(|(_, site)| site.clone());
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
                    targets: &[],
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

    /// Keeps what was learned of the sources of a round; those that were not met for the longest
    /// time go.
    pub(crate) fn keep(&self, sites: HashMap<SourceId, Site>) {
        let mut known = self.lock();
        known.round += 1;
        let round = known.round;
        known.sites.extend(sites.into_iter().map(|(source, site)| (source, (round, site))));
        if known.sites.len() > SITES_MAX {
            let mut rounds: Vec<u64> = known.sites.values().map(|(round, _)| *round).collect();
            rounds.sort_unstable();
            // A tenth more, so that not every round has to look.
            let surplus = known.sites.len() - SITES_MAX + SITES_MAX / 10;
            let oldest = rounds.get(surplus).copied().unwrap_or(round);
            known.sites.retain(|_, (met, _)| *met >= oldest);
        }
    }

    /// Forgets everything: it is learned anew from the store.
    pub(crate) fn forget(&self) {
        self.lock().sites.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
