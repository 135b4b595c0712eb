//! Stands between tokenizer and tree builder and keeps hostile markup from costing more than its
//! bytes: too deep nesting and too many nodes are dropped before a tree is made of them.

use super::sink::{Handle, Sink};
use crate::limits::{DEPTH_MAX, TAG_ATTRIBUTES_MAX};
use html5ever::LocalName;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;
use std::cell::{Cell, RefCell};

/// A tree builder that stops at limits.
pub(crate) struct Guard {
    pub(crate) builder: TreeBuilder<Handle, Sink>,
    nodes_max: usize,
    dropped: RefCell<Vec<LocalName>>,
    hit: Cell<Option<&'static str>>,
    tokens: Cell<u64>,
    /// The element whose start tag was the last token, where its raw text is read by nobody.
    unread: Cell<Option<Unread>>,
    /// Whether the tokenizer reads raw text.
    is_raw: Cell<bool>,
}

/// An element whose raw text is read by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    Script,
    Style,
}

impl Unread {
    /// The element's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Style => "style",
        }
    }
}

impl Guard {
    pub(crate) fn new(builder: TreeBuilder<Handle, Sink>, nodes_max: usize) -> Self {
        Self {
            builder,
            nodes_max,
            dropped: RefCell::new(Vec::new()),
            hit: Cell::new(None),
            tokens: Cell::new(0),
            unread: Cell::new(None),
            is_raw: Cell::new(false),
        }
    }

    /// How many tokens were read.
    pub(crate) fn token_count(&self) -> u64 {
        self.tokens.get()
    }

    /// The element of whose start tag the last token was, where its raw text is read by nobody.
    pub(crate) fn unread(&self) -> Option<Unread> {
        self.unread.get()
    }

    /// Whether the tokenizer reads raw text, up to an end tag of its own.
    pub(crate) fn is_raw(&self) -> bool {
        self.is_raw.get()
    }

    /// Notes that a limit was met.
    pub(crate) fn note_hit(&self, limit: &'static str) {
        self.hit.set(Some(limit));
    }

    /// The name of the limit that was met.
    pub(crate) fn hit(&self) -> Option<&'static str> {
        self.hit.get()
    }

    /// Whether a tag is one too deep, or the end of one that was.
    fn drops(&self, tag: &Tag) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        if tag.kind == TagKind::EndTag {
            let matches = dropped.last() == Some(&tag.name);
            if matches {
                dropped.pop();
            }
            return matches;
        }
        if self.builder.sink.depth() < DEPTH_MAX || switches_tokenizer(&tag.name) {
            return false;
        }
        self.hit.set(Some("nesting"));
        if !tag.self_closing && !is_void(&tag.name) {
            dropped.push(tag.name.clone());
        }
        true
    }
}

/// Elements after whose start tag the tokenizer reads in another way; dropping the tag would let
/// their content out as text.
pub(super) fn switches_tokenizer(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "textarea"
            | "title"
            | "xmp"
            | "iframe"
            | "noembed"
            | "noframes"
            | "plaintext"
    )
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Handle> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        self.unread.set(None);
        if self.builder.sink.node_count() > self.nodes_max && !matches!(token, Token::EOFToken) {
            self.hit.set(Some("nodes"));
            return TokenSinkResult::Continue;
        }
        let mut token = token;
        let mut is_end = false;
        match &mut token {
            Token::CommentToken(_) => return TokenSinkResult::Continue,
            Token::TagToken(tag) if self.drops(tag) => return TokenSinkResult::Continue,
            Token::TagToken(tag) => {
                is_end = tag.kind == TagKind::EndTag;
                self.is_raw.set(false);
                tag.attrs.truncate(TAG_ATTRIBUTES_MAX);
            }
            _ => {}
        }
        let result = self.builder.process_token(token, line_number);
        if matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext) {
            self.is_raw.set(true);
        }
        if let TokenSinkResult::RawData(kind) = &result
            && self.builder.sink.is_last_unread()
        {
            let is_script = matches!(kind, RawKind::ScriptData);
            self.unread.set(Some(if is_script { Unread::Script } else { Unread::Style }));
        }
        if is_end {
            self.builder.sink.note_end();
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
