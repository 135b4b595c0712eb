//! The plain marks of an article's text, and HTML made of them.

use crate::template::escape;

/// One block of an article's text; inline links are still marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(String),
    Heading(String),
    Quote(String),
    List(Vec<String>),
    Picture { caption: String, name: String },
}

/// How an outlet's CMS writes paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BodyStyle {
    /// Paragraphs in `<p>`.
    #[default]
    P,
    /// One run of text with `<br><br>` between paragraphs.
    Br,
    /// Paragraphs in `<div>`.
    Div,
}

/// Splits a text at its blank lines.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(block).collect()
}

fn block(part: &str) -> Block {
    if let Some(heading) = part.strip_prefix("## ") {
        return Block::Heading(one_line(heading));
    }
    if part.starts_with("> ") || part.starts_with(">\n") {
        let lines: Vec<&str> =
            part.lines().map(|line| line.trim_start_matches('>').trim()).collect();
        return Block::Quote(lines.join(" "));
    }
    if part.lines().all(|line| line.starts_with("- ")) {
        return Block::List(part.lines().map(|line| line[2..].trim().to_owned()).collect());
    }
    if let Some((caption, name)) = picture(part) {
        return Block::Picture { caption, name };
    }
    Block::Paragraph(one_line(part))
}

fn picture(part: &str) -> Option<(String, String)> {
    let (caption, name) = part.strip_prefix("![")?.strip_suffix(')')?.split_once("](")?;
    Some((one_line(caption), name.trim().to_owned()))
}

fn one_line(text: &str) -> String {
    text.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}

/// HTML of `blocks`; `link` turns the address of a link into the one to write.
pub(crate) fn html(blocks: &[Block], style: BodyStyle, link: &dyn Fn(&str) -> String) -> String {
    let mut parts = Vec::new();
    for block in blocks {
        parts.push(match block {
            Block::Paragraph(text) => match style {
                BodyStyle::P => format!("<p>{}</p>", inline(text, link)),
                BodyStyle::Br => format!("{}<br><br>", inline(text, link)),
                BodyStyle::Div => format!("<div>{}</div>", inline(text, link)),
            },
            Block::Heading(text) => format!("<h2>{}</h2>", inline(text, link)),
            Block::Quote(text) => format!("<blockquote><p>{}</p></blockquote>", inline(text, link)),
            Block::List(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| format!("<li>{}</li>", inline(item, link))).collect();
                format!("<ul>\n{}\n</ul>", items.join("\n"))
            }
            Block::Picture { caption, name } => format!(
                "<figure><img src=\"/images/{0}\" alt=\"{1}\"><figcaption>{1}</figcaption></figure>",
                escape(name),
                escape(caption)
            ),
        });
    }
    parts.join("\n")
}

/// The bare words of a block.
pub(crate) fn plain(block: &Block) -> String {
    match block {
        Block::Paragraph(text) | Block::Heading(text) | Block::Quote(text) => plain_inline(text),
        Block::List(items) => {
            items.iter().map(|item| plain_inline(item)).collect::<Vec<_>>().join(" ")
        }
        Block::Picture { caption, .. } => caption.clone(),
    }
}

fn plain_inline(text: &str) -> String {
    pieces(text).into_iter().map(|(words, _)| words).collect()
}

fn inline(text: &str, link: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for (words, address) in pieces(text) {
        match address {
            Some(address) => {
                let address = escape(&link(address));
                out.push_str(&format!("<a href=\"{address}\">{}</a>", escape(words)));
            }
            None => out.push_str(&escape(words)),
        }
    }
    out
}

/// Splits at `[words](address)`.
fn pieces(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let found = after
            .split_once("](")
            .filter(|(words, _)| !words.contains('['))
            .and_then(|(words, tail)| tail.split_once(')').map(|(to, next)| (words, to, next)));
        let Some((words, address, next)) = found else { break };
        out.push((before, None));
        out.push((words, Some(address)));
        rest = next;
    }
    out.push((rest, None));
    out.retain(|(words, _)| !words.is_empty());
    out
}

/// The first words of `text`, at most `chars_max` of them, cut at a word.
pub(crate) fn teaser(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars_max).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", cut.trim_end_matches([',', '،', ';', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_html() {
        let text = "One\nline [here](x).\n\n## Head\n\n> Said\n> so.\n\n- a\n- b\n\n![Cap](p.svg)";
        let html = html(&blocks(text), BodyStyle::P, &|to| format!("/{to}"));
        let expect = "<p>One line <a href=\"/x\">here</a>.</p>\n<h2>Head</h2>\n\
            <blockquote><p>Said so.</p></blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n\
            <figure><img src=\"/images/p.svg\" alt=\"Cap\"><figcaption>Cap</figcaption></figure>";
        assert_eq!(html, expect);
    }

    #[test]
    fn a_teaser_ends_at_a_word() {
        assert_eq!(teaser("one two three", 9), "one two…");
    }
}
