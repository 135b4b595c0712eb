//! Likeness across languages: concepts, numbers and names that two articles share.

use crate::features::Features;
use crate::rarity::Rarity;
use chapar_model::Lang;

/// How much two articles of different languages share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Likeness {
    /// Share of the signs of the one with fewer, by weight.
    pub(crate) share: f32,
    /// Signs in common.
    pub(crate) common: usize,
    /// Their weight.
    pub(crate) weight: f32,
}

/// Compares two articles of different languages.
pub(crate) fn likeness(
    rarity: &Rarity,
    a: (&Features, Option<Lang>),
    b: (&Features, Option<Lang>),
) -> Likeness {
    let mut shared = Likeness::default();
    let mut others = b.0.signs.iter().peekable();
    let (mut sum_a, mut sum_b) = (0.0, 0.0);
    for sign in &a.0.signs {
        while let Some(next) = others.next_if(|next| next.term < sign.term) {
            sum_b += rarity.weight(b.1, next.term);
        }
        let weight = rarity.weight(a.1, sign.term);
        sum_a += weight;
        if others.peek().is_some_and(|next| next.term == sign.term) {
            shared.common += 1;
            shared.weight += weight.min(rarity.weight(b.1, sign.term));
        }
    }
    sum_b += others.map(|next| rarity.weight(b.1, next.term)).sum::<f32>();
    let least = sum_a.min(sum_b);
    shared.share = if least > 0.0 { shared.weight / least } else { 0.0 };
    shared
}
