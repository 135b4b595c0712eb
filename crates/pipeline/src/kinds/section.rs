//! Section pages of sites without a feed: the lists of links that bring something new are found by
//! structure, and their links become entries. An edition may say which addresses are articles;
//! nobody has to. Follows no link itself.

use super::{
    Answer, Ask, Document, FeedDocument, FoundFeed, Kind, Received, Step, hash_of, head_of,
    is_html, shorten,
};
use chapar_extract::{
    ListedLink, Listing, ListingProfile, NewsLink, PageInput, PagePart, extract_page, find_listing,
    find_next_page,
};
use chapar_fetch::Purpose;
use chapar_model::{ContentHash, Headers, Lang, PageUrl};
use chapar_store::{FeedKind, NewEntry};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Links to news that a page needs to be followed by `chapar add`.
const LINKS_MIN: usize = 3;

/// The kind.
pub(super) struct Section;

impl Kind for Section {
    fn kind(&self) -> FeedKind {
        FeedKind::Section
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: None }
    }

    fn learns(&self) -> bool {
        true
    }

    fn weighs_targets(&self) -> bool {
        true
    }

    /// Its links with their titles, without what else changes at every look at a page.
    fn fingerprint(&self, received: &Received<'_>) -> Option<ContentHash> {
        let listing = listing_of(received)?;
        let groups = listing.groups.iter().filter(|group| group.part == PagePart::Main);
        let links: Vec<(&str, &str)> = groups
            .flat_map(|group| &group.links)
            .map(|link| (link.url.as_str(), link.title.as_str()))
            .collect();
        let texts = links.iter().flat_map(|(url, title)| [*url, *title]);
        (!links.is_empty()).then(|| hash_of(texts))
    }

    fn fault(&self, received: &Received<'_>) -> Option<&'static str> {
        let listing = listing_of(received)?;
        // A young or quiet page may show a single report: that is no fault, and is asked as often.
        let has_links = listing.groups.iter().any(|group| group.part == PagePart::Main);
        (!has_links).then_some("the page shows no links: a script may have to fill it")
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        let polled = document.polled?;
        if !is_html(&head_of(document.body)) && !looks_like_html(&document.page.headers) {
            return None;
        }
        let listing = read(&Look {
            url: &document.page.url,
            headers: &document.page.headers,
            body: document.body,
            zone: document.zone.clone(),
            lang: document.lang,
            fetched: Some(document.page.fetched),
        });
        let known = polled.learned.and_then(|json| serde_json::from_str(json).ok());
        let mut profile: ListingProfile = known.unwrap_or_default();
        let news = profile.choose(&listing, polled.targets);
        let entries = match polled.links {
            Some(pattern) => matching(&listing, pattern).iter().map(entry_of).collect(),
            None => news.iter().map(entry_of).collect(),
        };
        Some(FeedDocument {
            format: "section page".to_owned(),
            entries,
            learned: serde_json::to_string(&profile).ok(),
            ..FeedDocument::default()
        })
    }

    fn takes_any_page(&self) -> bool {
        true
    }

    fn find_step(&self, given: &str, answers: &[Answer]) -> Option<Step> {
        let given = PageUrl::parse(given).ok()?;
        let Some(answer) = answers.last() else { return Some(Step::Ask(given, self.ask())) };
        let listing = read(&Look {
            url: &answer.url,
            headers: &answer.headers,
            body: &answer.body,
            zone: None,
            lang: None,
            fetched: None,
        });
        let news = ListingProfile::default().choose(&listing, &[]);
        if news.len() < LINKS_MIN {
            return Some(Step::Not(format!(
                "`{given}` names no feed that can be read and shows no list of news: try the page \
                 of a section"
            )));
        }
        let host = answer.url.site();
        let (name, lang) = name_of(answer);
        let first = news.first().map_or("", |news| news.link.title.as_str());
        Some(Step::Found(Box::new(FoundFeed {
            kind: FeedKind::Section,
            home: PageUrl::parse(&format!("{}/", answer.url.origin())).ok()?,
            name: name.unwrap_or_else(|| host.to_owned()),
            key: host.rsplit_once('.').map_or(host, |(name, _)| name).replace('.', "-"),
            lang: lang.map(|lang| lang.as_str().to_owned()),
            understood: format!(
                "a page without a feed, with {} links to news, the first `{first}`",
                news.len()
            ),
            url: answer.url.clone(),
        })))
    }
}

/// The name of a site and the language of a page of it, as far as that page tells.
fn name_of(answer: &Answer) -> (Option<String>, Option<Lang>) {
    let reading = extract_page(&PageInput {
        url: Some(&answer.url),
        ..PageInput::new(&answer.body, &answer.headers)
    });
    let Some(shown) = reading.value.shown() else { return (None, None) };
    // The title of a home is the name of the site, with what it says of itself behind.
    let is_home = answer.url.as_url().path() == "/";
    let title = shown.title.value().filter(|_| is_home);
    let signs = ["|", "–", "—", " - ", "::"];
    let title = title.map(|title| {
        let end = signs.iter().filter_map(|sign| title.find(sign)).min();
        title.get(..end.unwrap_or(title.len())).unwrap_or_default()
    });
    let name = shown.site_name.value().map(String::as_str).or(title);
    let name = name.map(|name| shorten(name.trim())).filter(|name| !name.is_empty());
    (name, shown.lang.value().copied())
}

/// A page of a section, as a walk back meets it.
pub(crate) struct SectionPage {
    /// Links to news.
    pub(crate) links: Vec<ListedLink>,
    /// The next page.
    pub(crate) next: Option<PageUrl>,
}

/// The links to news of a page that stands alone, with what the edition says of addresses.
pub(crate) fn read_section(
    url: &PageUrl,
    headers: &Headers,
    body: &[u8],
    pattern: Option<&str>,
) -> SectionPage {
    let look = Look { url, headers, body, zone: None, lang: None, fetched: None };
    let listing = read(&look);
    let news = match pattern {
        Some(pattern) => matching(&listing, pattern),
        None => ListingProfile::default().choose(&listing, &[]),
    };
    let links = news.into_iter().map(|news| news.link).collect();
    SectionPage { links, next: find_next_page(&look.input()) }
}

/// A page with what its links are read by.
struct Look<'a> {
    url: &'a PageUrl,
    headers: &'a Headers,
    body: &'a [u8],
    zone: Option<TimeZone>,
    lang: Option<Lang>,
    fetched: Option<Timestamp>,
}

fn listing_of(received: &Received<'_>) -> Option<Listing> {
    let body = received.decoded()?;
    Some(read(&Look {
        url: received.url,
        headers: received.headers,
        body: &body,
        zone: None,
        lang: None,
        fetched: None,
    }))
}

fn read(look: &Look<'_>) -> Listing {
    find_listing(&look.input()).value
}

impl Look<'_> {
    fn input(&self) -> PageInput<'_> {
        PageInput {
            bytes: self.body,
            url: Some(self.url),
            headers: self.headers,
            fetched: self.fetched,
            zone: self.zone.clone(),
            lang_hint: self.lang,
            feed: None,
        }
    }
}

fn looks_like_html(headers: &Headers) -> bool {
    headers.get("Content-Type").is_some_and(|mime| mime.to_ascii_lowercase().contains("html"))
}

/// The links whose path fits a pattern, wherever on the page a reader sees them, each address once.
fn matching(listing: &Listing, pattern: &str) -> Vec<NewsLink> {
    let mut found: Vec<NewsLink> = Vec::new();
    let seen = listing.groups.iter().filter(|group| group.part != PagePart::Hidden);
    for link in seen.flat_map(|group| &group.links) {
        if !fits(pattern, link.url.path_and_query()) {
            continue;
        }
        match found.iter_mut().find(|known| known.link.url == link.url) {
            // Of several links to one page the one with the longest words is its title.
            Some(known) if known.link.title.len() < link.title.len() => known.link = link.clone(),
            Some(_) => {}
            None => found.push(NewsLink {
                link: link.clone(),
                reason: format!("its address fits `{pattern}`, as the edition says"),
            }),
        }
    }
    found
}

/// Whether a path fits a pattern in which `*` stands for anything: the path as a whole where the
/// pattern begins with `/`, else any part of it.
fn fits(pattern: &str, path: &str) -> bool {
    let mut rest = path;
    let mut is_anchored = pattern.starts_with('/');
    let pieces: Vec<&str> = pattern.split('*').collect();
    for piece in &pieces {
        let found = match is_anchored {
            true => rest.starts_with(piece).then_some(0),
            false => rest.find(piece),
        };
        let Some(at) = found else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
        is_anchored = false;
    }
    !pattern.starts_with('/') || pattern.ends_with('*') || rest.is_empty()
}

fn entry_of(news: &NewsLink) -> NewEntry {
    let link = &news.link;
    NewEntry {
        key: shorten(&link.url.identity()),
        url: link.url.clone(),
        title: shorten(&link.title),
        author: None,
        published_raw: link.date_raw.as_deref().map(shorten),
        published: link.date,
        summary: link.teaser.clone(),
        picture: link.picture.clone(),
        reason: Some(shorten(&news.reason)),
        post: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_which_paths_are_articles() {
        for (pattern, path, expect) in [
            ("/news/*", "/news/482", true),
            ("/news/*", "/fa/news/482", false),
            ("/*/news/*.html", "/fa/news/482.html", true),
            ("/*/news/*.html", "/fa/news/482.html?x=1", false),
            ("story", "/a/story-12", true),
            ("/news/", "/news/482", false),
            ("id=*", "/show.php?id=12", true),
        ] {
            assert_eq!(fits(pattern, path), expect, "{pattern} {path}");
        }
    }

    #[test]
    fn a_page_without_links_is_at_fault_and_a_quiet_one_is_not() {
        let (url, headers) =
            (PageUrl::parse("https://zarvand.example/").unwrap(), Headers::default());
        let fault = |body: &str| {
            let html = format!("<html><body>{body}</body></html>");
            Section.fault(&Received { url: &url, headers: &headers, body: html.as_bytes() })
        };
        assert!(fault("<div id=app></div>").is_some());
        assert!(fault("<nav><a href=/a>A</a> <a href=/b>B</a></nav>").is_some());
        assert_eq!(fault("<p><a href=/notices/salt>The price of salt is set</a></p>"), None);
    }
}
