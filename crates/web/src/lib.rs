#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod assets;
pub mod atom;
mod cache;
mod compose;
pub mod edition;
mod history;
pub mod markup;
pub mod messages;
pub mod pages;
mod reply;
mod search;
pub mod site;
pub mod ui;
pub mod views;
mod visit;

pub use edition::{Edition, Wording, calendar_named};
pub use search::SearchIndex;
pub use site::{Site, router};
pub use views::Text;
