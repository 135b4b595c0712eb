//! Whether what a page says is what is known to stand at its address. A host that is being mended,
//! or that wants a visitor to log in, answers for every address with one short page and a status of
//! success: that page is neither what a feed announced nor an edit of what stood there.

use chapar_model::{Article, Basis, Candidate, Outcome, OutcomeKind};
use chapar_text::{detect_lang, is_stopword, tokens};
use std::collections::HashSet;

/// Letters of a text from which it is an article of its own, whatever stood there before.
const TEXT_CHARS_MAX: usize = 600;
/// Words of a headline that have to be known for a text without any of them to be a stranger.
const WORDS_MIN: usize = 2;

/// What a page is that stands in for what is known of its address: the article that stood there
/// before, or else the headline that was announced.
pub(crate) fn find_stand_in(
    stood: Option<&Article>,
    announced: Option<&str>,
    now: &Article,
) -> Option<Outcome> {
    let text = stood.map(Article::text);
    let headline = match stood {
        Some(stood) => stood.title.value().map(String::as_str),
        None => announced,
    };
    let known = Known { headline: headline.unwrap_or_default(), text: text.as_deref() };
    is_stranger(known, now).then(|| Outcome {
        kind: OutcomeKind::StandIn,
        reason:
            "short, without a date, and of another matter than what stood here or was announced"
                .to_owned(),
    })
}

/// What is known of an address.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    /// The headline that was announced, or that stood there before.
    headline: &'a str,
    /// The text that stood there before.
    text: Option<&'a str>,
}

/// Whether an article is short, states no date, has no word of the headline that is known, and of
/// the text that is known next to none.
fn is_stranger(known: Known<'_>, article: &Article) -> bool {
    let text = article.text();
    if text.chars().count() > TEXT_CHARS_MAX || article.published.candidates.iter().any(is_own) {
        return false;
    }
    let title = article.title.chosen().filter(|title| is_own(title));
    let said = words(&format!("{}\n{text}", title.map_or("", |title| title.value.as_str())));
    let headline = words(known.headline);
    if headline.len() < WORDS_MIN || said.is_empty() || !headline.is_disjoint(&said) {
        return false;
    }
    // Words such as `again` or `hour` stand in many texts.
    let common = known.text.map_or(0, |text| words(text).intersection(&said).count());
    common * 3 < said.len()
}

/// Whether the page says so itself, and not its address or a feed.
fn is_own<T>(candidate: &Candidate<T>) -> bool {
    !matches!(candidate.basis, Basis::Feed | Basis::Address)
}

/// The words of a text that carry its matter.
fn words(text: &str) -> HashSet<String> {
    let lang = detect_lang(text).map(|(lang, _)| lang);
    let keys = tokens(text).into_iter().map(|token| token.key);
    keys.filter(|key| key.chars().count() > 1)
        .filter(|key| lang.is_none_or(|lang| !is_stopword(key, lang)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_extract::{FeedHint, PageInput, extract_page};
    use chapar_model::{Headers, PageUrl, When};

    const MENDED: &str = "<h1>We are back soon</h1><p>This site is being mended. Please come \
                          again in an hour.</p>";
    const BRIDGE: &str = "Council closes the old bridge over the Sar";

    fn article(html: &str, title: Option<&str>) -> Article {
        let url = PageUrl::parse("https://courier.example/2026/03/02/bridge").unwrap();
        let feed = FeedHint {
            title: title.map(str::to_owned),
            published: When::parse("2026-03-02T08:00:00Z").ok(),
            author: None,
        };
        let html = format!("<!doctype html><html lang=en><body><main>{html}</main></body></html>");
        let headers = Headers::default();
        let reading = extract_page(&PageInput {
            url: Some(&url),
            feed: Some(feed),
            ..PageInput::new(html.as_bytes(), &headers)
        });
        reading.value.article.unwrap()
    }

    fn announced(headline: &str) -> Known<'_> {
        Known { headline, text: None }
    }

    #[test]
    fn a_page_that_is_being_mended_is_not_what_was_announced() {
        assert!(is_stranger(announced(BRIDGE), &article(MENDED, Some(BRIDGE))));
    }

    #[test]
    fn a_page_that_is_being_mended_is_no_edit() {
        let text = "Carts turn back at the gate, and come again when the water is low. ".repeat(9);
        let known = Known { headline: BRIDGE, text: Some(&text) };
        assert!(is_stranger(known, &article(MENDED, Some(BRIDGE))));
    }

    #[test]
    fn what_is_left_of_a_text_is_an_edit() {
        let text = "Carts turn back at the gate, and come again when the water is low. ".repeat(9);
        let known = Known { headline: BRIDGE, text: Some(&text) };
        let left = "<h1>Carts at the gate</h1><p>Carts turn back when the water is low.</p>";
        assert!(!is_stranger(known, &article(left, None)));
        let note = "<h1>A correction</h1><p>What stood here of the bridge was wrong and has been \
                    taken back.</p>";
        assert!(!is_stranger(known, &article(note, None)));
    }

    #[test]
    fn a_short_report_of_the_same_matter_is_none() {
        let short = "<h1>Shut at last</h1><p>The bridge was closed this morning by the council. More \
                     follows.</p>";
        assert!(!is_stranger(announced(BRIDGE), &article(short, Some(BRIDGE))));
    }

    #[test]
    fn a_text_with_a_date_or_of_some_length_stands_for_itself() {
        let dated = format!("<time datetime=\"2026-03-05T10:00:00Z\">5 March</time>{MENDED}");
        let dated = format!("<article><h1>Wheat</h1>{dated}</article>");
        assert!(!is_stranger(announced(BRIDGE), &article(&dated, None)));
        let long = format!("<h1>Wheat</h1><p>{}</p>", "Farmers bring the harvest in. ".repeat(40));
        assert!(!is_stranger(announced(BRIDGE), &article(&long, None)));
    }

    #[test]
    fn where_next_to_nothing_is_known_nothing_is_strange() {
        assert!(!is_stranger(announced(""), &article(MENDED, None)));
        assert!(!is_stranger(announced("Bridge"), &article(MENDED, None)));
    }
}
