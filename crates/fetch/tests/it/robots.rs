//! robots.txt is asked for once, kept, and obeyed.

use crate::world::{Reply, World};
use chapar_fetch::{FailureClass, FetchError, Fetched, RobotsFault};
use std::time::Duration;

const FORBID_A: &str = "User-agent: *\nDisallow: /a";
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_forbidden_page_is_never_asked_for() {
    let world = World::new().await;
    world
        .on("daily/robots.txt", Reply::new(200, "", FORBID_A))
        .on("daily/b", Reply::new(200, "", "x"));
    let Fetched::Disallowed { url, rule } = world.get("daily/a?b").await.unwrap() else { panic!() };
    assert_eq!((url, rule.as_str()), (world.url("daily/a?b"), "Disallow: /a"));
    assert!(matches!(world.get("daily/b").await, Ok(Fetched::Fresh(_))));
    assert_eq!(world.asked().len(), 1);
    assert_eq!(world.asked_robots(), 1);
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_page_is_not_followed() {
    let world = World::new().await;
    world
        .on("other/robots.txt", Reply::new(200, "", FORBID_A))
        .on("daily/a", Reply::redirect(301, &world.address("other/a")));
    let Fetched::Disallowed { url, .. } = world.get("daily/a").await.unwrap() else { panic!() };
    assert_eq!(url, world.url("other/a"));
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test]
async fn rules_are_kept_for_a_day() {
    let world = World::new().await;
    world
        .on("daily/robots.txt", Reply::new(200, "", FORBID_A))
        .on("daily/robots.txt", Reply::new(200, "", ""))
        .on("daily/a", Reply::new(200, "", "x"));
    world.get("daily/a").await.unwrap();
    world.clock.advance(23 * HOUR);
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Disallowed { .. })));
    world.clock.advance(HOUR);
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
    assert_eq!(world.asked_robots(), 2);
}

#[tokio::test]
async fn a_missing_file_allows_all() {
    for status in [400, 401, 403, 404, 410, 451] {
        let world = World::new().await;
        world
            .on("daily/robots.txt", Reply::new(status, "", FORBID_A))
            .on("daily/a", Reply::new(200, "", "x"));
        assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))), "{status}");
    }
}

#[tokio::test]
async fn a_file_behind_redirects_counts_and_one_in_a_loop_does_not() {
    let world = World::new().await;
    world
        .on("daily/robots.txt", Reply::redirect(301, &world.address("other/rules.txt")))
        .on("other/rules.txt", Reply::new(200, "", FORBID_A))
        .on("loop/robots.txt", Reply::redirect(301, "/robots.txt?"))
        .on("loop/robots.txt?", Reply::redirect(301, "/robots.txt"))
        .on("loop/a", Reply::new(200, "", "x"));
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Disallowed { .. })));
    assert!(matches!(world.get("loop/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn a_broken_server_forbids_all_for_a_while() {
    let world = World::new().await;
    world
        .on("daily/robots.txt", Reply::new(500, "", ""))
        .on("daily/robots.txt", Reply::new(404, "", ""))
        .on("daily/a", Reply::new(200, "", "x"));
    for _ in 0..2 {
        let error = world.get("daily/a").await.unwrap_err();
        let FetchError::RobotsUnreachable { source, .. } = &error else { panic!("{error}") };
        assert!(matches!(source, RobotsFault::Status(500)));
        assert_eq!(error.class(), FailureClass::Temporary);
    }
    assert_eq!((world.asked().len(), world.asked_robots()), (0, 1));
    world.clock.advance(HOUR);
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn a_server_that_hangs_up_forbids_all_for_a_while() {
    let world = World::new().await;
    world.on("daily/robots.txt", Reply::raw("", ""));
    let error = world.get("daily/a").await.unwrap_err();
    let FetchError::RobotsUnreachable { source: RobotsFault::Fetch(inner), .. } = &error else {
        panic!("{error}")
    };
    assert!(matches!(**inner, FetchError::Connect { .. }));
    assert!(error.is_transient() && error.retry_at().is_some());
}

#[tokio::test]
async fn old_rules_count_while_new_ones_cannot_be_had() {
    let world = World::new().await;
    world
        .on("daily/robots.txt", Reply::new(200, "", FORBID_A))
        .on("daily/robots.txt", Reply::new(503, "Retry-After: 0\r\n", ""))
        .on("daily/b", Reply::new(200, "", "x"));
    world.get("daily/a").await.unwrap();
    world.clock.advance(25 * HOUR);
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Disallowed { .. })));
    assert!(matches!(world.get("daily/b").await, Ok(Fetched::Fresh(_))));
    assert_eq!(world.asked_robots(), 2);
}

#[tokio::test]
async fn a_file_out_of_reach_for_a_month_counts_as_missing() {
    let world = World::new().await;
    world.on("daily/robots.txt", Reply::new(500, "", "")).on("daily/a", Reply::new(200, "", "x"));
    assert!(world.get("daily/a").await.is_err());
    world.clock.advance(29 * 24 * HOUR);
    assert!(world.get("daily/a").await.is_err());
    world.clock.advance(2 * 24 * HOUR);
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn many_who_ask_at_once_cause_one_request() {
    let world = World::new().await;
    world.on("daily/robots.txt", Reply::new(200, "", FORBID_A));
    let asking = (0..20).map(|_| {
        let (fetcher, request) = (world.fetcher.clone(), world.request("daily/a"));
        tokio::spawn(async move { fetcher.get(&request).await.unwrap() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert!(matches!(asked.await.unwrap(), Fetched::Disallowed { .. }));
    }
    assert_eq!(world.asked_robots(), 1);
}

#[tokio::test]
async fn a_long_file_is_read_to_its_limit() {
    let world = World::new().await;
    let long = format!("{FORBID_A}\n{}", "# filler\n".repeat(200_000));
    world.on("daily/robots.txt", Reply::new(200, "", long));
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Disallowed { .. })));
}

#[tokio::test]
async fn sitemaps_of_an_origin_can_be_asked_for() {
    let world = World::new().await;
    world.on("daily/robots.txt", Reply::new(200, "", "Sitemap: https://daily.example/s.xml"));
    let robots = world.fetcher.robots(&world.url("daily/any/page")).await.unwrap();
    assert_eq!(robots.sitemaps(), ["https://daily.example/s.xml"]);
}
