#![doc = include_str!("../README.md")]

mod backfill;
mod belongs;
mod collect;
mod context;
mod edition;
mod further;
mod group;
mod import;
mod index;
pub mod kinds;
mod polled;
mod polls;
mod reach;
mod read;
mod run;
mod schedule;
mod sites;
mod stranger;
mod walk;
mod websub;

pub use backfill::{BackfillReport, backfill};
pub use belongs::{Belonging, TermIndex};
pub use collect::FETCH_PAGE;
pub use context::{Context, LEASE};
pub use edition::{Belongs, Edition, Term, TermKind};
pub use further::FETCH_FURTHER;
pub use group::GroupStage;
pub use import::{ImportReport, Progress, import};
pub use index::IndexStage;
pub use polls::{REFRESH_FEED, schedule_feeds};
pub use reach::{NETWORK_DOWN, Reach};
pub use read::{READER, ReadRound, read_round};
pub use run::{ERRANDS, drain, read_and_schedule, rebuild, resume_pauses, run, run_errand};
pub use sites::Sites;
pub use walk::{BackfillPlan, WALK_BACK, begin_backfill, stop_backfill};
pub use websub::{ASK_HUB, CALLBACK_PATH, DELIVERY_BYTES_MAX, HubReply, answer_hub, take_delivery};
