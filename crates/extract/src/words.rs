//! Small measures of running text. Nothing here knows HTML.

/// The months in English, in lower case; their first three letters are used too.
pub(crate) const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Appends text with every run of white space as one blank.
pub(crate) fn push_collapsed(out: &mut String, text: &str) {
    push_collapsed_until(out, text, usize::MAX);
}

/// The same, until there are more than so many bytes.
pub(crate) fn push_collapsed_until(out: &mut String, text: &str, bytes_max: usize) {
    let mut gap = out.is_empty() || out.ends_with([' ', '\n']);
    let mut word = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let blank = match byte {
            b' ' | b'\t'..=b'\r' => 1,
            // The first bytes of the other blanks.
            0xc2 | 0xe1..=0xe3 | 0xef => blank_bytes(text, at),
            _ => 0,
        };
        if blank == 0 {
            at += 1;
            continue;
        }
        if out.len() > bytes_max {
            return;
        }
        if at > word {
            out.push_str(text.get(word..at).unwrap_or_default());
            gap = false;
        }
        if !gap {
            out.push(' ');
            gap = true;
        }
        at += blank;
        word = at;
    }
    out.push_str(text.get(word..).unwrap_or_default());
}

/// Bytes of the blank at a place; 0 when none stands there.
fn blank_bytes(text: &str, at: usize) -> usize {
    let c = text.get(at..).and_then(|rest| rest.chars().next());
    c.filter(|c| is_blank(*c)).map_or(0, char::len_utf8)
}

/// White space as a reader sees it, the unbreakable kinds among them.
pub(crate) fn is_blank(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' ' | '\t'..='\r');
    }
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// Text with single blanks and none at the ends.
pub(crate) fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_collapsed(&mut out, text);
    out.truncate(out.trim_end().len());
    out
}

/// How much there is to read: letters and digits, those of scripts without blanks counted more,
/// so that five make about one word in any script.
pub(crate) fn mass(text: &str) -> u32 {
    let mut sum = 0u32;
    for byte in text.bytes() {
        sum += u32::from(byte.is_ascii_alphanumeric());
    }
    if text.is_ascii() {
        return sum;
    }
    for c in text.chars() {
        if c.is_ascii() {
            continue;
        }
        sum += match c {
            '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => 3,
            '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' => 0,
            _ if c.is_alphanumeric() => 1,
            _ => 0,
        };
    }
    sum
}

/// Characters of some text in lower case with everything but letters and digits as single blanks:
/// the form in which two spellings of one headline meet.
pub(crate) fn folded(text: &str) -> String {
    folded_up_to(text, usize::MAX).unwrap_or_default()
}

/// The folded form; `None` when it has more than `bytes_max` bytes.
pub(crate) fn folded_up_to(text: &str, bytes_max: usize) -> Option<String> {
    let mut out = String::with_capacity(text.len().min(bytes_max.saturating_add(4)));
    let mut gap = true;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
            gap = false;
        } else if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
            gap = false;
        } else if !gap && !matches!(c, '\'' | '’' | '\u{200c}') {
            out.push(' ');
            gap = true;
        }
        if out.len() > bytes_max.saturating_add(1) {
            return None;
        }
    }
    out.truncate(out.trim_end().len());
    (out.len() <= bytes_max).then_some(out)
}

/// How many characters of some kinds stand in a text, and which signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// All characters.
    pub(crate) chars: usize,
    /// Digits of any script.
    pub(crate) digits: usize,
    /// Capitals.
    pub(crate) capitals: usize,
    /// Commas of any script.
    pub(crate) commas: usize,
    /// A bar or bullet.
    pub(crate) bar: bool,
    /// A copyright sign.
    pub(crate) copyright: bool,
    /// An arrow or a closing guillemet.
    pub(crate) arrow: bool,
    /// An at sign.
    pub(crate) at: bool,
    /// A question mark.
    pub(crate) question: bool,
}

/// Counts the characters of a text in one pass.
pub(crate) fn tally(text: &str) -> Tally {
    let mut tally = Tally::default();
    for c in text.chars() {
        tally.chars += 1;
        if c.is_ascii() {
            tally.digits += usize::from(c.is_ascii_digit());
            tally.capitals += usize::from(c.is_ascii_uppercase());
        } else {
            tally.digits += usize::from(c.is_numeric());
            tally.capitals += usize::from(c.is_uppercase());
        }
        match c {
            ',' | '،' | '、' => tally.commas += 1,
            '|' | '•' | '·' => tally.bar = true,
            '©' | 'ⓒ' => tally.copyright = true,
            '»' | '→' | '›' | '↓' | '▶' | '>' => tally.arrow = true,
            '@' => tally.at = true,
            '?' | '؟' => tally.question = true,
            _ => {}
        }
    }
    tally
}

/// The first `max` characters.
pub(crate) fn clipped(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// Whether a run of text ends like a sentence.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let tail = text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '*')
    });
    tail.ends_with(['.', '!', '?', '…', '؟', '。', '！', '？', '।', '։', ':', '۔'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_of_all_kinds_collapses() {
        assert_eq!(collapsed("  a\u{a0}\n b\u{200b} "), "a b");
    }

    #[test]
    fn folding_drops_punctuation_and_case() {
        assert_eq!(folded("Rates Rise — Don’t panic!"), "rates rise dont panic");
    }
}
