//! Folders of saved pages with a manifest: a line of JSON for each.

use super::files::{Out, has_ending};
use super::{Item, parse_time, whole_milliseconds};
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use chapar_extract::{PageInput, extract_page};
use chapar_model::{Headers, PageUrl, PageVia};
use chapar_store::NewPage;
use chapar_store::warc::BLOCK_BYTES_MAX;
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Longest line of a manifest, in bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// One line of a manifest.
#[derive(Deserialize)]
struct Line {
    url: Option<String>,
    path: Option<String>,
    file: Option<String>,
    id: Option<serde_json::Value>,
    fetched: Option<String>,
    time: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
}

pub(super) fn manifest(path: &Path, out: &mut Out<'_>) -> Result<()> {
    let file = File::open(path).with_context(|| format!("`{}`", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut reader = BufReader::new(file);
    let mut number = 0;
    loop {
        number += 1;
        let mut line = Vec::new();
        let read = (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.with_context(|| format!("`{}`", path.display()))? == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{}:{number}", path.display());
        let item = serde_json::from_slice::<Line>(&line)
            .context("the line is no JSON object of a manifest")
            .and_then(|line| saved_page(folder, &line));
        match item {
            Ok(page) => out.push(Item::Page { page: Box::new(page), digest: None })?,
            Err(error) => out.skip(&place, &format!("{error:#}"))?,
        }
    }
}

fn saved_page(folder: &Path, line: &Line) -> Result<NewPage> {
    let file = find_file(folder, line).context("the line names no file that is there")?;
    let shown = || format!("`{}`", file.display());
    let open = File::open(&file).with_context(shown)?;
    let mut body = Vec::new();
    let limit = BLOCK_BYTES_MAX + 1;
    match has_ending(&file, ".gz") {
        true => MultiGzDecoder::new(open).take(limit).read_to_end(&mut body),
        false => open.take(limit).read_to_end(&mut body),
    }
    .with_context(shown)?;
    if body.len() as u64 > BLOCK_BYTES_MAX {
        bail!("`{}` is over the limit of {BLOCK_BYTES_MAX} bytes", file.display());
    }
    let url = match line.url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
        Some(url) => PageUrl::parse(url)?,
        None => own_address(&body).context(
            "neither the line nor the page itself gives an address; no page is kept without one",
        )?,
    };
    let fetched = match line.fetched.as_deref().or(line.time.as_deref()) {
        Some(raw) => parse_time(raw).with_context(|| format!("`{raw}` is no time"))?,
        // The time the file was saved: the only one known.
        None => Timestamp::try_from(std::fs::metadata(&file)?.modified()?)?,
    };
    let headers = line.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(NewPage {
        announced: None,
        url,
        fetched: whole_milliseconds(fetched),
        status: line.status,
        headers: Headers(headers),
        body: Bytes::from(body),
        request: None,
        via: PageVia::File,
        source: None,
        priority: 0,
    })
}

/// The address that a page calls its own.
fn own_address(body: &[u8]) -> Option<PageUrl> {
    extract_page(&PageInput::new(body, &Headers::default())).value.canonical
}

/// The file a line names, by `path` or `file`, or by `id` as saved sets often have it.
fn find_file(folder: &Path, line: &Line) -> Option<PathBuf> {
    if let Some(path) = line.path.as_deref().or(line.file.as_deref()) {
        return Some(folder.join(path)).filter(|path| path.is_file());
    }
    let id = match line.id.as_ref()? {
        serde_json::Value::String(id) => id.clone(),
        other => other.to_string(),
    };
    // An id is a name, never a way out of the folder.
    if id.contains(['/', '\\']) || id.contains("..") {
        return None;
    }
    let names = ["", "pages"].into_iter().flat_map(|below| {
        ["", ".html", ".html.gz", ".htm", ".txt"]
            .map(|ending| folder.join(below).join(format!("{id}{ending}")))
    });
    names.into_iter().find(|path| path.is_file())
}
