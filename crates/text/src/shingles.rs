//! Runs of words as stable numbers, for comparing texts. Never a cryptographic digest.

use crate::Token;

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0xff51_afd7_ed55_8ccd;

/// A 64-bit hash that is the same on every machine and in every version.
pub fn hash64(bytes: &[u8]) -> u64 {
    let mut state = SEED ^ (bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        state = mix(state, u64::from_le_bytes(word));
    }
    mix(state, SEED)
}

/// The hashes of all runs of `n` words in order; a text shorter than `n` words is one run.
pub fn shingles(tokens: &[Token], n: usize) -> Vec<u64> {
    if tokens.is_empty() || n == 0 {
        return Vec::new();
    }
    let words: Vec<u64> = tokens.iter().map(|token| hash64(token.key.as_bytes())).collect();
    words
        .windows(n.min(words.len()))
        .map(|run| run.iter().fold(SEED, |state, word| mix(state, *word)))
        .collect()
}

/// One round of multiply and shift; every bit of the input reaches every bit of the output.
fn mix(state: u64, word: u64) -> u64 {
    let mut x = (state.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    x ^= x >> 32;
    x = x.wrapping_mul(SEED | 1);
    x ^ (x >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;
    use std::collections::BTreeSet;

    #[test]
    fn hash_is_stable() {
        assert_eq!(hash64(b""), hash64(b""));
        assert_eq!(hash64("خبر".as_bytes()), EXPECTED);
    }

    /// Kept fingerprints in the store rest on this value.
    const EXPECTED: u64 = 17_305_412_914_834_381_258;

    #[test]
    fn spelling_does_not_change_shingles() {
        let a = shingles(&tokens("او مي گويد «كتاب» را خواند"), 3);
        let b = shingles(&tokens("او می‌گوید کتاب را خواند."), 3);
        assert_eq!(a, b);
        assert_eq!(a.len(), 3);
    }

    #[test]
    fn short_text_is_one_shingle() {
        assert_eq!(shingles(&tokens("one two"), 5).len(), 1);
        assert!(shingles(&[], 5).is_empty());
        assert!(shingles(&tokens("one"), 0).is_empty());
    }

    #[test]
    fn small_inputs_do_not_collide() {
        let hashes: BTreeSet<u64> = (0..100_000u32).map(|n| hash64(&n.to_le_bytes())).collect();
        assert_eq!(hashes.len(), 100_000);
    }

    #[test]
    fn order_of_words_matters() {
        assert_ne!(shingles(&tokens("a b"), 2), shingles(&tokens("b a"), 2));
    }
}
