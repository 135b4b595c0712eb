//! Facts about the world: its size, its rules, and that every trap is where it should be.

use std::collections::BTreeSet;
use std::io::Read;

use encoding_rs::WINDOWS_1256;
use jiff::{SignedDuration, Timestamp};

use crate::encode::{doubly_encoded, fold_for_windows_1256};
use crate::markup::{blocks, plain};
use crate::template::escape;
use crate::{Article, Outlet, Request, Response, World};

const PORT: u16 = 8391;

fn get(world: &World, host_key: &str, path: &str, now: Timestamp) -> Response {
    world.respond(&Request { host_key, path, headers: &[], port: PORT }, now)
}

fn get_with(world: &World, host_key: &str, path: &str, header: (&str, &str)) -> Response {
    let headers = [(header.0.to_owned(), header.1.to_owned())];
    world.respond(&Request { host_key, path, headers: &headers, port: PORT }, World::end())
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn text(response: &Response) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

fn page(world: &World, name: &str, now: Timestamp) -> Response {
    let address = world.address_of(name, PORT).unwrap();
    let (key, _) = name.split_once('/').unwrap();
    let path = address.strip_prefix(&format!("http://{key}.localhost:{PORT}")).unwrap();
    get(world, key, path, now)
}

fn end_page(world: &World, name: &str) -> String {
    text(&page(world, name, World::end()))
}

fn all(world: &World) -> impl Iterator<Item = (&Outlet, &Article)> {
    world.outlets().flat_map(|outlet| outlet.articles.iter().map(move |article| (outlet, article)))
}

#[test]
fn every_file_can_be_read() {
    assert_eq!(World::embedded().faults(), []);
}

#[test]
fn there_are_at_least_150_article_pages_of_twelve_outlets() {
    let world = World::embedded();
    let outlets = world.outlets().filter(|outlet| !outlet.articles.is_empty()).count();
    let pages = all(&world).count();
    assert!(pages >= 150, "{pages} pages");
    assert!(outlets >= 12, "{outlets} outlets");
}

#[test]
fn every_file_the_bible_lists_is_there_and_appears_when_it_says() {
    let world = World::embedded();
    let bible = include_str!("../../../samples/WORLD.md");
    let mut wrong = Vec::new();
    for row in bible.lines().filter_map(|line| line.strip_prefix("| ")) {
        let mut cells = row.split(" | ");
        let (Some(name), Some(time)) = (cells.next(), cells.next()) else { continue };
        let Some((key, file)) = name.split_once('/') else { continue };
        let time = time.strip_prefix("valid_from ").unwrap_or(time);
        let Ok(time) = format!("{time}:00+03:30").parse::<Timestamp>() else { continue };
        let slug = file.split('.').next().unwrap();
        let article = world.outlets.get(key).and_then(|outlet| outlet.article(slug));
        if !article.is_some_and(|article| article.versions.iter().any(|v| v.valid_from == time)) {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_article_of_the_world_is_listed_in_the_bible() {
    let world = World::embedded();
    let bible = include_str!("../../../samples/WORLD.md");
    let unlisted: Vec<String> = all(&world)
        .map(|(outlet, article)| format!("{}/{}", outlet.key, article.slug))
        .filter(|name| !bible.contains(&format!("| {name} |")))
        .collect();
    assert_eq!(unlisted, [""; 0]);
}

#[test]
fn every_address_is_the_address_of_one_article() {
    let world = World::embedded();
    for (outlet, article) in all(&world) {
        let path = crate::encode::percent_decode(&outlet.path_of(article));
        assert_eq!(outlet.article_at(&path).unwrap().slug, article.slug);
    }
}

/// The words of a page, as they stand in it, with its tags left out.
fn words_of(page: &str) -> String {
    let shown: String =
        page.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words).collect();
    one_spaced(&shown)
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_version_of_every_article_has_its_text_in_its_page() {
    let world = World::embedded();
    for (outlet, article) in all(&world) {
        let old = outlet.key == "taraz";
        let paywall = article.form == Some(crate::article::PageForm::Paywall);
        for version in &article.versions {
            let response = get(&world, &outlet.key, &outlet.path_of(article), version.valid_from);
            assert_eq!(response.status, 200, "{}/{}", outlet.key, article.slug);
            let page = match old {
                true => WINDOWS_1256.decode(&response.body).0.into_owned(),
                false => text(&response),
            };
            let shown = words_of(&page);
            let written = blocks(&version.text);
            let free = if paywall { 2 } else { written.len() };
            for block in &written[..free] {
                let mut words = escape(&plain(block));
                if old {
                    words = fold_for_windows_1256(&words);
                }
                if outlet.settings.mojibake.contains(&article.slug) {
                    words = doubly_encoded(&words);
                }
                let words = one_spaced(&words);
                assert!(shown.contains(&words), "{}/{}: {words}", outlet.key, article.slug);
            }
        }
    }
}

/// The rows of the bible's tables of files: file, kind.
fn listed_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let bible = include_str!("../../../samples/WORLD.md");
    bible.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (name, kind) = (cells.next()?, cells.nth(2)?);
        name.contains('/').then_some((name, kind))
    })
}

fn triples(world: &World, name: &str) -> BTreeSet<Vec<String>> {
    let (key, slug) = name.split_once('/').unwrap();
    let text = &world.outlets[key].article(slug).unwrap().versions[0].text;
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.windows(3).map(<[String]>::to_vec).collect()
}

#[test]
fn copies_are_word_for_word_and_rewrites_are_not() {
    let world = World::embedded();
    let mut seen = 0;
    for (name, kind) in listed_files() {
        let Some((kind, original)) = kind.trim_end_matches(')').split_once('(') else { continue };
        let (mine, theirs) = (triples(&world, name), triples(&world, original));
        let shared = mine.intersection(&theirs).count() * 100 / mine.len();
        match kind {
            "copy" => assert!(shared >= 90, "{name} shares {shared} percent"),
            "light" => assert!((10..80).contains(&shared), "{name} shares {shared} percent"),
            "trans" => assert_eq!(shared, 0, "{name}"),
            _ => continue,
        }
        seen += 1;
    }
    assert!(seen >= 40, "{seen} copies, rewrites and translations");
}

#[test]
fn no_page_has_a_leftover_link_mark_or_a_dead_link() {
    let world = World::embedded();
    for (outlet, article) in all(&world) {
        let now = article.versions.last().unwrap().valid_from;
        let page = get(&world, &outlet.key, &outlet.path_of(article), now);
        let page = String::from_utf8_lossy(&page.body).into_owned();
        assert!(!page.contains("{{link"), "{}/{}", outlet.key, article.slug);
        assert!(!page.contains("href=\"#\""), "{}/{}", outlet.key, article.slug);
    }
}

#[test]
fn a_page_is_not_there_before_its_time() {
    let world = World::embedded();
    let before = SignedDuration::from_secs(1);
    for (outlet, article) in all(&world).filter(|(outlet, _)| !outlet.settings.soft_404) {
        let path = outlet.path_of(article);
        let response = get(&world, &outlet.key, &path, article.published - before);
        assert_eq!(response.status, 404, "{}/{}", outlet.key, article.slug);
    }
}

#[test]
fn feeds_and_front_pages_list_only_what_is_published() {
    let world = World::embedded();
    let now = at("2026-03-04T08:15:00+03:30");
    for outlet in world.outlets() {
        for path in outlet.feed_paths().chain(["/"]) {
            let listed = String::from_utf8_lossy(&get(&world, &outlet.key, path, now).body)
                .replace("&amp;", "&");
            for article in &outlet.articles {
                let address = outlet.path_of(article);
                let there = [format!("{address}\""), format!("{address}<")]
                    .iter()
                    .any(|mark| listed.contains(mark));
                let allowed = article.shown_at(now).is_some();
                assert!(!there || allowed, "{}{path} lists {}", outlet.key, article.slug);
                assert!(path != "/" || there == allowed, "{} hides {}", outlet.key, article.slug);
            }
        }
    }
}

#[test]
fn section_pages_together_list_every_article() {
    let world = World::embedded();
    for (outlet, article) in all(&world).filter(|(_, article)| article.deleted.is_none()) {
        let path = outlet.section_path(&article.section);
        let page = get(&world, &outlet.key, &path, World::end());
        assert_eq!(page.status, 200, "{}{path}", outlet.key);
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let link = format!("href=\"{}\"", outlet.path_of(article));
        assert!(page.contains(&link), "{}{path} lacks {}", outlet.key, article.slug);
    }
}

#[test]
fn the_same_moment_gives_the_same_bytes() {
    let world = World::embedded();
    let now = at("2026-03-05T12:00:00+03:30");
    for outlet in world.outlets() {
        let first = get(&world, &outlet.key, "/", now);
        assert_eq!(first, get(&World::embedded(), &outlet.key, "/", now));
    }
}

#[test]
fn the_silently_deleted_page_is_404_and_gone_from_the_feed() {
    let world = World::embedded();
    let (before, after) = (at("2026-03-04T08:59:00+03:30"), at("2026-03-04T09:00:00+03:30"));
    let name = "zana/bazdasht-dovvom";
    assert_eq!(page(&world, name, before).status, 200);
    assert_eq!(page(&world, name, after).status, 404);
    let address = world.address_of(name, PORT).unwrap();
    assert!(text(&get(&world, "zana", "/rss", before)).contains(&address));
    assert!(!text(&get(&world, "zana", "/rss", after)).contains(&address));
}

#[test]
fn a_corrected_article_and_an_edited_headline_change_in_place() {
    let world = World::embedded();
    let rate = "herald/central-bank-rate";
    let wrong = text(&page(&world, rate, at("2026-03-02T18:00:00+03:30")));
    assert!(wrong.contains("20.5 percent") && !wrong.contains("Correction"));
    assert!(end_page(&world, rate).contains("Correction"));
    let loaf = "zbc/flat-loaf-price";
    let early = text(&page(&world, loaf, at("2026-03-04T17:00:00+03:30")));
    assert!(early.contains("Bread to cost 40 percent more from New Year"));
    assert!(end_page(&world, loaf).contains("Bread price rise put off for three months"));
}

#[test]
fn older_look_alikes_are_still_in_the_feed() {
    let world = World::embedded();
    let feed = text(&get(&world, "zana-en", "/rss", World::end()));
    let old = world.address_of("zana-en/ostrevia-mountain-rescue-memorandum", PORT).unwrap();
    assert!(feed.contains(&old));
    assert!(feed.contains("Mon, 19 Jan 2026 15:10:00 GMT"), "local time, labelled GMT");
}

#[test]
fn each_feed_has_the_fault_it_should() {
    let world = World::embedded();
    let feed = |key: &str, path: &str| text(&get(&world, key, path, World::end()));
    assert!(!feed("zana", "/rss").contains("<pubDate>"));
    assert!(feed("zana", "/rss/tp/3").contains(" +0330</pubDate>"));
    assert!(feed("bamdadan", "/fa/rss/allnews").contains("<pubDate>دوشنبه ۱۱ اسفند ۱۴۰۴ "));
    assert!(feed("zana-ar", "/ar/feed.rdf").contains("<rdf:RDF"));
    let atom = feed("sada", "/atom.xml");
    assert!(atom.contains("<updated>") && !atom.contains("<published>"));
    assert!(feed("presspost", "/feed").contains("&nbsp;&raquo;"));
    assert!(feed("presspost", "/feed").contains(" & "));
    assert!(feed("mada", "/feed/").contains("appeared first on"));
    assert!(feed("herald", "/feed.xml").contains("<content:encoded>"));
    assert!(feed("zbc", "/feeds/latest.json").contains("jsonfeed.org"));
    let old = get(&world, "taraz", "/rss.xml", World::end());
    let old = WINDOWS_1256.decode(&old.body).0.into_owned();
    assert!(old.contains("encoding=\"windows-1256\"") && old.contains("بانک مرکزي"));
    assert!(old.contains("<pubDate>Mon, 02 Mar 2026 14:50:00</pubDate>"));
    let lie = get(&world, "taraz", "/rss-eghtesad.xml", World::end());
    assert_eq!(lie.header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(get(&world, "gazette", "/feed", World::end()).status, 500);
    assert_eq!(get(&world, "zana-en", "/rss/tp/9", World::end()).status, 404);
}

#[test]
fn validators_are_kept_and_one_outlet_lies() {
    let world = World::embedded();
    let first = get(&world, "herald", "/feed.xml", World::end());
    let again =
        get_with(&world, "herald", "/feed.xml", ("If-None-Match", first.header("etag").unwrap()));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let first = get(&world, "zbc", "/feeds/latest.json", World::end());
    let stamp = first.header("last-modified").unwrap();
    let again = get_with(&world, "zbc", "/feeds/latest.json", ("if-modified-since", stamp));
    assert_eq!(again.status, 304);
    let later = World::end() + SignedDuration::from_secs(60);
    let (one, two) =
        (get(&world, "farasu", "/feed/", World::end()), get(&world, "farasu", "/feed/", later));
    assert_eq!(one.body, two.body);
    assert_ne!(one.header("etag"), two.header("etag"));
}

#[test]
fn one_outlet_compresses() {
    let world = World::embedded();
    let plain = get(&world, "naql", "/", World::end());
    let packed = get_with(&world, "naql", "/", ("accept-encoding", "gzip, br"));
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut body).unwrap();
    assert_eq!(body, plain.body);
}

#[test]
fn pages_that_are_no_articles_are_where_they_should_be() {
    let world = World::embedded();
    let end = World::end();
    let challenge = get(&world, "farasu", "/a/negah-az-birun/", end);
    assert_eq!(challenge.status, 503);
    assert!(text(&challenge).contains("gatehouse-challenge"));
    assert_eq!(get(&world, "khabarchin", "/post/nerkh-dolar", end).status, 200);
    let wall = get(&world, "zbc", "/news/inside-the-grid-control-room", end);
    assert!(text(&wall).contains("Accept all"));
    assert_eq!(get(&world, "herald", "/2026/03/reader-poll/", end).status, 410);
    let (there, back) = (get(&world, "mada", "/?p=900", end), get(&world, "mada", "/?p=901", end));
    assert_eq!(
        (there.header("location"), back.header("location")),
        (Some("/?p=901"), Some("/?p=900"))
    );
    let soft = get(&world, "mada", "/?p=777", end);
    assert!(soft.status == 200 && text(&soft).contains("الصفحة غير موجودة"));
    assert!(text(&get(&world, "gazette", "/robots.txt", end)).contains("Crawl-delay: 2"));
    assert_eq!(get(&world, "gazette", "/archive/1403", end).status, 200);
    let moved = get(&world, "zbc", "/news/quake-updates", end);
    assert_eq!(moved.status, 301);
    let to = world.address_of("zbc/quake-live", PORT);
    assert_eq!(moved.header("location"), to.as_deref());
}

#[test]
fn old_addresses_lead_to_the_new_ones() {
    let world = World::embedded();
    let mada = &world.outlets["mada"];
    let article = &mada.articles[0];
    let moved = get(&world, "mada", &format!("/node/{}", mada.id_of(article)), World::end());
    assert_eq!(moved.status, 301);
    assert!(moved.header("location").unwrap().ends_with(&mada.path_of(article)));
}

#[test]
fn blogs_leave_their_furniture_on_the_page() {
    let world = World::embedded();
    let page = end_page(&world, "zarvandwatch/zarvand-ostrevia-sign-defense-mou");
    assert!(page.contains("<p>Original News : </p>"));
    assert!(page.contains("%d bloggers like this:"));
    assert!(page.contains("<div class=\"top-strip\">March 7, 2026</div>"), "the masthead's clock");
    assert!(!page.contains("March 2, 2026"), "its own day stands only in its address");
    assert!(end_page(&world, "khabarchin/zelzele").contains("{{count}} بازدید"));
    assert!(end_page(&world, "zbc/power-back").contains("{{count}} shares"));
}

#[test]
fn special_pages_have_their_forms() {
    let world = World::embedded();
    assert!(end_page(&world, "zbc/quake-live").contains("class=\"lb-entry\""));
    assert!(end_page(&world, "zbc/relay-station-pictures").contains("<figcaption>"));
    assert!(end_page(&world, "zbc/blackout-video").contains("<video"));
    assert!(end_page(&world, "herald/budget-vote").contains("This story is for members"));
    assert!(end_page(&world, "khabarchin/nan-taviq").contains("Ø"));
    let old = page(&world, "taraz/simkart", World::end());
    assert!(String::from_utf8(old.body).is_err(), "windows-1256 is no UTF-8");
    assert!(end_page(&world, "zana-en/budget-passed").contains("itemprop=\"datePublished\""));
    assert!(end_page(&world, "herald/strike-ends").contains("application/ld+json"));
}

#[test]
fn off_topic_articles_are_there_to_be_left_out() {
    let world = World::embedded();
    assert_eq!(all(&world).filter(|(_, article)| article.off_topic).count(), 6);
    for (outlet, article) in all(&world).filter(|(_, article)| article.off_topic) {
        let text = &article.versions[0].text;
        let names = ["Zarvand", "Darvaneh", "زروند", "دروانه", "زرفند", "درفانة"];
        let named = names.iter().any(|name| text.contains(name));
        assert!(!named, "{}/{} names the country", outlet.key, article.slug);
    }
}

#[test]
fn an_unknown_host_is_not_answered_for() {
    let world = World::embedded();
    assert_eq!(get(&world, "nobody", "/", World::end()).status, 404);
}

#[test]
fn the_edition_names_every_outlet_and_its_announced_feeds() {
    let world = World::embedded();
    let edition: toml::Table =
        include_str!("../../../editions/sample.toml").parse().expect("the edition is TOML");
    let sources = edition["source"].as_array().unwrap();
    let keys: BTreeSet<&str> =
        sources.iter().map(|source| source["key"].as_str().unwrap()).collect();
    let outlets = world.outlets().map(|outlet| outlet.key.as_str());
    assert_eq!(keys, outlets.chain(world.channels().map(|one| one.key.as_str())).collect());
    for source in sources {
        if world.channels.contains_key(source["key"].as_str().unwrap()) {
            continue;
        }
        let outlet = &world.outlets[source["key"].as_str().unwrap()];
        let origin = crate::world::origin(&outlet.key, PORT);
        assert_eq!(source["lang"].as_str(), Some(outlet.lang()));
        assert_eq!(source["home"].as_str(), Some(format!("{origin}/").as_str()));
        // Without a feed that answers, the front page itself is followed.
        if let Some(named) = source.get("feed").and_then(toml::Value::as_array) {
            assert_eq!(named[0]["kind"].as_str(), Some("section"));
            assert_eq!(named[0]["url"].as_str(), source["home"].as_str());
            assert!(source["feeds"].as_array().is_some_and(Vec::is_empty));
            continue;
        }
        let feeds: Vec<_> = outlet
            .feed_paths()
            .map(|path| toml::Value::String(format!("{origin}{path}")))
            .collect();
        assert_eq!(source["feeds"].as_array(), Some(&feeds));
    }
}

#[test]
fn a_channel_shows_posts_edits_them_and_takes_one_down() {
    let world = World::embedded();
    let preview = |now| text(&get(&world, "peyk", "/s/peyk_zarvand", at(now)));
    let count = |page: &str| page.matches("js-message_text").count();
    assert_eq!(count(&preview("2026-03-02T07:00:00+03:30")), 0);
    assert_eq!(count(&preview("2026-03-02T12:00:00+03:30")), 2);
    let post = |number: u64, now| {
        let path = format!("/peyk_zarvand/{number}?embed=1&mode=tme");
        text(&get(&world, "peyk", &path, at(now)))
    };
    assert!(!post(204, "2026-03-03T05:00:00+03:30").contains("edited"));
    assert!(post(204, "2026-03-03T06:00:00+03:30").contains("سه مجروح"));
    assert!(post(207, "2026-03-04T09:00:00+03:30").contains("لودنا"));
    assert!(post(207, "2026-03-04T11:00:00+03:30").contains("Post not found"));
    assert!(!preview("2026-03-06T12:00:00+03:30").contains("peyk_zarvand/207\""));
    assert!(!preview("2026-03-06T12:00:00+03:30").contains("{{link"));
}
