//! Hosts that answer for everything with one page: a notice that they are being mended.

use crate::wire::{Answer, Wire, newsroom};
use chapar_model::{OutcomeKind, PageUrl};
use chapar_pipeline::{
    Context, FETCH_PAGE, REFRESH_FEED, read_and_schedule, run_errand, schedule_feeds,
};
use chapar_testkit::FakeClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

const NOTICE: &str = "<!doctype html><html lang=en><body><nav><a href=/>The Courier</a></nav><main>\
                      <h1>We are back soon</h1><p>This site is being mended. Please come again in an \
                      hour.</p></main></body></html>";

fn feed() -> Answer {
    let item = "<item><title>Council closes the bridge over the Sar</title>\
                <link>https://courier.example/go/1</link>\
                <pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>";
    let rss = format!("<rss version=\"2.0\"><channel><title>C</title>{item}</channel></rss>");
    (200, "application/rss+xml", rss)
}

fn report() -> Answer {
    let body =
        "<p>The council has closed the bridge over the Sar to carts, and nobody could say on \
                Sunday when it is to be opened again.</p>"
            .repeat(6);
    let page = format!(
        "<!doctype html><html lang=en><body><article><h1>Council closes the bridge over the Sar</h1>\
         {body}</article></body></html>"
    );
    (200, "text/html", page)
}

async fn work(context: &Context, clock: &FakeClock) {
    for kind in [REFRESH_FEED, FETCH_PAGE] {
        while run_errand(context, kind).await.unwrap() {}
        while read_and_schedule(context).await.unwrap() > 0 {}
    }
    clock.pass(Duration::from_secs(3 * 3600));
}

async fn titles(context: &Context) -> Vec<String> {
    let rows = context.store.latest(None, 10).await.unwrap();
    rows.into_iter().map(|row| row.title).collect()
}

async fn begin(
    dir: &std::path::Path,
    answer: fn(&PageUrl, Option<&str>) -> Answer,
) -> (Context, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let context = newsroom(dir, &Wire::new(answer), &clock, None).await;
    schedule_feeds(&context).await.unwrap();
    (context, clock)
}

/// Answers with the notice at the first look at everything but the feed.
static MENDED: AtomicU8 = AtomicU8::new(0);

fn mended_at_first(url: &PageUrl, _: Option<&str>) -> Answer {
    match url.as_url().path() {
        "/robots.txt" => (404, "text/plain", String::new()),
        "/feed.xml" => feed(),
        _ if MENDED.fetch_add(1, Ordering::Relaxed) == 0 => (200, "text/html", NOTICE.to_owned()),
        _ => report(),
    }
}

#[tokio::test]
async fn a_notice_is_not_what_was_announced_and_what_was_comes_later() {
    let dir = tempfile::tempdir().unwrap();
    let (context, clock) = begin(dir.path(), mended_at_first).await;
    work(&context, &clock).await;
    assert_eq!(titles(&context).await, Vec::<String>::new());
    let outcomes = context.store.outcomes().await.unwrap();
    assert!(outcomes.contains(&(OutcomeKind::StandIn, 1)), "{outcomes:?}");
    work(&context, &clock).await;
    assert_eq!(titles(&context).await, ["Council closes the bridge over the Sar"]);
}

/// Whether the host has begun to be mended.
static LATER: AtomicU8 = AtomicU8::new(0);

fn mended_later(url: &PageUrl, _: Option<&str>) -> Answer {
    match url.as_url().path() {
        "/robots.txt" => (404, "text/plain", String::new()),
        _ if LATER.load(Ordering::Relaxed) > 0 => (200, "text/html", NOTICE.to_owned()),
        "/feed.xml" => feed(),
        _ => report(),
    }
}

#[tokio::test]
async fn a_notice_is_no_edit_and_where_a_feed_should_stand_no_article() {
    let dir = tempfile::tempdir().unwrap();
    let (context, clock) = begin(dir.path(), mended_later).await;
    work(&context, &clock).await;
    LATER.store(1, Ordering::Relaxed);
    work(&context, &clock).await;
    work(&context, &clock).await;
    let rows = context.store.latest(None, 10).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].title, "Council closes the bridge over the Sar");
    assert!(rows[0].gone.is_none(), "a notice says nothing of what it stands in for");
    assert_eq!(context.store.revision_count(&rows[0].url).await.unwrap(), 1);
    let feed = context.store.feeds().await.unwrap().remove(0);
    assert_eq!(feed.last_error.as_deref(), Some("what stands there is no feed"));
}

/// A page that is itself a feed (h-feed), at the address that the edition names.
fn page_as_feed(url: &PageUrl, _: Option<&str>) -> Answer {
    match url.as_url().path() {
        "/robots.txt" => (404, "text/plain", String::new()),
        "/feed.xml" => {
            let entry = "<article class=h-entry><a class=u-url href=/go/1><h2 class=p-name>Council \
                         closes the bridge over the Sar</h2></a><time class=dt-published \
                         datetime=2026-03-01T08:00:00Z>1 March</time></article>";
            let page = format!(
                "<!doctype html><html lang=en><body><div class=h-feed><h1 class=p-name>The \
                 Courier</h1>{entry}</div></body></html>"
            );
            (200, "text/html", page)
        }
        _ => report(),
    }
}

#[tokio::test]
async fn a_page_that_is_itself_a_feed_is_read_where_an_edition_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let (context, clock) = begin(dir.path(), page_as_feed).await;
    work(&context, &clock).await;
    let feed = context.store.feeds().await.unwrap().remove(0);
    assert_eq!(feed.last_error, None);
    assert_eq!(titles(&context).await, ["Council closes the bridge over the Sar"]);
}
