//! `chapar feed`: what can be read of a feed.

use super::batch;
use super::input::{read, read_file};
use crate::cli::{Cli, Feed};
use crate::say::{Done, answer, answer_json};
use anyhow::{Context as _, Result};
use chapar_feed::{FeedContext, neutral, parse_feed};
use chapar_fetch::Purpose;
use chapar_model::{Headers, PageUrl};
use serde_json::Value;
use std::path::Path;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Feed) -> Result<Done> {
    if let Some(lines) = &options.batch {
        let folder = lines.parent().map(Path::to_owned).unwrap_or_default();
        return batch::each_line(lines, |record| batch_line(&folder, &record));
    }
    let what = options.feed.as_deref().unwrap_or("-");
    let mut input = read(what, Purpose::Feed).await?;
    if let Some(url) = &options.url {
        input.url = Some(PageUrl::parse(url)?);
    }
    let url = input.url.as_ref();
    if cli.json {
        answer_json(&neutral::batch_line(what, &input.bytes, url, Some(&input.headers)))?;
        return Ok(Done::Whole);
    }
    let context =
        FeedContext { url, headers: Some(&input.headers), zone: None, fetched: input.fetched };
    let feed = parse_feed(&input.bytes, &context)?;
    let title = feed.value.title.as_ref().map(|title| title.to_line()).unwrap_or_default();
    answer(&format!(
        "{title} · {} · {} entries",
        feed.value.format.as_str(),
        feed.value.entries.len()
    ));
    for entry in &feed.value.entries {
        let date = entry.date();
        let read = date.and_then(|date| date.value).map(|when| when.to_string());
        let printed = date.map_or("no date", |date| date.raw.as_str());
        let title = entry.title.as_ref().map(|title| title.to_line()).unwrap_or_default();
        answer(&format!("{}  {title}", read.unwrap_or_else(|| format!("({printed})"))));
        answer(&format!("    {}", entry.link.as_deref().unwrap_or("no address")));
    }
    for warning in &feed.warnings {
        answer(&format!("! {}: {}", warning.code, warning.detail));
    }
    Ok(Done::Whole)
}

fn batch_line(folder: &Path, record: &Value) -> Result<Value> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let id = text("id").unwrap_or_default();
    let file = text("file").or_else(|| text("path")).context("the record has no `file`")?;
    let beside = [folder.join(file), folder.join("files").join(file), file.into()];
    let path = beside.iter().find(|path| path.is_file()).unwrap_or(&beside[0]);
    let bytes = read_file(path)?;
    let url = text("url").and_then(|url| PageUrl::parse(url).ok());
    let headers = match record.get("http") {
        Some(Value::Object(map)) => {
            let lines = map.iter().map(|(name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (name.clone(), value)
            });
            Some(Headers(lines.collect()))
        }
        _ => None,
    };
    Ok(neutral::batch_line(id, &bytes, url.as_ref(), headers.as_ref()))
}
