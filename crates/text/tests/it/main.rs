//! Measures the crate on the shared data sets; prints the figures, and skips where they are absent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "test code")]

mod langs;
mod names;
mod times;

use std::io::Read;
use std::path::PathBuf;

/// The records of a set, or `None` with a printed line where the shared data is absent.
fn records(path: &str) -> Option<Vec<serde_json::Value>> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let Ok(bytes) = std::fs::read(root.join(path)) else {
        println!("skipped: no shared data `{path}`");
        return None;
    };
    let mut text = String::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn field<'r>(record: &'r serde_json::Value, name: &str) -> &'r str {
    record[name].as_str().unwrap_or("")
}
