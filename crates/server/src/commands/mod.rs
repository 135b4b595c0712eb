//! One file a command. Each turns options into calls of the crates below and prints the answer.

pub(crate) mod add;
pub(crate) mod backfill;
pub(crate) mod batch;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod feed;
pub(crate) mod group;
pub(crate) mod import;
pub(crate) mod input;
pub(crate) mod rebuild;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod sources;
pub(crate) mod verify;
