//! What the form of an address tells: whether it looks like that of an article, and which form it
//! has beside other addresses of its site. Asks nobody what stands there.

use crate::address::{date_in, percent_decoded};
use chapar_model::{PageUrl, When};

/// Words of the last part of a path that make it a headline.
const SLUG_WORDS_MIN: usize = 3;

/// Digits that make a number the name of one article among many.
const ID_DIGITS_MIN: usize = 4;

/// Bytes of a name that a machine gave, and how often letters and digits take turns in it.
const TOKEN_BYTES_MIN: usize = 8;
const TOKEN_BYTES_MAX: usize = 40;
const TOKEN_TURNS_MIN: usize = 3;

/// Parts of a path that are looked at.
const PARTS_MAX: usize = 12;

/// Parts of addresses under which sites keep lists, people and accounts, not articles.
const LIST_PARTS: &[&str] = &[
    "account",
    "archive",
    "archives",
    "author",
    "authors",
    "brand",
    "categories",
    "category",
    "contributor",
    "contributors",
    "journalist",
    "label",
    "list",
    "login",
    "newsletter",
    "newsletters",
    "organization",
    "page",
    "profile",
    "profiles",
    "register",
    "search",
    "section",
    "sections",
    "signin",
    "signup",
    "subject",
    "subscribe",
    "tag",
    "tags",
    "topic",
    "topics",
    "user",
    "users",
    "writer",
    "writers",
];

/// Parts of a path, from the first on, of which one may be such a part: a site in several languages
/// or departments has its lists one step deeper.
const LIST_DEPTH: usize = 3;

/// Endings of files that are no pages.
const FILE_ENDINGS: &[&str] =
    &["jpg", "jpeg", "png", "gif", "webp", "svg", "pdf", "mp3", "mp4", "zip", "xml", "rss"];

/// What one part of a path is made of.
enum Part {
    Number,
    Headline,
    NumberedWord,
    Word,
}

/// The form of an address that looks like that of an article: `/word/number/headline`. `None`
/// where it looks like none.
pub(super) fn shape_of(url: &PageUrl) -> Option<String> {
    let path = url.as_url().path();
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty()).take(PARTS_MAX).collect();
    if is_list_address(url) || is_file(path) {
        return None;
    }
    let kinds: Vec<Part> = parts.iter().map(|part| part_of(part)).collect();
    let is_named = kinds.iter().any(|kind| matches!(kind, Part::Headline | Part::NumberedWord));
    let has_id = parts.iter().any(|part| part.len() > ID_DIGITS_MIN && is_number(part));
    let has_short_id = parts.len() > 1
        && parts.last().is_some_and(|part| part.len() == ID_DIGITS_MIN && is_number(part));
    // Nothing but a date is the list of a day.
    let ends_in_word = kinds.last().is_some_and(|kind| !matches!(kind, Part::Number));
    let has_date = ends_in_word && date_in(url).is_some();
    let query = numbered_query(url);
    if !(is_named || has_id || has_short_id || has_date || query.is_some()) {
        return None;
    }
    let mut shape = String::new();
    for kind in kinds {
        shape.push_str(match kind {
            Part::Number => "/number",
            Part::Headline => "/headline",
            Part::NumberedWord => "/word-number",
            Part::Word => "/word",
        });
    }
    if let Some(name) = query {
        shape.push_str(&format!("?{name}=number"));
    }
    Some(shape)
}

/// Whether an address is one of a list, a person or an account. A day in it says that it is an
/// article which is kept there.
pub(super) fn is_list_address(url: &PageUrl) -> bool {
    let mut parts = url.as_url().path().split('/').filter(|part| !part.is_empty());
    let is_part = |part: &str| LIST_PARTS.iter().any(|list| part.eq_ignore_ascii_case(list));
    parts.by_ref().take(LIST_DEPTH).any(is_part)
        && !date_in(url).is_some_and(|(when, _)| matches!(when, When::Day(_)))
}

fn is_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending.as_str()))
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn part_of(part: &str) -> Part {
    if is_number(part) {
        return Part::Number;
    }
    let decoded = percent_decoded(part);
    let stem = decoded.rsplit_once('.').map_or(decoded.as_str(), |(stem, _)| stem);
    if is_number(stem) {
        return Part::NumberedWord;
    }
    let pieces = stem.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
    let (mut words, mut has_id) = (0, false);
    for piece in pieces {
        let digits = piece.bytes().rev().take_while(u8::is_ascii_digit).count();
        has_id |= digits >= ID_DIGITS_MIN || is_token(piece);
        words += usize::from(piece.chars().any(char::is_alphabetic));
    }
    match (words >= SLUG_WORDS_MIN, has_id) {
        (true, _) => Part::Headline,
        (false, true) => Part::NumberedWord,
        (false, false) => Part::Word,
    }
}

/// Whether a piece of a path is a name that a machine gave, such as `c0g32v7lx4zo`: letters and
/// digits that take turns, as no word does.
fn is_token(piece: &str) -> bool {
    let is_long = (TOKEN_BYTES_MIN..=TOKEN_BYTES_MAX).contains(&piece.len());
    let bytes = piece.as_bytes();
    let turns = bytes
        .windows(2)
        .filter(|two| matches!(two, [one, next] if one.is_ascii_digit() != next.is_ascii_digit()));
    is_long && piece.is_ascii() && turns.count() >= TOKEN_TURNS_MIN
}

/// The name of a parameter whose value is the number of an article.
fn numbered_query(url: &PageUrl) -> Option<String> {
    let found =
        url.as_url().query_pairs().take(PARTS_MAX).find(|(name, value)| {
            value.len() >= ID_DIGITS_MIN && is_number(value) && name.len() <= 20
        });
    found.map(|(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Option<&str>) {
        let url = PageUrl::parse(&format!("https://zarvand.example{path}")).unwrap();
        assert_eq!(shape_of(&url).as_deref(), expect, "{path}");
    }

    #[test]
    fn dates_numbers_and_headlines_make_an_article() {
        check("/2026/03/02/bridge", Some("/number/number/number/word"));
        check("/news/482113", Some("/word/number"));
        check("/news/4821/", Some("/word/number"));
        check("/the-bridge-is-open", Some("/headline"));
        check(
            "/fa/news/482113/%D9%BE%D9%84-%D8%AA%D8%A7%D8%B2%D9%87-%D8%A8%D8%A7%D8%B2",
            Some("/word/word/number/headline"),
        );
        check("/story/bridge-482113.html", Some("/word/word-number"));
        check("/news/articles/c0g32v7lx4zo", Some("/word/word/word-number"));
        check("/show.php?id=482113", Some("/word?id=number"));
    }

    #[test]
    fn lists_people_and_files_are_none() {
        check("/", None);
        check("/politics", None);
        check("/2026/03/02/", None);
        check("/2026", None);
        check("/tag/the-old-bridge-road", None);
        check("/author/mina-of-the-hills", None);
        check("/en/news/topics/the-old-bridge-road", None);
        check(
            "/sections/pictures/2026/03/02/the-old-bridge",
            Some("/word/word/number/number/number/headline"),
        );
        check("/news?page=2", None);
        check("/news/covid19", None);
        check("/img/the-old-bridge.jpg", None);
    }
}
