//! Everything, as JSON Lines and WARC: the same newsroom gives the same bytes, wherever its rows
//! and records stand. Times of our own doing (leases, polls) are no part of it.

use crate::chain::record_place;
use crate::rows::{instant, json, parsed};
use crate::warc::info_member;
use crate::{Store, StoreError};
use chapar_model::{ContentHash, PageUrl};
use serde_json::{Value, json as object};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Size past which an exported WARC file is followed by another, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Rows read at once.
const ROWS: i64 = 200;

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Files in the order they were written, with their sizes in bytes.
    pub files: Vec<(String, u64)>,
    /// SHA-256 over the names and bytes of all files.
    pub digest: ContentHash,
}

/// Writes everything into `dir`, which is made where it is not there.
pub async fn export(store: &Store, dir: &Path) -> Result<ExportReport, StoreError> {
    std::fs::create_dir_all(dir)
        .map_err(|source| StoreError::File { path: dir.to_owned(), source })?;
    let mut out =
        Output { dir: dir.to_owned(), all: Sha256::new(), files: Vec::new(), current: None };
    sources(store, &mut out).await?;
    pages(store, &mut out).await?;
    seen(store, &mut out).await?;
    entries(store, &mut out).await?;
    articles(store, &mut out).await?;
    stories(store, &mut out).await?;
    let digest = format!("{:x}", out.all.finalize());
    let digest = parsed("export digest", &digest, ContentHash::parse)?;
    Ok(ExportReport { files: out.files, digest })
}

struct Output {
    dir: PathBuf,
    all: Sha256,
    files: Vec<(String, u64)>,
    current: Option<OutputFile>,
}

struct OutputFile {
    path: PathBuf,
    name: String,
    bytes: u64,
    file: BufWriter<File>,
}

impl Output {
    fn begin(&mut self, name: &str) -> Result<(), StoreError> {
        self.end()?;
        let path = self.dir.join(name);
        let file = File::create(&path)
            .map_err(|source| StoreError::File { path: path.clone(), source })?;
        self.all.update(name.as_bytes());
        let name = name.to_owned();
        self.current = Some(OutputFile { path, name, bytes: 0, file: BufWriter::new(file) });
        Ok(())
    }

    /// Writes to the file begun last; returns its size.
    fn write(&mut self, bytes: &[u8]) -> Result<u64, StoreError> {
        let Some(current) = &mut self.current else { return Ok(0) };
        self.all.update(bytes);
        current.bytes += bytes.len() as u64;
        current
            .file
            .write_all(bytes)
            .map_err(|source| StoreError::File { path: current.path.clone(), source })?;
        Ok(current.bytes)
    }

    fn line(&mut self, value: &Value) -> Result<(), StoreError> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.write(&line)?;
        Ok(())
    }

    fn end(&mut self) -> Result<(), StoreError> {
        if let Some(mut done) = self.current.take() {
            done.file
                .flush()
                .map_err(|source| StoreError::File { path: done.path.clone(), source })?;
            self.files.push((done.name, done.bytes));
        }
        Ok(())
    }
}

async fn sources(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    out.begin("sources.jsonl")?;
    let feeds = store.feeds().await?;
    for source in store.sources().await? {
        let polled: Vec<&str> =
            feeds.iter().filter(|f| f.source == source.id).map(|f| f.url.as_str()).collect();
        let setup = &source.setup;
        out.line(&object!({
            "id": source.id, "key": setup.key, "names": setup.names, "home": setup.home,
            "lang": setup.lang, "kind": setup.kind, "group": setup.publisher_group,
            "display": setup.display, "all_in": setup.all_in, "zone": setup.zone,
            "listed": source.listed, "feeds": polled,
        }))?;
    }
    out.end()
}

/// Rows of `sql`, whose `$1` is the last key seen and `$2` how many to read.
async fn each_row(
    store: &Store,
    sql: &str,
    mut row_of: impl AsyncFnMut(&sqlx::any::AnyRow) -> Result<i64, StoreError>,
) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(after).bind(ROWS).fetch_all(&store.reader).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            after = row_of(row).await?;
        }
    }
}

async fn pages(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    let sql = "SELECT page.*, address.url FROM page
        JOIN address ON address.id = page.address_id
        WHERE page.id > $1 ORDER BY page.id LIMIT $2";
    out.begin("pages.jsonl")?;
    each_row(store, sql, async |row| {
        let via: String = row.try_get("via")?;
        let headers: Value = json("page.headers", &row.try_get::<String, _>("headers")?)?;
        out.line(&object!({
            "id": row.try_get::<i64, _>("id")?,
            "address": row.try_get::<i64, _>("address_id")?,
            "url": row.try_get::<String, _>("url")?,
            "fetched": instant("page.fetched_ms", row.try_get("fetched_ms")?)?,
            "status": row.try_get::<Option<i64>, _>("status")?,
            "headers": headers,
            "digest": row.try_get::<String, _>("digest")?,
            "bytes": row.try_get::<i64, _>("body_bytes")?,
            "via": via,
            "outcome": row.try_get::<Option<String>, _>("outcome")?,
            "reason": row.try_get::<Option<String>, _>("outcome_reason")?,
        }))?;
        Ok(row.try_get("id")?)
    })
    .await?;
    out.end()
}

/// What was seen when, link by link, and after it the records of the archive in that order.
async fn seen(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    let sql = "SELECT link.*, address.url, segment.name, segment.sealed FROM link
        JOIN address ON address.id = link.address_id
        JOIN segment ON segment.id = link.segment_id
        WHERE link.seq > $1 ORDER BY link.seq LIMIT $2";
    out.begin("seen.jsonl")?;
    each_row(store, sql, async |row| {
        let seq: i64 = row.try_get("seq")?;
        out.line(&object!({
            "seq": seq,
            "kind": row.try_get::<String, _>("kind")?,
            "seen": instant("link.seen_ms", row.try_get("seen_ms")?)?,
            "url": row.try_get::<String, _>("url")?,
            "page": row.try_get::<i64, _>("page_id")?,
            "status": row.try_get::<Option<i64>, _>("status")?,
            "digest": row.try_get::<String, _>("digest")?,
            "record_digest": row.try_get::<String, _>("record_digest")?,
            "hash": row.try_get::<String, _>("hash")?,
        }))?;
        Ok(seq)
    })
    .await?;
    out.end()?;
    warc(store, sql, out).await
}

async fn warc(store: &Store, sql: &str, out: &mut Output) -> Result<(), StoreError> {
    let mut number = 0;
    let mut bytes = u64::MAX;
    each_row(store, sql, async |row| {
        if bytes > FILE_BYTES_MAX {
            number += 1;
            let name = format!("pages-{number:04}.warc.gz");
            out.begin(&name)?;
            let first = instant("link.seen_ms", row.try_get("seen_ms")?)?;
            let info = info_member(&name, first);
            out.write(&info.map_err(|source| StoreError::Warc(source.into()))?)?;
        }
        bytes = out.write(&store.archive.member(&record_place(row)?).await?)?;
        Ok(row.try_get("seq")?)
    })
    .await?;
    out.end()
}

async fn entries(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    out.begin("entries.jsonl")?;
    let sql = "SELECT entry.*, address.url FROM entry JOIN address ON address.id = entry.address_id
        WHERE entry.id > $1 ORDER BY entry.id LIMIT $2";
    each_row(store, sql, async |row| {
        out.line(&object!({
            "id": row.try_get::<i64, _>("id")?,
            "source": row.try_get::<i64, _>("source_id")?,
            "key": row.try_get::<String, _>("key")?,
            "url": row.try_get::<String, _>("url")?,
            "page": row.try_get::<i64, _>("page_id")?,
            "title": row.try_get::<String, _>("title")?,
            "author": row.try_get::<Option<String>, _>("author")?,
            "published_raw": row.try_get::<Option<String>, _>("published_raw")?,
            "published": row.try_get::<Option<String>, _>("published")?,
        }))?;
        Ok(row.try_get("id")?)
    })
    .await?;
    out.end()
}

async fn articles(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    out.begin("articles.jsonl")?;
    let sql = "SELECT article.*, address.url FROM article
        JOIN address ON address.id = article.id
        WHERE article.id > $1 ORDER BY article.id LIMIT $2";
    each_row(store, sql, async |row| {
        let id: i64 = row.try_get("id")?;
        let copy: Option<String> = row.try_get("copy")?;
        let copy: Option<Value> = copy.map(|text| json("article.copy", &text)).transpose()?;
        let url: String = row.try_get("url")?;
        out.line(&object!({
            "id": id,
            "source": row.try_get::<i64, _>("source_id")?,
            "url": parsed("address.url", &url, |raw| PageUrl::parse(raw).ok())?,
            "belongs": row.try_get::<i64, _>("belongs")? == 1,
            "belongs_why": row.try_get::<String, _>("belongs_why")?,
            "gone": row.try_get::<Option<i64>, _>("gone_ms")?
                .map(|ms| instant("article.gone_ms", ms)).transpose()?,
            "story": row.try_get::<Option<i64>, _>("story_id")?,
            "story_why": row.try_get::<Option<String>, _>("story_why")?,
            "copy": copy,
            "revisions": revisions(store, id).await?,
        }))?;
        Ok(id)
    })
    .await?;
    out.end()
}

async fn revisions(store: &Store, article: i64) -> Result<Vec<Value>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT page_id, text_digest, doc FROM revision WHERE article_id = $1 ORDER BY page_id",
    )
    .bind(article)
    .fetch_all(&store.reader)
    .await?;
    rows.into_iter()
        .map(|(page, text_digest, doc)| {
            let doc: Value = json("revision.doc", &doc)?;
            Ok(object!({ "page": page, "text_digest": text_digest, "doc": doc }))
        })
        .collect()
}

async fn stories(store: &Store, out: &mut Output) -> Result<(), StoreError> {
    out.begin("stories.jsonl")?;
    let sql = "SELECT * FROM story WHERE id > $1 ORDER BY id LIMIT $2";
    each_row(store, sql, async |row| {
        let id: i64 = row.try_get("id")?;
        let articles: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM article WHERE story_id = $1 ORDER BY sort_ms, id")
                .bind(id)
                .fetch_all(&store.reader)
                .await?;
        out.line(&object!({
            "id": id,
            "headline_of": row.try_get::<i64, _>("article_id")?,
            "first": instant("story.first_ms", row.try_get("first_ms")?)?,
            "last": instant("story.last_ms", row.try_get("last_ms")?)?,
            "sources": row.try_get::<i64, _>("sources")?,
            "articles": articles,
        }))?;
        Ok(id)
    })
    .await?;
    out.end()
}
