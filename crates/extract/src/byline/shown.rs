//! Bylines that readers see: elements marked as an author's, lines that begin with "By", links to
//! an author's page. Each near the headline or the text; what stands in lists of other pages or
//! under comments is theirs.

use super::{Evidence, name};
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::layout::Run;
use crate::marks::Marks;
use crate::words::{collapsed, push_collapsed};
use chapar_model::Basis;

/// Bylines taken from a page.
const FOUND_MAX: usize = 14;

/// Characters of an element that is a byline.
const BYLINE_CHARS_MAX: usize = 200;

/// Letters of a line that is a byline.
const LINE_MASS_MAX: u32 = 120;

/// Pieces of text that make up a byline.
const PIECES_MAX: usize = 24;

/// Runs around the text in which a byline stands.
const RUNS_BEFORE: usize = 30;
const RUNS_INTO: usize = 2;
const RUNS_AFTER: usize = 15;

/// What it costs an element not to look like a name.
const UNLIKE_COST: i32 = 30;

/// Nodes before the text in which an author's element is its own.
const NODES_NEAR: usize = 400;

/// Ancestors whose purposes an element shares.
const LINEAGE_MAX: usize = 8;

/// Folders of addresses of pages about an author.
const AUTHOR_FOLDERS: &[&str] = &[
    "author",
    "authors",
    "autor",
    "autores",
    "autoren",
    "auteur",
    "auteurs",
    "autore",
    "autori",
    "byline",
    "columnist",
    "columnists",
    "contributor",
    "contributors",
    "journalist",
    "journalists",
    "people",
    "person",
    "profile",
    "profiles",
    "producers",
    "reporter",
    "reporters",
    "staff",
    "team",
    "writer",
    "writers",
];

/// A byline with what it rests on.
pub(super) struct Found {
    pub(super) score: i32,
    pub(super) basis: Basis,
    pub(super) place: &'static str,
    pub(super) text: String,
}

/// Bylines that readers see.
pub(super) fn all(evidence: &Evidence<'_>) -> Vec<Found> {
    let mut looker = Looker { evidence, found: Vec::new() };
    looker.lines();
    looker.marked();
    looker.found
}

struct Looker<'a> {
    evidence: &'a Evidence<'a>,
    found: Vec<Found>,
}

impl Looker<'_> {
    fn add(&mut self, score: i32, basis: Basis, place: &'static str, text: String) {
        if self.found.len() < FOUND_MAX && !text.is_empty() {
            self.found.push(Found { score, basis, place, text });
        }
    }

    /// Elements marked as an author's.
    fn marked(&mut self) {
        let Evidence { doc, layout, place, .. } = *self.evidence;
        let body_start = place
            .and_then(|place| layout.runs.get(place.first))
            .map_or(0, |run| run.first as usize);
        let mut at = 0;
        while at < doc.len() && self.found.len() < FOUND_MAX {
            let marks = self.own_marks(at);
            if marks.any(Marks::COMMENTS.with(Marks::RELATED).with(Marks::NAV)) {
                at = doc.end(at);
                continue;
            }
            let is_rel = doc.is(at, Tag::A)
                && doc.attr(at, Attr::Rel).is_some_and(|rel| rel.contains("author"));
            let prop = doc.attr(at, Attr::Itemprop);
            let is_prop = matches!(prop, Some("author" | "creator"));
            if !(is_rel || is_prop || marks.any(Marks::AUTHOR)) {
                at += 1;
                continue;
            }
            let is_short = layout.mass(doc, at) as usize <= BYLINE_CHARS_MAX
                && (1..=BYLINE_CHARS_MAX).contains(&doc.words(at).chars().count());
            if !is_short {
                at += 1;
                continue;
            }
            let named = name_part(doc, at).filter(|_| is_prop);
            let text = person_in(doc, named.unwrap_or(at));
            if name::is_lead(&text) {
                // "By" and the name in an element of its own.
                at += 1;
                continue;
            }
            let near = if at <= body_start && body_start - at < NODES_NEAR { 6 } else { 0 };
            let (score, basis, place) = match (is_prop, is_rel) {
                (true, _) => (86, Basis::Microdata, "itemprop=author"),
                (_, true) => (84, Basis::Link, "a[rel=author]"),
                _ => (76, Basis::VisibleText, "class of an author"),
            };
            let looks_so = name::clean(&text).is_some_and(|clean| name::is_name(&clean));
            let score = if looks_so { score } else { score - UNLIKE_COST };
            self.add(score + near, basis, place, text);
            at = doc.end(at);
        }
    }

    /// Lines near the headline and around the text.
    fn lines(&mut self) {
        let runs = self.evidence.layout.runs.len();
        let (first, last) = self.evidence.place.map_or((0, 0), |place| (place.first, place.last));
        let before = first.saturating_sub(RUNS_BEFORE)..(first + RUNS_INTO).min(runs);
        if let Some(headline) = self.evidence.headline {
            for at in headline.around(runs).filter(|at| !before.contains(at)) {
                self.line(at, self.line_score(at));
            }
        }
        for at in before {
            self.line(at, self.line_score(at));
        }
        if self.evidence.place.is_some() {
            for at in last..(last + 1 + RUNS_AFTER).min(runs) {
                self.line(at, 62);
            }
        }
    }

    /// The nearer to the headline, the likelier.
    fn line_score(&self, at: usize) -> i32 {
        let distance = self.evidence.headline.and_then(|headline| headline.distance(at));
        distance.map_or(78, |distance| 92 - i32::try_from(distance).unwrap_or(14).min(14) / 4)
    }

    fn line(&mut self, at: usize, score: i32) {
        let Evidence { doc, layout, .. } = *self.evidence;
        let Some(run) = layout.runs.get(at).copied() else { return };
        if run.mass > LINE_MASS_MAX || run.mass < 2 {
            return;
        }
        let marks = self.marks_around(&run);
        if marks.any(Marks::COMMENTS.with(Marks::RELATED).with(Marks::NAV).with(Marks::SIDE)) {
            return;
        }
        let text = line_text(doc, &run);
        if name::is_lead(&text) {
            let next = layout.runs.get(at + 1).copied().filter(|next| next.mass <= LINE_MASS_MAX);
            if let Some(next) = next {
                self.named(score - 12, "line below a label", &pieces(doc, next.range()));
            }
            return;
        }
        if name::is_of_other(&text) {
            return;
        }
        if let Some(rest) = name::behind_date(&text) {
            self.named(score - 4, "line with a date and a label", &[rest.to_owned()]);
            return;
        }
        if let Some(rest) = name::behind_lead(&text).or_else(|| name::behind_short_lead(&text)) {
            let is_short = name::behind_lead(&text).is_none();
            let parts = pieces(doc, run.range());
            let whole = name::clean(rest).unwrap_or_default();
            if is_short && !whole.contains(' ') {
                return;
            }
            self.named(score, "line with a label", &parts);
            return;
        }
        self.author_link(&run, score - 14);
    }

    /// A link to a page about an author.
    fn author_link(&mut self, run: &Run, score: i32) {
        let doc = self.evidence.doc;
        let link = run.range().find(|node| {
            doc.is(*node, Tag::A) && doc.attr(*node, Attr::Href).is_some_and(is_of_author)
        });
        let link = link.or_else(|| {
            let owner = doc.lineage(run.first as usize).take(3).find(|node| doc.is(*node, Tag::A));
            owner.filter(|a| doc.attr(*a, Attr::Href).is_some_and(is_of_author))
        });
        let Some(link) = link else { return };
        let text = collapsed(&doc.words(link));
        let is_full = text.contains(' ') && name::is_name(&text);
        if is_full {
            self.add(score, Basis::Link, "link to an author's page", text);
        }
    }

    fn named(&mut self, score: i32, place: &'static str, parts: &[String]) {
        let text = person_of(parts);
        if let Some(clean) = name::clean(&text).filter(|clean| name::is_name(clean)) {
            self.add(score, Basis::Label, place, clean);
        }
    }

    /// The purposes of an element, but for those that would make most of the text no text.
    fn own_marks(&self, node: usize) -> Marks {
        let layout = self.evidence.layout;
        let marks = layout.marks_of(node);
        let total = layout.prose_total();
        let holds_text = total > 0 && layout.prose(self.evidence.doc, node) * 3 >= total;
        if holds_text { marks.without(Marks::FURNITURE) } else { marks }
    }

    fn marks_around(&self, run: &Run) -> Marks {
        self.evidence
            .doc
            .lineage(run.first as usize)
            .take(LINEAGE_MAX)
            .fold(Marks::default(), |all, node| all.with(self.own_marks(node)))
    }
}

fn name_part(doc: &Doc, node: usize) -> Option<usize> {
    (node + 1..doc.end(node)).find(|n| doc.attr(*n, Attr::Itemprop) == Some("name"))
}

/// Whether an address leads to a page about an author: a folder says so, and a name follows.
fn is_of_author(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut parts = path.rsplit('/');
    let named = parts.next().is_some_and(|last| last.contains(char::is_alphabetic));
    named && parts.take(2).any(|part| AUTHOR_FOLDERS.iter().any(|f| part.eq_ignore_ascii_case(f)))
}

/// The words of a line: what stands in elements of its own stands apart.
fn line_text(doc: &Doc, run: &Run) -> String {
    let mut text = String::new();
    for node in run.range() {
        push_collapsed(&mut text, doc.text(node));
        push_collapsed(&mut text, " ");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The texts in a range of nodes, one for each text node.
fn pieces(doc: &Doc, range: std::ops::Range<usize>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end && found.len() < PIECES_MAX {
        if doc.kind(at) == Kind::Element && doc.tag(at).is_silent() {
            at = doc.end(at);
            continue;
        }
        let text = collapsed(doc.text(at));
        if !text.is_empty() {
            found.push(text);
        }
        at += 1;
    }
    found
}

/// The name in an element: its words, or of several texts those that belong to names.
fn person_in(doc: &Doc, node: usize) -> String {
    let parts = pieces(doc, node..doc.end(node));
    let person = person_of(&parts);
    if name::clean(&person).is_some_and(|clean| name::is_name(&clean)) {
        return person;
    }
    doc.words(node)
}

/// The first name among pieces of text, with those that a comma or an "and" joins to it.
fn person_of(parts: &[String]) -> String {
    let mut out = String::new();
    let mut is_joined = false;
    for part in parts {
        let part = part.trim();
        if out.is_empty() {
            if !name::is_lead(part) && part.chars().any(char::is_alphabetic) {
                out = name::without_lead(part);
                is_joined = ends_open(&out);
            }
            continue;
        }
        if is_joint(part) {
            push_joint(&mut out, part);
            is_joined = true;
            continue;
        }
        let opens = starts_open(part);
        let is_half = !out.contains(' ') && !part.contains(' ') && name::is_name(part);
        if !(is_joined || opens || is_half) {
            break;
        }
        if !out.ends_with(' ') && !part.starts_with([',', '،']) {
            out.push(' ');
        }
        out.push_str(part);
        is_joined = ends_open(part);
    }
    out
}

fn push_joint(out: &mut String, part: &str) {
    if !part.starts_with([',', '،']) {
        out.push(' ');
    }
    out.push_str(part);
    out.push(' ');
}

/// Whether a piece only joins two names.
fn is_joint(part: &str) -> bool {
    matches!(
        part.to_lowercase().as_str(),
        "," | "،"
            | "&"
            | "and"
            | ", and"
            | "und"
            | "et"
            | "y"
            | "e"
            | "i"
            | "och"
            | "og"
            | "en"
            | "و"
    )
}

fn starts_open(part: &str) -> bool {
    part.starts_with(", ") || part.starts_with("and ") || part.starts_with("& ")
}

fn ends_open(part: &str) -> bool {
    part.ends_with([',', '،', '&']) || part.ends_with(" and")
}
