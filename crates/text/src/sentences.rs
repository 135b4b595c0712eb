//! Where sentences end. Finds spans only; never changes the text.

use chapar_model::Span;

/// Abbreviations whose full stop seldom ends a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "capt", "sgt", "maj", "brig", "adm",
    "gov", "sen", "rep", "pres", "hon", "rev", "fr", "st", "mt", "jr", "sr", "vs", "no", "nos",
    "fig", "vol", "pp", "etc", "inc", "ltd", "co", "corp", "dept", "est", "approx", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "al", "cf", "messrs",
    "mme", "mlle", "bzw", "ca", "nr", "sra", "srta", "sig",
];

/// Of these the next word decides: a capital after them may well begin a sentence.
const FINAL_TOO: &[&str] = &["inc", "ltd", "co", "corp", "etc", "jr", "sr", "al"];

/// The sentences of `text` without the white space around them.
///
/// A line break always ends one. Quotes and brackets that close after the stop belong to it.
///
/// ```
/// let text = "Dr. Rad left. «چرا؟» پرسید.";
/// let found: Vec<_> = chapar_text::sentences(text).iter().filter_map(|s| s.of(text)).collect();
/// assert_eq!(found, ["Dr. Rad left.", "«چرا؟» پرسید."]);
/// ```
pub fn sentences(text: &str) -> Vec<Span> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += 1;
        if is_line_break(c) {
            push(&chars, start, at, &mut found);
            start = at;
        } else if is_stop(c) && !is_inside(&chars, start, at - 1) {
            let end = after_closers(&chars, at);
            if begins_sentence(&chars, end) && !is_quoted_question(&chars, c, end) {
                push(&chars, start, end, &mut found);
                start = end;
            }
            at = end;
        }
    }
    push(&chars, start, chars.len(), &mut found);
    found
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '…' | '۔' | '。' | '！' | '？')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '}' | '›') || is_stop(c)
}

fn after_closers(chars: &[char], at: usize) -> usize {
    at + chars.iter().skip(at).take_while(|c| is_closer(**c)).count()
}

/// Whether the stop at `at` belongs to a number, an abbreviation or an initial.
fn is_inside(chars: &[char], start: usize, at: usize) -> bool {
    if chars.get(at) != Some(&'.') {
        return false;
    }
    let next = chars.get(at + 1).copied().unwrap_or(' ');
    if next.is_alphanumeric() {
        return true;
    }
    let word: Vec<char> = chars
        .get(start..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|c| c.is_alphanumeric() || **c == '.')
        .copied()
        .collect();
    let word: String = word.into_iter().rev().collect::<String>().to_lowercase();
    let following = chars.iter().skip(at + 1).find(|c| !c.is_whitespace());
    let is_capital = following.is_some_and(|c| c.is_uppercase());
    if FINAL_TOO.contains(&word.as_str()) {
        return !is_capital;
    }
    if ABBREVIATIONS.contains(&word.as_str()) {
        // "No." alone is an answer; before a number it is "number".
        return word != "no" || following.is_some_and(|c| c.is_numeric());
    }
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        // An initial, as in "J. Smith"; "I." ends a sentence as often.
        (Some(c), None) => c.is_alphabetic() && c != 'i' && following.is_some(),
        (Some(_), Some('.')) => !is_capital || is_title_chain(chars, at),
        _ => false,
    }
}

/// After "U.S." or "U.N." a capital begins a sentence only when the word is an article or pronoun.
fn is_title_chain(chars: &[char], at: usize) -> bool {
    let next: String = chars
        .iter()
        .skip(at + 1)
        .skip_while(|c| c.is_whitespace())
        .take_while(|c| c.is_alphabetic())
        .collect();
    !matches!(
        next.as_str(),
        "The"
            | "A"
            | "An"
            | "It"
            | "He"
            | "She"
            | "They"
            | "We"
            | "In"
            | "On"
            | "But"
            | "And"
            | "This"
            | "That"
            | "There"
            | "At"
            | "For"
            | "His"
            | "Her"
            | "Its"
            | "However"
            | "Meanwhile"
            | "As"
            | "If"
            | "When"
    )
}

/// Whether a new sentence can begin at `at`; one that goes on in a small letter has not ended.
fn begins_sentence(chars: &[char], at: usize) -> bool {
    let Some(next) = chars.get(at) else { return true };
    if !next.is_whitespace() {
        return *next >= '\u{600}' && next.is_alphabetic()
            || !next.is_alphanumeric() && !",،;:-–—/".contains(*next);
    }
    let first = chars.iter().skip(at).find(|c| c.is_alphanumeric());
    !first.is_some_and(|c| c.is_lowercase())
}

/// `«چرا؟» پرسید`: without capitals a question in quotes is taken as part of its frame.
fn is_quoted_question(chars: &[char], stop: char, end: usize) -> bool {
    let is_quoted =
        end.checked_sub(1).and_then(|i| chars.get(i)).is_some_and(|c| "»”".contains(*c));
    let next = chars.iter().skip(end).find(|c| c.is_alphanumeric());
    is_quoted && stop != '.' && next.is_some_and(|c| !c.is_uppercase() && !c.is_lowercase())
}

fn push(chars: &[char], start: usize, end: usize, found: &mut Vec<Span>) {
    let Some(run) = chars.get(start..end) else { return };
    let lead = run.iter().take_while(|c| c.is_whitespace()).count();
    let tail = run.iter().rev().take_while(|c| c.is_whitespace()).count();
    if lead == run.len() {
        return;
    }
    let (Ok(start), Ok(end)) = (u32::try_from(start + lead), u32::try_from(end - tail)) else {
        return;
    };
    found.push(Span { start, end });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = sentences(text).iter().map(|span| span.of(text).unwrap()).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn stops_end_sentences() {
        check("One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"]);
        check("یک. دو؟ سه!", &["یک.", "دو؟", "سه!"]);
        check("a line\n\nanother", &["a line", "another"]);
        check("Wait... What?!", &["Wait...", "What?!"]);
    }

    #[test]
    fn abbreviations_do_not() {
        check("Dr. Rad met Gen. Karimi.", &["Dr. Rad met Gen. Karimi."]);
        check("The U.S. envoy left. He is back.", &["The U.S. envoy left.", "He is back."]);
        check("The U.S. Navy sailed.", &["The U.S. Navy sailed."]);
        check("It left the U.S. The navy followed.", &["It left the U.S.", "The navy followed."]);
        check("J. R. Stone of Acme Inc. said no.", &["J. R. Stone of Acme Inc. said no."]);
        check("At 5 p.m. the gate opened.", &["At 5 p.m. the gate opened."]);
        check("It rose 3.5 percent.", &["It rose 3.5 percent."]);
        check(
            "Chapter No. 5 is out. No. It is not.",
            &["Chapter No. 5 is out.", "No.", "It is not."],
        );
    }

    #[test]
    fn closing_quotes_belong_to_their_sentence() {
        check("\"Go.\" He left.", &["\"Go.\"", "He left."]);
        check("«چرا؟» پرسید. رفت.", &["«چرا؟» پرسید.", "رفت."]);
        check("\"Why?\" she asked.", &["\"Why?\" she asked."]);
    }

    proptest! {
        #[test]
        fn spans_cover_all_that_is_not_space(text in "[a-zA-Z .!?؟\n\"»یک۱]{0,60}") {
            let spans = sentences(&text);
            let held: usize = spans.iter().map(|s| s.of(&text).unwrap().chars().filter(|c| !c.is_whitespace()).count()).sum();
            prop_assert_eq!(held, text.chars().filter(|c| !c.is_whitespace()).count());
        }
    }
}
