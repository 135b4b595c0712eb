//! Views: what follows the change log (or the pages in their order) and remembers how far it came.

use crate::{Store, StoreError};
use sqlx::AnyConnection;

impl Store {
    /// How far a view has come; 0 at first.
    pub async fn position(&self, view: &str) -> Result<i64, StoreError> {
        let position: Option<i64> =
            sqlx::query_scalar("SELECT position FROM view_position WHERE name = $1")
                .bind(view)
                .fetch_optional(&self.reader)
                .await?;
        Ok(position.unwrap_or(0))
    }

    /// Lines of the change log after `after`: number, kind and subject.
    pub async fn changes_after(
        &self,
        after: i64,
        most: i64,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT seq, kind, subject_id FROM change WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(most)
        .fetch_all(&self.reader)
        .await?)
    }

    /// The last number of the change log.
    pub async fn last_change(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM counter WHERE name = 'change'")
            .fetch_one(&self.reader)
            .await?)
    }

    /// How many jobs were given up, and the last of them: kind, key and last error.
    pub async fn dead_jobs(
        &self,
        most: i64,
    ) -> Result<(i64, Vec<(String, String, String)>), StoreError> {
        let count = sqlx::query_scalar("SELECT count(*) FROM job WHERE dead = 1")
            .fetch_one(&self.reader)
            .await?;
        let mut connection = self.reader.acquire().await?;
        Ok((count, chapar_jobs::dead(&mut connection, most).await?))
    }

    /// A setting that outlives the process, such as the edition's file.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM setting WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.reader)
            .await?)
    }

    /// Keeps a setting.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Remembers how far a view has come.
pub(crate) async fn set_position(
    connection: &mut AnyConnection,
    view: &str,
    position: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO view_position (name, position) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position",
    )
    .bind(view)
    .bind(position)
    .execute(connection)
    .await?;
    Ok(())
}
