//! The articles held and the stories they stand in. Stores and forgets; decides nothing.

use crate::features::{Features, Term};
use crate::rarity::Rarity;
use chapar_model::{ArticleId, Lang, StoryId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// One article held.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) story: StoryId,
    pub(crate) lang: Option<Lang>,
    pub(crate) time: Timestamp,
    pub(crate) copy_of: Option<ArticleId>,
    pub(crate) source: String,
    pub(crate) features: Features,
}

/// One story: its members in the order of the stream.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) members: Vec<ArticleId>,
    /// Weights of the words of all members, by language.
    pub(crate) sums: BTreeMap<Option<Lang>, Sum>,
}

/// The words of several articles together.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    pub(crate) words: BTreeMap<Term, u64>,
    pub(crate) articles: u32,
}

/// The last articles of the stream.
#[derive(Debug)]
pub(crate) struct Stock {
    window: SignedDuration,
    pub(crate) articles: BTreeMap<ArticleId, Held>,
    pub(crate) stories: BTreeMap<StoryId, Story>,
    pub(crate) rarity: Rarity,
    order: VecDeque<ArticleId>,
    holders: HashMap<Term, BTreeSet<ArticleId>>,
}

impl Stock {
    /// Nothing held.
    pub(crate) fn new(window: SignedDuration) -> Self {
        Self {
            window,
            articles: BTreeMap::new(),
            stories: BTreeMap::new(),
            rarity: Rarity::default(),
            order: VecDeque::new(),
            holders: HashMap::new(),
        }
    }

    /// The time that an article stands for. One that repeats an old report stands at the time of
    /// that, so that it makes no bridge from then to now.
    pub(crate) fn time(&self, held: &Held) -> Timestamp {
        let original = held.copy_of.and_then(|original| self.articles.get(&original));
        match original {
            Some(original) if held.time.duration_since(original.time).abs() > self.window => {
                original.time
            }
            _ => held.time,
        }
    }

    /// Takes an article in and forgets the oldest beyond `max`.
    pub(crate) fn add(&mut self, id: ArticleId, held: Held, max: usize) {
        self.remove(id);
        while self.articles.len() >= max.max(1)
            && let Some(oldest) = self.order.front().copied()
        {
            self.remove(oldest);
        }
        let story = self.stories.entry(held.story).or_default();
        story.members.push(id);
        let sum = story.sums.entry(held.lang).or_default();
        sum.articles += 1;
        for (term, weight) in &held.features.words {
            *sum.words.entry(*term).or_default() += u64::from(*weight);
        }
        self.rarity.add(held.lang, all_terms(&held.features));
        for term in all_terms(&held.features) {
            self.holders.entry(term).or_default().insert(id);
        }
        self.order.push_back(id);
        self.articles.insert(id, held);
    }

    /// Takes an article out, as if it had never come.
    pub(crate) fn remove(&mut self, id: ArticleId) {
        let Some(held) = self.articles.remove(&id) else { return };
        self.order.retain(|other| *other != id);
        self.rarity.remove(held.lang, all_terms(&held.features));
        for term in all_terms(&held.features) {
            let Some(holders) = self.holders.get_mut(&term) else { continue };
            holders.remove(&id);
            if holders.is_empty() {
                self.holders.remove(&term);
            }
        }
        let Some(story) = self.stories.get_mut(&held.story) else { return };
        story.members.retain(|other| *other != id);
        if story.members.is_empty() {
            self.stories.remove(&held.story);
        } else if let Some(sum) = story.sums.get_mut(&held.lang) {
            sum.remove(&held.features);
            if sum.articles == 0 {
                story.sums.remove(&held.lang);
            }
        }
    }

    /// The articles in which a term stands.
    pub(crate) fn holders(&self, term: Term) -> Option<&BTreeSet<ArticleId>> {
        self.holders.get(&term)
    }
}

impl Sum {
    fn remove(&mut self, features: &Features) {
        self.articles -= 1;
        for (term, weight) in &features.words {
            let Some(sum) = self.words.get_mut(term) else { continue };
            *sum -= u64::from(*weight);
            if *sum == 0 {
                self.words.remove(term);
            }
        }
    }
}

fn all_terms(features: &Features) -> impl Iterator<Item = Term> {
    let words = features.words.iter().map(|(term, _)| *term);
    words.chain(features.signs.iter().copied())
}
