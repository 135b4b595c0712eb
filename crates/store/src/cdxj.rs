//! The archive's index in CDXJ, as pywb and ReplayWeb.page read it: a line for each answer with its
//! key, its time and where its record stands, sorted by bytes. Memory does not grow with the
//! archive: runs of lines are sorted on their own and merged.

use crate::chain::LinkKind;
use crate::selection::{LinkRow, Selection};
use crate::surt::surt;
use crate::warc::digest_text;
use crate::{Store, StoreError};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Lines, Write};
use std::path::{Path, PathBuf};

/// Bytes of lines that are sorted in memory.
const RUN_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What an index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndexReport {
    /// Lines: answers of which a record stands in the archive.
    pub lines: u64,
}

/// Writes the index of everything that was seen to `file`. File names in it are those of the
/// segments, without a folder.
pub async fn write_cdxj(store: &Store, file: &Path) -> Result<IndexReport, StoreError> {
    let seqs = store.selected(&Selection::default()).await?;
    let mut sorter = LineSorter::beside(file);
    let mut lines = 0;
    store
        .each_link(&seqs, async |link| {
            if is_shown(&link) {
                let bytes = link.answer_bytes();
                sorter.push(line(&link, &link.place.segment, link.place.offset, bytes))?;
                lines += 1;
            }
            Ok(())
        })
        .await?;
    let fail = |source| StoreError::File { path: file.to_owned(), source };
    let mut out = BufWriter::new(File::create(file).map_err(fail)?);
    sorter.write_to(&mut out)?;
    out.flush().map_err(fail)?;
    Ok(IndexReport { lines })
}

/// Whether an answer has something to show. "Not modified" has not: who asks for its time is shown
/// the page that it is about.
pub(crate) fn is_shown(link: &LinkRow) -> bool {
    link.kind != LinkKind::NotModified
}

/// A line of the index, without its end.
pub(crate) fn line(link: &LinkRow, file: &str, offset: u64, bytes: u64) -> String {
    let time = link.seen.strftime("%Y%m%d%H%M%S");
    let mime = match link.kind {
        LinkKind::Page => mime_of(link),
        LinkKind::Same | LinkKind::NotModified => "warc/revisit".to_owned(),
    };
    let facts = json!({
        "url": link.url.as_str(),
        "mime": mime,
        "status": link.status.unwrap_or(200).to_string(),
        "digest": digest_text(link.digest.as_bytes()),
        "length": bytes.to_string(),
        "offset": offset.to_string(),
        "filename": file,
    });
    format!("{} {time} {facts}", surt(&link.url))
}

fn mime_of(link: &LinkRow) -> String {
    let stated = link.headers.get("Content-Type").unwrap_or_default();
    let mime = stated.split([';', ',']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_mime = mime.contains('/') && mime.bytes().all(|byte| byte.is_ascii_graphic());
    if is_mime { mime } else { "unk".to_owned() }
}

/// Lines that come in any order and go out sorted by their bytes.
pub(crate) struct LineSorter {
    lines: Vec<String>,
    bytes: usize,
    runs: Vec<PathBuf>,
    beside: PathBuf,
}

impl LineSorter {
    /// Sorted runs that do not fit into memory are put beside this file for a while.
    pub(crate) fn beside(file: &Path) -> Self {
        Self { lines: Vec::new(), bytes: 0, runs: Vec::new(), beside: file.to_owned() }
    }

    pub(crate) fn push(&mut self, line: String) -> Result<(), StoreError> {
        self.bytes += line.len();
        self.lines.push(line);
        if self.bytes > RUN_BYTES_MAX {
            self.end_run()?;
        }
        Ok(())
    }

    fn end_run(&mut self) -> Result<(), StoreError> {
        let mut name = self.beside.clone().into_os_string();
        name.push(format!(".run-{}", self.runs.len()));
        let path = PathBuf::from(name);
        self.lines.sort_unstable();
        let fail = |source| StoreError::File { path: path.clone(), source };
        let mut file = BufWriter::new(File::create(&path).map_err(fail)?);
        self.runs.push(path.clone());
        for line in self.lines.drain(..) {
            writeln!(file, "{line}").map_err(fail)?;
        }
        self.bytes = 0;
        file.flush().map_err(fail)
    }

    pub(crate) fn write_to(mut self, out: &mut impl Write) -> Result<(), StoreError> {
        self.lines.sort_unstable();
        let fail = |source| StoreError::File { path: self.beside.clone(), source };
        let mut runs: Vec<Lines<BufReader<File>>> = Vec::new();
        for run in &self.runs {
            runs.push(BufReader::new(File::open(run).map_err(fail)?).lines());
        }
        let merged = merge(std::mem::take(&mut self.lines), &mut runs, out);
        merged.map_err(fail)
    }
}

impl Drop for LineSorter {
    fn drop(&mut self) {
        for run in &self.runs {
            // A run that stays behind is a nuisance and no fault.
            let _ = std::fs::remove_file(run);
        }
    }
}

fn merge(
    lines: Vec<String>,
    runs: &mut [Lines<impl BufRead>],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut rest = lines.into_iter();
    // What is still in memory is the run after the last one.
    let in_memory = runs.len();
    let mut next = |source: usize| match runs.get_mut(source) {
        Some(run) => run.next().transpose(),
        None => Ok(rest.next()),
    };
    let mut waiting = BinaryHeap::new();
    for source in 0..=in_memory {
        waiting.extend(next(source)?.map(|line| Reverse((line, source))));
    }
    while let Some(Reverse((line, source))) = waiting.pop() {
        writeln!(out, "{line}")?;
        if let Some(line) = next(source)? {
            waiting.push(Reverse((line, source)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_what_is_in_memory_come_out_as_one() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("index.cdxj");
        let mut sorter = LineSorter::beside(&file);
        for (at, line) in ["d", "a", "c", "b", "e", "a"].into_iter().enumerate() {
            sorter.push(line.to_owned()).unwrap();
            if at % 2 == 1 && at < 4 {
                sorter.end_run().unwrap();
            }
        }
        let mut out = Vec::new();
        sorter.write_to(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\na\nb\nc\nd\ne\n");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
