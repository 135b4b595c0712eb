//! Stories of the sample world: its list says of each file which story it is of.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "test code")]

use chapar_cluster::{Doc, Grouper, Limits};
use chapar_model::{ArticleId, Lang};
use chapar_text::fold;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

struct Row {
    key: String,
    story: String,
    copy_of: Option<String>,
    time: Timestamp,
    lang: Lang,
    title: String,
    text: String,
    links: Vec<String>,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn world() -> String {
    std::fs::read_to_string(samples().join("WORLD.md")).unwrap()
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

/// The files in the order of their times.
fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = world().lines().filter_map(row).collect();
    rows.sort_by(|a, b| (a.time, &a.key).cmp(&(b.time, &b.key)));
    rows
}

/// A row of the lists of files; later versions are left out.
fn row(line: &str) -> Option<Row> {
    let [key, time, story, kind, ..] = cells(line)[..] else { return None };
    let (outlet, slug) = key.split_once('/')?;
    let time = format!("{time}:00+03:30").parse().ok()?;
    let path = samples().join(format!("outlets/{outlet}/articles/{slug}.md"));
    let file = std::fs::read_to_string(path).ok()?;
    let (head, body) = file.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let title = head.lines().find_map(|line| line.strip_prefix("title = "))?;
    let (text, links) = without_links(body);
    let copy_of = ["copy(", "light("].iter().find_map(|name| kind.strip_prefix(name));
    Some(Row {
        key: key.to_owned(),
        story: if story == "OFF" { key.to_owned() } else { story.to_owned() },
        copy_of: copy_of.map(|original| original.trim_end_matches(')').to_owned()),
        time,
        lang: lang(outlet),
        title: title.trim_matches('"').replace("\\\"", "\""),
        text,
        links,
    })
}

/// The text with link texts alone, and where they lead.
fn without_links(text: &str) -> (String, Vec<String>) {
    let (mut out, mut links, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once("]({{link:") {
        let (link, after) = after.split_once("}})").unwrap();
        out.push_str(before);
        links.push(link.to_owned());
        rest = after;
    }
    (out + rest, links)
}

fn lang(outlet: &str) -> Lang {
    match outlet {
        "zana" | "bamdadan" | "farasu" | "taraz" | "khabarchin" => Lang::FA,
        "zana-ar" | "sada" | "mada" | "naql" => Lang::AR,
        _ => Lang::EN,
    }
}

/// Names and places by language, as an edition would list them: those of the world's own tables.
fn concepts() -> Vec<Vec<String>> {
    let world = world();
    let mut concepts = Vec::new();
    for line in world.lines().take_while(|line| !line.starts_with("## Outlets")) {
        let names = match cells(line)[..] {
            [thing, en, fa, ar] if thing != "thing" => [en, fa, ar],
            [no, en, fa, ar, _] if no.starts_with('P') => [en, fa, ar],
            _ => continue,
        };
        if !names[0].starts_with('-') {
            concepts.push(names.iter().map(|name| format!(" {} ", fold(name))).collect());
        }
    }
    concepts
}

fn concepts_in(row: &Row, concepts: &[Vec<String>]) -> Vec<usize> {
    let key = fold(&format!(" {} {} ", row.title, row.text));
    let words: String = key.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let holds = |names: &Vec<String>| names.iter().any(|name| format!(" {words} ").contains(name));
    (0..concepts.len()).filter(|i| holds(&concepts[*i])).collect()
}

/// What the run is told beside the texts.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    Everything,
    TextAlone,
}

fn group(rows: &[Row], told: Told) -> Vec<i64> {
    let ids: BTreeMap<&str, ArticleId> =
        rows.iter().zip(1..).map(|(row, id)| (row.key.as_str(), ArticleId(id))).collect();
    let concepts = concepts();
    let mut grouper = Grouper::new(Limits::default());
    rows.iter()
        .map(|row| {
            let is_told = told == Told::Everything;
            let found = if is_told { concepts_in(row, &concepts) } else { Vec::new() };
            let links: Vec<ArticleId> = row
                .links
                .iter()
                .filter(|_| is_told)
                .filter_map(|link| ids.get(link.as_str()).copied())
                .collect();
            let copy_of = row.copy_of.as_ref().filter(|_| is_told);
            let assignment = grouper.assign(&Doc {
                id: ids[row.key.as_str()],
                title: &row.title,
                text: &row.text,
                lang: Some(row.lang),
                time: row.time,
                concepts: &found,
                source: row.key.split('/').next().unwrap(),
                copy_of: copy_of.and_then(|key| ids.get(key.as_str()).copied()),
                links: &links,
            });
            assignment.story.0
        })
        .collect()
}

/// B-cubed precision, recall and F1 of the rows that `is_counted`.
fn score(rows: &[Row], found: &[i64], is_counted: impl Fn(&Row) -> bool) -> [f64; 3] {
    let all: Vec<(&str, i64)> = rows
        .iter()
        .zip(found)
        .filter(|(row, _)| is_counted(row))
        .map(|(row, found)| (row.story.as_str(), *found))
        .collect();
    let count = |is: &dyn Fn(&(&str, i64)) -> bool| all.iter().filter(|x| is(x)).count() as f64;
    let (mut precision, mut recall) = (0.0, 0.0);
    for (gold, story) in &all {
        let both = count(&|x| x.0 == *gold && x.1 == *story);
        precision += both / count(&|x| x.1 == *story);
        recall += both / count(&|x| x.0 == *gold);
    }
    let (p, r) = (precision / all.len() as f64, recall / all.len() as f64);
    [p, r, 2.0 * p * r / (p + r)]
}

#[track_caller]
fn check(told: Told, least_across: f64) {
    let rows = rows();
    assert!(rows.len() > 120, "{}", rows.len());
    let found = group(&rows, told);
    for lang in [Lang::EN, Lang::FA, Lang::AR] {
        let [p, r, f] = score(&rows, &found, |row| row.lang == lang);
        println!("{lang}: B-cubed P {p:.3} R {r:.3} F1 {f:.3}");
        assert!(f > 0.9, "{lang} {f}");
    }
    let [p, r, f] = score(&rows, &found, |_| true);
    println!("across: B-cubed P {p:.3} R {r:.3} F1 {f:.3}");
    assert!(f > least_across && p > 0.85, "{p} {r} {f}");
    let of = |story: &str| -> BTreeSet<i64> {
        rows.iter().zip(&found).filter(|(row, _)| row.story == story).map(|(_, s)| *s).collect()
    };
    assert!(of("S01").is_disjoint(&of("S01x")), "two memorandums, one story");
    assert!(of("S04").is_disjoint(&of("S04x")), "two earthquakes, one story");
}

#[test]
fn stories_with_concepts_copies_and_links() {
    check(Told::Everything, 0.88);
}

#[test]
fn stories_by_text_alone() {
    check(Told::TextAlone, 0.78);
}

#[test]
fn look_alikes_stay_apart_when_the_archive_comes_last() {
    let mut rows = rows();
    rows.reverse();
    let found = group(&rows, Told::Everything);
    let of = |story: &str| -> BTreeSet<i64> {
        rows.iter().zip(&found).filter(|(row, _)| row.story == story).map(|(_, s)| *s).collect()
    };
    assert!(of("S01").is_disjoint(&of("S01x")));
    assert!(of("S04").is_disjoint(&of("S04x")));
}
