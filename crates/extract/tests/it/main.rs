//! The crate as others see it: bytes in, a reading out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod pages;
mod seed;

use chapar_extract::{PageInput, Reading, extract_page};
use chapar_model::{Headers, PageUrl};

/// Reads a page that was fetched on a day in the year 2026.
fn read(url: &str, content_type: &str, body: &[u8]) -> Reading {
    let url = PageUrl::parse(url).unwrap();
    let headers = Headers(vec![("content-type".into(), content_type.into())]);
    extract_page(&PageInput {
        bytes: body,
        url: Some(&url),
        headers: &headers,
        fetched: Some("2026-05-04T10:00:00Z".parse().unwrap()),
        zone: None,
        lang_hint: None,
        feed: None,
    })
    .value
}
