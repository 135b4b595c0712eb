//! The newsroom without the web: archives in, the same state out however often and with whatever
//! interruption.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod accounts;
mod archives;
mod channels;
mod edits;
mod sections;

use chapar_fetch::Clock;
use chapar_model::{ArticleId, ContentHash, PageId};
use chapar_pipeline::{Context, Edition, Progress, import, read_round, rebuild};
use chapar_store::{OpenMode, Store, export};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_772_500_000).unwrap()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

struct Quiet;

impl Progress for Quiet {
    fn at(&self, _: u64, _: u64) {}
}

const EDITION: &str = r#"
name = "Zarvand Courier"
languages = ["en", "fa"]
zone = "Asia/Tehran"
contact = "https://example.org/"
[belongs]
words = [ { en = ["Zarvand"], fa = ["زروند"], weight = 3 } ]
[[source]]
key = "courier"
name = "The Courier"
home = "https://courier.example/"
zone = "Asia/Tehran"
"#;

async fn open(dir: &Path) -> Context {
    open_with(dir, EDITION).await
}

async fn open_with(dir: &Path, edition: &str) -> Context {
    let edition = Edition::parse(edition).unwrap();
    let store = Store::open(&dir.join("newsroom"), OpenMode::Write).await.unwrap();
    store.set_sources(&edition.sources).await.unwrap();
    Context { threads: 2, ..Context::new(store, edition, Arc::new(StoppedClock)) }
}

fn page(title: &str, sentence: &str) -> String {
    let mut body = String::new();
    for part in ["first", "second", "third", "fourth", "fifth", "sixth"] {
        let _ = write!(
            body,
            "<p>{sentence} That is what the {part} witness told this newspaper yesterday, and \
             nobody in the {part} office was willing to say more about it on the record.</p>"
        );
    }
    format!(
        "<!doctype html><html lang=en><head><title>{title}</title></head>\
         <body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    )
}

/// A folder of saved pages with a manifest; one of them is a feed that announces another.
fn saved(dir: &Path) -> PathBuf {
    let folder = dir.join("saved");
    std::fs::create_dir_all(&folder).unwrap();
    let feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The Courier</title>\
        <item><title>Bridge opens in Zarvand</title><link>https://courier.example/bridge</link>\
        <guid>b1</guid><pubDate>Mon, 02 Mar 2026 08:15:00 +0330</pubDate></item>\
        </channel></rss>";
    let files = [
        ("feed.xml", "https://courier.example/rss", feed.to_owned()),
        (
            "bridge.html",
            "https://courier.example/bridge",
            page("Bridge opens in Zarvand", "The bridge over the river Abzar in Zarvand opened."),
        ),
        (
            "soup.html",
            "https://courier.example/soup",
            page("A soup of lentils", "The soup of lentils wants an hour on a small fire."),
        ),
        (
            "flood.html",
            "https://other.example/flood",
            page("Flood in Zarvand recedes", "The flood in the south of Zarvand has receded."),
        ),
    ];
    let mut manifest = String::new();
    for (name, url, content) in files {
        std::fs::write(folder.join(name), content).unwrap();
        let _ = writeln!(
            manifest,
            "{{\"url\":\"{url}\",\"path\":\"{name}\",\"fetched\":\"2026-03-02T12:00:00Z\"}}"
        );
    }
    manifest.push_str("{\"path\":\"soup.html\",\"url\":\"ftp://courier.example/x\"}\n");
    std::fs::write(folder.join("manifest.jsonl"), manifest).unwrap();
    folder
}

async fn digest(context: &Context, dir: &Path, name: &str) -> ContentHash {
    export(&context.store, &dir.join(name)).await.unwrap().digest
}

#[tokio::test]
async fn an_import_keeps_reads_and_groups() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    let report = import(&context, &[saved(dir.path())], &Quiet).await.unwrap();
    assert_eq!((report.kept, report.read, report.skipped), (4, 4, 1));
    assert!(report.reasons[0].contains("neither http nor https"), "{:?}", report.reasons);
    let totals = context.store.totals().await.unwrap();
    assert_eq!((totals.articles, totals.off_topic, totals.unread), (2, 1, 0));
    assert!(totals.stories >= 1);
}

#[tokio::test]
async fn the_feed_that_led_to_a_page_is_evidence_for_its_date() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    import(&context, &[saved(dir.path())], &Quiet).await.unwrap();
    let rows = context.store.latest(None, 10).await.unwrap();
    let bridge = rows.iter().find(|row| row.title.starts_with("Bridge")).unwrap();
    let when = bridge.published.unwrap();
    assert_eq!(when.day().unwrap().to_string(), "2026-03-02");
    let saved = context.store.article(bridge.id).await.unwrap().unwrap();
    let chosen = saved.article.published.chosen().unwrap();
    assert_eq!(chosen.basis, chapar_model::Basis::Feed);
}

#[tokio::test]
async fn importing_twice_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    let folder = saved(dir.path());
    import(&context, std::slice::from_ref(&folder), &Quiet).await.unwrap();
    let once = digest(&context, dir.path(), "once").await;
    let report = import(&context, &[folder], &Quiet).await.unwrap();
    assert_eq!((report.kept, report.known, report.read), (0, 4, 0));
    assert_eq!(digest(&context, dir.path(), "twice").await, once);
}

#[tokio::test]
async fn a_rebuild_comes_to_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    import(&context, &[saved(dir.path())], &Quiet).await.unwrap();
    let before = digest(&context, dir.path(), "before").await;
    assert_eq!(rebuild(&context, &Quiet).await.unwrap(), 4);
    assert_eq!(digest(&context, dir.path(), "after").await, before);
}

#[tokio::test]
async fn an_interrupted_import_ends_as_an_undisturbed_one() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let whole = open(one.path()).await;
    let folder = saved(one.path());
    import(&whole, std::slice::from_ref(&folder), &Quiet).await.unwrap();

    let broken = open(two.path()).await;
    let pages: Vec<_> = first_pages(&whole, 2).await;
    broken.store.keep(&pages).await.unwrap();
    read_round(&broken).await.unwrap();
    broken.store.close().await;
    drop(broken);
    let broken = open(two.path()).await;
    import(&broken, &[folder], &Quiet).await.unwrap();
    assert_eq!(
        digest(&broken, two.path(), "broken").await,
        digest(&whole, one.path(), "whole").await
    );
}

async fn first_pages(context: &Context, most: i64) -> Vec<chapar_store::NewPage> {
    let mut pages = Vec::new();
    for id in 1..=most {
        let kept = context.store.unread_page(PageId(id)).await.unwrap().unwrap();
        assert_eq!(kept.article, ArticleId(id));
        pages.push(chapar_store::NewPage {
            announced: None,
            url: kept.page.url,
            fetched: kept.page.fetched,
            status: kept.page.status,
            headers: kept.page.headers,
            request: None,
            body: context.store.body(&kept.place).await.unwrap().into(),
            via: kept.page.via,
            source: None,
            priority: 0,
        });
    }
    pages
}
