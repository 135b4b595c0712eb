//! What an article is compared by: its words, and what of them other languages share.

use chapar_model::Lang;
use chapar_text::{Token, hash64, is_stopword, skeletons, stem, tokens};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Words of a text that are read; news says first what it is about.
const WORDS_MAX: usize = 400;
/// Distinct words and pairs kept, the heaviest first.
const TERMS_MAX: usize = 250;
/// Weights are whole numbers of this part, so that sums are exact in any order.
const UNIT: f32 = 16.0;
/// A word of the headline counts as so many of the text.
const TITLE_WEIGHT: f32 = 3.0;
/// A capitalised word of the text counts as so many others.
const NAME_WEIGHT: f32 = 1.3;
/// Two words in a row count, as a pair, as so much of one: "rate rise" says more than either.
const PAIR_WEIGHT: f32 = 0.5;
/// Letters of a skeleton that can tell names apart.
const SKELETON_LETTERS_MIN: usize = 3;
/// Characters of a number that can tell events apart.
const NUMBER_CHARS_MIN: usize = 3;

/// A word of one language, or a sign of several, as a hash.
pub(crate) type Term = u32;

/// An article as its features.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// Weighted words and pairs, by term; only those of one language meet.
    pub(crate) words: Vec<(Term, u32)>,
    /// What reads the same in another language, sorted: concepts of the edition, numbers, and the
    /// consonants of names. Where a script has no capitals every word may be a name.
    pub(crate) signs: Vec<Term>,
    /// Words of headline and text.
    pub(crate) length: usize,
}

/// Reads an article.
pub(crate) fn read(title: &str, text: &str, lang: Option<Lang>, concepts: &[usize]) -> Features {
    let mut reader = Reader { lang, counts: BTreeMap::new(), signs: Vec::new(), length: 0 };
    reader.read(title, TITLE_WEIGHT, 1.0);
    // A headline that opens the text again is read once.
    reader.read(text.strip_prefix(title).unwrap_or(text), 1.0, NAME_WEIGHT);
    let mut signs = reader.signs;
    signs.extend(concepts.iter().map(|concept| term("concept", &concept.to_string())));
    signs.sort_unstable();
    signs.dedup();
    signs.shrink_to_fit();
    Features { words: weigh(reader.counts), signs, length: reader.length }
}

struct Reader {
    lang: Option<Lang>,
    counts: BTreeMap<Term, f32>,
    signs: Vec<Term>,
    length: usize,
}

impl Reader {
    fn read(&mut self, part: &str, weight: f32, name_weight: f32) {
        let chars: Vec<char> = part.chars().collect();
        let code = self.lang.as_ref().map_or("und", Lang::as_str).to_owned();
        let mut before: Option<Term> = None;
        for token in tokens(part).iter().take(WORDS_MAX) {
            self.length += 1;
            if self.lang.is_some_and(|lang| is_stopword(&token.key, lang)) {
                continue;
            }
            let written = written(&chars, token);
            self.push_signs(token, written);
            let stem = self.lang.map_or_else(|| token.key.clone(), |lang| stem(&token.key, lang));
            let word = term(&code, &stem);
            let is_name = written.first().is_some_and(|c| c.is_uppercase());
            let weight = if is_name { weight * name_weight } else { weight };
            *self.counts.entry(word).or_default() += weight;
            if let Some(before) = before {
                let pair = cut(hash64(&[before.to_le_bytes(), word.to_le_bytes()].concat()));
                *self.counts.entry(pair).or_default() += weight * PAIR_WEIGHT;
            }
            before = Some(word);
        }
    }

    fn push_signs(&mut self, token: &Token, written: &[char]) {
        let Some(first) = written.first() else { return };
        if first.is_numeric() {
            if token.key.chars().count() >= NUMBER_CHARS_MIN {
                self.signs.push(term("number", &token.key));
            }
        } else if first.is_uppercase() || ('\u{600}'..='\u{6ff}').contains(first) {
            let written: String = written.iter().collect();
            let found = skeletons(&written);
            let telling = found.iter().filter(|s| s.chars().count() >= SKELETON_LETTERS_MIN);
            self.signs.extend(telling.map(|skeleton| term("name", skeleton)));
        }
    }
}

fn written<'a>(chars: &'a [char], token: &Token) -> &'a [char] {
    chars.get(token.span.start as usize..token.span.end as usize).unwrap_or_default()
}

/// A term of its own kind: words of two languages never meet.
fn term(kind: &str, value: &str) -> Term {
    cut(hash64(format!("{kind} {value}").as_bytes()))
}

#[expect(clippy::cast_possible_truncation, reason = "every bit of the hash is as good as another")]
fn cut(hash: u64) -> Term {
    hash as Term
}

/// Counts as weights: the second mention says less than the first.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive weight of a few units"
)]
fn weigh(counts: BTreeMap<Term, f32>) -> Vec<(Term, u32)> {
    let weigh = |count: f32| if count >= 1.0 { 1.0 + count.ln() } else { count };
    let mut words: Vec<(Term, u32)> = counts
        .into_iter()
        .map(|(term, count)| (term, (weigh(count) * UNIT).round() as u32))
        .collect();
    words.sort_by_key(|(term, weight)| (Reverse(*weight), *term));
    words.truncate(TERMS_MAX);
    words.shrink_to_fit();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_signs(a: (&str, Lang), b: (&str, Lang), expect: usize) {
        let a = read(a.0, "", Some(a.1), &[]);
        let b = read(b.0, "", Some(b.1), &[]);
        assert_eq!(a.signs.iter().filter(|sign| b.signs.contains(sign)).count(), expect);
    }

    #[test]
    fn names_and_numbers_read_the_same_in_both_scripts() {
        check_signs(("Tirgaran signs", Lang::EN), ("تیرگران امضا کرد", Lang::FA), 1);
        check_signs(("240 houses", Lang::EN), ("۲۴۰ خانه", Lang::FA), 1);
        check_signs(("30 houses", Lang::EN), ("۳۰ خانه", Lang::FA), 0);
    }

    #[test]
    fn words_of_two_languages_never_meet() {
        let a = read("دفاع", "", Some(Lang::FA), &[]);
        let b = read("دفاع", "", Some(Lang::AR), &[]);
        assert_ne!(a.words, b.words);
    }

    #[test]
    fn a_repeated_headline_is_read_once() {
        let once = read("Lake rises", " Rain helped.", Some(Lang::EN), &[]);
        let twice = read("Lake rises", "Lake rises Rain helped.", Some(Lang::EN), &[]);
        assert_eq!(once.words, twice.words);
        assert_eq!(once.length, twice.length);
    }
}
