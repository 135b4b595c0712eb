//! Where a page says that its text comes from: a label such as "Source:" with a name or link, or
//! a canonical address on another site. A label with nothing behind it claims nothing.

use crate::body::text_of;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::fields::{Gathered, ground};
use crate::layout::{Layout, Run};
use crate::words;
use chapar_model::{Basis, ClaimedOriginal, Field, PageUrl};

/// Labels in lower case, without the colon.
const LABELS: &[&str] = &[
    "original news",
    "original source",
    "original article",
    "originally published at",
    "originally published by",
    "originally published on",
    "originally published in",
    "read the original article",
    "read original article",
    "source",
    "sources",
    "via",
    "news source",
    "source link",
    "منبع",
    "منبع خبر",
    "لینک خبر",
    "به نقل از",
    "خبر اصلی",
    "لینک منبع",
    "المصدر",
    "مصدر",
    "quelle",
    "fonte",
    "fuente",
    "bron",
    "źródło",
    "источник",
    "kaynak",
];

/// Words of a name behind a label.
const NAME_WORDS_MAX: usize = 8;

/// A line that is such a label, and the name behind it.
pub(crate) fn label(text: &str) -> Option<&str> {
    let text = text.trim().trim_start_matches(['(', '[', '*', '–', '-', '•']).trim_start();
    let (head, rest) = text.split_once([':', '：'])?;
    let head = head.trim().to_lowercase();
    if !LABELS.contains(&head.as_str()) {
        return None;
    }
    let name = rest.trim().trim_end_matches([')', ']', '.', '*']).trim();
    (name.split_whitespace().count() <= NAME_WORDS_MAX).then_some(name)
}

/// Chooses the claimed original.
pub(crate) fn find(
    doc: &Doc,
    layout: &Layout,
    root: usize,
    url: Option<&PageUrl>,
    base: Option<&PageUrl>,
    canonical: Option<&PageUrl>,
) -> Field<ClaimedOriginal> {
    let mut gathered = Gathered::default();
    for run in layout.runs_in(doc, root).filter_map(|at| layout.runs.get(at)) {
        if run.mass > 120 {
            continue;
        }
        let text = text_of(doc, run);
        let Some(name) = label(&text) else { continue };
        let link = link_in(doc, run, base);
        let name = (!name.is_empty() && !name.contains("://")).then(|| name.to_owned());
        if name.is_none() && link.is_none() {
            continue;
        }
        let elsewhere = link.as_ref().is_some_and(|l| is_elsewhere(l, url));
        let score = if elsewhere { 90 } else { 60 };
        gathered.add(
            score,
            ground(Basis::Label, "label"),
            ClaimedOriginal { url: link, name },
            &text,
        );
    }
    if let Some(canonical) = canonical.filter(|c| is_elsewhere(c, url)) {
        let claimed = ClaimedOriginal { url: Some(canonical.clone()), name: None };
        gathered.add(70, ground(Basis::Link, "link[rel=canonical]"), claimed, canonical.as_str());
    }
    gathered.settle("the page names it", |a, b| a == b)
}

/// Whether an address belongs to another site.
fn is_elsewhere(link: &PageUrl, url: Option<&PageUrl>) -> bool {
    url.is_some_and(|url| site_of(link) != site_of(url))
}

/// The last two labels of a host, or three where the last two are short as in `co.uk`.
fn site_of(url: &PageUrl) -> String {
    let labels: Vec<&str> = url.site().split('.').collect();
    let short = labels.len() >= 3 && labels.iter().rev().take(2).all(|label| label.len() <= 3);
    let take = if short { 3 } else { 2 };
    labels.get(labels.len().saturating_sub(take)..).unwrap_or_default().join(".")
}

fn link_in(doc: &Doc, run: &Run, base: Option<&PageUrl>) -> Option<PageUrl> {
    let inside = run.range().filter(|n| doc.kind(*n) == Kind::Element);
    let around = doc.lineage(run.first as usize).take_while(|n| *n != run.owner as usize);
    inside
        .chain(around)
        .filter(|n| doc.is(*n, Tag::A))
        .find_map(|n| crate::links::resolve(base, doc.attr(n, Attr::Href)?))
        .or_else(|| {
            let text = words::collapsed(&run.range().map(|n| doc.text(n)).collect::<String>());
            text.split(' ').find(|w| w.starts_with("http")).and_then(|w| PageUrl::parse(w).ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_whole_and_short() {
        assert_eq!(label("Original News :"), Some(""));
        assert_eq!(label("Source: The Lantern"), Some("The Lantern"));
        assert_eq!(label("منبع: خبرگزاری فانوس"), Some("خبرگزاری فانوس"));
        assert_eq!(label("The source: he said nothing of it"), None);
        assert_eq!(
            label("Source: a long tale of how the words came to be known to all who live here"),
            None
        );
    }
}
