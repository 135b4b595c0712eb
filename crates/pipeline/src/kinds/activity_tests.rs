//! An invented account on an invented server, asked step by step.

use super::*;
use chapar_model::Headers;

fn url(raw: &str) -> PageUrl {
    PageUrl::parse(raw).unwrap()
}

fn answer(at: &str, status: u16, body: &str) -> Answer {
    Answer { url: url(at), status, headers: Headers::default(), body: body.as_bytes().to_vec() }
}

const FINGER: &str = r#"{"links":[{"rel":"self","type":"application/activity+json",
    "href":"https://zarvand.example/users/peyk"}]}"#;
const ACTOR: &str = r#"{"type":"Person","id":"https://zarvand.example/users/peyk","name":"Peyk",
    "preferredUsername":"peyk","url":"https://zarvand.example/@peyk",
    "outbox":"https://zarvand.example/users/peyk/outbox"}"#;
const COVER: &str = r#"{"type":"OrderedCollection","totalItems":3,
    "first":"https://zarvand.example/users/peyk/outbox?page=true"}"#;

fn create(number: u64, content: &str, more: &str) -> String {
    let id = format!("https://zarvand.example/users/peyk/statuses/{number}");
    format!(
        r#"{{"type":"Create","id":"{id}/activity","to":["as:Public"],
        "published":"2026-03-02T08:0{}:00Z","object":{{"type":"Note","id":"{id}",
        "attributedTo":"https://zarvand.example/users/peyk","to":["as:Public"],
        "url":"https://zarvand.example/@peyk/{number}","content":"{content}"{more}}}}}"#,
        number % 10
    )
}

fn page(items: &[String]) -> String {
    format!(
        r#"{{"type":"OrderedCollectionPage","next":"https://zarvand.example/users/peyk/outbox?max_id=1",
        "orderedItems":[{}]}}"#,
        items.join(",")
    )
}

#[track_caller]
fn asked(step: Option<Step>) -> String {
    match step {
        Some(Step::Ask(url, _)) => url.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_account_is_found_from_its_name_by_four_answers() {
    let mut answers = Vec::new();
    for given in
        ["@peyk@zarvand.example", "acct:peyk@zarvand.example", "https://zarvand.example/@peyk"]
    {
        let first = asked(Activity.find_step(given, &answers));
        let finger =
            "https://zarvand.example/.well-known/webfinger?resource=acct:peyk@zarvand.example";
        assert_eq!(first, finger, "{given}");
    }
    let given = "@peyk@zarvand.example";
    answers.push(answer("https://zarvand.example/w", 200, FINGER));
    assert_eq!(asked(Activity.find_step(given, &answers)), "https://zarvand.example/users/peyk");
    answers.push(answer("https://zarvand.example/users/peyk", 200, ACTOR));
    let outbox = asked(Activity.find_step(given, &answers));
    assert_eq!(outbox, "https://zarvand.example/users/peyk/outbox");
    answers.push(answer(&outbox, 200, COVER));
    let first = asked(Activity.find_step(given, &answers));
    assert_eq!(first, "https://zarvand.example/users/peyk/outbox?page=true");
    answers.push(answer(&first, 200, &page(&[create(1, "One", "")])));
    let Some(Step::Found(found)) = Activity.find_step(given, &answers) else { panic!() };
    assert_eq!((found.kind, found.url.as_str()), (FeedKind::Activity, first.as_str()));
    assert_eq!(found.name, "Peyk");
}

#[test]
fn a_server_that_wants_signatures_is_followed_by_rss_or_named() {
    let given = "@peyk@zarvand.example";
    let mut answers = vec![
        answer("https://zarvand.example/w", 200, FINGER),
        answer("https://zarvand.example/users/peyk", 401, "Request not signed"),
    ];
    assert_eq!(asked(Activity.find_step(given, &answers)), "https://zarvand.example/@peyk.rss");
    let mut closed = answers.clone();
    closed.push(answer("https://zarvand.example/@peyk.rss", 404, ""));
    let Some(Step::Not(reason)) = Activity.find_step(given, &closed) else { panic!() };
    assert!(reason.contains("the server asks for signed requests"), "{reason}");
    answers.push(answer("https://zarvand.example/@peyk.rss", 200, "<rss version=\"2.0\"></rss>"));
    let Some(Step::Found(found)) = Activity.find_step(given, &answers) else { panic!() };
    assert_eq!(found.kind, FeedKind::Feed);
}

#[test]
fn other_pages_with_such_addresses_are_no_accounts() {
    let none = [
        answer("https://blog.example/w", 404, ""),
        answer("https://blog.example/@x", 200, "<html>"),
    ];
    assert_eq!(Activity.find_step("https://blog.example/@x", &none), None);
    assert_eq!(Activity.find_step("https://www.youtube.com/@x", &[]), None);
    assert_eq!(Activity.find_step("https://blog.example/", &[]), None);
    assert!(!Activity.is_told_by(&url("https://zarvand.example/@peyk.rss")));
    let error = Activity.polled_address(&url("https://zarvand.example/@peyk")).unwrap_err();
    assert!(error.to_string().contains("chapar add https://zarvand.example/@peyk"), "{error}");
}

fn entries(items: &[String]) -> Vec<NewEntry> {
    let Some(ActivityDocument::Outbox(outbox)) = parse_activity(page(items).as_bytes()) else {
        panic!()
    };
    let feed = url("https://zarvand.example/users/peyk/outbox?page=true");
    outbox.activities.iter().filter_map(|deed| entry_of(deed, &feed)).collect()
}

#[test]
fn an_answer_that_is_no_outbox_is_a_fault_and_a_feed_in_its_place_is_none() {
    let outbox = url("https://social.example/users/peyk/outbox");
    let headers = Headers::default();
    let fault = |body: &str| {
        Activity.fault(&Received { url: &outbox, headers: &headers, body: body.as_bytes() })
    };
    assert_eq!(fault(COVER), None);
    assert_eq!(fault("<rss version=\"2.0\"></rss>"), None);
    assert!(fault("<html>About us</html>").is_some());
}

#[test]
fn links_lead_to_articles_and_answers_to_others_are_left_out() {
    let link = r##"<p>Bridge opens <a href=\"https://zana.example/n/7\"><span class=\"invisible\">https://</span><span>zana.example/n/7</span></a> <a href=\"https://zarvand.example/tags/bridge\" class=\"mention hashtag\">#<span>bridge</span></a></p>"##;
    let to_other = r#","inReplyTo":"https://other.example/users/x/statuses/1""#;
    let to_self = r#","inReplyTo":"https://zarvand.example/users/peyk/statuses/1""#;
    let found = entries(&[
        create(4, "And more", to_self),
        create(3, "No, thanks", to_other),
        create(2, link, ""),
        create(1, "Own words", ""),
    ]);
    let urls: Vec<&str> = found.iter().map(|entry| entry.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://zarvand.example/users/peyk/statuses/4",
            "https://zana.example/n/7",
            "https://zarvand.example/users/peyk/statuses/1",
        ]
    );
    let posts: Vec<bool> = found.iter().map(|entry| entry.post.is_some()).collect();
    assert_eq!(posts, [true, false, true]);
}

#[test]
fn posts_between_two_polls_are_asked_for_until_they_are_known() {
    let outbox = |numbers: &[u64]| {
        let items: Vec<String> = numbers.iter().map(|n| create(*n, "x", "")).collect();
        match parse_activity(page(&items).as_bytes()) {
            Some(ActivityDocument::Outbox(outbox)) => outbox,
            _ => panic!(),
        }
    };
    let (known, wanted) = follow(None, &outbox(&[2, 1]), true);
    assert!(wanted);
    let (known, _) = follow(known, &outbox(&[0]), false);
    let (known, wanted) = follow(known, &outbox(&[3, 2]), true);
    assert!(!wanted);
    let (known, wanted) = follow(known, &outbox(&[8, 7]), true);
    assert!(wanted);
    let (known, wanted) = follow(known, &outbox(&[6, 5]), false);
    assert!(wanted);
    let (known, wanted) = follow(known, &outbox(&[4, 3]), false);
    assert!(!wanted);
    assert_eq!(known.unwrap().newest.len(), 2);
}
