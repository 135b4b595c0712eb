//! What the grouper does with small streams.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use chapar_cluster::{Doc, Grouper, Limits};
use chapar_model::{ArticleId, Lang, StoryId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const QUAKE: &str = "An earthquake of magnitude 5.1 shook the mountain town of Kuhsang before dawn. \
    Eleven people were injured and 240 houses damaged, the Relief Society said. Tents and blankets \
    were sent to four villages north of Kuhsang, where 19 aftershocks followed.";
const QUAKE_AGAIN: &str = "Rescuers brought tents and blankets to the villages near Kuhsang after the \
    earthquake of magnitude 5.1. The Relief Society counted 11 injured people and 240 damaged houses.";
const BUDGET: &str = "The House of Deputies passed the budget of next year by 187 votes against 62. \
    Spending grows by 14 percent to 3,870 billion darin, with a deficit of 410 billion.";

fn doc<'a>(id: i64, hours: i64, text: &'a str) -> Doc<'a> {
    Doc {
        id: ArticleId(id),
        title: "",
        text,
        lang: Some(Lang::EN),
        time: Timestamp::from_second(1_770_000_000 + hours * 3600).unwrap(),
        concepts: &[],
        source: "west",
        copy_of: None,
        links: &[],
    }
}

fn stories(docs: &[Doc<'_>]) -> Vec<i64> {
    let mut grouper = Grouper::new(Limits::default());
    docs.iter().map(|doc| grouper.assign(doc).story.0).collect()
}

#[test]
fn reports_of_one_event_meet_and_others_do_not() {
    assert_eq!(stories(&[doc(1, 0, QUAKE), doc(2, 1, BUDGET), doc(3, 5, QUAKE_AGAIN)]), [1, 2, 1]);
}

#[test]
fn the_same_words_weeks_apart_are_two_stories() {
    let days = |n: i64| n * 24;
    let expect = [1, 2, 1, 2];
    let docs = [
        doc(1, 0, QUAKE),
        doc(2, days(21), QUAKE),
        doc(3, days(1), QUAKE_AGAIN),
        doc(4, days(22), QUAKE_AGAIN),
    ];
    assert_eq!(stories(&docs), expect);
    // An archive that is imported late, newest first.
    let turned = [docs[3].clone(), docs[1].clone(), docs[2].clone(), docs[0].clone()];
    assert_eq!(stories(&turned), [4, 4, 3, 3]);
}

#[test]
fn a_copy_stands_with_its_original_and_builds_no_bridge() {
    let mut late = doc(2, 21 * 24, QUAKE);
    late.copy_of = Some(ArticleId(1));
    let now = doc(3, 21 * 24 + 1, QUAKE_AGAIN);
    assert_eq!(stories(&[doc(1, 0, QUAKE), late, now]), [1, 1, 3]);
}

#[test]
fn names_and_numbers_join_languages() {
    let persian = "زمین‌لرزه‌ای به بزرگی ۵٫۱ بامداد سه‌شنبه کوه‌سنگ را لرزاند. نسرین آبداور گفت ۲۴۰ خانه \
        آسیب دید و ۱۱۰۰ پتو فرستاده شد.";
    let english = "An earthquake of magnitude 5.1 shook Kuhsang on Tuesday. Nasrin Abdavar said 240 houses \
        were damaged and 1,100 blankets sent.";
    let mut other = doc(2, 1, persian);
    other.lang = Some(Lang::FA);
    assert_eq!(stories(&[doc(1, 0, english), other.clone()]), [1, 1]);
    other.text = "مجلس بودجه سال آینده را تصویب کرد.";
    assert_eq!(stories(&[doc(1, 0, english), other]), [1, 2]);
}

#[test]
fn the_oldest_is_forgotten() {
    let limits = Limits { docs_max: 1, ..Limits::default() };
    let mut grouper = Grouper::new(limits);
    grouper.assign(&doc(1, 0, QUAKE));
    grouper.assign(&doc(2, 0, BUDGET));
    assert_eq!(grouper.assign(&doc(3, 0, QUAKE)).story, StoryId(3));
}

#[test]
fn a_revision_stays_where_its_neighbors_are() {
    let docs = [doc(1, 0, QUAKE), doc(2, 1, QUAKE_AGAIN), doc(1, 0, QUAKE_AGAIN)];
    assert_eq!(stories(&docs), [1, 1, 1]);
}

/// Sentences of which streams are made.
const SENTENCES: [&str; 6] = [
    "The lake rose by 34 centimeters since October.",
    "Dockers in the port stopped work over wages.",
    "The striker scored twice before the break.",
    "دریاچه از مهر تاکنون ۳۴ سانتی‌متر بالا آمد.",
    "The central bank raised its rate to 19.5 percent.",
    "اعتصاب باراندازان بندر به روز دوم رسید.",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_a_restart_it_goes_on_as_before(
        recipe in prop::collection::vec((0usize..6, 0usize..6, 0i64..400, 0i64..20), 4..24),
        cut in 1usize..20,
        docs_max in 2usize..12,
    ) {
        let texts: Vec<String> =
            recipe.iter().map(|(a, b, ..)| format!("{} {}", SENTENCES[*a], SENTENCES[*b])).collect();
        let docs: Vec<Doc<'_>> = recipe
            .iter()
            .zip(&texts)
            .enumerate()
            .map(|(i, ((a, _, hours, of), text))| {
                let id = i as i64;
                let mut doc = doc(id, *hours, text);
                doc.lang = Some(if [3, 5].contains(a) { Lang::FA } else { Lang::EN });
                doc.copy_of = (*of < 3 && *of < id).then_some(ArticleId(*of));
                doc
            })
            .collect();
        let cut = cut.min(docs.len());
        let limits = Limits { docs_max, ..Limits::default() };
        let mut grouper = Grouper::new(limits);
        let told: Vec<StoryId> = docs.iter().map(|doc| grouper.assign(doc).story).collect();
        let mut restarted = Grouper::new(limits);
        for i in cut.saturating_sub(docs_max)..cut {
            restarted.restore(&docs[i], told[i]);
        }
        for i in cut..docs.len() {
            prop_assert_eq!(restarted.assign(&docs[i]).story, told[i]);
        }
    }

    #[test]
    fn reports_beyond_the_window_never_share_a_story_that_none_bridges(hours in 121i64..5000) {
        prop_assert_eq!(stories(&[doc(1, 0, QUAKE), doc(2, hours, QUAKE)]), vec![1, 2]);
        prop_assert_eq!(stories(&[doc(1, hours, QUAKE), doc(2, 0, QUAKE)]), vec![1, 2]);
    }

    #[test]
    fn any_text_is_taken(texts in prop::collection::vec(("\\PC{0,40}", "\\PC{0,200}"), 1..6)) {
        let mut grouper = Grouper::new(Limits { window: SignedDuration::ZERO, ..Limits::default() });
        for (id, (title, text)) in texts.iter().enumerate() {
            let mut doc = doc(id as i64, 0, text);
            doc.title = title;
            grouper.assign(&doc);
        }
    }
}
