//! Addresses on a page made whole, and the page's links with the place they stand in.

use crate::body::Body;
use crate::dom::{Attr, Doc, Tag};
use crate::layout::Layout;
use crate::limits::LINKS_MAX;
use crate::marks::Marks;
use crate::page::{LinkPlace, PageLink};
use chapar_model::PageUrl;
use std::collections::HashSet;

/// Characters kept of a link's words.
const LINK_CHARS_MAX: usize = 300;

/// An address on the page as a whole one. Scripts, mail and places on the same page are none.
pub(crate) fn resolve(base: Option<&PageUrl>, href: &str) -> Option<PageUrl> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    match base {
        Some(base) => base.join(href).ok(),
        None => PageUrl::parse(href).ok(),
    }
}

/// The address that relative ones are relative to.
pub(crate) fn base_of(doc: &Doc, url: Option<&PageUrl>) -> Option<PageUrl> {
    let base = doc.find(0..doc.len(), Tag::Base).find_map(|node| doc.attr(node, Attr::Href));
    base.and_then(|href| resolve(url, href)).or_else(|| url.cloned())
}

/// The links of a page, each address once, in order of its first place with words.
pub(crate) fn all(
    doc: &Doc,
    layout: &Layout,
    base: Option<&PageUrl>,
    body: Option<&Body>,
) -> Vec<PageLink> {
    let mut links: Vec<PageLink> = Vec::new();
    let mut seen = HashSet::new();
    // A page says most of its addresses more than once; resolving one again would tell nothing.
    let mut resolved: HashSet<&str> = HashSet::new();
    let mut navigation_end = 0;
    let text = body.map(|body| span_of(layout, body)).unwrap_or_default();
    for node in 0..doc.len() {
        let marks = layout.marks_of(node);
        if marks.any(Marks::NAV.with(Marks::FOOTER).with(Marks::HEADER)) {
            navigation_end = navigation_end.max(doc.end(node));
        }
        if !doc.is(node, Tag::A) {
            continue;
        }
        let Some(href) = doc.attr(node, Attr::Href).filter(|href| !resolved.contains(href)) else {
            continue;
        };
        let words = doc.words_up_to(node, LINK_CHARS_MAX);
        if words.is_empty() {
            continue;
        }
        resolved.insert(href);
        let Some(url) = resolve(base, href).filter(|url| !seen.contains(url)) else { continue };
        seen.insert(url.clone());
        let place = if text.contains(&node) {
            LinkPlace::Body
        } else if node < navigation_end {
            LinkPlace::Navigation
        } else {
            LinkPlace::Page
        };
        links.push(PageLink { url, text: words, place });
        if links.len() >= LINKS_MAX {
            break;
        }
    }
    links
}

/// The nodes from the first to the last run of a body.
fn span_of(layout: &Layout, body: &Body) -> std::ops::Range<usize> {
    let run = |at: Option<&usize>| at.and_then(|at| layout.runs.get(*at));
    match (run(body.runs.first()), run(body.runs.last())) {
        (Some(first), Some(last)) => first.first as usize..last.last as usize,
        _ => 0..0,
    }
}
