#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod dir;
mod fold;
mod lang;
mod sentences;
mod shingles;
mod stem;
mod stopwords;
mod tokens;

pub use dir::dir_of;
pub use fold::{ascii_digits, clean_display, fold, fold_loose};
pub use lang::detect_lang;
pub use sentences::sentences;
pub use shingles::{hash64, shingles};
pub use stem::stem;
pub use stopwords::is_stopword;
pub use tokens::{Token, tokens};
