//! What the words of class names, ids and roles say an element is for. Words only: no names of
//! sites, and never the last word, since `has-sidebar` may stand on the body of a page.

use crate::dom::{Attr, Doc, Tag};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A set of purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Marks(u32);

impl Marks {
    pub(crate) const NAV: Self = Self(1);
    pub(crate) const SHARE: Self = Self(1 << 1);
    pub(crate) const RELATED: Self = Self(1 << 2);
    pub(crate) const COMMENTS: Self = Self(1 << 3);
    pub(crate) const NEWSLETTER: Self = Self(1 << 4);
    pub(crate) const AD: Self = Self(1 << 5);
    pub(crate) const COOKIE: Self = Self(1 << 6);
    pub(crate) const SIDE: Self = Self(1 << 7);
    pub(crate) const FOOTER: Self = Self(1 << 8);
    pub(crate) const HEADER: Self = Self(1 << 9);
    pub(crate) const META: Self = Self(1 << 10);
    pub(crate) const CAPTION: Self = Self(1 << 11);
    pub(crate) const HIDDEN: Self = Self(1 << 12);
    pub(crate) const FORM: Self = Self(1 << 13);
    pub(crate) const TAGS: Self = Self(1 << 14);
    pub(crate) const TOOLS: Self = Self(1 << 15);
    pub(crate) const BIO: Self = Self(1 << 16);
    pub(crate) const PAGES: Self = Self(1 << 17);
    pub(crate) const PLAYER: Self = Self(1 << 18);
    pub(crate) const BODY: Self = Self(1 << 19);
    pub(crate) const AUTHOR: Self = Self(1 << 20);
    pub(crate) const DATE: Self = Self(1 << 21);
    pub(crate) const TITLE: Self = Self(1 << 22);
    pub(crate) const STANDFIRST: Self = Self(1 << 23);
    pub(crate) const CTA: Self = Self(1 << 24);
    pub(crate) const GALLERY: Self = Self(1 << 25);
    pub(crate) const WEAK: Self = Self(1 << 26);
    pub(crate) const LIVE: Self = Self(1 << 27);
    pub(crate) const PAYWALL: Self = Self(1 << 28);
    const ARTICLE_WORD: Self = Self(1 << 29);
    const BODY_WORD: Self = Self(1 << 30);
    const NOT_WORD: Self = Self(1 << 31);

    /// Purposes whose elements hold no article text.
    pub(crate) const FURNITURE: Self = Self(
        Self::NAV.0
            | Self::SHARE.0
            | Self::RELATED.0
            | Self::COMMENTS.0
            | Self::NEWSLETTER.0
            | Self::AD.0
            | Self::COOKIE.0
            | Self::SIDE.0
            | Self::FOOTER.0
            | Self::HIDDEN.0
            | Self::FORM.0
            | Self::TAGS.0
            | Self::TOOLS.0
            | Self::BIO.0
            | Self::PLAYER.0
            | Self::AUTHOR.0
            | Self::DATE.0
            | Self::META.0
            | Self::CTA.0
            | Self::PAYWALL.0,
    );

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the two share a purpose.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[cfg(test)]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Whether longer words that begin with a stem mean the same.
#[derive(Clone, Copy, PartialEq)]
enum Match {
    Word,
    Stem,
}

use Match::{Stem, Word};

/// Words of class names in the order of their letters, for a binary search.
const WORDS: &[(&str, Match, Marks)] = &[
    ("ad", Word, Marks::AD),
    ("adblock", Stem, Marks::AD),
    ("addthis", Stem, Marks::SHARE),
    ("addtoany", Stem, Marks::SHARE),
    ("ads", Word, Marks::AD),
    ("adsbygoogle", Word, Marks::AD),
    ("adslot", Stem, Marks::AD),
    ("adunit", Stem, Marks::AD),
    ("advert", Stem, Marks::AD),
    ("adwrap", Stem, Marks::AD),
    ("article", Word, Marks::ARTICLE_WORD),
    ("articlebody", Word, Marks::BODY),
    ("articlecontent", Word, Marks::BODY),
    ("articletext", Word, Marks::BODY),
    ("author", Word, Marks::AUTHOR),
    ("authorbox", Stem, Marks::BIO),
    ("authors", Word, Marks::AUTHOR),
    ("backtotop", Word, Marks::TOOLS),
    ("banner", Word, Marks::WEAK),
    ("bio", Word, Marks::BIO),
    ("biography", Word, Marks::BIO),
    ("blog", Word, Marks::ARTICLE_WORD),
    ("body", Word, Marks::BODY_WORD),
    ("bodytext", Word, Marks::BODY),
    ("breadcrumb", Stem, Marks::NAV),
    ("btn", Word, Marks::CTA),
    ("button", Word, Marks::CTA),
    ("buttons", Word, Marks::CTA),
    ("byline", Stem, Marks::AUTHOR),
    ("caption", Stem, Marks::CAPTION),
    ("carousel", Word, Marks::GALLERY),
    ("categories", Word, Marks::TAGS),
    ("category", Word, Marks::WEAK),
    ("colophon", Word, Marks::FOOTER),
    ("comment", Stem, Marks::COMMENTS),
    ("consent", Stem, Marks::COOKIE),
    ("content", Word, Marks::BODY_WORD),
    ("contributor", Stem, Marks::AUTHOR),
    ("cookie", Stem, Marks::COOKIE),
    ("copyright", Stem, Marks::FOOTER),
    ("credit", Stem, Marks::CAPTION),
    ("cta", Word, Marks::CTA),
    ("date", Word, Marks::DATE),
    ("dateline", Word, Marks::WEAK),
    ("datetime", Word, Marks::DATE),
    ("deck", Word, Marks::STANDFIRST),
    ("dek", Word, Marks::STANDFIRST),
    ("disabled", Word, Marks::NOT_WORD),
    ("disclaimer", Stem, Marks::WEAK),
    ("disqus", Stem, Marks::COMMENTS),
    ("donat", Stem, Marks::CTA),
    ("embed", Word, Marks::NOT_WORD),
    ("embedded", Word, Marks::NOT_WORD),
    ("enabled", Word, Marks::NOT_WORD),
    ("entry", Word, Marks::ARTICLE_WORD),
    ("excerpt", Word, Marks::STANDFIRST),
    ("figcaption", Word, Marks::CAPTION),
    ("follow", Word, Marks::SHARE),
    ("followus", Word, Marks::SHARE),
    ("footer", Stem, Marks::FOOTER),
    ("gallery", Stem, Marks::GALLERY),
    ("gdpr", Stem, Marks::COOKIE),
    ("has", Word, Marks::NOT_WORD),
    ("headline", Word, Marks::TITLE),
    ("infobox", Word, Marks::WEAK),
    ("intro", Word, Marks::STANDFIRST),
    ("introtext", Word, Marks::STANDFIRST),
    ("lede", Word, Marks::STANDFIRST),
    ("legal", Word, Marks::FOOTER),
    ("liveblog", Stem, Marks::LIVE),
    ("login", Stem, Marks::FORM),
    ("mailchimp", Word, Marks::NEWSLETTER),
    ("main", Word, Marks::ARTICLE_WORD),
    ("masthead", Word, Marks::HEADER),
    ("menu", Stem, Marks::NAV),
    ("meta", Word, Marks::META),
    ("metadata", Word, Marks::META),
    ("modal", Stem, Marks::FORM),
    ("mostpopular", Word, Marks::RELATED),
    ("mostread", Word, Marks::RELATED),
    ("nav", Word, Marks::NAV),
    ("navbar", Stem, Marks::NAV),
    ("navi", Word, Marks::NAV),
    ("navigation", Stem, Marks::NAV),
    ("newsletter", Stem, Marks::NEWSLETTER),
    ("no", Word, Marks::NOT_WORD),
    ("noprint", Word, Marks::WEAK),
    ("onetrust", Stem, Marks::COOKIE),
    ("optin", Word, Marks::NEWSLETTER),
    ("outbrain", Stem, Marks::RELATED),
    ("overlay", Word, Marks::FORM),
    ("page", Word, Marks::ARTICLE_WORD),
    ("pager", Word, Marks::NAV.with(Marks::PAGES)),
    ("pagination", Stem, Marks::NAV.with(Marks::PAGES)),
    ("paywall", Stem, Marks::PAYWALL),
    ("player", Word, Marks::PLAYER),
    ("poll", Word, Marks::FORM),
    ("popular", Word, Marks::RELATED),
    ("popup", Stem, Marks::FORM),
    ("post", Word, Marks::ARTICLE_WORD),
    ("postmeta", Word, Marks::META),
    ("print", Word, Marks::WEAK),
    ("promo", Stem, Marks::AD),
    ("promoted", Word, Marks::AD),
    ("pubdate", Word, Marks::DATE),
    ("published", Word, Marks::DATE),
    ("pullquote", Stem, Marks::WEAK),
    ("rail", Word, Marks::SIDE),
    ("rating", Stem, Marks::TOOLS),
    ("readmore", Stem, Marks::RELATED),
    ("recirc", Stem, Marks::RELATED),
    ("recommend", Stem, Marks::RELATED),
    ("register", Word, Marks::FORM),
    ("related", Stem, Marks::RELATED),
    ("relatedposts", Word, Marks::RELATED),
    ("respond", Word, Marks::COMMENTS),
    ("search", Word, Marks::FORM),
    ("searchform", Word, Marks::FORM),
    ("share", Stem, Marks::SHARE),
    ("sharing", Stem, Marks::SHARE),
    ("sidebar", Stem, Marks::SIDE),
    ("sidenav", Word, Marks::NAV),
    ("signin", Word, Marks::FORM),
    ("signup", Stem, Marks::NEWSLETTER),
    ("skip", Word, Marks::NAV),
    ("skyscraper", Word, Marks::AD),
    ("slideshow", Stem, Marks::GALLERY),
    ("social", Stem, Marks::SHARE),
    ("sponsor", Stem, Marks::AD),
    ("standfirst", Word, Marks::STANDFIRST),
    ("story", Word, Marks::ARTICLE_WORD),
    ("storybody", Word, Marks::BODY),
    ("subhead", Stem, Marks::STANDFIRST),
    ("subscrib", Stem, Marks::NEWSLETTER),
    ("subscription", Stem, Marks::NEWSLETTER),
    ("subtitle", Word, Marks::STANDFIRST),
    ("suggest", Stem, Marks::RELATED),
    ("summary", Word, Marks::STANDFIRST),
    ("taboola", Stem, Marks::RELATED),
    ("tagcloud", Word, Marks::TAGS),
    ("taglist", Word, Marks::TAGS),
    ("tags", Word, Marks::TAGS),
    ("taxonomy", Word, Marks::TAGS),
    ("text", Word, Marks::BODY_WORD),
    ("timestamp", Stem, Marks::DATE),
    ("title", Word, Marks::TITLE),
    ("toolbar", Stem, Marks::TOOLS),
    ("tools", Word, Marks::TOOLS),
    ("topbar", Word, Marks::HEADER),
    ("topics", Word, Marks::TAGS),
    ("trending", Stem, Marks::RELATED),
    ("widget", Stem, Marks::WEAK),
    ("with", Word, Marks::NOT_WORD),
    ("without", Word, Marks::NOT_WORD),
    ("yarpp", Stem, Marks::RELATED),
];

/// Where in [`WORDS`] the words with each letter begin, and where the last ones end.
static STARTS: LazyLock<[usize; 27]> = LazyLock::new(|| {
    std::array::from_fn(|letter| {
        WORDS.partition_point(|(word, ..)| {
            word.bytes().next().is_some_and(|first| usize::from(first - b'a') < letter)
        })
    })
});

/// What two words say that stand beside each other. Bytes, since these are matched letter by letter.
fn pair_marks(one: &[u8], two: &[u8]) -> Marks {
    match (one, two) {
        (b"about", b"author")
        | (b"author", b"bio")
        | (b"author", b"box")
        | (b"author", b"card")
        | (b"author", b"info") => Marks::BIO,
        (b"also", b"like")
        | (b"also", b"read")
        | (b"most", b"read")
        | (b"more", b"articles")
        | (b"more", b"from")
        | (b"more", b"like")
        | (b"more", b"news")
        | (b"more", b"on")
        | (b"more", b"posts")
        | (b"more", b"stories")
        | (b"next", b"article")
        | (b"next", b"post")
        | (b"prev", b"next")
        | (b"post", b"navigation")
        | (b"read", b"also")
        | (b"read", b"more")
        | (b"read", b"next")
        | (b"see", b"also")
        | (b"up", b"next") => Marks::RELATED,
        (b"call", b"to") => Marks::CTA,
        (b"reading", b"time") => Marks::META,
        (b"sign", b"in") => Marks::FORM,
        (b"sign", b"up") => Marks::NEWSLETTER,
        _ => Marks::default(),
    }
}

/// Longest word of a class name that is looked up.
const WORD_BYTES_MAX: usize = 24;

fn word_marks(word: &str) -> Marks {
    let letter = usize::from(word.bytes().next().unwrap_or_default().wrapping_sub(b'a'));
    let (Some(start), Some(end)) = (STARTS.get(letter), STARTS.get(letter + 1)) else {
        return Marks::default();
    };
    let words = WORDS.get(*start..*end).unwrap_or_default();
    let after = words.partition_point(|(stem, ..)| *stem <= word);
    for (stem, how, marks) in words.get(..after).unwrap_or_default().iter().rev().take(4) {
        if *stem == word || (*how == Stem && word.starts_with(stem)) {
            return *marks;
        }
    }
    Marks::default()
}

/// Calls `each` with the words of a class name or id in lower case: parted at everything but
/// letters, and where a capital follows a small letter.
pub(crate) fn each_word(value: &str, mut each: impl FnMut(&str)) {
    let mut word = [0u8; WORD_BYTES_MAX];
    let mut len = 0;
    let mut was_lower = false;
    let mut flush = |word: &[u8; WORD_BYTES_MAX], len: &mut usize| {
        if *len > 0 {
            each(word.get(..*len).and_then(|w| std::str::from_utf8(w).ok()).unwrap_or_default());
        }
        *len = 0;
    };
    for byte in value.bytes() {
        if !byte.is_ascii_alphabetic() {
            flush(&word, &mut len);
            was_lower = false;
            continue;
        }
        if was_lower && byte.is_ascii_uppercase() {
            flush(&word, &mut len);
        }
        was_lower = byte.is_ascii_lowercase();
        if let Some(slot) = word.get_mut(len) {
            *slot = byte.to_ascii_lowercase();
            len += 1;
        }
    }
    flush(&word, &mut len);
}

/// The purposes that the words of one name say.
pub(crate) fn of_name(value: &str) -> Marks {
    let mut all = Marks::default();
    // Class names are parted by blanks; "no" and pairs hold only inside one.
    for name in value.split_ascii_whitespace() {
        let mut marks = if is_hiding(name) { Marks::HIDDEN } else { Marks::default() };
        let mut before = [0u8; WORD_BYTES_MAX];
        let mut before_len = 0;
        each_word(name, |word| {
            marks = marks.with(word_marks(word));
            let last = before.get(..before_len).unwrap_or_default();
            marks = marks.with(pair_marks(last, word.as_bytes()));
            before_len = word.len();
            if let Some(slot) = before.get_mut(..before_len) {
                slot.copy_from_slice(word.as_bytes());
            }
        });
        if marks.any(Marks::NOT_WORD) {
            continue;
        }
        if marks.any(Marks::ARTICLE_WORD) && marks.any(Marks::BODY_WORD) {
            marks = marks.with(Marks::BODY);
        }
        all = all.with(marks);
    }
    all
}

/// Class names that hide. Whole names only: `overflow-hidden` and `hidden-xs` hide nothing from
/// most readers.
fn is_hiding(name: &str) -> bool {
    matches!(
        name,
        "hidden"
            | "is-hidden"
            | "hide"
            | "sr-only"
            | "visually-hidden"
            | "visuallyhidden"
            | "screen-reader-text"
            | "screen-reader"
            | "d-none"
            | "invisible"
            | "element-invisible"
            | "u-hidden"
            | "u-visually-hidden"
            | "a11y-hidden"
            | "assistive-text"
            | "show-for-sr"
    )
}

/// Silences elements inside lines of text that no reader sees, such as words for screen readers.
pub(crate) fn silence_hidden(doc: &mut Doc) {
    for node in 0..doc.len() {
        if !is_line_part(doc.tag(node)) {
            continue;
        }
        let is_hidden = doc.attrs(node).any(|(attr, value)| match attr {
            Attr::Class => value.split_ascii_whitespace().any(is_hiding),
            Attr::Hidden => true,
            Attr::Style => hides(value),
            _ => false,
        });
        if is_hidden {
            doc.silence(node);
        }
    }
}

fn is_line_part(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Span | Tag::A | Tag::B | Tag::I | Tag::Em | Tag::Strong | Tag::Small | Tag::Label
    )
}

/// Reads what elements are for. Class names are repeated all over a page, so each is read once.
#[derive(Debug)]
pub(crate) struct MarkReader<'a> {
    doc: &'a Doc,
    by_class: HashMap<&'a str, Marks>,
}

impl<'a> MarkReader<'a> {
    pub(crate) fn new(doc: &'a Doc) -> Self {
        Self { doc, by_class: HashMap::new() }
    }

    /// The purposes an element states by its name, role, class and id.
    pub(crate) fn of_element(&mut self, id: usize) -> Marks {
        let doc = self.doc;
        let mut marks = of_tag(doc.tag(id));
        for (attr, value) in doc.attrs(id) {
            marks = marks.with(match attr {
                Attr::Class => *self.by_class.entry(value).or_insert_with(|| of_name(value)),
                _ => of_attr(doc, id, attr, value),
            });
        }
        marks
    }
}

fn of_attr(doc: &Doc, id: usize, attr: Attr, value: &str) -> Marks {
    match attr {
        Attr::Id => of_id(value),
        Attr::DataComponent | Attr::DataTestid | Attr::DataType => of_name(value),
        Attr::AriaLabel => of_name(value).without(Marks::HIDDEN.with(Marks::TITLE)),
        Attr::Role => of_role(value),
        Attr::Itemprop => of_itemprop(value),
        Attr::Hidden if !is_streamed(doc, id) => Marks::HIDDEN,
        Attr::AriaHidden if value == "true" => Marks::HIDDEN,
        Attr::Style if hides(value) => Marks::HIDDEN,
        _ => Marks::default(),
    }
}

/// An id of many words is a heading's text, and no purpose.
fn of_id(value: &str) -> Marks {
    if value.matches(['-', '_']).count() > 3 { Marks::default() } else { of_name(value) }
}

/// Parts of a page that the server sent late wait hidden under such an id for a script to put them
/// in their place: `<div hidden id="S:1">`.
fn is_streamed(doc: &Doc, node: usize) -> bool {
    doc.attr(node, Attr::Id).is_some_and(|id| id.starts_with("S:"))
}

fn of_tag(tag: Tag) -> Marks {
    match tag {
        Tag::Nav | Tag::Menu => Marks::NAV,
        Tag::Footer => Marks::FOOTER,
        Tag::Aside => Marks::SIDE,
        Tag::Header => Marks::HEADER,
        Tag::Form | Tag::Dialog | Tag::Fieldset | Tag::Search => Marks::FORM,
        Tag::Figcaption => Marks::CAPTION,
        _ => Marks::default(),
    }
}

fn of_role(role: &str) -> Marks {
    match role {
        "navigation" | "menu" | "menubar" => Marks::NAV,
        "banner" => Marks::HEADER,
        "contentinfo" => Marks::FOOTER,
        "complementary" => Marks::SIDE,
        "dialog" | "alertdialog" | "search" | "form" => Marks::FORM,
        "tooltip" | "toolbar" => Marks::TOOLS,
        _ => Marks::default(),
    }
}

fn of_itemprop(prop: &str) -> Marks {
    match prop {
        "articleBody" | "reviewBody" => Marks::BODY,
        "author" | "creator" => Marks::AUTHOR,
        "headline" => Marks::TITLE,
        "datePublished" | "dateModified" | "dateCreated" => Marks::DATE,
        "comment" => Marks::COMMENTS,
        "caption" => Marks::CAPTION,
        _ => Marks::default(),
    }
}

fn hides(style: &str) -> bool {
    let mut compact = String::with_capacity(style.len());
    compact.extend(style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()));
    compact.contains("display:none") || compact.contains("visibility:hidden")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_order() {
        assert!(
            WORDS.windows(2).all(|w| w[0].0 < w[1].0),
            "{:?}",
            WORDS.windows(2).find(|w| w[0].0 >= w[1].0).map(|w| w[0].0)
        );
    }

    #[test]
    fn words_are_found_in_every_style_of_name() {
        for name in ["related-posts", "relatedPosts", "Related__list", "story relatedstories"] {
            assert!(of_name(name).any(Marks::RELATED), "{name}");
        }
        for name in ["article-body", "articleBody", "post_content", "StoryBodyText"] {
            assert!(of_name(name).any(Marks::BODY), "{name}");
        }
        for name in ["read-more-box", "sr-only", "commentList"] {
            assert!(of_name(name).any(Marks::FURNITURE), "{name}");
        }
    }

    #[test]
    fn a_name_that_denies_says_nothing() {
        assert!(of_name("no-sidebar").is_empty());
        assert!(!of_name("shadow").any(Marks::AD));
        assert!(!of_name("download-heading").any(Marks::FURNITURE));
    }
}
