#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod assets;
pub mod atom;
pub mod edition;
pub mod markup;
pub mod messages;
pub mod pages;
pub mod ui;
pub mod views;

pub use edition::{Edition, Wording};
pub use views::Text;
