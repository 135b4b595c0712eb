//! Walks a document element by element and knows base address, language and vocabulary at each
//! place. Mends what is not closed: an element ends at the latest where what holds it ends, and one
//! that had swallowed its neighbours gives them back. Knows nothing of feeds beyond the names that
//! begin an entry.

use super::entity::Entities;
use super::name::{Local, Ns, ns_of_address, ns_of_prefix};
use super::token::{Tag, Token, Tokens};
use crate::address::join;
use crate::limits::{DEPTH_MAX, PREFIXES_MAX, REWINDS_MAX};
use crate::warning::Warnings;
use memchr::memmem;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// Where a document is being read, and what holds there.
pub(crate) struct Reader<'a> {
    tokens: Tokens<'a>,
    /// Prefixes in scope, the innermost last.
    prefixes: Vec<(&'a str, Ns)>,
    open: Vec<Open<'a>>,
    nested: Vec<&'a str>,
    rewinds: usize,
    pub(crate) entities: Entities,
    pub(crate) base: Option<Arc<Url>>,
    pub(crate) language: Option<Arc<str>>,
    pub(crate) warnings: Warnings,
}

/// A container that is being read.
struct Open<'a> {
    name: &'a str,
    holds_entries: bool,
}

/// What has to be put back after an element.
pub(crate) struct Mark {
    prefixes: usize,
    scope: Option<Scope>,
}

/// Base address and language.
type Scope = (Option<Arc<Url>>, Option<Arc<str>>);

/// Whether entries stand in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Entries,
    Fields,
}

/// The inside of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inside<'a> {
    pub(crate) raw: &'a str,
    pub(crate) shape: Shape<'a>,
}

/// What an element holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape<'a> {
    Nothing,
    /// One run of text, references unread.
    Text(&'a str),
    /// One CDATA section.
    CData(&'a str),
    /// Several runs of text or sections.
    Mixed,
    /// Other elements.
    Elements,
}

impl<'a> Shape<'a> {
    fn and_text(self, text: &'a str) -> Self {
        match self {
            Self::Nothing => Self::Text(text),
            Self::Text(before) if before.trim_ascii().is_empty() => Self::Text(text),
            Self::CData(_) if text.trim_ascii().is_empty() => self,
            Self::Elements => Self::Elements,
            _ => Self::Mixed,
        }
    }

    fn and_cdata(self, text: &'a str) -> Self {
        match self {
            Self::Nothing => Self::CData(text),
            Self::Text(before) if before.trim_ascii().is_empty() => Self::CData(text),
            Self::Elements => Self::Elements,
            _ => Self::Mixed,
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, base: Option<Arc<Url>>, language: Option<Arc<str>>) -> Self {
        Self {
            tokens: Tokens::new(text),
            prefixes: Vec::new(),
            open: Vec::new(),
            nested: Vec::new(),
            rewinds: 0,
            entities: Entities::default(),
            base,
            language,
            warnings: Warnings::default(),
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.tokens.position()
    }

    pub(crate) fn seek(&mut self, position: usize) {
        self.tokens.seek(position);
    }

    /// The next token; a DOCTYPE is taken in on the way.
    pub(crate) fn token(&mut self) -> Option<Token<'a>> {
        loop {
            match self.tokens.next()? {
                Token::Doctype(inside) => self.entities.declare(inside),
                token => return Some(token),
            }
        }
    }

    /// Vocabulary and local name of a tag.
    pub(crate) fn name(&self, tag: &Tag<'a>) -> (Ns, Local) {
        let (prefix, local) = tag.name.split_once(':').unwrap_or(("", tag.name));
        (self.ns(prefix), Local::new(local))
    }

    fn ns(&self, prefix: &str) -> Ns {
        let declared = self.prefixes.iter().rev().find(|(known, _)| *known == prefix);
        match declared {
            Some((_, ns)) => *ns,
            None if prefix.is_empty() => Ns::Core,
            None => ns_of_prefix(prefix),
        }
    }

    /// Takes in what a tag says of prefixes, base address and language.
    pub(crate) fn begin(&mut self, tag: &Tag<'a>) -> Mark {
        let mut mark = Mark { prefixes: self.prefixes.len(), scope: None };
        if memmem::find(tag.attributes.as_bytes(), b"xml").is_none() {
            return mark;
        }
        for (name, value) in tag.attributes() {
            if let Some(declared) = name.strip_prefix("xmlns") {
                let prefix = declared.strip_prefix(':').unwrap_or_default();
                let mut ns = ns_of_address(value);
                if ns == Ns::Other && prefix.is_empty() && self.open.is_empty() {
                    ns = Ns::Core;
                }
                if self.prefixes.len() < PREFIXES_MAX {
                    self.prefixes.push((prefix, ns));
                }
            } else if name == "xml:base" || name == "xml:lang" {
                let scope = (self.base.clone(), self.language.clone());
                mark.scope.get_or_insert(scope);
                self.narrow(name, value);
            }
        }
        mark
    }

    fn narrow(&mut self, name: &str, value: &str) {
        let value = self.entities.unescape(value);
        if name == "xml:lang" {
            self.language = language_tag(&value);
        } else if let Some(base) = join(self.base.as_deref(), &value) {
            self.base = Some(Arc::new(base));
        }
    }

    /// Puts back what [`Self::begin`] changed.
    pub(crate) fn end(&mut self, mark: Mark) {
        self.prefixes.truncate(mark.prefixes);
        if let Some((base, language)) = mark.scope {
            self.base = base;
            self.language = language;
        }
    }

    /// Goes into a container; false when it is empty or too deep. Leave it with [`Self::leave`].
    pub(crate) fn enter(&mut self, tag: &Tag<'a>, holds: Holds) -> bool {
        if tag.is_empty {
            return false;
        }
        if self.open.len() >= DEPTH_MAX {
            self.warnings.push("too-deep", || format!("`{}` lies too deep", tag.name));
            return false;
        }
        self.open.push(Open { name: tag.name, holds_entries: holds == Holds::Entries });
        true
    }

    pub(crate) fn leave(&mut self) {
        self.open.pop();
    }

    /// The next element of the container; `None` where it ends.
    pub(crate) fn child(&mut self) -> Option<Tag<'a>> {
        loop {
            let here = self.tokens.position();
            match self.token()? {
                Token::Start(tag) => {
                    if self.is_entry(tag.name) && !self.holds_entries() {
                        self.give_back(here, tag.name);
                        return None;
                    }
                    return Some(tag);
                }
                Token::End(name) => {
                    if self.open.last().is_some_and(|open| open.name == name) {
                        return None;
                    }
                    if self.is_open(name) {
                        self.give_back(here, name);
                        return None;
                    }
                }
                _ => {}
            }
        }
    }

    fn holds_entries(&self) -> bool {
        self.open.last().is_none_or(|open| open.holds_entries)
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    fn give_back(&mut self, here: usize, name: &str) {
        self.tokens.seek(here);
        let open = self.open.last().map_or("", |open| open.name);
        self.warnings.push("unclosed", || format!("`{open}` is not closed before `{name}`"));
    }

    fn is_entry(&self, name: &str) -> bool {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        (local.eq_ignore_ascii_case("item") || local.eq_ignore_ascii_case("entry"))
            && matches!(self.ns(prefix), Ns::Core | Ns::Atom)
    }

    /// Takes the inside of an element, up to its end tag or to where it must have ended.
    pub(crate) fn inside(&mut self, tag: &Tag<'a>) -> Inside<'a> {
        let start = self.tokens.position();
        let mut shape = Shape::Nothing;
        if tag.is_empty {
            return Inside { raw: "", shape };
        }
        let mut first_element = None;
        self.nested.clear();
        loop {
            let here = self.tokens.position();
            let is_past = match self.token() {
                None => {
                    self.warnings.push("cut-short", || format!("`{}` is never closed", tag.name));
                    return Inside { raw: self.tokens.slice(start, here), shape };
                }
                Some(Token::Text(text)) => {
                    shape = shape.and_text(text);
                    false
                }
                Some(Token::CData(text)) => {
                    shape = shape.and_cdata(text);
                    false
                }
                Some(Token::Start(inner)) => {
                    first_element.get_or_insert((here, shape));
                    shape = Shape::Elements;
                    if !inner.is_empty && self.nested.len() < DEPTH_MAX {
                        self.nested.push(inner.name);
                    }
                    self.is_entry(inner.name)
                }
                Some(Token::End(name)) => {
                    if let Some(at) = self.nested.iter().rposition(|open| *open == name) {
                        self.nested.truncate(at);
                        false
                    } else if name == tag.name {
                        return Inside { raw: self.tokens.slice(start, here), shape };
                    } else {
                        self.is_open(name)
                    }
                }
                Some(Token::Doctype(_)) => false,
            };
            if is_past {
                return self.cut(tag, start, here, shape, first_element);
            }
        }
    }

    /// The inside of an element that was never closed: what comes before its first element, which
    /// is more likely its neighbour than its child.
    fn cut(
        &mut self,
        tag: &Tag<'a>,
        start: usize,
        here: usize,
        shape: Shape<'a>,
        first_element: Option<(usize, Shape<'a>)>,
    ) -> Inside<'a> {
        self.warnings.push("unclosed", || format!("`{}` is not closed", tag.name));
        let (end, shape) = match first_element {
            Some((at, before)) if self.rewinds < REWINDS_MAX => {
                self.rewinds += 1;
                (at, before)
            }
            _ => (here, shape),
        };
        self.tokens.seek(end);
        Inside { raw: self.tokens.slice(start, end), shape }
    }

    /// Passes over an element.
    pub(crate) fn skip(&mut self, tag: &Tag<'a>) {
        self.inside(tag);
    }

    /// The text of an element, trimmed.
    pub(crate) fn text(&mut self, tag: &Tag<'a>) -> Cow<'a, str> {
        let inside = self.inside(tag);
        self.flat(&inside)
    }

    /// The text of an inside, trimmed, with that of the elements in it.
    pub(crate) fn flat(&self, inside: &Inside<'a>) -> Cow<'a, str> {
        match inside.shape {
            Shape::Nothing => Cow::Borrowed(""),
            Shape::CData(text) => Cow::Borrowed(text.trim()),
            Shape::Text(text) => trimmed(self.entities.unescape(text.trim())),
            Shape::Mixed | Shape::Elements => {
                let mut flat = String::with_capacity(inside.raw.len());
                for token in Tokens::new(inside.raw) {
                    match token {
                        Token::Text(text) => flat.push_str(&self.entities.unescape(text)),
                        Token::CData(text) => flat.push_str(text),
                        _ => {}
                    }
                }
                trimmed(Cow::Owned(flat))
            }
        }
    }

    /// The value of an attribute, references read, trimmed.
    pub(crate) fn attribute(&self, tag: &Tag<'a>, name: &str) -> Option<Cow<'a, str>> {
        tag.attribute(name).map(|value| trimmed(self.entities.unescape(value.trim())))
    }

    /// The elements right inside an inside, each with its text.
    pub(crate) fn fields(&self, inside: &Inside<'a>) -> Vec<(Tag<'a>, Local, String)> {
        let mut fields: Vec<(Tag<'a>, Local, String)> = Vec::new();
        let mut open: Option<&str> = None;
        for token in Tokens::new(inside.raw) {
            match (token, open) {
                (Token::Start(tag), None) if fields.len() < DEPTH_MAX => {
                    let local = tag.name.rsplit(':').next().unwrap_or_default();
                    fields.push((tag, Local::new(local), String::new()));
                    open = (!tag.is_empty).then_some(tag.name);
                }
                (Token::End(name), Some(inner)) if name == inner => open = None,
                (Token::Text(text), Some(_)) => {
                    if let Some((.., value)) = fields.last_mut() {
                        value.push_str(&self.entities.unescape(text));
                    }
                }
                (Token::CData(text), Some(_)) => {
                    if let Some((.., value)) = fields.last_mut() {
                        value.push_str(text);
                    }
                }
                _ => {}
            }
        }
        for (.., value) in &mut fields {
            let len = value.trim_end().len();
            value.truncate(len);
            let leading = value.len() - value.trim_start().len();
            value.drain(..leading);
        }
        fields
    }
}

/// A language tag as kept: dashes for underscores; `None` when blank.
pub(crate) fn language_tag(raw: &str) -> Option<Arc<str>> {
    let tag = raw.trim();
    (!tag.is_empty()).then(|| Arc::from(tag.replace('_', "-")))
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
