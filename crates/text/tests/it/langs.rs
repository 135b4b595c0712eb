//! How well the language of a headline is told.

use super::{field, records};
use chapar_text::detect_lang;
use std::collections::BTreeMap;

/// Share of records whose text is told right; prints what the others were taken for.
fn measure(path: &str, text_of: &str, lang: Option<&str>, share_min: f64) {
    let Some(records) = records(path) else { return };
    let mut taken: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut right: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for record in &records {
        let expect = lang.unwrap_or_else(|| field(record, "lang")).to_owned();
        let text = field(record, text_of);
        if text.is_empty() {
            continue;
        }
        let found = detect_lang(text).map_or("none".to_owned(), |(lang, _)| lang.to_string());
        let count = right.entry(expect.clone()).or_default();
        count.1 += 1;
        if found == expect {
            count.0 += 1;
        } else {
            *taken.entry((expect, found)).or_default() += 1;
        }
    }
    for (lang, (right, all)) in &right {
        println!("{path} {text_of} {lang}: {right} of {all} = {:.4}", *right as f64 / *all as f64);
        assert!(*right as f64 / *all as f64 >= share_min, "{path} {lang}: {taken:?}");
    }
    println!("   taken for: {taken:?}");
}

#[test]
fn english_headlines() {
    measure("stories/uci.jsonl.gz", "title", None, 0.95);
}

#[test]
fn persian_headlines() {
    measure("stories/fa_claims.jsonl.gz", "title", None, 0.98);
}

#[test]
fn headlines_and_texts_in_three_languages() {
    measure("stories/cross_full.jsonl.gz", "title", None, 0.95);
    measure("stories/cross_full.jsonl.gz", "text", None, 0.99);
    measure("stories/cross_part.jsonl.gz", "text", None, 0.98);
}
