//! A feed that names a hub, a hub, and a newsroom that subscribes: from the first poll to a signed
//! delivery.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use bytes::Bytes;
use chapar_fetch::{BodySource, Clock, FetchConfig, Fetcher, Later, Opened, Transport};
use chapar_model::{FeedId, Headers, PageUrl};
use chapar_pipeline::{
    ASK_HUB, Context, Edition, HubReply, REFRESH_FEED, TermIndex, answer_hub, read_round,
    run_errand, schedule_feeds, take_delivery,
};
use chapar_store::{OpenMode, Store, SubscriptionState};
use chapar_testkit::FakeClock;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const EDITION: &str = "name = \"Zarvand Courier\"\nlanguages = [\"en\"]\nzone = \"UTC\"\n\
    contact = \"https://zarvand.example/\"\npoll_minutes = 15\n[[source]]\nkey = \"courier\"\n\
    name = \"The Courier\"\nhome = \"https://courier.example/\"\n\
    feeds = [\"https://courier.example/feed.xml\"]\nall_in = true\n";

fn feed(items: &[&str]) -> String {
    let items: String = items
        .iter()
        .map(|slug| {
            format!(
                "<item><title>The {slug} of Zarvand opens</title><guid>{slug}</guid>\
                 <link>https://courier.example/{slug}</link></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>C</title>{items}</channel></rss>"
    )
}

/// One feed, one hub; what the hub was sent.
#[derive(Default)]
struct Wire(Mutex<Vec<String>>);

struct Whole(Option<Bytes>);

impl BodySource for Whole {
    fn chunk(&mut self, _: Duration) -> Later<'_, Option<Bytes>> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

impl Transport for Wire {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn open<'a>(
        &'a self,
        url: &'a PageUrl,
        _: &'a Headers,
        form: Option<&'a str>,
        _: Duration,
    ) -> Later<'a, Opened> {
        let link =
            "<https://hub.example/>; rel=hub, <https://courier.example/feed.xml>; rel=\"self\"";
        let (status, body) = match (url.host(), form) {
            ("hub.example", Some(form)) => {
                self.0.lock().unwrap().push(form.to_owned());
                (202, String::new())
            }
            ("courier.example", None) if url.as_str().ends_with(".xml") => (200, feed(&["bridge"])),
            _ => (404, String::new()),
        };
        let opened = Opened {
            status,
            headers: Headers(vec![
                ("content-type".into(), "application/rss+xml".into()),
                ("link".into(), link.into()),
            ]),
            header_bytes: 100,
            location: None,
            announced: None,
            remote: Some("93.184.215.14:443".parse().unwrap()),
            body: Box::new(Whole(Some(body.into()))),
        };
        Box::pin(std::future::ready(Ok(opened)))
    }
}

async fn newsroom(dir: &Path, wire: &Arc<Wire>, clock: &Arc<FakeClock>, public: bool) -> Context {
    let edition = Edition::parse(EDITION).unwrap();
    let store = Store::open(&dir.join("newsroom"), OpenMode::Write).await.unwrap();
    store.set_sources(&edition.sources).await.unwrap();
    let config = FetchConfig::new("Chapar/0 (+https://zarvand.example/about)");
    let fetcher = Fetcher::with_transport(config, clock.clone(), wire.clone()).unwrap();
    let public = public.then(|| PageUrl::parse("https://news.example/").unwrap());
    Context {
        store,
        clock: clock.clone(),
        wall: || Timestamp::UNIX_EPOCH,
        fetcher: Some(Arc::new(fetcher)),
        public,
        terms: Arc::new(TermIndex::new(&edition.belongs)),
        edition: Arc::new(edition),
        threads: 1,
        reach: Arc::default(),
        sites: Arc::default(),
        bell: Arc::default(),
        worker: "test".into(),
    }
}

fn fields(form: &str) -> HashMap<String, String> {
    let url = PageUrl::parse(&format!("https://x.example/?{form}")).unwrap();
    url.as_url().query_pairs().map(|(name, value)| (name.into(), value.into())).collect()
}

fn query(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn signed(secret: &str, body: &str) -> Headers {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, body.as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Headers(vec![
        ("content-type".into(), "application/rss+xml".into()),
        ("x-hub-signature".into(), format!("sha256={hex}")),
    ])
}

#[tokio::test]
async fn a_feed_with_a_hub_is_subscribed_to_and_its_deliveries_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let wire = Arc::new(Wire::default());
    let context = newsroom(dir.path(), &wire, &clock, true).await;
    schedule_feeds(&context).await.unwrap();
    assert!(run_errand(&context, REFRESH_FEED).await.unwrap());
    assert!(run_errand(&context, ASK_HUB).await.unwrap());
    read_round(&context).await.unwrap();

    let asked = fields(&wire.0.lock().unwrap()[0]);
    assert_eq!(asked["hub.mode"], "subscribe");
    assert_eq!(asked["hub.topic"], "https://courier.example/feed.xml");
    let token = asked["hub.callback"].strip_prefix("https://news.example/websub/").unwrap();
    let secret = &asked["hub.secret"];
    assert!(token.len() >= 40 && secret.len() >= 40);

    let verify = query(&[
        ("hub.mode", "subscribe"),
        ("hub.topic", "https://courier.example/feed.xml"),
        ("hub.challenge", "prove it"),
        ("hub.lease_seconds", "864000"),
    ]);
    let unknown = answer_hub(&context, "guessed", &verify).await.unwrap();
    assert_eq!(unknown, HubReply::NotFound);
    let reply = answer_hub(&context, token, &verify).await.unwrap();
    assert_eq!(reply, HubReply::Confirm("prove it".into()));

    let body = feed(&["harbour", "bridge"]);
    let by_another = signed("guessed", &body);
    let forged = take_delivery(&context, token, &by_another, body.clone().into()).await.unwrap();
    assert_eq!(forged, HubReply::Accepted);
    assert_eq!(read_round(&context).await.unwrap().pages, 0, "a forged delivery was read");

    let sent = take_delivery(&context, token, &signed(secret, &body), body.into()).await.unwrap();
    assert_eq!(sent, HubReply::Accepted);
    let round = read_round(&context).await.unwrap();
    let new: Vec<&str> = round.announced.iter().map(|(url, _)| url.as_str()).collect();
    assert_eq!(new, ["https://courier.example/harbour"]);
    let sub = context.store.subscription(FeedId(1)).await.unwrap().unwrap();
    assert_eq!((sub.state, sub.refused), (SubscriptionState::Active, 1));
    assert_eq!(sub.delivered, Some(clock.now()));

    // A day on, the feed is still looked at, but no longer four times an hour.
    clock.pass(Duration::from_secs(24 * 60 * 60));
    while run_errand(&context, REFRESH_FEED).await.unwrap() {}
    let feed = context.store.feed(FeedId(1)).await.unwrap().unwrap();
    let pause = feed.next.unwrap().duration_since(clock.now()).as_mins();
    assert!(pause >= 179, "{pause} minutes");

    // Eight days on, the lease is asked for anew.
    clock.pass(Duration::from_secs(8 * 24 * 60 * 60));
    assert!(run_errand(&context, ASK_HUB).await.unwrap());
    assert_eq!(wire.0.lock().unwrap().len(), 2);
    assert_eq!(fields(&wire.0.lock().unwrap()[1])["hub.callback"], asked["hub.callback"]);
}

#[tokio::test]
async fn without_a_public_address_no_hub_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let wire = Arc::new(Wire::default());
    let context = newsroom(dir.path(), &wire, &clock, false).await;
    schedule_feeds(&context).await.unwrap();
    assert!(run_errand(&context, REFRESH_FEED).await.unwrap());
    assert!(!run_errand(&context, ASK_HUB).await.unwrap());
}
