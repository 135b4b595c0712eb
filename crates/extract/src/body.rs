//! Which part of a page is the article's text: the smallest element that holds the running text,
//! and of it the runs that are no furniture. Never decides what the page is.

use crate::dom::{Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::marks::Marks;
use crate::phrases;
use crate::words;
use std::collections::HashSet;

/// Letters of a run that is left out when it was said before.
const REPEAT_MASS_MIN: u32 = 60;

/// Letters up to which what stands beside a picture is its caption.
const CAPTION_MASS_MAX: u32 = 600;

/// Letters of running text above a headline up to which all of it is left out.
const ABOVE_HEADLINE_PROSE_MAX: u32 = 200;

/// The text of an article: an element and its kept runs.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// The element that holds it.
    pub(crate) root: usize,
    /// The numbers of the runs that are kept, ascending.
    pub(crate) runs: Vec<usize>,
    /// The other runs inside the element, with the rule that leaves each out.
    pub(crate) dropped: Vec<(usize, &'static str)>,
    /// How sure the choice is, 0 to 1.
    pub(crate) confidence: f32,
}

/// Share of the page's running text from which an element is no furniture whatever its name says.
const FURNITURE_PROSE_SHARE_MAX: f32 = 0.4;

/// Finds the text. `titles` are folded headlines, for leaving the headline itself out.
pub(crate) fn find(doc: &Doc, layout: &Layout, titles: &[String]) -> Option<Body> {
    let furniture = furniture(doc, layout);
    let values = values(layout, &furniture);
    let sums = prefix_sums(&values);
    let root = choose(doc, layout, &sums)?;
    let (runs, dropped) = keep(doc, layout, root, &furniture, titles);
    let kept: u32 = runs.iter().filter_map(|at| layout.runs.get(*at)).map(|run| run.mass).sum();
    if kept == 0 {
        return None;
    }
    let prose = layout.prose(doc, root) as f32;
    let confidence = (prose / (layout.prose_total().max(1) as f32)).min(1.0);
    Some(Body { root, runs, dropped, confidence })
}

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
fn furniture(doc: &Doc, layout: &Layout) -> Vec<bool> {
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
fn choose(doc: &Doc, layout: &Layout, sums: &[i64]) -> Option<usize> {
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

/// The runs of the chosen element that belong to the text.
fn keep(
    doc: &Doc,
    layout: &Layout,
    root: usize,
    furniture: &[bool],
    titles: &[String],
) -> (Vec<usize>, Vec<(usize, &'static str)>) {
    let range = layout.runs_in(doc, root);
    let mut dropped = Vec::new();
    let mut kept: Vec<usize> = Vec::with_capacity(range.len());
    let mut said: HashSet<String> = HashSet::new();
    let mut skip_until = 0;
    for at in range {
        let Some(run) = layout.runs.get(at) else { continue };
        if furniture.get(at).copied().unwrap_or(false) {
            dropped.push((at, "named as furniture"));
            continue;
        }
        if (run.first as usize) < skip_until {
            dropped.push((at, "under the heading of another part"));
            continue;
        }
        let text = text_of(doc, run);
        if run.heading == 1 || (run.heading > 0 && kept.is_empty()) {
            let folded = words::folded(&text);
            if titles.contains(&folded) {
                let prose =
                    kept.iter().filter_map(|at| layout.runs.get(*at)).filter(|r| r.is_prose());
                if prose.map(|r| r.mass).sum::<u32>() < ABOVE_HEADLINE_PROSE_MAX {
                    dropped.extend(kept.drain(..).map(|at| (at, "above the headline")));
                }
                dropped.push((at, "the headline"));
                continue;
            }
        }
        if phrases::is_section_end(&text) && run.mass < 60 {
            skip_until = section_end(doc, root, run);
            dropped.push((at, "the heading of another part"));
            continue;
        }
        if let Some(reason) = fault(doc, layout, root, run, &text) {
            dropped.push((at, reason));
            continue;
        }
        // The same page for narrow and wide screens says everything twice.
        if run.mass >= REPEAT_MASS_MIN && !said.insert(text) {
            dropped.push((at, "said before"));
            continue;
        }
        kept.push(at);
    }
    while let Some(at) = trailing_heading(layout, &kept) {
        kept.pop();
        dropped.push((at, "a heading with nothing below"));
    }
    (kept, dropped)
}

/// The words of a run.
pub(crate) fn text_of(doc: &Doc, run: &Run) -> String {
    let mut text = String::new();
    for node in run.range() {
        match doc.kind(node) {
            Kind::Text => words::push_collapsed(&mut text, doc.text(node)),
            Kind::Element if doc.tag(node) == Tag::Br => words::push_collapsed(&mut text, " "),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Where the part of the page that a heading such as "Related" opens comes to its end: that of
/// the largest element around it in which nothing stands before it.
fn section_end(doc: &Doc, root: usize, run: &Run) -> usize {
    let first = run.first as usize;
    let mut end = doc.end(run.owner as usize);
    for node in doc.lineage(run.owner as usize) {
        if node == root {
            break;
        }
        end = doc.end(node);
        let starts_here = doc.parent(node).is_some_and(|parent| {
            parent != root
                && (parent + 1..first)
                    .all(|n| doc.kind(n) != Kind::Text || doc.text(n).chars().all(words::is_blank))
        });
        if !starts_here {
            break;
        }
    }
    end
}

/// Why a run is no part of the text.
fn fault(doc: &Doc, layout: &Layout, root: usize, run: &Run, text: &str) -> Option<&'static str> {
    if run.mass == 0 {
        return Some("no letters");
    }
    if is_caption(doc, layout, root, run) {
        return Some("a caption");
    }
    if phrases::is_furniture(text) {
        return Some("words of furniture");
    }
    // A line that is nothing but a link is a pointer elsewhere, unless it stands in a list.
    let is_pointer = run.heading == 0 && run.link_share() > 0.8 && !run.is_sentence;
    is_pointer.then_some("nothing but a link")
}

/// Whether a run says what a picture shows. Quotes and tables may stand in a figure too.
fn is_caption(doc: &Doc, layout: &Layout, root: usize, run: &Run) -> bool {
    for node in doc.lineage(run.owner as usize).take_while(|node| *node != root) {
        match doc.tag(node) {
            Tag::Figcaption => return true,
            Tag::Blockquote | Tag::Table | Tag::Pre => return false,
            Tag::Figure => return layout.mass(doc, node) < CAPTION_MASS_MAX,
            _ if layout.marks_of(node).any(Marks::CAPTION) => {
                return layout.mass(doc, node) < CAPTION_MASS_MAX;
            }
            _ => {}
        }
    }
    false
}

/// The last kept run where it is a heading: nothing stands below it.
fn trailing_heading(layout: &Layout, kept: &[usize]) -> Option<usize> {
    let last = *kept.last()?;
    layout.runs.get(last).filter(|run| run.heading > 0).map(|_| last)
}

/// For each run whether it is inside, furniture and kept, the element that makes it furniture,
/// and the rule that drops it.
#[cfg(test)]
pub(crate) fn explain(
    doc: &Doc,
    layout: &Layout,
    titles: &[String],
) -> Vec<(String, Option<usize>, &'static str)> {
    let total = layout.prose_total();
    let found = find(doc, layout, titles);
    let inside = found.as_ref().map(|b| layout.runs_in(doc, b.root)).unwrap_or_default();
    (0..layout.runs.len())
        .map(|at| {
            let kept = found.as_ref().is_some_and(|b| b.runs.contains(&at));
            let first = layout.runs[at].first as usize;
            let by = doc.lineage(first).filter(|n| says_furniture(doc, layout, *n, total)).last();
            let sign = |yes: bool, c: char| if yes { c } else { '.' };
            let state = [sign(inside.contains(&at), 'R'), sign(by.is_some(), 'F'), sign(kept, 'K')];
            (
                state.iter().collect(),
                by,
                found
                    .as_ref()
                    .and_then(|b| b.dropped.iter().find(|d| d.0 == at))
                    .map_or("", |d| d.1),
            )
        })
        .collect()
}
