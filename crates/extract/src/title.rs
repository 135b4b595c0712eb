//! The headline: what the page's headings, its `<title>` and its metadata agree on, without the
//! site's own name. A heading that nothing supports is not believed over metadata.

use crate::dom::{Doc, Tag};
use crate::facts::Facts;
use crate::fields::{Gathered, Ground, ground};
use crate::limits::TITLE_CHARS_MAX;
use crate::words::{collapsed, folded};
use chapar_model::{Basis, PageUrl};

/// What stands between a headline and a site's name.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " « ", " / ", " ‹ ", " › ", " ~ ",
    "|", ": ",
];

/// Headings looked at.
const HEADINGS_MAX: usize = 60;

/// A headline that a page states for machines.
#[derive(Debug)]
struct Stated {
    text: String,
    folded: String,
    ground: Ground,
    score: i32,
}

/// Names of the site, folded and without blanks.
pub(crate) fn site_names(facts: &Facts<'_>, url: Option<&PageUrl>) -> Vec<String> {
    let publisher = facts.things.iter().filter_map(|thing| {
        let names_site = thing
            .types
            .iter()
            .any(|t| matches!(*t, "WebSite" | "Organization" | "NewsMediaOrganization"));
        thing
            .get("publisher")
            .and_then(|p| p.get("name"))
            .and_then(|n| n.text())
            .or_else(|| thing.text("name").filter(|_| names_site))
    });
    let metas = [
        "og:site_name",
        "application-name",
        "apple-mobile-web-app-title",
        "dc.publisher",
        "publisher",
    ];
    let mut names: Vec<String> =
        metas.iter().filter_map(|name| facts.meta(name)).chain(publisher).map(squeezed).collect();
    if let Some(url) = url {
        names.push(squeezed(url.site()));
        names.extend(url.site().split('.').filter(|label| label.len() > 3).map(squeezed));
    }
    names.retain(|name| name.chars().count() >= 2);
    names
}

fn squeezed(text: &str) -> String {
    folded(text).replace(' ', "")
}

/// All candidates for the headline.
pub(crate) fn gather(
    doc: &Doc,
    facts: &Facts<'_>,
    names: &[String],
    feed: Option<&str>,
) -> Gathered<String> {
    let headings = headings(doc);
    let stated = stated(facts, names, &headings, feed);
    let mut gathered = Gathered::default();
    for heading in &headings {
        let support = support(heading, &stated);
        let place = heading.place;
        if support < 45 {
            continue;
        }
        let level = if heading.is_first_level { 10 } else { 0 };
        gathered.add(
            100 + support + level,
            ground(Basis::Heading, place),
            heading.text.clone(),
            &heading.text,
        );
    }
    for stated in &stated {
        gathered.add(stated.score, stated.ground.clone(), stated.text.clone(), &stated.text);
    }
    let lone = headings.iter().filter(|h| h.is_first_level && !is_site(&h.folded, names)).count();
    for heading in headings.iter().filter(|h| h.is_first_level && !is_site(&h.folded, names)) {
        let score = if lone == 1 && heading.text.split(' ').count() > 3 { 30 } else { 5 };
        gathered.add(
            score,
            ground(Basis::Heading, heading.place),
            heading.text.clone(),
            &heading.text,
        );
    }
    gathered
}

#[derive(Debug)]
struct Heading {
    text: String,
    folded: String,
    is_first_level: bool,
    place: &'static str,
}

fn headings(doc: &Doc) -> Vec<Heading> {
    let mut all = Vec::new();
    for node in 0..doc.len() {
        let (is_first_level, place) = match doc.tag(node) {
            Tag::H1 => (true, "h1"),
            Tag::H2 => (false, "h2"),
            Tag::H3 => (false, "h3"),
            _ => continue,
        };
        let text = doc.words(node);
        let folded = folded(&text);
        if folded.is_empty() || text.chars().count() > TITLE_CHARS_MAX {
            continue;
        }
        all.push(Heading { text, folded, is_first_level, place });
        if all.len() >= HEADINGS_MAX {
            break;
        }
    }
    all
}

/// What the page states for machines, the site's name taken off.
fn stated(
    facts: &Facts<'_>,
    names: &[String],
    headings: &[Heading],
    feed: Option<&str>,
) -> Vec<Stated> {
    let mut all = Vec::new();
    let mut add = |score: i32, ground: Ground, raw: &str| {
        let text = without_site(&collapsed(&crate::entities::decode(raw)), names, headings);
        let folded = folded(&text);
        if !folded.is_empty() && text.chars().count() <= TITLE_CHARS_MAX && !is_site(&folded, names)
        {
            all.push(Stated { text, folded, ground, score });
        }
    };
    if let Some(title) = facts.meta("og:title") {
        add(60, ground(Basis::OpenGraph, "meta[property=og:title]"), title);
    }
    if let Some(title) = &facts.title {
        add(55, ground(Basis::TitleElement, "title"), title);
    }
    for thing in facts.articles().into_iter().take(3) {
        if let Some(headline) = thing.text("headline").or_else(|| thing.text("name")) {
            add(50, ground(Basis::JsonLd, "headline"), headline);
        }
    }
    for name in [
        "twitter:title",
        "dc.title",
        "dcterms.title",
        "citation_title",
        "headline",
        "title",
        "parsely-title",
    ] {
        if let Some(title) = facts.meta(name) {
            add(45, ground(Basis::Meta, format!("meta[name={name}]")), title);
        }
    }
    if let Some(title) = feed {
        add(48, ground(Basis::Feed, "title"), title);
    }
    all
}

/// How well what is stated supports a heading, 0 to 100.
fn support(heading: &Heading, stated: &[Stated]) -> i32 {
    stated.iter().map(|stated| similarity(&heading.folded, &stated.folded)).max().unwrap_or(0)
}

fn similarity(heading: &str, stated: &str) -> i32 {
    if heading == stated {
        return 100;
    }
    let (h, s): (Vec<&str>, Vec<&str>) =
        (heading.split(' ').collect(), stated.split(' ').collect());
    let shared = h.iter().filter(|word| s.contains(word)).count();
    let prefix = h.iter().zip(&s).take_while(|(a, b)| a == b).count();
    // A headline cut short, or one with a name behind it.
    if (prefix == h.len() || prefix == s.len()) && prefix >= 3 {
        return 90;
    }
    let union = h.len() + s.len() - shared;
    i32::try_from(shared * 100 / union.max(1)).unwrap_or(0)
}

fn is_site(text: &str, names: &[String]) -> bool {
    names.contains(&text.replace(' ', ""))
}

/// Takes the site's name off a headline, at its end or its beginning, on evidence: the piece is
/// the site's name, or what is left is a heading of the page.
fn without_site(title: &str, names: &[String], headings: &[Heading]) -> String {
    let mut title = title.trim().to_owned();
    // "Headline | Section | Site" takes three steps.
    for _ in 0..3 {
        match shortened(&title, names, headings) {
            Some(shorter) => title = shorter,
            None => break,
        }
    }
    title
}

fn shortened(title: &str, names: &[String], headings: &[Heading]) -> Option<String> {
    let whole = folded(title);
    if headings.iter().any(|h| h.folded == whole) {
        return None;
    }
    let is_heading = |text: &str| {
        let text = folded(text);
        text.contains(' ') && headings.iter().any(|h| h.folded == text)
    };
    for separator in SEPARATORS {
        if let Some((head, tail)) = title.rsplit_once(separator) {
            let colon = *separator == ": ";
            if !colon && (is_name(tail, names) || is_heading(head)) && !head.trim().is_empty() {
                return Some(head.trim().to_owned());
            }
        }
        if let Some((head, tail)) = title.split_once(separator)
            && (is_name(head, names) || is_heading(tail))
            && !tail.trim().is_empty()
        {
            return Some(tail.trim().to_owned());
        }
    }
    // A bar is hardly ever part of a headline, and a short piece behind it is a name.
    let (head, tail) = title.rsplit_once(" | ")?;
    (tail.split(' ').count() <= 4 && head.split(' ').count() >= 3).then(|| head.trim().to_owned())
}

fn is_name(piece: &str, names: &[String]) -> bool {
    let piece = squeezed(piece);
    let len = piece.chars().count();
    len >= 2
        && names.iter().any(|name| {
            *name == piece
                || (len >= 5
                    && (name.contains(&piece)
                        || (piece.contains(name) && name.len() >= 5 && len < name.len() * 3)))
        })
}
