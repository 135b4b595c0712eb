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

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap()
    }

    #[track_caller]
    fn check_refused(stream: &[u8], error: &str) {
        let last = RecordReader::new(stream).unwrap().last().unwrap();
        assert!(last.as_ref().is_err_and(|last| last.to_string().contains(error)), "{last:?}");
    }

    #[test]
    fn what_no_archive_needs_is_refused() {
        let record = |head: &str, body: &[u8]| {
            [format!("WARC/1.1\r\n{head}\r\n\r\n").as_bytes(), body].concat()
        };
        check_refused(&record("Content-Length: 99999999999999", b""), "bytes in a record");
        check_refused(&record("Content-Length: -1", b""), "no Content-Length");
        check_refused(&record("Content-Length: 9", b"short"), "breaks off");
        check_refused(&record(&"A: b\r\n".repeat(1_200), b""), "1000 fields");
        check_refused(&record(&format!("A: {}", "b".repeat(300_000)), b""), "longer than 256 KiB");
        check_refused(&gzip(&vec![b'\n'; 5_000]), "blank bytes");
    }

    #[test]
    fn a_stream_that_grows_without_end_is_refused() {
        let mut bomb = gzip(b"WARC/1.1\r\nContent-Length: 400000000\r\n\r\n");
        let zeros = gzip(&vec![0; 40_000_000]);
        (0..10).for_each(|_| bomb.extend_from_slice(&zeros));
        check_refused(&bomb, "200 times its size");
    }

    mod properties {
        use super::*;
        use proptest::prelude::*;

        fn headers() -> impl Strategy<Value = Headers> {
            let line = ("[A-Za-z][A-Za-z0-9-]{0,12}", "[ -~\r\n\u{600}-\u{6ff}]{0,20}");
            prop::collection::vec(line, 0..6).prop_map(Headers)
        }

        proptest! {
            #[test]
            fn what_is_written_is_read_back(
                path in "[a-zA-Z0-9/?=&%. \u{600}-\u{6ff}]{0,30}",
                status in prop::option::of(100u16..600),
                headers in headers(),
                body in prop::collection::vec(any::<u8>(), 0..400),
                ms in 0i64..4_000_000_000_000,
            ) {
                let url = PageUrl::parse(&format!("https://a.example/{path}")).unwrap();
                // A body that is taken for chunks is another matter.
                let plain = headers.get("Transfer-Encoding").is_none();
                prop_assume!(plain);
                let record = PageRecord {
                    url: &url,
                    fetched: Timestamp::from_millisecond(ms).unwrap(),
                    status,
                    headers: &headers,
                    body: &body,
                    digest: ContentHash::of(&body),
                };
                let sent = Headers(vec![("Host".into(), "a.example".into())]);
                let mut stream = page_member(&record).unwrap();
                stream.extend(request_member(&record, &sent, LedTo::Page).unwrap());
                let first = record.fetched;
                stream.extend(revisit_member(&record, Unchanged::SameBytes, first).unwrap());
                let records: Vec<Record> =
                    RecordReader::new(&stream[..]).unwrap().collect::<Result<_, _>>().unwrap();
                prop_assert_eq!(records.len(), 3);
                for record in &records {
                    prop_assert_eq!(record.fields.get("WARC-Target-URI"), Some(url.as_str()));
                }
                let id = records[0].fields.get("WARC-Record-ID");
                prop_assert_eq!(records[1].fields.get("WARC-Concurrent-To"), id);
                prop_assert_eq!(records[2].fields.get("WARC-Refers-To"), id);
                match status {
                    Some(status) => {
                        let (found, lines, read) = split_http(&records[0].block).unwrap();
                        prop_assert_eq!((found, read), (status, body));
                        prop_assert_eq!(lines.0.len(), headers.0.len());
                    }
                    None => prop_assert_eq!(&records[0].block, &body),
                }
            }

            #[test]
            fn a_reader_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
                for record in RecordReader::new(&bytes[..]).into_iter().flatten().flatten() {
                    let _ = split_http(&record.block);
                }
                let _ = split_http(&bytes);
            }

            #[test]
            fn a_changed_byte_never_makes_it_panic(at in any::<prop::sample::Index>(), to: u8) {
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let block = format!("{head}3\r\nabc\r\n0\r\n\r\n");
                let length = block.len();
                let mut stream =
                    format!("WARC/1.1\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n")
                        .repeat(2)
                        .into_bytes();
                let at = at.index(stream.len());
                stream[at] = to;
                for record in RecordReader::new(&stream[..]).into_iter().flatten().flatten() {
                    let _ = split_http(&record.block);
                }
            }
        }
    }
}
