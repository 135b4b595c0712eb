//! Which runs of a page are the article's text: those the trees take for it, less what a rule
//! knows better. Never decides what the page is.

use crate::dom::{Doc, Kind, Tag};
use crate::features::{self, Row, View};
use crate::forest::Forest;
use crate::holder;
use crate::layout::{Layout, Run};
use crate::original;
use crate::phrases;
use crate::site::{Recall, pulled};
use crate::words;
use std::collections::HashSet;

/// Letters of a run that is left out when it was said before.
const REPEAT_MASS_MIN: u32 = 60;

/// How likely a run must be part of the text.
const LIKELY_MIN: f32 = 0.45;

/// How likely it must be where the runs before and after it are.
const FILL_MIN: f32 = 0.3;

/// Letters of a line that names the source and is no part of a sentence.
const LABEL_MASS_MAX: u32 = 60;

/// Likelihoods that say little.
const UNSURE: std::ops::Range<f32> = 0.15..0.75;

/// The text of an article: its runs.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// The smallest element that holds them all.
    pub(crate) root: usize,
    /// Their numbers, ascending.
    pub(crate) runs: Vec<usize>,
    /// How sure the choice is, 0 to 1.
    pub(crate) confidence: f32,
    /// Share of the page's letters of which it is not sure, 0 to 1.
    pub(crate) doubt: f32,
    /// Mean likelihood of all letters of the page.
    pub(crate) likely: f32,
    /// For each run of the page how likely it is text.
    pub(crate) judged: Vec<f32>,
}

impl Body {
    /// Its letters.
    pub(crate) fn mass(&self, layout: &Layout) -> u32 {
        let runs = self.runs.iter().filter_map(|at| layout.runs.get(*at));
        runs.map(|run| run.mass).fold(0, u32::saturating_add)
    }
}

/// Finds the text. `titles` are folded headlines, for leaving the headline itself out.
pub(crate) fn find(
    doc: &Doc,
    layout: &Layout,
    titles: &[String],
    trees: &Forest,
    recall: &Recall,
) -> Option<Body> {
    let mut likely = Vec::with_capacity(layout.runs.len());
    let mut said: HashSet<String> = HashSet::new();
    let (mut all, mut unsure, mut sum) = (0.0f32, 0.0f32, 0.0f32);
    each_row(doc, layout, titles, |at, text, row| {
        let Some(run) = layout.runs.get(at) else { return };
        let known = recall.run(at);
        let judged = match known.is_standing {
            true => 0.0,
            false => pulled(trees.judge(row), known.pull),
        };
        all += run.mass as f32;
        sum += run.mass as f32 * judged;
        if UNSURE.contains(&judged) {
            unsure += run.mass as f32;
        }
        // The same page for narrow and wide screens says everything twice.
        let is_out = judged < FILL_MIN
            || fault(run, &text, titles).is_some()
            || (run.mass >= REPEAT_MASS_MIN && judged >= LIKELY_MIN && !said.insert(text));
        likely.push(if is_out { 0.0 } else { judged });
    });
    let mut runs: Vec<usize> = (0..likely.len()).filter(|at| is_kept(&likely, *at)).collect();
    while runs.last().and_then(|at| layout.runs.get(*at)).is_some_and(|run| run.heading > 0) {
        runs.pop();
    }
    let root = common_holder(doc, layout, &runs)?;
    Some(Body {
        root,
        confidence: confidence(layout, &runs, &likely),
        doubt: unsure / all.max(1.0),
        likely: sum / all.max(1.0),
        runs,
        judged: likely,
    })
}

/// Whether a run is likely enough by itself, or fills a gap in the text.
fn is_kept(likely: &[f32], at: usize) -> bool {
    let is_likely = |at: usize| likely.get(at).is_some_and(|l| *l >= LIKELY_MIN);
    let fills = likely.get(at).is_some_and(|l| *l >= FILL_MIN);
    is_likely(at) || (fills && is_likely(at.wrapping_sub(1)) && is_likely(at + 1))
}

/// The mean likelihood of the kept letters.
fn confidence(layout: &Layout, runs: &[usize], likely: &[f32]) -> f32 {
    let (mut sure, mut mass) = (0.0, 0.0);
    for at in runs {
        let letters = layout.runs.get(*at).map_or(0.0, |run| run.mass as f32);
        sure += letters * likely.get(*at).copied().unwrap_or(0.0);
        mass += letters;
    }
    sure / f32::max(mass, 1.0)
}

/// Calls `each` with every run's number, words and what can be said of it.
pub(crate) fn each_row(
    doc: &Doc,
    layout: &Layout,
    titles: &[String],
    each: impl FnMut(usize, String, &Row),
) {
    let furniture = holder::furniture(doc, layout);
    let root = holder::holder(doc, layout, &furniture).unwrap_or(0);
    features::each(&View { doc, layout, titles, root, furniture: &furniture }, each);
}

/// Why a run is no part of the text, however likely it looks.
fn fault(run: &Run, text: &str, titles: &[String]) -> Option<&'static str> {
    // A line of underscores parts the sections of agency copy.
    if run.mass == 0 && !text.starts_with("__") {
        return Some("no letters");
    }
    if run.heading > 0 && titles.contains(&words::folded(text)) {
        return Some("the headline");
    }
    if phrases::is_furniture(text) {
        return Some("words of furniture");
    }
    if run.mass < LABEL_MASS_MAX && original::label(text).is_some() {
        return Some("a label that names the source");
    }
    (run.link_share() > 0.5 && phrases::opens_section_end(text)).then_some("a link to read on")
}

/// The smallest element that holds all runs.
fn common_holder(doc: &Doc, layout: &Layout, runs: &[usize]) -> Option<usize> {
    let first = layout.runs.get(*runs.first()?)?;
    let last = layout.runs.get(*runs.last()?)?;
    doc.lineage(first.owner as usize).find(|node| doc.end(*node) >= last.last as usize)
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
