//! WARC 1.1 records as bytes: written one gzip member a record, read back from plain or gzip
//! streams. Knows nothing of files, tables or the network.
//!
//! Source: The WARC Format 1.1, IIPC, <https://iipc.github.io/warc-specifications/>.

mod http;
mod read;
mod write;

pub use http::split_http;
pub use read::{BLOCK_BYTES_MAX, Record, RecordReader, WarcError};
pub(crate) use write::digest_text;
pub use write::{
    LedTo, PageRecord, Unchanged, info_member, page_member, request_member, revisit_member,
};

/// Longest header block of a record, or of the HTTP message in it, in bytes.
const HEAD_BYTES_MAX: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::{ContentHash, Headers, PageUrl};
    use jiff::Timestamp;

    fn page(body: &[u8], status: Option<u16>) -> Vec<u8> {
        let headers = Headers(vec![("Content-Type".into(), "text/html".into())]);
        page_member(&PageRecord {
            url: &PageUrl::parse("https://example.org/a").unwrap(),
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
