//! Copies of the sample world: its list says of each file what it repeats.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use chapar_dedup::{Copies, Doc};
use chapar_model::{ArticleId, CopyKind, Lang};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Row {
    key: String,
    kind: String,
    original: Option<String>,
    time: Timestamp,
    text: String,
    credits: Vec<String>,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn rows() -> Vec<Row> {
    let world = std::fs::read_to_string(samples().join("WORLD.md")).unwrap();
    let mut rows: Vec<Row> = world.lines().filter_map(row).collect();
    rows.sort_by(|a, b| (a.time, &a.key).cmp(&(b.time, &b.key)));
    rows
}

/// A row of the lists of files; later versions and files not yet written are left out.
fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, key, time, _, kind, ..] = cells.as_slice() else { return None };
    let (outlet, slug) = key.split_once('/')?;
    let time = format!("{time}:00+03:30").parse().ok()?;
    let path = samples().join(format!("outlets/{outlet}/articles/{slug}.md"));
    let file = std::fs::read_to_string(path).ok()?;
    let (head, text) = file.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let credits = head
        .lines()
        .filter_map(|line| line.strip_prefix("credit = ").or(line.strip_prefix("credit_link = ")))
        .map(|value| value.trim_matches('"').replace("{{link:", "http://").replace("}}", ""))
        .collect();
    let (kind, original) = match kind.trim_end_matches(')').split_once('(') {
        Some((kind, original)) => (kind, Some(original.to_owned())),
        None => (*kind, None),
    };
    Some(Row {
        key: (*key).to_owned(),
        kind: kind.to_owned(),
        original,
        time,
        text: without_links(text),
        credits,
    })
}

/// Link texts without their addresses.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("]({{link:") {
        out.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    out + rest
}

fn lang(outlet: &str) -> Lang {
    match outlet {
        "zana" | "bamdadan" | "farasu" | "taraz" | "khabarchin" => Lang::FA,
        "zana-ar" | "sada" | "mada" | "naql" => Lang::AR,
        _ => Lang::EN,
    }
}

fn names(outlet: &str) -> Vec<String> {
    let names: &[&str] = match outlet {
        "zana" => &["خبرگزاری زانا", "زانا"],
        "zana-ar" => &["وكالة زانا بالعربية", "زانا"],
        "zana-en" => &["ZANA English", "ZANA"],
        "herald" => &["The Darvaneh Herald"],
        "zbc" => &["ZBC News", "ZBC"],
        "sada" => &["صدى الواحة"],
        _ => &[],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn doc<'a>(id: usize, row: &'a Row, urls: &'a [String]) -> Doc<'a> {
    let outlet = row.key.split('/').next().unwrap();
    // The copying blog prints the day alone.
    let is_exact = outlet != "zarvandwatch";
    let seconds = row.time.as_second();
    let day = Timestamp::from_second(seconds - (seconds + 12_600).rem_euclid(86_400)).unwrap();
    Doc {
        id: ArticleId(i64::try_from(id).unwrap() + 1),
        title: "",
        text: &row.text,
        lang: Some(lang(outlet)),
        time: Some(if is_exact { row.time } else { day }),
        time_exact: is_exact,
        fetched: row.time,
        source: outlet,
        publisher: outlet.split('-').next().unwrap(),
        is_agency: outlet.starts_with("zana") && outlet != "zarvandwatch",
        url: &urls[id],
        credits: row.credits.clone(),
        names: names(outlet),
    }
}

#[test]
fn copies_of_the_sample_world_find_their_originals() {
    let rows = rows();
    let urls: Vec<String> = rows.iter().map(|row| format!("http://{}", row.key)).collect();
    let mut copies = Copies::new();
    for (id, row) in rows.iter().enumerate() {
        copies.add(&doc(id, row, &urls));
    }
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (id, row) in rows.iter().enumerate() {
        let copy = copies.copy_of(ArticleId(i64::try_from(id).unwrap() + 1));
        let original = copy.map(|copy| &rows[usize::try_from(copy.original.0).unwrap() - 1].key);
        let expect = row.original.as_ref().filter(|_| row.kind != "trans");
        if let Some(copy) = copy {
            println!(
                "{} -> {} {:?} {:.2} {:?}",
                row.key,
                original.unwrap(),
                copy.kind,
                copy.shared,
                copy.why
            );
        }
        if original == expect {
            found.entry(&row.kind).or_default().0 += 1;
        } else {
            wrong.push(format!("{} ({}): {original:?}", row.key, row.kind));
        }
        found.entry(&row.kind).or_default().1 += 1;
        if row.kind == "copy" {
            assert_eq!(copy.map(|copy| copy.kind), Some(CopyKind::Whole), "{}", row.key);
        }
    }
    println!("right of all, by kind: {found:?}");
    println!("wrong: {wrong:#?}");
    assert!(wrong.len() <= 2, "{wrong:#?}");
}
