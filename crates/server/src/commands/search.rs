//! `chapar search`: finds articles.

use crate::cli::{Cli, Search};
use crate::clock::wall;
use crate::say::{Done, answer, answer_json, note};
use anyhow::{Context as _, Result};
use chapar_search::{Index, Query};
use chapar_store::{OpenMode, Store};
use jiff::tz::TimeZone;
use serde_json::json;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Search) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let index = Index::open(&store.dir().join("index"))
        .context("the newsroom has no index yet: `chapar run` and `chapar import` make one")?;
    let query = Query::parse(&options.words.join(" "), &TimeZone::UTC);
    let limit = usize::try_from(options.limit).unwrap_or(usize::MAX);
    let results = index.search(&query, limit, 0, wall())?;
    let ids: Vec<_> = results.hits.iter().map(|hit| hit.article).collect();
    let mut found = Vec::with_capacity(ids.len());
    for row in store.article_rows(&ids).await? {
        let saved = store.article(row.id).await?;
        let text = saved.map(|saved| saved.article.text()).unwrap_or_default();
        let snippet = chapar_search::snippet(&query, &text, row.lang, SNIPPET_CHARS).text;
        found.push((row, snippet));
    }
    store.close().await;
    if cli.json {
        let hits = found.iter().map(|(row, snippet)| {
            json!({
                "id": row.id, "title": row.title, "url": row.url, "lang": row.lang,
                "published": row.published, "story": row.story, "snippet": snippet,
            })
        });
        answer_json(&json!({ "total": results.total, "hits": hits.collect::<Vec<_>>() }))?;
        return Ok(Done::Whole);
    }
    for (row, snippet) in &found {
        let date = row.published.map_or("no date".to_owned(), |when| when.to_string());
        answer(&format!("{}\n    {date} · {}\n    {}", row.title, row.url, one_line(snippet)));
    }
    note(&format!("{} of {} found", found.len(), results.total));
    Ok(Done::Whole)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
