//! The way in: a page's bytes with what is known about them, and what was read.

use crate::article::Task;
use crate::forest::LEARNED;
use crate::limits::PAGE_BYTES_MAX;
use crate::site::PageNote;
use crate::{article, encoding, outcome, plain, plain_article};
use chapar_model::{Article, Headers, Lang, Outcome, OutcomeKind, PageUrl, Parsed, Warning, When};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A page's bytes with what is known about them.
#[derive(Debug, Clone)]
pub struct PageInput<'a> {
    /// The body as received.
    pub bytes: &'a [u8],
    /// The address it came from.
    pub url: Option<&'a PageUrl>,
    /// HTTP header lines as received.
    pub headers: &'a Headers,
    /// When it was received.
    pub fetched: Option<Timestamp>,
    /// The zone of times that state none.
    pub zone: Option<TimeZone>,
    /// The language it is believed to be in.
    pub lang_hint: Option<Lang>,
    /// What the feed said that led here.
    pub feed: Option<FeedHint>,
}

impl<'a> PageInput<'a> {
    /// A page of which nothing else is known.
    pub fn new(bytes: &'a [u8], headers: &'a Headers) -> Self {
        let (fetched, zone, lang_hint) = (None, None, None);
        Self { bytes, url: None, headers, fetched, zone, lang_hint, feed: None }
    }
}

/// What a feed's entry says about a page.
#[derive(Debug, Clone, Default)]
pub struct FeedHint {
    /// Its title.
    pub title: Option<String>,
    /// Its date.
    pub published: Option<When>,
    /// Its author.
    pub author: Option<String>,
}

/// The part of a page that a link stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPlace {
    /// The text of the article.
    Body,
    /// Navigation, header or footer.
    Navigation,
    /// The rest of the page.
    Page,
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Where it leads.
    pub url: PageUrl,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub place: LinkPlace,
}

/// What was read from a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What the page is.
    pub outcome: Outcome,
    /// The article, where the page is one.
    pub article: Option<Article>,
    /// Title, dates and the beginning of a page that is news but no article to be kept.
    pub lead: Option<Article>,
    /// What was found on a page that is no article and no news: to be looked at by who asks for
    /// the page, never to be kept.
    pub found: Option<Article>,
    /// The links of the page, in order, each address once.
    pub links: Vec<PageLink>,
    /// Feeds that the page names.
    pub feeds: Vec<PageUrl>,
    /// The encoding it was read in.
    pub encoding: &'static str,
    /// The address the page calls its own.
    pub canonical: Option<PageUrl>,
}

/// Reads a page.
pub fn extract_page(input: &PageInput<'_>) -> Parsed<Reading> {
    extract_with(&Task { input, trees: &LEARNED, site: None, is_noted: false }).0
}

/// Reads a page; with it, where it is an article, what it adds to its site's profile.
pub fn extract_and_note(input: &PageInput<'_>) -> (Parsed<Reading>, Option<PageNote>) {
    extract_with(&Task { input, trees: &LEARNED, site: None, is_noted: true })
}

/// Reads a page by the trees and in the light of the site that the task names.
pub(crate) fn extract_with(task: &Task<'_>) -> (Parsed<Reading>, Option<PageNote>) {
    let input = task.input;
    let unnoted = |read| (read, None);
    if input.bytes.len() > PAGE_BYTES_MAX {
        let reason = format!("over the limit of {PAGE_BYTES_MAX} bytes");
        return unnoted(without_article(OutcomeKind::Unreadable, reason, "UTF-8"));
    }
    if let Some((kind, reason)) = outcome::of_bytes(input.bytes, input.headers) {
        return unnoted(without_article(kind, reason, "UTF-8"));
    }
    let decoded = encoding::decode(input.bytes, input.headers);
    let mut warnings: Vec<Warning> = decoded
        .faults
        .iter()
        .map(|code| Warning { code, detail: format!("read as `{}`", decoded.name) })
        .collect();
    if let Some((kind, reason)) = outcome::of_start(&decoded.text) {
        return unnoted(without_article(kind, reason, decoded.name));
    }
    let (mut value, note) = if plain::is_plain(&decoded.text, input.headers) {
        (plain_article::read(input, &decoded.text), None)
    } else {
        article::of_html(task, &decoded.text, &mut warnings)
    };
    value.encoding = decoded.name;
    (Parsed { value, warnings }, note)
}

/// What is read from a page that holds no text of an article.
fn without_article(kind: OutcomeKind, reason: String, encoding: &'static str) -> Parsed<Reading> {
    let mut value = Reading::new(Outcome { kind, reason });
    value.encoding = encoding;
    Parsed { value, warnings: Vec::new() }
}

impl Reading {
    /// What there is to show of the page: the article, its beginning, or what was found of text.
    pub fn shown(&self) -> Option<&Article> {
        self.article.as_ref().or(self.lead.as_ref()).or(self.found.as_ref())
    }

    /// A reading with an outcome and nothing else.
    pub(crate) fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            article: None,
            lead: None,
            found: None,
            links: Vec::new(),
            feeds: Vec::new(),
            encoding: "UTF-8",
            canonical: None,
        }
    }
}
