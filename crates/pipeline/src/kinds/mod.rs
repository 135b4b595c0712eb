//! The kinds of document that are polled, behind one interface: how one is asked for, how a kept
//! page of it becomes entries, which addresses are its own, and how pages that its entries lead to
//! are read where they are no HTML articles. All of it is pure: bytes and addresses in, values out.
//!
//! A new kind is one new file with one implementation of [`Kind`], a variant of
//! `chapar_store::FeedKind` that names it, and one line in [`KINDS`]. Nothing else knows how many
//! kinds there are: an edition names a kind or lets the address tell (`find_kind`), `collect` asks
//! by it, the reader reads by it, and `chapar add` tries each in turn.

mod activity;
mod feed;
mod post;
mod section;
mod sitemap;
mod telegram;
mod youtube;

pub(crate) use section::read_section;

use anyhow::{Result, bail};
use chapar_extract::Target;
use chapar_fetch::{DecodeLimits, Purpose, decode_body};
use chapar_model::{Article, ContentHash, Headers, Lang, Outcome, Page, PageUrl};
use chapar_store::{EntryHint, FeedKind, NewEntry};
use jiff::tz::TimeZone;
use std::borrow::Cow;

/// Characters of an entry's key, title and author that are kept.
const TEXT_CHARS_MAX: usize = 500;

/// Bytes at the head of a document that tell what it is.
const HEAD_BYTES: usize = 2_000;

/// Bytes of what is learned of one polled document; more is not kept.
pub(crate) const LEARNED_BYTES_MAX: usize = 256 * 1024;

/// Every kind, in the order in which a document or an address is tried.
static KINDS: [&dyn Kind; 6] = [
    &sitemap::Sitemap,
    &feed::Feed,
    &telegram::Telegram,
    &activity::Activity,
    &youtube::Youtube,
    &section::Section,
];

/// One kind of polled document.
pub trait Kind: Sync {
    /// Its name.
    fn kind(&self) -> FeedKind;

    /// How a poll asks for it.
    fn ask(&self) -> Ask;

    /// The address to poll for an address that an editor wrote: the same one where it can be
    /// polled as it is. An error says what to write instead.
    fn polled_address(&self, url: &PageUrl) -> Result<PageUrl> {
        Ok(url.clone())
    }

    /// Whether the address alone tells that a document of this kind stands there.
    fn is_told_by(&self, _url: &PageUrl) -> bool {
        false
    }

    /// Whether a page is one of the document that is polled at `feed`: that address itself, or
    /// one to which an earlier reading led on (`FeedDocument::further`).
    fn covers(&self, feed: &PageUrl, page: &PageUrl) -> bool {
        feed == page
    }

    /// A hash of what a document says without what changes at every look, such as how often posts
    /// were seen: one that differs in nothing else is not kept again. `None` where
    /// every byte counts.
    fn fingerprint(&self, _received: &Received<'_>) -> Option<ContentHash> {
        None
    }

    /// Why an answer to a poll, though its status is a success, is no document of this kind, for
    /// the source's health: a channel that has become private still answers.
    fn fault(&self, _received: &Received<'_>) -> Option<&'static str> {
        None
    }

    /// What a status means that is no success, where documents of this kind give it a meaning of
    /// its own.
    fn refusal(&self, _status: u16) -> Option<&'static str> {
        None
    }

    /// Whether reading hangs on what earlier pages of the same document taught. Such pages are
    /// read one after the other in their order, each with what the one before left as
    /// `FeedDocument::learned`.
    fn learns(&self) -> bool {
        false
    }

    /// Whether reading hangs on what the pages were that earlier entries led to.
    fn weighs_targets(&self) -> bool {
        false
    }

    /// The entries of a kept page. `None` when it is no document of this kind. Called with
    /// `Document::polled` for pages that the edition knows to be of this kind, and without it for
    /// any page at all: then the bytes or the address have to tell.
    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument>;

    /// How the page of an entry is asked for that is no HTML article: `NewEntry::post` names the
    /// kind.
    fn ask_post(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: None }
    }

    /// The page of such an entry, read. `None` when it is no such page after all: then it is read
    /// like any other.
    fn find_post(&self, _document: &Document<'_>, _hint: Option<&EntryHint>) -> Option<Post> {
        None
    }

    /// Whether any page with links may be followed as one of this kind, so that it is tried last.
    fn takes_any_page(&self) -> bool {
        false
    }

    /// What to do to find out whether what a person gave to `chapar add` names a document of this
    /// kind: called again with each answer to what it asked. `None` when it is not of this kind.
    fn find_step(&self, _given: &str, _answers: &[Answer]) -> Option<Step> {
        None
    }
}

/// An answer to a poll, before it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The address that is polled.
    pub url: &'a PageUrl,
    /// Header lines.
    pub headers: &'a Headers,
    /// The body as it came, with its `Content-Encoding`.
    pub body: &'a [u8],
}

impl<'a> Received<'a> {
    /// The body without its `Content-Encoding`.
    fn decoded(&self) -> Option<Cow<'a, [u8]>> {
        decode_body(self.headers, self.body, DecodeLimits::default()).ok()
    }
}

/// How a document is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// What for.
    pub purpose: Purpose,
    /// The `Accept` line, where it is not that of the purpose.
    pub accept: Option<&'static str>,
}

impl Ask {
    /// Header lines to add.
    pub fn headers(&self) -> Headers {
        let accept = self.accept.map(|accept| ("Accept".to_owned(), accept.to_owned()));
        Headers(accept.into_iter().collect())
    }
}

/// A kept page with what is known of it.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The body without its `Content-Encoding`.
    pub body: &'a [u8],
    /// The page.
    pub page: &'a Page,
    /// The zone of times that state none.
    pub zone: Option<TimeZone>,
    /// The language of its source.
    pub lang: Option<Lang>,
    /// The polled document that it is a page of, or that led to this post.
    pub polled: Option<Polled<'a>>,
}

/// What is known of a polled document before a page of it is read.
#[derive(Debug, Clone, Copy)]
pub struct Polled<'a> {
    /// The address that is polled.
    pub url: &'a PageUrl,
    /// The pattern that addresses of entries have to fit, where the edition gives one.
    pub links: Option<&'a str>,
    /// What the page before left.
    pub learned: Option<&'a str>,
    /// What pages were that earlier entries of its source led to, where `Kind::weighs_targets`.
    pub targets: &'a [Target],
}

/// A polled document, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedDocument {
    /// What it is, such as `RSS 2.0`.
    pub format: String,
    /// Its items, each of which has an address.
    pub entries: Vec<NewEntry>,
    /// Further sitemaps, where it is an index of them.
    pub sitemaps: Vec<PageUrl>,
    /// Addresses of more of the same document that are to be asked for now, such as the page
    /// before this one where posts are missing in between. `Kind::covers` says yes to them.
    pub further: Vec<PageUrl>,
    /// What is known of the document now, for the next page of it; `None` leaves it as it was.
    pub learned: Option<String>,
}

/// The page of an entry that is no HTML article, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// What it is.
    pub outcome: Outcome,
    /// What it says, where it is there.
    pub article: Option<Article>,
}

/// An answer to what `chapar add` asked.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The address that answered.
    pub url: PageUrl,
    /// Its status.
    pub status: u16,
    /// Header lines.
    pub headers: Headers,
    /// The body without its `Content-Encoding`.
    pub body: Vec<u8>,
}

/// The next step in finding out what a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask this address, then call again.
    Ask(PageUrl, Ask),
    /// This is it.
    Found(Box<FoundFeed>),
    /// It is of this kind and cannot be followed, with the reason.
    Not(String),
}

/// A document to poll, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFeed {
    /// What it is.
    pub kind: FeedKind,
    /// The address to poll.
    pub url: PageUrl,
    /// Where readers find it.
    pub home: PageUrl,
    /// What it calls itself.
    pub name: String,
    /// What a key for its source is made of.
    pub key: String,
    /// The language it states.
    pub lang: Option<String>,
    /// What was understood, in a sentence.
    pub understood: String,
}

/// A kind by its name.
pub fn kind_of(kind: FeedKind) -> &'static dyn Kind {
    let found = KINDS.iter().find(|known| known.kind() == kind);
    found.copied().unwrap_or(&feed::Feed)
}

/// The kind that an address alone tells; a feed where it tells nothing.
pub fn find_kind(url: &PageUrl) -> FeedKind {
    KINDS.iter().find(|kind| kind.is_told_by(url)).map_or(FeedKind::Feed, |kind| kind.kind())
}

/// Every kind, for finding out what a person named.
pub fn all_kinds() -> impl Iterator<Item = &'static dyn Kind> {
    KINDS.iter().copied()
}

/// The kind with a name, or an error that lists the names.
pub fn parse_kind(name: &str) -> Result<FeedKind> {
    let Some(kind) = FeedKind::parse(name) else {
        let names: Vec<String> =
            FeedKind::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
        bail!("`{name}` is no kind of feed: {}", names.join(", "));
    };
    Ok(kind)
}

/// The entries of a page: as the kind that it is known to be, or else as the first that it shows
/// itself to be. A page that is known to be of one kind may turn out to be of another: an account's
/// outbox that is closed answers with a feed, a section page has become a sitemap.
pub fn find_document(known: Option<FeedKind>, document: &Document<'_>) -> Option<FeedDocument> {
    if let Some(known) = known
        && let Some(found) = kind_of(known).find_entries(document)
    {
        return Some(found);
    }
    let unknown = Document { polled: None, ..document.clone() };
    KINDS.iter().find_map(|kind| kind.find_entries(&unknown))
}

/// The first bytes of a body in lower case, without white space before them.
fn head_of(body: &[u8]) -> String {
    let head = body.get(..body.len().min(HEAD_BYTES)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).to_owned()
}

/// Whether a body is an HTML page by its first bytes, XHTML among them.
pub fn is_page(body: &[u8]) -> bool {
    is_html(&head_of(body))
}

/// Whether the head of a document is that of an HTML page.
fn is_html(head: &str) -> bool {
    let declared = head.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let head = declared.map_or(head, |(_, rest)| rest.trim_start());
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// The hash of some texts, which no text alone could give.
fn hash_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> ContentHash {
    let mut all = String::new();
    for text in texts {
        all.push_str(text);
        all.push('\0');
    }
    ContentHash::of(all.as_bytes())
}

/// A text as an entry keeps it.
fn shorten(text: &str) -> String {
    text.trim().chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_from_a_feed_by_its_first_bytes() {
        for page in [
            "\u{feff} <!DOCTYPE html><title>T</title>",
            "<html lang=fa>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\"><html>",
        ] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for other in ["", "<?xml version=\"1.0\"?><rss><!-- <html> -->", "<?xml", "{}"] {
            assert!(!is_page(other.as_bytes()), "{other}");
        }
    }
}
