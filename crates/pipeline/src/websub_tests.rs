//! What a hub says and sends, and what is made of it.

use super::*;
use proptest::prelude::*;

fn url(raw: &str) -> PageUrl {
    PageUrl::parse(raw).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn asked() -> Subscription {
    Subscription {
        feed: FeedId(1),
        hub: url("https://hub.example/"),
        topic: url("https://zarvand.example/feed.xml"),
        token: "t".into(),
        secret: Some("well kept".into()),
        state: SubscriptionState::Asked,
        reason: None,
        tries: 1,
        since: None,
        until: None,
        delivered: None,
        refused: 0,
    }
}

fn query(fields: &[(&str, &str)]) -> HashMap<String, String> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const TOPIC: (&str, &str) = ("hub.topic", "https://zarvand.example/feed.xml");
const NOW: &str = "2026-03-02T12:00:00Z";

#[test]
fn hub_and_topic_are_read_from_link_lines() {
    let lines = |line: &str| Headers(vec![("Link".to_owned(), line.to_owned())]);
    let both = "<https://hub.example/>; rel=\"hub\", <https://zarvand.example/f>; rel=self";
    let expect = (Some("https://hub.example/".into()), Some("https://zarvand.example/f".into()));
    assert_eq!(in_headers(&lines(both)), expect);
    assert_eq!(in_headers(&lines("<https://zarvand.example/f>; rel=\"next prev\"")), (None, None));
    assert_eq!(in_headers(&lines("no link at all, <; rel=hub")), (None, None));
}

#[test]
fn what_was_asked_for_is_confirmed_and_runs_as_long_as_the_hub_says() {
    let fields =
        [("hub.mode", "subscribe"), TOPIC, ("hub.challenge", "x1"), ("hub.lease_seconds", "86400")];
    let (reply, sub) = judge(asked(), &query(&fields), at(NOW));
    let sub = sub.unwrap();
    assert_eq!(reply, HubReply::Confirm("x1".into()));
    assert_eq!((sub.state, sub.since), (SubscriptionState::Active, Some(at(NOW))));
    assert_eq!(sub.until, Some(at("2026-03-03T12:00:00Z")));
    // It is renewed when a fifth of the lease is left.
    assert_eq!(next_ask(&sub, at(NOW)), Some(at("2026-03-03T07:12:00Z")));
    let later = at("2026-03-03T08:00:00Z");
    let (_, renewed) = judge(sub, &query(&fields), later);
    assert_eq!(renewed.unwrap().since, Some(at(NOW)));
}

#[test]
fn what_nobody_asked_for_is_not_confirmed() {
    let other = ("hub.topic", "https://elsewhere.example/feed.xml");
    for fields in [
        vec![("hub.mode", "subscribe"), other, ("hub.challenge", "x1")],
        vec![("hub.mode", "unsubscribe"), TOPIC, ("hub.challenge", "x1")],
        vec![("hub.mode", "subscribe"), TOPIC],
        vec![TOPIC, ("hub.challenge", "x1")],
    ] {
        assert_eq!(judge(asked(), &query(&fields), at(NOW)), (HubReply::NotFound, None));
    }
    let off = Subscription { state: SubscriptionState::Off, ..asked() };
    let fields = [("hub.mode", "subscribe"), TOPIC, ("hub.challenge", "x1")];
    assert_eq!(judge(off, &query(&fields), at(NOW)), (HubReply::NotFound, None));
}

#[test]
fn a_no_is_kept_with_its_reason_and_asked_again_after_a_week() {
    let fields = [("hub.mode", "denied"), TOPIC, ("hub.reason", "too many")];
    let (reply, sub) = judge(asked(), &query(&fields), at(NOW));
    let sub = sub.unwrap();
    assert_eq!(reply, HubReply::Accepted);
    assert_eq!((sub.state, sub.reason.as_deref()), (SubscriptionState::Denied, Some("too many")));
    assert_eq!(next_ask(&sub, at(NOW)), Some(at("2026-03-09T12:00:00Z")));
}

#[test]
fn a_hub_that_does_not_verify_is_asked_ever_more_seldom() {
    let pause = |tries| {
        let next = next_ask(&Subscription { tries, ..asked() }, at(NOW)).unwrap();
        next.duration_since(at(NOW)).as_hours()
    };
    assert_eq!([0, 1, 2, 3, 30].map(pause), [0, 1, 2, 4, 168]);
}

#[test]
fn only_a_right_signature_counts_by_any_of_the_four_methods() {
    let body = b"<rss/>";
    let sign = |algorithm, name: &str| {
        let key = hmac::Key::new(algorithm, b"well kept");
        let tag = hmac::sign(&key, body);
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Headers(vec![("X-Hub-Signature".to_owned(), format!("{name}={hex}"))])
    };
    for (algorithm, name) in [
        (hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, "sha1"),
        (hmac::HMAC_SHA256, "sha256"),
        (hmac::HMAC_SHA384, "SHA384"),
        (hmac::HMAC_SHA512, "sha512"),
    ] {
        assert!(is_signed(&asked(), &sign(algorithm, name), body), "{name}");
        assert!(!is_signed(&asked(), &sign(algorithm, name), b"<rss>x</rss>"), "{name}");
    }
    assert!(!is_signed(&asked(), &sign(hmac::HMAC_SHA256, "sha512"), body));
    assert!(!is_signed(&asked(), &Headers::default(), body));
    let open = Subscription { secret: None, ..asked() };
    assert!(is_signed(&open, &Headers::default(), body));
}

proptest! {
    #[test]
    fn no_signature_line_is_fallen_over(line in "\\PC{0,80}") {
        let headers = Headers(vec![("X-Hub-Signature".to_owned(), line)]);
        prop_assert!(!is_signed(&asked(), &headers, b"x"));
    }

    #[test]
    fn no_link_line_is_fallen_over(line in "\\PC{0,120}") {
        in_headers(&Headers(vec![("Link".to_owned(), line)]));
    }
}
