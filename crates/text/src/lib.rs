#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::string_slice, clippy::indexing_slicing)]

pub mod calendar;
mod changes;
pub mod dates;
mod dir;
mod fold;
mod lang;
mod numbers;
mod postings;
mod recent;
mod reversed;
mod sentences;
mod shingles;
mod skeleton;
mod stem;
mod stopwords;
mod tokens;
mod written;

pub use changes::{Change, Stretch, changes, is_correction_note, word_changes};
pub use dir::dir_of;
pub use fold::{ascii_digits, clean_display, fold, fold_loose};
pub use lang::detect_lang;
pub use numbers::{Plural, format_number, native_digits, plural_category};
pub use postings::Postings;
pub use recent::Recent;
pub use reversed::is_reversed;
pub use sentences::sentences;
pub use shingles::{hash64, shingles};
pub use skeleton::{skeleton, skeletons};
pub use stem::stem;
pub use stopwords::is_stopword;
pub use tokens::{Token, parts, tokens};
pub use written::{format_day, format_day_short, format_time};
