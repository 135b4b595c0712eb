//! Whether what we archive is an archive to others: pages are imported into a newsroom and the
//! sample is run in another; then `warcio`, `pywb` and `wacz`, none of which is ours, read what is
//! there.

use crate::files::{binary, output, target_dir};
use crate::replay::{Extent, replay, validate};
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

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

/// Real seconds of a day of the sample, and those that it is run for. Its five days pass in less.
const DAY_SECONDS: &str = "3";
const RUN_SECONDS: u64 = 24;

/// Makes two newsrooms and has the archive of each checked.
pub(crate) fn archive(root: &Path, extent: Extent) -> Result<()> {
    let folder = target_dir(root)?.join("archive-check");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let pages = folder.join("pages");
    write_pages(&pages)?;
    let room = folder.join("imported");
    output(Command::new(binary(root)?).arg("--data").arg(&room).arg("import").arg(&pages))?;
    // Three odd pages are few: all of them are asked for.
    look_over(root, &room, Extent::All)?;
    let room = folder.join("sample");
    run_sample(root, &room)?;
    look_over(root, &room, extent)
}

/// Runs the sample for a while, and asks it to stop.
fn run_sample(root: &Path, room: &Path) -> Result<()> {
    let mut child = Command::new(binary(root)?)
        .arg("--data")
        .arg(room)
        .args(["run", "--sample", "--listen", "127.0.0.1:0", "--day-seconds", DAY_SECONDS])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    #[expect(clippy::disallowed_methods, reason = "the sample's days pass in real time")]
    std::thread::sleep(Duration::from_secs(RUN_SECONDS));
    output(Command::new("kill").args(["-INT", &child.id().to_string()]))?;
    let status = child.wait()?;
    ensure!(status.success(), "the sample ended with {status}");
    Ok(())
}

fn look_over(root: &Path, room: &Path, extent: Extent) -> Result<()> {
    let chapar = |args: &[&str], last: Option<&Path>| -> Result<String> {
        let mut command = Command::new(binary(root)?);
        output(command.arg("--data").arg(room).args(args).args(last))
    };
    let name = room.file_name().unwrap_or_default().to_string_lossy();
    let (digests, segments) = check_digests(room)?;
    println!("archive: {name}: warcio finds {digests} digests right in {segments} WARC files");

    let walk: serde_json::Value = serde_json::from_str(&chapar(&["--json", "verify"], None)?)?;
    println!("archive: {name}: the chain of {} links holds, with its records", walk["links"]);

    let [index, export, wacz] =
        ["cdxj", "export", "wacz"].map(|ending| room.with_extension(ending));
    chapar(&["export", "--cdxj"], Some(&index))?;
    chapar(&["export"], Some(&export))?;
    let compared = replay(room, &index, &export, extent)?;
    println!("archive: {name}: pywb gives {compared} pages back with their bytes");

    chapar(&["export", "--wacz"], Some(&wacz))?;
    validate(&wacz)?;
    println!("archive: {name}: wacz finds the web archive valid, and its signature holds");
    Ok(())
}

/// Has each record's digests checked; gives how many were right, and in how many files.
fn check_digests(room: &Path) -> Result<(usize, usize)> {
    let segments = find_segments(room)?;
    ensure!(!segments.is_empty(), "there is no WARC file in `{}`", room.display());
    let mut whole = 0;
    for segment in &segments {
        let said = output(Command::new("warcio").args(["check", "-v"]).arg(segment))
            .context("warcio (`pip install warcio`) finds fault")?;
        whole += said.matches("digest pass").count();
    }
    ensure!(whole >= PAGES.len(), "warcio could check {whole} digests in all");
    Ok((whole, segments.len()))
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
