//! `chapar sources`: the sources, and how each fares.

use crate::cli::Cli;
use crate::say::{Done, answer, answer_json};
use anyhow::Result;
use chapar_model::Lang;
use chapar_store::{OpenMode, SourceSummary, Store};
use serde_json::{Value, json};

/// Runs the command.
pub(crate) async fn run(cli: &Cli) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let all = store.source_summaries().await?;
    store.close().await;
    if cli.json {
        answer_json(&all.iter().map(as_json).collect::<Vec<_>>())?;
        return Ok(Done::Whole);
    }
    if all.is_empty() {
        answer("No sources yet: `chapar run EDITION.toml` follows those of an edition.");
    }
    for one in &all {
        let setup = &one.source.setup;
        answer(&format!(
            "{:<24} {:>6} articles {:>6} pages  {}",
            setup.key.as_str(),
            one.articles,
            one.pages,
            health(one)
        ));
    }
    Ok(Done::Whole)
}

/// How a source fares, in words.
fn health(one: &SourceSummary) -> String {
    if !one.source.listed {
        return "not in the edition".to_owned();
    }
    match (&one.last_error, one.failures, one.feeds) {
        (_, _, 0) => "no feed is known: `chapar add` looks for one".to_owned(),
        (Some(error), failures, _) if failures > 0 => {
            format!("a feed failed {failures} times: {error}")
        }
        _ => match one.last_polled {
            Some(at) => format!("well; asked {}", at.strftime("%Y-%m-%d %H:%M UTC")),
            None => "not asked yet".to_owned(),
        },
    }
}

fn as_json(one: &SourceSummary) -> Value {
    let setup = &one.source.setup;
    json!({
        "key": setup.key, "name": one.source.name(Lang::EN), "home": setup.home,
        "lang": setup.lang, "kind": setup.kind, "group": setup.publisher_group,
        "listed": one.source.listed, "feeds": one.feeds, "articles": one.articles,
        "pages": one.pages, "last_fetched": one.last_fetched, "last_polled": one.last_polled,
        "failures": one.failures, "last_error": one.last_error, "health": health(one),
    })
}
