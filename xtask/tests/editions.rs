//! The editions that come with the project, as files: whether they can be taken up is the program's
//! own test.
#![expect(clippy::unwrap_used, reason = "test code")]

use chapar_model::{Lang, PageUrl, SourceKey};
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

fn read(name: &str) -> Table {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../editions");
    std::fs::read_to_string(folder.join(name)).unwrap().parse().unwrap()
}

fn sources(edition: &Table) -> Vec<&Table> {
    edition["source"].as_array().unwrap().iter().map(|source| source.as_table().unwrap()).collect()
}

fn texts<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
    match table.get(name) {
        Some(Value::Array(list)) => list.iter().map(|text| text.as_str().unwrap()).collect(),
        Some(text) => vec![text.as_str().unwrap()],
        None => Vec::new(),
    }
}

#[track_caller]
fn check_sources(name: &str) {
    let edition = read(name);
    let (mut keys, mut feeds) = (BTreeSet::new(), BTreeSet::new());
    for source in sources(&edition) {
        let key = source["key"].as_str().unwrap();
        assert!(SourceKey::parse(key).is_some(), "{name}: `{key}` is no key");
        assert!(keys.insert(key), "{name}: two sources are called `{key}`");
        for field in ["home", "feeds", "sitemaps"] {
            for address in texts(source, field) {
                let read = PageUrl::parse(address);
                assert!(read.is_ok(), "{name}: `{key}`: `{address}` is no address");
                let is_new = field == "home" || feeds.insert(address);
                assert!(is_new, "{name}: `{address}` is polled twice");
            }
        }
        for lang in texts(source, "lang") {
            assert!(Lang::parse(lang).is_some(), "{name}: `{key}`: `{lang}` is no language");
        }
    }
}

#[test]
fn every_source_has_a_key_of_its_own_and_addresses_that_read() {
    check_sources("iran.toml");
    check_sources("sample.toml");
}

#[test]
fn the_iran_edition_polls_eighty_feeds_or_more() {
    let edition = read("iran.toml");
    let feeds: BTreeSet<_> =
        sources(&edition).into_iter().flat_map(|source| texts(source, "feeds")).collect();
    assert!(feeds.len() >= 80, "{} feeds", feeds.len());
}

#[test]
fn every_outlet_of_the_iran_edition_has_a_name_in_english_and_persian() {
    let edition = read("iran.toml");
    for source in sources(&edition) {
        let name = source["name"].as_table().unwrap();
        assert!(name.contains_key("en") && name.contains_key("fa"), "{}", source["key"]);
    }
}

#[test]
fn terms_of_the_iran_edition_are_spelled_once() {
    let edition = read("iran.toml");
    let mut seen = BTreeSet::new();
    for kind in ["words", "names", "places"] {
        for term in edition["belongs"][kind].as_array().unwrap() {
            let term = term.as_table().unwrap();
            assert!(term["weight"].as_float().unwrap() >= 0.0);
            for lang in ["en", "fa", "ar"] {
                for text in texts(term, lang) {
                    assert!(seen.insert((lang, text)), "`{text}` stands twice");
                }
            }
        }
    }
}
