//! What stands beside a link: its title, date, teaser and picture, in the largest element around it
//! that holds no other article. Takes nothing from elsewhere on the page.

use super::ListedLink;
use super::gather::{Anchor, Page, TITLE_CHARS_MAX, words_in};
use crate::dom::{Attr, Kind, Tag};
use crate::figures;
use crate::layout::Run;
use crate::marks::Marks;
use crate::words;
use chapar_model::{PageUrl, When};
use chapar_text::dates::{DateContext, find_line_dates, parse_date};
use std::ops::Range;

/// Nodes of an item that are looked at.
const ITEM_NODES_MAX: usize = 300;
/// Elements around a link that may be its item.
const CLIMB_MAX: usize = 6;
/// Lines of an item that are searched for its date.
const DATE_LINES_MAX: usize = 10;
/// Letters of a line that is looked at for a date.
const DATE_LINE_MASS_MAX: u32 = 60;
/// Characters of a date.
const DATE_CHARS_MAX: usize = 80;
/// Words of a link that says what it leads to. "Read more" and "12 comments" do not.
const TITLE_WORDS_MIN: usize = 3;
/// Letters of a line that tells what an article is about.
const TEASER_MASS_MIN: u32 = 40;
/// Characters kept of it.
const TEASER_CHARS_MAX: usize = 500;

/// Finds what stands beside links.
#[derive(Debug)]
pub(super) struct Items<'a> {
    page: &'a Page<'a>,
    dates: DateContext,
    /// For each likely link the stretch of links with its address.
    stretches: Vec<(usize, usize)>,
}

impl<'a> Items<'a> {
    pub(super) fn new(page: &'a Page<'a>, dates: DateContext) -> Self {
        Self { page, dates, stretches: stretches_of(&page.likely) }
    }

    /// A link with what stands beside it.
    pub(super) fn link(&self, anchor: &Anchor) -> ListedLink {
        let item = self.item(anchor.node);
        let title = self.title(anchor, item);
        let mut link = ListedLink {
            url: anchor.url.clone(),
            title,
            shape: anchor.shape.clone(),
            date_raw: None,
            date: None,
            teaser: None,
            picture: None,
            is_in_menu: false,
        };
        if item == anchor.node && !anchor.is_likely() {
            return link;
        }
        (link.date_raw, link.date) = self.date(item, anchor.node).unzip();
        link.teaser = self.teaser(item, &link.title);
        link.picture = self.picture(item);
        link
    }

    /// What a heading in the link says, else its words, else the heading beside it.
    fn title(&self, anchor: &Anchor, item: usize) -> String {
        let node = anchor.node;
        let inside = self.heading(node + 1..self.end(node));
        if let Some(title) = inside {
            return title;
        }
        let is_under_heading = self
            .page
            .doc
            .lineage(node)
            .skip(1)
            .take(CLIMB_MAX)
            .any(|at| self.page.doc.tag(at).heading().is_some());
        if is_under_heading || words_in(&anchor.words) >= TITLE_WORDS_MIN || item == node {
            return anchor.words.clone();
        }
        self.heading(item..self.end(item)).unwrap_or_else(|| anchor.words.clone())
    }

    fn heading(&self, mut nodes: Range<usize>) -> Option<String> {
        let doc = self.page.doc;
        let is_title = |at: &usize| {
            doc.kind(*at) == Kind::Element
                && (doc.tag(*at).heading().is_some()
                    || self.page.layout.marks_of(*at).any(Marks::TITLE))
        };
        nodes
            .find(is_title)
            .map(|at| doc.words_up_to(at, TITLE_CHARS_MAX))
            .filter(|w| !w.is_empty())
    }

    /// The date that stands beside a link.
    fn date(&self, item: usize, link: usize) -> Option<(String, When)> {
        let doc = self.page.doc;
        let stated = doc.find(item..self.end(item), Tag::Time).find_map(|time| {
            let stated = doc.attr(time, Attr::Datetime).map(str::to_owned);
            let raw = stated.unwrap_or_else(|| doc.words_up_to(time, DATE_CHARS_MAX));
            let raw = words::clipped(&raw, DATE_CHARS_MAX);
            let when = parse_date(&raw, &self.dates)?.value;
            Some((raw, when))
        });
        stated.or_else(|| self.printed_date(item, link))
    }

    fn printed_date(&self, item: usize, link: usize) -> Option<(String, When)> {
        let lines = self.runs(item).iter().take(DATE_LINES_MAX);
        let inside = link..self.page.doc.end(link);
        lines.filter(|run| run.mass <= DATE_LINE_MASS_MAX && run.heading == 0).find_map(|run| {
            // The words of the link may name a day that is not its own.
            let line = self.line(run, &inside, DATE_CHARS_MAX);
            let found = find_line_dates(&line, &self.dates).into_iter().next()?;
            let raw = line.get(found.bytes.clone())?.to_owned();
            Some((raw, found.reading.value))
        })
    }

    /// The first line beside a link that is long enough to tell what it is about.
    fn teaser(&self, item: usize, title: &str) -> Option<String> {
        let told = self.runs(item).iter().find(|run| {
            run.heading == 0 && run.mass >= TEASER_MASS_MIN && run.link_mass * 2 < run.mass
        })?;
        let line = self.line(told, &(0..0), TEASER_CHARS_MAX * 4);
        let line = words::clipped(line.trim(), TEASER_CHARS_MAX);
        (!line.is_empty() && !line.starts_with(title)).then_some(line)
    }

    fn picture(&self, item: usize) -> Option<PageUrl> {
        let doc = self.page.doc;
        doc.find(item..self.end(item), Tag::Img)
            .find_map(|img| figures::address(doc, img, self.page.base.as_ref()))
    }

    /// The words of a run that stand outside some nodes.
    fn line(&self, run: &Run, without: &Range<usize>, bytes_max: usize) -> String {
        let mut line = String::new();
        for at in run.range().filter(|at| !without.contains(at)) {
            words::push_collapsed_until(&mut line, self.page.doc.text(at), bytes_max);
        }
        line
    }

    fn runs(&self, item: usize) -> &[Run] {
        let runs = self.page.layout.runs_in(self.page.doc, item);
        self.page.layout.runs.get(runs).unwrap_or_default()
    }

    /// One past the last node of an item that is looked at.
    fn end(&self, item: usize) -> usize {
        self.page.doc.end(item).min(item + ITEM_NODES_MAX)
    }

    /// The largest element around a link, within a few steps, that holds no other article.
    fn item(&self, node: usize) -> usize {
        let doc = self.page.doc;
        let at = self.page.likely.partition_point(|(likely, _)| *likely < node);
        let is_likely = self.page.likely.get(at).is_some_and(|(likely, _)| *likely == node);
        let Some((first, last)) = self.stretches.get(at).copied().filter(|_| is_likely) else {
            return node;
        };
        let mut item = node;
        for above in doc.lineage(node).skip(1).take(CLIMB_MAX) {
            let range = self.page.likely_in(above);
            if range.start < first
                || range.end > last
                || matches!(doc.tag(above), Tag::Body | Tag::Main)
            {
                break;
            }
            item = above;
        }
        item
    }
}

/// For each place in a row the stretch of the same address that it is in.
fn stretches_of(likely: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut stretches = Vec::with_capacity(likely.len());
    let mut start = 0;
    for chunk in likely.chunk_by(|one, two| one.1 == two.1) {
        let end = start + chunk.len();
        stretches.extend(std::iter::repeat_n((start, end), chunk.len()));
        start = end;
    }
    stretches
}
