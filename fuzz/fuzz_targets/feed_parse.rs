//! Feeds, sitemaps, OPML and discovery on any bytes: nothing panics, and what was read can be shown.
#![no_main]

use chapar_feed::{
    FeedContext, find_feeds, neutral, parse_feed, parse_opml, parse_sitemap, write_opml,
};
use chapar_model::PageUrl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let url = PageUrl::parse("https://example.org/feeds/all.xml").ok();
    let context = FeedContext { url: url.as_ref(), ..FeedContext::default() };
    if let Ok(feed) = parse_feed(bytes, &context) {
        let _ = neutral::to_json(&feed.value);
        for entry in &feed.value.entries {
            let _ = (entry.page_url(), entry.lead_image(), entry.date());
            let _ = entry.title.as_ref().map(|title| title.to_line());
        }
    }
    let _ = parse_sitemap(bytes, &context);
    if let Ok(opml) = parse_opml(bytes) {
        let again = parse_opml(write_opml(&opml.value).as_bytes());
        assert!(
            again.is_ok_and(
                |again| again.value.subscriptions.len() == opml.value.subscriptions.len()
            )
        );
    }
    if let (Some(url), Ok(html)) = (&url, std::str::from_utf8(bytes)) {
        let _ = find_feeds(html, url);
    }
});
