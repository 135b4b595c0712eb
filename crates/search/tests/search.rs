//! The index as a whole, on a directory of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use chapar_model::{ArticleId, Lang, SourceKey, StoryId};
use chapar_search::{Document, Index, Query, SearchError};
use jiff::Timestamp;
use jiff::tz::TimeZone;

struct Sample {
    id: i64,
    title: &'static str,
    body: &'static str,
    lang: &'static str,
    source: &'static str,
    day: &'static str,
}

const fn sample(
    id: i64,
    title: &'static str,
    body: &'static str,
    lang: &'static str,
    source: &'static str,
    day: &'static str,
) -> Sample {
    Sample { id, title, body, lang, source, day }
}

const SAMPLES: &[Sample] = &[
    sample(
        1,
        "Ministers sign memorandum",
        "The two ministers met in the capital.",
        "en",
        "alpha",
        "2026-03-01",
    ),
    sample(
        2,
        "Harvest fair opens",
        "A minister opened the fair. Red apples and green pears.",
        "en",
        "beta",
        "2026-03-02",
    ),
    sample(
        3,
        "وزیر می‌گوید کتاب‌ها گران شد",
        "قیمت کتاب ۱۲ درصد بالا رفت. علی‌رضا نبود.",
        "fa",
        "gamma",
        "2026-03-02",
    ),
    sample(4, "وزير مي گويد", "كتاب هاي تازه در راه است", "fa", "delta", "2026-03-03"),
    sample(5, "الوزارة تعلن موعد المعرض", "أعلنت الوزارة عن موعد افتتاح المعرض", "ar", "alpha", ""),
    sample(
        6,
        "Green light for red line",
        "The red apples of the valley.",
        "en",
        "alpha",
        "2025-03-01",
    ),
];

fn now() -> Timestamp {
    "2026-03-04T00:00:00Z".parse().unwrap()
}

fn put(writer: &mut chapar_search::Writer, sample: &Sample) {
    let published =
        (!sample.day.is_empty()).then(|| format!("{}T12:00:00Z", sample.day).parse().unwrap());
    writer
        .replace(&Document {
            article: ArticleId(sample.id),
            story: Some(StoryId(sample.id * 10)),
            title: sample.title,
            body: sample.body,
            lang: Lang::parse(sample.lang),
            source: &SourceKey::parse(sample.source).unwrap(),
            published,
        })
        .unwrap();
}

fn filled() -> (tempfile::TempDir, Index) {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path()).unwrap();
    let mut writer = index.writer().unwrap();
    SAMPLES.iter().for_each(|sample| put(&mut writer, sample));
    writer.commit(7).unwrap();
    (dir, index)
}

fn ids(index: &Index, query: &str) -> Vec<i64> {
    let query = Query::parse(query, &TimeZone::UTC);
    let found = index.search(&query, 20, 0, now()).unwrap();
    assert_eq!(found.total, found.hits.len());
    found.hits.iter().map(|hit| hit.article.0).collect()
}

#[track_caller]
fn check(index: &Index, query: &str, expect: &[i64]) {
    let mut found = ids(index, query);
    found.sort_unstable();
    assert_eq!(found, expect, "{query}");
}

#[test]
fn words_are_found_in_every_form_and_spelling() {
    let (_dir, index) = filled();
    check(&index, "minister", &[1, 2]);
    check(&index, "MINISTERS signed", &[1]);
    check(&index, "the minister", &[1, 2]);
    for spelling in ["می‌گوید", "می گوید", "ميگويد", "میگوید", "مي‌گويد"]
    {
        check(&index, spelling, &[3, 4]);
    }
    check(&index, "کتاب", &[3, 4]);
    check(&index, "كتابهای", &[3, 4]);
    check(&index, "12", &[3]);
    check(&index, "١٢", &[3]);
    check(&index, "رضا", &[3]);
    check(&index, "علی رضا", &[3]);
    check(&index, "علیرضا", &[3]);
    check(&index, "وزارة", &[5]);
    check(&index, "zebra", &[]);
}

#[test]
fn phrases_stand_as_they_are() {
    let (_dir, index) = filled();
    check(&index, "red apples", &[2, 6]);
    check(&index, "\"red line\"", &[6]);
    check(&index, "\"line red\"", &[]);
    check(&index, "\"minister\"", &[2]);
    check(&index, "«می گوید»", &[3, 4]);
}

#[test]
fn filters_narrow_the_search() {
    let (_dir, index) = filled();
    check(&index, "source:alpha", &[1, 5, 6]);
    check(&index, "source:alpha source:beta minister", &[1, 2]);
    check(&index, "minister -source:alpha", &[2]);
    check(&index, "lang:fa", &[3, 4]);
    check(&index, "-lang:fa -lang:ar", &[1, 2, 6]);
    check(&index, "-minister lang:en", &[6]);
    check(&index, "-apples", &[1, 3, 4, 5]);
    check(&index, "after:2026-03-02", &[2, 3, 4]);
    check(&index, "before:2026-03-02", &[1, 6]);
    check(&index, "after:2026-03-01 before:2026-03-02", &[1]);
    check(&index, "after:1404-12-11", &[2, 3, 4]);
    check(&index, "", &[]);
}

#[test]
fn headline_counts_more_and_news_before_archive() {
    let (_dir, index) = filled();
    assert_eq!(ids(&index, "minister"), [1, 2]);
    assert_eq!(ids(&index, "apples"), [2, 6]);
    assert_eq!(ids(&index, "lang:en"), [2, 1, 6]);
    assert_eq!(ids(&index, "source:alpha"), [1, 6, 5]);
}

#[test]
fn pages_follow_each_other() {
    let (_dir, index) = filled();
    let query = Query::parse("-zebra", &TimeZone::UTC);
    let page = |offset| index.search(&query, 2, offset, now()).unwrap();
    let all: Vec<i64> =
        [0, 2, 4].iter().flat_map(|o| page(*o).hits).map(|hit| hit.article.0).collect();
    assert_eq!(all, [4, 3, 2, 1, 6, 5]);
    assert_eq!(page(6).hits, []);
    assert_eq!(page(6).total, 6);
    assert_eq!(page(20_000).total, 6);
    assert_eq!(page(0).hits[0].story, Some(StoryId(40)));
}

#[test]
fn changes_are_seen_when_committed() {
    let (_dir, index) = filled();
    let mut writer = index.writer().unwrap();
    put(&mut writer, &sample(1, "Envoy leaves", "He is gone.", "en", "alpha", "2026-03-01"));
    writer.delete(ArticleId(2));
    check(&index, "minister", &[1, 2]);
    writer.commit(9).unwrap();
    check(&index, "minister", &[]);
    check(&index, "envoy", &[1]);
    assert_eq!(index.len(), 5);
    put(&mut writer, &SAMPLES[1]);
    writer.rollback().unwrap();
    writer.commit(10).unwrap();
    check(&index, "minister", &[]);
}

#[test]
fn the_index_remembers_how_far_it_came() {
    let (dir, index) = filled();
    assert_eq!(index.committed_seq().unwrap(), Some(7));
    drop(index);
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.committed_seq().unwrap(), Some(7));
    check(&index, "minister", &[1, 2]);
    let index = Index::create(dir.path()).unwrap();
    assert_eq!(index.committed_seq().unwrap(), None);
    assert!(index.is_empty());
    Index::open(dir.path()).unwrap();
}

#[test]
fn one_writer_at_a_time() {
    let (_dir, index) = filled();
    let first = index.writer().unwrap();
    let error = index.writer().err().unwrap();
    assert!(matches!(error, SearchError::Busy { .. }) && error.is_transient(), "{error:?}");
    drop(first);
    index.writer().unwrap();
}

#[test]
fn a_missing_index_can_be_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_owned(), dir.path().join("none")] {
        let error = Index::open(&path).unwrap_err();
        assert!(
            matches!(error, SearchError::Missing { .. }) && error.is_rebuildable(),
            "{error:?}"
        );
    }
}

#[test]
fn a_damaged_index_can_be_rebuilt() {
    let (dir, index) = filled();
    index.verify().unwrap();
    drop(index);
    let meta = dir.path().join("meta.json");
    let whole = std::fs::read(&meta).unwrap();
    for bytes in [&b"{"[..], b"", b"{}"] {
        std::fs::write(&meta, bytes).unwrap();
        let error = Index::open(dir.path()).unwrap_err();
        assert!(error.is_rebuildable(), "{error:?}");
    }
    std::fs::write(&meta, whole).unwrap();
    let mut files: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let term = files.iter().find(|path| path.extension().is_some_and(|e| e == "term")).unwrap();
    let bytes = std::fs::read(term).unwrap();
    std::fs::write(term, &bytes[..bytes.len() / 2]).unwrap();
    let error = Index::open(dir.path()).unwrap_err();
    assert!(error.is_rebuildable(), "{error:?}");
    std::fs::remove_file(term).unwrap();
    let error = Index::open(dir.path()).unwrap_err();
    assert!(error.is_rebuildable(), "{error:?}");
    std::fs::write(dir.path().join("notes.txt"), "kept").unwrap();
    let index = Index::create(dir.path()).unwrap();
    assert!(index.is_empty() && dir.path().join("notes.txt").exists());
}
