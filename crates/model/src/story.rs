//! Copies: what one article repeats of another.

use crate::ArticleId;
use serde::{Deserialize, Serialize};

/// How much of its text an article shares with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyKind {
    /// The same text but for furniture.
    Whole,
    /// Most of it, rewritten in places.
    Rewritten,
    /// Some of it.
    Part,
}

/// That an article repeats another, and why we think so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopyOf {
    /// The article it repeats.
    pub original: ArticleId,
    /// How much of it.
    pub kind: CopyKind,
    /// Share of its own word runs that stand in the other, 0 to 1.
    pub shared: f32,
    /// Why the other is taken to be the original: one reason a string, the strongest first.
    pub why: Vec<String>,
}
