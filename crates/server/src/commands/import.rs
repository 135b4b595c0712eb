//! `chapar import`: archives in, through the same stages as live pages.

use crate::cli::{Cli, Import};
use crate::newsroom;
use crate::say::{Bar, Done, answer, answer_json, note};
use anyhow::Result;
use chapar_pipeline::import;
use serde_json::json;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Import) -> Result<Done> {
    let room = newsroom::open(cli, options.edition.edition.as_deref()).await?;
    let context = &room.context;
    let bar = Bar::new("reading");
    let report = import(context, &options.paths, &bar).await;
    bar.clear();
    let report = report?;
    let totals = context.store.totals().await?;
    let outcomes = context.store.outcomes().await?;
    context.store.close().await;
    if cli.json {
        let outcomes: serde_json::Map<_, _> =
            outcomes.iter().map(|(kind, count)| (kind.as_str().to_owned(), json!(count))).collect();
        answer_json(&json!({
            "kept": report.kept, "known": report.known, "read": report.read,
            "skipped": report.skipped, "reasons": report.reasons,
            "pages": totals.pages, "articles": totals.articles + totals.off_topic,
            "stories": totals.stories, "outcomes": outcomes,
            "archive_bytes": totals.archive_bytes,
        }))?;
    } else {
        answer(&format!(
            "{} pages are new, {} were kept before, {} were read, {} skipped",
            report.kept, report.known, report.read, report.skipped
        ));
        let named: Vec<String> =
            outcomes.iter().map(|(kind, count)| format!("{} {count}", kind.as_str())).collect();
        answer(&format!("all pages: {} ({})", totals.pages, named.join(", ")));
        answer(&format!(
            "{} articles belong to the edition, {} do not; {} stories",
            totals.articles, totals.off_topic, totals.stories
        ));
        report.reasons.iter().for_each(|reason| note(&format!("skipped {reason}")));
    }
    Ok(if report.skipped > 0 { Done::WithGaps } else { Done::Whole })
}
