//! Numbers of the text that was kept: how much, from how many places, and how it sounds. An
//! article tells; a shop or a service speaks to you, a listing begins anew every few lines.

use super::{PageView, Row, Said, count, set, share};
use crate::body::Body;
use crate::dom::{Kind, Tag};
use crate::features;
use crate::layout::Run;
use crate::numbers::log;
use std::collections::BTreeMap;

/// Letters of a box from which it is no card.
const CARD_MASS_MAX: u32 = 600;
/// Letters below which a run is short.
const SHORT_MASS: u32 = 80;
/// How many ancestors may be the card that a run stands in.
const CARD_DEPTH_MAX: usize = 5;

pub(super) fn tell(view: &PageView<'_>, row: &mut Row) {
    let alike = features::alike(view.doc);
    cards(view, &alike, row);
    let Some(body) = view.body else { return };
    let runs: Vec<&Run> = body.runs.iter().filter_map(|at| view.layout.runs.get(*at)).collect();
    measure(view, &runs, row);
    place(view, body, row);
    sound(view, &runs, row);
    let in_cards = runs.iter().filter(|run| is_in_card(view, &alike, run)).count();
    set(row, Said::KeptTeasers, share(count(in_cards), count(runs.len())));
    set(row, Said::Confidence, body.confidence);
    set(row, Said::Doubt, body.doubt);
    set(row, Said::Likely, body.likely);
}

fn measure(view: &PageView<'_>, runs: &[&Run], row: &mut Row) {
    let PageView { doc, layout, .. } = *view;
    let all = count(runs.len());
    let sum = |pick: &dyn Fn(&Run) -> u32| runs.iter().map(|run| pick(run)).sum::<u32>();
    let mass = sum(&|run| run.mass);
    set(row, Said::KeptMass, log(mass));
    set(row, Said::KeptRuns, log(all));
    set(row, Said::KeptShare, share(mass, layout.mass(doc, 0)));
    set(row, Said::KeptProse, share(sum(&|run| if run.is_prose() { run.mass } else { 0 }), mass));
    set(row, Said::KeptLink, share(sum(&|run| run.link_mass), mass));
    set(row, Said::KeptMean, log(mass / all.max(1)));
    set(row, Said::KeptHeadings, share(sum(&|run| u32::from(run.heading > 0)), all));
    set(row, Said::KeptShort, share(sum(&|run| u32::from(run.mass < SHORT_MASS)), all));
    let is_title = |run: &Run| u32::from(run.heading > 0 && run.link_share() > 0.8);
    set(row, Said::KeptTitles, log(sum(&is_title)));
    let within = |tag: Tag| {
        let inside =
            |run: &Run| doc.lineage(run.owner as usize).take(6).any(|node| doc.is(node, tag));
        share(sum(&|run| if inside(run) { run.mass } else { 0 }), mass)
    };
    set(row, Said::KeptCells, within(Tag::Td));
    set(row, Said::KeptItems, within(Tag::Li));
    let mut holders: BTreeMap<usize, u32> = BTreeMap::new();
    for run in runs {
        *holders.entry(doc.parent(run.owner as usize).unwrap_or(0)).or_default() += run.mass;
    }
    set(row, Said::KeptHolders, share(count(holders.len()), all));
    set(row, Said::KeptTopHolder, share(holders.values().copied().max().unwrap_or(0), mass));
}

/// Where the kept runs stand among all.
fn place(view: &PageView<'_>, body: &Body, row: &mut Row) {
    let (Some(first), Some(last)) = (body.runs.first(), body.runs.last()) else { return };
    let runs = &view.layout.runs;
    let all = runs.len().max(1) as f32;
    set(row, Said::KeptStart, *first as f32 / all);
    set(row, Said::KeptEnd, *last as f32 / all);
    set(row, Said::KeptSpread, share(count(body.runs.len()), count(last - first + 1)));
    let above = runs.get(..*first).unwrap_or_default();
    let links = above.iter().filter(|run| run.link_share() > 0.8).count();
    set(row, Said::LinksBefore, log(count(links)));
    set(row, Said::ProseBefore, log(count(above.iter().filter(|run| run.is_prose()).count())));
    let (mut groups, mut longest, mut now, mut before) = (0, 0, 0, None);
    for at in &body.runs {
        let follows = before.is_some_and(|before: usize| before + 1 == *at);
        groups += u32::from(!follows);
        now = if follows { now + 1 } else { 1 };
        before = Some(*at);
        longest = longest.max(now);
    }
    let mass: u32 = body.runs.iter().filter_map(|at| runs.get(*at)).map(|run| run.mass).sum();
    set(row, Said::KeptLongest, log(longest));
    set(row, Said::KeptGroups, log(groups));
    set(row, Said::GroupMass, log(mass / groups.max(1)));
}

/// Signs and small words of the kept text.
fn sound(view: &PageView<'_>, runs: &[&Run], row: &mut Row) {
    const SIGNS: [Said; 6] = [
        Said::KeptQuestions,
        Said::KeptShouts,
        Said::KeptCommas,
        Said::KeptQuotes,
        Said::KeptDigits,
        Said::KeptUpper,
    ];
    const WORDS: [Said; 4] = [Said::KeptYou, Said::KeptWe, Said::KeptI, Said::KeptPast];
    let (mut signs, mut chars) = ([0u32; SIGNS.len()], 0);
    let (mut small, mut all) = ([0u32; WORDS.len()], 0);
    let add = |counts: &mut [u32], which: usize| {
        if let Some(count) = counts.get_mut(which) {
            *count += 1;
        }
    };
    let nodes = runs.iter().flat_map(|run| run.range());
    for node in nodes.filter(|node| view.doc.kind(*node) == Kind::Text) {
        let text = view.doc.text(node);
        for c in text.chars() {
            chars += 1;
            let sign = match c {
                '?' | '؟' => 0,
                '!' => 1,
                ',' | '،' => 2,
                '"' | '“' | '”' | '«' | '»' => 3,
                c if c.is_ascii_digit() => 4,
                c if c.is_uppercase() => 5,
                _ => continue,
            };
            add(&mut signs, sign);
        }
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            all += 1;
            let kind = match word {
                "you" | "your" | "You" | "Your" => 0,
                "we" | "our" | "us" | "We" | "Our" => 1,
                "I" | "my" | "My" | "me" => 2,
                "was" | "were" | "had" | "said" | "did" => 3,
                _ => continue,
            };
            add(&mut small, kind);
        }
    }
    for (said, number) in SIGNS.into_iter().zip(signs) {
        set(row, said, share(number, chars));
    }
    for (said, number) in WORDS.into_iter().zip(small) {
        set(row, said, share(number, all));
    }
}

/// Boxes of the same kind beside each other, as lists of articles and goods are made of.
fn cards(view: &PageView<'_>, alike: &[u16], row: &mut Row) {
    let PageView { doc, layout, .. } = *view;
    let (mut most, mut linked) = (0, 0);
    for (node, number) in alike.iter().enumerate().filter(|(_, number)| **number >= 3) {
        let mass = layout.mass(doc, node);
        if *number <= linked || !(15..CARD_MASS_MAX).contains(&mass) || !features::is_box(doc, node)
        {
            continue;
        }
        most = most.max(*number);
        if layout.link_share(doc, node) > 0.0 {
            linked = *number;
        }
    }
    set(row, Said::CardsMax, log(u32::from(most)));
    set(row, Said::CardsLinked, log(u32::from(linked)));
}

fn is_in_card(view: &PageView<'_>, alike: &[u16], run: &Run) -> bool {
    let PageView { doc, layout, .. } = *view;
    doc.lineage(run.owner as usize).take(CARD_DEPTH_MAX).any(|node| {
        alike.get(node).is_some_and(|number| *number >= 4)
            && layout.mass(doc, node) < CARD_MASS_MAX
            && features::is_box(doc, node)
    })
}
