//! Opens and searches the index. Knows nothing of where articles come from.

use crate::document::{ARTICLE, Fields, PUBLISHED, STORY, schema};
use crate::error::SearchError;
use crate::matching::{engine_query, has_words};
use crate::query::Query;
use crate::writer::Writer;
use chapar_model::{ArticleId, StoryId};
use jiff::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};
use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::Column;
use tantivy::{DocId, IndexReader, ReloadPolicy, Score, SegmentReader};

/// Grows when the fields or the folding of words change; an index of another number is made again.
pub(crate) const INDEX_VERSION: u32 = 1;
/// Hits on one page of results.
pub const LIMIT_MAX: usize = 200;
/// Hits that can be skipped.
pub const OFFSET_MAX: usize = 10_000;
/// What recency adds at most to a score, as a share of it.
const RECENCY_SHARE: f32 = 0.3;
/// Days after which half of that is left.
const RECENCY_HALF_DAYS: f32 = 30.0;
const SECONDS_A_DAY: f32 = 86_400.0;

/// An index on disk.
pub struct Index {
    dir: PathBuf,
    inner: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
}

/// One article found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The article.
    pub article: ArticleId,
    /// The story it was in when it was indexed.
    pub story: Option<StoryId>,
    /// How well it answers; comparable within one search only.
    pub score: f32,
}

/// One page of what was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// Articles found in all.
    pub total: usize,
    /// The best first, or the newest where no words were asked for.
    pub hits: Vec<Hit>,
}

impl Index {
    /// Opens the index in `dir`. What [`SearchError::is_rebuildable`] is answered by [`Index::create`].
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        if !dir.join(META_FILE).is_file() {
            return Err(SearchError::Missing { dir: dir.to_owned() });
        }
        let error = |error| SearchError::of(dir, error);
        let inner = tantivy::Index::open_in_dir(dir).map_err(error)?;
        let (expected, fields) = schema();
        let payload = inner.load_metas().map_err(error)?.payload;
        let version = payload.as_deref().map(|text| Payload::parse(text).map(|p| p.version));
        let is_current = version.is_none_or(|version| version == Some(INDEX_VERSION));
        if inner.schema() != expected || !is_current {
            return Err(SearchError::Outdated { dir: dir.to_owned() });
        }
        Self::with_reader(dir, inner, fields)
    }

    /// Makes an empty index in `dir`, in place of the one that is there. Other files are left alone.
    pub fn create(dir: &Path) -> Result<Self, SearchError> {
        let access = |path: &Path| {
            let path = path.to_owned();
            move |source| SearchError::Access { path, source }
        };
        std::fs::create_dir_all(dir).map_err(access(dir))?;
        for entry in std::fs::read_dir(dir).map_err(access(dir))? {
            let path = entry.map_err(access(dir))?.path();
            if is_index_file(&path) {
                std::fs::remove_file(&path).map_err(access(&path))?;
            }
        }
        let (schema, fields) = schema();
        let inner = tantivy::Index::create_in_dir(dir, schema)
            .map_err(|error| SearchError::of(dir, error))?;
        Self::with_reader(dir, inner, fields)
    }

    fn with_reader(dir: &Path, inner: tantivy::Index, fields: Fields) -> Result<Self, SearchError> {
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader = reader.map_err(|error| SearchError::of(dir, error))?;
        Ok(Self { dir: dir.to_owned(), inner, fields, reader })
    }

    /// The writer; [`SearchError::Busy`] while another is open anywhere.
    pub fn writer(&self) -> Result<Writer, SearchError> {
        Writer::new(self.dir.clone(), self.fields, &self.inner, self.reader.clone())
    }

    /// The number of the last change of the log that the index holds; `None` before the first commit.
    pub fn committed_seq(&self) -> Result<Option<i64>, SearchError> {
        let metas = self.inner.load_metas().map_err(|error| SearchError::of(&self.dir, error))?;
        Ok(metas.payload.as_deref().and_then(Payload::parse).map(|payload| payload.seq))
    }

    /// Sees what another process has committed.
    pub fn refresh(&self) -> Result<(), SearchError> {
        self.reader.reload().map_err(|error| SearchError::of(&self.dir, error))
    }

    /// Articles in the index.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether the index holds no article.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads every file of the index and compares it with its check sum.
    pub fn verify(&self) -> Result<(), SearchError> {
        let damaged =
            self.inner.validate_checksum().map_err(|error| SearchError::of(&self.dir, error))?;
        let Some(file) = damaged.iter().min() else { return Ok(()) };
        let text = format!("`{}` has another check sum", file.display());
        let error = tantivy::TantivyError::InternalError(text);
        Err(SearchError::of(&self.dir, error))
    }

    /// The hits `offset..offset + limit` of a query; recency counts up to `now`.
    ///
    /// Equal scores stand newest first, then by article, so that pages never overlap.
    pub fn search(
        &self,
        query: &Query,
        limit: usize,
        offset: usize,
        now: Timestamp,
    ) -> Result<Results, SearchError> {
        let Some(engine_query) = engine_query(query, &self.fields) else {
            return Ok(Results::default());
        };
        let searcher = self.reader.searcher();
        if limit == 0 || offset > OFFSET_MAX {
            let total = searcher.search(&engine_query, &Count);
            let total = total.map_err(|error| SearchError::of(&self.dir, error))?;
            return Ok(Results { total, hits: Vec::new() });
        }
        let rank = Rank { now: now.as_second(), has_words: has_words(query) };
        let top = TopDocs::with_limit(limit.min(LIMIT_MAX)).and_offset(offset).tweak_score(
            move |segment: &SegmentReader| {
                let columns = Columns::of(segment);
                move |doc: DocId, score: Score| rank.key(&columns, doc, score)
            },
        );
        let (keys, total) = searcher
            .search(&engine_query, &(top, Count))
            .map_err(|error| SearchError::of(&self.dir, error))?;
        let hits = keys.into_iter().map(|(key, _)| key.hit()).collect();
        Ok(Results { total, hits })
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("dir", &self.dir).finish_non_exhaustive()
    }
}

const META_FILE: &str = "meta.json";

/// Whether the engine made the file: its two lists, its locks, and files named by a segment's number.
fn is_index_file(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let is_segment = name
        .split_once('.')
        .is_some_and(|(stem, _)| stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit()));
    is_segment || name == META_FILE || name == ".managed.json" || name.starts_with(".tantivy-")
}

/// What a commit says of itself.
pub(crate) struct Payload {
    pub(crate) version: u32,
    pub(crate) seq: i64,
}

impl Payload {
    fn parse(text: &str) -> Option<Self> {
        let (version, seq) = text.split_once(' ')?;
        Some(Self { version: version.parse().ok()?, seq: seq.parse().ok()? })
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.seq)
    }
}

/// The numbers of a segment's articles.
struct Columns {
    article: Option<Column<i64>>,
    story: Option<Column<i64>>,
    published: Option<Column<i64>>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> Self {
        let column = |name| segment.fast_fields().i64(name).ok();
        Self { article: column(ARTICLE), story: column(STORY), published: column(PUBLISHED) }
    }
}

/// What hits are sorted by, from the first to the last; all grow with the rank.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct RankKey {
    score: f32,
    published: i64,
    article: i64,
    story: Option<i64>,
}

impl RankKey {
    fn hit(self) -> Hit {
        Hit { article: ArticleId(self.article), story: self.story.map(StoryId), score: self.score }
    }
}

#[derive(Debug, Clone, Copy)]
struct Rank {
    now: i64,
    has_words: bool,
}

impl Rank {
    fn key(self, columns: &Columns, doc: DocId, score: Score) -> RankKey {
        let value = |column: &Option<Column<i64>>| column.as_ref().and_then(|c| c.first(doc));
        let published = value(&columns.published);
        let score = if self.has_words { score * self.recency(published) } else { 0.0 };
        RankKey {
            score,
            published: published.unwrap_or(i64::MIN),
            article: value(&columns.article).unwrap_or_default(),
            story: value(&columns.story),
        }
    }

    /// Between 1 and 1.3: news wins over equal archive, and never over a better answer.
    fn recency(self, published: Option<i64>) -> f32 {
        let Some(published) = published else { return 1.0 };
        let age_days = self.now.saturating_sub(published).max(0) as f32 / SECONDS_A_DAY;
        1.0 + RECENCY_SHARE * (-age_days / RECENCY_HALF_DAYS).exp2()
    }
}
