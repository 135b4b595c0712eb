//! Web archives in one file: the WARC files in a zip, read where they stand. Nothing is unpacked to
//! the disk, so no name in the zip can lead anywhere; what swells or overlaps as no archive does is
//! refused.

use super::files::Out;
use super::records::records;
use anyhow::{Context as _, Result, bail, ensure};
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;
use zip::ZipArchive;

/// Files in one zip.
const FILES_MAX: usize = 10_000;
/// A file may be this much larger than what it is packed in, whatever it holds ...
const GROWTH_FREE: u64 = 1024 * 1024;
/// ... and beyond that by this factor.
const GROWTH_MAX: u64 = 200;

pub(super) fn wacz(path: &Path, out: &mut Out<'_>) -> Result<()> {
    let shown = path.display().to_string();
    let file = File::open(path).with_context(|| format!("`{shown}`"))?;
    let bytes = file.metadata().with_context(|| format!("`{shown}`"))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file))
        .with_context(|| format!("`{shown}` is no web archive (a zip)"))?;
    let warcs = find_warcs(&mut zip, bytes).with_context(|| format!("`{shown}` is refused"))?;
    ensure!(!warcs.is_empty(), "`{shown}` holds no WARC file in its folder `archive`");
    for (name, at) in warcs {
        let entry = zip.by_index(at).with_context(|| format!("`{name}` in `{shown}`"))?;
        let size = entry.size();
        records(&format!("{shown}/{name}"), entry.take(size), out)?;
    }
    Ok(())
}

/// The WARC files by name, with their places in the zip.
fn find_warcs(zip: &mut ZipArchive<BufReader<File>>, bytes: u64) -> Result<Vec<(String, usize)>> {
    ensure!(zip.len() <= FILES_MAX, "it holds {} files, over the limit of {FILES_MAX}", zip.len());
    let mut packed_bytes: u64 = 0;
    let mut warcs = Vec::new();
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at)?;
        let name = entry.name()?.into_owned();
        packed_bytes = packed_bytes.saturating_add(entry.compressed_size());
        // Files that share their bytes are how a small zip becomes a large one.
        ensure!(packed_bytes <= bytes, "its files overlap");
        let is_warc = name.starts_with("archive/")
            && [".warc", ".warc.gz"].iter().any(|ending| name.ends_with(ending));
        if !is_warc {
            continue;
        }
        let room = GROWTH_FREE.saturating_add(entry.compressed_size().saturating_mul(GROWTH_MAX));
        if entry.size() > room {
            bail!("`{name}` would be {GROWTH_MAX} times as large as it is packed");
        }
        warcs.push((name, at));
    }
    warcs.sort();
    Ok(warcs)
}
