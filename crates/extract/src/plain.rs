//! A page without markup: paragraphs between blank lines, with the head of the page above them.
//! Nothing is guessed that the lines do not show.

use crate::{address, dateline, original, phrases, words};
use chapar_model::{Headers, PageUrl};
use chapar_text::dates::{DateContext, FoundDate, find_dates};

/// Lines above the text that may be the head of the page.
const HEAD_LINES_MAX: usize = 12;

/// Letters from which a paragraph is no headline.
const PROSE_MASS_MIN: u32 = 110;

/// What the lines show.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    /// The headline.
    pub(crate) title: Option<String>,
    /// The first line of a head of several, which names the site.
    pub(crate) site: Option<String>,
    /// Dates in the head of the page.
    pub(crate) dates: Vec<(FoundDate, String)>,
    /// The author's line.
    pub(crate) byline: Option<String>,
    /// The paragraphs of the text.
    pub(crate) paragraphs: Vec<String>,
    /// Lines that name a source.
    pub(crate) labels: Vec<String>,
}

/// Whether a page is text without markup.
pub(crate) fn is_plain(text: &str, headers: &Headers) -> bool {
    let says_plain = headers
        .get("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/plain"));
    let has_tags = || {
        text.split('<').skip(1).any(|rest| {
            let rest = rest.trim_start_matches(['/', '!']);
            rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('>')
        })
    };
    says_plain || !has_tags()
}

/// Reads the lines of a page.
pub(crate) fn read(text: &str, url: Option<&PageUrl>, context: &DateContext) -> Plain {
    let mut plain = Plain::default();
    let paragraphs = paragraphs(text);
    let start = paragraphs.iter().position(|p| is_prose(p)).unwrap_or(paragraphs.len());
    let (head, body) = paragraphs.split_at(start);
    plain.read_head(head, url, context);
    for paragraph in body {
        if original::label(paragraph).is_some() {
            plain.labels.push(paragraph.clone());
        } else if phrases::is_section_end(paragraph) {
            break;
        } else if !phrases::is_furniture(paragraph) {
            plain.paragraphs.push(paragraph.clone());
        }
    }
    plain
}

/// Paragraphs stand between blank lines; in a text without blank lines every line is one.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let has_blank_lines = text.trim().lines().any(|line| line.trim().is_empty());
    for line in text.lines() {
        if line.trim().is_empty() || !has_blank_lines {
            all.push(String::new());
        }
        if let Some(last) = all.last_mut() {
            words::push_collapsed(last, line);
            words::push_collapsed(last, " ");
        }
    }
    all.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn is_prose(paragraph: &str) -> bool {
    let mass = words::mass(paragraph);
    mass >= PROSE_MASS_MIN
        || (mass >= 40 && words::ends_sentence(paragraph) && !paragraph.ends_with(':'))
        || (dateline::read(paragraph).is_some() && mass >= 40)
}

impl Plain {
    fn read_head(&mut self, head: &[String], url: Option<&PageUrl>, context: &DateContext) {
        let skip = head.len().saturating_sub(HEAD_LINES_MAX);
        let mut lines: Vec<&String> = Vec::new();
        for line in head.iter().skip(skip) {
            let found = find_dates(line, context);
            let dated = found.first().is_some_and(|f| f.bytes.len() * 3 > line.len() * 2);
            self.dates.extend(found.into_iter().map(|f| (f, line.clone())));
            let is_byline = line.get(..3).is_some_and(|by| by.eq_ignore_ascii_case("by "));
            if is_byline {
                self.byline = crate::byline::clean(line);
            } else if !dated && original::label(line).is_none() && !phrases::is_furniture(line) {
                lines.push(line);
            }
        }
        let slug = url.map(address::slug).unwrap_or_default();
        // The line that the address repeats is the headline; else the one nearest to the text.
        let named = lines.iter().rposition(|line| shared(line, &slug) * 2 > slug.len().max(2));
        let at = named.or(lines.len().checked_sub(1));
        self.title = at.and_then(|at| lines.get(at)).map(|line| (*line).clone());
        self.site =
            lines.first().filter(|_| at.is_some_and(|at| at > 0)).map(|line| (*line).clone());
    }
}

fn shared(line: &str, slug: &[String]) -> usize {
    let folded = words::folded(line);
    slug.iter().filter(|word| folded.split(' ').any(|w| w == **word)).count()
}
