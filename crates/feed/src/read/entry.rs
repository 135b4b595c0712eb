//! One entry, from whatever vocabularies its publisher mixed. The format's own elements count for
//! more than those of extensions, in whichever order they come.

use super::feed::{explicit, fill, is_page, set};
use super::geo;
use super::text::Default as Kind;
use super::{Parser, alternate, push_part};
use crate::address;
use crate::feed::{Enclosure, Entry, Link, Tag as Word, Text};
use crate::xml::name::Ns;
use crate::xml::reader::Holds;
use crate::xml::token::Tag;

/// An entry being read, with what extensions say of it.
#[derive(Default)]
struct Draft {
    entry: Entry,
    /// Values that count where the format's own are missing.
    title: Option<Text>,
    summary: Option<Text>,
    guid_is_link: bool,
    /// Whether the summary came in an element of that name, which in RSS stands beside the
    /// description and is the text.
    has_own_summary: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn read_entry(&mut self, tag: &Tag<'a>) -> Entry {
        let mut draft = Draft::default();
        draft.entry.language = self.reader.language.as_deref().map(str::to_owned);
        self.entry_attributes(tag, &mut draft.entry);
        if self.reader.enter(tag, Holds::Fields) {
            while let Some(child) = self.reader.child() {
                let mark = self.reader.begin(&child);
                let (ns, local) = self.reader.name(&child);
                self.entry_field(&child, ns, local.as_str(), &mut draft);
                self.reader.end(mark);
            }
            self.reader.leave();
        }
        self.finish(draft)
    }

    /// Attributes of an entry in CDF and RDF.
    fn entry_attributes(&mut self, tag: &Tag<'a>, entry: &mut Entry) {
        if tag.attributes.is_empty() {
            return;
        }
        if let Some(date) = self.reader.attribute(tag, "lastmod") {
            entry.updated = self.dates.read(&date);
        }
        if let Some(href) = self.reader.attribute(tag, "href").and_then(|href| self.resolve(&href))
        {
            entry.link = Some(href.clone());
            push_part(&mut entry.links, alternate(href));
        }
        if let Some(about) =
            self.reader.attribute(tag, "rdf:about").filter(|about| !about.is_empty())
        {
            entry.id = Some(about.into_owned());
        }
    }

    fn entry_field(&mut self, tag: &Tag<'a>, ns: Ns, local: &str, draft: &mut Draft) {
        match (ns, local) {
            (Ns::Core | Ns::Atom, _) => self.core_entry_field(tag, ns, local, draft),
            (Ns::Content, "encoded") => {
                let text = self.text(tag, Kind::Html);
                self.push_content(text, &mut draft.entry);
            }
            (Ns::Xhtml, "body" | "div") => {
                let text = self.text(tag, Kind::Xhtml);
                self.push_content(text, &mut draft.entry);
            }
            (Ns::Dc, _) => self.dc_entry_field(tag, local, draft),
            (Ns::DcTerms, _) => self.terms_entry_field(tag, local, &mut draft.entry),
            (Ns::Itunes, _) => self.itunes_entry_field(tag, local, draft),
            (Ns::Media, "title") => fill(&mut draft.title, self.text(tag, Kind::Guess)),
            (Ns::Media, "description") => fill(&mut draft.summary, self.text(tag, Kind::Guess)),
            (Ns::Media, _) => self.media_field(tag, local, &mut draft.entry),
            (Ns::GeoRss | Ns::Gml | Ns::Geo, _) => {
                if !self.place(tag, ns, local, &mut draft.entry.place) {
                    self.extension(tag, ns, &mut draft.entry.extensions);
                }
            }
            (Ns::Feedburner, "origlink") => {
                if let Some(href) = self.address(tag) {
                    let link = Link { href, rel: "original".into(), ..Link::default() };
                    push_part(&mut draft.entry.links, link);
                }
            }
            (Ns::Wfw, "commentrss") => fill(&mut draft.entry.comments_feed, self.address(tag)),
            (Ns::Wfw, "comment") => {
                if let Some(value) = self.address(tag) {
                    let name = "wfw_comment".to_owned();
                    let extension = crate::feed::Extension { name, value, attributes: Vec::new() };
                    push_part(&mut draft.entry.extensions, extension);
                }
            }
            (Ns::Cc, "license") => set(&mut draft.entry.license, self.license(tag)),
            _ => self.extension(tag, ns, &mut draft.entry.extensions),
        }
    }

    fn core_entry_field(&mut self, tag: &Tag<'a>, ns: Ns, local: &str, draft: &mut Draft) {
        let entry = &mut draft.entry;
        match local {
            "title" => set(&mut entry.title, self.text(tag, self.plain_kind(ns))),
            "link" => self.entry_link(tag, draft),
            "id" | "guid" => self.guid(tag, local, draft),
            "description" | "abstract" => {
                let text = self.text(tag, self.long_kind(ns));
                if draft.has_own_summary && text.is_some() {
                    let summary = draft.entry.summary.take();
                    self.push_content(summary, &mut draft.entry);
                    draft.has_own_summary = false;
                }
                set(&mut draft.entry.summary, text);
            }
            "summary" => {
                let text = self.text(tag, self.long_kind(ns));
                let is_rss = !self.format.is_atom() && ns == Ns::Core;
                if is_rss && entry.summary.is_some() {
                    self.push_content(text, entry);
                } else {
                    draft.has_own_summary = is_rss && text.is_some();
                    set(&mut entry.summary, text);
                }
            }
            "content" | "fullitem" | "body" => {
                let kind = match local {
                    "content" => self.long_kind(ns),
                    "body" => Kind::Xhtml,
                    _ => Kind::Html,
                };
                let text = self.text(tag, kind);
                self.push_content(text, entry);
            }
            "pubdate" | "published" | "issued" => set(&mut entry.published, self.date(tag)),
            "updated" | "modified" | "lastbuilddate" => set(&mut entry.updated, self.date(tag)),
            "created" => set(&mut entry.created, self.date(tag)),
            "expirationdate" => set(&mut entry.expired, self.date(tag)),
            "author" => self.add_person(tag, &mut entry.authors),
            "contributor" => self.add_person(tag, &mut entry.contributors),
            "rights" | "copyright" => set(&mut entry.rights, self.text(tag, self.plain_kind(ns))),
            "category" => self.category(tag, &mut entry.tags),
            "tags" | "keywords" => self.comma_words(tag, &mut entry.tags),
            "enclosure" => {
                if let Some(enclosure) = self.enclosure(tag) {
                    push_part(&mut entry.links, link_of(&enclosure));
                    push_part(&mut entry.enclosures, enclosure);
                }
            }
            "source" => set(&mut entry.source, self.source(tag)),
            "comments" => set(&mut entry.comments, self.address(tag)),
            "language" => {
                set(&mut entry.language, self.words(tag).map(|tag| tag.replace('_', "-")));
            }
            "image" => set(&mut entry.image, self.itunes_image(tag)),
            "thumbnail" => entry.thumbnails.extend(self.thumbnail(tag)),
            _ => self.extension(tag, Ns::Other, &mut entry.extensions),
        }
    }

    fn dc_entry_field(&mut self, tag: &Tag<'a>, local: &str, draft: &mut Draft) {
        let entry = &mut draft.entry;
        match local {
            "title" => fill(&mut draft.title, self.text(tag, Kind::Guess)),
            "description" => fill(&mut draft.summary, self.text(tag, Kind::Html)),
            "date" => fill(&mut entry.updated, self.date(tag)),
            "creator" | "author" => self.add_person(tag, &mut entry.authors),
            "contributor" => self.add_person(tag, &mut entry.contributors),
            "publisher" => set(&mut entry.publisher, self.person(tag)),
            "rights" => fill(&mut entry.rights, self.text(tag, Kind::Guess)),
            "subject" => self.word(tag, &mut entry.tags),
            "language" => {
                set(&mut entry.language, self.words(tag).map(|tag| tag.replace('_', "-")));
            }
            "identifier" => fill(&mut entry.id, self.words(tag)),
            _ => self.extension(tag, Ns::Dc, &mut entry.extensions),
        }
    }

    fn terms_entry_field(&mut self, tag: &Tag<'a>, local: &str, entry: &mut Entry) {
        match local {
            "issued" => fill(&mut entry.published, self.date(tag)),
            "modified" => fill(&mut entry.updated, self.date(tag)),
            "created" => fill(&mut entry.created, self.date(tag)),
            _ => self.extension(tag, Ns::DcTerms, &mut entry.extensions),
        }
    }

    fn itunes_entry_field(&mut self, tag: &Tag<'a>, local: &str, draft: &mut Draft) {
        let entry = &mut draft.entry;
        match local {
            "title" => fill(&mut draft.title, self.text(tag, Kind::Guess)),
            "subtitle" => set(&mut entry.subtitle, self.text(tag, Kind::Guess)),
            "summary" => fill(&mut draft.summary, self.text(tag, Kind::Guess)),
            "author" => {
                let person = self.person(tag);
                if entry.authors.is_empty() {
                    entry.authors.extend(person);
                }
            }
            "category" => self.itunes_category(tag, &mut entry.tags),
            "keywords" => self.keywords(tag, &mut entry.tags),
            "image" => set(&mut entry.image, self.itunes_image(tag)),
            "duration" => entry.duration = self.words(tag),
            "block" => entry.is_blocked = self.words(tag).map(|word| word == "yes"),
            "explicit" => entry.is_explicit = self.words(tag).as_deref().and_then(explicit),
            _ => self.extension(tag, Ns::Itunes, &mut entry.extensions),
        }
    }

    pub(super) fn media_field(&mut self, tag: &Tag<'a>, local: &str, entry: &mut Entry) {
        match local {
            "content" => self.media_content(tag, entry),
            "group" => self.media_children(tag, entry, None),
            "thumbnail" => {
                if let Some(thumbnail) = self.thumbnail(tag) {
                    push_part(&mut entry.thumbnails, thumbnail);
                }
            }
            "title" => fill(&mut entry.title, self.text(tag, Kind::Guess)),
            "description" => fill(&mut entry.summary, self.text(tag, Kind::Guess)),
            "keywords" => self.comma_words(tag, &mut entry.tags),
            "category" => {
                let before = entry.tags.len();
                self.category(tag, &mut entry.tags);
                for word in entry.tags.iter_mut().skip(before).filter(|word| word.scheme.is_none())
                {
                    word.scheme = Some("http://search.yahoo.com/mrss/category_schema".into());
                }
            }
            _ => self.extension(tag, Ns::Media, &mut entry.extensions),
        }
    }

    /// Keywords between commas.
    fn comma_words(&mut self, tag: &Tag<'a>, tags: &mut Vec<Word>) {
        let text = self.reader.text(tag);
        for term in text.split([',', '،']).map(str::trim).filter(|term| !term.is_empty()) {
            push_part(tags, Word { term: term.to_owned(), ..Word::default() });
        }
    }

    fn entry_link(&mut self, tag: &Tag<'a>, draft: &mut Draft) {
        let Some(link) = self.link(tag) else { return };
        if link.rel == "enclosure" {
            let enclosure = Enclosure {
                url: link.href.clone(),
                media_type: link.media_type.clone(),
                length: link.length.clone(),
                title: link.title.clone(),
            };
            push_part(&mut draft.entry.enclosures, enclosure);
        } else if link.rel == "alternate" && is_page(link.media_type.as_deref()) {
            draft.entry.link = Some(link.href.clone());
        }
        push_part(&mut draft.entry.links, link);
    }

    fn guid(&mut self, tag: &Tag<'a>, local: &str, draft: &mut Draft) {
        let states_link =
            tag.attribute("isPermaLink").map(|value| value.trim().eq_ignore_ascii_case("true"));
        let Some(raw) = self.words(tag) else { return };
        let is_link = local == "guid" && states_link.unwrap_or(true);
        draft.guid_is_link = is_link;
        let id = if local == "id" || is_link { self.identifier(raw) } else { Some(raw) };
        set(&mut draft.entry.id, id);
    }

    fn push_content(&mut self, text: Option<Text>, entry: &mut Entry) {
        if let Some(text) = text {
            push_part(&mut entry.content, text);
        }
    }

    /// Settles what depends on the order of elements.
    fn finish(&mut self, draft: Draft) -> Entry {
        let Draft { mut entry, title, summary, guid_is_link, .. } = draft;
        fill(&mut entry.title, title);
        fill(&mut entry.summary, summary);
        if let Some(link) = entry.links.iter().find(|link| link.rel == "original") {
            entry.link = Some(link.href.clone());
        }
        entry.id_is_link = guid_is_link && entry.link.is_none();
        if entry.link.is_none() && guid_is_link {
            entry.link = entry.id.clone().filter(|id| address::is_web(id));
        }
        entry.place = entry.place.filter(geo::is_whole);
        entry
    }
}

fn link_of(enclosure: &Enclosure) -> Link {
    Link {
        href: enclosure.url.clone(),
        rel: "enclosure".into(),
        media_type: enclosure.media_type.clone(),
        length: enclosure.length.clone(),
        ..Link::default()
    }
}
