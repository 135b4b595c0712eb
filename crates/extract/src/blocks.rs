//! Kept runs to typed blocks: paragraphs, headings, lists, quotes, tables, code and figures, with
//! marks and links inside. Decides nothing about what is text.

use crate::body::Body;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::limits::{BLOCK_DEPTH_MAX, INLINE_DEPTH_MAX};
use crate::words;
use chapar_model::{Block, BlockKind, Dir, Inline, ListItem, PageUrl, TableRow};

/// A container that is being filled.
#[derive(Debug)]
enum Open {
    List { ordered: bool, items: Vec<ListItem> },
    Item { blocks: Vec<Block> },
    Quote { blocks: Vec<Block> },
    Table { rows: Vec<TableRow> },
    Row { head: bool, cells: Vec<Vec<Inline>> },
    Cell { content: Vec<Inline> },
}

/// Builds the blocks of a body.
pub(crate) fn build(doc: &Doc, layout: &Layout, body: &Body, base: Option<&PageUrl>) -> Vec<Block> {
    let mut builder = Builder { doc, base, blocks: Vec::new(), open: Vec::new() };
    for at in &body.runs {
        if let Some(run) = layout.runs.get(*at) {
            builder.add(body.root, run);
        }
    }
    builder.close_to(0);
    builder.blocks
}

/// The kinds of element that make a container.
fn opens(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Ul | Tag::Ol | Tag::Li | Tag::Blockquote | Tag::Table | Tag::Tr | Tag::Td | Tag::Th
    )
}

struct Builder<'a> {
    doc: &'a Doc,
    base: Option<&'a PageUrl>,
    blocks: Vec<Block>,
    open: Vec<(usize, Open)>,
}

impl Builder<'_> {
    fn add(&mut self, root: usize, run: &Run) {
        let owner = run.owner as usize;
        let mut path: Vec<usize> = self
            .doc
            .lineage(owner)
            .take_while(|node| *node != root)
            .filter(|node| opens(self.doc.tag(*node)))
            .collect();
        path.reverse();
        let path = self.sound(&path);
        let shared = self.open.iter().zip(&path).take_while(|((id, _), node)| id == *node).count();
        self.close_to(shared);
        for node in path.get(shared..).unwrap_or_default() {
            let opened = self.container(*node);
            self.open.push((*node, opened));
        }
        let pre =
            self.doc.lineage(owner).take_while(|n| *n != root).any(|n| self.doc.is(n, Tag::Pre));
        if pre {
            self.push(block_of(BlockKind::Code { text: raw_text(self.doc, run) }));
            return;
        }
        let content = inlines(self.doc, run, self.base);
        if content.is_empty() {
            return;
        }
        let kind = match run.heading {
            0 => BlockKind::Paragraph { content },
            level => BlockKind::Heading { level: level.max(2), content },
        };
        self.push(block_of(kind));
    }

    /// Only containers in their right places: an item in a list, a row in a table, a cell in a
    /// row; and no deeper than the limit.
    fn sound(&self, path: &[usize]) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::with_capacity(path.len());
        for node in path {
            let parent = kept.last().map(|id| self.doc.tag(*id));
            let fits = match self.doc.tag(*node) {
                Tag::Li => matches!(parent, Some(Tag::Ul | Tag::Ol)),
                Tag::Tr => matches!(parent, Some(Tag::Table)),
                Tag::Td | Tag::Th => matches!(parent, Some(Tag::Tr)),
                _ => !matches!(
                    parent,
                    Some(Tag::Ul | Tag::Ol | Tag::Table | Tag::Tr | Tag::Td | Tag::Th)
                ),
            };
            if fits && kept.len() < BLOCK_DEPTH_MAX * 2 {
                kept.push(*node);
            }
        }
        // A list needs an item, a table a cell.
        while matches!(
            kept.last().map(|id| self.doc.tag(*id)),
            Some(Tag::Ul | Tag::Ol | Tag::Table | Tag::Tr)
        ) {
            kept.pop();
        }
        kept
    }

    fn container(&self, node: usize) -> Open {
        match self.doc.tag(node) {
            Tag::Ul => Open::List { ordered: false, items: Vec::new() },
            Tag::Ol => Open::List { ordered: true, items: Vec::new() },
            Tag::Li => Open::Item { blocks: Vec::new() },
            Tag::Table => Open::Table { rows: Vec::new() },
            Tag::Tr => Open::Row { head: self.is_head(node), cells: Vec::new() },
            Tag::Td | Tag::Th => Open::Cell { content: Vec::new() },
            _ => Open::Quote { blocks: Vec::new() },
        }
    }

    fn is_head(&self, row: usize) -> bool {
        self.doc
            .children(row)
            .filter(|n| self.doc.kind(*n) == Kind::Element)
            .all(|n| self.doc.is(n, Tag::Th))
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some((_, closed)) = self.open.pop() else { return };
            self.close(closed);
        }
    }

    fn close(&mut self, closed: Open) {
        match closed {
            Open::List { ordered, items } if !items.is_empty() => {
                self.push(block_of(BlockKind::List { ordered, items }));
            }
            Open::Item { blocks } if !blocks.is_empty() => {
                if let Some((_, Open::List { items, .. })) = self.open.last_mut() {
                    items.push(ListItem { blocks });
                }
            }
            Open::Quote { blocks } if !blocks.is_empty() => {
                self.push(block_of(BlockKind::Quote { blocks }));
            }
            Open::Table { rows } if !rows.is_empty() => {
                self.push(block_of(BlockKind::Table { rows }));
            }
            Open::Row { head, cells } if !cells.is_empty() => {
                if let Some((_, Open::Table { rows })) = self.open.last_mut() {
                    rows.push(TableRow { head, cells });
                }
            }
            Open::Cell { content } => {
                if let Some((_, Open::Row { cells, .. })) = self.open.last_mut() {
                    cells.push(content);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, block: Block) {
        match self.open.last_mut() {
            Some((_, Open::Item { blocks } | Open::Quote { blocks })) => blocks.push(block),
            Some((_, Open::Cell { content })) => {
                if !content.is_empty() {
                    content.push(Inline::Break);
                }
                flatten_into(content, block);
            }
            _ => self.blocks.push(block),
        }
    }
}

/// What a block says, inside a table's cell.
fn flatten_into(content: &mut Vec<Inline>, block: Block) {
    match block.kind {
        BlockKind::Paragraph { content: words } | BlockKind::Heading { content: words, .. } => {
            content.extend(words);
        }
        other => {
            let mut text = String::new();
            Block { kind: other, lang: block.lang, dir: block.dir }.push_text(&mut text);
            content.push(Inline::Text(text));
        }
    }
}

/// A block with the direction of its own words.
pub(crate) fn block_of(kind: BlockKind) -> Block {
    let mut block = Block { kind, lang: None, dir: Dir::Ltr };
    let mut text = String::new();
    block.push_text(&mut text);
    block.dir = chapar_text::dir_of(&text);
    block
}

/// Drops the first `bytes` of what a run says.
pub(crate) fn drop_start(content: &mut Vec<Inline>, bytes: usize) {
    let mut left = bytes;
    while left > 0 && !content.is_empty() {
        let mut text = String::new();
        let Some(first) = content.first_mut() else { return };
        Inline::push_text(std::slice::from_ref(first), &mut text);
        if text.len() <= left {
            left -= text.len();
            content.remove(0);
            continue;
        }
        match first {
            Inline::Text(words) | Inline::Code(words) => {
                *words = words.get(left..).unwrap_or_default().to_owned();
            }
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Link { content: inner, .. } => {
                drop_start(inner, left);
            }
            Inline::Break => {}
        }
        return;
    }
}

fn raw_text(doc: &Doc, run: &Run) -> String {
    let mut text = String::new();
    for node in run.range() {
        match doc.kind(node) {
            Kind::Text => text.push_str(doc.text(node)),
            Kind::Element if doc.is(node, Tag::Br) => text.push('\n'),
            _ => {}
        }
    }
    text.trim_matches('\n').to_owned()
}

/// A mark around words.
#[derive(Clone, Copy, PartialEq)]
enum MarkKind {
    Strong,
    Emphasis,
    Code,
    Link,
}

fn mark_of(doc: &Doc, node: usize) -> Option<MarkKind> {
    match doc.tag(node) {
        Tag::Strong | Tag::B => Some(MarkKind::Strong),
        Tag::Em | Tag::I | Tag::Cite => Some(MarkKind::Emphasis),
        Tag::Code | Tag::Kbd | Tag::Samp | Tag::Tt => Some(MarkKind::Code),
        Tag::A if doc.attr(node, Attr::Href).is_some() => Some(MarkKind::Link),
        _ => None,
    }
}

/// The words of a run with their marks.
fn inlines(doc: &Doc, run: &Run, base: Option<&PageUrl>) -> Vec<Inline> {
    let mut line = Line { doc, base, open: Vec::new(), content: Vec::new(), blank: true };
    // Marks may be opened outside the run: `<b><p>…</p></b>`.
    let owner = run.owner as usize;
    let mut outer: Vec<usize> =
        doc.lineage(run.first as usize).skip(1).take_while(|node| *node != owner).collect();
    outer.reverse();
    for node in outer {
        line.enter(node);
    }
    let mut at = run.first as usize;
    while at < run.last as usize {
        line.leave(at);
        match doc.kind(at) {
            Kind::Text => line.text(doc.text(at)),
            Kind::Element if doc.is(at, Tag::Br) => line.push_break(),
            Kind::Element if doc.tag(at).is_silent() || doc.is(at, Tag::Noscript) => {
                at = doc.end(at);
                continue;
            }
            Kind::Element => line.enter(at),
            Kind::Document => {}
        }
        at += 1;
    }
    line.finish()
}

struct Line<'a> {
    doc: &'a Doc,
    base: Option<&'a PageUrl>,
    /// Marks with the end of their element and what stands in them.
    open: Vec<(usize, usize, MarkKind, Vec<Inline>)>,
    content: Vec<Inline>,
    /// Whether the line so far ends in a blank.
    blank: bool,
}

impl Line<'_> {
    fn enter(&mut self, node: usize) {
        let Some(mark) = mark_of(self.doc, node) else { return };
        let is_open = self.open.iter().any(|(_, _, kind, _)| *kind == mark);
        if self.open.len() < INLINE_DEPTH_MAX && !is_open {
            self.open.push((self.doc.end(node), node, mark, Vec::new()));
        }
    }

    fn leave(&mut self, at: usize) {
        while self.open.last().is_some_and(|(end, ..)| *end <= at) {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some((_, node, mark, mut content)) = self.open.pop() else { return };
        if content.is_empty() {
            return;
        }
        // Most hold one piece, and a list that grew has room for four.
        content.shrink_to_fit();
        let marked = match mark {
            MarkKind::Strong => Inline::Strong(content),
            MarkKind::Emphasis => Inline::Emphasis(content),
            MarkKind::Code => {
                let mut text = String::new();
                Inline::push_text(&content, &mut text);
                Inline::Code(text)
            }
            MarkKind::Link => {
                let href = self.doc.attr(node, Attr::Href).unwrap_or_default();
                match crate::links::resolve(self.base, href) {
                    Some(url) => Inline::Link { url, content },
                    None => {
                        self.target().extend(content);
                        return;
                    }
                }
            }
        };
        self.target().push(marked);
    }

    fn target(&mut self) -> &mut Vec<Inline> {
        match self.open.last_mut() {
            Some((_, _, _, content)) => content,
            None => &mut self.content,
        }
    }

    fn text(&mut self, text: &str) {
        let mut out = String::with_capacity(text.len());
        let mut blank = self.blank;
        for c in text.chars() {
            if words::is_blank(c) {
                if !blank {
                    out.push(' ');
                }
                blank = true;
            } else if !matches!(c, '\u{ad}') {
                out.push(c);
                blank = false;
            }
        }
        self.blank = blank;
        if out.is_empty() {
            return;
        }
        let target = self.target();
        match target.last_mut() {
            Some(Inline::Text(last)) => last.push_str(&out),
            _ => target.push(Inline::Text(out)),
        }
    }

    fn push_break(&mut self) {
        self.blank = true;
        self.target().push(Inline::Break);
    }

    fn finish(mut self) -> Vec<Inline> {
        while !self.open.is_empty() {
            self.close();
        }
        let mut content = self.content;
        while matches!(content.last(), Some(Inline::Break)) {
            content.pop();
        }
        if let Some(Inline::Text(last)) = content.last_mut() {
            last.truncate(last.trim_end().len());
            if last.is_empty() {
                content.pop();
            }
        }
        content.shrink_to_fit();
        content
    }
}
