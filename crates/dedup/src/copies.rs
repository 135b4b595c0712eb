//! The last documents of the stream and which repeats which. Forgets the oldest, never looks ahead.

use crate::original::{Member, base_key, find_first, reasons};
use crate::text::{Run, Shared, Text, cut};
use chapar_model::{ArticleId, CopyKind, CopyOf, Lang};
use chapar_text::{Postings, Recent, hash64};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// From this share of its runs on a text is the same but for furniture. Measured on the sample
/// world: word-for-word copies share 0.82 and more, light rewrites 0.56 and less.
const WHOLE: f32 = 0.75;
/// From this share on it is a rewrite. Chosen on the sample world between 0.21 and 0.29; a rewrite
/// that adds as much again as it takes over stays below (`herald/quake-kuhsang-morning`, 0.15).
const REWRITTEN: f32 = 0.26;
/// The other way round a rewrite shares as much; a brief inside a long report does not.
const REWRITTEN_BACK: f32 = 0.2;
/// Of two versions of one text neither is much longer than what they share; a digest is.
const REWRITTEN_EVEN: f32 = 0.5;
/// Words in sentences taken over whole that make a part.
const PART_WORDS: usize = 30;
/// Share of the text that such sentences make up.
const PART: f32 = 0.2;
/// Texts of fewer words are compared only as wholes.
const SHORT_WORDS: usize = 30;
/// Texts of fewer words are not compared at all.
const WORDS_MIN: usize = 12;
/// What short texts must share, both ways.
const SHORT_SHARED: f32 = 0.95;
/// A sentence that so many articles of one source hold is furniture.
const FURNITURE_ARTICLES: usize = 5;
/// One run in so many is looked up to find candidates.
const SAMPLE: Run = 4;
/// Share of sampled runs of the smaller text that makes a candidate.
const CANDIDATE_SHARED: f32 = 0.1;
/// A run in more articles than this finds no candidates.
const POSTINGS_MAX: usize = 500;
/// Articles a new one is compared with, those with most runs in common first.
const CANDIDATES_MAX: usize = 100;

/// One article as it enters.
#[derive(Debug, Clone)]
pub struct Doc<'a> {
    /// The article; a known one is replaced.
    pub id: ArticleId,
    /// Its headline.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its language; articles of unknown language are compared with each other.
    pub lang: Option<Lang>,
    /// First publication.
    pub time: Option<Timestamp>,
    /// Whether `time` is more exact than a day.
    pub time_exact: bool,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// Key of the source.
    pub source: &'a str,
    /// Its group, or its key.
    pub publisher: &'a str,
    /// Whether the source is an agency.
    pub is_agency: bool,
    /// Its address.
    pub url: &'a str,
    /// Agencies, claimed originals and addresses that it credits.
    pub credits: Vec<String>,
    /// Names by which its source is known, among them its host.
    pub names: Vec<String>,
}

/// How much is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Articles held; the oldest goes first.
    pub docs_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { docs_max: 10_000 }
    }
}

/// One article held.
#[derive(Debug)]
struct Entry {
    member: Member,
    source_hash: Run,
    lang: Option<Lang>,
    text: Text,
    /// How many of its runs, but for furniture, are looked up.
    sampled: usize,
    /// How much of this text stands in that of another.
    shared: BTreeMap<ArticleId, Shared>,
    copy: Option<CopyOf>,
}

/// How two articles are tied.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Tie {
    /// One text, copied or rewritten.
    Text,
    /// One holds some or all of the other.
    Part,
}

/// The copies among the last articles of the stream.
#[derive(Debug, Default)]
pub struct Copies {
    limits: Limits,
    entries: Recent<Entry>,
    by_run: Postings,
    /// By the hash of source and sentence.
    by_sentence: Postings,
}

impl Copies {
    /// No articles.
    pub fn new() -> Self {
        Self::default()
    }

    /// No articles, with other limits.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes an article in and tells whose original changed: the new one's, and that of earlier
    /// ones of which the new one turns out to be the original.
    pub fn add(&mut self, doc: &Doc<'_>) -> Vec<(ArticleId, Option<CopyOf>)> {
        let mut touched = self.remove(doc.id);
        while self.entries.len() >= self.limits.docs_max.max(1)
            && let Some(oldest) = self.entries.oldest()
        {
            // What the store knows of the copies of a forgotten original stays true.
            let left = self.remove(oldest);
            self.decide(&left);
        }
        self.entries.push(doc.id, Entry::new(doc));
        touched.extend(self.count_sentences(doc.id));
        touched.insert(doc.id);
        touched.extend(self.compare_all(&touched));
        let mut changes = self.decide(&touched);
        if !changes.iter().any(|(id, _)| *id == doc.id) {
            changes.push((doc.id, self.copy_of(doc.id).cloned()));
        }
        changes.sort_by_key(|(id, _)| (*id != doc.id, *id));
        changes
    }

    /// What the article repeats, as far as is known now.
    pub fn copy_of(&self, id: ArticleId) -> Option<&CopyOf> {
        self.entries.get(id)?.copy.as_ref()
    }

    /// Takes an article out and gives those that were tied to it.
    fn remove(&mut self, id: ArticleId) -> BTreeSet<ArticleId> {
        let Some((number, entry)) = self.entries.remove(id) else { return BTreeSet::new() };
        for run in sampled(&entry.text.runs(|_| true)) {
            self.by_run.remove(run, number);
        }
        let mut touched: BTreeSet<ArticleId> = entry.shared.keys().copied().collect();
        for other in &touched {
            if let Some(other) = self.entries.get_mut(*other) {
                other.shared.remove(&id);
            }
        }
        let mut freed = BTreeSet::new();
        for key in entry.sentence_keys() {
            if self.by_sentence.holders(key).binary_search(&number).is_ok()
                && self.by_sentence.remove(key, number) + 1 == FURNITURE_ARTICLES
            {
                freed.extend(self.ids(self.by_sentence.holders(key)));
            }
        }
        touched.extend(self.compare_all(&freed));
        touched.extend(freed);
        touched
    }

    fn ids<'a>(&'a self, numbers: &'a [u32]) -> impl Iterator<Item = ArticleId> + 'a {
        numbers.iter().filter_map(|number| Some(self.entries.at(*number)?.0))
    }

    /// Counts the sentences of a new article; gives those for whom one has become furniture.
    fn count_sentences(&mut self, id: ArticleId) -> BTreeSet<ArticleId> {
        let mut changed = BTreeSet::new();
        let Some((entry, number)) = self.entries.get(id).zip(self.entries.number(id)) else {
            return changed;
        };
        for key in entry.sentence_keys() {
            let is_new = self.by_sentence.holders(key).binary_search(&number).is_err();
            if is_new && self.by_sentence.insert(key, number) == FURNITURE_ARTICLES {
                let holders = self.by_sentence.holders(key).iter();
                changed.extend(holders.filter_map(|number| Some(self.entries.at(*number)?.0)));
            }
        }
        changed
    }

    /// Reads anew the runs of these articles and whom they share them with; gives those that were
    /// tied to them before.
    fn compare_all(&mut self, ids: &BTreeSet<ArticleId>) -> BTreeSet<ArticleId> {
        for id in ids {
            self.read_runs(*id);
        }
        let mut left = BTreeSet::new();
        for id in ids {
            left.extend(self.compare(*id));
        }
        left
    }

    fn read_runs(&mut self, id: ArticleId) {
        let Some((entry, number)) = self.entries.get(id).zip(self.entries.number(id)) else {
            return;
        };
        let runs = self.runs(entry);
        for run in sampled(&entry.text.runs(|_| true)) {
            self.by_run.remove(run, number);
        }
        for run in sampled(&runs) {
            self.by_run.insert(run, number);
        }
        if let Some(entry) = self.entries.get_mut(id) {
            entry.sampled = sampled(&runs).count();
        }
    }

    /// The runs of an article but for furniture, sorted.
    fn runs(&self, entry: &Entry) -> Vec<Run> {
        let is_furniture = |hash: Run| {
            self.by_sentence.holders(entry.sentence_key(hash)).len() >= FURNITURE_ARTICLES
        };
        entry.text.runs(|sentence| !is_furniture(sentence.hash))
    }

    /// Measures the article against its candidates, both ways; gives those it was tied to before.
    fn compare(&mut self, id: ArticleId) -> Vec<ArticleId> {
        let before: Vec<ArticleId> =
            self.entries.get(id).map(|e| e.shared.keys().copied().collect()).unwrap_or_default();
        for other in &before {
            self.set_shared(id, *other, None);
        }
        let Some(own) = self.entries.get(id).map(|entry| self.runs(entry)) else { return before };
        for other in self.candidates(id, &own) {
            let (Some(a), Some(b)) = (self.entries.get(id), self.entries.get(other)) else {
                continue;
            };
            let others = self.runs(b);
            let forth = a.text.shared_with(&own, &others);
            let back = b.text.shared_with(&others, &own);
            if find_tie(a, b, forth, back).is_some() {
                self.set_shared(id, other, Some((forth, back)));
            }
        }
        before
    }

    fn set_shared(&mut self, a: ArticleId, b: ArticleId, shared: Option<(Shared, Shared)>) {
        for (of, to, value) in [(a, b, shared.map(|s| s.0)), (b, a, shared.map(|s| s.1))] {
            let Some(entry) = self.entries.get_mut(of) else { continue };
            match value {
                Some(value) => entry.shared.insert(to, value),
                None => entry.shared.remove(&to),
            };
        }
    }

    fn candidates(&self, id: ArticleId, own: &[Run]) -> Vec<ArticleId> {
        let Some(entry) = self.entries.get(id) else { return Vec::new() };
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for run in sampled(own) {
            let holders = self.by_run.holders(run);
            if holders.len() <= POSTINGS_MAX {
                holders.iter().for_each(|holder| *counts.entry(*holder).or_default() += 1);
            }
        }
        let mut found: Vec<(usize, ArticleId)> = counts
            .into_iter()
            .filter_map(|(number, count)| {
                let (other, held) = self.entries.at(number)?;
                let least = entry.sampled.min(held.sampled);
                let is_one = other != id
                    && held.lang == entry.lang
                    && ratio(count, least) >= CANDIDATE_SHARED;
                is_one.then_some((count, other))
            })
            .collect();
        found.sort_by_key(|(count, other)| (std::cmp::Reverse(*count), *other));
        found.truncate(CANDIDATES_MAX);
        found.into_iter().map(|(_, other)| other).collect()
    }

    /// Decides anew for the groups of these articles; gives what changed.
    fn decide(&mut self, touched: &BTreeSet<ArticleId>) -> Vec<(ArticleId, Option<CopyOf>)> {
        let mut seen = BTreeSet::new();
        let mut copies: BTreeMap<ArticleId, Option<CopyOf>> = BTreeMap::new();
        for id in touched {
            if self.entries.number(*id).is_some() && !seen.contains(id) {
                let group = self.group(*id);
                seen.extend(group.iter().copied());
                copies.extend(self.decide_group(group));
            }
        }
        // Who holds a part of whom rests on which of them are originals, one step away.
        let mut parts: BTreeSet<ArticleId> = seen.clone();
        for id in &seen {
            parts.extend(self.tied(*id, Tie::Part));
        }
        let by_text = |id: ArticleId| match copies.get(&id) {
            Some(copy) => copy.clone(),
            None => self.copy_of(id).filter(|copy| self.is_by_text(id, copy.original)).cloned(),
        };
        let decided: Vec<(ArticleId, Option<CopyOf>)> = parts
            .iter()
            .map(|id| (*id, by_text(*id).or_else(|| self.find_part(*id, &by_text))))
            .collect();
        let mut changes = Vec::new();
        for (id, copy) in decided {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            if entry.copy != copy {
                entry.copy.clone_from(&copy);
                changes.push((id, copy));
            }
        }
        changes
    }

    fn is_by_text(&self, id: ArticleId, other: ArticleId) -> bool {
        self.tie(id, other) == Some(Tie::Text)
    }

    fn tie(&self, id: ArticleId, other: ArticleId) -> Option<Tie> {
        let (a, b) = (self.entries.get(id)?, self.entries.get(other)?);
        find_tie(a, b, *a.shared.get(&other)?, *b.shared.get(&id)?)
    }

    fn tied(&self, id: ArticleId, tie: Tie) -> Vec<ArticleId> {
        let shared = self.entries.get(id).map(|entry| &entry.shared);
        let others = shared.into_iter().flat_map(|shared| shared.keys().copied());
        others.filter(|other| self.tie(id, *other) == Some(tie)).collect()
    }

    /// All that are tied by their text, over any number of steps.
    fn group(&self, id: ArticleId) -> BTreeSet<ArticleId> {
        let mut group = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for other in self.tied(id, Tie::Text) {
                if group.insert(other) {
                    open.push(other);
                }
            }
        }
        group
    }

    /// The first of a group takes those who share its own text; the others decide again.
    fn decide_group(&self, mut group: BTreeSet<ArticleId>) -> Vec<(ArticleId, Option<CopyOf>)> {
        let mut decided = Vec::new();
        loop {
            let members: Vec<&Member> =
                group.iter().filter_map(|id| Some(&self.entries.get(*id)?.member)).collect();
            let Some(first) = find_first(&members) else { return decided };
            decided.push((first.id, None));
            group.remove(&first.id);
            for other in self.tied(first.id, Tie::Text) {
                if group.remove(&other) {
                    decided.push((other, self.copy(other, first.id)));
                }
            }
        }
    }

    /// The earlier original of which the article holds the most, where it is one itself.
    fn find_part(
        &self,
        id: ArticleId,
        by_text: &impl Fn(ArticleId) -> Option<CopyOf>,
    ) -> Option<CopyOf> {
        let entry = self.entries.get(id)?;
        let earlier = self.tied(id, Tie::Part).into_iter().filter(|other| {
            let is_earlier = self
                .entries
                .get(*other)
                .is_some_and(|o| base_key(&o.member) < base_key(&entry.member));
            is_earlier && by_text(*other).is_none()
        });
        let most = earlier.max_by(|a, b| {
            let shared = |id: &ArticleId| entry.shared.get(id).map_or(0.0, |s| s.runs);
            shared(a).total_cmp(&shared(b)).then(b.cmp(a))
        })?;
        self.copy(id, most)
    }

    fn copy(&self, id: ArticleId, original: ArticleId) -> Option<CopyOf> {
        let (copy, first) = (self.entries.get(id)?, self.entries.get(original)?);
        let shared = copy.shared.get(&original)?;
        let kind = match shared.runs {
            runs if runs >= WHOLE => CopyKind::Whole,
            _ if self.is_by_text(id, original) => CopyKind::Rewritten,
            _ => CopyKind::Part,
        };
        let why = reasons(&first.member, &copy.member);
        Some(CopyOf { original, kind, shared: shared.runs, why })
    }
}

impl Entry {
    /// What stands for a sentence of this source.
    fn sentence_key(&self, hash: Run) -> Run {
        hash.rotate_left(16) ^ self.source_hash
    }

    fn sentence_keys(&self) -> impl Iterator<Item = Run> {
        self.text.sentences.iter().map(|sentence| self.sentence_key(sentence.hash))
    }

    fn new(doc: &Doc<'_>) -> Self {
        let text = Text::new(doc.text);
        Self {
            member: Member::new(doc, text.words),
            source_hash: cut(hash64(doc.source.as_bytes())),
            lang: doc.lang,
            text,
            sampled: 0,
            shared: BTreeMap::new(),
            copy: None,
        }
    }
}

/// How two texts are tied that share so much; the same whichever of them is asked first.
fn find_tie(a: &Entry, b: &Entry, forth: Shared, back: Shared) -> Option<Tie> {
    let (least, most) = (forth.runs.min(back.runs), forth.runs.max(back.runs));
    let words = a.member.words.min(b.member.words);
    if words < WORDS_MIN {
        return None;
    }
    if words < SHORT_WORDS {
        return (least >= SHORT_SHARED).then_some(Tie::Text);
    }
    // A newsroom that takes up its own report again brings it up to date; that is no copy.
    if a.member.source == b.member.source {
        return (least >= WHOLE).then_some(Tie::Text);
    }
    if most >= REWRITTEN && least >= REWRITTEN_BACK.max(most * REWRITTEN_EVEN) {
        return Some(Tie::Text);
    }
    let is_part = |s: Shared| s.words >= PART_WORDS && s.sentences >= PART;
    (most >= WHOLE || is_part(forth) || is_part(back)).then_some(Tie::Part)
}

fn sampled(runs: &[Run]) -> impl Iterator<Item = Run> {
    runs.iter().copied().filter(|run| run % SAMPLE == 0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs in one text")]
fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}
