//! Whether a page shows only the beginning of an article whose rest is for subscribers. A page
//! that shows its text in spite of what it says is an article. Never goes by a site's name.

use super::numbers::PageView;
use crate::body::{self, Body};
use crate::facts::{Facts, Thing};
use crate::json::Json;
use crate::marks::Marks;
use crate::stated_text;
use crate::words;

/// Letters of the longest beginning: one long paragraph or two short ones. What says more is worth
/// keeping as a short article.
const LEAD_MASS_MAX: u32 = 400;

/// Letters of a beginning that needs no other sign than being called one.
const SHORT_LEAD_MASS_MAX: u32 = 250;

/// Runs after the text in which readers are asked to subscribe.
const ASKED_RUNS_MAX: usize = 6;

/// Letters of such a request.
const ASKED_MASS_MAX: u32 = 400;

/// What is said in place of the rest.
const REQUESTS: [&str; 41] = [
    "subscribe to continue",
    "subscribe to read",
    "subscribe to keep reading",
    "subscribe now to read",
    "subscribe to unlock",
    "continue reading with a subscription",
    "to continue reading, subscribe",
    "to continue reading this article",
    "to read the full story",
    "to read the full article, ",
    "to read the rest of this",
    "sign in to continue reading",
    "log in to continue reading",
    "register to continue reading",
    "this article is for subscribers",
    "this article is exclusive to subscribers",
    "this content is for subscribers",
    "for subscribers only",
    "برای ادامه مطالعه مشترک",
    "برای خواندن ادامه مطلب مشترک",
    "برای مطالعه متن کامل",
    "برای خواندن متن کامل",
    "ویژه مشترکان",
    "ویژه مشترکین",
    "مخصوص مشترکان",
    "اشترك لمتابعة القراءة",
    "اشترك لقراءة المزيد",
    "للاستمرار في القراءة",
    "لمتابعة قراءة المقال",
    "لقراءة المقال كاملا",
    "للمشتركين فقط",
    "jetzt weiterlesen",
    "weiterlesen mit",
    "um weiterzulesen",
    "nur für abonnenten",
    "réservé aux abonnés",
    "réservé à nos abonnés",
    "pour lire la suite",
    "contenido exclusivo para suscriptores",
    "solo para suscriptores",
    "suscríbete para seguir leyendo",
];

/// The reason why a page is only a beginning; `None` when it is not.
pub(crate) fn find(view: &PageView<'_>, body: &Body) -> Option<String> {
    let runs = || body.runs.iter().filter_map(|at| view.layout.runs.get(*at));
    let mass = body.mass(view.layout);
    if mass > LEAD_MASS_MAX {
        return None;
    }
    let last = runs().next_back().map(|run| body::text_of(view.doc, run)).unwrap_or_default();
    let is_cut = last.ends_with('…') || last.ends_with("...");
    // What it states for machines is no longer: there is no rest.
    let stated = stated_text::article_body(view.facts).map_or(0, words::mass);
    if stated > 0 && stated <= mass + mass / 4 && !is_cut {
        return None;
    }
    let asked = request(view, body);
    let flagged = is_flagged(view.facts);
    let why = match (flagged, asked) {
        (true, Some(words)) => format!("it says that it is not free, and `{words}`"),
        (true, None) if is_cut => "it says that it is not free, and breaks off".to_owned(),
        (true, None) if has_wall(view, body) => {
            "it says that it is not free, and a wall stands behind it".to_owned()
        }
        (true, None) if mass <= SHORT_LEAD_MASS_MAX && stated == 0 => {
            "it says that it is not free, and is short".to_owned()
        }
        (false, Some(words)) => format!("it says `{words}` right behind it"),
        _ => return None,
    };
    Some(format!("the beginning of an article of {mass} letters: {why}"))
}

/// Whether the page says for machines that its article, or a part of it, is not free.
fn is_flagged(facts: &Facts<'_>) -> bool {
    let no = |value: &Json| match value {
        Json::Bare(word) | Json::Text(word) => word.trim().eq_ignore_ascii_case("false"),
        _ => false,
    };
    let says_no = |value: Option<&Json>| value.is_some_and(no);
    let is_partly = |thing: &Thing<'_>| {
        let parts = thing.get("hasPart").map(Json::each).unwrap_or_default();
        parts.iter().any(|part| says_no(part.get("isAccessibleForFree")))
    };
    facts
        .articles()
        .into_iter()
        .any(|thing| says_no(thing.get("isAccessibleForFree")) || is_partly(thing))
}

/// The words right behind the text, or at its end, that ask readers to subscribe.
fn request(view: &PageView<'_>, body: &Body) -> Option<&'static str> {
    let last = *body.runs.last()?;
    (last..=last + ASKED_RUNS_MAX)
        .filter_map(|at| view.layout.runs.get(at))
        .filter(|run| run.mass <= ASKED_MASS_MAX)
        .find_map(|run| {
            let said = body::text_of(view.doc, run).to_lowercase();
            REQUESTS.into_iter().find(|words| said.contains(words))
        })
}

/// Whether an element right behind the text is called a paywall and holds words.
fn has_wall(view: &PageView<'_>, body: &Body) -> bool {
    let Some(last) = body.runs.last() else { return false };
    (last + 1..=last + ASKED_RUNS_MAX).filter_map(|at| view.layout.runs.get(at)).any(|run| {
        view.doc
            .lineage(run.first as usize)
            .take_while(|node| *node != body.root)
            .any(|node| view.layout.marks_of(node).any(Marks::PAYWALL))
    })
}
