//! `chapar feed`: what can be read of a feed, or of a channel or account that is followed like one.

use super::batch;
use super::input::{ask, read, read_file};
use crate::cli::{Cli, Feed};
use crate::clock::wall;
use crate::say::{Done, answer, answer_json};
use anyhow::{Context as _, Result, bail};
use chapar_feed::{FeedContext, neutral, parse_feed};
use chapar_fetch::Purpose;
use chapar_model::{ContentHash, Headers, Page, PageId, PageUrl, PageVia};
use chapar_pipeline::kinds::{
    Answer, Document, Kind, Polled, find_document, find_kind, is_page, kind_of,
};
use chapar_store::{FeedKind, NewEntry};
use serde_json::{Value, json};
use std::path::Path;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Feed) -> Result<Done> {
    if let Some(lines) = &options.batch {
        let folder = lines.parent().map(Path::to_owned).unwrap_or_default();
        return batch::each_line(lines, |record| batch_line(&folder, &record));
    }
    let what = options.feed.as_deref().unwrap_or("-");
    let address = options.url.as_deref().or(options.feed.as_deref());
    let named = address.and_then(|raw| PageUrl::parse(raw).ok()).filter(is_of_other_kind);
    if let Some(url) = named {
        return show_document(cli, what, &url).await;
    }
    let mut input = read(what, Purpose::Feed).await?;
    if let Some(url) = &options.url {
        input.url = Some(PageUrl::parse(url)?);
    }
    let url = input.url.as_ref();
    if let Some(url) = url.filter(|_| is_page(&input.bytes)) {
        let (url, headers) = (url.clone(), input.headers);
        let answer = Answer { url: url.clone(), status: 200, headers, body: input.bytes };
        return show(cli, kind_of(FeedKind::Section), &url, answer);
    }
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

fn is_of_other_kind(url: &PageUrl) -> bool {
    !matches!(find_kind(url), FeedKind::Feed | FeedKind::Sitemap)
}

/// Shows a document whose kind its address tells.
async fn show_document(cli: &Cli, what: &str, url: &PageUrl) -> Result<Done> {
    let kind = kind_of(find_kind(url));
    let url = kind.polled_address(url)?;
    let answer_to = match what.contains("://") {
        true => ask(&url, kind.ask()).await?,
        false => {
            let body = read(what, Purpose::Feed).await?.bytes;
            Answer { url: url.clone(), status: 200, headers: Headers::default(), body }
        }
    };
    show(cli, kind, &url, answer_to)
}

/// Shows what an answer is as a document of one kind.
fn show(cli: &Cli, kind: &dyn Kind, url: &PageUrl, answer_to: Answer) -> Result<Done> {
    let page = Page {
        id: PageId(0),
        url: url.clone(),
        fetched: wall(),
        status: Some(answer_to.status),
        headers: answer_to.headers,
        digest: ContentHash::of(&answer_to.body),
        body_bytes: answer_to.body.len() as u64,
        via: PageVia::Live,
    };
    let polled = Some(Polled { url, links: None, learned: None, targets: &[] });
    let document = Document { body: &answer_to.body, page: &page, zone: None, lang: None, polled };
    let Some(found) = find_document(Some(kind.kind()), &document) else {
        bail!(
            "`{url}` answered with status {} and is no {}",
            answer_to.status,
            kind.kind().as_str()
        );
    };
    if cli.json {
        let entries: Vec<Value> = found.entries.iter().map(entry_json).collect();
        answer_json(&json!({ "format": found.format, "url": url, "entries": entries }))?;
        return Ok(Done::Whole);
    }
    answer(&format!("{} · {} entries", found.format, found.entries.len()));
    for entry in &found.entries {
        let read = entry.published.map(|when| when.to_string());
        let printed = entry.published_raw.as_deref().unwrap_or("no date");
        answer(&format!("{}  {}", read.unwrap_or_else(|| format!("({printed})")), entry.title));
        answer(&format!("    {}", entry.url));
        if let Some(reason) = &entry.reason {
            answer(&format!("    {reason}"));
        }
    }
    Ok(Done::Whole)
}

fn entry_json(entry: &NewEntry) -> Value {
    json!({
        "key": entry.key, "url": entry.url, "title": entry.title, "author": entry.author,
        "published": entry.published.map(|when| when.to_string()),
        "published_raw": entry.published_raw, "post": entry.post, "summary": entry.summary,
        "picture": entry.picture, "reason": entry.reason,
    })
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
