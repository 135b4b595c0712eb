//! What a feed says of itself, outside its entries.

use super::text::Default as Kind;
use super::{Parser, alternate, push_part};
use crate::address;
use crate::feed::{Extension, Feed, FeedImage, Generator, Person, Tag as Word};
use crate::xml::name::Ns;
use crate::xml::reader::Holds;
use crate::xml::token::Tag;
use chapar_model::Lang;
use url::Url;

impl<'a> Parser<'a> {
    /// The kind of a title or description that does not state it.
    pub(super) fn plain_kind(&self, ns: Ns) -> Kind {
        if ns == Ns::Atom || (ns == Ns::Core && self.format.is_atom()) {
            Kind::Plain
        } else {
            Kind::Guess
        }
    }

    /// The kind of a description or summary that does not state it.
    pub(super) fn long_kind(&self, ns: Ns) -> Kind {
        if ns == Ns::Atom || (ns == Ns::Core && self.format.is_atom()) {
            Kind::Plain
        } else {
            Kind::Html
        }
    }

    /// Reads a feed that is told of inside an entry.
    pub(super) fn source(&mut self, tag: &Tag<'a>) -> Option<Box<Feed>> {
        let mut feed = Feed::default();
        let url = self.reader.attribute(tag, "url").and_then(|url| self.resolve(&url));
        let has_elements = !tag.is_empty && self.peek_elements(tag);
        if !has_elements {
            let text = self.text(tag, self.plain_kind(Ns::Core));
            feed.title = text;
            if let Some(url) = url {
                feed.link = Some(url.clone());
                push_part(&mut feed.links, alternate(url));
            }
            return (feed != Feed::default()).then(|| Box::new(feed));
        }
        if self.reader.enter(tag, Holds::Fields) {
            while let Some(child) = self.reader.child() {
                let mark = self.reader.begin(&child);
                let (ns, local) = self.reader.name(&child);
                self.feed_field(&child, ns, local.as_str(), &mut feed);
                self.reader.end(mark);
            }
            self.reader.leave();
        }
        Some(Box::new(feed))
    }

    /// Whether an element holds others, without going past it.
    fn peek_elements(&mut self, tag: &Tag<'a>) -> bool {
        let here = self.reader.position();
        let inside = self.reader.inside(tag);
        self.reader.seek(here);
        inside.shape == crate::xml::reader::Shape::Elements
    }

    /// Takes one element of a feed.
    pub(super) fn feed_field(&mut self, tag: &Tag<'a>, ns: Ns, local: &str, feed: &mut Feed) {
        match (ns, local) {
            (Ns::Core | Ns::Atom, _) => self.core_field(tag, ns, local, feed),
            (Ns::Dc, _) => self.dc_field(tag, local, feed),
            (Ns::DcTerms, _) => self.terms_field(tag, local, feed),
            (Ns::Itunes, _) => self.itunes_field(tag, local, feed),
            (Ns::Media, "content" | "thumbnail") => {
                let url = self.reader.attribute(tag, "url").and_then(|url| self.resolve(&url));
                self.reader.skip(tag);
                if let (None, Some(url)) = (&feed.image, url) {
                    feed.image = Some(FeedImage { url, ..FeedImage::default() });
                }
            }
            (Ns::Admin, "generatoragent") => {
                let name = self.reader.attribute(tag, "rdf:resource").map(|name| name.into_owned());
                self.reader.skip(tag);
                let generator =
                    name.map(|name| Generator { url: Some(name.clone()), name, version: None });
                fill(&mut feed.generator, generator);
            }
            (Ns::Cc, "license") => feed.license = self.license(tag),
            (Ns::Syndication, "updatefrequency" | "updatebase") => self.reader.skip(tag),
            _ => self.other_field(tag, ns, &mut feed.extensions),
        }
    }

    /// Keeps what is unknown, once.
    pub(super) fn other_field(&mut self, tag: &Tag<'a>, ns: Ns, extensions: &mut Vec<Extension>) {
        self.extension(tag, ns, extensions);
    }

    fn core_field(&mut self, tag: &Tag<'a>, ns: Ns, local: &str, feed: &mut Feed) {
        match local {
            "title" => set(&mut feed.title, self.text(tag, self.plain_kind(ns))),
            "link" => self.feed_link(tag, feed),
            "description" | "subtitle" | "tagline" | "abstract" => {
                set(&mut feed.description, self.text(tag, self.long_kind(ns)));
            }
            "info" => set(&mut feed.info, self.text(tag, self.plain_kind(ns))),
            "id" | "guid" => {
                let raw = self.words(tag);
                feed.id = raw.and_then(|raw| self.identifier(raw)).or(feed.id.take());
            }
            "language" => {
                set(&mut feed.language, self.words(tag).map(|tag| tag.replace('_', "-")));
                self.dates.lang = feed.language.as_deref().and_then(Lang::parse);
            }
            "updated" | "modified" | "lastbuilddate" => set(&mut feed.updated, self.date(tag)),
            "pubdate" | "published" | "issued" => set(&mut feed.published, self.date(tag)),
            "created" => set(&mut feed.created, self.date(tag)),
            "author" | "managingeditor" => self.add_person(tag, &mut feed.authors),
            "contributor" => self.add_person(tag, &mut feed.contributors),
            "webmaster" => {
                let person = self.person(tag);
                feed.publisher = feed.publisher.take().or(person);
            }
            "rights" | "copyright" => set(&mut feed.rights, self.text(tag, self.plain_kind(ns))),
            "image" => self.image(tag, feed),
            "logo" => {
                let url = self.address(tag);
                if let Some(url) = url {
                    let stated = feed.image.get_or_insert_default();
                    if stated.url.is_empty() {
                        stated.url = url;
                    }
                }
            }
            "icon" => set(&mut feed.icon, self.address(tag)),
            "category" => self.category(tag, &mut feed.tags),
            "generator" => set(&mut feed.generator, self.generator(tag)),
            "newlocation" => set(&mut feed.new_location, self.address(tag)),
            "ttl" => {
                let words = self.words(tag);
                feed.ttl_minutes = words.and_then(|words| words.parse().ok());
            }
            "textinput" | "cloud" | "docs" => self.group(tag, local, &mut feed.extensions),
            _ => self.other_field(tag, Ns::Other, &mut feed.extensions),
        }
    }

    fn dc_field(&mut self, tag: &Tag<'a>, local: &str, feed: &mut Feed) {
        match local {
            "title" => fill(&mut feed.title, self.text(tag, Kind::Guess)),
            "description" => fill(&mut feed.description, self.text(tag, Kind::Html)),
            "language" => {
                fill(&mut feed.language, self.words(tag).map(|tag| tag.replace('_', "-")));
            }
            "rights" => fill(&mut feed.rights, self.text(tag, Kind::Guess)),
            "date" => fill(&mut feed.updated, self.date(tag)),
            "creator" | "author" => self.add_person(tag, &mut feed.authors),
            "contributor" => self.add_person(tag, &mut feed.contributors),
            "publisher" => set(&mut feed.publisher, self.person(tag)),
            "subject" => self.word(tag, &mut feed.tags),
            _ => self.other_field(tag, Ns::Dc, &mut feed.extensions),
        }
    }

    fn terms_field(&mut self, tag: &Tag<'a>, local: &str, feed: &mut Feed) {
        match local {
            "issued" => fill(&mut feed.published, self.date(tag)),
            "modified" => fill(&mut feed.updated, self.date(tag)),
            "created" => fill(&mut feed.created, self.date(tag)),
            _ => self.other_field(tag, Ns::DcTerms, &mut feed.extensions),
        }
    }

    fn itunes_field(&mut self, tag: &Tag<'a>, local: &str, feed: &mut Feed) {
        match local {
            "title" => fill(&mut feed.title, self.text(tag, Kind::Guess)),
            "subtitle" | "summary" => fill(&mut feed.description, self.text(tag, Kind::Guess)),
            "author" => {
                let person = self.person(tag);
                if feed.authors.is_empty() {
                    feed.authors.extend(person);
                }
            }
            "owner" => set(&mut feed.publisher, self.person(tag)),
            "category" => self.itunes_category(tag, &mut feed.tags),
            "keywords" => self.keywords(tag, &mut feed.tags),
            "image" | "link" => {
                if let Some(url) = self.itunes_image(tag) {
                    feed.image.get_or_insert_default().url = url;
                }
            }
            "block" => feed.is_blocked = self.words(tag).map(|word| word == "yes"),
            "explicit" => feed.is_explicit = self.words(tag).as_deref().and_then(explicit),
            "new-feed-url" => feed.new_location = self.address(tag),
            _ => self.other_field(tag, Ns::Itunes, &mut feed.extensions),
        }
    }

    fn feed_link(&mut self, tag: &Tag<'a>, feed: &mut Feed) {
        let Some(link) = self.link(tag) else { return };
        if link.rel == "alternate" && is_page(link.media_type.as_deref()) {
            feed.link = Some(link.href.clone());
            if self.reader.base.is_none() {
                self.reader.base = address::join(None, &link.href).map(Into::into);
            }
        }
        push_part(&mut feed.links, link);
    }

    fn image(&mut self, tag: &Tag<'a>, feed: &mut Feed) {
        let href =
            self.reader.attribute(tag, "rdf:resource").or(self.reader.attribute(tag, "href"));
        let href = href.and_then(|href| self.resolve(&href));
        let inside = self.reader.inside(tag);
        let mut image = FeedImage::default();
        for (_, local, value) in self.reader.fields(&inside) {
            match local.as_str() {
                "url" => image.url = self.resolve(&value).unwrap_or_default(),
                "title" => image.title = Some(value),
                "link" => image.link = self.resolve(&value),
                "description" => image.description = Some(value),
                "width" => image.width = value.parse().ok(),
                "height" => image.height = value.parse().ok(),
                _ => {}
            }
        }
        if image.url.is_empty() {
            image.url = href.unwrap_or_default();
        }
        if image.url.is_empty()
            && let Some(stated) = &feed.image
        {
            image.url.clone_from(&stated.url);
        }
        if image != FeedImage::default() {
            feed.image = Some(image);
        }
    }

    /// The picture of iTunes, in an attribute or, wrongly, as text.
    pub(super) fn itunes_image(&mut self, tag: &Tag<'a>) -> Option<String> {
        let rel = tag.attribute("rel").unwrap_or("image");
        let href = self.reader.attribute(tag, "href").or(self.reader.attribute(tag, "url"));
        let href = href.and_then(|href| self.resolve(&href));
        let inside = self.reader.inside(tag);
        if rel != "image" {
            return None;
        }
        let nested = || {
            let fields = self.reader.fields(&inside);
            fields
                .into_iter()
                .find(|(_, local, _)| local.as_str() == "url")
                .map(|(.., value)| value)
        };
        href.or_else(|| self.resolve(&nested()?))
            .or_else(|| self.resolve(&self.reader.flat(&inside)))
    }

    fn generator(&mut self, tag: &Tag<'a>) -> Option<Generator> {
        let url = self.reader.attribute(tag, "uri").or(self.reader.attribute(tag, "url"));
        let url = url.and_then(|url| self.resolve(&url));
        let version = self.reader.attribute(tag, "version").map(Into::into);
        let name = self.words(tag).unwrap_or_default();
        let generator = Generator { name, url, version };
        (generator != Generator::default()).then_some(generator)
    }

    pub(super) fn license(&mut self, tag: &Tag<'a>) -> Option<String> {
        let href = self.reader.attribute(tag, "rdf:resource").map(|href| href.into_owned());
        let text = self.words(tag);
        href.or(text).and_then(|raw| self.resolve(&raw))
    }

    /// A category of RSS or Atom.
    pub(super) fn category(&mut self, tag: &Tag<'a>, tags: &mut Vec<Word>) {
        let attribute = |name| {
            self.reader
                .attribute(tag, name)
                .filter(|value| !value.is_empty())
                .map(|value| value.into_owned())
        };
        let scheme = attribute("scheme").or_else(|| attribute("domain"));
        let (term, label) = (attribute("term"), attribute("label"));
        let inside = self.reader.inside(tag);
        let text = self.reader.flat(&inside);
        let term = term.or_else(|| (!text.is_empty()).then(|| text.into_owned()));
        let Some(term) = term.or_else(|| label.clone()) else { return };
        push_word(tags, Word { term, scheme, label });
    }

    /// A keyword without a scheme.
    pub(super) fn word(&mut self, tag: &Tag<'a>, tags: &mut Vec<Word>) {
        if let Some(term) = self.words(tag) {
            push_word(tags, Word { term, ..Word::default() });
        }
    }

    /// A category of iTunes with those inside it.
    pub(super) fn itunes_category(&mut self, tag: &Tag<'a>, tags: &mut Vec<Word>) {
        let scheme = Some("http://www.itunes.com/".to_owned());
        let stated = self.reader.attribute(tag, "text").filter(|text| !text.is_empty());
        let inside = self.reader.inside(tag);
        let text = self.reader.flat(&inside);
        let own = stated.or_else(|| (!text.is_empty()).then_some(text));
        if let Some(term) = own {
            push_word(tags, Word { term: term.into_owned(), scheme: scheme.clone(), label: None });
        }
        for (inner, ..) in self.reader.fields(&inside) {
            if let Some(term) = self.reader.attribute(&inner, "text") {
                push_word(
                    tags,
                    Word { term: term.into_owned(), scheme: scheme.clone(), label: None },
                );
            }
        }
    }

    /// Keywords between commas, or else between spaces.
    pub(super) fn keywords(&mut self, tag: &Tag<'a>, tags: &mut Vec<Word>) {
        let text = self.reader.text(tag);
        let words: Vec<&str> = if text.contains([',', '،', ';']) {
            text.split([',', '،', ';']).collect()
        } else {
            text.split_whitespace().collect()
        };
        for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
            let scheme = Some("http://www.itunes.com/".to_owned());
            push_word(tags, Word { term: word.to_owned(), scheme, label: None });
        }
    }

    /// An element whose fields are kept as attributes of an extension.
    fn group(&mut self, tag: &Tag<'a>, local: &str, extensions: &mut Vec<Extension>) {
        let mut attributes: Vec<(String, String)> = tag
            .attributes()
            .map(|(name, value)| {
                (name.to_ascii_lowercase(), self.reader.entities.unescape(value).into_owned())
            })
            .collect();
        let inside = self.reader.inside(tag);
        let fields = self.reader.fields(&inside);
        let value =
            if fields.is_empty() { self.reader.flat(&inside).into_owned() } else { String::new() };
        for (_, name, value) in fields {
            attributes.push((name.as_str().to_owned(), value));
        }
        push_part(extensions, Extension { name: local.to_owned(), value, attributes });
    }

    /// An identifier; one that is a relative address is made absolute.
    pub(super) fn identifier(&self, raw: String) -> Option<String> {
        let is_path =
            raw.starts_with('/') || (raw.contains('/') && !raw.contains(char::is_whitespace));
        if is_path && !address::is_absolute(&raw) {
            self.resolve(&raw).or(Some(raw))
        } else {
            Some(raw)
        }
    }
}

/// A word once.
fn push_word(tags: &mut Vec<Word>, word: Word) {
    if !tags.contains(&word) {
        push_part(tags, word);
    }
}

/// Whether a link of this type leads to a page for readers.
pub(super) fn is_page(media_type: Option<&str>) -> bool {
    matches!(media_type, None | Some("text/html" | "application/xhtml+xml" | "text/plain" | ""))
}

pub(super) fn explicit(word: &str) -> Option<bool> {
    match word {
        "yes" | "true" => Some(true),
        "no" | "false" | "clean" => Some(false),
        _ => None,
    }
}

/// Takes the later of two values.
pub(super) fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}

/// Takes a value where there is none yet.
pub(super) fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// Settles what can be known only at the end.
pub(super) fn finish(feed: &mut Feed, base: Option<&Url>) {
    if feed.authors.is_empty() {
        let names_somebody = |person: &&Person| person.name.is_some() || person.email.is_some();
        feed.authors.extend(feed.publisher.iter().filter(names_somebody).cloned());
    }
    let own = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    let Some(base) = base.or(own.as_ref()) else { return };
    for entry in &mut feed.entries {
        let links = entry.links.iter_mut().map(|link| &mut link.href);
        let files = entry.enclosures.iter_mut().map(|file| &mut file.url);
        for slot in links.chain(files).chain(&mut entry.link) {
            if !address::is_absolute(slot)
                && let Some(joined) = address::resolve(Some(base), slot)
            {
                *slot = joined;
            }
        }
    }
}
