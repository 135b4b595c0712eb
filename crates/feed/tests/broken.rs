//! Feeds as they come: each case is a broken document and what has to be read from it all the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use chapar_feed::{Entry, Feed, FeedContext, FeedError, TextKind, parse_feed};
use chapar_model::{Headers, PageUrl};
use proptest::prelude::*;

fn read(document: &str) -> Feed {
    read_bytes(document.as_bytes())
}

fn read_bytes(bytes: &[u8]) -> Feed {
    let url = PageUrl::parse("https://example.org/feeds/all.xml").unwrap();
    parse_feed(bytes, &FeedContext { url: Some(&url), ..FeedContext::default() }).unwrap().value
}

fn titles(feed: &Feed) -> Vec<String> {
    feed.entries
        .iter()
        .map(|entry| entry.title.as_ref().map_or(String::new(), |t| t.to_line()))
        .collect()
}

#[track_caller]
fn check_titles(document: &str, expect: &[&str]) {
    assert_eq!(titles(&read(document)), expect);
}

fn item(inside: &str) -> Entry {
    read(&format!("<rss version='2.0'><channel><item>{inside}</item></channel></rss>"))
        .entries
        .remove(0)
}

#[test]
fn a_feed_cut_short_keeps_its_entries() {
    check_titles(
        "<rss><channel><item><title>One</title></item><item><title>Two</title><link>https://exa",
        &["One", "Two"],
    );
    check_titles("<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>On", &["On"]);
}

#[test]
fn text_before_and_after_the_feed_is_passed_over() {
    check_titles(
        "\n<br />\n<b>Warning</b>: mysql_connect() in <b>/var/www/db.php</b><br />\n<?xml version='1.0'?>\
         <rss><channel><item><title>One</title></item></channel></rss><!-- 0.1 s --><script>x</script>",
        &["One"],
    );
}

#[test]
fn an_element_never_closed_does_not_swallow_its_neighbours() {
    let entry = item("<title>One<link>https://example.org/1</link><pubDate>2023-07-31</pubDate>");
    assert_eq!(entry.title.unwrap().to_line(), "One");
    assert_eq!(entry.link.as_deref(), Some("https://example.org/1"));
    assert_eq!(entry.published.unwrap().raw, "2023-07-31");
}

#[test]
fn an_item_never_closed_ends_where_the_next_begins() {
    check_titles(
        "<rss><channel><item><title>One</title><item><title>Two</title><author>A</channel></rss>",
        &["One", "Two"],
    );
}

#[test]
fn items_outside_the_channel_count() {
    check_titles(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
         <channel><title>C</title></channel><item><title>One</title></item></rdf:RDF>",
        &["One"],
    );
}

#[test]
fn stray_ampersands_and_html_entities_are_read() {
    check_titles(
        "<rss><channel><item><title>R&D & caf&eacute; &nosuch;</title></item></channel></rss>",
        &["R&D & café &nosuch;"],
    );
}

#[test]
fn elements_of_other_vocabularies_do_not_count_as_rss() {
    let document = "<rss xmlns:x='https://example.org/own'><channel><item><x:title>Wrong</x:title>\
                    <title>Right</title><x:description>Wrong</x:description></item></channel></rss>";
    check_titles(document, &["Right"]);
    assert_eq!(read(document).entries[0].summary, None);
}

#[test]
fn prefixes_need_no_declaration() {
    let entry = item(
        "<dc:creator>Jan Doe</dc:creator><content:encoded><![CDATA[<p>x</p>]]></content:encoded>",
    );
    assert_eq!(entry.authors[0].name.as_deref(), Some("Jan Doe"));
    assert_eq!(entry.content[0].value, "<p>x</p>");
    assert_eq!(entry.content[0].kind, TextKind::Html);
}

#[test]
fn titles_with_html_have_a_plain_form() {
    let entry = item("<title>&lt;b&gt;Rates&lt;/b&gt; &amp;amp; wages</title>");
    assert_eq!(entry.title.unwrap().to_line(), "Rates & wages");
    let entry = item("<title>1 &lt; 2 and R&amp;D</title>");
    assert_eq!(entry.title.as_ref().unwrap().kind, TextKind::Plain);
    assert_eq!(entry.title.unwrap().to_line(), "1 < 2 and R&D");
}

#[test]
fn relative_addresses_start_from_the_feed() {
    let entry = item("<link>/a/1</link><enclosure url='1.jpg' type='image/jpeg'/>");
    assert_eq!(entry.link.as_deref(), Some("https://example.org/a/1"));
    assert_eq!(entry.enclosures[0].url, "https://example.org/feeds/1.jpg");
    assert_eq!(entry.lead_image().as_deref(), Some("https://example.org/feeds/1.jpg"));
}

#[test]
fn relative_addresses_start_from_the_channel_where_the_feed_has_no_address() {
    let document = "<rss><channel><item><link>/a/1</link></item><link>https://example.net/</link></channel></rss>";
    let feed = parse_feed(document.as_bytes(), &FeedContext::default()).unwrap().value;
    assert_eq!(feed.entries[0].link.as_deref(), Some("https://example.net/a/1"));
}

#[test]
fn a_link_is_never_a_script() {
    let entry = item("<link>javascript:alert(1)</link><guid>javascript:alert(2)</guid>");
    assert_eq!(entry.link, None);
    assert_eq!(entry.page_url(), None);
}

#[test]
fn a_permanent_guid_is_the_link_when_there_is_no_other() {
    assert_eq!(
        item("<guid>https://example.org/1</guid>").link.as_deref(),
        Some("https://example.org/1")
    );
    assert_eq!(item("<guid isPermaLink='false'>https://example.org/1</guid>").link, None);
}

#[test]
fn external_entities_are_never_read_and_bombs_never_grow() {
    let document = "<!DOCTYPE rss [<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY a 'ha'>\
                    <!ENTITY b '&a;&a;'>]><rss><channel><item><title>&f;&a;&b;</title></item></channel></rss>";
    check_titles(document, &["&f;ha&b;"]);
}

#[test]
fn a_summary_beside_a_description_is_the_text() {
    for inside in [
        "<summary>S</summary><description>D</description>",
        "<description>D</description><summary>S</summary>",
    ] {
        let entry = item(inside);
        assert_eq!(entry.summary.unwrap().value, "D");
        assert_eq!(entry.content[0].value, "S");
    }
}

#[test]
fn dates_keep_their_characters() {
    let entry = item("<pubDate>the day before yesterday-ish</pubDate>");
    let date = entry.published.unwrap();
    assert_eq!((date.raw.as_str(), date.value), ("the day before yesterday-ish", None));
}

#[test]
fn a_page_is_told_from_a_feed() {
    let page = "<!DOCTYPE html><html><body><p>Checking your browser</body></html>";
    assert_eq!(parse_feed(page.as_bytes(), &FeedContext::default()), Err(FeedError::HtmlPage));
    assert_eq!(parse_feed(b"", &FeedContext::default()), Err(FeedError::Empty));
    let other = parse_feed(b"<opml/>", &FeedContext::default());
    assert!(matches!(other, Err(FeedError::NotAFeed { .. })));
}

#[test]
fn text_that_says_it_is_in_another_encoding_is_read() {
    let text = "<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>خبر از تهران</title></item></channel></rss>";
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'خ' => 0xCE,
            'ب' => 0xC8,
            'ر' => 0xD1,
            'ا' => 0xC7,
            'ز' => 0xD2,
            'ت' => 0xCA,
            'ه' => 0xE5,
            'ن' => 0xE4,
            other => u8::try_from(u32::from(other)).unwrap(),
        })
        .collect();
    let url = PageUrl::parse("https://news.example.ir/rss").unwrap();
    let headers = Headers(vec![("content-type".into(), "text/xml; charset=windows-1256".into())]);
    let context =
        FeedContext { url: Some(&url), headers: Some(&headers), ..FeedContext::default() };
    let feed = parse_feed(&bytes, &context).unwrap().value;
    assert_eq!(titles(&feed), ["خبر از تهران"]);
}

#[test]
fn nesting_without_end_is_survived() {
    let deep = "<channel>".repeat(5000);
    assert!(read(&format!("<rss>{deep}<item><title>x</title>")).entries.len() <= 1);
    let many = "<a>".repeat(50_000);
    assert_eq!(read(&format!("<rss><channel><item>{many}</item><item/>")).entries.len(), 2);
}

#[test]
fn reading_takes_time_in_proportion_to_length() {
    // Each of these once made a reader go over the rest of the document for every tag.
    for piece in [
        "<!-- ",
        "<a ",
        "<a<",
        "<?x ",
        "<!DOCTYPE [",
        "<a b='",
        "&amp",
        "</",
        "<item><title>",
        "<source>",
        "<item><source>",
    ] {
        let document = format!("<rss><channel>{}", piece.repeat(200_000));
        let _ = parse_feed(document.as_bytes(), &FeedContext::default());
    }
}

const PIECES: &str = "(<|</|>|/>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|<!DOCTYPE|<\\?|\\?>|item|entry|title|link|channel|rss|feed\
                      | xmlns='http://www.w3.org/2005/Atom'| xml:base='/a'| type='xhtml'| href='b'|media:content|source|author\
                      |&amp;|&#x|&#55357;|\"|'|=| |\\PC){0,60}";

proptest! {
    #[test]
    fn no_document_panics(text in PIECES) {
        let _ = parse_feed(text.as_bytes(), &FeedContext::default());
        let _ = parse_feed(format!("<rss><channel><item>{text}").as_bytes(), &FeedContext::default());
        let _ = parse_feed(format!("<feed><entry><content type='xhtml'>{text}").as_bytes(), &FeedContext::default());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_feed(&bytes, &FeedContext::default());
    }

    #[test]
    fn every_cut_keeps_the_entries_before_it(count in 1..20_usize, cut in 0.0..1.0_f64) {
        let items: Vec<String> =
            (0..count).map(|n| format!("<item><title>T{n}</title><guid>g{n}</guid></item>")).collect();
        let head = "<rss version='2.0'><channel><title>C</title>";
        let whole = format!("{head}{}</channel></rss>", items.concat());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short text")]
        let end = (whole.len() as f64 * cut) as usize;
        let feed = parse_feed(&whole.as_bytes()[..end], &FeedContext::default());
        let done = whole[..end].matches("</item>").count();
        if done > 0 {
            let feed = feed.unwrap().value;
            prop_assert!(feed.entries.len() >= done);
            prop_assert_eq!(feed.entries[done - 1].id.clone(), Some(format!("g{}", done - 1)));
        }
    }
}
