//! What the pages of a site say of each other.

use chapar_extract::{PageInput, SITE_PAGES_MAX, SiteProfile, extract_page};
use chapar_model::{Article, Headers, When};
use jiff::Timestamp;

const TOWNS: [&str; 8] =
    ["Lodena", "Sirin", "Golmarz", "Tasmira", "Abzar", "Norvand", "Halnik", "Marsa"];

/// A page of an invented paper: a standing line looks like a paragraph, the day of publication
/// stands where mastheads have their clocks, and the title bears the paper's name.
fn page(number: usize, has_meta: bool) -> String {
    let town = TOWNS[number % TOWNS.len()];
    let day = 3 + number;
    let meta = match has_meta {
        true => format!("<meta property=article:published_time content=2026-03-{day:02}>"),
        false => String::new(),
    };
    format!(
        "<html><head><title>The bridge of {town} is open - Evening Lamp of the Valley</title>{meta}</head>\
        <body><div class=top><div class=day>{day} March 2026</div></div>\
        <div class=story><h1>The bridge of {town} is open</h1>\
        <div class=words><div>The council of {town} opened the bridge on the river after {number} months \
        of work, and people walked over it until late in the evening, as its head had hoped.</div>\
        <div>It cost {number} million, the council of {town} said, and the valley paid a third of it, \
        while the rest came from the toll that lorries pay at the northern gate.</div>\
        <div class=house>We walk to every story in this valley ourselves, and whoever wishes to walk \
        with us may come to the door of our house on any Monday before the market opens.</div>\
        </div></div></body></html>"
    )
}

fn with_page<T>(html: &str, read: impl FnOnce(&PageInput<'_>) -> T) -> T {
    read(&PageInput {
        fetched: "2026-03-11T09:00:00Z".parse::<Timestamp>().ok(),
        ..PageInput::new(html.as_bytes(), &Headers::default())
    })
}

fn site(pages: usize) -> SiteProfile {
    let mut site = SiteProfile::default();
    for number in 0..pages {
        with_page(&page(number, true), |input| site.learn(input));
    }
    site
}

fn read_with(site: &SiteProfile, html: &str) -> Article {
    with_page(html, |input| site.extract_page(input)).value.article.unwrap()
}

fn read_alone(html: &str) -> Article {
    with_page(html, extract_page).value.article.unwrap()
}

#[test]
fn a_line_that_stands_on_every_page_is_no_text() {
    let html = page(7, true);
    assert!(read_alone(&html).text().contains("door of our house"));
    let text = read_with(&site(6), &html).text();
    assert!(!text.contains("door of our house"), "{text}");
    assert!(text.contains("northern gate"), "{text}");
}

#[test]
fn two_pages_are_too_few_to_call_a_line_standing() {
    assert!(read_with(&site(2), &page(7, true)).text().contains("door of our house"));
}

#[test]
fn a_place_that_bore_the_date_of_other_articles_bears_this_ones() {
    // The page was fetched on its day: alone, the date may be a clock.
    let html = page(8, false);
    let day = |article: &Article| article.published.value().and_then(When::day);
    assert_eq!(day(&read_alone(&html)), None);
    assert_eq!(day(&read_with(&site(6), &html)), "2026-03-11".parse().ok());
}

#[test]
fn what_follows_every_headline_is_no_part_of_a_title() {
    let html = page(7, true).replace("<h1>", "<p>").replace("</h1>", "</p>");
    let title = |article: &Article| article.title.value().cloned().unwrap_or_default();
    assert_eq!(title(&read_with(&site(6), &html)), "The bridge of Marsa is open");
}

#[test]
fn the_same_pages_make_the_same_profile_and_only_so_many_are_learned_from() {
    assert_eq!(site(6), site(6));
    let mut site = site(6);
    for _ in 0..100 {
        with_page(&page(1, true), |input| site.learn(input));
    }
    assert_eq!(site.pages(), SITE_PAGES_MAX);
}
