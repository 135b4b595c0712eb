//! Walking the chain: whether each link follows from the one before, whether rows and records are
//! still those that it was made of, and where they first are not. Changes nothing.

use crate::archive::RecordPlace;
use crate::chain::{LinkKind, Seen, beginning, link_hash, record_place};
use crate::rows::{instant, parsed};
use crate::warc::{RecordReader, split_http};
use crate::{Store, StoreError};
use chapar_model::ContentHash;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Links read at once.
const LINKS_AT_ONCE: i64 = 500;

/// How far a walk looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// At links and rows.
    Links,
    /// At the records in the archive too.
    Records,
}

/// A link as a walk tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSeen {
    /// Its number, from 1.
    pub seq: i64,
    /// What was seen.
    pub kind: LinkKind,
    /// When.
    pub seen: Timestamp,
    /// Where.
    pub url: String,
    /// Its hash, as the row states it.
    pub hash: ContentHash,
}

/// The first place where the chain and the newsroom do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The link that it shows at; `None` where no link is there to name.
    pub link: Option<LinkSeen>,
    /// What differs.
    pub what: String,
}

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainWalk {
    /// Links that hold.
    pub links: u64,
    /// The last of them. Its hash, noted elsewhere, is what later walks can be held against.
    pub head: Option<LinkSeen>,
    /// Where the walk ended before the end.
    pub broken: Option<Break>,
    /// The link whose hash was asked for.
    pub noted: Option<LinkSeen>,
}

/// Walks the chain from its beginning to its end or to the first break. `noted` is the hash of a
/// link to look out for on the way.
pub async fn verify(
    store: &Store,
    depth: Depth,
    noted: Option<ContentHash>,
) -> Result<ChainWalk, StoreError> {
    // Counted first: what is kept while we walk stands at the end of the chain too.
    let pages: i64 =
        sqlx::query_scalar("SELECT count(*) FROM page").fetch_one(&store.reader).await?;
    let mut walk = ChainWalk::default();
    let mut before = beginning();
    let mut linked = 0;
    loop {
        let after = walk.head.as_ref().map_or(0, |head| head.seq);
        let rows = sqlx::query(
            "SELECT link.*, address.url, segment.name, segment.sealed,
                page.digest AS page_digest, page.fetched_ms, page.status AS page_status
             FROM link JOIN address ON address.id = link.address_id
             JOIN page ON page.id = link.page_id
             JOIN segment ON segment.id = link.segment_id
             WHERE link.seq > $1 ORDER BY link.seq LIMIT $2",
        )
        .bind(after)
        .bind(LINKS_AT_ONCE)
        .fetch_all(&store.reader)
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let link = link_seen(row)?;
            if let Some(what) = find_fault(store, row, &link, &walk, (before, depth)).await? {
                walk.broken = Some(Break { link: Some(link), what });
                return Ok(walk);
            }
            before = link.hash;
            linked += i64::from(link.kind == LinkKind::Page);
            walk.links += 1;
            if noted == Some(link.hash) {
                walk.noted = Some(link.clone());
            }
            walk.head = Some(link);
        }
    }
    walk.broken = find_missing(store, &walk, pages, linked).await?;
    Ok(walk)
}

/// What is missing at the end of the chain, where a walk finds no row to stumble over.
async fn find_missing(
    store: &Store,
    walk: &ChainWalk,
    pages: i64,
    linked: i64,
) -> Result<Option<Break>, StoreError> {
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM link")
        .fetch_one(&store.reader)
        .await?;
    let walked = walk.head.as_ref().map_or(0, |head| head.seq);
    let what = if last > walked {
        format!("link {} or a row that it names is missing", walked + 1)
    } else if linked < pages {
        format!("{} kept pages have no link", pages - linked)
    } else {
        return Ok(None);
    };
    Ok(Some(Break { link: None, what }))
}

fn link_seen(row: &AnyRow) -> Result<LinkSeen, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(LinkSeen {
        seq: row.try_get("seq")?,
        kind: parsed("link.kind", &text("kind")?, LinkKind::parse)?,
        seen: instant("link.seen_ms", row.try_get("seen_ms")?)?,
        url: text("url")?,
        hash: parsed("link.hash", &text("hash")?, ContentHash::parse)?,
    })
}

/// What is wrong with a link; `None` when nothing is.
async fn find_fault(
    store: &Store,
    row: &AnyRow,
    link: &LinkSeen,
    walk: &ChainWalk,
    (before, depth): (ContentHash, Depth),
) -> Result<Option<String>, StoreError> {
    let expected = walk.head.as_ref().map_or(0, |head| head.seq) + 1;
    if link.seq != expected {
        return Ok(Some(format!("link {expected} or a row that it names is missing")));
    }
    let digest = |column: &'static str| -> Result<ContentHash, StoreError> {
        parsed(column, &row.try_get::<String, _>(column)?, ContentHash::parse)
    };
    let seen = Seen {
        seq: link.seq,
        kind: link.kind,
        seen_ms: row.try_get("seen_ms")?,
        url: &link.url,
        status: row.try_get("status")?,
        payload: digest("digest")?,
        record: digest("record_digest")?,
    };
    if link_hash(&seen, before) != link.hash {
        return Ok(Some(
            "address, time, status or digests are others than those its hash was made of, or the \
             link before it is another"
                .to_owned(),
        ));
    }
    if let Some(what) = find_other_page(row, &seen)? {
        return Ok(Some(what.to_owned()));
    }
    if depth == Depth::Links {
        return Ok(None);
    }
    find_other_record(store, row, &seen).await
}

/// Whether the page's row tells something else than its link.
fn find_other_page(row: &AnyRow, seen: &Seen<'_>) -> Result<Option<&'static str>, StoreError> {
    if row.try_get::<String, _>("page_digest")? != seen.payload.to_string() {
        return Ok(Some("the page's row states another digest of the body"));
    }
    if seen.kind != LinkKind::Page {
        return Ok(None);
    }
    if row.try_get::<i64, _>("fetched_ms")? != seen.seen_ms {
        return Ok(Some("the page's row states another time"));
    }
    if row.try_get::<Option<i64>, _>("page_status")? != seen.status {
        return Ok(Some("the page's row states another status"));
    }
    Ok(None)
}

/// Whether the bytes in the archive are others than those that were kept.
async fn find_other_record(
    store: &Store,
    row: &AnyRow,
    seen: &Seen<'_>,
) -> Result<Option<String>, StoreError> {
    let place = record_place(row)?;
    let RecordPlace { segment, offset, .. } = &place;
    let at = format!("byte {offset} of segment `{segment}`");
    let bytes = match store.archive.member(&place).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Some(format!("its record at {at} cannot be read: {error}"))),
    };
    let found = ContentHash::of(&bytes);
    if found != seen.record {
        return Ok(Some(format!(
            "its record at {at} has the digest {found} and had {}",
            seen.record
        )));
    }
    if seen.kind != LinkKind::Page {
        return Ok(None);
    }
    let body = body_digest(&bytes);
    Ok((body != Some(seen.payload))
        .then(|| format!("the body in its record at {at} is not the one that was kept")))
}

fn body_digest(member: &[u8]) -> Option<ContentHash> {
    let record = RecordReader::new(member).ok()?.next()?.ok()?;
    match record.kind() {
        "response" => Some(ContentHash::of(&split_http(&record.block)?.2)),
        _ => Some(ContentHash::of(&record.block)),
    }
}
