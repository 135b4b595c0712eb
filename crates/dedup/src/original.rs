//! Which of several copies came first, and why. Never reads their texts.

use crate::copies::Doc;
use chapar_model::ArticleId;
use chapar_text::fold;
use jiff::{SignedDuration, Timestamp};
use std::cmp::Reverse;

/// A publication known by its day alone may be of any hour of it.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Clocks of two newsrooms that differ by less prove nothing.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(10);
/// Names shorter than this are not looked for inside a longer credit.
const NAME_CHARS_MIN: usize = 3;
/// Members whose credits are read; further ones are taken without.
const MEMBERS_READ_MAX: usize = 256;

/// What is known of one of several copies.
#[derive(Debug, Clone)]
pub struct Member {
    pub(crate) id: ArticleId,
    pub(crate) source: String,
    publisher: String,
    is_agency: bool,
    /// The address as it is compared.
    url: String,
    credits: Vec<Credit>,
    /// Names by which its source is known, folded.
    names: Vec<String>,
    time: Option<Timestamp>,
    is_time_exact: bool,
    fetched: Timestamp,
    pub(crate) words: usize,
}

/// A name or address that an article credits.
#[derive(Debug, Clone)]
struct Credit {
    shown: String,
    key: String,
}

impl Member {
    /// What of an article says whether it came first; `words` are those of its text.
    pub fn new(doc: &Doc<'_>, words: usize) -> Self {
        let credits = doc.credits.iter().map(|shown| Credit {
            shown: shown.trim().to_owned(),
            key: if shown.contains("://") { url_key(shown) } else { fold(shown) },
        });
        Self {
            id: doc.id,
            source: doc.source.to_owned(),
            publisher: doc.publisher.to_owned(),
            is_agency: doc.is_agency,
            url: url_key(doc.url),
            credits: credits.filter(|credit| !credit.key.is_empty()).collect(),
            names: doc.names.iter().map(|n| fold(n)).filter(|n| !n.is_empty()).collect(),
            time: doc.time,
            is_time_exact: doc.time_exact,
            fetched: doc.fetched,
            words,
        }
    }
}

/// The member that came first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The article.
    pub id: ArticleId,
    /// Why it and no other, the strongest reason first.
    pub why: Vec<String>,
}

/// The original among members that share a text; `None` when there are none.
///
/// A member that credits another is not the original; one that is credited by more publishers is.
/// Then the earliest goes first, where times tell them apart; then an agency; then the fuller text.
pub fn find_original(members: &[Member]) -> Option<Original> {
    let members: Vec<&Member> = members.iter().collect();
    let first = find_first(&members)?;
    let mut why = Vec::new();
    for other in members.iter().filter(|other| other.id != first.id) {
        for reason in reasons(first, other) {
            if !why.contains(&reason) {
                why.push(reason);
            }
        }
    }
    Some(Original { id: first.id, why })
}

/// The member that came first, whatever the order in which they are given.
pub(crate) fn find_first<'a>(members: &[&'a Member]) -> Option<&'a Member> {
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|member| base_key(member));
    sorted.truncate(MEMBERS_READ_MAX);
    let left = without_crediting(&sorted);
    let left = most_credited(&left, &sorted);
    let left = possibly_earliest(&left);
    left.into_iter().min_by_key(|m| (!m.is_agency, base_key(m)))
}

/// Reasons, strongest first, for which `first` is taken to precede `copy`.
pub(crate) fn reasons(first: &Member, copy: &Member) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(credit) = find_credit(copy, first) {
        found.push(format!("`{}` credits `{credit}`", copy.source));
    }
    match (first.time, copy.time) {
        (Some(a), Some(b)) if first.is_time_exact && copy.is_time_exact && a < b => found
            .push(format!("published {} before `{}`", in_words(b.duration_since(a)), copy.source)),
        (Some(_), _) if latest(first) < earliest(copy) => {
            found.push(format!("published on an earlier day than `{}`", copy.source));
        }
        (Some(_), None) => found.push(format!("`{}` states no time", copy.source)),
        _ => {}
    }
    if first.is_agency && !copy.is_agency {
        found.push(format!("`{}` is an agency, `{}` is not", first.source, copy.source));
    }
    if first.words > copy.words {
        found.push(format!("fuller text: {} words against {}", first.words, copy.words));
    }
    if found.is_empty() {
        found.push(format!("nothing tells it apart from `{}`: the first received", copy.source));
    }
    found
}

/// An order of members in which no two are equal; the credits of the others play no part.
pub(crate) fn base_key(member: &Member) -> impl Ord + use<> {
    (
        latest(member),
        !member.is_time_exact,
        !member.is_agency,
        Reverse(member.words),
        member.fetched,
        member.id,
    )
}

/// What of `copy`'s credits names `first`, unless it names the source itself.
fn find_credit<'a>(copy: &'a Member, first: &Member) -> Option<&'a str> {
    if copy.source == first.source {
        return None;
    }
    let is_of = |credit: &str, member: &Member| {
        credit == member.url
            || member.names.iter().any(|name| credit == name || holds_name(credit, name))
    };
    copy.credits
        .iter()
        .find(|credit| is_of(&credit.key, first) && !is_of(&credit.key, copy))
        .map(|credit| credit.shown.as_str())
}

/// An address as it is compared; its query counts, for some sites number pages there.
fn url_key(raw: &str) -> String {
    let folded = raw.trim().to_lowercase();
    let rest = folded.split_once("://").map_or(folded.as_str(), |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
}

/// Whether the name stands in the credit as whole words, or is the host of the address.
fn holds_name(credit: &str, name: &str) -> bool {
    if name.chars().count() < NAME_CHARS_MIN {
        return false;
    }
    credit.match_indices(name).any(|(at, _)| {
        let before = credit.get(..at).and_then(|s| s.chars().next_back());
        let after = credit.get(at + name.len()..).and_then(|s| s.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Those that credit none of the others; all when everyone credits someone.
fn without_crediting<'a>(members: &[&'a Member]) -> Vec<&'a Member> {
    let is_free =
        |m: &&Member| !members.iter().any(|o| o.id != m.id && find_credit(m, o).is_some());
    let free: Vec<&Member> = members.iter().copied().filter(is_free).collect();
    if free.is_empty() { members.to_vec() } else { free }
}

/// Those of `left` that most publishers among `all` credit.
fn most_credited<'a>(left: &[&'a Member], all: &[&Member]) -> Vec<&'a Member> {
    let count = |first: &Member| {
        let mut by: Vec<&str> = all
            .iter()
            .filter(|m| m.publisher != first.publisher && find_credit(m, first).is_some())
            .map(|m| m.publisher.as_str())
            .collect();
        by.sort_unstable();
        by.dedup();
        by.len()
    };
    let counts: Vec<usize> = left.iter().map(|m| count(m)).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    left.iter().zip(counts).filter(|(_, n)| *n == most).map(|(m, _)| *m).collect()
}

/// Those whose time does not exclude that they were first.
fn possibly_earliest<'a>(left: &[&'a Member]) -> Vec<&'a Member> {
    let Some(bound) = left.iter().map(|m| latest(m)).min() else { return Vec::new() };
    left.iter()
        .copied()
        .filter(|m| {
            let slack = if m.is_agency { CLOCK_SLACK } else { SignedDuration::ZERO };
            earliest(m) <= bound.saturating_add(slack).unwrap_or(bound)
        })
        .collect()
}

/// The latest instant at which it can have been published.
fn latest(member: &Member) -> Timestamp {
    match member.time {
        Some(time) if member.is_time_exact => time,
        Some(time) => time.saturating_add(DAY).unwrap_or(time),
        None => member.fetched,
    }
}

/// The earliest instant at which it can have been published.
fn earliest(member: &Member) -> Timestamp {
    member.time.unwrap_or(Timestamp::MIN)
}

fn in_words(time: SignedDuration) -> String {
    let minutes = time.as_mins();
    match (minutes / 1440, minutes / 60, minutes) {
        (0, 0, 0) => format!("{} s", time.as_secs()),
        (0, 0, m) => format!("{m} min"),
        (0, h, m) => format!("{h} h {:02} min", m % 60),
        (d, ..) => format!("{d} d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc<'a>(id: i64, source: &'a str, url: &'a str) -> Doc<'a> {
        Doc {
            id: ArticleId(id),
            title: "",
            text: "",
            lang: None,
            time: None,
            time_exact: true,
            fetched: "2026-03-09T00:00:00Z".parse().unwrap(),
            source,
            publisher: source,
            is_agency: false,
            url,
            credits: Vec::new(),
            names: vec![source.to_owned(), format!("{source}.example")],
        }
    }

    fn member(id: i64, source: &str, time: Option<&str>) -> Member {
        let url = format!("https://{source}.example/{id}");
        let time = time.map(|time| time.parse().unwrap());
        Member::new(&Doc { time, ..doc(id, source, &url) }, 200)
    }

    fn crediting(member: Member, credit: &str) -> Member {
        let credits = vec![credit.to_owned()];
        let credits = Member::new(&Doc { credits, ..doc(0, "x", "") }, 0).credits;
        Member { credits, ..member }
    }

    #[track_caller]
    fn check(members: &[Member], expect: i64, reason: &str) {
        let original = find_original(members).unwrap();
        assert_eq!(original.id, ArticleId(expect), "{:?}", original.why);
        assert!(original.why.first().is_some_and(|why| why == reason), "{:?}", original.why);
        let turned: Vec<Member> = members.iter().rev().cloned().collect();
        assert_eq!(find_original(&turned).unwrap().id, original.id);
    }

    #[test]
    fn earliest_is_the_original() {
        let early = member(2, "west", Some("2026-03-02T08:00:00Z"));
        let late = member(1, "east", Some("2026-03-02T10:40:00Z"));
        check(&[late, early], 2, "published 2 h 40 min before `east`");
    }

    #[test]
    fn credit_outweighs_time() {
        let copy = member(1, "east", Some("2026-03-02T08:00:00Z"));
        let copy = crediting(copy, "Reported by West agency");
        let credited = member(2, "west", Some("2026-03-02T09:00:00Z"));
        check(&[copy, credited], 2, "`east` credits `Reported by West agency`");
    }

    #[test]
    fn credited_address_is_of_one_article() {
        let copy = crediting(member(1, "east", None), "https://www.west.example/2/#top");
        check(
            &[copy, member(2, "west", None)],
            2,
            "`east` credits `https://www.west.example/2/#top`",
        );
    }

    #[test]
    fn a_source_that_names_itself_credits_nobody() {
        let own = crediting(member(1, "west", Some("2026-03-02T08:00:00Z")), "West");
        let mut twin = member(2, "west-en", Some("2026-03-02T09:00:00Z"));
        twin.names = vec!["west".to_owned()];
        check(&[own, twin], 1, "published 1 h 00 min before `west-en`");
    }

    #[test]
    fn agency_goes_first_when_times_cannot_tell() {
        let mut agency = member(2, "west", Some("2026-03-02T00:00:00Z"));
        agency.is_agency = true;
        agency.is_time_exact = false;
        let blog = member(1, "east", Some("2026-03-02T10:00:00Z"));
        check(&[blog, agency], 2, "`west` is an agency, `east` is not");
    }

    #[test]
    fn day_alone_does_not_beat_an_hour_of_it() {
        let mut day = member(1, "east", Some("2026-03-02T00:00:00Z"));
        day.is_time_exact = false;
        day.words = 180;
        let hour = member(2, "west", Some("2026-03-02T10:00:00Z"));
        check(&[day, hour], 2, "fuller text: 200 words against 180");
    }

    #[test]
    fn equals_still_have_an_order() {
        let (a, b) = (member(1, "east", None), member(2, "west", None));
        check(&[b, a], 1, "nothing tells it apart from `west`: the first received");
        assert!(find_original(&[]).is_none());
    }
}
