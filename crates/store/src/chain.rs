//! The chain over what was seen when: each answer that was kept, or found to be what is kept
//! already, adds a link that holds the hash of the one before. Written in the transaction that
//! keeps the answer; never changed afterwards.

use crate::archive::RecordPlace;
use crate::rows::{bad, int, parsed};
use crate::{Store, StoreError};
use chapar_model::ContentHash;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Begins the text whose hash a link is, so that another form could be told from this one.
const FORM: &str = "chapar link 1";
/// Old pages that get their links in one transaction.
const FILLED_AT_ONCE: i64 = 200;
const FILLED: &str = "chain-filled";

/// What a link tells of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A page was kept.
    Page,
    /// The bytes of the page kept last came again.
    Same,
    /// The server said that nothing has changed.
    NotModified,
}

impl LinkKind {
    /// Its name in rows, in the chain and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Same => "same",
            Self::NotModified => "not-modified",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Page, Self::Same, Self::NotModified].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a link's hash is made of, beside the link before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen<'a> {
    pub(crate) seq: i64,
    pub(crate) kind: LinkKind,
    pub(crate) seen_ms: i64,
    pub(crate) url: &'a str,
    pub(crate) status: Option<i64>,
    /// Hash of the body.
    pub(crate) payload: ContentHash,
    /// Hash of the records' bytes as they stand in the segment.
    pub(crate) record: ContentHash,
}

/// What the first link holds in the place of a link before it.
pub(crate) fn beginning() -> ContentHash {
    ContentHash::of(FORM.as_bytes())
}

/// The hash of a link: SHA-256 of its facts and of the hash before, a line each. No fact can hold
/// the end of a line: an address is parsed, the others are numbers and names.
pub(crate) fn link_hash(seen: &Seen<'_>, before: ContentHash) -> ContentHash {
    let status = seen.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let text = format!(
        "{FORM}\n{}\n{}\n{}\n{}\n{status}\n{}\n{}\n{before}\n",
        seen.seq,
        seen.kind.as_str(),
        seen.seen_ms,
        seen.url,
        seen.payload,
        seen.record
    );
    ContentHash::of(text.as_bytes())
}

/// Where a link's records stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkPlace {
    pub(crate) segment: i64,
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
    /// Those of them, the last, that are the record of the request.
    pub(crate) request_bytes: u64,
}

/// The end of the chain, to which links are added.
#[derive(Debug)]
pub(crate) struct ChainEnd {
    seq: i64,
    hash: ContentHash,
}

impl ChainEnd {
    pub(crate) async fn load(connection: &mut AnyConnection) -> Result<Self, StoreError> {
        let last: Option<(i64, String)> =
            sqlx::query_as("SELECT seq, hash FROM link ORDER BY seq DESC LIMIT 1")
                .fetch_optional(connection)
                .await?;
        match last {
            Some((seq, hash)) => {
                Ok(Self { seq, hash: parsed("link.hash", &hash, ContentHash::parse)? })
            }
            None => Ok(Self { seq: 0, hash: beginning() }),
        }
    }

    /// Adds a link; its number is found here.
    pub(crate) async fn add(
        &mut self,
        connection: &mut AnyConnection,
        seen: Seen<'_>,
        (address, page): (i64, i64),
        place: LinkPlace,
    ) -> Result<(), StoreError> {
        let seen = Seen { seq: self.seq + 1, ..seen };
        let hash = link_hash(&seen, self.hash);
        sqlx::query(
            "INSERT INTO link (seq, kind, seen_ms, address_id, page_id, status, digest,
                record_digest, segment_id, record_offset, record_bytes, request_bytes, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(seen.seq)
        .bind(seen.kind.as_str())
        .bind(seen.seen_ms)
        .bind(address)
        .bind(page)
        .bind(seen.status)
        .bind(seen.payload.to_string())
        .bind(seen.record.to_string())
        .bind(place.segment)
        .bind(int(place.offset))
        .bind(int(place.bytes))
        .bind(int(place.request_bytes))
        .bind(hash.to_string())
        .execute(connection)
        .await?;
        *self = Self { seq: seen.seq, hash };
        Ok(())
    }
}

/// Hash of some bytes that follow one another.
pub(crate) fn hash_of(parts: &[&[u8]]) -> ContentHash {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let hex = format!("{:x}", hash.finalize());
    ContentHash::parse(&hex).unwrap_or_else(|| ContentHash::of(hex.as_bytes()))
}

impl Store {
    /// Gives pages of a newsroom older than the chain their links, in the order of the pages. Their
    /// links say what the archive held when the chain began.
    pub(crate) async fn fill_chain(&self) -> Result<(), StoreError> {
        let filled: i64 = sqlx::query_scalar("SELECT count(*) FROM setting WHERE name = $1")
            .bind(FILLED)
            .fetch_one(&self.writer)
            .await?;
        if filled > 0 {
            return Ok(());
        }
        let mut after: i64 = sqlx::query_scalar("SELECT coalesce(max(page_id), 0) FROM link")
            .fetch_one(&self.writer)
            .await?;
        loop {
            let rows = sqlx::query(
                "SELECT page.*, address.url, segment.name, segment.sealed FROM page
                 JOIN address ON address.id = page.address_id
                 JOIN segment ON segment.id = page.segment_id
                 WHERE page.id > $1 ORDER BY page.id LIMIT $2",
            )
            .bind(after)
            .bind(FILLED_AT_ONCE)
            .fetch_all(&self.writer)
            .await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("id")?;
            self.fill_links(&rows).await?;
        }
        sqlx::query("INSERT INTO setting (name, value) VALUES ($1, '1')")
            .bind(FILLED)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn fill_links(&self, rows: &[AnyRow]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut end = ChainEnd::load(&mut tx).await?;
        for row in rows {
            let place = record_place(row)?;
            // A record that is lost must not keep the newsroom shut: its link says that no bytes
            // were there, and a walk of the chain names it.
            let member = self.archive.member(&place).await.unwrap_or_default();
            let digest: String = row.try_get("digest")?;
            let seen = Seen {
                seq: 0,
                kind: LinkKind::Page,
                seen_ms: row.try_get("fetched_ms")?,
                url: &row.try_get::<String, _>("url")?,
                status: row.try_get("status")?,
                payload: parsed("page.digest", &digest, ContentHash::parse)?,
                record: ContentHash::of(&member),
            };
            let ids = (row.try_get("address_id")?, row.try_get("id")?);
            let segment = row.try_get("segment_id")?;
            let place =
                LinkPlace { segment, offset: place.offset, bytes: place.bytes, request_bytes: 0 };
            end.add(&mut tx, seen, ids, place).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The place of a record, from a row that has the segment's `name` and `sealed` beside it.
pub(crate) fn record_place(row: &AnyRow) -> Result<RecordPlace, StoreError> {
    let size = |column: &'static str| -> Result<u64, StoreError> {
        let value: i64 = row.try_get(column)?;
        u64::try_from(value).map_err(|_negative| bad(column, &value.to_string()))
    };
    Ok(RecordPlace {
        segment: row.try_get("name")?,
        sealed: row.try_get::<i64, _>("sealed")? == 1,
        offset: size("record_offset")?,
        bytes: size("record_bytes")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewPage, OpenMode};
    use chapar_model::{Headers, PageUrl, PageVia};
    use jiff::Timestamp;

    #[tokio::test]
    async fn a_newsroom_older_than_the_chain_gets_one_on_opening() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
        for n in 1..=3 {
            let page = NewPage {
                announced: None,
                url: PageUrl::parse(&format!("https://a.example/{n}")).unwrap(),
                fetched: Timestamp::from_second(n).unwrap(),
                status: Some(200),
                headers: Headers::default(),
                body: "text".into(),
                request: None,
                via: PageVia::Live,
                source: None,
                priority: 0,
            };
            store.keep(&[page]).await.unwrap();
        }
        let hashes = async |store: &Store| -> Vec<String> {
            let all = sqlx::query_scalar("SELECT hash FROM link ORDER BY seq");
            all.fetch_all(&store.reader).await.unwrap()
        };
        let kept = hashes(&store).await;
        for sql in ["DELETE FROM link", "DELETE FROM setting WHERE name = 'chain-filled'"] {
            sqlx::query(sql).execute(&store.writer).await.unwrap();
        }
        store.close().await;
        drop(store);
        let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
        assert_eq!(hashes(&store).await, kept);
        assert_eq!(kept.len(), 3);
    }

    #[test]
    fn every_fact_and_the_link_before_make_the_hash() {
        let seen = Seen {
            seq: 1,
            kind: LinkKind::Page,
            seen_ms: 5,
            url: "https://a.example/",
            status: Some(200),
            payload: ContentHash::of(b"body"),
            record: ContentHash::of(b"record"),
        };
        let first = link_hash(&seen, beginning());
        let others = [
            Seen { seq: 2, ..seen },
            Seen { kind: LinkKind::Same, ..seen },
            Seen { seen_ms: 6, ..seen },
            Seen { url: "https://a.example/b", ..seen },
            Seen { status: None, ..seen },
            Seen { payload: ContentHash::of(b"other"), ..seen },
            Seen { record: ContentHash::of(b"other"), ..seen },
        ];
        for other in others {
            assert_ne!(link_hash(&other, beginning()), first, "{other:?}");
        }
        assert_ne!(link_hash(&seen, first), first);
    }

    #[test]
    fn parts_hash_as_the_whole() {
        assert_eq!(hash_of(&[b"ab", b"", b"c"]), ContentHash::of(b"abc"));
    }
}
