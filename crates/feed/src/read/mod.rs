//! From a document to a [`Feed`]: finds the root, wherever it stands and whatever stands around
//! it, and takes every element that any format knows, wherever a publisher put it.

mod entry;
mod feed;
mod geo;
mod media;
mod person;
mod text;

use crate::address;
use crate::date::DateReader;
use crate::encoding;
use crate::error::FeedError;
use crate::feed::{Extension, Feed, FeedDate, Format, Link};
use crate::json_feed;
use crate::limits::{DOCUMENT_BYTES_MAX, ENTRIES_MAX, PARTS_MAX};
use crate::warning::Warnings;
use crate::xml::name::{Ns, ns_of_address, usual_prefix};
use crate::xml::reader::{Holds, Reader, language_tag};
use crate::xml::token::{Tag, Token};
use chapar_model::{Headers, Lang, PageUrl, Parsed};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use url::Url;

/// Characters of a document shown when it is no feed.
const START_CHARS_MAX: usize = 60;

/// What is known of a document besides its bytes.
#[derive(Debug, Clone, Default)]
pub struct FeedContext<'a> {
    /// The address it came from.
    pub url: Option<&'a PageUrl>,
    /// The header lines it came with.
    pub headers: Option<&'a Headers>,
    /// The zone of dates that name none.
    pub zone: Option<TimeZone>,
    /// When it was fetched.
    pub fetched: Option<Timestamp>,
}

impl FeedContext<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers?.get(name)
    }

    /// The address that relative ones start from: what the header says, else where it came from.
    pub(crate) fn base(&self) -> Option<Arc<Url>> {
        let url = self.url.map(PageUrl::as_url);
        let stated = self.header("content-location").and_then(|raw| address::join(url, raw));
        stated.or_else(|| url.cloned()).map(Arc::new)
    }

    pub(crate) fn dates(&self) -> DateReader {
        DateReader { zone: self.zone.clone(), fetched: self.fetched, lang: None }
    }

    pub(crate) fn host(&self) -> Option<&str> {
        self.url.map(PageUrl::host)
    }
}

/// Reads a feed of any format. Broken markup, wrong encodings, undeclared entities, bad bytes and
/// missing ends are warnings; an error means that the document is no feed at all.
pub fn parse_feed(bytes: &[u8], context: &FeedContext<'_>) -> Result<Parsed<Feed>, FeedError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(FeedError::TooLarge { bytes: bytes.len(), limit: DOCUMENT_BYTES_MAX });
    }
    let mut warnings = Warnings::default();
    let decoded = encoding::decode(bytes, context.headers, context.host(), &mut warnings);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    let mut feed = if text.starts_with(['{', '[']) {
        json_feed::read(text, context, &mut warnings)?
    } else {
        read_xml(text, context, &mut warnings)?
    };
    feed.encoding = decoded.label;
    Ok(Parsed { value: feed, warnings: warnings.into_vec() })
}

fn read_xml(
    text: &str,
    context: &FeedContext<'_>,
    warnings: &mut Warnings,
) -> Result<Feed, FeedError> {
    let language = context.header("content-language").and_then(language_tag);
    let mut reader = Reader::new(text, context.base(), language.clone());
    std::mem::swap(&mut reader.warnings, warnings);
    let mut parser = Parser { reader, dates: context.dates(), format: Format::default() };
    let mut feed = Feed::default();
    let found = parser.read_document(&mut feed);
    std::mem::swap(&mut parser.reader.warnings, warnings);
    match found {
        Root::Found => {}
        Root::Missing { is_html: true } => return Err(FeedError::HtmlPage),
        Root::Missing { is_html: false } => {
            return Err(FeedError::NotAFeed {
                start: text.chars().take(START_CHARS_MAX).collect(),
            });
        }
    }
    if feed.language.is_none() {
        feed.language = language.map(|tag| tag.to_string());
    }
    feed.format = parser.format;
    feed::finish(&mut feed, parser.reader.base.as_deref());
    Ok(feed)
}

/// Whether a document has the root of a feed.
enum Root {
    Found,
    Missing { is_html: bool },
}

/// A feed being read.
struct Parser<'a> {
    reader: Reader<'a>,
    dates: DateReader,
    format: Format,
}

impl<'a> Parser<'a> {
    /// Reads from the first root element on.
    fn read_document(&mut self, feed: &mut Feed) -> Root {
        let mut is_html = false;
        let mut is_found = false;
        while let Some(token) = self.reader.token() {
            let Token::Start(tag) = token else { continue };
            let mark = self.reader.begin(&tag);
            let (ns, local) = self.reader.name(&tag);
            if is_root(ns, local.as_str(), &tag, is_html || is_found) {
                if !is_found {
                    self.format =
                        format_of(&tag, local.as_str(), ns, self.reader.entities.is_netscape());
                }
                is_found = true;
                self.read_root(&tag, local.as_str(), feed);
            }
            is_html |=
                matches!(local.as_str(), "html" | "body" | "head" | "script") && ns == Ns::Core;
            self.reader.end(mark);
        }
        if is_found { Root::Found } else { Root::Missing { is_html } }
    }

    fn read_root(&mut self, tag: &Tag<'a>, local: &str, feed: &mut Feed) {
        if matches!(local, "item" | "entry") {
            return self.push_entry(tag, feed);
        }
        self.note_language(feed);
        self.read_level(tag, feed);
    }

    /// The root's own language is the feed's, unless the feed says otherwise.
    fn note_language(&mut self, feed: &mut Feed) {
        if feed.language.is_none() {
            feed.language = self.reader.language.as_deref().map(str::to_owned);
            self.dates.lang = feed.language.as_deref().and_then(Lang::parse);
        }
    }

    /// Reads what holds entries: the root, or a channel in it.
    fn read_level(&mut self, tag: &Tag<'a>, feed: &mut Feed) {
        self.channel_attributes(tag, feed);
        if !self.reader.enter(tag, Holds::Entries) {
            return;
        }
        while let Some(child) = self.reader.child() {
            let mark = self.reader.begin(&child);
            let (ns, local) = self.reader.name(&child);
            match (ns, local.as_str()) {
                (Ns::Core | Ns::Atom, "item" | "entry") => self.push_entry(&child, feed),
                (Ns::Core | Ns::Atom, "channel" | "rss" | "feed" | "redirect")
                | (Ns::Rdf, "rdf") => {
                    self.note_language(feed);
                    self.read_level(&child, feed);
                }
                (ns, name) => self.feed_field(&child, ns, name, feed),
            }
            self.reader.end(mark);
        }
        self.reader.leave();
    }

    /// Attributes of a channel in CDF.
    fn channel_attributes(&mut self, tag: &Tag<'a>, feed: &mut Feed) {
        if self.format != Format::Cdf {
            return;
        }
        let base = self.reader.attribute(tag, "base");
        if let Some(base) = base.and_then(|raw| address::join(self.reader.base.as_deref(), &raw)) {
            self.reader.base = Some(Arc::new(base));
        }
        if let Some(date) = self.reader.attribute(tag, "lastmod") {
            feed.updated = self.dates.read(&date);
        }
        if let Some(href) = self.reader.attribute(tag, "href")
            && let Some(href) = self.resolve(&href)
        {
            feed.link = Some(href.clone());
            push_part(&mut feed.links, alternate(href));
        }
    }

    fn push_entry(&mut self, tag: &Tag<'a>, feed: &mut Feed) {
        if feed.entries.len() >= ENTRIES_MAX {
            self.reader.warnings.push("too-many-entries", || format!("over {ENTRIES_MAX} entries"));
            self.reader.skip(tag);
            return;
        }
        let entry = self.read_entry(tag);
        feed.entries.push(entry);
    }

    fn resolve(&self, raw: &str) -> Option<String> {
        address::resolve(self.reader.base.as_deref(), raw)
    }

    /// The address that an element holds as text.
    fn address(&mut self, tag: &Tag<'a>) -> Option<String> {
        let raw = self.reader.text(tag);
        self.resolve(&raw)
    }

    /// The text of an element; `None` when there is none.
    fn words(&mut self, tag: &Tag<'a>) -> Option<String> {
        let text = self.reader.text(tag);
        (!text.is_empty()).then(|| text.into_owned())
    }

    fn date(&mut self, tag: &Tag<'a>) -> Option<FeedDate> {
        let raw = self.reader.text(tag);
        let date = self.dates.read(&raw);
        if let Some(FeedDate { raw, value: None }) = &date {
            self.reader
                .warnings
                .push("bad-date", || format!("`{raw}` is no date that can be read"));
        }
        date
    }

    /// A `<link>` of Atom, or the address in a `<link>` of RSS.
    fn link(&mut self, tag: &Tag<'a>) -> Option<Link> {
        let attribute = |name| self.reader.attribute(tag, name).filter(|v| !v.is_empty());
        let href =
            attribute("href").or_else(|| attribute("rdf:resource")).or_else(|| attribute("url"));
        let rel = attribute("rel").map_or_else(|| "alternate".into(), std::borrow::Cow::into_owned);
        let rel = rel.rsplit_once("/relation/").map_or(rel.as_str(), |(_, name)| name);
        let rel = rel.rsplit_once("relation/").map_or(rel, |(_, name)| name).to_owned();
        let default_type =
            if rel == "self" { Some("application/atom+xml".to_owned()) } else { None };
        let mut link = Link {
            href: String::new(),
            media_type: attribute("type").map(Into::into).or(default_type),
            title: attribute("title").map(Into::into),
            hreflang: attribute("hreflang").map(Into::into),
            length: attribute("length").map(Into::into),
            rel,
        };
        // `href=""` is the document itself.
        let is_own =
            href.is_none() && tag.attribute("href").is_some_and(|raw| raw.trim().is_empty());
        let text = self.reader.text(tag);
        link.href = match href {
            None if is_own && text.is_empty() => {
                self.resolve("?").map(|own| without_query(&own))?
            }
            href => self.resolve(&href.unwrap_or(text))?,
        };
        Some(link)
    }

    /// Keeps an element that no field holds, when it says anything by itself.
    fn extension(&mut self, tag: &Tag<'a>, ns: Ns, extensions: &mut Vec<Extension>) {
        let attributes: Vec<(String, String)> = tag
            .attributes()
            .filter(|(name, _)| !name.starts_with("xmlns"))
            .map(|(name, value)| {
                (name.to_ascii_lowercase(), self.reader.entities.unescape(value).trim().to_owned())
            })
            .collect();
        let value = self.reader.text(tag);
        if value.is_empty() && attributes.is_empty() || extensions.len() >= PARTS_MAX {
            return;
        }
        let (prefix, local) = tag.name.split_once(':').unwrap_or(("", tag.name));
        let prefix = usual_prefix(ns).unwrap_or(prefix);
        let name = if prefix.is_empty() { local.to_owned() } else { format!("{prefix}_{local}") };
        extensions.push(Extension {
            name: name.to_ascii_lowercase(),
            value: value.into_owned(),
            attributes,
        });
    }
}

/// The address that a lone `?` made.
fn without_query(url: &str) -> String {
    url.strip_suffix('?').unwrap_or(url).to_owned()
}

/// Adds a part, up to the limit.
fn push_part<T>(parts: &mut Vec<T>, part: T) {
    if parts.len() < PARTS_MAX {
        parts.push(part);
    }
}

fn alternate(href: String) -> Link {
    Link { href, rel: "alternate".into(), ..Link::default() }
}

/// Whether an element begins a feed. After HTML, only one that says its vocabulary does.
fn is_root(ns: Ns, local: &str, tag: &Tag<'_>, is_doubtful: bool) -> bool {
    match (ns, local) {
        (Ns::Core, "rss") | (Ns::Rdf, "rdf") => true,
        (Ns::Atom, "feed") => true,
        (Ns::Core | Ns::Other, "feed") => !is_doubtful || tag.attribute("version").is_some(),
        (Ns::Core | Ns::Atom, "channel" | "item" | "entry") => !is_doubtful,
        (Ns::Other | Ns::Core, "rdf") => true,
        _ => false,
    }
}

/// The format that a root element states.
fn format_of(tag: &Tag<'_>, local: &str, ns: Ns, is_netscape: bool) -> Format {
    let version = tag.attribute("version").unwrap_or_default().trim();
    let default_ns = tag.attribute("xmlns").unwrap_or_default();
    match local {
        "feed" => match (version, default_ns.trim_end_matches('/')) {
            ("0.1" | "0.2" | "0.3", _) | (_, "http://purl.org/atom/ns#") => Format::Atom03,
            (_, "http://www.w3.org/2005/Atom" | "https://www.w3.org/2005/Atom") | ("1.0", _) => {
                Format::Atom10
            }
            _ if ns == Ns::Atom => Format::Atom10,
            _ => Format::Atom,
        },
        "entry" => Format::Atom,
        "rdf" => rdf_format(tag),
        "channel" => Format::Cdf,
        _ => match version {
            "0.90" => Format::Rss090,
            "0.91" if is_netscape => Format::Rss091Netscape,
            "0.91" => Format::Rss091,
            "0.92" => Format::Rss092,
            "0.93" => Format::Rss093,
            "0.94" => Format::Rss094,
            version if version.starts_with('2') => Format::Rss20,
            _ => Format::Rss,
        },
    }
}

/// RSS 0.90 and 1.0 share their root; the vocabularies that it declares tell them apart.
fn rdf_format(tag: &Tag<'_>) -> Format {
    let is_first = tag.attributes().any(|(name, value)| {
        name.starts_with("xmlns")
            && value.contains("netscape.com")
            && ns_of_address(value) == Ns::Core
    });
    if is_first { Format::Rss090 } else { Format::Rss10 }
}
