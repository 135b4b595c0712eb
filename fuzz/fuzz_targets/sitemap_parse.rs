//! Sitemaps of any bytes, plain and packed: nothing panics, and every address that was read is one.
#![no_main]

use chapar_feed::{FeedContext, parse_sitemap};
use chapar_model::PageUrl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let url = PageUrl::parse("https://example.org/sitemap.xml").ok();
    let context = FeedContext { url: url.as_ref(), ..FeedContext::default() };
    let Ok(map) = parse_sitemap(bytes, &context) else { return };
    let pages = map.value.pages.iter().map(|page| &page.url);
    let maps = map.value.sitemaps.iter().map(|map| &map.url);
    for address in pages.chain(maps) {
        assert_eq!(PageUrl::parse(address.as_str()).ok().as_ref(), Some(address));
    }
    assert_eq!(parse_sitemap(bytes, &context).ok().map(|again| again.value), Some(map.value));
});
