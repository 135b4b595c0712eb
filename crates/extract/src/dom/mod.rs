//! The page as a flat list of nodes in document order: a subtree is a range, an ancestor a number.
//! Made once from the parser's tree and never changed after; no walk over it recurses.

mod feeder;
mod guard;
mod names;
mod quick;
mod sink;

pub(crate) use names::{Attr, Tag};

use crate::limits::{BYTES_PER_NODE_MIN, NODES_FREE, TREE_DEPTH_MAX};
use crate::words;
use guard::Guard;
use html5ever::interface::TreeSink;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use memchr::memchr_iter;
use sink::{Arena, Sink};
use std::ops::Range;

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The root, or a fragment outside the tree.
    Document,
    /// An element.
    Element,
    /// Text.
    Text,
}

/// An attribute: its name, and where its value stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttrValue {
    name: Attr,
    start: u32,
    len: u32,
}

/// One node in document order.
#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    end: u32,
    start: u32,
    len: u32,
    kind: Kind,
    tag: Tag,
}

/// A page's nodes.
#[derive(Debug)]
pub(crate) struct Doc {
    nodes: Vec<Node>,
    attrs: Vec<AttrValue>,
    text: String,
    /// The name of the limit that was met while reading.
    pub(crate) limit: Option<&'static str>,
}

/// Reads HTML. Anything at all gives a document.
pub(crate) fn parse(html: &str) -> Doc {
    parse_with(html, feeder::feed)
}

fn parse_with(html: &str, feed: impl FnOnce(&str, &Tokenizer<Guard>)) -> Doc {
    let opts = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let nodes_max = NODES_FREE + html.len() / BYTES_PER_NODE_MIN;
    let brackets = memchr_iter(b'<', html.as_bytes()).count().min(nodes_max);
    let builder = TreeBuilder::new(Sink::new(html.len(), brackets), opts);
    let tokenizer = Tokenizer::new(Guard::new(builder, nodes_max), TokenizerOpts::default());
    feed(html, &tokenizer);
    tokenizer.end();
    let guard = tokenizer.sink;
    let limit = guard.hit();
    flatten(guard.builder.sink.finish(), limit)
}

/// Puts the parser's tree into document order. What is nested deeper than any page hangs on the last
/// element that is not: the parser moves what it repairs, and so may nest it deeper than its tags.
fn flatten(arena: Arena, limit: Option<&'static str>) -> Doc {
    let mut nodes: Vec<Node> = Vec::with_capacity(arena.nodes.len());
    let mut open: Vec<u32> = Vec::with_capacity(64);
    let mut at = 0u32;
    while let Some(raw) = arena.get(at) {
        if nodes.len() >= arena.nodes.len() {
            break;
        }
        let id = u32::try_from(nodes.len()).unwrap_or(NONE);
        nodes.push(Node {
            parent: *open.get(..TREE_DEPTH_MAX).unwrap_or(&open).last().unwrap_or(&NONE),
            end: id + 1,
            start: raw.start,
            len: raw.len,
            kind: raw.kind,
            tag: raw.tag,
        });
        if raw.first != NONE {
            open.push(id);
            at = raw.first;
            continue;
        }
        at = next_after(&arena, at, &mut nodes, &mut open);
    }
    let end = u32::try_from(nodes.len()).unwrap_or(NONE);
    for id in open.into_iter().take(TREE_DEPTH_MAX) {
        if let Some(node) = nodes.get_mut(id as usize) {
            node.end = end;
        }
    }
    Doc { nodes, attrs: arena.attrs, text: arena.text, limit }
}

/// The node after a leaf: its sibling, or that of the nearest ancestor that has one.
fn next_after(arena: &Arena, leaf: u32, nodes: &mut [Node], open: &mut Vec<u32>) -> u32 {
    let mut at = leaf;
    let end = u32::try_from(nodes.len()).unwrap_or(NONE);
    loop {
        let Some(raw) = arena.get(at) else { return NONE };
        if raw.next != NONE {
            return raw.next;
        }
        let Some(id) = open.pop() else { return NONE };
        if let Some(node) = nodes.get_mut(id as usize).filter(|_| open.len() < TREE_DEPTH_MAX) {
            node.end = end;
        }
        at = raw.parent;
    }
}

impl Doc {
    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Takes an element's words out of what readers see.
    pub(crate) fn silence(&mut self, id: usize) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.tag = Tag::Template;
        }
    }

    /// Makes an element one that readers see.
    pub(crate) fn show(&mut self, id: usize) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.tag = Tag::Div;
        }
    }

    /// A node's kind.
    pub(crate) fn kind(&self, id: usize) -> Kind {
        self.nodes.get(id).map_or(Kind::Document, |n| n.kind)
    }

    /// An element's name.
    pub(crate) fn tag(&self, id: usize) -> Tag {
        self.nodes.get(id).map_or(Tag::Other, |n| n.tag)
    }

    /// Whether a node is an element of this name.
    pub(crate) fn is(&self, id: usize, tag: Tag) -> bool {
        self.nodes.get(id).is_some_and(|n| n.tag == tag && n.kind == Kind::Element)
    }

    /// The parent, unless the node is the root.
    pub(crate) fn parent(&self, id: usize) -> Option<usize> {
        self.nodes.get(id).map(|n| n.parent).filter(|p| *p != NONE).map(|p| p as usize)
    }

    /// One past the last node of the subtree.
    pub(crate) fn end(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(id + 1, |n| n.end as usize)
    }

    /// The words of a text node.
    pub(crate) fn text(&self, id: usize) -> &str {
        match self.nodes.get(id) {
            Some(n) if n.kind == Kind::Text => self.piece(n.start, n.len),
            _ => "",
        }
    }

    fn piece(&self, start: u32, len: u32) -> &str {
        self.text.get(start as usize..start as usize + len as usize).unwrap_or_default()
    }

    /// An attribute's value.
    pub(crate) fn attr(&self, id: usize, name: Attr) -> Option<&str> {
        self.attrs(id).find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// All attributes that are known by name.
    pub(crate) fn attrs(&self, id: usize) -> impl Iterator<Item = (Attr, &str)> {
        let range = match self.nodes.get(id) {
            Some(n) if n.kind == Kind::Element => {
                n.start as usize..n.start as usize + n.len as usize
            }
            _ => 0..0,
        };
        self.attrs
            .get(range)
            .unwrap_or_default()
            .iter()
            .map(|attr| (attr.name, self.piece(attr.start, attr.len)))
    }

    /// The children of a node.
    pub(crate) fn children(&self, id: usize) -> impl Iterator<Item = usize> {
        let end = self.end(id);
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let child = (at < end).then_some(at)?;
            at = self.end(child);
            Some(child)
        })
    }

    /// The node and its ancestors, from the inside out.
    pub(crate) fn lineage(&self, id: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(id), |at| self.parent(*at))
    }

    /// The elements of a name within a range of nodes.
    pub(crate) fn find(&self, range: Range<usize>, tag: Tag) -> impl Iterator<Item = usize> {
        range.filter(move |id| self.is(*id, tag))
    }

    /// All words under a node with single blanks, without scripts and the like.
    pub(crate) fn words(&self, id: usize) -> String {
        self.words_until(id, usize::MAX)
    }

    /// The first characters of these words.
    pub(crate) fn words_up_to(&self, id: usize, chars_max: usize) -> String {
        // No character has more bytes than four.
        words::clipped(&self.words_until(id, chars_max.saturating_mul(4)), chars_max)
    }

    /// These words, until there are so many bytes or more.
    fn words_until(&self, id: usize, bytes_max: usize) -> String {
        let mut text = String::new();
        let end = self.end(id);
        let mut at = id;
        while at < end && text.len() <= bytes_max {
            if at > id && self.kind(at) == Kind::Element && self.tag(at).is_silent() {
                at = self.end(at);
                continue;
            }
            match self.kind(at) {
                Kind::Text => words::push_collapsed_until(&mut text, self.text(at), bytes_max),
                Kind::Element if !self.tag(at).is_inline() || self.tag(at) == Tag::Br => {
                    words::push_collapsed(&mut text, " ");
                }
                _ => {}
            }
            at += 1;
        }
        text.truncate(text.trim_end().len());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subtree_is_a_range() {
        let doc = parse("<div><p>one <b>two</b></p><p>three</p></div>four");
        let div = doc.find(0..doc.len(), Tag::Div).next().unwrap();
        let paragraphs: Vec<usize> = doc.children(div).collect();
        assert_eq!(paragraphs.len(), 2);
        assert_eq!(doc.words(paragraphs[0]), "one two");
        assert_eq!(doc.end(div), doc.end(paragraphs[1]));
        assert_eq!(doc.words(div), "one two three");
    }

    #[test]
    fn misnested_and_foster_parented_markup_keeps_its_words() {
        let doc = parse("<table>a<tr><td>b</table><b><p>c</b>d");
        let words = doc.words(0);
        for word in ["a", "b", "c", "d"] {
            assert!(words.contains(word), "{words}");
        }
    }

    #[test]
    fn deep_nesting_is_flattened_and_keeps_its_words() {
        let deep = format!(
            "{}<p>bottom</p>{}<p>after</p>",
            "<div>".repeat(100_000),
            "</div>".repeat(100_000)
        );
        let doc = parse(&deep);
        assert_eq!(doc.limit, Some("nesting"));
        assert_eq!(doc.words(0), "bottom after");
        assert!(doc.len() < 1_000);
    }

    #[test]
    fn a_flood_of_attributes_is_cut() {
        let flood: String = (0..200_000).map(|n| format!(" a{n}")).collect();
        let doc = parse(&format!("<div id=x{flood}>text</div>"));
        let div = doc.find(0..doc.len(), Tag::Div).next().unwrap();
        assert_eq!(doc.attr(div, Attr::Id), Some("x"));
        assert_eq!(doc.words(0), "text");
    }

    /// Every node with its depth and what it holds.
    fn printed(doc: &Doc) -> String {
        let node = |id: usize| {
            let attrs: Vec<_> = doc.attrs(id).collect();
            let depth = doc.lineage(id).count();
            format!("{depth} {:?} {:?} {:?}\n", doc.tag(id), doc.text(id), attrs)
        };
        (0..doc.len()).map(node).collect()
    }

    /// Pieces of pages, sound and broken.
    fn soup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "(<|</)(p|div|b|i|a|span|td|tr|table|li|ul|h1|svg|br|select|option|em|nobr|pre)( class=['\"]?[a-c]{0,2}['\"]?| ID=x| data-y='>'| href=\"/\\?a=1&b&amp;c\"| hidden|/| =| \"){0,3}>",
            3 => "[a-c &\r\n\u{a0}é]{0,6}",
            1 => "&(amp|lt|copy|nbsp|notit|#39|#x2019|#0|#xd800);?",
            1 => "<(script|style|title|textarea|iframe|template)( type=\"application/ld\\+json\")?>[a<&-]{0,4}",
            1 => "</(script|style|title|textarea|iframe|template)>",
            1 => "<!(-|--|doctype html|\\[CDATA\\[)[a>-]{0,4}(-->|--!>|\\]\\]>|>)?",
            1 => "[<>/\"'=\0]",
        ];
        proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn quick_reading_and_the_tokenizer_make_the_same_tree(html in soup()) {
            let slow = parse_with(&html, feeder::feed_slowly);
            prop_assert_eq!(printed(&parse(&html)), printed(&slow));
        }
    }

    #[test]
    fn templates_and_scripts_are_silent() {
        let doc = parse("<template><p>no</p></template><script>no()</script><p>yes");
        assert_eq!(doc.words(0), "yes");
    }
}
