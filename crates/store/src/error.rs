//! What can go wrong in the store.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A fault of the store. None of them is a fact about the web.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database did not answer as it should.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Whoever kept this answer together with others was stopped before it was done.
    #[error("the answer was not kept: what kept it together with others was stopped")]
    NotKept,
    /// The job queue did not answer.
    #[error(transparent)]
    Queue(#[from] chapar_jobs::QueueError),
    /// A file could not be read or written.
    #[error("`{path}` could not be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The object store did not answer as it should.
    #[error("the object store did not answer")]
    Objects(#[from] object_store::Error),
    /// A record could not be read back.
    #[error(transparent)]
    Warc(#[from] crate::warc::WarcError),
    /// A segment has lost bytes that were committed.
    #[error("segment `{segment}` has {found} bytes and should have {committed}: restore it")]
    SegmentShort {
        /// Its file name.
        segment: String,
        /// Bytes found.
        found: u64,
        /// Bytes that were committed.
        committed: u64,
    },
    /// A record does not read as what was written.
    #[error("the record at byte {offset} of segment `{segment}` is damaged")]
    Damaged {
        /// The segment.
        segment: String,
        /// First byte of the record.
        offset: u64,
    },
    /// A row holds a value that nothing here writes.
    #[error("`{value}` stands in `{column}`, where nothing of this version writes it")]
    BadRow {
        /// Table and column.
        column: &'static str,
        /// The value, shortened.
        value: String,
    },
    /// A value could not be written as JSON.
    #[error("a value could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Another process writes to the folder.
    #[error(
        "`{path}` is in use by another chapar: stop it first, or name another folder with --data"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// No store where one was expected.
    #[error("there is no newsroom in `{path}`: `chapar run` or `chapar import` makes one")]
    NoStore {
        /// The folder.
        path: PathBuf,
    },
    /// The file of the signing key holds none.
    #[error("`{path}` holds no signing key: restore it, or take it away and have a new one made")]
    BadKey {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random numbers to sign with.
    #[error("nothing could be signed")]
    NotSigned,
    /// A zip archive could not be written.
    #[error("the zip archive could not be written")]
    Zip(#[from] zip::result::ZipError),
    /// Tables of an older version, opened to be read only.
    #[error("the newsroom in `{path}` is of an older version: `chapar run` brings it up to date")]
    Older {
        /// The folder.
        path: PathBuf,
    },
    /// A helper thread was stopped.
    #[error("a thread of the store was stopped")]
    Stopped(#[source] tokio::task::JoinError),
}
