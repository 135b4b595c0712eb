//! Invented pages that show one thing each.

use crate::read;
use chapar_model::{Article, BlockKind, Dir, OutcomeKind};

const URL: &str = "https://lantern.example/2026/05/harbour";

fn article(html: &str) -> Article {
    let reading = read(URL, "text/html; charset=utf-8", html.as_bytes());
    assert_eq!(reading.outcome.kind, OutcomeKind::Article, "{:?}", reading.outcome);
    reading.article.unwrap()
}

fn prose(n: usize) -> String {
    (0..n)
        .map(|i| format!("<p>Paragraph {i} of the report tells, in one sentence, what the harbour master said about the ships.</p>"))
        .collect()
}

#[test]
fn title_byline_date_and_text_are_read() {
    let page = format!(
        "<html lang=en><head><title>Harbour opens again | The Lantern</title>\
         <meta property=og:site_name content='The Lantern'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Harbour opens again\",\
         \"datePublished\":\"2026-05-03T08:00:00+02:00\",\"author\":{{\"@type\":\"Person\",\"name\":\"Mara Lindqvist\"}}}}</script></head>\
         <body><nav><a href=/>Home</a></nav><article><h1>Harbour opens again</h1><div class=byline>By Mara Lindqvist</div>{}\
         <div class=related-posts><a href=/x>Another tale</a></div></article><footer>© The Lantern</footer></body></html>",
        prose(4)
    );
    let article = article(&page);
    assert_eq!(article.title.value().unwrap(), "Harbour opens again");
    assert_eq!(article.byline.value().unwrap(), "Mara Lindqvist");
    assert_eq!(article.published.value().unwrap().to_string(), "2026-05-03T08:00:00+02:00");
    assert_eq!(article.blocks.len(), 4);
    assert!(!article.text().contains("Another tale"));
}

#[test]
fn blocks_have_their_kinds_and_directions() {
    let page = format!(
        "<article><h1>T</h1>{}<h2>How</h2><ul><li>One <b>bold</b></li><li>Two</li></ul>\
         <blockquote><p>Said somebody who knew all about it, and then left.</p></blockquote>\
         <p dir=rtl>وزیران دو کشور روز دوشنبه در تهران دیدار و گفت‌وگو کردند و یادداشت تفاهم امضا شد.</p>\
         <table><tr><th>Ship</th><th>Tons</th></tr><tr><td>Aurora</td><td>1200</td></tr></table></article>",
        prose(3)
    );
    let article = article(&page);
    let kinds: Vec<&str> = article
        .blocks
        .iter()
        .map(|block| match &block.kind {
            BlockKind::Paragraph { .. } => "p",
            BlockKind::Heading { .. } => "h",
            BlockKind::List { .. } => "list",
            BlockKind::Quote { .. } => "quote",
            BlockKind::Table { .. } => "table",
            _ => "?",
        })
        .collect();
    assert_eq!(kinds, ["p", "p", "p", "h", "list", "quote", "p", "table"]);
    assert_eq!(article.blocks[6].dir, Dir::Rtl);
    assert!(article.text().contains("One bold\n\nTwo"), "{}", article.text());
}

#[test]
fn no_bytes_make_it_fail() {
    for bytes in
        [&b""[..], b"\0\0\0", b"<", b"<<<<>>>>", b"\xff\xfe", b"%PDF-1.4", b"<!doctype html>"]
    {
        read(URL, "text/html", bytes);
    }
}
