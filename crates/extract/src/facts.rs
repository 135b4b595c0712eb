//! What a page states about itself for machines: `<meta>`, `<link>` and JSON-LD. Collected once,
//! as stated; which of it is believed is decided field by field elsewhere.

use crate::dom::{Attr, Doc, Tag};
use crate::json::{self, Json};
use crate::limits::JSON_BYTES_MAX;
use crate::words;

/// A `<meta>` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meta {
    /// Its name, property or itemprop in lower case.
    pub(crate) key: String,
    /// Its content.
    pub(crate) value: String,
}

/// A JSON-LD object with a type.
#[derive(Debug, Clone)]
pub(crate) struct Thing<'a> {
    /// Its types, without the namespace.
    pub(crate) types: Vec<&'a str>,
    /// How many objects it is nested in.
    pub(crate) depth: usize,
    /// The object.
    json: &'a Json,
}

/// All that a page states.
#[derive(Debug, Default)]
pub(crate) struct Facts<'a> {
    /// `<meta>` elements in order.
    pub(crate) metas: Vec<Meta>,
    /// JSON-LD objects in order, outer ones first.
    pub(crate) things: Vec<Thing<'a>>,
    /// Names by `@id`.
    pub(crate) names: Vec<(&'a str, &'a str)>,
    /// `<link rel=canonical>`.
    pub(crate) canonical: Option<String>,
    /// Addresses of feeds.
    pub(crate) feeds: Vec<String>,
    /// `<html lang>`.
    pub(crate) lang: Option<String>,
    /// `<title>`.
    pub(crate) title: Option<String>,
}

impl<'a> Facts<'a> {
    /// Collects what a page states, with the JSON-LD that [`read_json_ld`] read from it.
    pub(crate) fn of(doc: &Doc, json: &'a [Json]) -> Self {
        let mut facts = Self::default();
        for node in 0..doc.len() {
            match doc.tag(node) {
                Tag::Meta => facts.add_meta(doc, node),
                Tag::Link => facts.add_link(doc, node),
                Tag::Title if facts.title.is_none() && !in_svg(doc, node) => {
                    let title = words::collapsed(
                        &(node + 1..doc.end(node)).map(|n| doc.text(n)).collect::<String>(),
                    );
                    facts.title = Some(title).filter(|t| !t.is_empty());
                }
                Tag::Html => {
                    let lang = doc.attr(node, Attr::Lang).or_else(|| doc.attr(node, Attr::XmlLang));
                    facts.lang = lang.map(str::to_owned);
                }
                _ => {}
            }
        }
        for value in json {
            facts.add_json(value);
        }
        facts
    }

    fn add_meta(&mut self, doc: &Doc, node: usize) {
        let Some(value) = doc.attr(node, Attr::Content).map(words::collapsed) else { return };
        if value.is_empty() {
            return;
        }
        for attr in [Attr::Property, Attr::Name, Attr::Itemprop, Attr::HttpEquiv] {
            if let Some(key) = doc.attr(node, attr) {
                self.metas
                    .push(Meta { key: key.trim().to_ascii_lowercase(), value: value.clone() });
            }
        }
    }

    fn add_link(&mut self, doc: &Doc, node: usize) {
        let (Some(rel), Some(href)) = (doc.attr(node, Attr::Rel), doc.attr(node, Attr::Href))
        else {
            return;
        };
        let has = |word: &str| rel.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word));
        if has("canonical") && self.canonical.is_none() {
            self.canonical = Some(href.to_owned());
        }
        let kind = doc.attr(node, Attr::Type).unwrap_or_default();
        let is_feed = ["rss+xml", "atom+xml", "feed+json"].iter().any(|k| kind.contains(k));
        if is_feed && has("alternate") {
            self.feeds.push(href.to_owned());
        }
    }

    /// Collects the typed objects inside a value, without recursion.
    fn add_json(&mut self, value: &'a Json) {
        let mut open: Vec<(&'a Json, usize)> = vec![(value, 0)];
        let mut found = Vec::new();
        while let Some((value, depth)) = open.pop() {
            match value {
                Json::List(values) => open.extend(values.iter().rev().map(|v| (v, depth))),
                Json::Object(members) => {
                    let types = types_of(value);
                    if let (Some(Json::Text(id)), Some(name)) =
                        (value.get("@id"), value.get("name").and_then(Json::text))
                    {
                        self.names.push((id, name));
                    }
                    let is_graph = value.get("@graph").is_some();
                    if !types.is_empty() {
                        found.push(Thing { types, depth, json: value });
                    }
                    let depth = if is_graph { depth } else { depth + 1 };
                    open.extend(members.iter().rev().map(|(_, v)| (v, depth)));
                }
                _ => {}
            }
        }
        self.things.extend(found);
    }

    /// The values of `<meta>` elements with one of the names, in the order of the names.
    pub(crate) fn metas_named<'s>(
        &'s self,
        names: &'s [&'s str],
    ) -> impl Iterator<Item = &'s Meta> {
        names.iter().flat_map(|name| self.metas.iter().filter(move |meta| meta.key == *name))
    }

    /// The first value of a `<meta>` element.
    pub(crate) fn meta(&self, name: &str) -> Option<&str> {
        self.metas.iter().find(|meta| meta.key == name).map(|meta| meta.value.as_str())
    }

    /// The JSON-LD objects that describe an article, the likeliest first.
    pub(crate) fn articles(&self) -> Vec<&Thing<'a>> {
        let mut all: Vec<&Thing<'a>> =
            self.things.iter().filter(|t| t.types.iter().any(|k| is_article_type(k))).collect();
        all.sort_by_key(|thing| thing.depth);
        all
    }

    /// Whether a top object has one of the types.
    pub(crate) fn has_top_type(&self, types: &[&str]) -> bool {
        self.things
            .iter()
            .filter(|t| t.depth == 0)
            .any(|t| t.types.iter().any(|k| types.contains(k)))
    }
}

impl<'a> Thing<'a> {
    /// A member.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Json> {
        self.json.get(name)
    }

    /// A member's words.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Json::text)
    }
}

/// Types of schema.org whose objects are one report, post or essay.
pub(crate) fn is_article_type(kind: &str) -> bool {
    kind.ends_with("Article")
        || matches!(
            kind,
            "BlogPosting"
                | "LiveBlogPosting"
                | "Report"
                | "SocialMediaPosting"
                | "AnalysisNewsArticle"
                | "Review"
                | "CriticReview"
                | "Recipe"
                | "HowTo"
        )
}

fn types_of(value: &Json) -> Vec<&str> {
    let Some(types) = value.get("@type").or_else(|| value.get("type")) else { return Vec::new() };
    types
        .each()
        .iter()
        .filter_map(Json::text)
        .map(|kind| kind.rsplit(['/', ':', '#']).next().unwrap_or(kind))
        .collect()
}

/// Reads the JSON-LD scripts of a page.
pub(crate) fn read_json_ld(doc: &Doc) -> Vec<Json> {
    let mut left = JSON_BYTES_MAX;
    let mut values = Vec::new();
    for node in doc.find(0..doc.len(), Tag::Script).filter(|node| is_json_ld(doc, *node)) {
        for text in (node + 1..doc.end(node)).map(|n| doc.text(n)) {
            if let Some(rest) = left.checked_sub(text.len()) {
                left = rest;
                values.extend(json::read(text));
            }
        }
    }
    values
}

fn is_json_ld(doc: &Doc, node: usize) -> bool {
    doc.attr(node, Attr::Type).is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
}

fn in_svg(doc: &Doc, node: usize) -> bool {
    doc.lineage(node).any(|n| doc.is(n, Tag::Svg))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;

    #[test]
    fn articles_are_found_in_graphs_arrays_and_nested_objects() {
        for json in [
            r#"{"@type":"NewsArticle","headline":"H"}"#,
            r#"[{"@type":"WebSite"},{"@type":["Thing","NewsArticle"],"headline":"H"}]"#,
            r#"{"@graph":[{"@type":"http://schema.org/BlogPosting","headline":"H"}]}"#,
            r#"{"@type":"WebPage","mainEntity":{"@type":"Article","headline":"H"}}"#,
        ] {
            let page = format!("<script type='application/ld+json'>{json}</script>");
            let doc = dom::parse(&page);
            let values = read_json_ld(&doc);
            let facts = Facts::of(&doc, &values);
            let articles = facts.articles();
            assert_eq!(articles.first().and_then(|a| a.text("headline")), Some("H"), "{json}");
        }
    }

    #[test]
    fn metas_keep_every_name_in_lower_case() {
        let doc = dom::parse("<meta property='og:Title' name='title' content=' A  b '>");
        let facts = Facts::of(&doc, &[]);
        assert_eq!((facts.meta("og:title"), facts.meta("title")), (Some("A b"), Some("A b")));
    }
}
