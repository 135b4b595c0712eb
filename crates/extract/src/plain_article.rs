//! The article of a page without markup, from what `plain` found in its lines.

use crate::article::{context, same_words, take_dateline, text_of, word_count};
use crate::facts::Facts;
use crate::fields::{Gathered, ground};
use crate::page::{PageInput, Reading};
use crate::{blocks, language, original, plain, published};
use chapar_model::{
    Article, Basis, Block, BlockKind, ClaimedOriginal, Field, Inline, Outcome, OutcomeKind,
    PageUrl, When,
};

/// Reads text without markup.
pub(crate) fn read(input: &PageInput<'_>, text: &str) -> Reading {
    let context = context(input, input.lang_hint, None);
    let page = plain::read(text, input.url, &context);
    let mut built: Vec<Block> = page
        .paragraphs
        .iter()
        .map(|words| {
            blocks::block_of(BlockKind::Paragraph { content: vec![Inline::Text(words.clone())] })
        })
        .collect();
    let dateline = take_dateline(&mut built);
    let text = text_of(&built);
    if word_count(&text) == 0 {
        return Reading::new(Outcome {
            kind: OutcomeKind::NoText,
            reason: "no line of text".into(),
        });
    }
    let empty = Facts::default();
    let lang = language::find(&text, &empty, input.lang_hint);
    let mut reading =
        Reading::new(Outcome { kind: OutcomeKind::Article, reason: "lines of text".into() });
    reading.article = Some(Article {
        title: one_field(page.title.as_deref(), Basis::VisibleText, "line above the text"),
        site_name: one_field(page.site.as_deref(), Basis::Masthead, "first line"),
        byline: one_field(page.byline.as_deref(), Basis::VisibleText, "line above the text"),
        dateline,
        published: plain_dates(input, &page),
        updated: Field::default(),
        lang,
        word_count: word_count(&text),
        blocks: built,
        lead_image: None,
        canonical: None,
        original: plain_original(&page),
        section: None,
        tags: Vec::new(),
        confidence: 0.6,
        post: None,
    });
    reading
}

fn one_field(value: Option<&str>, basis: Basis, place: &'static str) -> Field<String> {
    let mut gathered = Gathered::default();
    if let Some(value) = value {
        gathered.add(50, ground(basis, place), value.to_owned(), value);
    }
    gathered.settle("stands there", same_words)
}

fn plain_original(page: &plain::Plain) -> Field<ClaimedOriginal> {
    let mut gathered = Gathered::default();
    for line in &page.labels {
        let name = original::label(line).unwrap_or_default();
        let url = name.split(' ').find_map(|w| PageUrl::parse(w).ok());
        let name = (!name.is_empty() && url.is_none()).then(|| name.to_owned());
        if name.is_some() || url.is_some() {
            gathered.add(60, ground(Basis::Label, "label"), ClaimedOriginal { url, name }, line);
        }
    }
    gathered.settle("the page names it", |a, b| a == b)
}

/// The address tells the date; one in the head of a page without markup may be a clock.
fn plain_dates(input: &PageInput<'_>, page: &plain::Plain) -> Field<When> {
    let mut gathered = Gathered::default();
    if let Some((when, raw)) = input.url.and_then(crate::address::date_in) {
        gathered.add(80, ground(Basis::Address, "path"), when, &raw);
    }
    let told = gathered.best().copied();
    for (date, line) in &page.dates {
        let when = date.reading.value;
        let raw = line.get(date.bytes.clone()).unwrap_or_default();
        match published::masthead_fault(&when, input.fetched, input.zone.as_ref(), told) {
            Some(reason) => {
                gathered.reject(ground(Basis::Masthead, "line above the text"), when, raw, reason);
            }
            None => gathered.add(60, ground(Basis::VisibleText, "line above the text"), when, raw),
        }
    }
    if let Some(when) = input.feed.as_ref().and_then(|feed| feed.published) {
        gathered.add(85, ground(Basis::Feed, "published"), when, &when.to_string());
    }
    gathered.settle("ranks first", When::agrees)
}
