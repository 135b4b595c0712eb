//! Keeping pages: archive first, rows after, one transaction for both and for the job that
//! reads the page. Never looks into a page.

use crate::rows::{instant, int, json, named, parsed, to_json};
use crate::sources::source_of;
use crate::store::{log_change, next_id};
use crate::warc::{PageRecord, info_member, page_member};
use crate::{RecordPlace, SEGMENT_BYTES_MAX, Store, StoreError};
use bytes::Bytes;
use chapar_jobs::NewJob;
use chapar_model::{
    ArticleId, ContentHash, Headers, OutcomeKind, Page, PageId, PageUrl, PageVia, SourceId,
};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::HashSet;

/// The kind of job that reads a kept page.
pub const READ_PAGE: &str = "read-page";

/// A response to keep.
#[derive(Debug, Clone)]
pub struct NewPage {
    /// The address that was asked.
    pub url: PageUrl,
    /// When the response was received.
    pub fetched: Timestamp,
    /// HTTP status; `None` for a saved file.
    pub status: Option<u16>,
    /// Header lines as received.
    pub headers: Headers,
    /// The body as received.
    pub body: Bytes,
    /// How it came.
    pub via: PageVia,
    /// The source that led to it, where it is known.
    pub source: Option<SourceId>,
    /// Urgency of reading it; higher is sooner.
    pub priority: i64,
}

/// What became of a page that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is new.
    New(PageId),
    /// The same bytes of the same address are kept already.
    Known(PageId),
}

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

struct OpenSegment {
    id: i64,
    name: String,
    bytes: u64,
}

impl Store {
    /// Keeps responses in their order. All of them are kept when it returns, or none.
    pub async fn keep(&self, pages: &[NewPage]) -> Result<Vec<Kept>, StoreError> {
        let mut tx = self.begin().await?;
        let mut results = Vec::with_capacity(pages.len());
        let mut members: Vec<u8> = Vec::new();
        let mut segment = None;
        let mut start = 0;
        for new in pages {
            let digest = ContentHash::of(&new.body);
            let (address, _) = put_address(&mut tx, &new.url, new.source).await?;
            if let Some(known) = find_kept(&mut tx, address, new, digest).await? {
                results.push(Kept::Known(known));
                continue;
            }
            let segment = match &mut segment {
                Some(open) => open,
                None => {
                    let open = open_segment(&mut tx).await?;
                    start = open.bytes;
                    segment.insert(open)
                }
            };
            if segment.bytes == 0 && members.is_empty() {
                members = file_error(info_member(&segment.name, new.fetched))?;
            }
            let member = file_error(page_member(&PageRecord {
                url: new.url.as_str(),
                fetched: new.fetched,
                status: new.status,
                headers: &new.headers,
                body: &new.body,
                digest,
            }))?;
            let id = next_id(&mut tx, "page").await?;
            let offset = start + members.len() as u64;
            let place = (segment.id, offset, member.len() as u64);
            insert_page(&mut tx, id, address, new, digest, place).await?;
            members.extend_from_slice(&member);
            segment.bytes = start + members.len() as u64;
            log_change(&mut tx, "page", id).await?;
            enqueue_read(&mut tx, id, new.priority).await?;
            results.push(Kept::New(PageId(id)));
        }
        if let Some(segment) = segment {
            sqlx::query("UPDATE segment SET bytes = $2 WHERE id = $1")
                .bind(segment.id)
                .bind(int(segment.bytes))
                .execute(&mut *tx)
                .await?;
            self.archive.append(&segment.name, start, members).await?;
            tx.commit().await?;
            if segment.bytes > SEGMENT_BYTES_MAX {
                self.seal(&segment).await?;
            }
            return Ok(results);
        }
        tx.commit().await?;
        Ok(results)
    }

    async fn seal(&self, segment: &OpenSegment) -> Result<(), StoreError> {
        self.archive.seal(&segment.name).await?;
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE segment SET sealed = 1 WHERE id = $1")
            .bind(segment.id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        // A reader that looked the row up just before may still open the spooled file; it then
        // finds none, and asks again.
        self.archive.forget_spooled(&segment.name)
    }

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

    /// Of these addresses, those of which no page was kept yet.
    pub async fn unkept(&self, urls: &[PageUrl]) -> Result<Vec<PageUrl>, StoreError> {
        let mut unkept = Vec::new();
        let mut seen = HashSet::new();
        for url in urls {
            let known: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM page JOIN address ON address.id = page.address_id
                 WHERE address.url = $1",
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

async fn enqueue_read(
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

/// A page of the address with the same bytes: for a live page only the last one counts (a text
/// that comes back is a new fact), for an imported one any.
async fn find_kept(
    connection: &mut AnyConnection,
    address: i64,
    new: &NewPage,
    digest: ContentHash,
) -> Result<Option<PageId>, StoreError> {
    let last: Option<(i64, String, Option<i64>)> = match new.via {
        PageVia::Live => {
            sqlx::query_as(
                "SELECT id, digest, status FROM page WHERE address_id = $1
                 ORDER BY id DESC LIMIT 1",
            )
            .bind(address)
            .fetch_optional(connection)
            .await?
        }
        PageVia::Warc | PageVia::File => {
            sqlx::query_as(
                "SELECT id, digest, status FROM page WHERE address_id = $1 AND digest = $2
                 ORDER BY id LIMIT 1",
            )
            .bind(address)
            .bind(digest.to_string())
            .fetch_optional(connection)
            .await?
        }
    };
    let same = last.filter(|(_, known, status)| {
        *known == digest.to_string() && *status == new.status.map(i64::from)
    });
    Ok(same.map(|(id, _, _)| PageId(id)))
}

async fn open_segment(connection: &mut AnyConnection) -> Result<OpenSegment, StoreError> {
    let open: Option<(i64, String, i64)> = sqlx::query_as(
        "SELECT id, name, bytes FROM segment WHERE sealed = 0 ORDER BY id DESC LIMIT 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((id, name, bytes)) = open
        && u64::try_from(bytes).unwrap_or(0) <= SEGMENT_BYTES_MAX
    {
        return Ok(OpenSegment { id, name, bytes: u64::try_from(bytes).unwrap_or(0) });
    }
    let id = next_id(connection, "segment").await?;
    let name = format!("chapar-{id:06}.warc.gz");
    sqlx::query("INSERT INTO segment (id, name, bytes, sealed) VALUES ($1, $2, 0, 0)")
        .bind(id)
        .bind(&name)
        .execute(connection)
        .await?;
    Ok(OpenSegment { id, name, bytes: 0 })
}

async fn insert_page(
    connection: &mut AnyConnection,
    id: i64,
    address: i64,
    new: &NewPage,
    digest: ContentHash,
    (segment, offset, bytes): (i64, u64, u64),
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO page (id, address_id, fetched_ms, status, headers, digest, body_bytes, via,
            segment_id, record_offset, record_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id)
    .bind(address)
    .bind(new.fetched.as_millisecond())
    .bind(new.status.map(i64::from))
    .bind(to_json(&new.headers)?)
    .bind(digest.to_string())
    .bind(int(new.body.len()))
    .bind(via_name(new.via))
    .bind(segment)
    .bind(int(offset))
    .bind(int(bytes))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) fn via_name(via: PageVia) -> &'static str {
    match via {
        PageVia::Live => "live",
        PageVia::Warc => "warc",
        PageVia::File => "file",
    }
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

fn file_error(member: std::io::Result<Vec<u8>>) -> Result<Vec<u8>, StoreError> {
    member.map_err(|source| StoreError::Warc(source.into()))
}
