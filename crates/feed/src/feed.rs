//! What a feed says, in one shape whatever format said it. Nothing here is interpreted further
//! than the format allows: who wrote an article, and when, is decided elsewhere.

use crate::html;
use crate::safe::safe_html;
use chapar_model::{PageUrl, When};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// The format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// RSS 0.90, Netscape's first.
    Rss090,
    /// RSS 0.91 of Netscape.
    Rss091Netscape,
    /// RSS 0.91 of UserLand.
    Rss091,
    /// RSS 0.92.
    Rss092,
    /// RSS 0.93.
    Rss093,
    /// RSS 0.94.
    Rss094,
    /// RSS 1.0, on RDF.
    Rss10,
    /// RSS 2.0.
    Rss20,
    /// RSS of no stated version.
    #[default]
    Rss,
    /// Atom 0.3.
    Atom03,
    /// Atom 1.0.
    Atom10,
    /// Atom of no known version.
    Atom,
    /// JSON Feed 1.
    Json10,
    /// JSON Feed 1.1.
    Json11,
    /// Channel Definition Format.
    Cdf,
    /// Microformats in a page.
    HFeed,
}

impl Format {
    /// The name, as in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rss090 => "rss090",
            Self::Rss091Netscape => "rss091n",
            Self::Rss091 => "rss091u",
            Self::Rss092 => "rss092",
            Self::Rss093 => "rss093",
            Self::Rss094 => "rss094",
            Self::Rss10 => "rss10",
            Self::Rss20 => "rss20",
            Self::Rss => "rss",
            Self::Atom03 => "atom03",
            Self::Atom10 => "atom10",
            Self::Atom => "atom",
            Self::Json10 => "json1",
            Self::Json11 => "json11",
            Self::Cdf => "cdf",
            Self::HFeed => "h-feed",
        }
    }

    /// Whether the format is one of Atom's.
    pub fn is_atom(self) -> bool {
        matches!(self, Self::Atom03 | Self::Atom10 | Self::Atom)
    }
}

/// A syndication document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    /// Its format.
    pub format: Format,
    /// The encoding it was read in, in lower case.
    pub encoding: String,
    /// Its title.
    pub title: Option<Text>,
    /// What it says of itself: description, subtitle or tagline.
    pub description: Option<Text>,
    /// A note to readers of the bare document (Atom 0.3).
    pub info: Option<Text>,
    /// The page it stands for.
    pub link: Option<String>,
    /// Every link, that page included.
    pub links: Vec<Link>,
    /// Its identifier.
    pub id: Option<String>,
    /// Its language as a tag, such as `fa` or `en-GB`.
    pub language: Option<String>,
    /// When it last changed.
    pub updated: Option<FeedDate>,
    /// When it was published.
    pub published: Option<FeedDate>,
    /// When it was made.
    pub created: Option<FeedDate>,
    /// Who writes it.
    pub authors: Vec<Person>,
    /// Who else writes in it.
    pub contributors: Vec<Person>,
    /// Who publishes it.
    pub publisher: Option<Person>,
    /// Its rights.
    pub rights: Option<Text>,
    /// The address of its licence.
    pub license: Option<String>,
    /// Its picture.
    pub image: Option<FeedImage>,
    /// Its icon.
    pub icon: Option<String>,
    /// Its categories.
    pub tags: Vec<Tag>,
    /// The program that made it.
    pub generator: Option<Generator>,
    /// Minutes that it may be kept, or between two changes.
    pub ttl_minutes: Option<u32>,
    /// Where it has moved to (iTunes).
    pub new_location: Option<String>,
    /// Whether its maker wants it in no directory (iTunes).
    pub is_blocked: Option<bool>,
    /// Whether it is for adults (iTunes).
    pub is_explicit: Option<bool>,
    /// What else it says.
    pub extensions: Vec<Extension>,
    /// Its entries, in its own order.
    pub entries: Vec<Entry>,
}

impl Feed {
    /// The address that the feed calls its own.
    pub fn self_link(&self) -> Option<&str> {
        find_link(&self.links, "self")
    }

    /// The next page of a paged feed.
    pub fn next_page(&self) -> Option<&str> {
        find_link(&self.links, "next")
    }

    /// Hubs that push its changes (WebSub).
    pub fn hubs(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter(|link| link.rel == "hub").map(|link| link.href.as_str())
    }
}

/// One item of a feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Its headline.
    pub title: Option<Text>,
    /// A second headline (iTunes).
    pub subtitle: Option<Text>,
    /// The page it leads to.
    pub link: Option<String>,
    /// Every link, that page included.
    pub links: Vec<Link>,
    /// Its identifier.
    pub id: Option<String>,
    /// Whether the identifier is also its page's address, and the only one given.
    pub id_is_link: bool,
    /// Its teaser or description.
    pub summary: Option<Text>,
    /// Its text, or several readings of it.
    pub content: Vec<Text>,
    /// First publication.
    pub published: Option<FeedDate>,
    /// Last change.
    pub updated: Option<FeedDate>,
    /// When it was made.
    pub created: Option<FeedDate>,
    /// When it stops holding.
    pub expired: Option<FeedDate>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// Who else had a part in it.
    pub contributors: Vec<Person>,
    /// Who publishes it.
    pub publisher: Option<Person>,
    /// Its categories and keywords.
    pub tags: Vec<Tag>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
    /// Files of Media RSS: pictures, sound, video.
    pub media: Vec<Media>,
    /// Small pictures.
    pub thumbnails: Vec<Thumbnail>,
    /// Its own picture.
    pub image: Option<String>,
    /// The feed it was taken from.
    pub source: Option<Box<Feed>>,
    /// Its language.
    pub language: Option<String>,
    /// Its rights.
    pub rights: Option<Text>,
    /// The address of its licence.
    pub license: Option<String>,
    /// The page of its comments.
    pub comments: Option<String>,
    /// The feed of its comments.
    pub comments_feed: Option<String>,
    /// Where it happens.
    pub place: Option<Place>,
    /// How long it lasts, as written (iTunes).
    pub duration: Option<String>,
    /// Whether its maker wants it in no directory (iTunes).
    pub is_blocked: Option<bool>,
    /// Whether it is for adults (iTunes).
    pub is_explicit: Option<bool>,
    /// What else it says.
    pub extensions: Vec<Extension>,
}

impl Entry {
    /// The page it leads to, when that can be fetched.
    pub fn page_url(&self) -> Option<PageUrl> {
        PageUrl::parse(self.link.as_deref()?).ok()
    }

    /// The date by which entries are put in order: publication, else change, else making.
    pub fn date(&self) -> Option<&FeedDate> {
        let dates = [&self.published, &self.updated, &self.created];
        let read = dates.into_iter().flatten().find(|date| date.value.is_some());
        read.or_else(|| dates.into_iter().flatten().next())
    }

    /// The picture that stands for it: its own, a media file, an enclosure, a thumbnail, or the
    /// first in its text.
    pub fn lead_image(&self) -> Option<Cow<'_, str>> {
        let media = || self.media.iter().find(|m| m.is_image()).map(|m| m.url.as_str());
        let enclosed = || self.enclosures.iter().find(|e| e.is_image()).map(|e| e.url.as_str());
        let small = || self.thumbnails.first().map(|t| t.url.as_str());
        let stated = self.image.as_deref().or_else(media).or_else(enclosed).or_else(small);
        if let Some(url) = stated {
            return Some(Cow::Borrowed(url));
        }
        self.content.iter().chain(&self.summary).find_map(Text::first_image).map(Cow::Owned)
    }
}

pub(crate) fn find_link<'a>(links: &'a [Link], rel: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel == rel).map(|link| link.href.as_str())
}

/// What the characters of a [`Text`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// Plain text: `<` is a less-than sign.
    Plain,
    /// HTML.
    Html,
    /// XHTML, written in a way that an HTML reader understands.
    Xhtml,
    /// Anything else, such as a file inside the feed.
    Other,
}

/// Words of a feed, with what is needed to show them. Not safe to show as HTML before
/// [`Text::safe_html`].
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The characters.
    pub value: String,
    /// What they are.
    pub kind: TextKind,
    /// The media type as written, where it is none of the usual ones.
    pub media_type: Option<Box<str>>,
    /// Their language.
    pub language: Option<Arc<str>>,
    /// The address that relative links in them start from.
    pub base: Option<Arc<Url>>,
    /// The address at which they stand, when they are not in the feed.
    pub src: Option<String>,
}

impl Text {
    /// Plain text without a language.
    pub fn plain(value: impl Into<String>) -> Self {
        Self::of_kind(value.into(), TextKind::Plain)
    }

    /// HTML without a language.
    pub fn html(value: impl Into<String>) -> Self {
        Self::of_kind(value.into(), TextKind::Html)
    }

    fn of_kind(value: String, kind: TextKind) -> Self {
        Self { value, kind, media_type: None, language: None, base: None, src: None }
    }

    /// The media type.
    pub fn media_type(&self) -> &str {
        match (&self.media_type, self.kind) {
            (Some(stated), _) => stated,
            (None, TextKind::Plain) => "text/plain",
            (None, TextKind::Html) => "text/html",
            (None, TextKind::Xhtml) => "application/xhtml+xml",
            (None, TextKind::Other) => "application/octet-stream",
        }
    }

    /// The words alone, on one line: tags dropped, references read, spaces joined. References are
    /// read in plain text too, for publishers who escape twice are many and headlines about
    /// `&amp;` are few.
    pub fn to_line(&self) -> String {
        match self.kind {
            TextKind::Plain | TextKind::Other => html::line(&html::unescape(&self.value)),
            TextKind::Html | TextKind::Xhtml => html::text_line(&self.value),
        }
    }

    /// HTML that is safe to show, its links absolute.
    pub fn safe_html(&self) -> String {
        match self.kind {
            TextKind::Plain | TextKind::Other => html::escape(&self.value),
            TextKind::Html | TextKind::Xhtml => safe_html(&self.value, self.base.as_deref()),
        }
    }

    /// The first picture of a text.
    fn first_image(&self) -> Option<String> {
        match self.kind {
            TextKind::Plain | TextKind::Other => None,
            TextKind::Html | TextKind::Xhtml => {
                html::first_image(&self.value, self.base.as_deref())
            }
        }
    }
}

/// A date as written, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedDate {
    /// The characters, shortened to 200.
    pub raw: String,
    /// What they mean; `None` when nobody can tell.
    pub value: Option<When>,
}

/// A link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What the place is to the feed or entry: `alternate`, `self`, `hub`, `enclosure`, `via`.
    pub rel: String,
    /// The media type of what is there.
    pub media_type: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The language of what is there.
    pub hreflang: Option<String>,
    /// Bytes of what is there.
    pub length: Option<String>,
}

/// A person, or an office that signs as one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Home page.
    pub url: Option<String>,
}

/// A category or keyword.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tag {
    /// The word.
    pub term: String,
    /// The list it is from.
    pub scheme: Option<String>,
    /// The word as shown.
    pub label: Option<String>,
}

/// The picture of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedImage {
    /// Its address.
    pub url: String,
    /// Its alternative text.
    pub title: Option<String>,
    /// Where it leads.
    pub link: Option<String>,
    /// What it shows.
    pub description: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
}

/// The program that made a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// A file that comes with an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enclosure {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its size in bytes, as written.
    pub length: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

impl Enclosure {
    fn is_image(&self) -> bool {
        self.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"))
    }
}

/// A file of Media RSS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// `image`, `audio`, `video`, `document` or `executable`.
    pub medium: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// Its title.
    pub title: Option<String>,
    /// What it shows.
    pub description: Option<String>,
    /// Whose it is.
    pub credit: Option<String>,
}

impl Media {
    fn is_image(&self) -> bool {
        self.medium.as_deref() == Some("image")
            || self.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"))
            || (self.medium.is_none() && self.media_type.is_none() && has_image_ending(&self.url))
    }
}

fn has_image_ending(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif")
}

/// A small picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thumbnail {
    /// Its address.
    pub url: String,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
}

/// The shape of a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// One point.
    Point,
    /// A line.
    Line,
    /// An area.
    Polygon,
    /// A rectangle, by two corners.
    Box,
}

/// Where something happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its shape.
    pub kind: PlaceKind,
    /// Its points: longitude, latitude, and height where given.
    pub points: Vec<Vec<f64>>,
}

/// An element that none of the fields above holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extension {
    /// Usual prefix, underscore and local name, in lower case: `slash_comments`.
    pub name: String,
    /// Its text.
    pub value: String,
    /// Its attributes, names in lower case.
    pub attributes: Vec<(String, String)>,
}
