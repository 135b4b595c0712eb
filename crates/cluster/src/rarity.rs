//! How rare a term is among the articles held. Counts only, so that adding and taking out cancel.

use crate::features::Term;
use crate::tune::t;
use chapar_model::Lang;
use std::collections::{BTreeMap, HashMap};

/// In how many articles each term stands.
#[derive(Debug, Default)]
pub(crate) struct Rarity {
    terms: HashMap<Term, u32>,
    articles: BTreeMap<Option<Lang>, u32>,
}

impl Rarity {
    /// Counts an article.
    pub(crate) fn add(&mut self, lang: Option<Lang>, terms: impl Iterator<Item = Term>) {
        *self.articles.entry(lang).or_default() += 1;
        for term in terms {
            *self.terms.entry(term).or_default() += 1;
        }
    }

    /// Uncounts one that was counted.
    pub(crate) fn remove(&mut self, lang: Option<Lang>, terms: impl Iterator<Item = Term>) {
        if let Some(count) = self.articles.get_mut(&lang) {
            *count = count.saturating_sub(1);
        }
        for term in terms {
            let Some(count) = self.terms.get_mut(&term) else { continue };
            *count -= 1;
            if *count == 0 {
                self.terms.remove(&term);
            }
        }
    }

    /// The weight of a term among the articles of a language: 0 for one that all hold.
    #[expect(clippy::cast_precision_loss, reason = "counts of articles held")]
    pub(crate) fn weight(&self, lang: Option<Lang>, term: Term) -> f32 {
        let articles = self.articles.get(&lang).copied().unwrap_or(0) as f32;
        let holding = self.terms.get(&term).copied().unwrap_or(0) as f32;
        let articles = articles.max(holding);
        // A young stream has seen too little to call a word common.
        let prior = t("prior", 20.0);
        ((articles + prior) / (holding + t("dfp", 1.0))).ln().max(0.0)
    }
}
