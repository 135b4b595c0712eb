//! RSS, Atom and JSON Feed: told by their first bytes, read into entries.

use super::{Ask, Document, FeedDocument, Kind, Received, head_of, is_html, shorten};
use chapar_feed::{FeedContext, find_h_feed, parse_feed};
use chapar_fetch::Purpose;
use chapar_store::{FeedKind, NewEntry};
use std::collections::HashSet;

/// The kind.
pub(super) struct Feed;

impl Kind for Feed {
    fn kind(&self) -> FeedKind {
        FeedKind::Feed
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Feed, accept: None }
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        if is_feed(document.body, document.page.headers.get("Content-Type")) {
            let feed = parse_feed(document.body, &context(document)).ok()?;
            return Some(of_feed(&feed.value));
        }
        document.polled?;
        page_as_feed(document.body, &context(document)).map(|feed| of_feed(&feed))
    }

    fn fault(&self, received: &Received<'_>) -> Option<&'static str> {
        let body = received.decoded()?;
        if is_feed(&body, received.headers.get("Content-Type")) {
            return None;
        }
        let context = FeedContext { url: Some(received.url), ..FeedContext::default() };
        page_as_feed(&body, &context).is_none().then_some("what stands there is no feed")
    }
}

/// A page that is itself a feed (h-feed); one that names no entries is none.
fn page_as_feed(body: &[u8], context: &FeedContext<'_>) -> Option<chapar_feed::Feed> {
    let feed = find_h_feed(&String::from_utf8_lossy(body), context.url?, context)?;
    (!feed.entries.is_empty()).then_some(feed)
}

/// What a parser is told of a document.
pub(super) fn context<'a>(document: &'a Document<'_>) -> FeedContext<'a> {
    FeedContext {
        url: Some(&document.page.url),
        headers: Some(&document.page.headers),
        zone: document.zone.clone(),
        fetched: Some(document.page.fetched),
    }
}

/// Whether it can be a feed: XML that is no XHTML, or JSON that names the JSON Feed format.
pub(super) fn is_feed(body: &[u8], mime: Option<&str>) -> bool {
    let head = head_of(body);
    let marks = ["<rss", "<rdf:rdf", "<feed", "<opml"];
    let mime = mime.unwrap_or_default().to_ascii_lowercase();
    if head.starts_with('{') {
        // Slashes may be escaped in JSON.
        return mime.contains("feed+json") || head.contains("jsonfeed.org");
    }
    let says_feed = mime.contains("rss") || mime.contains("atom+xml") || mime.contains("feed+json");
    !is_html(&head) && (says_feed || marks.iter().any(|mark| head.contains(mark)))
}

pub(super) fn of_feed(feed: &chapar_feed::Feed) -> FeedDocument {
    let mut keys = HashSet::new();
    let mut entries = Vec::new();
    for entry in &feed.entries {
        let Some(url) = entry.page_url() else { continue };
        // An id that is unique in its feed names the entry; else its address does.
        let key = entry.id.as_deref().filter(|id| !id.trim().is_empty());
        let key = shorten(key.unwrap_or(url.as_str()));
        if !keys.insert(key.clone()) {
            continue;
        }
        let date = entry.date();
        entries.push(NewEntry {
            key,
            url,
            title: shorten(&entry.title.as_ref().map(|t| t.to_line()).unwrap_or_default()),
            author: entry.authors.iter().find_map(|person| person.name.as_deref().map(shorten)),
            published_raw: date.map(|date| shorten(&date.raw)),
            published: date.and_then(|date| date.value),
            summary: None,
            picture: None,
            reason: None,
            post: None,
        });
    }
    FeedDocument { format: feed.format.as_str().to_owned(), entries, ..FeedDocument::default() }
}
