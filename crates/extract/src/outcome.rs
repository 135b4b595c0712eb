//! What a page is. An article is the default only where there is text of one; everything else is
//! named, so that nobody takes a challenge or a front page for news.

use crate::dom::Tag;
use crate::forest::Trees;
use chapar_model::{Headers, Outcome, OutcomeKind};
use numbers::{PageView, Said};

mod gate;
pub(crate) mod numbers;
mod paywall;
pub(crate) mod words;

/// How sure the trees must be that a page has no article of its own.
const OTHER_MIN: f32 = 0.7;

/// The logarithm of how many links, headings or teasers of one kind make a list of articles.
const LISTED_MIN: f32 = 1.7;

/// Links that a page must have to be judged: one with fewer leads nowhere, and the trees have seen
/// next to none.
const LINKS_MIN: usize = 10;

/// What the bytes and headers alone tell.
pub(crate) fn of_bytes(bytes: &[u8], headers: &Headers) -> Option<(OutcomeKind, String)> {
    let kind = headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_text = kind.is_empty()
        || kind.starts_with("text/")
        || kind.contains("xml")
        || kind.contains("html");
    let magic: [&[u8]; 8] = [
        b"%PDF",
        b"\x89PNG",
        b"GIF8",
        b"\xff\xd8\xff",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"RIFF",
        b"ID3",
    ];
    if magic.iter().any(|magic| bytes.starts_with(magic)) {
        return Some((OutcomeKind::NotHtml, "the bytes of another format".into()));
    }
    if !is_text && !looks_like_html(bytes) {
        return Some((OutcomeKind::NotHtml, format!("sent as `{kind}`")));
    }
    None
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag))
}

/// What the first characters tell.
pub(crate) fn of_start(text: &str) -> Option<(OutcomeKind, String)> {
    let head: String =
        text.trim_start().chars().take(2_000).collect::<String>().to_ascii_lowercase();
    if head.is_empty() {
        return Some((OutcomeKind::NoText, "an empty page".into()));
    }
    let after = head
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .map_or(head.as_str(), |(_, rest)| rest);
    let root = after.trim_start();
    let feeds = ["<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex", "<channel"];
    if feeds.iter().any(|tag| root.starts_with(tag)) {
        return Some((OutcomeKind::Feed, "a feed or sitemap".into()));
    }
    if (root.starts_with('{') || root.starts_with('['))
        && root.contains("\":")
        && !root.contains("<p")
    {
        return Some((OutcomeKind::NotHtml, "data and no page".into()));
    }
    None
}

/// What a page is whose text stands in its JSON-LD.
pub(crate) fn of_stated(view: &PageView<'_>) -> Outcome {
    match gate::find(view) {
        Some((kind, reason)) => Outcome { kind, reason },
        None => Outcome { kind: OutcomeKind::Article, reason: "text in its JSON-LD".into() },
    }
}

/// What the page as a whole is.
pub(crate) fn of_page(view: &PageView<'_>, trees: &Trees) -> Outcome {
    if let Some((kind, reason)) = gate::find(view) {
        return Outcome { kind, reason };
    }
    let Some(body) = view.body else {
        return Outcome { kind: OutcomeKind::NoText, reason: "no readable text".into() };
    };
    if let Some(reason) = paywall::find(view, body) {
        return Outcome { kind: OutcomeKind::PaywalledLead, reason };
    }
    if view.doc.find(0..view.doc.len(), Tag::A).take(LINKS_MIN).count() < LINKS_MIN {
        return Outcome { kind: OutcomeKind::Article, reason: "text, and few links".into() };
    }
    let row = numbers::of(view, &trees.words);
    let other = trees.page.judge(&row);
    if other < OTHER_MIN {
        return Outcome { kind: OutcomeKind::Article, reason: "text".into() };
    }
    let kind = kind_of_other(&row);
    let what = match kind {
        OutcomeKind::Section => "leads to articles and is none",
        _ => "is no article",
    };
    let links = numbers::get(&row, Said::MainArticleLinks).exp() - 1.0;
    let prose = numbers::get(&row, Said::PageProse) * 100.0;
    let reason = format!(
        "{:.0} % sure that it {what}: {links:.0} links to articles beside its text, \
         {prose:.0} % of its letters are running text",
        other * 100.0
    );
    Outcome { kind, reason }
}

/// What a page without an article is: links to many, or something of another trade.
fn kind_of_other(row: &numbers::Row) -> OutcomeKind {
    let lists = [Said::GroupLinks, Said::LinkedHeadings, Said::Articles];
    if lists.into_iter().any(|said| numbers::get(row, said) > LISTED_MIN) {
        return OutcomeKind::Section;
    }
    OutcomeKind::OtherPage
}
