//! Whether an article belongs to the edition, and which words say so. Pure.

use crate::edition::{Belongs, TermKind};
use chapar_model::{Article, Lang};
use chapar_text::{stem, tokens};
use std::collections::{BTreeMap, HashMap};

/// Mentions of one term beyond this many add nothing: a page that says one word a hundred times
/// is no more about it.
const MENTIONS_MAX: u32 = 4;
/// A mention in the headline counts as this many.
const TITLE_MENTIONS: u32 = 3;

/// The terms of an edition, ready to be looked for.
#[derive(Debug, Clone)]
pub struct TermIndex {
    minimum: f64,
    weights: Vec<(TermKind, f64, String)>,
    /// First word of a spelling to the spellings that begin with it: their words, and the term.
    by_first: HashMap<String, Vec<(Vec<String>, usize)>>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Belonging {
    /// Whether the article belongs.
    pub belongs: bool,
    /// The terms that say so, or why there are none.
    pub why: String,
    /// Numbers of the names and places it mentions, ascending: the same in every language.
    pub concepts: Vec<usize>,
}

impl TermIndex {
    /// Makes the terms of an edition ready.
    pub fn new(belongs: &Belongs) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, usize)>> = HashMap::new();
        let mut weights = Vec::new();
        for (number, term) in belongs.terms.iter().enumerate() {
            let shown = term.spellings.values().flatten().next().cloned().unwrap_or_default();
            weights.push((term.kind, term.weight, shown));
            for (lang, texts) in &term.spellings {
                let lang = Lang::parse(lang).unwrap_or(Lang::EN);
                for text in texts {
                    let words = keys(text, lang);
                    if let Some(first) = words.first() {
                        let list = by_first.entry(first.clone()).or_default();
                        list.push((words, number));
                    }
                }
            }
        }
        Self { minimum: belongs.minimum, weights, by_first }
    }

    /// Looks for the terms in an article.
    pub fn find(&self, article: &Article, all_in: bool) -> Belonging {
        let lang = article.lang.value().copied().unwrap_or(Lang::EN);
        let mut counts = BTreeMap::new();
        let title = article.title.value().map_or("", String::as_str);
        self.count(title, lang, TITLE_MENTIONS, &mut counts);
        self.count(&article.text(), lang, 1, &mut counts);
        let score: f64 = counts
            .iter()
            .map(|(term, count)| self.weight(*term) * f64::from(*count.min(&MENTIONS_MAX)))
            .sum();
        let concepts = counts
            .keys()
            .copied()
            .filter(|term| {
                self.weights.get(*term).is_some_and(|(kind, ..)| *kind != TermKind::Word)
            })
            .collect();
        let found = self.found(&counts);
        let (belongs, why) = match (all_in, self.weights.is_empty()) {
            (true, _) => (true, "every article of this source belongs".to_owned()),
            (_, true) => (true, "the edition takes everything".to_owned()),
            _ => {
                (score >= self.minimum, format!("score {score:.1} of {:.1}: {found}", self.minimum))
            }
        };
        Belonging { belongs, why, concepts }
    }

    fn weight(&self, term: usize) -> f64 {
        self.weights.get(term).map_or(0.0, |(_, weight, _)| *weight)
    }

    fn found(&self, counts: &BTreeMap<usize, u32>) -> String {
        if counts.is_empty() {
            return "none of the edition's words".to_owned();
        }
        let mut list: Vec<(f64, String)> = counts
            .iter()
            .filter_map(|(term, count)| {
                let (_, weight, shown) = self.weights.get(*term)?;
                Some((weight * f64::from(*count), format!("{shown} ×{count}")))
            })
            .collect();
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        list.into_iter().take(5).map(|(_, shown)| shown).collect::<Vec<_>>().join(", ")
    }

    fn count(&self, text: &str, lang: Lang, worth: u32, counts: &mut BTreeMap<usize, u32>) {
        let words = keys(text, lang);
        for at in 0..words.len() {
            let Some(rest) = words.get(at..) else { continue };
            let Some(list) = rest.first().and_then(|first| self.by_first.get(first)) else {
                continue;
            };
            for (spelling, term) in list {
                if rest.starts_with(spelling) {
                    *counts.entry(*term).or_insert(0) += worth;
                }
            }
        }
    }
}

fn keys(text: &str, lang: Lang) -> Vec<String> {
    tokens(text).into_iter().map(|token| stem(&token.key, lang)).collect()
}
