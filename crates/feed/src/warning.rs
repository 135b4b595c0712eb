//! What a reader had to put up with, up to a number.

use crate::limits::WARNINGS_MAX;
use chapar_model::Warning;

/// Warnings gathered while reading.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<Warning>);

impl Warnings {
    /// Notes a fault, unless there are enough already.
    pub(crate) fn push(&mut self, code: &'static str, detail: impl FnOnce() -> String) {
        if self.0.len() < WARNINGS_MAX {
            self.0.push(Warning { code, detail: detail() });
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Warning> {
        self.0
    }
}
