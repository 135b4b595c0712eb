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
