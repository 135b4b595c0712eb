//! What holds of every page in every language.

use crate::{every_page, zarvand};
use chapar_model::Lang;
use chapar_web::ui::Ui;
use quick_xml::Reader;
use quick_xml::events::Event;

fn each_page(check: impl Fn(&str, &str)) {
    for lang in [Lang::EN, Lang::FA, Lang::AR] {
        for (place, html) in every_page::render(&zarvand::edition(), lang).unwrap() {
            check(&format!("/{lang}{place}"), &html);
        }
    }
}

#[test]
fn no_page_ships_a_template_as_content() {
    each_page(|place, html| {
        let text = html.replace("100%", "");
        for leftover in ["%d", "%s", "{n}", "{ $", "{{", "{%", "{ ", "undefined", "None", "Some("] {
            assert!(!text.contains(leftover), "{leftover} on {place}");
        }
        let brace = text.find('{');
        assert_eq!(brace, None, "{place}: {}", &text[brace.unwrap()..][..40]);
    });
}

#[test]
fn no_page_runs_a_script_or_asks_another_host() {
    each_page(|place, html| {
        for tag in ["<script", "<img", "<iframe", "<style", " style=", " onclick", "javascript:"] {
            assert!(!html.contains(tag), "{tag} on {place}");
        }
        assert!(!html.contains("src="), "{place}");
    });
}

#[test]
fn every_page_names_its_language_direction_and_landmarks() {
    each_page(|place, html| {
        let lang = &place[1..3];
        let dir = if lang == "en" { "ltr" } else { "rtl" };
        assert!(html.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")), "{place}");
        for landmark in ["<header class=\"masthead\">", "<main id=\"main\"", "<footer", "<nav"] {
            assert!(html.contains(landmark), "{landmark} on {place}");
        }
        assert!(html.contains("href=\"#main\""), "no skip link on {place}");
        assert_eq!(html.matches("<h1").count(), 1, "headings of {place}");
        assert!(!html.contains("lang=\"\""), "{place}");
    });
}

#[test]
fn ids_of_a_page_are_used_once() {
    each_page(|place, html| {
        let mut ids: Vec<&str> =
            html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{place}");
    });
}

/// Elements that HTML closes by itself, spelt so that an XML reader takes the page.
fn as_xml(html: &str) -> String {
    let mut xml = html.replace("<!doctype html>", "");
    for name in ["meta", "link", "input", "br"] {
        let mut out = String::new();
        let mut rest = xml.as_str();
        while let Some(at) = rest.find(&format!("<{name} ")).or(rest.find(&format!("<{name}>"))) {
            let end = at + rest[at..].find('>').unwrap();
            out.push_str(&rest[..end]);
            out.push_str("/>");
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        xml = out;
    }
    xml.replace(" selected>", " selected=\"\">")
}

#[test]
fn every_element_that_opens_closes() {
    each_page(|place, html| {
        let xml = as_xml(html);
        let mut reader = Reader::from_str(&xml);
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{place}: {error} at {}", reader.error_position()),
            }
        }
    });
}

#[test]
fn an_article_always_links_to_its_original() {
    for view in zarvand::articles() {
        let place = format!("/article/{}", view.id);
        each_page(|at, html| {
            if at.ends_with(&place) {
                let link = format!("<a class=\"original\" href=\"{}\"", view.original);
                assert!(html.contains(&link), "{at}");
            }
        });
    }
}

#[test]
fn a_link_only_source_shows_no_text() {
    each_page(|at, html| {
        if at.ends_with("/article/8113") {
            assert!(!html.contains("class=\"prose"), "{at}");
        }
    });
}

#[test]
fn counts_and_dates_stand_in_the_digits_of_the_page() {
    let edition = zarvand::edition();
    let page = |lang| {
        let pages = every_page::render(&edition, lang).unwrap();
        pages.into_iter().find(|(place, _)| place == "/story/1604").unwrap().1
    };
    assert!(page(Lang::FA).contains("۳۱ خبر"));
    assert!(page(Lang::FA).contains("۱۲ اسفند ۱۴۰۴"));
    assert!(page(Lang::AR).contains("٣١ خبرًا"));
    assert!(page(Lang::EN).contains("31 reports"));
    assert!(page(Lang::EN).contains("15 Esfand 1404"));
}

#[test]
fn the_feed_is_atom_with_what_rfc_4287_requires() {
    let edition = zarvand::edition();
    for lang in [Lang::EN, Lang::FA, Lang::AR] {
        let ui = Ui::new(&edition, lang, zarvand::now(), "/");
        let feed = chapar_web::atom::feed(ui, &zarvand::front(lang), zarvand::now());
        let mut reader = Reader::from_str(&feed);
        while reader.read_event().unwrap() != Event::Eof {}
        let head = feed.split("<entry").next().unwrap();
        for element in ["<id>", "<title>", "<updated>", "<author>", "rel=\"self\""] {
            assert_eq!(head.matches(element).count(), 1, "{element} in the head");
        }
        let entries: Vec<&str> = feed.split("<entry").skip(1).collect();
        assert_eq!(entries.len(), zarvand::front(lang).cards().count());
        for entry in &entries {
            for element in ["<id>", "<title>", "<updated>", "<summary", "rel=\"alternate\""] {
                assert_eq!(entry.matches(element).count(), 1, "{element} in {entry}");
            }
            assert!(entry.contains("<author>"));
        }
    }
}

#[test]
fn templates_never_call_anything_safe() {
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap() {
        let path = file.unwrap().path();
        let template = std::fs::read_to_string(&path).unwrap();
        assert!(!template.contains("|safe") && !template.contains("| safe"), "{}", path.display());
    }
}

#[test]
fn a_post_shows_what_is_known_of_it() {
    each_page(|place, html| {
        if place == "/en/article/8111" {
            for fact in ["Passed on from", "Answers", "1.2K", "The post says that it was edited"] {
                assert!(html.contains(fact), "{fact}");
            }
            assert!(html.contains("class=\"text post\""));
        } else if !place.ends_with("/8111") {
            assert!(!html.contains("class=\"text post\""), "{place}");
        }
    });
}
