//! What revisits refer to: pages of the same import, or pages kept before. Never more than a
//! number of them is remembered.

use super::records::Again;
use anyhow::Result;
use bytes::Bytes;
use chapar_model::{ContentHash, PageUrl};
use chapar_store::{NewPage, Store};
use jiff::Timestamp;
use std::collections::HashMap;

/// Pages of an import that later records may refer to.
const REMEMBERED_MAX: usize = 200_000;

/// Pages of this import, by what records call them.
#[derive(Default)]
pub(super) struct Originals {
    by_name: HashMap<String, (PageUrl, ContentHash)>,
}

impl Originals {
    /// Remembers a page.
    pub(super) fn note(&mut self, page: &NewPage, digest: Option<String>) {
        if self.by_name.len() >= REMEMBERED_MAX {
            return;
        }
        let named = (page.url.clone(), ContentHash::of(&page.body));
        self.by_name.insert(seen(&page.url, page.fetched), named.clone());
        if let Some(digest) = digest {
            self.by_name.entry(digest).or_insert(named);
        }
    }

    /// The page that a revisit stands for; `waiting` are pages that are not kept yet.
    pub(super) async fn find(
        &self,
        store: &Store,
        again: Again,
        waiting: &[NewPage],
    ) -> Result<Option<NewPage>> {
        let at = again.at.map(|at| seen(&again.of, at));
        let names = [at.as_ref(), again.digest.as_ref()];
        let named = names.into_iter().flatten().find_map(|name| self.by_name.get(name));
        if let Some((url, digest)) = named {
            let of = |page: &&NewPage| page.url == *url && ContentHash::of(&page.body) == *digest;
            if let Some(page) = waiting.iter().rev().find(of) {
                return Ok(Some(filled(again.page, page.clone())));
            }
        }
        let kept = match (named, again.at) {
            (Some((url, digest)), _) => store.page_with(url, *digest).await?,
            (None, Some(at)) => store.page_seen(&again.of, at).await?,
            (None, None) => None,
        };
        let Some(kept) = kept else { return Ok(None) };
        let body = Bytes::from(store.body(&kept.place).await?);
        let (status, headers) = (kept.page.status, kept.page.headers);
        Ok(Some(filled(again.page.clone(), NewPage { status, headers, body, ..again.page })))
    }
}

/// A page with the body of another, and with its head where it has none of its own.
fn filled(page: NewPage, of: NewPage) -> NewPage {
    let body = of.body;
    match page.status {
        Some(_) => NewPage { body, ..page },
        None => NewPage { body, status: of.status, headers: of.headers, ..page },
    }
}

/// An address at a second: archives round their times.
fn seen(url: &PageUrl, at: Timestamp) -> String {
    format!("{} {url}", at.as_second())
}
