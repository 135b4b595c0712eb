//! The piece of a text that shows why it was found. Plain text and spans; never markup.

use crate::document::Slices;
use crate::matching::stems;
use crate::query::{Clause, Query};
use chapar_model::{Lang, Span};
use chapar_text::{Token, parts, stem, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// Characters shown before the first hit, so that it stands in its sentence.
const LEAD_CHARS: u32 = 40;

/// A piece of a text with its hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, white space collapsed.
    pub text: String,
    /// The characters of `text` that match.
    pub hits: Vec<Span>,
    /// Whether text was left out before it.
    pub is_cut_before: bool,
    /// Whether text was left out after it.
    pub is_cut_after: bool,
}

/// Where the words of a query stand in a text of the language, in order.
pub fn find_hits(query: &Query, text: &str, lang: Option<Lang>) -> Vec<Span> {
    marks(query, text, lang).into_iter().map(|mark| mark.span).collect()
}

/// The piece of at most `chars_max` characters in which most of the query stands.
///
/// Without a hit it is the beginning of the text.
///
/// ```
/// use chapar_search::{Query, snippet};
/// let query = Query::parse("minister", &jiff::tz::TimeZone::UTC);
/// let found = snippet(&query, "Two ministers met in Minsk.", None, 100);
/// assert_eq!(found.hits[0].of(&found.text), Some("ministers"));
/// ```
pub fn snippet(query: &Query, text: &str, lang: Option<Lang>, chars_max: usize) -> Snippet {
    let chars_max = u32::try_from(chars_max).unwrap_or(u32::MAX);
    let marks = marks(query, text, lang);
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let start = best_start(&marks, length, chars_max);
    let words = tokens(text);
    let start = word_start(&words, start);
    let end = word_end(&words, start.saturating_add(chars_max), length);
    let inside: Vec<Span> = marks
        .iter()
        .map(|mark| mark.span)
        .filter(|span| span.start >= start && span.end <= end)
        .collect();
    cut(text, Span { start, end }, &inside, length)
}

/// A hit, and which part of the query it answers.
#[derive(Debug, Clone, Copy)]
struct Mark {
    span: Span,
    clause: usize,
}

fn marks(query: &Query, text: &str, lang: Option<Lang>) -> Vec<Mark> {
    let words = tokens(text);
    let raw: Vec<&str> = Slices::new(text, words.iter().map(|token| token.span)).collect();
    let mut found: BTreeMap<u32, Mark> = BTreeMap::new();
    for (number, clause) in query.wanted.iter().enumerate() {
        let spans = match clause {
            Clause::Word { key, parts } => word_spans(key, parts, &words, &raw, lang),
            Clause::Phrase(keys) => phrase_spans(keys, &words),
        };
        for span in spans {
            found.entry(span.start).or_insert(Mark { span, clause: number });
        }
    }
    found.into_values().collect()
}

/// Words that are a form of `key`, or of its parts.
fn word_spans(
    key: &str,
    of_key: &[String],
    words: &[Token],
    raw: &[&str],
    lang: Option<Lang>,
) -> Vec<Span> {
    let langs: Vec<Lang> = lang.into_iter().collect();
    let wanted: BTreeSet<String> =
        of_key.iter().map(String::as_str).chain([key]).flat_map(|key| stems(key, &langs)).collect();
    let is_form = |key: &str| {
        let own = lang.map_or_else(|| stems(key, &[]), |lang| [stem(key, lang)].into());
        wanted.contains(key) || own.iter().any(|stem| wanted.contains(stem))
    };
    words
        .iter()
        .zip(raw)
        .filter(|(token, raw)| is_form(&token.key) || parts(raw).iter().any(|part| is_form(part)))
        .map(|(token, _)| token.span)
        .collect()
}

fn phrase_spans(keys: &[String], words: &[Token]) -> Vec<Span> {
    if keys.is_empty() {
        return Vec::new();
    }
    words
        .windows(keys.len())
        .filter(|run| run.iter().map(|token| &token.key).eq(keys))
        .filter_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            Some(Span { start: first.span.start, end: last.span.end })
        })
        .collect()
}

/// Where to begin so that the piece holds the most parts of the query, then the most hits.
fn best_start(marks: &[Mark], length: u32, chars_max: u32) -> u32 {
    let mut best = (0, 0, 0);
    for (at, first) in marks.iter().enumerate() {
        let reach = first.span.start.saturating_add(chars_max.saturating_sub(LEAD_CHARS));
        let inside: Vec<&Mark> =
            marks.iter().skip(at).take_while(|mark| mark.span.end <= reach).collect();
        let clauses: BTreeSet<usize> = inside.iter().map(|mark| mark.clause).collect();
        if (clauses.len(), inside.len()) > (best.0, best.1) {
            best = (clauses.len(), inside.len(), first.span.start);
        }
    }
    let start = best.2;
    // Near either end of the text the piece fills itself from there.
    if start <= LEAD_CHARS.saturating_mul(2) || length <= chars_max {
        return 0;
    }
    (start - LEAD_CHARS).min(length.saturating_sub(chars_max))
}

/// The first word that begins at `at` or later.
fn word_start(words: &[Token], at: u32) -> u32 {
    if at == 0 {
        return 0;
    }
    words.iter().map(|token| token.span.start).find(|start| *start >= at).unwrap_or(at)
}

/// The end of the last word that ends at `at` or earlier, unless the text ends before.
fn word_end(words: &[Token], at: u32, length: u32) -> u32 {
    if at >= length {
        return length;
    }
    let ends = words.iter().rev().map(|token| token.span.end);
    ends.into_iter().find(|end| *end <= at).unwrap_or(at)
}

fn cut(text: &str, piece: Span, hits: &[Span], length: u32) -> Snippet {
    let mut out = String::new();
    let mut count: u32 = 0;
    let mut spans = Vec::new();
    let mut hits = hits.iter().peekable();
    let mut opened = None;
    let mut is_gap = false;
    let inside = text.chars().zip(0u32..).skip(piece.start as usize);
    for (c, at) in inside.take_while(|(_, at)| *at < piece.end) {
        if c.is_whitespace() {
            is_gap = count > 0;
            continue;
        }
        if is_gap {
            out.push(' ');
            count += 1;
            is_gap = false;
        }
        if hits.peek().is_some_and(|hit| hit.start <= at) && opened.is_none() {
            opened = Some(count);
        }
        out.push(c);
        count += 1;
        if hits.peek().is_some_and(|hit| hit.end == at + 1) {
            hits.next();
            spans.extend(opened.take().map(|start| Span { start, end: count }));
        }
    }
    Snippet {
        text: out,
        hits: spans,
        is_cut_before: piece.start > 0,
        is_cut_after: piece.end < length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    #[track_caller]
    fn check(query: &str, text: &str, lang: &str, chars_max: usize, expect: &str) {
        let query = Query::parse(query, &TimeZone::UTC);
        let found = snippet(&query, text, Lang::parse(lang), chars_max);
        let mut shown = String::new();
        let mut last = 0;
        for hit in &found.hits {
            let between = Span { start: last, end: hit.start };
            shown.push_str(between.of(&found.text).unwrap());
            shown.push_str(&format!("[{}]", hit.of(&found.text).unwrap()));
            last = hit.end;
        }
        shown.extend(found.text.chars().skip(last as usize));
        let cut = |is_cut| if is_cut { "…" } else { "" };
        let shown = format!("{}{shown}{}", cut(found.is_cut_before), cut(found.is_cut_after));
        assert_eq!(shown, expect);
    }

    #[test]
    fn hits_are_marked_in_their_spelling() {
        check(
            "minister",
            "Two ministers met\n\nthe Minister.",
            "en",
            100,
            "Two [ministers] met the [Minister].",
        );
        check("می‌گوید", "او مي گويد که نمی‌داند", "fa", 100, "او [مي گويد] که نمی‌داند");
        check("کتاب", "کتاب‌های او", "fa", 100, "[کتاب‌های] او");
        check("رضا", "علی‌رضا آمد", "fa", 100, "[علی‌رضا] آمد");
        check("وزارة", "والوزارة أعلنت", "ar", 100, "[والوزارة] أعلنت");
        check("۱۲", "at 12 today", "en", 100, "at [12] today");
    }

    #[test]
    fn a_phrase_is_one_hit() {
        check("\"red line\"", "A red, red line.", "en", 100, "A red, [red line].");
        check("\"red line\"", "The line is red.", "en", 100, "The line is red.");
    }

    #[test]
    fn the_piece_is_where_the_hits_are() {
        let text = format!("{} the envoy spoke {}", "word ".repeat(60), "tail ".repeat(60));
        let query = Query::parse("envoy spoke", &TimeZone::UTC);
        let found = snippet(&query, &text, Some(Lang::EN), 100);
        assert_eq!(found.hits.len(), 2);
        assert!(found.text.chars().count() <= 100);
        assert!(found.is_cut_before && found.is_cut_after);
        assert!(found.text.starts_with("word"));
    }

    #[test]
    fn without_a_hit_it_is_the_beginning() {
        check("nothing", "One two three four", "en", 9, "One two…");
        check("", "One two", "en", 100, "One two");
        check("x", "", "en", 100, "");
    }

    proptest! {
        #[test]
        fn hits_lie_in_the_piece(text in "[ab می\u{200c}گ ۱\n.]{0,80}", chars_max in 0usize..60) {
            let query = Query::parse("a می‌گ \"b a\"", &TimeZone::UTC);
            let found = snippet(&query, &text, Some(Lang::FA), chars_max);
            prop_assert!(found.text.chars().count() <= chars_max);
            for hit in &found.hits {
                prop_assert!(hit.of(&found.text).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}
