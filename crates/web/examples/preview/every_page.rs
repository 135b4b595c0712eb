//! Every kind of page, rendered with the news of Zarvand.

use crate::zarvand;
use askama::Template;
use chapar_model::Lang;
use chapar_web::Edition;
use chapar_web::pages::{
    AboutPage, ArticlePage, ErrorPage, FrontPage, SearchPage, SourcePage, SourcesPage, StoryPage,
};
use chapar_web::ui::Ui;

fn ui<'a>(edition: &'a Edition, lang: Lang, place: &'a str) -> Ui<'a> {
    Ui::new(edition, lang, zarvand::now(), place)
}

/// Every page in one language, with its place below the language.
pub(crate) fn render(
    edition: &Edition,
    lang: Lang,
) -> Result<Vec<(String, String)>, askama::Error> {
    let at = |place: &'static str| ui(edition, lang, place);
    let t = at("/").t;
    let error = |status, head, more| ErrorPage { ui: at("/nowhere"), status, head, more }.render();
    let fixed = [
        ("", FrontPage { ui: at("/"), view: &zarvand::front(lang) }.render()?),
        ("/empty", FrontPage { ui: at("/"), view: &Default::default() }.render()?),
        ("/about", AboutPage { ui: at("/about") }.render()?),
        ("/sources", SourcesPage { ui: at("/sources"), rows: &zarvand::source_rows() }.render()?),
        ("/404", error(404, t.not_found, t.not_found_more)?),
        ("/500", error(500, t.broken, t.broken_more)?),
    ];
    let mut pages: Vec<(String, String)> =
        fixed.into_iter().map(|(place, html)| (place.to_owned(), html)).collect();
    for view in zarvand::stories(lang) {
        let place = format!("/story/{}", view.id);
        let html = StoryPage { ui: ui(edition, lang, &place), view: &view }.render()?;
        pages.push((place, html));
    }
    for view in zarvand::articles() {
        let place = format!("/article/{}", view.id);
        let html = ArticlePage { ui: ui(edition, lang, &place), view: &view }.render()?;
        pages.push((place, html));
    }
    for view in zarvand::sources() {
        let place = format!("/source/{}", view.row.source.key);
        let html = SourcePage { ui: ui(edition, lang, &place), view: &view }.render()?;
        pages.push((place, html));
    }
    for (place, view) in zarvand::searches(lang) {
        let html = SearchPage { ui: at("/search"), view: &view }.render()?;
        pages.push((place, html));
    }
    Ok(pages)
}
