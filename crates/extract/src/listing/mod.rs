//! Section pages: the groups of links that stand at the same structural place, and which of them
//! are lists of news. What a link leads to is never asked; only the page and its addresses tell.

mod gather;
mod headings;
mod items;
mod older;
mod parts;
mod profile;
mod shape;
#[cfg(test)]
mod tests;
mod verdict;

pub use profile::{ListingProfile, NewsLink, Target};

use crate::limits::PAGE_BYTES_MAX;
use crate::page::PageInput;
use crate::{dom, encoding, links, marks, outcome};
use chapar_model::{PageUrl, Parsed, Warning, When};

/// The groups of links of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// In the order of their first links.
    pub groups: Vec<LinkGroup>,
}

/// Links that stand at the same structural place.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkGroup {
    /// In order, each address once.
    pub links: Vec<ListedLink>,
    /// The elements around these, from the inside out: `a < h3.title < li`.
    pub place: String,
    /// The heading over the first of them.
    pub heading: Option<String>,
    /// The part of the page they stand in.
    pub part: PagePart,
    /// Words of a title, in the mean.
    pub title_words: f32,
    /// Share of the addresses that look like articles.
    pub article_share: f32,
    /// Share of the links with a date beside them.
    pub dated_share: f32,
    /// The form that most addresses of articles have.
    pub shape: Option<String>,
    /// What the group is.
    pub kind: GroupKind,
    /// Why, in words.
    pub reason: String,
}

/// A link of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedLink {
    /// Where it leads, on the same site.
    pub url: PageUrl,
    /// Its title: what a heading in or around it says, else its words, else a heading beside it.
    pub title: String,
    /// The form of its address, where that looks like one of an article.
    pub shape: Option<String>,
    /// The date beside it, as printed.
    pub date_raw: Option<String>,
    /// The date beside it, as read.
    pub date: Option<When>,
    /// What the page says of the article beside its title.
    pub teaser: Option<String>,
    /// The picture beside it.
    pub picture: Option<PageUrl>,
    /// Whether a menu of the page has the same address.
    pub is_in_menu: bool,
}

/// The part of a page that a group stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PagePart {
    /// What the page is there for.
    Main,
    /// A menu, the head or the foot of the site.
    Frame,
    /// A column beside.
    Side,
    /// A box of what is read most or belongs to something else, by its name or its heading.
    Chosen,
    /// Running words, which lead to what they speak of.
    Text,
    /// What no reader sees.
    Hidden,
}

/// What a group of links is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// A list of articles that are there for being new.
    News,
    /// The way around the site.
    Navigation,
    /// Articles that were chosen by readers or by what they are about.
    MostRead,
    /// Anything else.
    Other,
}

/// Finds the groups of links of a page. Pure, in linear time.
pub fn find_listing(input: &PageInput<'_>) -> Parsed<Listing> {
    let mut doc = match document_of(input) {
        Ok(doc) => doc,
        Err(warning) => return Parsed { value: Listing::default(), warnings: vec![warning] },
    };
    marks::silence_hidden(&mut doc);
    let warnings = doc.limit.map(|limit| Warning {
        code: "limit",
        detail: format!("the page passes the limit of `{limit}`"),
    });
    let mut groups = gather::groups_of(&doc, input);
    verdict::judge(&mut groups);
    Parsed { value: Listing { groups }, warnings: warnings.into_iter().collect() }
}

/// Finds where the next page of a list stands, for one that is spread over several. Pure, in linear
/// time.
pub fn find_next_page(input: &PageInput<'_>) -> Option<PageUrl> {
    let doc = document_of(input).ok()?;
    let base = links::base_of(&doc, input.url);
    older::next_page(&doc, base.as_ref(), input.url?)
}

/// A page taken apart, or why its bytes are none.
fn document_of(input: &PageInput<'_>) -> Result<dom::Doc, Warning> {
    let without = |code, detail| Warning { code, detail };
    if input.bytes.len() > PAGE_BYTES_MAX {
        return Err(without("limit", format!("over the limit of {PAGE_BYTES_MAX} bytes")));
    }
    if let Some((_, reason)) = outcome::of_bytes(input.bytes, input.headers) {
        return Err(without("no-page", reason));
    }
    let decoded = encoding::decode(input.bytes, input.headers);
    match outcome::of_start(&decoded.text) {
        Some((_, reason)) => Err(without("no-page", reason)),
        None => Ok(dom::parse(&decoded.text)),
    }
}
