//! A page as nested elements, for pages whose markup is known by the names of its classes. Keeps
//! places in the text and copies nothing; judges nothing.

use crate::html::{is_void, text_line, unescape};
use crate::limits::{DEPTH_MAX, ELEMENTS_MAX};
use crate::xml::token::{Tag, Token, Tokens};
use std::ops::Range;

/// One element.
#[derive(Debug, Clone)]
struct Element<'a> {
    tag: Tag<'a>,
    /// Where its inside stands in the text.
    inside: Range<usize>,
    parent: usize,
    /// One past the last element inside it.
    end: usize,
}

/// The elements of a page in their order; number 0 is the page.
#[derive(Debug)]
pub(crate) struct Elements<'a> {
    html: &'a str,
    all: Vec<Element<'a>>,
}

/// The whole page.
pub(crate) const PAGE: usize = 0;

impl<'a> Elements<'a> {
    /// The elements of a page, the first [`ELEMENTS_MAX`] of them.
    pub(crate) fn parse(html: &'a str) -> Self {
        let root = Tag { name: "", attributes: "", is_empty: false };
        let whole = Element { tag: root, inside: 0..html.len(), parent: PAGE, end: 1 };
        let mut this = Self { html, all: vec![whole] };
        let mut tokens = Tokens::new(html);
        let mut open: Vec<usize> = vec![PAGE];
        loop {
            let here = tokens.position();
            match tokens.next() {
                Some(Token::Start(tag)) => {
                    if this.all.len() >= ELEMENTS_MAX {
                        break;
                    }
                    if is_silent(tag.name) && !tag.is_empty {
                        pass(&mut tokens, tag.name);
                        continue;
                    }
                    let start = tokens.position();
                    let parent = open.last().copied().unwrap_or(PAGE);
                    let at = this.all.len();
                    this.all.push(Element { tag, inside: start..start, parent, end: at + 1 });
                    if !tag.is_empty && !is_void(tag.name) && open.len() < DEPTH_MAX {
                        open.push(at);
                    }
                }
                Some(Token::End(name)) => {
                    let is_same = |at: &usize| {
                        *at != PAGE
                            && this
                                .all
                                .get(*at)
                                .is_some_and(|e| e.tag.name.eq_ignore_ascii_case(name))
                    };
                    let Some(at) = open.iter().rposition(is_same) else { continue };
                    for closed in open.drain(at..) {
                        this.close(closed, here);
                    }
                }
                Some(_) => {}
                None => break,
            }
        }
        for closed in open {
            this.close(closed, html.len());
        }
        this
    }

    fn close(&mut self, at: usize, here: usize) {
        let count = self.all.len();
        if let Some(element) = self.all.get_mut(at) {
            element.inside.end = here;
            element.end = count;
        }
    }

    /// The elements inside an element, in their order.
    pub(crate) fn within(&self, at: usize) -> Range<usize> {
        self.all.get(at).map_or(0..0, |element| at + 1..element.end)
    }

    /// The first element with a class inside an element.
    pub(crate) fn find(&self, at: usize, class: &str) -> Option<usize> {
        self.all(at, class).next()
    }

    /// All elements with a class inside an element.
    pub(crate) fn all(&self, at: usize, class: &str) -> impl Iterator<Item = usize> {
        self.within(at).filter(move |one| self.has_class(*one, class))
    }

    /// Whether an element has a class.
    pub(crate) fn has_class(&self, at: usize, class: &str) -> bool {
        self.raw(at, "class").is_some_and(|all| all.split_ascii_whitespace().any(|c| c == class))
    }

    /// Whether an element stands inside one with a class.
    pub(crate) fn is_inside(&self, at: usize, class: &str) -> bool {
        let mut at = at;
        while at != PAGE {
            at = self.parent(at);
            if self.has_class(at, class) {
                return true;
            }
        }
        false
    }

    /// The element around an element.
    pub(crate) fn parent(&self, at: usize) -> usize {
        self.all.get(at).map_or(PAGE, |element| element.parent)
    }

    /// Whether an element has a name.
    pub(crate) fn is(&self, at: usize, name: &str) -> bool {
        self.all.get(at).is_some_and(|element| element.tag.name.eq_ignore_ascii_case(name))
    }

    /// The value of an attribute, its references read.
    pub(crate) fn attribute(&self, at: usize, name: &str) -> Option<String> {
        self.raw(at, name).map(|value| unescape(value).into_owned())
    }

    /// The markup inside an element.
    pub(crate) fn inside(&self, at: usize) -> &'a str {
        let range = self.all.get(at).map(|element| element.inside.clone());
        range.and_then(|range| self.html.get(range)).unwrap_or_default()
    }

    /// The words inside an element, on one line.
    pub(crate) fn words(&self, at: usize) -> String {
        text_line(self.inside(at))
    }

    fn raw(&self, at: usize, name: &str) -> Option<&'a str> {
        self.all.get(at)?.tag.attribute(name)
    }
}

fn is_silent(name: &str) -> bool {
    ["script", "style", "template", "noscript", "svg"]
        .iter()
        .any(|silent| silent.eq_ignore_ascii_case(name))
}

/// Goes past an element whose inside is of no interest.
fn pass(tokens: &mut Tokens<'_>, name: &str) {
    for token in tokens.by_ref() {
        if matches!(token, Token::End(end) if end.eq_ignore_ascii_case(name)) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_are_found_by_class_and_hold_what_is_in_them() {
        let html = "<div class='a b'><p class=c>One <b>two</b></p><br class=c></div><p class=c>x";
        let page = Elements::parse(html);
        let a = page.find(PAGE, "a").unwrap();
        let inside: Vec<String> = page.all(a, "c").map(|at| page.words(at)).collect();
        assert_eq!(inside, ["One two", ""]);
        assert_eq!(page.all(PAGE, "c").count(), 3);
        assert!(page.is_inside(page.find(PAGE, "c").unwrap(), "b"));
    }

    #[test]
    fn unclosed_elements_end_where_what_holds_them_does() {
        let page = Elements::parse("<div class=a><p>one<p>two</div>three");
        assert_eq!(page.words(page.find(PAGE, "a").unwrap()), "one two");
    }

    proptest! {
        #[test]
        fn every_inside_lies_in_its_parent(html in "(<|</|>|/>|div|p|b| class=|a|'|\"|\\PC){0,60}") {
            let page = Elements::parse(&html);
            for at in page.within(PAGE) {
                let (own, around) = (&page.all[at], &page.all[page.parent(at)]);
                prop_assert!(around.inside.start <= own.inside.start);
                prop_assert!(own.inside.end <= around.inside.end && own.end <= around.end);
                let _ = page.words(at);
            }
        }
    }
}
