#![doc = include_str!("../README.md")]

mod queue;

pub use queue::{
    ATTEMPTS_MAX, Counts, Job, Lease, NewJob, QueueError, complete, counts, dead, due, enqueue,
    fail, next_due, release_all, remove_kind, take,
};
