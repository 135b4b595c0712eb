//! The store as its users see it: pages kept and found again, readings replaced, a writer that
//! died, an export that says the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod archive;
mod chain;
mod handed_on;

use chapar_model::{
    Article, Block, BlockKind, Candidate, ClaimedOriginal, Dir, Display, Field, Headers, Inline,
    Lang, Outcome, OutcomeKind, PageId, PageUrl, PageVia, PostFacts, SourceKey, StoryId, Verdict,
    When,
};
use chapar_store::{
    FeedKind, FeedSetup, Grouping, Kept, NewEntry, NewPage, OpenMode, PageReading, SavedArticle,
    SourceSetup, Store, StoreError, StoryUpdate, export, warc,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

fn page(url: &str, body: &str, second: i64) -> NewPage {
    NewPage {
        announced: None,
        url: PageUrl::parse(url).unwrap(),
        fetched: Timestamp::from_second(second).unwrap(),
        status: Some(200),
        headers: Headers(vec![("Content-Type".into(), "text/html".into())]),
        body: body.to_owned().into(),
        request: None,
        via: PageVia::Live,
        source: None,
        priority: 0,
    }
}

fn entry(key: &str, url: &str) -> NewEntry {
    NewEntry {
        key: key.into(),
        url: PageUrl::parse(url).unwrap(),
        title: "A".into(),
        author: None,
        published_raw: Some("2 March".into()),
        published: Some(When::parse("2026-03-02").unwrap()),
        summary: None,
        picture: None,
        reason: None,
        post: None,
    }
}

fn field<T>(value: T) -> Field<T> {
    Field {
        candidates: vec![Candidate {
            value,
            basis: chapar_model::Basis::Heading,
            place: "h1".into(),
            raw: String::new(),
            verdict: Verdict::Chosen("only one".into()),
        }],
    }
}

fn saved(title: &str, text: &str) -> SavedArticle {
    let paragraph = BlockKind::Paragraph { content: vec![Inline::Text(text.into())] };
    SavedArticle {
        article: Article {
            title: field(title.to_owned()),
            site_name: Field::default(),
            byline: Field::default(),
            dateline: None,
            published: field(When::parse("2026-03-02").unwrap()),
            updated: Field::default(),
            lang: field(Lang::EN),
            blocks: vec![Block { kind: paragraph, lang: None, dir: Dir::Ltr }],
            lead_image: None,
            canonical: None,
            original: Field::default(),
            section: None,
            tags: vec![],
            word_count: 3,
            confidence: 0.5,
            post: None,
        },
        belongs: true,
        belongs_why: "all of the source".into(),
        sort: Timestamp::from_second(1_000).unwrap(),
    }
}

fn reading(page: PageId, article: Option<SavedArticle>) -> PageReading {
    let kind = if article.is_some() { OutcomeKind::Article } else { OutcomeKind::NoText };
    let outcome = Outcome { kind, reason: "test".into() };
    PageReading { page, read_by: 1, outcome, article, before: None, entries: vec![], learned: None }
}

async fn open(dir: &Path) -> Store {
    Store::open(dir, OpenMode::Write).await.unwrap()
}

async fn keep_one(store: &Store, new: NewPage) -> PageId {
    match store.keep(&[new]).await.unwrap()[0] {
        Kept::New(id) | Kept::Known(id) => id,
    }
}

#[tokio::test]
async fn a_kept_page_comes_back_with_its_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let pages = [page("https://a.example/1", "one", 1), page("https://b.example/2", "two", 2)];
    assert_eq!(store.keep(&pages).await.unwrap(), [Kept::New(PageId(1)), Kept::New(PageId(2))]);
    let kept = store.unread_page(PageId(2)).await.unwrap().unwrap();
    assert_eq!(store.body(&kept.place).await.unwrap(), b"two");
    assert_eq!(kept.page.url.as_str(), "https://b.example/2");
    assert_eq!(kept.page.status, Some(200));
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_other_bytes_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = "https://a.example/1";
    assert_eq!(keep_one(&store, page(url, "one", 1)).await, PageId(1));
    assert_eq!(keep_one(&store, page(url, "one", 2)).await, PageId(1));
    assert_eq!(keep_one(&store, page(url, "two", 3)).await, PageId(2));
    assert_eq!(keep_one(&store, page(url, "one", 4)).await, PageId(3));
}

#[tokio::test]
async fn what_a_dead_writer_left_half_written_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    keep_one(&store, page("https://a.example/1", "one", 1)).await;
    store.close().await;
    drop(store);
    let segment = dir.path().join("spool/chapar-000001.warc.gz");
    let whole = std::fs::metadata(&segment).unwrap().len();
    let mut file = std::fs::OpenOptions::new().append(true).open(&segment).unwrap();
    file.write_all(b"\x1f\x8b half a member").unwrap();
    std::fs::write(dir.path().join("spool/chapar-000002.warc.gz"), b"never committed").unwrap();

    let store = open(dir.path()).await;
    assert_eq!(std::fs::metadata(&segment).unwrap().len(), whole);
    assert!(!dir.path().join("spool/chapar-000002.warc.gz").exists());
    assert_eq!(keep_one(&store, page("https://a.example/2", "two", 2)).await, PageId(2));
    let records = warc::RecordReader::new(std::fs::File::open(&segment).unwrap()).unwrap();
    let kinds: Vec<_> = records.map(|record| record.unwrap().kind().to_owned()).collect();
    assert_eq!(kinds, ["warcinfo", "response", "response"]);
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let none = Store::open(dir.path(), OpenMode::Read).await.unwrap_err();
    assert!(matches!(none, StoreError::NoStore { .. }));
    let _store = open(dir.path()).await;
    let second = Store::open(dir.path(), OpenMode::Write).await.unwrap_err();
    assert!(matches!(second, StoreError::InUse { .. }));
    assert!(Store::open(dir.path(), OpenMode::Read).await.is_ok());
}

#[tokio::test]
async fn migrations_go_down_and_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.migrate_down_and_up().await.unwrap();
    assert_eq!(keep_one(&store, page("https://a.example/1", "one", 1)).await, PageId(1));
}

#[tokio::test]
async fn a_changed_text_is_a_revision_and_a_missing_page_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = "https://a.example/1";
    for (second, body) in [(1, "first"), (2, "second"), (3, "not found")] {
        let mut new = page(url, body, second);
        new.status = Some(if second == 3 { 404 } else { 200 });
        keep_one(&store, new).await;
    }
    let gone = PageReading {
        outcome: Outcome { kind: OutcomeKind::HttpError, reason: "404".into() },
        ..reading(PageId(3), None)
    };
    let readings = [
        reading(PageId(1), Some(saved("A", "the first text"))),
        reading(PageId(2), Some(saved("A", "the second text"))),
        gone,
    ];
    store.save_readings(&readings).await.unwrap();
    let article = chapar_model::ArticleId(1);
    let detail = store.article_detail(article).await.unwrap().unwrap();
    assert_eq!(detail.row.revisions, 2);
    assert_eq!(detail.row.gone, Some(Timestamp::from_second(3).unwrap()));
    assert_eq!(detail.pages.len(), 3);
    assert_eq!(detail.saved.article.text(), "the second text");
    assert_eq!(detail.revisions[0].page, PageId(2));
}

#[tokio::test]
async fn a_headline_or_a_byline_is_a_revision_and_a_stated_hour_of_change_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = "https://a.example/1";
    for second in 1..=4 {
        keep_one(&store, page(url, &format!("body {second}"), second)).await;
    }
    let mut stamped = saved("A", "a text");
    stamped.article.updated = field(When::parse("2026-03-02T10:00:00Z").unwrap());
    let mut signed = saved("B", "a text");
    signed.article.byline = field("Somebody".to_owned());
    let texts = [saved("A", "a text"), stamped, saved("B", "a text"), signed];
    let readings: Vec<_> =
        (1..).zip(texts).map(|(id, text)| reading(PageId(id), Some(text))).collect();
    store.save_readings(&readings).await.unwrap();
    let detail = store.article_detail(chapar_model::ArticleId(1)).await.unwrap().unwrap();
    let revisions: Vec<_> =
        detail.revisions.iter().map(|r| (r.number, r.page.0, r.title.as_str())).collect();
    assert_eq!(revisions, [(3, 4, "B"), (2, 3, "B"), (1, 1, "A")]);
    assert_eq!(detail.row.revisions, 3);
    assert_eq!(store.revision_count(&PageUrl::parse(url).unwrap()).await.unwrap(), 3);
}

#[tokio::test]
async fn an_entry_is_announced_once_and_hints_at_later_pages_only() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let feed = keep_one(&store, page("https://a.example/feed", "<rss>", 1)).await;
    let url = PageUrl::parse("https://a.example/1").unwrap();
    let entry = entry("1", url.as_str());
    let read = PageReading { entries: vec![entry], ..reading(feed, None) };
    let announced = store.save_readings(std::slice::from_ref(&read)).await.unwrap();
    assert_eq!(announced.len(), 1);
    assert_eq!(announced[0].0, url);
    assert!(store.save_readings(&[read]).await.unwrap().is_empty());
    let article = keep_one(&store, page(url.as_str(), "text", 2)).await;
    let id = store.unread_page(article).await.unwrap().unwrap().article;
    assert_eq!(store.hints(id, article).await.unwrap().len(), 1);
    assert_eq!(store.hints(id, feed).await.unwrap().len(), 0);
}

#[tokio::test]
async fn what_was_announced_is_said_of_the_page_that_it_led_to() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let feed = keep_one(&store, page("https://a.example/feed", "<rss>", 1)).await;
    let announced = PageUrl::parse("https://a.example/go/1").unwrap();
    let entries = vec![entry("1", announced.as_str())];
    let read = PageReading { entries, ..reading(feed, None) };
    store.save_readings(&[read]).await.unwrap();
    assert_eq!(store.unkept(std::slice::from_ref(&announced)).await.unwrap().len(), 1);
    let led = NewPage {
        announced: Some(announced.clone()),
        ..page("https://a.example/the-bridge", "text", 2)
    };
    let led = keep_one(&store, led).await;
    let id = store.unread_page(led).await.unwrap().unwrap().article;
    assert_eq!(store.hints(id, led).await.unwrap().len(), 1);
    assert_eq!(store.unkept(&[announced]).await.unwrap().len(), 0);
    let other = keep_one(&store, page("https://a.example/the-bridge", "another text", 3)).await;
    assert_eq!(store.hints(id, other).await.unwrap().len(), 0, "nobody was led there this time");
}

#[tokio::test]
async fn stories_are_paged_by_rank_and_counted_by_publisher() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let mut readings = Vec::new();
    for host in ["a", "b", "c"] {
        let id = keep_one(&store, page(&format!("https://{host}.example/1"), host, 1)).await;
        readings.push(reading(id, Some(saved(host, &format!("a text of {host}")))));
    }
    store.save_readings(&readings).await.unwrap();
    let ids: Vec<_> = store
        .articles_to_group(PageId(0), PageId(9))
        .await
        .unwrap()
        .into_iter()
        .map(|article| article.id)
        .collect();
    let put = |article: usize, story: usize| StoryUpdate {
        article: ids[article],
        story: StoryId(ids[story].0),
        why: "test".into(),
    };
    let grouping = Grouping { stories: vec![put(0, 0), put(1, 0), put(2, 2)], copies: vec![] };
    store.save_grouping(&grouping, PageId(3)).await.unwrap();
    let front = store.front(None, 1).await.unwrap();
    assert_eq!((front[0].articles, front[0].sources), (2, 2));
    let rest = store.front(Some((front[0].rank, front[0].id)), 9).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(store.grouped_to().await.unwrap(), PageId(3));
}

#[tokio::test]
async fn reading_everything_again_gives_the_same_export() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let id = keep_one(&store, page("https://a.example/1", "one", 1)).await;
    let readings = [reading(id, Some(saved("A", "a text")))];
    store.save_readings(&readings).await.unwrap();
    let first = export(&store, &dir.path().join("one")).await.unwrap();
    assert_eq!(store.forget_derived().await.unwrap(), 1);
    let empty = export(&store, &dir.path().join("none")).await.unwrap();
    assert_ne!(first.digest, empty.digest);
    store.save_readings(&readings).await.unwrap();
    let again = export(&store, &dir.path().join("two")).await.unwrap();
    assert_eq!(first.digest, again.digest);
}

#[tokio::test]
async fn answers_that_are_kept_together_are_each_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
    let keeps = (0..200).map(|number| {
        // Every address twice, with the same bytes.
        let url = format!("https://daily.example/{}", number / 2);
        let page = page(&url, &format!("<p>{}</p>", number / 2), 0);
        let store = store.clone();
        tokio::spawn(async move { store.keep_together(page).await.unwrap() })
    });
    let mut new = 0;
    for kept in keeps.collect::<Vec<_>>() {
        new += usize::from(matches!(kept.await.unwrap(), Kept::New(_)));
    }
    assert_eq!(new, 100);
    assert_eq!(store.totals().await.unwrap().pages, 100);
    assert_eq!(store.check().await.unwrap(), None);
}

#[tokio::test]
async fn whoever_gives_up_waiting_takes_no_other_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
    let keep = |number: i64| {
        let (store, url) = (store.clone(), format!("https://daily.example/{number}"));
        tokio::spawn(async move { store.keep_together(page(&url, "<p>Rain</p>", 0)).await })
    };
    let given_up: Vec<_> = (0..30).map(keep).collect();
    let kept: Vec<_> = (30..60).map(keep).collect();
    tokio::task::yield_now().await;
    given_up.iter().for_each(tokio::task::JoinHandle::abort);
    for kept in kept {
        // One whose keeper was stopped is told so and may ask again; nobody waits for ever.
        let outcome = kept.await.unwrap();
        assert!(matches!(outcome, Ok(Kept::New(_)) | Err(StoreError::NotKept)), "{outcome:?}");
    }
}

#[tokio::test]
async fn what_was_learned_of_a_document_is_kept_with_its_reading_and_forgotten_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let url = PageUrl::parse("https://t.me/s/zarvand").unwrap();
    let [Kept::New(first)] = store.keep(&[page(url.as_str(), "one", 1)]).await.unwrap()[..] else {
        panic!()
    };
    let source = store.sources().await.unwrap()[0].id;
    let setup = FeedSetup { kind: FeedKind::Telegram, url: url.clone(), links: None };
    store.add_feed(source, &setup).await.unwrap();
    let feed = store.named_feeds().await.unwrap().remove(0);
    assert_eq!((feed.kind, &feed.url), (FeedKind::Telegram, &url));

    let post = PageUrl::parse("https://t.me/zarvand/1?embed=1").unwrap();
    let entry = NewEntry {
        summary: Some("Words".into()),
        post: Some(FeedKind::Telegram),
        ..entry("1", post.as_str())
    };
    let learned = Some((feed.id, "{}".to_owned()));
    let read = PageReading { entries: vec![entry], learned, ..reading(first, None) };
    store.save_readings(&[read]).await.unwrap();
    assert_eq!(store.learned(feed.id).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(store.post_kind(&post).await.unwrap(), Some(FeedKind::Telegram));
    assert_eq!(store.post_kind(&url).await.unwrap(), None);
    store.forget_derived().await.unwrap();
    assert_eq!(store.learned(feed.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_post_is_shown_at_its_permalink_and_knows_what_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let mut ids = Vec::new();
    for number in 1..=2 {
        let asked = format!("https://t.me/zarvand/{number}?embed=1");
        let [Kept::New(id)] = store.keep(&[page(&asked, &asked, number)]).await.unwrap()[..] else {
            panic!()
        };
        let permalink = |n| PageUrl::parse(&format!("https://t.me/zarvand/{n}")).unwrap();
        let mut post = saved("A post", &asked);
        post.article.post = Some(PostFacts {
            permalink: permalink(number),
            reply_to: (number == 2)
                .then(|| ClaimedOriginal { url: Some(permalink(1)), name: None }),
            views: None,
            edited: false,
            titled: false,
            warning: None,
        });
        store.save_readings(&[reading(id, Some(post))]).await.unwrap();
        ids.push(store.unread_page(id).await.unwrap().unwrap().article);
    }
    let detail = store.article_detail(ids[1]).await.unwrap().unwrap();
    assert_eq!(detail.row.url.as_str(), "https://t.me/zarvand/2");
    assert_eq!(detail.answered.unwrap().id, ids[0]);
}

#[tokio::test]
async fn a_host_that_many_publishers_share_is_nobodys() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let home = PageUrl::parse("https://t.me/zarvand").unwrap();
    let setup = SourceSetup {
        key: SourceKey::parse("zarvand").unwrap(),
        names: BTreeMap::new(),
        feeds: vec![FeedSetup {
            kind: FeedKind::Telegram,
            url: PageUrl::parse("https://t.me/s/zarvand").unwrap(),
            links: None,
        }],
        home,
        lang: None,
        kind: None,
        publisher_group: None,
        display: Display::Full,
        all_in: false,
        zone: None,
    };
    store.set_sources(&[setup]).await.unwrap();
    store.keep(&[page("https://t.me/other/5", "five", 1)]).await.unwrap();
    let sources = store.sources().await.unwrap();
    assert_eq!(sources.len(), 2, "another channel's page came to the first one's source");
}
