//! What a group of links is, with the reason in words.

use super::gather::words_in;
use super::shape::is_list_address;
use super::{GroupKind, LinkGroup, ListedLink, PagePart};
use crate::address::date_in;
use std::collections::{BTreeMap, HashSet};

/// Links that make a list.
const LINKS_MIN: usize = 3;
/// Words of a title in the mean. Menus have one or two.
const TITLE_WORDS_MIN: f32 = 3.0;
/// Words of a title in the mean that nothing but headlines have.
const HEADLINES_WORDS_MIN: f32 = 5.0;
/// Share of the links of a list of news whose addresses look like articles, or that are dated.
const SHARE_MIN: f32 = 0.6;
/// Share of titles that are said once. Links such as "read more" all say the same.
const OWN_TITLES_MIN: f32 = 0.6;

/// Measures and judges the groups of a page.
pub(super) fn judge(groups: &mut [LinkGroup]) {
    for group in groups.iter_mut() {
        measure(group);
        (group.kind, group.reason) = verdict_of(group);
    }
    judge_leads(groups);
}

fn measure(group: &mut LinkGroup) {
    let count = group.links.len().max(1) as f32;
    let words: usize = group.links.iter().map(|link| words_in(&link.title)).sum();
    group.title_words = words as f32 / count;
    let mut shapes: BTreeMap<&str, usize> = BTreeMap::new();
    for shape in group.links.iter().filter_map(|link| link.shape.as_deref()) {
        *shapes.entry(shape).or_default() += 1;
    }
    group.article_share = shapes.values().sum::<usize>() as f32 / count;
    group.shape = shapes.iter().max_by_key(|(_, count)| **count).map(|(s, _)| (*s).to_owned());
    group.dated_share =
        group.links.iter().filter(|link| link.date.is_some()).count() as f32 / count;
}

fn verdict_of(group: &LinkGroup) -> (GroupKind, String) {
    match group.part {
        PagePart::Frame => {
            return (GroupKind::Navigation, "in a menu, the head or the foot of the site".into());
        }
        PagePart::Hidden => return (GroupKind::Other, "no reader sees it".into()),
        PagePart::Text => return (GroupKind::Other, "within running words".into()),
        PagePart::Chosen => {
            let reason = match &group.heading {
                Some(heading) => format!("a box of chosen articles, under `{heading}`"),
                None => "a box of chosen articles, by its class".to_owned(),
            };
            return (GroupKind::MostRead, reason);
        }
        PagePart::Side => return (GroupKind::Other, "in a column beside the page".into()),
        PagePart::Main => {}
    }
    let count = group.links.len();
    let words = (group.title_words * 10.0).round() / 10.0;
    let Some(sign) = sign_of(group) else {
        let share = in_100(group.article_share);
        let reason = format!("{share} in 100 addresses look like articles");
        let is_menu = group.title_words < TITLE_WORDS_MIN;
        return (if is_menu { GroupKind::Navigation } else { GroupKind::Other }, reason);
    };
    if group.title_words < TITLE_WORDS_MIN {
        return (GroupKind::Other, format!("titles of {words} words are no headlines"));
    }
    let own: HashSet<&str> = group.links.iter().map(|link| link.title.as_str()).collect();
    if (own.len() as f32) < count as f32 * OWN_TITLES_MIN {
        return (GroupKind::Other, "most links say the same".into());
    }
    if count < LINKS_MIN {
        return (GroupKind::Other, format!("{count} links make no list"));
    }
    (GroupKind::News, format!("{count} links with titles of {words} words, {sign}"))
}

/// What tells that the links of a group lead to articles.
fn sign_of(group: &LinkGroup) -> Option<String> {
    if group.article_share >= SHARE_MIN {
        return Some(format!("{} in 100 to addresses of articles", in_100(group.article_share)));
    }
    if group.dated_share >= SHARE_MIN {
        return Some(format!("{} in 100 with a date", in_100(group.dated_share)));
    }
    let is_plain = group.links.iter().all(|link| !link.is_in_menu && !is_list_address(&link.url));
    (group.title_words >= HEADLINES_WORDS_MIN && is_plain && begin_apart(group))
        .then(|| "as headlines have".into())
}

/// Whether titles begin with different words, as "more in this category" and "more from this brand"
/// do not.
fn begin_apart(group: &LinkGroup) -> bool {
    let starts: HashSet<&str> = group
        .links
        .iter()
        .map(|link| link.title.split_whitespace().next().unwrap_or_default())
        .collect();
    starts.len() as f32 >= group.links.len() as f32 * OWN_TITLES_MIN
}

fn in_100(share: f32) -> f32 {
    (share * 100.0).round()
}

/// The story that leads a page stands alone at its place: it is news where its address has the
/// form of those in a list of news, or names a day as its date does.
fn judge_leads(groups: &mut [LinkGroup]) {
    let shapes: HashSet<String> = groups
        .iter()
        .filter(|group| group.kind == GroupKind::News)
        .filter_map(|group| group.shape.clone())
        .collect();
    if shapes.is_empty() {
        return;
    }
    for group in groups {
        let is_lead = group.part == PagePart::Main
            && group.kind == GroupKind::Other
            && group.links.len() < LINKS_MIN
            && group.article_share >= SHARE_MIN
            && group.title_words >= TITLE_WORDS_MIN;
        if !is_lead {
            continue;
        }
        if group.shape.as_ref().is_some_and(|shape| shapes.contains(shape)) {
            group.kind = GroupKind::News;
            group.reason = "alone at its place, with an address like those of the news".into();
        } else if group.links.iter().all(is_dated_headline) {
            group.kind = GroupKind::News;
            group.reason = "alone at its place, a headline with a date".into();
        }
    }
}

fn is_dated_headline(link: &ListedLink) -> bool {
    let is_dated = link.date.is_some() || date_in(&link.url).is_some();
    is_dated && words_in(&link.title) as f32 >= HEADLINES_WORDS_MIN
}

/// Whether a link of a list of news is one of its articles: a list may also hold the name of a
/// section or "more news".
pub(super) fn is_entry(link: &ListedLink) -> bool {
    let words = words_in(&link.title);
    let is_told = link.shape.is_some() || link.date.is_some();
    !link.is_in_menu && !is_list_address(&link.url) && (words >= 3 || (is_told && words >= 2))
}
