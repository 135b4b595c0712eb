//! Channels and accounts on any bytes: nothing panics, and what was read of a post can be shown.
#![no_main]

use chapar_extract::blocks_of_fragment;
use chapar_feed::{
    ActivityDocument, Post, find_webfinger_actor, parse_activity, parse_telegram, read_count,
};
use chapar_model::{PageUrl, render};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(url) = PageUrl::parse("https://t.me/s/zarvand") else { return };
    let show = |post: &Post| {
        let _ = post.article_link(|link| link.host() == url.host());
        let _ = post.views.as_deref().map(read_count);
        let blocks = blocks_of_fragment(&post.html, Some(&url));
        let html = render::html(&blocks, render::Pictures::Linked);
        assert!(!html.as_str().contains("<script"));
    };
    if let Ok(html) = std::str::from_utf8(bytes) {
        let page = parse_telegram(html, &url);
        assert!(page.ids.is_sorted());
        page.posts.iter().for_each(|found| show(&found.post));
    }
    match parse_activity(bytes) {
        Some(ActivityDocument::Object(found)) => show(&found.post),
        Some(ActivityDocument::Outbox(outbox)) => {
            outbox
                .activities
                .iter()
                .filter_map(|deed| deed.post.as_ref())
                .for_each(|p| show(&p.post));
        }
        _ => {}
    }
    let _ = find_webfinger_actor(bytes);
});
