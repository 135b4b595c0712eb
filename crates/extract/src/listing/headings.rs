//! Headings that stand over boxes of links: how far each reaches, and whether it says that what is
//! under it was chosen by readers or by what it is about, and not because it is new.

use crate::dom::{Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::words::{self, folded_up_to};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Elements around a heading that may hold nothing else.
const CLIMB_MAX: usize = 6;

/// Bytes of a heading in its folded form.
const HEADING_BYTES_MAX: usize = 96;

/// Words of a heading that begins with one of the phrases.
const HEADING_WORDS_MAX: usize = 5;

/// Headings over what is read most, or belongs to something else on the page.
const CHOSEN: &[&str] = &[
    "most read",
    "most viewed",
    "most popular",
    "most commented",
    "most shared",
    "most watched",
    "popular",
    "popular posts",
    "popular now",
    "popular stories",
    "trending",
    "trending now",
    "editors picks",
    "editor’s picks",
    "related",
    "related news",
    "related stories",
    "related articles",
    "you may also like",
    "you might also like",
    "recommended",
    "recommended for you",
    "tags",
    "topics",
    "پربازدیدترین",
    "پربازدیدترین‌ها",
    "پربازدیدها",
    "پربازدید",
    "پر بازدید",
    "پربازدید ترین",
    "پر بازدیدترین",
    "پر بازدیدترین ها",
    "پربیننده",
    "پربیننده‌ترین",
    "پربیننده‌ها",
    "پربیننده ترین",
    "پر بیننده ترین",
    "پربحث‌ترین",
    "پربحث‌ترین‌ها",
    "محبوب‌ترین",
    "داغ‌ترین",
    "داغترین ها",
    "پرطرفدار",
    "پرخواننده‌ترین",
    "بیشترین بازدید",
    "اخبار مرتبط",
    "مطالب مرتبط",
    "پیشنهاد سردبیر",
    "برچسب‌ها",
    "برچسب ها",
    "الأكثر قراءة",
    "الأكثر مشاهدة",
    "الاكثر قراءة",
    "الاكثر مشاهدة",
    "الأكثر تداولا",
    "الأكثر رواجا",
    "الأكثر شعبية",
    "مواضيع ذات صلة",
    "أخبار ذات صلة",
    "الوسوم",
    "meistgelesen",
    "am meisten gelesen",
    "les plus lus",
    "lo más leído",
    "lo más visto",
    "i più letti",
    "mais lidas",
    "najczęściej czytane",
    "самое читаемое",
    "популярное",
    "çok okunanlar",
    "en çok okunanlar",
    "ilgili haberler",
];

/// These in the form in which they are looked up.
static FOLDED: LazyLock<HashSet<String>> =
    LazyLock::new(|| CHOSEN.iter().map(|phrase| words::folded(phrase)).collect());

/// A heading and what it stands over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heading {
    /// Its first node.
    pub(super) first: usize,
    /// The element within which it reaches.
    pub(super) scope: usize,
    /// One past the last node that it stands over.
    pub(super) end: usize,
    /// Its element.
    pub(super) owner: usize,
    /// Whether it says that what follows was not chosen for being new.
    pub(super) is_chosen: bool,
}

/// The headings of a page in order.
pub(super) fn find(doc: &Doc, layout: &Layout) -> Vec<Heading> {
    layout.runs.iter().filter_map(|run| heading_of(doc, layout, run)).collect()
}

fn heading_of(doc: &Doc, layout: &Layout, run: &Run) -> Option<Heading> {
    let is_linked = run.link_mass > 0;
    let is_chosen = is_chosen_run(doc, run, is_linked);
    // A heading that is a link is a headline as often as not: only its words tell.
    if !is_chosen && (run.heading == 0 || is_linked) {
        return None;
    }
    let owner = run.owner as usize;
    let mut block = owner;
    for above in doc.lineage(owner).skip(1).take(CLIMB_MAX) {
        if layout.runs_in(doc, above).len() > 1 {
            break;
        }
        block = above;
    }
    let scope = doc.parent(block)?;
    let end = match doc.tag(scope) {
        // Over the whole page it stands over what comes next.
        Tag::Body | Tag::Main | Tag::Html => next_element_end(doc, block, scope),
        _ => doc.end(scope),
    };
    Some(Heading { first: run.first as usize, scope, end, owner, is_chosen })
}

fn next_element_end(doc: &Doc, block: usize, scope: usize) -> usize {
    let mut at = doc.end(block);
    while at < doc.end(scope) && doc.kind(at) != Kind::Element {
        at = doc.end(at);
    }
    doc.end(at).min(doc.end(scope))
}

fn is_chosen_run(doc: &Doc, run: &Run, is_linked: bool) -> bool {
    if run.mass == 0 || run.mass as usize > HEADING_BYTES_MAX {
        return false;
    }
    let mut line = String::new();
    for node in run.range() {
        words::push_collapsed_until(&mut line, doc.text(node), HEADING_BYTES_MAX * 2);
        if line.len() > HEADING_BYTES_MAX * 2 {
            return false;
        }
    }
    let Some(line) = folded_up_to(&line, HEADING_BYTES_MAX) else { return false };
    if FOLDED.contains(&line) {
        return true;
    }
    let words: Vec<&str> = line.split(' ').collect();
    if is_linked || words.len() > HEADING_WORDS_MAX {
        return false;
    }
    (1..words.len()).any(|count| {
        let start = words.get(..count).unwrap_or_default().join(" ");
        FOLDED.contains(&start)
    })
}
