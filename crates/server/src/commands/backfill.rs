//! `chapar backfill`: what a source published before it was followed.

use crate::cli::{Backfill, Cli};
use crate::clock::SystemClock;
use crate::newsroom;
use crate::say::{Bar, Done, answer, answer_json, note};
use anyhow::{Context as _, Result, bail};
use chapar_fetch::AddressPolicy;
use chapar_model::SourceKey;
use chapar_pipeline::{BackfillPlan, backfill, drain};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Backfill) -> Result<Done> {
    let since = options.since.as_deref().map(day).transpose()?;
    let mut room = newsroom::open(cli, options.edition.edition.as_deref()).await?;
    let edition = Arc::clone(&room.context.edition);
    let fetcher = newsroom::fetcher(&edition, AddressPolicy::default(), Arc::new(SystemClock))?;
    room.context.fetcher = Some(fetcher);
    let context = &room.context;
    let key = SourceKey::parse(&options.source)
        .with_context(|| format!("`{}` is no key of a source", options.source))?;
    let Some(source) = context.store.source(&key).await? else {
        bail!("`{key}` is no source of this newsroom: `chapar sources` lists them");
    };
    let plan = BackfillPlan { since, documents_max: options.documents, pages_max: options.pages };
    let bar = Bar::new("walking back");
    let report = backfill(context, &source, &plan, &bar).await;
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
    if cli.json {
        answer_json(&json!({
            "documents": report.documents, "pages": report.pages,
            "oldest": report.oldest, "ends": report.ends,
        }))?;
        return Ok(Done::Whole);
    }
    let oldest = report.oldest.map(|at| format!(", back to {}", at.strftime("%Y-%m-%d")));
    answer(&format!(
        "{} feeds' pages and sitemaps read{}; {} pages fetched",
        report.documents,
        oldest.unwrap_or_default(),
        report.pages
    ));
    report.ends.iter().for_each(|end| note(end));
    Ok(Done::Whole)
}

fn day(raw: &str) -> Result<jiff::Timestamp> {
    let day: Date = raw.parse().with_context(|| format!("`{raw}` is no day such as 2026-03-02"))?;
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).with_context(|| format!("`{raw}`"))
}
