//! Ways back into the past of sources: how far each has come. Never walks.

use crate::rows::{instant, parsed};
use crate::{Store, StoreError};
use chapar_model::{PageUrl, SourceId};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A way back into the past of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkRow {
    /// Whose past.
    pub source: SourceId,
    /// Where it begins: a feed, a section, or the home whose sitemaps are read.
    pub start: PageUrl,
    /// Where it stands, for the stage that walks.
    pub state: String,
    /// Documents read.
    pub documents: i64,
    /// Pages found that were not kept before.
    pub pages: i64,
    /// The oldest date met.
    pub oldest: Option<Timestamp>,
    /// When it was begun.
    pub begun: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where and why it ended, in words.
    pub reason: Option<String>,
}

impl Store {
    /// Keeps how far a walk has come; one a source and start.
    pub async fn set_walk(&self, walk: &WalkRow) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        put(&mut tx, walk).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps how far a walk has come, unless it was stopped or begun anew since it was read; whether
    /// it was kept.
    pub async fn go_on(&self, walk: &WalkRow) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM walk WHERE source_id = $1 AND start_url = $2 AND begun_ms = $3
                AND ended_ms IS NULL",
        )
        .bind(walk.source.0)
        .bind(walk.start.as_str())
        .bind(walk.begun.as_millisecond())
        .fetch_one(&mut *tx)
        .await?;
        if open > 0 {
            put(&mut tx, walk).await?;
        }
        tx.commit().await?;
        Ok(open > 0)
    }

    /// The walk that begins there.
    pub async fn walk(&self, source: SourceId, start: &str) -> Result<Option<WalkRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM walk WHERE source_id = $1 AND start_url = $2")
            .bind(source.0)
            .bind(start)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(of_row).transpose()
    }

    /// Every walk, by source, in the order in which they were begun.
    pub async fn walks(&self) -> Result<Vec<WalkRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM walk ORDER BY source_id, begun_ms, start_url")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(of_row).collect()
    }
}

async fn put(connection: &mut AnyConnection, walk: &WalkRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO walk (source_id, start_url, state, documents, pages, oldest_ms, begun_ms,
            ended_ms, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (source_id, start_url) DO UPDATE SET state = excluded.state,
            documents = excluded.documents, pages = excluded.pages,
            oldest_ms = excluded.oldest_ms, begun_ms = excluded.begun_ms,
            ended_ms = excluded.ended_ms, reason = excluded.reason",
    )
    .bind(walk.source.0)
    .bind(walk.start.as_str())
    .bind(&walk.state)
    .bind(walk.documents)
    .bind(walk.pages)
    .bind(walk.oldest.map(Timestamp::as_millisecond))
    .bind(walk.begun.as_millisecond())
    .bind(walk.ended.map(Timestamp::as_millisecond))
    .bind(walk.reason.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}

fn of_row(row: &AnyRow) -> Result<WalkRow, StoreError> {
    let time = |column: &str, name: &'static str| -> Result<Option<Timestamp>, StoreError> {
        let ms: Option<i64> = row.try_get(column)?;
        ms.map(|ms| instant(name, ms)).transpose()
    };
    let start: String = row.try_get("start_url")?;
    Ok(WalkRow {
        source: SourceId(row.try_get("source_id")?),
        start: parsed("walk.start_url", &start, |text| PageUrl::parse(text).ok())?,
        state: row.try_get("state")?,
        documents: row.try_get("documents")?,
        pages: row.try_get("pages")?,
        oldest: time("oldest_ms", "walk.oldest_ms")?,
        begun: instant("walk.begun_ms", row.try_get("begun_ms")?)?,
        ended: time("ended_ms", "walk.ended_ms")?,
        reason: row.try_get("reason")?,
    })
}
