//! Learns what the extractor knows from labelled pages, and measures it on pages left out.
//!
//! In, on standard input: lines `{"set", "id", "path", "url"?, "article", "text"?, "weight"?}`. `article`
//! says whether the page holds one, `text` is what people marked as it. Out, in the folder
//! named: `forest_text.txt`, `forest_page.txt` and `words_page.txt`, as `src/` holds them; and
//! `folds.jsonl`, how every page is read by trees that were grown without it, in five parts.
//!
//! ```text
//! cargo run --release -p chapar-extract --features train --example extract_train OUT < pages.jsonl
//! ```
//!
//! With `--folds` only the last is written. On standard error: how many pages of each set are told
//! from articles at several levels of certainty, all of them left out of the growing.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a program for the workbench"
)]

mod align;
mod boost;
mod pages;
mod words;

use boost::{Example, Growth, boost};
use chapar_extract::PageInput;
use chapar_extract::train::{OtherTrees, PageRow, page_row, run_names, run_rows};
use chapar_model::{Article, Headers, PageUrl};
use pages::PageTrees;
use serde_json::{Value, json};
use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Parts that the pages are divided into by their ids.
const PARTS: usize = 5;

const TEXT_GROWTH: Growth = Growth {
    trees: 100,
    leaves: 15,
    rate: 0.12,
    rows_share: 0.8,
    columns_share: 0.6,
    rows_min: 40,
    damping: 5.0,
};

const HEAD: &str =
    "# Written by the example extract_train from labelled pages; see its documentation.\n";

/// A labelled page.
struct Page {
    line: Value,
    bytes: Vec<u8>,
    url: Option<PageUrl>,
    part: usize,
    /// Its runs, where its article is marked.
    examples: Vec<Example>,
}

/// What was learned without one part of the pages.
struct Fold {
    text: String,
    /// The pages of the part, as trees see them that have not seen these.
    rows: Vec<(usize, PageRow)>,
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let out = args.find(|arg| !arg.starts_with('-')).ok_or("name a folder to write to")?;
    let only_folds = std::env::args().any(|arg| arg == "--folds");
    let lines: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let mut pages: Vec<Page> =
        each(&lines, |line| read(line)).into_iter().collect::<Result<_, _>>()?;
    even_out(&mut pages);
    eprintln!("{} pages", pages.len());
    let parts: Vec<Option<usize>> = (0..PARTS).map(Some).chain([None]).collect();
    let forests = each(&parts, |part| {
        if part.is_none() && only_folds { String::new() } else { text_trees(&pages, *part) }
    });
    let folds: Vec<Fold> = (0..PARTS).map(|part| fold(&pages, part, &forests[part])).collect();
    let rows: Vec<(usize, &PageRow)> =
        folds.iter().flat_map(|fold| fold.rows.iter().map(|(at, row)| (*at, row))).collect();
    let grown = each(&parts, |part| {
        if part.is_none() && only_folds { None } else { Some(page_trees(&pages, &rows, *part)) }
    });
    report(&pages, &folds, &grown);
    let unseen: Vec<String> = (0..PARTS)
        .filter_map(|part| Some(predict(&pages, part, &folds[part].text, grown[part].as_ref()?)))
        .collect();
    let out = Path::new(&out);
    std::fs::write(out.join("folds.jsonl"), unseen.concat())?;
    if let Some(Some(grown)) = grown.last() {
        std::fs::write(out.join("forest_text.txt"), format!("{HEAD}{}", forests[PARTS]))?;
        std::fs::write(out.join("forest_page.txt"), format!("{HEAD}{}", grown.trees_text()))?;
        std::fs::write(out.join("words_page.txt"), format!("{HEAD}{}", grown.words_text()))?;
    }
    Ok(())
}

/// Does the same for each, two at a time; answers stand in the order of what was asked.
fn each<T: Sync, A: Send>(of: &[T], work: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, A)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((at, one)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    of.get(at).map(|one| (at, one))
                } {
                    let answer = work(one);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((at, answer));
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn read(line: &str) -> Result<Page, Failure> {
    let line: Value = serde_json::from_str(line)?;
    let bytes = bytes_of(line["path"].as_str().unwrap_or_default())?;
    let url = line["url"].as_str().and_then(|raw| PageUrl::parse(raw).ok());
    let id = line["id"].as_str().unwrap_or_default();
    let add = |sum: usize, byte: u8| sum.wrapping_mul(31).wrapping_add(usize::from(byte));
    let part = id.bytes().fold(7, add) % PARTS;
    let examples = line["text"]
        .as_str()
        .map(|text| run_examples(&bytes, url.as_ref(), text))
        .unwrap_or_default();
    Ok(Page { line, bytes, url, part, examples })
}

fn bytes_of(path: &str) -> Result<Vec<u8>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("`{path}`: {error}"))?;
    if !path.ends_with(".gz") {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

fn run_examples(bytes: &[u8], url: Option<&PageUrl>, text: &str) -> Vec<Example> {
    let rows = run_rows(bytes, url);
    let words: Vec<Vec<String>> = rows.iter().map(|row| align::words(&row.text)).collect();
    let gold = align::words(text);
    let labels = align::align(&words, &gold);
    rows.into_iter()
        .zip(&words)
        .zip(labels)
        .filter_map(|((row, words), label)| {
            // Every page weighs about the same, whatever its length.
            let weight = (words.len() + 1) as f32 / (gold.len() + 50) as f32;
            Some(Example { numbers: row.numbers, is_yes: label?, weight })
        })
        .collect()
}

/// Gives each page the weight it is told, and makes the mean weight one.
fn even_out(pages: &mut [Page]) {
    for page in pages.iter_mut() {
        let told = page.line["weight"].as_f64().unwrap_or(1.0) as f32;
        page.examples.iter_mut().for_each(|example| example.weight *= told);
    }
    let all = || pages.iter().flat_map(|page| &page.examples);
    let mean = all().map(|e| e.weight).sum::<f32>() / all().count().max(1) as f32;
    for example in pages.iter_mut().flat_map(|page| &mut page.examples) {
        example.weight /= mean;
    }
}

/// Trees that tell an article's text, grown without a part of the pages.
fn text_trees(pages: &[Page], without: Option<usize>) -> String {
    let examples: Vec<Example> = pages
        .iter()
        .filter(|page| Some(page.part) != without)
        .flat_map(|page| &page.examples)
        .cloned()
        .collect();
    boost(&examples, run_names().len(), TEXT_GROWTH, 1).to_text(run_names())
}

fn fold(pages: &[Page], part: usize, text: &str) -> Fold {
    let own: Vec<usize> = (0..pages.len()).filter(|at| pages[*at].part == part).collect();
    let rows = each(&own, |at| {
        let page = &pages[*at];
        (*at, page_row(&page.bytes, page.url.as_ref(), text))
    });
    Fold { text: text.to_owned(), rows }
}

/// Trees that tell pages without an article, grown without a part of the pages.
fn page_trees(pages: &[Page], rows: &[(usize, &PageRow)], without: Option<usize>) -> PageTrees {
    let seen: Vec<pages::Labelled<'_>> = rows
        .iter()
        .filter(|(at, _)| Some(pages[*at].part) != without)
        .map(|(at, row)| {
            let page = &pages[*at];
            // The weight of a page's runs is another matter than that of the whole page.
            let weight = page.line["weight"].as_f64().unwrap_or(1.0).min(1.0) as f32;
            pages::Labelled { row, is_other: is_other(page), weight }
        })
        .collect();
    PageTrees::grow(&seen)
}

fn is_other(page: &Page) -> bool {
    page.line["article"] == false
}

/// Prints the share of each set's pages that unseeing trees take for no article.
fn report(pages: &[Page], folds: &[Fold], grown: &[Option<PageTrees>]) {
    let judged: Vec<(usize, f32)> = folds
        .iter()
        .zip(grown)
        .filter_map(|(fold, trees)| Some((fold, trees.as_ref()?)))
        .flat_map(|(fold, trees)| fold.rows.iter().map(|(at, row)| (*at, trees.judge(row))))
        .collect();
    let mut sets: Vec<&str> = pages.iter().filter_map(|page| page.line["set"].as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    for least in [0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8] {
        let shares = sets.iter().map(|set| {
            let own = judged.iter().filter(|(at, _)| pages[*at].line["set"] == **set);
            let told = own.clone().filter(|(_, other)| *other >= least).count();
            format!("{set} {:.4}", told as f64 / own.count().max(1) as f64)
        });
        eprintln!("at {least}: {}", shares.collect::<Vec<_>>().join("  "));
    }
}

/// How the pages of a part are read by trees that have not seen them, a line each.
fn predict(pages: &[Page], part: usize, text: &str, grown: &PageTrees) -> String {
    let trees = OtherTrees::read(text, &grown.trees_text(), &grown.words_text());
    let own: Vec<&Page> = pages.iter().filter(|page| page.part == part).collect();
    each(&own, |page| format!("{}\n", prediction(page, &trees))).concat()
}

fn prediction(page: &Page, trees: &OtherTrees) -> Value {
    let reading = trees
        .extract_page(&PageInput {
            url: page.url.as_ref(),
            ..PageInput::new(&page.bytes, &Headers::default())
        })
        .value;
    let article: Option<&Article> = reading.shown();
    json!({
        "set": page.line["set"],
        "id": page.line["id"],
        "kind": page.line["kind"],
        "outcome": reading.outcome.kind,
        "reason": reading.outcome.reason,
        "title": article.and_then(|a| a.title.value()),
        "author": article.and_then(|a| a.byline.value()),
        "date": article.and_then(|a| a.published.value()).map(ToString::to_string),
        "text": article.map(Article::printed_text),
        "confidence": article.map(|a| a.confidence),
    })
}
