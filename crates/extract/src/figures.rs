//! The pictures among an article's text, each with its caption: which elements are one, where its
//! address stands, and which runs are its caption. Decides nothing about what is text.

use crate::body::Body;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::limits::{ALT_CHARS_MAX, FIGURES_MAX, SRCSET_CANDIDATES_MAX};
use crate::links;
use crate::marks::Marks;
use crate::words;
use chapar_model::{Image, PageUrl};
use std::ops::Range;

/// Letters of the longest caption; an element with more holds text of its own.
const CAPTION_MASS_MAX: u32 = 600;

/// Letters between a picture and the text it opens: a byline, a date and buttons.
const LEAD_GAP_MASS_MAX: u32 = 300;

/// Letters between the text and a picture that closes it.
const TAIL_GAP_MASS_MAX: u32 = 20;

/// Elements around a picture in which its caption is looked for.
const CLIMB_MAX: usize = 6;

/// Nodes of the largest element that holds one picture and its caption.
const CONTAINER_NODES_MAX: usize = 400;

/// CSS pixels of width or height below which a picture is an icon, a bullet or a tracker.
const SIDE_MIN: u32 = 48;

/// Marks of elements whose pictures show something else than what the text tells.
const ELSEWHERE: Marks = Marks::NAV
    .with(Marks::SHARE)
    .with(Marks::RELATED)
    .with(Marks::COMMENTS)
    .with(Marks::NEWSLETTER)
    .with(Marks::AD)
    .with(Marks::COOKIE)
    .with(Marks::FOOTER)
    .with(Marks::FORM)
    .with(Marks::BIO)
    .with(Marks::AUTHOR)
    .with(Marks::TAGS);

/// A picture found on the page.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The element that holds the picture and its caption.
    pub(crate) node: usize,
    /// The picture.
    pub(crate) image: Image,
    /// The runs of its caption.
    pub(crate) caption: Vec<usize>,
    /// The words inside the caption that say whose picture it is.
    pub(crate) credit: Option<usize>,
}

/// The pictures of a text, in document order.
pub(crate) fn find(doc: &Doc, layout: &Layout, body: &Body, base: Option<&PageUrl>) -> Vec<Found> {
    let finder = Finder { doc, layout, body, base };
    let mut found: Vec<Found> = Vec::new();
    let Some(region) = finder.region() else { return found };
    for node in region {
        if found.len() >= FIGURES_MAX {
            break;
        }
        if !matches!(doc.tag(node), Tag::Img | Tag::AmpImg) {
            continue;
        }
        let Some(figure) = finder.figure(node) else { continue };
        // The same picture stands again in `noscript`, or for a wide screen.
        let is_known = found.iter().any(|known| {
            known.image.url == figure.image.url
                || (known.node == figure.node && doc.is(known.node, Tag::Figure))
                || (finder.in_noscript(node) && doc.end(known.node) > node)
        });
        if !is_known {
            found.push(figure);
        }
    }
    found
}

struct Finder<'a> {
    doc: &'a Doc,
    layout: &'a Layout,
    body: &'a Body,
    base: Option<&'a PageUrl>,
}

impl Finder<'_> {
    fn run(&self, at: usize) -> Option<&Run> {
        self.layout.runs.get(at)
    }

    /// The nodes where pictures of the text may stand: those of the element around it that is an
    /// article by name, or else the element that holds it.
    fn region(&self) -> Option<Range<usize>> {
        let first = self.run(*self.body.runs.first()?)?;
        let last = self.run(*self.body.runs.last()?)?;
        let around = self
            .doc
            .lineage(self.body.root)
            .find(|node| matches!(self.doc.tag(*node), Tag::Article | Tag::Main))
            .unwrap_or(self.body.root);
        let start = around.min(first.first as usize);
        Some(start..self.doc.end(around).max(last.last as usize))
    }

    fn figure(&self, img: usize) -> Option<Found> {
        if is_small(self.doc, img) || self.is_in_line(img) {
            return None;
        }
        let url = address(self.doc, img, self.base)?;
        let (node, caption) = self.container(img);
        if self.is_elsewhere(node) || !self.is_near(node) || self.is_teaser(img, node, &caption) {
            return None;
        }
        let alt = words::clipped(
            &words::collapsed(self.doc.attr(img, Attr::Alt).unwrap_or_default()),
            ALT_CHARS_MAX,
        );
        let side = |attr| self.doc.attr(img, attr).and_then(pixels);
        let size = side(Attr::Width).zip(side(Attr::Height));
        let credit = caption
            .first()
            .and_then(|_| (node..self.doc.end(node)).find(|at| is_credit(self.doc, *at)));
        Some(Found { node, image: Image { url, alt, size }, caption, credit })
    }

    /// Whether a picture stands inside a line of words, as signs do.
    fn is_in_line(&self, img: usize) -> bool {
        let next = self.layout.runs.partition_point(|run| (run.first as usize) < img);
        next.checked_sub(1).and_then(|at| self.run(at)).is_some_and(|run| run.last as usize > img)
    }

    fn in_noscript(&self, node: usize) -> bool {
        self.doc.lineage(node).take(CLIMB_MAX).any(|n| self.doc.is(n, Tag::Noscript))
    }

    /// The largest element around a picture that holds nothing but it and its caption, with the
    /// runs of the caption.
    fn container(&self, img: usize) -> (usize, Vec<usize>) {
        let mut best = (img, Vec::new());
        for node in self.doc.lineage(img).skip(1).take(CLIMB_MAX) {
            let holds_text = node <= self.body.root && self.doc.end(node) > self.body.root;
            let is_large = self.doc.end(node) - node > CONTAINER_NODES_MAX;
            if holds_text || is_large || self.pictures_in(node) > 1 {
                break;
            }
            let Some(caption) = self.caption_in(node) else { break };
            best = (node, caption);
            if self.doc.is(node, Tag::Figure) {
                break;
            }
        }
        best
    }

    /// Pictures under an element that readers see: lazy ones stand again in `noscript`.
    fn pictures_in(&self, node: usize) -> usize {
        let mut count = 0;
        let mut at = node;
        while at < self.doc.end(node) && count < 2 {
            if at > node && self.doc.is(at, Tag::Noscript) {
                at = self.doc.end(at);
                continue;
            }
            count += usize::from(matches!(self.doc.tag(at), Tag::Img | Tag::AmpImg));
            at += 1;
        }
        count
    }

    /// The runs under an element, if all of them are a caption.
    fn caption_in(&self, node: usize) -> Option<Vec<usize>> {
        let runs = self.layout.runs_in(self.doc, node);
        if self.layout.mass(self.doc, node) > CAPTION_MASS_MAX {
            return None;
        }
        let named: Vec<usize> = runs.clone().filter(|at| self.is_captioned(*at, node)).collect();
        let is_whole =
            self.doc.is(node, Tag::Figure) || self.layout.marks_of(node).any(Marks::CAPTION);
        match (named.is_empty(), is_whole) {
            (false, true) => Some(named),
            (true, true) => Some(runs.collect()),
            (_, false) => (named.len() == runs.len()).then_some(named),
        }
    }

    /// Whether an element around a run, inside `node`, is called a caption.
    fn is_captioned(&self, at: usize, node: usize) -> bool {
        let Some(run) = self.run(at) else { return false };
        self.doc
            .lineage(run.first as usize)
            .take_while(|n| *n > node)
            .any(|n| self.layout.marks_of(n).any(Marks::CAPTION))
    }

    fn is_elsewhere(&self, node: usize) -> bool {
        let is_around = |n: usize| n < self.body.root && self.doc.end(n) > self.body.root;
        self.doc
            .lineage(node)
            .take_while(|n| *n != self.body.root && !is_around(*n))
            .any(|n| self.layout.marks_of(n).any(ELSEWHERE))
    }

    /// Whether a picture stands among the text, or opens or closes it.
    fn is_near(&self, node: usize) -> bool {
        let (Some(first), Some(last)) = (self.body.runs.first(), self.body.runs.last()) else {
            return false;
        };
        let own = self.layout.runs_in(self.doc, node);
        if own.end <= *first {
            return self.mass(own.end..*first) <= LEAD_GAP_MASS_MAX && self.is_named(node);
        }
        if own.start > *last {
            return self.mass(last + 1..own.start) <= TAIL_GAP_MASS_MAX && self.is_named(node);
        }
        true
    }

    /// Whether a picture outside the text is marked as one of an article.
    fn is_named(&self, node: usize) -> bool {
        let is_inside = node > self.body.root && node < self.doc.end(self.body.root);
        is_inside
            || self
                .doc
                .lineage(node)
                .take(3)
                .any(|n| self.doc.is(n, Tag::Figure) || self.layout.marks_of(n).any(Marks::CAPTION))
    }

    fn mass(&self, runs: Range<usize>) -> u32 {
        runs.filter_map(|at| self.run(at)).map(|run| run.mass).fold(0, u32::saturating_add)
    }

    /// Whether a picture leads to another page, and its words do too.
    fn is_teaser(&self, img: usize, node: usize, caption: &[usize]) -> bool {
        let is_linked = self.doc.lineage(img).take(CLIMB_MAX).any(|n| {
            self.doc.is(n, Tag::A)
                && self.doc.attr(n, Attr::Href).is_some_and(|href| !is_picture(href))
        });
        let says_link = caption.iter().filter_map(|at| self.run(*at)).any(|r| r.link_share() > 0.8);
        let is_figure = self.doc.is(node, Tag::Figure) || !caption.is_empty();
        is_linked && (says_link || !is_figure)
    }
}

/// Whether an address is that of a picture's file.
fn is_picture(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"].iter().any(|end| path.ends_with(end))
}

fn pixels(raw: &str) -> Option<u32> {
    raw.trim().trim_end_matches("px").parse().ok()
}

fn is_small(doc: &Doc, img: usize) -> bool {
    let is_icon = |class: &str| {
        let class = class.to_ascii_lowercase();
        ["emoji", "smiley", "avatar", "icon", "logo"].iter().any(|word| class.contains(word))
    };
    [Attr::Width, Attr::Height]
        .into_iter()
        .filter_map(|attr| doc.attr(img, attr).and_then(pixels))
        .any(|side| side < SIDE_MIN)
        || doc.attr(img, Attr::Class).is_some_and(is_icon)
}

fn is_credit(doc: &Doc, node: usize) -> bool {
    let says = |value: &str| {
        let value = value.to_ascii_lowercase();
        ["credit", "copyright", "photographer"].iter().any(|word| value.contains(word))
    };
    doc.kind(node) == Kind::Element
        && [Attr::Class, Attr::Itemprop]
            .into_iter()
            .any(|attr| doc.attr(node, attr).is_some_and(says))
        && !doc.attr(node, Attr::Class).is_some_and(|class| class.contains("caption"))
}

/// Where a picture stands: what a script would load comes before what it would replace.
pub(crate) fn address(doc: &Doc, img: usize, base: Option<&PageUrl>) -> Option<PageUrl> {
    let attr = |name| doc.attr(img, name);
    [Attr::DataSrc, Attr::DataOriginal, Attr::DataLazySrc, Attr::Src]
        .into_iter()
        .filter_map(attr)
        .find_map(|href| picture_at(base, href))
        .or_else(|| {
            [Attr::DataSrcset, Attr::Srcset]
                .into_iter()
                .filter_map(attr)
                .find_map(|set| largest(base, set))
        })
        .or_else(|| source_address(doc, img, base))
}

/// What the `<source>` elements beside a picture offer.
fn source_address(doc: &Doc, img: usize, base: Option<&PageUrl>) -> Option<PageUrl> {
    let picture = doc.parent(img).filter(|node| doc.is(*node, Tag::Picture))?;
    doc.children(picture).filter(|node| doc.is(*node, Tag::Source)).find_map(|source| {
        [Attr::DataSrcset, Attr::Srcset]
            .into_iter()
            .filter_map(|name| doc.attr(source, name))
            .find_map(|set| largest(base, set))
    })
}

/// An address of a picture; what stands in for one until a script has run is none.
fn picture_at(base: Option<&PageUrl>, href: &str) -> Option<PageUrl> {
    let href = href.trim();
    if href.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("data:")) {
        return None;
    }
    let name = href.split(['?', '#']).next()?.rsplit('/').next()?.to_ascii_lowercase();
    let stands_in =
        ["placeholder", "blank.", "spacer.", "pixel.", "1x1", "transparent.", "loading."]
            .iter()
            .any(|word| name.contains(word));
    if stands_in { None } else { links::resolve(base, href) }
}

/// The largest picture of a list of candidates: `a.jpg 320w, b.jpg 800w`.
fn largest(base: Option<&PageUrl>, set: &str) -> Option<PageUrl> {
    let mut best: Option<(f32, &str)> = None;
    // A comma inside an address is followed by no blank.
    let mut words = set.split_ascii_whitespace().take(2 * SRCSET_CANDIDATES_MAX).peekable();
    while let Some(word) = words.next() {
        let href = word.trim_matches(',');
        let size = match words.peek() {
            Some(next) if !word.ends_with(',') => {
                let size = next.trim_end_matches(',').trim_end_matches(['w', 'x']).parse().ok();
                if size.is_some() {
                    words.next();
                }
                size.unwrap_or(1.0)
            }
            _ => 1.0,
        };
        if !href.is_empty() && best.is_none_or(|(most, _)| size > most) {
            best = Some((size, href));
        }
    }
    best.and_then(|(_, href)| picture_at(base, href))
}
