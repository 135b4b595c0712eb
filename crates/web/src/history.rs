//! What happened to an article after it was first kept: the changes of its text, and the times it
//! was missing. Never shows more of a text than its source allows.

use crate::views::{Absence, Changed, More, Revision};
use chapar_model::{Display, OutcomeKind};
use chapar_store::{PageRow, RevisionRow};
use chapar_text::{Change, Stretch, changes, is_correction_note, word_changes};

/// Paragraphs shown of one change.
const PARAGRAPHS_SHOWN_MAX: usize = 40;

/// The texts of an address, the newest first, each with what it changed.
pub(crate) fn revisions(rows: &[RevisionRow], display: Display) -> Vec<Revision> {
    let before = rows.iter().skip(1).map(Some).chain([None]);
    rows.iter()
        .zip(before)
        .map(|(row, before)| Revision {
            number: row.number,
            page: row.page,
            fetched: row.fetched,
            changed: before.map(|before| changed(before, row, display)),
        })
        .collect()
}

fn changed(before: &RevisionRow, after: &RevisionRow, display: Display) -> Changed {
    let differ = |was: &str, is: &str| (was != is).then(|| word_changes(was, is));
    let byline = |row: &RevisionRow| row.byline.clone().unwrap_or_default();
    let mut text = changes(&before.paragraphs, &after.paragraphs);
    let has_correction_note = text.iter().any(is_note);
    let more = match text.len() {
        0 => More::None,
        _ if display != Display::Full => More::Hidden,
        count if count > PARAGRAPHS_SHOWN_MAX => More::Many,
        _ => More::None,
    };
    text.truncate(if display == Display::Full { PARAGRAPHS_SHOWN_MAX } else { 0 });
    Changed {
        headline: differ(&before.title, &after.title),
        byline: differ(&byline(before), &byline(after)),
        text,
        more,
        has_correction_note,
    }
}

fn is_note(change: &Change) -> bool {
    match change {
        Change::Added(paragraph) => is_correction_note(paragraph),
        Change::Removed(_) => false,
        Change::Edited(stretches) => {
            matches!(stretches.first(), Some(Stretch::Added(words)) if is_correction_note(words))
        }
    }
}

/// The times an article was missing and came back, the newest first. `pages` stand newest first.
pub(crate) fn absences(pages: &[PageRow]) -> Vec<Absence> {
    let mut missing = None;
    let mut absences = Vec::new();
    for page in pages.iter().rev() {
        let Some(outcome) = &page.outcome else { continue };
        match outcome.kind {
            OutcomeKind::Soft404 => missing = missing.or(Some(page.fetched)),
            OutcomeKind::HttpError if matches!(page.status, Some(404 | 410)) => {
                missing = missing.or(Some(page.fetched));
            }
            kind if says_nothing(kind) => {}
            _ => absences.extend(missing.take().map(|from| Absence { from, until: page.fetched })),
        }
    }
    absences.reverse();
    // What was missing before it was first there never left.
    let first_there = pages.iter().rev().find(|page| {
        page.outcome.as_ref().is_some_and(|outcome| {
            outcome.kind != OutcomeKind::Soft404 && !says_nothing(outcome.kind)
        })
    });
    absences.retain(|absence| first_there.is_some_and(|page| page.fetched < absence.from));
    absences
}

/// Whether a page says nothing of whether the article is there.
fn says_nothing(kind: OutcomeKind) -> bool {
    use OutcomeKind::{Challenge, HttpError, StandIn};
    matches!(kind, Challenge | HttpError | StandIn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::{ContentHash, Outcome, PageId, PageVia};
    use jiff::Timestamp;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    fn row(number: i64, title: &str, paragraphs: &[&str]) -> RevisionRow {
        RevisionRow {
            number,
            page: PageId(number),
            fetched: at(number),
            text_digest: String::new(),
            title: title.to_owned(),
            byline: None,
            published: None,
            paragraphs: paragraphs.iter().map(|&p| p.to_owned()).collect(),
        }
    }

    fn page(hour: i64, kind: OutcomeKind, status: u16) -> PageRow {
        PageRow {
            id: PageId(hour),
            fetched: at(hour),
            status: Some(status),
            digest: ContentHash::of(b""),
            body_bytes: 0,
            via: PageVia::Live,
            outcome: Some(Outcome { kind, reason: String::new() }),
        }
    }

    #[test]
    fn each_text_tells_what_it_changed_of_the_one_before() {
        let rows = [
            row(2, "Dam holds", &["Four.", "Correction: the dam has another name."]),
            row(1, "Dam breaks", &["Four."]),
        ];
        let shown = revisions(&rows, Display::Full);
        let changed = shown[0].changed.as_ref().unwrap();
        assert!(shown[1].changed.is_none());
        assert!(changed.headline.is_some() && changed.has_correction_note);
        assert_eq!(changed.text.len(), 1);
        assert_eq!(changed.more, More::None);
    }

    #[test]
    fn the_text_of_a_source_that_is_linked_alone_is_not_shown_in_its_changes() {
        let rows = [row(2, "A", &["New words."]), row(1, "A", &["Old ones."])];
        for display in [Display::Link, Display::Excerpt] {
            let shown = revisions(&rows, display);
            let changed = shown[0].changed.as_ref().unwrap();
            assert!(changed.text.is_empty());
            assert_eq!(changed.more, More::Hidden);
        }
    }

    #[test]
    fn an_article_that_came_back_was_missing_for_a_time() {
        use OutcomeKind::{Article, Challenge, HttpError, Soft404, StandIn};
        let check = |oldest_first: &[(OutcomeKind, u16)], expected: &[(i64, i64)]| {
            let mut pages: Vec<PageRow> = (1..)
                .zip(oldest_first)
                .map(|(hour, (kind, status))| page(hour, *kind, *status))
                .collect();
            pages.reverse();
            let expected: Vec<Absence> = expected
                .iter()
                .map(|&(from, until)| Absence { from: at(from), until: at(until) })
                .collect();
            assert_eq!(absences(&pages), expected);
        };
        check(&[(Article, 200), (HttpError, 404), (HttpError, 410), (Article, 200)], &[(2, 4)]);
        check(&[(Article, 200), (Soft404, 200), (Article, 200)], &[(2, 3)]);
        check(&[(Article, 200), (HttpError, 503), (Article, 200)], &[]);
        check(&[(Article, 200), (HttpError, 404)], &[]);
        check(&[(HttpError, 404), (Article, 200)], &[]);
        let away = [(Article, 200), (HttpError, 404), (StandIn, 200), (Challenge, 403)];
        check(&away, &[]);
        check(&[&away[..], &[(Article, 200)]].concat(), &[(2, 5)]);
    }
}
