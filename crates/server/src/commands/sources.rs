//! `chapar sources`: the sources, and how each fares.

use crate::cli::Cli;
use crate::clock::SystemClock;
use crate::say::{Done, answer, answer_json, note};
use anyhow::Result;
use chapar_fetch::Clock as _;
use chapar_model::Lang;
use chapar_pipeline::NETWORK_DOWN;
use chapar_store::{OpenMode, SourceSummary, Store, WalkRow};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// For how long a way into the past that has ended is told.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Runs the command.
pub(crate) async fn run(cli: &Cli) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let all = store.source_summaries().await?;
    let walks = store.walks().await?;
    let down = store.setting(NETWORK_DOWN).await?.filter(|since| !since.is_empty());
    store.close().await;
    if cli.json {
        let of = |one: &SourceSummary| {
            walks.iter().filter(|w| w.source == one.source.id).collect::<Vec<_>>()
        };
        answer_json(&all.iter().map(|one| as_json(one, &of(one))).collect::<Vec<_>>())?;
        return Ok(Done::Whole);
    }
    if all.is_empty() {
        answer("No sources yet: `chapar run EDITION.toml` follows those of an edition.");
    }
    if let Some(since) = down {
        note(&format!(
            "no host has been in reach since {since}: look at this machine's network; no source is \
             blamed for it"
        ));
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
        let recent = SystemClock.now().saturating_sub(TOLD_FOR)?;
        let own = walks.iter().filter(|walk| walk.source == one.source.id);
        own.filter(|walk| walk.ended.is_none_or(|ended| ended > recent))
            .for_each(|walk| answer(&format!("    {}", way_back(walk))));
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
            let kind = match one.failure_class.as_deref() {
                Some("hard") => "a feed is not where it was",
                Some("soft") => "a feed turns us away or cannot be read",
                _ => "a feed does not answer",
            };
            let since = one.failing.map(|at| format!(" since {}", minute(at))).unwrap_or_default();
            format!("{kind}{since} ({failures} polls): {error}{}", next(one))
        }
        _ => match (one.last_polled, &one.moved) {
            (_, Some(to)) => format!("well, but its feed has moved to {to}: name that one"),
            (Some(at), None) => format!("well; asked {}{}{}", minute(at), next(one), pushed(one)),
            (None, None) => "not asked yet".to_owned(),
        },
    }
}

fn next(one: &SourceSummary) -> String {
    one.next_poll.map(|at| format!("; next {}", minute(at))).unwrap_or_default()
}

fn pushed(one: &SourceSummary) -> String {
    one.hub.as_ref().map(|hub| format!("; pushed by {hub}")).unwrap_or_default()
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How far a way into the past has come, in words.
fn way_back(walk: &WalkRow) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let oldest = walk.oldest.map(|at| format!(", to {}", day(at))).unwrap_or_default();
    let read = format!("{} documents read, {} new pages found{oldest}", walk.documents, walk.pages);
    match (walk.ended, &walk.reason) {
        (Some(at), Some(reason)) => format!("went back, ended {}: {read}; {reason}", minute(at)),
        (Some(at), None) => format!("went back, ended {}: {read}", minute(at)),
        (None, _) => format!("goes back from {}: {read} so far", walk.start),
    }
}

fn as_json(one: &SourceSummary, walks: &[&WalkRow]) -> Value {
    let setup = &one.source.setup;
    json!({
        "key": setup.key, "name": one.source.name(Lang::EN), "home": setup.home,
        "lang": setup.lang, "kind": setup.kind, "group": setup.publisher_group,
        "listed": one.source.listed, "feeds": one.feeds, "articles": one.articles,
        "pages": one.pages, "last_fetched": one.last_fetched, "last_polled": one.last_polled,
        "failures": one.failures, "last_error": one.last_error,
        "failure_class": one.failure_class, "failing_since": one.failing,
        "next_poll": one.next_poll, "moved_to": one.moved, "hub": one.hub, "health": health(one),
        "walks": walks.iter().map(|walk| json!({
            "start": walk.start, "documents": walk.documents, "pages": walk.pages,
            "oldest": walk.oldest, "begun": walk.begun, "ended": walk.ended, "reason": walk.reason,
        })).collect::<Vec<_>>(),
    })
}
