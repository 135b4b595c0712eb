//! One file a command. Each turns options into calls of the crates below and prints the answer.

pub mod add;
pub mod batch;
pub mod doctor;
pub mod export;
pub mod extract;
pub mod feed;
pub mod group;
pub mod import;
pub mod input;
pub mod rebuild;
pub mod run;
pub mod search;
pub mod sources;
