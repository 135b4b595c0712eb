//! Importing: WARC files and web archives in one file (WACZ), and folders of saved pages with a
//! manifest, kept and read as live pages are. Never asks the web, and never changes the files it
//! reads.

mod files;
mod originals;
mod records;
mod saved;
mod wacz;

use crate::{Context, GroupStage, IndexStage, read_round};
use anyhow::{Context as _, Result, bail};
use chapar_store::{Kept, NewPage};
use jiff::Timestamp;
use originals::Originals;
use records::Again;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Batches that wait for the disk.
const BATCHES_WAITING: usize = 2;
/// Reasons listed one by one; more are only counted.
const SKIPPED_LISTED: usize = 100;
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
    Page {
        page: Box<NewPage>,
        /// The digest of its body, as the archive states it.
        digest: Option<String>,
    },
    Again(Box<Again>),
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
    let producer = tokio::task::spawn_blocking(move || files::produce(&paths, &sender));
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
    let mut originals = Originals::default();
    let mut open = true;
    loop {
        // One batch is kept while another is read; the order of pages is that of keeping.
        let (kept, round) = tokio::join!(
            async {
                match open {
                    true => keep_next(context, &mut receiver, &mut originals).await,
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
    originals: &mut Originals,
) -> Result<Option<Batch>> {
    let Some(items) = receiver.recv().await else { return Ok(None) };
    let mut batch = Batch::default();
    let mut pages: Vec<NewPage> = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Page { page, digest } => {
                originals.note(&page, digest);
                pages.push(*page);
            }
            Item::Again(again) => {
                let url = again.page.url.clone();
                match originals.find(&context.store, *again, &pages).await? {
                    Some(page) => pages.push(page),
                    None => batch.reasons.push(format!("{url}: a revisit of what is not there")),
                }
            }
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

/// An instant, or a day in UTC.
fn parse_time(raw: &str) -> Option<Timestamp> {
    let day = || {
        let day: jiff::civil::Date = raw.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
    };
    raw.parse().ok().or_else(day)
}

fn whole_milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}
