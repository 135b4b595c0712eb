//! One outlet: its settings, its templates, its articles and the addresses of both.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::article::Article;
use crate::calendar::Moment;
use crate::encode::{percent_decode, percent_encode};
use crate::feed::FeedSettings;
use crate::markup::BodyStyle;
use crate::trap::Trap;

/// What `outlet.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) lang: String,
    /// The shape of an article's address, with `{id}`, `{slug}`, `{title}`, `{year}`, `{month}`,
    /// `{day}`, `{jalali_year}` and `{jalali_month}`.
    pub(crate) address: String,
    /// An older shape, answered with a redirect.
    pub(crate) old_address: Option<String>,
    #[serde(default)]
    pub(crate) id_base: i64,
    #[serde(default = "default_section_address")]
    pub(crate) section_address: String,
    #[serde(default)]
    pub(crate) encoding: Encoding,
    #[serde(default)]
    pub(crate) body: BodyStyle,
    #[serde(default)]
    pub(crate) validators: Validators,
    #[serde(default)]
    pub(crate) gzip: bool,
    /// Whether a page that is not there is answered with 200.
    #[serde(default)]
    pub(crate) soft_404: bool,
    /// When its front page got a new layout, the template `front-new`.
    #[serde(default, deserialize_with = "crate::article::maybe_moment")]
    pub(crate) redesigned: Option<Timestamp>,
    #[serde(default)]
    pub(crate) sitemap: Option<Sitemap>,
    pub(crate) robots: Option<String>,
    /// Articles served as UTF-8 encoded twice.
    #[serde(default)]
    pub(crate) mojibake: Vec<String>,
    #[serde(default)]
    pub(crate) feed: Vec<FeedSettings>,
    #[serde(default)]
    pub(crate) trap: Vec<Trap>,
}

fn default_section_address() -> String {
    "/section/{section}".to_owned()
}

/// The bytes an outlet's pages are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1256")]
    Windows1256,
}

/// How an outlet answers a conditional request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Validators {
    #[default]
    None,
    Etag,
    LastModified,
    /// A new `ETag` at every answer, though nothing changed.
    Lying,
}

/// Which sitemap an outlet keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sitemap {
    /// `/sitemap.xml` with every page.
    Plain,
    /// Besides, `/news-sitemap.xml` with the last two days.
    News,
}

/// One publisher's site.
#[derive(Debug, Clone)]
pub struct Outlet {
    /// The first label of its host.
    pub key: String,
    /// Its articles, oldest first.
    pub articles: Vec<Article>,
    pub(crate) settings: Settings,
    pub(crate) templates: BTreeMap<String, String>,
    /// Decoded path of every article page, to the place of the article in `articles`.
    paths: BTreeMap<String, usize>,
    old_paths: BTreeMap<String, usize>,
}

impl Outlet {
    pub(crate) fn new(
        key: &str,
        settings: Settings,
        templates: BTreeMap<String, String>,
        mut articles: Vec<Article>,
    ) -> Self {
        articles.sort_by(|a, b| (a.published, &a.slug).cmp(&(b.published, &b.slug)));
        let mut outlet = Self {
            key: key.to_owned(),
            articles,
            settings,
            templates,
            paths: BTreeMap::new(),
            old_paths: BTreeMap::new(),
        };
        for (place, article) in outlet.articles.iter().enumerate() {
            outlet.paths.insert(percent_decode(&outlet.path_of(article)), place);
            if let Some(shape) = &outlet.settings.old_address {
                outlet.old_paths.insert(outlet.fill(shape, article), place);
            }
        }
        outlet
    }

    /// Its name, as it writes it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The language it writes in, `en`, `fa` or `ar`.
    pub fn lang(&self) -> &str {
        &self.settings.lang
    }

    /// The paths of its feeds, the broken ones too.
    pub fn feed_paths(&self) -> impl Iterator<Item = &str> {
        self.settings.feed.iter().map(|feed| feed.path.as_str())
    }

    /// The path of an article's page, percent-encoded.
    pub fn path_of(&self, article: &Article) -> String {
        percent_encode(&self.fill(&self.settings.address, article))
    }

    pub(crate) fn dir(&self) -> &'static str {
        if self.settings.lang == "en" { "ltr" } else { "rtl" }
    }

    pub(crate) fn article(&self, slug: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.slug == slug)
    }

    pub(crate) fn article_at(&self, decoded_path: &str) -> Option<&Article> {
        self.paths.get(decoded_path).and_then(|place| self.articles.get(*place))
    }

    /// The article an older or shortened path meant.
    pub(crate) fn article_moved_from(&self, decoded_path: &str) -> Option<&Article> {
        let place = self.old_paths.get(decoded_path)?;
        self.articles.get(*place)
    }

    pub(crate) fn section_path(&self, section: &str) -> String {
        self.settings.section_address.replace("{section}", section)
    }

    /// The number the CMS gave an article; it grows with time.
    pub(crate) fn id_of(&self, article: &Article) -> i64 {
        // Minutes since the start of 2026 in UTC: unique within an outlet, since no outlet
        // publishes two articles in one minute.
        self.settings.id_base + (article.published.as_second() - 1_767_225_600) / 60
    }

    fn fill(&self, shape: &str, article: &Article) -> String {
        let moment = Moment::new(article.published);
        let day = moment.local_date();
        let (jalali_year, jalali_month) = moment.jalali_month();
        let title = article.versions.first().map_or("", |version| version.title.as_str());
        shape
            .replace("{id}", &self.id_of(article).to_string())
            .replace("{slug}", &article.slug)
            .replace("{title}", &title_slug(title))
            .replace("{year}", &day.year().to_string())
            .replace("{month}", &format!("{:02}", day.month()))
            .replace("{day}", &format!("{:02}", day.day()))
            .replace("{jalali_year}", &jalali_year.to_string())
            .replace("{jalali_month}", &format!("{jalali_month:02}"))
    }
}

/// A title as the agencies' CMS puts it into an address: words joined by hyphens.
fn title_slug(title: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || c == '\u{200c}';
    let words: Vec<&str> = title.split(|c| !kept(c)).filter(|word| !word.is_empty()).collect();
    words.join("-")
}
