//! A source with a past: a feed in numbered pages and a sitemap.

use crate::wire::{Answer, Wire, newsroom};
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
