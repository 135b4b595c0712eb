//! The page as a reader meets it: runs of words, each with its measures. A run is what stands
//! between two breaks of line, such as a paragraph, a heading, a table cell or a list item.

use crate::dom::{Attr, Doc, Kind, Tag};
use crate::marks::{MarkReader, Marks};
use crate::words;

/// Letters that make a run long enough to be read as a sentence.
const SENTENCE_MASS_MIN: u32 = 40;

/// Letters past which a run is prose even if it does not end like a sentence.
const LONG_MASS: u32 = 160;

/// One run of words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// First node.
    pub(crate) first: u32,
    /// One past the last node.
    pub(crate) last: u32,
    /// The nearest element that is no inline one.
    pub(crate) owner: u32,
    /// Letters and digits.
    pub(crate) mass: u32,
    /// Those inside links.
    pub(crate) link_mass: u32,
    /// Whether it ends like a sentence.
    pub(crate) is_sentence: bool,
    /// Level of the heading it is.
    pub(crate) heading: u8,
}

impl Run {
    /// Share of its letters that are inside links, 0 to 1.
    pub(crate) fn link_share(&self) -> f32 {
        if self.mass == 0 { 0.0 } else { self.link_mass as f32 / self.mass as f32 }
    }

    /// Whether it reads like running text.
    pub(crate) fn is_prose(&self) -> bool {
        self.heading == 0
            && self.mass >= SENTENCE_MASS_MIN
            && self.link_mass * 2 < self.mass
            && (self.is_sentence || self.mass >= LONG_MASS)
    }

    /// Its nodes.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..self.last as usize
    }
}

/// The runs of a page, and what its elements are for.
#[derive(Debug)]
pub(crate) struct Layout {
    /// In document order.
    pub(crate) runs: Vec<Run>,
    /// For each node the purposes it states itself.
    pub(crate) marks: Vec<Marks>,
    /// For each node how many runs begin before it.
    run_at: Vec<u32>,
    /// For each run the prose mass of all before it.
    prose_before: Vec<u32>,
    /// For each run the mass of all before it.
    mass_before: Vec<u32>,
    /// For each run the mass in links of all before it.
    link_before: Vec<u32>,
}

impl Layout {
    /// Reads the runs of a page.
    pub(crate) fn of(doc: &Doc) -> Self {
        let mut reader = Reader::new(doc);
        reader.read();
        let Reader { runs, marks, .. } = reader;
        let mut run_at = Vec::with_capacity(doc.len() + 1);
        let mut next = 0;
        for node in 0..=doc.len() {
            while runs.get(next).is_some_and(|run: &Run| (run.first as usize) < node) {
                next += 1;
            }
            run_at.push(u32::try_from(next).unwrap_or(u32::MAX));
        }
        let prose_before = sums(runs.iter().map(|run| if run.is_prose() { run.mass } else { 0 }));
        let mass_before = sums(runs.iter().map(|run| run.mass));
        let link_before = sums(runs.iter().map(|run| run.link_mass));
        Self { runs, marks, run_at, prose_before, mass_before, link_before }
    }

    /// The numbers of the runs under a node.
    pub(crate) fn runs_in(&self, doc: &Doc, node: usize) -> std::ops::Range<usize> {
        let at = |node: usize| self.run_at.get(node).copied().unwrap_or(0) as usize;
        at(node)..at(doc.end(node))
    }

    /// Letters of running text under a node.
    pub(crate) fn prose(&self, doc: &Doc, node: usize) -> u32 {
        between(&self.prose_before, self.runs_in(doc, node))
    }

    /// Letters under a node.
    pub(crate) fn mass(&self, doc: &Doc, node: usize) -> u32 {
        between(&self.mass_before, self.runs_in(doc, node))
    }

    /// Share of the letters under a node that are inside links.
    pub(crate) fn link_share(&self, doc: &Doc, node: usize) -> f32 {
        let range = self.runs_in(doc, node);
        let mass = between(&self.mass_before, range.clone()).max(1);
        between(&self.link_before, range) as f32 / mass as f32
    }

    /// Letters of running text on the page.
    pub(crate) fn prose_total(&self) -> u32 {
        self.prose_before.last().copied().unwrap_or(0)
    }

    /// The purposes a node states.
    pub(crate) fn marks_of(&self, node: usize) -> Marks {
        self.marks.get(node).copied().unwrap_or_default()
    }
}

/// What running sums grow by over a range.
fn between(sums: &[u32], range: std::ops::Range<usize>) -> u32 {
    let at = |run: usize| sums.get(run).copied().unwrap_or(0);
    at(range.end).saturating_sub(at(range.start))
}

/// Running sums, from nothing on.
fn sums(values: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut sum = 0u32;
    std::iter::once(0)
        .chain(values.map(|value| {
            sum = sum.saturating_add(value);
            sum
        }))
        .collect()
}

struct Reader<'a> {
    doc: &'a Doc,
    reader: MarkReader<'a>,
    runs: Vec<Run>,
    marks: Vec<Marks>,
    /// Ends and numbers of the open elements that are no inline ones.
    open: Vec<(usize, usize)>,
    link_end: usize,
    run: Option<Run>,
    breaks: u8,
    tail: (u32, u32),
}

impl<'a> Reader<'a> {
    fn new(doc: &'a Doc) -> Self {
        Self {
            doc,
            reader: MarkReader::new(doc),
            runs: Vec::with_capacity(doc.len() / 4),
            marks: vec![Marks::default(); doc.len()],
            open: Vec::with_capacity(64),
            link_end: 0,
            run: None,
            breaks: 0,
            tail: (0, 0),
        }
    }

    fn read(&mut self) {
        let mut at = 0;
        while at < self.doc.len() {
            self.close_ended(at);
            at = match self.doc.kind(at) {
                Kind::Text => {
                    self.text(at);
                    at + 1
                }
                Kind::Element => self.element(at),
                Kind::Document => at + 1,
            };
        }
        self.flush();
    }

    fn close_ended(&mut self, at: usize) {
        while self.open.last().is_some_and(|(end, _)| *end <= at) {
            self.flush();
            self.open.pop();
        }
    }

    /// Meets an element; gives the node to read next.
    fn element(&mut self, at: usize) -> usize {
        let tag = self.doc.tag(at);
        if let Some(slot) = self.marks.get_mut(at) {
            *slot = self.reader.of_element(at);
        }
        if tag.is_silent() || tag == Tag::Noscript {
            return self.doc.end(at);
        }
        match tag {
            Tag::A if self.doc.attr(at, Attr::Href).is_some() => {
                self.link_end = self.link_end.max(self.doc.end(at));
            }
            Tag::Br => {
                self.breaks += 1;
                if self.breaks >= 2 {
                    self.flush();
                }
            }
            Tag::Hr => self.flush(),
            tag if !tag.is_inline() => {
                self.flush();
                self.open.push((self.doc.end(at), at));
            }
            _ => {}
        }
        at + 1
    }

    fn text(&mut self, at: usize) {
        let text = self.doc.text(at);
        let mass = words::mass(text);
        if mass == 0 && text.chars().all(words::is_blank) {
            return;
        }
        self.breaks = 0;
        let node = u32::try_from(at).unwrap_or(u32::MAX);
        let owner = self.open.last().map_or(0, |(_, id)| *id);
        let heading = self.doc.tag(owner).heading().unwrap_or(0);
        let run = self.run.get_or_insert(Run {
            first: node,
            last: node,
            owner: u32::try_from(owner).unwrap_or(0),
            mass: 0,
            link_mass: 0,
            is_sentence: false,
            heading,
        });
        run.last = node + 1;
        run.mass += mass;
        if at < self.link_end {
            run.link_mass += mass;
        }
        self.tail = (node, node);
    }

    fn flush(&mut self) {
        self.breaks = 0;
        let Some(mut run) = self.run.take() else { return };
        run.is_sentence = words::ends_sentence(self.doc.text(self.tail.0 as usize));
        self.runs.push(run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;

    #[track_caller]
    fn check(html: &str, expect: &[&str]) {
        let doc = dom::parse(html);
        let layout = Layout::of(&doc);
        let runs: Vec<String> = layout
            .runs
            .iter()
            .map(|run| words::collapsed(&run.range().map(|n| doc.text(n)).collect::<String>()))
            .collect();
        assert_eq!(runs, expect);
    }

    #[test]
    fn blocks_and_double_breaks_part_runs() {
        check(
            "<p>a <b>b</b> c<p>d<br>e<br><br>f<div>g<p>h</p>i</div>",
            &["a b c", "d e".replace(' ', "").as_str(), "f", "g", "h", "i"],
        );
    }

    #[test]
    fn scripts_and_buttons_hold_no_runs() {
        check("<p>a<script>x</script><button>y</button>", &["a"]);
    }
}
