//! Records of WARC files as pages. A revisit is a page whose body stands elsewhere.

use super::files::Out;
use super::{Item, parse_time, whole_milliseconds};
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use chapar_model::{Headers, PageUrl, PageVia};
use chapar_store::NewPage;
use chapar_store::warc::{BLOCK_BYTES_MAX, Record, RecordReader, split_http};
use jiff::Timestamp;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// An answer that says of another that it is the same.
pub(super) struct Again {
    /// The answer, without a body. No status where the record has no HTTP head of its own.
    pub(super) page: NewPage,
    /// The address of the other answer.
    pub(super) of: PageUrl,
    /// Its time, where the record gives it.
    pub(super) at: Option<Timestamp>,
    /// The digest of its body, as the record states it.
    pub(super) digest: Option<String>,
}

pub(super) fn warc(path: &Path, out: &mut Out<'_>) -> Result<()> {
    let shown = path.display().to_string();
    let file = File::open(path).with_context(|| format!("`{shown}`"))?;
    records(&shown, file, out)
}

/// The records of one stream, plain or gzip. What comes before a break is kept.
pub(super) fn records(shown: &str, stream: impl Read, out: &mut Out<'_>) -> Result<()> {
    let records = RecordReader::new(stream).with_context(|| format!("`{shown}`"))?;
    let mut whole = 0;
    for record in records {
        match record {
            Ok(record) => {
                whole += 1;
                push(&record, out)?;
            }
            Err(error) if whole > 0 => {
                return out.skip(shown, &format!("breaks off after {whole} records: {error}"));
            }
            Err(error) => return Err(error).with_context(|| format!("`{shown}` is no WARC file")),
        }
    }
    Ok(())
}

fn push(record: &Record, out: &mut Out<'_>) -> Result<()> {
    let item = match record.kind() {
        "response" | "resource" => page_of(record),
        "revisit" => again_of(record).map(|again| Item::Again(Box::new(again))),
        // A request, a note of the archive's maker, and so on.
        _ => return Ok(()),
    };
    match item {
        Ok(item) => out.push(item),
        Err(error) => {
            let url = record.fields.get("WARC-Target-URI").unwrap_or("a record");
            out.skip(url, &format!("{error:#}"))
        }
    }
}

fn page_of(record: &Record) -> Result<Item> {
    if record.oversized {
        bail!("over the limit of {BLOCK_BYTES_MAX} bytes");
    }
    let (status, headers, body) = match record.kind() {
        "response" => {
            let (status, headers, body) =
                split_http(&record.block).context("the record is no HTTP response")?;
            (Some(status), headers, body)
        }
        _ => {
            let mime = record.fields.get("Content-Type").unwrap_or("text/html").to_owned();
            let headers = Headers(vec![("Content-Type".to_owned(), mime)]);
            (None, headers, record.block.clone())
        }
    };
    if status.is_some_and(|status| (300..400).contains(&status)) {
        bail!("a redirect");
    }
    let mime = headers.get("Content-Type").unwrap_or("text/html").to_ascii_lowercase();
    if !["text/", "html", "xml", "json"].iter().any(|kind| mime.contains(kind)) {
        bail!("`{mime}` is no text");
    }
    let page = NewPage { status, headers, body: Bytes::from(body), ..bare_page(record)? };
    let digest = record.fields.get("WARC-Payload-Digest").map(str::to_owned);
    Ok(Item::Page { page: Box::new(page), digest })
}

fn again_of(record: &Record) -> Result<Again> {
    let page = bare_page(record)?;
    let (status, headers) = match split_http(&record.block) {
        // The head of "not modified" tells nothing of the page.
        Some((304, ..)) | None => (None, Headers::default()),
        Some((status, headers, _)) => (Some(status), headers),
    };
    let field = |name: &str| record.fields.get(name);
    let of = match field("WARC-Refers-To-Target-URI") {
        Some(raw) => PageUrl::parse(raw.trim_matches(['<', '>']))?,
        None => page.url.clone(),
    };
    Ok(Again {
        page: NewPage { status, headers, ..page },
        of,
        at: field("WARC-Refers-To-Date").and_then(parse_time),
        digest: field("WARC-Payload-Digest").map(str::to_owned),
    })
}

/// Address and time of a record, without an answer.
fn bare_page(record: &Record) -> Result<NewPage> {
    let url = record.fields.get("WARC-Target-URI").context("the record names no address")?;
    let url = PageUrl::parse(url.trim_matches(['<', '>']))?;
    if url.as_url().path() == "/robots.txt" {
        bail!("robots.txt");
    }
    let date = record.fields.get("WARC-Date").context("the record has no date")?;
    let fetched = parse_time(date).with_context(|| format!("`{date}` is no time"))?;
    Ok(NewPage {
        announced: None,
        url,
        fetched: whole_milliseconds(fetched),
        status: None,
        headers: Headers::default(),
        body: Bytes::new(),
        request: None,
        via: PageVia::Warc,
        source: None,
        priority: 0,
    })
}
