//! HTML inside feeds: told from plain text, and made plain. Works on pieces that a feed carries,
//! never on whole pages, and never decides what of them is worth reading.

use crate::address;
use crate::xml::entity::Entities;
use crate::xml::token::{Tag, Token, Tokens};
use std::borrow::Cow;
use url::Url;

/// Elements of HTML, in order. Text whose tags are all among them is taken for HTML.
const ELEMENTS: [&str; 106] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "video",
];

/// Elements of HTML that hold nothing.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame",
];

/// Elements inside a line: no space stands for their tags.
const INLINE: [&str; 30] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var",
];

/// Elements whose text is for machines.
const SILENT: [&str; 6] = ["head", "noscript", "script", "style", "template", "title"];

pub(crate) fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| void.eq_ignore_ascii_case(name))
}

fn is_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether text that should be plain is HTML after all: it has an entity, or a closed or empty
/// element, and no tag that HTML does not know.
pub(crate) fn looks_like_html(text: &str) -> bool {
    if !text.contains(['<', '&']) {
        return false;
    }
    let mut is_marked_up = false;
    for token in Tokens::new(text) {
        match token {
            Token::Start(tag) if !is_element(tag.name) => return false,
            Token::Start(tag) => is_marked_up |= tag.is_empty || is_void(tag.name),
            Token::End(name) if !is_element(name) => return false,
            Token::End(_) | Token::CData(_) => is_marked_up = true,
            Token::Text(text) => {
                is_marked_up |= matches!(unescape(text), Cow::Owned(read) if read != text);
            }
            Token::Doctype(_) => {}
        }
    }
    is_marked_up
}

/// The text with references read.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    Entities::default().unescape(text)
}

/// The text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_escaped(text, &mut html);
    html
}

pub(crate) fn push_escaped(text: &str, html: &mut String) {
    for char in text.chars() {
        match char {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(char),
        }
    }
}

/// The text on one line: runs of white space become one space.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_ascii_whitespace() || c == '\u{A0}') {
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}

/// The words of HTML on one line.
pub(crate) fn text_line(html: &str) -> String {
    if !html.contains('<') {
        return line(&unescape(html));
    }
    let mut text = String::with_capacity(html.len());
    let mut silent: Option<&str> = None;
    for token in Tokens::new(html) {
        match (token, silent) {
            (Token::Start(tag), None) => {
                if !tag.is_empty && SILENT.iter().any(|name| name.eq_ignore_ascii_case(tag.name)) {
                    silent = Some(tag.name);
                }
                push_gap(tag.name, &mut text);
            }
            (Token::End(name), Some(open)) if name.eq_ignore_ascii_case(open) => silent = None,
            (Token::End(name), None) => push_gap(name, &mut text),
            (Token::Text(words), None) => text.push_str(&unescape(words)),
            (Token::CData(words), None) => text.push_str(words),
            _ => {}
        }
    }
    line(&text)
}

fn push_gap(name: &str, text: &mut String) {
    if !INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(name)) {
        text.push(' ');
    }
}

/// The address of the first picture that is not a tracking pixel.
pub(crate) fn first_image(html: &str, base: Option<&Url>) -> Option<String> {
    Tokens::new(html).find_map(|token| match token {
        Token::Start(tag) if tag.name.eq_ignore_ascii_case("img") && !is_pixel(&tag) => {
            address::resolve(base, &unescape(tag.attribute("src")?))
        }
        _ => None,
    })
}

fn is_pixel(tag: &Tag<'_>) -> bool {
    ["width", "height"].iter().any(|name| {
        tag.attribute(name)
            .is_some_and(|value| matches!(value.trim().trim_end_matches("px"), "0" | "1"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_list_of_elements_is_in_order() {
        assert!(ELEMENTS.is_sorted());
    }

    #[track_caller]
    fn check_html(text: &str, expect: bool) {
        assert_eq!(looks_like_html(text), expect, "{text}");
    }

    #[test]
    fn html_is_told_from_plain_text() {
        check_html("Rates <b>rise</b>", true);
        check_html("One<br>two", true);
        check_html("Rates &amp; wages", true);
        check_html("1 < 2", false);
        check_html("History of the <blink> tag", false);
        check_html("std::vector<int></int>", false);
        check_html("R&D and Q&A", false);
    }

    #[track_caller]
    fn check_line(html: &str, expect: &str) {
        assert_eq!(text_line(html), expect);
    }

    #[test]
    fn text_of_html_has_no_tags_and_spaces_where_blocks_end() {
        check_line("<p>One</p><p>t<b>w</b>o &amp;\n three</p>", "One two & three");
        check_line("a<script>alert('<p>')</script>b", "a b");
        check_line("caf&eacute;", "café");
    }

    #[test]
    fn the_first_image_is_no_pixel() {
        let html = "<img src='/p.gif' width=1 height=1><img src='/a.jpg?a=1&amp;b=2'>";
        let base = Url::parse("https://example.org/").unwrap();
        assert_eq!(
            first_image(html, Some(&base)).as_deref(),
            Some("https://example.org/a.jpg?a=1&b=2")
        );
    }

    proptest! {
        #[test]
        fn a_line_is_its_own_line(html in "(<|/|>|p|b|&amp;| |\\PC){0,40}") {
            let once = line(&html);
            prop_assert_eq!(line(&once), once.clone());
        }
    }
}
