//! Numbers of the whole page: its elements, its headline and what stands under it, and what its
//! metadata calls it.

use super::{PageView, Row, Said, count, set, share};
use crate::body::text_of;
use crate::dom::{Attr, Kind, Tag};
use crate::facts::is_article_type;
use crate::layout::Run;
use crate::marks::Marks;
use crate::numbers::log;
use crate::words;

/// Runs under the headline that are looked at.
const NEAR_RUNS: usize = 12;

pub(super) fn tell(view: &PageView<'_>, row: &mut Row) {
    runs(view, row);
    elements(view, row);
    headline(view, row);
    stated(view, row);
}

fn runs(view: &PageView<'_>, row: &mut Row) {
    let PageView { doc, layout, .. } = *view;
    let runs = &layout.runs;
    let mass = layout.mass(doc, 0);
    set(row, Said::PageMass, log(mass));
    set(row, Said::PageRuns, log(count(runs.len())));
    set(row, Said::PageLink, layout.link_share(doc, 0));
    set(row, Said::PageProse, share(layout.prose_total(), mass));
    let headings = runs.iter().filter(|run| run.heading > 0);
    set(row, Said::Headings, log(count(headings.clone().count())));
    let linked = headings.filter(|run| run.mass >= 10 && run.link_share() > 0.8);
    set(row, Said::LinkedHeadings, log(count(linked.count())));
    let mut masses: Vec<u32> = runs.iter().map(|run| run.mass).collect();
    masses.sort_unstable();
    set(row, Said::MedianMass, log(masses.get(masses.len() / 2).copied().unwrap_or(0)));
    let in_p = runs.iter().filter(|run| doc.is(run.owner as usize, Tag::P));
    set(row, Said::Paragraphs, log(count(in_p.clone().count())));
    set(row, Said::ParagraphMass, share(in_p.map(|run| run.mass).sum(), mass));
    let has = |mark: Marks| f32::from(layout.marks.iter().any(|own| own.any(mark)));
    set(row, Said::BodyMark, has(Marks::BODY));
    set(row, Said::CommentMark, has(Marks::COMMENTS));
    let next =
        doc.find(0..doc.len(), Tag::Link).any(|node| doc.attr(node, Attr::Rel) == Some("next"));
    set(row, Said::Pagination, has(Marks::PAGES).max(f32::from(next)));
}

fn elements(view: &PageView<'_>, row: &mut Row) {
    const COUNTED: [(Tag, Said); 15] = [
        (Tag::A, Said::Anchors),
        (Tag::H1, Said::FirstHeadings),
        (Tag::Article, Said::Articles),
        (Tag::Time, Said::Times),
        (Tag::Input, Said::Inputs),
        (Tag::Button, Said::Buttons),
        (Tag::Img, Said::Images),
        (Tag::Pre, Said::Pres),
        (Tag::Li, Said::Items),
        (Tag::Td, Said::Cells),
        (Tag::Form, Said::Forms),
        (Tag::Select, Said::Selects),
        (Tag::Iframe, Said::Frames),
        (Tag::Code, Said::Codes),
        (Tag::Dt, Said::Terms),
    ];
    let mut counts = [0u32; 256];
    for node in (0..view.doc.len()).filter(|node| view.doc.kind(*node) == Kind::Element) {
        if let Some(count) = counts.get_mut(view.doc.tag(node) as usize) {
            *count += 1;
        }
    }
    for (tag, said) in COUNTED {
        set(row, said, log(counts.get(tag as usize).copied().unwrap_or(0)));
    }
}

/// The first heading and what stands under it.
fn headline(view: &PageView<'_>, row: &mut Row) {
    let runs = &view.layout.runs;
    let Some((at, run)) = runs.iter().enumerate().find(|(_, run)| run.heading == 1) else { return };
    let text = text_of(view.doc, run);
    let is_title = view.title.is_some_and(|t| words::folded(t) == words::folded(&text));
    set(row, Said::HasH1, 1.0);
    set(row, Said::H1Title, f32::from(is_title));
    set(row, Said::H1Words, text.split_whitespace().count() as f32);
    set(row, Said::H1At, at as f32 / runs.len() as f32);
    let after = runs.get(at + 1..).unwrap_or_default();
    let near = after.get(..after.len().min(NEAR_RUNS)).unwrap_or_default();
    let sum = |runs: &[Run], pick: fn(&Run) -> u32| runs.iter().map(pick).sum::<u32>();
    let link = |runs: &[Run]| share(sum(runs, |run| run.link_mass), sum(runs, |run| run.mass));
    let prose = sum(near, |run| if run.is_prose() { run.mass } else { 0 });
    set(row, Said::LinkAfterH1, link(after));
    set(row, Said::NearAfterH1, link(near));
    set(row, Said::ProseAfterH1, share(prose, sum(near, |run| run.mass)));
}

/// What metadata and title say.
fn stated(view: &PageView<'_>, row: &mut Row) {
    let facts = view.facts;
    let og = facts.meta("og:type").unwrap_or_default().to_ascii_lowercase();
    set(row, Said::OgArticle, f32::from(og.contains("article") || og.contains("blog")));
    set(row, Said::OgWebsite, f32::from(og == "website"));
    set(row, Said::OgProduct, f32::from(og.contains("product")));
    set(row, Said::OgNone, f32::from(og.is_empty()));
    let is_article = |kinds: &[&str]| kinds.iter().any(|k| is_article_type(k) && *k != "Review");
    let articles = facts.things.iter().filter(|thing| is_article(&thing.types)).count();
    set(row, Said::LdArticle, f32::from(articles > 0));
    set(row, Said::LdArticles, articles.min(20) as f32);
    let crumbs = facts.things.iter().any(|thing| thing.types.contains(&"BreadcrumbList"));
    set(row, Said::Crumbs, f32::from(crumbs));
    let told = facts.articles();
    let has = |key: &str, metas: &[&str]| {
        let stated = told.iter().any(|thing| thing.get(key).is_some());
        f32::from(stated || metas.iter().any(|name| facts.meta(name).is_some()))
    };
    let published =
        ["article:published_time", "datepublished", "date", "pubdate", "parsely-pub-date"];
    set(row, Said::HasAuthor, has("author", &["author", "article:author", "parsely-author"]));
    set(row, Said::HasPublished, has("datePublished", &published));
    let modified = ["article:modified_time", "og:updated_time"];
    set(row, Said::HasModified, has("dateModified", &modified));
    set(row, Said::HasSection, f32::from(facts.meta("article:section").is_some()));
    let card = facts.meta("twitter:card") == Some("summary_large_image");
    set(row, Said::LargeCard, f32::from(card));
    let title = view.title.unwrap_or_default();
    set(row, Said::TitleWords, title.split_whitespace().count() as f32);
    set(row, Said::TitleDigit, f32::from(title.contains(|c: char| c.is_ascii_digit())));
    set(row, Said::TitleQuestion, f32::from(title.contains(['?', '؟'])));
    set(row, Said::TitleSign, f32::from(title.contains([':', '–', '-', '|'])));
}
