//! Feeds in the neutral JSON shape by which feed readers are compared. Gives what was read with its
//! HTML made safe, and fills gaps the way readers do: an entry without a summary shows its text.

use crate::feed::{
    Enclosure, Entry, Extension, Feed, FeedDate, Format, Link, Person, Place, PlaceKind, Tag, Text,
    TextKind,
};
use crate::read::{FeedContext, parse_feed};
use chapar_model::{Headers, PageUrl, When};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// One line of a batch: what `bytes` say, or why they say nothing.
pub fn batch_line(
    id: &str,
    bytes: &[u8],
    url: Option<&PageUrl>,
    headers: Option<&Headers>,
) -> Value {
    let context = FeedContext { url, headers, ..FeedContext::default() };
    match parse_feed(bytes, &context) {
        Err(error) => json!({ "id": id, "err": error.to_string() }),
        Ok(parsed) => {
            let mut line = document(&parsed.value);
            put(&mut line, "id", Some(id.to_owned()));
            line.insert("bozo".into(), Value::Bool(!parsed.warnings.is_empty()));
            put_headers(&mut line, headers);
            Value::Object(line)
        }
    }
}

/// A feed in the neutral shape.
pub fn to_json(feed: &Feed) -> Value {
    Value::Object(document(feed))
}

fn document(feed: &Feed) -> Map<String, Value> {
    let mut line = Map::new();
    put(&mut line, "version", Some(feed.format.as_str().to_owned()));
    put(&mut line, "encoding", Some(feed.encoding.clone()));
    line.insert("feed".into(), Value::Object(feed_object(feed)));
    line.insert("entries".into(), feed.entries.iter().map(entry_object).collect());
    line
}

fn put_headers(line: &mut Map<String, Value>, headers: Option<&Headers>) {
    let Some(headers) = headers else { return };
    let all = headers.0.iter().map(|(name, value)| (name.to_ascii_lowercase(), json!(value)));
    line.insert("headers".into(), Value::Object(all.collect()));
    put(line, "etag", headers.get("etag").map(str::to_owned));
    if let Some(raw) = headers.get("last-modified") {
        put(line, "modified", Some(raw.to_owned()));
        let read = crate::date::DateReader::default().read(raw);
        line.insert("modified_parsed".into(), read.as_ref().and_then(epoch).into());
    }
}

type Object = Map<String, Value>;

fn put(object: &mut Object, key: &str, value: Option<String>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), Value::String(value));
    }
}

fn put_date(object: &mut Object, key: &str, date: Option<&FeedDate>) {
    if let Some(seconds) = date.and_then(epoch) {
        object.insert(key.to_owned(), seconds.into());
    }
}

fn epoch(date: &FeedDate) -> Option<i64> {
    date.value.as_ref().map(|when: &When| when.earliest(&TimeZone::UTC).as_second())
}

/// A text under its key, with its type, language and base beside it.
fn put_text(object: &mut Object, key: &str, text: Option<&Text>) {
    let Some(text) = text else { return };
    put(object, key, Some(shown(text)));
    put(object, &format!("{key}_type"), Some(text.media_type().to_owned()));
    put(object, &format!("{key}_language"), text.language.as_deref().map(str::to_owned));
    put(object, &format!("{key}_base"), text.base.as_deref().map(|base| base.as_str().to_owned()));
}

fn shown(text: &Text) -> String {
    match text.kind {
        TextKind::Plain | TextKind::Other => text.value.clone(),
        TextKind::Html | TextKind::Xhtml => text.safe_html(),
    }
}

fn feed_object(feed: &Feed) -> Object {
    let mut object = Object::new();
    put_extensions(&mut object, &feed.extensions);
    put_text(&mut object, "title", feed.title.as_ref());
    put_text(&mut object, "description", feed.description.as_ref());
    put_text(&mut object, "info", feed.info.as_ref());
    put_text(&mut object, "rights", feed.rights.as_ref());
    put(&mut object, "link", feed.link.clone());
    put_links(&mut object, &feed.links);
    put(&mut object, "href", feed.link.clone());
    put(&mut object, "id", feed.id.clone());
    put(&mut object, "language", feed.language.clone());
    let newest = newest(feed);
    put_date(&mut object, "updated", feed.updated.as_ref().or(newest));
    put_date(&mut object, "published", feed.published.as_ref().or(newest));
    put_date(&mut object, "created", feed.created.as_ref());
    put_validity(&mut object, &feed.extensions);
    put_persons(&mut object, "authors", &feed.authors);
    put_persons(&mut object, "contributors", &feed.contributors);
    put_publisher(&mut object, feed.publisher.as_ref());
    if let Some(image) = &feed.image {
        let mut picture = Object::new();
        put(&mut picture, "url", Some(image.url.clone()));
        put(&mut picture, "title", image.title.clone());
        put(&mut picture, "link", image.link.clone());
        put(&mut picture, "description", image.description.clone());
        for (key, pixels) in [("width", image.width), ("height", image.height)] {
            if let Some(pixels) = pixels {
                picture.insert(key.into(), pixels.into());
            }
        }
        object.insert("image".into(), picture.into());
        if feed.format.is_atom() || !object.contains_key("logo") {
            put(&mut object, "logo", Some(image.url.clone()));
        }
    }
    put(&mut object, "icon", feed.icon.clone());
    put_tags(&mut object, &feed.tags);
    if let Some(generator) = &feed.generator {
        put(&mut object, "generator", Some(generator.name.clone()));
        put(&mut object, "generator_name", Some(generator.name.clone()));
        put(&mut object, "generator_url", generator.url.clone());
        put(&mut object, "generator_version", generator.version.clone());
    }
    put(&mut object, "ttl", feed.ttl_minutes.map(|minutes| minutes.to_string()));
    put(&mut object, "newlocation", feed.new_location.clone());
    put(&mut object, "license", feed.license.clone());
    put_flags(&mut object, feed.is_blocked, feed.is_explicit);
    object
}

/// The date of the newest entry of a JSON Feed, which has no date of its own.
fn newest(feed: &Feed) -> Option<&FeedDate> {
    let is_json = matches!(feed.format, Format::Json10 | Format::Json11);
    let dates = feed.entries.iter().filter(|_| is_json).filter_map(Entry::date);
    dates.max_by_key(|date| epoch(date))
}

/// The span of `dcterms:valid`.
fn put_validity(object: &mut Object, extensions: &[Extension]) {
    let Some(valid) = extensions.iter().find(|extension| extension.name == "dcterms_valid") else {
        return;
    };
    for part in valid.value.split(';') {
        let Some((name @ ("start" | "end"), raw)) = part.trim().split_once('=') else { continue };
        let date = crate::date::DateReader::default().read(raw);
        put_date(object, &format!("validity_{name}"), date.as_ref());
    }
}

fn put_flags(object: &mut Object, is_blocked: Option<bool>, is_explicit: Option<bool>) {
    if let Some(blocked) = is_blocked {
        object.insert("itunes_block".into(), i32::from(blocked).into());
    }
    if let Some(explicit) = is_explicit {
        object.insert("itunes_explicit".into(), explicit.into());
    }
}

fn entry_object(entry: &Entry) -> Value {
    let mut object = Object::new();
    put_extensions(&mut object, &entry.extensions);
    put_text(&mut object, "title", entry.title.as_ref());
    put_text(&mut object, "subtitle", entry.subtitle.as_ref());
    put_text(&mut object, "summary", entry.summary.as_ref().or(entry.content.first()));
    put_text(&mut object, "rights", entry.rights.as_ref());
    put(&mut object, "link", entry.link.clone());
    put_links(&mut object, &entry.links);
    put(&mut object, "id", entry.id.clone());
    object.insert("guidislink".into(), entry.id_is_link.into());
    object.insert("content".into(), entry.content.iter().map(content_object).collect());
    put_date(&mut object, "published", entry.published.as_ref().or(entry.updated.as_ref()));
    put_date(&mut object, "updated", entry.updated.as_ref());
    put_date(&mut object, "created", entry.created.as_ref());
    put_date(&mut object, "expired", entry.expired.as_ref());
    put_persons(&mut object, "authors", &entry.authors);
    put_persons(&mut object, "contributors", &entry.contributors);
    put_publisher(&mut object, entry.publisher.as_ref());
    put_tags(&mut object, &entry.tags);
    object.insert("enclosures".into(), entry.enclosures.iter().map(enclosure_object).collect());
    let thumbnails = entry.thumbnails.iter().map(|small| json!({ "url": small.url })).collect();
    object.insert("thumbnails".into(), thumbnails);
    if let Some(image) = entry.lead_image() {
        object.insert("image".into(), json!({ "url": image }));
    }
    if let Some(source) = &entry.source {
        object.insert("source".into(), feed_object(source).into());
    }
    put(&mut object, "language", entry.language.clone());
    put(&mut object, "comments", entry.comments.clone());
    put(&mut object, "wfw_commentrss", entry.comments_feed.clone());
    put(&mut object, "license", entry.license.clone());
    put(&mut object, "itunes_duration", entry.duration.clone());
    put_flags(&mut object, entry.is_blocked, entry.is_explicit);
    if let Some(place) = &entry.place {
        object.insert("where".into(), place_object(place));
    }
    object.into()
}

fn content_object(text: &Text) -> Value {
    let mut object = Object::new();
    put(&mut object, "value", Some(shown(text)));
    put(&mut object, "type", Some(text.media_type().to_owned()));
    put(&mut object, "language", text.language.as_deref().map(str::to_owned));
    put(&mut object, "base", text.base.as_deref().map(|base| base.as_str().to_owned()));
    put(&mut object, "src", text.src.clone());
    object.into()
}

fn enclosure_object(file: &Enclosure) -> Value {
    let mut object = Object::new();
    put(&mut object, "url", Some(file.url.clone()));
    put(&mut object, "type", file.media_type.clone());
    put(&mut object, "length", file.length.clone());
    put(&mut object, "title", file.title.clone());
    object.into()
}

fn put_links(object: &mut Object, links: &[Link]) {
    let links = links.iter().map(|link| {
        let mut one = Object::new();
        put(&mut one, "href", Some(link.href.clone()));
        put(&mut one, "rel", Some(link.rel.clone()));
        put(&mut one, "type", link.media_type.clone());
        put(&mut one, "title", link.title.clone());
        put(&mut one, "hreflang", link.hreflang.clone());
        put(&mut one, "length", link.length.clone());
        Value::Object(one)
    });
    object.insert("links".into(), links.collect());
}

fn person_object(person: &Person) -> Value {
    let mut object = Object::new();
    put(&mut object, "name", person.name.clone());
    put(&mut object, "email", person.email.clone());
    put(&mut object, "url", person.url.clone());
    object.into()
}

fn put_persons(object: &mut Object, key: &str, persons: &[Person]) {
    object.insert(key.to_owned(), persons.iter().map(person_object).collect());
}

fn put_publisher(object: &mut Object, publisher: Option<&Person>) {
    if let Some(publisher) = publisher {
        object.insert("publisher".into(), person_object(publisher));
    }
}

fn put_tags(object: &mut Object, tags: &[Tag]) {
    let tags = tags.iter().map(|tag| {
        let mut one = Object::new();
        put(&mut one, "term", Some(tag.term.clone()));
        put(&mut one, "scheme", tag.scheme.clone());
        put(&mut one, "label", tag.label.clone());
        Value::Object(one)
    });
    object.insert("tags".into(), tags.collect());
}

fn place_object(place: &Place) -> Value {
    let kind = match place.kind {
        PlaceKind::Point => "Point",
        PlaceKind::Line => "LineString",
        PlaceKind::Polygon => "Polygon",
        PlaceKind::Box => "Box",
    };
    match (place.kind, place.points.as_slice()) {
        (PlaceKind::Point, [point, ..]) => json!({ "type": kind, "coordinates": point }),
        (PlaceKind::Polygon, points) => json!({ "type": kind, "coordinates": [points] }),
        (_, points) => json!({ "type": kind, "coordinates": points }),
    }
}

/// Extensions under their own names: as text, or with their attributes where they have no text.
fn put_extensions(object: &mut Object, extensions: &[Extension]) {
    for extension in extensions {
        let value = if extension.attributes.is_empty() {
            Value::String(extension.value.clone())
        } else {
            let mut attributes: Object = extension
                .attributes
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)))
                .collect();
            if !extension.value.is_empty() {
                put(&mut attributes, "content", Some(extension.value.clone()));
            }
            attributes.into()
        };
        object.entry(extension.name.clone()).or_insert(value);
    }
}
