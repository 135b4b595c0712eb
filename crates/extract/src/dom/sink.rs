//! Where the HTML parser puts its tree: a flat list of nodes linked by numbers, and one buffer of
//! text. It never frees a node and never holds a pointer.

use super::names::{Attr, Tag};
use super::{AttrValue, Kind, NONE};
use crate::limits::ATTRIBUTE_BYTES_MAX;
use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

/// A node's number with the name it was made with, so that the parser's many questions for a name
/// need no look-up.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    id: u32,
    ns: Namespace,
    local: LocalName,
}

impl ElemName for &Handle {
    fn ns(&self) -> &Namespace {
        &self.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.local
    }
}

/// One node of the tree under construction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawNode {
    pub(crate) parent: u32,
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) prev: u32,
    pub(crate) next: u32,
    /// Start in the text, or number of the first attribute.
    pub(crate) start: u32,
    /// Bytes of text, or how many attributes.
    pub(crate) len: u32,
    pub(crate) depth: u16,
    pub(crate) kind: Kind,
    pub(crate) tag: Tag,
}

/// What the parser made.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) nodes: Vec<RawNode>,
    pub(crate) attrs: Vec<AttrValue>,
    pub(crate) text: String,
    /// The last element made whose text nobody reads: a style, or a script that holds no data
    /// about the page. Its text follows at once.
    unread: u32,
}

/// The tree under construction.
pub(crate) struct Sink {
    arena: RefCell<Arena>,
    /// Depth of what was appended last.
    appended: Cell<u32>,
    /// The same, less one once an end tag was read.
    depth: Cell<u32>,
    nodes: Cell<usize>,
}

impl Sink {
    /// A tree for a page of so many bytes and brackets: an element has two and mostly one text.
    pub(crate) fn new(bytes: usize, brackets: usize) -> Self {
        let mut arena = Arena {
            nodes: Vec::with_capacity(brackets + 16),
            attrs: Vec::with_capacity(brackets / 2 + 16),
            text: String::with_capacity(bytes / 2 + 64),
            unread: NONE,
        };
        arena.nodes.push(node(Kind::Document, Tag::Other));
        Self {
            arena: RefCell::new(arena),
            appended: Cell::new(0),
            depth: Cell::new(0),
            nodes: Cell::new(1),
        }
    }

    /// Depth at which the next element may stand, as far as is known.
    pub(crate) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Notes that an end tag was read: the parser does not tell of every element it closes. What
    /// is appended next corrects the guess; many end tags guess no lower than one, since those
    /// that close nothing would open the way down.
    pub(crate) fn note_end(&self) {
        self.depth.set(self.appended.get().saturating_sub(1));
    }

    fn note_depth(&self, depth: u32) {
        self.appended.set(depth);
        self.depth.set(depth);
    }

    /// Whether the node made last is an element whose text nobody reads.
    pub(crate) fn is_last_unread(&self) -> bool {
        let arena = self.arena.borrow();
        arena.unread != NONE && arena.unread as usize + 1 == arena.nodes.len()
    }

    /// How many nodes there are.
    pub(crate) fn node_count(&self) -> usize {
        self.nodes.get()
    }
}

fn node(kind: Kind, tag: Tag) -> RawNode {
    RawNode {
        parent: NONE,
        first: NONE,
        last: NONE,
        prev: NONE,
        next: NONE,
        start: 0,
        len: 0,
        depth: 0,
        kind,
        tag,
    }
}

impl Arena {
    pub(crate) fn get(&self, id: u32) -> Option<&RawNode> {
        self.nodes.get(id as usize)
    }

    fn edit(&mut self, id: u32, change: impl FnOnce(&mut RawNode)) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            change(node);
        }
    }

    fn link(&self, id: u32, pick: impl FnOnce(&RawNode) -> u32) -> u32 {
        self.get(id).map_or(NONE, pick)
    }

    fn push(&mut self, node: RawNode) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(node);
        id
    }

    fn detach(&mut self, id: u32) {
        let Some(RawNode { parent, prev, next, .. }) = self.get(id).copied() else { return };
        if prev == NONE {
            self.edit(parent, |p| p.first = next);
        } else {
            self.edit(prev, |p| p.next = next);
        }
        if next == NONE {
            self.edit(parent, |p| p.last = prev);
        } else {
            self.edit(next, |n| n.prev = prev);
        }
        self.edit(id, |n| (n.parent, n.prev, n.next) = (NONE, NONE, NONE));
    }

    /// Puts a node at the end of `parent`, or before `before`.
    fn insert(&mut self, parent: u32, before: u32, id: u32) {
        if id == NONE || parent == NONE || id == parent {
            return;
        }
        self.detach(id);
        let prev = if before == NONE {
            self.link(parent, |p| p.last)
        } else {
            self.link(before, |b| b.prev)
        };
        let depth = self.get(parent).map_or(0, |p| p.depth).saturating_add(1);
        self.edit(id, |n| {
            (n.parent, n.prev, n.next, n.depth) = (parent, prev, before, depth);
        });
        if prev == NONE {
            self.edit(parent, |p| p.first = id);
        } else {
            self.edit(prev, |p| p.next = id);
        }
        if before == NONE {
            self.edit(parent, |p| p.last = id);
        } else {
            self.edit(before, |b| b.prev = id);
        }
    }

    /// Adds text, to the text node before it where that is the end of the buffer.
    fn insert_text(&mut self, parent: u32, before: u32, text: &str) {
        if parent == self.unread || self.get(parent).is_none() {
            return;
        }
        let prev = if before == NONE {
            self.link(parent, |p| p.last)
        } else {
            self.link(before, |b| b.prev)
        };
        let start = self.text.len();
        self.text.push_str(text);
        let len = u32::try_from(text.len()).unwrap_or(0);
        let joins = self
            .get(prev)
            .is_some_and(|p| p.kind == Kind::Text && p.start as usize + p.len as usize == start);
        if joins {
            self.edit(prev, |p| p.len = p.len.saturating_add(len));
            return;
        }
        let mut text_node = node(Kind::Text, Tag::Other);
        text_node.start = u32::try_from(start).unwrap_or(NONE);
        text_node.len = len;
        let id = self.push(text_node);
        self.insert(parent, before, id);
    }

    /// Whether nobody reads the text of an element.
    fn is_unread(&self, id: u32) -> bool {
        let Some(script) = self.get(id) else { return false };
        if script.tag != Tag::Script {
            return script.tag == Tag::Style;
        }
        let first = script.start as usize;
        let attrs = self.attrs.get(first..first + script.len as usize).unwrap_or_default();
        !attrs.iter().any(|attr| {
            attr.name == Attr::Type
                && self
                    .text
                    .get(attr.start as usize..attr.start as usize + attr.len as usize)
                    .is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
        })
    }

    fn push_attrs(&mut self, attrs: &[Attribute], known: impl Fn(Attr) -> bool) -> u32 {
        let mut count = 0;
        for attr in attrs {
            let name = Attr::parse(&attr.name.local);
            if name == Attr::Other || known(name) {
                continue;
            }
            let value = kept_part(name, &attr.value);
            let start = u32::try_from(self.text.len()).unwrap_or(NONE);
            self.text.push_str(value);
            let len = u32::try_from(value.len()).unwrap_or(0);
            self.attrs.push(AttrValue { name, start, len });
            count += 1;
        }
        count
    }
}

/// Pictures inside addresses and values past the limit are not kept.
fn kept_part(name: Attr, value: &str) -> &str {
    let is_address = matches!(name, Attr::Src | Attr::Href | Attr::Srcset | Attr::DataSrc);
    if is_address && value.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:")) {
        return "";
    }
    if value.len() <= ATTRIBUTE_BYTES_MAX {
        return value;
    }
    value.get(..value.floor_char_boundary(ATTRIBUTE_BYTES_MAX)).unwrap_or_default()
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Arena;
    type ElemName<'a> = &'a Handle;

    fn finish(self) -> Arena {
        self.arena.into_inner()
    }

    fn parse_error(&self, _msg: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        handle(0)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a Handle {
        target
    }

    fn create_element(
        &self,
        name: QualName,
        attrs: Vec<Attribute>,
        _flags: ElementFlags,
    ) -> Handle {
        let arena = &mut *self.arena.borrow_mut();
        let mut element = node(Kind::Element, Tag::parse(&name.local));
        element.start = u32::try_from(arena.attrs.len()).unwrap_or(NONE);
        element.len = arena.push_attrs(&attrs, |_| false);
        let id = arena.push(element);
        if arena.is_unread(id) {
            arena.unread = id;
        }
        self.nodes.set(arena.nodes.len());
        Handle { id, ns: name.ns, local: name.local }
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        handle(NONE)
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        handle(NONE)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let arena = &mut *self.arena.borrow_mut();
        match child {
            NodeOrText::AppendNode(child) => {
                arena.insert(parent.id, NONE, child.id);
                self.note_depth(arena.get(child.id).map_or(0, |n| u32::from(n.depth)));
            }
            NodeOrText::AppendText(text) => {
                arena.insert_text(parent.id, NONE, &text);
                self.note_depth(arena.get(parent.id).map_or(0, |n| u32::from(n.depth)));
            }
        }
        self.nodes.set(arena.nodes.len());
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        prev_element: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let has_parent = self.arena.borrow().link(element.id, |n| n.parent) != NONE;
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev_element, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, _target: &Handle) -> Handle {
        // What a template holds is shown to nobody: it goes to a node outside the tree.
        handle(self.arena.borrow_mut().push(node(Kind::Document, Tag::Template)))
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new_node: NodeOrText<Handle>) {
        let arena = &mut *self.arena.borrow_mut();
        let parent = arena.link(sibling.id, |n| n.parent);
        match new_node {
            NodeOrText::AppendNode(child) => arena.insert(parent, sibling.id, child.id),
            NodeOrText::AppendText(text) => arena.insert_text(parent, sibling.id, &text),
        }
        self.nodes.set(arena.nodes.len());
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        let arena = &mut *self.arena.borrow_mut();
        let Some(element) = arena.get(target.id).copied() else { return };
        let first = element.start as usize;
        let old: Vec<AttrValue> =
            arena.attrs.get(first..first + element.len as usize).unwrap_or_default().to_vec();
        let start = u32::try_from(arena.attrs.len()).unwrap_or(NONE);
        arena.attrs.extend_from_slice(&old);
        let added = arena.push_attrs(&attrs, |name| old.iter().any(|a| a.name == name));
        if added == 0 {
            arena.attrs.truncate(start as usize);
            return;
        }
        arena.edit(target.id, |n| (n.start, n.len) = (start, n.len + added));
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.arena.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let arena = &mut *self.arena.borrow_mut();
        let first = arena.link(node.id, |n| n.first);
        let last = arena.link(node.id, |n| n.last);
        if first == NONE || node.id == new_parent.id {
            return;
        }
        let mut child = first;
        while child != NONE {
            arena.edit(child, |n| n.parent = new_parent.id);
            child = arena.link(child, |n| n.next);
        }
        arena.edit(node.id, |n| (n.first, n.last) = (NONE, NONE));
        let tail = arena.link(new_parent.id, |n| n.last);
        arena.edit(first, |n| n.prev = tail);
        if tail == NONE {
            arena.edit(new_parent.id, |n| n.first = first);
        } else {
            arena.edit(tail, |n| n.next = first);
        }
        arena.edit(new_parent.id, |n| n.last = last);
    }
}

fn handle(id: u32) -> Handle {
    Handle { id, ns: Namespace::default(), local: LocalName::default() }
}
