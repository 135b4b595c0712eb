//! Why an index cannot be read or written.

use std::path::{Path, PathBuf};
use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};
use thiserror::Error;

/// Why an index cannot be read or written.
#[derive(Debug, Error)]
pub enum SearchError {
    /// There is no index yet.
    #[error("no search index in `{dir}`; it can be rebuilt from the articles")]
    Missing {
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// The files of the index are damaged.
    #[error("the search index in `{dir}` is damaged; it can be rebuilt from the articles")]
    Corrupt {
        /// Where it is.
        dir: PathBuf,
        /// What was found damaged.
        source: Box<TantivyError>,
    },
    /// The index was made by other rules than these.
    #[error(
        "the search index in `{dir}` is of another version; it can be rebuilt from the articles"
    )]
    Outdated {
        /// Where it is.
        dir: PathBuf,
    },
    /// Another writer holds the index.
    #[error("the search index in `{dir}` is being written by another process")]
    Busy {
        /// Where it is.
        dir: PathBuf,
    },
    /// The directory cannot be made or read.
    #[error("no access to `{path}`")]
    Access {
        /// What could not be reached.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Reading or writing went wrong.
    #[error("the search index in `{dir}` stopped working")]
    Engine {
        /// Where it is.
        dir: PathBuf,
        /// What went wrong.
        source: Box<TantivyError>,
    },
}

impl SearchError {
    /// Whether making the index again from the articles is the answer.
    pub fn is_rebuildable(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Corrupt { .. } | Self::Outdated { .. })
    }

    /// Whether trying again later may do.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// What an error of the engine means for the index in `dir`.
    pub(crate) fn of(dir: &Path, error: TantivyError) -> Self {
        let dir = dir.to_owned();
        match error {
            TantivyError::LockFailure(..) => Self::Busy { dir },
            TantivyError::OpenDirectoryError(OpenDirectoryError::DoesNotExist(_)) => {
                Self::Missing { dir }
            }
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(ref path))
                if path.ends_with("meta.json") =>
            {
                Self::Missing { dir }
            }
            TantivyError::OpenReadError(_)
            | TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::SchemaError(_)
            | TantivyError::InternalError(_) => Self::Corrupt { dir, source: Box::new(error) },
            error => Self::Engine { dir, source: Box::new(error) },
        }
    }
}
