//! `chapar backfill`: what a source published before it was followed.

use crate::cli::{Backfill, Cli};
use crate::clock::SystemClock;
use crate::newsroom;
use crate::say::{Bar, Done, answer, answer_json, note};
use anyhow::{Context as _, Result, bail};
use chapar_fetch::{AddressPolicy, Clock as _};
use chapar_model::SourceKey;
use chapar_pipeline::{
    BackfillPlan, BackfillReport, backfill, begin_backfill, drain, stop_backfill,
};
use chapar_store::{OpenMode, SourceRow, Store, StoreError};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Backfill) -> Result<Done> {
    let since = options.since.as_deref().map(day).transpose()?;
    let plan = BackfillPlan { since, documents_max: options.documents, pages_max: options.pages };
    if options.stop {
        return stop(cli, options).await;
    }
    match newsroom::open(cli, options.edition.edition.as_deref()).await {
        Ok(room) => walk(cli, options, &plan, room).await,
        Err(error) if is_in_use(&error) => hand_over(cli, options, &plan).await,
        Err(error) => Err(error),
    }
}

fn is_in_use(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::InUse { .. }))
}

/// Goes back itself, where no other process runs the newsroom.
async fn walk(
    cli: &Cli,
    options: &Backfill,
    plan: &BackfillPlan,
    mut room: newsroom::Newsroom,
) -> Result<Done> {
    let edition = Arc::clone(&room.context.edition);
    let fetcher = newsroom::fetcher(&edition, AddressPolicy::default(), Arc::new(SystemClock))?;
    room.context.fetcher = Some(fetcher);
    let context = &room.context;
    let source = source(&context.store, &options.source).await?;
    let bar = Bar::new("walking back");
    let report = backfill(context, &source, plan, &bar).await;
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            bar.clear();
            return Err(error);
        }
    };
    drain(context, &bar).await?;
    bar.clear();
    context.store.close().await;
    tell(cli, &report)
}

fn tell(cli: &Cli, report: &BackfillReport) -> Result<Done> {
    if cli.json {
        answer_json(&json!({
            "documents": report.documents, "pages": report.pages,
            "oldest": report.oldest, "ends": report.ends, "open": report.open,
        }))?;
        return Ok(Done::Whole);
    }
    let oldest = report.oldest.map(|at| format!(", back to {}", at.strftime("%Y-%m-%d")));
    answer(&format!(
        "{} documents read{}; {} new pages found",
        report.documents,
        oldest.unwrap_or_default(),
        report.pages
    ));
    report.ends.iter().for_each(|end| note(end));
    if report.open > 0 {
        note("Some answers have to be waited for: it goes on when the newsroom runs.");
    }
    Ok(Done::Whole)
}

/// Leaves it to the process that runs the newsroom.
async fn hand_over(cli: &Cli, options: &Backfill, plan: &BackfillPlan) -> Result<Done> {
    if options.edition.edition.is_some() {
        bail!(
            "the newsroom runs with an edition of its own: stop it first, or leave --edition out"
        );
    }
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let source = source(&store, &options.source).await?;
    let ways = begin_backfill(&store, &source, plan, SystemClock.now()).await?;
    store.close().await;
    if cli.json {
        answer_json(&json!({ "handed_over": true, "ways": ways }))?;
    } else {
        answer(&format!(
            "The newsroom that runs goes back for `{}` now. `chapar sources` tells how far it is.",
            options.source
        ));
    }
    Ok(Done::Whole)
}

async fn stop(cli: &Cli, options: &Backfill) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let source = source(&store, &options.source).await?;
    let stopped = stop_backfill(&store, &source, SystemClock.now()).await?;
    store.close().await;
    match (cli.json, stopped) {
        (true, _) => answer_json(&json!({ "stopped": stopped }))?,
        (false, 0) => answer(&format!("Nothing is under way for `{}`.", options.source)),
        (false, _) => answer("Stopped. What was found is fetched all the same."),
    }
    Ok(Done::Whole)
}

async fn source(store: &Store, key: &str) -> Result<SourceRow> {
    let key = SourceKey::parse(key).with_context(|| format!("`{key}` is no key of a source"))?;
    match store.source(&key).await? {
        Some(source) => Ok(source),
        None => bail!("`{key}` is no source of this newsroom: `chapar sources` lists them"),
    }
}

fn day(raw: &str) -> Result<jiff::Timestamp> {
    let day: Date = raw.parse().with_context(|| format!("`{raw}` is no day such as 2026-03-02"))?;
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).with_context(|| format!("`{raw}`"))
}
