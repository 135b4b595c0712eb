//! Public accounts of the fediverse (Mastodon and others that speak ActivityPub): the outbox is
//! polled, each note is fetched as the JSON its server gives to everybody, and what only links an
//! article leads to that article. Signs no request: a server that wants signatures is named, and
//! its RSS feed taken where there is one.

use super::feed::is_feed;
use super::post::{article_of, headline};
use super::{
    Answer, Ask, Document, FeedDocument, FoundFeed, Kind, Post, Received, Step, hash_of, shorten,
};
use anyhow::{Result, bail};
use chapar_feed::{
    Activity as Deed, ActivityDocument, Actor, ObjectKind, Outbox, PostLink, find_webfinger_actor,
    parse_activity,
};
use chapar_fetch::Purpose;
use chapar_model::{ContentHash, Outcome, OutcomeKind, PageUrl, When};
use chapar_store::{EntryHint, FeedKind, NewEntry};
use serde::{Deserialize, Serialize};

/// What servers are asked for.
const ACCEPT: &str = "application/activity+json, \
                      application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
/// What a WebFinger answer is called.
const ACCEPT_JRD: &str = "application/jrd+json, application/json";
/// Pages asked for to fill one gap.
const GAP_PAGES_MAX: u32 = 10;
/// Pages asked for when an account is new.
const FIRST_PAGES: u32 = 2;
/// Names of newest posts that are remembered.
const NEWEST_MAX: usize = 40;
/// What is said of a server that answers nobody without a signature.
const SIGNED: &str = "the server asks for signed requests";

/// The kind.
pub(super) struct Activity;

/// What is known of an account: its newest posts, and those to reach where posts are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    newest: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    until: Vec<String>,
    #[serde(default)]
    pages_left: u32,
}

impl Kind for Activity {
    fn kind(&self) -> FeedKind {
        FeedKind::Activity
    }

    fn ask(&self) -> Ask {
        Ask { purpose: Purpose::Feed, accept: Some(ACCEPT) }
    }

    fn polled_address(&self, url: &PageUrl) -> Result<PageUrl> {
        if handle_at(url).is_some() {
            bail!("`{url}` is an account: `chapar add {url}` finds the outbox to write here");
        }
        Ok(url.clone())
    }

    fn is_told_by(&self, url: &PageUrl) -> bool {
        let path = url.as_url().path();
        path.ends_with("/outbox") || path.starts_with("/@") && handle_at(url).is_some()
    }

    fn covers(&self, feed: &PageUrl, page: &PageUrl) -> bool {
        feed.origin() == page.origin() && feed.as_url().path() == page.as_url().path()
    }

    fn learns(&self) -> bool {
        true
    }

    /// Posts, without how often they were liked and passed on.
    fn fingerprint(&self, received: &Received<'_>) -> Option<ContentHash> {
        let body = received.decoded()?;
        let ActivityDocument::Outbox(outbox) = parse_activity(&body)? else { return None };
        let deeds = outbox.activities.iter().flat_map(|deed| {
            let post = deed.post.as_ref().map(|found| &found.post);
            let html = post.map_or("", |post| post.html.as_str());
            let updated = post.and_then(|post| post.updated.as_deref()).unwrap_or_default();
            [deed.id.as_str(), html, updated]
        });
        outbox.has_items.then(|| hash_of(deeds))
    }

    fn refusal(&self, status: u16) -> Option<&'static str> {
        matches!(status, 401 | 403).then_some(SIGNED)
    }

    fn fault(&self, received: &Received<'_>) -> Option<&'static str> {
        let body = received.decoded()?;
        let is_outbox = matches!(parse_activity(&body), Some(ActivityDocument::Outbox(_)));
        let is_other = is_feed(&body, received.headers.get("Content-Type"));
        (!is_outbox && !is_other).then_some("there is no outbox of an account here")
    }

    fn find_entries(&self, document: &Document<'_>) -> Option<FeedDocument> {
        let polled = document.polled?;
        let ActivityDocument::Outbox(outbox) = parse_activity(document.body)? else { return None };
        let known: Option<Known> = polled.learned.and_then(|json| serde_json::from_str(json).ok());
        let is_head = document.page.url == *polled.url;
        let is_cover = !outbox.has_items && outbox.first.is_some();
        let (known, is_wanted) = match is_cover {
            true => (known, false),
            false => follow(known, &outbox, is_head),
        };
        let further = match is_cover {
            true => outbox.first.clone(),
            false => outbox.next.clone().filter(|_| is_wanted),
        };
        let mine = |url: &PageUrl| self.covers(polled.url, url) && url != &document.page.url;
        Some(FeedDocument {
            format: "outbox of an account".to_owned(),
            entries: outbox
                .activities
                .iter()
                .filter_map(|deed| entry_of(deed, polled.url))
                .collect(),
            further: further.into_iter().filter(mine).collect(),
            learned: known.and_then(|known| serde_json::to_string(&known).ok()),
            ..FeedDocument::default()
        })
    }

    fn ask_post(&self) -> Ask {
        Ask { purpose: Purpose::Page, accept: Some(ACCEPT) }
    }

    fn find_post(&self, document: &Document<'_>, hint: Option<&EntryHint>) -> Option<Post> {
        let nothing = |kind, reason: &str| {
            Some(Post { outcome: Outcome { kind, reason: reason.to_owned() }, article: None })
        };
        let mut found = match parse_activity(document.body)? {
            ActivityDocument::Object(found) => *found,
            ActivityDocument::Tombstone => return nothing(OutcomeKind::Soft404, "deleted"),
            _ => return None,
        };
        if !found.is_public {
            return nothing(OutcomeKind::OtherPage, "a post that is not for everybody");
        }
        let is_passed_on = document
            .polled
            .is_some_and(|polled| found.by.as_ref().is_some_and(|by| !is_of(polled.url, by)));
        if is_passed_on {
            let name = found.post.account.clone();
            found.post.forwarded = Some(PostLink { url: found.post.permalink.clone(), name });
        }
        if found.post.html.trim().is_empty()
            && found.post.media.is_empty()
            && found.post.title.is_none()
        {
            return nothing(OutcomeKind::NoText, "a post without words and pictures");
        }
        Some(Post {
            outcome: Outcome {
                kind: OutcomeKind::Post,
                reason: "a post of an account of the fediverse".to_owned(),
            },
            article: Some(article_of(&found.post, document, hint)),
        })
    }

    fn find_step(&self, given: &str, answers: &[Answer]) -> Option<Step> {
        let account = Account::parse(given)?;
        let mut answers = answers.iter();
        let Some(finger) = answers.next() else {
            return Some(Step::Ask(
                account.webfinger()?,
                Ask { purpose: Purpose::Discovery, accept: Some(ACCEPT_JRD) },
            ));
        };
        let actor_url = find_webfinger_actor(&finger.body).or(account.url.clone())?;
        let ask = |url| Some(Step::Ask(url, self.ask()));
        let Some(answer) = answers.next() else { return ask(actor_url) };
        if let Some(reason) = self.refusal(answer.status) {
            return account.by_rss(answers.next(), reason);
        }
        let Some(ActivityDocument::Actor(actor)) = parse_activity(&answer.body) else {
            return None;
        };
        let Some(url) = actor.outbox.clone() else {
            return account.by_rss(answers.next(), "the account names no outbox");
        };
        let Some(answer) = answers.next() else { return ask(url) };
        let outbox = match read_outbox(answer) {
            Ok(outbox) => outbox,
            Err(reason) => return account.by_rss(answers.next(), reason),
        };
        if outbox.has_items {
            return account.found(&actor, &url, &outbox);
        }
        let Some(url) = outbox.first else {
            return account.by_rss(answers.next(), "the server shows no posts in the outbox");
        };
        let Some(answer) = answers.next() else { return ask(url) };
        match read_outbox(answer) {
            Ok(page) => account.found(&actor, &url, &page),
            Err(reason) => account.by_rss(answers.next(), reason),
        }
    }
}

fn read_outbox(answer: &Answer) -> Result<Outbox, &'static str> {
    if let Some(reason) = Activity.refusal(answer.status) {
        return Err(reason);
    }
    match parse_activity(&answer.body) {
        Some(ActivityDocument::Outbox(outbox)) => Ok(outbox),
        _ => Err("the server shows no outbox"),
    }
}

/// An account as a person names it.
struct Account {
    name: String,
    host: String,
    url: Option<PageUrl>,
}

impl Account {
    /// Reads `@name@host`, `acct:name@host`, `https://host/@name` or `https://host/users/name`.
    fn parse(given: &str) -> Option<Self> {
        if let Ok(url) = PageUrl::parse(given) {
            let name = handle_at(&url)?;
            let host = url.origin();
            return Some(Self { name, host: host.split_once("://")?.1.to_owned(), url: Some(url) });
        }
        let bare = given.strip_prefix("acct:").or_else(|| given.strip_prefix('@'))?;
        let (name, host) = bare.trim_start_matches('@').split_once('@')?;
        let fits = is_name(name) && PageUrl::parse(&format!("https://{host}/")).is_ok();
        fits.then(|| Self { name: name.to_owned(), host: host.to_owned(), url: None })
    }

    /// Its server, by the scheme it was named with.
    fn server(&self) -> String {
        let scheme = self.url.as_ref().map_or("https", |url| url.as_url().scheme());
        format!("{scheme}://{}", self.host)
    }

    fn webfinger(&self) -> Option<PageUrl> {
        let Self { name, host, .. } = self;
        let server = self.server();
        PageUrl::parse(&format!("{server}/.well-known/webfinger?resource=acct:{name}@{host}")).ok()
    }

    fn found(&self, actor: &Actor, url: &PageUrl, outbox: &Outbox) -> Option<Step> {
        let home = actor.url.clone().or_else(|| self.url.clone())?;
        Some(Step::Found(Box::new(FoundFeed {
            kind: FeedKind::Activity,
            url: url.clone(),
            name: if actor.name.is_empty() { self.name.clone() } else { actor.name.clone() },
            key: self.key(),
            lang: None,
            understood: format!(
                "the account `@{}@{}`, with {} public posts on the newest page of its outbox",
                self.name,
                self.host,
                outbox.activities.len()
            ),
            home,
        })))
    }

    /// Mastodon and its kin offer every public account as RSS too.
    fn by_rss(&self, answer: Option<&Answer>, reason: &str) -> Option<Step> {
        let url = PageUrl::parse(&format!("{}/@{}.rss", self.server(), self.name)).ok()?;
        let Some(answer) = answer else {
            return Some(Step::Ask(url, Ask { purpose: Purpose::Feed, accept: None }));
        };
        let is_open = (200..300).contains(&answer.status)
            && is_feed(&answer.body, answer.headers.get("Content-Type"));
        if !is_open {
            return Some(Step::Not(format!(
                "`@{}@{}` cannot be followed: {reason}, and there is no RSS feed of it",
                self.name, self.host
            )));
        }
        Some(Step::Found(Box::new(FoundFeed {
            kind: FeedKind::Feed,
            home: PageUrl::parse(&format!("{}/@{}", self.server(), self.name)).ok()?,
            name: format!("@{}@{}", self.name, self.host),
            key: self.key(),
            lang: None,
            understood: format!(
                "the account `@{}@{}`, followed by its RSS feed, for {reason}",
                self.name, self.host
            ),
            url,
        })))
    }

    fn key(&self) -> String {
        format!("{}.{}", self.name, self.host)
    }
}

/// The account that an address names.
fn handle_at(url: &PageUrl) -> Option<String> {
    let mut parts = url.as_url().path_segments()?.filter(|part| !part.is_empty());
    let first = parts.next()?;
    let name = match first.strip_prefix('@') {
        Some(name) => name,
        None if first == "users" => parts.next()?,
        None => return None,
    };
    let is_whole = parts.next().is_none() && url.as_url().query().is_none();
    let is_other = ["youtube.com", "m.youtube.com"].contains(&url.site());
    (is_whole && !is_other && is_name(name)).then(|| name.to_owned())
}

fn is_name(name: &str) -> bool {
    let is_document = [".rss", ".atom", ".json"].iter().any(|ending| name.ends_with(ending));
    (1..=64).contains(&name.len())
        && !is_document
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// Whether an actor or a post of one is of the account whose outbox is polled.
fn is_of(outbox: &PageUrl, other: &PageUrl) -> bool {
    if outbox.host() != other.host() {
        return false;
    }
    let account = outbox.as_url().path().trim_end_matches("/outbox");
    let path = other.as_url().path();
    let is_below =
        path.strip_prefix(account).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // Servers that keep accounts and outboxes at unlike addresses tell accounts apart no further.
    let first = |path: &str| path.split('/').find(|part| !part.is_empty()).map(str::to_owned);
    is_below || first(account) != first(path)
}

fn entry_of(deed: &Deed, feed: &PageUrl) -> Option<NewEntry> {
    let of_post = deed.post.as_ref();
    let is_talk = !deed.is_boost
        && of_post
            .and_then(|post| post.post.reply_to.as_ref()?.url.as_ref())
            .is_some_and(|answered| !is_of(feed, answered));
    if is_talk {
        // An answer to somebody else is half of a conversation.
        return None;
    }
    let is_own = |url: &PageUrl| {
        url.origin() == feed.origin()
            || of_post
                .is_some_and(|post| post.id.as_ref().is_some_and(|id| id.origin() == url.origin()))
    };
    let article = of_post.and_then(|found| match found.kind {
        ObjectKind::Article => {
            let page = found.link.clone().or_else(|| found.post.permalink.clone());
            page.filter(|page| found.id.as_ref() != Some(page))
        }
        _ => found.post.article_link(is_own),
    });
    let published = of_post.and_then(|post| post.post.published.clone()).or(deed.published.clone());
    Some(NewEntry {
        key: shorten(&deed.id),
        url: article.clone().unwrap_or_else(|| deed.object.clone()),
        title: of_post.map(|post| shorten(&headline(&post.post))).unwrap_or_default(),
        author: None,
        published: published.as_deref().and_then(|raw| When::parse(raw).ok()),
        published_raw: published.as_deref().map(shorten),
        summary: None,
        picture: None,
        reason: None,
        post: article.is_none().then_some(FeedKind::Activity),
    })
}

/// What is known after a page, and whether the one before it is to be asked for.
fn follow(known: Option<Known>, outbox: &Outbox, is_head: bool) -> (Option<Known>, bool) {
    let ids: Vec<String> =
        outbox.activities.iter().map(|deed| shorten(&deed.id)).take(NEWEST_MAX).collect();
    let is_new = known.is_none();
    let mut known = known.unwrap_or_default();
    if is_head {
        let meets = ids.iter().any(|id| known.newest.contains(id));
        if !meets {
            let until = std::mem::take(&mut known.newest);
            // A gap that is open still reaches further down.
            if known.until.is_empty() {
                known.until = until;
            }
            known.pages_left = if is_new { FIRST_PAGES } else { GAP_PAGES_MAX };
        }
        if !ids.is_empty() {
            known.newest = ids;
        }
    } else if ids.iter().any(|id| known.until.contains(id)) {
        known.pages_left = 0;
    }
    let is_wanted = known.pages_left > 0 && outbox.next.is_some() && outbox.has_items;
    known.pages_left = if is_wanted { known.pages_left - 1 } else { 0 };
    if !is_wanted {
        known.until.clear();
    }
    (Some(known), is_wanted)
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
