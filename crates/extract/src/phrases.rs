//! Words that stand on pages beside an article and are never part of it, in several languages.
//! Whole lines only: a sentence that contains such words is left alone.

use crate::words::{folded, folded_up_to};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Headings under which another part of the page begins.
const SECTION_ENDS: &[&str] = &[
    "about the author",
    "about the authors",
    "also read",
    "comments",
    "continue reading",
    "discover more",
    "follow us",
    "further reading",
    "join the conversation",
    "join the discussion",
    "keep reading",
    "latest articles",
    "latest news",
    "latest posts",
    "latest stories",
    "leave a comment",
    "leave a reply",
    "like this",
    "more articles",
    "more from",
    "more like this",
    "more news",
    "more on this",
    "more on this story",
    "more stories",
    "most popular",
    "most read",
    "most viewed",
    "newsletter",
    "other articles",
    "popular posts",
    "post navigation",
    "read more",
    "read next",
    "recent posts",
    "recommended",
    "recommended articles",
    "recommended for you",
    "recommended reading",
    "recommended stories",
    "related",
    "related article",
    "related articles",
    "related content",
    "related links",
    "related news",
    "related posts",
    "related reading",
    "related resources",
    "related stories",
    "related topics",
    "related video",
    "related videos",
    "see also",
    "share",
    "share on",
    "share this",
    "share this article",
    "share this post",
    "share this story",
    "share via",
    "similar articles",
    "similar posts",
    "subscribe",
    "suggested articles",
    "tags",
    "top stories",
    "trending",
    "trending now",
    "up next",
    "we recommend",
    "what to read next",
    "you may also be interested in",
    "you may also like",
    "you might also like",
    "you might like",
    "you may like",
    "اخبار مرتبط",
    "مطالب مرتبط",
    "بیشتر بخوانید",
    "نظرات",
    "دیدگاه ها",
    "ارسال نظر",
    "مواضيع ذات صلة",
    "أخبار ذات صلة",
    "اقرأ أيضا",
    "التعليقات",
    "lesen sie auch",
    "mehr zum thema",
    "kommentare",
    "à lire aussi",
    "lire aussi",
    "commentaires",
    "articles liés",
    "sur le même sujet",
    "artículos relacionados",
    "noticias relacionadas",
    "te puede interesar",
    "comentarios",
    "leggi anche",
    "articoli correlati",
    "commenti",
    "leia também",
    "leia mais",
    "czytaj także",
    "czytaj też",
    "zobacz także",
    "komentarze",
    "lees ook",
    "читайте также",
    "комментарии",
    "по теме",
    "ilgili haberler",
    "yorumlar",
];

/// Lines that are furniture wherever they stand.
const FURNITURE: &[&str] = &[
    "ad",
    "advert",
    "advertisement",
    "advertisements",
    "advertising",
    "all rights reserved",
    "anzeige",
    "article continues below",
    "article continues below advertisement",
    "back to top",
    "click to enlarge",
    "click to share",
    "continue reading below",
    "copy link",
    "d bloggers like this",
    "email",
    "embed",
    "enlarge this image",
    "facebook",
    "instagram",
    "linkedin",
    "loading",
    "listen to this article",
    "login",
    "next",
    "original news",
    "pinterest",
    "previous",
    "print",
    "print this article",
    "publicité",
    "publicidad",
    "reklama",
    "reddit",
    "report this ad",
    "save",
    "scroll to continue",
    "share this page",
    "show more",
    "sign in",
    "sign up",
    "skip to content",
    "sponsored",
    "story continues",
    "story continues below",
    "story continues below advertisement",
    "subscribe now",
    "this video is not available",
    "toggle caption",
    "tweet",
    "twitter",
    "whatsapp",
    "view comments",
    "view gallery",
    "watch",
    "write a comment",
    "آگهی",
    "تبلیغات",
    "إعلان",
    "چاپ",
    "کپی لینک",
    "реклама",
];

/// Bytes of the longest of these.
const PHRASE_BYTES_MAX: usize = 64;

/// What a line is about when it is no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Subscribe,
    More,
    Photo,
    Ad,
    Rights,
    By,
    Consent,
    Note,
    Follow,
    Date,
    Share,
}

/// Bytes of a line past which its words tell nothing about it.
const THEME_BYTES_MAX: usize = 1_000;

/// The words of each theme, in lower case.
const THEMES: &[(Theme, &[&str])] = &[
    (Theme::Subscribe, &["subscribe", "newsletter", "sign up", "inbox", "عضویت", "خبرنامه"]),
    (
        Theme::More,
        &[
            "read more",
            "learn more",
            "see more",
            "view more",
            "click here",
            "find out more",
            "continue reading",
            "read next",
            "related",
            "you may also",
            "more from",
            "see also",
            "also read",
            "بیشتر بخوانید",
            "اقرأ أيضا",
        ],
    ),
    (
        Theme::Photo,
        &["photo", "image", "credit", "getty", "courtesy", "illustration", "shutterstock", "عکس"],
    ),
    (Theme::Ad, &["advertis", "sponsor", "affiliate", "promo", "commission", "آگهی"]),
    (Theme::Rights, &["copyright", "all rights reserved", "reprint", "republish"]),
    (Theme::By, &["by ", "written by", "author", "editor", "reporter", "contributor", "نویسنده"]),
    (Theme::Consent, &["cookie", "privacy", "terms of", "consent"]),
    (
        Theme::Note,
        &[
            "correction",
            "editor's note",
            "editor’s note",
            "disclosure",
            "disclaimer",
            "this article",
            "this story",
            "this post",
        ],
    ),
    (
        Theme::Follow,
        &[
            "follow us",
            "follow me",
            "follow him",
            "follow her",
            "facebook",
            "twitter",
            "instagram",
            "linkedin",
            "pinterest",
            "telegram",
        ],
    ),
    (Theme::Share, &["share", "print", "copy link", "tweet", "comment", "reply"]),
    (Theme::Date, &["updated", "published", "posted on", "min read", "minutes read"]),
];

/// All of them at once, each with its theme.
static THEME_WORDS: LazyLock<Option<(AhoCorasick, Vec<Theme>)>> = LazyLock::new(|| {
    let words = || THEMES.iter().flat_map(|(theme, words)| words.iter().map(|w| (*theme, *w)));
    let finder = AhoCorasick::new(words().map(|(_, word)| word)).ok()?;
    Some((finder, words().map(|(theme, _)| theme).collect()))
});

/// What a line is about: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Themes(u16);

impl Themes {
    /// Whether words of a theme stand in the line.
    pub(crate) fn has(self, theme: Theme) -> bool {
        self.0 & (1 << theme as u16) != 0
    }
}

/// The themes of a line in lower case.
pub(crate) fn themes_of(lower: &str) -> Themes {
    let mut themes = Themes::default();
    if lower.len() > THEME_BYTES_MAX {
        return themes;
    }
    let Some((finder, owners)) = THEME_WORDS.as_ref() else { return themes };
    for found in finder.find_overlapping_iter(lower) {
        if let Some(theme) = owners.get(found.pattern().as_usize()) {
            themes.0 |= 1 << *theme as u16;
        }
    }
    themes
}

/// Whether a line opens another part of the page.
pub(crate) fn is_section_end(text: &str) -> bool {
    text.len() <= 120
        && folded_up_to(text, PHRASE_BYTES_MAX)
            .is_some_and(|folded| SECTION_ENDS.contains(&folded.as_str()))
}

/// Whether a line begins as one that opens another part of the page: "Read more: …".
pub(crate) fn opens_section_end(text: &str) -> bool {
    text.split_once([':', '：']).is_some_and(|(start, _)| is_section_end(start))
}

/// Whether a line is furniture.
pub(crate) fn is_furniture(text: &str) -> bool {
    if text.len() > 400 {
        return false;
    }
    let is_phrase = folded_up_to(text, PHRASE_BYTES_MAX)
        .is_some_and(|folded| FURNITURE.contains(&folded.as_str()));
    is_phrase || is_unfilled(text) || is_feed_tail(text)
}

/// A line that a script was to fill: a placeholder where a number or a name should be.
fn is_unfilled(text: &str) -> bool {
    let text = text.trim();
    let marks = ["%d ", "%s ", "{{", "}}", "${", "%1$s", "<%="];
    text.len() < 80 && marks.iter().any(|mark| text.contains(mark))
}

/// The line that feeds add to a post: "The post … appeared first on …".
fn is_feed_tail(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if !start.get(..3).is_some_and(|the| the.eq_ignore_ascii_case("the")) {
        return false;
    }
    let folded = folded(text);
    folded.starts_with("the post ") && folded.contains(" appeared first on ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_no_longer_than_is_looked_at() {
        for phrase in SECTION_ENDS.iter().chain(FURNITURE) {
            assert!(phrase.len() <= PHRASE_BYTES_MAX, "{phrase}");
        }
    }

    #[test]
    fn a_line_has_every_theme_whose_words_stand_in_it() {
        let themes = themes_of("sign up and share: photo by the author");
        for theme in [Theme::Subscribe, Theme::Share, Theme::Photo, Theme::By] {
            assert!(themes.has(theme), "{theme:?}");
        }
        assert!(!themes.has(Theme::Consent));
        assert_eq!(themes_of(&"share ".repeat(200)), Themes::default());
    }

    #[test]
    fn whole_lines_are_furniture_and_sentences_are_not() {
        assert!(is_furniture("ADVERTISEMENT"));
        assert!(is_furniture("%d bloggers like this:"));
        assert!(is_furniture("The post Rates rise appeared first on The Lantern."));
        assert!(!is_furniture("The post office appeared first in 1840."));
        assert!(is_section_end("Related Stories:"));
        assert!(!is_section_end("Related stories were told by all of them."));
    }
}
