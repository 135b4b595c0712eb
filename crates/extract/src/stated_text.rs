//! The text that a page states for machines or keeps for readers without scripts, for pages whose
//! own text is missing or a teaser. Never preferred to text that stands on the page in full.

use crate::blocks;
use crate::dom::{self, Doc, Tag};
use crate::entities;
use crate::facts::Facts;
use crate::layout::Layout;
use crate::words;
use chapar_model::{Block, BlockKind, Inline, PageUrl};

/// Letters that a stated text must have to stand for the page's own.
const STATED_MASS_MIN: u32 = 250;

/// How many times the letters of the page's own text a stated one must have: machines are also
/// told captions, boxes and what readers meet in another tab.
const STATED_TIMES_MIN: u32 = 2;

/// Letters of running text from which a page needs no `noscript`.
const OWN_PROSE_MAX: u32 = 200;

/// Letters in `noscript` that are more than a request to allow scripts.
const NOSCRIPT_MASS_MIN: u32 = 500;

/// The `articleBody` of the page's one article, if it holds far more than `own_mass` letters.
pub(crate) fn find(facts: &Facts<'_>, own_mass: u32, base: Option<&PageUrl>) -> Option<Vec<Block>> {
    let raw = article_body(facts)?;
    let least = STATED_MASS_MIN.max(own_mass.saturating_mul(STATED_TIMES_MIN));
    if words::mass(raw) < least {
        return None;
    }
    let blocks = blocks_of(raw, base);
    let mut text = String::new();
    blocks.iter().for_each(|block| block.push_text(&mut text));
    (words::mass(&text) >= least).then_some(blocks)
}

/// What the page's one article states as its text; a page that states several is a list of them.
pub(crate) fn article_body<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let articles = facts.articles();
    let mut bodies = articles.iter().filter_map(|thing| thing.text("articleBody"));
    let first = bodies.next()?;
    bodies.all(|other| other == first).then_some(first)
}

fn blocks_of(raw: &str, base: Option<&PageUrl>) -> Vec<Block> {
    // Some write the markup with its brackets as references.
    let unescaped = if has_tags(raw) || !raw.contains("&lt;") {
        None
    } else {
        Some(raw.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\""))
    };
    let raw = unescaped.as_deref().unwrap_or(raw);
    if has_tags(raw) {
        let doc = dom::parse(raw);
        return blocks::of_all(&doc, &Layout::of(&doc), base);
    }
    let lines = raw.split(['\n', '\r', '\u{2028}', '\u{2029}']);
    lines
        .map(|line| words::collapsed(&entities::decode(line)))
        .filter(|line| words::mass(line) > 0)
        .map(|line| blocks::block_of(BlockKind::Paragraph { content: vec![Inline::Text(line)] }))
        .collect()
}

fn has_tags(text: &str) -> bool {
    text.contains("</") || text.contains("<br") || text.contains("<p>")
}

/// Shows the `noscript` elements with text of a page that has next to none besides; whether there
/// was one. Only of pages that call themselves articles: shops and forums that scripts draw keep
/// copies there too, which look like text without what stands around them.
pub(crate) fn show_noscript(doc: &mut Doc, layout: &Layout, facts: &Facts<'_>) -> bool {
    let is_called = !facts.articles().is_empty()
        || facts.meta("og:type").is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
    if !is_called || layout.prose_total() > OWN_PROSE_MAX {
        return false;
    }
    let holders: Vec<usize> = doc
        .find(0..doc.len(), Tag::Noscript)
        .filter(|node| !doc.lineage(*node).any(|around| doc.is(around, Tag::Head)))
        .filter(|node| words::mass(&doc.words(*node)) >= NOSCRIPT_MASS_MIN)
        .collect();
    for node in &holders {
        doc.show(*node);
    }
    !holders.is_empty()
}
