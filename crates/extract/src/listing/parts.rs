//! The parts of a page: its frame, its columns, its boxes of chosen articles. Told by what elements
//! are named and by the headings over them; knows no site.

use super::PagePart;
use super::gather::Page;
use super::headings::Heading;
use crate::dom::{Attr, Tag};
use crate::marks::{Marks, each_word};

/// Links of a head or foot that is that of one article and not of the site.
const CARD_LINKS_MAX: usize = 2;
/// Links of a menu inside an article's own element that is that of the article.
const CARD_MENU_LINKS_MAX: usize = 8;

/// Marks that part a page.
const FRAME: Marks = Marks::NAV.with(Marks::HEADER).with(Marks::FOOTER);
const CHOSEN: Marks = Marks::RELATED.with(Marks::TAGS).with(Marks::COMMENTS);

/// Beginnings of class words over what readers or a likeness chose.
const CHOSEN_STEMS: [&str; 10] = [
    "mostread",
    "mostview",
    "mostpopular",
    "outbrain",
    "popular",
    "recommend",
    "related",
    "taboola",
    "trending",
    "yarpp",
];
/// What follows "most" in such names.
const MOST_WORDS: [&str; 7] =
    ["commented", "popular", "read", "shared", "viewed", "views", "watched"];

/// The parts of a page that are open while its nodes are walked in order.
pub(super) struct Parts<'a> {
    page: &'a Page<'a>,
    headings: std::iter::Peekable<std::slice::Iter<'a, Heading>>,
    open: Vec<Heading>,
    article_end: usize,
    frame_end: usize,
    side_end: usize,
    chosen_end: usize,
    hidden_end: usize,
}

impl<'a> Parts<'a> {
    pub(super) fn new(page: &'a Page<'a>, headings: &'a [Heading]) -> Self {
        Self {
            page,
            headings: headings.iter().peekable(),
            open: Vec::new(),
            article_end: 0,
            frame_end: 0,
            side_end: 0,
            chosen_end: 0,
            hidden_end: 0,
        }
    }

    pub(super) fn enter(&mut self, node: usize) {
        let doc = self.page.doc;
        while let Some(heading) = self.headings.next_if(|heading| heading.first <= node) {
            self.close(node, Some(heading.scope));
            self.open.push(*heading);
        }
        let marks = self.page.layout.marks_of(node);
        let end = doc.end(node);
        if doc.is(node, Tag::Article) {
            self.article_end = self.article_end.max(end);
        }
        // Classes of the whole page say how it is styled.
        let is_whole = matches!(doc.tag(node), Tag::Html | Tag::Body | Tag::Main);
        if is_whole || !marks.any(FRAME.with(CHOSEN).with(Marks::SIDE).with(Marks::HIDDEN)) {
            return;
        }
        let is_chosen = marks.any(CHOSEN) && self.is_chosen_by_readers(node);
        if !is_chosen && self.is_most_of_page(node) {
            return;
        }
        if marks.any(FRAME) && !self.is_of_card(node, marks) {
            self.frame_end = self.frame_end.max(end);
        }
        if marks.any(Marks::SIDE) {
            self.side_end = self.side_end.max(end);
        }
        let is_tags = marks.any(Marks::TAGS) && !self.is_of_articles(node);
        if is_chosen || is_tags || marks.any(Marks::COMMENTS) {
            self.chosen_end = self.chosen_end.max(end);
        }
        if marks.any(Marks::HIDDEN) {
            self.hidden_end = self.hidden_end.max(end);
        }
    }

    /// Closes the headings that reach no further, and that within an element which has a new one.
    fn close(&mut self, node: usize, scope: Option<usize>) {
        while let Some(top) = self.open.last() {
            if top.end > node && Some(top.scope) != scope {
                break;
            }
            self.open.pop();
        }
    }

    /// Whether a class says that readers or a likeness chose what stands here. On the page of one
    /// article a box of "more news" is beside the point; on a page of lists it is one of them.
    fn is_chosen_by_readers(&self, node: usize) -> bool {
        let doc = self.page.doc;
        let mut is_chosen = false;
        let mut before = String::new();
        for name in [Attr::Class, Attr::Id].into_iter().filter_map(|name| doc.attr(node, name)) {
            before.clear();
            each_word(name, |word| {
                is_chosen |= CHOSEN_STEMS.iter().any(|stem| word.starts_with(stem));
                is_chosen |= before == "most" && MOST_WORDS.contains(&word);
                before.clear();
                before.push_str(word);
            });
        }
        is_chosen
    }

    /// Whether most links under a node may lead to articles.
    fn is_of_articles(&self, node: usize) -> bool {
        self.page.likely_in(node).len() * 2 > self.page.links_in(node)
    }

    /// What holds most of the articles of a page is no part beside them, whatever its class says.
    fn is_most_of_page(&self, node: usize) -> bool {
        let is_named = matches!(self.page.doc.tag(node), Tag::Nav | Tag::Aside | Tag::Footer);
        let here = self.page.likely_in(node).len();
        !is_named && here > CARD_LINKS_MAX && here * 2 > self.page.likely.len()
    }

    /// Whether a head, a foot or a menu is that of one article.
    fn is_of_card(&self, node: usize, marks: Marks) -> bool {
        let links = self.page.links_in(node);
        match (node < self.article_end, marks.any(Marks::NAV)) {
            (true, true) => links <= CARD_MENU_LINKS_MAX,
            (true, false) => true,
            (false, is_menu) => !is_menu && links <= CARD_LINKS_MAX && !self.is_of_page(node),
        }
    }

    /// Whether what a node stands in is the page as a whole.
    fn is_of_page(&self, node: usize) -> bool {
        let doc = self.page.doc;
        doc.parent(node).is_none_or(|parent| {
            doc.is(parent, Tag::Body)
                || self.page.links_in(parent) * 10 > self.page.anchors.len() * 9
        })
    }

    pub(super) fn part(&mut self, node: usize) -> PagePart {
        self.close(node, None);
        if node < self.hidden_end {
            PagePart::Hidden
        } else if node < self.frame_end {
            PagePart::Frame
        } else if node < self.chosen_end || self.open.iter().any(|h| h.is_chosen && h.end > node) {
            PagePart::Chosen
        } else if node < self.side_end {
            PagePart::Side
        } else {
            PagePart::Main
        }
    }

    pub(super) fn heading(&self) -> Option<&Heading> {
        self.open.last()
    }
}
