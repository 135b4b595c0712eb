//! What the rules make of a page: which elements say that they are furniture, and which element
//! holds the running text. A first opinion: the trees of `forest` have the last word on every run.

use crate::dom::{Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::marks::Marks;

/// Share of the page's running text from which an element is no furniture whatever its name says.
const FURNITURE_PROSE_SHARE_MAX: f32 = 0.4;

/// Furniture that holds running text of its own: the names of other kinds are not believed over it.
const PROSE_FURNITURE: Marks = Marks::COMMENTS
    .with(Marks::NEWSLETTER)
    .with(Marks::BIO)
    .with(Marks::COOKIE)
    .with(Marks::FOOTER)
    .with(Marks::FORM)
    .with(Marks::AUTHOR)
    .with(Marks::CTA)
    .with(Marks::META)
    .with(Marks::RELATED)
    .with(Marks::HIDDEN)
    .with(Marks::SIDE)
    .with(Marks::PLAYER);

/// Letters of running text that outweigh a name.
const PROSY_MASS_MIN: u32 = 300;

/// For each run whether an element around it says that it is furniture.
pub(crate) fn furniture(doc: &Doc, layout: &Layout) -> Vec<bool> {
    let total = layout.prose_total();
    let mut is_furniture = vec![false; layout.runs.len()];
    let mut at = 0;
    while at < doc.len() {
        if doc.kind(at) == Kind::Element && says_furniture(doc, layout, at, total) {
            let range = layout.runs_in(doc, at);
            is_furniture.get_mut(range).unwrap_or_default().fill(true);
            at = doc.end(at);
            continue;
        }
        at += 1;
    }
    is_furniture
}

fn says_furniture(doc: &Doc, layout: &Layout, at: usize, total: u32) -> bool {
    let marks = layout.marks_of(at);
    if !marks.any(Marks::FURNITURE) || marks.any(Marks::BODY) {
        return false;
    }
    if matches!(doc.tag(at), Tag::Html | Tag::Body | Tag::Main | Tag::Tr | Tag::Tbody) {
        return false;
    }
    let prose = layout.prose(doc, at);
    let is_prosy = prose >= PROSY_MASS_MIN && prose * 2 > layout.mass(doc, at);
    if is_prosy && doc.tag(at) != Tag::Nav && !marks.any(PROSE_FURNITURE) {
        return false;
    }
    prose as f32 <= total as f32 * FURNITURE_PROSE_SHARE_MAX || marks.any(Marks::COMMENTS)
}

/// What each run is worth as a part of the text.
fn values(layout: &Layout, furniture: &[bool]) -> Vec<i64> {
    let value = |(run, is_furniture): (&Run, &bool)| {
        let mass = i64::from(run.mass);
        if *is_furniture {
            return -mass / 4 - 5;
        }
        if run.is_prose() {
            return mass - 3 * i64::from(run.link_mass).min(mass) / 2;
        }
        if run.link_mass * 2 > run.mass { -mass / 2 - 10 } else { mass / 8 - 5 }
    };
    layout.runs.iter().zip(furniture).map(value).collect()
}

fn prefix_sums(values: &[i64]) -> Vec<i64> {
    let mut sum = 0;
    std::iter::once(0)
        .chain(values.iter().map(|value| {
            sum += value;
            sum
        }))
        .collect()
}

/// The element whose runs are worth most; the smallest of those that are worth the same.
pub(crate) fn holder(doc: &Doc, layout: &Layout, furniture: &[bool]) -> Option<usize> {
    let sums = prefix_sums(&values(layout, furniture));
    let worth = |node: usize| {
        let range = layout.runs_in(doc, node);
        let at = |run: usize| sums.get(run).copied().unwrap_or(0);
        at(range.end) - at(range.start)
    };
    let is_holder = |node: usize| doc.kind(node) == Kind::Element && !doc.tag(node).is_inline();
    let mut best: Option<(i64, usize)> = None;
    for node in (0..doc.len()).filter(|n| is_holder(*n)) {
        let sum = worth(node);
        if best.is_none_or(|(most, _)| sum >= most) {
            best = Some((sum, node));
        }
    }
    let (most, best) = best?;
    // A named body inside the best element that holds most of its worth is the body.
    let named = (best..doc.end(best))
        .filter(|n| is_holder(*n) && layout.marks_of(*n).any(Marks::BODY))
        .map(|n| (worth(n), n))
        .filter(|(sum, _)| *sum * 10 >= most * 8)
        .max_by_key(|(sum, n)| (*sum, *n));
    Some(named.map_or(best, |(_, n)| n))
}
