//! Families of content management systems, kept as data in `families.txt`: what names them, and
//! which classes hold the text. A family is found on each page anew, so a site that moves to
//! another is read by the other's marks at once; where the named element does not hold the page's
//! text, the family says nothing.

use crate::dom::{Attr, Doc, Kind};
use crate::facts::Facts;
use crate::layout::Layout;
use std::sync::LazyLock;

/// What an element that a family names adds to the log odds of the runs in it, and takes from
/// those outside.
const PULL: f32 = 0.8;
/// Share of the page's running text that the named element must hold.
const PROSE_SHARE_MIN: f32 = 0.35;

/// One family.
#[derive(Debug, Default, PartialEq)]
struct Family {
    name: &'static str,
    /// What `<meta name=generator>` begins with, in lower case.
    generators: Vec<&'static str>,
    /// Classes, ids or itemprops that no other family has.
    signs: Vec<&'static str>,
    /// Classes, ids or itemprops of the elements that hold the text.
    text: Vec<&'static str>,
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| read(include_str!("families.txt")));

/// Reads lines `family NAME`, then `generator`, `sign` and `text` with their words.
fn read(text: &'static str) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), families.last_mut()) {
            (Some("family"), _) => families
                .push(Family { name: words.next().unwrap_or_default(), ..Family::default() }),
            (Some("generator"), Some(family)) => family.generators.extend(words),
            (Some("sign"), Some(family)) => family.signs.extend(words),
            (Some("text"), Some(family)) => family.text.extend(words),
            _ => {}
        }
    }
    families
}

/// What the page's family says of each run; empty where it has none.
pub(super) fn pulls(doc: &Doc, layout: &Layout, facts: &Facts<'_>) -> Vec<f32> {
    let Some(family) = find(doc, facts) else { return Vec::new() };
    let total = layout.prose_total().max(1) as f32;
    let mut within = vec![false; layout.runs.len()];
    let mut held = 0;
    let mut at = 0;
    while at < doc.len() {
        if doc.kind(at) == Kind::Element && names(doc, at, &family.text) {
            within.get_mut(layout.runs_in(doc, at)).unwrap_or_default().fill(true);
            held += layout.prose(doc, at);
            at = doc.end(at).max(at + 1);
        } else {
            at += 1;
        }
    }
    if (held as f32) < total * PROSE_SHARE_MIN {
        return Vec::new();
    }
    within.into_iter().map(|is_in| if is_in { PULL } else { -PULL }).collect()
}

/// The family of a page: by its generator, else by a sign.
fn find(doc: &Doc, facts: &Facts<'_>) -> Option<&'static Family> {
    let generator = facts.meta("generator").unwrap_or_default().to_ascii_lowercase();
    let by_name = FAMILIES
        .iter()
        .find(|family| family.generators.iter().any(|start| generator.starts_with(start)));
    by_name.or_else(|| {
        let elements = (0..doc.len()).filter(|node| doc.kind(*node) == Kind::Element);
        elements
            .into_iter()
            .find_map(|node| FAMILIES.iter().find(|family| names(doc, node, &family.signs)))
    })
}

/// Whether a class, the id or the itemprop of an element is one of these.
fn names(doc: &Doc, node: usize, of: &[&str]) -> bool {
    let whole = [Attr::Id, Attr::Itemprop].into_iter().filter_map(|attr| doc.attr(node, attr));
    let classes = doc.attr(node, Attr::Class).unwrap_or_default().split_ascii_whitespace();
    whole.chain(classes).any(|name| of.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;

    #[test]
    fn every_family_is_known_by_something_and_names_its_text() {
        assert!(FAMILIES.len() > 5);
        for family in FAMILIES.iter() {
            assert!(!family.text.is_empty(), "{}", family.name);
            assert!(!family.generators.is_empty() || !family.signs.is_empty(), "{}", family.name);
        }
    }

    /// What a page of WordPress says of its two runs: one in the named element, one beside it.
    #[track_caller]
    fn check(within: &str, beside: &str, expect: &[f32]) {
        let doc = dom::parse(&format!(
            "<meta name=generator content=\"WordPress 6.4\"><div class=entry-content><p>{within}</p></div>\
             <div><p>{beside}</p></div>"
        ));
        let facts = Facts::of(&doc, &[]);
        assert_eq!(pulls(&doc, &Layout::of(&doc), &facts), expect);
    }

    const STORY: &str =
        "The mill of Abzar turns again, its owner said on Monday, and bread is cheaper.";

    #[test]
    fn the_named_element_speaks_for_its_runs_and_against_the_others() {
        check(STORY, "Short words.", &[PULL, -PULL]);
    }

    #[test]
    fn a_family_whose_element_does_not_hold_the_text_says_nothing() {
        check("Short words.", STORY, &[]);
    }

    #[test]
    fn a_page_of_no_family_is_left_alone() {
        let doc = dom::parse(&format!("<div class=words><p>{STORY}</p></div>"));
        assert!(pulls(&doc, &Layout::of(&doc), &Facts::of(&doc, &[])).is_empty());
    }
}
