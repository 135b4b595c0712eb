//! OPML: lists of subscriptions, read and written. Knows nothing of how a list is stored.

use crate::address;
use crate::encoding;
use crate::error::FeedError;
use crate::html::push_escaped;
use crate::limits::{DEPTH_MAX, DOCUMENT_BYTES_MAX, OUTLINES_MAX};
use crate::warning::Warnings;
use crate::xml::reader::Reader;
use crate::xml::token::{Tag, Token};
use chapar_model::Parsed;

/// A list of subscriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opml {
    /// Its title.
    pub title: Option<String>,
    /// Its subscriptions, in its own order.
    pub subscriptions: Vec<Subscription>,
}

/// One feed of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// The feed's address.
    pub feed_url: String,
    /// The address of the page it stands for.
    pub page_url: Option<String>,
    /// Its name.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// The folders it lies in, the outermost first.
    pub folders: Vec<String>,
}

/// Reads a list of subscriptions.
pub fn parse_opml(bytes: &[u8]) -> Result<Parsed<Opml>, FeedError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(FeedError::TooLarge { bytes: bytes.len(), limit: DOCUMENT_BYTES_MAX });
    }
    let mut warnings = Warnings::default();
    let decoded = encoding::decode(bytes, None, None, &mut warnings);
    let text = decoded.text.trim_start();
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    let mut reader = Reader::new(text, None, None);
    reader.warnings = warnings;
    let mut opml = Opml::default();
    if !read_document(&mut reader, &mut opml) {
        return Err(FeedError::NotAFeed { start: text.chars().take(60).collect() });
    }
    Ok(Parsed { value: opml, warnings: reader.warnings.into_vec() })
}

/// Reads every outline; false when there is no `opml` and no `outline`.
fn read_document(reader: &mut Reader<'_>, opml: &mut Opml) -> bool {
    let mut is_opml = false;
    // One place for each open outline: the folder's name, or nothing for a feed.
    let mut open: Vec<Option<String>> = Vec::new();
    while let Some(token) = reader.token() {
        match token {
            Token::Start(tag) if is(&tag, "opml") => is_opml = true,
            Token::Start(tag) if is(&tag, "title") && opml.title.is_none() && open.is_empty() => {
                let title = reader.text(&tag);
                opml.title = (!title.is_empty()).then(|| title.into_owned());
            }
            Token::Start(tag) if is(&tag, "outline") => {
                is_opml = true;
                let folder = outline(reader, &tag, &open, opml);
                if !tag.is_empty && open.len() < DEPTH_MAX {
                    open.push(folder);
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("outline") => {
                open.pop();
            }
            _ => {}
        }
    }
    is_opml
}

fn is(tag: &Tag<'_>, name: &str) -> bool {
    tag.name.eq_ignore_ascii_case(name)
}

/// Takes an outline; gives its name when it is a folder.
fn outline(
    reader: &mut Reader<'_>,
    tag: &Tag<'_>,
    open: &[Option<String>],
    opml: &mut Opml,
) -> Option<String> {
    let attribute = |name: &str| {
        let raw = tag.attribute(name)?;
        let value = reader.entities.unescape(raw).trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    let title = attribute("title").or_else(|| attribute("text"));
    let kind = attribute("type").unwrap_or_default();
    let address = attribute("xmlUrl").or_else(|| match kind.as_str() {
        "rss" | "atom" | "feed" => attribute("url").or_else(|| attribute("href")),
        _ => None,
    });
    let Some(address) = address else { return title };
    let Some(feed_url) = address::resolve(None, &address).filter(|url| address::is_web(url)) else {
        reader.warnings.push("bad-address", || format!("`{address}` is no address"));
        return None;
    };
    if opml.subscriptions.len() >= OUTLINES_MAX {
        reader.warnings.push("too-many-outlines", || format!("over {OUTLINES_MAX} outlines"));
        return None;
    }
    opml.subscriptions.push(Subscription {
        feed_url,
        page_url: attribute("htmlUrl").filter(|url| address::is_web(url)),
        title,
        description: attribute("description"),
        language: attribute("language"),
        folders: open.iter().flatten().cloned().collect(),
    });
    None
}

/// Writes a list as OPML 2.0. Subscriptions of one folder stand together, in the order in which
/// their folders first come.
pub fn write_opml(opml: &Opml) -> String {
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head>");
    if let Some(title) = &opml.title {
        xml.push_str("<title>");
        push_escaped(title, &mut xml);
        xml.push_str("</title>");
    }
    xml.push_str("</head>\n<body>\n");
    let all: Vec<&Subscription> = opml.subscriptions.iter().collect();
    write_level(&all, 0, &mut xml);
    xml.push_str("</body>\n</opml>\n");
    xml
}

fn write_level(subscriptions: &[&Subscription], depth: usize, xml: &mut String) {
    let mut written: Vec<&str> = Vec::new();
    for subscription in subscriptions {
        let Some(folder) = subscription.folders.get(depth).filter(|_| depth < DEPTH_MAX) else {
            write_subscription(subscription, xml);
            continue;
        };
        if written.contains(&folder.as_str()) {
            continue;
        }
        written.push(folder);
        let inside: Vec<&Subscription> = subscriptions
            .iter()
            .copied()
            .filter(|other| other.folders.get(depth) == Some(folder))
            .collect();
        xml.push_str("<outline");
        push_attribute("text", folder, xml);
        xml.push_str(">\n");
        write_level(&inside, depth + 1, xml);
        xml.push_str("</outline>\n");
    }
}

fn write_subscription(subscription: &Subscription, xml: &mut String) {
    let title = subscription.title.as_deref().unwrap_or(&subscription.feed_url);
    xml.push_str("<outline type=\"rss\"");
    push_attribute("text", title, xml);
    push_attribute("title", title, xml);
    push_attribute("xmlUrl", &subscription.feed_url, xml);
    let rest = [
        ("htmlUrl", &subscription.page_url),
        ("description", &subscription.description),
        ("language", &subscription.language),
    ];
    for (name, value) in rest {
        if let Some(value) = value {
            push_attribute(name, value, xml);
        }
    }
    xml.push_str("/>\n");
}

fn push_attribute(name: &str, value: &str, xml: &mut String) {
    xml.push(' ');
    xml.push_str(name);
    xml.push_str("=\"");
    push_escaped(value, xml);
    xml.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folders_and_feeds_are_read() {
        let opml = "<opml version='1.0'><head><title>Mine</title></head><body>\
            <outline text='ایران'><outline text='A &amp; B' type='rss' xmlUrl='https://example.org/rss?a=1&amp;b=2' \
            htmlUrl='https://example.org/'/></outline><outline text='C' xmlUrl='https://example.net/'></outline>\
            <outline title='bad' xmlUrl='javascript:x'/></body></opml>";
        let read = parse_opml(opml.as_bytes()).unwrap();
        assert_eq!(read.value.title.as_deref(), Some("Mine"));
        let [first, second] = &read.value.subscriptions[..] else { panic!("two feeds") };
        assert_eq!(first.title.as_deref(), Some("A & B"));
        assert_eq!(first.feed_url, "https://example.org/rss?a=1&b=2");
        assert_eq!(first.folders, ["ایران"]);
        assert!(second.folders.is_empty());
        assert_eq!(read.warnings.len(), 1);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(matches!(parse_opml(b"<rss/>"), Err(FeedError::NotAFeed { .. })));
        assert_eq!(parse_opml(b" \n"), Err(FeedError::Empty));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(names in prop::collection::vec(("[^\\p{C}\\s]{1,8}", "[^\\p{C}\\s]{1,5}"), 0..6)) {
            let subscriptions = names.iter().enumerate().map(|(at, (title, folder))| Subscription {
                feed_url: format!("https://example.org/{at}?a=1&b"),
                title: Some(title.clone()),
                folders: vec![folder.clone()],
                ..Subscription::default()
            });
            let opml = Opml { title: Some("A <b> & c".into()), subscriptions: subscriptions.collect() };
            let mut read = parse_opml(write_opml(&opml).as_bytes()).unwrap().value;
            read.subscriptions.sort_by(|a, b| a.feed_url.cmp(&b.feed_url));
            prop_assert_eq!(read, opml);
        }
    }
}
