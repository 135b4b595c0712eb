//! Redirects are followed by hand, each hop checked.

use crate::world::{Reply, World};
use chapar_fetch::{FetchError, Fetched, Hop};

#[tokio::test]
async fn a_page_comes_as_it_was_sent() {
    let world = World::new().await;
    world.on(
        "daily/a",
        Reply::new(200, "Content-Type: text/html\r\nX-Two: 1\r\nX-Two: 2\r\n", "<p>Hello"),
    );
    let Fetched::Fresh(response) = world.get("daily/a").await.unwrap() else { panic!() };
    assert_eq!(response.url, world.url("daily/a"));
    assert_eq!(&response.body[..], b"<p>Hello");
    assert_eq!(response.headers.get("content-type"), Some("text/html"));
    assert_eq!(response.headers.0.iter().filter(|(name, _)| name == "x-two").count(), 2);
    assert_eq!(response.remote.to_string(), format!("127.0.0.1:{}", world.port));
    assert_eq!(response.redirects, []);
    assert_eq!(response.moved_permanently, None);
}

#[tokio::test]
async fn permanent_redirects_count_until_the_first_that_is_not() {
    let world = World::new().await;
    world
        .on("daily/a", Reply::redirect(301, "/b"))
        .on("daily/b", Reply::redirect(308, &world.address("other/c")))
        .on("other/c", Reply::redirect(302, "d?x=1#top"))
        .on("other/d?x=1", Reply::new(200, "", "at last"));
    let Fetched::Fresh(response) = world.get("daily/a").await.unwrap() else { panic!() };
    assert_eq!(response.asked, world.url("daily/a"));
    assert_eq!(response.url, world.url("other/d?x=1"));
    assert_eq!(response.moved_permanently, Some(world.url("other/c")));
    let hop = |status, place| Hop { status, to: world.url(place) };
    assert_eq!(
        response.redirects,
        [hop(301, "daily/b"), hop(308, "other/c"), hop(302, "other/d?x=1")]
    );
}

#[tokio::test]
async fn a_loop_is_an_error_and_not_followed_twice() {
    let world = World::new().await;
    world.on("daily/a", Reply::redirect(302, "/b")).on("daily/b", Reply::redirect(302, "/a"));
    let error = world.get("daily/a").await.unwrap_err();
    assert!(matches!(&error, FetchError::RedirectLoop { url } if *url == world.url("daily/a")));
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_are_not() {
    let world = World::new().await;
    for at in 0..6 {
        world.on(&format!("daily/{at}"), Reply::redirect(302, &format!("/{}", at + 1)));
    }
    world.on("daily/6", Reply::new(200, "", "x"));
    assert!(matches!(world.get("daily/1").await, Ok(Fetched::Fresh(_))));
    let error = world.get("daily/0").await.unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { limit: 5, .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_is_not_followed() {
    for to in [
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://localhost/",
        "https://metadata.google.internal/",
        "http://daily.localhost:1/",
        "http://daily.example:25/",
    ] {
        let world = World::new().await;
        world.on("daily/a", Reply::redirect(302, to));
        let error = world.get("daily/a").await.unwrap_err();
        assert!(matches!(error, FetchError::Refused { .. }), "{to}: {error}");
        assert!(!error.is_transient(), "{to}");
    }
}

#[tokio::test]
async fn a_redirect_to_what_is_no_web_address_is_an_error() {
    for to in
        ["file:///etc/passwd", "javascript:alert(1)", "http://", "https://[::1", "gopher://a/"]
    {
        let world = World::new().await;
        world.on("daily/a", Reply::redirect(302, to));
        let error = world.get("daily/a").await.unwrap_err();
        assert!(matches!(error, FetchError::BadRedirect { .. }), "{to}: {error}");
        assert!(error.to_string().contains(to), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_answer() {
    let world = World::new().await;
    world.on("daily/a", Reply::redirect(302, " ")).on("daily/b", Reply::new(301, "", "moved"));
    for place in ["daily/a", "daily/b"] {
        assert!(matches!(world.get(place).await, Ok(Fetched::HttpError { .. })), "{place}");
    }
}

#[tokio::test]
async fn bytes_of_an_old_charset_in_a_redirect_are_kept() {
    let world = World::new().await;
    let head = b"HTTP/1.1 302 X\r\nLocation: /\xce\xc8\xd1\r\nContent-Length: 0\r\n\r\n";
    world.on("daily/a", Reply::raw(head, "")).on("daily/%CE%C8%D1", Reply::new(200, "", "x"));
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn no_cookie_is_ever_sent_back() {
    let world = World::new().await;
    let cookie = "Set-Cookie: seen=1; Path=/\r\nLocation: /b\r\n";
    world.on("daily/a", Reply::new(302, cookie, "")).on("daily/b", Reply::new(200, "", "x"));
    world.get("daily/a").await.unwrap();
    let asked = world.asked().join("").to_lowercase();
    assert!(!asked.contains("cookie") && !asked.contains("referer"), "{asked}");
}
