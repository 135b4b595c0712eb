//! Weights of words that tell two kinds of pages apart: logistic regression with a penalty on
//! large weights, by gradient descent with Nesterov's momentum.

use std::collections::{BTreeMap, BTreeSet};

/// Pages that a word must stand on.
const PAGES_MIN: usize = 5;
/// Words that are kept, those of the largest weights.
const WORDS_MAX: usize = 500;
/// What an error weighs against a large weight.
const COST: f64 = 0.05;
const STEPS: usize = 250;
/// Parts of the pages, for sums of words that were weighed without the page itself.
const PARTS: usize = 5;

/// A page's words, and whether it is of the kind looked for.
pub(crate) type WordPage<'a> = (&'a BTreeSet<String>, bool);

/// Words with their weights.
pub(crate) type Weights = BTreeMap<String, f32>;

/// The weights of words.
pub(crate) fn weigh(pages: &[WordPage<'_>]) -> Weights {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in pages.iter().flat_map(|(words, _)| words.iter()) {
        *counts.entry(word).or_default() += 1;
    }
    let kept: Vec<&str> =
        counts.into_iter().filter(|(_, count)| *count >= PAGES_MIN).map(|(word, _)| word).collect();
    let rows: Vec<Vec<usize>> = pages
        .iter()
        .map(|(words, _)| {
            words.iter().filter_map(|w| kept.binary_search(&w.as_str()).ok()).collect()
        })
        .collect();
    let yes: Vec<bool> = pages.iter().map(|(_, is_yes)| *is_yes).collect();
    let mut weights = descend(&rows, &yes, kept.len());
    let mut sizes: Vec<f64> = weights.iter().map(|w| w.abs()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let least = sizes.get(WORDS_MAX).copied().unwrap_or(0.0);
    weights.iter_mut().filter(|w| w.abs() <= least).for_each(|w| *w = 0.0);
    kept.into_iter()
        .zip(weights)
        .filter(|(_, weight)| *weight != 0.0)
        .map(|(word, weight)| (word.to_owned(), weight as f32))
        .collect()
}

/// What a page's words weigh together.
pub(crate) fn sum(weights: &Weights, words: &BTreeSet<String>) -> f32 {
    words.iter().filter_map(|word| weights.get(word)).sum()
}

/// The sum of each page by weights that were learned without it.
pub(crate) fn sums_unseen(pages: &[WordPage<'_>]) -> Vec<f32> {
    let mut sums = vec![0.0; pages.len()];
    for part in 0..PARTS {
        let others: Vec<WordPage<'_>> = pages
            .iter()
            .enumerate()
            .filter(|(at, _)| at % PARTS != part)
            .map(|(_, page)| *page)
            .collect();
        let weights = weigh(&others);
        for (at, (words, _)) in pages.iter().enumerate().filter(|(at, _)| at % PARTS == part) {
            sums[at] = sum(&weights, words);
        }
    }
    sums
}

fn descend(rows: &[Vec<usize>], yes: &[bool], columns: usize) -> Vec<f64> {
    // One more column for the share of pages of the kind.
    let mut at = vec![0.0; columns + 1];
    let mut before = at.clone();
    let step = 1.0 / (1.0 + COST * 0.25 * largest_curve(rows, columns));
    for round in 0..STEPS {
        let push = round as f64 / (round as f64 + 3.0);
        let ahead: Vec<f64> =
            at.iter().zip(&before).map(|(now, old)| now + push * (now - old)).collect();
        let mut slope = ahead.clone();
        for (row, is_yes) in rows.iter().zip(yes) {
            let score: f64 = ahead[columns] + row.iter().map(|w| ahead[*w]).sum::<f64>();
            let error = 1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(*is_yes));
            slope[columns] += COST * error;
            row.iter().for_each(|w| slope[*w] += COST * error);
        }
        before = std::mem::replace(
            &mut at,
            ahead.iter().zip(&slope).map(|(from, slope)| from - step * slope).collect(),
        );
    }
    at.truncate(columns);
    at
}

/// The largest eigenvalue of the words' products, by power iteration.
fn largest_curve(rows: &[Vec<usize>], columns: usize) -> f64 {
    let mut vector = vec![1.0; columns + 1];
    let mut size = 0.0;
    for _ in 0..20 {
        let mut next = vec![0.0; columns + 1];
        for row in rows {
            let product: f64 = vector[columns] + row.iter().map(|w| vector[*w]).sum::<f64>();
            next[columns] += product;
            row.iter().for_each(|w| next[*w] += product);
        }
        size = next.iter().map(|v| v * v).sum::<f64>().sqrt();
        vector = next.into_iter().map(|v| v / size.max(1e-9)).collect();
    }
    size * 1.1
}
