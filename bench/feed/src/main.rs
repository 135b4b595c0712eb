//! Times feed readers on one set of files, in turn, in one process: round by round each reader takes
//! the whole set, so that a busy machine slows all alike. Prints the best and the middle of all
//! rounds. Measures reading alone: files lie in memory, and results are dropped inside the time.

use chapar_feed::{FeedContext, parse_feed};
use feedparser_rs::ParseOptions;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{env, fs};

type Read = fn(&[u8]) -> bool;

/// feedparser-rs makes HTML safe and links absolute while it reads, unless told not to; both ways are
/// timed, and so is ours with every text made safe.
const READERS: [(&str, Read); 5] = [
    ("chapar-feed", chapar),
    ("chapar-feed, safe HTML", chapar_safe),
    ("feed-rs", feed_rs),
    ("feedparser-rs, bare", feedparser_bare),
    ("feedparser-rs", feedparser),
];

fn chapar(bytes: &[u8]) -> bool {
    black_box(parse_feed(bytes, &FeedContext::default())).is_ok()
}

fn chapar_safe(bytes: &[u8]) -> bool {
    let Ok(feed) = parse_feed(bytes, &FeedContext::default()) else { return false };
    for entry in &feed.value.entries {
        for text in entry.title.iter().chain(&entry.summary).chain(&entry.content) {
            black_box(text.safe_html());
        }
    }
    true
}

fn feedparser_bare(bytes: &[u8]) -> bool {
    let options = ParseOptions {
        sanitize_html: false,
        resolve_relative_uris: false,
        ..ParseOptions::default()
    };
    black_box(feedparser_rs::parse_with_options(bytes, &options)).is_ok()
}

fn feedparser(bytes: &[u8]) -> bool {
    black_box(feedparser_rs::parse(bytes)).is_ok()
}

fn feed_rs(bytes: &[u8]) -> bool {
    black_box(feed_rs::parser::parse(bytes)).is_ok()
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: bench-feed FOLDER [ROUNDS]")?;
    let rounds: usize = env::args().nth(2).map_or(Ok(20), |n| n.parse())?;
    let mut names: Vec<_> =
        fs::read_dir(folder)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    names.sort();
    let files: Vec<Vec<u8>> = names.iter().map(fs::read).collect::<Result<_, _>>()?;
    report("all files", &files, rounds);
    let common: Vec<Vec<u8>> =
        files.into_iter().filter(|bytes| READERS.iter().all(|(_, read)| read(bytes))).collect();
    report("files that all read", &common, rounds);
    Ok(())
}

fn report(what: &str, files: &[Vec<u8>], rounds: usize) {
    let bytes: usize = files.iter().map(Vec::len).sum();
    println!("{what}: {} files, {bytes} bytes, {rounds} rounds", files.len());
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); READERS.len()];
    let mut read = [0; READERS.len()];
    for _ in 0..rounds {
        for (at, (_, reader)) in READERS.iter().enumerate() {
            let start = Instant::now();
            read[at] = files.iter().filter(|bytes| reader(bytes)).count();
            times[at].push(start.elapsed());
        }
    }
    for (at, (name, _)) in READERS.iter().enumerate() {
        times[at].sort();
        let speed = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
        let (best, middle) = (speed(times[at][0]), speed(times[at][rounds / 2]));
        println!("  {name:24} {middle:7.1} MB/s ({best:7.1} at best), {} read", read[at]);
    }
}
