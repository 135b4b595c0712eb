//! Reads one page from a file and prints its title, its date and its text, or what the page is
//! instead.
//!
//! ```text
//! cargo run --release -p chapar-extract --example extract_page -- page.html https://example.org/a
//! ```
#![allow(clippy::print_stdout, reason = "a program")]

use chapar_extract::{PageInput, extract_page};
use chapar_model::{Headers, PageUrl};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: extract_page FILE [ADDRESS]")?;
    let url = std::env::args().nth(2).map(|raw| PageUrl::parse(&raw)).transpose()?;
    let bytes = std::fs::read(path)?;
    let reading = extract_page(&PageInput {
        url: url.as_ref(),
        ..PageInput::new(&bytes, &Headers::default())
    })
    .value;
    let Some(article) = reading.shown() else {
        println!("no article: {} ({:?})", reading.outcome.reason, reading.outcome.kind);
        return Ok(());
    };
    println!("{}", article.title.value().map_or("(no title)", String::as_str));
    if let Some(when) = article.published.value() {
        println!("{when}");
    }
    println!("\n{}", article.text());
    Ok(())
}
