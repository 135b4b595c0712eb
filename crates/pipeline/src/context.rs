//! What every job is handed: the store, the clock, the edition and, where the job may ask the
//! web, the one client. Nothing else reaches the world.

use crate::belongs::TermIndex;
use crate::edition::Edition;
use crate::reach::Reach;
use crate::sites::Sites;
use chapar_fetch::{Clock, Fetcher};
use chapar_model::PageUrl;
use chapar_store::Store;
use jiff::SignedDuration;
use std::sync::Arc;
use tokio::sync::Notify;

/// How long a worker may hold a job, in real time.
pub const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// What jobs work with.
#[derive(Clone)]
pub struct Context {
    /// Rows and pages.
    pub store: Store,
    /// The edition's time.
    pub clock: Arc<dyn Clock>,
    /// Real time, by which leases run.
    pub wall: Arc<dyn Clock>,
    /// The one HTTP client.
    pub fetcher: Option<Arc<Fetcher>>,
    /// The address under which others reach the newsroom's site, for hubs to call back.
    pub public: Option<PageUrl>,
    /// The edition.
    pub edition: Arc<Edition>,
    /// Its terms.
    pub terms: Arc<TermIndex>,
    /// Pages read at the same time.
    pub threads: usize,
    /// Rung whenever there is something new to do.
    pub bell: Arc<Notify>,
    /// Whether any host is in reach.
    pub reach: Arc<Reach>,
    /// What is known of sources' pages.
    pub sites: Arc<Sites>,
    /// The name under which this process takes jobs.
    pub worker: String,
}

impl Context {
    /// With no client and no public address, leases by the edition's clock, one page read at a time.
    pub fn new(store: Store, edition: Edition, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            wall: clock.clone(),
            clock,
            fetcher: None,
            public: None,
            terms: Arc::new(TermIndex::new(&edition.belongs)),
            edition: Arc::new(edition),
            threads: 1,
            bell: Arc::default(),
            reach: Arc::default(),
            sites: Arc::default(),
            worker: "chapar".to_owned(),
        }
    }

    /// The time of the edition and the terms of a lease.
    pub(crate) fn lease(&self) -> chapar_jobs::Lease<'_> {
        chapar_jobs::Lease {
            now: self.clock.now(),
            wall: self.wall.now(),
            length: LEASE,
            owner: &self.worker,
        }
    }
}
