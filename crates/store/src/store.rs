//! Opening the store: folder, lock, connections, migrations, recovery of open segments.

use crate::archive::Archive;
use crate::together::Together;
use crate::{SourceRow, StoreError};
use chapar_model::SourceId;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, SqlSafeStr as _, Transaction};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Readers that may ask at once.
const READERS_MAX: u32 = 4;

const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "newsroom",
        include_str!("../migrations/0001_newsroom.sql"),
        include_str!("../migrations/0001_newsroom.down.sql"),
    ),
    (
        2,
        "archive",
        include_str!("../migrations/0002_archive.sql"),
        include_str!("../migrations/0002_archive.down.sql"),
    ),
    (
        3,
        "kinds",
        include_str!("../migrations/0003_kinds.sql"),
        include_str!("../migrations/0003_kinds.down.sql"),
    ),
    (
        5,
        "schedule",
        include_str!("../migrations/0005_schedule.sql"),
        include_str!("../migrations/0005_schedule.down.sql"),
    ),
    (
        6,
        "push",
        include_str!("../migrations/0006_push.sql"),
        include_str!("../migrations/0006_push.down.sql"),
    ),
    (
        7,
        "indexes",
        include_str!("../migrations/0007_indexes.sql"),
        include_str!("../migrations/0007_indexes.down.sql"),
    ),
    (
        8,
        "websub",
        include_str!("../migrations/0008_websub.sql"),
        include_str!("../migrations/0008_websub.down.sql"),
    ),
    (
        9,
        "sections",
        include_str!("../migrations/0009_sections.sql"),
        include_str!("../migrations/0009_sections.down.sql"),
    ),
    (
        10,
        "distrust",
        include_str!("../migrations/0010_distrust.sql"),
        include_str!("../migrations/0010_distrust.down.sql"),
    ),
    (
        11,
        "pauses",
        include_str!("../migrations/0011_pauses.sql"),
        include_str!("../migrations/0011_pauses.down.sql"),
    ),
    (
        12,
        "again",
        include_str!("../migrations/0012_again.sql"),
        include_str!("../migrations/0012_again.down.sql"),
    ),
    (
        13,
        "walks",
        include_str!("../migrations/0013_walks.sql"),
        include_str!("../migrations/0013_walks.down.sql"),
    ),
    (
        14,
        "announced",
        include_str!("../migrations/0014_announced.sql"),
        include_str!("../migrations/0014_announced.down.sql"),
    ),
];

/// All sources, and how many had been added when they were read.
pub(crate) type SourceMap = (i64, Arc<HashMap<SourceId, SourceRow>>);

/// What a process wants of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// To write: made where there is none, locked against other writers.
    Write,
    /// To read what is there, beside a writer.
    Read,
}

/// Rows and pages of one newsroom.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) writer: AnyPool,
    pub(crate) reader: AnyPool,
    pub(crate) archive: Archive,
    pub(crate) together: Arc<Together>,
    pub(crate) source_map: Arc<Mutex<Option<SourceMap>>>,
    dir: PathBuf,
    lock: Option<Arc<File>>,
}

impl Store {
    /// Opens the newsroom in `dir`.
    pub async fn open(dir: &Path, mode: OpenMode) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let file = dir.join("chapar.db");
        if mode == OpenMode::Read && !file.exists() {
            return Err(StoreError::NoStore { path: dir.to_owned() });
        }
        let fail = |source| StoreError::File { path: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(fail)?;
        let lock = match mode {
            OpenMode::Write => Some(Arc::new(lock(dir)?)),
            OpenMode::Read => None,
        };
        let absolute = std::fs::canonicalize(dir).map_err(fail)?.join("chapar.db");
        let url = format!("sqlite://{}?mode=rwc", percent(&absolute.to_string_lossy()));
        let store = Self {
            writer: pool(&url, 1).await?,
            reader: pool(&url, READERS_MAX).await?,
            archive: Archive::open(dir)?,
            together: Arc::default(),
            source_map: Arc::default(),
            dir: dir.to_owned(),
            lock,
        };
        if mode == OpenMode::Write {
            migrator(MigrationType::ReversibleUp).run(&store.writer).await?;
            store.recover().await?;
        } else if store.migrations_done().await? < MIGRATIONS.len() {
            return Err(StoreError::Older { path: dir.to_owned() });
        }
        Ok(store)
    }

    /// Seals segments past another size than [`crate::SEGMENT_BYTES_MAX`]: for tests of the
    /// archive itself.
    #[must_use]
    pub fn with_segment_bytes_max(mut self, bytes: u64) -> Self {
        self.archive.segment_bytes_max = bytes;
        self
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    async fn migrations_done(&self) -> Result<usize, StoreError> {
        let done: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.reader)
            .await?;
        Ok(usize::try_from(done).unwrap_or(0))
    }

    /// Begins a transaction of the one writer.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A transaction for work on the job queue alone.
    pub async fn queue(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.begin().await
    }

    /// Undoes every migration and does it again: for tests of the migrations themselves.
    pub async fn migrate_down_and_up(&self) -> Result<(), StoreError> {
        let mut all = migrator(MigrationType::ReversibleUp).migrations.into_owned();
        all.extend(migrator(MigrationType::ReversibleDown).migrations.into_owned());
        let both = Migrator::with_migrations(all);
        both.undo(&self.writer, 0).await?;
        both.run(&self.writer).await?;
        Ok(())
    }

    /// What is wrong with the database file or the open segments; `None` when nothing is.
    pub async fn check(&self) -> Result<Option<String>, StoreError> {
        let verdict: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.reader).await?;
        if verdict != "ok" {
            return Ok(Some(format!("the database file is damaged: {verdict}")));
        }
        let open: Vec<(String, i64)> =
            sqlx::query_as("SELECT name, bytes FROM segment WHERE sealed = 0")
                .fetch_all(&self.reader)
                .await?;
        for (name, bytes) in open {
            let found = self.archive.spooled_bytes(&name)?;
            if found < u64::try_from(bytes).unwrap_or(0) {
                return Ok(Some(format!("segment `{name}` is shorter than what was kept")));
            }
        }
        Ok(None)
    }

    /// Closes all connections and frees the folder for another writer. Without it SQLite keeps its
    /// write-ahead log beside the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            // Where this fails it is free when the process ends.
            drop(lock.unlock());
        }
    }

    /// Brings open segments back to what was committed, seals those whose sealing was broken off,
    /// gives old pages their links and frees the jobs of a process that died.
    async fn recover(&self) -> Result<(), StoreError> {
        let open: Vec<(i64, String, i64)> =
            sqlx::query_as("SELECT id, name, bytes FROM segment WHERE sealed = 0 ORDER BY id")
                .fetch_all(&self.writer)
                .await?;
        let names: Vec<String> = open.iter().map(|(_, name, _)| name.clone()).collect();
        self.archive.remove_strangers(&names)?;
        let last = open.last().map(|(id, _, _)| *id);
        for (id, name, bytes) in &open {
            let bytes = u64::try_from(*bytes).unwrap_or(0);
            self.archive.cut(name, bytes)?;
            if Some(*id) != last || bytes > self.archive.segment_bytes_max {
                self.seal(*id, name).await?;
            }
        }
        self.fill_chain().await?;
        let mut transaction = self.begin().await?;
        chapar_jobs::release_all(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The next number of a row of `name`; taken for good when the transaction commits, so numbers
/// have no gaps and are seen in their order.
pub(crate) async fn next_id(
    connection: &mut AnyConnection,
    name: &'static str,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value")
        .bind(name)
        .fetch_one(connection)
        .await?)
}

/// Writes a line of the change log.
pub(crate) async fn log_change(
    connection: &mut AnyConnection,
    kind: &'static str,
    subject: i64,
) -> Result<(), StoreError> {
    let seq = next_id(connection, "change").await?;
    sqlx::query("INSERT INTO change (seq, kind, subject_id) VALUES ($1, $2, $3)")
        .bind(seq)
        .bind(kind)
        .bind(subject)
        .execute(connection)
        .await?;
    Ok(())
}

fn migrator(kind: MigrationType) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, up, down)| {
        let sql = if kind == MigrationType::ReversibleUp { *up } else { *down };
        Migration::new(*version, (*name).into(), kind, AssertSqlSafe(sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join("lock");
    let file =
        File::create(&path).map_err(|source| StoreError::File { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { path: dir.to_owned() }),
        Err(std::fs::TryLockError::Error(source)) => Err(StoreError::File { path, source }),
    }
}

async fn pool(url: &str, connections: u32) -> Result<AnyPool, StoreError> {
    let options: AnyConnectOptions = url.parse()?;
    Ok(AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // In WAL mode NORMAL loses no committed row when the process dies, only, at
                // worst, the last ones when the machine does; the file stays whole either way.
                sqlx::raw_sql(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                     PRAGMA busy_timeout = 20000; PRAGMA cache_size = -4000;
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
                )
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await?)
}

/// Escapes the characters of a path that mean something in a connection address.
fn percent(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewPage;
    use chapar_model::{Headers, PageId, PageUrl, PageVia};

    #[tokio::test]
    async fn an_older_newsroom_is_not_read_as_if_it_were_of_today() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
        let forget = "DELETE FROM _sqlx_migrations WHERE version = 2";
        sqlx::query(forget).execute(&store.writer).await.unwrap();
        store.close().await;
        let read = Store::open(dir.path(), OpenMode::Read).await;
        assert!(matches!(read, Err(StoreError::Older { .. })), "{read:?}");
    }

    #[tokio::test]
    async fn a_sealing_that_was_broken_off_is_made_good_on_opening() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
        let store = store.with_segment_bytes_max(1);
        for (n, segment) in ["chapar-000001.warc.gz", "chapar-000002.warc.gz"].iter().enumerate() {
            let page = NewPage {
                announced: None,
                url: PageUrl::parse(&format!("https://a.example/{n}")).unwrap(),
                fetched: jiff::Timestamp::UNIX_EPOCH,
                status: Some(200),
                headers: Headers::default(),
                body: "text".into(),
                request: None,
                via: PageVia::Live,
                source: None,
                priority: 0,
            };
            store.keep(&[page]).await.unwrap();
            let sealed = dir.path().join("archive").join(segment);
            std::fs::rename(sealed, dir.path().join("spool").join(segment)).unwrap();
            sqlx::query("UPDATE segment SET sealed = 0").execute(&store.writer).await.unwrap();
        }
        store.close().await;
        drop(store);
        let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
        assert!(dir.path().join("archive/chapar-000001.warc.gz").exists());
        assert!(!dir.path().join("spool/chapar-000001.warc.gz").exists());
        assert!(dir.path().join("spool/chapar-000002.warc.gz").exists());
        for id in [1, 2] {
            let kept = store.unread_page(PageId(id)).await.unwrap().unwrap();
            assert_eq!(store.body(&kept.place).await.unwrap(), b"text");
        }
    }
}
