//! WARC 1.1 records as bytes: written one gzip member a record, read back from plain or gzip
//! streams. Knows nothing of files, tables or the network.
//!
//! Source: The WARC Format 1.1, IIPC, <https://iipc.github.io/warc-specifications/>.

use chapar_model::{ContentHash, Headers};
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read, Write};
use thiserror::Error;

/// Longest header block of a record, in bytes.
const HEAD_BYTES_MAX: usize = 256 * 1024;
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

/// What is kept of one response.
#[derive(Debug, Clone, Copy)]
pub struct PageRecord<'a> {
    /// The address that was asked.
    pub url: &'a str,
    /// When the response came.
    pub fetched: Timestamp,
    /// HTTP status; `None` for a saved file, which becomes a `resource` record.
    pub status: Option<u16>,
    /// HTTP header lines.
    pub headers: &'a Headers,
    /// The body as received.
    pub body: &'a [u8],
    /// Its hash.
    pub digest: ContentHash,
}

/// The record as one gzip member.
pub fn page_member(page: &PageRecord<'_>) -> io::Result<Vec<u8>> {
    let mut http = Vec::new();
    if let Some(status) = page.status {
        write!(http, "HTTP/1.1 {status} {}\r\n", reason(status))?;
        for (name, value) in &page.headers.0 {
            write!(http, "{}: {}\r\n", one_line(name), one_line(value))?;
        }
        http.extend_from_slice(b"\r\n");
    }
    let (kind, mime) = match page.status {
        Some(_) => ("response", "application/http; msgtype=response"),
        None => ("resource", page.headers.get("Content-Type").unwrap_or("text/html")),
    };
    let mut block_hash = Sha256::new();
    block_hash.update(&http);
    block_hash.update(page.body);
    let fields = [
        ("WARC-Type", kind.to_owned()),
        ("WARC-Target-URI", page.url.to_owned()),
        ("WARC-Date", page.fetched.to_string()),
        (
            "WARC-Record-ID",
            record_id(&[page.url, &page.fetched.to_string(), &page.digest.to_string()]),
        ),
        ("WARC-Payload-Digest", format!("sha256:{}", base32(page.digest.as_bytes()))),
        ("WARC-Block-Digest", format!("sha256:{}", base32(&block_hash.finalize()))),
        ("Content-Type", one_line(mime)),
    ];
    member(&fields, &[&http, page.body])
}

/// The record that opens a segment.
pub fn info_member(name: &str, date: Timestamp) -> io::Result<Vec<u8>> {
    let block = format!(
        "software: chapar/{}\r\nformat: WARC File Format 1.1\r\n\
         conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let fields = [
        ("WARC-Type", "warcinfo".to_owned()),
        ("WARC-Date", date.to_string()),
        ("WARC-Filename", name.to_owned()),
        ("WARC-Record-ID", record_id(&[name, &date.to_string()])),
        ("Content-Type", "application/warc-fields".to_owned()),
    ];
    member(&fields, &[block.as_bytes()])
}

fn member(fields: &[(&str, String)], block: &[&[u8]]) -> io::Result<Vec<u8>> {
    let length: usize = block.iter().map(|part| part.len()).sum();
    let mut gzip = GzEncoder::new(Vec::with_capacity(length / 3 + 512), Compression::new(6));
    gzip.write_all(b"WARC/1.1\r\n")?;
    for (name, value) in fields {
        write!(gzip, "{name}: {value}\r\n")?;
    }
    write!(gzip, "Content-Length: {length}\r\n\r\n")?;
    for part in block {
        gzip.write_all(part)?;
    }
    gzip.write_all(b"\r\n\r\n")?;
    gzip.finish()
}

/// A record id that the same record always gets (UUID version 8 of a SHA-256).
fn record_id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id: [u8; 16] = [0; 16];
    id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "<urn:uuid:{}-{}-{}-{}-{}>",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect()
}

/// RFC 4648 base 32, as tools that read WARC expect digests.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut group = [0; 5];
        group.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        let bits = group.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let letters = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            let five = usize::try_from((bits >> (35 - 5 * at)) & 31).unwrap_or(0);
            out.push(if at < letters { char::from(LETTERS[five]) } else { '=' });
        }
    }
    out
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
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

/// Status, header lines and body of an HTTP response as it stands in a `response` record.
/// Chunked transfer coding is taken off. `None` when it is no HTTP response.
pub fn split_http(block: &[u8]) -> Option<(u16, Headers, Vec<u8>)> {
    let (head_end, body_start) = head_end(block)?;
    let head = String::from_utf8_lossy(block.get(..head_end)?);
    let mut lines = head.lines();
    let status_line = lines.next()?;
    if !status_line.starts_with("HTTP/") {
        return None;
    }
    let status = status_line.split_whitespace().nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let headers = Headers(headers);
    let body = block.get(body_start..)?;
    let chunked = headers
        .get("Transfer-Encoding")
        .is_some_and(|v| v.to_ascii_lowercase().contains("chunked"));
    let body = match chunked.then(|| unchunk(body)).flatten() {
        Some(plain) => plain,
        None => body.to_vec(),
    };
    let kept = headers.0.into_iter().filter(|(n, _)| !n.eq_ignore_ascii_case("Transfer-Encoding"));
    Some((status, Headers(kept.collect()), body))
}

fn head_end(block: &[u8]) -> Option<(usize, usize)> {
    let limit = block.len().min(HEAD_BYTES_MAX);
    let head = block.get(..limit)?;
    let crlf = head.windows(4).position(|w| w == b"\r\n\r\n").map(|at| (at, at + 4));
    let lf = head.windows(2).position(|w| w == b"\n\n").map(|at| (at, at + 2));
    match (crlf, lf) {
        (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
        (found, None) | (None, found) => found,
    }
}

/// Takes chunked transfer coding off; `None` when the body is not coded so, as in archives whose
/// writer took it off and kept the header.
fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(body.len());
    loop {
        let line_end = body.windows(2).take(1024).position(|w| w == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..line_end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = body.get(line_end + 2..)?;
        if size == 0 {
            return Some(plain);
        }
        plain.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &[u8], status: Option<u16>) -> Vec<u8> {
        let headers = Headers(vec![("Content-Type".into(), "text/html".into())]);
        page_member(&PageRecord {
            url: "https://example.org/a",
            fetched: "2026-03-02T06:30:00.123Z".parse().unwrap(),
            status,
            headers: &headers,
            body,
            digest: ContentHash::of(body),
        })
        .unwrap()
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut file = info_member("a.warc.gz", Timestamp::UNIX_EPOCH).unwrap();
        file.extend(page(b"<p>one</p>", Some(200)));
        file.extend(page(b"two", None));
        let records: Vec<Record> =
            RecordReader::new(&file[..]).unwrap().collect::<Result<_, _>>().unwrap();
        let kinds: Vec<&str> = records.iter().map(Record::kind).collect();
        assert_eq!(kinds, ["warcinfo", "response", "resource"]);
        let (status, headers, body) = split_http(&records[1].block).unwrap();
        assert_eq!((status, body.as_slice()), (200, &b"<p>one</p>"[..]));
        assert_eq!(headers.get("content-type"), Some("text/html"));
        assert_eq!(records[2].block, b"two");
        assert_eq!(records[1].fields.get("WARC-Date"), Some("2026-03-02T06:30:00.123Z"));
    }

    #[test]
    fn the_same_page_gives_the_same_bytes() {
        assert_eq!(page(b"x", Some(200)), page(b"x", Some(200)));
    }

    #[test]
    fn a_stream_that_breaks_off_is_an_error_after_its_whole_records() {
        let mut file = page(b"one", Some(200));
        let second = page(b"two", Some(200));
        file.extend(&second[..second.len() / 2]);
        let records: Vec<_> = RecordReader::new(&file[..]).unwrap().collect();
        assert_eq!(records.len(), 2);
        assert!(records[0].is_ok() && records[1].is_err());
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI======");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }

    #[test]
    fn chunks_are_joined_and_a_false_header_is_forgiven() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let coded = format!("{head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        assert_eq!(split_http(coded.as_bytes()).unwrap().2, b"abcde");
        let plain = format!("{head}<html>");
        assert_eq!(split_http(plain.as_bytes()).unwrap().2, b"<html>");
    }

    #[test]
    fn what_is_no_record_is_named() {
        let error = RecordReader::new(&b"GIF89a"[..]).unwrap().next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "`GIF89a` stands where a WARC record should begin");
    }
}
