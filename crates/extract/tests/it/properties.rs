//! What holds of any page: nothing fails, the same bytes read the same, and an article that was
//! printed as a page reads as it did.

use crate::read;
use chapar_model::OutcomeKind;
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

/// Markup that would do harm if it came through.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<a href='javascript:alert(1)' onclick=alert(1)>"),
        Just("<a href=' JaVaScRiPt:alert(1)'>go</a>"),
        Just("<img src=x.jpg onerror=alert(1) alt='\"><script>alert(1)</script>'>"),
        Just("<img data-src='javascript:alert(1)' src=/a.jpg>"),
        Just("<figure onload=alert(1)><img src=/b.jpg><figcaption><script>alert(1)</script>On"),
        Just("</figcaption></figure>"),
        Just("<script>alert('<p>')</script>"),
        Just("&lt;script&gt;alert(1)&lt;/script&gt; \" onload=\""),
        Just("<p style='x' lang='\" onload=' dir='\" onload='>"),
        Just("<svg onload=alert(1)><script>alert(1)</script></svg>"),
        Just("<pre><code>&lt;img onerror=x&gt;"),
        Just("<table><tr><td onclick=alert(1)>one<td>two"),
        Just("</table>"),
        Just("<noscript><p>none</p></noscript><template><b>x</b></template>"),
        Just("<iframe src=javascript:alert(1)></iframe><style>p{}</style>"),
        Just("<blockquote cite='javascript:alert(1)'>"),
    ]
    .prop_map(str::to_owned);
    let text = sentence().prop_map(|words| format!("<p>{words}</p>"));
    proptest::collection::vec(prop_oneof![piece, text], 4..24).prop_map(|pieces| pieces.concat())
}

/// Every tag of a rendering is one that is known, with attributes that are known and addresses of
/// the web.
fn fault_of(html: &str) -> Option<String> {
    const TAGS: &str = " p h2 h3 h4 h5 h6 ul ol li blockquote section figure figcaption img a table \
        tr td th pre code strong em b small time br ";
    const ATTRIBUTES: &str = " dir lang href src alt rel loading class ";
    for piece in html.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else {
            return Some("a tag without an end".into());
        };
        let tag = tag.trim_start_matches('/');
        let name = tag.split(' ').next().unwrap_or_default();
        if !TAGS.contains(&format!(" {name} ")) {
            return Some(format!("the element `{name}`"));
        }
        // Names stand outside quotes, values inside.
        let parts: Vec<&str> = tag.get(name.len()..).unwrap_or_default().split('"').collect();
        for pair in parts.chunks(2) {
            let attribute = pair[0].trim().trim_end_matches('=');
            if !attribute.is_empty() && !ATTRIBUTES.contains(&format!(" {attribute} ")) {
                return Some(format!("the attribute `{attribute}`"));
            }
            let value = pair.get(1).copied().unwrap_or_default();
            if matches!(attribute, "href" | "src") && !value.starts_with("http") {
                return Some(format!("the address `{value}`"));
            }
        }
    }
    None
}

/// Blocks of many kinds, each with its number; figures hold no text.
fn block(at: usize, kind: u8, words: &str) -> String {
    match kind {
        0 => format!("<h2>Part {at} of the tale</h2><p>{words}</p>"),
        1 => format!("<blockquote><p>{words}</p></blockquote>"),
        2 => format!("<figure><img src=/{at}.jpg><figcaption>Quay {at}.</figcaption></figure>"),
        3 => format!("<p>{words}</p><ul><li>{words} One.</li><li>{words} Two.</li></ul>"),
        4 => format!("<p lang=fa dir=rtl>{words}</p>"),
        _ => format!("<p>{words}</p>"),
    }
}

proptest! {
    #[test]
    fn no_markup_of_a_page_comes_through(body in hostile()) {
        let page = format!(
            "<html><body><article><h1>Harbour</h1><p>The harbour of Sandvik was opened again on \
             Monday, the master of the port told the reporters who had come to see it.</p>\
             {body}</article></body></html>"
        );
        let reading = read(URL, "text/html; charset=utf-8", page.as_bytes());
        let article = reading.shown().unwrap();
        // Where all stands in captions of captions, nothing may be left to read; then that is said.
        let has_text = reading.outcome.kind != OutcomeKind::NoText;
        prop_assert_eq!(!article.blocks.is_empty(), has_text);
        for pictures in [Pictures::Embedded, Pictures::Linked] {
            let shown = html(&article.blocks, pictures);
            prop_assert_eq!(fault_of(shown.as_str()), None, "{}", shown);
        }
    }

    #[test]
    fn blocks_follow_the_page_and_read_again_as_they_did(
        pieces in proptest::collection::vec((0u8..9, sentence()), 5..12),
    ) {
        let body: String =
            pieces.iter().enumerate().map(|(at, (kind, words))| block(at, *kind, words)).collect();
        let page = |body: &str| {
            format!(
                "<html><body><article><h1>Harbour</h1><p>{}</p>{body}<p>{}</p></article></body></html>",
                "The first of all the paragraphs of this report, which tells what came before.",
                "The last of all the paragraphs of this report, which tells what came after.",
            )
        };
        let Some(first) = read(URL, "text/html", page(&body).as_bytes()).article else {
            return Ok(());
        };
        let text = first.text();
        let mut at = 0;
        for (_, words) in pieces.iter().filter(|(kind, _)| *kind != 2) {
            if let Some(found) = text.find(words.as_str()) {
                prop_assert!(found >= at, "{text}");
                at = found;
            }
        }
        let printed = html(&first.blocks, Pictures::Embedded);
        let again = format!("<html><body><article><h1>Harbour</h1>{printed}</article></body></html>");
        let again = read(URL, "text/html", again.as_bytes()).article.unwrap();
        prop_assert_eq!(again.text(), text);
        prop_assert_eq!(html(&again.blocks, Pictures::Embedded), printed);
    }

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
