//! What is written for others to look at: the index, and web archives in one file.

use crate::{keep_one, open, page, reading, saved};
use chapar_model::{ArticleId, Headers, PageId};
use chapar_store::warc::{RecordReader, split_http};
use chapar_store::{NewPage, NewWacz, Selection, Store, WaczReport, write_cdxj, write_wacz};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::Path;

async fn room(dir: &Path) -> Store {
    let store = open(dir).await;
    let sent = Headers(vec![("Host".into(), "a.example".into())]);
    let first = NewPage { request: Some(sent), ..page("https://www.a.example/Old/", "one", 1) };
    keep_one(&store, first).await;
    keep_one(&store, page("https://a.example/b?y=1&x=2", "two", 2)).await;
    keep_one(&store, page("https://www.a.example/Old/", "one", 3)).await;
    let article = saved("The harbor opens", "Text.");
    store.save_readings(&[reading(PageId(2), Some(article))]).await.unwrap();
    store
}

/// The key, the time and the facts of a line.
fn taken_apart(line: &str) -> (String, String, Value) {
    let (key, rest) = line.split_once(' ').unwrap();
    let (time, facts) = rest.split_once(' ').unwrap();
    (key.to_owned(), time.to_owned(), serde_json::from_str(facts).unwrap())
}

/// The body that a line of the index leads to.
fn body_at(warc: &[u8], facts: &Value) -> Vec<u8> {
    let number = |name: &str| facts[name].as_str().unwrap().parse::<usize>().unwrap();
    let member = &warc[number("offset")..number("offset") + number("length")];
    let records: Vec<_> = RecordReader::new(member).unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), 1, "the line covers one record");
    split_http(&records[0].block).unwrap().2
}

#[tokio::test]
async fn each_line_of_the_index_leads_to_its_record() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let file = dir.path().join("index.cdxj");
    assert_eq!(write_cdxj(&store, &file).await.unwrap().lines, 3);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<_> = text.lines().map(taken_apart).collect();
    let keys: Vec<_> = lines.iter().map(|(key, time, _)| (key.as_str(), time.as_str())).collect();
    assert_eq!(
        keys,
        [
            ("example,a)/b?x=2&y=1", "19700101000002"),
            ("example,a)/old", "19700101000001"),
            ("example,a)/old", "19700101000003"),
        ]
    );
    let segment = std::fs::read(dir.path().join("spool/chapar-000001.warc.gz")).unwrap();
    let bodies: Vec<_> = lines.iter().map(|(_, _, facts)| body_at(&segment, facts)).collect();
    assert_eq!(bodies, [&b"two"[..], b"one", b""]);
    assert_eq!(lines[2].2["mime"], "warc/revisit");
    assert_eq!(lines[1].2["mime"], "text/html");
    assert_eq!(lines[1].2["filename"], "chapar-000001.warc.gz");
    assert_eq!(lines[2].2["digest"], lines[1].2["digest"]);
}

async fn wacz(store: &Store, selection: Selection, file: &Path) -> WaczReport {
    let new = NewWacz {
        selection,
        title: "A test",
        description: "All of it.",
        created: Timestamp::from_second(100).unwrap(),
    };
    write_wacz(store, &new, file).await.unwrap()
}

fn unzipped(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut entry = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test]
async fn a_web_archive_lists_each_file_with_its_digest_and_is_signed() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let file = dir.path().join("all.wacz");
    let report = wacz(&store, Selection::default(), &file).await;
    assert_eq!((report.records, report.pages), (3, 1));
    let files = unzipped(&file);
    let bytes_of = |path: &str| &files.iter().find(|(name, _)| name == path).unwrap().1;
    let manifest: Value = serde_json::from_slice(bytes_of("datapackage.json")).unwrap();
    assert_eq!(manifest["wacz_version"], "1.1.1");
    for resource in manifest["resources"].as_array().unwrap() {
        let bytes = bytes_of(resource["path"].as_str().unwrap());
        assert_eq!(resource["hash"], format!("sha256:{:x}", Sha256::digest(bytes)));
        assert_eq!(resource["bytes"], bytes.len());
    }
    let digest: Value = serde_json::from_slice(bytes_of("datapackage-digest.json")).unwrap();
    let hash = format!("sha256:{:x}", Sha256::digest(bytes_of("datapackage.json")));
    assert_eq!((digest["hash"].as_str(), report.hash.as_str()), (Some(&*hash), &*hash));
    assert_eq!(digest["signedData"]["publicKey"], report.public_key);
    assert_eq!(digest["signedData"]["created"], manifest["created"]);
    let pages = String::from_utf8_lossy(bytes_of("pages/pages.jsonl"));
    assert!(pages.contains("\"title\":\"The harbor opens\""), "{pages}");
    let index = String::from_utf8_lossy(bytes_of("indexes/index.cdxj"));
    let warc = bytes_of("archive/chapar.warc.gz");
    let bodies: Vec<_> = index.lines().map(|line| body_at(warc, &taken_apart(line).2)).collect();
    assert_eq!(bodies, [&b"two"[..], b"one", b""]);
}

#[tokio::test]
async fn a_part_is_what_was_asked_for_and_what_it_refers_to() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let file = dir.path().join("part.wacz");
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    let cases = [
        (Selection { article: Some(ArticleId(2)), ..Selection::default() }, 1),
        (Selection { after: at(2), before: at(3), ..Selection::default() }, 1),
        // The revisit of second 3 and the page of second 1 that it refers to.
        (Selection { after: at(3), ..Selection::default() }, 2),
        (Selection { after: at(9), ..Selection::default() }, 0),
    ];
    for (selection, records) in cases {
        assert_eq!(wacz(&store, selection, &file).await.records, records, "{selection:?}");
    }
}
