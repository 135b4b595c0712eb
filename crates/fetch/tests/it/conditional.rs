//! What is asked with validators, and what each status comes to.

use crate::world::{Reply, World};
use chapar_fetch::{Fetched, Validators};

#[tokio::test]
async fn an_unchanged_page_sends_no_body() {
    let world = World::new().await;
    world.on("daily/a", Reply::raw("HTTP/1.1 304 X\r\nETag: \"2\"\r\n\r\n", ""));
    let mut request = world.request("daily/a");
    request.validators = Some(Validators {
        etag: Some("W/\"1\"".into()),
        last_modified: Some("Mon, 31 Jul 2023 08:00:00 GMT".into()),
    });
    let Fetched::NotModified(response) = world.fetcher.get(&request).await.unwrap() else {
        panic!()
    };
    assert_eq!(response.headers.get("etag"), Some("\"2\""));
    let asked = &world.asked()[0];
    assert!(asked.contains("\r\nIf-None-Match: W/\"1\"\r\n"), "{asked}");
    assert!(asked.contains("\r\nIf-Modified-Since: Mon, 31 Jul 2023 08:00:00 GMT\r\n"), "{asked}");
}
