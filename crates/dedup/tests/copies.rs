//! What the index says of small streams, whatever their order.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use chapar_dedup::{Copies, Doc, Limits};
use chapar_model::{ArticleId, CopyKind, CopyOf, Lang};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

const WORDS: [&str; 24] = [
    "river", "bridge", "mayor", "wheat", "ledger", "storm", "signal", "harbor", "winter", "copper",
    "garden", "ticket", "museum", "engine", "border", "candle", "school", "market", "valley",
    "letter", "doctor", "island", "timber", "ribbon",
];

/// A text of `n` words that nobody wrote; each seed gives another.
fn text(seed: u64, n: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut out = String::new();
    for i in 0..n {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.push_str(WORDS[usize::try_from(state % 24).unwrap()]);
        out.push_str(if i % 10 == 9 { ". X" } else { " " });
    }
    out
}

fn doc<'a>(id: i64, source: &'a str, text: &'a str) -> Doc<'a> {
    let time = Timestamp::from_second(1_770_000_000 + id * 600).unwrap();
    Doc {
        id: ArticleId(id),
        title: "",
        text,
        lang: Some(Lang::EN),
        time: Some(time),
        time_exact: true,
        fetched: time,
        source,
        publisher: source,
        is_agency: false,
        url: "https://one.example/",
        credits: Vec::new(),
        names: vec![source.to_owned()],
    }
}

fn final_state(copies: &Copies, docs: &[Doc<'_>]) -> BTreeMap<ArticleId, Option<CopyOf>> {
    docs.iter().map(|doc| (doc.id, copies.copy_of(doc.id).cloned())).collect()
}

/// Adds the documents and folds the changes into the state that a store would hold.
fn run(docs: &[Doc<'_>]) -> BTreeMap<ArticleId, Option<CopyOf>> {
    let mut copies = Copies::new();
    let mut told = BTreeMap::new();
    for doc in docs {
        told.extend(copies.add(doc));
    }
    assert_eq!(told, final_state(&copies, docs));
    told
}

#[test]
fn a_late_original_takes_over_its_copies() {
    let body = text(7, 80);
    let mut copies = Copies::new();
    assert_eq!(copies.add(&doc(3, "blog", &body)), [(ArticleId(3), None)]);
    let changes = copies.add(&doc(1, "agency", &body));
    assert_eq!(changes[0], (ArticleId(1), None));
    let copy = changes[1].1.as_ref().unwrap();
    assert_eq!(
        (changes[1].0, copy.original, copy.kind),
        (ArticleId(3), ArticleId(1), CopyKind::Whole)
    );
}

#[test]
fn a_revision_is_no_copy_of_itself() {
    let (first, second) = (text(7, 80), text(7, 90));
    let mut copies = Copies::new();
    copies.add(&doc(1, "daily", &first));
    assert_eq!(copies.add(&doc(1, "daily", &second)), [(ArticleId(1), None)]);
}

#[test]
fn a_copy_that_is_rewritten_entirely_is_one_no_more() {
    let (same, other) = (text(7, 80), text(8, 80));
    let mut copies = Copies::new();
    copies.add(&doc(1, "daily", &same));
    copies.add(&doc(2, "blog", &same));
    assert!(copies.copy_of(ArticleId(2)).is_some());
    assert_eq!(copies.add(&doc(2, "blog", &other)), [(ArticleId(2), None)]);
}

#[test]
fn a_digest_does_not_tie_what_it_holds() {
    let (a, b) = (text(1, 60), text(2, 60));
    let digest = format!("{a}\n{b}\n{}", text(3, 60));
    let state = run(&[doc(1, "west", &a), doc(2, "east", &b), doc(3, "digest", &digest)]);
    assert_eq!(state[&ArticleId(1)], None);
    assert_eq!(state[&ArticleId(2)], None);
    assert_eq!(state[&ArticleId(3)].as_ref().unwrap().kind, CopyKind::Part);
}

#[test]
fn furniture_of_one_source_ties_nothing() {
    let furniture = text(50, 40);
    let bodies: Vec<String> =
        (0..6).map(|n| format!("{}\n{furniture}", text(n + 60, 45))).collect();
    let docs: Vec<Doc<'_>> =
        bodies.iter().enumerate().map(|(i, body)| doc(i as i64 + 1, "west", body)).collect();
    let mut docs = docs;
    docs[2].source = "east";
    let state = run(&docs[..3]);
    assert_eq!(state[&ArticleId(3)].as_ref().unwrap().kind, CopyKind::Rewritten);
    let state = run(&docs);
    assert_eq!(state[&ArticleId(3)], None);
}

#[test]
fn other_languages_and_headlines_are_left_alone() {
    let body = text(7, 80);
    let mut persian = doc(2, "east", &body);
    persian.lang = Some(Lang::FA);
    let state = run(&[doc(1, "west", &body), persian, doc(3, "a", "Rain"), doc(4, "b", "Rain")]);
    assert!(state.values().all(Option::is_none));
}

#[test]
fn the_oldest_is_forgotten() {
    let (body, other) = (text(7, 80), text(8, 80));
    let mut copies = Copies::with_limits(Limits { docs_max: 2 });
    copies.add(&doc(1, "a", &body));
    copies.add(&doc(2, "b", &other));
    copies.add(&doc(3, "c", &other));
    copies.add(&doc(4, "d", &body));
    assert_eq!(copies.copy_of(ArticleId(4)), None);
    assert_eq!(copies.copy_of(ArticleId(1)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arrival_order_does_not_matter(
        recipe in prop::collection::vec((0u64..4, 0u64..4, 0usize..4, 0usize..3), 2..16),
        shuffle in any::<u64>(),
    ) {
        let sources = ["west", "east", "north"];
        let bodies: Vec<String> = recipe
            .iter()
            .map(|(a, b, cut, _)| format!("{}\n{}\nEnd.", text(*a, 70 - cut * 17), text(b + 10, 20 + cut * 15)))
            .collect();
        let docs: Vec<Doc<'_>> = recipe
            .iter()
            .zip(&bodies)
            .enumerate()
            .map(|(i, ((a, _, cut, source), body))| {
                let mut doc = doc(i as i64 + 1, sources[*source], body);
                doc.time_exact = a % 2 == 0;
                doc.is_agency = *source == 0;
                if *cut == 3 {
                    doc.credits = vec![sources[(source + 1) % 3].to_owned()];
                }
                doc
            })
            .collect();
        let mut turned = docs.clone();
        turned.sort_by_key(|doc| shuffle.wrapping_mul(u64::try_from(doc.id.0).unwrap() * 2 + 1));
        prop_assert_eq!(run(&docs), run(&turned));
    }

    #[test]
    fn any_text_is_taken(texts in prop::collection::vec("\\PC{0,200}", 1..5)) {
        let docs: Vec<Doc<'_>> =
            texts.iter().enumerate().map(|(i, text)| doc(i as i64, "west", text)).collect();
        run(&docs);
    }
}
