//! What is asked, and what each status comes to.

use crate::world::{AGENT, Reply, World};
use chapar_fetch::{FailureClass, FetchError, FetchRequest, Fetched, Purpose, Validators};
use chapar_model::Headers;

fn validators() -> Option<Validators> {
    Some(Validators {
        etag: Some("W/\"1\"".into()),
        last_modified: Some("Mon, 31 Jul 2023 08:00:00 GMT".into()),
    })
}

#[tokio::test]
async fn an_unchanged_page_sends_no_body() {
    let world = World::new().await;
    world.on("daily/a", Reply::raw("HTTP/1.1 304 X\r\nETag: \"2\"\r\n\r\n", ""));
    let request = FetchRequest { validators: validators(), ..world.request("daily/a") };
    let Fetched::NotModified(response) = world.fetcher.get(&request).await.unwrap() else {
        panic!()
    };
    assert_eq!(response.headers.get("etag"), Some("\"2\""));
    let asked = &world.asked()[0];
    assert!(asked.contains("\r\nIf-None-Match: W/\"1\"\r\n"), "{asked}");
    assert!(asked.contains("\r\nIf-Modified-Since: Mon, 31 Jul 2023 08:00:00 GMT\r\n"), "{asked}");
}

#[tokio::test]
async fn validators_are_read_from_the_response_they_stand_in() {
    let world = World::new().await;
    let headers = "ETag: W/\"1\"\r\nLast-Modified: Mon, 31 Jul 2023 08:00:00 GMT\r\n";
    world.on("daily/a", Reply::new(200, headers, "x")).on("daily/b", Reply::new(200, "", "x"));
    let fetched = world.get("daily/a").await.unwrap();
    assert_eq!(Validators::of(&fetched.response().unwrap().headers), validators());
    let fetched = world.get("daily/b").await.unwrap();
    assert_eq!(Validators::of(&fetched.response().unwrap().headers), None);
}

#[tokio::test]
async fn validators_that_cannot_be_sent_are_left_out() {
    let world = World::new().await;
    world.on("daily/a", Reply::new(200, "", "x"));
    let etag = Some("\"1\"\r\nX-Evil: 1".to_owned());
    let validators = Some(Validators { etag, last_modified: None });
    let request = FetchRequest { validators, ..world.request("daily/a") };
    let fetched = world.fetcher.get(&request).await.unwrap();
    assert_eq!(fetched.response().unwrap().request_headers.get("if-none-match"), None);
    assert!(!world.asked()[0].contains("X-Evil"));
}

#[tokio::test]
async fn each_status_has_its_outcome_and_its_class() {
    use FailureClass::{Hard, Soft, Temporary};
    let table = [
        (200, "fresh", None),
        (204, "fresh", None),
        (206, "error", Some(Soft)),
        (300, "error", Some(Soft)),
        (302, "error", Some(Soft)),
        (304, "error", Some(Soft)),
        (401, "error", Some(Soft)),
        (403, "error", Some(Soft)),
        (404, "gone", Some(Soft)),
        (410, "gone", Some(Hard)),
        (429, "error", Some(Temporary)),
        (451, "error", Some(Soft)),
        (500, "error", Some(Temporary)),
        (503, "error", Some(Temporary)),
        (999, "error", Some(Temporary)),
    ];
    for (status, expect, class) in table {
        let world = World::new().await;
        world.on("daily/a", Reply::raw(format!("HTTP/1.1 {status} X\r\n\r\n"), ""));
        let fetched = world.get("daily/a").await.unwrap();
        let (outcome, found) = match &fetched {
            Fetched::Fresh(response) => ("fresh", response.status),
            Fetched::Gone { status, .. } => ("gone", *status),
            Fetched::HttpError { status, .. } => ("error", *status),
            other => panic!("{other:?}"),
        };
        assert_eq!((outcome, found, fetched.failure()), (expect, status, class), "{status}");
    }
}

#[tokio::test]
async fn the_response_tells_which_headers_were_sent() {
    let world = World::new().await;
    world.on("daily/a", Reply::new(200, "", "x"));
    let fetched = world.get("daily/a").await.unwrap();
    let sent = &fetched.response().unwrap().request_headers;
    let names: Vec<&str> = sent.0.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Host", "User-Agent", "Accept", "Accept-Encoding"]);
    let asked = &world.asked()[0];
    for (name, value) in &sent.0 {
        assert!(asked.contains(&format!("\r\n{name}: {value}\r\n")), "{name} in {asked}");
    }
    assert_eq!(asked.lines().count(), sent.0.len() + 2, "{asked}");
    assert!(asked.contains(AGENT));
}

#[tokio::test]
async fn what_is_accepted_follows_the_purpose() {
    let world = World::new().await;
    world.on("daily/a", Reply::new(200, "", "x"));
    for (purpose, expect) in [
        (Purpose::Feed, "Accept: application/atom+xml, application/rss+xml"),
        (Purpose::Page, "Accept: text/html, application/xhtml+xml"),
        (Purpose::Sitemap, "Accept: application/xml"),
        (Purpose::Discovery, "Accept: text/html, application/atom+xml"),
    ] {
        world.fetcher.get(&FetchRequest::new(world.url("daily/a"), purpose)).await.unwrap();
        let asked = world.asked().pop().unwrap();
        assert!(asked.contains(expect), "{asked}");
        assert!(asked.contains("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"), "{asked}");
    }
}

#[tokio::test]
async fn headers_of_the_caller_go_to_the_first_origin_alone() {
    let world = World::new().await;
    world
        .on("daily/a", Reply::redirect(302, "/b"))
        .on("daily/b", Reply::redirect(302, &world.address("other/c")))
        .on("other/c", Reply::new(200, "", "x"));
    let headers = Headers(vec![
        ("Authorization".into(), "Bearer key".into()),
        ("accept".into(), "text/plain".into()),
    ]);
    let request = FetchRequest { headers, ..world.request("daily/a") };
    world.fetcher.get(&request).await.unwrap();
    let has_key: Vec<bool> =
        world.asked().iter().map(|head| head.contains("Authorization: Bearer key")).collect();
    assert_eq!(has_key, [true, true, false]);
    assert!(!world.asked()[0].contains("text/html"));
}

#[tokio::test]
async fn headers_that_a_caller_may_not_set_are_refused() {
    let world = World::new().await;
    for (name, value) in [
        ("Host", "other.example"),
        ("user-agent", "Mozilla/5.0"),
        ("Cookie", "a=1"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "5"),
        ("Connection", "upgrade"),
        ("X-Split", "a\r\nX-Evil: 1"),
        ("X Space", "a"),
        ("", "a"),
    ] {
        let headers = Headers(vec![(name.into(), value.into())]);
        let request = FetchRequest { headers, ..world.request("daily/a") };
        let error = world.fetcher.get(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::BadHeader { .. }), "{name}: {error}");
    }
    assert_eq!(world.asked(), [""; 0]);
}

#[tokio::test]
async fn headers_of_the_connection_are_dropped_and_others_kept() {
    let world = World::new().await;
    let head = "HTTP/1.1 200 OK\r\nConnection: close, X-Private\r\nKeep-Alive: timeout=5\r\n\
                X-Private: 1\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\
                Content-Type: text/html\r\nX-Odd: caf\u{e9}\r\n\r\n";
    let latin1: Vec<u8> = head.chars().map(|c| c as u8).collect();
    world.on("daily/a", Reply::raw(latin1, "5\r\nHello\r\n0\r\nX-Sum: 1\r\n\r\n"));
    let fetched = world.get("daily/a").await.unwrap();
    let response = fetched.response().unwrap();
    let lines = [("content-type", "text/html"), ("x-odd", "café")];
    assert_eq!(response.headers, Headers(lines.map(|(n, v)| (n.into(), v.into())).to_vec()));
    assert_eq!(&response.body[..], b"Hello");
}

#[tokio::test]
async fn a_body_keeps_its_coding() {
    let world = World::new().await;
    let zstd = zstd::encode_all(&b"Rates rise"[..], 3).unwrap();
    world.on("daily/a", Reply::new(200, "Content-Encoding: zstd\r\n", &zstd));
    let fetched = world.get("daily/a").await.unwrap();
    let response = fetched.response().unwrap();
    assert_eq!(response.body, zstd);
    assert_eq!(&*response.decoded(Default::default()).unwrap(), b"Rates rise");
}

#[test]
fn a_client_that_hides_who_it_is_cannot_be_made() {
    for agent in ["", "Chapar/0.1", "(+https://chapar.example)", "Chapar\n/0.1 a@chapar.example"] {
        let config = chapar_fetch::FetchConfig::new(agent);
        let made = chapar_fetch::Fetcher::new(config, crate::world::FakeClock::new());
        assert!(matches!(made.err(), Some(FetchError::BadUserAgent { .. })), "{agent}");
    }
}
