//! Which story an article belongs to, from what came before it. Never looks ahead.

use crate::cross;
use crate::features::{Features, Term, read};
use crate::held::{Held, Stock, Story};
use crate::words::Weighted;
use chapar_model::{ArticleId, Lang, StoryId};
use foldhash::HashMap;
use jiff::{SignedDuration, Timestamp};

/// What a day between two reports adds to what is asked.
const DAY_COST: f32 = 0.1;
/// Share of signs that makes articles of two languages reports of one story. Chosen on the sample
/// world, where 0.2 joins more (recall 0.96) and 0.25 errs less (precision 0.93), and where human
/// translations of news lose recall alone as it grows.
const SIGNS_SHARED: f32 = 0.22;
/// Below this likeness, words of its own language deny that an article belongs to a story.
const DENIED: f32 = 0.5;
/// What a link to a report of the story is worth. Articles link to what came before, too.
const LINKED: f32 = 1.3;
/// What a sign weighs beside words when candidates are looked for.
const SIGN: f32 = 16.0;
/// Members in other languages that are compared, the first ones.
const SIGNS_COMPARED_MAX: usize = 40;

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
            candidates_max: 30,
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
#[derive(Debug)]
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

/// What speaks for looking at a story.
#[derive(Default)]
struct Score {
    sum: f32,
    /// The last term that did; several reports of the story that hold it count once.
    by: Option<Term>,
}

impl Score {
    fn gain(&mut self, term: Term, gain: f32) {
        if self.by != Some(term) {
            self.by = Some(term);
            self.sum += gain;
        }
    }
}

impl Grouper {
    /// No stories.
    pub fn new(limits: Limits) -> Self {
        Self { limits, stock: Stock::new(limits.window) }
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
        let held = Held {
            story,
            lang: doc.lang,
            time: doc.time,
            copy_of: doc.copy_of,
            source: doc.source.to_owned(),
            features,
        };
        self.stock.add(doc.id, held, self.limits.docs_max);
    }

    fn find_story(&self, doc: &Doc<'_>, features: &Features) -> Option<Assignment> {
        if let Some(original) = doc.copy_of
            && let Some(held) = self.stock.articles.get(original)
        {
            let why = format!("it repeats article {original} of `{}`", held.source);
            return Some(Assignment { story: held.story, why });
        }
        let words = Weighted::new(features, doc.lang, &self.stock.rarity);
        let best = self
            .candidates(doc, features)
            .into_iter()
            .filter_map(|story| self.compare(doc, features, &words, story))
            .max_by(|a, b| a.score.total_cmp(&b.score).then(b.story.cmp(&a.story)))?;
        (best.score >= 1.0).then_some(Assignment { story: best.story, why: best.why })
    }

    /// Stories with an article in the window that shares a rare term, the likeliest first.
    fn candidates(&self, doc: &Doc<'_>, features: &Features) -> Vec<StoryId> {
        let mut scores: HashMap<StoryId, Score> = HashMap::default();
        let rarity = &self.stock.rarity;
        #[expect(clippy::cast_precision_loss, reason = "a weight of a few units")]
        let weigh = |(term, weight): &(Term, u32)| {
            (*term, rarity.of_word(doc.lang, *term).powi(2) * *weight as f32)
        };
        let words = features.words.iter().map(weigh);
        let signs = features.signs.iter().map(|sign| (*sign, rarity.of_sign(*sign).powi(2) * SIGN));
        for (term, gain) in words.chain(signs) {
            let holders = rarity.holders(term);
            if holders.len() > self.limits.postings_max {
                continue;
            }
            for number in holders {
                let Some((_, held)) = self.stock.articles.at(*number) else { continue };
                if self.is_near(doc.time, self.stock.time(held)) {
                    scores.entry(held.story).or_default().gain(term, gain);
                }
            }
        }
        for linked in doc.links {
            if let Some(held) = self.stock.articles.get(*linked)
                && self.is_near(doc.time, self.stock.time(held))
            {
                scores.entry(held.story).or_default().sum += 1e6;
            }
        }
        let mut found: Vec<(StoryId, f32)> =
            scores.into_iter().map(|(story, score)| (story, score.sum)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(self.limits.candidates_max);
        found.into_iter().map(|(story, _)| story).collect()
    }

    fn is_near(&self, a: Timestamp, b: Timestamp) -> bool {
        gap(a, b) <= self.limits.window
    }

    /// How far the story is past what is asked, by the better of words and signs.
    fn compare(
        &self,
        doc: &Doc<'_>,
        features: &Features,
        words: &Weighted,
        id: StoryId,
    ) -> Option<Likely> {
        let story = self.stock.stories.get(&id)?;
        let near: Vec<(ArticleId, &Held)> = story
            .members
            .iter()
            .filter_map(|member| Some((*member, self.stock.articles.get(*member)?)))
            .filter(|(_, held)| self.is_near(doc.time, self.stock.time(held)))
            .collect();
        let same = self.compare_words(doc, words, story, &near);
        // Where the story has reports in the language of the article and they are of other words,
        // the shared names are of people who make other news too.
        let is_denied = same.as_ref().is_some_and(|(score, _)| *score < DENIED);
        let cross = if is_denied { None } else { self.compare_signs(doc, features, &near) };
        let (score, why) =
            [same, cross].into_iter().flatten().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let linked = near.iter().find(|(member, _)| doc.links.contains(member));
        Some(match linked {
            Some((member, _)) => Likely {
                story: id,
                score: score * LINKED,
                why: format!("it links to article {member}, and {why}"),
            },
            None => Likely { story: id, score, why },
        })
    }

    /// Against the articles of its own language.
    fn compare_words(
        &self,
        doc: &Doc<'_>,
        words: &Weighted,
        story: &Story,
        near: &[(ArticleId, &Held)],
    ) -> Option<(f32, String)> {
        let sum = story.sums.get(&doc.lang)?;
        let near: Vec<&Held> =
            near.iter().map(|(_, held)| *held).filter(|held| held.lang == doc.lang).collect();
        let gap = near.iter().map(|held| gap(doc.time, self.stock.time(held))).min()?;
        let likeness = words.likeness(&near, sum, &self.stock.rarity);
        let score = likeness / (1.0 + DAY_COST * gap.as_secs_f32() / 86_400.0);
        let why =
            format!("its words are those of {} reports: {score:.2} of what is asked", near.len());
        Some((score, why))
    }

    /// Against the articles of other languages.
    fn compare_signs(
        &self,
        doc: &Doc<'_>,
        features: &Features,
        near: &[(ArticleId, &Held)],
    ) -> Option<(f32, String)> {
        let (member, best) = near
            .iter()
            .filter(|(_, held)| held.lang != doc.lang)
            .take(SIGNS_COMPARED_MAX)
            .filter_map(|(member, held)| {
                Some((member, cross::likeness(&self.stock.rarity, features, &held.features)?))
            })
            .max_by(|a, b| a.1.share.total_cmp(&b.1.share).then(b.0.cmp(a.0)))?;
        let why = format!(
            "it shares {} names and numbers with article {member} in another language",
            best.common
        );
        Some((best.share / SIGNS_SHARED, why))
    }
}

fn gap(a: Timestamp, b: Timestamp) -> SignedDuration {
    a.duration_since(b).abs()
}
