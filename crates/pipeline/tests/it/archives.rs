//! Archives of others, and our own handed back: revisits find their bodies, and a zip that means
//! harm does none.

use crate::{Quiet, open, page, saved};
use chapar_model::{PageId, PageUrl};
use chapar_pipeline::{Context, ImportReport, import};
use chapar_store::{NewWacz, Selection, write_wacz};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

fn record(kind: &str, url: &str, date: &str, fields: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
         {fields}Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

const DIGEST: &str = "WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";

fn response(url: &str, date: &str, body: &str) -> String {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
    record("response", url, date, DIGEST, &block)
}

fn file(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn imported(context: &Context, path: &Path) -> ImportReport {
    import(context, &[path.to_owned()], &Quiet).await.unwrap()
}

async fn body_of(context: &Context, id: i64) -> (PageUrl, String) {
    let kept = context.store.unread_page(PageId(id)).await.unwrap().unwrap();
    let body = context.store.body(&kept.place).await.unwrap();
    assert_eq!(kept.page.status, Some(200));
    (kept.page.url, String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn revisits_have_the_body_they_refer_to() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    let body = page("Bridge opens in Zarvand", "The bridge over the river Abzar opened.");
    let named = "WARC-Refers-To-Target-URI: https://courier.example/a\r\n\
        WARC-Refers-To-Date: 2026-03-02T08:00:00Z\r\n";
    let unknown = "WARC-Refers-To-Target-URI: https://courier.example/none\r\n\
        WARC-Refers-To-Date: 2026-03-02T08:00:00Z\r\n";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    let first = response("https://courier.example/a", "2026-03-02T08:00:00Z", &body);
    let rest = [
        record("revisit", "https://courier.example/b", "2026-03-02T09:00:00Z", named, head),
        record("revisit", "https://courier.example/c", "2026-03-02T10:00:00Z", DIGEST, ""),
        record("revisit", "https://courier.example/a", "2026-03-02T11:00:00Z", named, ""),
        record("revisit", "https://courier.example/d", "2026-03-02T11:00:00Z", unknown, head),
    ];
    let path = file(dir.path(), "all.warc", first + &rest.concat());
    let report = imported(&context, &path).await;
    assert_eq!((report.kept, report.known, report.skipped), (3, 1, 1), "{:?}", report.reasons);
    assert!(report.reasons[0].contains("revisit of what is not there"), "{:?}", report.reasons);
    for (id, path) in [(1, "a"), (2, "b"), (3, "c")] {
        let (url, found) = body_of(&context, id).await;
        assert_eq!(url.as_str(), format!("https://courier.example/{path}"));
        assert_eq!(found, body);
    }
}

#[tokio::test]
async fn a_revisit_may_refer_to_what_was_kept_before() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    let first = response("https://courier.example/a", "2026-03-02T08:00:00Z", "<p>one");
    imported(&context, &file(dir.path(), "one.warc", first)).await;
    let named = "WARC-Refers-To-Target-URI: https://courier.example/a\r\n\
        WARC-Refers-To-Date: 2026-03-02T08:00:00Z\r\n";
    let again = record("revisit", "https://courier.example/b", "2026-03-03T08:00:00Z", named, "");
    let report = imported(&context, &file(dir.path(), "two.warc", again)).await;
    assert_eq!((report.kept, report.skipped), (1, 0), "{:?}", report.reasons);
    assert_eq!(body_of(&context, 2).await.1, "<p>one");
}

#[tokio::test]
async fn what_was_handed_on_comes_in_again() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    imported(&context, &saved(dir.path())).await;
    let file = dir.path().join("all.wacz");
    let new = NewWacz {
        selection: Selection::default(),
        title: "All",
        description: "All of it.",
        created: context.clock.now(),
    };
    write_wacz(&context.store, &new, &file).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    let second = open(other.path()).await;
    let report = imported(&second, &file).await;
    assert_eq!((report.kept, report.skipped), (4, 0), "{:?}", report.reasons);
    for id in 1..=4 {
        let [one, two] = [&context, &second].map(|context| context.store.unread_page(PageId(id)));
        let (one, two) = (one.await.unwrap().unwrap().page, two.await.unwrap().unwrap().page);
        assert_eq!((one.url, one.digest, one.fetched), (two.url, two.digest, two.fetched));
    }
}

async fn check_refused(name: &str, bytes: &[u8], reason: &str) {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    let path = file(dir.path(), "x.wacz", bytes);
    let error = import(&context, &[path], &Quiet).await.unwrap_err();
    assert!(format!("{error:#}").contains(reason), "{name}: {error:#}");
    assert_eq!(context.store.totals().await.unwrap().pages, 0);
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_zip_that_means_harm_is_refused() {
    let warc = response("https://courier.example/a", "2026-03-02T08:00:00Z", "<p>one");
    check_refused("no zip", b"GIF89a", "no web archive").await;
    let outside = zipped(&[("../archive/a.warc", warc.as_bytes()), ("a.warc", warc.as_bytes())]);
    check_refused("outside of its folder", &outside, "no WARC file in its folder").await;
    let swelling = zipped(&[("archive/a.warc", &vec![b' '; 30_000_000])]);
    check_refused("swelling", &swelling, "200 times as large").await;

    // Two entries of the directory that name the same bytes.
    let body = "<p>".repeat(400_000);
    let warc = response("https://courier.example/a", "2026-03-02T08:00:00Z", &body);
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("archive/a.warc", stored).unwrap();
    zip.write_all(warc.as_bytes()).unwrap();
    let whole = zip.finish().unwrap().into_inner();
    let at = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let end = whole.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let entry = &whole[at..end];
    let mut second = entry.to_vec();
    let name = second.windows(6).position(|bytes| bytes == b"a.warc").unwrap();
    second[name] = b'b';
    let size = u32::try_from(entry.len() * 2).unwrap();
    let mut overlapping = [&whole[..end], &second, &whole[end..]].concat();
    let tail = overlapping.len() - 22;
    overlapping[tail + 8..tail + 12].copy_from_slice(&[2, 0, 2, 0]);
    overlapping[tail + 12..tail + 16].copy_from_slice(&size.to_le_bytes());
    check_refused("overlapping", &overlapping, "overlap").await;
}
