//! Invented pages whose text is elsewhere than in sight: in JSON-LD, in `noscript`, or behind a
//! paywall.

use crate::read_parsed;
use chapar_extract::Reading;
use chapar_model::{OutcomeKind, Parsed};

const URL: &str = "https://lantern.example/2026/05/harbour";

const ONE: &str = "The harbour of Sandvik was opened again on Monday, the master of the port told \
    the reporters who had come to see the first of the ships arrive.";
const TWO: &str = "Three ferries left before noon, and the fishing boats are to follow on Tuesday, \
    when the last of the sand has been taken out of the channel.";
const THREE: &str = "The winter storms had closed it for eleven weeks, which cost the town more \
    than the whole of the year before, the council said in its report.";

/// A page with members for the JSON-LD of its article and a body.
fn page(members: &str, body: &str) -> String {
    let links: String =
        (0..12).map(|n| format!("<li><a href=/section/{n}>Section {n}</a></li>")).collect();
    format!(
        "<html lang=en><head><title>Harbour opens again</title>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Harbour opens \
         again\",\"datePublished\":\"2026-05-03\"{members}}}</script></head><body><nav><ul>{links}\
         </ul></nav><article><h1>Harbour opens again</h1>{body}</article></body></html>"
    )
}

fn read(html: &str) -> Parsed<Reading> {
    read_parsed(URL, "text/html; charset=utf-8", html.as_bytes())
}

#[track_caller]
fn check(html: &str, kind: OutcomeKind, text: &[&str]) {
    let reading = read(html).value;
    assert_eq!(reading.outcome.kind, kind, "{:?}", reading.outcome);
    assert_eq!(reading.shown().map(|a| a.text()).unwrap_or_default(), text.join("\n\n"));
}

fn warns(html: &str, code: &str) -> bool {
    read(html).warnings.iter().any(|warning| warning.code == code)
}

#[test]
fn article_body_stands_for_text_that_a_script_would_draw() {
    let all = [ONE, TWO, THREE];
    for body in [
        format!("{ONE}\\n\\n{TWO}\\n{THREE}"),
        format!("<p>{ONE}</p><p>{TWO}</p><script>alert(1)<\\/script><p>{THREE}</p>"),
        format!("&lt;p&gt;{ONE}&lt;/p&gt;&lt;p&gt;{TWO}&lt;/p&gt;&lt;p&gt;{THREE}&lt;/p&gt;"),
    ] {
        let html = page(&format!(",\"articleBody\":\"{body}\""), "<div id=app></div>");
        check(&html, OutcomeKind::Article, &all);
        assert!(warns(&html, "json-ld-text"));
    }
}

#[test]
fn text_on_the_page_is_preferred_to_the_stated_one() {
    let html = page(
        &format!(",\"articleBody\":\"{ONE} {TWO} {THREE} Picture: the quay on Monday.\""),
        &format!("<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"),
    );
    check(&html, OutcomeKind::Article, &[ONE, TWO, THREE]);
    assert!(!warns(&html, "json-ld-text"));
}

#[test]
fn several_stated_texts_are_a_list_of_articles() {
    let html = page(
        &format!(
            ",\"articleBody\":\"{ONE} {TWO} {THREE}\",\"hasPart\":{{\"@type\":\"NewsArticle\",\
             \"articleBody\":\"{THREE} {TWO}\"}}"
        ),
        "<div id=app></div>",
    );
    assert_eq!(read(&html).value.outcome.kind, OutcomeKind::NoText);
}

#[test]
fn text_inside_noscript_is_read_where_nothing_else_is() {
    let copy = format!(
        "<noscript><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{ONE} Or so it seems to be, they added.</p><p>{TWO} No boat is to be left behind, they hope.</p></noscript>"
    );
    let html = page("", &format!("<div id=app></div>{copy}"));
    let reading = read(&html).value;
    assert_eq!(reading.outcome.kind, OutcomeKind::Article, "{:?}", reading.outcome);
    assert!(reading.article.unwrap().text().starts_with(ONE));
    assert!(warns(&html, "noscript-text"));
    let full = page("", &format!("<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>{copy}"));
    check(&full, OutcomeKind::Article, &[ONE, TWO, THREE]);
    assert!(!warns(&full, "noscript-text"));
}

const NOT_FREE: &str = ",\"isAccessibleForFree\":false";
const PART_NOT_FREE: &str = ",\"hasPart\":{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":\
    \"False\",\"cssSelector\":\".rest\"}";

#[test]
fn a_beginning_that_is_not_free_is_a_lead() {
    for members in [NOT_FREE, PART_NOT_FREE] {
        check(&page(members, &format!("<p>{ONE}</p>")), OutcomeKind::PaywalledLead, &[ONE]);
        check(
            &page(members, &format!("<p>{ONE}</p><p>{TWO}</p>")),
            OutcomeKind::PaywalledLead,
            &[ONE, TWO],
        );
    }
}

#[test]
fn a_request_to_subscribe_right_behind_the_text_makes_it_a_lead() {
    for words in [
        "Subscribe to continue reading",
        "برای خواندن متن کامل مشترک شوید",
        "اشترك لمتابعة القراءة",
        "Nur für Abonnenten",
        "Article réservé aux abonnés",
        "Suscríbete para seguir leyendo",
    ] {
        let html =
            page("", &format!("<p>{ONE}</p><p>{TWO}</p><div class=wall><b>{words}</b></div>"));
        check(&html, OutcomeKind::PaywalledLead, &[ONE, TWO]);
    }
}

#[test]
fn a_page_that_shows_its_text_is_an_article_whatever_it_says() {
    let long: Vec<String> = (0..12).map(|n| format!("{n}. {TWO} {ONE}")).collect();
    let shown: String = long.iter().map(|words| format!("<p>{words}</p>")).collect();
    let html = page(NOT_FREE, &format!("{shown}<p>Subscribe to continue reading</p>"));
    assert_eq!(read(&html).value.outcome.kind, OutcomeKind::Article);
    // A short report whose stated text is no longer.
    let html = page(&format!("{NOT_FREE},\"articleBody\":\"{ONE}\""), &format!("<p>{ONE}</p>"));
    check(&html, OutcomeKind::Article, &[ONE]);
}

#[test]
fn a_beginning_with_its_whole_text_in_json_ld_is_an_article() {
    let html = page(
        &format!("{NOT_FREE},\"articleBody\":\"{ONE}\\n{TWO}\\n{THREE}\""),
        &format!("<p>{ONE}</p><p>Subscribe to continue reading</p>"),
    );
    check(&html, OutcomeKind::Article, &[ONE, TWO, THREE]);
}
