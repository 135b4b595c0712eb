//! A stretch of characters of one article's text.

use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values, not bytes) `start..end` of [`crate::Article::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

impl Span {
    /// The words the span covers; `None` when it reaches past the text.
    pub fn of<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let start = offsets.nth(self.start as usize)?;
        let rest = self.end.checked_sub(self.start)?;
        let end = match rest {
            0 => start,
            n => offsets.nth(n as usize - 1)?,
        };
        text.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_not_bytes() {
        let text = "گفت: yes";
        assert_eq!(Span { start: 0, end: 3 }.of(text), Some("گفت"));
        assert_eq!(Span { start: 5, end: 8 }.of(text), Some("yes"));
        assert_eq!(Span { start: 8, end: 8 }.of(text), Some(""));
        assert_eq!(Span { start: 5, end: 9 }.of(text), None);
    }
}
