//! HTML made safe to show. What is safe is ammonia's judgement; here stand only the elements that
//! news text uses beyond its own list, and what is done to the result.

use crate::address;
use crate::html::{escape, push_escaped, unescape};
use crate::xml::token::{Tag, Token, Tokens};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::sync::LazyLock;
use url::Url;

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

    const PIECES: &str = "(<|</|>|/>|<svg>|</svg>|<math>|<mtext>|<script>|</script>|<style>|<iframe src=x>|<desc>|<table>|<p|<a|<img\
                          | onerror='x()'| href='javascript:x()'| src=\"a\"| xlink:href='JaVaScRiPt:x'| style='x'|'|\"|<!--|-->\
                          |&lt;|&#106;|&Tab;| |x|=|\\PC){0,40}";

    proptest! {
        #[test]
        fn nothing_active_is_ever_left(html in PIECES) {
            let base = Url::parse("https://example.org/").unwrap();
            let safe = safe_html(&html, Some(&base));
            for token in Tokens::new(&safe) {
                let Token::Start(tag) = token else { continue };
                let forbidden = ["script", "style", "iframe", "object", "embed", "form", "base", "meta", "link"];
                prop_assert!(!forbidden.contains(&tag.name.to_ascii_lowercase().as_str()), "{}", safe);
                for (name, value) in tag.attributes() {
                    let value = unescape(value).to_ascii_lowercase();
                    prop_assert!(!name.starts_with("on") && name != "style", "{}", safe);
                    prop_assert!(!value.trim_start().starts_with("javascript:") || name == "title", "{}", safe);
                }
            }
        }
    }
}
