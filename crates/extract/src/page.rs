//! The way in: a page's bytes with what is known about them, and what was read.

use crate::limits::PAGE_BYTES_MAX;
use crate::{blocks, body, dom, encoding, layout, links};
use chapar_model::{
    Article, Field, Headers, Lang, Outcome, OutcomeKind, PageUrl, Parsed, Warning, When,
};
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
    let mut reading = Reading {
        outcome: Outcome { kind: OutcomeKind::NoText, reason: String::new() },
        article: None,
        lead: None,
        links: Vec::new(),
        feeds: Vec::new(),
        encoding: "UTF-8",
        canonical: None,
    };
    if input.bytes.len() > PAGE_BYTES_MAX {
        reading.outcome = Outcome {
            kind: OutcomeKind::Unreadable,
            reason: format!("over the limit of {PAGE_BYTES_MAX} bytes"),
        };
        return Parsed { value: reading, warnings: Vec::new() };
    }
    let decoded = encoding::decode(input.bytes, input.headers);
    reading.encoding = decoded.name;
    let mut warnings: Vec<Warning> = decoded
        .faults
        .iter()
        .map(|code| Warning { code, detail: format!("read as `{}`", decoded.name) })
        .collect();
    let doc = dom::parse(&decoded.text);
    if let Some(limit) = doc.limit {
        warnings.push(Warning {
            code: "limit",
            detail: format!("the page passes the limit of `{limit}`"),
        });
    }
    let layout = layout::Layout::of(&doc);
    let base = links::base_of(&doc, input.url);
    if let Some(found) = body::find(&doc, &layout, &[]) {
        let built = blocks::build(&doc, &layout, &found, base.as_ref());
        reading.outcome = Outcome { kind: OutcomeKind::Article, reason: "text".into() };
        reading.article = Some(Article {
            title: Field::default(),
            site_name: Field::default(),
            byline: Field::default(),
            dateline: None,
            published: Field::default(),
            updated: Field::default(),
            lang: Field::default(),
            blocks: built,
            lead_image: None,
            canonical: None,
            original: Field::default(),
            section: None,
            tags: Vec::new(),
            word_count: 0,
            confidence: found.confidence,
        });
    }
    Parsed { value: reading, warnings }
}
