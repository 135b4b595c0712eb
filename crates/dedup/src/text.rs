//! A text as word runs, and how much of one stands in another. Knows nothing of who wrote it.

use chapar_model::Span;
use chapar_text::{Token, hash64, sentences, shingles, tokens};

/// Words of a run. On the sample world runs of three part light rewrites (14 of 15 share 0.29 and
/// more) from other outlets' own reports (0.21 and less, but for a brief inside a live blog); of
/// runs of five both kinds share about 0.12.
const RUN_WORDS: usize = 3;
/// Words of a text that are read; the rest of a longer one is left out.
const WORDS_MAX: usize = 20_000;
/// A sentence of fewer words is too common to prove that a part was taken over.
const SENTENCE_WORDS_MIN: usize = 8;
/// Share of its runs at which a sentence counts as taken over.
const SENTENCE_SHARED: f32 = 0.8;

/// One sentence as its runs.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    /// The hash of its words.
    pub(crate) hash: u64,
    words: usize,
    runs: Vec<u64>,
}

/// A text as its sentences.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// The sentences in order.
    pub(crate) sentences: Vec<Sentence>,
    /// Words in all.
    pub(crate) words: usize,
}

/// How much of one text stands in another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Shared {
    /// Share of its runs, 0 to 1.
    pub(crate) runs: f32,
    /// Share of its words in sentences that were taken over whole.
    pub(crate) sentences: f32,
    /// Words in such sentences.
    pub(crate) words: usize,
}

impl Text {
    /// Reads a text.
    pub(crate) fn new(text: &str) -> Self {
        let mut all = tokens(text);
        all.truncate(WORDS_MAX);
        let mut rest = all.as_slice();
        let mut sentences_found = Vec::new();
        for span in sentences(text) {
            let (inside, after) = rest.split_at(count_inside(rest, span));
            rest = after;
            push_sentence(inside, &mut sentences_found);
        }
        push_sentence(rest, &mut sentences_found);
        Self { sentences: sentences_found, words: all.len() }
    }

    /// The runs of the sentences that `is_kept`, sorted, each once.
    pub(crate) fn runs(&self, is_kept: impl Fn(&Sentence) -> bool) -> Vec<u64> {
        let mut runs: Vec<u64> = self
            .sentences
            .iter()
            .filter(|sentence| is_kept(sentence))
            .flat_map(|sentence| sentence.runs.iter().copied())
            .collect();
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    /// How much of this text, whose runs are `own`, stands in the text whose runs are `other`.
    pub(crate) fn shared_with(&self, own: &[u64], other: &[u64]) -> Shared {
        let words = self
            .sentences
            .iter()
            .filter(|sentence| sentence.words >= SENTENCE_WORDS_MIN && sentence.is_in(own, other))
            .map(|sentence| sentence.words)
            .sum();
        Shared { runs: containment(own, other), sentences: share(words, self.words), words }
    }
}

impl Sentence {
    fn is_in(&self, own: &[u64], other: &[u64]) -> bool {
        let is_shared =
            |run: &&u64| own.binary_search(run).is_ok() && other.binary_search(run).is_ok();
        let shared = self.runs.iter().filter(is_shared).count();
        share(shared, self.runs.len()) >= SENTENCE_SHARED
    }
}

/// How many of the first tokens begin before the sentence ends.
fn count_inside(tokens: &[Token], span: Span) -> usize {
    tokens.partition_point(|token| token.span.start < span.end)
}

fn push_sentence(tokens: &[Token], found: &mut Vec<Sentence>) {
    if tokens.is_empty() {
        return;
    }
    let whole = shingles(tokens, tokens.len());
    found.push(Sentence {
        hash: whole.first().copied().unwrap_or_else(|| hash64(b"")),
        words: tokens.len(),
        runs: shingles(tokens, RUN_WORDS),
    });
}

/// Share of the sorted `own` that is in the sorted `other`.
fn containment(own: &[u64], other: &[u64]) -> f32 {
    let mut shared = 0;
    let mut others = other.iter().peekable();
    for run in own {
        while others.next_if(|next| *next < run).is_some() {}
        shared += usize::from(others.peek() == Some(&run));
    }
    share(shared, own.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below `WORDS_MAX`")]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expect: f32) {
        let (a, b) = (Text::new(a), Text::new(b));
        let (own, other) = (a.runs(|_| true), b.runs(|_| true));
        assert!((a.shared_with(&own, &other).runs - expect).abs() < 0.01);
    }

    #[test]
    fn order_of_sentences_does_not_matter() {
        check("One two three four. Five six seven.", "Five six seven. One two three four.", 1.0);
    }

    #[test]
    fn share_is_of_its_own_runs() {
        check("One two three.", "One two three. Four five six.", 1.0);
        check("One two three. Four five six.", "One two three.", 0.5);
        check("", "One two three.", 0.0);
    }

    #[test]
    fn sentence_taken_over_is_seen() {
        let a = Text::new("The lake rose by a hand since the autumn rains. It is blue.");
        let b = Text::new("A reader says: the lake rose by a hand since the autumn rains.");
        let shared = a.shared_with(&a.runs(|_| true), &b.runs(|_| true));
        assert_eq!(shared.words, 10);
        assert!(shared.sentences > 0.7 && shared.sentences < 0.8);
    }
}
