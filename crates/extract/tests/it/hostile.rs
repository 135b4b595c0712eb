//! Pages made to cost more than their bytes. Each ends with a limit named or with what a browser
//! would show; none is timed here, but all were read at twice their size in about twice the time.

use crate::read_parsed;
use chapar_extract::{PAGE_BYTES_MAX, Reading};
use chapar_model::{OutcomeKind, Parsed};

/// The sentences that every page here holds at its end.
const REPORT: &str = "<p>The harbour master of Marsa Nuran said on Tuesday that the ships would leave again \
    before the end of the week, and that nobody had been hurt in the storm.</p><p>Eleven of them had \
    waited for nine days behind the long mole, among them two that carried grain.</p>";

fn page(hostile: &str) -> Parsed<Reading> {
    let html =
        format!("<html><body>{hostile}<article><h1>Ships</h1>{REPORT}</article></body></html>");
    read_parsed("https://lantern.example/ships", "text/html; charset=utf-8", html.as_bytes())
}

/// What is read from a page with hostile markup before its text.
#[track_caller]
fn check(hostile: &str, limits: &[&str]) {
    let parsed = page(hostile);
    let text = parsed.value.article.as_ref().map(|article| article.text()).unwrap_or_default();
    assert!(text.contains("Eleven of them"), "{:?} {:?}", parsed.value.outcome, parsed.warnings);
    check_limits(&parsed, limits);
}

#[track_caller]
fn check_limits(parsed: &Parsed<Reading>, limits: &[&str]) {
    let told: Vec<&str> =
        parsed.warnings.iter().filter(|w| w.code == "limit").map(|w| w.detail.as_str()).collect();
    let expect: Vec<String> =
        limits.iter().map(|limit| format!("the page passes the limit of `{limit}`")).collect();
    assert_eq!(told, expect);
}

#[test]
fn a_page_past_the_limit_is_not_read_and_the_limit_is_named() {
    let parsed = read_parsed("https://lantern.example/", "text/html", &vec![b'a'; 50 << 20]);
    assert_eq!(parsed.value.outcome.kind, OutcomeKind::Unreadable);
    assert!(parsed.value.outcome.reason.contains(&PAGE_BYTES_MAX.to_string()));
}

#[test]
fn deep_nesting_is_flattened() {
    check(&"<div>".repeat(100_000), &["nesting"]);
    for open in ["<table><tr><td>", "<svg><g>", "<math><mi>", "<blockquote><ul><li>", "<h1><div>"] {
        check_limits(&page(&open.repeat(30_000)), &["nesting"]);
    }
}

#[test]
fn end_tags_that_close_nothing_open_no_way_down() {
    check(&"<div></x></x></x>".repeat(50_000), &["nesting"]);
}

#[test]
fn text_outside_markup_is_one_word_after_another() {
    check_limits(&page(&"word ".repeat(400_000)), &[]);
    check_limits(&page(&"w".repeat(2_000_000)), &[]);
    check(&"\0".repeat(100_000), &[]);
}

#[test]
fn tiny_elements_end_at_the_limit_of_nodes() {
    let parsed = page(&"<p>".repeat(1_000_000));
    check_limits(&parsed, &["nodes"]);
    check(&"<i></i>".repeat(300_000), &[]);
}

#[test]
fn a_flood_of_attributes_costs_nothing() {
    let names: String = (0..100_000).map(|n| format!(" a{n}")).collect();
    check(&format!("<div{names}>x</div>"), &[]);
    check(&format!("<div {}>x</div>", " class=a".repeat(100_000)), &[]);
}

#[test]
fn a_flood_of_attributes_in_an_unusual_tag_is_cut() {
    let names: String = (0..100_000).map(|n| format!(" a{n}")).collect();
    check(&format!("<div \"{names}>x</div>"), &["attributes"]);
    check(&format!("<div x='>' \"{names}>x</div>"), &["attributes"]);
    check(&format!("<script>a<b c=\"</script><div \"{names}>x</div>"), &["attributes"]);
}

#[test]
fn a_long_value_is_no_flood() {
    let data = "{&quot;ships&quot;: [1, 2, 3]} ".repeat(20_000);
    check(&format!("<div data-ships=\"{data}\">x</div>"), &[]);
    // The same in a tag that the tokenizer must read.
    check(&format!("<div =x data-ships=\"{data}\">x</div>"), &[]);
}

#[test]
fn open_formatting_is_made_again_up_to_the_limit() {
    let marks: String = (0..20_000).map(|n| format!("<p><b id=a{n}><i></p>")).collect();
    check_limits(&page(&marks), &["nodes"]);
    let marks: String = (0..20_000).map(|n| format!("<b id=a{n}></b>")).collect();
    check(&marks, &[]);
    check(&"<a href=/x><b><div></a></b>".repeat(20_000), &["nesting"]);
}

#[test]
fn references_without_number_are_read() {
    for references in ["&amp;&copy;&#1;&bogus;&", "&x > ", "&", "> &x ", "&#"] {
        check_limits(&page(&references.repeat(100_000)), &[]);
    }
}

#[test]
fn comments_without_number_are_passed_over() {
    check(&"<!--x--!>".repeat(100_000), &[]);
    check(&"<!-->".repeat(100_000), &[]);
    check(&"<! x >".repeat(100_000), &[]);
}

#[test]
fn metas_and_scripts_without_number_are_read_once() {
    check(&"<meta name=author content='A Name'>".repeat(100_000), &[]);
    check(&"<script type=application/ld+json>{\"@type\":\"Thing\"}</script>".repeat(100_000), &[]);
    check(&"<script>x</script>".repeat(100_000), &[]);
    check(&"<script><!--</script>".repeat(50_000), &[]);
}

#[test]
fn broken_data_nested_deep_is_left_alone() {
    let deep = "{\"a\":[".repeat(10_000);
    check(&format!("<script type=application/ld+json>{deep}</script>"), &[]);
    let quotes = "\"a\" \"".repeat(100_000);
    check(&format!("<script type=application/ld+json>{{{quotes}}}</script>"), &[]);
}

#[test]
fn authors_without_number_are_read() {
    let authors: String = (0..60_000).map(|n| format!("\"Author {n}\",")).collect();
    check(
        &format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"author\":[{authors}\"Z\"]}}</script>"
        ),
        &[],
    );
}

#[test]
fn links_inside_links_are_read_once() {
    let open = "<a href=/x><table><tr><td>".repeat(50);
    let words = "many words ".repeat(50_000);
    check_limits(&page(&format!("{open}{words}{}", "</td></tr></table></a>".repeat(50))), &[]);
}

#[test]
fn headings_inside_headings_are_read_once() {
    let words = "words ".repeat(50_000);
    check_limits(&page(&format!("{}{words}", "<h1><div>".repeat(100))), &[]);
}

#[test]
fn nothing_that_is_left_open_hides_the_end_of_the_page() {
    for open in ["<b>", "<table>", "<ul><li>", "<select>", "<p><a href=x>", "<svg>", "<template>"] {
        page(&open.repeat(1_000));
    }
    for cut in ["<script>", "<style>", "<!--", "<title>", "<textarea>", "<p class=\"", "<![CDATA["]
    {
        page(cut);
    }
}
