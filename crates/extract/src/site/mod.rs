//! What the pages of one source have in common: lines that stand on many of them, places that hold
//! text on every one or on none, places whose dates are those of the articles, and what follows
//! the headline in every title. A page is read better beside others than alone. It holds counts
//! of what was read, never a page, and knows no source by name.

mod family;
mod recall;

pub(crate) use recall::{Recall, pulled};

use crate::article::Task;
use crate::dom::{Attr, Doc, Kind};
use crate::forest;
use crate::layout::{Layout, Run};
use crate::page::{PageInput, Reading, extract_and_note, extract_with};
use crate::words;
use chapar_model::Parsed;
use std::collections::{HashMap, HashSet};

/// Pages that a profile learns from; more tell nothing new.
pub const SITE_PAGES_MAX: u32 = 64;

/// Lines and places that are remembered.
const LINES_MAX: usize = 30_000;
const PLACES_MAX: usize = 5_000;
const ENDINGS_MAX: usize = 500;
/// Letters of a line that is remembered.
const LINE_MASS_MIN: u32 = 3;
/// Elements that make a place, from the run's own outwards.
const PLACE_DEPTH: usize = 4;
/// Pages on which a title must end in the same words before these are taken for the site's.
const ENDING_PAGES_MIN: u32 = 3;

/// What is known of one place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Place {
    /// Pages on which it stands.
    pages: u32,
    /// Sum over them of how likely its runs are text, by letters.
    likely: f32,
    /// Pages on which its date is that of the article.
    dates_right: u32,
    /// Pages on which it is another.
    dates_wrong: u32,
}

/// What the pages of one source have in common.
///
/// Learn from some pages of a source with [`SiteProfile::learn`], then read its pages with
/// [`SiteProfile::extract_page`]. The same pages in the same order give the same profile.
///
/// ```
/// use chapar_extract::{PageInput, SiteProfile};
/// use chapar_model::Headers;
///
/// let headers = Headers::default();
/// let page = |text: &'static str| PageInput {
///     bytes: text.as_bytes(),
///     url: None,
///     headers: &headers,
///     fetched: None,
///     zone: None,
///     lang_hint: None,
///     feed: None,
/// };
/// let mut site = SiteProfile::default();
/// site.learn(&page("<h1>Rain in Marsa</h1><p>It rained for three days in Marsa Nuran.</p>"));
/// assert_eq!(site.pages(), 1);
/// let reading = site.extract_page(&page("<h1>Sun</h1><p>The sun came back to the town.</p>"));
/// assert!(reading.value.article.is_some());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SiteProfile {
    pages: u32,
    /// Pages on which a line stands.
    lines: HashMap<u64, u32>,
    places: HashMap<u64, Place>,
    /// Pages whose title ends, or begins, with these folded words beside its headline.
    endings: HashMap<String, u32>,
}

/// What one page adds to the profile of its site.
#[derive(Debug, Clone, Default)]
pub struct PageNote {
    /// For each run its line and place, its letters and how likely it is text.
    pub(crate) runs: Vec<RunNote>,
    /// What its titles say beside the headline, folded.
    pub(crate) endings: HashSet<String>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct RunNote {
    pub(crate) line: u64,
    pub(crate) place: u64,
    pub(crate) mass: u32,
    pub(crate) likely: f32,
    /// Whether the date in it is the article's; `None` where it holds none.
    pub(crate) date: Option<bool>,
}

impl SiteProfile {
    /// How many pages it has learned from.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// Learns from a page, up to [`SITE_PAGES_MAX`] pages. What is no article teaches nothing.
    /// Each page should be shown once.
    pub fn learn(&mut self, input: &PageInput<'_>) {
        if self.pages < SITE_PAGES_MAX
            && let (_, Some(note)) = extract_and_note(input)
        {
            self.add(&note);
        }
    }

    /// Reads a page in the light of the others.
    pub fn extract_page(&self, input: &PageInput<'_>) -> Parsed<Reading> {
        extract_with(&Task { input, trees: &forest::LEARNED, site: Some(self), is_noted: false }).0
    }

    /// Adds what a page was noted for, up to [`SITE_PAGES_MAX`] pages.
    pub fn add(&mut self, note: &PageNote) {
        if self.pages >= SITE_PAGES_MAX {
            return;
        }
        self.pages += 1;
        let lines: HashSet<u64> =
            note.runs.iter().filter(|run| run.mass >= LINE_MASS_MIN).map(|run| run.line).collect();
        for line in lines {
            count(&mut self.lines, line, LINES_MAX);
        }
        for (place, seen) in places_of(note) {
            if self.places.len() < PLACES_MAX || self.places.contains_key(&place) {
                let known = self.places.entry(place).or_default();
                known.pages += 1;
                known.likely += seen.likely;
                known.dates_right += seen.dates_right;
                known.dates_wrong += seen.dates_wrong;
            }
        }
        for ending in &note.endings {
            count(&mut self.endings, ending.clone(), ENDINGS_MAX);
        }
    }

    /// What most titles end in, folded and without spaces: names of the site for the title.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let least = ENDING_PAGES_MIN.max(self.pages / 2);
        let often = self.endings.iter().filter(move |(_, pages)| **pages >= least);
        often.map(|(ending, _)| ending.replace(' ', ""))
    }
}

fn count<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, u32>, key: K, most: usize) {
    if counts.len() < most || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}

/// What one page says of each of its places.
fn places_of(note: &PageNote) -> HashMap<u64, Place> {
    let mut sums: HashMap<u64, (f32, f32, Place)> = HashMap::new();
    for run in &note.runs {
        let (sum, weight, seen) = sums.entry(run.place).or_default();
        let letters = (run.mass + 1) as f32;
        *sum += letters * run.likely;
        *weight += letters;
        // A place with several dates is right where one of them is.
        if let Some(is_right) = run.date {
            seen.dates_right = seen.dates_right.max(u32::from(is_right));
            seen.dates_wrong = u32::from(seen.dates_right == 0);
        }
    }
    sums.into_iter()
        .map(|(place, (sum, weight, seen))| (place, Place { likely: sum / weight, ..seen }))
        .collect()
}

/// What a title says before or after its headline, folded.
pub(crate) fn endings_of(title: &str, headline: &str) -> Option<String> {
    let (title, headline) = (words::folded(title), words::folded(headline));
    if headline.is_empty() || title.len() == headline.len() {
        return None;
    }
    let rest = title.strip_prefix(&headline).or_else(|| title.strip_suffix(&headline))?;
    Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty())
}

/// The words of a run as a number.
pub(crate) fn line_of(doc: &Doc, run: &Run) -> u64 {
    let texts = run.range().filter(|node| doc.kind(*node) == Kind::Text);
    let letters = texts.flat_map(|node| doc.text(node).chars()).filter(|c| c.is_alphanumeric());
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, c| mix(hash, u64::from(u32::from(c))))
}

/// Where a run stands, as a number: the names and classes of the elements around it. Numbers in
/// classes are of single articles and say nothing.
pub(crate) fn place_of(doc: &Doc, run: &Run) -> u64 {
    let mut place = 0xcbf2_9ce4_8422_2325;
    for node in doc.lineage(run.owner as usize).take(PLACE_DEPTH) {
        place = mix(place, doc.tag(node) as u64);
        let class = doc.attr(node, Attr::Class).unwrap_or_default();
        for byte in class.bytes().filter(|byte| !byte.is_ascii_digit()) {
            place = mix(place, u64::from(byte));
        }
    }
    mix(place, u64::from(run.heading))
}

/// One step of Fowler, Noll and Vo's hash.
fn mix(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x0100_0000_01b3)
}

/// For each run its line and place.
pub(crate) fn lines_and_places(doc: &Doc, layout: &Layout) -> Vec<(u64, u64)> {
    layout.runs.iter().map(|run| (line_of(doc, run), place_of(doc, run))).collect()
}
