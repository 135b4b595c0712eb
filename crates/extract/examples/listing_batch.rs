//! Finds the lists of news on pages named on standard input and prints what was chosen and what
//! was not, for looking at by hand.
//!
//! In: lines `{"id", "path", "url"}`; a path that ends in `.gz` is unpacked. Out: lines
//! `{"id", "url", "chosen": [{"url", "title", "date", "reason"}], "groups": [{"kind", "reason",
//! "heading", "links"}]}`: what a first look at the page takes for news, and all its lists.
//!
//! ```text
//! cargo run --release -p chapar-extract --example listing_batch < pages.jsonl > lists.jsonl
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use chapar_extract::{LinkGroup, ListingProfile, PageInput, find_listing};
use chapar_model::{Headers, PageUrl};
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let page: Value = serde_json::from_str(&line?)?;
        let path = page["path"].as_str().unwrap_or_default();
        match read(path) {
            Ok(bytes) => writeln!(out, "{}", lists(&page, &bytes))?,
            Err(error) => eprintln!("`{path}`: {error}"),
        }
    }
    out.flush()?;
    Ok(())
}

fn read(path: &str) -> std::io::Result<Vec<u8>> {
    let bytes = std::fs::read(path)?;
    if !path.ends_with(".gz") {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

fn lists(page: &Value, bytes: &[u8]) -> Value {
    let url = page["url"].as_str().and_then(|raw| PageUrl::parse(raw).ok());
    let found = find_listing(&PageInput {
        url: url.as_ref(),
        ..PageInput::new(bytes, &Headers::default())
    });
    let chosen: Vec<Value> = ListingProfile::default()
        .choose(&found.value, &[])
        .into_iter()
        .map(|news| {
            json!({
                "url": news.link.url, "title": news.link.title, "reason": news.reason,
                "date": news.link.date.map(|when| when.to_string()),
                "teaser": news.link.teaser, "picture": news.link.picture,
            })
        })
        .collect();
    let groups: Vec<Value> = found.value.groups.iter().map(group_json).collect();
    json!({ "id": page["id"], "url": page["url"], "chosen": chosen, "groups": groups })
}

fn group_json(group: &LinkGroup) -> Value {
    let links: Vec<Value> = group
        .links
        .iter()
        .map(|link| {
            json!({
                "url": link.url, "title": link.title, "shape": link.shape,
                "date": link.date.map(|when| when.to_string()),
            })
        })
        .collect();
    json!({
        "kind": format!("{:?}", group.kind), "part": format!("{:?}", group.part),
        "reason": group.reason, "heading": group.heading, "links": links,
    })
}
