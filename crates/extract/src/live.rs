//! Entries of running reports: elements beside one another, each of which begins with its time.
//! Decides nothing about what is text.

use crate::body::Body;
use crate::dom::{Attr, Doc, Tag};
use crate::layout::Layout;
use crate::limits::{LIVE_ENTRIES_MAX, LIVE_TIME_CHARS_MAX};
use std::collections::HashMap;

/// Entries that make a row of them: two times may be "published" and "changed".
const ENTRIES_MIN: usize = 3;

/// Elements around a time in which its entry is looked for.
const CLIMB_MAX: usize = 6;

/// Runs of an entry before its time: a headline, a name.
const RUNS_BEFORE_MAX: usize = 2;

/// For each element that is an entry the element that holds its time.
pub(crate) fn entries(doc: &Doc, layout: &Layout, body: &Body) -> HashMap<usize, usize> {
    // For each element around entries, these with their times.
    let mut rows: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    let times = doc.find(body.root..doc.end(body.root), Tag::Time).take(LIVE_ENTRIES_MAX);
    for time in times.filter(|time| is_time(doc, *time)) {
        let around = doc.lineage(time).skip(1).take(CLIMB_MAX);
        for node in around.take_while(|node| *node > body.root) {
            let Some(parent) = doc.parent(node) else { break };
            if is_entry(doc, layout, body, node, time) {
                let row = rows.entry(parent).or_default();
                if row.last().is_none_or(|(last, _)| *last != node) {
                    row.push((node, time));
                }
            }
        }
    }
    rows.into_values()
        .filter(|row| row.len() >= ENTRIES_MIN && has_own_times(doc, row))
        .flatten()
        .collect()
}

fn is_time(doc: &Doc, node: usize) -> bool {
    let words = doc.words_up_to(node, LIVE_TIME_CHARS_MAX + 1);
    !words.is_empty() && words.chars().count() <= LIVE_TIME_CHARS_MAX
}

/// Whether an element begins with a time and goes on with text of the article.
fn is_entry(doc: &Doc, layout: &Layout, body: &Body, node: usize, time: usize) -> bool {
    if !matches!(doc.tag(node), Tag::Article | Tag::Section | Tag::Div | Tag::Li) {
        return false;
    }
    let runs = layout.runs_in(doc, node);
    let own = layout.runs_in(doc, time).start;
    let next = body.runs.partition_point(|run| *run < runs.start);
    let has_text = body.runs.get(next..).unwrap_or_default().iter().any(|at| {
        runs.contains(at)
            && layout.runs.get(*at).is_some_and(|run| run.heading == 0 && run.mass > 20)
    });
    own <= runs.start + RUNS_BEFORE_MAX && has_text
}

/// Whether the entries do not all tell the same moment, as reports printed thrice would.
fn has_own_times(doc: &Doc, row: &[(usize, usize)]) -> bool {
    let said = |time: usize| match doc.attr(time, Attr::Datetime) {
        Some(stated) => stated.to_owned(),
        None => doc.words_up_to(time, LIVE_TIME_CHARS_MAX),
    };
    let first = row.first().map(|(_, time)| said(*time));
    row.iter().any(|(_, time)| Some(said(*time)) != first)
}
