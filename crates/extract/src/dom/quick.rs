//! Reads what nearly all of a page consists of, text and well-formed tags, in one step each: the
//! tokenizer takes every name letter by letter. Attributes that nothing here knows are passed over.
//! What is unusual in any way is left to the tokenizer, so the tokens are the same.

use super::guard::switches_tokenizer;
use super::names::Attr;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::{memchr, memchr3, memmem};

/// Bytes of the longest name that is read here.
const NAME_BYTES_MAX: usize = 40;

/// Bytes of the longest words that are read here; longer ones are rare.
const TEXT_BYTES_MAX: usize = 4 << 10;

/// One thing at the head of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Quick {
    /// Words.
    Text(StrTendril),
    /// A tag.
    Tag(Tag),
    /// A comment.
    Comment,
}

/// What stands at the head of a text outside a tag, and its bytes; `None` when it is unusual.
pub(super) fn read(text: &str) -> Option<(Quick, usize)> {
    let bytes = text.as_bytes();
    match bytes {
        [b'<', b'/', first, ..] if first.is_ascii_alphabetic() => end_tag(text),
        [b'<', first, ..] if first.is_ascii_alphabetic() => start_tag(text),
        [b'<', b'!', b'-', b'-', ..] => comment(bytes),
        [b'<', ..] | [] => None,
        _ => words(text),
    }
}

/// The words up to the next tag, or up to what is unusual.
fn words(text: &str) -> Option<(Quick, usize)> {
    let head = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX))?;
    // What is cut might be cut inside a reference.
    let end = match memchr(b'<', head.as_bytes()) {
        Some(end) => end,
        None if head.len() == text.len() => head.len(),
        None => return None,
    };
    let (words, read) = decoded(head.get(..end)?, Place::Text);
    (read > 0).then_some((Quick::Text(words), read))
}

fn comment(bytes: &[u8]) -> Option<(Quick, usize)> {
    // `<!-->` and its like end where they begin.
    if matches!(bytes, [_, _, _, _, b'>', ..] | [_, _, _, _, b'-', b'>', ..]) {
        return None;
    }
    let mut at = 4;
    loop {
        at += memmem::find(bytes.get(at..)?, b"--")?;
        let end = match bytes.get(at + 2..)? {
            [b'>', ..] => at + 3,
            [b'!', b'>', ..] => at + 4,
            _ => {
                at += 1;
                continue;
            }
        };
        return Some((Quick::Comment, end));
    }
}

fn end_tag(text: &str) -> Option<(Quick, usize)> {
    let (name, at) = name_at(text, 2)?;
    let rest = text.as_bytes().get(at..)?;
    let gap = rest.iter().position(|byte| !is_blank(*byte))?;
    (rest.get(gap) == Some(&b'>'))
        .then(|| (Quick::Tag(tag(TagKind::EndTag, name, Vec::new(), false)), at + gap + 1))
}

fn start_tag(text: &str) -> Option<(Quick, usize)> {
    let bytes = text.as_bytes();
    let (name, mut at) = name_at(text, 1)?;
    if switches_tokenizer(&name) {
        return None;
    }
    let mut attrs: Vec<Attribute> = Vec::new();
    loop {
        match *bytes.get(at)? {
            byte if is_blank(byte) => at += 1,
            b'>' => return Some((Quick::Tag(tag(TagKind::StartTag, name, attrs, false)), at + 1)),
            b'/' if bytes.get(at + 1) == Some(&b'>') => {
                return Some((Quick::Tag(tag(TagKind::StartTag, name, attrs, true)), at + 2));
            }
            b'/' => at += 1,
            _ => at = attribute(text, at, &mut attrs)?,
        }
    }
}

/// Reads an attribute; gives the place behind it.
fn attribute(text: &str, start: usize, attrs: &mut Vec<Attribute>) -> Option<usize> {
    let bytes = text.as_bytes();
    let len = bytes.get(start..)?.iter().position(|byte| {
        is_blank(*byte) || matches!(byte, b'/' | b'>' | b'=' | b'"' | b'\'' | b'<' | 0)
    })?;
    let end = start + len;
    if len == 0 || matches!(bytes.get(end), Some(b'"' | b'\'' | b'<' | 0)) {
        return None;
    }
    let name = text.get(start..end)?;
    let mut at = skip_blanks(bytes, end)?;
    let mut value = "";
    if bytes.get(at) == Some(&b'=') {
        at = skip_blanks(bytes, at + 1)?;
        match *bytes.get(at)? {
            quote @ (b'"' | b'\'') => {
                let len = memchr(quote, bytes.get(at + 1..)?)?;
                value = text.get(at + 1..at + 1 + len)?;
                at += len + 2;
            }
            b'>' => return None,
            _ => {
                let rest = bytes.get(at..)?;
                let len = rest.iter().position(|byte| is_blank(*byte) || *byte == b'>')?;
                value = text.get(at..at + len)?;
                at += len;
            }
        }
    } else {
        at = end;
    }
    keep(name, value, attrs)?;
    Some(at)
}

/// Keeps an attribute that is known and not there yet; `None` when its value is unusual.
fn keep(name: &str, value: &str, attrs: &mut Vec<Attribute>) -> Option<()> {
    let lower;
    let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        lower = name.to_ascii_lowercase();
        lower.as_str()
    } else {
        name
    };
    // The parser itself looks at the last ones, inside drawings and formulas.
    let is_known =
        Attr::parse(name) != Attr::Other || matches!(name, "encoding" | "color" | "face" | "size");
    if !is_known {
        return Some(());
    }
    let local = LocalName::from(name);
    if attrs.iter().any(|attr| attr.name.local == local) {
        return Some(());
    }
    let name = QualName::new(None, ns!(), local);
    let (decoded, read) = decoded(value, Place::Value);
    (read == value.len()).then(|| attrs.push(Attribute { name, value: decoded }))
}

fn tag(kind: TagKind, name: LocalName, attrs: Vec<Attribute>, self_closing: bool) -> Tag {
    Tag { kind, name, self_closing, attrs, had_duplicate_attributes: false }
}

/// An element's name and the place behind it.
fn name_at(text: &str, start: usize) -> Option<(LocalName, usize)> {
    let rest = text.as_bytes().get(start..)?;
    let len = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    if len > NAME_BYTES_MAX || !rest.get(len).is_some_and(|b| is_blank(*b) || b"/>".contains(b)) {
        return None;
    }
    let name = text.get(start..start + len)?;
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let name =
        if is_lower { LocalName::from(name) } else { LocalName::from(name.to_ascii_lowercase()) };
    Some((name, start + len))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c')
}

fn skip_blanks(bytes: &[u8], at: usize) -> Option<usize> {
    Some(at + bytes.get(at..)?.iter().position(|byte| !is_blank(*byte))?)
}

/// Where a text stands: an ampersand means less inside a value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Text,
    Value,
}

/// A text with its line ends and references read, up to what is unusual; and the bytes read.
fn decoded(text: &str, place: Place) -> (StrTendril, usize) {
    let find = |at: usize| {
        let found = memchr3(b'&', b'\r', 0, text.as_bytes().get(at..).unwrap_or_default());
        found.map(|found| at + found)
    };
    let Some(first) = find(0) else { return (StrTendril::from(text), text.len()) };
    let mut out = String::with_capacity(text.len());
    let mut read = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(text.get(read..at).unwrap_or_default());
        read = at;
        let rest = text.get(at..).unwrap_or_default();
        read += match rest.as_bytes() {
            [b'\r', b'\n', ..] => 1,
            // What follows the text may be the other half of its line end.
            [b'\r', _, ..] => {
                out.push('\n');
                1
            }
            [b'&', ..] => match reference(rest, place) {
                Some((c, bytes)) => {
                    out.push(c);
                    bytes
                }
                None => return (StrTendril::from(out), read),
            },
            _ => return (StrTendril::from(out), read),
        };
        next = find(read);
    }
    out.push_str(text.get(read..).unwrap_or_default());
    (StrTendril::from(out), text.len())
}

/// The character that a reference at the head of a text names, and its bytes; `None` for all but
/// the commonest.
fn reference(text: &str, place: Place) -> Option<(char, usize)> {
    let after = text.get(1..)?;
    if let Some(number) = after.strip_prefix('#') {
        let end = number.get(..number.floor_char_boundary(8))?.find(';')?;
        let digits = number.get(..end)?;
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok()?
            }
            None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            _ => return None,
        };
        let c = char::from_u32(code)?;
        return matches!(c, ' '..='~' | '\u{a0}'..='\u{fffd}').then_some((c, end + 3));
    }
    let len = after.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(after.len());
    let end = after.as_bytes().get(len);
    // Inside a value, what runs on to an equals sign is part of an address.
    if len == 0 && end.is_some() || end == Some(&b'=') && place == Place::Value {
        return Some(('&', 1));
    }
    if end != Some(&b';') {
        return None;
    }
    let c = match after.get(..len)? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    };
    Some((c, len + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, in the tokenizer's own terms.
    #[track_caller]
    fn check(text: &str, expect: &str, read: usize) {
        let (quick, len) = super::read(text).unwrap();
        let told = match quick {
            Quick::Text(words) => words.to_string(),
            Quick::Comment => "comment".to_owned(),
            Quick::Tag(tag) => {
                let attrs = tag.attrs.iter().map(|a| format!(" {}={}", a.name.local, a.value));
                format!("{:?} {}{}", tag.kind, tag.name, attrs.collect::<String>())
            }
        };
        assert_eq!((told.as_str(), len), (expect, read), "{text}");
    }

    #[test]
    fn words_are_read_up_to_a_tag_or_an_unusual_reference() {
        check("one &amp; two<b>", "one & two", 13);
        check("a & b&nbsp;c\r\nd", "a & b\u{a0}c\nd", 15);
        check("one &copy two<b>", "one ", 4);
        assert_eq!(read("&copy two"), None);
    }

    #[test]
    fn tags_are_read_with_the_attributes_that_are_known() {
        check(
            "<P CLASS=a data-x='>' id = \"b&amp;c\" hidden>x",
            "StartTag p class=a id=b&c hidden=",
            44,
        );
        check("<a href=/x?a=1&b=2 href=y>", "StartTag a href=/x?a=1&b=2", 26);
        check("<br/>", "StartTag br", 5);
        check("</Div >", "EndTag div", 7);
    }

    #[test]
    fn comments_end_where_they_end() {
        check("<!-- a -- b -->c", "comment", 15);
        check("<!--a--!>c", "comment", 9);
        check("<!------>", "comment", 9);
    }

    #[test]
    fn what_is_unusual_is_left_to_the_tokenizer() {
        for text in [
            "",
            "<",
            "<!doctype html>",
            "<?x>",
            "<!-->",
            "<script>",
            "<p a\"b>",
            "<p =a>",
            "<p a=>",
            "<p a='b",
            "<p",
            "<p class='&copy;'>",
            "</p a>",
            "a\0b".get(1..).unwrap(),
            "<!-- a",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
