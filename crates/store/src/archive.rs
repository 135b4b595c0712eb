//! Segments of WARC records: appended to in a spool folder, and handed to the object store once
//! they are full. Never reads a table; the store tells it which bytes were committed.

use crate::StoreError;
use crate::warc::{RecordReader, split_http};
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Size past which a segment is sealed, in bytes.
pub const SEGMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Where one record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// File name of the segment.
    pub segment: String,
    /// Whether the segment is in the object store.
    pub sealed: bool,
    /// First byte of the record's gzip member.
    pub offset: u64,
    /// Bytes of the member.
    pub bytes: u64,
}

/// The folder of open segments and the store of sealed ones.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    spool: PathBuf,
    objects: Arc<dyn ObjectStore>,
    /// Size past which a segment is sealed; [`SEGMENT_BYTES_MAX`] but in tests.
    pub(crate) segment_bytes_max: u64,
}

impl Archive {
    /// Opens the archive below `dir`, with sealed segments in a local folder.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        let spool = dir.join("spool");
        let sealed = dir.join("archive");
        for folder in [&spool, &sealed] {
            std::fs::create_dir_all(folder)
                .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        }
        let objects = LocalFileSystem::new_with_prefix(&sealed)?;
        Ok(Self { spool, objects: Arc::new(objects), segment_bytes_max: SEGMENT_BYTES_MAX })
    }

    fn spooled(&self, segment: &str) -> PathBuf {
        self.spool.join(segment)
    }

    /// Bytes of an open segment's file; 0 when there is none.
    pub(crate) fn spooled_bytes(&self, segment: &str) -> Result<u64, StoreError> {
        let path = self.spooled(segment);
        match std::fs::metadata(&path) {
            Ok(found) => Ok(found.len()),
            Err(missing) if missing.kind() == ErrorKind::NotFound => Ok(0),
            Err(source) => Err(StoreError::File { path, source }),
        }
    }

    /// Cuts an open segment back to the bytes that were committed: what a process that died
    /// had written after them belongs to no page.
    pub(crate) fn cut(&self, segment: &str, committed: u64) -> Result<(), StoreError> {
        let path = self.spooled(segment);
        let fail = |source| StoreError::File { path: path.clone(), source };
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(fail)?;
        let found = file.metadata().map_err(fail)?.len();
        if found < committed {
            let segment = segment.to_owned();
            return Err(StoreError::SegmentShort { segment, found, committed });
        }
        if found > committed {
            file.set_len(committed).and_then(|()| file.sync_data()).map_err(fail)?;
        }
        Ok(())
    }

    /// Removes spooled files that no row names: a process died before it committed them.
    pub(crate) fn remove_strangers(&self, known: &[String]) -> Result<(), StoreError> {
        let fail = |source| StoreError::File { path: self.spool.clone(), source };
        for file in std::fs::read_dir(&self.spool).map_err(fail)? {
            let file = file.map_err(fail)?;
            if !known.iter().any(|name| file.file_name() == name.as_str()) {
                std::fs::remove_file(file.path()).map_err(fail)?;
            }
        }
        Ok(())
    }

    /// Appends bytes to an open segment at `offset` and waits until the disk has them.
    pub(crate) async fn append(
        &self,
        segment: &str,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let path = self.spooled(segment);
        blocking(move || {
            let write = || -> std::io::Result<()> {
                let mut file =
                    OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
                file.set_len(offset)?;
                file.seek(SeekFrom::Start(offset))?;
                file.write_all(&bytes)?;
                file.sync_data()
            };
            write().map_err(|source| StoreError::File { path: path.clone(), source })
        })
        .await
    }

    /// Hands a full segment to the object store.
    pub(crate) async fn seal(&self, segment: &str) -> Result<(), StoreError> {
        let path = self.spooled(segment);
        let fail = |source| StoreError::File { path: path.clone(), source };
        let target = ObjectPath::from(segment);
        let mut upload = WriteMultipart::new(self.objects.put_multipart(&target).await?);
        let mut file = File::open(&path).map_err(fail)?;
        let mut chunk = vec![0; 1024 * 1024];
        loop {
            let read = file.read(&mut chunk).map_err(fail)?;
            if read == 0 {
                break;
            }
            upload.write(chunk.get(..read).unwrap_or_default());
            upload.wait_for_capacity(4).await?;
        }
        upload.finish().await?;
        Ok(())
    }

    /// Removes the spooled file of a segment that the object store has.
    pub(crate) fn forget_spooled(&self, segment: &str) -> Result<(), StoreError> {
        let path = self.spooled(segment);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(StoreError::File { path, source })
            }
            _ => Ok(()),
        }
    }

    /// The bytes of one record's gzip member.
    pub(crate) async fn member(&self, place: &RecordPlace) -> Result<Bytes, StoreError> {
        if place.sealed {
            return self.sealed_member(place).await;
        }
        match self.spooled_member(place).await {
            // It was sealed after its row was read.
            Err(StoreError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                self.sealed_member(place).await
            }
            member => member,
        }
    }

    async fn sealed_member(&self, place: &RecordPlace) -> Result<Bytes, StoreError> {
        let path = ObjectPath::from(place.segment.as_str());
        let range = place.offset..place.offset + place.bytes;
        Ok(self.objects.get_range(&path, range).await?)
    }

    async fn spooled_member(&self, place: &RecordPlace) -> Result<Bytes, StoreError> {
        let path = self.spooled(&place.segment);
        let (offset, bytes) = (place.offset, place.bytes);
        blocking(move || {
            let read = || -> std::io::Result<Vec<u8>> {
                let mut file = File::open(&path)?;
                file.seek(SeekFrom::Start(offset))?;
                let mut member = vec![0; usize::try_from(bytes).unwrap_or(0)];
                file.read_exact(&mut member)?;
                Ok(member)
            };
            read()
                .map(Bytes::from)
                .map_err(|source| StoreError::File { path: path.clone(), source })
        })
        .await
    }

    /// The body of a page, as received.
    pub(crate) async fn body(&self, place: &RecordPlace) -> Result<Vec<u8>, StoreError> {
        let member = self.member(place).await?;
        let damaged =
            || StoreError::Damaged { segment: place.segment.clone(), offset: place.offset };
        let record = RecordReader::new(&member[..])?.next().ok_or_else(damaged)??;
        if record.kind() != "response" {
            return Ok(record.block);
        }
        Ok(split_http(&record.block).ok_or_else(damaged)?.2)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(StoreError::Stopped(stopped)),
    }
}
