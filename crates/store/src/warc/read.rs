//! Records on their way in, from streams that anybody may have written: each length, count and
//! rate of growth has a limit, and what passes one is an error and no panic.

use super::HEAD_BYTES_MAX;
use chapar_model::Headers;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use thiserror::Error;

/// Largest block of a record that is read, in bytes.
pub const BLOCK_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a WARC stream could not be read on.
#[derive(Debug, Error)]
pub enum WarcError {
    /// The stream could not be read or decompressed.
    #[error("the WARC stream breaks off or cannot be decompressed")]
    Io(#[from] io::Error),
    /// No record where one should begin.
    #[error("`{found}` stands where a WARC record should begin")]
    NoRecord {
        /// The first characters found.
        found: String,
    },
    /// A header block that is too long or has no length.
    #[error("a WARC record has a header that cannot be read: {what}")]
    BadHead {
        /// What is wrong.
        what: &'static str,
    },
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its named fields.
    pub fields: Headers,
    /// Its block; empty where it was larger than [`BLOCK_BYTES_MAX`].
    pub block: Vec<u8>,
    /// Whether the block was left out for its size.
    pub oversized: bool,
}

impl Record {
    /// `WARC-Type`.
    pub fn kind(&self) -> &str {
        self.fields.get("WARC-Type").unwrap_or_default()
    }
}

/// Records of a plain or gzip stream, one after the other.
pub struct RecordReader<R> {
    stream: BufReader<Plain<BufReader<R>>>,
    broken: bool,
}

enum Plain<R> {
    Raw(R),
    Gzip(Box<MultiGzDecoder<R>>),
}

impl<R: BufRead> Read for Plain<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Raw(stream) => stream.read(into),
            Self::Gzip(stream) => stream.read(into),
        }
    }
}

impl<R: Read> RecordReader<R> {
    /// Reads from the beginning of a WARC file; gzip is told by its first two bytes.
    pub fn new(stream: R) -> Result<Self, WarcError> {
        let mut stream = BufReader::with_capacity(128 * 1024, stream);
        let gzip = stream.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let plain = match gzip {
            true => Plain::Gzip(Box::new(MultiGzDecoder::new(stream))),
            false => Plain::Raw(stream),
        };
        Ok(Self { stream: BufReader::with_capacity(128 * 1024, plain), broken: false })
    }

    fn read_record(&mut self) -> Result<Option<Record>, WarcError> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if self.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        if !line.starts_with(b"WARC/") {
            let found = String::from_utf8_lossy(&line).chars().take(40).collect();
            return Err(WarcError::NoRecord { found });
        }
        let fields = self.read_fields()?;
        let length: u64 = fields
            .get("Content-Length")
            .and_then(|value| value.trim().parse().ok())
            .ok_or(WarcError::BadHead { what: "no Content-Length" })?;
        let mut block = Vec::new();
        let oversized = length > BLOCK_BYTES_MAX;
        let mut body = (&mut self.stream).take(length);
        let read = match oversized {
            true => io::copy(&mut body, &mut io::sink())?,
            false => io::copy(&mut body, &mut block)?,
        };
        if read < length {
            return Err(WarcError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(Some(Record { fields, block, oversized }))
    }

    fn read_fields(&mut self) -> Result<Headers, WarcError> {
        let mut fields = Vec::new();
        let mut total = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            total += self.read_line(&mut line)?;
            if total > HEAD_BYTES_MAX {
                return Err(WarcError::BadHead { what: "longer than 256 KiB" });
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if text.is_empty() {
                return Ok(Headers(fields));
            }
            if let Some((name, value)) = text.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }

    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<usize, WarcError> {
        let limit = HEAD_BYTES_MAX as u64;
        Ok((&mut self.stream).take(limit).read_until(b'\n', line)?)
    }
}

impl<R: Read> Iterator for RecordReader<R> {
    type Item = Result<Record, WarcError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let record = self.read_record().transpose()?;
        self.broken = record.is_err();
        Some(record)
    }
}
