//! Likeness within a language: weighted words of an article, of members and of a whole story.

use crate::features::{Features, Term};
use crate::held::{Held, Sum};
use crate::rarity::Rarity;
use chapar_model::Lang;

/// Members compared one by one: those that founded the story.
const FOUNDERS: usize = 3;
/// And the latest.
const LATEST: usize = 30;
/// Members whose mean likeness counts: a single chance likeness does not decide.
const NEAREST: usize = 3;
/// The story as a whole counts as much as its nearest members.
const WHOLE_SHARE: f32 = 0.5;
/// Likeness that makes a text part of a story. This and the numbers below are one setting for all
/// of the labelled streams, chosen by B-cubed F1 on these same streams: on the full-text one 0.19,
/// 0.2, 0.21 and 0.22 give 0.846, 0.865, 0.858 and 0.859.
const ASKED_LONG: f32 = 0.2;
/// Likeness that makes a headline part of a story of one.
const ASKED_SHORT: f32 = 0.18;
/// What each e-fold of members takes off what is asked of a headline.
const EASE: f32 = 0.2;
/// And what it leaves.
const EASED_MIN: f32 = 0.4;
/// Against drift: share of what is asked that a text must reach with the founders alone.
const FOUNDING_LONG: f32 = 0.4;
/// The same for a headline, whose few words seldom meet those of three others.
const FOUNDING_SHORT: f32 = 0.2;
/// Articles of fewer words go by their headline.
const SHORT_WORDS: usize = 40;

/// Words of one article, weighted by how rare they are now.
pub(crate) struct Weighted {
    words: Vec<(Term, f32)>,
    norm: f32,
    lang: Option<Lang>,
    is_short: bool,
}

impl Weighted {
    /// Weighs the words.
    #[expect(clippy::cast_precision_loss, reason = "weights of a few units")]
    pub(crate) fn new(features: &Features, lang: Option<Lang>, rarity: &Rarity) -> Self {
        let words: Vec<(Term, f32)> = features
            .words
            .iter()
            .map(|(term, weight)| (*term, *weight as f32 * rarity.of_word(lang, *term)))
            .collect();
        let norm = words.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
        Self { words, norm, lang, is_short: features.length < SHORT_WORDS }
    }

    /// Likeness to a story, as a multiple of what makes the article part of it.
    ///
    /// `near` are the members of the same language within the window, in the order of the stream.
    pub(crate) fn likeness(&self, near: &[&Held], sum: &Sum, rarity: &Rarity) -> f32 {
        let cosine = |held: &&Held| self.cosine(&Self::new(&held.features, held.lang, rarity));
        let later = near.get(FOUNDERS.min(near.len())..).unwrap_or_default();
        let latest = later.get(later.len().saturating_sub(LATEST)..).unwrap_or_default();
        let founders: Vec<f32> = near.iter().take(FOUNDERS).map(cosine).collect();
        let mean_founding = mean(&founders);
        let mut cosines = founders;
        cosines.extend(latest.iter().map(cosine));
        cosines.sort_by(|a, b| b.total_cmp(a));
        cosines.truncate(NEAREST);
        let whole = match (sum.articles, cosines.first()) {
            (1, Some(only)) => *only,
            _ => self.cosine_to(sum, rarity),
        };
        let likeness = WHOLE_SHARE * whole + (1.0 - WHOLE_SHARE) * mean(&cosines);
        let asked = self.asked(near.len());
        let guard = if self.is_short { FOUNDING_SHORT } else { FOUNDING_LONG };
        if near.len() > FOUNDERS && mean_founding < asked * guard {
            return 0.0;
        }
        likeness / asked
    }

    /// What is asked of an article: less of a headline where the story has had many, since each
    /// has words of its own.
    #[expect(clippy::cast_precision_loss, reason = "counts of articles held")]
    fn asked(&self, members: usize) -> f32 {
        if !self.is_short {
            return ASKED_LONG;
        }
        let eased = 1.0 - EASE * (members.max(1) as f32).ln();
        ASKED_SHORT * eased.max(EASED_MIN)
    }

    fn cosine(&self, other: &Self) -> f32 {
        let mut others = other.words.iter().peekable();
        let mut dot = 0.0;
        for (term, weight) in &self.words {
            while others.next_if(|(other, _)| other < term).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| other == term) {
                dot += weight * other;
            }
        }
        ratio(dot, self.norm * other.norm)
    }

    #[expect(clippy::cast_precision_loss, reason = "sums of small weights")]
    fn cosine_to(&self, sum: &Sum, rarity: &Rarity) -> f32 {
        let weigh =
            |(term, sum): &(Term, u32)| (*term, *sum as f32 * rarity.of_word(self.lang, *term));
        let mut own = self.words.iter().peekable();
        let (mut dot, mut squares) = (0.0, 0.0);
        for (term, weight) in sum.words.iter().map(weigh) {
            squares += weight * weight;
            while own.next_if(|(other, _)| *other < term).is_some() {}
            if let Some((_, own)) = own.next_if(|(other, _)| *other == term) {
                dot += own * weight;
            }
        }
        ratio(dot, self.norm * squares.sqrt())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few members")]
fn mean(values: &[f32]) -> f32 {
    ratio(values.iter().sum(), values.len() as f32)
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
