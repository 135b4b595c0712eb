//! A forest of small decision trees, read from a text file that the example `extract_train` writes
//! from labelled pages. The trees see the numbers of `features` and
//! `outcome::numbers`, and nothing else of a page.

use crate::features;
use crate::outcome::numbers;
use crate::outcome::words::PageWords;
use std::sync::LazyLock;

/// All that was learned from labelled pages.
#[derive(Debug)]
pub(crate) struct Trees {
    /// Tell the text of an article from the rest of its page.
    pub(crate) text: Forest,
    /// Tell a page without an article of its own from one with it.
    pub(crate) page: Forest,
    /// The words whose sums the trees of pages see.
    pub(crate) words: PageWords,
}

impl Trees {
    /// Reads what the example `extract_train` wrote.
    pub(crate) fn read(text: &str, page: &str, words: &str) -> Self {
        Self {
            text: Forest::read(text, features::NAMES),
            page: Forest::read(page, numbers::NAMES),
            words: PageWords::read(words),
        }
    }
}

/// What this crate has learned.
pub(crate) static LEARNED: LazyLock<Trees> = LazyLock::new(|| {
    Trees::read(
        include_str!("forest_text.txt"),
        include_str!("forest_page.txt"),
        include_str!("words_page.txt"),
    )
});

/// A split, or a leaf where there is no feature.
#[derive(Debug, Clone, Copy)]
struct Node {
    feature: u16,
    /// The threshold, or the leaf's value.
    value: f32,
    /// The node for numbers above the threshold; the other one follows.
    above: u32,
}

const LEAF: u16 = u16::MAX;

/// Trees with a common start value.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    base: f32,
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

impl Forest {
    /// Reads trees, one a line in pre-order: `s FEATURE THRESHOLD` for a split, `l VALUE` for a
    /// leaf; before them `base VALUE`. A line with an unknown feature is left out.
    pub(crate) fn read(text: &str, names: &[&str]) -> Self {
        let mut forest = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_ascii_whitespace();
            if let Some(value) = line.strip_prefix("base ") {
                forest.base = value.trim().parse().unwrap_or(0.0);
                continue;
            }
            let root = forest.nodes.len();
            if forest.tree(&mut words, names, 0).is_some() {
                forest.roots.push(u32::try_from(root).unwrap_or(u32::MAX));
            } else {
                forest.nodes.truncate(root);
            }
        }
        forest
    }

    fn tree<'t>(
        &mut self,
        words: &mut impl Iterator<Item = &'t str>,
        names: &[&str],
        depth: usize,
    ) -> Option<()> {
        if depth > 64 {
            return None;
        }
        let at = self.nodes.len();
        match words.next()? {
            "l" => {
                let value = words.next()?.parse().ok()?;
                self.nodes.push(Node { feature: LEAF, value, above: 0 });
            }
            "s" => {
                let name = words.next()?;
                let feature = u16::try_from(names.iter().position(|n| *n == name)?).ok()?;
                let value = words.next()?.parse().ok()?;
                self.nodes.push(Node { feature, value, above: 0 });
                self.tree(words, names, depth + 1)?;
                let above = u32::try_from(self.nodes.len()).ok()?;
                self.nodes.get_mut(at)?.above = above;
                self.tree(words, names, depth + 1)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// How likely the numbers are those of the thing the trees look for, 0 to 1.
    pub(crate) fn judge(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.base + self.roots.iter().map(|root| self.leaf(*root, row)).sum::<f32>();
        1.0 / (1.0 + (-sum).exp())
    }

    fn leaf(&self, root: u32, row: &[f32]) -> f32 {
        let mut at = root;
        // A step goes forward only, so this ends.
        while let Some(node) = self.nodes.get(at as usize) {
            if node.feature == LEAF {
                return node.value;
            }
            let number = row.get(node.feature as usize).copied().unwrap_or(0.0);
            at = if number > node.value { node.above } else { at + 1 };
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_and_walked() {
        let forest = Forest::read("# trees\nbase 1\ns a 0.5 l -1 s b 2 l 0 l 3\n", &["a", "b"]);
        let judge = |a, b| forest.judge(&[a, b]);
        assert!((judge(0.0, 0.0) - 0.5).abs() < 1e-6);
        assert!(judge(1.0, 3.0) > judge(1.0, 1.0));
    }

    #[track_caller]
    fn check_whole(text: &str, forest: &Forest) {
        let lines = text.lines().filter(|l| l.starts_with(['s', 'l'])).count();
        assert_eq!(forest.roots.len(), lines);
        assert!(lines > 10);
    }

    #[test]
    fn the_kept_trees_are_whole() {
        check_whole(include_str!("forest_text.txt"), &LEARNED.text);
        check_whole(include_str!("forest_page.txt"), &LEARNED.page);
    }
}
