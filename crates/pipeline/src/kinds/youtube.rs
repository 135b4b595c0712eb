//! YouTube channels and playlists: the Atom feed that YouTube keeps of each is polled. A film's own
//! page is a player, so what is fetched for it is the description that YouTube gives to sites that
//! embed the film (oEmbed): small, without cookies, and gone when the film is. The article's text
//! is the film's description as the feed has it. Obeys robots.txt like every kind: where that
//! forbids the feeds, a poll says so.

use super::feed::{context, is_feed, of_feed};
use super::post::article_of;
use super::{
    Answer, Ask, Document, FeedDocument, FoundFeed, Kind, Post, Received, Step, hash_of, shorten,
};
use anyhow::{Result, bail};
use chapar_feed::{
    Entry, FeedContext, MediaKind, Post as FeedPost, PostMedia, find_feeds, parse_feed,
};
use chapar_fetch::Purpose;
use chapar_model::{ContentHash, Outcome, OutcomeKind, PageUrl};
use chapar_store::{EntryHint, FeedKind, NewEntry};
use serde::Deserialize;

/// Characters of a description that are kept.
const SUMMARY_CHARS_MAX: usize = 8_000;
/// Bytes of an oEmbed answer that are read.
const OEMBED_BYTES_MAX: usize = 64 * 1024;

/// The kind.
pub(super) struct Youtube;

/// What an oEmbed answer says of a film.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Embed {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    author_name: String,
    thumbnail_url: String,
}

/// What an address of YouTube names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// A feed, by the parameter that names what it is of.
    Feed(&'static str, String),
    /// A channel whose page tells its feed.
    Handle,
}

impl Kind for Youtube {
    fn kind(&self) -> FeedKind {
        FeedKind::Youtube
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Feed, accept: None }
    }

    fn polled_address(&self, url: &PageUrl) -> Result<PageUrl> {
        match place_at(url) {
            Some(Place::Feed(name, value)) => feed_url(name, &value),
            Some(Place::Handle) => {
                bail!("`{url}` is a channel: `chapar add {url}` finds the feed to write here")
            }
            None if is_youtube(url) => bail!("`{url}` names no channel and no playlist"),
            None => Ok(url.clone()),
        }
    }

    fn is_told_by(&self, url: &PageUrl) -> bool {
        place_at(url).is_some()
    }

    /// Films, without how often they were seen and how they were judged.
    fn fingerprint(&self, received: &Received<'_>) -> Option<ContentHash> {
        let body = received.decoded()?;
        let feed = parse_feed(&body, &FeedContext::default()).ok()?.value;
        let films: Vec<NewEntry> =
            feed.entries.iter().filter_map(|one| film(one, received.url)).collect();
        let texts = films.iter().flat_map(|film| {
            [film.key.as_str(), film.title.as_str(), film.summary.as_deref().unwrap_or_default()]
        });
        (!films.is_empty()).then(|| hash_of(texts))
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        document.polled?;
        if !is_feed(document.body, document.page.headers.get("Content-Type")) {
            return None;
        }
        let feed = parse_feed(document.body, &context(document)).ok()?.value;
        let films = feed.entries.iter().filter_map(|entry| film(entry, &document.page.url));
        let entries = films.collect();
        Some(FeedDocument {
            format: "feed of a YouTube channel".to_owned(),
            entries,
            ..of_feed(&feed)
        })
    }

    fn ask_post(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: Some("application/json") }
    }

    fn find_post(&self, document: &Document<'_>, hint: Option<&EntryHint>) -> Option<Post> {
        let body = document.body.get(..document.body.len().min(OEMBED_BYTES_MAX))?;
        let embed: Embed =
            serde_json::from_slice(body).ok().filter(|e: &Embed| e.kind == "video")?;
        let pairs = document.page.url.as_url().query_pairs();
        let named = pairs.into_iter().find(|(name, _)| name == "url").map(|(_, url)| url);
        let watch = PageUrl::parse(&named?).ok()?;
        let hinted = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let title = hinted(&embed.title).or_else(|| hint.and_then(|hint| hinted(&hint.title)));
        let picture = PageUrl::parse(&embed.thumbnail_url).ok();
        let post = FeedPost {
            id: watch.to_string(),
            html: lines(hint.and_then(|hint| hint.summary.as_deref()).unwrap_or_default()),
            account: hinted(&embed.author_name),
            media: vec![PostMedia {
                kind: MediaKind::Film,
                image: picture,
                url: Some(watch.clone()),
                ..PostMedia::default()
            }],
            permalink: Some(watch),
            title,
            ..FeedPost::default()
        };
        Some(Post {
            outcome: Outcome {
                kind: OutcomeKind::Post,
                reason: "a film, with the description that its feed gives".to_owned(),
            },
            article: Some(article_of(&post, document, hint)),
        })
    }

    fn find_step(&self, given: &str, answers: &[Answer]) -> Option<Step> {
        let given = PageUrl::parse(given).ok()?;
        let mut answers = answers.iter();
        let url = match place_at(&given)? {
            Place::Feed(name, value) => feed_url(name, &value).ok()?,
            Place::Handle => {
                let Some(page) = answers.next() else {
                    let ask = Ask { purpose: Purpose::Discovery, accept: None };
                    return Some(Step::Ask(given, ask));
                };
                match feed_named_by(page) {
                    Ok(url) => url,
                    Err(reason) => return Some(Step::Not(reason)),
                }
            }
        };
        let Some(answer) = answers.next() else { return Some(Step::Ask(url, self.ask())) };
        let context = FeedContext {
            url: Some(&answer.url),
            headers: Some(&answer.headers),
            zone: None,
            fetched: None,
        };
        let Ok(feed) = parse_feed(&answer.body, &context) else {
            return Some(Step::Not(format!(
                "`{url}` answered with status {} and no feed",
                answer.status
            )));
        };
        let name = feed.value.title.as_ref().map(|title| title.to_line()).unwrap_or_default();
        let home = feed.value.link.as_deref().and_then(|link| PageUrl::parse(link).ok());
        Some(Step::Found(Box::new(FoundFeed {
            kind: FeedKind::Youtube,
            home: home.filter(|home| !home.as_url().path().starts_with("/feeds/")).unwrap_or(given),
            key: key_of(&name, &url),
            lang: None,
            understood: format!(
                "the YouTube feed of `{name}`, with {} films",
                feed.value.entries.len()
            ),
            name,
            url,
        })))
    }
}

fn is_youtube(url: &PageUrl) -> bool {
    ["youtube.com", "m.youtube.com"].contains(&url.site())
}

fn place_at(url: &PageUrl) -> Option<Place> {
    if !is_youtube(url) {
        return None;
    }
    let query = |name: &str| {
        let found = url.as_url().query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).filter(|value| is_id(value))
    };
    let mut parts = url.as_url().path_segments()?.filter(|part| !part.is_empty());
    let (first, second) = (parts.next()?, parts.next());
    let named = second.filter(|name| is_id(name)).map(str::to_owned);
    match first {
        "feeds" => ["channel_id", "playlist_id", "user"]
            .into_iter()
            .find_map(|name| Some(Place::Feed(name, query(name)?))),
        "channel" => Some(Place::Feed("channel_id", named?)),
        "user" => Some(Place::Feed("user", named?)),
        "playlist" => Some(Place::Feed("playlist_id", query("list")?)),
        "c" => named.map(|_| Place::Handle),
        _ => first.starts_with('@').then_some(Place::Handle),
    }
}

fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

fn feed_url(name: &str, value: &str) -> Result<PageUrl> {
    let raw = format!("https://www.youtube.com/feeds/videos.xml?{name}={value}");
    Ok(PageUrl::parse(&raw)?)
}

/// The feed that a channel's page names.
fn feed_named_by(page: &Answer) -> Result<PageUrl, String> {
    if page.url.host().starts_with("consent.") {
        return Err(
            "YouTube shows a cookie wall in place of the channel's page: give the address \
                    with `/channel/` in it, which stands in the page's source"
                .to_owned(),
        );
    }
    let html = String::from_utf8_lossy(&page.body);
    let named = find_feeds(&html, &page.url).into_iter().map(|found| found.url);
    let feed = named.filter_map(|url| place_at(&url)).find_map(|place| match place {
        Place::Feed(name, value) => feed_url(name, &value).ok(),
        Place::Handle => None,
    });
    feed.ok_or_else(|| format!("`{}` names no feed", page.url))
}

fn key_of(name: &str, url: &PageUrl) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    match words.is_empty() {
        false => words.join("-"),
        true => {
            url.as_url().query().unwrap_or_default().rsplit('=').next().unwrap_or_default().into()
        }
    }
}

fn film(entry: &Entry, feed: &PageUrl) -> Option<NewEntry> {
    let watch = entry.page_url()?;
    let mut asked = feed.join("/oembed").ok()?.as_url().clone();
    asked.query_pairs_mut().append_pair("url", watch.as_str()).append_pair("format", "json");
    let told = entry.summary.as_ref().map(|text| text.value.clone());
    let of_media = entry.media.iter().find_map(|media| media.description.clone());
    let description = of_media.or(told).unwrap_or_default();
    let date = entry.date();
    Some(NewEntry {
        key: shorten(entry.id.as_deref().unwrap_or(watch.as_str())),
        url: PageUrl::parse(asked.as_str()).ok()?,
        title: shorten(&entry.title.as_ref().map(|title| title.to_line()).unwrap_or_default()),
        author: entry.authors.iter().find_map(|person| person.name.as_deref().map(shorten)),
        published_raw: date.map(|date| shorten(&date.raw)),
        published: date.and_then(|date| date.value),
        summary: Some(description.trim().chars().take(SUMMARY_CHARS_MAX).collect()),
        picture: None,
        reason: None,
        post: Some(FeedKind::Youtube),
    })
}

/// Plain text as markup that keeps its lines.
fn lines(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.lines().collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::Headers;
    use chapar_model::{Page, PageId, PageVia};
    use jiff::Timestamp;

    fn url(raw: &str) -> PageUrl {
        PageUrl::parse(raw).unwrap()
    }

    const FEED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
         xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
        <title>Zarvand Today</title>
        <link rel="alternate" href="https://www.youtube.com/channel/UC12"/>
        <entry><id>yt:video:ab1</id><yt:videoId>ab1</yt:videoId><title>The bridge</title>
        <link rel="alternate" href="https://www.youtube.com/watch?v=ab1"/>
        <author><name>Zarvand Today</name></author>
        <published>2026-03-02T08:00:00+00:00</published><updated>2026-03-03T08:00:00+00:00</updated>
        <media:group><media:title>The bridge</media:title>
        <media:content url="https://www.youtube.com/v/ab1?version=3" type="application/x-shockwave-flash"
         width="640" height="390"/><media:thumbnail url="https://i.example/ab1.jpg"/>
        <media:description>How the bridge &amp; the road were built.

Part 1 of 2</media:description></media:group></entry></feed>"#;

    fn page(at: &str, body: &str) -> Page {
        Page {
            id: PageId(1),
            url: url(at),
            fetched: Timestamp::from_second(1_772_500_000).unwrap(),
            status: Some(200),
            headers: Headers::default(),
            digest: ContentHash::of(body.as_bytes()),
            body_bytes: body.len() as u64,
            via: PageVia::Live,
        }
    }

    #[track_caller]
    fn check_polled(raw: &str, expect: &str) {
        let polled = Youtube.polled_address(&url(raw)).unwrap();
        assert_eq!(polled.as_str(), format!("https://www.youtube.com/feeds/videos.xml?{expect}"));
    }

    #[test]
    fn channels_users_and_playlists_have_a_feed() {
        check_polled("https://www.youtube.com/channel/UC12", "channel_id=UC12");
        check_polled("https://youtube.com/playlist?list=PL3", "playlist_id=PL3");
        check_polled("https://m.youtube.com/user/zarvand/videos", "user=zarvand");
        check_polled("https://www.youtube.com/feeds/videos.xml?channel_id=UC12", "channel_id=UC12");
        let error = Youtube.polled_address(&url("https://www.youtube.com/@zarvand")).unwrap_err();
        assert!(error.to_string().contains("chapar add"), "{error}");
        assert!(!Youtube.is_told_by(&url("https://www.youtube.com/watch?v=ab1")));
    }

    #[test]
    fn a_handle_leads_to_its_feed_and_a_cookie_wall_is_named() {
        let given = "https://www.youtube.com/@zarvand";
        let html = "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"RSS\" \
                    href=\"https://www.youtube.com/feeds/videos.xml?channel_id=UC12\">";
        let answer = |at: &str, body: &str| Answer {
            url: url(at),
            status: 200,
            headers: Headers::default(),
            body: body.as_bytes().to_vec(),
        };
        let Some(Step::Ask(asked, _)) = Youtube.find_step(given, &[answer(given, html)]) else {
            panic!()
        };
        assert_eq!(asked.as_str(), "https://www.youtube.com/feeds/videos.xml?channel_id=UC12");
        let answers = [answer(given, html), answer(asked.as_str(), FEED)];
        let Some(Step::Found(found)) = Youtube.find_step(given, &answers) else { panic!() };
        assert_eq!((found.name.as_str(), found.key.as_str()), ("Zarvand Today", "zarvand-today"));
        let wall = answer("https://consent.youtube.com/m?continue=x", "<html>");
        let Some(Step::Not(reason)) = Youtube.find_step(given, &[wall]) else { panic!() };
        assert!(reason.contains("cookie wall"), "{reason}");
    }

    #[test]
    fn a_film_becomes_an_article_of_its_description() {
        let at = url("https://www.youtube.com/feeds/videos.xml?channel_id=UC12");
        let feed_page = page(at.as_str(), FEED);
        let mut document = Document {
            body: FEED.as_bytes(),
            page: &feed_page,
            zone: None,
            lang: None,
            polled: Some(super::super::Polled {
                url: &at,
                links: None,
                learned: None,
                targets: &[],
            }),
        };
        let entry = Youtube.find_entries(&document).unwrap().entries.remove(0);
        assert_eq!(
            entry.url.as_str(),
            "https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dab1&format=json"
        );
        let hint = EntryHint {
            title: entry.title.clone(),
            author: None,
            published_raw: entry.published_raw.clone(),
            published: entry.published,
            summary: entry.summary.clone(),
            post: entry.post,
        };
        let embed = r#"{"type":"video","title":"The bridge (new)","author_name":"Zarvand Today",
            "thumbnail_url":"https://i.example/ab1.jpg","html":"<iframe></iframe>"}"#;
        let embed_page = page(entry.url.as_str(), embed);
        (document.body, document.page) = (embed.as_bytes(), &embed_page);
        let article = Youtube.find_post(&document, Some(&hint)).unwrap().article.unwrap();
        assert_eq!(article.title.value().unwrap(), "The bridge (new)");
        assert_eq!(article.text(), "How the bridge & the road were built.\n\nPart 1 of 2");
        assert_eq!(article.published.value(), entry.published.as_ref());
        let post = article.post.unwrap();
        assert_eq!(post.permalink.as_str(), "https://www.youtube.com/watch?v=ab1");
        assert!(post.titled);
    }
}
