//! Public Telegram channels: the preview page is polled, each post is fetched as the page that
//! others embed, and a post that only links an article leads to that article. Posts that came
//! faster than polls are asked for page by page, back to the newest that was known.

use super::post::{article_of, headline};
use super::{
    Answer, Ask, Document, FeedDocument, FoundFeed, Kind, Post, Received, Step, hash_of, shorten,
};
use anyhow::{Result, bail};
use chapar_feed::{TelegramPage, TelegramPost, parse_telegram};
use chapar_fetch::Purpose;
use chapar_model::{ContentHash, Outcome, OutcomeKind, PageUrl, When};
use chapar_store::{EntryHint, FeedKind, NewEntry};
use serde::{Deserialize, Serialize};

/// Hosts that serve channels.
const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];
/// Pages asked for to fill one gap, of some twenty posts each.
const GAP_PAGES_MAX: u32 = 25;
/// Pages asked for when a channel is new.
const FIRST_PAGES: u32 = 2;
/// First parts of addresses on these hosts that are no channels.
const RESERVED: [&str; 9] =
    ["s", "c", "joinchat", "share", "addstickers", "proxy", "iv", "addlist", "login"];

/// The kind.
pub(super) struct Telegram;

/// What is known of a channel: how far its posts are known, and what is missing below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    newest: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<Gap>,
}

/// Posts that may exist and were not seen: those between two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Gap {
    above: u64,
    below: u64,
    pages_left: u32,
}

impl Kind for Telegram {
    fn kind(&self) -> FeedKind {
        FeedKind::Telegram
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: None }
    }

    fn polled_address(&self, url: &PageUrl) -> Result<PageUrl> {
        if let Some(channel) = channel_at(url) {
            return Ok(PageUrl::parse(&format!("https://t.me/s/{channel}"))?);
        }
        if HOSTS.contains(&url.site()) || channel_of(url).is_none() {
            bail!("`{url}` names no public channel: write `https://t.me/s/NAME`");
        }
        Ok(url.clone())
    }

    fn is_told_by(&self, url: &PageUrl) -> bool {
        channel_at(url).is_some()
    }

    fn covers(&self, feed: &PageUrl, page: &PageUrl) -> bool {
        let is_older = page.as_url().query().is_none_or(|query| query.starts_with("before="));
        is_older && feed.origin() == page.origin() && feed.as_url().path() == page.as_url().path()
    }

    fn learns(&self) -> bool {
        true
    }

    /// Posts, without how often they were seen and the passing addresses of their pictures.
    fn fingerprint(&self, received: &Received<'_>) -> Option<ContentHash> {
        let body = received.decoded()?;
        let page = parse_telegram(&String::from_utf8_lossy(&body), received.url);
        let numbers: Vec<String> = page.ids.iter().map(ToString::to_string).collect();
        let edited = |is: bool| if is { "edited" } else { "" };
        let posts = page.posts.iter().flat_map(|found| {
            [found.post.id.as_str(), found.post.html.as_str(), edited(found.post.edited)]
        });
        page.is_preview.then(|| hash_of(numbers.iter().map(String::as_str).chain(posts)))
    }

    fn fault(&self, received: &Received<'_>) -> Option<&'static str> {
        let body = received.decoded()?;
        let page = parse_telegram(&String::from_utf8_lossy(&body), received.url);
        (!page.is_preview).then_some("the channel is gone, private, or shows no preview")
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        let polled = document.polled?;
        let html = String::from_utf8_lossy(document.body);
        let page = parse_telegram(&html, &document.page.url);
        if !page.is_preview {
            let is_of_network = html.contains("tgme_page");
            return is_of_network.then(|| FeedDocument {
                format: "page of a channel that shows no preview".to_owned(),
                ..FeedDocument::default()
            });
        }
        let known = polled.learned.and_then(|json| serde_json::from_str(json).ok());
        let is_head = document.page.url.as_url().query().is_none();
        let (known, further) = follow(known, &page, is_head);
        let before = |number: u64| polled.url.join(&format!("?before={number}")).ok();
        Some(FeedDocument {
            format: "preview of a Telegram channel".to_owned(),
            entries: page.posts.iter().filter_map(|post| entry_of(post, polled.url)).collect(),
            further: further.and_then(before).into_iter().collect(),
            learned: known.and_then(|known| serde_json::to_string(&known).ok()),
            ..FeedDocument::default()
        })
    }

    fn find_post(&self, document: &Document<'_>, hint: Option<&EntryHint>) -> Option<Post> {
        let url = &document.page.url;
        let html = String::from_utf8_lossy(document.body);
        let page = parse_telegram(&html, url);
        let nothing = |kind, reason: &str| {
            Some(Post { outcome: Outcome { kind, reason: reason.to_owned() }, article: None })
        };
        if let Some(said) = &page.missing {
            return nothing(OutcomeKind::Soft404, said);
        }
        let number: u64 = url.as_url().path().rsplit('/').next()?.parse().ok()?;
        let Some(found) = page.posts.iter().find(|post| post.number == number) else {
            return match page.ids.is_empty() {
                true => None,
                false => nothing(OutcomeKind::NoText, "a notice, or shown in the app alone"),
            };
        };
        let article = article_of(&found.post, document, hint);
        let reason = "a post of a Telegram channel".to_owned();
        Some(Post { outcome: Outcome { kind: OutcomeKind::Post, reason }, article: Some(article) })
    }

    fn find_step(&self, given: &str, answers: &[Answer]) -> Option<Step> {
        let given = PageUrl::parse(given).ok()?;
        let Some(channel) = channel_at(&given) else {
            let is_of_network = HOSTS.contains(&given.site());
            return is_of_network.then(|| Step::Not(format!("`{given}` names no public channel")));
        };
        let url = PageUrl::parse(&format!("https://t.me/s/{channel}")).ok()?;
        let Some(answer) = answers.last() else { return Some(Step::Ask(url, self.ask())) };
        let page = parse_telegram(&String::from_utf8_lossy(&answer.body), &answer.url);
        if !page.is_preview {
            return Some(Step::Not(format!(
                "`{channel}` is no public channel, or its owner shows no preview of it"
            )));
        }
        let name = page.title.clone().unwrap_or_else(|| channel.clone());
        Some(Step::Found(Box::new(FoundFeed {
            kind: FeedKind::Telegram,
            home: PageUrl::parse(&format!("https://t.me/{channel}")).ok()?,
            key: channel.to_ascii_lowercase().replace('_', "-"),
            lang: None,
            understood: format!(
                "the public Telegram channel `{channel}`, with {} posts on its first page",
                page.posts.len()
            ),
            name,
            url,
        })))
    }
}

/// The channel that an address of the network names: `t.me/NAME`, `t.me/s/NAME`, `t.me/NAME/12`.
fn channel_at(url: &PageUrl) -> Option<String> {
    if !HOSTS.contains(&url.site()) {
        return None;
    }
    let mut parts = url.as_url().path_segments()?.filter(|part| !part.is_empty());
    let first = parts.next()?;
    let name = if first == "s" { parts.next()? } else { first };
    (is_name(name) && !RESERVED.contains(&name)).then(|| name.to_owned())
}

/// The channel whose preview stands at an address, on whatever host.
fn channel_of(url: &PageUrl) -> Option<&str> {
    let name = url.as_url().path().strip_prefix("/s/")?.trim_end_matches('/');
    is_name(name).then_some(name)
}

/// Names are of 4 to 32 letters, digits and low lines.
fn is_name(name: &str) -> bool {
    (4..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn entry_of(found: &TelegramPost, feed: &PageUrl) -> Option<NewEntry> {
    let post = &found.post;
    let is_own = |url: &PageUrl| HOSTS.contains(&url.site()) || url.origin() == feed.origin();
    let article = post.article_link(is_own);
    let embedded = format!("/{}/{}?embed=1&mode=tme", found.channel, found.number);
    let url = match &article {
        Some(article) => article.clone(),
        None => feed.join(&embedded).ok()?,
    };
    let title = match (&article, &post.preview) {
        (Some(_), Some(preview)) if !preview.title.is_empty() => preview.title.clone(),
        _ => headline(post),
    };
    Some(NewEntry {
        key: shorten(&post.id),
        url,
        title: shorten(&title),
        author: post.author.as_deref().filter(|_| article.is_none()).map(shorten),
        published_raw: post.published.as_deref().map(shorten),
        published: post.published.as_deref().and_then(|raw| When::parse(raw).ok()),
        summary: None,
        picture: None,
        reason: None,
        post: article.is_none().then_some(FeedKind::Telegram),
    })
}

/// What is known after a page, and the number before which more is to be asked for.
fn follow(
    known: Option<Known>,
    page: &TelegramPage,
    is_head: bool,
) -> (Option<Known>, Option<u64>) {
    let (Some(&oldest), Some(&newest)) = (page.ids.first(), page.ids.last()) else {
        // Nothing is older: what was missing is not there.
        return (known.map(|known| Known { gap: known.gap.filter(|_| is_head), ..known }), None);
    };
    let old = known.unwrap_or(Known { newest: 0, gap: None });
    let gap = match (is_head, old.gap) {
        // A page of the gap: what is left lies below it.
        (false, Some(gap)) => Some(Gap { below: gap.below.min(oldest), ..gap }),
        (false, None) => None,
        (true, gap) => {
            let is_new = known.is_none();
            let pages = if is_new { FIRST_PAGES } else { GAP_PAGES_MAX };
            let opened = (oldest > old.newest + 1).then_some(Gap {
                above: old.newest,
                below: oldest,
                pages_left: pages,
            });
            match (opened, gap) {
                // An older gap that is open still reaches further down.
                (Some(opened), Some(gap)) => Some(Gap { above: gap.above, ..opened }),
                (opened, gap) => opened.or(gap),
            }
        }
    };
    let can_go_on = is_head || page.before.is_some();
    let gap = gap.filter(|gap| gap.below > gap.above + 1 && gap.pages_left > 0 && can_go_on);
    let asked = gap.map(|gap| gap.below);
    let gap = gap.map(|gap| Gap { pages_left: gap.pages_left - 1, ..gap });
    (Some(Known { newest: old.newest.max(newest), gap }), asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::Headers;
    use proptest::prelude::*;

    fn url(raw: &str) -> PageUrl {
        PageUrl::parse(raw).unwrap()
    }

    #[test]
    fn a_channel_is_known_by_any_of_its_addresses() {
        for raw in ["https://t.me/peyk_z", "https://telegram.me/s/peyk_z", "https://t.me/peyk_z/42"]
        {
            let polled = Telegram.polled_address(&url(raw)).unwrap();
            assert_eq!(polled.as_str(), "https://t.me/s/peyk_z", "{raw}");
        }
        for raw in [
            "https://t.me/",
            "https://t.me/joinchat/AbC",
            "https://t.me/+AbC",
            "https://t.me/c/1/2",
        ] {
            assert!(!Telegram.is_told_by(&url(raw)), "{raw}");
            let error = Telegram.polled_address(&url(raw)).unwrap_err().to_string();
            assert!(error.contains(raw), "{error}");
        }
        let other = url("https://peyk.example/s/peyk_z");
        assert_eq!(Telegram.polled_address(&other).unwrap(), other);
    }

    #[test]
    fn a_page_that_was_only_seen_more_often_is_the_same() {
        let (channel, headers) = (url("https://t.me/s/peyk_z"), Headers::default());
        fn on<'a>(url: &'a PageUrl, headers: &'a Headers, html: &'a str) -> Received<'a> {
            Received { url, headers, body: html.as_bytes() }
        }
        let page = |views: &str, words: &str| {
            let html = format!(
                "<section class=\"tgme_channel_history\"><div class=\"tgme_widget_message\" \
                 data-post=\"peyk_z/7\"><div class=\"js-message_text\">{words}</div>\
                 <span class=\"tgme_widget_message_views\">{views}</span></div></section>"
            );
            Telegram.fingerprint(&on(&channel, &headers, &html)).unwrap()
        };
        assert_eq!(page("1.2K", "Bridge opens"), page("1.3K", "Bridge opens"));
        assert_ne!(page("1.2K", "Bridge opens"), page("1.2K", "Bridge closes"));
        assert_eq!(Telegram.fingerprint(&on(&channel, &headers, "<html>Log in")), None);
        assert!(Telegram.fault(&on(&channel, &headers, "<html>Log in")).is_some());
    }

    #[test]
    fn an_invitation_and_a_channel_without_a_preview_are_named() {
        let said = |step: Option<Step>| match step {
            Some(Step::Not(reason)) => reason,
            other => panic!("{other:?}"),
        };
        let reason = said(Telegram.find_step("https://t.me/+AbC", &[]));
        assert_eq!(reason, "`https://t.me/+AbC` names no public channel");
        let answer = |body: &str| Answer {
            url: url("https://t.me/peyk_z"),
            status: 200,
            headers: Headers::default(),
            body: body.as_bytes().to_vec(),
        };
        let landing = answer("<div class=\"tgme_page\">Join</div>");
        let reason = said(Telegram.find_step("https://t.me/peyk_z", &[landing]));
        assert!(reason.contains("shows no preview"), "{reason}");
        let preview = answer(
            "<div class=\"tgme_channel_info_header_title\">Peyk</div>\
                              <section class=\"tgme_channel_history\"></section>",
        );
        let Some(Step::Found(found)) = Telegram.find_step("https://t.me/peyk_z", &[preview]) else {
            panic!()
        };
        assert_eq!((found.name.as_str(), found.url.as_str()), ("Peyk", "https://t.me/s/peyk_z"));
    }

    #[test]
    fn older_pages_are_pages_of_the_channel_and_posts_are_not() {
        let feed = url("https://t.me/s/peyk_z");
        assert!(Telegram.covers(&feed, &url("https://t.me/s/peyk_z?before=20")));
        assert!(!Telegram.covers(&feed, &url("https://t.me/peyk_z/20?embed=1&mode=tme")));
        assert!(!Telegram.covers(&feed, &url("https://t.me/s/peyk_z?q=bridge")));
    }

    fn page(ids: std::ops::RangeInclusive<u64>) -> TelegramPage {
        let before = Some(*ids.start()).filter(|oldest| *oldest > 1);
        TelegramPage { is_preview: true, ids: ids.collect(), before, ..TelegramPage::default() }
    }

    #[test]
    fn posts_between_two_polls_are_asked_for_until_they_are_known() {
        let known = Some(Known { newest: 40, gap: None });
        let (known, asked) = follow(known, &page(81..=100), true);
        assert_eq!(asked, Some(81));
        let (known, asked) = follow(known, &page(61..=80), false);
        assert_eq!(asked, Some(61));
        let (known, asked) = follow(known, &page(41..=60), false);
        assert_eq!(asked, None);
        assert_eq!(known, Some(Known { newest: 100, gap: None }));
    }

    #[test]
    fn a_new_channel_is_followed_back_a_few_pages() {
        let (known, asked) = follow(None, &page(981..=1000), true);
        assert_eq!(asked, Some(981));
        let (known, asked) = follow(known, &page(961..=980), false);
        assert_eq!(asked, Some(961));
        let (known, asked) = follow(known, &page(941..=960), false);
        assert_eq!(asked, None);
        assert_eq!(known.unwrap().gap, None);
    }

    #[test]
    fn a_page_that_was_never_kept_is_asked_for_again_by_the_next_poll() {
        let known = Some(Known { newest: 40, gap: None });
        let (known, _) = follow(known, &page(81..=100), true);
        let (known, asked) = follow(known, &page(82..=101), true);
        assert_eq!(asked, Some(81));
        let (_, asked) = follow(known, &page(61..=80), false);
        assert_eq!(asked, Some(61));
    }

    proptest! {
        /// Whatever is polled when, every gap is closed or given up within its pages.
        #[test]
        fn asking_ends(newest in 1_u64..5_000, step in 1_u64..3_000) {
            let mut known = Some(Known { newest, gap: None });
            let head = newest + step;
            let mut asked;
            (known, asked) = follow(known, &page(head.saturating_sub(19).max(1)..=head), true);
            let mut pages = 0;
            while let Some(before) = asked {
                pages += 1;
                prop_assert!(pages <= GAP_PAGES_MAX);
                let last = before - 1;
                (known, asked) = follow(known, &page(last.saturating_sub(19).max(1)..=last), false);
            }
            let whole = step <= 20 * u64::from(GAP_PAGES_MAX);
            prop_assert!(!whole || known.unwrap().gap.is_none());
        }
    }
}
