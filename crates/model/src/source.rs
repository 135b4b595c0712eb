//! Publishers, and how an editor wants them treated.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The short name by which an edition knows a source: lower-case letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SourceKey(String);

impl SourceKey {
    /// Reads a key of 1 to 60 characters; `None` when it has others than `a-z`, `0-9`, `-`, `.`.
    pub fn parse(raw: &str) -> Option<Self> {
        let fits = (1..=60).contains(&raw.len())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        fits.then(|| Self(raw.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SourceKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = String::deserialize(deserializer)?;
        Self::parse(&raw).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{raw}` is no source key: 1 to 60 of a-z, 0-9, dash and dot"
            ))
        })
    }
}

/// Who stands behind a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Owned or directed by a state.
    State,
    /// Independent press.
    Independent,
    /// Press about the country made outside it.
    Abroad,
    /// A news agency.
    Agency,
    /// A newspaper.
    Daily,
    /// Radio or television.
    Broadcaster,
    /// An institution speaking for itself.
    Official,
    /// A blog or a site that re-publishes.
    Blog,
}

impl SourceKind {
    /// The name, as in TOML, JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Independent => "independent",
            Self::Abroad => "abroad",
            Self::Agency => "agency",
            Self::Daily => "daily",
            Self::Broadcaster => "broadcaster",
            Self::Official => "official",
            Self::Blog => "blog",
        }
    }
}

/// How much of a source's articles readers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Display {
    /// The whole text.
    Full,
    /// The beginning.
    #[default]
    Excerpt,
    /// Headline and link.
    Link,
}

impl Display {
    /// The name, as in TOML, JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Excerpt => "excerpt",
            Self::Link => "link",
        }
    }
}
