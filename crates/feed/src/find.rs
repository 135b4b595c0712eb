//! Finds the feeds and sitemaps that a page offers. Looks only at what the page says: no address is
//! made up, for guessed addresses burden servers and mislead.

use crate::html;
use crate::limits::FOUND_FEEDS_MAX;
use crate::xml::token::{Tag, Token, Tokens};
use chapar_model::PageUrl;

/// How a page offers a feed, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    /// `<link rel="alternate" type="…">` in the page.
    Link,
    /// A link in the page whose type says feed.
    TypedAnchor,
    /// A link in the page whose address or words look like a feed's.
    Anchor,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap.
    Sitemap,
}

/// A feed or sitemap that a page offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFeed {
    /// Its address.
    pub url: PageUrl,
    /// Its title, as the page gives it.
    pub title: Option<String>,
    /// What it is.
    pub kind: FoundKind,
    /// How the page offers it.
    pub by: FoundBy,
    /// Whether it seems to hold comments and not articles.
    pub is_comments: bool,
}

/// The feeds and sitemaps that a page offers: surest first, comments last, each once.
pub fn find_feeds(html: &str, base: &PageUrl) -> Vec<FoundFeed> {
    let mut finder = Finder { base: base.clone(), found: Vec::new() };
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        match tag.name.to_ascii_lowercase().as_str() {
            "base" => finder.take_base(&tag, base),
            "link" => finder.take_link(&tag),
            "a" => {
                let words = words_after(tokens.clone());
                finder.take_anchor(&tag, &words);
            }
            name @ ("script" | "style" | "template") if !tag.is_empty => pass(&mut tokens, name),
            _ => {}
        }
        if finder.found.len() >= FOUND_FEEDS_MAX {
            break;
        }
    }
    finder.found.sort_by_key(|feed| (feed.is_comments, feed.by));
    finder.found
}

/// Goes past an element whose text is no markup.
fn pass(tokens: &mut Tokens<'_>, name: &str) {
    for token in tokens {
        if matches!(token, Token::End(end) if end.eq_ignore_ascii_case(name)) {
            return;
        }
    }
}

/// The words of a link.
fn words_after(tokens: Tokens<'_>) -> String {
    let mut words = String::new();
    for token in tokens.take(20) {
        match token {
            Token::Text(text) => words.push_str(&html::unescape(text)),
            Token::End(name) if name.eq_ignore_ascii_case("a") => break,
            _ => {}
        }
    }
    html::line(&words)
}

struct Finder {
    base: PageUrl,
    found: Vec<FoundFeed>,
}

impl Finder {
    fn take_base(&mut self, tag: &Tag<'_>, page: &PageUrl) {
        let href = tag.attribute("href").map(html::unescape);
        if let Some(base) = href.and_then(|href| page.join(&href).ok()) {
            self.base = base;
        }
    }

    fn take_link(&mut self, tag: &Tag<'_>) {
        let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let is = |word: &str| rel.split_ascii_whitespace().any(|one| one == word);
        let media_type = media_type(tag);
        let kind = match media_type.as_deref() {
            _ if is("sitemap") => FoundKind::Sitemap,
            Some(kind) if is_feed_type(kind) && (is("alternate") || is("feed")) => FoundKind::Feed,
            None if is("feed") => FoundKind::Feed,
            // JSON is a feed only where the page says so; scripts offer data the same way.
            Some("application/json") if is("alternate") && names_feed(tag) => FoundKind::Feed,
            _ => return,
        };
        self.push(tag, kind, FoundBy::Link, "");
    }

    fn take_anchor(&mut self, tag: &Tag<'_>, words: &str) {
        let typed = media_type(tag).is_some_and(|kind| is_feed_type(&kind));
        if typed {
            return self.push(tag, FoundKind::Feed, FoundBy::TypedAnchor, words);
        }
        let href = tag.attribute("href").unwrap_or_default();
        if looks_like_feed(href, words) {
            self.push(tag, FoundKind::Feed, FoundBy::Anchor, words);
        }
    }

    fn push(&mut self, tag: &Tag<'_>, kind: FoundKind, by: FoundBy, words: &str) {
        let href = html::unescape(tag.attribute("href").unwrap_or_default());
        let href = href.trim().trim_start_matches("feed:");
        if href.is_empty() {
            return;
        }
        let Ok(url) = self.base.join(href) else { return };
        if self.found.iter().any(|feed| feed.url == url) {
            return;
        }
        let title = tag.attribute("title").map(|title| html::line(&html::unescape(title)));
        let title = title
            .filter(|title| !title.is_empty())
            .or_else(|| (!words.is_empty()).then(|| words.to_owned()));
        let is_comments = is_comments(&url, title.as_deref().unwrap_or_default());
        self.found.push(FoundFeed { url, title, kind, by, is_comments });
    }
}

fn media_type(tag: &Tag<'_>) -> Option<String> {
    let raw = tag.attribute("type")?.split(';').next()?.trim().to_ascii_lowercase();
    (!raw.is_empty()).then_some(raw)
}

fn is_feed_type(kind: &str) -> bool {
    matches!(
        kind,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/x.atom+xml"
            | "application/x-rss+xml"
            | "application/rss"
            | "application/atom"
            | "text/rss+xml"
            | "text/atom+xml"
            | "text/rss"
            | "text/atom"
            | "text/xml"
            | "application/xml"
    )
}

fn names_feed(tag: &Tag<'_>) -> bool {
    let says = |name| tag.attribute(name).unwrap_or_default().to_ascii_lowercase().contains("feed");
    says("title") || says("href")
}

/// Whether a link that does not say so leads to a feed: its path has a part that means feed, or its
/// words are what sites write on such links.
fn looks_like_feed(href: &str, words: &str) -> bool {
    let href = href.to_ascii_lowercase();
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_share = [
        "mailto:",
        "javascript:",
        "facebook.com",
        "twitter.com",
        "feedly.com",
        "feedburner.google",
    ]
    .iter()
    .any(|other| href.contains(other));
    if is_share || href.is_empty() {
        return false;
    }
    let names = [
        "rss",
        "rss2",
        "feed",
        "feeds",
        "atom",
        "rss.xml",
        "feed.xml",
        "atom.xml",
        "index.xml",
        "rss.php",
        "feed.json",
        "index.rdf",
        "allnews",
    ];
    let has_part = names.contains(&last) || last.ends_with(".rss") || last.ends_with(".atom");
    // `/fa/rss/allnews` and `/rss/tp/12`, as Iranian systems have them.
    let in_folder = path.split('/').any(|part| part == "rss" || part == "feeds") && path != "/rss/";
    let says_so = matches!(
        words.trim().to_lowercase().as_str(),
        "rss" | "rss feed" | "atom" | "atom feed" | "آر اس اس" | "خبرخوان"
    );
    (has_part && last != "allnews") || in_folder || (says_so && href.contains("xml"))
}

fn is_comments(url: &PageUrl, title: &str) -> bool {
    let path = url.as_url().path().to_ascii_lowercase();
    let title = title.to_lowercase();
    path.contains("/comments/")
        || path.ends_with("/comments")
        || ["comments feed", "comment feed", "» comments", "دیدگاه", "نظرات"]
            .iter()
            .any(|mark| title.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(html: &str, expect: &[&str]) {
        let base = PageUrl::parse("https://example.org/fa/").unwrap();
        let found: Vec<String> =
            find_feeds(html, &base).iter().map(|feed| feed.url.to_string()).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn linked_feeds_come_first_and_comments_last() {
        check(
            "<head><link rel=alternate type='application/rss+xml' title='Site » Comments Feed' href='/comments/feed/'>\
             <LINK REL='alternate' TYPE='application/atom+xml' HREF='atom.xml'/></head><a href='/rss/tp/12'>RSS</a>",
            &[
                "https://example.org/fa/atom.xml",
                "https://example.org/rss/tp/12",
                "https://example.org/comments/feed/",
            ],
        );
    }

    #[test]
    fn other_alternates_are_no_feeds() {
        check(
            "<link rel=alternate hreflang=en href=/en/><link rel=alternate type=application/json href=/wp-json/1>\
             <link rel=stylesheet type=text/css href=/a.css><a href='/about'>feed the cat</a>",
            &[],
        );
    }

    #[test]
    fn the_base_element_counts() {
        check(
            "<base href='https://cdn.example.net/x/'><link rel='alternate' type='application/rss+xml' href='rss?a=1&amp;b=2'>",
            &["https://cdn.example.net/x/rss?a=1&b=2"],
        );
    }

    #[test]
    fn links_written_by_scripts_are_not_seen() {
        check(
            "<script>document.write(\"<link rel='alternate' type='application/rss+xml' href='/x'>\")</script>",
            &[],
        );
    }

    #[test]
    fn sitemaps_are_found_too() {
        let base = PageUrl::parse("https://example.org/").unwrap();
        let found = find_feeds("<link rel='sitemap' href='/sitemap.xml'>", &base);
        assert_eq!(found[0].kind, FoundKind::Sitemap);
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "(<|/|>|a|link|rel=|href=|'|\"|rss| |\\PC){0,40}") {
            let base = PageUrl::parse("https://example.org/").unwrap();
            let _ = find_feeds(&html, &base);
        }
    }
}
