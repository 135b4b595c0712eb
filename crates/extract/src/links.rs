//! Addresses on a page made whole, and the page's links with the place they stand in.

use crate::dom::{Attr, Doc, Tag};
use chapar_model::PageUrl;

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
