//! Records on their way in, from streams that anybody may have written: each length, count and
//! rate of growth has a limit, and what passes one is an error and no panic.

use super::HEAD_BYTES_MAX;
use chapar_model::Headers;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use thiserror::Error;

/// Largest body of a page that is read or kept, in bytes.
pub const BLOCK_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Largest block that is read: a body of that size with its HTTP head.
const WHOLE_BLOCK_MAX: u64 = BLOCK_BYTES_MAX + 2 * HEAD_BYTES_MAX as u64;
/// Largest block that is passed over; films stand in archives too.
const PASSED_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;
/// Named fields of one record.
const FIELDS_MAX: usize = 1_000;
/// Blank bytes between two records; the standard has four.
const BLANK_BYTES_MAX: usize = 1_024;
/// Records of one stream.
const RECORDS_MAX: u64 = 100_000_000;
/// A stream may grow this much when it is decompressed, whatever it holds ...
const GROWTH_FREE: u64 = 128 * 1024 * 1024;
/// ... and beyond that by this factor. Archives of pages grow by three to ten.
const GROWTH_MAX: u64 = 200;

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
    /// More than an archive can need.
    #[error("the WARC stream is over the limit of {limit} {of}")]
    OverLimit {
        /// The limit.
        limit: u64,
        /// What it is a limit of.
        of: &'static str,
    },
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its named fields.
    pub fields: Headers,
    /// Its block; empty where it was too large to be read.
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
    stream: BufReader<Counted<Plain<BufReader<Counted<R>>>>>,
    records: u64,
    broken: bool,
}

/// A stream that knows how much was read of it.
struct Counted<R> {
    stream: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
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
        let counted = Counted { stream, bytes: 0 };
        let mut stream = BufReader::with_capacity(128 * 1024, counted);
        let gzip = stream.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let plain = match gzip {
            true => Plain::Gzip(Box::new(MultiGzDecoder::new(stream))),
            false => Plain::Raw(stream),
        };
        let counted = Counted { stream: plain, bytes: 0 };
        let stream = BufReader::with_capacity(128 * 1024, counted);
        Ok(Self { stream, records: 0, broken: false })
    }

    /// Whether the stream grows as no archive does.
    fn check_growth(&self) -> Result<(), WarcError> {
        let plain = self.stream.get_ref();
        let packed = match &plain.stream {
            Plain::Raw(stream) => stream.get_ref().bytes,
            Plain::Gzip(stream) => stream.get_ref().get_ref().bytes,
        };
        match plain.bytes > GROWTH_FREE.saturating_add(packed.saturating_mul(GROWTH_MAX)) {
            true => Err(WarcError::OverLimit { limit: GROWTH_MAX, of: "times its size" }),
            false => Ok(()),
        }
    }

    fn read_record(&mut self) -> Result<Option<Record>, WarcError> {
        let Some(line) = self.read_first_line()? else { return Ok(None) };
        if !line.starts_with(b"WARC/") {
            let found = String::from_utf8_lossy(&line).chars().take(40).collect();
            return Err(WarcError::NoRecord { found });
        }
        self.records += 1;
        if self.records > RECORDS_MAX {
            return Err(WarcError::OverLimit { limit: RECORDS_MAX, of: "records" });
        }
        let fields = self.read_fields()?;
        let length: u64 = fields
            .get("Content-Length")
            .and_then(|value| value.trim().parse().ok())
            .ok_or(WarcError::BadHead { what: "no Content-Length" })?;
        if length > PASSED_BYTES_MAX {
            return Err(WarcError::OverLimit { limit: PASSED_BYTES_MAX, of: "bytes in a record" });
        }
        let mut block = Vec::new();
        let oversized = length > WHOLE_BLOCK_MAX;
        let mut body = (&mut self.stream).take(length);
        let read = match oversized {
            true => io::copy(&mut body, &mut io::sink())?,
            false => io::copy(&mut body, &mut block)?,
        };
        if read < length {
            return Err(WarcError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        self.check_growth()?;
        Ok(Some(Record { fields, block, oversized }))
    }

    /// The first line that is not blank; `None` at the end of the stream.
    fn read_first_line(&mut self) -> Result<Option<Vec<u8>>, WarcError> {
        let mut blank = 0;
        loop {
            let mut line = Vec::new();
            blank += self.read_line(&mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
            if blank > BLANK_BYTES_MAX {
                let limit = BLANK_BYTES_MAX as u64;
                return Err(WarcError::OverLimit { limit, of: "blank bytes between records" });
            }
        }
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
            if fields.len() > FIELDS_MAX {
                return Err(WarcError::BadHead { what: "more than 1000 fields" });
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
