//! Turns a reader's question into a query of the engine.

use crate::document::{Fields, WORD_BYTES_MAX};
use crate::query::{Clause, Query};
use chapar_model::Lang;
use chapar_text::{is_stopword, stem};
use std::collections::BTreeSet;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery,
    Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// A word of the headline says more of an article than one of its body.
const TITLE_BOOST: f32 = 3.0;
/// A word as it was typed counts more than another form of it.
const EXACT_BOOST: f32 = 1.3;
/// What the second best of a word's places adds to its score.
const TIE_BREAKER: f32 = 0.2;

/// Languages whose stems a word may have been indexed under, by its script.
const ARABIC_SCRIPT_LANGS: &[&str] = &["fa", "ar"];
const OTHER_LANGS: &[&str] = &[
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "hu", "ro", "ru", "tr", "pl",
    "el",
];

/// The keys a stem field may hold for a word, the word itself among them.
pub(crate) fn stems(key: &str, langs: &[Lang]) -> BTreeSet<String> {
    let is_arabic = key.starts_with(|c: char| ('\u{600}'..='\u{6ff}').contains(&c));
    let by_script = if is_arabic { ARABIC_SCRIPT_LANGS } else { OTHER_LANGS };
    let all: Vec<Lang> = by_script.iter().filter_map(|code| Lang::parse(code)).collect();
    let langs = if langs.is_empty() { all.as_slice() } else { langs };
    let stems = langs.iter().map(|lang| stem(key, *lang));
    stems.chain([key.to_owned()]).collect()
}

/// The engine's query; `None` when nothing is asked for.
pub(crate) fn engine_query(query: &Query, fields: &Fields) -> Option<Box<dyn EngineQuery>> {
    if query.is_empty() {
        return None;
    }
    let mut clauses: Vec<(Occur, Box<dyn EngineQuery>)> = Vec::new();
    let all_common = query.wanted.iter().all(is_common);
    for clause in &query.wanted {
        // A common word only raises the score, unless there is nothing else.
        let occur = if is_common(clause) && !all_common { Occur::Should } else { Occur::Must };
        clauses.push((occur, clause_query(clause, &query.langs, fields)));
    }
    for clause in &query.unwanted {
        clauses.push((Occur::MustNot, clause_query(clause, &query.langs, fields)));
    }
    clauses.extend(filters(query, fields));
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
    }
    Some(Box::new(BooleanQuery::new(clauses)))
}

/// Whether the score of a match says anything; filters alone do not rank.
pub(crate) fn has_words(query: &Query) -> bool {
    !query.wanted.is_empty()
}

fn is_common(clause: &Clause) -> bool {
    let Clause::Word { key, .. } = clause else { return false };
    [Lang::EN, Lang::FA, Lang::AR].into_iter().any(|lang| is_stopword(key, lang))
}

fn clause_query(clause: &Clause, langs: &[Lang], fields: &Fields) -> Box<dyn EngineQuery> {
    match clause {
        Clause::Word { key, parts } => {
            let mut places = word_places(key, langs, fields);
            if !parts.is_empty() {
                let all = parts
                    .iter()
                    .map(|part| (Occur::Must, best_of(word_places(part, langs, fields))));
                places.push(Box::new(BooleanQuery::new(all.collect())));
            }
            best_of(places)
        }
        Clause::Phrase(keys) => best_of(vec![
            boosted(phrase(keys, fields.title), TITLE_BOOST * EXACT_BOOST),
            boosted(phrase(keys, fields.body), EXACT_BOOST),
        ]),
    }
}

/// Where a word counts: as typed and as its stems, in headline and body.
fn word_places(key: &str, langs: &[Lang], fields: &Fields) -> Vec<Box<dyn EngineQuery>> {
    let mut places = vec![
        boosted(term(fields.title, key), TITLE_BOOST * EXACT_BOOST),
        boosted(term(fields.body, key), EXACT_BOOST),
    ];
    for stem in stems(key, langs) {
        places.push(boosted(term(fields.title_stems, &stem), TITLE_BOOST));
        places.push(term(fields.body_stems, &stem));
    }
    places
}

fn best_of(places: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    Box::new(DisjunctionMaxQuery::with_tie_breaker(places, TIE_BREAKER))
}

fn boosted(query: Box<dyn EngineQuery>, boost: f32) -> Box<dyn EngineQuery> {
    Box::new(BoostQuery::new(query, boost))
}

fn term(field: Field, key: &str) -> Box<dyn EngineQuery> {
    let key = if key.len() > WORD_BYTES_MAX { "" } else { key };
    let term = Term::from_field_text(field, key);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn phrase(keys: &[String], field: Field) -> Box<dyn EngineQuery> {
    match keys {
        [] => Box::new(tantivy::query::EmptyQuery),
        [key] => term(field, key),
        keys => {
            let terms = keys.iter().map(|key| Term::from_field_text(field, key)).collect();
            Box::new(PhraseQuery::new(terms))
        }
    }
}

fn filters(query: &Query, fields: &Fields) -> Vec<(Occur, Box<dyn EngineQuery>)> {
    let sources = |keys: &[chapar_model::SourceKey]| {
        keys.iter().map(|key| exact(fields.source, key.as_str())).collect::<Vec<_>>()
    };
    let langs = |langs: &[Lang]| {
        langs.iter().map(|lang| exact(fields.lang, lang.as_str())).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for (occur, any) in [
        (Occur::Must, sources(&query.sources)),
        (Occur::MustNot, sources(&query.unwanted_sources)),
        (Occur::Must, langs(&query.langs)),
        (Occur::MustNot, langs(&query.unwanted_langs)),
    ] {
        if !any.is_empty() {
            found.push((occur, unscored(Box::new(BooleanQuery::union(any)))));
        }
    }
    if query.after.is_some() || query.before.is_some() {
        let term = |seconds| Term::from_field_i64(fields.published, seconds);
        let after = query.after.map_or(Bound::Unbounded, |t| Bound::Included(term(t.as_second())));
        let before =
            query.before.map_or(Bound::Unbounded, |t| Bound::Excluded(term(t.as_second())));
        found.push((Occur::Must, unscored(Box::new(RangeQuery::new(after, before)))));
    }
    found
}

fn exact(field: Field, value: &str) -> Box<dyn EngineQuery> {
    let term = Term::from_field_text(field, value);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn unscored(query: Box<dyn EngineQuery>) -> Box<dyn EngineQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
