//! The pages as readers get them: rendered with invented news, and asked over HTTP.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

#[path = "../../examples/preview/every_page.rs"]
mod every_page;
mod pages;
mod site;
mod style;
#[path = "../../examples/preview/zarvand.rs"]
mod zarvand;
