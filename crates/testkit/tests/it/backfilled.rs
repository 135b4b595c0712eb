//! A source with a past: a feed in numbered pages and a sitemap.

use crate::wire::{Answer, Wire, newsroom, newsroom_of};
use chapar_model::{PageUrl, SourceKey};
use chapar_pipeline::{
    BackfillPlan, Context, FETCH_PAGE, Progress, WALK_BACK, backfill, begin_backfill,
    read_and_schedule, run_errand, stop_backfill,
};
use chapar_store::{OpenMode, SourceRow, Store, WalkRow};
use chapar_testkit::FakeClock;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

struct Quiet;

impl Progress for Quiet {
    fn at(&self, _: u64, _: u64) {}
}

/// Three pages of a feed that WordPress numbers, the newest of them first; a sitemap with one page
/// that no feed names any more and one that is too old.
fn answer(url: &PageUrl, _: Option<&str>) -> Answer {
    let path = &url.as_str()["https://courier.example".len()..];
    let rss = |days: [u8; 2]| {
        let items: String = days
            .iter()
            .map(|day| {
                format!(
                    "<item><title>The bridge on day {day} of February</title><guid>{day}</guid>\
                     <link>https://courier.example/day/{day}</link>\
                     <pubDate>{day:02} Feb 2026 08:00:00 +0000</pubDate></item>"
                )
            })
            .collect();
        format!(
            "<rss version=\"2.0\"><channel><title>C</title>\
             <generator>https://wordpress.org/?v=6.7</generator>{items}</channel></rss>"
        )
    };
    let xml = "application/xml";
    match path {
        "/feed.xml" => (200, xml, rss([28, 26])),
        "/feed.xml?paged=2" => (200, xml, rss([20, 18])),
        "/feed.xml?paged=3" => (200, xml, rss([9, 7])),
        "/robots.txt" => (200, "text/plain", "Sitemap: /map.xml\n".into()),
        "/map.xml" => (
            200,
            xml,
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
             <url><loc>https://courier.example/lost</loc><lastmod>2026-02-20</lastmod></url>\
             <url><loc>https://courier.example/ancient</loc><lastmod>2019-02-20</lastmod></url>\
             </urlset>"
                .into(),
        ),
        path if path.starts_with("/day/") || path == "/lost" => {
            let body = "<p>The bridge over the Sar was closed again, the town said in a statement \
                        that nobody signed and that every paper of the valley printed in full.</p>";
            let title = format!("The bridge, of {path}");
            let body = body.repeat(5);
            let page = format!(
                "<!doctype html><html lang=en><head><title>{title}</title></head><body><article>\
                 <h1>{title}</h1>{body}<p>{path}</p></article></body></html>"
            );
            (200, "text/html", page)
        }
        _ => (404, "text/plain", "no".into()),
    }
}

async fn run(since: Option<&str>) -> (Vec<String>, Vec<String>, usize) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let wire = Wire::new(answer);
    let context = newsroom(dir.path(), &wire, &clock, None).await;
    let key = SourceKey::parse("courier").unwrap();
    let source = context.store.source(&key).await.unwrap().unwrap();
    let since = since.map(|text| text.parse().unwrap());
    let plan = BackfillPlan { since, documents_max: 10, pages_max: 100 };
    let report = backfill(&context, &source, &plan, &Quiet).await.unwrap();
    let stored = context.store.latest(None, 100).await.unwrap();
    let mut paths: Vec<String> =
        stored.iter().map(|row| row.url.as_url().path().to_owned()).collect();
    paths.sort();
    (paths, report.ends, report.pages)
}

#[tokio::test]
async fn numbered_pages_and_sitemaps_lead_back_to_the_first_report() {
    let (paths, ends, _) = run(None).await;
    let days = ["/day/18", "/day/20", "/day/26", "/day/28", "/day/7", "/day/9", "/lost"];
    assert_eq!(paths, days);
    let read = "https://courier.example/sitemap.xml: every sitemap is read";
    assert_eq!(ends, ["https://courier.example/feed.xml?paged=4: status 404", read]);
}

#[tokio::test]
async fn a_day_ends_the_way_back() {
    let (paths, ends, pages) = run(Some("2026-02-19T00:00:00Z")).await;
    assert_eq!(paths, ["/day/18", "/day/20", "/day/26", "/day/28", "/lost"]);
    assert_eq!(ends[0], "https://courier.example/feed.xml?paged=2: it is far enough back");
    assert_eq!(pages, 5);
}

fn item(day: u8) -> String {
    format!(
        "<li><h3><a href=\"/day/{day}\">The bridge on day {day} of February</a></h3>\
         <time datetime=\"2026-02-{day:02}\">{day} February</time></li>"
    )
}

fn section_page(items: &str, older: &str) -> String {
    format!(
        "<!doctype html><html lang=en><body><nav><a href=/>Home</a></nav><ul>{items}</ul>\
         <p>{older}</p></body></html>"
    )
}

/// A section in three numbered pages, and no feed.
fn section(url: &PageUrl, form: Option<&str>) -> Answer {
    let path = &url.as_str()["https://courier.example".len()..];
    let list = |days: [u8; 3], older: &str| {
        let items: String = days.into_iter().map(item).collect();
        (200, "text/html", section_page(&items, older))
    };
    match path {
        "/politics" => list([28, 27, 26], "<a href=\"/politics?page=2\">2</a>"),
        "/politics?page=2" => list([20, 19, 18], "<a href=\"/politics?page=3\">3</a>"),
        "/politics?page=3" => list([9, 8, 7], "<a href=\"/politics?page=2\">2</a>"),
        "/robots.txt" | "/sitemap.xml" => (404, "text/plain", String::new()),
        _ => answer(url, form),
    }
}

const SECTION: &str = "all_in = true\n[[source.feed]]\nurl = \"https://courier.example/politics\"\n\
                       kind = \"section\"\n";

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()))
}

async fn courier(store: &Store) -> SourceRow {
    store.source(&SourceKey::parse("courier").unwrap()).await.unwrap().unwrap()
}

fn plan(pages_max: usize) -> BackfillPlan {
    BackfillPlan { since: None, documents_max: 10, pages_max }
}

#[tokio::test]
async fn the_numbered_pages_of_a_section_lead_back_too() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    let source = courier(&context.store).await;
    let report = backfill(&context, &source, &plan(100), &Quiet).await.unwrap();
    assert_eq!(context.store.latest(None, 100).await.unwrap().len(), 9);
    assert_eq!(report.ends[0], "https://courier.example/politics?page=3: it names no older page");
    assert_eq!((report.documents, report.pages, report.open), (3, 9, 0));
    let again = backfill(&context, &source, &plan(100), &Quiet).await.unwrap();
    assert_eq!((again.documents, again.pages), (3, 0), "what is kept is not found anew");
}

#[tokio::test]
async fn so_many_pages_are_found_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    let source = courier(&context.store).await;
    let report = backfill(&context, &source, &plan(4), &Quiet).await.unwrap();
    assert_eq!(context.store.latest(None, 100).await.unwrap().len(), 4);
    assert_eq!(report.ends[0], "https://courier.example/politics: the limit of 4 pages");
}

/// Another process asks for a source's past while the newsroom runs in this one.
async fn ask_beside(dir: &Path, clock: &FakeClock) -> usize {
    let beside = Store::open(&dir.join("newsroom"), OpenMode::Read).await.unwrap();
    let source = courier(&beside).await;
    let now = chapar_fetch::Clock::now(clock);
    let ways = begin_backfill(&beside, &source, &plan(100), now).await.unwrap();
    beside.close().await;
    ways
}

async fn section_walk(context: &Context) -> WalkRow {
    let walks = context.store.walks().await.unwrap();
    walks.into_iter().find(|walk| walk.start.as_str().ends_with("/politics")).unwrap()
}

/// All steps that are due, and nothing that they lead to.
async fn take_steps(context: &Context, clock: &FakeClock) {
    for _ in 0..20 {
        run_errand(context, WALK_BACK).await.unwrap();
        clock.pass(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_newsroom_that_runs_goes_back_when_it_is_asked_to_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    assert_eq!(ask_beside(dir.path(), &clock).await, 2);
    take_steps(&context, &clock).await;
    assert_eq!(section_walk(&context).await.documents, 3, "three links are no crowd");
    context.store.close().await;
    drop(context);
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    for _ in 0..20 {
        run_errand(&context, WALK_BACK).await.unwrap();
        while run_errand(&context, FETCH_PAGE).await.unwrap() {}
        while read_and_schedule(&context).await.unwrap() > 0 {}
        clock.pass(Duration::from_secs(1));
    }
    assert_eq!(context.store.latest(None, 100).await.unwrap().len(), 9);
    let walk = section_walk(&context).await;
    assert!(walk.ended.is_some(), "{walk:?}");
    let asked = wire.asked.lock().unwrap().clone();
    let second = "https://courier.example/politics?page=2";
    assert_eq!(asked.iter().filter(|url| *url == second).count(), 1, "{asked:?}");
}

#[tokio::test]
async fn what_is_stopped_asks_for_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    let source = courier(&context.store).await;
    ask_beside(dir.path(), &clock).await;
    run_errand(&context, WALK_BACK).await.unwrap();
    let now = chapar_fetch::Clock::now(&*clock);
    assert_eq!(stop_backfill(&context.store, &source, now).await.unwrap(), 2);
    let asked = wire.asked.lock().unwrap().len();
    take_steps(&context, &clock).await;
    assert_eq!(wire.asked.lock().unwrap().len(), asked);
    assert_eq!(stop_backfill(&context.store, &source, now).await.unwrap(), 0);
    assert!(!run_errand(&context, WALK_BACK).await.unwrap(), "its jobs are gone");
}

/// A section of two pages with ten links each.
fn long_section(url: &PageUrl, form: Option<&str>) -> Answer {
    let path = &url.as_str()["https://courier.example".len()..];
    let (from, older) = match path {
        "/politics" => (11, "<a rel=next href=\"/politics?page=2\">Older</a>"),
        "/politics?page=2" => (1, ""),
        _ => return section(url, form),
    };
    let items: String = (from..from + 10).map(item).collect();
    (200, "text/html", section_page(&items, older))
}

#[tokio::test]
async fn a_walk_waits_until_what_it_found_is_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(long_section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    ask_beside(dir.path(), &clock).await;
    take_steps(&context, &clock).await;
    let walk = section_walk(&context).await;
    assert_eq!((walk.documents, walk.pages, walk.ended), (1, 10, None), "{walk:?}");
    for _ in 0..6 {
        assert!(run_errand(&context, FETCH_PAGE).await.unwrap());
    }
    clock.pass(Duration::from_secs(10));
    take_steps(&context, &clock).await;
    assert_eq!(section_walk(&context).await.documents, 2);
}

/// How often the second page of the section was asked for.
static ASKED: AtomicUsize = AtomicUsize::new(0);

fn busy_section(url: &PageUrl, form: Option<&str>) -> Answer {
    if url.as_str().ends_with("?page=2") && ASKED.fetch_add(1, Ordering::Relaxed) == 0 {
        return (503, "text/plain", "busy".into());
    }
    section(url, form)
}

#[tokio::test]
async fn a_document_that_is_not_to_be_had_once_is_asked_for_again() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(busy_section));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    let source = courier(&context.store).await;
    let report = backfill(&context, &source, &plan(100), &Quiet).await.unwrap();
    assert_eq!((report.documents, report.open), (3, 0), "{report:?}");
    assert_eq!(ASKED.load(Ordering::Relaxed), 2);
}

/// Sitemaps without end, each with one page.
fn endless_maps(url: &PageUrl, form: Option<&str>) -> Answer {
    let map = |at: u32| {
        let xmlns = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
        let next = at + 1;
        format!(
            "<sitemapindex {xmlns}><sitemap><loc>https://courier.example/map/{next}</loc></sitemap>\
             <url><loc>https://courier.example/day/{at}</loc></url></sitemapindex>"
        )
    };
    match &url.as_str()["https://courier.example".len()..] {
        "/robots.txt" | "/politics" => (404, "text/plain", String::new()),
        "/sitemap.xml" => (200, "application/xml", map(0)),
        path => match path.strip_prefix("/map/").and_then(|at| at.parse().ok()) {
            Some(at) => (200, "application/xml", map(at)),
            None => answer(url, form),
        },
    }
}

#[tokio::test]
async fn sitemaps_without_end_end_and_what_was_found_is_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, wire) = (clock(), Wire::new(endless_maps));
    let context = newsroom_of(dir.path(), &wire, &clock, None, SECTION).await;
    let source = courier(&context.store).await;
    let report = backfill(&context, &source, &plan(25), &Quiet).await.unwrap();
    assert_eq!((report.documents, report.pages, report.open), (200, 25, 0), "{report:?}");
    assert_eq!(context.store.latest(None, 100).await.unwrap().len(), 25);
}
