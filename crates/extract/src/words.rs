//! Small measures of running text. Nothing here knows HTML.

/// Appends text with every run of white space as one blank.
pub(crate) fn push_collapsed(out: &mut String, text: &str) {
    let mut gap = out.is_empty() || out.ends_with([' ', '\n']);
    for word in text.split_inclusive(is_blank) {
        let kept = word.trim_end_matches(is_blank);
        if !kept.is_empty() {
            out.push_str(kept);
            gap = false;
        }
        if kept.len() < word.len() && !gap {
            out.push(' ');
            gap = true;
        }
    }
}

/// White space as a reader sees it, the unbreakable kinds among them.
pub(crate) fn is_blank(c: char) -> bool {
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
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') && !matches!(c, '\'' | '’' | '\u{200c}')
        {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
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
