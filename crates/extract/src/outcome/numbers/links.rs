//! Numbers of a page's links: how many lead to what looks like an article, how alike they stand,
//! and whether they lead down from the page's own address or beside it.

use super::{MANY, PageView, Row, Said, set, share};
use crate::dom::{Attr, Doc, Tag};
use crate::marks::Marks;
use crate::numbers::log;
use chapar_model::PageUrl;
use std::collections::{HashMap, HashSet};

/// Letters of a link's words from which it may be a headline.
const HEADLINE_MASS_MIN: u32 = 25;
/// Hyphens, or digits, in the last part of an address that leads to an article.
const HYPHENS_MIN: usize = 3;
const DIGITS_MIN: usize = 4;

#[derive(Default)]
struct Links {
    all: u32,
    outside: u32,
    children: u32,
    siblings: u32,
    long: u32,
    images: u32,
    articles: u32,
    article_mass: u32,
    main_articles: u32,
    /// Count and letters by how the element around the link is made.
    groups: HashMap<u64, (u32, u32)>,
}

pub(super) fn tell(view: &PageView<'_>, row: &mut Row) {
    let PageView { doc, layout, .. } = *view;
    let links = read(view);
    let total = layout.mass(doc, 0);
    let top = links.groups.values().copied().max().unwrap_or_default();
    for (said, number) in [
        (Said::ChildLinks, links.children),
        (Said::SiblingLinks, links.siblings),
        (Said::LongLinks, links.long),
        (Said::LinkedImages, links.images),
        (Said::ArticleLinks, links.articles),
        (Said::MainArticleLinks, links.main_articles),
        (Said::GroupLinks, top.0),
    ] {
        set(row, said, log(number.min(MANY)));
    }
    set(row, Said::ArticleLinkMass, share(links.article_mass, total));
    set(row, Said::GroupLinkMass, share(top.1, total));
    set(row, Said::Outside, share(links.outside, links.all));
}

fn read(view: &PageView<'_>) -> Links {
    let PageView { doc, layout, url, .. } = *view;
    let host = url.map(PageUrl::host).unwrap_or_default();
    let path = url.map(|url| url.as_url().path().trim_end_matches('/')).unwrap_or_default();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let furniture = Marks::NAV.with(Marks::FOOTER).with(Marks::HEADER).with(Marks::RELATED);
    let total = layout.mass(doc, 0);
    let mut links = Links::default();
    let mut seen = HashSet::new();
    let mut furniture_end = 0;
    for node in 0..doc.len() {
        if layout.marks_of(node).any(furniture) && layout.mass(doc, node) * 2 < total {
            furniture_end = furniture_end.max(doc.end(node));
        }
        if !doc.is(node, Tag::A) {
            continue;
        }
        let Some(href) = doc.attr(node, Attr::Href) else { continue };
        links.all += 1;
        let (target_host, target) = parts_of(href);
        links.outside += u32::from(!target_host.is_empty() && target_host != host);
        if target.len() < 2 || !seen.insert(target) {
            continue;
        }
        links.children += u32::from(path.len() > 1 && is_below(target, path));
        links.siblings += u32::from(parent.len() > 1 && is_below(target, parent));
        links.long += u32::from(target.bytes().filter(|b| *b == b'-').count() > HYPHENS_MIN);
        links.images += u32::from(has_image(doc, node));
        let mass = layout.mass(doc, node);
        if mass < HEADLINE_MASS_MIN || !is_article_like(target) {
            continue;
        }
        links.articles += 1;
        links.article_mass += mass;
        if node < furniture_end {
            continue;
        }
        links.main_articles += 1;
        let holder = doc.parent(node).unwrap_or(0);
        let key = key_of(doc, holder) ^ key_of(doc, doc.parent(holder).unwrap_or(0)).rotate_left(1);
        let group = links.groups.entry(key).or_default();
        group.0 += 1;
        group.1 += mass;
    }
    links
}

fn has_image(doc: &Doc, link: usize) -> bool {
    doc.find(link..doc.end(link), Tag::Img).next().is_some()
}

fn is_below(target: &str, path: &str) -> bool {
    target.strip_prefix(path).is_some_and(|rest| rest.len() > 2 && rest.starts_with('/'))
}

fn is_article_like(target: &str) -> bool {
    let last = target.rsplit('/').next().unwrap_or_default();
    last.bytes().filter(|b| matches!(b, b'-' | b'_')).count() >= HYPHENS_MIN
        || last.bytes().filter(u8::is_ascii_digit).count() >= DIGITS_MIN
}

/// The host and path of an address as it stands, without query and fragment.
fn parts_of(href: &str) -> (&str, &str) {
    let href = href.trim();
    let after = href.find("//").filter(|at| *at < 7).and_then(|at| href.get(at + 2..));
    let (host, path) = match after {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", href),
    };
    let end = path.find(['?', '#']).unwrap_or(path.len());
    (host, path.get(..end).unwrap_or_default().trim_end_matches('/'))
}

/// How an element is made, as a number.
fn key_of(doc: &Doc, node: usize) -> u64 {
    let start = doc.tag(node) as u64;
    let class = doc.attr(node, Attr::Class).unwrap_or_default();
    class.bytes().fold(start, |key, byte| key.wrapping_mul(1_099_511_628_211) ^ u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(href: &str, host: &str, path: &str) {
        assert_eq!(parts_of(href), (host, path));
    }

    #[test]
    fn an_address_is_parted_as_it_stands() {
        check("https://a.example/x/y/?q#f", "a.example", "/x/y");
        check("//a.example", "a.example", "");
        check("/x/", "", "/x");
        check("story?id=//", "", "story");
    }

    #[test]
    fn a_long_slug_or_a_number_leads_to_an_article() {
        assert!(is_article_like("/news/bridge-in-marsa-is-rebuilt"));
        assert!(is_article_like("/fa/news/140212"));
        assert!(!is_article_like("/about-us"));
    }
}
