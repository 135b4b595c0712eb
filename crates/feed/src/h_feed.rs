//! Entries that a page marks for machines: microformats, the newer (`h-entry`) and the older
//! (`hentry`) that blog themes still write. Takes what is marked, and guesses nothing about the rest.

use crate::address;
use crate::date::DateReader;
use crate::feed::{Entry, Feed, Format, Link, Person, Tag as Word, Text};
use crate::html;
use crate::limits::{DEPTH_MAX, ENTRIES_MAX, PARTS_MAX};
use crate::read::FeedContext;
use crate::xml::token::{Tag, Token, Tokens};
use chapar_model::PageUrl;
use std::sync::Arc;
use url::Url;

/// The entries that a page marks, as a feed; `None` when it marks none. Addresses start from the
/// page's own.
pub fn find_h_feed(html: &str, page: &PageUrl, context: &FeedContext<'_>) -> Option<Feed> {
    let mut walker = Walker {
        html,
        tokens: Tokens::new(html),
        base: Arc::new(page.as_url().clone()),
        dates: context.dates(),
        open: Vec::new(),
        items: Vec::new(),
        feed: Feed { format: Format::HFeed, encoding: "utf-8".into(), ..Feed::default() },
    };
    walker.walk();
    let Walker { mut feed, .. } = walker;
    if feed.entries.is_empty() {
        return None;
    }
    feed.link.get_or_insert_with(|| page.to_string());
    Some(feed)
}

/// The kinds of item that count; others only keep their properties from being taken for those
/// of what holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Feed,
    Entry,
    Card,
    Other,
}

/// A property of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Name,
    Summary,
    Content,
    Url,
    Id,
    Published,
    Updated,
    Author,
    Category,
    Photo,
    Email,
}

/// An element that is open.
struct Open<'a> {
    tag: Tag<'a>,
    /// Where its inside begins.
    start: usize,
    properties: Vec<Property>,
    is_item: bool,
}

/// An item that is open.
struct Item {
    kind: Kind,
    /// What it is to the item that holds it.
    role: Option<Property>,
    entry: Entry,
    person: Person,
}

struct Walker<'a> {
    html: &'a str,
    tokens: Tokens<'a>,
    base: Arc<Url>,
    dates: DateReader,
    open: Vec<Open<'a>>,
    items: Vec<Item>,
    feed: Feed,
}

impl<'a> Walker<'a> {
    fn walk(&mut self) {
        loop {
            let here = self.tokens.position();
            match self.tokens.next() {
                Some(Token::Start(tag)) => self.start(tag),
                Some(Token::End(name)) => self.end(name, here),
                Some(_) => {}
                None => break,
            }
            if self.feed.entries.len() >= ENTRIES_MAX {
                return;
            }
        }
        while !self.open.is_empty() {
            self.close(self.html.len());
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        if is_silent(tag.name) && !tag.is_empty {
            return self.pass(tag.name);
        }
        if tag.name.eq_ignore_ascii_case("base") {
            let href = tag.attribute("href").map(html::unescape);
            if let Some(base) = href.and_then(|href| address::join(Some(&self.base), &href)) {
                self.base = Arc::new(base);
            }
        }
        let classes = html::unescape(tag.attribute("class").unwrap_or_default());
        let properties = self.properties(&tag, &classes);
        let kind = kind_of(&classes);
        if let Some(kind) = kind {
            let role = properties.first().copied().filter(|_| !self.items.is_empty());
            let item = Item { kind, role, entry: Entry::default(), person: Person::default() };
            self.items.push(item);
        }
        let is_item = kind.is_some();
        let open = Open { tag, start: self.tokens.position(), properties, is_item };
        let is_void = tag.is_empty && !is_item || html::is_void(tag.name);
        if is_void || self.open.len() >= DEPTH_MAX {
            let here = self.tokens.position();
            self.take(&open, here);
            return;
        }
        self.open.push(open);
    }

    /// Goes past an element whose text is no markup.
    fn pass(&mut self, name: &str) {
        for token in self.tokens.by_ref() {
            if matches!(token, Token::End(end) if end.eq_ignore_ascii_case(name)) {
                return;
            }
        }
    }

    fn end(&mut self, name: &str, here: usize) {
        let is_same = |open: &Open<'_>| open.tag.name.eq_ignore_ascii_case(name);
        let Some(at) = self.open.iter().rposition(is_same) else { return };
        while self.open.len() > at {
            self.close(here);
        }
    }

    fn close(&mut self, here: usize) {
        if let Some(open) = self.open.pop() {
            self.take(&open, here);
        }
    }

    /// The properties that an element states of the item it stands in.
    fn properties(&self, tag: &Tag<'_>, classes: &str) -> Vec<Property> {
        if self.items.is_empty() {
            return Vec::new();
        }
        let mut properties: Vec<Property> =
            classes.split_whitespace().filter_map(property_of).collect();
        let rel = tag.attribute("rel").unwrap_or_default();
        if rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("bookmark")) {
            properties.push(Property::Url);
        }
        properties
    }

    /// Takes an element that is done: its item, or what it says of the item around it.
    fn take(&mut self, open: &Open<'a>, end: usize) {
        let inside = self.html.get(open.start..end).unwrap_or_default();
        if open.is_item {
            let Some(item) = self.items.pop() else { return };
            return self.take_item(item, &open.tag, inside);
        }
        for property in &open.properties {
            self.set(*property, &open.tag, inside);
        }
    }

    fn take_item(&mut self, mut item: Item, tag: &Tag<'a>, inside: &str) {
        match item.kind {
            Kind::Entry if item.role.is_none() || item.role == Some(Property::Content) => {
                self.push_entry(item.entry);
            }
            Kind::Card => {
                if item.person.name.is_none() {
                    item.person.name = non_empty(html::text_line(inside));
                }
                if item.person.url.is_none() {
                    item.person.url = self.attribute_address(tag, "href");
                }
                let is_author = matches!(item.role, Some(Property::Author));
                let Some(holder) = self.items.last_mut().filter(|_| is_author) else { return };
                match holder.kind {
                    Kind::Entry => push(&mut holder.entry.authors, item.person),
                    Kind::Feed => push(&mut self.feed.authors, item.person),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Keeps an entry that leads or says anything.
    fn push_entry(&mut self, mut entry: Entry) {
        let says = entry.title.is_some() || entry.summary.is_some() || !entry.content.is_empty();
        if entry.link.is_none() && !says {
            return;
        }
        if entry.id.is_none() {
            entry.id.clone_from(&entry.link);
            entry.id_is_link = entry.link.is_some();
        }
        self.feed.entries.push(entry);
    }

    fn set(&mut self, property: Property, tag: &Tag<'a>, inside: &str) {
        // Taken out while it changes, for the feed may change with it.
        let Some(mut item) = self.items.pop() else { return };
        let words = || non_empty(stated(tag).unwrap_or_else(|| html::text_line(inside)));
        match item.kind {
            Kind::Card => match property {
                Property::Name => item.person.name = words(),
                Property::Url => item.person.url = self.address(tag).or(item.person.url.take()),
                Property::Email => item.person.email = words(),
                _ => {}
            },
            Kind::Feed => match property {
                Property::Name if self.feed.title.is_none() => {
                    self.feed.title = words().map(Text::plain);
                }
                Property::Url => self.feed.link = self.address(tag).or(self.feed.link.take()),
                Property::Summary => self.feed.description = words().map(Text::plain),
                _ => {}
            },
            Kind::Entry => self.set_entry(&mut item.entry, property, tag, inside),
            Kind::Other => {}
        }
        self.items.push(item);
    }

    fn set_entry(&self, entry: &mut Entry, property: Property, tag: &Tag<'a>, inside: &str) {
        let words = || non_empty(stated(tag).unwrap_or_else(|| html::text_line(inside)));
        let date = || words().and_then(|raw| self.dates.read(&raw));
        match property {
            Property::Name if entry.title.is_none() => entry.title = words().map(Text::plain),
            Property::Summary if entry.summary.is_none() => {
                entry.summary = words().map(Text::plain);
            }
            Property::Content if !inside.trim().is_empty() => {
                let text = Text { base: Some(self.base.clone()), ..Text::html(inside.trim()) };
                push(&mut entry.content, text);
            }
            Property::Url => {
                if let Some(href) = self.address(tag) {
                    let rel = "alternate".into();
                    push(&mut entry.links, Link { href: href.clone(), rel, ..Link::default() });
                    entry.link.get_or_insert(href);
                }
            }
            Property::Id => entry.id = self.address(tag).or_else(words),
            Property::Published => entry.published = date().or(entry.published.take()),
            Property::Updated => entry.updated = date().or(entry.updated.take()),
            Property::Author => {
                if let Some(name) = words() {
                    let url = self.address(tag);
                    push(&mut entry.authors, Person { name: Some(name), email: None, url });
                }
            }
            Property::Category => {
                if let Some(term) = words() {
                    push(&mut entry.tags, Word { term, ..Word::default() });
                }
            }
            Property::Photo => entry.image = self.address(tag).or(entry.image.take()),
            _ => {}
        }
    }

    /// The address that an element leads to or shows.
    fn address(&self, tag: &Tag<'_>) -> Option<String> {
        ["href", "src"].iter().find_map(|name| self.attribute_address(tag, name))
    }

    fn attribute_address(&self, tag: &Tag<'_>, name: &str) -> Option<String> {
        address::resolve(Some(&self.base), &html::unescape(tag.attribute(name)?))
    }
}

/// The value that an element states beside its text.
fn stated(tag: &Tag<'_>) -> Option<String> {
    let name = match tag.name.to_ascii_lowercase().as_str() {
        "time" | "ins" | "del" => "datetime",
        "abbr" => "title",
        "data" | "input" => "value",
        "img" | "area" => "alt",
        _ => return None,
    };
    tag.attribute(name).map(|value| html::line(&html::unescape(value)))
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn push<T: PartialEq>(parts: &mut Vec<T>, part: T) {
    if parts.len() < PARTS_MAX && !parts.contains(&part) {
        parts.push(part);
    }
}

fn is_silent(name: &str) -> bool {
    ["script", "style", "template"].iter().any(|silent| silent.eq_ignore_ascii_case(name))
}

/// The item that an element begins.
fn kind_of(classes: &str) -> Option<Kind> {
    classes.split_whitespace().find_map(|class| match class {
        "h-feed" | "hfeed" => Some(Kind::Feed),
        "h-entry" | "hentry" => Some(Kind::Entry),
        "h-card" | "vcard" => Some(Kind::Card),
        _ => is_item_class(class).then_some(Kind::Other),
    })
}

/// `h-` and a word, as `h-cite`; not the `h-100` of style sheets.
fn is_item_class(class: &str) -> bool {
    let known = [
        "h-adr",
        "h-cite",
        "h-event",
        "h-geo",
        "h-item",
        "h-listing",
        "h-product",
        "h-recipe",
        "h-resume",
        "h-review",
    ];
    known.contains(&class)
}

fn property_of(class: &str) -> Option<Property> {
    Some(match class {
        "p-name" | "entry-title" | "fn" => Property::Name,
        "p-summary" | "entry-summary" => Property::Summary,
        "e-content" | "entry-content" => Property::Content,
        "u-url" | "url" => Property::Url,
        "u-uid" => Property::Id,
        "dt-published" | "published" => Property::Published,
        "dt-updated" | "updated" => Property::Updated,
        "p-author" | "author" => Property::Author,
        "p-category" => Property::Category,
        "u-photo" | "u-featured" => Property::Photo,
        "u-email" => Property::Email,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(html: &str) -> Option<Feed> {
        let page = PageUrl::parse("https://example.org/news/").unwrap();
        find_h_feed(html, &page, &FeedContext::default())
    }

    #[test]
    fn marked_entries_are_a_feed() {
        let feed = find(
            "<main class='h-feed'><h1 class='p-name'>Dispatches</h1><article class='h-entry'>\
             <h2><a class='u-url p-name' href='1'>Rates &amp; wages</a></h2><img class='u-photo' src='/1.jpg'>\
             <time class='dt-published' datetime='2023-07-31T08:30:00+03:30'>31 July</time>\
             <span class='p-author h-card'><a class='p-name u-url' href='/jan'>Jan Doe</a></span>\
             <div class='e-content'><p>One.</p></div><a class='p-category'>economy</a></article>\
             <article class='h-entry'><a class='u-url' href='/2'>2</a></article></main>",
        )
        .unwrap();
        assert_eq!(feed.title.unwrap().value, "Dispatches");
        assert_eq!(feed.entries.len(), 2);
        let entry = &feed.entries[0];
        assert_eq!(entry.title.as_ref().unwrap().value, "Rates & wages");
        assert_eq!(entry.link.as_deref(), Some("https://example.org/news/1"));
        assert_eq!(entry.image.as_deref(), Some("https://example.org/1.jpg"));
        assert_eq!(entry.published.as_ref().unwrap().raw, "2023-07-31T08:30:00+03:30");
        assert_eq!(entry.authors[0].name.as_deref(), Some("Jan Doe"));
        assert_eq!(entry.authors[0].url.as_deref(), Some("https://example.org/jan"));
        assert_eq!(entry.content[0].value, "<p>One.</p>");
        assert_eq!(entry.tags[0].term, "economy");
    }

    #[test]
    fn the_older_marks_count_too() {
        let feed = find(
            "<div id=x class='post hentry'><h2 class=entry-title><a href='/a' rel=bookmark>A</a></h2>\
             <span class='author vcard'><a class='url fn n' href='/jan'>Jan Doe</a></span>\
             <time class='published' datetime='2023-07-31'>x</time><div class='entry-content'>Text</div></div>",
        )
        .unwrap();
        let entry = &feed.entries[0];
        assert_eq!(entry.title.as_ref().unwrap().value, "A");
        assert_eq!(entry.link.as_deref(), Some("https://example.org/a"));
        assert_eq!(entry.authors[0].name.as_deref(), Some("Jan Doe"));
    }

    #[test]
    fn a_quoted_item_does_not_speak_for_the_entry() {
        let feed = find(
            "<div class='h-entry'><p class='p-name'>Mine</p><div class='u-in-reply-to h-cite'>\
             <p class='p-name'>Theirs</p><a class='u-url' href='https://example.net/'>x</a></div></div>",
        )
        .unwrap();
        assert_eq!(feed.entries[0].title.as_ref().unwrap().value, "Mine");
        assert_eq!(feed.entries[0].link, None);
    }

    #[test]
    fn a_page_without_marks_has_no_feed() {
        assert_eq!(find("<div class='h-100 p-4'><p>text</p></div>"), None);
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "(<|</|/>|>|div|a| class='h-entry'| class='p-name'| class='e-content'|h-card|href=|'| |\\PC){0,40}") {
            let _ = find(&html);
        }
    }
}
