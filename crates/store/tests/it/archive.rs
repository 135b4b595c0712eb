//! The archive as others read it: which records stand in it, and in how many files.

use crate::{keep_one, open, page};
use chapar_model::{Headers, PageId};
use chapar_store::warc::{Record, RecordReader, split_http};
use chapar_store::{Kept, NewPage};
use std::path::{Path, PathBuf};

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["archive", "spool"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(dir.join(folder)).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

fn records(dir: &Path) -> Vec<Record> {
    segments(dir)
        .iter()
        .flat_map(|file| RecordReader::new(std::fs::File::open(file).unwrap()).unwrap())
        .map(Result::unwrap)
        .collect()
}

fn kinds(records: &[Record]) -> Vec<&str> {
    records.iter().map(Record::kind).collect()
}

fn asked(url: &str, body: &str, second: i64) -> NewPage {
    let lines = [
        ("Host", "a.example"),
        ("User-Agent", "chapar"),
        ("Authorization", "Bearer key"),
        ("Cookie", "a=b"),
        ("X-Api-Key", "key"),
    ];
    let lines = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
    NewPage { request: Some(Headers(lines.to_vec())), ..page(url, body, second) }
}

#[tokio::test]
async fn the_request_stands_beside_the_response_without_its_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    keep_one(&store, asked("https://a.example/1?x=y", "one", 1)).await;
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["warcinfo", "response", "request"]);
    assert_eq!(
        String::from_utf8_lossy(&records[2].block),
        "GET /1?x=y HTTP/1.1\r\nHost: a.example\r\nUser-Agent: chapar\r\n\r\n"
    );
    let [response, request] = [&records[1].fields, &records[2].fields];
    assert_eq!(request.get("WARC-Concurrent-To"), response.get("WARC-Record-ID"));
    let kept = store.unread_page(PageId(1)).await.unwrap().unwrap();
    assert_eq!(store.body(&kept.place).await.unwrap(), b"one");
}

#[tokio::test]
async fn the_same_bytes_again_are_a_revisit_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = "https://a.example/1";
    keep_one(&store, page(url, "one", 1)).await;
    assert_eq!(store.keep(&[asked(url, "one", 9)]).await.unwrap(), [Kept::Known(PageId(1))]);
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["warcinfo", "response", "revisit", "request"]);
    let [first, again] = [&records[1].fields, &records[2].fields];
    assert_eq!(again.get("WARC-Refers-To"), first.get("WARC-Record-ID"));
    assert_eq!(again.get("WARC-Refers-To-Date"), Some("1970-01-01T00:00:01Z"));
    assert_eq!(again.get("WARC-Date"), Some("1970-01-01T00:00:09Z"));
    assert_eq!(again.get("WARC-Payload-Digest"), first.get("WARC-Payload-Digest"));
    assert!(again.get("WARC-Profile").unwrap().ends_with("identical-payload-digest"));
    assert!(split_http(&records[2].block).unwrap().2.is_empty());
    assert_eq!(records[3].fields.get("WARC-Concurrent-To"), again.get("WARC-Record-ID"));
}

#[tokio::test]
async fn not_modified_is_a_revisit_of_the_last_page_that_was_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = "https://a.example/1";
    keep_one(&store, page(url, "one", 1)).await;
    keep_one(&store, NewPage { status: Some(503), ..page(url, "busy", 2) }).await;
    let unchanged = NewPage { status: Some(304), ..page(url, "", 3) };
    assert_eq!(store.keep(&[unchanged]).await.unwrap(), [Kept::Known(PageId(1))]);
    let records = records(dir.path());
    assert_eq!(kinds(&records), ["warcinfo", "response", "response", "revisit"]);
    let again = &records[3].fields;
    assert!(again.get("WARC-Profile").unwrap().ends_with("server-not-modified"));
    assert_eq!(again.get("WARC-Refers-To"), records[1].fields.get("WARC-Record-ID"));
    assert_eq!(split_http(&records[3].block).unwrap().0, 304);
}

#[tokio::test]
async fn a_full_segment_is_sealed_and_the_next_begins() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await.with_segment_bytes_max(1_000);
    for second in 1..=8 {
        keep_one(&store, page(&format!("https://a.example/{second}"), "text", second)).await;
    }
    let names: Vec<String> = segments(dir.path())
        .iter()
        .map(|file| file.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(names.len() >= 3, "{names:?}");
    let (last, sealed) = names.split_last().unwrap();
    assert!(last.starts_with("spool/"), "{names:?}");
    assert!(sealed.iter().all(|name| name.starts_with("archive/")), "{names:?}");
    for id in 1..=8 {
        let kept = store.unread_page(PageId(id)).await.unwrap().unwrap();
        assert_eq!(store.body(&kept.place).await.unwrap(), b"text");
    }
    let infos = records(dir.path()).iter().filter(|record| record.kind() == "warcinfo").count();
    assert_eq!(infos, names.len());
}
