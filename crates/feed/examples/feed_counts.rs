//! Counts the entries of the files named in a `feeds.jsonl` and prints those that differ from it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use chapar_feed::{FeedContext, parse_feed};
use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(list) = env::args().nth(1) else {
        eprintln!("usage: feed_counts FEEDS.jsonl");
        return Ok(());
    };
    let folder = Path::new(&list).parent().unwrap_or(Path::new(".")).join("feeds");
    let (mut right, mut all) = (0, 0);
    for line in fs::read_to_string(&list)?.lines() {
        let feed: Value = serde_json::from_str(line)?;
        let name = feed.get("name").and_then(Value::as_str).unwrap_or_default();
        let expect = feed.get("entries").and_then(Value::as_u64);
        let read = parse_feed(&fs::read(folder.join(name))?, &FeedContext::default());
        let count = read.map(|parsed| parsed.value.entries.len() as u64);
        all += 1;
        if count.as_ref().ok() == expect.as_ref() {
            right += 1;
        } else {
            println!("{name}: {expect:?} expected, {count:?} read");
        }
    }
    println!("{right} of {all} feeds give the entries that were counted");
    Ok(())
}
