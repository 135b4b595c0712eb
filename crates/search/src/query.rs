//! What a reader asks for: words, "phrases", `-without`, `source:KEY`, `lang:fa`, `after:2026-03-02`.
//!
//! Reading never fails: what is no operator is a word.

use chapar_model::{Lang, SourceKey};
use chapar_text::dates::{DateContext, parse_date};
use chapar_text::{Token, fold, parts, tokens};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Characters read of a query.
const QUERY_CHARS_MAX: usize = 500;
/// Words and phrases read of a query.
const CLAUSES_MAX: usize = 32;
/// Words read of a phrase.
const PHRASE_WORDS_MAX: usize = 20;

/// A question to the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these must stand in the article.
    pub wanted: Vec<Clause>,
    /// None of these may.
    pub unwanted: Vec<Clause>,
    /// Its source is one of these, where any are named.
    pub sources: Vec<SourceKey>,
    /// Its source is none of these.
    pub unwanted_sources: Vec<SourceKey>,
    /// Its language is one of these, where any are named.
    pub langs: Vec<Lang>,
    /// Its language is none of these.
    pub unwanted_langs: Vec<Lang>,
    /// Published at this time or later.
    pub after: Option<Timestamp>,
    /// Published before this time.
    pub before: Option<Timestamp>,
}

/// A word or a phrase, as folded keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// A word in any of its forms, with the parts of a joined one.
    Word {
        /// The whole word.
        key: String,
        /// Its parts, empty for a simple word.
        parts: Vec<String>,
    },
    /// Words that stand one after the other, as they are.
    Phrase(Vec<String>),
}

impl Query {
    /// Reads what a reader typed; days begin in `zone`.
    ///
    /// ```
    /// use chapar_search::Query;
    /// use jiff::tz::TimeZone;
    /// let query = Query::parse("«وزیر دفاع» -football lang:fa after:۱۴۰۲/۵/۹", &TimeZone::UTC);
    /// assert_eq!(query.wanted.len(), 1);
    /// assert_eq!(query.unwanted.len(), 1);
    /// assert_eq!(query.after.unwrap().to_string(), "2023-07-31T00:00:00Z");
    /// ```
    pub fn parse(input: &str, zone: &TimeZone) -> Self {
        let chars: Vec<char> = input.chars().take(QUERY_CHARS_MAX).collect();
        let mut query = Self::default();
        let mut words = String::new();
        let mut rest = chars.as_slice();
        while let Some(piece) = next_piece(&mut rest) {
            if let Piece::Bare(text) = &piece
                && !query.read_operator(text, zone)
            {
                words.push(' ');
                words.push_str(text);
                continue;
            }
            query.read_words(&words);
            words.clear();
            match piece {
                Piece::Quoted { text, is_unwanted } => query.read_phrase(&text, is_unwanted),
                Piece::Unwanted(text) => query.read_unwanted(&text),
                Piece::Bare(_) => {}
            }
        }
        query.read_words(&words);
        query
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads `key:value`; false when it is none.
    fn read_operator(&mut self, text: &str, zone: &TimeZone) -> bool {
        let (text, is_unwanted) = match text.strip_prefix(is_minus) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let Some((key, value)) = text.split_once(':') else { return false };
        let value = value.trim_matches(is_quote);
        match fold(key).as_str() {
            "source" | "site" => match SourceKey::parse(&value.to_lowercase()) {
                Some(source) if is_unwanted => self.unwanted_sources.push(source),
                Some(source) => self.sources.push(source),
                None => return false,
            },
            "lang" | "language" => match Lang::parse(value) {
                Some(lang) if is_unwanted => self.unwanted_langs.push(lang),
                Some(lang) => self.langs.push(lang),
                None => return false,
            },
            "after" | "since" if !is_unwanted => match day_start(value, zone) {
                Some(after) => self.after = Some(after),
                None => return false,
            },
            "before" | "until" if !is_unwanted => match day_start(value, zone) {
                Some(before) => self.before = Some(before),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Words in a row. They are read together, since affixes may stand apart from their word.
    fn read_words(&mut self, text: &str) {
        let chars: Vec<char> = text.chars().collect();
        let mut groups: Vec<Vec<Token>> = Vec::new();
        for token in tokens(text) {
            let is_joined = groups.last().and_then(|group| group.last()).is_some_and(|last| {
                let between = chars.get(last.span.end as usize..token.span.start as usize);
                between.is_some_and(|gap| !gap.iter().any(|c| c.is_whitespace()))
            });
            match groups.last_mut() {
                Some(group) if is_joined => group.push(token),
                _ => groups.push(vec![token]),
            }
        }
        let room = CLAUSES_MAX.saturating_sub(self.wanted.len());
        for group in groups.into_iter().take(room) {
            self.wanted.extend(clause(group, text));
        }
    }

    fn read_phrase(&mut self, text: &str, is_unwanted: bool) {
        let keys: Vec<String> =
            tokens(text).into_iter().take(PHRASE_WORDS_MAX).map(|token| token.key).collect();
        let clauses = if is_unwanted { &mut self.unwanted } else { &mut self.wanted };
        if !keys.is_empty() && clauses.len() < CLAUSES_MAX {
            clauses.push(Clause::Phrase(keys));
        }
    }

    fn read_unwanted(&mut self, text: &str) {
        if self.unwanted.len() < CLAUSES_MAX {
            self.unwanted.extend(clause(tokens(text), text));
        }
    }
}

/// Words written without a space between are a phrase: `co-operation`.
fn clause(mut group: Vec<Token>, text: &str) -> Option<Clause> {
    match group.len() {
        0 => None,
        1 => {
            let token = group.pop()?;
            let parts = token.span.of(text).map(parts).unwrap_or_default();
            Some(Clause::Word { key: token.key, parts })
        }
        _ => {
            let keys = group.into_iter().take(PHRASE_WORDS_MAX).map(|token| token.key);
            Some(Clause::Phrase(keys.collect()))
        }
    }
}

/// The start of the day (or month) that a value names, in any calendar.
fn day_start(value: &str, zone: &TimeZone) -> Option<Timestamp> {
    let context = DateContext { day_first: Some(true), ..DateContext::default() };
    let when = parse_date(value, &context)?.value;
    Some(when.earliest(zone))
}

enum Piece {
    Bare(String),
    Unwanted(String),
    Quoted { text: String, is_unwanted: bool },
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−' | '–')
}

/// The next word or quoted phrase. A quote that is never closed reaches to the end.
fn next_piece(rest: &mut &[char]) -> Option<Piece> {
    let lead = rest.iter().take_while(|c| c.is_whitespace()).count();
    let from: &[char] = rest.get(lead..)?;
    let is_unwanted = is_minus(*from.first()?);
    let body = if is_unwanted { from.get(1..)? } else { from };
    if let [quote, after @ ..] = body
        && is_quote(*quote)
    {
        let len = after.iter().position(|c| is_quote(*c)).unwrap_or(after.len());
        *rest = after.get(len + 1..).unwrap_or_default();
        return Some(Piece::Quoted { text: after.iter().take(len).collect(), is_unwanted });
    }
    let len = bare_len(from);
    let text: String = from.iter().take(len).collect();
    *rest = from.get(len..).unwrap_or_default();
    let is_word = !text.contains(':') && body.first().is_some_and(|c| c.is_alphanumeric());
    if is_unwanted && is_word {
        return Some(Piece::Unwanted(text.chars().skip(1).collect()));
    }
    Some(Piece::Bare(text))
}

/// Up to the next white space, or the end of a quoted value as in `before:"2 March 2026"`.
fn bare_len(rest: &[char]) -> usize {
    let mut is_quoted = false;
    let mut last = ' ';
    for (at, c) in rest.iter().enumerate() {
        if is_quote(*c) && (is_quoted || last == ':') {
            is_quoted = !is_quoted;
        } else if !is_quoted && (c.is_whitespace() || is_quote(*c)) {
            return at;
        }
        last = *c;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The query in a short form: `word`, `"a phrase"`, `-word`.
    fn show(query: &Query) -> String {
        let clause = |clause: &Clause| match clause {
            Clause::Word { key, parts } if parts.is_empty() => key.clone(),
            Clause::Word { key, parts } => format!("{key}({})", parts.join("+")),
            Clause::Phrase(keys) => format!("\"{}\"", keys.join(" ")),
        };
        let mut out: Vec<String> = query.wanted.iter().map(clause).collect();
        out.extend(query.unwanted.iter().map(|c| format!("-{}", clause(c))));
        out.extend(query.sources.iter().map(|s| format!("source:{s}")));
        out.extend(query.unwanted_sources.iter().map(|s| format!("-source:{s}")));
        out.extend(query.langs.iter().map(|l| format!("lang:{l}")));
        out.extend(query.unwanted_langs.iter().map(|l| format!("-lang:{l}")));
        out.extend(query.after.map(|t| format!("after:{t}")));
        out.extend(query.before.map(|t| format!("before:{t}")));
        out.join(" ")
    }

    #[track_caller]
    fn check(input: &str, expect: &str) {
        assert_eq!(show(&Query::parse(input, &TimeZone::UTC)), expect, "{input}");
    }

    #[test]
    fn words_and_phrases() {
        check("Nuclear talks", "nuclear talks");
        check("\"nuclear talks\" vienna", "\"nuclear talks\" vienna");
        check("«وزیر دفاع»", "\"وزیر دفاع\"");
        check("“open to the end", "\"open to the end\"");
        check("co-operation", "\"co operation\"");
        check("می گوید", "میگوید");
        check("کتاب ها", "کتابها");
        check("علی‌رضا", "علیرضا(علی+رضا)");
        check("say\"two words\"", "say \"two words\"");
    }

    #[test]
    fn exclusion() {
        check("iran -football -\"world cup\"", "iran -football -\"world cup\"");
        check("iran - football", "iran football");
        check("−football", "-football");
        check("2023-07", "\"2023 07\"");
        check("--", "");
    }

    #[test]
    fn filters() {
        check("iran source:Alpha-News lang:FA", "iran source:alpha-news lang:fa");
        check("-source:alpha -lang:en", "-source:alpha -lang:en");
        check(
            "after:2026-03-02 before:2026-04-01",
            "after:2026-03-02T00:00:00Z before:2026-04-01T00:00:00Z",
        );
        check("after:۱۴۰۲/۵/۹", "after:2023-07-31T00:00:00Z");
        check("before:\"2 March 2026\"", "before:2026-03-02T00:00:00Z");
        check("after:2026-03", "after:2026-03-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_operator_is_a_word() {
        check("after:party", "\"after party\"");
        check("lang:persian", "\"lang persian\"");
        check("size:10", "\"size 10\"");
        check("lang:", "lang");
        check("\"", "");
        check("", "");
        check(": - \" :", "");
    }

    #[test]
    fn days_begin_in_the_reader_s_zone() {
        let zone = chapar_text::dates::zone_named("Asia/Tehran").unwrap();
        let query = Query::parse("after:2026-03-02", &zone);
        assert_eq!(query.after.unwrap().to_string(), "2026-03-01T20:30:00Z");
    }

    #[test]
    fn long_queries_are_cut() {
        let query = Query::parse(&"word ".repeat(5_000), &TimeZone::UTC);
        assert_eq!(query.wanted.len(), CLAUSES_MAX);
    }

    proptest! {
        #[test]
        fn any_input_is_read(input in "[a-z\"«»:\\-– ۱1/\u{600}-\u{6ff}]{0,60}") {
            Query::parse(&input, &TimeZone::UTC);
        }

        #[test]
        fn any_text_is_read(input in "\\PC{0,60}") {
            Query::parse(&input, &TimeZone::UTC);
        }
    }
}
