//! Languages as primary subtags, and the direction their script is written in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A primary language subtag of BCP 47 in lower case, such as `en` or `fa`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang([u8; 3]);

impl Lang {
    /// English.
    pub const EN: Self = Self(*b"en\0");
    /// Persian.
    pub const FA: Self = Self(*b"fa\0");
    /// Arabic.
    pub const AR: Self = Self(*b"ar\0");

    /// Reads the primary subtag of a tag such as `fa-IR` or `en_US`; `None` when there is none.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ',', ';', ' ']).next()?;
        let bytes = primary.as_bytes();
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let mut code = [0; 3];
        for (to, from) in code.iter_mut().zip(bytes) {
            *to = from.to_ascii_lowercase();
        }
        Some(Self(code))
    }

    /// The subtag.
    pub fn as_str(&self) -> &str {
        let len = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..len]).unwrap_or("und")
    }

    /// The direction in which the language is usually written.
    pub fn dir(&self) -> Dir {
        match self.as_str() {
            "fa" | "ar" | "he" | "ur" | "ps" | "ckb" | "sd" | "ug" | "yi" | "dv" | "prs"
            | "pes" | "azb" => Dir::Rtl,
            _ => Dir::Ltr,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::parse(&tag)
            .ok_or_else(|| serde::de::Error::custom(format!("`{tag}` is no language tag")))
    }
}

/// Base direction of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dir {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Dir {
    /// The value of HTML's `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_is_dropped_and_case_folded() {
        assert_eq!(Lang::parse("FA-ir"), Some(Lang::FA));
        assert_eq!(Lang::parse("ckb").map(|l| l.dir()), Some(Dir::Rtl));
        assert_eq!(Lang::parse("persian"), None);
        assert_eq!(Lang::parse(""), None);
    }
}
