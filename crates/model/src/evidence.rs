//! Why a derived fact is believed: every candidate that was seen, where, and what became of it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What kind of thing a reading rests on, from the most to the least telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A JSON-LD object (schema.org).
    JsonLd,
    /// Microdata or RDFa attributes.
    Microdata,
    /// An OpenGraph or `article:` property.
    OpenGraph,
    /// Another `<meta>` element, Dublin Core among them.
    Meta,
    /// A `<time>` element.
    TimeElement,
    /// A `<link>` element.
    Link,
    /// The page's address.
    Address,
    /// A feed's entry that led to the page.
    Feed,
    /// A sitemap's entry that led to the page.
    Sitemap,
    /// An HTTP header.
    Header,
    /// A heading of the page.
    Heading,
    /// The `<title>` element.
    TitleElement,
    /// Text that readers see, at a place where such a thing stands.
    VisibleText,
    /// Text beside a label such as "Original News:".
    Label,
    /// The first words of the body.
    Dateline,
    /// The masthead or a clock: never believed.
    Masthead,
    /// What is known of the site from its other pages.
    SiteMemory,
    /// Another article with the same text.
    Copy,
    /// Letter statistics.
    Statistics,
    /// What the edition says of the source.
    Edition,
}

/// What was decided about one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict", content = "reason")]
pub enum Verdict {
    /// This is the reading.
    Chosen(Cow<'static, str>),
    /// Not needed, and says the same.
    Agrees,
    /// Not believed, with the reason.
    Rejected(Cow<'static, str>),
}

/// One reading that was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate<T> {
    /// What it says.
    pub value: T,
    /// What it rests on.
    pub basis: Basis,
    /// Where exactly, such as `meta[property=article:published_time]`.
    pub place: Cow<'static, str>,
    /// The characters as they stand there, shortened to 200.
    pub raw: String,
    /// What was decided, and why.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A derived value with all that was seen for and against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field<T> {
    /// The candidates, in the order of their rank; at most one is chosen.
    pub candidates: Vec<Candidate<T>>,
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self { candidates: Vec::new() }
    }
}

impl<T> Field<T> {
    /// The chosen candidate.
    pub fn chosen(&self) -> Option<&Candidate<T>> {
        self.candidates.iter().find(|c| matches!(c.verdict, Verdict::Chosen(_)))
    }

    /// The chosen value.
    pub fn value(&self) -> Option<&T> {
        self.chosen().map(|c| &c.value)
    }
}

/// Which field of an article a [`FieldSummary`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldName {
    /// The headline.
    Title,
    /// Who wrote it.
    Byline,
    /// When it was first published.
    Published,
    /// When it was last changed.
    Updated,
    /// Its language.
    Language,
    /// The site's name.
    Site,
    /// Where it says it comes from.
    Original,
    /// The text itself.
    Body,
}

/// One candidate of any field as text, for showing and for JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldSummary {
    /// The field.
    pub field: FieldName,
    /// The candidate.
    #[serde(flatten)]
    pub candidate: Candidate<String>,
}
