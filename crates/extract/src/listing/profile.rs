//! What was learned of a section page: which of its lists bring new links, which links were seen,
//! and which forms of address led to articles. Decides which links of the next look are entries;
//! asks the web for nothing and knows no clock.

use super::gather::{HEADLINE_WORDS_MIN, words_in};
use super::verdict::is_entry;
use super::{GroupKind, LinkGroup, ListedLink, Listing, PagePart};
use chapar_model::PageUrl;
use chapar_text::hash64;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Lists of a page that are remembered.
const LISTS_MAX: usize = 100;
/// Links that are remembered as seen.
const SEEN_MAX: usize = 4_000;
/// Links chosen of one look.
const CHOSEN_MAX: usize = 500;
/// Looks at which a doubtful list brought something new, before its new links are taken.
const RENEWALS_MIN: u32 = 2;
/// Pages of one form that were read, before their outcomes speak against the form.
const TARGETS_MIN: u32 = 4;
/// Share of them that must be articles, in 100.
const ARTICLES_MIN: u32 = 30;
/// Words of a title of a link that is taken for its form alone.
const TITLE_WORDS_MIN: usize = 3;

/// What is known of a section page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ListingProfile {
    /// How often the page was looked at.
    looks: u32,
    /// By the place of their links.
    #[serde(default)]
    lists: BTreeMap<String, ListMemory>,
    /// Forms of addresses of links that were taken for news.
    #[serde(default)]
    shapes: BTreeSet<String>,
    /// Short hashes of the links seen, the oldest first.
    #[serde(default)]
    seen: Vec<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct ListMemory {
    /// The look at which the list was last there.
    last: u32,
    /// Looks at which it held a link that no list had held before.
    renewed: u32,
}

/// The outcome of a page that a link of the section page led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address.
    pub url: PageUrl,
    /// Whether an article stood there.
    pub is_article: bool,
}

/// A link that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct NewsLink {
    /// The link.
    pub link: ListedLink,
    /// Why, in words.
    pub reason: String,
}

impl ListingProfile {
    /// The links of a page that lead to news, each address once, and remembers what the page
    /// teaches. `targets` are the outcomes of earlier links that were followed.
    pub fn choose(&mut self, listing: &Listing, targets: &[Target]) -> Vec<NewsLink> {
        self.looks = self.looks.saturating_add(1);
        let outcomes = outcomes(targets);
        let known: HashSet<u32> = self.seen.iter().copied().collect();
        let is_known_page = is_known_page(listing, &known);
        let mut chosen: Vec<NewsLink> = Vec::new();
        // Where an address was taken, and the length of the list that speaks for it.
        let mut taken: HashMap<String, (usize, usize)> = HashMap::new();
        for group in &listing.groups {
            for link in &group.links {
                let is_new = is_known_page && !known.contains(&hash_of(&link.url));
                let Some(reason) = self.reason(group, link, is_new) else { continue };
                if leads_elsewhere(link, &outcomes) || chosen.len() >= CHOSEN_MAX {
                    continue;
                }
                let length = group.links.len();
                let (at, longest) =
                    taken.entry(link.url.identity()).or_insert((chosen.len(), length));
                match chosen.get_mut(*at) {
                    None => chosen.push(NewsLink { link: link.clone(), reason }),
                    Some(news) => {
                        news.link.complete(link.clone());
                        if length > *longest {
                            news.reason = reason;
                            *longest = length;
                        }
                    }
                }
            }
        }
        self.remember(listing, &known, &chosen);
        chosen
    }

    /// Why a link is one to news. `None` where it is not.
    fn reason(&self, group: &LinkGroup, link: &ListedLink, is_new: bool) -> Option<String> {
        if group.kind == GroupKind::News {
            return is_entry(link).then(|| group.reason.clone());
        }
        if group.kind != GroupKind::Other || group.part != PagePart::Main || !is_new {
            return None;
        }
        let words = words_in(&link.title);
        let is_known_form = link.shape.as_ref().is_some_and(|shape| self.shapes.contains(shape));
        if is_known_form && words >= TITLE_WORDS_MIN && !link.is_in_menu {
            let reason = "new on the page, with an address like those of earlier news";
            return Some(reason.to_owned());
        }
        // No rule names its list, and yet the list brings something new, as menus do not.
        let renewals = self.lists.get(&list_key(group)).map_or(0, |list| list.renewed);
        let is_told = words >= HEADLINE_WORDS_MIN || renewals >= RENEWALS_MIN;
        (is_told && is_entry(link)).then(|| match renewals {
            0 => "new on the page since it was last looked at, with a headline".to_owned(),
            _ => format!("new in a list that brought something new {renewals} times"),
        })
    }

    fn remember(&mut self, listing: &Listing, known: &HashSet<u32>, chosen: &[NewsLink]) {
        let mut now = BTreeSet::new();
        for group in &listing.groups {
            let hashes = group.links.iter().map(|link| hash_of(&link.url));
            let is_renewed = hashes.clone().any(|hash| !known.contains(&hash));
            now.extend(hashes);
            if matches!(group.part, PagePart::Frame | PagePart::Hidden) {
                continue;
            }
            let key = list_key(group);
            if !self.lists.contains_key(&key) && self.lists.len() >= LISTS_MAX {
                self.forget_oldest_list();
            }
            let list = self.lists.entry(key).or_default();
            list.renewed += u32::from(is_renewed && self.looks > 1 && list.last > 0);
            list.last = self.looks;
        }
        self.shapes
            .extend(chosen.iter().filter_map(|news| news.link.shape.clone()).take(LISTS_MAX));
        while self.shapes.len() > LISTS_MAX {
            self.shapes.pop_first();
        }
        self.seen.retain(|hash| !now.contains(hash));
        self.seen.extend(now);
        let over = self.seen.len().saturating_sub(SEEN_MAX);
        self.seen.drain(..over);
    }

    fn forget_oldest_list(&mut self) {
        let oldest =
            self.lists.iter().min_by_key(|(_, list)| list.last).map(|(key, _)| key.clone());
        if let Some(key) = oldest {
            self.lists.remove(&key);
        }
    }
}

/// Whether most links of a page were on it before: only then does it tell something that a link was
/// not. At the first look, or after a page that was none, all are new.
fn is_known_page(listing: &Listing, known: &HashSet<u32>) -> bool {
    let links = || listing.groups.iter().flat_map(|group| &group.links);
    let seen = links().filter(|link| known.contains(&hash_of(&link.url))).count();
    seen * 2 >= links().count() && seen > 0
}

/// A list as it is known from one look to the next: by the place of its links and the part of the
/// page.
fn list_key(group: &LinkGroup) -> String {
    format!("{:?} {}", group.part, group.place)
}

fn hash_of(url: &PageUrl) -> u32 {
    let hash = hash64(url.identity().as_bytes());
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// For each form of address how many pages were read, and how many were articles.
fn outcomes(targets: &[Target]) -> BTreeMap<String, (u32, u32)> {
    let mut outcomes: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for target in targets {
        let form = form_of(&target.url);
        let (read, articles) = outcomes.entry(form).or_default();
        *read += 1;
        *articles += u32::from(target.is_article);
    }
    outcomes
}

/// The form of an address together with the first part of its path: `/shop/…` is told from
/// `/news/…`.
fn form_of(url: &PageUrl) -> String {
    let path = url.as_url().path().trim_start_matches('/');
    let first = path.split_once('/').map_or("", |(first, _)| first);
    let shape = super::shape::shape_of(url).unwrap_or_default();
    format!("{first} {shape}")
}

/// Whether pages with an address of this form were read and were no articles.
fn leads_elsewhere(link: &ListedLink, outcomes: &BTreeMap<String, (u32, u32)>) -> bool {
    outcomes.get(&form_of(&link.url)).is_some_and(|(read, articles)| {
        *read >= TARGETS_MIN && articles * 100 < read * ARTICLES_MIN
    })
}
