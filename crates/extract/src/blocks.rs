//! Kept runs to typed blocks: paragraphs, headings, lists, quotes, tables, code and figures, with
//! marks and links inside. Decides nothing about what is text.

use crate::body::Body;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::figures;
use crate::layout::{Layout, Run};
use crate::limits::{BLOCK_DEPTH_MAX, COLUMNS_MAX, INLINE_DEPTH_MAX};
use crate::live;
use crate::words;
use chapar_model::{Block, BlockKind, Dir, Figure, Inline, Lang, ListItem, PageUrl, TableRow};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A container that is being filled.
#[derive(Debug)]
enum Open {
    List { ordered: bool, items: Vec<ListItem> },
    Item { blocks: Vec<Block> },
    Quote { blocks: Vec<Block> },
    Live { time: String, blocks: Vec<Block> },
    Table { rows: Vec<TableRow> },
    Row { head: bool, cells: Vec<Vec<Inline>> },
    Cell { content: Vec<Inline> },
}

/// Builds the blocks of a body.
pub(crate) fn build(doc: &Doc, layout: &Layout, body: &Body, base: Option<&PageUrl>) -> Vec<Block> {
    let mut builder = Builder::new(doc, base, live::entries(doc, layout, body));
    let found = figures::find(doc, layout, body, base);
    let captions: HashSet<usize> = found.iter().flat_map(|f| f.caption.iter().copied()).collect();
    let mut figures = found.iter().peekable();
    for at in body.runs.iter().filter(|at| !captions.contains(at)) {
        let Some(run) = layout.runs.get(*at) else { continue };
        while let Some(figure) = figures.next_if(|figure| figure.node < run.first as usize) {
            builder.add_figure(body.root, layout, figure);
        }
        builder.add(body.root, run);
    }
    for figure in figures {
        builder.add_figure(body.root, layout, figure);
    }
    builder.close_to(0);
    builder.blocks
}

/// Builds the blocks of a document that holds nothing but text.
pub(crate) fn of_all(doc: &Doc, layout: &Layout, base: Option<&PageUrl>) -> Vec<Block> {
    let mut builder = Builder::new(doc, base, HashMap::new());
    for run in layout.runs.iter().filter(|run| run.mass > 0) {
        builder.add(0, run);
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
    /// The `<pre>` that the last block came from.
    code_in: Option<usize>,
    /// Entries of a running report, with the elements that hold their times.
    entries: HashMap<usize, usize>,
}

impl<'a> Builder<'a> {
    fn new(doc: &'a Doc, base: Option<&'a PageUrl>, entries: HashMap<usize, usize>) -> Self {
        Self { doc, base, blocks: Vec::new(), open: Vec::new(), code_in: None, entries }
    }

    /// Closes and opens containers until those around a node are open.
    fn move_to(&mut self, root: usize, owner: usize) {
        let mut path: Vec<usize> = self
            .doc
            .lineage(owner)
            .take_while(|node| *node != root)
            .filter(|node| opens(self.doc.tag(*node)) || self.entries.contains_key(node))
            .collect();
        path.reverse();
        let path = self.sound(&path);
        let shared = self.open.iter().zip(&path).take_while(|((id, _), node)| id == *node).count();
        self.close_to(shared);
        for node in path.get(shared..).unwrap_or_default() {
            self.pad_row(*node);
            let opened = self.container(*node);
            self.open.push((*node, opened));
        }
    }

    fn add(&mut self, root: usize, run: &Run) {
        let owner = run.owner as usize;
        self.move_to(root, owner);
        let inside = |node: &usize| *node != root;
        let pre = self.doc.lineage(owner).take_while(inside).find(|n| self.doc.is(*n, Tag::Pre));
        if let Some(pre) = pre {
            self.add_code(pre, run);
            return;
        }
        self.code_in = None;
        // The time of an entry is told by the entry.
        let time = self.open.iter().find_map(|(node, _)| self.entries.get(node).copied());
        let skip = time.map(|node| node..self.doc.end(node)).unwrap_or_default();
        let mut content = inlines(self.doc, run, self.base, skip);
        if time.is_some_and(|node| run.range().contains(&(node + 1))) {
            trim_start(&mut content);
        }
        if content.is_empty() {
            return;
        }
        let kind = match run.heading {
            0 => BlockKind::Paragraph { content },
            level => BlockKind::Heading { level: level.max(2), content },
        };
        let mut block = block_of(kind);
        self.read_attributes(owner, &mut block);
        self.push(block);
    }

    /// Lines of one `<pre>` are one block, however they are marked.
    fn add_code(&mut self, pre: usize, run: &Run) {
        let text = raw_text(self.doc, run);
        let blocks = match self.open.last_mut() {
            Some((
                _,
                Open::Item { blocks } | Open::Quote { blocks } | Open::Live { blocks, .. },
            )) => blocks,
            _ => &mut self.blocks,
        };
        if self.code_in == Some(pre)
            && let Some(Block { kind: BlockKind::Code { text: before }, .. }) = blocks.last_mut()
        {
            before.push('\n');
            before.push_str(&text);
            return;
        }
        self.code_in = Some(pre);
        self.push(block_of(BlockKind::Code { text }));
    }

    /// Language and direction that an element close to the words states for them; what the whole
    /// page states tells nothing of one block.
    fn read_attributes(&self, owner: usize, block: &mut Block) {
        let is_part = |node: &usize| {
            !matches!(self.doc.tag(*node), Tag::Html | Tag::Body | Tag::Main | Tag::Article)
        };
        for node in self.doc.lineage(owner).take_while(is_part) {
            let lang = self.doc.attr(node, Attr::Lang).or(self.doc.attr(node, Attr::XmlLang));
            if block.lang.is_none() {
                block.lang = lang.and_then(Lang::parse);
            }
        }
        block.dir = match self.doc.attr(owner, Attr::Dir).map(str::to_ascii_lowercase).as_deref() {
            Some("rtl") => Dir::Rtl,
            Some("ltr") => Dir::Ltr,
            _ => block.dir,
        };
    }

    fn add_figure(&mut self, root: usize, layout: &Layout, found: &figures::Found) {
        let is_inside = found.node > root && found.node < self.doc.end(root);
        if is_inside {
            self.move_to(root, found.node);
        } else {
            self.close_to(0);
        }
        // No picture stands between the items of a list or in a table.
        if self.open.iter().any(|(_, open)| matches!(open, Open::Table { .. })) {
            return;
        }
        let skip = found.credit.map(|node| node..self.doc.end(node)).unwrap_or_default();
        let mut caption: Vec<Inline> = Vec::new();
        for run in found.caption.iter().filter_map(|at| layout.runs.get(*at)) {
            let words = inlines(self.doc, run, self.base, skip.clone());
            if !caption.is_empty() && !words.is_empty() {
                caption.push(Inline::Break);
            }
            caption.extend(words);
        }
        let credit = found.credit.map(|node| self.doc.words(node)).filter(|c| !c.is_empty());
        let mut text = String::new();
        Inline::push_text(&caption, &mut text);
        if text.is_empty() {
            text.clone_from(&found.image.alt);
        }
        let figure = Figure { image: Some(found.image.clone()), caption, credit };
        let dir = chapar_text::dir_of(&text);
        self.push(Block { kind: BlockKind::Figure(figure), lang: None, dir });
        self.code_in = None;
    }

    /// Only containers in their right places: an item in a list, a row in a table, a cell in a
    /// row; and no deeper than the limit.
    fn sound(&self, path: &[usize]) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::with_capacity(path.len());
        for node in path {
            if self.entries.contains_key(node) {
                // A list of entries is their row and no list of its own.
                kept.retain(|id| self.entries.contains_key(id));
                if kept.is_empty() {
                    kept.push(*node);
                }
                continue;
            }
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
        if let Some(time) = self.entries.get(&node) {
            return Open::Live { time: self.doc.words(*time), blocks: Vec::new() };
        }
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
        let is_thead = self.doc.parent(row).is_some_and(|node| self.doc.is(node, Tag::Thead));
        is_thead
            || self
                .doc
                .children(row)
                .filter(|n| self.doc.kind(*n) == Kind::Element)
                .all(|n| self.doc.is(n, Tag::Th))
    }

    /// Cells without words keep their column, as long as the table has more rows than one: a table
    /// of one row sets the page and tabulates nothing.
    fn pad_row(&mut self, cell: usize) {
        let Some(row) = self.doc.parent(cell) else { return };
        let Some((_, Open::Row { cells, .. })) = self.open.last_mut() else { return };
        let has_more = self.doc.parent(row).is_some_and(|around| {
            self.doc.children(around).filter(|node| self.doc.is(*node, Tag::Tr)).count() > 1
        });
        let before = self
            .doc
            .children(row)
            .take_while(|node| *node < cell)
            .filter(|node| matches!(self.doc.tag(*node), Tag::Td | Tag::Th))
            .count();
        while has_more && cells.len() < before.min(COLUMNS_MAX) {
            cells.push(Vec::new());
        }
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
            Open::Live { time, blocks } if !blocks.is_empty() => {
                self.push(block_of(BlockKind::LiveEntry { time: Some(time), blocks }));
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
            Some((
                _,
                Open::Item { blocks } | Open::Quote { blocks } | Open::Live { blocks, .. },
            )) => blocks.push(block),
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

/// Drops blanks and signs that parted the words from what stood before them.
fn trim_start(content: &mut Vec<Inline>) {
    let mut text = String::new();
    Inline::push_text(content, &mut text);
    let is_sign = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '|' | '·');
    drop_start(content, text.len() - text.trim_start_matches(is_sign).len());
}

fn raw_text(doc: &Doc, run: &Run) -> String {
    let mut text = String::new();
    let mut node = run.first as usize;
    while node < run.last as usize {
        match doc.kind(node) {
            Kind::Text => text.push_str(doc.text(node)),
            Kind::Element if doc.is(node, Tag::Br) => text.push('\n'),
            Kind::Element if doc.tag(node).is_silent() => {
                node = doc.end(node);
                continue;
            }
            _ => {}
        }
        node += 1;
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

/// The words of a run with their marks, without the nodes to be skipped.
fn inlines(doc: &Doc, run: &Run, base: Option<&PageUrl>, skip: Range<usize>) -> Vec<Inline> {
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
            _ if skip.contains(&at) => {}
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
