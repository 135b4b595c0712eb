//! The trees that tell pages without an article, and the words they see.

use crate::boost::{Boosted, Example, Growth, boost};
use crate::words::{self, Weights, WordPage};
use chapar_extract::train::{PageRow, page_names, sum_columns};

const GROWTH: Growth = Growth {
    trees: 400,
    leaves: 6,
    rate: 0.04,
    rows_share: 0.7,
    columns_share: 0.2,
    rows_min: 8,
    damping: 5.0,
};

/// A page and whether it holds no article.
#[derive(Clone, Copy)]
pub(crate) struct Labelled<'a> {
    pub(crate) row: &'a PageRow,
    pub(crate) is_other: bool,
    pub(crate) weight: f32,
}

/// What was learned of pages.
pub(crate) struct PageTrees {
    trees: Boosted,
    words: Vec<Weights>,
}

impl PageTrees {
    /// Grows them. The sums of words that the trees learn by are of words weighed without the page,
    /// so that the trees do not trust them more than they may.
    pub(crate) fn grow(pages: &[Labelled<'_>]) -> Self {
        let columns = sum_columns();
        let mut numbers: Vec<Vec<f32>> =
            pages.iter().map(|page| page.row.numbers.clone()).collect();
        let mut weights = Vec::new();
        for (sum, column) in columns.iter().enumerate() {
            let of: Vec<WordPage<'_>> =
                pages.iter().map(|page| (&page.row.words[sum], page.is_other)).collect();
            for (row, sum) in numbers.iter_mut().zip(words::sums_unseen(&of)) {
                row[*column] = sum;
            }
            weights.push(words::weigh(&of));
        }
        let examples: Vec<Example> = numbers
            .into_iter()
            .zip(pages)
            .map(|(numbers, page)| Example { numbers, is_yes: page.is_other, weight: page.weight })
            .collect();
        Self { trees: boost(&examples, page_names().len(), GROWTH, 1), words: weights }
    }

    /// How likely a page holds no article.
    pub(crate) fn judge(&self, row: &PageRow) -> f32 {
        let mut numbers = row.numbers.clone();
        for ((column, weights), words) in sum_columns().into_iter().zip(&self.words).zip(&row.words)
        {
            numbers[column] = words::sum(weights, words);
        }
        self.trees.judge(&numbers)
    }

    /// The trees as the crate reads them.
    pub(crate) fn trees_text(&self) -> String {
        self.trees.to_text(page_names())
    }

    /// The words as the crate reads them.
    pub(crate) fn words_text(&self) -> String {
        let lines = self.words.iter().flatten();
        lines.map(|(word, weight)| format!("{word} {weight:.3}\n")).collect()
    }
}
