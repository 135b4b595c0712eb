//! What is taken for the author of small invented pages.

use super::*;
use crate::page::{PageInput, extract_page};
use chapar_model::Headers;

#[track_caller]
fn check_name(raw: &str, name: Option<&str>) {
    let clean = clean(raw).filter(|name| name::fault(name, raw).is_none());
    assert_eq!(clean.as_deref(), name, "{raw}");
}

#[test]
fn names_are_taken_out_of_bylines() {
    check_name("By Mara Lindqvist", Some("Mara Lindqvist"));
    check_name("  by:  Mara Lindqvist | The Lantern ", Some("Mara Lindqvist"));
    check_name("Written by Mara Lindqvist on 3 May 2024", Some("Mara Lindqvist"));
    check_name("Written byMara Lindqvist", Some("Mara Lindqvist"));
    check_name("Mara Lindqvist March 3, 2024", Some("Mara Lindqvist"));
    check_name("Mara Marchetti 3 May 2024", Some("Mara Marchetti"));
    check_name("Mara Lindqvist Mara Lindqvist", Some("Mara Lindqvist"));
    check_name("Von Mara Lindqvist", Some("Mara Lindqvist"));
    check_name("von Holm", Some("von Holm"));
    check_name(
        "By Mara Lindqvist, Oda Rask and Per Holm",
        Some("Mara Lindqvist, Oda Rask and Per Holm"),
    );
    check_name("نویسنده: مریم آذر", Some("مریم آذر"));
    check_name("گزارش از مریم آذر", Some("مریم آذر"));
    check_name("بقلم: ليلى منصور", Some("ليلى منصور"));
    check_name("كتب ليلى منصور", Some("ليلى منصور"));
    check_name("Byron Vale", Some("Byron Vale"));
}

#[test]
fn addresses_accounts_and_handles_are_no_names() {
    for raw in [
        "https://example.org/author/1",
        "12345678",
        "",
        "@mara",
        "mara@lantern.example",
        "admin",
        "Site Admin",
        "View all posts",
        "content: Mara, design: Oda",
        "View more posts",
        "Reviewed by Oda Rask",
    ] {
        check_name(raw, None);
    }
}

const TEXT: &str = "<p>The ferry to the northern islands will sail twice a day from the first week \
    of spring, the harbour office of Varn said, and the fare stays what it was last year.</p>\
    <p>Islanders had asked for a third boat since the bridge at Holm was closed for repairs, which \
    are to last until the autumn at least, but no crew could be found for it so far.</p>\
    <p>The old boat is kept in reserve, and the office will count passengers over the summer before \
    it decides on the next year's plan with the councils of all the islands.</p>";

#[track_caller]
fn check(head: &str, above: &str, below: &str, expect: &str) {
    let html = format!(
        "<html lang=en><head><title>Ferries sail twice a day</title>{head}</head><body>\
         <h1>Ferries sail twice a day</h1>{above}{TEXT}{below}</body></html>"
    );
    let headers = Headers::default();
    let input = PageInput::new(html.as_bytes(), &headers);
    let article = extract_page(&input).value.article.unwrap();
    let found = article.byline.value().map(String::as_str).unwrap_or_default();
    assert_eq!(found, expect, "{:?}", article.byline);
}

#[test]
fn lines_with_a_label_name_the_author() {
    for above in [
        "<p>By Mara Lindqvist</p>",
        "<p>3 May 2024</p><p>By <a href=/x>Mara Lindqvist</a> · 5 min read</p>",
        "<div><p>Written by</p><p>Mara Lindqvist</p></div>",
        "<div><span>By</span><span>Mara Lindqvist</span></div>",
        "<ul><li>Written by <address>Mara Lindqvist</address></li></ul>",
        "<p>Von Mara Lindqvist</p>",
        "<p>Text: Mara Lindqvist</p>",
        "<p>03/01/2024 by Mara Lindqvist</p>",
        "<p>Reviewed by Oda Rask</p><p>By Mara Lindqvist</p>",
        "<p class=author>Personal finance</p><p>By Mara Lindqvist</p>",
        "<p><a href='/authors/mara-lindqvist/'>Mara Lindqvist</a></p>",
    ] {
        check("", above, "", "Mara Lindqvist");
    }
    check("", "", "<div><h3>Written by Mara Lindqvist</h3></div>", "Mara Lindqvist");
}

#[test]
fn a_label_and_a_name_in_elements_of_their_own_are_told_apart() {
    let above = "<span class=byline>بواسطة <span class='author vcard'>ياسين الراقمي</span></span>";
    check("", above, "", "ياسين الراقمي");
}

#[test]
fn lines_that_begin_like_a_label_are_sentences() {
    check("", "<p>By Monday the boats had left</p>", "", "");
    check("", "<p>Par for the course</p>", "", "");
    check("", "<p><a href='/team/'>Our Team</a></p>", "", "");
}

#[test]
fn roles_in_elements_of_their_own_are_no_part_of_a_name() {
    let above = "<div class=author><span>Mara Lindqvist</span><span>Harbour reporter</span></div>";
    check("", above, "", "Mara Lindqvist");
    let two =
        "<div class=author>By <a>Mara Lindqvist</a>, <a>Oda Rask</a> and <a>Per Holm</a></div>";
    check("", two, "", "Mara Lindqvist, Oda Rask and Per Holm");
}

#[test]
fn each_author_of_a_citation_is_named() {
    let head = "<meta name=citation_author content='Mara Lindqvist'>\
                <meta name=citation_author content='Oda Rask'>";
    check(head, "", "", "Mara Lindqvist, Oda Rask");
}

#[test]
fn the_label_of_a_card_names_the_author() {
    let head = "<meta name=twitter:label1 content='Written by'>\
                <meta name=twitter:data1 content='Mara Lindqvist'>";
    check(head, "", "", "Mara Lindqvist");
    let time = "<meta name=twitter:label1 content='Est. reading time'>\
                <meta name=twitter:data1 content='5 minutes'>";
    check(time, "", "", "");
}

#[test]
fn an_account_yields_to_the_line_under_the_headline() {
    check("<meta name=author content=admin>", "<p>By Mara Lindqvist</p>", "", "Mara Lindqvist");
}

#[test]
fn authors_of_related_pages_are_not_its_own() {
    let below = "<div class=related><p>By Oda Rask</p></div>\
                 <div class=comments><p>By Per Holm</p></div>";
    check("", "", below, "");
}
