//! Whether what we archive is WARC to others: imports pages into a newsroom of its own and has
//! `warcio`, which is not ours, check every record.

use crate::files::{binary, output, target_dir};
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages that archives get wrong: letters beyond ASCII, nothing at all, line ends in a body.
const PAGES: [(&str, &str, &str); 3] = [
    (
        "https://gazette.example/2026/03/bread-price",
        "bread.html",
        "<html><title>Bread</title><p>The price of bread was put off, the guild said.</p></html>",
    ),
    (
        "https://zana.example/خبر/۱۲",
        "persian.html",
        "<html lang=fa><title>نان</title><p>بهای نان ماه آینده بازبینی می‌شود.</p></html>",
    ),
    ("https://gazette.example/empty", "empty.html", "\r\n\r\n"),
];

/// Imports the pages and has the archive checked.
pub(crate) fn archive(root: &Path) -> Result<()> {
    let folder = target_dir(root)?.join("archive-check");
    let (pages, room) = (folder.join("pages"), folder.join("room"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    write_pages(&pages)?;
    output(Command::new(binary(root)?).arg("--data").arg(&room).arg("import").arg(&pages))?;
    let segments = find_segments(&room)?;
    ensure!(!segments.is_empty(), "the import left no WARC file in `{}`", room.display());
    let mut whole = 0;
    for segment in &segments {
        let said = output(Command::new("warcio").args(["check", "-v"]).arg(segment))
            .context("warcio (`pip install warcio`) finds fault")?;
        whole += said.matches("digest pass").count();
    }
    ensure!(whole >= PAGES.len(), "warcio could check {whole} digests of {} pages", PAGES.len());
    println!("archive: warcio finds {whole} digests right in {} WARC files", segments.len());
    Ok(())
}

fn write_pages(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut manifest = String::new();
    for (url, file, body) in PAGES {
        fs::write(folder.join(file), body)?;
        let line = serde_json::json!({
            "url": url, "path": file, "fetched": "2026-03-02T08:30:00Z", "status": 200,
            "headers": { "content-type": "text/html; charset=utf-8" },
        });
        manifest.push_str(&format!("{line}\n"));
    }
    fs::write(folder.join("manifest.jsonl"), manifest)?;
    Ok(())
}

pub(crate) fn find_segments(room: &Path) -> Result<Vec<PathBuf>> {
    let mut segments = Vec::new();
    for folder in ["spool", "archive"].map(|name| room.join(name)) {
        let entries = fs::read_dir(&folder).with_context(|| format!("`{}`", folder.display()))?;
        for entry in entries {
            segments.push(entry?.path());
        }
    }
    segments.retain(|path| path.to_string_lossy().ends_with(".warc.gz"));
    segments.sort();
    Ok(segments)
}
