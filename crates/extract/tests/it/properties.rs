//! What holds of any page: nothing fails, the same bytes read the same, and an article that was
//! printed as a page reads as it did.

use crate::read;
use chapar_model::render::{Pictures, html};
use proptest::prelude::*;

const URL: &str = "https://lantern.example/2026/05/harbour";

/// A sentence long enough to be one.
fn sentence() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{2,8}( [a-z]{2,9}){14,22}\\."
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "<(p|div|table|td|a|b|h1|ul|li|script|style|svg|article|figure)( class=[a-z]{1,5}| href=/x| itemprop=author)?>",
        "</(p|div|table|td|a|b|h1|ul|li|script|style|svg|article|figure)>",
        "\\PC{0,12}",
        sentence(),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for kind in ["text/html", "text/html; charset=utf-16", "text/plain", ""] {
            prop_assert_eq!(read(URL, kind, &bytes), read(URL, kind, &bytes));
        }
    }

    #[test]
    fn any_markup_is_read(html in soup()) {
        let reading = read(URL, "text/html; charset=utf-8", html.as_bytes());
        prop_assert_eq!(&reading, &read(URL, "text/html; charset=utf-8", html.as_bytes()));
    }

    #[test]
    fn an_article_printed_as_a_page_reads_as_it_did(
        paragraphs in proptest::collection::vec(sentence(), 4..9),
    ) {
        let body: String = paragraphs.iter().map(|words| format!("<p>{words}</p>")).collect();
        let page = |body: &str| {
            format!("<!doctype html><html><body><article><h1>Harbour</h1>{body}</article></body></html>")
        };
        let first = read(URL, "text/html", page(&body).as_bytes()).article.unwrap();
        prop_assert_eq!(first.text(), paragraphs.join("\n\n"));
        let printed = html(&first.blocks, Pictures::Embedded);
        let again = read(URL, "text/html", page(printed.as_str()).as_bytes()).article.unwrap();
        prop_assert_eq!(again.text(), first.text());
    }
}
