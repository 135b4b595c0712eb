//! Whether an article belongs to the edition, and which words say so. Pure.

use crate::edition::{Belongs, Term, TermKind};
use chapar_model::{Article, Lang};
use chapar_text::{stem, tokens};
use std::collections::{BTreeMap, HashMap};

/// Mentions of one term beyond this many add nothing: a page that says one word a hundred times
/// is no more about it.
const MENTIONS_MAX: u32 = 4;
/// A mention in the headline counts as this many.
const TITLE_MENTIONS: u32 = 3;

/// Spellings that begin with one word of one language: their words, and the number of the term.
type Spellings = HashMap<(Lang, String), Vec<(Vec<String>, usize)>>;

/// The terms of an edition, ready to be looked for.
#[derive(Debug, Clone)]
pub struct TermIndex {
    minimum: f64,
    terms: Vec<Term>,
    by_first: Spellings,
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
        let mut by_first = Spellings::new();
        for (number, term) in belongs.terms.iter().enumerate() {
            for (lang, texts) in &term.spellings {
                let lang = Lang::parse(lang).unwrap_or(Lang::EN);
                for text in texts {
                    let words = keys(text, lang);
                    let Some(first) = words.first() else { continue };
                    let list = by_first.entry((lang, first.clone())).or_default();
                    // Two spellings may share a key; one mention is one mention.
                    if !list.contains(&(words.clone(), number)) {
                        list.push((words, number));
                    }
                }
            }
        }
        Self { minimum: belongs.minimum, terms: belongs.terms.clone(), by_first }
    }

    /// Looks for the terms in an article.
    pub fn find(&self, article: &Article, all_in: bool) -> Belonging {
        let lang = article.lang.value().copied().unwrap_or(Lang::EN);
        let mut counts = BTreeMap::new();
        if !self.terms.is_empty() {
            let title = article.title.value().map_or("", String::as_str);
            self.count(title, lang, TITLE_MENTIONS, &mut counts);
            self.count(&article.text(), lang, 1, &mut counts);
        }
        let score = counts.iter().fold(0.0, |sum, (term, count)| {
            sum + self.weight(*term) * f64::from(*count.min(&MENTIONS_MAX))
        });
        let concepts = counts
            .keys()
            .copied()
            .filter(|term| self.terms.get(*term).is_some_and(|term| term.kind != TermKind::Word))
            .collect();
        let found = self.found(&counts, lang);
        let (belongs, why) = match (all_in, self.terms.is_empty()) {
            (true, _) => (true, "every article of this source belongs".to_owned()),
            (_, true) => (true, "the edition takes everything".to_owned()),
            _ => {
                (score >= self.minimum, format!("score {score:.1} of {:.1}: {found}", self.minimum))
            }
        };
        Belonging { belongs, why, concepts }
    }

    fn weight(&self, term: usize) -> f64 {
        self.terms.get(term).map_or(0.0, |term| term.weight)
    }

    fn found(&self, counts: &BTreeMap<usize, u32>, lang: Lang) -> String {
        if counts.is_empty() {
            return "none of the edition's words".to_owned();
        }
        let mut list: Vec<(f64, String)> = counts
            .iter()
            .filter_map(|(number, count)| {
                let term = self.terms.get(*number)?;
                let own = term.spellings.get(lang.as_str());
                let shown = own.or_else(|| term.spellings.values().next())?.first()?;
                Some((term.weight * f64::from(*count), format!("{shown} ×{count}")))
            })
            .collect();
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        list.into_iter().take(5).map(|(_, shown)| shown).collect::<Vec<_>>().join(", ")
    }

    /// Counts mentions in the language's own spellings and, since names are often left in Latin
    /// letters, the English ones.
    fn count(&self, text: &str, lang: Lang, worth: u32, counts: &mut BTreeMap<usize, u32>) {
        self.count_in(text, lang, worth, counts);
        if lang != Lang::EN {
            self.count_in(text, Lang::EN, worth, counts);
        }
    }

    fn count_in(&self, text: &str, lang: Lang, worth: u32, counts: &mut BTreeMap<usize, u32>) {
        let words = keys(text, lang);
        for at in 0..words.len() {
            let Some(rest) = words.get(at..) else { continue };
            let Some(first) = rest.first() else { continue };
            let Some(list) = self.by_first.get(&(lang, first.clone())) else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;
    use chapar_model::{Basis, Block, BlockKind, Candidate, Dir, Field, Inline, Verdict};

    const EDITION: &str = r#"
        name = "N"
        languages = ["en"]
        zone = "UTC"
        contact = ""
        [belongs]
        minimum = 3
        words = [ { en = "Zarvand", fa = "زروند", weight = 3 } ]
        places = [ { en = "Tabara", fa = "تبارا", ar = "تبارا", weight = 1 } ]
    "#;

    fn field<T>(value: T) -> Field<T> {
        let verdict = Verdict::Chosen("test".into());
        let (place, raw) = ("test".into(), String::new());
        Field { candidates: vec![Candidate { value, basis: Basis::Heading, place, raw, verdict }] }
    }

    fn article(lang: Lang, title: &str, text: &str) -> Article {
        let content = vec![Inline::Text(text.to_owned())];
        let kind = BlockKind::Paragraph { content };
        Article {
            title: field(title.to_owned()),
            site_name: Field::default(),
            byline: Field::default(),
            dateline: None,
            published: Field::default(),
            updated: Field::default(),
            lang: field(lang),
            blocks: vec![Block { kind, lang: None, dir: Dir::Ltr }],
            lead_image: None,
            canonical: None,
            original: Field::default(),
            section: None,
            tags: vec![],
            word_count: 0,
            confidence: 1.0,
            post: None,
        }
    }

    #[track_caller]
    fn check(lang: Lang, title: &str, text: &str, belongs: bool, why: &str) {
        let index = TermIndex::new(&Edition::parse(EDITION).unwrap().belongs);
        let found = index.find(&article(lang, title, text), false);
        assert_eq!((found.belongs, found.why.as_str()), (belongs, why));
    }

    #[test]
    fn the_reason_names_the_words_in_the_language_of_the_article() {
        check(Lang::FA, "خبر", "زروند آرام است", true, "score 3.0 of 3.0: زروند ×1");
        check(Lang::EN, "Tabara votes", "A vote", true, "score 3.0 of 3.0: Tabara ×3");
    }

    #[test]
    fn what_names_nothing_does_not_belong() {
        check(Lang::EN, "Soup", "Lentils", false, "score 0.0 of 3.0: none of the edition's words");
    }

    #[test]
    fn a_spelling_that_two_languages_share_counts_once() {
        check(Lang::FA, "خبر", "تبارا", false, "score 1.0 of 3.0: تبارا ×1");
    }

    #[test]
    fn a_source_that_is_all_in_needs_no_words() {
        let index = TermIndex::new(&Edition::parse(EDITION).unwrap().belongs);
        assert!(index.find(&article(Lang::EN, "Soup", "Lentils"), true).belongs);
    }
}
