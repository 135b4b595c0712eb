//! The search index: follows the change log and remembers how far it came in its own commits, so
//! that a crash loses nothing and repeats nothing. It can be thrown away and made again.

use crate::Context;
use anyhow::Result;
use chapar_model::{ArticleId, SourceId, SourceKey};
use chapar_search::{Document, Index, SearchError, Writer};
use chapar_store::{ArticleRow, SavedArticle};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use tracing::warn;

/// Lines of the change log taken into one commit.
const CHANGES: i64 = 2_000;

/// The index with its writer.
pub struct IndexStage {
    writer: Writer,
    seen: i64,
    sources: HashMap<SourceId, SourceKey>,
}

impl IndexStage {
    /// Where the index of a newsroom stands.
    pub fn dir(context: &Context) -> PathBuf {
        context.store.dir().join("index")
    }

    /// Opens the index; one that is missing, damaged or of another version is made anew.
    pub fn open(context: &Context) -> Result<Self> {
        let dir = Self::dir(context);
        let index = match Index::open(&dir) {
            Ok(index) => index,
            Err(error) if error.is_rebuildable() => {
                if !matches!(error, SearchError::Missing { .. }) {
                    warn!("Making the search index anew: {error}");
                }
                Index::create(&dir)?
            }
            Err(error) => return Err(error.into()),
        };
        let seen = index.committed_seq()?.unwrap_or(0);
        Ok(Self { writer: index.writer()?, seen, sources: HashMap::new() })
    }

    /// Throws the index away; the next opening makes it anew.
    pub fn forget(context: &Context) -> Result<()> {
        Index::create(&Self::dir(context))?;
        Ok(())
    }

    /// Takes the next changes in. Returns how many lines of the change log it went past.
    pub async fn round(&mut self, context: &Context) -> Result<usize> {
        let changes = context.store.changes_after(self.seen, CHANGES).await?;
        let Some((last, ..)) = changes.last() else { return Ok(0) };
        let articles: BTreeSet<ArticleId> = changes
            .iter()
            .filter(|(_, kind, _)| kind == "article")
            .map(|(_, _, subject)| ArticleId(*subject))
            .collect();
        for id in articles {
            self.take_in(context, id).await?;
        }
        self.writer.commit(*last)?;
        self.seen = *last;
        Ok(changes.len())
    }

    async fn take_in(&mut self, context: &Context, id: ArticleId) -> Result<()> {
        let row = context.store.article_rows(&[id]).await?.pop();
        let saved = context.store.article(id).await?;
        let Some((row, saved)) = row.zip(saved).filter(|(_, saved)| saved.belongs) else {
            self.writer.delete(id);
            return Ok(());
        };
        let Some(source) = self.source(context, row.source).await? else { return Ok(()) };
        self.replace(&row, &saved, &source)
    }

    fn replace(
        &mut self,
        row: &ArticleRow,
        saved: &SavedArticle,
        source: &SourceKey,
    ) -> Result<()> {
        self.writer.replace(&Document {
            article: row.id,
            story: row.story,
            title: &row.title,
            body: &saved.article.text(),
            lang: row.lang,
            source,
            published: Some(row.sort),
        })?;
        Ok(())
    }

    async fn source(&mut self, context: &Context, id: SourceId) -> Result<Option<SourceKey>> {
        if !self.sources.contains_key(&id) {
            let all = context.store.sources().await?;
            self.sources = all.into_iter().map(|row| (row.id, row.setup.key)).collect();
        }
        Ok(self.sources.get(&id).cloned())
    }
}
