//! How often a host is asked, by a clock that never waits.

use crate::world::{AGENT, FakeClock, Reply, World};
use chapar_fetch::{
    Clock, FetchConfig, FetchError, FetchRequest, Fetched, Fetcher, HostManners, Purpose,
};
use chapar_model::{Headers, PageUrl};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

async fn world_with(robots: &str) -> World {
    let world = World::new().await;
    for host in ["daily", "other"] {
        world.on(&format!("{host}/robots.txt"), Reply::new(200, "", robots));
        world.on(&format!("{host}/a"), Reply::new(200, "", "x"));
    }
    world
}

#[tokio::test]
async fn requests_to_one_host_are_a_pause_apart() {
    let world = world_with("").await;
    for _ in 0..3 {
        world.get("daily/a").await.unwrap();
    }
    // Between robots.txt and the first page, too.
    assert_eq!(world.clock.slept(), [secs(2); 3]);
}

#[tokio::test]
async fn other_hosts_need_not_wait() {
    let world = world_with("").await;
    world.get("daily/a").await.unwrap();
    let before = world.clock.slept().len();
    world.fetcher.robots(&world.url("other/a")).await.unwrap();
    assert_eq!(world.clock.slept().len(), before);
}

#[tokio::test]
async fn a_host_and_its_www_are_one() {
    let world = world_with("").await;
    world.on("www/a", Reply::new(200, "", "x"));
    let url = |host: &str| {
        let raw = format!("http://{host}:{}/a", world.port);
        FetchRequest::new(PageUrl::parse(&raw).unwrap(), Purpose::Page)
    };
    world.fetcher.get(&url("daily.localhost")).await.unwrap();
    world.fetcher.get(&url("www.daily.localhost")).await.unwrap();
    assert_eq!(world.clock.slept(), [secs(2); 3]);
}

#[tokio::test]
async fn a_crawl_delay_is_obeyed_up_to_a_cap() {
    for (delay, expect) in
        [("7", secs(7)), ("0.5", secs(2)), ("100000", secs(60)), ("1e30", secs(60))]
    {
        let world = world_with(&format!("User-agent: *\nCrawl-delay: {delay}")).await;
        world.get("daily/a").await.unwrap();
        world.get("daily/a").await.unwrap();
        assert_eq!(world.clock.slept(), [secs(2), expect], "{delay}");
    }
}

#[tokio::test]
async fn a_request_may_ask_for_a_longer_pause_behind_it() {
    let world = world_with("").await;
    let request = FetchRequest { delay: Some(secs(30)), ..world.request("daily/a") };
    world.fetcher.get(&request).await.unwrap();
    world.get("daily/a").await.unwrap();
    assert_eq!(world.clock.slept(), [secs(2), secs(30)]);
}

#[tokio::test]
async fn a_host_that_asks_for_a_pause_gets_it() {
    let date =
        "Date: Mon, 31 Jul 2023 09:00:00 GMT\r\nRetry-After: Mon, 31 Jul 2023 09:02:00 GMT\r\n";
    for (status, header) in
        [(429, "Retry-After: 120\r\n"), (503, date), (403, "Retry-After: 120\r\n")]
    {
        let world = world_with("").await;
        world.on("daily/b", Reply::new(status, header, "slow down"));
        let Fetched::HttpError { retry_after, .. } = world.get("daily/b").await.unwrap() else {
            panic!()
        };
        assert_eq!(retry_after, Some(secs(120)));
        world.get("daily/a").await.unwrap();
        assert_eq!(world.clock.slept(), [secs(2), secs(120)], "{status}");
    }
}

#[tokio::test]
async fn a_long_pause_sends_the_caller_away() {
    let world = world_with("").await;
    world.on("daily/b", Reply::new(429, "Retry-After: 3600\r\n", ""));
    world.get("daily/b").await.unwrap();
    let until = world.clock.now().saturating_add(secs(3600)).unwrap();
    let error = world.get("daily/a").await.unwrap_err();
    assert!(matches!(&error, FetchError::BackingOff { until: found, .. } if *found == until));
    assert_eq!(error.retry_at(), Some(until));
    assert!(error.is_transient());
    assert_eq!(world.clock.slept(), [secs(2)]);
    world.clock.advance(secs(3600));
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
}

#[tokio::test]
async fn pauses_double_until_the_host_answers() {
    let world = World::with(|config| config.turn_wait_max = secs(10_000)).await;
    world.on("daily/a", Reply::new(200, "", "x")).on("daily/b", Reply::new(429, "", ""));
    for place in ["daily/b", "daily/b", "daily/b", "daily/a", "daily/b", "daily/a"] {
        world.get(place).await.unwrap();
    }
    let expect = [2, 30, 60, 120, 2, 30].map(secs);
    assert_eq!(world.clock.slept(), expect);
}

#[tokio::test]
async fn pauses_of_our_own_account_end_after_an_hour() {
    let world = World::with(|config| config.turn_wait_max = secs(100_000)).await;
    world.on("daily/b", Reply::new(503, "", ""));
    for _ in 0..40 {
        world.get("daily/b").await.unwrap();
    }
    assert_eq!(world.clock.slept().into_iter().max(), Some(secs(3600)));
}

#[tokio::test]
async fn a_pause_asked_for_is_a_day_at_most() {
    let world = World::with(|config| config.turn_wait_max = secs(1_000_000)).await;
    world.on("daily/b", Reply::new(429, "Retry-After: 99999999\r\n", ""));
    world.get("daily/b").await.unwrap();
    world.get("daily/b").await.unwrap();
    assert_eq!(world.clock.slept(), [secs(2), secs(86_400)]);
}

#[tokio::test]
async fn a_host_is_asked_by_one_at_a_time_and_hosts_side_by_side() {
    let world = world_with("").await;
    for host in ["daily", "other"] {
        world.fetcher.robots(&world.url(&format!("{host}/a"))).await.unwrap();
    }
    world.hold();
    let asking: Vec<_> = ["daily/a", "daily/a", "daily/a", "other/a", "other/a"]
        .map(|place| {
            let (fetcher, request) = (world.fetcher.clone(), world.request(place));
            tokio::spawn(async move { fetcher.get(&request).await.unwrap() })
        })
        .into();
    // One of each host arrives; the others stand in line until those are answered.
    world.wait_for_held(2).await;
    assert_eq!(world.most_at_once(), 2);
    world.release();
    for asked in asking {
        asked.await.unwrap();
    }
    assert_eq!(world.most_at_once_of_one_host(), 1);
}

#[tokio::test]
async fn all_hosts_together_have_a_limit() {
    let world = World::with(|config| config.at_once = 1).await;
    let asking: Vec<_> = (0..10)
        .map(|host| {
            let (fetcher, request) = (world.fetcher.clone(), world.request(&format!("h{host}/a")));
            tokio::spawn(async move { fetcher.get(&request).await.unwrap() })
        })
        .collect();
    for asked in asking {
        asked.await.unwrap();
    }
    assert_eq!(world.most_at_once(), 1);
}

#[tokio::test]
async fn a_line_that_is_too_long_sends_the_last_away() {
    let world = World::with(|config| config.turn_wait_max = secs(6)).await;
    world.on("daily/a", Reply::new(200, "", "x"));
    world.fetcher.robots(&world.url("daily/a")).await.unwrap();
    world.hold();
    let ask = || {
        let (fetcher, request) = (world.fetcher.clone(), world.request("daily/a"));
        tokio::spawn(async move { fetcher.get(&request).await })
    };
    let first = ask();
    world.wait_for_held(1).await;
    let rest: Vec<_> = (0..10).map(|_| ask()).collect();
    // All ten stand in line, or were sent away, before the first is answered.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    world.release();
    assert!(first.await.unwrap().is_ok());
    let mut away = 0;
    for asked in rest {
        match asked.await.unwrap() {
            Ok(_) => {}
            Err(FetchError::BackingOff { .. }) => away += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(away, 7);
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_its_turn_to_the_next() {
    let world = world_with("").await;
    world.fetcher.robots(&world.url("daily/a")).await.unwrap();
    world.hold();
    let (fetcher, request) = (world.fetcher.clone(), world.request("daily/a"));
    let given_up = tokio::spawn(async move { fetcher.get(&request).await });
    world.wait_for_held(1).await;
    given_up.abort();
    assert!(given_up.await.is_err());
    world.release();
    assert!(matches!(world.get("daily/a").await, Ok(Fetched::Fresh(_))));
    assert_eq!(world.clock.slept(), [secs(2), secs(2)]);
}

#[tokio::test]
async fn one_host_may_be_asked_more_slowly_and_with_a_key() {
    let world = World::with(|config| {
        let headers = Headers(vec![("X-Key".to_owned(), "for daily alone".to_owned())]);
        let manners = HostManners { delay: secs(9), headers, proxy: None };
        config.hosts.insert("daily.localhost".to_owned(), manners);
    })
    .await;
    for host in ["daily", "other"] {
        world.on(&format!("{host}/robots.txt"), Reply::new(404, "", ""));
        world.on(&format!("{host}/a"), Reply::new(200, "", "x"));
        let fetched = world.get(&format!("{host}/a")).await.unwrap();
        let recorded = &fetched.response().unwrap().request_headers;
        assert!(recorded.get("host").is_some() && recorded.get("x-key").is_none(), "{recorded:?}");
    }
    assert_eq!(world.clock.slept(), [secs(9), secs(2)]);
    let asked = world.asked();
    assert!(asked[0].to_lowercase().contains("x-key: for daily alone"), "{}", asked[0]);
    assert!(!asked[1].to_lowercase().contains("x-key"), "{}", asked[1]);
}

#[test]
fn who_asks_is_not_for_a_host_to_say() {
    let mut config = FetchConfig::new(AGENT);
    let headers = Headers(vec![("User-Agent".to_owned(), "a browser".to_owned())]);
    config
        .hosts
        .insert("daily.example".to_owned(), HostManners { headers, ..HostManners::default() });
    let error = Fetcher::new(config, FakeClock::new()).map(|_| ()).unwrap_err();
    assert!(matches!(error, FetchError::BadHeader { .. }), "{error}");
}

/// Answers every request itself and says what it was asked.
async fn proxy(listener: TcpListener, told: tokio::sync::mpsc::UnboundedSender<String>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = Vec::new();
        let mut bytes = [0; 1024];
        while !head.windows(4).any(|four| four == b"\r\n\r\n") {
            let read = stream.read(&mut bytes).await.unwrap();
            head.extend_from_slice(&bytes[..read]);
            if read == 0 {
                break;
            }
        }
        let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
        told.send(line).unwrap();
        let answer = "HTTP/1.1 200 X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn one_host_may_be_asked_through_a_proxy_and_others_are_not() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(proxy(listener, told));
    let mut config = FetchConfig::new(AGENT);
    let manners = HostManners { proxy: Some(at), ..HostManners::default() };
    config.hosts.insert("shielded.example".to_owned(), manners);
    let fetcher = Fetcher::new(config, FakeClock::new()).unwrap();
    let url = PageUrl::parse("http://shielded.example/a").unwrap();
    let fetched = fetcher.get(&FetchRequest::new(url, Purpose::Page)).await.unwrap();
    assert_eq!(fetched.response().unwrap().body.as_ref(), b"OK");
    assert_eq!(heard.recv().await.unwrap(), "GET http://shielded.example/robots.txt HTTP/1.1");
    assert_eq!(heard.recv().await.unwrap(), "GET http://shielded.example/a HTTP/1.1");
    // The policy still stands before what is asked.
    let inside = PageUrl::parse("http://127.0.0.1/a").unwrap();
    let refused = fetcher.get(&FetchRequest::new(inside, Purpose::Page)).await;
    assert!(matches!(refused, Err(FetchError::Refused { .. })));
}
