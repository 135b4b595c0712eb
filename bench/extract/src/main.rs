//! Times article extractors on one set of pages, in one process and on one thread: page by page each
//! takes its turn, in an order that moves on with the page, so that a busy machine slows all alike.
//! Measures the call alone, from the bytes in memory to the text, dropping the result included.

use bench_extract::{Page, SETS, pages, read};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Whether a page gave a text.
type Extract = fn(&Page) -> bool;

const EXTRACTORS: [(&str, Extract); 4] = [
    ("chapar-extract", chapar),
    ("dom_smoothie", smoothie),
    ("rs-trafilatura", trafilatura),
    ("dom_query, the tree alone", tree),
];

/// Ours stands first; the others are what it is measured against.
const OURS: usize = 0;

fn chapar(page: &Page) -> bool {
    let reading = read(page);
    let text = reading.article.as_ref().or(reading.lead.as_ref()).map(|article| article.text());
    !black_box(text).unwrap_or_default().is_empty()
}

/// It takes text only; what is no UTF-8 is replaced on the way.
fn smoothie(page: &Page) -> bool {
    let html = String::from_utf8_lossy(&page.bytes);
    let url = page.url.as_ref().map(|url| url.as_str());
    let Ok(mut reader) = dom_smoothie::Readability::new(html.as_ref(), url, None) else {
        return false;
    };
    black_box(reader.parse()).is_ok_and(|article| !article.text_content.trim().is_empty())
}

fn trafilatura(page: &Page) -> bool {
    let options = rs_trafilatura::Options {
        url: page.url.as_ref().map(ToString::to_string),
        ..rs_trafilatura::Options::default()
    };
    black_box(rs_trafilatura::extract_bytes_with_options(&page.bytes, &options))
        .is_ok_and(|result| !result.content_text.trim().is_empty())
}

fn tree(page: &Page) -> bool {
    let html = String::from_utf8_lossy(&page.bytes);
    black_box(dom_query::Document::from(html.as_ref())).errors.borrow().len() < usize::MAX
}

fn main() -> Result<(), Box<dyn Error>> {
    let sets = std::env::args().nth(1).unwrap_or_else(|| SETS.to_owned());
    let rounds: usize = std::env::args().nth(2).map_or(Ok(5), |n| n.parse())?;
    if !Path::new(&sets).is_dir() {
        println!("skipped: no folder `{sets}`");
        return Ok(());
    }
    let mut all = Vec::new();
    for set in ["news", "web"] {
        all.extend(pages(&Path::new(&sets).join(set))?);
    }
    report(&all, rounds.max(1));
    Ok(())
}

/// The time of each extractor, and how many pages gave it a text.
fn round(pages: &[Page], round: usize) -> [(Duration, usize); EXTRACTORS.len()] {
    let mut told = [(Duration::ZERO, 0); EXTRACTORS.len()];
    for (at, page) in pages.iter().enumerate() {
        for turn in 0..EXTRACTORS.len() {
            let which = (turn + at + round) % EXTRACTORS.len();
            let start = Instant::now();
            let has_text = EXTRACTORS[which].1(page);
            told[which].0 += start.elapsed();
            told[which].1 += usize::from(has_text);
        }
    }
    told
}

fn report(pages: &[Page], rounds: usize) {
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    println!("{} pages, {bytes} bytes, {rounds} rounds", pages.len());
    let rounds: Vec<_> = (0..rounds).map(|at| round(pages, at)).collect();
    for (which, (name, _)) in EXTRACTORS.iter().enumerate() {
        let speed =
            median(rounds.iter().map(|told| pages.len() as f64 / told[which].0.as_secs_f64()));
        let ratio = median(
            rounds.iter().map(|told| told[which].0.as_secs_f64() / told[OURS].0.as_secs_f64()),
        );
        let texts = rounds[0][which].1;
        println!(
            "  {name:26} {speed:8.1} pages/s, {texts:4} texts, ours is {ratio:6.2} times as fast"
        );
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
