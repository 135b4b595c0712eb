//! The crate as others see it: bytes in, a reading out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod blocks;
mod hostile;
mod pages;
mod properties;
mod seed;
mod site;
mod stated;

use chapar_extract::{PageInput, Reading, extract_page};
use chapar_model::{Headers, PageUrl, Parsed};

/// Reads a page that was fetched on a day in the year 2026.
fn read(url: &str, content_type: &str, body: &[u8]) -> Reading {
    read_parsed(url, content_type, body).value
}

/// The same, with what was wrong with it.
fn read_parsed(url: &str, content_type: &str, body: &[u8]) -> Parsed<Reading> {
    let url = PageUrl::parse(url).unwrap();
    let headers = Headers(vec![("content-type".into(), content_type.into())]);
    extract_page(&PageInput {
        url: Some(&url),
        fetched: Some("2026-05-04T10:00:00Z".parse().unwrap()),
        ..PageInput::new(body, &headers)
    })
}
