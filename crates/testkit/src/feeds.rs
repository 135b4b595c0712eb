//! Writes the documents of a simulated site: feeds, pages, robots.txt.

use crate::site::{Article, Feed, Format, Manners, Site};
use jiff::{SignedDuration, Timestamp};
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
        Format::Section => return section(site, feed, entries, now),
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
            Format::Section => Ok(()),
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
        Format::Section => "",
    });
    out
}

/// Reports that a box of the most read names, and how old the newest of them is.
const READ_MOST: usize = 5;
const READ_AGE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// A page that lists what is new, among what other pages have besides.
fn section(site: &Site, feed: &Feed, entries: &[&Article], now: Timestamp) -> String {
    let is_new = feed.redesigned.is_some_and(|at| at <= now);
    let layout = (feed.layout.wrapping_add(u8::from(is_new))) % 3;
    let mut list = String::new();
    for article in entries {
        let (title, path, published) = (article.title(now), &article.path, article.published);
        let day = published.strftime("%d %B %Y");
        let _ = match layout {
            0 => write!(
                list,
                "<article class=\"teaser\"><h2><a href=\"{path}\">{title}</a></h2>\
                 <time datetime=\"{published}\">{day}</time><p>What people of the village told \
                 this paper of report {}.</p></article>",
                article.number
            ),
            1 => write!(
                list,
                "<li><a href=\"{path}\"><img src=\"/pictures/{}.jpg\" alt=\"\"></a>\
                 <h3><a href=\"{path}\">{title}</a></h3></li>",
                article.number
            ),
            _ => write!(
                list,
                "<div class=\"row\"><div class=\"when\">{day}</div>\
                 <a class=\"headline\" href=\"{path}\">{title}</a></div>"
            ),
        };
    }
    let list = match layout {
        1 => format!("<ul class=\"cards\">{list}</ul>"),
        _ => format!("<div class=\"stream\">{list}</div>"),
    };
    let most = read_most(site, entries, now);
    frame(site, &format!("<main><h1>News of the hills</h1>{list}</main><aside>{most}</aside>"))
}

/// A box of old reports, which changes every day.
fn read_most(site: &Site, entries: &[&Article], now: Timestamp) -> String {
    let Some(feed) = entries.first().map(|article| article.feed) else { return String::new() };
    let old: Vec<&Article> = site
        .articles
        .iter()
        .filter(|article| article.feed == feed && now.duration_since(article.published) > READ_AGE)
        .filter(|article| article.deleted.is_none_or(|deleted| now < deleted))
        .collect();
    let day = usize::try_from(now.as_second().div_euclid(86_400)).unwrap_or(0);
    let items: String = (0..READ_MOST.min(old.len()))
        .filter_map(|place| old.get((day * 7 + place * 3) % old.len()))
        .map(|article| format!("<li><a href=\"{}\">{}</a></li>", article.path, article.title(now)))
        .collect();
    format!("<h3>Most read</h3><ol>{items}</ol>")
}

/// What stands around everything on a site's pages of lists.
fn frame(site: &Site, inside: &str) -> String {
    let folders = ["politics", "economy", "sport", "culture", "weather"];
    let nav: String =
        folders.iter().map(|name| format!("<li><a href=\"/{name}/\">{name}</a></li>")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{0}</title></head><body><header>\
         <a href=\"/\">{0}</a><nav><ul>{nav}</ul></nav></header>{inside}<footer>\
         <a href=\"/about\">About this paper</a> <a href=\"/contact\">Write to us</a></footer>\
         </body></html>",
        site.host
    )
}

/// A page that says that all is being mended.
pub(crate) fn mending(site: &Site) -> String {
    frame(
        site,
        "<main><h1>We are back soon</h1><p>This site is being mended. Please come again in an \
         hour.</p></main>",
    )
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
