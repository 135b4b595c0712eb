//! The articles held and the stories they stand in. Stores and forgets; decides nothing.

use crate::features::{Features, Term};
use crate::rarity::Rarity;
use chapar_model::{ArticleId, Lang, StoryId};
use chapar_text::Recent;
use foldhash::HashMap;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

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

/// The words of several articles together; those of a single one stand with it.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    /// Weights by term, sorted; empty for a single article.
    pub(crate) words: Vec<(Term, u32)>,
    pub(crate) articles: u32,
}

/// The last articles of the stream.
#[derive(Debug)]
pub(crate) struct Stock {
    window: SignedDuration,
    pub(crate) articles: Recent<Held>,
    pub(crate) stories: HashMap<StoryId, Story>,
    pub(crate) rarity: Rarity,
}

impl Stock {
    /// Nothing held.
    pub(crate) fn new(window: SignedDuration) -> Self {
        Self {
            window,
            articles: Recent::default(),
            stories: HashMap::default(),
            rarity: Rarity::default(),
        }
    }

    /// The time that an article stands for. One that repeats an old report stands at the time of
    /// that, so that it makes no bridge from then to now.
    pub(crate) fn time(&self, held: &Held) -> Timestamp {
        let original = held.copy_of.and_then(|original| self.articles.get(original));
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
            && let Some(oldest) = self.articles.oldest()
        {
            self.remove(oldest);
        }
        let (story, lang) = (held.story, held.lang);
        let number = self.articles.push(id, held);
        let Some(held) = self.articles.get(id) else { return };
        self.rarity.add(number, lang, all_terms(&held.features));
        let story = self.stories.entry(story).or_default();
        story.members.push(id);
        let sum = story.sums.entry(lang).or_default();
        sum.articles += 1;
        match sum.articles {
            1 => {}
            2 => sum.of(&story.members, lang, &self.articles),
            _ => sum.add(&held.features),
        }
    }

    /// Takes an article out, as if it had never come.
    pub(crate) fn remove(&mut self, id: ArticleId) {
        let Some((number, held)) = self.articles.remove(id) else { return };
        self.rarity.remove(number, held.lang, all_terms(&held.features));
        let Some(story) = self.stories.get_mut(&held.story) else { return };
        story.members.retain(|other| *other != id);
        if story.members.is_empty() {
            self.stories.remove(&held.story);
        } else if let Some(sum) = story.sums.get_mut(&held.lang) {
            sum.articles -= 1;
            match sum.articles {
                0 => drop(story.sums.remove(&held.lang)),
                1 => sum.words = Vec::new(),
                _ => sum.subtract(&held.features),
            }
        }
    }
}

impl Sum {
    /// Sums all members of a language.
    fn of(&mut self, members: &[ArticleId], lang: Option<Lang>, articles: &Recent<Held>) {
        let held = members.iter().filter_map(|id| articles.get(*id));
        for held in held.filter(|held| held.lang == lang) {
            self.add(&held.features);
        }
    }

    fn add(&mut self, features: &Features) {
        let mut sums = Vec::with_capacity(self.words.len() + features.words.len());
        let mut old = self.words.iter().copied().peekable();
        for (term, weight) in &features.words {
            while let Some(before) = old.next_if(|(other, _)| other < term) {
                sums.push(before);
            }
            let known = old.next_if(|(other, _)| other == term).map_or(0, |(_, sum)| sum);
            sums.push((*term, known.saturating_add(*weight)));
        }
        sums.extend(old);
        self.words = sums;
    }

    fn subtract(&mut self, features: &Features) {
        let mut gone = features.words.iter().peekable();
        self.words.retain_mut(|(term, sum)| {
            while gone.next_if(|(other, _)| other < term).is_some() {}
            if let Some((_, weight)) = gone.next_if(|(other, _)| other == term) {
                *sum = sum.saturating_sub(*weight);
            }
            *sum > 0
        });
    }
}

fn all_terms(features: &Features) -> impl Iterator<Item = Term> {
    let words = features.words.iter().map(|(term, _)| *term);
    words.chain(features.signs.iter().copied())
}
