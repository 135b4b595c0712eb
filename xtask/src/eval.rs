//! How well the program does on labelled sets: runs its batch commands, has the sets' own scorers
//! judge the answers, and holds the scores against those recorded in `eval/scores.json`. The sets
//! are others' and lie beside the project; where they are absent nothing is measured.

use crate::files::{binary, output, target_dir};
use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Where the sets and their scorers lie, from the project's root.
pub(crate) const SHARED: &str = "../shared";
/// Where scores are recorded.
const RECORD: &str = "eval/scores.json";
/// A score this far below the recorded one is noise: scorers print three digits.
const SLACK: f64 = 0.002;
/// The exit code of a command that left some records out.
const WITH_GAPS: i32 = 3;
/// What counts of the article scorer's figures. The rest is folded into these.
const ARTICLE_SCORES: [&str; 9] =
    ["f1", "word_f1", "exact", "must", "mustnot", "segments", "title", "author", "date"];

/// What to do with the scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Fails when one is lower than recorded.
    Compare,
    /// Writes them down.
    Record,
}

/// Set to score to value.
type Scores = BTreeMap<String, BTreeMap<String, f64>>;

/// Measures, prints, and compares or records.
pub(crate) fn eval(root: &Path, mode: Mode) -> Result<()> {
    let shared = root.join(SHARED);
    if !shared.join("data").is_dir() {
        println!("eval: skipped, no labelled sets at `{SHARED}/data`");
        return Ok(());
    }
    let bench = Bench { shared, binary: binary(root)?, out: target_dir(root)?.join("eval") };
    fs::create_dir_all(&bench.out)?;
    let measured = bench.measure()?;
    let path = root.join(RECORD);
    let mut recorded = read_scores(&path)?;
    print_scores(&measured, &recorded);
    if mode == Mode::Record {
        recorded.extend(measured);
        return write_scores(&path, &recorded);
    }
    let drops = find_drops(&measured, &recorded);
    ensure!(drops.is_empty(), "lower than recorded in `{RECORD}`:\n{}", drops.join("\n"));
    println!("eval: no score is lower than recorded");
    Ok(())
}

/// The binary, the sets, and a folder for what passes between them.
struct Bench {
    shared: PathBuf,
    binary: PathBuf,
    out: PathBuf,
}

impl Bench {
    fn measure(&self) -> Result<Scores> {
        let mut scores = Scores::new();
        if self.has_command("extract") {
            for set in ["news", "web", "dates", "other"] {
                scores.insert(format!("articles/{set}"), self.articles(set)?);
            }
            for (name, remember) in [("sample", false), ("sample, remembering", true)] {
                scores.insert(format!("articles/{name}"), self.sample(remember)?);
            }
        }
        if self.has_command("feed") {
            scores.insert("feeds".to_owned(), self.feeds()?);
        }
        if self.has_command("group") {
            for set in ["uci", "ecb", "fa_claims", "cross_full", "cross_part"] {
                scores.insert(format!("stories/{set}"), self.stories(set)?);
            }
        }
        Ok(scores)
    }

    fn has_command(&self, name: &str) -> bool {
        let asked = Command::new(&self.binary).args([name, "--help"]).output();
        let known = asked.is_ok_and(|asked| asked.status.success());
        if !known {
            println!("eval: skipped `{name}`, the program has no such command");
        }
        known
    }

    fn articles(&self, set: &str) -> Result<BTreeMap<String, f64>> {
        let folder = self.shared.join("data/articles").join(set);
        let gold_path = folder.join("gold.jsonl");
        let gold = read_lines(&fs::read_to_string(&gold_path)?)?;
        let page = |gold: &Value| {
            let id = gold["id"].as_str().unwrap_or_default();
            let path = folder.join("pages").join(format!("{id}.html.gz"));
            json!({ "id": id, "path": path, "url": gold["url"] })
        };
        let lines = gold.iter().map(page).collect::<Vec<_>>();
        let read = self.batch("extract", &format!("articles-{set}"), &lines)?;
        let mut scores = match set {
            "other" => BTreeMap::new(),
            _ => pick(&self.score("score_articles.py", &gold_path, &read)?, &ARTICLE_SCORES),
        };
        let answers = read_lines(&fs::read_to_string(&read)?)?;
        scores.extend(outcome_scores(set, &gold, &answers));
        Ok(scores)
    }

    /// The sample's articles, each page read alone or in the light of its site's other pages.
    fn sample(&self, remember: bool) -> Result<BTreeMap<String, f64>> {
        let folder = self.out.join("sample");
        let mut write = Command::new("cargo");
        write.args(["run", "--quiet", "-p", "chapar-sample", "--example", "sample_pages", "--"]);
        output(write.arg(&folder))?;
        let name = if remember { "sample-remembering" } else { "sample" };
        let flags: &[&str] = if remember { &["--remember"] } else { &[] };
        let read = self.run_with("extract", name, &folder.join("pages.jsonl"), flags)?;
        let said = self.score("score_articles.py", &folder.join("gold.jsonl"), &read)?;
        Ok(pick(&said, &ARTICLE_SCORES))
    }

    fn feeds(&self) -> Result<BTreeMap<String, f64>> {
        let cases = self.shared.join("data/feeds/cases.jsonl");
        let read = self.run("feed", "feeds", &cases)?;
        let whole: Value = serde_json::from_str(&self.score("score_feeds.py", &cases, &read)?)?;
        Ok(BTreeMap::from([
            ("passed".to_owned(), share_of(&whole["total"])),
            ("safe".to_owned(), share_of(&whole["sanitize_no_active"])),
        ]))
    }

    fn stories(&self, set: &str) -> Result<BTreeMap<String, f64>> {
        let packed = self.shared.join("data/stories").join(format!("{set}.jsonl.gz"));
        let mut gold = String::new();
        MultiGzDecoder::new(File::open(&packed)?).read_to_string(&mut gold)?;
        let gold_path = self.out.join(format!("stories-{set}.gold.jsonl"));
        fs::write(&gold_path, &gold)?;
        let mut lines = read_lines(&gold)?;
        for line in &mut lines {
            // The answer is not shown.
            line.as_object_mut().map(|line| line.remove("story"));
        }
        let grouped = self.batch("group", &format!("stories-{set}"), &lines)?;
        let said = self.score("score_stories.py", &gold_path, &grouped)?;
        Ok(BTreeMap::from([
            ("bcubed_f1".to_owned(), f1_after(&said, "BCubed")?),
            ("pairwise_f1".to_owned(), f1_after(&said, "pairwise")?),
        ]))
    }

    /// Hands lines to a batch command; gives the file of its answers.
    fn batch(&self, command: &str, name: &str, lines: &[Value]) -> Result<PathBuf> {
        let input = self.out.join(format!("{name}.in.jsonl"));
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        fs::write(&input, text)?;
        self.run(command, name, &input)
    }

    fn run(&self, command: &str, name: &str, input: &Path) -> Result<PathBuf> {
        self.run_with(command, name, input, &[])
    }

    fn run_with(&self, command: &str, name: &str, input: &Path, flags: &[&str]) -> Result<PathBuf> {
        let answers = self.out.join(format!("{name}.out.jsonl"));
        let begun = Instant::now();
        let status = Command::new(&self.binary)
            .args([command, "--batch"])
            .arg(input)
            .args(flags)
            .stdout(File::create(&answers)?)
            .status()?;
        let took = begun.elapsed().as_secs_f64();
        ensure!(status.success() || status.code() == Some(WITH_GAPS), "`{command}`: {status}");
        // A record without an answer is missing to the scorer, which counts it as wrong.
        let text = fs::read_to_string(&answers)?;
        let is_answer = |line: &&str| !line.contains("\"err\":");
        let (given, missing): (Vec<&str>, Vec<&str>) = text.lines().partition(is_answer);
        println!("eval: {name}: {} answers, {} missing, {took:.1} s", given.len(), missing.len());
        fs::write(&answers, given.join("\n"))?;
        Ok(answers)
    }

    fn score(&self, scorer: &str, gold: &Path, answers: &Path) -> Result<String> {
        let scorer = self.shared.join("tools").join(scorer);
        output(Command::new("python3").arg(scorer).arg(gold).arg(answers))
    }
}

pub(crate) fn read_lines(text: &str) -> Result<Vec<Value>> {
    text.lines().map(|line| serde_json::from_str(line).context("a line is no JSON")).collect()
}

/// How often a page was taken for what it is, and a page without a date for one.
fn outcome_scores(set: &str, gold: &[Value], answers: &[Value]) -> BTreeMap<String, f64> {
    let by_id: BTreeMap<_, _> =
        answers.iter().map(|answer| (answer["id"].as_str(), answer)).collect();
    let share = |of: &[&Value], holds: fn(&Value) -> bool| {
        let held = of
            .iter()
            .filter(|gold| by_id.get(&gold["id"].as_str()).is_some_and(|answer| holds(answer)));
        held.count() as f64 / of.len().max(1) as f64
    };
    let all: Vec<&Value> = gold.iter().collect();
    let is_other = |answer: &Value| answer["outcome"] != "article";
    let (name, value) = match set {
        "other" => {
            let lists: Vec<&Value> = gold
                .iter()
                .filter(|gold| gold["type"] == "listing" || gold["type"] == "collection")
                .collect();
            return BTreeMap::from([
                ("told_apart".to_owned(), share(&all, is_other)),
                ("lists_told_apart".to_owned(), share(&lists, is_other)),
            ]);
        }
        "dates" => {
            let undated: Vec<&Value> = gold.iter().filter(|gold| gold["date"].is_null()).collect();
            ("undated", share(&undated, |answer| answer["date"].is_null()))
        }
        _ => ("recognized", share(&all, |answer| answer["outcome"] == "article")),
    };
    BTreeMap::from([(name.to_owned(), value)])
}

/// Figures out of a line such as `pages 123  f1 0.970  precision 0.961`.
pub(crate) fn pick(said: &str, names: &[&str]) -> BTreeMap<String, f64> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let pairs = words.chunks_exact(2).filter_map(|pair| {
        let [name, value] = pair else { return None };
        Some(((*name).to_owned(), value.parse().ok()?))
    });
    pairs.filter(|(name, _)| names.contains(&name.as_str())).collect()
}

/// The figure behind the first `F1` behind `word`.
fn f1_after(said: &str, word: &str) -> Result<f64> {
    let figure = said
        .split_once(word)
        .and_then(|(_, rest)| rest.split_once("F1 "))
        .and_then(|(_, rest)| rest.split_whitespace().next());
    let figure = figure.with_context(|| format!("the scorer says no {word} F1: {said}"))?;
    figure.parse().with_context(|| format!("`{figure}` is no number"))
}

/// `[held, all, …]` as a share.
fn share_of(counts: &Value) -> f64 {
    let count = |at: usize| counts[at].as_f64().unwrap_or_default();
    count(0) / count(1).max(1.0)
}

fn read_scores(path: &Path) -> Result<Scores> {
    if !path.is_file() {
        return Ok(Scores::new());
    }
    let shown = || format!("`{RECORD}` does not read as scores");
    let table: Value = serde_json::from_str(&fs::read_to_string(path)?).with_context(shown)?;
    let mut scores = Scores::new();
    for (set, values) in table.as_object().with_context(shown)? {
        for (name, value) in values.as_object().with_context(shown)? {
            let value = value.as_f64().with_context(shown)?;
            scores.entry(set.clone()).or_default().insert(name.clone(), value);
        }
    }
    Ok(scores)
}

fn write_scores(path: &Path, scores: &Scores) -> Result<()> {
    let Some(folder) = path.parent() else { bail!("`{}` has no folder", path.display()) };
    fs::create_dir_all(folder)?;
    let rounded: BTreeMap<_, BTreeMap<_, _>> = scores
        .iter()
        .map(|(set, values)| {
            (set, values.iter().map(|(name, value)| (name, round(*value))).collect())
        })
        .collect();
    fs::write(path, format!("{}\n", serde_json::to_string_pretty(&rounded)?))?;
    println!("eval: recorded in `{RECORD}`");
    Ok(())
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn print_scores(measured: &Scores, recorded: &Scores) {
    for (set, values) in measured {
        let shown = values.iter().map(|(name, value)| {
            let before = recorded.get(set).and_then(|values| values.get(name));
            match before.filter(|before| round(**before) != round(*value)) {
                Some(before) => format!("{name} {value:.3} (was {before:.3})"),
                None => format!("{name} {value:.3}"),
            }
        });
        println!("{set:<20}  {}", shown.collect::<Vec<_>>().join("  "));
    }
}

/// What is recorded and now lower, or gone.
fn find_drops(measured: &Scores, recorded: &Scores) -> Vec<String> {
    let mut drops = Vec::new();
    for (set, values) in recorded {
        for (name, before) in values {
            match measured.get(set).and_then(|values| values.get(name)) {
                None => drops.push(format!("{set} {name}: {before:.3}, now not measured")),
                Some(now) if *now < before - SLACK => {
                    drops.push(format!("{set} {name}: {before:.3}, now {now:.3}"));
                }
                Some(_) => {}
            }
        }
    }
    drops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(value: f64) -> Scores {
        Scores::from([("articles/x".to_owned(), BTreeMap::from([("f1".to_owned(), value)]))])
    }

    #[test]
    fn a_drop_within_the_slack_is_none() {
        assert_eq!(find_drops(&scores(0.9685), &scores(0.970)), [""; 0]);
        assert_eq!(find_drops(&scores(0.99), &scores(0.970)), [""; 0]);
    }

    #[test]
    fn a_drop_past_the_slack_is_told() {
        let told = ["articles/x f1: 0.970, now 0.967"];
        assert_eq!(find_drops(&scores(0.967), &scores(0.970)), told);
    }

    #[test]
    fn what_is_no_longer_measured_is_told() {
        let told = ["articles/x f1: 0.970, now not measured"];
        assert_eq!(find_drops(&Scores::new(), &scores(0.970)), told);
    }

    #[test]
    fn figures_are_picked_from_a_scorers_line() {
        let said = "pages 12  f1 0.970  precision 0.961\n";
        assert_eq!(pick(said, &["f1"]), BTreeMap::from([("f1".to_owned(), 0.970)]));
    }

    #[test]
    fn the_f1_of_each_kind_is_found() {
        let said =
            "x: docs 9 predicted 3  BCubed P 0.1 R 0.2 F1 0.3  pairwise P 0.4 R 0.5 F1 0.6\n";
        assert_eq!(f1_after(said, "BCubed").unwrap(), 0.3);
        assert_eq!(f1_after(said, "pairwise").unwrap(), 0.6);
        assert!(f1_after("nothing", "BCubed").is_err());
    }

    #[test]
    fn a_listing_told_apart_and_one_taken_for_an_article() {
        let gold = [json!({ "id": "a" }), json!({ "id": "b" }), json!({ "id": "c" })];
        let answers = [
            json!({ "id": "a", "outcome": "section" }),
            json!({ "id": "b", "outcome": "article" }),
        ];
        let told = outcome_scores("other", &gold, &answers)["told_apart"];
        assert!((told - 1.0 / 3.0).abs() < 1e-9);
    }
}
