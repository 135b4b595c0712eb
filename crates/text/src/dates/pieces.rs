//! Cuts a text into numbers, words and signs. Knows no calendar.

use crate::fold::{fold_loose, is_digit, is_joiner, is_mark};

/// One number, word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// The digits, the word under its loose key, or the sign.
    pub(super) key: String,
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether white space stands before it.
    pub(super) is_spaced: bool,
    /// Whether it holds no small letter.
    pub(super) is_upper: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Word,
    Sign,
}

impl Piece {
    /// The value of a number of at most `digits_max` digits.
    pub(super) fn number(&self, digits_max: usize) -> Option<i64> {
        let is_number = self.kind == Kind::Number && self.key.len() <= digits_max.min(18);
        if is_number { self.key.parse().ok() } else { None }
    }

    pub(super) fn word(&self) -> Option<&str> {
        (self.kind == Kind::Word).then_some(self.key.as_str())
    }

    pub(super) fn is_word(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.key.as_str())
    }

    pub(super) fn is_sign(&self, signs: &str) -> bool {
        self.kind == Kind::Sign && signs.contains(self.key.as_str())
    }
}

/// The pieces of `text`, the first `pieces_max` of them.
pub(super) fn pieces(text: &str, pieces_max: usize) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut is_spaced = false;
    let mut at = 0;
    while found.len() < pieces_max
        && let Some(c) = text.get(at..).and_then(|rest| rest.chars().next())
    {
        if c.is_whitespace() {
            is_spaced = true;
            at += c.len_utf8();
            continue;
        }
        if is_joiner(c) || is_mark(c) {
            at += c.len_utf8();
            continue;
        }
        let kind = kind(c);
        let end = if kind == Kind::Sign { at + c.len_utf8() } else { run_end(text, at, kind) };
        let raw = text.get(at..end).unwrap_or_default();
        let is_upper = !raw.contains(char::is_lowercase);
        found.push(Piece { kind, key: fold_loose(raw), start: at, end, is_spaced, is_upper });
        is_spaced = false;
        at = end;
    }
    found
}

fn kind(c: char) -> Kind {
    match c {
        c if is_digit(c) => Kind::Number,
        c if c.is_alphabetic() => Kind::Word,
        // The virama and the nukta of Indian scripts join letters.
        '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{abc}' | '\u{acd}' => Kind::Word,
        _ => Kind::Sign,
    }
}

/// Where the run of one kind that starts at `start` ends; marks and joiners inside belong to it.
fn run_end(text: &str, start: usize, of: Kind) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let mut end = start;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inner = of == Kind::Word
            && (is_joiner(c) || is_mark(c) || c == '\'' || c == '’')
            && chars.peek().is_some_and(|(_, next)| kind(*next) == Kind::Word);
        let is_trailing_mark = of == Kind::Word && is_mark(c);
        if !is_inner && !is_trailing_mark && kind(c) != of {
            break;
        }
        end = start + at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let keys: Vec<String> = pieces(text, 100).into_iter().map(|piece| piece.key).collect();
        assert_eq!(keys, expect, "{text}");
    }

    #[test]
    fn runs_are_cut_where_the_kind_changes() {
        check("14مهر92", &["14", "مهر", "92"]);
        check("2023-07-31T08:30Z", &["2023", "-", "07", "-", "31", "t", "08", ":", "30", "z"]);
        check("پنج‌شنبه ۹ مُرداد", &["پنجشنبه", "9", "مرداد"]);
        check("\u{200f}۱۴۰۲/۵", &["1402", "/", "5"]);
        check("aujourd’hui", &["aujourd'hui"]);
    }
}
