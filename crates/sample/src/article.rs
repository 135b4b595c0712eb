//! An article file: front matter and text. Never knows how an outlet shows it.

use crate::markup;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// What stands between the two `+++` lines of an article file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: Option<String>,
    published: Option<String>,
    valid_from: Option<String>,
    updated: Option<String>,
    section: Option<String>,
    summary: Option<String>,
    kicker: Option<String>,
    byline: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    credit: Option<String>,
    credit_link: Option<String>,
    deleted_at: Option<String>,
    deleted_status: Option<u16>,
    page: Option<PageForm>,
    #[serde(default)]
    off_topic: bool,
    image: Option<String>,
}

/// The form of a page that is not a plain article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PageForm {
    Live,
    Gallery,
    Video,
    Paywall,
}

/// One wording of an article, shown from `valid_from` on.
#[derive(Debug, Clone)]
pub struct Version {
    /// When this wording replaces the one before.
    pub valid_from: Timestamp,
    /// The update time the page shows, where it shows one.
    pub updated: Option<Timestamp>,
    /// The headline.
    pub title: String,
    /// The text, as written in the file.
    pub text: String,
    pub(crate) summary: Option<String>,
    pub(crate) kicker: Option<String>,
}

/// One article of one outlet, with all its wordings.
#[derive(Debug, Clone)]
pub struct Article {
    /// The name of its file, without the ending.
    pub slug: String,
    /// When the page appears.
    pub published: Timestamp,
    /// Its wordings, oldest first; never empty.
    pub versions: Vec<Version>,
    /// Whether it has nothing to do with the country of the edition.
    pub off_topic: bool,
    pub(crate) section: String,
    pub(crate) byline: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) credit: Option<String>,
    pub(crate) credit_link: Option<String>,
    pub(crate) deleted: Option<(Timestamp, u16)>,
    pub(crate) form: Option<PageForm>,
    pub(crate) image: Option<String>,
}

impl Version {
    /// The text as a reader sees it, a paragraph a line.
    pub fn plain_text(&self) -> String {
        let lines: Vec<String> = markup::blocks(&self.text).iter().map(markup::plain).collect();
        lines.join("\n")
    }
}

impl Article {
    /// Whether its page is a plain article: no live blog, gallery, film or paywalled beginning.
    pub fn is_plain(&self) -> bool {
        self.form.is_none()
    }

    /// Who signs it.
    pub fn byline(&self) -> Option<&str> {
        self.byline.as_deref()
    }

    /// Reads an article file.
    pub(crate) fn parse(slug: &str, source: &str) -> Result<Self, String> {
        let (front, text) = split(source)?;
        let published = time(front.published.as_deref().ok_or("it has no `published`")?)?;
        let deleted = match &front.deleted_at {
            Some(at) => Some((time(at)?, front.deleted_status.unwrap_or(404))),
            None => None,
        };
        let version = Version {
            valid_from: published,
            updated: front.updated.as_deref().map(time).transpose()?,
            title: front.title.ok_or("it has no `title`")?,
            text,
            summary: front.summary,
            kicker: front.kicker,
        };
        Ok(Self {
            slug: slug.to_owned(),
            published,
            versions: vec![version],
            off_topic: front.off_topic,
            section: front.section.ok_or("it has no `section`")?,
            byline: front.byline,
            tags: front.tags,
            credit: front.credit,
            credit_link: front.credit_link,
            deleted,
            form: front.page,
            image: front.image,
        })
    }

    /// Reads a later wording of this article.
    pub(crate) fn add_version(&mut self, source: &str) -> Result<(), String> {
        let (front, text) = split(source)?;
        let valid_from = time(front.valid_from.as_deref().ok_or("it has no `valid_from`")?)?;
        let first = self.versions.first().ok_or("it has no first version")?;
        let version = Version {
            valid_from,
            updated: Some(front.updated.as_deref().map_or(Ok(valid_from), time)?),
            title: front.title.unwrap_or_else(|| first.title.clone()),
            text,
            summary: front.summary.or_else(|| first.summary.clone()),
            kicker: front.kicker.or_else(|| first.kicker.clone()),
        };
        self.versions.push(version);
        self.versions.sort_by_key(|version| version.valid_from);
        Ok(())
    }

    /// The wording shown at `now`; `None` before it appears and after it is deleted.
    pub fn shown_at(&self, now: Timestamp) -> Option<&Version> {
        if self.status_at(now) != 200 {
            return None;
        }
        self.versions.iter().rev().find(|version| version.valid_from <= now)
    }

    /// The HTTP status of its page at `now`: 200 while it stands.
    pub fn status_at(&self, now: Timestamp) -> u16 {
        match self.deleted {
            _ if now < self.published => 404,
            Some((at, status)) if at <= now => status,
            _ => 200,
        }
    }
}

fn split(source: &str) -> Result<(FrontMatter, String), String> {
    let rest = source.strip_prefix("+++\n").ok_or("it does not open with `+++`")?;
    let (front, text) = rest.split_once("\n+++\n").ok_or("its front matter has no end")?;
    let front = toml::from_str(front).map_err(|error| error.to_string())?;
    Ok((front, text.trim().to_owned()))
}

pub(crate) fn time(value: &str) -> Result<Timestamp, String> {
    value.parse().map_err(|error| format!("`{value}` is no time: {error}"))
}

/// A moment of a file, with its offset.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    time(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// The same where it may be left out.
pub(crate) fn maybe_moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    moment(deserializer).map(Some)
}
