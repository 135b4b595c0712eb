//! Where the headline stands among the runs of a page: dates and bylines stand near it. It decides
//! nothing about the words of the title.

use crate::dom::{Doc, Tag};
use crate::layout::Layout;
use crate::words;

/// Headings looked at.
const HEADINGS_MAX: usize = 60;

/// Runs above a headline that may belong to it, and runs below.
const RUNS_ABOVE: usize = 3;
const RUNS_BELOW: usize = 8;

/// How many runs below the headline a run above it is worth: what stands above may be of the menu.
const ABOVE_COST: usize = 6;

/// The place of a headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Headline {
    /// Its element.
    pub(crate) node: usize,
    /// Its first run.
    pub(crate) run: usize,
}

impl Headline {
    /// Finds the heading that bears the title, else the last heading of the first level before
    /// the text, else the first on the page.
    pub(crate) fn find(
        doc: &Doc,
        layout: &Layout,
        text_start: Option<usize>,
        title: Option<&str>,
    ) -> Option<Self> {
        let start = text_start
            .and_then(|run| layout.runs.get(run))
            .map_or(doc.len(), |run| run.first as usize);
        let title = title.map(words::folded).unwrap_or_default();
        let is_heading = |node: &usize| matches!(doc.tag(*node), Tag::H1 | Tag::H2 | Tag::H3);
        let titled = (0..doc.len())
            .filter(is_heading)
            .take(HEADINGS_MAX)
            .find(|node| words::folded(&doc.words(*node)) == title);
        let node = titled
            .or_else(|| doc.find(0..start, Tag::H1).last())
            .or_else(|| doc.find(start..doc.len(), Tag::H1).next())
            .or_else(|| doc.find(0..start, Tag::H2).last())?;
        Some(Self { node, run: layout.runs_in(doc, node).start })
    }

    /// The runs that may belong to it.
    pub(crate) fn around(&self, runs: usize) -> std::ops::Range<usize> {
        self.run.saturating_sub(RUNS_ABOVE)..(self.run + RUNS_BELOW + 1).min(runs)
    }

    /// How far a run is from it, where it may belong to it.
    pub(crate) fn distance(&self, run: usize) -> Option<usize> {
        let above = if run < self.run { ABOVE_COST } else { 0 };
        self.around(usize::MAX).contains(&run).then(|| run.abs_diff(self.run) + above)
    }
}
