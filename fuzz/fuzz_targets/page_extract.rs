//! Pages of any bytes: nothing panics, the same bytes read the same, and what was read can be shown.
//! The first byte chooses what is known of the page.
#![no_main]

use chapar_extract::{FeedHint, PageInput, extract_page};
use chapar_model::render::{Pictures, html, markdown};
use chapar_model::{Headers, Lang, PageUrl};
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 6] = [
    "text/html",
    "text/html; charset=utf-8",
    "text/html; charset=windows-1256",
    "text/plain; charset=utf-8",
    "application/xhtml+xml; charset=utf-16",
    "image/png",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, page)) = bytes.split_first() else { return };
    let url = PageUrl::parse("https://lantern.example/2026/05/03/harbour-opens?id=7").ok();
    let kind = TYPES.get(usize::from(choice >> 2) % (TYPES.len() + 1));
    let input = PageInput {
        bytes: page,
        url: url.as_ref().filter(|_| choice & 1 == 0),
        headers: &Headers(
            kind.map(|kind| ("Content-Type".to_owned(), (*kind).to_owned())).into_iter().collect(),
        ),
        fetched: "2026-05-04T10:00:00Z".parse().ok().filter(|_| choice & 2 == 0),
        zone: None,
        lang_hint: Some(Lang::EN).filter(|_| choice & 64 == 0),
        feed: Some(FeedHint { title: Some("Harbour opens".into()), ..FeedHint::default() })
            .filter(|_| choice & 128 == 0),
    };
    let reading = extract_page(&input);
    assert_eq!(reading, extract_page(&input));
    if let Some(article) = reading.value.article.or(reading.value.lead) {
        let _ = (article.text(), article.evidence());
        let _ = html(&article.blocks, Pictures::Embedded);
        let _ = markdown(&article.blocks);
    }
});
