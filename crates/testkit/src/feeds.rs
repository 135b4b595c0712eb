//! Writes the documents of a simulated site: feeds, pages, robots.txt.

use crate::site::{Article, Feed, Format, Manners, Site};
use jiff::Timestamp;
use std::fmt::Write as _;

/// The entries of a feed at a time, the newest first.
pub(crate) fn shown(site: &Site, feed: usize, now: Timestamp) -> Vec<&Article> {
    let window = site.feeds.get(feed).map_or(0, |feed| feed.window);
    let all = site.articles.iter().rev().filter(|article| {
        article.feed == feed
            && article.published <= now
            && article.deleted.is_none_or(|deleted| now < deleted)
    });
    all.take(window).collect()
}

/// A feed's document.
pub(crate) fn feed(site: &Site, feed: &Feed, entries: &[&Article], now: Timestamp) -> String {
    let mut out = match feed.format {
        Format::Rss => format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{0}</title>\
             <link>https://{0}/</link>",
            site.host
        ),
        Format::Atom => format!(
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{0}</title>\
             <id>https://{0}/</id>",
            site.host
        ),
        Format::Json => format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"{}\",\"items\":[",
            site.host
        ),
    };
    for (place, article) in entries.iter().enumerate() {
        let (title, published) = (article.title(now), article.published);
        let url = format!("https://{}{}", site.host, article.path);
        let id = format!("urn:{}:{}", site.host, article.number);
        let _ = match feed.format {
            Format::Rss => write!(
                out,
                "<item><title>{title}</title><link>{url}</link>\
                 <guid isPermaLink=\"false\">{id}</guid><pubDate>{}</pubDate></item>",
                published.strftime("%a, %d %b %Y %H:%M:%S +0000")
            ),
            Format::Atom => write!(
                out,
                "<entry><title>{title}</title><link href=\"{url}\"/><id>{id}</id>\
                 <published>{published}</published><updated>{published}</updated></entry>"
            ),
            Format::Json => write!(
                out,
                "{}{{\"id\":\"{id}\",\"url\":\"{url}\",\"title\":\"{title}\",\
                 \"date_published\":\"{published}\"}}",
                if place > 0 { "," } else { "" }
            ),
        };
    }
    out.push_str(match feed.format {
        Format::Rss => "</channel></rss>",
        Format::Atom => "</feed>",
        Format::Json => "]}",
    });
    out
}

/// The paragraphs of an article at a time.
pub(crate) fn paragraphs(site: &Site, article: &Article, now: Timestamp) -> Vec<String> {
    let told = |part: &&str| {
        format!(
            "In the {part} village of the hills, of which report {} speaks, people told this paper \
             that the road had been closed since the morning and that nobody knew when it would be \
             opened again by the council of {}.",
            article.number, site.host
        )
    };
    let mut all: Vec<String> =
        ["first", "second", "third", "fourth", "fifth"].iter().map(told).collect();
    if article.edited.is_some_and(|at| at <= now) {
        all.push(
            format!(
                "Later in the day the council told this paper that report {} had been wrong: the \
                 road of the hills was open after all, and nobody had closed it but the snow of the \
                 night before.",
                article.number
            ),
        );
    }
    all
}

/// An article's page.
pub(crate) fn page(site: &Site, article: &Article, now: Timestamp) -> String {
    let (title, published) = (article.title(now), article.published);
    let body = paragraphs(site, article, now).join("</p><p>");
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title>\
         <meta property=\"article:published_time\" content=\"{published}\"></head><body>\
         <nav><a href=\"/\">Home</a></nav><article><h1>{title}</h1><p>{body}</p></article></body>\
         </html>"
    )
}

/// A page that asks whether a person is reading.
pub(crate) const CHALLENGE: &str = "<!doctype html><html><head><title>Just a moment...</title>\
    </head><body><h1>Checking your browser before you enter</h1><div id=\"cf-challenge\"></div>\
    </body></html>";

/// A page of a private network, which reads like an article.
pub(crate) const INSIDE: &str = "<!doctype html><html lang=\"en\"><head><title>For the staff alone</title>\
    </head><body><article><h1>For the staff alone</h1><p>The cellar of the council is closed until the \
    water has been pumped out, the keeper of the house said to the staff on Monday, and nobody is to \
    go down before the lights are mended.</p><p>Those who need a file from below are asked to write \
    its number on the list at the door, and the keeper will bring it up in the course of the \
    week.</p></article></body></html>";

/// A robots.txt.
pub(crate) fn robots(manners: Manners) -> Option<String> {
    match manners {
        Manners::None => None,
        Manners::Closed => Some("User-agent: *\nDisallow: /private/\n".to_owned()),
        Manners::Slow(seconds) => {
            Some(format!("User-agent: *\nCrawl-delay: {seconds}\nDisallow: /private/\n"))
        }
    }
}
