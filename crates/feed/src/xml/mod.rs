//! Markup that may be broken: tokens, names, entities, and a reader that knows where it is.

pub(crate) mod entity;
pub(crate) mod name;
pub(crate) mod reader;
pub(crate) mod token;
