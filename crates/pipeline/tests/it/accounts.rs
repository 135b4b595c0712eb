//! An account of the fediverse, kept page by page: an outbox, its notes, what it passes on, and a
//! note that is deleted.

use super::{Quiet, digest, open_with};
use chapar_model::{Headers, PageUrl, PageVia, SourceId};
use chapar_pipeline::{Context, drain, read_round, rebuild};
use chapar_store::{ArticleRow, NewPage};
use jiff::Timestamp;

const EDITION: &str = r#"
name = "Zarvand Courier"
languages = ["en"]
zone = "Asia/Tehran"
contact = "https://example.org/"
[[source]]
key = "peyk"
name = "Peyk"
home = "https://social.example/@peyk"
all_in = true
[[source.feed]]
url = "https://social.example/users/peyk/outbox?page=true"
kind = "activity"
"#;

const OUTBOX: &str = "https://social.example/users/peyk/outbox?page=true";

fn response(url: &str, status: u16, body: &str, second: i64) -> NewPage {
    NewPage {
        announced: None,
        url: PageUrl::parse(url).unwrap(),
        fetched: Timestamp::from_second(1_772_500_000 + second).unwrap(),
        status: Some(status),
        headers: Headers(vec![("Content-Type".into(), "application/activity+json".into())]),
        request: None,
        body: body.to_owned().into(),
        via: PageVia::Live,
        source: Some(SourceId(1)),
        priority: 0,
    }
}

fn note(by: &str, number: u64, content: &str, more: &str) -> String {
    let host = by.split('/').nth(2).unwrap();
    format!(
        r#"{{"@context":"https://www.w3.org/ns/activitystreams","type":"Note",
        "id":"{by}/statuses/{number}","url":"https://{host}/@x/{number}","attributedTo":"{by}",
        "to":["https://www.w3.org/ns/activitystreams#Public"],"published":"2026-03-02T08:05:00Z",
        "content":"{content}"{more}}}"#
    )
}

const OWN: &str = "https://social.example/users/peyk";
const OTHER: &str = "https://far.example/users/zana";

fn outbox() -> String {
    let create = note(OWN, 1, "<p>The bridge in Zarvand is open, and we crossed it.</p>", "");
    let link = note(
        OWN,
        2,
        r#"<p>Bridge opens <a href=\"https://zana.example/news/7\">zana.example/news/7</a></p>"#,
        "",
    );
    format!(
        r#"{{"type":"OrderedCollectionPage","orderedItems":[
        {{"type":"Announce","id":"a3","to":"as:Public","published":"2026-03-02T09:00:00Z",
          "object":"{OTHER}/statuses/9"}},
        {{"type":"Create","id":"a2","to":"as:Public","object":{link}}},
        {{"type":"Create","id":"a1","to":"as:Public","object":{create}}}]}}"#
    )
}

/// The outbox and the notes it leads to, all in one round of reading.
async fn keep_all(context: &Context) -> Vec<PageUrl> {
    let own = note(
        OWN,
        1,
        "<p>The bridge in Zarvand is open, and we crossed it.</p>",
        r#","updated":"2026-03-02T10:00:00Z""#,
    );
    let other = note(OTHER, 9, "<p>The minister cut the ribbon himself.</p>", "");
    let pages = [
        response(OUTBOX, 200, &outbox(), 0),
        response(&format!("{OWN}/statuses/1"), 200, &own, 1),
        response(&format!("{OTHER}/statuses/9"), 200, &other, 2),
    ];
    context.store.keep(&pages).await.unwrap();
    let announced = read_round(context).await.unwrap().announced;
    drain(context, &Quiet).await.unwrap();
    announced.into_iter().map(|(url, _)| url).collect()
}

async fn row(context: &Context, ending: &str) -> ArticleRow {
    let rows = context.store.latest(None, 50).await.unwrap();
    rows.into_iter().find(|row| row.url.as_str().ends_with(ending)).unwrap()
}

#[tokio::test]
async fn notes_become_articles_and_what_is_passed_on_names_whose_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), EDITION).await;
    let announced = keep_all(&context).await;
    assert!(announced.iter().any(|url| url.as_str() == "https://zana.example/news/7"));

    let own = row(&context, "/@x/1").await;
    assert_eq!(own.title, "The bridge in Zarvand is open, and we crossed it.");
    let article = context.store.article(own.id).await.unwrap().unwrap().article;
    assert!(article.original.value().is_none());
    assert!(article.post.unwrap().edited && article.updated.value().is_some());

    let answer = note(
        OWN,
        3,
        "<p>And it rained on the bridge.</p>",
        &format!(r#","inReplyTo":"{OWN}/statuses/1""#),
    );
    let create = format!(r#"{{"type":"Create","id":"a4","to":"as:Public","object":{answer}}}"#);
    let newer = outbox().replace("\"orderedItems\":[", &format!("\"orderedItems\":[{create},"));
    let pages =
        [response(OUTBOX, 200, &newer, 3), response(&format!("{OWN}/statuses/3"), 200, &answer, 4)];
    context.store.keep(&pages).await.unwrap();
    drain(&context, &Quiet).await.unwrap();
    let answer = row(&context, "/@x/3").await;
    let detail = context.store.article_detail(answer.id).await.unwrap().unwrap();
    assert_eq!(detail.answered.unwrap().id, own.id);

    let passed_on = row(&context, "/@x/9").await;
    let article = context.store.article(passed_on.id).await.unwrap().unwrap().article;
    let original = article.original.value().unwrap();
    assert_eq!(original.name.as_deref(), Some("@zana@far.example"));
}

#[tokio::test]
async fn a_deleted_note_is_shown_as_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), EDITION).await;
    keep_all(&context).await;
    let gone = response(&format!("{OWN}/statuses/1"), 410, r#"{"type":"Tombstone"}"#, 90_000);
    context.store.keep(&[gone]).await.unwrap();
    drain(&context, &Quiet).await.unwrap();
    let own = row(&context, "/@x/1").await;
    assert!(own.gone.is_some());
    assert_eq!(own.revisions, 1);
}

#[tokio::test]
async fn a_rebuild_of_an_account_comes_to_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), EDITION).await;
    keep_all(&context).await;
    let before = digest(&context, dir.path(), "before").await;
    rebuild(&context, &Quiet).await.unwrap();
    assert_eq!(digest(&context, dir.path(), "after").await, before);
}
