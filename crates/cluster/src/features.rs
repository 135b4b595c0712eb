//! What an article is compared by: its words, and what of them other languages share.

use crate::tune::t;
use chapar_model::Lang;
use chapar_text::{hash64, is_stopword, skeletons, stem, tokens};
use std::collections::BTreeMap;

/// Words of a text that are read; news says first what it is about.
const WORDS_MAX: usize = 400;
/// Distinct words kept, the heaviest first.
const TERMS_MAX: usize = 250;
/// Weights are whole numbers of this part, so that sums are exact in any order.
const UNIT: f32 = 16.0;
/// Letters of a skeleton that can tell names apart.
const SKELETON_LETTERS_MIN: usize = 3;

/// A word of one language, or a sign of several.
pub(crate) type Term = u64;

/// An article as its features.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// Weighted words, by term; only those of one language meet.
    pub(crate) words: Vec<(Term, u32)>,
    /// Signs that other languages share, sorted.
    pub(crate) signs: Vec<Sign>,
    /// Words of headline and text.
    pub(crate) length: usize,
}

/// Something that reads the same in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sign {
    /// The concept, number or skeleton.
    pub(crate) term: Term,
    /// What it is.
    pub(crate) kind: SignKind,
}

/// Kinds of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SignKind {
    /// A name or place of the edition.
    Concept,
    /// A number of at least three characters.
    Number,
    /// The consonants of a capitalised word.
    Name,
    /// The consonants of a word in a script without capitals: perhaps a name.
    Word,
}

/// Reads an article.
pub(crate) fn read(title: &str, text: &str, lang: Option<Lang>, concepts: &[usize]) -> Features {
    let code = lang.unwrap_or(Lang::EN);
    let mut counts: BTreeMap<Term, f32> = BTreeMap::new();
    let mut signs: Vec<Sign> = Vec::new();
    let mut length = 0;
    let title_boost = t("title", 3.0);
    // A headline that opens the text again is read once.
    let text = text.strip_prefix(title).unwrap_or(text);
    for (part, is_title) in [(title, true), (text, false)] {
        let chars: Vec<char> = part.chars().collect();
        let mut before: Option<Term> = None;
        for token in tokens(part).iter().take(WORDS_MAX) {
            length += 1;
            let key = token.key.as_str();
            if is_stopword(key, code) {
                continue;
            }
            let first = chars.get(token.span.start as usize).copied().unwrap_or(' ');
            let raw: String = chars
                .get(token.span.start as usize..token.span.end as usize)
                .unwrap_or_default()
                .iter()
                .collect();
            push_signs(key, &raw, first, &mut signs);
            let term = word_term(&stem(key, code), lang);
            let is_number = key.starts_with(|c: char| c.is_ascii_digit());
            let mut weight = if is_title { title_boost } else { 1.0 };
            if is_number {
                weight *= t("num", 1.0);
            } else if first.is_uppercase() && !is_title {
                weight *= t("cap", 1.3);
            }
            *counts.entry(term).or_default() += weight;
            if let Some(before) = before {
                let pair = hash64(&[before.to_le_bytes(), term.to_le_bytes()].concat());
                let weight = weight * t("bigram", 0.0);
                if weight > 0.0 {
                    *counts.entry(pair).or_default() += weight;
                }
            }
            before = Some(term);
        }
    }
    for concept in concepts {
        signs
            .push(Sign { term: hash64(format!("c{concept}").as_bytes()), kind: SignKind::Concept });
    }
    signs.sort_unstable();
    signs.dedup_by_key(|sign| sign.term);
    Features { words: weigh(counts), signs, length }
}

fn word_term(stem: &str, lang: Option<Lang>) -> Term {
    let code = lang.map_or("", |lang| if lang == Lang::EN { "en" } else { "" });
    let _ = code;
    let lang = lang.as_ref().map_or("und", Lang::as_str);
    hash64(format!("{lang} {stem}").as_bytes())
}

fn push_signs(key: &str, raw: &str, first: char, signs: &mut Vec<Sign>) {
    if first.is_numeric() {
        if key.chars().count() >= 3 {
            signs.push(Sign { term: hash64(format!("n{key}").as_bytes()), kind: SignKind::Number });
        }
        return;
    }
    let kind = if first.is_uppercase() {
        SignKind::Name
    } else if ('\u{600}'..='\u{6ff}').contains(&first) {
        SignKind::Word
    } else {
        return;
    };
    for skeleton in skeletons(raw) {
        if skeleton.chars().count() >= SKELETON_LETTERS_MIN {
            signs.push(Sign { term: hash64(format!("s{skeleton}").as_bytes()), kind });
        }
    }
}

/// Counts as weights: the second mention says less than the first.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive weight of a few units"
)]
fn weigh(counts: BTreeMap<Term, f32>) -> Vec<(Term, u32)> {
    let mut words: Vec<(Term, u32)> = counts
        .into_iter()
        .map(|(term, count)| {
            let w = if count >= 1.0 { 1.0 + count.ln() } else { count };
            (term, (w * UNIT).round() as u32)
        })
        .collect();
    words.sort_by_key(|(term, weight)| (std::cmp::Reverse(*weight), *term));
    words.truncate(TERMS_MAX);
    words.sort_unstable();
    words
}
