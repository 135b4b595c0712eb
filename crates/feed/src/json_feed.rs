//! JSON Feed 1.0 and 1.1, also cut short. Takes what has the right type and passes over the rest.

use crate::address;
use crate::date::DateReader;
use crate::error::FeedError;
use crate::feed::{Enclosure, Entry, Feed, FeedImage, Format, Link, Person, Tag, Text};
use crate::limits::{DEPTH_MAX, ENTRIES_MAX, PARTS_MAX};
use crate::read::FeedContext;
use crate::warning::Warnings;
use chapar_model::Lang;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Reads a feed from JSON text.
pub(crate) fn read(
    text: &str,
    context: &FeedContext<'_>,
    warnings: &mut Warnings,
) -> Result<Feed, FeedError> {
    let not_a_feed = || FeedError::NotAFeed { start: text.chars().take(60).collect() };
    let value = parse(text, warnings).ok_or_else(not_a_feed)?;
    let items = value.get("items").and_then(Value::as_array);
    let version = string(&value, "version").unwrap_or_default();
    if items.is_none() && !version.contains("jsonfeed.org") {
        return Err(not_a_feed());
    }
    let mut reader = JsonReader { base: context.base(), dates: context.dates() };
    let mut feed = reader.feed(&value);
    reader.dates.lang = feed.language.as_deref().and_then(Lang::parse);
    feed.format = if version.ends_with("1.1") { Format::Json11 } else { Format::Json10 };
    let items = items.map(Vec::as_slice).unwrap_or_default();
    if items.len() > ENTRIES_MAX {
        warnings.push("too-many-entries", || format!("over {ENTRIES_MAX} entries"));
    }
    feed.entries = items.iter().take(ENTRIES_MAX).filter_map(|item| reader.entry(item)).collect();
    Ok(feed)
}

/// JSON, mended when it is cut short.
fn parse(text: &str, warnings: &mut Warnings) -> Option<Value> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    warnings.push("bad-json", || format!("the JSON is broken: {error}"));
    // Something may follow the feed.
    if let Some(Ok(value)) = serde_json::Deserializer::from_str(text).into_iter().next() {
        return Some(value);
    }
    serde_json::from_str(&closed(text)?).ok()
}

/// The text up to the last whole item, with what is open closed.
fn closed(text: &str) -> Option<String> {
    let mut open: Vec<u8> = Vec::new();
    let mut cut = None;
    let (mut in_string, mut is_escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                open.pop();
                if open.len() == 2 {
                    cut = Some((at + 1, open.clone()));
                }
            }
            _ => {}
        }
        if open.len() > DEPTH_MAX {
            return None;
        }
    }
    let (end, open) = cut?;
    let mut closed = text.get(..end)?.to_owned();
    closed.extend(open.iter().rev().map(|byte| char::from(*byte)));
    Some(closed)
}

struct JsonReader {
    base: Option<Arc<Url>>,
    dates: DateReader,
}

impl JsonReader {
    fn feed(&self, value: &Value) -> Feed {
        let mut feed = Feed {
            title: text(value, "title").map(Text::plain),
            description: text(value, "description").map(Text::plain),
            link: self.address(value, "home_page_url"),
            id: self.address(value, "feed_url"),
            language: string(value, "language").map(|tag| tag.replace('_', "-")),
            icon: self.address(value, "favicon"),
            authors: self.persons(value),
            ..Feed::default()
        };
        feed.image =
            self.address(value, "icon").map(|url| FeedImage { url, ..FeedImage::default() });
        for (key, rel) in
            [("home_page_url", "alternate"), ("feed_url", "self"), ("next_url", "next")]
        {
            self.push_link(value, key, rel, &mut feed.links);
        }
        for hub in array(value, "hubs") {
            self.push_link(hub, "url", "hub", &mut feed.links);
        }
        feed
    }

    fn entry(&self, value: &Value) -> Option<Entry> {
        if !value.is_object() {
            return None;
        }
        let mut entry = Entry {
            id: text(value, "id"),
            title: text(value, "title").map(Text::plain),
            summary: text(value, "summary").map(Text::plain),
            link: self.address(value, "url").or_else(|| self.address(value, "external_url")),
            published: string(value, "date_published").and_then(|raw| self.dates.read(raw)),
            updated: string(value, "date_modified").and_then(|raw| self.dates.read(raw)),
            authors: self.persons(value),
            language: string(value, "language").map(|tag| tag.replace('_', "-")),
            image: self.address(value, "image").or_else(|| self.address(value, "banner_image")),
            ..Entry::default()
        };
        let html = string(value, "content_html").map(Text::html);
        let plain = string(value, "content_text").map(Text::plain);
        entry.content.extend(
            html.into_iter().chain(plain).map(|text| Text { base: self.base.clone(), ..text }),
        );
        for (key, rel) in [("url", "alternate"), ("external_url", "related")] {
            self.push_link(value, key, rel, &mut entry.links);
        }
        let terms = array(value, "tags").iter().filter_map(Value::as_str);
        entry.tags.extend(terms.map(|term| Tag { term: term.to_owned(), ..Tag::default() }));
        let files = array(value, "attachments").iter().filter_map(|file| self.enclosure(file));
        entry.enclosures.extend(files);
        Some(entry)
    }

    fn enclosure(&self, value: &Value) -> Option<Enclosure> {
        Some(Enclosure {
            url: self.address(value, "url")?,
            media_type: text(value, "mime_type"),
            length: text(value, "size_in_bytes"),
            title: text(value, "title"),
        })
    }

    /// `authors` of 1.1, `author` of 1.0, or a bare name.
    fn persons(&self, value: &Value) -> Vec<Person> {
        let one = value.get("author").map(std::slice::from_ref).unwrap_or_default();
        array(value, "authors").iter().chain(one).fold(Vec::new(), |mut persons, value| {
            let name = value.as_str().map(str::to_owned).or_else(|| text(value, "name"));
            let person = Person { name, email: None, url: self.address(value, "url") };
            if person != Person::default() && !persons.contains(&person) {
                persons.push(person);
            }
            persons
        })
    }

    fn address(&self, value: &Value, key: &str) -> Option<String> {
        address::resolve(self.base.as_deref(), string(value, key)?)
    }

    fn push_link(&self, value: &Value, key: &str, rel: &str, links: &mut Vec<Link>) {
        if let Some(href) = self.address(value, key) {
            links.push(Link { href, rel: rel.to_owned(), ..Link::default() });
        }
    }
}

fn string<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// A string, or a number as one: identifiers come as both.
fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        _ => string(value, key).map(str::to_owned),
    }
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    let all = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    all.get(..PARTS_MAX).unwrap_or(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_feed;

    #[test]
    fn a_feed_cut_short_gives_its_whole_items() {
        let json = r#"{"version":"https://jsonfeed.org/version/1","title":"A","items":[
            {"id":1,"content_text":"one ]}"},{"id":"2","title":"t"#;
        let feed = parse_feed(json.as_bytes(), &FeedContext::default()).unwrap();
        assert_eq!(feed.value.entries.len(), 1);
        assert_eq!(feed.value.entries[0].id.as_deref(), Some("1"));
        assert_eq!(feed.warnings[0].code, "bad-json");
    }

    #[test]
    fn other_json_is_no_feed() {
        let read = parse_feed(br#"{"error":"not found"}"#, &FeedContext::default());
        assert!(matches!(read, Err(FeedError::NotAFeed { .. })));
    }
}
