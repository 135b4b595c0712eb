//! Who wrote it, as printed. A person named beats the site naming itself.

use crate::dom::{Attr, Doc, Tag};
use crate::facts::Facts;
use crate::fields::{Gathered, ground};
use crate::json::Json;
use crate::layout::Layout;
use crate::marks::Marks;
use crate::words::{collapsed, folded};
use chapar_model::Basis;

/// Characters of a byline.
const BYLINE_CHARS_MAX: usize = 200;

/// What stands before a name.
const LEADS: &[&str] = &[
    "written and reported by",
    "reviewed and written by",
    "story by",
    "article by",
    "words by",
    "text by",
    "report by",
    "reported by",
    "written by",
    "posted by",
    "published by",
    "created by",
    "submitted by",
    "contributed by",
    "authored by",
    "by",
    "author:",
    "authors:",
    "author",
    "von",
    "par",
    "por",
    "di",
    "da",
    "af",
    "door",
    "autor:",
    "auteur:",
    "autore:",
    "redaktion:",
    "yazan:",
    "автор:",
    "نویسنده:",
    "نویسنده",
    "خبرنگار:",
    "گزارشگر:",
    "کاتب:",
    "بقلم:",
    "بقلم",
    "كتب:",
    "كتبت:",
    "الكاتب:",
];

/// Where a name ends when more stands on its line.
const TAILS: &[&str] = &[
    " | ",
    " • ",
    " · ",
    " on ",
    " updated",
    " published",
    " posted",
    " — ",
    " – ",
    " in ",
    " for ",
    " @",
    " follow",
    " view ",
    " min read",
    " read time",
];

/// All candidates for the byline.
pub(crate) fn gather(
    doc: &Doc,
    facts: &Facts<'_>,
    layout: &Layout,
    names: &[String],
    first_run: Option<usize>,
    feed: Option<&str>,
) -> Gathered<String> {
    let mut gathered = Gathered::default();
    let mut add = |score: i32, basis: Basis, place: &'static str, raw: &str| {
        let Some(name) = clean(raw) else { return };
        let is_site = names.contains(&folded(&name).replace(' ', ""));
        let is_role = is_no_person(&name);
        let score = score - if is_site { 40 } else { 0 } - if is_role { 45 } else { 0 };
        gathered.add(score, ground(basis, place), name, raw);
    };
    for thing in facts.articles().into_iter().take(3) {
        for key in ["author", "creator"] {
            let Some(author) = thing.get(key) else { continue };
            let (people, others) = author_names(author, facts);
            if !people.is_empty() {
                add(100, Basis::JsonLd, "author", &people.join(", "));
            } else if !others.is_empty() {
                add(72, Basis::JsonLd, "author", &others.join(", "));
            }
        }
    }
    let metas = facts.metas_named(&[
        "author",
        "article:author_name",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dc.creator",
        "dcterms.creator",
        "dc.contributor",
        "citation_author",
        "article:author",
        "cxenseparse:author",
        "twitter:data1x",
    ]);
    for meta in metas {
        let basis = if meta.key.starts_with("article:") { Basis::OpenGraph } else { Basis::Meta };
        add(90, basis, "meta author", &meta.value);
    }
    for (score, basis, place, text) in visible(doc, layout, first_run) {
        add(score, basis, place, &text);
    }
    if let Some(author) = feed {
        add(70, Basis::Feed, "author", author);
    }
    gathered
}

/// Names of people and of others that a JSON-LD author holds.
fn author_names(author: &Json, facts: &Facts<'_>) -> (Vec<String>, Vec<String>) {
    let (mut people, mut others) = (Vec::new(), Vec::new());
    for one in author.each() {
        let name = match one {
            Json::Text(name) => Some(name.as_str()),
            Json::Object(_) => one.get("name").and_then(Json::text).or_else(|| {
                let Some(Json::Text(id)) = one.get("@id") else { return None };
                facts.names.iter().find(|(key, _)| key == id).map(|(_, name)| *name)
            }),
            _ => None,
        };
        let Some(name) = name.map(|n| collapsed(&crate::entities::decode(n))) else { continue };
        let is_group =
            one.get("@type").and_then(Json::text).is_some_and(|t| t.ends_with("Organization"));
        let group = if is_group { &mut others } else { &mut people };
        if !name.is_empty() && !group.contains(&name) {
            group.push(name);
        }
    }
    (people, others)
}

/// Bylines that readers see.
fn visible(
    doc: &Doc,
    layout: &Layout,
    first_run: Option<usize>,
) -> Vec<(i32, Basis, &'static str, String)> {
    let mut found = Vec::new();
    let body_start =
        first_run.and_then(|at| layout.runs.get(at)).map_or(0, |run| run.first as usize);
    let mut at = 0;
    while at < doc.len() && found.len() < 12 {
        let marks = layout.marks_of(at);
        if marks.any(Marks::COMMENTS.with(Marks::RELATED).with(Marks::NAV)) {
            at = doc.end(at);
            continue;
        }
        let is_rel =
            doc.is(at, Tag::A) && doc.attr(at, Attr::Rel).is_some_and(|rel| rel.contains("author"));
        let prop = doc.attr(at, Attr::Itemprop);
        let is_prop = matches!(prop, Some("author" | "creator"));
        if !(is_rel || is_prop || marks.any(Marks::AUTHOR)) {
            at += 1;
            continue;
        }
        let text = match name_part(doc, at).filter(|_| is_prop) {
            Some(part) => doc.words(part),
            None => doc.words(at),
        };
        let len = text.chars().count();
        if len == 0 || len > BYLINE_CHARS_MAX {
            at += 1;
            continue;
        }
        // The nearer before the text, the likelier.
        let near = if at <= body_start && body_start - at < 400 { 6 } else { 0 };
        let (score, basis, place) = match (is_prop, is_rel) {
            (true, _) => (86, Basis::Microdata, "itemprop=author"),
            (_, true) => (84, Basis::Link, "a[rel=author]"),
            _ => (76, Basis::VisibleText, "class of an author"),
        };
        found.push((score + near, basis, place, text));
        at = doc.end(at);
    }
    found
}

fn name_part(doc: &Doc, node: usize) -> Option<usize> {
    (node + 1..doc.end(node)).find(|n| doc.attr(*n, Attr::Itemprop) == Some("name"))
}

/// A name out of a byline; `None` when none is in it.
pub(crate) fn clean(raw: &str) -> Option<String> {
    let mut name = collapsed(&crate::entities::decode(raw));
    if name.contains("://") || name.starts_with("www.") || name.starts_with('@') {
        return None;
    }
    if let Some(at) = name.find(['{', '<', '\u{fffd}']) {
        name.truncate(at);
    }
    for _ in 0..2 {
        name = without_lead(&name);
    }
    let lower = name.to_lowercase();
    if lower.len() == name.len() {
        let end = TAILS.iter().filter_map(|tail| lower.find(tail)).filter(|at| *at > 2).min();
        name.truncate(end.unwrap_or(name.len()));
    }
    name = without_date(&name);
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ':' | '|' | '-' | '–' | '—' | '·' | '•' | '/' | ';')
    });
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    if letters < 2 || digits > 4 || name.chars().count() > BYLINE_CHARS_MAX {
        return None;
    }
    let commas = name.matches([',', '،']).count();
    if name.split(' ').count() > 12 + commas * 4 {
        return None;
    }
    Some(name.to_owned())
}

fn without_lead(name: &str) -> String {
    let trimmed = name.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '|' | '-' | '—' | '–' | '/' | '•')
    });
    for lead in LEADS {
        let Some(head) = trimmed.get(..lead.len()) else { continue };
        let same = head.eq_ignore_ascii_case(lead) || head == *lead;
        let rest = trimmed.get(lead.len()..).unwrap_or_default();
        // A short lead is one only before a capital: "von" is part of names too.
        let parted = rest.starts_with([' ', ':', '\u{a0}']) || lead.ends_with(':');
        let is_name_part = head.starts_with(|c: char| c.is_lowercase())
            && matches!(*lead, "von" | "da" | "di" | "af");
        if same && parted && !is_name_part && !rest.trim().is_empty() {
            return rest.trim_start_matches([' ', ':', '\u{a0}']).to_owned();
        }
    }
    trimmed.to_owned()
}

/// Cuts off a date or time behind a name.
fn without_date(name: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in name.split(' ') {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if digits >= 1
            && !kept.is_empty()
            && word.chars().next().is_some_and(|c| c.is_ascii_digit())
        {
            while kept.last().is_some_and(|w| is_month(w)) {
                kept.pop();
            }
            break;
        }
        kept.push(word);
    }
    kept.join(" ")
}

fn is_month(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    word.len() <= 9 && MONTHS.iter().any(|m| word.starts_with(m))
}

/// Names that systems write where a person should stand.
fn is_no_person(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "admin"
            | "administrator"
            | "editor"
            | "staff"
            | "webmaster"
            | "user"
            | "root"
            | "guest"
            | "super user"
            | "wpadmin"
            | "author"
            | "unknown"
            | "anonymous"
            | "none"
            | "null"
            | "undefined"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, name: Option<&str>) {
        assert_eq!(clean(raw).as_deref(), name, "{raw}");
    }

    #[test]
    fn names_are_taken_out_of_bylines() {
        check("By Mara Lindqvist", Some("Mara Lindqvist"));
        check("  by:  Mara Lindqvist | The Lantern ", Some("Mara Lindqvist"));
        check("Written by Mara Lindqvist on 3 May 2024", Some("Mara Lindqvist"));
        check("Mara Lindqvist March 3, 2024", Some("Mara Lindqvist"));
        check("نویسنده: مریم آذر", Some("مریم آذر"));
        check("Byron Vale", Some("Byron Vale"));
    }

    #[test]
    fn addresses_and_numbers_are_no_names() {
        check("https://example.org/author/1", None);
        check("12345678", None);
        check("", None);
    }
}
