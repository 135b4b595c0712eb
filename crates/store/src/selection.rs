//! Which of what was seen an answer is about, and those links of the chain with their records.

use crate::archive::RecordPlace;
use crate::chain::{LinkKind, record_place};
use crate::rows::{bad, instant, json, parsed};
use crate::{Store, StoreError};
use chapar_model::{ArticleId, ContentHash, Headers, PageId, PageUrl, SourceId, StoryId};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Links read at once.
const LINKS_AT_ONCE: usize = 200;

/// A part of what was seen; every condition has to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selection {
    /// Of this source.
    pub source: Option<SourceId>,
    /// Pages of this story's articles.
    pub story: Option<StoryId>,
    /// Pages of this article.
    pub article: Option<ArticleId>,
    /// Seen at this time or later.
    pub after: Option<Timestamp>,
    /// Seen before this time.
    pub before: Option<Timestamp>,
}

/// One link with all that is known of its answer.
#[derive(Debug, Clone)]
pub(crate) struct LinkRow {
    pub(crate) kind: LinkKind,
    pub(crate) seen: Timestamp,
    pub(crate) url: PageUrl,
    pub(crate) address: i64,
    pub(crate) page: PageId,
    pub(crate) status: Option<u16>,
    pub(crate) digest: ContentHash,
    /// Header lines of the page.
    pub(crate) headers: Headers,
    /// What the page was found to be.
    pub(crate) outcome: Option<String>,
    /// The record and that of its request.
    pub(crate) place: RecordPlace,
    pub(crate) request_bytes: u64,
}

impl LinkRow {
    /// Bytes of the answer's own record.
    pub(crate) fn answer_bytes(&self) -> u64 {
        self.place.bytes.saturating_sub(self.request_bytes)
    }
}

impl Store {
    /// The numbers of a selection's links in their order, with those of the pages that its revisits
    /// refer to: a revisit without its page shows nothing.
    pub(crate) async fn selected(&self, selection: &Selection) -> Result<Vec<i64>, StoreError> {
        let chosen = "SELECT chosen.CHOICE FROM link AS chosen
            JOIN address ON address.id = chosen.address_id
            WHERE ($1 = 0 OR address.source_id = $1)
              AND ($2 = 0 OR address.id IN (SELECT id FROM article WHERE story_id = $2))
              AND ($3 = 0 OR address.id = $3)
              AND chosen.seen_ms >= $4 AND chosen.seen_ms < $5";
        let sql = format!(
            "SELECT seq FROM link WHERE seq IN ({}) OR (kind = 'page' AND page_id IN ({}))
             ORDER BY seq",
            chosen.replace("CHOICE", "seq"),
            chosen.replace("CHOICE", "page_id")
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(selection.source.map_or(0, |source| source.0))
            .bind(selection.story.map_or(0, |story| story.0))
            .bind(selection.article.map_or(0, |article| article.0))
            .bind(selection.after.map_or(i64::MIN, Timestamp::as_millisecond))
            .bind(selection.before.map_or(i64::MAX, Timestamp::as_millisecond))
            .fetch_all(&self.reader)
            .await?)
    }

    /// Hands links over one by one, in the order of their numbers.
    pub(crate) async fn each_link(
        &self,
        seqs: &[i64],
        mut take: impl AsyncFnMut(LinkRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for chunk in seqs.chunks(LINKS_AT_ONCE) {
            let numbers: Vec<String> = chunk.iter().map(i64::to_string).collect();
            let sql = format!(
                "SELECT link.*, address.url, page.headers, page.outcome, segment.name,
                    segment.sealed
                 FROM link JOIN address ON address.id = link.address_id
                 JOIN page ON page.id = link.page_id
                 JOIN segment ON segment.id = link.segment_id
                 WHERE link.seq IN ({}) ORDER BY link.seq",
                numbers.join(", ")
            );
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.reader).await? {
                take(link_row(&row)?).await?;
            }
        }
        Ok(())
    }
}

fn link_row(row: &AnyRow) -> Result<LinkRow, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let request_bytes: i64 = row.try_get("request_bytes")?;
    let status: Option<i64> = row.try_get("status")?;
    Ok(LinkRow {
        kind: parsed("link.kind", &text("kind")?, LinkKind::parse)?,
        seen: instant("link.seen_ms", row.try_get("seen_ms")?)?,
        url: parsed("address.url", &text("url")?, |raw| PageUrl::parse(raw).ok())?,
        address: row.try_get("address_id")?,
        page: PageId(row.try_get("page_id")?),
        status: status.and_then(|code| u16::try_from(code).ok()),
        digest: parsed("link.digest", &text("digest")?, ContentHash::parse)?,
        headers: json("page.headers", &text("headers")?)?,
        outcome: row.try_get("outcome")?,
        place: record_place(row)?,
        request_bytes: u64::try_from(request_bytes)
            .map_err(|_negative| bad("link.request_bytes", &request_bytes.to_string()))?,
    })
}
