//! Documents of an invented account, as the servers of such accounts write them.

use super::*;
use proptest::prelude::*;

const PUBLIC_TO: &str = "https://www.w3.org/ns/activitystreams#Public";

fn note(more: &str) -> String {
    format!(
        r#"{{"@context":["https://www.w3.org/ns/activitystreams",{{"sensitive":"as:sensitive"}}],
        "id":"https://zarvand.example/users/peyk/statuses/7","type":"Note",
        "published":"2026-03-02T08:05:00Z","url":"https://zarvand.example/@peyk/7",
        "attributedTo":"https://zarvand.example/users/peyk","to":["{PUBLIC_TO}"],
        "cc":["https://zarvand.example/users/peyk/followers"],
        "content":"<p>Bridge <b>opens</b></p>","contentMap":{{"en":"<p>Bridge <b>opens</b></p>"}}
        {more}}}"#
    )
}

fn post(json: &str) -> ActivityPost {
    match parse_activity(json.as_bytes()) {
        Some(ActivityDocument::Object(post)) => *post,
        other => panic!("{other:?}"),
    }
}

fn outbox_of(items: &str) -> Outbox {
    let json = format!(
        r#"{{"type":"OrderedCollectionPage","id":"https://zarvand.example/users/peyk/outbox?page=true",
        "next":"https://zarvand.example/users/peyk/outbox?max_id=1&page=true",
        "orderedItems":[{items}]}}"#
    );
    match parse_activity(json.as_bytes()) {
        Some(ActivityDocument::Outbox(outbox)) => outbox,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_note_is_read_with_its_language_and_place() {
    let read = post(&note(""));
    assert_eq!(read.kind, ObjectKind::Note);
    assert!(read.is_public);
    assert_eq!(read.post.html, "<p>Bridge <b>opens</b></p>");
    assert_eq!(read.post.lang.as_deref(), Some("en"));
    assert_eq!(read.post.account.as_deref(), Some("@peyk@zarvand.example"));
    assert_eq!(read.post.permalink.unwrap().as_str(), "https://zarvand.example/@peyk/7");
}

#[test]
fn warnings_pictures_replies_and_edits_are_read() {
    let read = post(&note(
        r#","summary":"Accident","inReplyTo":"https://zarvand.example/users/peyk/statuses/6",
        "updated":"2026-03-02T09:00:00Z","attachment":[
        {"type":"Document","mediaType":"image/jpeg","url":"https://media.example/1.jpg","name":"A bridge"},
        {"type":"Document","mediaType":"video/mp4","url":"https://media.example/2.mp4","name":null}]"#,
    ));
    assert_eq!(read.post.warning.as_deref(), Some("Accident"));
    assert_eq!(read.post.updated.as_deref(), Some("2026-03-02T09:00:00Z"));
    let reply = read.post.reply_to.unwrap();
    assert_eq!(reply.name.as_deref(), Some("@peyk@zarvand.example"));
    assert_eq!(read.post.media.len(), 2);
    assert_eq!(read.post.media[0].alt, "A bridge");
    assert_eq!(read.post.media[1].kind, MediaKind::Film);
}

#[test]
fn only_what_is_for_everybody_is_given_out() {
    let create = |object: &str, to: &str| {
        format!(r#"{{"type":"Create","id":"https://a.example/1","to":{to},"object":{object}}}"#)
    };
    let closed = note("").replace(PUBLIC_TO, "https://zarvand.example/users/peyk/followers");
    let boost = r#"{"type":"Announce","id":"https://a.example/2","to":"as:Public",
        "published":"2026-03-02T10:00:00Z","object":"https://b.example/users/x/statuses/9"}"#
        .to_owned();
    let like = format!(r#"{{"type":"Like","to":"{PUBLIC_TO}","object":"https://b.example/1"}}"#);
    let items = [create(&note(""), "[]"), create(&closed, "[]"), boost, like].join(",");
    let outbox = outbox_of(&items);
    assert!(outbox.has_items);
    assert_eq!(outbox.activities.len(), 2);
    assert!(!outbox.activities[0].is_boost && outbox.activities[0].post.is_some());
    assert!(outbox.activities[1].is_boost);
    assert_eq!(outbox.activities[1].object.as_str(), "https://b.example/users/x/statuses/9");
    assert!(outbox.next.is_some());
}

#[test]
fn a_long_text_names_its_page_and_a_link_what_it_links() {
    let json = r#"{"type":"Page","id":"https://a.example/post/1","name":"Bridge opens",
        "to":["as:Public"],"content":"","attachment":[{"type":"Link","href":"https://zana.example/n/7"}]}"#;
    let read = post(json);
    assert_eq!(read.kind, ObjectKind::Article);
    assert_eq!(read.link.unwrap().as_str(), "https://zana.example/n/7");
    let film = r#"{"type":"Video","id":"https://v.example/videos/1","name":"The bridge","to":"as:Public",
        "mediaType":"text/markdown","content":"One\n\ntwo","url":[
        {"type":"Link","mediaType":"video/mp4","href":"https://v.example/1.mp4"},
        {"type":"Link","mediaType":"text/html","href":"https://v.example/w/1"}]}"#;
    let read = post(film);
    assert_eq!(read.post.permalink.unwrap().as_str(), "https://v.example/w/1");
    assert_eq!(read.post.html, "One<br><br>two");
    assert_eq!(read.post.media[0].kind, MediaKind::Film);
}

#[test]
fn a_question_keeps_its_choices() {
    let json =
        note(r#","oneOf":[{"type":"Note","name":"Yes"},{"type":"Note","name":"No & never"}]"#);
    let read = post(&json.replace("\"Note\",\n", "\"Question\",\n"));
    assert!(read.post.html.ends_with("<ul><li>Yes</li><li>No &amp; never</li></ul>"));
}

#[test]
fn accounts_and_webfinger_lead_to_the_outbox() {
    let json = r#"{"type":"Person","id":"https://a.example/users/peyk","preferredUsername":"peyk",
        "name":"Peyk","url":"https://a.example/@peyk","outbox":"https://a.example/users/peyk/outbox"}"#;
    let Some(ActivityDocument::Actor(actor)) = parse_activity(json.as_bytes()) else { panic!() };
    assert_eq!(actor.outbox.unwrap().as_str(), "https://a.example/users/peyk/outbox");
    let json = r#"{"subject":"acct:peyk@a.example","links":[
        {"rel":"http://webfinger.net/rel/profile-page","href":"https://a.example/@peyk"},
        {"rel":"self","type":"application/activity+json","href":"https://a.example/users/peyk"}]}"#;
    let found = find_webfinger_actor(json.as_bytes()).unwrap();
    assert_eq!(found.as_str(), "https://a.example/users/peyk");
}

#[test]
fn deep_nesting_and_other_json_are_refused() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(parse_activity(deep.as_bytes()), None);
    assert_eq!(parse_activity(br#"{"version":"https://jsonfeed.org/version/1"}"#), None);
    assert_eq!(parse_activity(br#"{"type":"Tombstone"}"#), Some(ActivityDocument::Tombstone));
}

proptest! {
    #[test]
    fn nothing_panics(json in "(\\{|\\}|\\[|\\]|\"type\":\"Note\",|\"object\":|\"orderedItems\":|\"a\"|:|,|1){0,40}") {
        let _ = parse_activity(json.as_bytes());
        let _ = find_webfinger_actor(json.as_bytes());
    }
}
