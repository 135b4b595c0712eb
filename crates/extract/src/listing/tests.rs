//! Section pages of an invented paper, looked at once and again.

use super::*;
use chapar_model::Headers;
use proptest::prelude::*;

const ENGLISH: &str = r#"<html lang="en"><body class="related-posts nav-left">
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li>
<li><a href="/about-our-paper-and-its-people">About our paper and its people</a></li></ul></nav></header>
<main><h1>Politics</h1>
<article class="lead"><h2><a href="/politics/bridge-over-the-sar-opens">Bridge over the Sar opens</a></h2></article>
<ul class="list">
<li class="card"><a href="/politics/council-votes-on-new-water-rates"><img src="/i/water.jpg"></a>
 <h3><a href="/politics/council-votes-on-new-water-rates">Council votes on new water rates</a></h3>
 <p>The council of Zarvand voted on Tuesday to raise what households pay for water.</p>
 <span class="date">3 March 2026</span></li>
<li class="card"><h3><a href="/politics/mayor-names-two-deputies">Mayor names two deputies</a></h3>
 <span class="date">2 March 2026</span></li>
<li class="card"><h3><a href="/politics/minister-visits-the-flooded-valley">Minister visits the flooded valley</a></h3>
 <span class="date">1 March 2026</span></li>
</ul>
<p>We wrote of this in <a href="/politics/the-long-road-to-the-bridge">the long road</a> last year, when the
council had not yet agreed on who would pay for the works.</p>
</main>
<aside><div><h4>Most read</h4><ol>
<li><a href="/culture/ten-songs-of-the-hill-country">Ten songs of the hill country</a></li>
<li><a href="/culture/a-night-at-the-old-theatre">A night at the old theatre</a></li>
<li><a href="/sport/rowers-win-at-lake-tirana">Rowers win at lake Tirana</a></li></ol></div></aside>
<footer><a href="/terms-of-use-and-sale">Terms of use and sale</a></footer></body></html>"#;

const PERSIAN: &str = r#"<html lang="fa" dir="rtl"><body>
<div class="menu"><a href="/fa/economy">اقتصاد</a><a href="/fa/society">جامعه</a></div>
<div class="archive"><div class="item"><a href="/fa/news/48211/پل-تازه-سر">پل تازه سر گشایش یافت</a>
<time>۱۲ اسفند ۱۴۰۴</time></div>
<div class="item"><a href="/fa/news/48210/آب">شورای شهر نرخ آب را بالا برد</a><time>۱۱ اسفند ۱۴۰۴</time></div>
<div class="item"><a href="/fa/news/48209/دره">وزیر از دره سیل‌زده دیدن کرد</a><time>۱۰ اسفند ۱۴۰۴</time></div></div>
<div><h3>پربازدیدترین‌ها</h3><ul><li><a href="/fa/news/47001/ترانه">ده ترانه از کوهستان زروند</a></li>
<li><a href="/fa/news/47002/تئاتر">شبی در تئاتر قدیمی شهر</a></li>
<li><a href="/fa/news/47003/قایق">قایق‌رانان در دریاچه برنده شدند</a></li></ul></div></body></html>"#;

/// A front page of today: an empty link over each card, its headline told to screen readers.
const CARDS: &str = r##"<html lang="en"><body><main>
<div class="card"><a href="/news/articles/c0g32v7lx4zo" aria-label="Harbour reopens after the storm of Sunday"></a><div><h3><span>Harbour reopens</span></h3><time datetime="2026-03-03T09:00:00Z">2h</time></div></div>
<div class="card"><a href="/news/articles/c7xk21m9qp4o" aria-label="Four villages are without power in the north"></a><div><h3><span>Four villages</span></h3></div></div>
<div class="card"><a href="/news/articles/cw8r5n0j3dzo" aria-label="Teachers call off their strike for a week"></a><div><h3><span>Teachers</span></h3></div></div>
</main></body></html>"##;

fn read(html: &str) -> Listing {
    let url = PageUrl::parse("https://zarvand.example/politics").unwrap();
    find_listing(&PageInput {
        url: Some(&url),
        ..PageInput::new(html.as_bytes(), &Headers::default())
    })
    .value
}

fn chosen(html: &str) -> Vec<NewsLink> {
    ListingProfile::default().choose(&read(html), &[])
}

fn titles(news: &[NewsLink]) -> Vec<&str> {
    news.iter().map(|news| news.link.title.as_str()).collect()
}

#[test]
fn a_list_of_news_is_chosen_and_menus_boxes_and_running_words_are_not() {
    let news = chosen(ENGLISH);
    assert_eq!(
        titles(&news),
        [
            "Bridge over the Sar opens",
            "Council votes on new water rates",
            "Mayor names two deputies",
            "Minister visits the flooded valley",
        ]
    );
    let second = &news[1].link;
    assert_eq!(second.date.unwrap().to_string(), "2026-03-03");
    assert_eq!(second.picture.as_ref().unwrap().as_str(), "https://zarvand.example/i/water.jpg");
    assert!(second.teaser.as_ref().unwrap().starts_with("The council of Zarvand"));
    assert!(news[1].reason.starts_with("3 links with titles of"), "{}", news[1].reason);
}

#[test]
fn a_persian_list_is_chosen_with_its_jalali_dates() {
    let news = chosen(PERSIAN);
    assert_eq!(news.len(), 3);
    assert_eq!(news[0].link.date.unwrap().to_string(), "2026-03-03");
    assert!(news.iter().all(|news| news.link.url.as_str().contains("/fa/news/482")));
}

#[test]
fn an_empty_link_over_a_card_has_the_title_that_readers_hear() {
    let news = chosen(CARDS);
    assert_eq!(news.len(), 3);
    assert_eq!(news[0].link.title, "Harbour reopens after the storm of Sunday");
    assert_eq!(news[0].link.date.unwrap().to_string(), "2026-03-03T09:00:00Z");
}

/// Links of which no form and no date tells that they lead to news.
fn plain_list(slugs: &[&str]) -> String {
    let items: String = slugs
        .iter()
        .map(|slug| format!("<p class=\"line\"><a href=\"/{slug}\">The {slug} of Zarvand</a></p>"))
        .collect();
    format!("<html lang=\"en\"><body><div>{items}</div></body></html>")
}

#[test]
fn a_list_that_no_rule_names_is_followed_once_it_brings_new_links() {
    let mut profile = ListingProfile::default();
    let looks = [
        &["harbour", "mill"][..],
        &["theatre", "harbour"],
        &["quarry", "theatre"],
        &["inn", "quarry"],
    ];
    let found: Vec<Vec<String>> = looks
        .iter()
        .map(|slugs| {
            let news = profile.choose(&read(&plain_list(slugs)), &[]);
            news.iter().map(|news| news.link.title.clone()).collect()
        })
        .collect();
    assert!(found[0].is_empty());
    assert_eq!(found[3], ["The inn of Zarvand"]);
}

#[test]
fn a_form_of_address_that_led_to_no_articles_is_left_alone() {
    let target = |number: u32| Target {
        url: PageUrl::parse(&format!("https://zarvand.example/politics/some-page-number-{number}"))
            .unwrap(),
        is_article: false,
    };
    let targets: Vec<Target> = (1..=4).map(target).collect();
    assert!(ListingProfile::default().choose(&read(ENGLISH), &targets).is_empty());
    let few = targets.get(..3).unwrap();
    assert_eq!(ListingProfile::default().choose(&read(ENGLISH), few).len(), 4);
}

#[test]
fn a_page_whose_layout_changed_is_read_by_its_new_one() {
    let mut profile = ListingProfile::default();
    profile.choose(&read(ENGLISH), &[]);
    let changed = ENGLISH
        .replace("<ul class=\"list\">", "<section class=\"river\">")
        .replace("<li class=\"card\">", "<div class=\"row\">")
        .replace("</span></li>", "</span></div>")
        .replace("<h3>", "<h4 class=\"name\">")
        .replace("</h3>", "</h4>")
        .replace("mayor-names-two-deputies", "mayor-names-three-deputies");
    let news = profile.choose(&read(&changed), &[]);
    assert!(titles(&news).contains(&"Mayor names two deputies"));
    assert_eq!(news.len(), 4);
}

#[test]
fn what_is_no_page_has_no_groups() {
    let url = PageUrl::parse("https://zarvand.example/a.pdf").unwrap();
    let read = find_listing(&PageInput {
        url: Some(&url),
        ..PageInput::new(b"%PDF-1.7\n", &Headers::default())
    });
    assert!(read.value.groups.is_empty());
    assert_eq!(read.warnings[0].code, "no-page");
}

#[test]
fn what_is_remembered_stays_small_and_can_be_kept() {
    let mut profile = ListingProfile::default();
    for look in 0..60 {
        let slugs: Vec<String> = (0..150).map(|n| format!("story-{look}-{n}")).collect();
        let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
        profile.choose(&read(&plain_list(&slugs)), &[]);
    }
    let kept = serde_json::to_string(&profile).unwrap();
    assert!(kept.len() < 64 * 1024, "{}", kept.len());
    assert_eq!(serde_json::from_str::<ListingProfile>(&kept).unwrap(), profile);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_is_read_without_a_fall(parts in proptest::collection::vec(
        prop_oneof![
            Just("<a href=/news/1234>".to_owned()), Just("</a>".to_owned()), Just("<nav>".to_owned()),
            Just("</nav>".to_owned()), Just("<h3>Most read</h3>".to_owned()), Just("<ul><li>".to_owned()),
            Just("<time datetime=2026-01-01>".to_owned()), Just("<img src=//x/y.jpg>".to_owned()),
            "[\\PC]{0,20}",
        ], 0..60))
    {
        let html = parts.concat();
        let mut profile = ListingProfile::default();
        let first = profile.choose(&read(&html), &[]);
        let again = ListingProfile::default().choose(&read(&html), &[]);
        prop_assert_eq!(first, again);
    }
}
