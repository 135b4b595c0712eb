//! Pages as they were last made. All of them bear one tag, which says all that they depend on: with
//! another tag they are forgotten together. Never grows past its limit.

use axum::body::Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Bytes of pages that are kept.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes counted for a page beside its own, so that many small ones are not free.
const ENTRY_BYTES: usize = 200;

/// A page ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Its media type.
    pub(crate) kind: &'static str,
    /// What is sent.
    pub(crate) body: Bytes,
}

/// The pages of one tag.
#[derive(Debug, Default)]
pub(crate) struct PageCache {
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    tag: String,
    bytes: usize,
    by_address: BTreeMap<String, Made>,
}

impl PageCache {
    /// The page at `address`, if it was made under this tag.
    pub(crate) fn get(&self, tag: &str, address: &str) -> Option<Made> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.by_address.get(address).filter(|_| pages.tag == tag).cloned()
    }

    /// Keeps a page; what was made under another tag goes.
    pub(crate) fn put(&self, tag: &str, address: &str, made: Made) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = made.body.len() + address.len() + ENTRY_BYTES;
        if pages.tag != tag || pages.bytes + bytes > BYTES_MAX {
            *pages = Pages { tag: tag.to_owned(), ..Pages::default() };
        }
        if bytes <= BYTES_MAX && pages.by_address.insert(address.to_owned(), made).is_none() {
            pages.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(body: &'static str) -> Made {
        Made { kind: "text/html", body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn a_page_is_given_back_under_its_own_tag_alone() {
        let cache = PageCache::default();
        cache.put("1", "/en/", made("one"));
        assert_eq!(cache.get("1", "/en/"), Some(made("one")));
        assert_eq!(cache.get("2", "/en/"), None);
        cache.put("2", "/fa/", made("two"));
        assert_eq!(cache.get("1", "/en/"), None);
        assert_eq!(cache.get("2", "/en/"), None);
    }

    #[test]
    fn pages_past_the_limit_push_the_others_out() {
        let cache = PageCache::default();
        let large = Made { kind: "text/html", body: Bytes::from(vec![0; BYTES_MAX / 2]) };
        cache.put("1", "/a", made("a"));
        cache.put("1", "/b", large.clone());
        cache.put("1", "/c", large);
        assert_eq!(cache.get("1", "/a"), None);
        assert!(cache.get("1", "/c").is_some());
    }
}
