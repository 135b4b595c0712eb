//! Accounts of the fediverse (ActivityPub, W3C 2018): actors, outboxes and single objects as JSON,
//! and the WebFinger documents (RFC 7033) that lead to them. Only what is addressed to everybody is
//! given out. Reads what servers write, which is JSON-LD in the compact form they all share, and
//! expands nothing.

use crate::html::push_escaped;
use crate::limits::{DOCUMENT_BYTES_MAX, JSON_DEPTH_MAX, MEDIA_MAX, POST_BYTES_MAX, POSTS_MAX};
use crate::post::{MediaKind, Post, PostLink, PostMedia};
use chapar_model::PageUrl;
use serde_json::{Map, Value};

/// How everybody is addressed.
const PUBLIC: [&str; 3] = ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"];

/// A document, read.
#[derive(Debug, Clone, PartialEq)]
pub enum ActivityDocument {
    /// An account.
    Actor(Actor),
    /// What an account did, or one page of it.
    Outbox(Outbox),
    /// One object.
    Object(Box<ActivityPost>),
    /// What is left of a deleted object.
    Tombstone,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The name it is shown by.
    pub name: String,
    /// Its name in addresses.
    pub handle: String,
    /// Where readers find it.
    pub url: Option<PageUrl>,
    /// Where what it did stands.
    pub outbox: Option<PageUrl>,
}

/// What an account did, the newest first, or one page of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outbox {
    /// Its newest page, where it has pages.
    pub first: Option<PageUrl>,
    /// The next older page.
    pub next: Option<PageUrl>,
    /// What it did.
    pub activities: Vec<Activity>,
    /// Whether the document lists anything at all, public or not.
    pub has_items: bool,
}

/// One public thing that an account did.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// What tells it from others.
    pub id: String,
    /// Whether the account passes on what it did not write.
    pub is_boost: bool,
    /// The address of the object.
    pub object: PageUrl,
    /// The object, where it is there whole.
    pub post: Option<ActivityPost>,
    /// When, as printed.
    pub published: Option<String>,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A short text.
    Note,
    /// A long text, whose place is an HTML page.
    Article,
    /// A film, sound, picture or event with its description.
    Media,
}

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityPost {
    /// What it is.
    pub kind: ObjectKind,
    /// Its address for machines.
    pub id: Option<PageUrl>,
    /// Whose it is.
    pub by: Option<PageUrl>,
    /// Whether everybody is addressed.
    pub is_public: bool,
    /// What it says.
    pub post: Post,
    /// The page it exists to link, where it is nothing but a link.
    pub link: Option<PageUrl>,
}

/// Reads a document; `None` when it is none of ActivityPub, or over a limit.
pub fn parse_activity(bytes: &[u8]) -> Option<ActivityDocument> {
    let value = json(bytes)?;
    let object = value.as_object()?;
    Some(match kind(object)? {
        "Person" | "Organization" | "Service" | "Application" | "Group" => {
            ActivityDocument::Actor(actor(object))
        }
        "OrderedCollection" | "OrderedCollectionPage" | "Collection" | "CollectionPage" => {
            ActivityDocument::Outbox(outbox(object))
        }
        "Tombstone" => ActivityDocument::Tombstone,
        _ => ActivityDocument::Object(Box::new(post_of(object)?)),
    })
}

/// The account that a WebFinger document leads to.
pub fn find_webfinger_actor(bytes: &[u8]) -> Option<PageUrl> {
    let value = json(bytes)?;
    let links = value.get("links")?.as_array()?;
    let leads = |link: &&Value| {
        let text = |name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default();
        text("rel") == "self"
            && (text("type").contains("activity+json") || text("type").contains("ld+json"))
    };
    let href = links.iter().find(leads)?.get("href")?.as_str()?;
    PageUrl::parse(href).ok()
}

fn json(bytes: &[u8]) -> Option<Value> {
    if bytes.len() > DOCUMENT_BYTES_MAX || !is_shallow(bytes) {
        return None;
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    serde_json::from_slice(bytes).ok()
}

/// Whether brackets nest no deeper than the limit.
fn is_shallow(bytes: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > JSON_DEPTH_MAX {
            return false;
        }
    }
    true
}

type Object = Map<String, Value>;

/// The first of an object's types.
fn kind(object: &Object) -> Option<&str> {
    each(object.get("type")?).find_map(Value::as_str)
}

/// One value, or each of a list.
fn each(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(all) => Box::new(all.iter().take(POSTS_MAX)),
        one => Box::new(std::iter::once(one)),
    }
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Addresses that a value gives, as text or as objects with an `id` or `href`.
fn addresses(value: Option<&Value>) -> Vec<PageUrl> {
    let raw = value.into_iter().flat_map(each).filter_map(|one| match one {
        Value::String(raw) => Some(raw.as_str()),
        Value::Object(object) => text(object, "href").or_else(|| text(object, "id")),
        _ => None,
    });
    raw.filter_map(|raw| PageUrl::parse(raw).ok()).collect()
}

fn address(object: &Object, name: &str) -> Option<PageUrl> {
    addresses(object.get(name)).into_iter().next()
}

fn actor(object: &Object) -> Actor {
    let handle = text(object, "preferredUsername").unwrap_or_default().to_owned();
    Actor {
        name: text(object, "name").unwrap_or(&handle).to_owned(),
        url: page_of(object).or_else(|| address(object, "id")),
        outbox: address(object, "outbox"),
        handle,
    }
}

fn outbox(object: &Object) -> Outbox {
    // A collection may hold its first page, or only name it.
    let within = object.get("first").and_then(Value::as_object);
    let listed = |object: &Object| {
        let items = object.get("orderedItems").or_else(|| object.get("items"));
        items.map(|items| each(items).cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let mut items = listed(object);
    let mut next = address(object, "next");
    if let Some(page) = within.filter(|_| items.is_empty()) {
        items = listed(page);
        next = address(page, "next");
    }
    Outbox {
        first: address(object, "first"),
        next,
        has_items: !items.is_empty(),
        activities: items.iter().filter_map(|item| activity(item.as_object()?)).collect(),
    }
}

fn activity(object: &Object) -> Option<Activity> {
    let is_boost = match kind(object)? {
        "Create" => false,
        "Announce" => true,
        _ => return None,
    };
    let inner = object.get("object")?;
    let post = inner.as_object().and_then(post_of);
    let is_public = is_public(object) || post.as_ref().is_some_and(|post| post.is_public);
    if !is_public {
        return None;
    }
    let address = addresses(Some(inner)).into_iter().next()?;
    let address = post.as_ref().and_then(|post| post.id.clone()).unwrap_or(address);
    Some(Activity {
        id: text(object, "id").unwrap_or(address.as_str()).to_owned(),
        is_boost,
        object: address,
        post,
        published: text(object, "published").map(str::to_owned),
    })
}

fn is_public(object: &Object) -> bool {
    let to = ["to", "cc"].iter().filter_map(|name| object.get(*name)).flat_map(each);
    to.filter_map(Value::as_str).any(|to| PUBLIC.contains(&to))
}

fn post_of(object: &Object) -> Option<ActivityPost> {
    let name = kind(object)?;
    let object_kind = match name {
        "Note" | "Question" | "ChatMessage" => ObjectKind::Note,
        "Article" | "Page" => ObjectKind::Article,
        "Video" | "Audio" | "Image" | "Event" => ObjectKind::Media,
        _ => return None,
    };
    let (html, lang) = content(object);
    let id = address(object, "id");
    let permalink = page_of(object).or_else(|| id.clone());
    let by = address(object, "attributedTo");
    let is_long = object_kind == ObjectKind::Article;
    let published = text(object, "published").map(str::to_owned);
    let updated = text(object, "updated").filter(|raw| Some(*raw) != published.as_deref());
    let links = addresses_of_links(object);
    let post = Post {
        id: id.as_ref().map(ToString::to_string).unwrap_or_default(),
        title: text(object, "name").map(str::to_owned),
        html: whole(object, html),
        account: by.as_ref().map(handle_of),
        updated: updated.map(str::to_owned),
        reply_to: address(object, "inReplyTo")
            .map(|url| PostLink { name: Some(handle_of(&url)), url: Some(url) }),
        media: media(object, permalink.as_ref()),
        // What heads a long text is a summary of it, and what heads a short one a warning.
        warning: text(object, "summary").filter(|_| !is_long).map(crate::html::text_line),
        permalink,
        published,
        lang,
        ..Post::default()
    };
    Some(ActivityPost {
        kind: object_kind,
        id,
        by,
        is_public: is_public(object),
        link: links.into_iter().next().filter(|_| is_long),
        post,
    })
}

/// The text and its language: the one language that has this text.
fn content(object: &Object) -> (String, Option<String>) {
    let own = text(object, "content");
    let map = object.get("contentMap").and_then(Value::as_object);
    let of_map = map.into_iter().flatten().find(|(lang, said)| {
        lang.as_str() != "und" && (own.is_none() || said.as_str().map(str::trim) == own)
    });
    let said = own.or_else(|| of_map.and_then(|(_, said)| said.as_str())).unwrap_or_default();
    let lang = of_map.map(|(lang, _)| lang.clone()).or_else(|| {
        let named = object.get("language")?;
        let name = named.as_str().or_else(|| named.get("identifier")?.as_str())?;
        Some(name.to_owned())
    });
    let said: String = match said.len() > POST_BYTES_MAX {
        true => said.chars().take(POST_BYTES_MAX / 4).collect(),
        false => said.to_owned(),
    };
    let is_markdown = text(object, "mediaType").is_some_and(|kind| kind != "text/html");
    let html = match is_markdown || !said.contains('<') {
        true => lines(&said),
        false => said,
    };
    (html, lang)
}

/// Plain text as markup that keeps its lines.
pub(crate) fn lines(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            html.push_str("<br>");
        }
        push_escaped(line, &mut html);
    }
    html
}

/// The text with what a question asks to choose from.
fn whole(object: &Object, mut html: String) -> String {
    let options = ["oneOf", "anyOf"].iter().filter_map(|name| object.get(*name)).flat_map(each);
    let names = options.filter_map(|one| one.get("name")?.as_str()).take(MEDIA_MAX);
    let mut items = String::new();
    for name in names {
        items.push_str("<li>");
        push_escaped(name, &mut items);
        items.push_str("</li>");
    }
    if !items.is_empty() {
        html.push_str(&format!("<ul>{items}</ul>"));
    }
    html
}

/// The HTML page of an object: of several links the one of that type.
fn page_of(object: &Object) -> Option<PageUrl> {
    let all = object.get("url")?;
    let is_page = |one: &&Value| {
        let kind = one.get("mediaType").and_then(Value::as_str);
        one.is_string() || kind.is_none_or(|kind| kind.starts_with("text/html"))
    };
    let best = each(all).find(is_page)?;
    addresses(Some(best)).into_iter().next()
}

fn addresses_of_links(object: &Object) -> Vec<PageUrl> {
    let all = object.get("attachment").into_iter().flat_map(each);
    let links = all.filter(|one| one.get("type").and_then(Value::as_str) == Some("Link"));
    links.flat_map(|link| addresses(Some(link))).collect()
}

fn media(object: &Object, permalink: Option<&PageUrl>) -> Vec<PostMedia> {
    let mut media = Vec::new();
    let all = ["attachment", "image"].iter().filter_map(|name| object.get(*name)).flat_map(each);
    for one in all.filter_map(Value::as_object).take(MEDIA_MAX) {
        let Some(url) = addresses(one.get("url").or_else(|| one.get("href"))).into_iter().next()
        else {
            continue;
        };
        let mime = text(one, "mediaType").unwrap_or_default();
        let named = kind(one).unwrap_or_default();
        let kind = match (named, mime.split('/').next().unwrap_or_default()) {
            ("Link", _) => continue,
            ("Image", _) | (_, "image") => MediaKind::Picture,
            ("Video", _) | (_, "video") => MediaKind::Film,
            ("Audio", _) | (_, "audio") => MediaKind::Sound,
            _ => MediaKind::File,
        };
        let alt = text(one, "name").or_else(|| text(one, "summary")).unwrap_or_default().to_owned();
        let icon = one.get("icon").and_then(|icon| icon.get("url"));
        media.push(PostMedia {
            kind,
            image: match kind {
                MediaKind::Picture => Some(url.clone()),
                _ => addresses(icon).into_iter().next(),
            },
            label: (kind != MediaKind::Picture && !alt.is_empty()).then(|| alt.clone()),
            alt,
            url: Some(url),
        });
    }
    if kind(object) == Some("Video") {
        let icons = object.get("icon").into_iter().flat_map(each);
        let images: Vec<PageUrl> = icons.flat_map(|icon| addresses(icon.get("url"))).collect();
        let image = images.into_iter().next_back();
        let url = permalink.cloned();
        media.push(PostMedia { kind: MediaKind::Film, image, url, ..PostMedia::default() });
    }
    media
}

/// `@name@host` of an account or of a post of it, as far as its address tells.
fn handle_of(url: &PageUrl) -> String {
    let mut parts = url.as_url().path().split('/').filter(|part| !part.is_empty());
    let after = parts.by_ref().find(|part| matches!(*part, "users" | "u" | "c" | "accounts"));
    let name = match after {
        Some(_) => parts.next(),
        None => url.as_url().path().split('/').find(|part| part.starts_with('@')),
    };
    match name {
        Some(name) => format!("@{}@{}", name.trim_start_matches('@'), url.host()),
        None => url.host().to_owned(),
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
