//! Groups a stream of articles, one JSON line each on standard input, into stories on standard
//! output: `{"id","time","lang","title","text","source","url"}` to `{"id","story","why"}`. Where they
//! are known, `concepts` (numbers), `copy_of` (an `id`) and `links` (`id`s) are read too.

use chapar_cluster::{Doc, Grouper, Limits};
use chapar_model::{ArticleId, Lang};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

#[derive(Deserialize)]
struct Line {
    id: String,
    time: Option<String>,
    lang: Option<String>,
    title: Option<String>,
    text: Option<String>,
    source: Option<String>,
    #[serde(default)]
    concepts: Vec<usize>,
    /// The `id` of the article that it repeats.
    copy_of: Option<String>,
    /// The `id`s of articles that it links to.
    #[serde(default)]
    links: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let mut grouper = Grouper::new(Limits::default());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut numbers: BTreeMap<String, ArticleId> = BTreeMap::new();
    let mut last = Timestamp::UNIX_EPOCH;
    let mut is_dated = true;
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line: Line = serde_json::from_str(&line?)?;
        // A stream whose first line has no time is taken as undated. In a dated one an article
        // without a time is as old as the one before it.
        let time = line.time.as_deref().and_then(time);
        is_dated &= number > 0 || time.is_some();
        last = time.filter(|_| is_dated).unwrap_or(last);
        let id = ArticleId(i64::try_from(number)?);
        numbers.insert(line.id.clone(), id);
        let links: Vec<ArticleId> =
            line.links.iter().filter_map(|link| numbers.get(link).copied()).collect();
        let assignment = grouper.assign(&Doc {
            id,
            title: line.title.as_deref().unwrap_or_default(),
            text: line.text.as_deref().unwrap_or_default(),
            lang: line.lang.as_deref().and_then(Lang::parse),
            time: last,
            concepts: &line.concepts,
            source: line.source.as_deref().unwrap_or_default(),
            copy_of: line.copy_of.as_ref().and_then(|id| numbers.get(id).copied()),
            links: &links,
        });
        let answer = serde_json::json!({
            "id": line.id, "story": assignment.story, "why": assignment.why,
        });
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn time(raw: &str) -> Option<Timestamp> {
    raw.parse().ok().or_else(|| format!("{raw}T00:00:00Z").parse().ok())
}
