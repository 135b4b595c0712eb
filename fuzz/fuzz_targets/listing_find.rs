//! Section pages of any bytes: nothing panics, every link is an address, and a second look at the
//! same page finds nothing new.
#![no_main]

use chapar_extract::{ListingProfile, PageInput, find_listing};
use chapar_model::{Headers, PageUrl};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let url = PageUrl::parse("https://example.org/news/").ok();
    let listing = find_listing(&PageInput {
        bytes,
        url: url.as_ref(),
        headers: &Headers::default(),
        fetched: None,
        zone: None,
        lang_hint: None,
        feed: None,
    })
    .value;
    let mut profile = ListingProfile::default();
    let first = profile.choose(&listing, &[]);
    for news in &first {
        assert_eq!(PageUrl::parse(news.link.url.as_str()).ok().as_ref(), Some(&news.link.url));
    }
    assert_eq!(profile.choose(&listing, &[]), first);
});
