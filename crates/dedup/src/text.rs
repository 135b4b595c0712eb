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

/// A run of words as a hash.
pub(crate) type Run = u32;

/// One sentence.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    /// The hash of its words.
    pub(crate) hash: Run,
    words: u32,
    /// Where its runs end among those of the text; they begin where those before it end.
    runs_end: u32,
}

/// A text as its sentences.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// The sentences in order.
    pub(crate) sentences: Vec<Sentence>,
    /// The runs of all of them in order.
    runs: Vec<Run>,
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
        let mut read = Self { words: all.len(), ..Self::default() };
        for span in sentences(text) {
            let (inside, after) = rest.split_at(count_inside(rest, span));
            rest = after;
            read.push_sentence(inside);
        }
        read.push_sentence(rest);
        read.sentences.shrink_to_fit();
        read.runs.shrink_to_fit();
        read
    }

    fn push_sentence(&mut self, tokens: &[Token]) {
        if tokens.is_empty() {
            return;
        }
        let whole = shingles(tokens, tokens.len());
        self.runs.extend(shingles(tokens, RUN_WORDS).into_iter().map(cut));
        self.sentences.push(Sentence {
            hash: cut(whole.first().copied().unwrap_or_else(|| hash64(b""))),
            words: u32::try_from(tokens.len()).unwrap_or(u32::MAX),
            runs_end: u32::try_from(self.runs.len()).unwrap_or(u32::MAX),
        });
    }

    /// Each sentence with its runs.
    fn parts(&self) -> impl Iterator<Item = (&Sentence, &[Run])> {
        let mut begin = 0;
        self.sentences.iter().map(move |sentence| {
            let end = sentence.runs_end as usize;
            let runs = self.runs.get(begin..end).unwrap_or_default();
            begin = end;
            (sentence, runs)
        })
    }

    /// The runs of the sentences that `is_kept`, sorted, each once.
    pub(crate) fn runs(&self, is_kept: impl Fn(&Sentence) -> bool) -> Vec<Run> {
        let kept = self.parts().filter(|(sentence, _)| is_kept(sentence));
        let mut runs: Vec<Run> = kept.flat_map(|(_, runs)| runs.iter().copied()).collect();
        runs.sort_unstable();
        runs.dedup();
        runs.shrink_to_fit();
        runs
    }

    /// How much of this text, whose runs are `own`, stands in the text whose runs are `other`.
    pub(crate) fn shared_with(&self, own: &[Run], other: &[Run]) -> Shared {
        let words = self
            .parts()
            .filter(|(sentence, runs)| {
                sentence.words as usize >= SENTENCE_WORDS_MIN && is_in(runs, own, other)
            })
            .map(|(sentence, _)| sentence.words as usize)
            .sum();
        Shared { runs: containment(own, other), sentences: share(words, self.words), words }
    }
}

/// Whether a sentence of these runs was taken over.
fn is_in(runs: &[Run], own: &[Run], other: &[Run]) -> bool {
    let is_shared = |run: &&Run| own.binary_search(run).is_ok() && other.binary_search(run).is_ok();
    let shared = runs.iter().filter(is_shared).count();
    share(shared, runs.len()) >= SENTENCE_SHARED
}

/// A hash as a run.
#[expect(clippy::cast_possible_truncation, reason = "every bit of the hash is as good as another")]
pub(crate) fn cut(hash: u64) -> Run {
    hash as Run
}

/// How many of the first tokens begin before the sentence ends.
fn count_inside(tokens: &[Token], span: Span) -> usize {
    tokens.partition_point(|token| token.span.start < span.end)
}

/// Share of the sorted `own` that is in the sorted `other`.
fn containment(own: &[Run], other: &[Run]) -> f32 {
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
