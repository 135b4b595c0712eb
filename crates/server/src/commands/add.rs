//! `chapar add`: finds what can be polled of a site, a channel or an account, and adds it to an
//! edition.

use super::input::{ask, read};
use crate::cli::{Add, Cli};
use crate::newsroom::read_edition;
use crate::say::{Done, answer, answer_json, note};
use anyhow::{Context as _, Result, bail};
use chapar_feed::{FeedContext, find_feeds, parse_feed, parse_sitemap};
use chapar_fetch::Purpose;
use chapar_model::{Lang, PageUrl, SourceKey};
use chapar_pipeline::Edition;
use chapar_pipeline::kinds::{FoundFeed, Kind, Step, all_kinds};
use chapar_web::messages::UI_LANGS;
use serde_json::json;

/// Addresses tried for a feed or sitemap.
const TRIED_MAX: usize = 12;
/// Addresses asked to find out about one channel or account.
const STEPS_MAX: usize = 8;

/// What was found of a site.
struct Site {
    key: SourceKey,
    home: PageUrl,
    name: String,
    lang: Option<String>,
    feeds: Vec<PageUrl>,
    sitemaps: Vec<PageUrl>,
    /// Documents of further kinds.
    named: Vec<FoundFeed>,
}

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Add) -> Result<Done> {
    let site = find(&options.url).await?;
    for feed in &site.named {
        note(&format!("`{}` is {}.", feed.url, feed.understood));
    }
    let lines = toml_lines(&site);
    if let Some(path) = &options.edition {
        let old = match path.exists() {
            true => read_edition(path)?,
            false => begin_edition(&site),
        };
        let new = format!("{}\n\n{lines}", old.trim_end());
        Edition::parse(&new).with_context(|| {
            format!("with `{}` added, `{}` would be no edition", site.key, path.display())
        })?;
        std::fs::write(path, new).with_context(|| format!("`{}`", path.display()))?;
    }
    if cli.json {
        answer_json(&json!({
            "key": site.key, "home": site.home, "name": site.name, "lang": site.lang,
            "feeds": site.feeds, "sitemaps": site.sitemaps,
            "named": site.named.iter().map(|feed| json!({
                "kind": feed.kind, "url": feed.url, "understood": feed.understood,
            })).collect::<Vec<_>>(),
            "added_to": options.edition,
        }))?;
    } else {
        answer(lines.trim_end());
        match &options.edition {
            Some(path) => note(&format!(
                "Added to `{}`; a newsroom that runs reads it when it is started again.",
                path.display()
            )),
            None => note("Add these lines to an edition, or name its file with --edition."),
        }
    }
    Ok(Done::Whole)
}

/// The head of an edition that follows a first site.
fn begin_edition(site: &Site) -> String {
    let lang = site.lang.as_deref().and_then(Lang::parse);
    let lang = lang.filter(|lang| UI_LANGS.contains(lang)).unwrap_or(Lang::EN);
    format!(
        "# What this newsroom follows, and how it shows it. Every article belongs; with a part\n\
         # [belongs] only those that name certain words.\n\
         name = \"News\"\n\
         # Of the site's pages.\n\
         languages = [{}]\n\
         zone = \"UTC\"\n\
         # Where publishers reach you, such as a page about you: every request carries it.\n\
         contact = \"\"\n",
        quoted(lang.as_str())
    )
}

/// What a person named: a channel or an account by its address or name, or else a site.
async fn find(given: &str) -> Result<Site> {
    // A name such as `@name@host` is no address.
    let is_name = given.starts_with('@') || given.starts_with("acct:");
    let address = match given.contains("://") || is_name {
        true => given.to_owned(),
        false => format!("https://{given}"),
    };
    for kind in all_kinds().filter(|kind| !kind.takes_any_page()) {
        if let Some(found) = follow(kind, &address).await? {
            return of_found(found);
        }
    }
    look(&PageUrl::parse(&address)?).await
}

/// Asks what a kind wants to know, until it knows.
async fn follow(kind: &dyn Kind, given: &str) -> Result<Option<FoundFeed>> {
    let mut answers = Vec::new();
    for _ in 0..STEPS_MAX {
        match kind.find_step(given, &answers) {
            None => return Ok(None),
            Some(Step::Found(found)) => return Ok(Some(*found)),
            Some(Step::Not(reason)) => bail!("{reason}"),
            Some(Step::Ask(url, how)) => answers.push(ask(&url, how).await?),
        }
    }
    bail!("`{given}` is a {}, but {STEPS_MAX} answers do not tell which", kind.kind().as_str())
}

fn of_found(found: FoundFeed) -> Result<Site> {
    let key: String = found
        .key
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .take(60)
        .collect();
    let key = SourceKey::parse(key.trim_matches('-'))
        .with_context(|| format!("`{}` makes no key for a source", found.key))?;
    Ok(Site {
        key,
        home: found.home.clone(),
        name: found.name.clone(),
        lang: found.lang.clone(),
        feeds: Vec::new(),
        sitemaps: Vec::new(),
        named: vec![found],
    })
}

async fn look(url: &PageUrl) -> Result<Site> {
    let page = read(url.as_str(), Purpose::Discovery).await?;
    let at = page.url.clone().unwrap_or_else(|| url.clone());
    let home = PageUrl::parse(&format!("{}/", at.origin()))?;
    let context =
        FeedContext { url: Some(&at), headers: Some(&page.headers), zone: None, fetched: None };
    let mut site = Site {
        key: key_of(&at)?,
        name: at.site().to_owned(),
        home,
        lang: None,
        feeds: Vec::new(),
        sitemaps: Vec::new(),
        named: Vec::new(),
    };
    if let Ok(feed) = parse_feed(&page.bytes, &context) {
        // The address is itself a feed.
        site.name = feed.value.title.as_ref().map_or(site.name, |title| title.to_line());
        site.lang = feed.value.language;
        site.feeds.push(at);
        return Ok(site);
    }
    let html = String::from_utf8_lossy(&page.bytes);
    for found in find_feeds(&html, &at).into_iter().take(TRIED_MAX) {
        try_one(&found.url, &mut site).await;
    }
    // Sitemaps stand in robots.txt or at a place of their own; both are asked of the site itself.
    for path in ["/sitemap.xml", "/news-sitemap.xml"] {
        if let Ok(url) = site.home.join(path) {
            try_one(&url, &mut site).await;
        }
    }
    if site.feeds.is_empty() {
        follow_page(url, &mut site).await?;
    }
    Ok(site)
}

/// Takes the page itself in, as one whose lists of links are followed. Where there is a sitemap it
/// may be that the page shows no list.
async fn follow_page(url: &PageUrl, site: &mut Site) -> Result<()> {
    for kind in all_kinds().filter(|kind| kind.takes_any_page()) {
        match follow(kind, url.as_str()).await {
            Ok(Some(found)) => {
                site.name.clone_from(&found.name);
                site.lang.clone_from(&found.lang);
                site.named.push(found);
            }
            Ok(None) => {}
            Err(error) if site.sitemaps.is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    Ok(())
}

/// Takes an address in when a feed or sitemap can be read there.
async fn try_one(url: &PageUrl, site: &mut Site) {
    if site.feeds.contains(url) || site.sitemaps.contains(url) {
        return;
    }
    let Ok(page) = read(url.as_str(), Purpose::Feed).await else { return };
    let context =
        FeedContext { url: Some(url), headers: Some(&page.headers), zone: None, fetched: None };
    if let Ok(feed) = parse_feed(&page.bytes, &context) {
        if feed.value.entries.is_empty() {
            return;
        }
        if site.feeds.is_empty() {
            let title = feed.value.title.as_ref().map(|title| title.to_line());
            site.name = title.filter(|title| !title.is_empty()).unwrap_or(site.name.clone());
            site.lang = feed.value.language.clone();
        }
        site.feeds.push(url.clone());
    } else if parse_sitemap(&page.bytes, &context).is_ok_and(|map| {
        map.value.pages.iter().any(|page| page.news.is_some()) || !map.value.sitemaps.is_empty()
    }) {
        site.sitemaps.push(url.clone());
    }
}

fn key_of(url: &PageUrl) -> Result<SourceKey> {
    let host = url.site();
    let name = host.rsplit_once('.').map_or(host, |(name, _)| name).replace('.', "-");
    SourceKey::parse(&name).with_context(|| format!("`{host}` makes no key for a source"))
}

fn toml_lines(site: &Site) -> String {
    let list = |urls: &[PageUrl]| {
        let quoted: Vec<String> = urls.iter().map(|url| quoted(url.as_str())).collect();
        quoted.join(", ")
    };
    let mut lines = format!(
        "[[source]]\nkey = {}\nname = {}\nhome = {}\n",
        quoted(site.key.as_str()),
        quoted(&site.name),
        quoted(site.home.as_str()),
    );
    if !site.feeds.is_empty() {
        lines.push_str(&format!("feeds = [{}]\n", list(&site.feeds)));
    }
    if !site.sitemaps.is_empty() {
        lines.push_str(&format!("sitemaps = [{}]\n", list(&site.sitemaps)));
    }
    let lang = site.lang.as_deref().and_then(Lang::parse);
    if let Some(lang) = lang {
        lines.push_str(&format!("lang = {}\n", quoted(lang.as_str())));
    }
    lines.push_str("display = \"excerpt\"\n");
    for feed in &site.named {
        lines.push_str(&format!(
            "[[source.feed]]\nurl = {}\nkind = {}\n",
            quoted(feed.url.as_str()),
            quoted(feed.kind.as_str())
        ));
    }
    lines
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn herald() -> Site {
        Site {
            key: key_of(&PageUrl::parse("https://www.herald.example/").unwrap()).unwrap(),
            home: PageUrl::parse("https://www.herald.example/").unwrap(),
            name: "The \"Herald\" \\ Daily".into(),
            lang: Some("en-GB".into()),
            feeds: vec![PageUrl::parse("https://www.herald.example/feed").unwrap()],
            sitemaps: vec![],
            named: vec![],
        }
    }

    #[test]
    fn the_lines_read_as_an_edition() {
        let site = herald();
        let head = "name = \"N\"\nlanguages = [\"en\"]\nzone = \"UTC\"\ncontact = \"\"\n";
        let edition = Edition::parse(&format!("{head}{}", toml_lines(&site))).unwrap();
        assert_eq!(edition.sources[0].key.as_str(), "herald");
        assert_eq!(edition.sources[0].names[""], "The \"Herald\" \\ Daily");
    }

    #[test]
    fn an_edition_can_be_begun_with_a_first_site() {
        let mut site = herald();
        for (lang, expect) in [(Some("fa-IR"), "fa"), (Some("xx-klingon"), "en"), (None, "en")] {
            site.lang = lang.map(str::to_owned);
            let text = format!("{}\n{}", begin_edition(&site), toml_lines(&site));
            let edition = Edition::parse(&text).unwrap();
            assert_eq!(edition.languages[0].as_str(), expect, "{lang:?}");
        }
    }

    #[test]
    fn a_channel_is_written_as_a_feed_that_names_its_kind() {
        let site = of_found(FoundFeed {
            kind: chapar_store::FeedKind::Telegram,
            url: PageUrl::parse("https://t.me/s/peyk_z").unwrap(),
            home: PageUrl::parse("https://t.me/peyk_z").unwrap(),
            name: "Peyk of Zarvand".into(),
            key: "Peyk_z".into(),
            lang: None,
            understood: "a channel".into(),
        })
        .unwrap();
        let head = "name = \"N\"\nlanguages = [\"en\"]\nzone = \"UTC\"\ncontact = \"\"\n";
        let edition = Edition::parse(&format!("{head}{}", toml_lines(&site))).unwrap();
        assert_eq!(edition.sources[0].key.as_str(), "peyk-z");
        assert_eq!(edition.sources[0].feeds[0].kind, chapar_store::FeedKind::Telegram);
    }
}
