//! Pauses that hosts asked for, which the next process keeps too.

use crate::rows::instant;
use crate::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Keeps that a host is not to be asked before a time, and forgets what is over at `now`.
    pub async fn set_pause(
        &self,
        site: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM host_pause WHERE until_ms <= $1")
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO host_pause (site, until_ms) VALUES ($1, $2)
             ON CONFLICT (site) DO UPDATE SET until_ms = excluded.until_ms",
        )
        .bind(site)
        // Up, not down: a pause that ends within this millisecond is not over.
        .bind(until.as_millisecond().saturating_add(1))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Hosts that are not to be asked yet, each with the time when they may be.
    pub async fn pauses(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT site, until_ms FROM host_pause WHERE until_ms > $1 ORDER BY site",
        )
        .bind(now.as_millisecond())
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(site, until)| Ok((site, instant("host_pause.until_ms", until)?)))
            .collect()
    }
}
