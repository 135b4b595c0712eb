//! Sitemaps: told by their first bytes; those for news are read into entries.

use super::feed::context;
use super::{Ask, Document, FeedDocument, Kind, head_of, is_html, shorten};
use chapar_feed::parse_sitemap;
use chapar_fetch::Purpose;
use chapar_store::{FeedKind, NewEntry};

/// The kind.
pub(super) struct Sitemap;

impl Kind for Sitemap {
    fn kind(&self) -> FeedKind {
        FeedKind::Sitemap
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Sitemap, accept: None }
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        let head = head_of(document.body);
        if is_html(&head) || !(head.contains("<urlset") || head.contains("<sitemapindex")) {
            return None;
        }
        let sitemap = parse_sitemap(document.body, &context(document)).ok()?;
        Some(of_sitemap(sitemap.value))
    }
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
            summary: None,
            picture: None,
            reason: None,
            post: None,
        });
    }
    let sitemaps = sitemap.sitemaps.into_iter().map(|item| item.url).collect();
    FeedDocument { format: "sitemap".to_owned(), entries, sitemaps, ..FeedDocument::default() }
}
