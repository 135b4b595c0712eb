//! What can be said of each run of a page, as numbers: its words, where it stands, what the
//! elements around it say they are for, and what stands beside it. Judges nothing: the forest does.

use crate::body::text_of;
use crate::dom::{Attr, Doc, Kind, Tag};
use crate::layout::{Layout, Run};
use crate::marks::Marks;
use crate::numbers::{flag, log, numbers};
use crate::phrases::{self, Theme};
use crate::words;
use std::collections::{HashMap, HashSet};

numbers! {
    /// One number said of a run.
    Feature:
    Mass = "mass", LinkShare = "link_share", Sentence = "sentence", Heading = "heading",
    Prose = "prose", Digits = "digits", Upper = "upper", Commas = "commas",
    ColonEnd = "colon_end", Bar = "bar", Copyright = "copyright", Arrow = "arrow", At = "at",
    Http = "http", Question = "question", LowerStart = "lower_start", Subscribe = "w_subscribe",
    More = "w_more", Photo = "w_photo", Ad = "w_ad", Rights = "w_rights", By = "w_by",
    Consent = "w_consent", Note = "w_note", Follow = "w_follow", Date = "w_date",
    UnderSectionEnd = "under_section_end", IsTitle = "is_title", Repeated = "repeated",
    MarkCaption = "mark_caption", MarkBody = "mark_body", MarkWeak = "mark_weak",
    MarkHeader = "mark_header", MarkHidden = "mark_hidden", MarkComments = "mark_comments",
    MarkNav = "mark_nav", MarkRelated = "mark_related", MarkAuthor = "mark_author",
    NearBody = "near_body", NearCaption = "near_caption", NearWeak = "near_weak",
    NearComments = "near_comments", InItem = "in_item", InCell = "in_cell", InQuote = "in_quote",
    InPre = "in_pre", InFigure = "in_figure", Articles = "articles", InMain = "in_main_element",
    ListLinks = "list_links", Cards = "cards", LinkedCards = "linked_cards", Small = "small",
    IsP = "is_p", IsDiv = "is_div", OnlyLink = "only_link", Down = "down", Out = "out",
    UnderMain = "under_main", InRoot = "in_root", AfterRoot = "after_root",
    RootProse = "root_prose", Furniture = "furniture", KeyShare = "key_share", Until = "until",
    Since = "since", Gap = "gap", BeforeShare = "before_share", AfterNone = "after_none",
    Prev1Mass = "prev1_mass", Prev1Link = "prev1_link", Prev1Heading = "prev1_heading",
    Prev1Furniture = "prev1_furniture", Prev2Mass = "prev2_mass", Prev2Link = "prev2_link",
    Prev2Furniture = "prev2_furniture", Next1Mass = "next1_mass", Next1Link = "next1_link",
    Next1Prose = "next1_prose", Next1Heading = "next1_heading",
    Next1Furniture = "next1_furniture", Next2Mass = "next2_mass", Next2Link = "next2_link",
    Next2Furniture = "next2_furniture", WindowLink = "window_link",
    WindowProse = "window_prose", Position = "position", PageProse = "page_prose",
    Teaser = "teaser", TeaserMass = "teaser_mass", AfterTitle = "after_title",
    FromTitle = "from_title", BranchMass = "branch_mass", BranchLink = "branch_link",
    BranchProse = "branch_prose", Share = "w_share",
}

/// Runs farther away than this are as far as can be.
const FAR: u8 = 20;

/// Share of the running text from which an element's name is about the page.
const PAGE_PROSE_SHARE: f32 = 0.6;

/// Letters from which a repeated element is no card.
const CARD_MASS_MAX: u32 = 800;

/// Letters from which what holds a linked heading is no teaser.
const TEASER_MASS_MAX: u32 = 1_000;

/// A page with what was found before the runs are judged.
pub(crate) struct View<'a> {
    pub(crate) doc: &'a Doc,
    pub(crate) layout: &'a Layout,
    /// Folded headlines.
    pub(crate) titles: &'a [String],
    /// The element that the rules take for the holder of the text.
    pub(crate) root: usize,
    /// For each run whether the rules take it for furniture.
    pub(crate) furniture: &'a [bool],
}

/// Calls `each` with every run's number, words and numbers, in order.
pub(crate) fn each(view: &View<'_>, mut each: impl FnMut(usize, String, &Row)) {
    let mut reader = Reader::new(view);
    for at in 0..view.layout.runs.len() {
        let text = view.layout.runs.get(at).map(|run| text_of(view.doc, run)).unwrap_or_default();
        let row = reader.row(at, &text);
        each(at, text, &row);
    }
}

struct Reader<'a> {
    view: &'a View<'a>,
    /// For each run whether it is running text and no furniture.
    good: Vec<bool>,
    good_mass: f32,
    /// For each run how many runs ago and ahead the nearest good one is.
    since: Vec<u8>,
    until: Vec<u8>,
    /// Good mass by the names of the run's element and its parent.
    by_key: HashMap<u64, u32>,
    /// For each node how many of its siblings have its name and class.
    alike: Vec<u16>,
    /// For each node how many links begin before it.
    links_before: Vec<u32>,
    /// For each run how many headings that are links stand before it.
    titles_before: Vec<u32>,
    /// The run of the headline.
    headline: Option<usize>,
    /// The parent of most good runs, by mass.
    main: usize,
    seen: HashSet<String>,
    section_end: usize,
    good_before: u32,
}

impl<'a> Reader<'a> {
    fn new(view: &'a View<'a>) -> Self {
        let View { doc, layout, .. } = *view;
        let is_good = |(run, furniture): (&Run, &bool)| run.is_prose() && !furniture;
        let good: Vec<bool> = layout.runs.iter().zip(view.furniture).map(is_good).collect();
        let mut by_parent: HashMap<usize, u32> = HashMap::new();
        let mut by_key: HashMap<u64, u32> = HashMap::new();
        let mut good_mass = 0;
        for (run, _) in layout.runs.iter().zip(&good).filter(|(_, good)| **good) {
            *by_parent.entry(doc.parent(run.owner as usize).unwrap_or(0)).or_default() += run.mass;
            *by_key.entry(key_of_run(doc, run)).or_default() += run.mass;
            good_mass += run.mass;
        }
        let main = by_parent
            .into_iter()
            .max_by_key(|(node, mass)| (*mass, std::cmp::Reverse(*node)))
            .map_or(0, |(node, _)| node);
        let mut since = distances(good.iter());
        let mut until = distances(good.iter().rev());
        since.truncate(good.len());
        until.truncate(good.len());
        until.reverse();
        Self {
            view,
            good_mass: good_mass.max(1) as f32,
            since,
            until,
            by_key,
            alike: alike(doc),
            links_before: links_before(doc),
            titles_before: titles_before(layout),
            headline: headline(view),
            main,
            good,
            seen: HashSet::new(),
            section_end: 0,
            good_before: 0,
        }
    }

    fn row(&mut self, at: usize, text: &str) -> Row {
        let mut row = [0.0; COUNT];
        let Some(run) = self.view.layout.runs.get(at).copied() else { return row };
        self.words(&mut row, &run, text);
        self.lineage(&mut row, &run);
        self.place(&mut row, at, &run);
        self.beside(&mut row, at);
        if self.good.get(at).copied().unwrap_or(false) {
            self.good_before = self.good_before.saturating_add(run.mass);
        }
        row
    }

    /// What its words say.
    fn words(&mut self, row: &mut Row, run: &Run, text: &str) {
        let signs = words::tally(text);
        let chars = signs.chars.max(1) as f32;
        set(row, Feature::Mass, log(run.mass));
        set(row, Feature::LinkShare, run.link_share());
        set(row, Feature::Sentence, flag(run.is_sentence));
        set(row, Feature::Heading, f32::from(run.heading));
        set(row, Feature::Prose, flag(run.is_prose()));
        set(row, Feature::OnlyLink, flag(run.link_share() > 0.8));
        set(row, Feature::Digits, signs.digits as f32 / chars);
        set(row, Feature::Upper, signs.capitals as f32 / chars);
        set(row, Feature::Commas, signs.commas as f32);
        set(row, Feature::ColonEnd, flag(text.ends_with(':')));
        set(row, Feature::Bar, flag(signs.bar));
        set(row, Feature::Copyright, flag(signs.copyright));
        set(row, Feature::Arrow, flag(signs.arrow));
        set(row, Feature::At, flag(signs.at));
        set(row, Feature::Http, flag(text.contains("http")));
        set(row, Feature::Question, flag(signs.question));
        set(row, Feature::LowerStart, flag(text.starts_with(char::is_lowercase)));
        let lower = text.to_lowercase();
        let themes = phrases::themes_of(&lower);
        for (feature, theme) in [
            (Feature::Subscribe, Theme::Subscribe),
            (Feature::More, Theme::More),
            (Feature::Photo, Theme::Photo),
            (Feature::Ad, Theme::Ad),
            (Feature::Rights, Theme::Rights),
            (Feature::By, Theme::By),
            (Feature::Consent, Theme::Consent),
            (Feature::Note, Theme::Note),
            (Feature::Follow, Theme::Follow),
            (Feature::Date, Theme::Date),
            (Feature::Share, Theme::Share),
        ] {
            set(row, feature, flag(themes.has(theme)));
        }
        let is_title = run.mass < 300 && self.view.titles.contains(&words::folded(text));
        set(row, Feature::IsTitle, flag(is_title));
        let repeated = run.mass > 20 && !self.seen.insert(lower);
        set(row, Feature::Repeated, flag(repeated));
        self.under_section_end(row, run, text);
    }

    fn under_section_end(&mut self, row: &mut Row, run: &Run, text: &str) {
        let View { doc, layout, .. } = *self.view;
        if run.mass < 60 && phrases::is_section_end(text) {
            let owner = run.owner as usize;
            let small = doc.lineage(owner).take(3).filter(|n| layout.mass(doc, *n) < 600);
            let end = small.map(|n| doc.end(n)).max().unwrap_or(doc.end(owner));
            self.section_end = self.section_end.max(end);
        }
        set(row, Feature::UnderSectionEnd, flag((run.first as usize) < self.section_end));
    }

    /// What the elements around it say.
    fn lineage(&self, row: &mut Row, run: &Run) {
        let View { doc, layout, .. } = *self.view;
        let total = layout.prose_total().max(1) as f32;
        let (mut marks, mut near) = (Marks::default(), Marks::default());
        let (mut cards, mut linked, mut small) = (0u16, 0u16, 0);
        for (step, node) in doc.lineage(run.first as usize).enumerate() {
            let tag = doc.tag(node);
            if matches!(tag, Tag::Html | Tag::Body) {
                break;
            }
            let own = layout.marks_of(node);
            let share = layout.prose(doc, node) as f32 / total;
            marks = marks.with(if share < PAGE_PROSE_SHARE { own } else { own.only(Marks::BODY) });
            if step < 3 {
                near = near.with(own);
            }
            match tag {
                Tag::Li => set(row, Feature::InItem, 1.0),
                Tag::Td | Tag::Th => set(row, Feature::InCell, 1.0),
                Tag::Blockquote => set(row, Feature::InQuote, 1.0),
                Tag::Pre => set(row, Feature::InPre, 1.0),
                Tag::Figure => set(row, Feature::InFigure, 1.0),
                Tag::Main => set(row, Feature::InMain, 1.0),
                Tag::Article => add(row, Feature::Articles, 1.0),
                Tag::Ul | Tag::Ol => raise(row, Feature::ListLinks, layout.link_share(doc, node)),
                _ => {}
            }
            if share >= 0.5 {
                continue;
            }
            let mass = layout.mass(doc, node);
            small = mass;
            if mass < TEASER_MASS_MAX && self.has_linked_heading(node) {
                set(row, Feature::Teaser, 1.0);
                set(row, Feature::TeaserMass, log(mass));
            }
            if mass < CARD_MASS_MAX && is_box(doc, node) {
                let alike = self.alike.get(node).copied().unwrap_or(0).min(12);
                if alike >= 3 {
                    cards = cards.max(alike);
                    if self.has_link(node) {
                        linked = linked.max(alike);
                    }
                }
            }
        }
        set(row, Feature::Cards, f32::from(cards));
        set(row, Feature::LinkedCards, f32::from(linked));
        set(row, Feature::Small, log(small));
        for (feature, mark) in [
            (Feature::MarkCaption, Marks::CAPTION),
            (Feature::MarkBody, Marks::BODY),
            (Feature::MarkWeak, Marks::WEAK),
            (Feature::MarkHeader, Marks::HEADER),
            (Feature::MarkHidden, Marks::HIDDEN),
            (Feature::MarkComments, Marks::COMMENTS),
            (Feature::MarkNav, Marks::NAV),
            (Feature::MarkRelated, Marks::RELATED),
            (Feature::MarkAuthor, Marks::AUTHOR),
        ] {
            set(row, feature, flag(marks.any(mark)));
        }
        for (feature, mark) in [
            (Feature::NearBody, Marks::BODY),
            (Feature::NearCaption, Marks::CAPTION),
            (Feature::NearWeak, Marks::WEAK),
            (Feature::NearComments, Marks::COMMENTS),
        ] {
            set(row, feature, flag(near.any(mark)));
        }
        let owner = run.owner as usize;
        set(row, Feature::IsP, flag(doc.is(owner, Tag::P)));
        set(row, Feature::IsDiv, flag(doc.is(owner, Tag::Div)));
    }

    fn has_link(&self, node: usize) -> bool {
        let at = |node: usize| self.links_before.get(node).copied().unwrap_or(0);
        at(self.view.doc.end(node)) > at(node)
    }

    /// Whether a heading that leads elsewhere stands under a node, as in a teaser.
    fn has_linked_heading(&self, node: usize) -> bool {
        let runs = self.view.layout.runs_in(self.view.doc, node);
        let at = |run: usize| self.titles_before.get(run).copied().unwrap_or(0);
        at(runs.end) > at(runs.start)
    }

    /// Where it stands on the page.
    fn place(&self, row: &mut Row, at: usize, run: &Run) {
        let View { doc, layout, root, .. } = *self.view;
        let holds_main = |node: &usize| *node <= self.main && self.main < doc.end(*node);
        let owner = run.owner as usize;
        let down = doc.lineage(owner).take_while(|node| !holds_main(node)).count();
        let meeting = doc.lineage(owner).find(holds_main).unwrap_or(0);
        let out = doc.lineage(self.main).take_while(|node| *node != meeting).count();
        set(row, Feature::Down, down as f32);
        set(row, Feature::Out, out as f32);
        set(row, Feature::UnderMain, flag(meeting == self.main));
        if let Some(branch) = doc.lineage(owner).take_while(|node| !holds_main(node)).last() {
            set(row, Feature::BranchMass, log(layout.mass(doc, branch)));
            set(row, Feature::BranchLink, layout.link_share(doc, branch));
            let prose = layout.prose(doc, branch) as f32;
            set(row, Feature::BranchProse, prose / layout.prose_total().max(1) as f32);
        }
        if let Some(headline) = self.headline {
            set(row, Feature::AfterTitle, if at > headline { 1.0 } else { -1.0 });
            set(row, Feature::FromTitle, at.abs_diff(headline).min(30) as f32);
        }
        let inside = layout.runs_in(doc, root);
        set(row, Feature::InRoot, flag(inside.contains(&at)));
        set(row, Feature::AfterRoot, flag(at >= inside.end));
        let total = layout.prose_total();
        set(row, Feature::RootProse, layout.prose(doc, root) as f32 / total.max(1) as f32);
        set(row, Feature::PageProse, (total.max(1) as f32).ln());
        set(row, Feature::Furniture, flag(self.is_furniture(at)));
        let alike = self.by_key.get(&key_of_run(doc, run)).copied().unwrap_or(0);
        set(row, Feature::KeyShare, alike as f32 / self.good_mass);
        set(row, Feature::Position, at as f32 / layout.runs.len().max(1) as f32);
        set(row, Feature::BeforeShare, self.good_before as f32 / self.good_mass);
        set(row, Feature::AfterNone, flag(self.good_before as f32 >= self.good_mass));
    }

    fn is_furniture(&self, at: usize) -> bool {
        self.view.furniture.get(at).copied().unwrap_or(true)
    }

    /// What stands beside it.
    fn beside(&self, row: &mut Row, at: usize) {
        let runs = &self.view.layout.runs;
        let since = self.since.get(at).copied().unwrap_or(FAR);
        let until = self.until.get(at).copied().unwrap_or(FAR);
        set(row, Feature::Since, f32::from(since));
        set(row, Feature::Until, f32::from(until));
        set(row, Feature::Gap, f32::from(since.min(until)));
        let beside = [
            (at.wrapping_sub(1), Feature::Prev1Mass, Feature::Prev1Link, Feature::Prev1Furniture),
            (at.wrapping_sub(2), Feature::Prev2Mass, Feature::Prev2Link, Feature::Prev2Furniture),
            (at + 1, Feature::Next1Mass, Feature::Next1Link, Feature::Next1Furniture),
            (at + 2, Feature::Next2Mass, Feature::Next2Link, Feature::Next2Furniture),
        ];
        for (other, mass, link, furniture) in beside {
            let Some(run) = runs.get(other) else {
                set(row, furniture, 1.0);
                continue;
            };
            set(row, mass, log(run.mass));
            set(row, link, run.link_share());
            set(row, furniture, flag(self.is_furniture(other)));
        }
        let is_heading = |at: usize| flag(runs.get(at).is_some_and(|run| run.heading > 0));
        set(row, Feature::Prev1Heading, is_heading(at.wrapping_sub(1)));
        set(row, Feature::Next1Heading, is_heading(at + 1));
        set(row, Feature::Next1Prose, flag(runs.get(at + 1).is_some_and(Run::is_prose)));
        let window = at.saturating_sub(4)..(at + 5).min(runs.len());
        let near = runs.get(window.clone()).unwrap_or_default();
        let mass: u32 = near.iter().map(|run| run.mass).sum();
        let link: u32 = near.iter().map(|run| run.link_mass).sum();
        set(row, Feature::WindowLink, link as f32 / mass.max(1) as f32);
        let good = self.good.get(window).unwrap_or_default().iter().filter(|good| **good).count();
        set(row, Feature::WindowProse, good as f32 / 9.0);
    }
}

fn set(row: &mut Row, feature: Feature, value: f32) {
    if let Some(slot) = row.get_mut(feature as usize) {
        *slot = value;
    }
}

fn add(row: &mut Row, feature: Feature, value: f32) {
    if let Some(slot) = row.get_mut(feature as usize) {
        *slot += value;
    }
}

fn raise(row: &mut Row, feature: Feature, value: f32) {
    if let Some(slot) = row.get_mut(feature as usize) {
        *slot = slot.max(value);
    }
}

/// Elements that cards are made of; paragraphs and items are alike in every text.
pub(crate) fn is_box(doc: &Doc, node: usize) -> bool {
    let tag = doc.tag(node);
    doc.kind(node) == Kind::Element
        && !tag.is_inline()
        && !matches!(tag, Tag::P | Tag::Li | Tag::Td | Tag::Tr | Tag::H2 | Tag::H3 | Tag::H4)
}

/// For each place how many steps ago the last good one was.
fn distances<'g>(good: impl Iterator<Item = &'g bool>) -> Vec<u8> {
    let mut distance = FAR;
    good.map(|good| {
        let now = distance;
        distance = if *good { 1 } else { (distance + 1).min(FAR) };
        now
    })
    .collect()
}

/// A number for an element's name and class.
fn key_of(doc: &Doc, node: usize) -> u64 {
    let class = doc.attr(node, Attr::Class).unwrap_or_default();
    let start = 0xcbf2_9ce4_8422_2325 ^ (doc.tag(node) as u64);
    class.bytes().fold(start, |key, byte| (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn key_of_run(doc: &Doc, run: &Run) -> u64 {
    let owner = run.owner as usize;
    let parent = doc.parent(owner).map_or(0, |parent| key_of(doc, parent));
    key_of(doc, owner).rotate_left(17) ^ parent
}

/// For each node how many children of its parent have its name and class.
pub(crate) fn alike(doc: &Doc) -> Vec<u16> {
    let mut counts = vec![0; doc.len()];
    let mut keys: Vec<(u64, usize)> = Vec::new();
    for node in 0..doc.len() {
        if doc.end(node) == node + 1 {
            continue;
        }
        keys.clear();
        let children = doc.children(node).filter(|child| doc.kind(*child) == Kind::Element);
        keys.extend(children.map(|child| (key_of(doc, child), child)));
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a.0 == b.0) {
            let count = u16::try_from(same.len()).unwrap_or(u16::MAX);
            for (_, child) in same {
                if let Some(slot) = counts.get_mut(*child) {
                    *slot = count;
                }
            }
        }
    }
    counts
}

/// For each run how many headings that are links stand before it.
fn titles_before(layout: &Layout) -> Vec<u32> {
    let mut count = 0;
    let mut all = vec![0];
    all.extend(layout.runs.iter().map(|run| {
        count += u32::from(run.heading > 0 && run.mass >= 15 && run.link_share() > 0.8);
        count
    }));
    all
}

/// The run that is the headline: the heading of the highest level that says it.
fn headline(view: &View<'_>) -> Option<usize> {
    let headings = view
        .layout
        .runs
        .iter()
        .enumerate()
        .filter(|(_, run)| run.heading > 0 && run.mass < 300 && run.link_share() < 0.8);
    headings
        .filter(|(_, run)| view.titles.contains(&words::folded(&text_of(view.doc, run))))
        .min_by_key(|(at, run)| (run.heading, *at))
        .map(|(at, _)| at)
}

fn links_before(doc: &Doc) -> Vec<u32> {
    let mut count = 0;
    (0..=doc.len())
        .map(|node| {
            let now = count;
            count += u32::from(doc.is(node, Tag::A) && doc.attr(node, Attr::Href).is_some());
            now
        })
        .collect()
}
