//! How well skeletons bring the spellings of names together.

use super::{field, records};
use chapar_text::{skeleton, skeletons};
use std::collections::{BTreeMap, BTreeSet};

type Pairs = BTreeSet<(String, String)>;

struct Score {
    precision: f64,
    recall: f64,
}

/// All pairs that meet among all names of the set, against those that are one name.
fn score(pairs: &Pairs, keys: fn(&str) -> Vec<String>) -> Score {
    let mut by_key: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (_, latin) in pairs {
        for key in keys(latin) {
            by_key.entry(key).or_default().insert(latin);
        }
    }
    let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    let (mut right, mut wrong) = (0.0, 0.0);
    for name in names {
        let met: BTreeSet<&str> =
            keys(name).iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
        for latin in met {
            if pairs.contains(&(name.to_owned(), latin.to_owned())) {
                right += 1.0;
            } else {
                wrong += 1.0;
            }
        }
    }
    Score { precision: right / (right + wrong), recall: right / pairs.len() as f64 }
}

fn measure(set: &str, pairs: &Pairs, recall_min: f64) {
    let one = score(pairs, |name| vec![skeleton(name)]);
    let all = score(pairs, skeletons);
    for (kind, s) in [("skeleton", &one), ("skeletons", &all)] {
        let f1 = 2.0 * s.precision * s.recall / (s.precision + s.recall);
        println!(
            "{set:12} {kind:10} precision {:.3} recall {:.3} F1 {f1:.3}",
            s.precision, s.recall
        );
    }
    assert!(all.recall >= recall_min, "{set}: recall {:.3}", all.recall);
}

fn variants(path: &str) -> Option<Pairs> {
    let records = records(path)?;
    Some(
        records
            .iter()
            .flat_map(|record| {
                let forms = record["forms"].as_array().unwrap().iter();
                forms.map(|form| {
                    (field(record, "name").to_owned(), form.as_str().unwrap().to_owned())
                })
            })
            .collect(),
    )
}

#[test]
fn persian_names_meet_their_latin_spellings() {
    if let Some(pairs) = variants("names/name_variants_fa.jsonl") {
        measure("persian", &pairs, 0.93);
    }
}

#[test]
fn arabic_names_meet_their_latin_spellings() {
    if let Some(pairs) = variants("names/name_variants_ar.jsonl") {
        measure("arabic", &pairs, 0.88);
    }
}

#[test]
fn transliterated_names_meet() {
    if let Some(records) = records("names/translit_ar_en.jsonl") {
        let pairs = records.iter().map(|r| (field(r, "ar").to_owned(), field(r, "en").to_owned()));
        measure("translit", &pairs.collect(), 0.75);
    }
}
