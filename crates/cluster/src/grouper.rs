//! Which story an article belongs to, from what came before it. Never looks ahead.

use crate::cross;
use crate::features::{Features, Term, read};
use crate::held::{Held, Stock, Story, Sum};
use crate::tune::t;
use chapar_model::{ArticleId, Lang, StoryId};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// One article as it enters.
#[derive(Debug, Clone)]
pub struct Doc<'a> {
    /// The article; a known one is replaced.
    pub id: ArticleId,
    /// Its headline.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its language.
    pub lang: Option<Lang>,
    /// When it was published, as far as is known.
    pub time: Timestamp,
    /// Names and places of the edition that it holds; the same numbers in every language.
    pub concepts: &'a [usize],
    /// Key of the source.
    pub source: &'a str,
    /// The article that it repeats.
    pub copy_of: Option<ArticleId>,
    /// Articles that it links to or claims as its original.
    pub links: &'a [ArticleId],
}

/// How much is held and how far apart the reports of a story may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Articles held; the oldest goes first.
    pub docs_max: usize,
    /// Articles further apart are never joined.
    pub window: SignedDuration,
    /// A term in more articles finds no candidates.
    pub postings_max: usize,
    /// Stories that are compared, the likeliest first.
    pub candidates_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            docs_max: 10_000,
            window: SignedDuration::from_hours(5 * 24),
            postings_max: 1_000,
            candidates_max: 50,
        }
    }
}

/// Where an article went.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The story; a new one has the number of the article.
    pub story: StoryId,
    /// Why, in a sentence.
    pub why: String,
}

/// The stories of the last articles of the stream.
#[derive(Debug, Default)]
pub struct Grouper {
    limits: Limits,
    stock: Stock,
}

/// A story that an article may belong to.
struct Likely {
    story: StoryId,
    /// How far past what is asked; below 1 it is not enough.
    score: f32,
    why: String,
}

impl Grouper {
    /// No stories.
    pub fn new(limits: Limits) -> Self {
        Self { limits, stock: Stock::default() }
    }

    /// Gives the article its story: that of the likest before it, or a new one.
    pub fn assign(&mut self, doc: &Doc<'_>) -> Assignment {
        self.stock.remove(doc.id);
        let features = read(doc.title, doc.text, doc.lang, doc.concepts);
        let assignment = self.find_story(doc, &features).unwrap_or_else(|| Assignment {
            story: StoryId(doc.id.0),
            why: "nothing before it is like it".to_owned(),
        });
        self.take_in(doc, features, assignment.story);
        assignment
    }

    /// Takes the article in as one of the story, as if it had been assigned there.
    pub fn restore(&mut self, doc: &Doc<'_>, story: StoryId) {
        self.stock.remove(doc.id);
        let features = read(doc.title, doc.text, doc.lang, doc.concepts);
        self.take_in(doc, features, story);
    }

    fn take_in(&mut self, doc: &Doc<'_>, features: Features, story: StoryId) {
        let held =
            Held { story, lang: doc.lang, time: doc.time, source: doc.source.to_owned(), features };
        self.stock.add(doc.id, held, self.limits.docs_max);
    }

    fn find_story(&self, doc: &Doc<'_>, features: &Features) -> Option<Assignment> {
        if let Some(original) = doc.copy_of
            && let Some(held) = self.stock.articles.get(&original)
        {
            let why = format!("it repeats article {original} of `{}`", held.source);
            return Some(Assignment { story: held.story, why });
        }
        let best = self
            .candidates(doc, features)
            .into_iter()
            .filter_map(|story| self.compare(doc, features, story))
            .max_by(|a, b| a.score.total_cmp(&b.score).then(b.story.cmp(&a.story)))?;
        (best.score >= 1.0).then_some(Assignment { story: best.story, why: best.why })
    }

    /// Stories with an article in the window that shares a rare term, the likeliest first.
    fn candidates(&self, doc: &Doc<'_>, features: &Features) -> Vec<StoryId> {
        let mut scores: BTreeMap<StoryId, f32> = BTreeMap::new();
        let words = features.words.iter().map(|(term, weight)| (*term, *weight));
        let signs = features.signs.iter().map(|sign| (sign.term, 16));
        for (term, weight) in words.chain(signs) {
            let Some(holders) = self.stock.holders(term) else { continue };
            if holders.len() > self.limits.postings_max {
                continue;
            }
            let rarity = self.stock.rarity.weight(doc.lang, term);
            #[expect(clippy::cast_precision_loss, reason = "a weight of a few units")]
            let gain = rarity * rarity * weight as f32;
            let mut last = None;
            for id in holders {
                let Some(held) = self.stock.articles.get(id) else { continue };
                if last != Some(held.story) && self.is_near(doc.time, held.time) {
                    *scores.entry(held.story).or_default() += gain;
                    last = Some(held.story);
                }
            }
        }
        for linked in doc.links {
            if let Some(held) = self.stock.articles.get(linked)
                && self.is_near(doc.time, held.time)
            {
                *scores.entry(held.story).or_default() += 1e6;
            }
        }
        let mut found: Vec<(StoryId, f32)> = scores.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(self.limits.candidates_max);
        found.into_iter().map(|(story, _)| story).collect()
    }

    fn is_near(&self, a: Timestamp, b: Timestamp) -> bool {
        a.duration_since(b).abs() <= self.limits.window
    }

    fn compare(&self, doc: &Doc<'_>, features: &Features, id: StoryId) -> Option<Likely> {
        let story = self.stock.stories.get(&id)?;
        let same = self.compare_words(doc, features, id, story);
        let cross = self.compare_signs(doc, features, id, story);
        let mut best = match (same, cross) {
            (Some(a), Some(b)) if b.score > a.score => b,
            (Some(a), _) => a,
            (None, b) => b?,
        };
        let linked = doc.links.iter().find(|link| {
            story.members.contains(link)
                && self.stock.articles.get(link).is_some_and(|h| self.is_near(doc.time, h.time))
        });
        if let Some(link) = linked {
            best.score *= t("link", 2.0);
            best.why = format!("it links to article {link}, and {}", best.why);
        }
        Some(best)
    }

    /// Against the articles of its own language.
    fn compare_words(
        &self,
        doc: &Doc<'_>,
        features: &Features,
        id: StoryId,
        story: &Story,
    ) -> Option<Likely> {
        let sum = story.sums.get(&doc.lang)?;
        let near: Vec<&Held> = story
            .members
            .iter()
            .filter_map(|member| self.stock.articles.get(member))
            .filter(|held| held.lang == doc.lang && self.is_near(doc.time, held.time))
            .collect();
        if near.is_empty() {
            return None;
        }
        let weights: Vec<(Term, f32)> = self.weighted(doc.lang, &features.words);
        let norm = norm(&weights);
        let mut cosines: Vec<f32> = near
            .iter()
            .map(|held| {
                let other = self.weighted(held.lang, &held.features.words);
                cosine(&weights, norm, &other)
            })
            .collect();
        cosines.sort_by(|a, b| b.total_cmp(a));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tuning")]
        let k = (t("k", 3.0) as usize).min(cosines.len()).max(1);
        #[expect(clippy::cast_precision_loss, reason = "tuning")]
        let top = cosines.iter().take(k).sum::<f32>() / k as f32;
        let centroid = self.centroid_cosine(doc.lang, &weights, norm, sum);
        let mix = t("mix", 0.5);
        let likeness = mix * centroid + (1.0 - mix) * top;
        let short = features.length < 40;
        let least = if short { t("thr_s", 0.2) } else { t("thr_l", 0.2) };
        let days = near
            .iter()
            .map(|held| doc.time.duration_since(held.time).abs().as_secs())
            .min()
            .unwrap_or(0)
            / 86_400;
        #[expect(clippy::cast_precision_loss, reason = "a few days")]
        let score = likeness / (least * (1.0 + t("decay", 0.1) * days as f32));
        Some(Likely {
            story: id,
            score,
            why: format!("its words are like the story's: {likeness:.2}"),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a weight of a few units")]
    fn weighted(&self, lang: Option<Lang>, words: &[(Term, u32)]) -> Vec<(Term, f32)> {
        words
            .iter()
            .map(|(term, weight)| (*term, *weight as f32 * self.stock.rarity.weight(lang, *term)))
            .collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "sums of small weights")]
    fn centroid_cosine(
        &self,
        lang: Option<Lang>,
        weights: &[(Term, f32)],
        norm: f32,
        sum: &Sum,
    ) -> f32 {
        let mut dot = 0.0;
        for (term, weight) in weights {
            if let Some(other) = sum.words.get(term) {
                dot += weight * *other as f32 * self.stock.rarity.weight(lang, *term);
            }
        }
        let squares: f32 = sum
            .words
            .iter()
            .map(|(term, w)| {
                let w = *w as f32 * self.stock.rarity.weight(lang, *term);
                w * w
            })
            .sum();
        let norms = norm * squares.sqrt();
        if norms > 0.0 { dot / norms } else { 0.0 }
    }

    /// Against the articles of other languages.
    fn compare_signs(
        &self,
        doc: &Doc<'_>,
        features: &Features,
        id: StoryId,
        story: &Story,
    ) -> Option<Likely> {
        let mut best: Option<Likely> = None;
        for member in &story.members {
            let Some(held) = self.stock.articles.get(member) else { continue };
            if held.lang == doc.lang || !self.is_near(doc.time, held.time) {
                continue;
            }
            let likeness = cross::likeness(
                &self.stock.rarity,
                (features, doc.lang),
                (&held.features, held.lang),
            );
            if likeness.common < 3 {
                continue;
            }
            let score = likeness.share / t("xthr", 0.4);
            if best.as_ref().is_none_or(|best| score > best.score) {
                let why = format!(
                    "it shares {} names and numbers with article {member} in another language",
                    likeness.common
                );
                best = Some(Likely { story: id, score, why });
            }
        }
        best
    }
}

fn norm(weights: &[(Term, f32)]) -> f32 {
    weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt()
}

fn cosine(a: &[(Term, f32)], norm_a: f32, b: &[(Term, f32)]) -> f32 {
    let mut others = b.iter().peekable();
    let mut dot = 0.0;
    for (term, weight) in a {
        while others.next_if(|(other, _)| other < term).is_some() {}
        if let Some((_, other)) = others.peek().filter(|(other, _)| other == term) {
            dot += weight * other;
        }
    }
    let norms = norm_a * norm(b);
    if norms > 0.0 { dot / norms } else { 0.0 }
}
