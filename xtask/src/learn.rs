//! What the extractor learns from labelled pages, and how well it does on pages that it has not
//! seen: every page is read by trees grown from the other four fifths. The trees that the program
//! ships are grown from all pages, so that only these figures measure quality.

use crate::eval::{SHARED, pick, read_lines};
use crate::files::{output, target_dir};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The labelled sets whose articles are marked, with what a page weighs: the marks of the first
/// were made by one hand with care, those of the second are wider and looser.
const MARKED: [(&str, f32); 2] = [("news", 6.0), ("web", 1.0)];
/// The set of pages that are no articles.
const OTHERS: &str = "other";
/// A set of pages in many languages, nearly all of them articles, whose text is not marked.
const UNMARKED: (&str, f32) = ("dates", 0.5);
/// Kinds of pages that lead to articles or goods.
const LISTS: [&str; 2] = ["listing", "collection"];
/// What is learned, as files of the crate.
const LEARNED: [&str; 3] = ["forest_text.txt", "forest_page.txt", "words_page.txt"];
/// Parts into which pages are sorted by certainty.
const BINS: usize = 5;

/// Whether the program's own trees are to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Measures only.
    Measure,
    /// Replaces them too.
    Replace,
}

/// Grows trees, prints how they do on unseen pages, and keeps them where asked to.
pub(crate) fn learn(root: &Path, mode: Mode) -> Result<()> {
    let shared = root.join(SHARED);
    if !shared.join("data/articles").is_dir() {
        println!("learn: skipped, no labelled pages at `{SHARED}/data/articles`");
        return Ok(());
    }
    let out = target_dir(root)?.join("learn");
    fs::create_dir_all(&out)?;
    let pages = out.join("pages.jsonl");
    fs::write(&pages, training_lines(&shared)?)?;
    grow(root, &pages, &out, mode)?;
    let read = read_lines(&fs::read_to_string(out.join("folds.jsonl"))?)?;
    for (set, _) in MARKED {
        print_scores(&shared, &out, set, &read)?;
    }
    print_outcomes(&read);
    if mode == Mode::Replace {
        for name in LEARNED {
            fs::copy(out.join(name), root.join("crates/extract/src").join(name))?;
        }
        println!("learn: the trees in `crates/extract/src` are new; build and run `eval`");
    }
    Ok(())
}

fn gold_of(shared: &Path, set: &str) -> PathBuf {
    shared.join("data/articles").join(set).join("gold.jsonl")
}

fn training_lines(shared: &Path) -> Result<String> {
    let mut lines = String::new();
    for (set, weight) in MARKED.into_iter().chain([UNMARKED, (OTHERS, 1.0)]) {
        let pages = shared.join("data/articles").join(set).join("pages");
        for gold in read_lines(&fs::read_to_string(gold_of(shared, set))?)? {
            let id = gold["id"].as_str().unwrap_or_default();
            let is_list = LISTS.iter().any(|kind| gold["type"] == *kind);
            let name = match set {
                OTHERS if is_list => "lists",
                OTHERS => "others",
                set => set,
            };
            let line = json!({
                "set": name,
                "id": id,
                "path": pages.join(format!("{id}.html.gz")),
                "url": gold["url"],
                "text": gold["text"],
                "article": set != OTHERS && !is_root(&gold["url"]),
                "weight": weight,
            });
            lines.push_str(&format!("{line}\n"));
        }
    }
    Ok(lines)
}

/// Whether an address is that of a whole site.
fn is_root(url: &Value) -> bool {
    let path = url.as_str().and_then(|url| url.split('/').nth(3));
    path.is_none_or(str::is_empty)
}

fn grow(root: &Path, pages: &Path, out: &Path, mode: Mode) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["run", "--release", "--quiet", "-p", "chapar-extract"]);
    command.args(["--features", "train", "--example", "extract_train", "--"]);
    if mode == Mode::Measure {
        command.arg("--folds");
    }
    let status = command.arg(out).stdin(Stdio::from(File::open(pages)?)).status()?;
    ensure!(status.success(), "the growing of trees ended with {status}");
    Ok(())
}

fn of_set<'a>(read: &'a [Value], set: &'a str) -> impl Iterator<Item = &'a Value> + Clone {
    read.iter().filter(move |line| line["set"] == set)
}

fn print_scores(shared: &Path, out: &Path, set: &str, read: &[Value]) -> Result<()> {
    let answers = out.join(format!("{set}.jsonl"));
    let lines: String = of_set(read, set).map(|line| format!("{line}\n")).collect();
    fs::write(&answers, lines)?;
    let scorer = shared.join("tools/score_articles.py");
    let said = output(Command::new("python3").arg(scorer).arg(gold_of(shared, set)).arg(&answers))?;
    println!("learn: {set}, unseen: {}", said.trim());
    print_certainty(shared, out, set, read)
}

/// Whether pages sorted by the extractor's certainty are sorted by how right it is.
fn print_certainty(shared: &Path, out: &Path, set: &str, read: &[Value]) -> Result<()> {
    let mut sorted: Vec<&Value> = of_set(read, set).collect();
    let sure = |line: &Value| line["confidence"].as_f64().unwrap_or(0.0);
    sorted.sort_by(|a, b| sure(a).total_cmp(&sure(b)));
    let gold = read_lines(&fs::read_to_string(gold_of(shared, set))?)?;
    let by_id: BTreeMap<_, _> = gold.iter().map(|line| (line["id"].as_str(), line)).collect();
    let mut shown = Vec::new();
    for bin in sorted.chunks(sorted.len().div_ceil(BINS).max(1)) {
        let golden: String = bin
            .iter()
            .filter_map(|line| by_id.get(&line["id"].as_str()))
            .map(|line| format!("{line}\n"))
            .collect();
        let answers: String = bin.iter().map(|line| format!("{line}\n")).collect();
        let (gold_path, answer_path) = (out.join("bin.gold.jsonl"), out.join("bin.jsonl"));
        fs::write(&gold_path, golden)?;
        fs::write(&answer_path, answers)?;
        let scorer = shared.join("tools/score_articles.py");
        let said = output(Command::new("python3").arg(scorer).arg(&gold_path).arg(&answer_path))?;
        let f1 = pick(&said, &["f1"]).get("f1").copied().unwrap_or(0.0);
        let mean = bin.iter().map(|line| sure(line)).sum::<f64>() / bin.len() as f64;
        shown.push(format!("{mean:.3} → {f1:.3}"));
    }
    println!("learn: {set}, certainty → f1, a fifth of the pages each: {}", shown.join("  "));
    Ok(())
}

fn print_outcomes(read: &[Value]) {
    let told = |sets: &[&str]| {
        let of = || read.iter().filter(|line| sets.iter().any(|set| line["set"] == *set));
        let apart = of().filter(|line| line["outcome"] != "article").count();
        format!("{apart} of {} ({:.3})", of().count(), apart as f64 / of().count().max(1) as f64)
    };
    println!("learn: told from articles, unseen: lists {}", told(&["lists"]));
    println!("learn: told from articles, unseen: all others {}", told(&["lists", "others"]));
    let refused = [told(&["news"]), told(&["web"]), told(&["dates"])];
    println!(
        "learn: articles refused, unseen: news {}, web {}, dates {}",
        refused[0], refused[1], refused[2]
    );
}
