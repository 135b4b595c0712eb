//! Cuts text into tags and the text between them, whatever state it is in. Never fails, never
//! looks anything up, never copies.

use crate::limits::{ATTRIBUTES_MAX, DOCTYPE_BYTES_MAX};
use memchr::{memchr, memchr3, memmem};

/// One piece of a document. Comments and processing instructions are passed over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    /// `<name …>` or `<name …/>`.
    Start(Tag<'a>),
    /// `</name>`.
    End(&'a str),
    /// Text as it stands, references and all.
    Text(&'a str),
    /// The inside of a CDATA section.
    CData(&'a str),
    /// The inside of `<!DOCTYPE …>`.
    Doctype(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tag<'a> {
    /// The name as written, with its prefix.
    pub(crate) name: &'a str,
    /// What stands between the name and `>`.
    pub(crate) attributes: &'a str,
    /// Whether it closes itself.
    pub(crate) is_empty: bool,
}

/// The tokens of a text.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    position: usize,
    /// No comment is closed from here on: not to be looked for again.
    comments_end: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, position: 0, comments_end: false }
    }

    /// Where the next token begins.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Goes to a place that [`Self::position`] gave.
    pub(crate) fn seek(&mut self, position: usize) {
        self.position = position;
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Takes `len` bytes.
    fn take(&mut self, len: usize) -> &'a str {
        let rest = self.rest();
        let taken = rest.get(..len).unwrap_or(rest);
        self.position += taken.len();
        taken
    }

    /// Takes up to `end`, and `end` itself without giving it; to the end of the text when it is
    /// not there.
    fn take_until(&mut self, end: &str) -> &'a str {
        let found = memmem::find(self.rest().as_bytes(), end.as_bytes());
        let taken = self.take(found.unwrap_or(usize::MAX));
        if found.is_some() {
            self.position += end.len();
        }
        taken
    }

    /// What `<` begins; `None` when it is no markup, or markup that says nothing.
    fn markup(&mut self) -> Markup<'a> {
        let rest = self.rest();
        match rest.as_bytes().get(1) {
            Some(b'/') => self.end_tag(),
            Some(b'!') => self.declaration(rest),
            Some(b'?') => {
                self.instruction(rest);
                Markup::Nothing
            }
            Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..) => {
                Markup::Token(Token::Start(self.start_tag(rest)))
            }
            _ => Markup::Literal,
        }
    }

    fn end_tag(&mut self) -> Markup<'a> {
        let rest = self.rest();
        let Some(len) = memchr::memchr2(b'>', b'<', rest.get(1..).unwrap_or_default().as_bytes())
        else {
            self.take(rest.len());
            return Markup::Token(Token::End(rest.get(2..).unwrap_or_default().trim()));
        };
        let inside = rest.get(2..len + 1).unwrap_or_default();
        self.take(len + 1);
        if self.rest().starts_with('>') {
            self.take(1);
        }
        let name = inside.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        Markup::Token(Token::End(name))
    }

    fn declaration(&mut self, rest: &'a str) -> Markup<'a> {
        if rest.starts_with("<!--") {
            self.comment();
            return Markup::Nothing;
        }
        if has_prefix(rest, "<![CDATA[") {
            self.take(9);
            return Markup::Token(Token::CData(self.take_until("]]>")));
        }
        if has_prefix(rest, "<!DOCTYPE") {
            self.take(9);
            let end = doctype_end(self.rest());
            let inside = self.take(end);
            self.take(1);
            return Markup::Token(Token::Doctype(inside));
        }
        self.take_until(">");
        Markup::Nothing
    }

    /// Passes over a comment; of one that is never closed, over the opening tag alone.
    fn comment(&mut self) {
        self.take(4);
        let end =
            if self.comments_end { None } else { memmem::find(self.rest().as_bytes(), b"-->") };
        match end {
            Some(end) => {
                self.take(end + 3);
            }
            None => {
                self.comments_end = true;
                self.take_until(">");
            }
        }
    }

    /// Passes over `<?…?>`, or to the first `>` when that stands before the next tag.
    fn instruction(&mut self, rest: &'a str) {
        let bytes = rest.as_bytes().get(2..).unwrap_or_default();
        let before_next =
            bytes.get(..memchr(b'<', bytes).unwrap_or(bytes.len())).unwrap_or_default();
        match memmem::find(before_next, b"?>") {
            Some(end) => {
                self.take(end + 4);
            }
            None => {
                self.take_until(">");
            }
        }
    }

    fn start_tag(&mut self, rest: &'a str) -> Tag<'a> {
        let bytes = rest.as_bytes();
        let name_len = bytes
            .iter()
            .skip(1)
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<'))
            .unwrap_or(bytes.len() - 1);
        let name_end = name_len + 1;
        // `<title<link>`: the second `<` begins the next tag.
        if bytes.get(name_end) == Some(&b'<') {
            let name = self.take(name_end).get(1..).unwrap_or_default();
            return Tag { name, attributes: "", is_empty: false };
        }
        let end = tag_end(bytes, name_end);
        let name = rest.get(1..name_end).unwrap_or_default();
        let inside = rest.get(name_end..end).unwrap_or_default().trim_end();
        self.take(end + 1);
        let (attributes, is_empty) =
            inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        Tag { name, attributes, is_empty }
    }
}

enum Markup<'a> {
    Token(Token<'a>),
    Nothing,
    Literal,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            let mut from = 0;
            if rest.starts_with('<') {
                match self.markup() {
                    Markup::Token(token) => return Some(token),
                    Markup::Nothing => continue,
                    Markup::Literal => from = 1,
                }
            }
            let len = rest.as_bytes().get(from..).and_then(|bytes| memchr(b'<', bytes));
            return Some(Token::Text(self.take(len.map_or(usize::MAX, |len| from + len))));
        }
    }
}

/// Where the `>` of a start tag is. A quotation mark opens a value only after `=`; one that is
/// never closed, or only by the quotation mark of a later tag, opens nothing.
fn tag_end(bytes: &[u8], name_end: usize) -> usize {
    let mut at = name_end;
    loop {
        let Some(found) = bytes.get(at..).and_then(|rest| memchr3(b'>', b'"', b'\'', rest)) else {
            return bytes.len();
        };
        let here = at + found;
        let byte = bytes.get(here).copied().unwrap_or(b'>');
        if byte == b'>' {
            return here;
        }
        at = here + 1;
        let before = bytes.get(name_end..here).unwrap_or_default();
        if before.iter().rev().find(|b| !b.is_ascii_whitespace()) != Some(&b'=') {
            continue;
        }
        if let Some(len) = bytes.get(at..).and_then(|rest| memchr(byte, rest)) {
            let value = bytes.get(at..at + len).unwrap_or_default();
            let after = bytes.get(at + len + 1).copied().unwrap_or(b'>');
            let ends_well = after.is_ascii_whitespace() || matches!(after, b'/' | b'>');
            if ends_well || memchr(b'<', value).is_none() {
                at += len + 1;
            }
        }
    }
}

/// Where the `>` of a DOCTYPE is, past its internal subset.
fn doctype_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let first = memchr(b'>', bytes).unwrap_or(bytes.len());
    let Some(open) = memchr(b'[', bytes.get(..first).unwrap_or_default()) else {
        return first;
    };
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().take(DOCTYPE_BYTES_MAX).skip(open) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b']') => {
                let tail = bytes.get(at..).unwrap_or_default();
                return memchr(b'>', tail).map_or(bytes.len(), |len| at + len);
            }
            _ => {}
        }
    }
    first
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

impl<'a> Tag<'a> {
    /// Name and value of each attribute as written: quoted, unquoted, or with no value at all.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let len = rest
                .bytes()
                .position(|b| b.is_ascii_whitespace() || b == b'=')
                .unwrap_or(rest.len());
            if rest.is_empty() {
                return None;
            }
            let (name, after) = rest.split_at_checked(len)?;
            let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
                rest = after;
                return Some((name, ""));
            };
            let value = value.trim_ascii_start();
            let (value, after) = split_value(value);
            rest = after;
            Some((name, value))
        })
        .take(ATTRIBUTES_MAX)
    }

    /// The value of an attribute as written. Of two of one name the first counts.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        if self.attributes.is_empty() {
            return None;
        }
        self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let seen: Vec<String> = Tokens::new(text)
            .map(|token| match token {
                Token::Start(tag) if tag.is_empty => format!("{}/", tag.name),
                Token::Start(tag) => format!("{}+", tag.name),
                Token::End(name) => format!("{name}-"),
                Token::Text(text) => format!("'{text}'"),
                Token::CData(text) => format!("[{text}]"),
                Token::Doctype(_) => "!".into(),
            })
            .collect();
        assert_eq!(seen, expect);
    }

    #[track_caller]
    fn check_attributes(text: &str, expect: &[(&str, &str)]) {
        let Some(Token::Start(tag)) = Tokens::new(text).next() else { panic!("no tag") };
        assert_eq!(tag.attributes().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn well_formed_markup_is_cut_at_its_tags() {
        check("<a b='1'>x<c/>y</a >", &["a+", "'x'", "c/", "'y'", "a-"]);
        check("<?xml version='1.0'?><!-- <a> --><b><![CDATA[<c>]]></b>", &["b+", "[<c>]", "b-"]);
        check("<!DOCTYPE r [<!ENTITY a \"x]>y\">]><r/>", &["!", "r/"]);
    }

    #[test]
    fn a_less_than_sign_before_a_space_or_digit_is_text() {
        check("1 < 2 <3", &["'1 '", "'< 2 '", "'<3'"]);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text_or_the_next_tag() {
        check("<a><![CDATA[x", &["a+", "[x]"]);
        check("<!-- x><a/><!-- y --><b/>", &["b/"]);
        check("<!-- x><a/>", &["a/"]);
        check("<?xml version='1.0'><a/>", &["a/"]);
        check("<a></b", &["a+", "b-"]);
        check("</a<b>", &["a-", "b+"]);
        check("<a<b>", &["a+", "b+"]);
        check("<a href=\"x>y</a><b c=\"d\"/>", &["a+", "'y'", "a-", "b/"]);
    }

    #[test]
    fn a_greater_than_sign_in_quotes_is_part_of_the_value() {
        check_attributes("<a b=\"1>2\" c='<d>'>", &[("b", "1>2"), ("c", "<d>")]);
    }

    #[test]
    fn sloppy_attributes_are_read() {
        check_attributes("<x a=1 a=\"2\" b>", &[("a", "1"), ("a", "2"), ("b", "")]);
        check_attributes("<x a = 'p'b=\"q\"/>", &[("a", "p"), ("b", "q")]);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_to_its_end(text in "[<>/!?\\[\\]CDATA\"'= a-c\\-ی]{0,60}") {
            let mut tokens = Tokens::new(&text);
            let mut count = 0;
            while tokens.next().is_some() {
                count += 1;
            }
            prop_assert!(count <= text.len());
            prop_assert_eq!(tokens.position(), text.len());
        }
    }
}
