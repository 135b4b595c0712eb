//! Titles, summaries and contents: what kind of text an element holds, and the text.

use super::Parser;
use crate::feed::{Text, TextKind};
use crate::html;
use crate::xml::name::{Ns, ns_of_prefix};
use crate::xml::reader::{Inside, Shape};
use crate::xml::token::{Tag, Token, Tokens};
use std::borrow::Cow;

/// What an element holds when it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// Plain text, and nothing else (Atom).
    Plain,
    /// Plain text, or HTML if it looks so (RSS).
    Guess,
    /// HTML.
    Html,
    /// Markup.
    Xhtml,
}

impl<'a> Parser<'a> {
    /// Reads a text; `None` when there is none.
    pub(super) fn text(&mut self, tag: &Tag<'a>, default: Default) -> Option<Text> {
        let stated = self.reader.attribute(tag, "type");
        let is_base64 =
            tag.attribute("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
        let src = self.reader.attribute(tag, "src").and_then(|src| self.resolve(&src));
        let inside = self.reader.inside(tag);
        let (kind, media_type) = stated.as_deref().map_or((None, None), kind_of);
        let mut text = match inside.shape {
            Shape::Elements if !is_base64 => self.markup(&inside, kind),
            _ => self.words_of(&inside, kind, default, is_base64),
        };
        text.value.truncate(text.value.trim_end().len());
        if text.value.is_empty() && src.is_none() {
            return None;
        }
        text.media_type = media_type;
        text.language = self.reader.language.clone();
        text.base = self.reader.base.clone();
        text.src = src;
        Some(text)
    }

    /// Elements written into the feed as they are.
    fn markup(&self, inside: &Inside<'a>, kind: Option<TextKind>) -> Text {
        let kind = if kind == Some(TextKind::Other) { TextKind::Other } else { TextKind::Xhtml };
        let raw = if kind == TextKind::Xhtml { unwrapped(inside.raw) } else { inside.raw };
        let mut text = Text::plain(self.html_of(raw));
        text.kind = kind;
        text
    }

    fn words_of(
        &self,
        inside: &Inside<'a>,
        kind: Option<TextKind>,
        default: Default,
        is_base64: bool,
    ) -> Text {
        let mut value = self.reader.flat(inside);
        let mut kind = kind;
        if (is_base64 || kind == Some(TextKind::Other))
            && let Some(decoded) = base64(&value)
        {
            value = Cow::Owned(decoded.trim().to_owned());
            kind = kind.filter(|kind| *kind != TextKind::Other).or(Some(TextKind::Html));
        }
        let kind = match (kind, default) {
            // XHTML whose tags are escaped is HTML; without any it is text.
            (Some(TextKind::Xhtml), _) | (None, Default::Xhtml) => {
                if html::looks_like_html(&value) {
                    TextKind::Html
                } else {
                    value = Cow::Owned(html::escape(&value));
                    TextKind::Xhtml
                }
            }
            (Some(TextKind::Plain), Default::Guess | Default::Html) | (None, Default::Guess) => {
                if html::looks_like_html(&value) {
                    TextKind::Html
                } else {
                    TextKind::Plain
                }
            }
            (Some(kind), _) => kind,
            (None, Default::Plain) => TextKind::Plain,
            (None, Default::Html) => TextKind::Html,
        };
        let mut text = Text::plain(value);
        text.kind = kind;
        text
    }

    /// Markup of the feed as HTML: prefixes dropped, empty elements closed, sections escaped.
    fn html_of(&self, raw: &str) -> String {
        let mut html = String::with_capacity(raw.len());
        for token in Tokens::new(raw.trim()) {
            match token {
                Token::Start(tag) => self.push_tag(&tag, &mut html),
                Token::End(name) if !html::is_void(name) => {
                    html.push_str("</");
                    html.push_str(without_prefix(name));
                    html.push('>');
                }
                Token::Text(text) if self.reader.entities.is_empty() => html.push_str(text),
                Token::Text(text) => {
                    html::push_escaped(&self.reader.entities.unescape(text), &mut html);
                }
                Token::CData(text) => html::push_escaped(text, &mut html),
                Token::End(_) | Token::Doctype(_) => {}
            }
        }
        html
    }

    fn push_tag(&self, tag: &Tag<'_>, html: &mut String) {
        let name = without_prefix(tag.name);
        html.push('<');
        html.push_str(name);
        if tag.attributes.contains("xmlns") || !self.reader.entities.is_empty() {
            for (name, value) in tag.attributes().filter(|(name, _)| !name.starts_with("xmlns:")) {
                html.push(' ');
                html.push_str(name);
                html.push_str("=\"");
                html::push_escaped(&self.reader.entities.unescape(value), html);
                html.push('"');
            }
        } else {
            html.push_str(tag.attributes.trim_end());
        }
        html.push('>');
        if tag.is_empty && !html::is_void(name) {
            html.push_str("</");
            html.push_str(name);
            html.push('>');
        }
    }
}

/// The name without a prefix that HTML has no use for.
fn without_prefix(name: &str) -> &str {
    match name.split_once(':') {
        Some((prefix, local))
            if matches!(ns_of_prefix(prefix), Ns::Xhtml | Ns::Svg | Ns::MathMl) =>
        {
            local
        }
        Some(("h" | "html" | "m" | "math" | "xh", local)) => local,
        _ => name,
    }
}

/// The inside of the one `<div>` that Atom wants around XHTML, when it says nothing of its own.
fn unwrapped(raw: &str) -> &str {
    let mut tokens = Tokens::new(raw);
    let mut inner = None;
    let mut depth = 0_usize;
    loop {
        let here = tokens.position();
        match tokens.next() {
            Some(Token::Start(tag)) if without_prefix(tag.name) == "div" && !tag.is_empty => {
                if depth == 0 {
                    let says_more = tag.attributes().any(|(name, _)| !name.starts_with("xmlns"));
                    if inner.is_some() || says_more {
                        return raw;
                    }
                    inner = Some((tokens.position(), raw.len()));
                }
                depth += 1;
            }
            Some(Token::End(name)) if without_prefix(name) == "div" && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    inner = inner.map(|(start, _)| (start, here));
                }
            }
            Some(Token::Text(text)) if depth == 0 && text.trim_ascii().is_empty() => {}
            None => break,
            Some(_) if depth > 0 => {}
            Some(_) => return raw,
        }
    }
    inner.and_then(|(start, end)| raw.get(start..end)).unwrap_or(raw)
}

/// What a `type` attribute says, and the type itself where it is an unusual one.
fn kind_of(stated: &str) -> (Option<TextKind>, Option<Box<str>>) {
    let name = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = match name.as_str() {
        "" => return (None, None),
        "text" | "plain" | "text/plain" => TextKind::Plain,
        "html" | "text/html" => TextKind::Html,
        "xhtml" | "application/xhtml+xml" | "text/xhtml" => TextKind::Xhtml,
        _ => {
            let kind = if name.starts_with("text/") { TextKind::Plain } else { TextKind::Other };
            return (Some(kind), Some(name.into()));
        }
    };
    (Some(kind), None)
}

/// Text in base64; `None` when it is not that, or no text.
fn base64(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in raw.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap_or_default());
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_div_of_atom_is_taken_off_once() {
        assert_eq!(unwrapped(" <div xmlns='x'>a <div>b</div></div> "), "a <div>b</div>");
        assert_eq!(unwrapped("<div>a</div><div>b</div>"), "<div>a</div><div>b</div>");
        assert_eq!(unwrapped("<div dir='rtl'>a</div>"), "<div dir='rtl'>a</div>");
        assert_eq!(unwrapped("a <div>b</div>"), "a <div>b</div>");
    }

    #[test]
    fn base64_is_read_or_refused() {
        assert_eq!(base64("RXhhbXBs\nZQ==").as_deref(), Some("Example"));
        assert_eq!(base64("no base64!"), None);
    }
}
