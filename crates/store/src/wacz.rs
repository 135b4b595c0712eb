//! A part of the archive in one file that others can look at: WACZ, a zip with the records, their
//! index, a list of pages and a signature over all of it. Writes nothing but that file and, the
//! first time, the newsroom's key.
//!
//! Sources: WACZ 1.1.1 and WACZ Signing and Verification 0.1.0 (anonymous signature), Webrecorder,
//! <https://specs.webrecorder.net/>.

use crate::cdxj::{LineSorter, is_shown, line};
use crate::chain::LinkKind;
use crate::selection::{LinkRow, Selection};
use crate::sign::SigningKey;
use crate::warc::info_member;
use crate::{Store, StoreError};
use chapar_model::{ArticleId, OutcomeKind};
use jiff::Timestamp;
use serde_json::{Value, json as object};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const SOFTWARE: &str = concat!("chapar/", env!("CARGO_PKG_VERSION"));
const WARC_FILE: &str = "chapar.warc.gz";

/// What is to be handed on.
#[derive(Debug, Clone)]
pub struct NewWacz<'a> {
    /// Which answers.
    pub selection: Selection,
    /// What it is called.
    pub title: &'a str,
    /// Which part of the newsroom it is, in words.
    pub description: &'a str,
    /// When it is made.
    pub created: Timestamp,
}

/// What a WACZ holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaczReport {
    /// Answers of which a record is in it.
    pub records: u64,
    /// Articles in its list of pages.
    pub pages: u64,
    /// What was signed: the digest of its `datapackage.json`.
    pub hash: String,
    /// The newsroom's public key, in base 64.
    pub public_key: String,
}

/// Writes a WACZ to `file`.
pub async fn write_wacz(
    store: &Store,
    new: &NewWacz<'_>,
    file: &Path,
) -> Result<WaczReport, StoreError> {
    let seqs = store.selected(&new.selection).await?;
    let key = SigningKey::load_or_make(store.dir())?;
    let fail = |source| StoreError::File { path: file.to_owned(), source };
    let mut package = Package::begin(File::create(file).map_err(fail)?);
    let records = put_records(store, new, &seqs, &mut package, file).await?;
    let pages = put_pages(store, &seqs, &mut package).await?;
    let hash = put_manifest(new, &key, &mut package)?;
    package.zip.finish()?.flush().map_err(fail)?;
    Ok(WaczReport { records, pages, hash, public_key: key.public_key() })
}

/// The records, and the index to them.
async fn put_records(
    store: &Store,
    new: &NewWacz<'_>,
    seqs: &[i64],
    package: &mut Package,
    file: &Path,
) -> Result<u64, StoreError> {
    // Records are compressed already, and readers jump to them.
    package.begin_file(&format!("archive/{WARC_FILE}"), CompressionMethod::Stored)?;
    let info = info_member(WARC_FILE, new.created);
    package.write(&info.map_err(|source| StoreError::Warc(source.into()))?)?;
    let mut sorter = LineSorter::beside(file);
    let mut records = 0;
    store
        .each_link(seqs, async |link| {
            let offset = package.bytes();
            package.write(&store.archive.member(&link.place).await?)?;
            records += 1;
            if is_shown(&link) {
                sorter.push(line(&link, WARC_FILE, offset, link.answer_bytes()))?;
            }
            Ok(())
        })
        .await?;
    package.end_file();
    package.begin_file("indexes/index.cdxj", CompressionMethod::Deflated)?;
    sorter.write_to(package)?;
    package.end_file();
    Ok(records)
}

/// The articles, for people to choose from.
async fn put_pages(store: &Store, seqs: &[i64], package: &mut Package) -> Result<u64, StoreError> {
    package.begin_file("pages/pages.jsonl", CompressionMethod::Deflated)?;
    package.line(&object!({ "format": "json-pages-1.0", "id": "pages", "title": "Articles" }))?;
    let mut pages = 0;
    store
        .each_link(seqs, async |link| {
            let is_article = link.outcome.as_deref() == Some(OutcomeKind::Article.as_str());
            if link.kind != LinkKind::Page || !is_article {
                return Ok(());
            }
            pages += 1;
            package.line(&object!({
                "id": format!("page-{}", link.page),
                "url": link.url.as_str(),
                "ts": link.seen,
                "title": title_of(store, &link).await?,
            }))
        })
        .await?;
    package.end_file();
    Ok(pages)
}

async fn title_of(store: &Store, link: &LinkRow) -> Result<String, StoreError> {
    let saved = store.revision(ArticleId(link.address), link.page).await?;
    let title = saved.and_then(|saved| saved.article.title.value().cloned());
    Ok(title.unwrap_or_else(|| link.url.to_string()))
}

/// The list of files with their digests, and the signature over it; gives its digest.
fn put_manifest(
    new: &NewWacz<'_>,
    key: &SigningKey,
    package: &mut Package,
) -> Result<String, StoreError> {
    let created = new.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let manifest = object!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": new.title,
        "description": new.description,
        "created": created,
        "software": SOFTWARE,
        "resources": package.files,
    });
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    let hash = format!("sha256:{:x}", Sha256::digest(&manifest));
    let digest = object!({
        "path": "datapackage.json",
        "hash": hash,
        "signedData": {
            "hash": hash,
            "created": created,
            "software": SOFTWARE,
            "version": "0.1.0",
            "signature": key.sign(&hash)?,
            "publicKey": key.public_key(),
        },
    });
    package.begin_file("datapackage.json", CompressionMethod::Deflated)?;
    package.write(&manifest)?;
    package.begin_file("datapackage-digest.json", CompressionMethod::Deflated)?;
    package.write(&serde_json::to_vec_pretty(&digest)?)?;
    Ok(hash)
}

/// A zip that keeps account of its files.
struct Package {
    zip: ZipWriter<BufWriter<File>>,
    current: Option<Counted>,
    /// Those that are whole, as the manifest lists them.
    files: Vec<Value>,
}

struct Counted {
    path: String,
    bytes: u64,
    hash: Sha256,
}

impl Package {
    fn begin(file: File) -> Self {
        Self { zip: ZipWriter::new(BufWriter::new(file)), current: None, files: Vec::new() }
    }

    fn begin_file(&mut self, path: &str, method: CompressionMethod) -> Result<(), StoreError> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(method == CompressionMethod::Stored);
        self.zip.start_file(path, options)?;
        self.current = Some(Counted { path: path.to_owned(), bytes: 0, hash: Sha256::new() });
        Ok(())
    }

    /// Bytes of the current file.
    fn bytes(&self) -> u64 {
        self.current.as_ref().map_or(0, |current| current.bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.write_all(bytes).map_err(|source| StoreError::Zip(source.into()))
    }

    fn line(&mut self, value: &Value) -> Result<(), StoreError> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.write(&line)
    }

    fn end_file(&mut self) {
        if let Some(Counted { path, bytes, hash }) = self.current.take() {
            let name = path.rsplit('/').next().unwrap_or_default();
            let hash = format!("sha256:{:x}", hash.finalize());
            self.files.push(object!({ "name": name, "path": path, "hash": hash, "bytes": bytes }));
        }
    }
}

impl Write for Package {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.zip.write(bytes)?;
        if let Some(current) = &mut self.current {
            current.bytes += written as u64;
            current.hash.update(bytes.get(..written).unwrap_or_default());
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
