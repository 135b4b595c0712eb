//! Reads pages named on standard input and prints what was read, for scoring.
//!
//! In: lines `{"id", "path", "url"?, "fetched"?, "headers"?}`; a path that ends in `.gz` is
//! unpacked. Out: lines `{"id", "title", "author", "date", "text", "outcome", "reason", …}`.
//!
//! ```text
//! cargo run --release -p chapar-extract --example extract_batch < pages.jsonl > read.jsonl
//! ```
//!
//! With `--evidence` each line also has all candidates of all fields.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use chapar_extract::{PageInput, extract_page};
use chapar_model::{Article, Headers, PageUrl};
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let with_evidence = std::env::args().any(|arg| arg == "--evidence");
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let page: Value = serde_json::from_str(&line?)?;
        let path = page["path"].as_str().unwrap_or_default();
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("`{path}`: {error}");
                continue;
            }
        };
        writeln!(out, "{}", reading(&page, &bytes, with_evidence))?;
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

fn reading(page: &Value, bytes: &[u8], with_evidence: bool) -> Value {
    let url = page["url"].as_str().and_then(|raw| PageUrl::parse(raw).ok());
    let headers: Headers = serde_json::from_value(page["headers"].clone()).unwrap_or_default();
    let parsed = extract_page(&PageInput {
        url: url.as_ref(),
        fetched: page["fetched"].as_str().and_then(|raw| raw.parse().ok()),
        ..PageInput::new(bytes, &headers)
    });
    let reading = parsed.value;
    let article: Option<&Article> = reading.shown();
    let mut line = json!({
        "id": page["id"],
        "outcome": reading.outcome.kind,
        "reason": reading.outcome.reason,
        "title": article.and_then(|a| a.title.value()),
        "author": article.and_then(|a| a.byline.value()),
        "date": article.and_then(|a| a.published.value()).map(ToString::to_string),
        "text": article.map(Article::printed_text),
        "lang": article.and_then(|a| a.lang.value()),
        "confidence": article.map(|a| a.confidence),
        "encoding": reading.encoding,
        "warnings": parsed.warnings.iter().map(|w| w.code).collect::<Vec<_>>(),
    });
    if with_evidence {
        line["evidence"] = json!(article.map(Article::evidence));
    }
    line
}
