//! What a lenient parser gives: the value, and what it had to put up with.

/// A value read from input that may be broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What could be read.
    pub value: T,
    /// What was wrong with the input.
    pub warnings: Vec<Warning>,
}

/// One fault that a parser met and got over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// A short stable name such as `bad-date`.
    pub code: &'static str,
    /// The fact, with the offending value in backticks.
    pub detail: String,
}
