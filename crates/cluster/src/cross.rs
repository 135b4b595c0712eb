//! Likeness across languages: concepts, numbers and names that two articles share.

use crate::features::{Features, Term};
use crate::rarity::Rarity;

/// Signs two articles must have in common.
const COMMON_MIN: usize = 3;

/// Weight of signs that is asked of both beside their own, so that an article with three names is
/// not part of every story that holds them.
const SIGNS_ASKED: f32 = 10.0;

/// How much two articles of different languages share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Likeness {
    /// Share of the signs of the one with fewer, by weight.
    pub(crate) share: f32,
    /// Signs in common.
    pub(crate) common: usize,
}

/// Compares two articles of different languages; `None` when they have too little in common to
/// say anything.
///
/// Text in capitals-less script offers every word as a possible name, so the share is of the
/// article with fewer signs: of its names, how many does the other hold?
pub(crate) fn likeness(rarity: &Rarity, a: &Features, b: &Features) -> Option<Likeness> {
    let weigh = |signs: &[Term]| signs.iter().map(|sign| rarity.of_sign(*sign)).sum::<f32>();
    let mut others = b.signs.iter().peekable();
    let (mut shared, mut common) = (0.0, 0);
    for sign in &a.signs {
        while others.next_if(|next| *next < sign).is_some() {}
        if others.next_if(|next| *next == sign).is_some() {
            common += 1;
            shared += rarity.of_sign(*sign);
        }
    }
    let least = weigh(&a.signs).min(weigh(&b.signs)) + SIGNS_ASKED;
    (common >= COMMON_MIN).then(|| Likeness { share: shared / least, common })
}
