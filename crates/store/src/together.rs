//! Answers of several jobs kept by one transaction and one wait for the disk: whoever comes while
//! others are being kept waits, and the first of those who waited keeps for all.

use crate::keep::{Kept, NewPage};
use crate::{Store, StoreError};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::oneshot::{self, Receiver, Sender};

/// Answers kept by one transaction.
const TOGETHER_MAX: usize = 64;

/// The answers that wait, and the turn to keep them.
#[derive(Debug, Default)]
pub(crate) struct Together {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    page: NewPage,
    tell: Sender<Result<Kept, StoreError>>,
}

impl Together {
    fn wait(&self, page: NewPage) -> Receiver<Result<Kept, StoreError>> {
        let (tell, told) = oneshot::channel();
        self.locked().push(Waiting { page, tell });
        told
    }

    /// Those that have waited longest.
    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.locked();
        let many = waiting.len().min(TOGETHER_MAX);
        waiting.drain(..many).collect()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Keeps one answer, together with those that other jobs want kept at this moment. It is kept
    /// when this returns, or nothing of it is.
    pub async fn keep_together(&self, page: NewPage) -> Result<Kept, StoreError> {
        let mut told = self.together.wait(page);
        loop {
            let turn = self.together.turn.lock().await;
            match told.try_recv() {
                Ok(result) => return result,
                Err(TryRecvError::Closed) => return Err(StoreError::NotKept),
                Err(TryRecvError::Empty) => {}
            }
            self.keep_waiting(self.together.next()).await;
            drop(turn);
        }
    }

    async fn keep_waiting(&self, waiting: Vec<Waiting>) {
        let (pages, tells): (Vec<NewPage>, Vec<_>) =
            waiting.into_iter().map(|waiting| (waiting.page, waiting.tell)).unzip();
        // Who gave up waiting misses nothing: the page is kept all the same.
        match self.keep(&pages).await {
            Ok(kept) => {
                for (tell, kept) in tells.into_iter().zip(kept) {
                    let _ = tell.send(Ok(kept));
                }
            }
            // One page that cannot be kept takes no other with it.
            Err(_) => {
                for (tell, page) in tells.into_iter().zip(pages) {
                    let alone = self.keep(&[page]).await;
                    let first = |kept: Vec<Kept>| kept.first().copied().ok_or(StoreError::NotKept);
                    let _ = tell.send(alone.and_then(first));
                }
            }
        }
    }
}
