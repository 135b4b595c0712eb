//! What counts as an edit of an article: what its publisher changed, and not what its reader learned.

use crate::open;
use chapar_model::{Headers, PageUrl, PageVia, SourceKey};
use chapar_pipeline::{Context, read_round, rebuild};
use chapar_store::{ArticleDetail, NewPage};
use std::fmt::Write as _;

/// Articles of the source, more than its profile is learned from.
const ARTICLES: usize = 14;

/// An article's page. What stands at its end on every page of the site is told from the text only
/// once several are known.
fn page(number: usize, more: &str, advert: usize) -> String {
    let mut body = String::new();
    for part in ["first", "second", "third", "fourth", "fifth"] {
        let _ = write!(
            body,
            "<p>The bridge number {number} over the Sar in Zarvand was closed on Monday, the {part} \
             keeper of the river told this newspaper, and nobody knew for how long.</p>"
        );
    }
    format!(
        "<!doctype html><html lang=en><head><title>Bridge {number} of Zarvand is closed</title></head>\
         <body><nav><a href=/>Home</a><a href=/ad/{advert}>Boats</a></nav><article>\
         <h1>Bridge {number} of Zarvand is closed</h1>{body}{more}<p>Every Friday the courier brings \
         the letters of the valley to those who wait for them, and the tales of the week.</p>\
         </article></body></html>"
    )
}

async fn keep(context: &Context, number: usize, body: &str, hour: i64) {
    let source = context.store.source(&SourceKey::parse("courier").unwrap()).await.unwrap();
    let page = NewPage {
        announced: None,
        url: PageUrl::parse(&format!("https://courier.example/bridge/{number}")).unwrap(),
        fetched: jiff::Timestamp::from_second(1_772_400_000 + hour * 3_600).unwrap(),
        status: Some(200),
        headers: Headers(vec![("content-type".into(), "text/html".into())]),
        body: body.to_owned().into(),
        request: None,
        via: PageVia::Live,
        source: source.map(|source| source.id),
        priority: 0,
    };
    context.store.keep(&[page]).await.unwrap();
}

async fn read_all(context: &Context) {
    while read_round(context).await.unwrap().pages > 0 {}
}

async fn detail(context: &Context, number: usize) -> ArticleDetail {
    let rows = context.store.latest(None, 100).await.unwrap();
    let ending = format!("/bridge/{number}");
    let row = rows.iter().find(|row| row.url.as_str().ends_with(&ending)).unwrap();
    context.store.article_detail(row.id).await.unwrap().unwrap()
}

async fn check(context: &Context) {
    let same = detail(context, 1).await;
    let text = same.saved.article.text();
    assert!(!text.contains("Every Friday"), "the profile leaves it out: {text}");
    assert_eq!(same.revisions.len(), 1, "the publisher changed nothing");
    let edited = detail(context, 2).await;
    assert_eq!(edited.revisions.len(), 2);
    let [after, before] = [0, 1].map(|at: usize| edited.revisions[at].paragraphs.clone());
    assert_eq!(after.len(), 6, "{after:?}");
    assert_eq!(before, after[..5], "nothing but what was added is shown");
}

#[tokio::test]
async fn what_a_reader_learned_to_leave_out_is_no_edit() {
    let dir = tempfile::tempdir().unwrap();
    let context = open(dir.path()).await;
    for number in 1..=ARTICLES {
        keep(&context, number, &page(number, "", 0), 0).await;
        read_all(&context).await;
    }
    assert!(detail(&context, 1).await.saved.article.text().contains("Every Friday"));
    keep(&context, 1, &page(1, "", 7), 12).await;
    keep(&context, 1, &page(1, "", 8), 48).await;
    let more = "<p>On Tuesday evening the keepers said that the bridge would be opened again as soon \
                as the water had fallen below the second mark of the old pillar.</p>";
    keep(&context, 2, &page(2, more, 7), 12).await;
    read_all(&context).await;
    check(&context).await;
    rebuild(&context, &crate::Quiet).await.unwrap();
    check(&context).await;
}
