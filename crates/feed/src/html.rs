//! HTML inside feeds: told from plain text, made plain, or made safe to show. Works on pieces that
//! a feed carries, never on whole pages, and never decides what of them is worth reading.

use crate::address;
use crate::xml::entity::Entities;
use crate::xml::token::{Tag, Token, Tokens};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::sync::LazyLock;
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

/// HTML that is safe to show: no scripts, forms, frames or styles; links absolute; `dir` and
/// `lang` kept. The rules are ammonia's, widened by elements that news text uses, formulas and
/// plain drawings.
pub fn safe_html(html: &str, base: Option<&Url>) -> String {
    if !html.contains(['<', '&']) {
        return escape(html);
    }
    let safe = SANITIZER.clean(html).to_string();
    let has_links = base.is_some() && ADDRESSES.iter().any(|name| safe.contains(name));
    if !has_links && !safe.contains("<svg") && !safe.contains("<math") {
        return safe;
    }
    let style = if html.contains("/>") { EmptyStyle::Short } else { EmptyStyle::Long };
    Finish { base, style }.html(&safe)
}

/// Attributes that hold an address.
const ADDRESSES: [&str; 4] = ["href", "src", "poster", "cite"];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags([
            "audio", "big", "font", "main", "picture", "section", "source", "tfoot", "video",
        ])
        .add_tags(DRAWING)
        .add_tags(FORMULA)
        .add_clean_content_tags(["annotation", "annotation-xml", "noscript", "template", "title"])
        .add_tag_attributes("audio", ["src", "controls", "preload"])
        .add_tag_attributes("video", ["src", "controls", "preload", "poster", "width", "height"])
        .add_tag_attributes("source", ["src", "type", "media"])
        .add_tag_attributes("img", ["loading"])
        .add_generic_attributes(["dir", "lang", "title"])
        .attribute_filter(harmless)
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"));
    for tag in DRAWING {
        builder.add_tag_attributes(tag, DRAWING_ATTRIBUTES);
    }
    for tag in FORMULA {
        builder.add_tag_attributes(tag, FORMULA_ATTRIBUTES);
    }
    builder
});

/// Drops attributes of drawings that point elsewhere.
fn harmless<'a>(_: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let is_address = matches!(name, "href" | "src" | "cite" | "poster" | "title" | "alt");
    (is_address || !value.contains("url(")).then_some(Cow::Borrowed(value))
}

/// Elements of SVG that draw and do nothing else.
const DRAWING: [&str; 12] = [
    "circle", "desc", "ellipse", "g", "line", "path", "polygon", "polyline", "rect", "svg", "text",
    "tspan",
];

const DRAWING_ATTRIBUTES: [&str; 30] = [
    "baseProfile",
    "cx",
    "cy",
    "d",
    "fill",
    "fill-opacity",
    "font-size",
    "height",
    "opacity",
    "points",
    "preserveAspectRatio",
    "r",
    "rx",
    "ry",
    "stroke",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "transform",
    "version",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y1",
    "y2",
];

/// Elements of MathML that show.
const FORMULA: [&str; 29] = [
    "math",
    "menclose",
    "mfenced",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
    "semantics",
];

const FORMULA_ATTRIBUTES: [&str; 14] = [
    "columnalign",
    "columnspan",
    "display",
    "displaystyle",
    "fence",
    "href",
    "linethickness",
    "mathvariant",
    "rowspan",
    "separator",
    "show",
    "stretchy",
    "type",
    "width",
];

/// How an empty element of a drawing is written: `<circle/>` or `<circle></circle>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EmptyStyle {
    Short,
    Long,
}

/// What is done to HTML that is safe already, and thus well formed: links are made absolute, and
/// drawings and formulas name their vocabularies, so that the text can also stand in XML.
struct Finish<'b> {
    base: Option<&'b Url>,
    style: EmptyStyle,
}

impl Finish<'_> {
    fn html(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len() + 100);
        let mut tokens = Tokens::new(html);
        let mut last_start = None;
        let mut start = 0;
        while let Some(token) = tokens.next() {
            let end = tokens.position();
            let raw = tokens.slice(start, end);
            start = end;
            match token {
                Token::Start(tag) => {
                    self.push_start(&tag, raw, &mut out);
                    last_start = Some(tag.name);
                }
                Token::End(name) if last_start == Some(name) && self.is_short(name) => {
                    out.pop();
                    out.push_str(" />");
                    last_start = None;
                }
                _ => {
                    out.push_str(raw);
                    last_start = None;
                }
            }
        }
        out
    }

    fn is_short(&self, name: &str) -> bool {
        self.style == EmptyStyle::Short && DRAWING.contains(&name)
    }

    fn push_start(&self, tag: &Tag<'_>, raw: &str, out: &mut String) {
        let is_drawn = matches!(tag.name, "svg" | "math") || tag.attributes.contains(" xlink:");
        let is_relative =
            |(name, value): (&str, &str)| ADDRESSES.contains(&name) && !address::is_absolute(value);
        if !is_drawn && (self.base.is_none() || !tag.attributes().any(is_relative)) {
            return out.push_str(raw);
        }
        out.push('<');
        out.push_str(tag.name);
        match tag.name {
            "svg" => out.push_str(" xmlns=\"http://www.w3.org/2000/svg\""),
            "math" => out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\""),
            _ => {}
        }
        if tag.attributes.contains(" xlink:") {
            out.push_str(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
        }
        for (name, value) in tag.attributes() {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            let is_relative = is_relative((name, value)) && self.base.is_some();
            match is_relative.then(|| address::resolve(self.base, &unescape(value))) {
                Some(Some(absolute)) => push_escaped(&absolute, out),
                _ => out.push_str(value),
            }
            out.push('"');
        }
        out.push('>');
    }
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
    fn active_content_goes_and_direction_stays() {
        let base = Url::parse("https://example.org/news/").unwrap();
        let html =
            "<p dir='rtl' lang='fa' onclick='x()'>متن <a href='a.html'>a</a><script>x</script></p>";
        assert_eq!(
            safe_html(html, Some(&base)),
            "<p dir=\"rtl\" lang=\"fa\">متن <a href=\"https://example.org/news/a.html\" \
             rel=\"noopener noreferrer nofollow\">a</a></p>"
        );
    }

    #[test]
    fn drawings_and_formulas_stay_without_what_acts() {
        assert_eq!(
            safe_html(
                "<svg width='9'><script>x()</script><circle r='1' onload='x()' fill='url(#a)'/></svg>",
                None
            ),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"><circle r=\"1\" /></svg>"
        );
        assert_eq!(
            safe_html("<math><mi>a</mi><annotation>a</annotation></math>", None),
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>a</mi></math>"
        );
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
