//! Servers that send too much, too little, too slowly or nonsense.

use crate::world::{Reply, World};
use chapar_fetch::{FailureClass, FetchConfig, FetchError, Fetched, Stage};
use std::time::Duration;

/// A moment that passes while nothing comes.
const SHORT: Duration = Duration::from_millis(50);

async fn error_of(adjust: impl FnOnce(&mut FetchConfig), reply: Reply) -> FetchError {
    let world = World::with(adjust).await;
    world.on("daily/a", reply);
    world.get("daily/a").await.unwrap_err()
}

fn small(config: &mut FetchConfig) {
    config.limits.body_bytes_max = 10;
    config.limits.header_bytes_max = 2000;
    config.limits.headers_max = 30;
}

#[tokio::test]
async fn an_announced_body_over_the_limit_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n";
    let error = error_of(small, Reply::ThenSilence(head.into())).await;
    assert!(
        matches!(error, FetchError::BodyTooLarge { bytes: 999_999_999_999, limit: 10, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_that_outgrows_the_limit_is_cut_off() {
    for body in [
        Reply::ThenSilence("HTTP/1.1 200 OK\r\n\r\nmore than ten".into()),
        Reply::ThenSilence(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nmore t\r\n7\r\nhan ten\r\n"
                .into(),
        ),
    ] {
        let error = error_of(small, body).await;
        assert!(matches!(error, FetchError::BodyTooLarge { limit: 10, .. }), "{error}");
        assert_eq!(error.class(), FailureClass::Soft);
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken() {
    let world = World::with(small).await;
    world.on("daily/a", Reply::new(200, "", "0123456789"));
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn headers_over_a_limit_are_an_error() {
    let long = format!("X-Long: {}\r\n", "x".repeat(2000));
    let error = error_of(small, Reply::new(200, &long, "")).await;
    assert!(matches!(error, FetchError::HeadersTooLarge { limit: 2000, .. }), "{error}");
    let error = error_of(small, Reply::new(200, &"X: 1\r\n".repeat(40), "")).await;
    assert!(matches!(error, FetchError::HeadersTooLarge { limit: 30, .. }), "{error}");
}

#[tokio::test]
async fn headers_without_end_are_an_error() {
    let endless = format!("HTTP/1.1 200 OK\r\nX-Endless: {}", "x".repeat(2_000_000));
    let error = error_of(small, Reply::ThenSilence(endless.into_bytes())).await;
    assert!(matches!(error, FetchError::HeadersTooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_truncated() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n",
    ] {
        let error = error_of(|_| {}, Reply::raw(head, "")).await;
        assert!(matches!(error, FetchError::Truncated { received: 5, .. }), "{head}: {error:?}");
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn a_body_longer_than_announced_is_read_to_the_announced_length() {
    let world = World::new().await;
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    world.on("daily/a", Reply::raw(head, "Hello, world"));
    let fetched = world.get("daily/a").await.unwrap();
    assert_eq!(&fetched.response().unwrap().body[..], b"Hello");
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    let world = World::new().await;
    world.on("daily/a", Reply::raw("HTTP/1.0 200 OK\r\n\r\n", "Hello"));
    let fetched = world.get("daily/a").await.unwrap();
    assert_eq!(&fetched.response().unwrap().body[..], b"Hello");
}

#[tokio::test]
async fn lengths_that_contradict_each_other_are_an_error() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n";
    let error = error_of(|_| {}, Reply::raw(head, "Hello!")).await;
    assert!(matches!(error, FetchError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_not_http_is_an_error() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "<html>Hello</html>\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
    ] {
        let error = error_of(|_| {}, Reply::raw(garbage, "")).await;
        assert!(matches!(error, FetchError::Protocol { .. }), "{garbage}: {error:?}");
        assert_eq!(error.class(), FailureClass::Soft);
    }
}

#[tokio::test]
async fn broken_header_lines_are_put_up_with() {
    let world = World::new().await;
    let head = "HTTP/1.1 200\r\nX Bad: 1\r\nno colon\r\nX-Folded: a\r\n b\r\nX-Space : 1\r\nX-Good: 1\r\n\r\n";
    world.on("daily/a", Reply::raw(head, "Hello"));
    let fetched = world.get("daily/a").await.unwrap();
    assert_eq!(fetched.response().unwrap().headers.get("x-good"), Some("1"));
}

#[tokio::test]
async fn a_connection_dropped_without_a_word_is_no_connection() {
    let error = error_of(|_| {}, Reply::raw("", "")).await;
    assert!(matches!(error, FetchError::Connect { .. }), "{error:?}");
    assert_eq!(error.class(), FailureClass::Temporary);
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_no_connection() {
    // Bound and not listening: the port is ours, and connections to it are refused.
    let bound = tokio::net::TcpSocket::new_v4().unwrap();
    bound.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = bound.local_addr().unwrap().port();
    let world = World::with(|config| {
        config.policy = config.policy.clone().with_loopback(".localhost", port);
    })
    .await;
    let url = chapar_model::PageUrl::parse(&format!("http://daily.localhost:{port}/")).unwrap();
    let request = chapar_fetch::FetchRequest::new(url, chapar_fetch::Purpose::Robots);
    let error = world.fetcher.get(&request).await.unwrap_err();
    assert!(matches!(error, FetchError::Connect { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_times_out() {
    let impatient = |config: &mut FetchConfig| config.limits.total_timeout = SHORT;
    for (bytes, expect) in [
        ("", Stage::Headers),
        ("HTTP/1.1 200 OK\r\nX-", Stage::Headers),
        ("HTTP/1.1 200 OK\r\n\r\nHello", Stage::Body),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHello", Stage::Body),
    ] {
        let world = World::with(impatient).await;
        world.on("daily/robots.txt", Reply::ThenSilence(bytes.into()));
        let url = world.url("daily/robots.txt");
        let request = chapar_fetch::FetchRequest::new(url, chapar_fetch::Purpose::Robots);
        let error = world.fetcher.get(&request).await.unwrap_err();
        assert!(
            matches!(error, FetchError::TimedOut { stage, after: SHORT, .. } if stage == expect),
            "{bytes}: {error:?}"
        );
        assert_eq!(error.class(), FailureClass::Temporary);
    }
}

#[tokio::test]
async fn silence_in_the_middle_of_a_body_times_out_before_the_whole() {
    let idle = |config: &mut FetchConfig| config.limits.idle_timeout = SHORT;
    let reply = Reply::ThenSilence("HTTP/1.1 200 OK\r\n\r\nHello".into());
    let error = error_of(idle, reply).await;
    assert!(matches!(error, FetchError::TimedOut { stage: Stage::Body, after: SHORT, .. }));
}

#[tokio::test]
async fn a_bomb_is_kept_as_it_came_and_refused_when_decoded() {
    let world = World::new().await;
    let bomb = zstd::encode_all(&vec![0; 50_000_000][..], 3).unwrap();
    world.on("daily/a", Reply::new(200, "Content-Encoding: zstd\r\n", &bomb));
    let fetched = world.get("daily/a").await.unwrap();
    let response = fetched.response().unwrap();
    assert_eq!(response.body, bomb);
    assert!(response.decoded(Default::default()).is_err());
}
