//! Keeping answers: archive first, rows after, one transaction for both, for the link of the chain
//! and for the job that reads the page. Never looks into a page.

use crate::chain::{ChainEnd, LinkKind, LinkPlace, Seen, hash_of};
use crate::pages::{enqueue_read, put_address};
use crate::rows::{instant, int, parsed, to_json};
use crate::store::{log_change, next_id};
use crate::warc::{
    LedTo, PageRecord, Unchanged, info_member, page_member, request_member, revisit_member,
};
use crate::{Store, StoreError};
use bytes::Bytes;
use chapar_model::{ContentHash, Headers, PageId, PageUrl, PageVia, SourceId};
use jiff::Timestamp;
use sqlx::AnyConnection;

/// A response to keep.
#[derive(Debug, Clone)]
pub struct NewPage {
    /// The address that answered.
    pub url: PageUrl,
    /// The address that was announced, where it is another one that led here.
    pub announced: Option<PageUrl>,
    /// When the response was received.
    pub fetched: Timestamp,
    /// HTTP status; `None` for a saved file.
    pub status: Option<u16>,
    /// Header lines as received.
    pub headers: Headers,
    /// The body as received.
    pub body: Bytes,
    /// Header lines as sent to this address, where we sent them.
    pub request: Option<Headers>,
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
    /// The same bytes of the same address are kept already. If it was fetched by us, that it was
    /// seen again is kept too.
    Known(PageId),
}

struct OpenSegment {
    id: i64,
    name: String,
    bytes: u64,
}

/// A page that was kept before.
struct KeptBefore {
    id: PageId,
    fetched: Timestamp,
    digest: ContentHash,
}

/// What one transaction adds to the archive: bytes of the open segment, links of the chain.
struct Batch {
    end: ChainEnd,
    segment: Option<OpenSegment>,
    /// Bytes of the segment before this transaction.
    start: u64,
    members: Vec<u8>,
    segment_bytes_max: u64,
}

impl Store {
    /// Keeps responses in their order. All of them are kept when it returns, or none.
    pub async fn keep(&self, pages: &[NewPage]) -> Result<Vec<Kept>, StoreError> {
        let mut tx = self.begin().await?;
        let mut results = Vec::with_capacity(pages.len());
        let end = ChainEnd::load(&mut tx).await?;
        let mut batch = Batch {
            end,
            segment: None,
            start: 0,
            members: Vec::new(),
            segment_bytes_max: self.archive.segment_bytes_max,
        };
        for new in pages {
            results.push(batch.keep(&mut tx, new).await?);
        }
        let Some(segment) = batch.segment else {
            tx.commit().await?;
            return Ok(results);
        };
        let bytes = batch.start + batch.members.len() as u64;
        sqlx::query("UPDATE segment SET bytes = $2 WHERE id = $1")
            .bind(segment.id)
            .bind(int(bytes))
            .execute(&mut *tx)
            .await?;
        self.archive.append(&segment.name, batch.start, batch.members).await?;
        tx.commit().await?;
        if bytes > self.archive.segment_bytes_max {
            self.seal(segment.id, &segment.name).await?;
        }
        Ok(results)
    }

    /// Hands a full segment to the object store.
    pub(crate) async fn seal(&self, id: i64, name: &str) -> Result<(), StoreError> {
        self.archive.seal(name).await?;
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE segment SET sealed = 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        // A reader that looked the row up just before finds no spooled file any more; it then
        // looks among the sealed ones.
        self.archive.forget_spooled(name)
    }
}

impl Batch {
    async fn keep(
        &mut self,
        connection: &mut AnyConnection,
        new: &NewPage,
    ) -> Result<Kept, StoreError> {
        let (address, _) = put_address(connection, &new.url, new.source).await?;
        let is_live = new.via == PageVia::Live;
        if is_live
            && new.status == Some(304)
            && let Some(known) = find_confirmed(connection, address).await?
        {
            self.keep_revisit(connection, new, address, Unchanged::NotModified, &known).await?;
            return Ok(Kept::Known(known.id));
        }
        let digest = ContentHash::of(&new.body);
        if let Some(known) = find_kept(connection, address, new, digest).await? {
            if is_live {
                self.keep_revisit(connection, new, address, Unchanged::SameBytes, &known).await?;
            }
            return Ok(Kept::Known(known.id));
        }
        let id = self.keep_page(connection, new, address, digest).await?;
        log_change(connection, "page", id).await?;
        enqueue_read(connection, id, new.priority).await?;
        Ok(Kept::New(PageId(id)))
    }

    async fn keep_page(
        &mut self,
        connection: &mut AnyConnection,
        new: &NewPage,
        address: i64,
        digest: ContentHash,
    ) -> Result<i64, StoreError> {
        let record = record_of(new, digest);
        let member = file_error(page_member(&record))?;
        let request = request_of(new, &record, LedTo::Page)?;
        let place = self.append(connection, new.fetched, &member, &request).await?;
        let id = next_id(connection, "page").await?;
        let page_place = LinkPlace { bytes: member.len() as u64, ..place };
        insert_page(connection, id, address, new, digest, page_place).await?;
        let seen = Seen {
            seq: 0,
            kind: LinkKind::Page,
            seen_ms: new.fetched.as_millisecond(),
            url: new.url.as_str(),
            status: new.status.map(i64::from),
            payload: digest,
            record: hash_of(&[&member, &request]),
        };
        self.end.add(connection, seen, (address, id), place).await?;
        Ok(id)
    }

    async fn keep_revisit(
        &mut self,
        connection: &mut AnyConnection,
        new: &NewPage,
        address: i64,
        why: Unchanged,
        known: &KeptBefore,
    ) -> Result<(), StoreError> {
        let record = record_of(new, known.digest);
        let member = file_error(revisit_member(&record, why, known.fetched))?;
        let request = request_of(new, &record, LedTo::Revisit)?;
        let place = self.append(connection, new.fetched, &member, &request).await?;
        let seen = Seen {
            seq: 0,
            kind: match why {
                Unchanged::SameBytes => LinkKind::Same,
                Unchanged::NotModified => LinkKind::NotModified,
            },
            seen_ms: new.fetched.as_millisecond(),
            url: new.url.as_str(),
            status: new.status.map(i64::from),
            payload: known.digest,
            record: hash_of(&[&member, &request]),
        };
        self.end.add(connection, seen, (address, known.id.0), place).await
    }

    /// Puts a record and that of its request at the end of the open segment; tells where they
    /// stand.
    async fn append(
        &mut self,
        connection: &mut AnyConnection,
        now: Timestamp,
        member: &[u8],
        request: &[u8],
    ) -> Result<LinkPlace, StoreError> {
        let segment = match &mut self.segment {
            Some(open) => open,
            None => {
                let open = open_segment(connection, self.segment_bytes_max).await?;
                self.start = open.bytes;
                self.segment.insert(open)
            }
        };
        if segment.bytes == 0 && self.members.is_empty() {
            self.members = file_error(info_member(&segment.name, now))?;
        }
        let offset = self.start + self.members.len() as u64;
        self.members.extend_from_slice(member);
        self.members.extend_from_slice(request);
        let request_bytes = request.len() as u64;
        let bytes = member.len() as u64 + request_bytes;
        Ok(LinkPlace { segment: segment.id, offset, bytes, request_bytes })
    }
}

fn record_of(new: &NewPage, digest: ContentHash) -> PageRecord<'_> {
    PageRecord {
        url: &new.url,
        fetched: new.fetched,
        status: new.status,
        headers: &new.headers,
        body: &new.body,
        digest,
    }
}

/// The record of the request, or no bytes where none was sent by us.
fn request_of(new: &NewPage, record: &PageRecord<'_>, to: LedTo) -> Result<Vec<u8>, StoreError> {
    match &new.request {
        Some(sent) => file_error(request_member(record, sent, to)),
        None => Ok(Vec::new()),
    }
}

/// A page of the address with the same bytes: for a live page only the last one counts (a text
/// that comes back is a new fact), for an imported one any.
async fn find_kept(
    connection: &mut AnyConnection,
    address: i64,
    new: &NewPage,
    digest: ContentHash,
) -> Result<Option<KeptBefore>, StoreError> {
    let last: Option<(i64, i64, String, Option<i64>)> = match new.via {
        PageVia::Live | PageVia::Pushed => {
            sqlx::query_as(
                "SELECT id, fetched_ms, digest, status FROM page WHERE address_id = $1
                 ORDER BY id DESC LIMIT 1",
            )
            .bind(address)
            .fetch_optional(connection)
            .await?
        }
        PageVia::Warc | PageVia::File => {
            sqlx::query_as(
                "SELECT id, fetched_ms, digest, status FROM page
                 WHERE address_id = $1 AND digest = $2 ORDER BY id LIMIT 1",
            )
            .bind(address)
            .bind(digest.to_string())
            .fetch_optional(connection)
            .await?
        }
    };
    let same = last.filter(|(_, _, known, status)| {
        *known == digest.to_string() && *status == new.status.map(i64::from)
    });
    same.map(|(id, fetched_ms, _, _)| {
        let fetched = instant("page.fetched_ms", fetched_ms)?;
        Ok(KeptBefore { id: PageId(id), fetched, digest })
    })
    .transpose()
}

/// The page that a server means by "not modified": the last one that was no error.
async fn find_confirmed(
    connection: &mut AnyConnection,
    address: i64,
) -> Result<Option<KeptBefore>, StoreError> {
    let last: Option<(i64, i64, String)> = sqlx::query_as(
        "SELECT id, fetched_ms, digest FROM page
         WHERE address_id = $1 AND (status IS NULL OR (status >= 200 AND status < 300))
         ORDER BY id DESC LIMIT 1",
    )
    .bind(address)
    .fetch_optional(connection)
    .await?;
    last.map(|(id, fetched_ms, digest)| {
        let fetched = instant("page.fetched_ms", fetched_ms)?;
        let digest = parsed("page.digest", &digest, ContentHash::parse)?;
        Ok(KeptBefore { id: PageId(id), fetched, digest })
    })
    .transpose()
}

/// The last segment, unless it is sealed or about to be.
async fn open_segment(
    connection: &mut AnyConnection,
    bytes_max: u64,
) -> Result<OpenSegment, StoreError> {
    let open: Option<(i64, String, i64)> = sqlx::query_as(
        "SELECT id, name, bytes FROM segment WHERE sealed = 0 ORDER BY id DESC LIMIT 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((id, name, bytes)) = open {
        let bytes = u64::try_from(bytes).unwrap_or(0);
        if bytes <= bytes_max {
            return Ok(OpenSegment { id, name, bytes });
        }
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
    place: LinkPlace,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO page (id, address_id, fetched_ms, status, headers, digest, body_bytes, via,
            segment_id, record_offset, record_bytes, announced_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
            (SELECT id FROM address WHERE url = $12))",
    )
    .bind(id)
    .bind(address)
    .bind(new.fetched.as_millisecond())
    .bind(new.status.map(i64::from))
    .bind(to_json(&new.headers)?)
    .bind(digest.to_string())
    .bind(int(new.body.len()))
    .bind(via_name(new.via))
    .bind(place.segment)
    .bind(int(place.offset))
    .bind(int(place.bytes))
    .bind(new.announced.as_ref().map(PageUrl::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

fn via_name(via: PageVia) -> &'static str {
    match via {
        PageVia::Live => "live",
        PageVia::Pushed => "pushed",
        PageVia::Warc => "warc",
        PageVia::File => "file",
    }
}

fn file_error(member: std::io::Result<Vec<u8>>) -> Result<Vec<u8>, StoreError> {
    member.map_err(|source| StoreError::Warc(source.into()))
}
