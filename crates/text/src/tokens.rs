//! Words of a text as folded keys with the characters they stand on.
//!
//! Where Persian spelling is free, one rule decides: the prefixes `می` and `نمی` and the suffixes
//! `ها`, `های`, `تر`, `ترین` (and their compounds) belong to the word beside them, whether they are
//! written together, with a joiner or with a space. Web addresses hold no words.

use crate::dir::is_address;
use crate::fold::{fold, is_joiner, is_mark};
use chapar_model::Span;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token {
    /// The folded word; spellings of one word share it.
    pub key: String,
    /// The characters it stands on.
    pub span: Span,
}

const PREFIXES: [&str; 2] = ["می", "نمی"];
const SUFFIXES: [&str; 13] = [
    "ها",
    "های",
    "هایی",
    "هایم",
    "هایت",
    "هایش",
    "هایمان",
    "هایتان",
    "هایشان",
    "تر",
    "ترین",
    "تری",
    "ترها",
];
const CLITICS: [&str; 6] = ["s", "re", "ll", "ve", "d", "m"];
const ELISIONS: [&str; 16] = [
    "l", "d", "j", "n", "s", "c", "m", "t", "qu", "dell", "all", "nell", "sull", "dall", "lorsqu",
    "jusqu",
];

/// The words of `text` in order.
///
/// Numbers are words (`1,234` has the key `1234`), letters with full stops between are one word
/// (`U.N.` is `un`), and a possessive `'s` is dropped.
///
/// ```
/// let keys = |text| chapar_text::tokens(text).into_iter().map(|t| t.key).collect::<Vec<_>>();
/// assert_eq!(keys("می گوید"), keys("مي‌گويد"));
/// assert_eq!(keys("Iran's U.N. envoy"), ["iran", "un", "envoy"]);
/// ```
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if let Some(end) = address_end(&chars, at) {
            at = end;
        } else if class(c).is_some() {
            let end = word_end(&chars, at);
            push_word(&chars, at, end, &mut found);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The keys of the words that a writer joined or spaced into one token, without affixes.
///
/// Empty for a token of one word. Lets `علی‌رضا` be found by `علی` and by `رضا`.
///
/// ```
/// assert_eq!(chapar_text::parts("علی‌رضا"), ["علی", "رضا"]);
/// assert!(chapar_text::parts("می‌گوید").is_empty());
/// ```
pub fn parts(word: &str) -> Vec<String> {
    let pieces = word.split(|c: char| is_joiner(c) || c.is_whitespace());
    let keys: Vec<String> =
        pieces.map(fold).filter(|key| key.chars().count() > 1 && !is_affix(key)).collect();
    if keys.len() > 1 { keys } else { Vec::new() }
}

fn is_affix(key: &str) -> bool {
    PREFIXES.contains(&key) || SUFFIXES.contains(&key)
}

/// What may stand together in one word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Arabic,
    Digit,
    Other,
    /// A script without spaces: each character is a word.
    Ideograph,
}

fn class(c: char) -> Option<Class> {
    if c.is_ascii() {
        return match c {
            '0'..='9' => Some(Class::Digit),
            'a'..='z' | 'A'..='Z' => Some(Class::Other),
            _ => None,
        };
    }
    match c {
        c if is_joiner(c) || is_mark(c) => None,
        c if c.is_numeric() => Some(Class::Digit),
        '\u{600}'..='\u{6ff}'
        | '\u{750}'..='\u{77f}'
        | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}'
            if c.is_alphabetic() =>
        {
            Some(Class::Arabic)
        }
        '﷼' => Some(Class::Arabic),
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{e00}'..='\u{e7f}'
        | '\u{20000}'..='\u{3ffff}'
            if c.is_alphabetic() =>
        {
            Some(Class::Ideograph)
        }
        c if c.is_alphabetic() => Some(Class::Other),
        _ => None,
    }
}

/// Where the web or mail address that starts at `at` ends.
fn address_end(chars: &[char], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|i| chars.get(i));
    if before.is_some_and(|c| !c.is_whitespace() && !"([<«\"".contains(*c)) {
        return None;
    }
    let first = chars.get(at)?;
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    let rest = chars.get(at..)?;
    let len = rest.iter().position(|c| c.is_whitespace() || "<>«»\"".contains(*c));
    let len = len.unwrap_or(rest.len());
    let looks_so = rest.get(..len.min(4)).is_some_and(|head| {
        matches!(
            head,
            ['h' | 'H', 't' | 'T', 't' | 'T', 'p' | 'P'] | ['w' | 'W', 'w' | 'W', 'w' | 'W', '.']
        )
    }) || rest.get(1..len).is_some_and(|word| word.contains(&'@'));
    if !looks_so {
        return None;
    }
    let word: String = rest.iter().take(len).collect();
    is_address(&word).then_some(at + len)
}

fn word_end(chars: &[char], start: usize) -> usize {
    if let Some(end) = acronym_end(chars, start) {
        return end;
    }
    let mut end = start + 1;
    let mut last = chars.get(start).copied().and_then(class);
    if last == Some(Class::Ideograph) {
        return end;
    }
    while let Some(&c) = chars.get(end) {
        if is_mark(c) {
            end += 1;
            continue;
        }
        let next = chars.get(end + 1).copied().and_then(class);
        match class(c) {
            Some(kind) if can_follow(last, kind) => last = Some(kind),
            Some(_) => break,
            None if is_joiner(c) && joins(chars, end, last) => {}
            None if is_apostrophe(c)
                && last == Some(Class::Other)
                && next == Some(Class::Other) => {}
            None if last == Some(Class::Digit) && continues_number(chars, start, end) => {}
            None => break,
        }
        end += 1;
    }
    end
}

fn can_follow(last: Option<Class>, next: Class) -> bool {
    match (last, next) {
        (Some(Class::Arabic), next) => next == Class::Arabic,
        (_, Class::Arabic | Class::Ideograph) => false,
        _ => true,
    }
}

/// Whether the run of joiners at `at` stands inside a word.
fn joins(chars: &[char], at: usize, last: Option<Class>) -> bool {
    let after = chars.iter().skip(at).find(|c| !is_joiner(**c) && !is_mark(**c));
    after.copied().and_then(class).is_some_and(|next| can_follow(last, next))
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '′')
}

/// `U.N.`, `a.m.`: single letters with full stops between. The last stop belongs to the word.
fn acronym_end(chars: &[char], start: usize) -> Option<usize> {
    let is_letter = |i: usize| chars.get(i).is_some_and(|c| c.is_alphabetic());
    let is_stop = |i: usize| chars.get(i) == Some(&'.');
    let mut at = start;
    let mut letters = 0;
    while is_letter(at) && is_stop(at + 1) {
        letters += 1;
        at += 2;
    }
    if letters == 0 {
        return None;
    }
    if is_letter(at) && !chars.get(at + 1).is_some_and(|c| c.is_alphanumeric()) {
        return Some(at + 1);
    }
    (letters >= 2 && !chars.get(at).is_some_and(|c| c.is_alphanumeric())).then_some(at)
}

/// Whether the sign at `at` is a separator inside the number that began at `start`.
fn continues_number(chars: &[char], start: usize, at: usize) -> bool {
    let digits = chars.iter().skip(at + 1).take_while(|c| c.is_numeric()).count();
    let after = chars.get(at + 1 + digits);
    match chars.get(at) {
        Some(',' | '٬' | '،') => digits == 3 && !after.is_some_and(|c| c.is_alphabetic()),
        Some('.' | '٫') => {
            let seen =
                chars.get(start..at).is_some_and(|run| run.iter().any(|c| ".٫".contains(*c)));
            digits > 0 && !seen && after != Some(&'.')
        }
        _ => false,
    }
}

fn push_word(chars: &[char], start: usize, end: usize, found: &mut Vec<Token>) {
    let Some(word) = chars.get(start..end) else { return };
    let key = word_key(word);
    if key.is_empty() {
        return;
    }
    let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
    let is_arabic = word.first().copied().and_then(class) == Some(Class::Arabic);
    if is_arabic
        && let Some(last) = found.last_mut()
        && is_spaced(chars, last.span.end, start)
        && let Some(joined) = join(&last.key, &key)
    {
        last.key = joined;
        last.span.end = end;
        return;
    }
    found.push(Token { key, span: Span { start, end } });
}

/// Whether nothing but spaces within a line stands between two words.
fn is_spaced(chars: &[char], from: u32, to: u32) -> bool {
    let between = chars.get(from as usize..to as usize);
    between.is_some_and(|gap| {
        !gap.is_empty() && gap.iter().all(|c| matches!(c, ' ' | '\u{a0}') || is_joiner(*c))
    })
}

/// The word that a detached affix makes with its neighbour.
fn join(left: &str, right: &str) -> Option<String> {
    if !left.ends_with(|c| class(c) == Some(Class::Arabic)) {
        return None;
    }
    if right == "ی" {
        return (left.ends_with('ه') && left.chars().count() > 1).then(|| left.to_owned());
    }
    let is_prefixed = PREFIXES.contains(&left) && right.chars().count() > 1;
    (is_prefixed || SUFFIXES.contains(&right)).then(|| format!("{left}{right}"))
}

fn word_key(word: &[char]) -> String {
    let is_number = word.first().is_some_and(|c| c.is_numeric());
    let text: String = word.iter().collect();
    let mut key = fold(&text);
    if is_number {
        key.retain(|c| c != ',');
    }
    if key.contains('.') && !is_number {
        key.retain(|c| c != '.');
    }
    key.retain(|c| c != ' ');
    if key.contains(['\'', '`']) { without_apostrophes(&key) } else { key }
}

fn without_apostrophes(key: &str) -> String {
    let mut parts: Vec<&str> = key.split(['\'', '`']).collect();
    if parts.len() > 1 && parts.last().is_some_and(|part| CLITICS.contains(part)) {
        parts.pop();
    }
    let is_elided = matches!(parts.as_slice(), [first, second, ..]
        if ELISIONS.contains(first) && second.chars().count() > 1);
    if is_elided {
        parts.remove(0);
    }
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let keys: Vec<String> = tokens(text).into_iter().map(|token| token.key).collect();
        assert_eq!(keys, expect, "{text}");
    }

    #[test]
    fn affixes_belong_to_their_word() {
        for text in ["می‌گوید", "می گوید", "میگوید", "مي‌گويد", "می¬گوید", "می\u{200c} گوید"]
        {
            check(text, &["میگوید"]);
        }
        check("نمی خواهد", &["نمیخواهد"]);
        check("کتاب ها و کتاب‌های بزرگ تر", &["کتابها", "و", "کتابهای", "بزرگتر"]);
        check("خانه ی ما", &["خانه", "ما"]);
        check("خانهٔ ما، ها", &["خانه", "ما", "ها"]);
        check("می\nگوید", &["می", "گوید"]);
    }

    #[test]
    fn joiners_at_the_edge_are_no_part_of_a_word() {
        let found = tokens("\u{200c}کتاب\u{200c} تو");
        assert_eq!(found[0].key, "کتاب");
        assert_eq!(found[0].span, Span { start: 1, end: 5 });
    }

    #[test]
    fn apostrophes() {
        check("Iran's don't O'Brien we're", &["iran", "dont", "obrien", "we"]);
        check("l’Iran d'abord qu'il aujourd’hui", &["iran", "abord", "il", "aujourdhui"]);
        check("'quoted' dogs'", &["quoted", "dogs"]);
        check("Sa'id Mas'ud", &["said", "masud"]);
    }

    #[test]
    fn numbers_are_words() {
        check("1,234.5 ۱٬۲۳۴ ۳٫۵", &["1234.5", "1234", "3.5"]);
        check("31.07.2023", &["31", "07.2023"]);
        check("1, 2,3", &["1", "2", "3"]);
        check("سال۹۷ COVID19 G7", &["سال", "97", "covid19", "g7"]);
        check("14:30 50%", &["14", "30", "50"]);
    }

    #[test]
    fn acronyms_are_one_word() {
        check("U.S. and U.N", &["us", "and", "un"]);
        check("at 5 a.m. today", &["at", "5", "am", "today"]);
        check("He did. A man", &["he", "did", "a", "man"]);
        check("J. Smith", &["j", "smith"]);
    }

    #[test]
    fn addresses_hold_no_words() {
        check("see https://example.org/a-b?c now", &["see", "now"]);
        check("mail desk@example.org or @desk", &["mail", "or", "desk"]);
    }

    #[test]
    fn scripts_without_spaces_give_characters() {
        check("東京 a", &["東", "京", "a"]);
    }

    proptest! {
        #[test]
        fn spans_are_ordered_and_hold_text(text in "[a-zA-Z0-9'.,  \u{600}-\u{6ff}\u{200c}\u{fb50}-\u{fdff}]{0,40}") {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.span.start >= last && token.span.end > token.span.start);
                prop_assert!(token.span.of(&text).is_some());
                prop_assert!(!token.key.is_empty() && !token.key.contains(' '));
                last = token.span.end;
            }
        }

        #[test]
        fn any_text_is_read(text in "\\PC*") {
            tokens(&text);
        }
    }
}
