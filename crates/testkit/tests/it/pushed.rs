//! A feed that names a hub, a hub, and a newsroom that subscribes: from the first poll to a signed
//! delivery.

use crate::wire::{Answer, Wire, newsroom};
use chapar_fetch::Clock as _;
use chapar_model::{FeedId, Headers, PageUrl};
use chapar_pipeline::{
    ASK_HUB, HubReply, REFRESH_FEED, answer_hub, read_round, run_errand, schedule_feeds,
    take_delivery,
};
use chapar_store::SubscriptionState;
use chapar_testkit::FakeClock;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

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

/// One feed and one hub.
fn answer(url: &PageUrl, form: Option<&str>) -> Answer {
    match (url.host(), form) {
        ("hub.example", Some(_)) => (202, "text/plain", String::new()),
        ("courier.example", None) if url.as_str().ends_with(".xml") => {
            (200, "application/rss+xml", feed(&["bridge"]))
        }
        _ => (404, "text/plain", String::new()),
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
    let wire = Wire::new(answer);
    let context = newsroom(dir.path(), &wire, &clock, Some("https://news.example/")).await;
    schedule_feeds(&context).await.unwrap();
    assert!(run_errand(&context, REFRESH_FEED).await.unwrap());
    assert!(run_errand(&context, ASK_HUB).await.unwrap());
    read_round(&context).await.unwrap();

    let asked = fields(&wire.forms.lock().unwrap()[0]);
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
    assert_eq!(wire.forms.lock().unwrap().len(), 2);
    assert_eq!(fields(&wire.forms.lock().unwrap()[1])["hub.callback"], asked["hub.callback"]);
}

#[tokio::test]
async fn without_a_public_address_no_hub_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FakeClock::new("2026-03-02T06:00:00Z".parse().unwrap()));
    let wire = Wire::new(answer);
    let context = newsroom(dir.path(), &wire, &clock, None).await;
    schedule_feeds(&context).await.unwrap();
    assert!(run_errand(&context, REFRESH_FEED).await.unwrap());
    assert!(!run_errand(&context, ASK_HUB).await.unwrap());
}
