//! What changed between two texts: paragraphs that came or went, and the words that changed in
//! those that stayed. Splits at white space alone, so that a zero-width non-joiner never parts a
//! Persian word. Judges no change.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeSet;

/// Paragraphs of each text that are compared; those after them are left out.
const PARAGRAPHS_MAX: usize = 2_000;
/// Words of a paragraph past which it is not compared word by word.
const WORDS_MAX: usize = 2_000;
/// Old paragraphs that a new one is held against.
const NEAR_MAX: usize = 8;

/// How publishers open a note that they have changed a report.
const NOTES: [&str; 14] = [
    "correction",
    "corrections",
    "clarification",
    "editor's note",
    "editors' note",
    "اصلاح",
    "اصلاحیه",
    "تصحیح",
    "توضیح",
    "تصحيح",
    "توضيح",
    "تنويه",
    "berichtigung",
    "düzeltme",
];

/// One paragraph that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added(String),
    /// It is there no more.
    Removed(String),
    /// Some of its words changed.
    Edited(Vec<Stretch>),
}

/// Words in a row of a paragraph that changed, white space among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// They stayed.
    Kept(String),
    /// They are there no more.
    Removed(String),
    /// They are new.
    Added(String),
}

/// The paragraphs that changed between two texts, in the order of the newer one. Those that stayed
/// as they were are left out.
pub fn changes<S: AsRef<str>>(before: &[S], after: &[S]) -> Vec<Change> {
    let paragraphs = |text: &[S]| -> Vec<String> {
        text.iter().take(PARAGRAPHS_MAX).map(|p| p.as_ref().to_owned()).collect()
    };
    let (before, after) = (paragraphs(before), paragraphs(after));
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let old = before.get(op.old_range()).unwrap_or_default();
        let new = after.get(op.new_range()).unwrap_or_default();
        replaced(old, new, &mut changes);
    }
    changes
}

/// The words that changed in one paragraph.
pub fn word_changes(before: &str, after: &str) -> Vec<Stretch> {
    let (old, new) = (pieces(before), pieces(after));
    if old.len().max(new.len()) > WORDS_MAX * 2 {
        return vec![Stretch::Removed(before.to_owned()), Stretch::Added(after.to_owned())];
    }
    let mut stretches = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let was = old.get(op.old_range()).unwrap_or_default().concat();
        let is = new.get(op.new_range()).unwrap_or_default().concat();
        if matches!(op, DiffOp::Equal { .. }) {
            stretches.push(Stretch::Kept(is));
            continue;
        }
        stretches.extend((!was.is_empty()).then_some(Stretch::Removed(was)));
        stretches.extend((!is.is_empty()).then_some(Stretch::Added(is)));
    }
    joined(stretches)
}

/// Whether a paragraph opens as publishers open a note of correction: a word for it, then a colon
/// or dash.
pub fn is_correction_note(paragraph: &str) -> bool {
    let head: String = paragraph.trim_start().chars().take(40).collect();
    let head = head.to_lowercase().replace('’', "'");
    NOTES.iter().any(|note| {
        head.strip_prefix(note).is_some_and(|rest| rest.trim_start().starts_with([':', '–', '—']))
    })
}

/// Old and new paragraphs in the same place: each new one is an edit of the nearest old one that
/// shares half its words, or else new.
fn replaced(old: &[String], new: &[String], changes: &mut Vec<Change>) {
    let mut old = old;
    for paragraph in new {
        let found = old.iter().take(NEAR_MAX).position(|was| is_edit(was, paragraph));
        let Some((gone, [was, rest @ ..])) = found.and_then(|at| old.split_at_checked(at)) else {
            changes.push(Change::Added(paragraph.clone()));
            continue;
        };
        changes.extend(gone.iter().cloned().map(Change::Removed));
        changes.push(Change::Edited(word_changes(was, paragraph)));
        old = rest;
    }
    changes.extend(old.iter().cloned().map(Change::Removed));
}

fn is_edit(before: &str, after: &str) -> bool {
    let words = |text: &'_ str| -> BTreeSet<String> {
        text.split_whitespace().take(WORDS_MAX).map(str::to_owned).collect()
    };
    let (old, new) = (words(before), words(after));
    let shared = old.intersection(&new).count();
    let (fewer, more) = (old.len().min(new.len()), old.len().max(new.len()));
    // Half of the shorter one; and a short line that a long one happens to hold is no part of it.
    shared > 0 && shared * 2 >= fewer && shared * 4 >= more
}

/// Words, and the white space between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_space = first.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != is_space).unwrap_or(rest.len());
        let Some((piece, after)) = rest.split_at_checked(end) else { break };
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// A lone space that stayed between changed words is part of the change: words are read in a row,
/// not one by one.
fn joined(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut done: Vec<Stretch> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let mut rest = stretches.into_iter().peekable();
    while let Some(stretch) = rest.next() {
        match stretch {
            Stretch::Removed(words) => removed.push_str(&words),
            Stretch::Added(words) => added.push_str(&words),
            Stretch::Kept(space)
                if space.trim().is_empty()
                    && rest.peek().is_some()
                    && !(removed.is_empty() && added.is_empty()) =>
            {
                removed.push_str(&space);
                added.push_str(&space);
            }
            kept @ Stretch::Kept(_) => {
                flush(&mut done, &mut removed, &mut added);
                done.push(kept);
            }
        }
    }
    flush(&mut done, &mut removed, &mut added);
    done
}

fn flush(done: &mut Vec<Stretch>, removed: &mut String, added: &mut String) {
    if !removed.is_empty() {
        done.push(Stretch::Removed(std::mem::take(removed)));
    }
    if !added.is_empty() {
        done.push(Stretch::Added(std::mem::take(added)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(change: &Change) -> String {
        match change {
            Change::Added(words) => format!("+ {words}"),
            Change::Removed(words) => format!("- {words}"),
            Change::Edited(stretches) => {
                let mut line = "~ ".to_owned();
                for stretch in stretches {
                    line.push_str(&match stretch {
                        Stretch::Kept(words) => words.clone(),
                        Stretch::Removed(words) => format!("[-{words}-]"),
                        Stretch::Added(words) => format!("[+{words}+]"),
                    });
                }
                line
            }
        }
    }

    #[track_caller]
    fn check(before: &[&str], after: &[&str], expected: &[&str]) {
        let lines: Vec<String> = changes(before, after).iter().map(shown).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn only_paragraphs_that_changed_are_named() {
        check(&["one", "two"], &["one", "two"], &[]);
        check(&["one", "two"], &["one", "new", "two"], &["+ new"]);
        check(&["one", "two", "three"], &["one", "three"], &["- two"]);
        check(&[], &["one"], &["+ one"]);
    }

    #[test]
    fn words_of_an_edited_paragraph_are_told_apart() {
        check(
            &["The dam holds four million tonnes."],
            &["The dam holds five million tonnes."],
            &["~ The dam holds [-four-][+five+] million tonnes."],
        );
        check(
            &["The envoy left on Monday at noon with two aides."],
            &["The envoy left late on Tuesday at noon with two aides."],
            &["~ The envoy left [+late +]on [-Monday-][+Tuesday+] at noon with two aides."],
        );
    }

    #[test]
    fn a_persian_word_is_not_parted_at_its_joiner() {
        check(
            &["آب سد می\u{200c}رسد به شهر"],
            &["آب سد نمی\u{200c}رسد به شهر"],
            &["~ آب سد [-می\u{200c}رسد-][+نمی\u{200c}رسد+] به شهر"],
        );
    }

    #[test]
    fn another_paragraph_in_the_same_place_is_no_edit() {
        check(
            &["The harbor opens at six."],
            &["Rain fell over all Zarvand."],
            &["+ Rain fell over all Zarvand.", "- The harbor opens at six."],
        );
    }

    #[test]
    fn notes_of_correction_are_known_by_how_they_open() {
        for note in [
            "Correction: An earlier version named another dam.",
            "Editor’s note: the headline was changed.",
            "اصلاح: نام سد درست شد.",
            "تصحيح: ورد اسم آخر.",
        ] {
            assert!(is_correction_note(note), "{note}");
        }
        for other in ["Corrections officers left.", "اصلاح قانون آب به مجلس رفت.", ""]
        {
            assert!(!is_correction_note(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_what_changed(
            before in "[ab\u{200c}د \n]{0,40}",
            after in "[ab\u{200c}د \n]{0,40}",
        ) {
            let (mut old, mut new) = (String::new(), String::new());
            for stretch in word_changes(&before, &after) {
                match stretch {
                    Stretch::Kept(words) => {
                        old.push_str(&words);
                        new.push_str(&words);
                    }
                    Stretch::Removed(words) => old.push_str(&words),
                    Stretch::Added(words) => new.push_str(&words),
                }
            }
            prop_assert_eq!(old, before);
            prop_assert_eq!(new, after);
        }
    }
}
