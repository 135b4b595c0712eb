//! References such as `&amp;`, `&#1740;` and `&eacute;`, declared or not. Entities from a DOCTYPE
//! are taken as plain text, within a budget; nothing outside the document is ever read.

use crate::limits::{ENTITIES_MAX, ENTITY_BYTES_MAX, ENTITY_EXPANSION_BYTES_MAX};
use html5ever::data::NAMED_ENTITIES;
use memchr::memchr;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Longest name of an HTML entity, with its semicolon.
const NAME_BYTES_MAX: usize = 32;

/// The entities that a document declares.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    declared: BTreeMap<String, String>,
    is_netscape: bool,
    expanded_bytes: Cell<usize>,
}

impl Entities {
    /// Takes the general entities of a DOCTYPE that stand for short text. Those that name a file
    /// or hold other entities are left alone, so that nothing can grow.
    pub(crate) fn declare(&mut self, doctype: &str) {
        self.is_netscape |= doctype.contains("netscape.com");
        for declaration in doctype.split("<!ENTITY").skip(1) {
            let Some((name, rest)) = declaration.trim_start().split_once(char::is_whitespace)
            else {
                continue;
            };
            let rest = rest.trim_start();
            let value = ['"', '\'']
                .into_iter()
                .find_map(|quote| Some(rest.strip_prefix(quote)?.split_once(quote)?.0));
            let Some(value) = value else { continue };
            let holds_entities = value.split('&').skip(1).any(|part| !part.starts_with('#'));
            if name == "%" || holds_entities || value.len() > ENTITY_BYTES_MAX {
                continue;
            }
            if self.declared.len() >= ENTITIES_MAX {
                return;
            }
            let value = Self::default().unescape(value).into_owned();
            self.declared.entry(name.to_owned()).or_insert(value);
        }
    }

    /// Whether the DOCTYPE is Netscape's, which is how its RSS 0.91 is known.
    pub(crate) fn is_netscape(&self) -> bool {
        self.is_netscape
    }

    /// Whether the document declares none, which is nearly always so.
    pub(crate) fn is_empty(&self) -> bool {
        self.declared.is_empty()
    }

    /// Replaces every reference that means something. Others stay as they stand.
    pub(crate) fn unescape<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(first) = memchr(b'&', text.as_bytes()) else {
            return Cow::Borrowed(text);
        };
        let mut out = String::with_capacity(text.len());
        let (before, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
        out.push_str(before);
        while !rest.is_empty() {
            let taken = self.reference(rest, &mut out);
            rest = rest.get(taken..).unwrap_or_default();
            if taken == 0 {
                out.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
            let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
            let (plain, after) = rest.split_at_checked(next).unwrap_or((rest, ""));
            out.push_str(plain);
            rest = after;
        }
        Cow::Owned(out)
    }

    /// Reads the reference that `text` begins with and writes what it stands for; gives how many
    /// bytes it takes, 0 when it is none.
    fn reference(&self, text: &str, out: &mut String) -> usize {
        for (raw, char) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
            if text.starts_with(raw) {
                out.push(char);
                return raw.len();
            }
        }
        if text.as_bytes().get(1) == Some(&b'#') {
            return numeric(text, out);
        }
        let name_len = text
            .bytes()
            .skip(1)
            .take(ENTITY_BYTES_MAX)
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | 0x80..)))
            .unwrap_or(text.len() - 1);
        let name = text.get(1..=name_len).unwrap_or_default();
        let is_closed = text.as_bytes().get(1 + name_len) == Some(&b';');
        if is_closed && self.expand(name, out) {
            return name_len + 2;
        }
        named(text, name, is_closed, out)
    }

    fn expand(&self, name: &str, out: &mut String) -> bool {
        let Some(value) = self.declared.get(name) else { return false };
        let total = self.expanded_bytes.get() + value.len();
        if total > ENTITY_EXPANSION_BYTES_MAX {
            return false;
        }
        self.expanded_bytes.set(total);
        out.push_str(value);
        true
    }
}

/// An entity of HTML. Without its semicolon only the old ones count, and only where no letter,
/// digit or `=` follows, so that `?a=1&copy=2` stays an address.
fn named(text: &str, name: &str, is_closed: bool, out: &mut String) -> usize {
    if name.is_empty() || name.len() >= NAME_BYTES_MAX {
        return 0;
    }
    let key_len = 1 + name.len() + usize::from(is_closed);
    let Some(key) = text.get(1..key_len) else { return 0 };
    if !is_closed && text.as_bytes().get(key_len) == Some(&b'=') {
        return 0;
    }
    let Some(&(first, second)) = NAMED_ENTITIES.get(key).filter(|(first, _)| *first != 0) else {
        return 0;
    };
    out.extend(char::from_u32(first));
    if second != 0 {
        out.extend(char::from_u32(second));
    }
    key_len
}

/// `&#1740;` or `&#x6CC;`, and two of them that make one character in UTF-16.
fn numeric(text: &str, out: &mut String) -> usize {
    let Some((mut code, mut len)) = number(text) else { return 0 };
    if (0xD800..0xDC00).contains(&code)
        && let Some((low, more)) = text.get(len..).and_then(number)
        && (0xDC00..0xE000).contains(&low)
    {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        len += more;
    }
    out.extend(character(code));
    len
}

fn number(text: &str) -> Option<(u32, usize)> {
    let digits = text.strip_prefix("&#")?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    let len = digits.bytes().position(|b| !char::from(b).is_digit(radix)).unwrap_or(digits.len());
    let code = u32::from_str_radix(digits.get(..len)?, radix).ok()?;
    let prefix = if radix == 16 { 3 } else { 2 };
    let semicolon = usize::from(digits.as_bytes().get(len) == Some(&b';'));
    Some((code, prefix + len + semicolon))
}

/// The character of a number: C1 controls are read as windows-1252, other controls dropped.
fn character(code: u32) -> Option<char> {
    match code {
        0x80..=0x9F => u8::try_from(code).ok().map(windows_1252),
        0x09 | 0x0A | 0x0D => char::from_u32(code),
        0..=0x1F | 0x7F | 0xFFFE | 0xFFFF => None,
        _ => Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

/// What windows-1252 says of a byte.
pub(crate) fn windows_1252(byte: u8) -> char {
    let bytes = [byte];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expect: &str) {
        assert_eq!(Entities::default().unescape(raw), expect);
    }

    #[test]
    fn references_of_xml_and_html_are_read() {
        check("a &lt;b&gt; &amp; &quot;c&quot; &apos;", "a <b> & \"c\" '");
        check("caf&eacute; &zwnj;&nbsp;&hellip;", "café \u{200C}\u{A0}…");
        check("&#1740;&#x6cc;&#X6CC;", "ییی");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check("R&D & more &nosuch; &", "R&D & more &nosuch; &");
        check("?a=1&copy=2&lang=fa", "?a=1&copy=2&lang=fa");
        check("&#;&#x;", "&#;&#x;");
        check("&&amp;", "&&");
    }

    #[test]
    fn old_entities_need_no_semicolon() {
        check("&copy 2020 &nbsp", "© 2020 \u{A0}");
    }

    #[test]
    fn windows_characters_and_split_pairs_are_mended() {
        check("don&#146;t &#55357;&#56832;", "don\u{2019}t 😀");
        check("a&#0;b&#11;c", "abc");
    }

    #[test]
    fn declared_entities_stand_for_short_text_alone() {
        let mut entities = Entities::default();
        entities.declare(
            "r [<!ENTITY id \"tag:example.org,\"><!ENTITY bomb \"&id;&id;\">\
             <!ENTITY file SYSTEM \"file:///etc/passwd\"><!ENTITY n '&#60;']",
        );
        assert_eq!(
            entities.unescape("&id;1 &bomb; &file; &n;"),
            "tag:example.org,1 &bomb; &file; <"
        );
    }

    #[test]
    fn declared_entities_have_a_budget() {
        let mut entities = Entities::default();
        entities.declare(&format!("r [<!ENTITY a '{}'>]", "x".repeat(1000)));
        let text = "&a;".repeat(5000);
        assert!(entities.unescape(&text).len() < ENTITY_EXPANSION_BYTES_MAX + text.len());
    }
}
