//! Sitemaps and robots.txt.

use jiff::SignedDuration;

use crate::calendar::Moment;
use crate::outlet::Sitemap;
use crate::page::View;
use crate::template::escape;

/// A news sitemap covers two days, as its protocol asks.
const NEWS_HOURS: i64 = 48;

/// Every page that stands.
pub(crate) fn plain(view: &View<'_>) -> String {
    let mut out = head("");
    out.push_str(&format!("<url><loc>{}/</loc></url>\n", view.origin()));
    for (article, version) in view.shown() {
        out.push_str(&format!(
            "<url><loc>{}</loc><lastmod>{}</lastmod></url>\n",
            escape(&view.url_of(article)),
            Moment::new(version.updated.unwrap_or(version.valid_from)).iso()
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// The pages of the last two days, with titles and times.
pub(crate) fn news(view: &View<'_>) -> String {
    let mut out = head(" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"");
    let since = view.now - SignedDuration::from_hours(NEWS_HOURS);
    for (article, version) in view.shown() {
        if article.published < since {
            continue;
        }
        out.push_str(&format!(
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name>\
             <news:language>{}</news:language></news:publication>\
             <news:publication_date>{}</news:publication_date>\
             <news:title>{}</news:title></news:news></url>\n",
            escape(&view.url_of(article)),
            escape(view.outlet.name()),
            view.outlet.lang(),
            Moment::new(article.published).iso(),
            escape(&version.title)
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// robots.txt: what the outlet says, and where its sitemaps are.
pub(crate) fn robots(view: &View<'_>) -> String {
    let settings = &view.outlet.settings;
    let mut out =
        settings.robots.clone().unwrap_or_else(|| "User-agent: *\nDisallow:\n".to_owned());
    if settings.sitemap.is_some() {
        out.push_str(&format!("\nSitemap: {}/sitemap.xml\n", view.origin()));
    }
    if settings.sitemap == Some(Sitemap::News) {
        out.push_str(&format!("Sitemap: {}/news-sitemap.xml\n", view.origin()));
    }
    out
}

fn head(extra: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"{extra}>\n"
    )
}
