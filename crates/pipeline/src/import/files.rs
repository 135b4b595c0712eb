//! Which files there are to import, and their pages on the way to the store in batches.

use super::Item;
use super::records::warc;
use super::saved::manifest;
use super::wacz::wacz;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Pages kept in one transaction.
const BATCH: usize = 32;
/// Bytes of bodies kept in one transaction, so that memory stays flat whatever the pages' size.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Deepest folder that is looked into.
const FOLDERS_DEEP: usize = 16;

/// Hands items over in batches. Gives up quietly when nobody takes them any more.
pub(super) struct Out<'a> {
    sender: &'a mpsc::Sender<Vec<Item>>,
    waiting: Vec<Item>,
    bytes: usize,
}

impl Out<'_> {
    pub(super) fn push(&mut self, item: Item) -> Result<()> {
        if let Item::Page { page, .. } = &item {
            self.bytes += page.body.len();
        }
        self.waiting.push(item);
        if self.waiting.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn skip(&mut self, what: &str, reason: &str) -> Result<()> {
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

pub(super) fn produce(paths: &[PathBuf], sender: &mpsc::Sender<Vec<Item>>) -> Result<()> {
    let mut out = Out { sender, waiting: Vec::new(), bytes: 0 };
    for path in paths {
        if path.is_dir() {
            folder(path, &mut out)?;
        } else if path.extension().is_some_and(|ext| ext == "jsonl") {
            manifest(path, &mut out)?;
        } else {
            archive(path, &mut out)?;
        }
    }
    out.flush()
}

fn archive(path: &Path, out: &mut Out<'_>) -> Result<()> {
    match has_ending(path, ".wacz") {
        true => wacz(path, out),
        false => warc(path, out),
    }
}

/// A folder: a manifest beside saved pages, or else archives, in the order of their names.
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
    let archives: Vec<&PathBuf> = files
        .iter()
        .filter(|file| [".warc", ".warc.gz", ".wacz"].iter().any(|end| has_ending(file, end)))
        .collect();
    if archives.is_empty() {
        bail!(
            "`{}` holds neither archives (WARC, WACZ) nor a manifest (a .jsonl file whose lines give the \
             `url` and the `path` of each saved page)",
            path.display()
        );
    }
    archives.into_iter().try_for_each(|file| archive(file, out))
}

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

pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending))
}
