//! Feeds and sitemaps among the pages: told by their first bytes, read into entries. Pure.

use chapar_feed::{FeedContext, parse_feed, parse_sitemap};
use chapar_model::{Page, PageUrl};
use chapar_store::NewEntry;
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// Characters of an entry's key, title and author that are kept.
const TEXT_CHARS_MAX: usize = 500;

/// A feed or sitemap, read.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedDocument {
    /// What it is, such as `RSS 2.0`.
    pub format: String,
    /// Its items, each of which has an address.
    pub entries: Vec<NewEntry>,
    /// Further sitemaps, where it is an index of them.
    pub sitemaps: Vec<PageUrl>,
}

/// Reads a page as a feed or sitemap; `None` when it is neither.
pub fn find_document(body: &[u8], page: &Page, zone: Option<TimeZone>) -> Option<FeedDocument> {
    if !looks_like_document(body, page.headers.get("Content-Type")) {
        return None;
    }
    let context = FeedContext {
        url: Some(&page.url),
        headers: Some(&page.headers),
        zone,
        fetched: Some(page.fetched),
    };
    let head = String::from_utf8_lossy(body.get(..body.len().min(2_000)).unwrap_or_default());
    if head.contains("<urlset") || head.contains("<sitemapindex") {
        return parse_sitemap(body, &context).ok().map(|sitemap| of_sitemap(sitemap.value));
    }
    parse_feed(body, &context).ok().map(|feed| of_feed(&feed.value))
}

/// Whether it can be a feed: XML that is no XHTML, or JSON that names the JSON Feed format.
fn looks_like_document(body: &[u8], mime: Option<&str>) -> bool {
    let head = body.get(..body.len().min(2_000)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let start = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    let marks = ["<rss", "<rdf:rdf", "<feed", "<urlset", "<sitemapindex", "<opml"];
    let mime = mime.unwrap_or_default().to_ascii_lowercase();
    if start.starts_with('{') {
        // Slashes may be escaped in JSON.
        return mime.contains("feed+json") || head.contains("jsonfeed.org");
    }
    let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
    let says_feed = mime.contains("rss") || mime.contains("atom+xml") || mime.contains("feed+json");
    !is_html && (says_feed || marks.iter().any(|mark| head.contains(mark)))
}

fn of_feed(feed: &chapar_feed::Feed) -> FeedDocument {
    let format = feed.format.as_str().to_owned();
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
        });
    }
    FeedDocument { format, entries, sitemaps: Vec::new() }
}

fn of_sitemap(sitemap: chapar_feed::Sitemap) -> FeedDocument {
    let mut entries = Vec::new();
    for item in &sitemap.pages {
        // Only a news sitemap says when a page was published; a plain one says when it changed.
        let Some(news) = &item.news else { continue };
        entries.push(NewEntry {
            key: shorten(item.url.as_str()),
            url: item.url.clone(),
            title: shorten(news.title.as_deref().unwrap_or_default()),
            author: None,
            published_raw: news.published.as_ref().map(|date| shorten(&date.raw)),
            published: news.published.as_ref().and_then(|date| date.value),
        });
    }
    let sitemaps = sitemap.sitemaps.into_iter().map(|item| item.url).collect();
    FeedDocument { format: "sitemap".to_owned(), entries, sitemaps }
}

fn shorten(text: &str) -> String {
    text.trim().chars().take(TEXT_CHARS_MAX).collect()
}
