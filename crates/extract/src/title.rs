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

/// How well statements must support a heading, in percent; one of a lower level may be that of a
/// part of the text, which shares words with the headline.
const SUPPORT_MIN: i32 = 45;
const LOWER_SUPPORT_MIN: i32 = 90;

/// The only heading of the first level is the headline, though worded otherwise than what is
/// stated for machines, when it shares a fifth of the words and is no mere name. Of 49 such pages
/// of a public set it was right on 32, and what agreed better with the statements on 9.
const ONLY_WORDS_MIN: usize = 4;
const ONLY_SUPPORT_MIN: i32 = 20;
const ONLY_SCORE: i32 = 205;

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
    let headings = headings(doc, names);
    let stated = stated(facts, names, &headings, feed);
    let mut gathered = Gathered::default();
    for heading in &headings {
        let support = support(heading, &stated);
        let place = heading.place;
        let enough = if heading.is_first_level { SUPPORT_MIN } else { LOWER_SUPPORT_MIN };
        if support < enough {
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
    if let Some(heading) = only_first_level(&headings, names)
        && support(heading, &stated) >= ONLY_SUPPORT_MIN
    {
        gathered.add(
            ONLY_SCORE,
            ground(Basis::Heading, "the only h1"),
            heading.text.clone(),
            &heading.text,
        );
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

/// The one heading of the first level, where it has words enough to be a headline.
fn only_first_level<'h>(headings: &'h [Heading], names: &[String]) -> Option<&'h Heading> {
    let mut all = headings.iter().filter(|h| h.is_first_level && !is_site(&h.folded, names));
    let first = all.next()?;
    let words = first.folded.split(' ').count();
    (words >= ONLY_WORDS_MIN && all.all(|h| h.folded == first.folded)).then_some(first)
}

fn headings(doc: &Doc, names: &[String]) -> Vec<Heading> {
    let mut all = Vec::new();
    for node in 0..doc.len() {
        let (is_first_level, place) = match doc.tag(node) {
            Tag::H1 => (true, "h1"),
            Tag::H2 => (false, "h2"),
            Tag::H3 => (false, "h3"),
            _ => continue,
        };
        let text = without_name(doc.words(node), names);
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

/// Takes the site's name off the end of a heading.
fn without_name(heading: String, names: &[String]) -> String {
    let cut = SEPARATORS.iter().filter(|separator| **separator != ": ").find_map(|separator| {
        let (head, tail) = heading.rsplit_once(separator)?;
        (is_name(tail, names) && !head.trim().is_empty()).then(|| head.trim().to_owned())
    });
    cut.unwrap_or(heading)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;
    use crate::facts::read_json_ld;

    #[track_caller]
    fn check(head: &str, body: &str, expect: &str) {
        let doc = dom::parse(&format!("<html><head>{head}</head><body>{body}</body></html>"));
        let values = read_json_ld(&doc);
        let facts = Facts::of(&doc, &values);
        let url = PageUrl::parse("https://lantern.example/a").unwrap();
        let names = site_names(&facts, Some(&url));
        let gathered = gather(&doc, &facts, &names, None);
        assert_eq!(gathered.best().map(String::as_str), Some(expect), "{gathered:?}");
    }

    #[test]
    fn the_only_heading_of_the_first_level_is_the_headline() {
        let head = "<title>Ferry times for the islands</title>";
        let body = "<h1>How the ferry will serve the islands this year</h1>\
                    <h2>Ferry times for the islands</h2>";
        check(head, body, "How the ferry will serve the islands this year");
        // A name of the house or of a section is none.
        check(
            head,
            "<h1>Island Life</h1><h2>Ferry times for the islands</h2>",
            "Ferry times for the islands",
        );
        check(head, "<h1>Sign up for our free weekly letter</h1>", "Ferry times for the islands");
    }

    #[test]
    fn a_heading_of_a_part_of_the_text_is_not_the_headline() {
        let head = "<title>How to sail to the islands in spring</title>";
        let parts = "<h2>How long does it take to sail to the islands?</h2>";
        check(head, parts, "How to sail to the islands in spring");
        let own = "<h2>How to sail to the islands in spring, and why</h2>";
        check(head, own, "How to sail to the islands in spring, and why");
    }

    #[test]
    fn the_sites_name_is_taken_off() {
        let head = "<meta property=og:site_name content='The Lantern'>";
        let title = |t: &str| format!("{head}<title>{t}</title>");
        check(&title("Ferries sail twice a day - The Lantern"), "", "Ferries sail twice a day");
        check(&title("The Lantern | Ferries sail twice a day"), "", "Ferries sail twice a day");
        check(
            &title("Ferries sail twice a day | Islands | The Lantern"),
            "<h1>Ferries sail twice a day | Islands | The Lantern</h1>",
            "Ferries sail twice a day | Islands",
        );
    }
}
