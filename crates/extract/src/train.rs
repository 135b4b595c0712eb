//! What the example `extract_train` needs to see of a page: runs and pages as the trees see them,
//! and reading by other trees than those of the crate. Built only with the feature `train`.

use crate::article::Task;
use crate::body::Body;
use crate::forest::{Forest, Trees};
use crate::layout::Layout;
use crate::outcome::numbers::{self, PageView};
use crate::outcome::words as page_words;
use crate::page::{PageInput, Reading, extract_with};
use crate::site::Recall;
use crate::{body, dom, encoding, facts, features, marks, title, words};
use chapar_model::{Headers, PageUrl, Parsed};
use std::collections::BTreeSet;

/// The names of the numbers of a run.
pub fn run_names() -> &'static [&'static str] {
    features::NAMES
}

/// The names of the numbers of a page.
pub fn page_names() -> &'static [&'static str] {
    numbers::NAMES
}

/// The numbers of [`page_names`] that are sums of words, in the order of [`PageRow::words`].
pub fn sum_columns() -> Vec<usize> {
    page_words::SUMS.iter().map(|said| *said as usize).collect()
}

/// A run as the trees see it.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Its words.
    pub text: String,
    /// Its numbers, in the order of [`run_names`].
    pub numbers: Vec<f32>,
}

/// A page as the trees see it.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// Its numbers, in the order of [`page_names`]; those that are sums of words are 0.
    pub numbers: Vec<f32>,
    /// For each sum its words, with the sign of their place before them.
    pub words: Vec<BTreeSet<String>>,
}

/// The runs of a page.
pub fn run_rows(bytes: &[u8], url: Option<&PageUrl>) -> Vec<RunRow> {
    let mut rows = Vec::new();
    look(
        bytes,
        url,
        |_| None,
        |view, titles| {
            body::each_row(view.doc, view.layout, titles, |_, text, row| {
                rows.push(RunRow { text, numbers: row.to_vec() });
            });
        },
    );
    rows
}

/// A page as a whole, with the text that the trees in `forest` find.
pub fn page_row(bytes: &[u8], url: Option<&PageUrl>, forest: &str) -> PageRow {
    let forest = Forest::read(forest, features::NAMES);
    let mut row =
        PageRow { numbers: Vec::new(), words: vec![BTreeSet::new(); page_words::SUM_COUNT] };
    let find = |(doc, layout, titles): (&dom::Doc, &Layout, &[String])| {
        body::find(doc, layout, titles, &forest, &Recall::default())
    };
    look(bytes, url, find, |view, _| {
        row.numbers = numbers::of(view, &page_words::PageWords::default()).to_vec();
        page_words::each(view, |place, word| {
            let (sign, sum) = page_words::sign_of(place);
            if let Some(words) = row.words.get_mut(sum) {
                words.insert(format!("{sign} {word}"));
            }
        });
    });
    row
}

/// Trees to read pages by.
#[derive(Debug)]
pub struct OtherTrees(Trees);

impl OtherTrees {
    /// Reads them as the crate reads its own files.
    pub fn read(text: &str, page: &str, words: &str) -> Self {
        Self(Trees::read(text, page, words))
    }

    /// Reads a page by them.
    pub fn extract_page(&self, input: &PageInput<'_>) -> Parsed<Reading> {
        extract_with(&Task { input, trees: &self.0, site: None, is_noted: false }).0
    }
}

fn look(
    bytes: &[u8],
    url: Option<&PageUrl>,
    find: impl FnOnce((&dom::Doc, &Layout, &[String])) -> Option<Body>,
    see: impl FnOnce(&PageView<'_>, &[String]),
) {
    let decoded = encoding::decode(bytes, &Headers::default());
    let mut doc = dom::parse(&decoded.text);
    marks::silence_hidden(&mut doc);
    let layout = Layout::of(&doc);
    let json = facts::read_json_ld(&doc);
    let facts = facts::Facts::of(&doc, &json);
    let names = title::site_names(&facts, url);
    let gathered = title::gather(&doc, &facts, &names, None);
    let title = gathered.best().map(String::as_str);
    let titles: Vec<String> = title.map(words::folded).into_iter().collect();
    let body = find((&doc, &layout, &titles));
    let view =
        PageView { doc: &doc, layout: &layout, facts: &facts, url, body: body.as_ref(), title };
    see(&view, &titles);
}
