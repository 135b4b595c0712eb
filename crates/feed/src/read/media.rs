//! Files that come with an entry: enclosures, and Media RSS with its groups.

use super::{Parser, push_part};
use crate::feed::{Enclosure, Entry, Media, Thumbnail};
use crate::xml::name::Ns;
use crate::xml::reader::Holds;
use crate::xml::token::Tag;

impl<'a> Parser<'a> {
    pub(super) fn enclosure(&mut self, tag: &Tag<'a>) -> Option<Enclosure> {
        let attribute = |name| self.reader.attribute(tag, name).filter(|v| !v.is_empty());
        let url =
            attribute("url").or_else(|| attribute("href")).or_else(|| attribute("rdf:resource"));
        let url = url.and_then(|url| self.resolve(&url));
        let enclosure = Enclosure {
            url: String::new(),
            media_type: attribute("type").map(Into::into),
            length: attribute("length").map(Into::into),
            title: attribute("title").map(Into::into),
        };
        let text = self.reader.text(tag);
        let url = url.or_else(|| self.resolve(&text))?;
        Some(Enclosure { url, ..enclosure })
    }

    /// `media:content`, with what stands inside it.
    pub(super) fn media_content(&mut self, tag: &Tag<'a>, entry: &mut Entry) {
        let attribute = |name| self.reader.attribute(tag, name).filter(|v| !v.is_empty());
        let number = |name| attribute(name).and_then(|value| value.parse().ok());
        let media = Media {
            url: attribute("url").and_then(|url| self.resolve(&url)).unwrap_or_default(),
            media_type: attribute("type").map(Into::into),
            medium: attribute("medium").map(Into::into),
            width: number("width"),
            height: number("height"),
            bytes: attribute("fileSize").and_then(|value| value.parse().ok()),
            ..Media::default()
        };
        let at = entry.media.len();
        if media != Media::default() {
            push_part(&mut entry.media, media);
        }
        self.media_children(tag, entry, Some(at));
        if entry.media.get(at).is_some_and(|media| media.url.is_empty()) {
            entry.media.remove(at);
        }
    }

    /// What stands in `media:content` or `media:group`.
    pub(super) fn media_children(&mut self, tag: &Tag<'a>, entry: &mut Entry, at: Option<usize>) {
        if !self.reader.enter(tag, Holds::Fields) {
            return;
        }
        while let Some(child) = self.reader.child() {
            let mark = self.reader.begin(&child);
            let (ns, local) = self.reader.name(&child);
            let has_media = at.is_some_and(|at| at < entry.media.len());
            match (ns, local.as_str()) {
                (Ns::Media, name @ ("title" | "description" | "credit")) if has_media => {
                    let words = self.words(&child);
                    if let Some(media) = at.and_then(|at| entry.media.get_mut(at)) {
                        match name {
                            "title" => media.title = words,
                            "description" => media.description = words,
                            _ => media.credit = words,
                        }
                    }
                }
                (Ns::Media, name) => self.media_field(&child, name, entry),
                _ => self.reader.skip(&child),
            }
            self.reader.end(mark);
        }
        self.reader.leave();
    }

    pub(super) fn thumbnail(&mut self, tag: &Tag<'a>) -> Option<Thumbnail> {
        let number = |name| {
            self.reader
                .attribute(tag, name)
                .and_then(|value| value.trim_end_matches("px").parse().ok())
        };
        let (width, height) = (number("width"), number("height"));
        let stated = self.reader.attribute(tag, "url").and_then(|url| self.resolve(&url));
        let text = self.reader.text(tag);
        let url = stated.or_else(|| self.resolve(&text))?;
        Some(Thumbnail { url, width, height })
    }
}
