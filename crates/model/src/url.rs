//! Addresses that pages can be fetched from.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Longest address kept, in bytes.
pub const URL_BYTES_MAX: usize = 4096;

/// An `http` or `https` address with a host in lower case, no fragment and no credentials.
///
/// [`PageUrl::parse`] is the only way in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageUrl(url::Url);

/// Why a string is no [`PageUrl`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PageUrlError {
    /// Not an absolute address.
    #[error("`{raw}` is no address")]
    Malformed {
        /// The string as given, shortened.
        raw: String,
        /// What the URL parser says.
        source: url::ParseError,
    },
    /// Neither http nor https.
    #[error("`{scheme}:` is neither http nor https")]
    Scheme {
        /// The scheme as given.
        scheme: String,
    },
    /// No host.
    #[error("`{raw}` names no host")]
    NoHost {
        /// The string as given, shortened.
        raw: String,
    },
    /// Too long.
    #[error("an address of {bytes} bytes is over the limit of {URL_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

impl PageUrl {
    /// Reads an absolute address.
    pub fn parse(raw: &str) -> Result<Self, PageUrlError> {
        Self::check(raw, url::Url::parse(raw.trim()))
    }

    /// Reads an address that may be relative to this one.
    pub fn join(&self, raw: &str) -> Result<Self, PageUrlError> {
        Self::check(raw, self.0.join(raw.trim()))
    }

    fn check(raw: &str, parsed: Result<url::Url, url::ParseError>) -> Result<Self, PageUrlError> {
        if raw.len() > URL_BYTES_MAX {
            return Err(PageUrlError::TooLong { bytes: raw.len() });
        }
        let shown = || raw.chars().take(120).collect::<String>();
        let mut url = parsed.map_err(|source| PageUrlError::Malformed { raw: shown(), source })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PageUrlError::Scheme { scheme: url.scheme().to_owned() });
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(PageUrlError::NoHost { raw: shown() });
        }
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            // Cannot fail: the scheme has a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        Ok(Self(url))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, in lower case and punycode.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host without a leading `www.`, for showing.
    pub fn site(&self) -> &str {
        self.host().strip_prefix("www.").unwrap_or(self.host())
    }

    /// `scheme://host[:port]`.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The address, taken apart.
    pub fn as_url(&self) -> &url::Url {
        &self.0
    }

    /// Path and query, which is what a request line and the rules of robots.txt speak of.
    pub fn path_and_query(&self) -> &str {
        self.as_str().get(self.origin().len()..).unwrap_or("/")
    }

    /// The key under which two spellings of one address meet: `https` and `http`, `www.` or not,
    /// tracking parameters, a trailing slash and letter case of percent escapes do not tell apart.
    pub fn identity(&self) -> String {
        let mut key = String::with_capacity(self.as_str().len());
        key.push_str(self.site());
        if let Some(port) = self.0.port() {
            key.push_str(&format!(":{port}"));
        }
        key.push_str(self.0.path().trim_end_matches('/'));
        let mut joined = '?';
        for pair in self.0.query().unwrap_or_default().split('&') {
            let name = pair.split('=').next().unwrap_or_default();
            if pair.is_empty() || is_tracking(name) {
                continue;
            }
            key.push(joined);
            key.push_str(pair);
            joined = '&';
        }
        key
    }
}

/// Query parameters that name where a reader came from and never which page is meant.
fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_")
        || matches!(name, "fbclid" | "gclid" | "igshid" | "mc_cid" | "mc_eid" | "yclid" | "_ga")
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for PageUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PageUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(raw: &str, expect: &str) {
        assert_eq!(PageUrl::parse(raw).unwrap().as_str(), expect);
    }

    #[test]
    fn host_is_lowered_and_fragment_and_credentials_dropped() {
        check("HTTP://User:Secret@WWW.Example.ORG/A?b=1#top", "http://www.example.org/A?b=1");
    }

    #[test]
    fn other_schemes_are_refused() {
        for raw in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a/b"] {
            assert!(matches!(PageUrl::parse(raw), Err(PageUrlError::Scheme { .. })), "{raw}");
        }
        assert!(matches!(PageUrl::parse("/relative"), Err(PageUrlError::Malformed { .. })));
    }

    #[test]
    fn spellings_of_one_address_share_an_identity() {
        let one = PageUrl::parse("https://www.example.org/a/?utm_source=rss&id=7").unwrap();
        let two = PageUrl::parse("http://example.org/a?id=7#x").unwrap();
        assert_eq!(one.identity(), two.identity());
        assert_ne!(one.identity(), PageUrl::parse("http://example.org/a?id=8").unwrap().identity());
    }

    proptest! {
        #[test]
        fn parsing_its_own_text_changes_nothing(raw in "https?://[a-z]{1,8}\\.org/\\PC{0,40}") {
            if let Ok(url) = PageUrl::parse(&raw) {
                prop_assert_eq!(PageUrl::parse(url.as_str()).unwrap(), url);
            }
        }
    }
}
