//! Grows the trees that tell an article's text from the rest of its page, from labelled pages.
//!
//! In, on standard input: lines `{"id", "path", "url"?, "text", "weight"?}`, `text` being what
//! people marked as the article. Out: the trees, as `src/forest_text.txt` holds them; on standard error how well
//! trees grown from four fifths of the pages do on the last fifth.
//!
//! ```text
//! cargo run --release -p chapar-extract --features train --example extract_train < pages.jsonl > forest_text.txt
//! ```
//!
//! With `--without PART` (0 to 4) nothing is reported and the trees are grown from the pages of the
//! other parts, for measuring the whole extractor on pages that its trees have not seen.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a program for the workbench"
)]

mod align;
mod boost;

use boost::{Boosted, Example, Growth, boost};
use chapar_extract::train::{run_names, run_rows};
use chapar_model::PageUrl;
use serde_json::Value;
use std::io::{BufRead, Read};

const PARTS: usize = 5;

const GROWTH: Growth = Growth {
    trees: 100,
    leaves: 15,
    rate: 0.12,
    rows_share: 0.8,
    columns_share: 0.6,
    rows_min: 40,
    damping: 5.0,
};

/// The number behind a flag.
fn number_after(flag: &str) -> Option<usize> {
    std::env::args().skip_while(|arg| arg != flag).nth(1)?.parse().ok()
}

/// The runs of one page.
struct Page {
    part: usize,
    examples: Vec<Example>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let without = number_after("--without");
    let mut pages = Vec::new();
    for line in std::io::stdin().lock().lines() {
        pages.push(read(&serde_json::from_str(&line?)?)?);
    }
    even_out(&mut pages);
    match without {
        Some(part) => pages.retain(|page| page.part != part),
        None => (0..PARTS).for_each(|part| report(&pages, part)),
    }
    let all: Vec<Example> = pages.into_iter().flat_map(|page| page.examples).collect();
    let grown = boost(&all, run_names().len(), GROWTH, 1);
    println!("# Written by the example extract_train from labelled pages; see its documentation.");
    print!("{}", grown.to_text(run_names()));
    Ok(())
}

fn read(line: &Value) -> Result<Page, Box<dyn std::error::Error>> {
    let path = line["path"].as_str().unwrap_or_default();
    let mut bytes = std::fs::read(path)?;
    if path.ends_with(".gz") {
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked)?;
        bytes = unpacked;
    }
    let url = line["url"].as_str().and_then(|raw| PageUrl::parse(raw).ok());
    let rows = run_rows(&bytes, url.as_ref());
    let words: Vec<Vec<String>> = rows.iter().map(|row| align::words(&row.text)).collect();
    let gold = align::words(line["text"].as_str().unwrap_or_default());
    let labels = align::align(&words, &gold);
    // Every page weighs about the same, whatever its length, unless it is told otherwise.
    let page_weight = line["weight"].as_f64().unwrap_or(1.0) as f32;
    let examples = rows
        .into_iter()
        .zip(&words)
        .zip(labels)
        .filter_map(|((row, words), label)| {
            let weight = page_weight * (words.len() + 1) as f32 / (gold.len() + 50) as f32;
            Some(Example { numbers: row.numbers, is_yes: label?, weight })
        })
        .collect();
    let id = line["id"].as_str().unwrap_or_default();
    let part =
        id.bytes().fold(7usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)))
            % PARTS;
    Ok(Page { part, examples })
}

/// Makes the mean weight one.
fn even_out(pages: &mut [Page]) {
    let all = || pages.iter().flat_map(|page| &page.examples);
    let mean = all().map(|e| e.weight).sum::<f32>() / all().count().max(1) as f32;
    for example in pages.iter_mut().flat_map(|page| &mut page.examples) {
        example.weight /= mean;
    }
}

fn report(pages: &[Page], part: usize) {
    let train: Vec<Example> = pages
        .iter()
        .filter(|page| page.part != part)
        .flat_map(|page| &page.examples)
        .map(|e| Example { numbers: e.numbers.clone(), is_yes: e.is_yes, weight: e.weight })
        .collect();
    let grown = boost(&train, run_names().len(), GROWTH, 1);
    let (mut right, mut wrong, mut missed) = (0.0, 0.0, 0.0);
    for example in pages.iter().filter(|page| page.part == part).flat_map(|page| &page.examples) {
        match (is_kept(&grown, example), example.is_yes) {
            (true, true) => right += example.weight,
            (true, false) => wrong += example.weight,
            (false, true) => missed += example.weight,
            (false, false) => {}
        }
    }
    eprintln!(
        "part {part}: precision {:.4}  recall {:.4} by words",
        right / (right + wrong),
        right / (right + missed)
    );
}

fn is_kept(grown: &Boosted, example: &Example) -> bool {
    grown.judge(&example.numbers) > 0.5
}
