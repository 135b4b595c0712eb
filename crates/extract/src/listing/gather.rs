//! Gathers the links of a page into groups: by the names of the elements around them, the part of
//! the page and the heading over them. Judges nothing.

use super::items::Items;
use super::parts::Parts;
use super::shape::shape_of;
use super::{GroupKind, LinkGroup, ListedLink, PagePart, headings};
use crate::article::context;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::layout::Layout;
use crate::limits::LINKS_MAX;
use crate::links;
use crate::page::PageInput;
use crate::words;
use chapar_model::{Lang, PageUrl};
use std::collections::{HashMap, HashSet};

/// Groups of a page.
const GROUPS_MAX: usize = 500;
/// Characters kept of a title or heading.
pub(super) const TITLE_CHARS_MAX: usize = 300;
/// Words of a link that is a headline as likely as not, wherever it leads.
pub(super) const HEADLINE_WORDS_MIN: usize = 4;
/// Letters that make a word where blanks do not part them.
const WORD_MASS: u32 = 5;
/// Elements around a link that are part of the name of its place.
const PLACE_STEPS: usize = 7;

/// A link to a page of the same site.
#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) node: usize,
    pub(super) url: PageUrl,
    pub(super) shape: Option<String>,
    /// The number of its address among those of the page.
    pub(super) address: usize,
    /// Its own words, else what it tells readers who cannot see it.
    pub(super) words: String,
}

impl Anchor {
    /// Whether it may lead to an article.
    pub(super) fn is_likely(&self) -> bool {
        self.shape.is_some() || words_in(&self.words) >= HEADLINE_WORDS_MIN
    }
}

/// A page whose links are looked at.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) doc: &'a Doc,
    pub(super) layout: Layout,
    pub(super) base: Option<PageUrl>,
    pub(super) anchors: Vec<Anchor>,
    /// The nodes of links that may lead to articles, with the numbers of their addresses.
    pub(super) likely: Vec<(usize, usize)>,
}

impl Page<'_> {
    /// Which of the likely links stand under a node.
    pub(super) fn likely_in(&self, node: usize) -> std::ops::Range<usize> {
        let before = |node: usize| self.likely.partition_point(|(likely, _)| *likely < node);
        before(node)..before(self.doc.end(node))
    }

    /// How many links stand under a node.
    pub(super) fn links_in(&self, node: usize) -> usize {
        let before = |node: usize| self.anchors.partition_point(|anchor| anchor.node < node);
        before(self.doc.end(node)) - before(node)
    }
}

/// The groups of a page, not judged yet.
pub(super) fn groups_of(doc: &Doc, input: &PageInput<'_>) -> Vec<LinkGroup> {
    let base = links::base_of(doc, input.url);
    let anchors = anchors_of(doc, base.as_ref(), input.url);
    let likely = anchors
        .iter()
        .filter(|anchor| anchor.is_likely())
        .map(|anchor| (anchor.node, anchor.address))
        .collect();
    let page = Page { doc, layout: Layout::of(doc), base, anchors, likely };
    let tag = doc.find(0..doc.len(), Tag::Html).find_map(|html| doc.attr(html, Attr::Lang));
    let lang = input.lang_hint.or_else(|| tag.and_then(Lang::parse));
    gather(&page, &Items::new(&page, context(input, lang, tag)))
}

fn anchors_of(doc: &Doc, base: Option<&PageUrl>, page: Option<&PageUrl>) -> Vec<Anchor> {
    let own = page.or(base).map(PageUrl::identity);
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut anchors = Vec::new();
    for node in doc.find(0..doc.len(), Tag::A) {
        if anchors.len() >= LINKS_MAX {
            break;
        }
        let url = doc.attr(node, Attr::Href).and_then(|href| links::resolve(base, href));
        let Some(url) = url.filter(|url| page.or(base).is_some_and(|at| is_same_site(at, url)))
        else {
            continue;
        };
        let identity = url.identity();
        if own.as_ref() == Some(&identity) {
            continue;
        }
        let next = numbers.len();
        let address = *numbers.entry(identity).or_insert(next);
        anchors.push(Anchor {
            node,
            shape: shape_of(&url),
            url,
            address,
            words: words_of(doc, node),
        });
    }
    anchors
}

/// The words of a link, else those that stand for them: many front pages lay an empty link over a
/// whole card and say its headline to screen readers alone.
fn words_of(doc: &Doc, node: usize) -> String {
    let words = doc.words_up_to(node, TITLE_CHARS_MAX);
    if !words.is_empty() {
        return words;
    }
    let told = [Attr::AriaLabel, Attr::Title].into_iter().find_map(|name| doc.attr(node, name));
    words::clipped(&words::collapsed(told.unwrap_or_default()), TITLE_CHARS_MAX)
}

/// Whether an address is of the site of another, or of a part of that site.
fn is_same_site(page: &PageUrl, other: &PageUrl) -> bool {
    let is_part = |whole: &str, part: &str| {
        part.strip_suffix(whole).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    is_part(page.site(), other.site()) || is_part(other.site(), page.site())
}

fn gather(page: &Page<'_>, items: &Items<'_>) -> Vec<LinkGroup> {
    let places = places(page.doc);
    let headings = headings::find(page.doc, &page.layout);
    let mut parts = Parts::new(page, &headings);
    let mut known: HashMap<(u32, PagePart), usize> = HashMap::new();
    let mut within: HashMap<(usize, usize), usize> = HashMap::new();
    let mut groups: Vec<LinkGroup> = Vec::new();
    let mut anchors = page.anchors.iter().peekable();
    for node in 0..page.doc.len() {
        parts.enter(node);
        let Some(anchor) = anchors.next_if(|anchor| anchor.node == node) else { continue };
        let part = match parts.part(node) {
            PagePart::Main if is_in_text(page, node) => PagePart::Text,
            part => part,
        };
        let link = items.link(anchor);
        if link.title.is_empty() {
            continue;
        }
        let place = places.get(node).copied().unwrap_or_default();
        let group = match known.get(&(place, part)) {
            Some(group) => *group,
            None if groups.len() >= GROUPS_MAX => continue,
            None => {
                let heading = parts
                    .heading()
                    .map(|heading| page.doc.words_up_to(heading.owner, TITLE_CHARS_MAX));
                groups.push(empty(part, heading, place_name(page.doc, node)));
                known.insert((place, part), groups.len() - 1);
                groups.len() - 1
            }
        };
        let Some(links) = groups.get_mut(group).map(|group| &mut group.links) else { continue };
        let at = *within.entry((group, anchor.address)).or_insert(links.len());
        match links.get_mut(at) {
            Some(known) => known.complete(link),
            None => links.push(link),
        }
    }
    mark_menus(page, &mut groups);
    groups
}

impl ListedLink {
    /// Takes over what a further link to the same address at the same place says better.
    pub(super) fn complete(&mut self, other: Self) {
        if words_in(&other.title) > words_in(&self.title) {
            self.title = other.title;
        }
        self.date_raw = self.date_raw.take().or(other.date_raw);
        self.date = self.date.or(other.date);
        self.teaser = self.teaser.take().or(other.teaser);
        self.picture = self.picture.take().or(other.picture);
    }
}

/// Whether a link is a few words of a sentence.
fn is_in_text(page: &Page<'_>, node: usize) -> bool {
    let runs = &page.layout.runs;
    let at = runs.partition_point(|run| run.first as usize <= node);
    let around = [at.saturating_sub(1), at];
    around
        .iter()
        .filter_map(|at| runs.get(*at))
        .any(|run| run.range().contains(&node) && run.is_prose() && run.link_mass * 2 < run.mass)
}

/// Tells which links also stand in a menu of the same page.
fn mark_menus(page: &Page<'_>, groups: &mut [LinkGroup]) {
    let numbers: HashMap<&PageUrl, usize> =
        page.anchors.iter().map(|anchor| (&anchor.url, anchor.address)).collect();
    let menus: HashSet<usize> = groups
        .iter()
        .filter(|group| group.part == PagePart::Frame && has_labels(group))
        .flat_map(|group| &group.links)
        .filter_map(|link| numbers.get(&link.url).copied())
        .collect();
    for link in groups.iter_mut().flat_map(|group| &mut group.links) {
        link.is_in_menu = numbers.get(&link.url).is_some_and(|number| menus.contains(number));
    }
}

/// Whether links are called by labels and not by headlines.
fn has_labels(group: &LinkGroup) -> bool {
    let words: usize = group.links.iter().map(|link| words_in(&link.title)).sum();
    words < group.links.len() * HEADLINE_WORDS_MIN
}

/// For each node the number of its structural place: the names of the elements from the root on,
/// each with the first word of its class.
fn places(doc: &Doc) -> Vec<u32> {
    let mut numbers: HashMap<(u32, Tag, &str), u32> = HashMap::new();
    let mut places: Vec<u32> = Vec::with_capacity(doc.len());
    for node in 0..doc.len() {
        let above = doc.parent(node).and_then(|parent| places.get(parent)).copied();
        let above = above.unwrap_or_default();
        let place = match doc.kind(node) {
            Kind::Element => {
                let class = doc.attr(node, Attr::Class).map_or("", class_word);
                let next = u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX);
                *numbers.entry((above, doc.tag(node), class)).or_insert(next)
            }
            _ => above,
        };
        places.push(place);
    }
    places
}

/// The name of a place that holds from one look at a page to the next: the elements just around a
/// link, from the inside out.
fn place_name(doc: &Doc, node: usize) -> String {
    let steps = doc.lineage(node).take(PLACE_STEPS).map(|at| {
        let class = doc.attr(at, Attr::Class).map_or("", class_word);
        let name = format!("{:?}", doc.tag(at)).to_ascii_lowercase();
        if class.is_empty() { name } else { format!("{name}.{class}") }
    });
    words::clipped(&steps.collect::<Vec<_>>().join(" < "), TITLE_CHARS_MAX)
}

/// The first word of a class name without the numbers that tell one item from the next.
fn class_word(class: &str) -> &str {
    let word = class.split_ascii_whitespace().next().unwrap_or_default();
    let end = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
    word.get(..end).unwrap_or_default()
}

fn empty(part: PagePart, heading: Option<String>, place: String) -> LinkGroup {
    LinkGroup {
        links: Vec::new(),
        place,
        heading,
        part,
        title_words: 0.0,
        article_share: 0.0,
        dated_share: 0.0,
        shape: None,
        kind: GroupKind::Other,
        reason: String::new(),
    }
}

/// Words of a title, also where blanks do not part them.
pub(super) fn words_in(title: &str) -> usize {
    let parted = title.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    let parted = parted.count();
    let letters = usize::try_from(words::mass(title) / WORD_MASS).unwrap_or(usize::MAX);
    if parted <= 1 && !title.is_ascii() { letters.max(parted) } else { parted }
}
