//! Who wrote it, as printed. A person named beats the site naming itself; an account, an address
//! or a handle is nobody.

mod name;
mod shown;

#[cfg(test)]
mod tests;

pub(crate) use name::clean;

use crate::dom::Doc;
use crate::facts::Facts;
use crate::fields::{Gathered, ground};
use crate::headline::Headline;
use crate::json::Json;
use crate::layout::Layout;
use crate::published::TextPlace;
use crate::words::{collapsed, folded};
use chapar_model::Basis;

/// Authors of one work that are named.
const AUTHORS_MAX: usize = 12;

/// Names of `<meta>` elements that state one author.
const AUTHOR_METAS: &[&str] = &[
    "author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.contributor",
    "article:author",
    "cxenseparse:author",
    "article.author",
    "og:article:author",
];

/// Names of `<meta>` elements that are written once for each author.
const EACH_AUTHOR_METAS: &[&str] = &["citation_author", "dc.creator", "dcterms.creator"];

/// What a label of a card for social networks is called where a name stands beside it, folded.
const CARD_LABELS: &[&str] = &[
    "written by",
    "author",
    "by",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "rédigé par",
    "escrito por",
    "scritto da",
    "geschreven door",
    "napisane przez",
    "skrivet av",
    "skrevet af",
    "написано автором",
    "yazan",
    "نوشتهشده توسط",
    "نوشته شده توسط",
    "كتب بواسطة",
    "كُتب بواسطة",
];

/// What is needed to find a byline.
pub(crate) struct Evidence<'a> {
    pub(crate) doc: &'a Doc,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) layout: &'a Layout,
    /// Names of the site, folded and without blanks.
    pub(crate) names: &'a [String],
    pub(crate) place: Option<TextPlace>,
    pub(crate) headline: Option<Headline>,
    pub(crate) feed: Option<&'a str>,
}

/// All candidates for the byline.
pub(crate) fn gather(evidence: &Evidence<'_>) -> Gathered<String> {
    let mut finder = Finder { names: evidence.names, gathered: Gathered::default() };
    finder.json_ld(evidence.facts);
    finder.metas(evidence.facts);
    finder.card(evidence.facts);
    for found in shown::all(evidence) {
        finder.add(found.score, found.basis, found.place, &found.text);
    }
    if let Some(author) = evidence.feed {
        finder.add(70, Basis::Feed, "author", author);
    }
    finder.gathered
}

struct Finder<'a> {
    names: &'a [String],
    gathered: Gathered<String>,
}

impl Finder<'_> {
    fn add(&mut self, score: i32, basis: Basis, place: &'static str, raw: &str) {
        let Some(name) = clean(raw) else { return };
        if let Some(reason) = name::fault(&name, raw) {
            self.gathered.reject(ground(basis, place), name, raw, reason);
            return;
        }
        let is_site = self.names.contains(&folded(&name).replace(' ', ""));
        let score = if is_site { score - 40 } else { score };
        self.gathered.add(score, ground(basis, place), name, raw);
    }

    fn json_ld(&mut self, facts: &Facts<'_>) {
        for thing in facts.articles().into_iter().take(3) {
            for key in ["author", "creator"] {
                let Some(author) = thing.get(key) else { continue };
                let (people, others) = author_names(author, facts);
                if !people.is_empty() {
                    self.add(100, Basis::JsonLd, "author", &people.join(", "));
                } else if !others.is_empty() {
                    self.add(72, Basis::JsonLd, "author", &others.join(", "));
                }
            }
        }
    }

    fn metas(&mut self, facts: &Facts<'_>) {
        for key in EACH_AUTHOR_METAS {
            let mut names: Vec<&str> = Vec::new();
            for meta in facts.metas.iter().filter(|meta| meta.key == *key) {
                if names.len() < AUTHORS_MAX && !names.contains(&meta.value.as_str()) {
                    names.push(&meta.value);
                }
            }
            if !names.is_empty() {
                self.add(91, Basis::Meta, "meta author", &names.join(", "));
            }
        }
        for meta in facts.metas_named(AUTHOR_METAS) {
            let basis =
                if meta.key.starts_with("article:") { Basis::OpenGraph } else { Basis::Meta };
            self.add(90, basis, "meta author", &meta.value);
        }
    }

    /// The name beside the label "Written by" of a card for social networks.
    fn card(&mut self, facts: &Facts<'_>) {
        for (label, value) in
            [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")]
        {
            let says = facts.meta(label).is_some_and(|l| CARD_LABELS.contains(&folded(l).as_str()));
            if let Some(name) = facts.meta(value).filter(|_| says) {
                self.add(88, Basis::Meta, "a card's label", name);
            }
        }
    }
}

/// Names of people and of others that a JSON-LD author holds.
fn author_names(author: &Json, facts: &Facts<'_>) -> (Vec<String>, Vec<String>) {
    let (mut people, mut others) = (Vec::new(), Vec::new());
    for one in author.each().iter().take(AUTHORS_MAX) {
        let name = match one {
            Json::Text(name) => Some(name.as_str()),
            Json::Object(_) => one.get("name").and_then(Json::text).or_else(|| {
                let Some(Json::Text(id)) = one.get("@id") else { return None };
                facts.names.iter().find(|(key, _)| key == id).map(|(_, name)| *name)
            }),
            _ => None,
        };
        let Some(name) = name.map(|n| collapsed(&crate::entities::decode(n))) else { continue };
        let is_group =
            one.get("@type").and_then(Json::text).is_some_and(|t| t.ends_with("Organization"));
        let group = if is_group { &mut others } else { &mut people };
        if !name.is_empty() && !group.contains(&name) {
            group.push(name);
        }
    }
    (people, others)
}
