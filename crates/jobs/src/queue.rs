//! Jobs on one table: put in, taken under a lease, completed or tried again. Never runs a job and
//! never reads a clock.

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, Row};
use thiserror::Error;

/// How often a job is tried before it is dead.
pub const ATTEMPTS_MAX: i64 = 8;
/// Longest pause between two tries.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(6);
/// Pause after the first failure; it doubles with each further one.
const PAUSE_FIRST: SignedDuration = SignedDuration::from_secs(10);

/// A fault of the database under the queue.
#[derive(Debug, Error)]
#[error("the job queue did not answer")]
pub struct QueueError(#[from] sqlx::Error);

/// A job to put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// What is to be done, such as `read-page`.
    pub kind: &'static str,
    /// To what; one live job a kind and key.
    pub key: String,
    /// What the worker needs beside the key, as JSON.
    pub payload: String,
    /// Higher runs first.
    pub priority: i64,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub key: String,
    /// What the worker needs beside the key, as JSON.
    pub payload: String,
    /// How often it has been taken, this time counted.
    pub attempts: i64,
}

/// Both clocks a queue needs: jobs are due in the edition's time, leases run in real time.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'a> {
    /// The edition's time.
    pub now: Timestamp,
    /// Real time.
    pub wall: Timestamp,
    /// How long the lease runs.
    pub length: SignedDuration,
    /// Who takes it.
    pub owner: &'a str,
}

/// How many jobs wait, run and are dead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not taken.
    pub waiting: i64,
    /// Taken.
    pub running: i64,
    /// Given up.
    pub dead: i64,
}

/// Puts a job in. Where a live one has its kind and key, that one stays, with the earlier time and
/// the higher priority of the two. Returns whether a row was added.
pub async fn enqueue(connection: &mut AnyConnection, job: &NewJob) -> Result<bool, QueueError> {
    let known = sqlx::query(
        "UPDATE job SET dead = 0,
            attempts = CASE WHEN dead = 1 THEN 0 ELSE attempts END,
            priority = CASE WHEN priority < $3 THEN $3 ELSE priority END,
            run_at_ms = CASE WHEN run_at_ms > $4 THEN $4 ELSE run_at_ms END
         WHERE kind = $1 AND key = $2",
    )
    .bind(job.kind)
    .bind(&job.key)
    .bind(job.priority)
    .bind(job.run_at.as_millisecond())
    .execute(&mut *connection)
    .await?;
    if known.rows_affected() > 0 {
        return Ok(false);
    }
    let id: i64 = sqlx::query_scalar(
        "UPDATE counter SET value = value + 1 WHERE name = 'job' RETURNING value",
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO job (id, kind, key, payload, priority, run_at_ms, attempts, dead)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0)",
    )
    .bind(id)
    .bind(job.kind)
    .bind(&job.key)
    .bind(&job.payload)
    .bind(job.priority)
    .bind(job.run_at.as_millisecond())
    .execute(&mut *connection)
    .await?;
    Ok(true)
}

/// Takes up to `most` due jobs of one kind, the most urgent first and those of one priority in the
/// order in which they were put in.
pub async fn take(
    connection: &mut AnyConnection,
    kind: &str,
    most: usize,
    lease: Lease<'_>,
) -> Result<Vec<Job>, QueueError> {
    let until = lease.wall.saturating_add(lease.length).unwrap_or(Timestamp::MAX);
    let rows = sqlx::query(
        "UPDATE job SET lease_owner = $1, lease_until_ms = $2, attempts = attempts + 1
         WHERE id IN (
            SELECT id FROM job
            WHERE kind = $3 AND dead = 0 AND run_at_ms <= $4
              AND (lease_until_ms IS NULL OR lease_until_ms < $5)
            ORDER BY priority DESC, id LIMIT $6)
         RETURNING id, kind, key, payload, attempts",
    )
    .bind(lease.owner)
    .bind(until.as_millisecond())
    .bind(kind)
    .bind(lease.now.as_millisecond())
    .bind(lease.wall.as_millisecond())
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    let mut jobs = rows
        .iter()
        .map(|row| {
            Ok(Job {
                id: row.try_get("id")?,
                kind: row.try_get("kind")?,
                key: row.try_get("key")?,
                payload: row.try_get("payload")?,
                attempts: row.try_get("attempts")?,
            })
        })
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Marks a job as done: its row goes.
pub async fn complete(connection: &mut AnyConnection, id: i64) -> Result<(), QueueError> {
    sqlx::query("DELETE FROM job WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Gives a job back after a failure, to be tried again after a pause that doubles each time.
/// Returns whether it is dead now.
pub async fn fail(
    connection: &mut AnyConnection,
    job: &Job,
    error: &str,
    now: Timestamp,
) -> Result<bool, QueueError> {
    let dead = job.attempts >= ATTEMPTS_MAX;
    let run_at = now.saturating_add(pause(job.attempts)).unwrap_or(Timestamp::MAX);
    sqlx::query(
        "UPDATE job SET lease_owner = NULL, lease_until_ms = NULL, last_error = $2, dead = $3,
            run_at_ms = $4 WHERE id = $1",
    )
    .bind(job.id)
    .bind(error.chars().take(500).collect::<String>())
    .bind(i64::from(dead))
    .bind(run_at.as_millisecond())
    .execute(connection)
    .await?;
    Ok(dead)
}

fn pause(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    PAUSE_FIRST.checked_mul(1 << doublings).unwrap_or(PAUSE_MAX).min(PAUSE_MAX)
}

/// Gives back every lease. For a process that knows that it is alone: whoever held them is gone.
pub async fn release_all(connection: &mut AnyConnection) -> Result<u64, QueueError> {
    let done = sqlx::query(
        "UPDATE job SET lease_owner = NULL, lease_until_ms = NULL, attempts = attempts - 1
         WHERE lease_until_ms IS NOT NULL",
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Removes every job of a kind.
pub async fn remove_kind(connection: &mut AnyConnection, kind: &str) -> Result<(), QueueError> {
    sqlx::query("DELETE FROM job WHERE kind = $1").bind(kind).execute(connection).await?;
    Ok(())
}

/// How many jobs of a kind there are.
pub async fn counts(connection: &mut AnyConnection, kind: &str) -> Result<Counts, QueueError> {
    let row = sqlx::query(
        "SELECT
            count(CASE WHEN dead = 0 AND lease_until_ms IS NULL THEN 1 END) AS waiting,
            count(CASE WHEN dead = 0 AND lease_until_ms IS NOT NULL THEN 1 END) AS running,
            count(CASE WHEN dead = 1 THEN 1 END) AS dead
         FROM job WHERE kind = $1",
    )
    .bind(kind)
    .fetch_one(connection)
    .await?;
    Ok(Counts {
        waiting: row.try_get("waiting")?,
        running: row.try_get("running")?,
        dead: row.try_get("dead")?,
    })
}

/// How many of the jobs with these keys are due or running.
pub async fn due(
    connection: &mut AnyConnection,
    kind: &str,
    keys: impl IntoIterator<Item = &str>,
    now: Timestamp,
) -> Result<usize, QueueError> {
    let mut due = 0;
    for key in keys {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM job WHERE kind = $1 AND key = $2 AND dead = 0 AND run_at_ms <= $3",
        )
        .bind(kind)
        .bind(key)
        .bind(now.as_millisecond())
        .fetch_one(&mut *connection)
        .await?;
        due += usize::try_from(count).unwrap_or(0);
    }
    Ok(due)
}

/// When the next job of a kind is due.
pub async fn next_due(
    connection: &mut AnyConnection,
    kind: &str,
) -> Result<Option<Timestamp>, QueueError> {
    let due: Option<i64> = sqlx::query_scalar(
        "SELECT min(run_at_ms) FROM job WHERE kind = $1 AND dead = 0 AND lease_until_ms IS NULL",
    )
    .bind(kind)
    .fetch_one(connection)
    .await?;
    Ok(due.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
}

/// Jobs that were given up: key and last error, the newest first.
pub async fn dead(
    connection: &mut AnyConnection,
    most: i64,
) -> Result<Vec<(String, String, String)>, QueueError> {
    Ok(sqlx::query_as(
        "SELECT kind, key, coalesce(last_error, '') FROM job WHERE dead = 1
         ORDER BY id DESC LIMIT $1",
    )
    .bind(most)
    .fetch_all(connection)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection;

    const TABLES: &str = include_str!("../tests/tables.sql");

    async fn connection() -> AnyConnection {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql(TABLES).execute(&mut connection).await.unwrap();
        connection
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn job(key: &str, priority: i64, run_at: i64) -> NewJob {
        NewJob { kind: "read", key: key.into(), payload: "{}".into(), priority, run_at: at(run_at) }
    }

    fn lease(now: i64) -> Lease<'static> {
        Lease { now: at(now), wall: at(now), length: SignedDuration::from_secs(60), owner: "one" }
    }

    async fn keys(connection: &mut AnyConnection, now: i64) -> Vec<String> {
        take(connection, "read", 10, lease(now)).await.unwrap().into_iter().map(|j| j.key).collect()
    }

    #[tokio::test]
    async fn a_job_is_put_in_once_and_taken_once() {
        let mut connection = connection().await;
        assert!(enqueue(&mut connection, &job("a", 0, 10)).await.unwrap());
        assert!(!enqueue(&mut connection, &job("a", 0, 5)).await.unwrap());
        assert_eq!(keys(&mut connection, 4).await, Vec::<String>::new());
        assert_eq!(keys(&mut connection, 5).await, ["a"]);
        assert_eq!(keys(&mut connection, 6).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn what_is_put_off_is_not_due_and_what_runs_is() {
        let mut connection = connection().await;
        for new in [job("now", 0, 5), job("later", 0, 50)] {
            enqueue(&mut connection, &new).await.unwrap();
        }
        let all = ["now", "later", "never"];
        assert_eq!(due(&mut connection, "read", all, at(4)).await.unwrap(), 0);
        assert_eq!(due(&mut connection, "read", all, at(9)).await.unwrap(), 1);
        assert_eq!(keys(&mut connection, 9).await, ["now"]);
        assert_eq!(due(&mut connection, "read", all, at(9)).await.unwrap(), 1);
        assert_eq!(due(&mut connection, "write", all, at(9)).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn the_more_urgent_is_taken_first() {
        let mut connection = connection().await;
        for new in [job("late", 0, 0), job("urgent", 9, 0)] {
            enqueue(&mut connection, &new).await.unwrap();
        }
        let taken = take(&mut connection, "read", 1, lease(1)).await.unwrap();
        assert_eq!(taken[0].key, "urgent");
    }

    #[tokio::test]
    async fn a_lease_that_ran_out_is_taken_again() {
        let mut connection = connection().await;
        enqueue(&mut connection, &job("a", 0, 0)).await.unwrap();
        assert_eq!(keys(&mut connection, 1).await, ["a"]);
        assert_eq!(keys(&mut connection, 62).await, ["a"]);
    }

    #[tokio::test]
    async fn a_failing_job_pauses_longer_each_time_and_dies() {
        let mut connection = connection().await;
        enqueue(&mut connection, &job("a", 0, 0)).await.unwrap();
        let mut now = 0;
        for attempt in 1..=ATTEMPTS_MAX {
            let taken = take(&mut connection, "read", 1, lease(now)).await.unwrap();
            assert_eq!(taken[0].attempts, attempt);
            let dead = fail(&mut connection, &taken[0], "no", at(now)).await.unwrap();
            assert_eq!(dead, attempt == ATTEMPTS_MAX);
            now += pause(attempt).as_secs();
        }
        assert_eq!(counts(&mut connection, "read").await.unwrap().dead, 1);
        assert_eq!(keys(&mut connection, now + 100_000).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_lease_given_back_does_not_count_as_a_try() {
        let mut connection = connection().await;
        enqueue(&mut connection, &job("a", 0, 0)).await.unwrap();
        keys(&mut connection, 1).await;
        assert_eq!(release_all(&mut connection).await.unwrap(), 1);
        let taken = take(&mut connection, "read", 1, lease(2)).await.unwrap();
        assert_eq!(taken[0].attempts, 1);
    }
}
