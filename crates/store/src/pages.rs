//! Kept pages, found again, and the jobs that read them. Never looks into a page.

use crate::rows::{instant, json, named, parsed};
use crate::sources::source_of;
use crate::store::{log_change, next_id};
use crate::{RecordPlace, Store, StoreError};
use chapar_jobs::NewJob;
use chapar_model::{ArticleId, ContentHash, OutcomeKind, Page, PageId, PageUrl, SourceId};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::HashSet;

/// The kind of job that reads a kept page.
pub const READ_PAGE: &str = "read-page";

/// A page whose reading is asked for.
#[derive(Debug, Clone)]
pub struct UnreadPage {
    /// All but its body.
    pub page: Page,
    /// The article that stands at its address.
    pub article: ArticleId,
    /// Whose address it is.
    pub source: SourceId,
    /// Where its body stands.
    pub place: RecordPlace,
}

impl Store {
    /// A page with the place of its body.
    pub async fn unread_page(&self, id: PageId) -> Result<Option<UnreadPage>, StoreError> {
        let row = sqlx::query(
            "SELECT page.*, address.url, address.source_id, segment.name, segment.sealed
             FROM page JOIN address ON address.id = page.address_id
             JOIN segment ON segment.id = page.segment_id WHERE page.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(unread_page).transpose()
    }

    /// The first page of an address that has this body.
    pub async fn page_with(
        &self,
        url: &PageUrl,
        digest: ContentHash,
    ) -> Result<Option<UnreadPage>, StoreError> {
        let id: Option<i64> = sqlx::query_scalar(
            "SELECT min(page.id) FROM page JOIN address ON address.id = page.address_id
             WHERE address.url = $1 AND page.digest = $2",
        )
        .bind(url.as_str())
        .bind(digest.to_string())
        .fetch_one(&self.reader)
        .await?;
        match id {
            Some(id) => self.unread_page(PageId(id)).await,
            None => Ok(None),
        }
    }

    /// The first page of an address that was fetched in this second.
    pub async fn page_seen(
        &self,
        url: &PageUrl,
        at: Timestamp,
    ) -> Result<Option<UnreadPage>, StoreError> {
        let second_ms = at.as_second().saturating_mul(1_000);
        let id: Option<i64> = sqlx::query_scalar(
            "SELECT min(page.id) FROM page JOIN address ON address.id = page.address_id
             WHERE address.url = $1 AND page.fetched_ms >= $2 AND page.fetched_ms < $2 + 1000",
        )
        .bind(url.as_str())
        .bind(second_ms)
        .fetch_one(&self.reader)
        .await?;
        match id {
            Some(id) => self.unread_page(PageId(id)).await,
            None => Ok(None),
        }
    }

    /// The body of a page, as received.
    pub async fn body(&self, place: &RecordPlace) -> Result<Vec<u8>, StoreError> {
        self.archive.body(place).await
    }

    /// The first page of each of a source's first articles, in the order of the pages.
    pub async fn first_articles(
        &self,
        source: SourceId,
        most: usize,
    ) -> Result<Vec<UnreadPage>, StoreError> {
        let ids: Vec<i64> = sqlx::query_scalar(
            "SELECT min(page.id) FROM page JOIN address ON address.id = page.address_id
             WHERE address.source_id = $1 AND page.outcome = $2
             GROUP BY page.address_id ORDER BY 1 LIMIT $3",
        )
        .bind(source.0)
        .bind(OutcomeKind::Article.as_str())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await?;
        let mut pages = Vec::with_capacity(ids.len());
        for id in ids {
            pages.extend(self.unread_page(PageId(id)).await?);
        }
        Ok(pages)
    }

    /// Pages after `after` in their order, those already read with their outcome.
    pub async fn pages_after(
        &self,
        after: PageId,
        most: i64,
    ) -> Result<Vec<(PageId, ArticleId, Option<OutcomeKind>)>, StoreError> {
        let rows: Vec<(i64, i64, Option<String>)> = sqlx::query_as(
            "SELECT id, address_id, outcome FROM page WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind(after.0)
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(id, address, outcome)| {
                let outcome = outcome
                    .map(|name| parsed("page.outcome", &name, OutcomeKind::parse))
                    .transpose()?;
                Ok((PageId(id), ArticleId(address), outcome))
            })
            .collect()
    }

    /// Of these addresses, those of which no page was kept yet, nor of one to which they led.
    pub async fn unkept(&self, urls: &[PageUrl]) -> Result<Vec<PageUrl>, StoreError> {
        let mut unkept = Vec::new();
        let mut seen = HashSet::new();
        for url in urls {
            let known: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM address WHERE url = $1 AND (
                    EXISTS (SELECT 1 FROM page WHERE address_id = address.id)
                    OR EXISTS (SELECT 1 FROM page WHERE announced_id = address.id))",
            )
            .bind(url.as_str())
            .fetch_one(&self.reader)
            .await?;
            if known == 0 && seen.insert(url) {
                unkept.push(url.clone());
            }
        }
        Ok(unkept)
    }

    /// Forgets every derived fact and asks for every page to be read again, in the old order.
    pub async fn forget_derived(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        for statement in [
            "DELETE FROM article",
            "DELETE FROM revision",
            "DELETE FROM story",
            "DELETE FROM view_position",
            "UPDATE feed SET learned = NULL",
            "UPDATE page SET outcome = NULL, outcome_reason = NULL, read_by = NULL",
        ] {
            sqlx::query(statement).execute(&mut *tx).await?;
        }
        chapar_jobs::remove_kind(&mut tx, READ_PAGE).await?;
        let pages: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM page ORDER BY id").fetch_all(&mut *tx).await?;
        for id in &pages {
            enqueue_read(&mut tx, *id, 0).await?;
        }
        log_change(&mut tx, "rebuild", 0).await?;
        tx.commit().await?;
        Ok(pages.len() as u64)
    }
}

pub(crate) async fn enqueue_read(
    connection: &mut AnyConnection,
    page: i64,
    priority: i64,
) -> Result<(), StoreError> {
    let job = NewJob {
        kind: READ_PAGE,
        key: page.to_string(),
        payload: "{}".to_owned(),
        priority,
        // Due at once, whatever the edition's clock says.
        run_at: Timestamp::UNIX_EPOCH,
    };
    chapar_jobs::enqueue(connection, &job).await?;
    Ok(())
}

/// The number of an address and of its source; made where they are new.
pub(crate) async fn put_address(
    connection: &mut AnyConnection,
    url: &PageUrl,
    source: Option<SourceId>,
) -> Result<(i64, i64), StoreError> {
    let known: Option<(i64, i64)> =
        sqlx::query_as("SELECT id, source_id FROM address WHERE url = $1")
            .bind(url.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let source = match source {
        Some(SourceId(id)) => id,
        None => source_of(connection, url).await?,
    };
    let id = next_id(connection, "address").await?;
    sqlx::query("INSERT INTO address (id, url, source_id) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(url.as_str())
        .bind(source)
        .execute(connection)
        .await?;
    Ok((id, source))
}

fn unread_page(row: &AnyRow) -> Result<UnreadPage, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let size = |column: &str| -> Result<u64, sqlx::Error> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
    };
    let status: Option<i64> = row.try_get("status")?;
    Ok(UnreadPage {
        page: Page {
            id: PageId(row.try_get("id")?),
            url: parsed("address.url", &text("url")?, |raw| PageUrl::parse(raw).ok())?,
            fetched: instant("page.fetched_ms", row.try_get("fetched_ms")?)?,
            status: status.and_then(|code| u16::try_from(code).ok()),
            headers: json("page.headers", &text("headers")?)?,
            digest: parsed("page.digest", &text("digest")?, ContentHash::parse)?,
            body_bytes: size("body_bytes")?,
            via: named("page.via", &text("via")?)?,
        },
        article: ArticleId(row.try_get("address_id")?),
        source: SourceId(row.try_get("source_id")?),
        place: RecordPlace {
            segment: text("name")?,
            sealed: row.try_get::<i64, _>("sealed")? == 1,
            offset: size("record_offset")?,
            bytes: size("record_bytes")?,
        },
    })
}
