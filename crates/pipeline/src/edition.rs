//! The subject as its editor set it up: a TOML file, read and checked. Knows no network and no
//! store.

use crate::kinds::{find_kind, kind_of, parse_kind};
use anyhow::{Context as _, Result, bail, ensure};
use chapar_fetch::HostManners;
use chapar_model::{Display, Headers, Lang, PageUrl, SourceKey, SourceKind};
use chapar_store::{FeedKind, FeedSetup, SourceSetup};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Most sources of one edition.
const SOURCES_MAX: usize = 5_000;
/// Most terms that decide what belongs.
const TERMS_MAX: usize = 20_000;

/// An edition, checked.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its name by language.
    pub name: BTreeMap<String, String>,
    /// Its line below the name by language.
    pub tagline: BTreeMap<String, String>,
    /// The languages of the site, the first of them the default.
    pub languages: Vec<Lang>,
    /// The zone its days are counted in.
    pub zone: TimeZone,
    /// The calendars its dates are shown in, `gregorian` and `persian`.
    pub calendars: Vec<String>,
    /// Where publishers reach whoever runs this newsroom.
    pub contact: String,
    /// Minutes between two polls of a feed.
    pub poll_minutes: i64,
    /// What an article needs to belong.
    pub belongs: Belongs,
    /// How single hosts are asked, where that is not as usual.
    pub hosts: BTreeMap<String, HostManners>,
    /// Its sources.
    pub sources: Vec<SourceSetup>,
}

/// What belongs to an edition. Without terms everything does.
#[derive(Debug, Clone, Default)]
pub struct Belongs {
    /// The score from which an article belongs.
    pub minimum: f64,
    /// Words, names and places.
    pub terms: Vec<Term>,
}

/// A thing that an article may speak of, in every language.
#[derive(Debug, Clone)]
pub struct Term {
    /// Whether it is a word, a name or a place.
    pub kind: TermKind,
    /// Its spellings by language.
    pub spellings: BTreeMap<String, Vec<String>>,
    /// What one mention is worth.
    pub weight: f64,
}

/// The kinds of term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// A word or phrase.
    Word,
    /// A person or institution.
    Name,
    /// A place.
    Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionFile {
    name: Texts,
    #[serde(default)]
    tagline: Texts,
    languages: Vec<Lang>,
    zone: String,
    #[serde(default)]
    calendars: Vec<String>,
    contact: String,
    poll_minutes: Option<i64>,
    #[serde(default)]
    belongs: BelongsFile,
    #[serde(default)]
    source: Vec<SourceFile>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct BelongsFile {
    minimum: Option<f64>,
    #[serde(default)]
    words: Vec<TermFile>,
    #[serde(default)]
    names: Vec<TermFile>,
    #[serde(default)]
    places: Vec<TermFile>,
}

#[derive(Deserialize)]
struct TermFile {
    weight: Option<f64>,
    #[serde(flatten)]
    spellings: BTreeMap<String, OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// A text for all languages, or one for each.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Texts {
    #[default]
    None,
    One(String),
    Each(BTreeMap<String, String>),
}

impl Texts {
    fn into_map(self) -> BTreeMap<String, String> {
        match self {
            Self::None => BTreeMap::new(),
            Self::One(text) => BTreeMap::from([(String::new(), text)]),
            Self::Each(map) => map,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    key: SourceKey,
    name: Texts,
    home: String,
    #[serde(default)]
    feeds: Vec<String>,
    #[serde(default)]
    sitemaps: Vec<String>,
    #[serde(default)]
    feed: Vec<FeedFile>,
    lang: Option<Lang>,
    kind: Option<SourceKind>,
    group: Option<String>,
    #[serde(default)]
    display: Display,
    #[serde(default)]
    all_in: bool,
    zone: Option<String>,
    /// How it is asked, where that is not as usual.
    fetch: Option<FetchFile>,
    /// A note by the editor; kept in the file only.
    #[serde(default, rename = "note")]
    _note: Option<String>,
}

/// How a source's hosts are asked, as `[source.fetch]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FetchFile {
    delay_seconds: Option<u32>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    proxy: Option<String>,
}

/// A polled document whose kind is named, as `[[source.feed]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedFile {
    url: String,
    kind: Option<String>,
    links: Option<String>,
}

impl Edition {
    /// Reads an edition's file.
    pub fn parse(toml: &str) -> Result<Self> {
        let file: EditionFile = toml::from_str(toml).context("this is no edition")?;
        ensure!(!file.languages.is_empty(), "`languages` names no language");
        ensure!(file.source.len() <= SOURCES_MAX, "more than {SOURCES_MAX} sources");
        for calendar in &file.calendars {
            let known = ["gregorian", "persian", "hijri"].contains(&calendar.as_str());
            ensure!(known, "`{calendar}` is no calendar: `gregorian`, `persian` or `hijri`");
        }
        let zone = zone(&file.zone)?;
        let mut hosts = BTreeMap::new();
        let mut sources = Vec::with_capacity(file.source.len());
        for mut one in file.source {
            let fetch = one.fetch.take();
            let setup = source(one)?;
            if let Some(fetch) = fetch {
                let manners = manners(fetch).with_context(|| named(&setup.key))?;
                let named = setup.feeds.iter().map(|feed| &feed.url).chain([&setup.home]);
                hosts.extend(named.map(|url| (url.site().to_owned(), manners.clone())));
            }
            sources.push(setup);
        }
        let mut keys = BTreeSet::new();
        for source in &sources {
            ensure!(keys.insert(&source.key), "two sources have the key `{}`", source.key);
        }
        Ok(Self {
            name: file.name.into_map(),
            tagline: file.tagline.into_map(),
            languages: file.languages,
            zone,
            calendars: match file.calendars.is_empty() {
                true => vec!["gregorian".to_owned()],
                false => file.calendars,
            },
            contact: file.contact,
            poll_minutes: file.poll_minutes.unwrap_or(15).clamp(1, 24 * 60),
            belongs: belongs(file.belongs)?,
            hosts,
            sources,
        })
    }

    /// An edition without sources or rules, to which everything belongs.
    pub fn open_to_all() -> Self {
        Self {
            name: BTreeMap::from([(String::new(), "Chapar".to_owned())]),
            tagline: BTreeMap::new(),
            languages: vec![Lang::EN, Lang::FA, Lang::AR],
            zone: TimeZone::UTC,
            calendars: vec!["gregorian".to_owned()],
            contact: String::new(),
            poll_minutes: 15,
            belongs: Belongs::default(),
            hosts: BTreeMap::new(),
            sources: Vec::new(),
        }
    }
}

fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).with_context(|| format!("`{name}` is no IANA time zone"))
}

fn source(file: SourceFile) -> Result<SourceSetup> {
    let key = file.key;
    let address = |raw: &str| {
        PageUrl::parse(raw).with_context(|| format!("source `{key}` has an address that is none"))
    };
    let mut feeds = Vec::new();
    for (kind, list) in [(None, &file.feeds), (Some(FeedKind::Sitemap), &file.sitemaps)] {
        for raw in list {
            feeds.push(feed(kind, &address(raw)?, None).with_context(|| named(&key))?);
        }
    }
    for one in file.feed {
        let kind = one.kind.as_deref().map(parse_kind).transpose();
        let setup = kind.and_then(|kind| feed(kind, &address(&one.url)?, one.links));
        feeds.push(setup.with_context(|| named(&key))?);
    }
    if let Some(name) = &file.zone {
        zone(name).with_context(|| named(&key))?;
    }
    Ok(SourceSetup {
        names: file.name.into_map(),
        home: address(&file.home)?,
        feeds,
        lang: file.lang,
        kind: file.kind,
        publisher_group: file.group,
        display: file.display,
        all_in: file.all_in,
        zone: file.zone,
        key,
    })
}

/// Longest pause that an edition may set between two requests to one host.
const DELAY_SECONDS_MAX: u32 = 3_600;

fn manners(file: FetchFile) -> Result<HostManners> {
    let seconds = file.delay_seconds.unwrap_or_default();
    ensure!(
        seconds <= DELAY_SECONDS_MAX,
        "`delay_seconds` is over the limit of {DELAY_SECONDS_MAX}"
    );
    if let Some(proxy) = &file.proxy {
        let known = ["http://", "https://", "socks5://", "socks5h://"];
        ensure!(
            known.iter().any(|scheme| proxy.starts_with(scheme)),
            "`{proxy}` is no proxy: `http://`, `https://`, `socks5://` or `socks5h://`"
        );
    }
    Ok(HostManners {
        delay: Duration::from_secs(u64::from(seconds)),
        headers: Headers(file.headers.into_iter().collect()),
        proxy: file.proxy,
    })
}

fn named(key: &SourceKey) -> String {
    format!("source `{key}`")
}

/// A document to poll: of the kind that the edition names, or else that its address tells.
fn feed(kind: Option<FeedKind>, url: &PageUrl, links: Option<String>) -> Result<FeedSetup> {
    let kind = kind.unwrap_or_else(|| find_kind(url));
    let url = kind_of(kind).polled_address(url)?;
    Ok(FeedSetup { kind, url, links })
}

fn belongs(file: BelongsFile) -> Result<Belongs> {
    let mut terms = Vec::new();
    let groups = [
        (TermKind::Word, file.words, 1.0),
        (TermKind::Name, file.names, 2.0),
        (TermKind::Place, file.places, 1.5),
    ];
    for (kind, list, usual) in groups {
        for term in list {
            let weight = term.weight.unwrap_or(usual);
            ensure!(weight.is_finite(), "a term's weight is no number");
            let spellings = term
                .spellings
                .into_iter()
                .map(|(lang, texts)| match texts {
                    OneOrMore::One(text) => (lang, vec![text]),
                    OneOrMore::More(texts) => (lang, texts),
                })
                .collect();
            terms.push(Term { kind, spellings, weight });
        }
    }
    if terms.len() > TERMS_MAX {
        bail!("more than {TERMS_MAX} terms decide what belongs");
    }
    Ok(Belongs { minimum: file.minimum.unwrap_or(3.0), terms })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        name = { en = "Zarvand Courier", fa = "چاپار زروند" }
        languages = ["en", "fa"]
        zone = "Asia/Tehran"
        contact = "https://example.org/"
        [belongs]
        words = [ { en = ["Zarvand"], fa = "زروند", weight = 3 } ]
        [[source]]
        key = "zana"
        name = "ZANA"
        home = "https://zana.example/"
        feeds = ["https://zana.example/rss"]
        lang = "fa"
        kind = "agency"
        display = "full"
    "#;

    #[test]
    fn a_small_edition_reads() {
        let edition = Edition::parse(SMALL).unwrap();
        assert_eq!(edition.languages, [Lang::EN, Lang::FA]);
        assert_eq!(edition.sources[0].feeds.len(), 1);
        assert_eq!(edition.sources[0].display, Display::Full);
        assert_eq!(edition.belongs.terms[0].spellings["fa"], ["زروند"]);
    }

    #[test]
    fn a_feed_has_the_kind_it_names_or_that_of_its_address() {
        let more = "[[source.feed]]\nurl = \"https://zana.example/world\"\nkind = \"section\"\n\
                    links = \"/news/*\"\n[[source.feed]]\nurl = \"https://zana.example/atom\"\n";
        let edition = Edition::parse(&format!("{SMALL}\n{more}")).unwrap();
        let kinds: Vec<FeedKind> = edition.sources[0].feeds.iter().map(|feed| feed.kind).collect();
        assert_eq!(kinds, [FeedKind::Feed, FeedKind::Section, FeedKind::Feed]);
        assert_eq!(edition.sources[0].feeds[1].links.as_deref(), Some("/news/*"));
        let wrong = format!("{SMALL}\n{}", more.replace("section", "sektion"));
        let shown = format!("{:#}", Edition::parse(&wrong).unwrap_err());
        assert!(shown.starts_with("source `zana`: `sektion` is no kind of feed"), "{shown}");
    }

    #[test]
    fn a_channel_among_the_feeds_is_known_by_its_address() {
        let feed = |url: &str| SMALL.replace("https://zana.example/rss", url);
        let edition = Edition::parse(&feed("https://t.me/zana_zarvand")).unwrap();
        assert_eq!(edition.sources[0].feeds[0].kind, FeedKind::Telegram);
        assert_eq!(edition.sources[0].feeds[0].url.as_str(), "https://t.me/s/zana_zarvand");
        let edition = Edition::parse(&feed("https://zana.example/users/rss")).unwrap();
        assert_eq!(edition.sources[0].feeds[0].kind, FeedKind::Feed);
        let error = Edition::parse(&feed("https://social.example/@zana")).unwrap_err();
        let shown = format!("{error:#}");
        assert!(
            shown.starts_with("source `zana`: `https://social.example/@zana` is an"),
            "{shown}"
        );
    }

    #[track_caller]
    fn check_refused(from: &str, to: &str, says: &str) {
        let error = Edition::parse(&SMALL.replace(from, to)).unwrap_err();
        let shown = format!("{error:#}");
        assert!(shown.contains(says), "{shown}");
    }

    #[test]
    fn a_fault_is_named() {
        check_refused("Asia/Tehran", "Asia/Nowhere", "`Asia/Nowhere` is no IANA time zone");
        check_refused("https://zana.example/rss", "zana.example/rss", "source `zana`");
        check_refused("agency", "agencie", "agencie");
        check_refused("key = \"zana\"", "key = \"Zana!\"", "`Zana!` is no source key");
        check_refused("display", "displai", "displai");
    }

    #[test]
    fn a_source_may_be_asked_in_its_own_way() {
        let head = "name = \"N\"\nlanguages = [\"en\"]\nzone = \"UTC\"\ncontact = \"\"\n";
        let source = "[[source]]\nkey = \"zana\"\nname = \"Zana\"\nhome = \"https://www.zana.example/\"\n\
                      feeds = [\"https://feeds.zana.example/rss\"]\n[source.fetch]\n";
        let lines = "delay_seconds = 20\nheaders = { X-Key = \"k\" }\nproxy = \"socks5h://127.0.0.1:9050\"\n";
        let edition = Edition::parse(&format!("{head}{source}{lines}")).unwrap();
        let hosts: Vec<&str> = edition.hosts.keys().map(String::as_str).collect();
        assert_eq!(hosts, ["feeds.zana.example", "zana.example"]);
        assert_eq!(edition.hosts["zana.example"].delay, Duration::from_secs(20));
        let error = Edition::parse(&format!("{head}{source}proxy = \"ftp://x\"\n")).unwrap_err();
        assert!(format!("{error:#}").contains("source `zana`: `ftp://x` is no proxy"), "{error:#}");
    }
}
