//! Blocks as HTML and Markdown. Safe by construction: every word is escaped, every address is a
//! [`crate::PageUrl`], and no other markup can stand in a block. Never prints an unknown element.

use crate::{Block, BlockKind, Inline};
use std::fmt::{self, Write as _};

/// HTML that may be shown to a reader as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a rendering shows of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// `<img>` with the source's address.
    Embedded,
    /// A link to the picture: the reader's browser asks nobody unless told to.
    Linked,
}

/// Blocks as HTML, one element a line; each block carries its direction and, where it is known,
/// its language.
pub fn html(blocks: &[Block], pictures: Pictures) -> SafeHtml {
    let mut writer = Html { out: String::new(), pictures };
    for block in blocks {
        writer.block(block);
    }
    SafeHtml(writer.out)
}

/// The first blocks that hold about `words_max` words, whole paragraphs only and at least one.
pub fn excerpt(blocks: &[Block], words_max: usize) -> Vec<Block> {
    let mut words = 0;
    let mut kept = Vec::new();
    for block in blocks {
        if !matches!(block.kind, BlockKind::Paragraph { .. }) {
            continue;
        }
        let mut text = String::new();
        block.push_text(&mut text);
        words += text.split_whitespace().count();
        if !kept.is_empty() && words > words_max {
            break;
        }
        kept.push(block.clone());
    }
    kept
}

/// Blocks as Markdown (CommonMark, with tables).
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        markdown_block(block, "", &mut out);
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Escapes text for HTML content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out);
    out
}

fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => {}
            _ => out.push(c),
        }
    }
}

struct Html {
    out: String,
    pictures: Pictures,
}

impl Html {
    fn open(&mut self, name: &str, block: &Block) {
        let _ = write!(self.out, "<{name} dir=\"{}\"", block.dir.as_str());
        if let Some(lang) = block.lang {
            let _ = write!(self.out, " lang=\"{lang}\"");
        }
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        let _ = writeln!(self.out, "</{name}>");
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph { content } => {
                self.open("p", block);
                self.run(content);
                self.close("p");
            }
            BlockKind::Heading { level, content } => {
                let name = format!("h{}", (*level).clamp(2, 6));
                self.open(&name, block);
                self.run(content);
                self.close(&name);
            }
            BlockKind::List { ordered, items } => {
                let name = if *ordered { "ol" } else { "ul" };
                self.open(name, block);
                for item in items {
                    self.out.push_str("<li>");
                    match item.blocks.as_slice() {
                        [Block { kind: BlockKind::Paragraph { content }, .. }] => self.run(content),
                        blocks => blocks.iter().for_each(|b| self.block(b)),
                    }
                    self.close("li");
                }
                self.close(name);
            }
            BlockKind::Quote { blocks } => self.nested("blockquote", block, blocks),
            BlockKind::LiveEntry { time, blocks } => {
                self.open("section", block);
                if let Some(time) = time {
                    self.out.push_str("<p><time>");
                    push_escaped(time, &mut self.out);
                    self.out.push_str("</time></p>\n");
                }
                blocks.iter().for_each(|b| self.block(b));
                self.close("section");
            }
            BlockKind::Figure(figure) => self.figure(block, figure),
            BlockKind::Table { rows } => {
                self.open("table", block);
                for row in rows {
                    let cell = if row.head { "th" } else { "td" };
                    self.out.push_str("<tr>");
                    for content in &row.cells {
                        let _ = write!(self.out, "<{cell}>");
                        self.run(content);
                        let _ = write!(self.out, "</{cell}>");
                    }
                    self.out.push_str("</tr>\n");
                }
                self.close("table");
            }
            BlockKind::Code { text } => {
                self.out.push_str("<pre dir=\"ltr\"><code>");
                push_escaped(text, &mut self.out);
                self.out.push_str("</code></pre>\n");
            }
        }
    }

    fn nested(&mut self, name: &str, block: &Block, inner: &[Block]) {
        self.open(name, block);
        self.out.push('\n');
        inner.iter().for_each(|b| self.block(b));
        self.close(name);
    }

    fn figure(&mut self, block: &Block, figure: &crate::Figure) {
        if figure.image.is_none() && figure.caption.is_empty() {
            return;
        }
        self.open("figure", block);
        if let Some(image) = &figure.image {
            let url = escape(image.url.as_str());
            let alt = escape(&image.alt);
            let _ = match self.pictures {
                Pictures::Embedded => {
                    write!(self.out, "<img src=\"{url}\" alt=\"{alt}\" loading=\"lazy\">")
                }
                Pictures::Linked => {
                    let shown = if image.alt.is_empty() { escape(image.url.site()) } else { alt };
                    write!(self.out, "<a href=\"{url}\" rel=\"noopener noreferrer\">{shown}</a>")
                }
            };
        }
        if !figure.caption.is_empty() || figure.credit.is_some() {
            self.out.push_str("<figcaption>");
            self.run(&figure.caption);
            if let Some(credit) = &figure.credit {
                self.out.push_str(if figure.caption.is_empty() { "" } else { " " });
                self.out.push_str("<small class=\"credit\">");
                push_escaped(credit, &mut self.out);
                self.out.push_str("</small>");
            }
            self.out.push_str("</figcaption>");
        }
        self.close("figure");
    }

    fn run(&mut self, run: &[Inline]) {
        for inline in run {
            match inline {
                Inline::Text(words) => push_escaped(words, &mut self.out),
                Inline::Strong(content) => self.mark("strong", content),
                Inline::Emphasis(content) => self.mark("em", content),
                Inline::Code(words) => {
                    self.out.push_str("<code>");
                    push_escaped(words, &mut self.out);
                    self.out.push_str("</code>");
                }
                Inline::Link { url, content } => {
                    let url = escape(url.as_str());
                    let _ =
                        write!(self.out, "<a href=\"{url}\" rel=\"noopener noreferrer nofollow\">");
                    self.run(content);
                    self.out.push_str("</a>");
                }
                Inline::Break => self.out.push_str("<br>"),
            }
        }
    }

    fn mark(&mut self, name: &str, content: &[Inline]) {
        let _ = write!(self.out, "<{name}>");
        self.run(content);
        let _ = write!(self.out, "</{name}>");
    }
}

fn markdown_block(block: &Block, indent: &str, out: &mut String) {
    let paragraph = |prefix: &str, content: &[Inline], out: &mut String| {
        let mut line = String::new();
        markdown_run(content, &mut line);
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        let rest = format!("\n{indent}");
        let _ =
            writeln!(out, "{indent}{prefix}{}\n{}", line.replace('\n', &rest), indent.trim_end());
    };
    match &block.kind {
        BlockKind::Paragraph { content } => paragraph("", content, out),
        BlockKind::Heading { level, content } => {
            paragraph(&format!("{} ", "#".repeat(usize::from((*level).clamp(2, 6)))), content, out);
        }
        BlockKind::List { ordered, items } => {
            for (at, item) in items.iter().enumerate() {
                let mark = if *ordered { format!("{}. ", at + 1) } else { "- ".to_owned() };
                let mut inner = String::new();
                let deeper = " ".repeat(mark.len());
                item.blocks.iter().for_each(|b| markdown_block(b, &deeper, &mut inner));
                let _ = writeln!(
                    out,
                    "{indent}{mark}{}",
                    inner.trim().replace('\n', &format!("\n{indent}"))
                );
            }
            out.push('\n');
        }
        BlockKind::Quote { blocks } => {
            let deeper = format!("{indent}> ");
            blocks.iter().for_each(|b| markdown_block(b, &deeper, out));
            out.push('\n');
        }
        BlockKind::LiveEntry { time, blocks } => {
            if let Some(time) = time {
                let _ = writeln!(out, "{indent}**{}**\n", markdown_escape(time));
            }
            blocks.iter().for_each(|b| markdown_block(b, indent, out));
        }
        BlockKind::Figure(figure) => {
            let Some(image) = &figure.image else { return paragraph("", &figure.caption, out) };
            let _ = writeln!(out, "{indent}![{}](<{}>)\n", markdown_escape(&image.alt), image.url);
            paragraph("", &figure.caption, out);
        }
        BlockKind::Table { rows } => markdown_table(rows, indent, out),
        BlockKind::Code { text } => {
            let _ = writeln!(out, "{indent}````\n{text}\n{indent}````\n");
        }
    }
}

fn markdown_table(rows: &[crate::TableRow], indent: &str, out: &mut String) {
    for (at, row) in rows.iter().enumerate() {
        let _ = write!(out, "{indent}|");
        for cell in &row.cells {
            let mut words = String::new();
            markdown_run(cell, &mut words);
            let _ = write!(out, " {} |", words.replace('|', "\\|").replace('\n', " "));
        }
        out.push('\n');
        if at == 0 {
            let _ = writeln!(out, "{indent}|{}", " --- |".repeat(row.cells.len()));
        }
    }
    out.push('\n');
}

fn markdown_run(run: &[Inline], out: &mut String) {
    for inline in run {
        match inline {
            Inline::Text(words) => out.push_str(&markdown_escape(words)),
            Inline::Strong(content) => markdown_mark("**", content, out),
            Inline::Emphasis(content) => markdown_mark("*", content, out),
            Inline::Code(words) => {
                let _ = write!(out, "`{}`", words.replace('`', "'"));
            }
            Inline::Link { url, content } => {
                out.push('[');
                markdown_run(content, out);
                let _ = write!(out, "](<{url}>)");
            }
            Inline::Break => out.push_str("\\\n"),
        }
    }
}

fn markdown_mark(mark: &str, content: &[Inline], out: &mut String) {
    let mut inner = String::new();
    markdown_run(content, &mut inner);
    // Marks must touch words, so spaces at the edges move outside.
    let trimmed = inner.trim();
    if trimmed.is_empty() {
        out.push_str(&inner);
        return;
    }
    let lead = inner.len() - inner.trim_start().len();
    let tail = inner.trim_end().len();
    let _ = write!(
        out,
        "{}{mark}{trimmed}{mark}{}",
        inner.get(..lead).unwrap_or_default(),
        inner.get(tail..).unwrap_or_default()
    );
}

fn markdown_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dir, PageUrl};

    fn paragraph(content: Vec<Inline>) -> Block {
        Block { kind: BlockKind::Paragraph { content }, lang: None, dir: Dir::Ltr }
    }

    #[test]
    fn words_are_escaped_wherever_they_stand() {
        let hostile = "<script>alert('x')</script>\" onload=\"";
        let block = paragraph(vec![Inline::Strong(vec![Inline::Text(hostile.into())])]);
        let html = html(&[block], Pictures::Linked);
        assert_eq!(
            html.as_str(),
            "<p dir=\"ltr\"><strong>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; \
             onload=&quot;</strong></p>\n"
        );
    }

    #[test]
    fn markdown_keeps_links_and_moves_spaces_out_of_marks() {
        let url = PageUrl::parse("https://example.org/a_b").unwrap();
        let block = paragraph(vec![
            Inline::Strong(vec![Inline::Text(" bold ".into())]),
            Inline::Link { url, content: vec![Inline::Text("a_b".into())] },
        ]);
        assert_eq!(markdown(&[block]), "**bold** [a\\_b](<https://example.org/a_b>)\n");
    }

    #[test]
    fn excerpt_holds_whole_paragraphs_and_at_least_one() {
        let blocks: Vec<Block> =
            (0..3).map(|_| paragraph(vec![Inline::Text("one two three".into())])).collect();
        assert_eq!(excerpt(&blocks, 1).len(), 1);
        assert_eq!(excerpt(&blocks, 6).len(), 2);
    }
}
