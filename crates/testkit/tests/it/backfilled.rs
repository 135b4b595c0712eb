//! A source with a past: a feed in numbered pages and a sitemap.

use crate::wire::{Answer, Wire, newsroom, newsroom_of};
use chapar_model::{PageUrl, SourceKey};
use chapar_pipeline::{BackfillPlan, Progress, backfill};
use chapar_testkit::FakeClock;
use std::sync::Arc;

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
    assert_eq!(ends, ["https://courier.example/feed.xml?paged=4: status 404"]);
}

#[tokio::test]
async fn a_day_ends_the_way_back() {
    let (paths, ends, pages) = run(Some("2026-02-19T00:00:00Z")).await;
    assert_eq!(paths, ["/day/18", "/day/20", "/day/26", "/day/28", "/lost"]);
    assert_eq!(ends, ["https://courier.example/feed.xml?paged=2: it is far enough back"]);
    assert_eq!(pages, 5);
}

/// A section in three numbered pages, and no feed.
fn section(url: &PageUrl, form: Option<&str>) -> Answer {
    let path = &url.as_str()["https://courier.example".len()..];
    let list = |days: [u8; 3], older: &str| {
        let items: String = days
            .iter()
            .map(|day| {
                format!(
                    "<li><h3><a href=\"/day/{day}\">The bridge on day {day} of February</a></h3>\
                     <time datetime=\"2026-02-{day:02}\">{day} February</time></li>"
                )
            })
            .collect();
        let body = format!("<nav><a href=/>Home</a></nav><ul>{items}</ul><p>{older}</p>");
        (200, "text/html", format!("<!doctype html><html lang=en><body>{body}</body></html>"))
    };
    match path {
        "/politics" => list([28, 27, 26], "<a href=\"/politics?page=2\">2</a>"),
        "/politics?page=2" => list([20, 19, 18], "<a href=\"/politics?page=3\">3</a>"),
        "/politics?page=3" => list([9, 8, 7], "<a href=\"/politics?page=2\">2</a>"),
        "/robots.txt" | "/sitemap.xml" => (404, "text/plain", String::new()),
        _ => answer(url, form),
    }
}

#[tokio::test]
async fn the_numbered_pages_of_a_section_lead_back_too() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let wire = Wire::new(section);
    let polled = "all_in = true\n[[source.feed]]\nurl = \"https://courier.example/politics\"\n\
                  kind = \"section\"\n";
    let context = newsroom_of(dir.path(), &wire, &clock, None, polled).await;
    let source =
        context.store.source(&SourceKey::parse("courier").unwrap()).await.unwrap().unwrap();
    let plan = BackfillPlan { since: None, documents_max: 10, pages_max: 100 };
    let report = backfill(&context, &source, &plan, &Quiet).await.unwrap();
    assert_eq!(context.store.latest(None, 100).await.unwrap().len(), 9);
    assert_eq!(report.ends[0], "https://courier.example/politics?page=3: it names no older page");
}
