//! Importing: WARC files, and folders of saved pages with a manifest, kept and read as live pages
//! are. Never asks the web, and never changes the files it reads.

use crate::{Context, GroupStage, IndexStage, read_round};
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use chapar_extract::{PageInput, extract_page};
use chapar_model::{Headers, PageUrl, PageVia};
use chapar_store::warc::{BLOCK_BYTES_MAX, Record, RecordReader, split_http};
use chapar_store::{Kept, NewPage};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Pages kept in one transaction.
const BATCH: usize = 32;
/// Bytes of bodies kept in one transaction, so that memory stays flat whatever the pages' size.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Batches that wait for the disk.
const BATCHES_WAITING: usize = 2;
/// Reasons listed one by one; more are only counted.
const SKIPPED_LISTED: usize = 100;
/// Longest line of a manifest, in bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Pages that are new.
    pub kept: u64,
    /// Pages that were kept before.
    pub known: u64,
    /// Pages read, those of an import that was broken off among them.
    pub read: u64,
    /// Records and files that are no pages of news sites, or could not be read.
    pub skipped: u64,
    /// The first of them, each with the reason.
    pub reasons: Vec<String>,
}

/// Told how far an import has come.
pub trait Progress: Send + Sync {
    /// Pages kept or known so far, and pages read.
    fn at(&self, taken: u64, read: u64);
}

enum Item {
    Page(Box<NewPage>),
    Skipped(String),
}

/// Imports files and folders, in the order given, and reads, groups and indexes what they hold.
pub async fn import(
    context: &Context,
    paths: &[PathBuf],
    progress: &dyn Progress,
) -> Result<ImportReport> {
    for path in paths {
        if !path.exists() {
            bail!("there is no `{}`", path.display());
        }
    }
    let (sender, receiver) = mpsc::channel(BATCHES_WAITING);
    let paths = paths.to_vec();
    let producer = tokio::task::spawn_blocking(move || produce(&paths, &sender));
    let report = keep_and_read(context, receiver, progress).await?;
    producer.await.context("the thread that reads files was stopped")??;
    Ok(report)
}

async fn keep_and_read(
    context: &Context,
    mut receiver: mpsc::Receiver<Vec<Item>>,
    progress: &dyn Progress,
) -> Result<ImportReport> {
    let mut report = ImportReport::default();
    let mut groups = GroupStage::resume(context).await?;
    let mut index = IndexStage::open(context)?;
    let mut open = true;
    loop {
        // One batch is kept while another is read; the order of pages is that of keeping.
        let (kept, round) = tokio::join!(
            async {
                match open {
                    true => keep_next(context, &mut receiver).await,
                    false => Ok(None),
                }
            },
            read_round(context)
        );
        match kept? {
            Some(batch) => report.add(batch),
            None => open = false,
        }
        let round = round?;
        report.read += round.pages as u64;
        if round.pages > 0 {
            groups.round(context).await?;
        } else if !open {
            break;
        }
        progress.at(report.kept + report.known, report.read);
    }
    while groups.round(context).await? > 0 {}
    while index.round(context).await? > 0 {}
    Ok(report)
}

impl ImportReport {
    fn add(&mut self, batch: Batch) {
        self.kept += batch.kept;
        self.known += batch.known;
        self.skipped += batch.reasons.len() as u64;
        let room = SKIPPED_LISTED.saturating_sub(self.reasons.len());
        self.reasons.extend(batch.reasons.into_iter().take(room));
    }
}

#[derive(Default)]
struct Batch {
    kept: u64,
    known: u64,
    reasons: Vec<String>,
}

/// Keeps the next batch; `None` when there is none left.
async fn keep_next(
    context: &Context,
    receiver: &mut mpsc::Receiver<Vec<Item>>,
) -> Result<Option<Batch>> {
    let Some(items) = receiver.recv().await else { return Ok(None) };
    let mut batch = Batch::default();
    let mut pages = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Page(page) => pages.push(*page),
            Item::Skipped(reason) => batch.reasons.push(reason),
        }
    }
    for kept in context.store.keep(&pages).await? {
        match kept {
            Kept::New(_) => batch.kept += 1,
            Kept::Known(_) => batch.known += 1,
        }
    }
    Ok(Some(batch))
}

/// Hands items over in batches. Gives up quietly when nobody takes them any more.
struct Out<'a> {
    sender: &'a mpsc::Sender<Vec<Item>>,
    waiting: Vec<Item>,
    bytes: usize,
}

impl Out<'_> {
    fn push(&mut self, item: Item) -> Result<()> {
        if let Item::Page(page) = &item {
            self.bytes += page.body.len();
        }
        self.waiting.push(item);
        if self.waiting.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn skip(&mut self, what: &str, reason: &str) -> Result<()> {
        self.push(Item::Skipped(format!("{what}: {reason}")))
    }

    fn flush(&mut self) -> Result<()> {
        let items = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if !items.is_empty() {
            self.sender.blocking_send(items).context("the import was stopped")?;
        }
        Ok(())
    }
}

fn produce(paths: &[PathBuf], sender: &mpsc::Sender<Vec<Item>>) -> Result<()> {
    let mut out = Out { sender, waiting: Vec::new(), bytes: 0 };
    for path in paths {
        if path.is_dir() {
            folder(path, &mut out)?;
        } else if path.extension().is_some_and(|ext| ext == "jsonl") {
            manifest(path, &mut out)?;
        } else {
            warc(path, &mut out)?;
        }
    }
    out.flush()
}

/// A folder: a manifest beside saved pages, or else WARC files, in the order of their names.
fn folder(path: &Path, out: &mut Out<'_>) -> Result<()> {
    let mut files = Vec::new();
    list(path, &mut files, 0)?;
    let manifests: Vec<&PathBuf> = files
        .iter()
        .filter(|file| file.parent() == Some(path) && has_ending(file, ".jsonl"))
        .collect();
    let named = manifests.iter().find(|file| file.ends_with("manifest.jsonl"));
    match (named, manifests.as_slice()) {
        (Some(named), _) => return manifest(named, out),
        (None, [only]) => return manifest(only, out),
        (None, []) => {}
        (None, more) => bail!(
            "`{}` holds {} .jsonl files: call the manifest `manifest.jsonl`",
            path.display(),
            more.len()
        ),
    }
    let warcs: Vec<&PathBuf> = files
        .iter()
        .filter(|file| has_ending(file, ".warc") || has_ending(file, ".warc.gz"))
        .collect();
    if warcs.is_empty() {
        bail!(
            "`{}` holds neither WARC files nor a manifest (a .jsonl file whose lines give the \
             `url` and the `path` of each saved page)",
            path.display()
        );
    }
    warcs.into_iter().try_for_each(|file| warc(file, out))
}

/// Deepest folder that is looked into.
const FOLDERS_DEEP: usize = 16;

fn list(path: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<()> {
    let shown = || format!("`{}` cannot be listed", path.display());
    let mut entries = std::fs::read_dir(path)
        .with_context(shown)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .with_context(shown)?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() && depth < FOLDERS_DEEP {
            list(&entry, files, depth + 1)?;
        } else if entry.is_file() {
            files.push(entry);
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending))
}

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

fn manifest(path: &Path, out: &mut Out<'_>) -> Result<()> {
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
            Ok(page) => out.push(Item::Page(Box::new(page)))?,
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
    let page = PageInput {
        bytes: body,
        url: None,
        headers: &Headers::default(),
        fetched: None,
        zone: None,
        lang_hint: None,
        feed: None,
    };
    extract_page(&page).value.canonical
}

/// An instant, or a day in UTC.
pub(crate) fn parse_time(raw: &str) -> Option<Timestamp> {
    let day = || {
        let day: jiff::civil::Date = raw.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
    };
    raw.parse().ok().or_else(day)
}

fn whole_milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
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

fn warc(path: &Path, out: &mut Out<'_>) -> Result<()> {
    let shown = path.display().to_string();
    let file = File::open(path).with_context(|| format!("`{shown}`"))?;
    let records = RecordReader::new(file).with_context(|| format!("`{shown}`"))?;
    let mut whole = 0;
    for record in records {
        match record {
            Ok(record) => {
                whole += 1;
                match archived_page(&record) {
                    Archived::Page(page) => out.push(Item::Page(page))?,
                    Archived::Not(reason) => {
                        let url = record.fields.get("WARC-Target-URI").unwrap_or("a record");
                        out.skip(url, &reason)?;
                    }
                    Archived::Other => {}
                }
            }
            // What came before the break is kept.
            Err(error) if whole > 0 => {
                return out.skip(&shown, &format!("breaks off after {whole} records: {error}"));
            }
            Err(error) => return Err(error).with_context(|| format!("`{shown}` is no WARC file")),
        }
    }
    Ok(())
}

enum Archived {
    Page(Box<NewPage>),
    Not(String),
    /// A request, a note of the archive's maker, and so on.
    Other,
}

fn archived_page(record: &Record) -> Archived {
    if !matches!(record.kind(), "response" | "resource") {
        return Archived::Other;
    }
    match page_of(record) {
        Ok(page) => Archived::Page(Box::new(page)),
        Err(error) => Archived::Not(format!("{error:#}")),
    }
}

fn page_of(record: &Record) -> Result<NewPage> {
    let url = record.fields.get("WARC-Target-URI").context("the record names no address")?;
    let url = PageUrl::parse(url.trim_matches(['<', '>']))?;
    let date = record.fields.get("WARC-Date").context("the record has no date")?;
    let fetched = parse_time(date).with_context(|| format!("`{date}` is no time"))?;
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
    if url.as_url().path() == "/robots.txt" {
        bail!("robots.txt");
    }
    Ok(NewPage {
        url,
        fetched: whole_milliseconds(fetched),
        status,
        headers,
        body: Bytes::from(body),
        request: None,
        via: PageVia::Warc,
        source: None,
        priority: 0,
    })
}
