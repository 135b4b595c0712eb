//! Writes the index. One writer at a time; what is not committed is as if it never was.

use crate::document::{Document, Fields};
use crate::error::SearchError;
use crate::index::{INDEX_VERSION, Payload};
use chapar_model::ArticleId;
use std::path::PathBuf;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexReader, IndexWriter, Term};

/// Memory in which documents gather before they become a segment.
const HEAP_BYTES: usize = 15_000_000;

/// Adds, replaces and removes articles.
pub struct Writer {
    dir: PathBuf,
    fields: Fields,
    inner: IndexWriter,
    reader: IndexReader,
}

impl Writer {
    pub(crate) fn new(
        dir: PathBuf,
        fields: Fields,
        index: &tantivy::Index,
        reader: IndexReader,
    ) -> Result<Self, SearchError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(HEAP_BYTES)
            .build();
        let inner =
            index.writer_with_options(options).map_err(|error| SearchError::of(&dir, error))?;
        Ok(Self { dir, fields, inner, reader })
    }

    /// Adds an article that the index does not hold yet.
    pub fn add(&mut self, document: &Document<'_>) -> Result<(), SearchError> {
        let document = document.for_index(&self.fields);
        self.inner.add_document(document).map_err(|error| SearchError::of(&self.dir, error))?;
        Ok(())
    }

    /// Puts an article in the place of what the index holds of it, if anything.
    pub fn replace(&mut self, document: &Document<'_>) -> Result<(), SearchError> {
        self.delete(document.article);
        self.add(document)
    }

    /// Removes an article.
    pub fn delete(&mut self, article: ArticleId) {
        self.inner.delete_term(Term::from_field_i64(self.fields.article, article.0));
    }

    /// Makes all changes last and visible, up to change number `seq` of the log.
    pub fn commit(&mut self, seq: i64) -> Result<(), SearchError> {
        let error = |error| SearchError::of(&self.dir, error);
        let mut prepared = self.inner.prepare_commit().map_err(error)?;
        prepared.set_payload(&Payload { version: INDEX_VERSION, seq }.to_string());
        prepared.commit().map_err(error)?;
        self.reader.reload().map_err(error)
    }

    /// Forgets all changes since the last commit.
    pub fn rollback(&mut self) -> Result<(), SearchError> {
        self.inner.rollback().map_err(|error| SearchError::of(&self.dir, error))?;
        Ok(())
    }
}
