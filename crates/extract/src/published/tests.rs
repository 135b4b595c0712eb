//! What is taken for the date of small invented pages.

use crate::page::{PageInput, extract_page};
use chapar_model::{Article, Headers, PageUrl, Verdict};

const TEXT: &str = "<p>The ferry to the northern islands will sail twice a day from the first week \
    of spring, the harbour office of Varn said, and the fare stays what it was last year.</p>\
    <p>Islanders had asked for a third boat since the bridge at Holm was closed for repairs, which \
    are to last until the autumn at least, but no crew could be found for it so far.</p>\
    <p>The old boat is kept in reserve, and the office will count passengers over the summer before \
    it decides on the next year's plan with the councils of all the islands.</p>";

fn article(url: &str, fetched: Option<&str>, html: &str) -> Article {
    let url = PageUrl::parse(url).unwrap();
    let reading = extract_page(&PageInput {
        url: Some(&url),
        fetched: fetched.map(|raw| raw.parse().unwrap()),
        ..PageInput::new(html.as_bytes(), &Headers::default())
    })
    .value;
    reading.article.or(reading.lead).unwrap()
}

#[track_caller]
fn check_at(url: &str, fetched: Option<&str>, head: &str, above: &str, below: &str, expect: &str) {
    let html = format!(
        "<html lang=en><head><title>Ferries sail twice a day</title>{head}</head><body>\
         {above}{TEXT}{below}</body></html>"
    );
    let article = article(url, fetched, &html);
    let found = article.published.value().map(ToString::to_string).unwrap_or_default();
    assert_eq!(found, expect, "{:?}", article.published);
}

#[track_caller]
fn check(head: &str, above: &str, below: &str, expect: &str) {
    check_at("https://lantern.example/ferries", None, head, above, below, expect);
}

fn meta(name: &str, value: &str) -> String {
    format!("<meta property=\"{name}\" content=\"{value}\">")
}

const H1: &str = "<h1>Ferries sail twice a day</h1>";

#[test]
fn an_instant_in_utc_takes_the_offset_of_the_day_in_the_address() {
    let head = meta("article:published_time", "2024-03-09T02:10:00+00:00");
    let url = "https://lantern.example/2024/03/08/ferries";
    check_at(url, None, &head, H1, "", "2024-03-08T23:10:00-03:00");
    let url = "https://lantern.example/2024/03/09/ferries";
    check_at(url, None, &head, H1, "", "2024-03-09T02:10:00Z");
    // Three days apart is another date, not another clock.
    let url = "https://lantern.example/2024/03/06/ferries";
    check_at(url, None, &head, H1, "", "2024-03-09T02:10:00Z");
}

#[test]
fn the_same_stamp_beside_the_line_does_not_keep_it_from_its_day() {
    let head = meta("article:published_time", "2024-03-08T23:10:00Z");
    let above = format!(
        "{H1}<p class=date>9 March 2024</p><time datetime=\"2024-03-08T23:10:00Z\"></time>"
    );
    check(&head, &above, "", "2024-03-09T00:10:00+01:00");
}

#[test]
fn a_meta_element_may_say_published_and_no_more() {
    check("<meta name=\"published\" content=\"March 8, 2024\">", H1, "", "2024-03-08");
}

#[test]
fn an_instant_in_utc_is_put_on_the_clock_that_is_shown() {
    let head = meta("article:published_time", "2024-03-09T02:10:33Z");
    let shown = format!("{H1}<p class=date>March 8, 2024 at 9:10 p.m.</p>");
    check(&head, &shown, "", "2024-03-08T21:10:33-05:00");
    let stated = format!("{H1}<time datetime='2024-03-08T18:10:33-08:00'>Friday</time>");
    check(&head, &stated, "", "2024-03-08T18:10:33-08:00");
}

#[test]
fn a_clock_without_a_zone_is_the_publishers_already() {
    let head = meta("article:published_time", "2024-03-08 23:10:33");
    let shown = format!("{H1}<p class=date>March 9, 2024</p>");
    check(&head, &shown, "", "2024-03-08T23:10:33Z");
}

#[test]
fn figures_are_read_in_the_order_that_another_date_bears_out() {
    let head = meta("article:published_time", "03-09-2024");
    let shown = format!("{H1}<p class=date>March 9, 2024</p>");
    check(&head, &shown, "", "2024-03-09");
    check(&head, H1, "", "2024-09-03");
}

#[test]
fn a_record_made_anew_yields_to_the_older_day_under_the_headline() {
    let head = meta("article:published_time", "2025-11-05T08:00:00Z")
        + &meta("article:modified_time", "2025-11-05T08:00:10Z");
    let shown = format!("{H1}<p class=date>January 31, 2024</p>");
    check(&head, &shown, "", "2024-01-31");
    let changed = meta("article:published_time", "2025-11-05T08:00:00Z")
        + &meta("article:modified_time", "2025-11-07T08:00:10Z");
    check(&changed, &shown, "", "2025-11-05T08:00:00Z");
}

#[test]
fn a_date_called_an_update_is_not_the_publication() {
    let head = meta("article:published_time", "2023-02-01T08:00:00Z")
        + &meta("article:modified_time", "2024-03-09T08:00:00Z");
    for shown in [
        "<p class=meta>Last updated: March 9, 2024</p>",
        "<p class=meta>Aktualisiert am 9. März 2024</p>",
        "<p class=updated-on>March 9, 2024</p>",
        "<p>Updated <time datetime='2024-03-09'>March 9</time></p>",
    ] {
        check(&head, &format!("{H1}{shown}"), "", "2023-02-01T08:00:00Z");
    }
    let both = format!("{H1}<p>Published 1 Feb 2023 | Updated 9 March 2024</p>");
    check("", &both, "", "2023-02-01");
}

#[test]
fn a_page_dated_anew_bears_the_one_day_it_shows() {
    let head = meta("article:published_time", "2023-02-01T08:00:00Z")
        + &meta("article:modified_time", "2024-03-09T08:00:00Z");
    check(&head, &format!("{H1}<p class=date>March 9, 2024</p>"), "", "2024-03-09");
    let both = format!("{H1}<p class=date>1 Feb 2023</p><p class=date>March 9, 2024</p>");
    check(&head, &both, "", "2023-02-01T08:00:00Z");
}

#[test]
fn lines_under_the_headline_are_read_in_many_forms() {
    for (shown, expect) in [
        ("<p>30.10.23</p>", "2023-10-30"),
        ("<small>Donnerstag, 15.2.2018, 19:51 &gt; mara</small>", "2018-02-15T19:51:00Z"),
        ("<span>Posted on</span><div><span>Nov 21, 2018</span></div>", "2018-11-21"),
        ("<span>Holm</span><span>21 juin 2018</span>", "2018-06-21"),
        ("<p>Publicado el 3 de mayo de 2021</p>", "2021-05-03"),
        ("<p>15. 2. 2018</p>", "2018-02-15"),
        ("<p>25 تیر ۱۴۰۲</p>", "2023-07-16"),
        ("<p>۲۵ تیر ۱۴۰۲</p>", "2023-07-16"),
    ] {
        check("", &format!("{H1}{shown}"), "", expect);
    }
}

#[test]
fn a_stamp_to_the_minute_below_the_text_is_read() {
    let stamp = "<p>Lantern desk, islands and harbours, entered 2018-09-28 17:32</p>";
    check("", H1, &format!("<div>{stamp}</div>"), "2018-09-28T17:32:00Z");
}

#[test]
fn a_line_above_the_headline_may_be_its_own() {
    check("", &format!("<p>4 February 2025 - 11 minutes</p>{H1}"), "", "2025-02-04");
}

#[test]
fn a_date_of_today_in_one_box_with_the_headline_is_its_own() {
    let clock = "<header><div class=clock>سه‌شنبه ۲۷ تیر ۱۴۰۲</div><a href=/>Varn</a></header>";
    let boxed = "<div class=item-header><div class=item-nav><span class=item-date>\
        ۲۵ تیر ۱۴۰۲ - ۱۰:۳۰</span> <a href=/s>Islands</a></div>";
    let above = format!("{clock}<article>{boxed}{H1}</div>");
    let url = "https://lantern.example/ferries";
    let fetched = Some("2023-07-16T12:00:00Z");
    check_at(url, fetched, "", &above, "</article>", "2023-07-16T10:30:00Z");
}

#[test]
fn a_date_of_today_that_says_what_it_is_or_stands_on_its_headline_is_no_clock() {
    let fetched = Some("2026-03-05T20:30:00Z");
    let url = "https://fanus.example/ferries";
    let menu = "<div>Thursday, 5 March 2026</div><div><a href=/>Home</a> <a href=/sea>Sea</a></div>\
                <div><a href=/land>Land</a></div><div><a href=/air>Air</a></div>";
    let labelled =
        format!("{menu}<div>تاریخ انتشار: ۱۴ اسفند ۱۴۰۴ | کد خبر: 401110</div><p>x</p>{H1}");
    check_at(url, fetched, "", &labelled, "", "2026-03-05");
    let stamp = format!("{menu}<font>1404/12/14 - 13:30</font>{H1}");
    check_at(url, fetched, "", &stamp, "", "2026-03-05T13:30:00Z");
    check_at(url, fetched, "", &format!("{menu}{H1}"), "", "");
}

#[test]
fn a_day_without_a_year_in_a_headline_is_not_its_own() {
    let above = "<h1>Deadline for the ferry plan moved to 20 April</h1>";
    check_at("https://lantern.example/a", Some("2026-03-05T20:30:00Z"), "", above, "", "");
    let dated = "<h1>Ferries sail twice a day</h1><p class=date>3 March, Varn</p>";
    check_at(
        "https://lantern.example/a",
        Some("2026-03-05T20:30:00Z"),
        "",
        dated,
        "",
        "2026-03-03",
    );
}

#[test]
fn a_clock_in_a_masthead_is_no_date() {
    let nav = "<a href=/a>World</a><a href=/b>Islands</a>";
    let rest = "<ul><li>World</li><li>Islands</li><li>Sea</li><li>Weather</li></ul>";
    let clock = format!("<header>{nav}<p>Friday, 8 March 2024</p>{rest}</header>{H1}");
    check("", &clock, "", "");
    let marked = format!("{H1}<div class=today>Friday, 8 March 2024</div>");
    check("", &marked, "", "");
    let above = format!("<p>Friday, 8 March 2024</p>{H1}");
    let url = "https://lantern.example/ferries";
    check_at(url, Some("2024-03-08T12:00:00Z"), "", &above, "", "");
    check_at(url, Some("2024-05-08T12:00:00Z"), "", &above, "", "2024-03-08");
}

#[test]
fn an_undated_page_stays_undated() {
    let comment = "<div class=comments><h3>Comments</h3><p>Mara, 3 May 2024</p></div>";
    let related = "<div class=related><a href=/x>Boats</a> <time datetime=2024-05-03></time></div>";
    check(&meta("article:modified_time", "2024-05-03T08:00:00Z"), H1, "", "");
    for below in [
        comment,
        related,
        "<footer><p>© 2024 The Lantern</p></footer>",
        "<p>Doors of the hall in Varn open at 19:30 on 3 May 2024, and all are welcome to it.</p>",
        "<p>The festival opens on 3 May 2024 in Varn and all are welcome to it.</p>",
    ] {
        check("", H1, below, "");
    }
}

#[test]
fn a_name_of_a_houses_own_system_may_state_the_publication() {
    check(
        "<meta name=w-published-date content=2024-03-09T08:00:00Z>",
        H1,
        "",
        "2024-03-09T08:00:00Z",
    );
    check("<meta name=unpublish-date content=2024-03-09>", H1, "", "");
}

#[test]
fn a_vague_name_that_repeats_the_last_change_yields() {
    let head = meta("dc.date", "2024-07-05T14:20:08Z")
        + &meta("og:updated_time", "2024-07-05T14:20:08-04:00");
    check(&head, &format!("{H1}<p class=date>March 1, 2024</p>"), "", "2024-03-01");
}

#[test]
fn a_month_in_the_address_takes_its_day_from_weaker_evidence() {
    let head = "<meta name=last-modified content='December 22, 2022'>";
    check_at("https://lantern.example/2022/12/ferries", None, head, H1, "", "2022-12-22");
    check_at("https://lantern.example/2022/11/ferries", None, head, H1, "", "2022-11");
}

#[test]
fn what_was_not_chosen_is_kept_with_its_reason() {
    let html = format!(
        "<html><head>{}</head><body><div class=today>8 May 2024</div>{H1}{TEXT}</body></html>",
        meta("article:published_time", "2024-03-09T02:10:33Z")
    );
    let article = article("https://lantern.example/ferries", None, &html);
    let rejected: Vec<&str> = article
        .published
        .candidates
        .iter()
        .filter_map(|c| match &c.verdict {
            Verdict::Rejected(reason) => Some(reason.as_ref()),
            _ => None,
        })
        .collect();
    assert_eq!(rejected, ["a clock"]);
}
#[test]
fn times_of_other_articles_stand_lower_than_the_one_under_the_headline() {
    let above = format!("{H1}<p><time datetime=2024-03-08>8 March</time></p>");
    let item = "<li><article><time pubdate datetime=2024-05-01>1 May</time> Boats</article></li>";
    check("", &above, &format!("{TEXT}{TEXT}<ul>{}</ul>", item.repeat(30)), "2024-03-08");
}

#[test]
fn a_kind_of_article_called_comment_is_dated() {
    let above = format!("{H1}<div class=HeaderComment_publishDate>29. Januar 2019</div>");
    check("", &above, "", "2019-01-29");
}

#[test]
fn an_attribute_of_an_element_marked_as_a_date_is_read() {
    let abbr = "<abbr class=published title='2024-03-08T10:00:00+01:00'>Friday</abbr>";
    check("", &format!("{H1}<p>{abbr}</p>"), "", "2024-03-08T10:00:00+01:00");
    let span = "<span class=post-date data-timestamp=1709888400>Friday</span>";
    check("", &format!("{H1}<p>{span}</p>"), "", "2024-03-08T09:00:00Z");
}

#[test]
fn a_lone_date_far_away_is_taken_only_where_it_is_one() {
    let far = "<nav><p><a href=/sea>Sea</a></p></nav>".repeat(40);
    let one = "<div class=date>8 March 2024</div>";
    check("", &format!("{one}{far}{H1}"), "", "2024-03-08");
    check("", &format!("{one}<div class=date>9 March 2024</div>{far}{H1}"), "", "");
}

#[test]
fn english_of_most_lands_puts_the_day_first() {
    let shown = format!("{H1}<p>03/04/2024</p>");
    let at = |url: &str, expect: &str| check_at(url, None, "", &shown, "", expect);
    at("https://lantern.example/ferries", "2024-03-04");
    at("https://lantern.co.nz/ferries", "2024-04-03");
    at("https://lantern.us/ferries", "2024-03-04");
    at("https://lantern.io/ferries", "2024-03-04");
}

#[test]
fn the_data_of_scripts_tells_a_date_where_nothing_else_does() {
    let script = |json: &str| format!("<script>window.page = {json};</script>");
    let one = script(r#"{"title":"Ferries","publishedAt":"2024-03-08T10:00:00Z"}"#);
    check(&one, H1, "", "2024-03-08T10:00:00Z");
    check(&one, &format!("{H1}<p class=date>March 7, 2024</p>"), "", "2024-03-07");
    let next = script(r#"["{\"publishDate\":\"2024-03-08\"}"]"#);
    check(&next, H1, "", "2024-03-08");
    let url = "https://lantern.example/2024/03/ferries";
    check_at(url, None, &next, H1, "", "2024-03-08");
    let twice = r#"{"a":{"pubDate":"2024-03-08"},"b":{"pubDate":"2024-03-08T10:00:00Z"},
        "other":{"pubDate":"2023-11-02"}}"#;
    check(&script(twice), H1, "", "2024-03-08");
    let several = r#"[{"pubDate":"2024-03-08"},{"pubDate":"2024-03-09"}]"#;
    check(&script(several), H1, "", "");
    check(&script(r#"{"book":{"publicationDate":"July 2001"}}"#), H1, "", "");
}

#[test]
fn a_page_without_text_may_tell_its_date_in_a_script() {
    for member in ["datePublished", "date", "created_at"] {
        let html = format!(
            "<html><head><title>Ferries</title></head><body><div id=app></div><script>\
             app({{\"article\":{{\"{member}\":\"2024-03-08\"}}}})</script></body></html>"
        );
        let article = article("https://lantern.example/ferries", None, &html);
        assert_eq!(article.published.value().unwrap().to_string(), "2024-03-08");
    }
    let vague = "<script>app({\"date\":\"2024-03-08\"})</script>";
    check(vague, H1, "", "");
}

#[test]
fn a_line_of_name_and_date_behind_a_standfirst_tells_the_date() {
    let standfirst = "<p>Despite what the islanders had been told over the winter, there will be a \
        second boat in spring, and the harbour office has found a crew for it at last.</p>";
    let lines =
        "<p><span>Mira Oldane</span> <span>March 8, 2024</span> <span>6 min read</span></p>";
    check("", &format!("{H1}{standfirst}{lines}"), "", "2024-03-08");
}
