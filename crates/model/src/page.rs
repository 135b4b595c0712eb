//! The ground truth: one HTTP response kept as received.

use crate::{PageId, PageUrl};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        Self::parse(&hex).ok_or_else(|| {
            serde::de::Error::custom(format!("`{hex}` is no SHA-256 in hexadecimal"))
        })
    }
}

/// HTTP header lines in the order and case they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of a header, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// How a page came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageVia {
    /// Fetched by us.
    Live,
    /// Sent to us by a hub.
    Pushed,
    /// From somebody's WARC file.
    Warc,
    /// From a saved file: no HTTP response was kept with it.
    File,
}

/// One kept response: all but its body, which stands in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// The address that was asked.
    pub url: PageUrl,
    /// When the response was received.
    pub fetched: Timestamp,
    /// HTTP status; `None` for a saved file.
    pub status: Option<u16>,
    /// Header lines as received.
    pub headers: Headers,
    /// Hash of the body as received.
    pub digest: ContentHash,
    /// Bytes of the body as received.
    pub body_bytes: u64,
    /// How it came.
    pub via: PageVia,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_reads_back() {
        let hash = ContentHash::of(b"chapar");
        assert_eq!(ContentHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(ContentHash::parse("12"), None);
        assert_eq!(ContentHash::parse(&"zz".repeat(32)), None);
    }

    #[test]
    fn header_names_have_no_case() {
        let headers = Headers(vec![("Content-Type".into(), "text/html".into())]);
        assert_eq!(headers.get("content-type"), Some("text/html"));
    }
}
