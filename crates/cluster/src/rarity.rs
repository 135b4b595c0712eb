//! Which of the articles held a term stands in, and so how rare it is. Adding and taking out cancel.

use crate::features::Term;
use chapar_model::Lang;
use chapar_text::Postings;
use std::collections::BTreeMap;

/// Articles that a young stream is taken to have seen before: it knows too little to call a word
/// common.
const PRIOR: f32 = 20.0;

/// In how many articles each term stands, and how many there are of each language.
#[derive(Debug, Default)]
pub(crate) struct Rarity {
    holders: Postings,
    articles: BTreeMap<Option<Lang>, u32>,
}

impl Rarity {
    /// Counts an article.
    pub(crate) fn add(
        &mut self,
        number: u32,
        lang: Option<Lang>,
        terms: impl Iterator<Item = Term>,
    ) {
        *self.articles.entry(lang).or_default() += 1;
        for term in terms {
            self.holders.insert(term, number);
        }
    }

    /// Uncounts one that was counted.
    pub(crate) fn remove(
        &mut self,
        number: u32,
        lang: Option<Lang>,
        terms: impl Iterator<Item = Term>,
    ) {
        if let Some(count) = self.articles.get_mut(&lang) {
            *count = count.saturating_sub(1);
        }
        for term in terms {
            self.holders.remove(term, number);
        }
    }

    /// The numbers of the articles in which a term stands.
    pub(crate) fn holders(&self, term: Term) -> &[u32] {
        self.holders.holders(term)
    }

    /// The weight of a word among the articles of its language: 0 for one that all hold.
    pub(crate) fn of_word(&self, lang: Option<Lang>, word: Term) -> f32 {
        self.weight(self.articles.get(&lang).copied().unwrap_or(0), word)
    }

    /// The weight of a sign among the articles of all languages.
    pub(crate) fn of_sign(&self, sign: Term) -> f32 {
        self.weight(self.articles.values().sum(), sign)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of articles held")]
    fn weight(&self, articles: u32, term: Term) -> f32 {
        let holding = u32::try_from(self.holders(term).len()).unwrap_or(u32::MAX);
        let articles = articles.max(holding) as f32;
        ((articles + PRIOR) / (holding as f32 + 1.0)).ln().max(0.0)
    }
}
