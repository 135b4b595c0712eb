//! What the example `extract_train` needs to see of a page: runs and pages as the trees see them.
//! Built only with the feature `train`.

use crate::dom::Doc;
use crate::facts::Facts;
use crate::layout::Layout;
use crate::{body, dom, encoding, facts, features, marks, title, words};
use chapar_model::{Headers, PageUrl};

/// The names of the numbers of a run.
pub fn run_names() -> &'static [&'static str] {
    features::NAMES
}

/// A run as the trees see it.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Its words.
    pub text: String,
    /// Its numbers, in the order of [`run_names`].
    pub numbers: Vec<f32>,
}

/// The runs of a page.
pub fn run_rows(bytes: &[u8], url: Option<&PageUrl>) -> Vec<RunRow> {
    let decoded = encoding::decode(bytes, &Headers::default());
    let mut doc: Doc = dom::parse(&decoded.text);
    marks::silence_hidden(&mut doc);
    let layout = Layout::of(&doc);
    let json = facts::read_json_ld(&doc);
    let facts = Facts::of(&doc, &json);
    let names = title::site_names(&facts, url);
    let titles: Vec<String> = title::gather(&doc, &facts, &names, None)
        .best()
        .map(|t| words::folded(t))
        .into_iter()
        .collect();
    let mut rows = Vec::new();
    body::each_row(&doc, &layout, &titles, |_, text, row| {
        rows.push(RunRow { text, numbers: row.to_vec() });
    });
    rows
}
