//! Candidates gathered for one field, and the choice among them. The choice is by score, the
//! first seen wins among equals, and nothing that was seen is forgotten.

use crate::limits::{CANDIDATES_MAX, RAW_CHARS_MAX};
use crate::words;
use chapar_model::{Basis, Candidate, Field, Verdict};
use std::borrow::Cow;

/// Candidates for a field.
#[derive(Debug)]
pub(crate) struct Gathered<T> {
    seen: Vec<(i32, Candidate<T>)>,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { seen: Vec::new() }
    }
}

/// What a candidate stands on.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub(crate) basis: Basis,
    pub(crate) place: Cow<'static, str>,
}

/// A ground with a fixed place.
pub(crate) fn ground(basis: Basis, place: impl Into<Cow<'static, str>>) -> Ground {
    Ground { basis, place: place.into() }
}

impl<T: Clone> Gathered<T> {
    /// Adds a candidate that may be chosen.
    pub(crate) fn add(&mut self, score: i32, ground: Ground, value: T, raw: &str) {
        self.push(score, ground, value, raw, Verdict::Agrees);
    }

    /// Adds a candidate that is not believed.
    pub(crate) fn reject(
        &mut self,
        ground: Ground,
        value: T,
        raw: &str,
        reason: impl Into<Cow<'static, str>>,
    ) {
        self.push(i32::MIN, ground, value, raw, Verdict::Rejected(reason.into()));
    }

    fn push(&mut self, score: i32, ground: Ground, value: T, raw: &str, verdict: Verdict) {
        if self.seen.len() >= CANDIDATES_MAX && !self.drop_below(score) {
            return;
        }
        let Ground { basis, place } = ground;
        let raw = words::clipped(raw, RAW_CHARS_MAX);
        self.seen.push((score, Candidate { value, basis, place, raw, verdict }));
    }

    /// Makes room for a candidate of that score; `false` when all stand at least as high.
    fn drop_below(&mut self, score: i32) -> bool {
        let lowest = self.seen.iter().enumerate().rev().min_by_key(|(_, (seen, _))| *seen);
        let Some(at) = lowest.filter(|(_, (seen, _))| *seen < score).map(|(at, _)| at) else {
            return false;
        };
        self.seen.remove(at);
        true
    }

    /// The candidate with the highest score.
    pub(crate) fn best_candidate(&self) -> Option<&Candidate<T>> {
        let open = self.seen.iter().filter(|(_, c)| c.verdict == Verdict::Agrees);
        let mut best: Option<&(i32, Candidate<T>)> = None;
        for seen in open {
            if best.is_none_or(|(score, _)| seen.0 > *score) {
                best = Some(seen);
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// The value with the highest score.
    pub(crate) fn best(&self) -> Option<&T> {
        self.best_candidate().map(|candidate| &candidate.value)
    }

    /// The candidates that may be chosen, in the order they came.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Candidate<T>> {
        self.seen.iter().filter(|(_, c)| c.verdict == Verdict::Agrees).map(|(_, c)| c)
    }

    /// How many candidates there are.
    pub(crate) fn count(&self) -> usize {
        self.seen.len()
    }

    /// Believes none of what was gathered.
    pub(crate) fn reject_all(&mut self, reason: &'static str) {
        for (_, candidate) in &mut self.seen {
            if candidate.verdict == Verdict::Agrees {
                candidate.verdict = Verdict::Rejected(Cow::Borrowed(reason));
            }
        }
    }

    /// The values that may be chosen, in the order they came.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.open().map(|candidate| &candidate.value)
    }

    /// The values that may be chosen, the highest score first.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = &T> {
        let mut open: Vec<&(i32, Candidate<T>)> =
            self.seen.iter().filter(|(_, c)| c.verdict == Verdict::Agrees).collect();
        open.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        open.into_iter().map(|(_, candidate)| &candidate.value)
    }

    /// Chooses a value for a reason other than its rank: the candidate that has it, else the best
    /// one, read as that value.
    pub(crate) fn settle_on(
        mut self,
        value: T,
        reason: &'static str,
        same: impl Fn(&T, &T) -> bool,
    ) -> Field<T>
    where
        T: PartialEq,
    {
        let is_open = |c: &Candidate<T>| c.verdict == Verdict::Agrees;
        let known = self.seen.iter().position(|(_, c)| is_open(c) && c.value == value);
        if let Some((score, _)) = known.and_then(|at| self.seen.get_mut(at)) {
            *score = i32::MAX;
        } else if let Some(best) = self.best_candidate().cloned() {
            self.seen.push((i32::MAX, Candidate { value, ..best }));
        }
        self.settle(reason, same)
    }

    /// Chooses the candidate with the highest score.
    pub(crate) fn settle(
        mut self,
        reason: &'static str,
        same: impl Fn(&T, &T) -> bool,
    ) -> Field<T> {
        self.seen.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let mut candidates: Vec<Candidate<T>> = self.seen.into_iter().map(|(_, c)| c).collect();
        let Some(chosen) = candidates.iter().position(|c| c.verdict == Verdict::Agrees) else {
            return Field { candidates };
        };
        let Some(value) = candidates.get(chosen).map(|c| c.value.clone()) else {
            return Field { candidates };
        };
        for (at, candidate) in candidates.iter_mut().enumerate() {
            if at == chosen {
                candidate.verdict = Verdict::Chosen(Cow::Borrowed(reason));
            } else if candidate.verdict == Verdict::Agrees && !same(&candidate.value, &value) {
                candidate.verdict = Verdict::Rejected(Cow::Borrowed("stands lower in rank"));
            }
        }
        Field { candidates }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_score_is_chosen_and_the_rest_is_kept() {
        let mut gathered = Gathered::default();
        gathered.add(1, ground(Basis::Meta, "a"), 1, "1");
        gathered.add(2, ground(Basis::JsonLd, "b"), 2, "2");
        gathered.add(0, ground(Basis::Heading, "c"), 2, "2");
        gathered.reject(ground(Basis::Masthead, "d"), 3, "3", "a clock");
        let field = gathered.settle("ranks first", |a, b| a == b);
        assert_eq!(field.value(), Some(&2));
        let verdicts: Vec<bool> =
            field.candidates.iter().map(|c| matches!(c.verdict, Verdict::Rejected(_))).collect();
        assert_eq!(verdicts, [false, true, false, true]);
    }
}
