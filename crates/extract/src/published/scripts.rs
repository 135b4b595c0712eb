//! Dates in the data of scripts, sought only where a page states and shows none better. The page
//! is passed over once; no script is run or parsed.

use super::Judge;
use crate::fields::ground;
use aho_corasick::AhoCorasick;
use chapar_model::{Basis, When};
use std::sync::LazyLock;

/// Members of data that hold the publication, as systems spell them.
const MEMBERS: &[&str] = &[
    "datepublished",
    "date_published",
    "publishedat",
    "published_at",
    "publisheddate",
    "published_date",
    "published_time",
    "publishdate",
    "publish_date",
    "publishtime",
    "publish_time",
    "publicationdate",
    "publication_date",
    "pubdate",
    "pub_date",
    "firstpublished",
    "firstpublishedat",
    "first_published_at",
    "firstpublisheddate",
    "dateposted",
    "datecreated",
];

/// Members looked at: a page's own stand among the first.
const MEMBERS_MAX: usize = 200;

/// Different days among members; more are a list of other pages.
const DAYS_MAX: usize = 8;

/// Bytes of blanks, quotes and the colon between a member's name and its value.
const JOINT_BYTES_MAX: usize = 24;

/// Bytes of a value.
const VALUE_BYTES_MAX: usize = 48;

/// Members that hold the date of whatever the data is of. Where a page has no text of its own, a
/// script was to bring it, and the data is the article's.
const VAGUE_MEMBERS: &[&str] = &["date", "created_at", "createdat"];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(MEMBERS.iter().chain(VAGUE_MEMBERS))
        .ok()
});

impl Judge<'_> {
    /// The dates of publication in the data that scripts hold.
    pub(super) fn scripts(&mut self) {
        if self.published.best().is_some_and(|best| best.day().is_some()) {
            return;
        }
        let mut found: Vec<(When, &str, usize)> = Vec::new();
        for raw in values(self.evidence.html, self.evidence.place.is_none()) {
            let when = self.read(raw).filter(|when| self.fault(when).is_none());
            // Data that gives no day is of a book or a film.
            let Some(when) = when.filter(|when| when.day().is_some()) else { continue };
            match found.iter_mut().find(|(seen, ..)| seen.day() == when.day()) {
                Some((_, _, count)) => *count += 1,
                None => found.push((when, raw, 1)),
            }
            if found.len() > DAYS_MAX {
                break;
            }
        }
        let most = found.iter().map(|(.., count)| *count).max().unwrap_or(0);
        let is_clear = found.iter().filter(|(.., count)| *count == most).count() == 1;
        for (when, raw, count) in found {
            let own = ground(Basis::Meta, "script");
            if is_clear && count == most {
                self.published(34, own, when, raw);
            } else {
                self.published.reject(own, when, raw, "one of several dates in scripts");
            }
        }
    }
}

/// The values of the members, in order; of vague ones only where they count.
fn values(html: &str, has_vague: bool) -> impl Iterator<Item = &str> {
    FINDER
        .iter()
        .flat_map(move |finder| finder.find_iter(html))
        .filter(move |found| has_vague || found.pattern().as_usize() < MEMBERS.len())
        .take(MEMBERS_MAX)
        .filter(move |found| !is_inside_word(html, found.start()))
        .filter_map(move |found| value_at(html, found.end()))
}

fn is_inside_word(html: &str, start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| html.as_bytes().get(at));
    before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// The text or the number behind a member's name: `":"`, `\":\"`, `&quot;:&quot;` or `: '`.
fn value_at(html: &str, end: usize) -> Option<&str> {
    let bytes = html.as_bytes().get(end..)?;
    let mut at = 0;
    let mut has_colon = false;
    let mut is_quoted = false;
    while at < JOINT_BYTES_MAX {
        let rest = bytes.get(at..)?;
        match rest.first()? {
            b' ' | b'\t' | b'\n' | b'\r' | b'\\' => at += 1,
            b':' | b'=' if !has_colon => {
                (has_colon, is_quoted) = (true, false);
                at += 1;
            }
            b'"' | b'\'' => {
                is_quoted = true;
                at += 1;
            }
            b'&' if rest.starts_with(b"&quot;") || rest.starts_with(b"&#034;") => {
                is_quoted = true;
                at += 6;
            }
            _ => break,
        }
    }
    if !has_colon {
        return None;
    }
    let value = bytes.get(at..)?;
    let is_end = |byte: &u8| match is_quoted {
        true => matches!(byte, b'"' | b'\'' | b'\\' | b'&' | b'<'),
        false => !byte.is_ascii_digit(),
    };
    let len = value.iter().take(VALUE_BYTES_MAX).position(is_end)?;
    html.get(end + at..end + at + len).filter(|value| value.len() >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expect: &[&str]) {
        assert_eq!(values(html, false).collect::<Vec<_>>(), expect, "{html}");
    }

    #[test]
    fn values_of_members_are_found_however_they_are_quoted() {
        check(r#"{"publishedAt":"2024-03-08T10:00:00Z"}"#, &["2024-03-08T10:00:00Z"]);
        check(r#"push("{\"publish_date\":\"2024-03-08\"}")"#, &["2024-03-08"]);
        check("<div data-page='{&quot;pubDate&quot;: &quot;2024-03-08&quot;}'>", &["2024-03-08"]);
        check("var page = { datePublished: 'March 8, 2024' };", &["March 8, 2024"]);
        check(r#"{"published_at":1709888400,"id":7}"#, &["1709888400"]);
        check(r#"{"publishedAt":null,"unpublishedAt":"2024-03-08"}"#, &[]);
        check("<meta itemprop=datePublished content='2024-03-08'>", &[]);
        check(r#"{"publishDate":"2024-03-08"#, &[]);
    }
}
