//! Pages that stand before, or in place of, an article: checks for robots, cookie walls, "not
//! found" sent as found, and what the page itself calls a live blog, a gallery or a film. Judges by
//! phrases of many makers on pages with little text, never by a site's name.

use super::numbers::PageView;
use crate::dom::Tag;
use crate::facts::Facts;
use chapar_model::{OutcomeKind, PageUrl};

/// Letters of visible text beyond which a page is no gate: gates are short.
const GATE_CHARS_MAX: usize = 1_500;
/// Letters beyond which a page with a film is an article with a film.
const FILM_CHARS_MAX: usize = 750;

/// What checks for robots say.
const CHALLENGES: [&str; 16] = [
    "checking your browser",
    "checking if the site connection is secure",
    "checking your connection",
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "you are not a robot",
    "ddos protection by",
    "enable javascript and cookies to continue",
    "complete the security check",
    "unusual traffic from your",
    "در حال بررسی مرورگر",
    "مرورگر شما بررسی",
    "ربات نیستید",
    "التحقق من متصفحك",
    "لست روبوت",
];
/// What pages say that show nothing before cookies are accepted.
const COOKIE_WALLS: [&str; 9] = [
    "accept cookies to continue",
    "accept all cookies to continue",
    "cookies to continue",
    "before you continue",
    "choose how we use cookies",
    "we value your privacy",
    "cookies first",
    "برای ادامه کوکی",
    "ملفات تعريف الارتباط للمتابعة",
];
/// Headlines of pages that are not there.
const NOT_FOUND: [&str; 14] = [
    "page not found",
    "404 not found",
    "error 404",
    "404 error",
    "page cannot be found",
    "page can't be found",
    "page doesn't exist",
    "page does not exist",
    "صفحه مورد نظر یافت نشد",
    "صفحه یافت نشد",
    "صفحه پیدا نشد",
    "الصفحة غير موجودة",
    "seite nicht gefunden",
    "página no encontrada",
];

/// What the page is instead of an article, with the reason; `None` when nothing says so.
pub(crate) fn find(view: &PageView<'_>) -> Option<(OutcomeKind, String)> {
    let chars = view.layout.mass(view.doc, 0) as usize;
    gate(view, chars)
        .or_else(|| called(view.facts, chars))
        .or_else(|| view.url.and_then(front_page))
}

/// What a short page says in place of an article.
fn gate(view: &PageView<'_>, chars: usize) -> Option<(OutcomeKind, String)> {
    if chars > GATE_CHARS_MAX {
        return None;
    }
    let doc = view.doc;
    let body = doc.find(0..doc.len(), Tag::Body).next()?;
    let text = doc.words(body).to_lowercase();
    let headings = [Tag::Title, Tag::H1]
        .into_iter()
        .filter_map(|tag| doc.find(0..doc.len(), tag).next())
        .map(|id| doc.words(id).to_lowercase())
        .collect::<Vec<_>>()
        .join(" ");
    let gates = [
        (OutcomeKind::Challenge, &CHALLENGES[..], &text),
        (OutcomeKind::CookieWall, &COOKIE_WALLS[..], &text),
        (OutcomeKind::Soft404, &NOT_FOUND[..], &headings),
    ];
    gates.into_iter().find_map(|(kind, phrases, place)| {
        let phrase = phrases.iter().find(|phrase| place.contains(**phrase))?;
        Some((kind, format!("a short page that says `{phrase}`")))
    })
}

/// What the page calls itself.
fn called(facts: &Facts<'_>, chars: usize) -> Option<(OutcomeKind, String)> {
    let named = [
        (OutcomeKind::LiveBlog, "LiveBlogPosting", usize::MAX),
        (OutcomeKind::Gallery, "ImageGallery", FILM_CHARS_MAX),
        (OutcomeKind::Video, "VideoObject", FILM_CHARS_MAX),
    ];
    for (kind, name, chars_max) in named {
        if chars <= chars_max && facts.has_top_type(&[name]) {
            return Some((kind, format!("calls itself `{name}`")));
        }
    }
    None
}

/// The address of a whole site is that of its front page.
fn front_page(url: &PageUrl) -> Option<(OutcomeKind, String)> {
    let is_root = url.as_url().path().len() <= 1 && url.as_url().query().is_none();
    is_root.then(|| (OutcomeKind::FrontPage, "the address of a whole site".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PageInput, extract_page};
    use chapar_model::Headers;

    #[track_caller]
    fn check(url: &str, html: &str, kind: OutcomeKind) {
        let url = PageUrl::parse(url).unwrap();
        let reading = extract_page(&PageInput {
            url: Some(&url),
            ..PageInput::new(html.as_bytes(), &Headers::default())
        });
        assert_eq!(reading.value.outcome.kind, kind, "{:?}", reading.value.outcome);
        assert_eq!(reading.value.article.is_some(), kind == OutcomeKind::Article);
    }

    const ARTICLE: &str = "<p>The council of Marsa Nuran voted on Tuesday to rebuild the bridge that \
        the flood took in the winter, with eleven votes against four, after a long debate.</p>";

    #[test]
    fn a_check_for_robots_is_no_article() {
        let html = "<html><title>One moment</title><body><h1>Checking your browser</h1>\
            <p>This takes a few seconds. Please allow scripts.</p></body></html>";
        check("https://a.example/news/1", html, OutcomeKind::Challenge);
    }

    #[test]
    fn a_cookie_wall_is_no_article() {
        let html = "<html><body><h1>Your privacy</h1><p>Accept cookies to continue to the site. We \
            and our partners store them.</p></body></html>";
        check("https://a.example/news/1", html, OutcomeKind::CookieWall);
    }

    #[test]
    fn a_page_that_is_not_there_is_told_by_its_headline() {
        let html = "<html lang=ar><title>الصفحة غير موجودة</title><body><p>ربما نقلت الصفحة أو \
            حذفت منذ زمن، ويمكنكم البحث عنها في الأرشيف.</p></body></html>";
        check("https://a.example/?p=1", html, OutcomeKind::Soft404);
    }

    #[test]
    fn an_article_about_cookies_and_robots_is_an_article() {
        let text = format!(
            "<p>Sites that say they are checking your browser annoy readers.</p>{}",
            ARTICLE.repeat(12)
        );
        let html = format!("<html><body><article><h1>Robots</h1>{text}</article></body></html>");
        check("https://a.example/news/robots", &html, OutcomeKind::Article);
    }

    #[test]
    fn the_root_of_a_site_is_its_front_page() {
        let html = format!("<html><body><h1>News</h1>{}</body></html>", ARTICLE.repeat(4));
        check("https://a.example/", &html, OutcomeKind::FrontPage);
        check("https://a.example/?p=12", &html, OutcomeKind::Article);
    }
}
