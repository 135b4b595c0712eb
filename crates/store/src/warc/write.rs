//! Records on their way out, one gzip member each. The same facts give the same bytes.

use chapar_model::{ContentHash, Headers, PageUrl};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Lines of a request that are kept. What else is sent may be a key, and a key has no place in an
/// archive that is handed on.
const REQUEST_LINES_KEPT: [&str; 9] = [
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "accept-language",
    "if-none-match",
    "if-modified-since",
    "from",
    "range",
];
const RESPONSE_TYPE: &str = "application/http; msgtype=response";
const REQUEST_TYPE: &str = "application/http; msgtype=request";

/// What is kept of one response.
#[derive(Debug, Clone, Copy)]
pub struct PageRecord<'a> {
    /// The address that was asked.
    pub url: &'a PageUrl,
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

/// How a response told that nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// It sent the same bytes again.
    SameBytes,
    /// It said so, with status 304.
    NotModified,
}

impl Unchanged {
    fn profile(self) -> &'static str {
        match self {
            Self::SameBytes => "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
            Self::NotModified => "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        }
    }
}

/// The record of a response as one gzip member.
pub fn page_member(page: &PageRecord<'_>) -> io::Result<Vec<u8>> {
    let http = page.status.map(|status| response_head(status, page.headers)).unwrap_or_default();
    let (kind, mime) = match page.status {
        Some(_) => ("response", RESPONSE_TYPE),
        None => ("resource", page.headers.get("Content-Type").unwrap_or("text/html")),
    };
    let fields = [
        ("WARC-Type", kind.to_owned()),
        ("WARC-Target-URI", page.url.to_string()),
        ("WARC-Date", page.fetched.to_string()),
        ("WARC-Record-ID", page_id(page.url, page.fetched, page.digest)),
        ("WARC-Payload-Digest", digest_text(page.digest.as_bytes())),
        ("WARC-Block-Digest", block_digest(&[&http, page.body])),
        ("Content-Type", one_line(mime)),
    ];
    member(&fields, &[&http, page.body])
}

/// The record of an answer that is, or says it is, what `page.digest` was at `first`; its head
/// without a body, as one gzip member.
pub fn revisit_member(
    page: &PageRecord<'_>,
    why: Unchanged,
    first: Timestamp,
) -> io::Result<Vec<u8>> {
    let http = response_head(page.status.unwrap_or(200), page.headers);
    let fields = [
        ("WARC-Type", "revisit".to_owned()),
        ("WARC-Target-URI", page.url.to_string()),
        ("WARC-Date", page.fetched.to_string()),
        ("WARC-Record-ID", revisit_id(page)),
        ("WARC-Profile", why.profile().to_owned()),
        ("WARC-Refers-To", page_id(page.url, first, page.digest)),
        ("WARC-Refers-To-Target-URI", page.url.to_string()),
        ("WARC-Refers-To-Date", first.to_string()),
        ("WARC-Payload-Digest", digest_text(page.digest.as_bytes())),
        ("WARC-Block-Digest", block_digest(&[&http])),
        ("Content-Type", RESPONSE_TYPE.to_owned()),
    ];
    member(&fields, &[&http])
}

/// Which record a request led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedTo {
    /// That of a response.
    Page,
    /// That of a response which brought nothing new.
    Revisit,
}

/// The record of the request that led to `page`, as one gzip member.
pub fn request_member(page: &PageRecord<'_>, sent: &Headers, to: LedTo) -> io::Result<Vec<u8>> {
    let concurrent = match to {
        LedTo::Page => page_id(page.url, page.fetched, page.digest),
        LedTo::Revisit => revisit_id(page),
    };
    let asked = page.url.as_url();
    let query = asked.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut http = format!("GET {}{query} HTTP/1.1\r\n", asked.path()).into_bytes();
    let is_kept =
        |name: &str| REQUEST_LINES_KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(name));
    let kept = sent.0.iter().filter(|(name, _)| is_kept(name));
    kept.for_each(|line| put_line(&mut http, line));
    http.extend_from_slice(b"\r\n");
    let fields = [
        ("WARC-Type", "request".to_owned()),
        ("WARC-Target-URI", page.url.to_string()),
        ("WARC-Date", page.fetched.to_string()),
        ("WARC-Record-ID", record_id(&[&concurrent, "request"])),
        ("WARC-Concurrent-To", concurrent),
        ("WARC-Block-Digest", block_digest(&[&http])),
        ("Content-Type", REQUEST_TYPE.to_owned()),
    ];
    member(&fields, &[&http])
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

/// A digest as it stands in a record and in an index.
pub(crate) fn digest_text(digest: &[u8]) -> String {
    format!("sha256:{}", base32(digest))
}

fn response_head(status: u16, headers: &Headers) -> Vec<u8> {
    let mut http = format!("HTTP/1.1 {status} {}\r\n", reason(status)).into_bytes();
    headers.0.iter().for_each(|line| put_line(&mut http, line));
    http.extend_from_slice(b"\r\n");
    http
}

fn put_line(http: &mut Vec<u8>, (name, value): &(String, String)) {
    http.extend_from_slice(format!("{}: {}\r\n", one_line(name), one_line(value)).as_bytes());
}

fn block_digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    digest_text(&hash.finalize())
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

fn page_id(url: &PageUrl, fetched: Timestamp, digest: ContentHash) -> String {
    record_id(&[url.as_str(), &fetched.to_string(), &digest.to_string()])
}

fn revisit_id(page: &PageRecord<'_>) -> String {
    record_id(&[&page_id(page.url, page.fetched, page.digest), "revisit"])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI======");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }
}
