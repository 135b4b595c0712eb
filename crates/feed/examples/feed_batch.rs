//! Reads the cases of a `cases.jsonl` and prints one line of neutral JSON for each, for a scorer.
//! Measures nothing and judges nothing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use chapar_feed::neutral::batch_line;
use chapar_model::{Headers, PageUrl};
use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(cases) = env::args().nth(1) else {
        eprintln!("usage: feed_batch CASES.jsonl > PREDICTIONS.jsonl");
        return Ok(());
    };
    let folder = Path::new(&cases).parent().unwrap_or(Path::new("."));
    for line in fs::read_to_string(&cases)?.lines() {
        let case: Value = serde_json::from_str(line)?;
        let text = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default();
        let bytes = fs::read(folder.join("files").join(text("file")))?;
        let url = PageUrl::parse(text("url")).ok();
        let headers = case.get("http").and_then(Value::as_object).map(|lines| {
            let pairs =
                lines.iter().filter_map(|(key, v)| Some((key.clone(), v.as_str()?.to_owned())));
            Headers(pairs.collect())
        });
        println!("{}", batch_line(text("id"), &bytes, url.as_ref(), headers.as_ref()));
    }
    Ok(())
}
