//! Sources and the documents of theirs that are polled.

use crate::rows::{instant, json, named, parsed, to_json};
use crate::store::{log_change, next_id};
use crate::{Store, StoreError};
use chapar_model::{ContentHash, Display, FeedId, Lang, PageUrl, SourceId, SourceKey, SourceKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

/// What an edition says of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSetup {
    /// Its key.
    pub key: SourceKey,
    /// Its name by language; `""` for any.
    pub names: BTreeMap<String, String>,
    /// Its front page.
    pub home: PageUrl,
    /// Documents to poll.
    pub feeds: Vec<FeedSetup>,
    /// The language it writes in.
    pub lang: Option<Lang>,
    /// Who stands behind it.
    pub kind: Option<SourceKind>,
    /// Sister outlets share this.
    pub publisher_group: Option<String>,
    /// How much is shown.
    pub display: Display,
    /// Whether every article belongs.
    pub all_in: bool,
    /// Its time zone, an IANA name.
    pub zone: Option<String>,
}

/// What an edition says of one document to poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSetup {
    /// What it is.
    pub kind: FeedKind,
    /// Its address: the one that is asked.
    pub url: PageUrl,
    /// The pattern that addresses of entries have to fit, where the editor gives one.
    pub links: Option<String>,
}

/// One source as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// Its number.
    pub id: SourceId,
    /// Whether the edition names it; others came with imported pages.
    pub listed: bool,
    /// What is known of it; `feeds` is empty here.
    pub setup: SourceSetup,
}

impl SourceRow {
    /// The name in a language, or in any.
    pub fn name(&self, lang: Lang) -> &str {
        let names = &self.setup.names;
        names
            .get(lang.as_str())
            .or_else(|| names.get(""))
            .or_else(|| self.setup.lang.and_then(|own| names.get(own.as_str())))
            .or_else(|| names.values().next())
            .map_or(self.setup.key.as_str(), String::as_str)
    }
}

/// What a polled document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap or an index of them.
    Sitemap,
    /// A page of links to articles, of a site without a feed.
    Section,
    /// The preview page of a public Telegram channel.
    Telegram,
    /// The outbox of a public ActivityPub account, of Mastodon and others.
    Activity,
    /// The feed of a YouTube channel or playlist.
    Youtube,
}

impl FeedKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Feed, Self::Sitemap, Self::Section, Self::Telegram, Self::Activity, Self::Youtube];

    /// Reads the name back.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether many publishers share the host of such a document.
    pub fn is_on_shared_host(self) -> bool {
        matches!(self, Self::Telegram | Self::Activity | Self::Youtube)
    }

    /// The name in SQL, JSON and an edition's file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Section => "section",
            Self::Telegram => "telegram",
            Self::Activity => "activity",
            Self::Youtube => "youtube",
        }
    }
}

/// One polled document as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedRow {
    /// Its number.
    pub id: FeedId,
    /// Whose it is.
    pub source: SourceId,
    /// Its address.
    pub url: PageUrl,
    /// What it is.
    pub kind: FeedKind,
    /// The pattern that addresses of entries have to fit.
    pub links: Option<String>,
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// Hash of the last body.
    pub body_digest: Option<ContentHash>,
    /// The last poll.
    pub polled: Option<Timestamp>,
    /// The last poll that brought another body.
    pub changed: Option<Timestamp>,
    /// Polls in a row that brought nothing readable.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The class of that fault, as whoever polls named it.
    pub failure_class: Option<String>,
    /// Since when no poll brought anything readable.
    pub failing: Option<Timestamp>,
    /// When it is to be polled again.
    pub next: Option<Timestamp>,
    /// Whether its validators were seen to stay while it changed.
    pub validators_lie: bool,
    /// The rhythm of its entries, as whoever polls wrote it.
    pub rhythm: Option<String>,
    /// Where it says it has moved for good.
    pub moved: Option<Moved>,
}

/// A permanent redirect, as often as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where it leads.
    pub to: PageUrl,
    /// When it was seen first.
    pub since: Timestamp,
    /// How many polls in a row saw it.
    pub seen: u32,
}

/// What a poll told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PollResult {
    /// `ETag` to ask with next time.
    pub etag: Option<String>,
    /// `Last-Modified` to ask with next time.
    pub last_modified: Option<String>,
    /// Hash of the body, where one came.
    pub body_digest: Option<ContentHash>,
    /// Whether the body was another than last time.
    pub changed: bool,
    /// What went wrong.
    pub error: Option<String>,
    /// The class of that fault.
    pub failure_class: Option<&'static str>,
    /// Since when no poll brought anything readable.
    pub failing: Option<Timestamp>,
    /// Whether its validators are known to stay while it changes.
    pub validators_lie: bool,
    /// The rhythm as it is known now; `None` leaves the old one.
    pub rhythm: Option<String>,
    /// Where it has moved for good.
    pub moved: Option<Moved>,
}

impl Store {
    /// Makes the listed sources those of the edition: new ones are added, known ones brought up
    /// to date, those no longer named are kept but not polled.
    pub async fn set_sources(&self, setups: &[SourceSetup]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE source SET listed = 0").execute(&mut *tx).await?;
        sqlx::query("UPDATE feed SET listed = 0").execute(&mut *tx).await?;
        for setup in setups {
            let id = put_source(&mut tx, setup, true).await?;
            for feed in &setup.feeds {
                put_feed(&mut tx, id, feed).await?;
            }
        }
        tx.commit().await?;
        *self.source_map.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Adds one feed or sitemap to a source; a known one stays as it is.
    pub async fn add_feed(&self, source: SourceId, feed: &FeedSetup) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        put_feed(&mut tx, source.0, feed).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Every source, by number.
    pub async fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM source ORDER BY id").fetch_all(&self.reader).await?;
        rows.iter().map(source_row).collect()
    }

    /// Every source by its number: read anew only when the edition was, or when pages brought a
    /// source that was not known.
    pub async fn source_map(&self) -> Result<Arc<HashMap<SourceId, SourceRow>>, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT value FROM counter WHERE name = 'source'")
            .fetch_one(&self.reader)
            .await?;
        let held = || self.source_map.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, map)) = held().as_ref()
            && *known == count
        {
            return Ok(Arc::clone(map));
        }
        let all = self.sources().await?;
        let map: Arc<HashMap<_, _>> =
            Arc::new(all.into_iter().map(|source| (source.id, source)).collect());
        *held() = Some((count, Arc::clone(&map)));
        Ok(map)
    }

    /// Every polled document of the listed sources, by number.
    pub async fn feeds(&self) -> Result<Vec<FeedRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM feed WHERE listed = 1 ORDER BY id")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(feed_row).collect()
    }

    /// The polled documents that their bytes do not tell: all but feeds and sitemaps, by number,
    /// those an edition no longer names among them, for their pages are kept.
    pub async fn named_feeds(&self) -> Result<Vec<FeedRow>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM feed WHERE kind NOT IN ('feed', 'sitemap') ORDER BY id")
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(feed_row).collect()
    }

    /// The polled document at an address, whether an edition still names it or not.
    pub async fn feed_at(&self, url: &PageUrl) -> Result<Option<FeedRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM feed WHERE url = $1")
            .bind(url.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(feed_row).transpose()
    }

    /// What the pages of a polled document that were read so far have taught of it.
    pub async fn learned(&self, feed: FeedId) -> Result<Option<String>, StoreError> {
        let learned: Option<Option<String>> =
            sqlx::query_scalar("SELECT learned FROM feed WHERE id = $1")
                .bind(feed.0)
                .fetch_optional(&self.reader)
                .await?;
        Ok(learned.flatten())
    }

    /// One polled document.
    pub async fn feed(&self, id: FeedId) -> Result<Option<FeedRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM feed WHERE id = $1 AND listed = 1")
            .bind(id.0)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(feed_row).transpose()
    }

    /// Keeps what a poll told.
    pub async fn save_poll(
        &self,
        feed: FeedId,
        poll: &PollResult,
        now: Timestamp,
        next: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE feed SET polled_ms = $2,
                etag = CASE WHEN $3 = 1 THEN etag ELSE $4 END,
                last_modified = CASE WHEN $3 = 1 THEN last_modified ELSE $5 END,
                body_digest = coalesce($6, body_digest),
                changed_ms = CASE WHEN $7 = 1 THEN $2 ELSE changed_ms END,
                failures = CASE WHEN $3 = 1 THEN failures + 1 ELSE 0 END,
                last_error = $8,
                failure_class = $9,
                failing_ms = $16,
                next_ms = $10,
                rhythm = coalesce($11, rhythm),
                moved_url = $12, moved_ms = $13, moved_seen = $14,
                validators_lie = CASE WHEN $15 = 1 THEN 1 ELSE validators_lie END
             WHERE id = $1",
        )
        .bind(feed.0)
        .bind(now.as_millisecond())
        .bind(i64::from(poll.error.is_some()))
        .bind(poll.etag.as_deref())
        .bind(poll.last_modified.as_deref())
        .bind(poll.body_digest.map(|digest| digest.to_string()))
        .bind(i64::from(poll.changed))
        .bind(poll.error.as_deref())
        .bind(poll.failure_class)
        .bind(next.as_millisecond())
        .bind(poll.rhythm.as_deref())
        .bind(poll.moved.as_ref().map(|moved| moved.to.as_str()))
        .bind(poll.moved.as_ref().map(|moved| moved.since.as_millisecond()))
        .bind(poll.moved.as_ref().map_or(0, |moved| i64::from(moved.seen)))
        .bind(i64::from(poll.validators_lie))
        .bind(poll.failing.map(Timestamp::as_millisecond))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// How many entries were first seen in a feed's documents fetched after one time and up to
    /// another.
    pub async fn entries_between(
        &self,
        feed: &FeedRow,
        after: Timestamp,
        to: Timestamp,
    ) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM entry WHERE page_id IN (
                SELECT page.id FROM page JOIN address ON address.id = page.address_id
                WHERE address.url = $1 AND page.fetched_ms > $2 AND page.fetched_ms <= $3)",
        )
        .bind(feed.url.as_str())
        .bind(after.as_millisecond())
        .bind(to.as_millisecond())
        .fetch_one(&self.reader)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

async fn put_source(
    connection: &mut AnyConnection,
    setup: &SourceSetup,
    listed: bool,
) -> Result<i64, StoreError> {
    let known: Option<i64> = sqlx::query_scalar("SELECT id FROM source WHERE key = $1")
        .bind(setup.key.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let id = match known {
        Some(id) => id,
        None => next_id(connection, "source").await?,
    };
    sqlx::query(
        "INSERT INTO source (id, key, names, home, lang, kind, publisher_group, display, all_in,
            zone, listed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO UPDATE SET names = excluded.names, home = excluded.home,
            lang = excluded.lang, kind = excluded.kind,
            publisher_group = excluded.publisher_group, display = excluded.display,
            all_in = excluded.all_in, zone = excluded.zone, listed = excluded.listed",
    )
    .bind(id)
    .bind(setup.key.as_str())
    .bind(to_json(&setup.names)?)
    .bind(setup.home.as_str())
    .bind(setup.lang.map(|lang| lang.to_string()))
    .bind(setup.kind.map(SourceKind::as_str))
    .bind(setup.publisher_group.as_deref())
    .bind(setup.display.as_str())
    .bind(i64::from(setup.all_in))
    .bind(setup.zone.as_deref())
    .bind(i64::from(listed))
    .execute(&mut *connection)
    .await?;
    // A host that many publishers share is nobody's.
    let shared: Vec<&str> = setup
        .feeds
        .iter()
        .filter(|feed| feed.kind.is_on_shared_host())
        .map(|feed| feed.url.site())
        .collect();
    let mut hosts = vec![setup.home.site()];
    hosts.extend(setup.feeds.iter().map(|feed| feed.url.site()));
    hosts.retain(|host| !shared.contains(host));
    hosts.dedup();
    for host in hosts {
        sqlx::query(
            "INSERT INTO source_host (host, source_id) VALUES ($1, $2)
             ON CONFLICT (host) DO NOTHING",
        )
        .bind(host)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    log_change(connection, "source", id).await?;
    Ok(id)
}

async fn put_feed(
    connection: &mut AnyConnection,
    source: i64,
    feed: &FeedSetup,
) -> Result<(), StoreError> {
    let known = sqlx::query(
        "UPDATE feed SET listed = 1, kind = $2, source_id = $3, links = $4 WHERE url = $1",
    )
    .bind(feed.url.as_str())
    .bind(feed.kind.as_str())
    .bind(source)
    .bind(feed.links.as_deref())
    .execute(&mut *connection)
    .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    let id = next_id(connection, "feed").await?;
    sqlx::query(
        "INSERT INTO feed (id, source_id, url, kind, links, listed, failures)
         VALUES ($1, $2, $3, $4, $5, 1, 0)",
    )
    .bind(id)
    .bind(source)
    .bind(feed.url.as_str())
    .bind(feed.kind.as_str())
    .bind(feed.links.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}

/// The source of an address: the one whose host it is, or a new unlisted one of that host.
pub(crate) async fn source_of(
    connection: &mut AnyConnection,
    url: &PageUrl,
) -> Result<i64, StoreError> {
    let mut host = url.site();
    loop {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT source_id FROM source_host WHERE host = $1")
                .bind(host)
                .fetch_optional(&mut *connection)
                .await?;
        if let Some(id) = known {
            return Ok(id);
        }
        // A subdomain belongs to the source of the domain above it, if there is one.
        match host.split_once('.') {
            Some((_, above)) if above.contains('.') => host = above,
            _ => break,
        }
    }
    let key: String = url
        .site()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c))
        .take(60)
        .collect();
    let key = SourceKey::parse(&key).ok_or_else(|| crate::rows::bad("source.key", url.host()))?;
    let home = PageUrl::parse(&format!("{}/", url.origin()))
        .map_err(|_never| crate::rows::bad("source.home", url.as_str()))?;
    let setup = SourceSetup {
        names: BTreeMap::from([(String::new(), url.site().to_owned())]),
        key,
        home,
        feeds: Vec::new(),
        lang: None,
        kind: None,
        publisher_group: None,
        display: Display::Full,
        all_in: false,
        zone: None,
    };
    put_source(connection, &setup, false).await
}

pub(crate) fn source_row(row: &AnyRow) -> Result<SourceRow, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(SourceRow {
        id: SourceId(row.try_get("id")?),
        listed: row.try_get::<i64, _>("listed")? == 1,
        setup: SourceSetup {
            key: parsed("source.key", &text("key")?, SourceKey::parse)?,
            names: json("source.names", &text("names")?)?,
            home: parsed("source.home", &text("home")?, |raw| PageUrl::parse(raw).ok())?,
            feeds: Vec::new(),
            lang: maybe("lang")?.and_then(|tag| Lang::parse(&tag)),
            kind: maybe("kind")?.map(|kind| named("source.kind", &kind)).transpose()?,
            publisher_group: maybe("publisher_group")?,
            display: named("source.display", &text("display")?)?,
            all_in: row.try_get::<i64, _>("all_in")? == 1,
            zone: maybe("zone")?,
        },
    })
}

fn feed_row(row: &AnyRow) -> Result<FeedRow, StoreError> {
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    let when = |column: &'static str| -> Result<Option<Timestamp>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?.map(|ms| instant(column, ms)).transpose()
    };
    Ok(FeedRow {
        id: FeedId(row.try_get("id")?),
        source: SourceId(row.try_get("source_id")?),
        url: parsed("feed.url", &row.try_get::<String, _>("url")?, |r| PageUrl::parse(r).ok())?,
        kind: named("feed.kind", &row.try_get::<String, _>("kind")?)?,
        links: maybe("links")?,
        etag: maybe("etag")?,
        last_modified: maybe("last_modified")?,
        body_digest: maybe("body_digest")?.and_then(|hex| ContentHash::parse(&hex)),
        polled: when("polled_ms")?,
        changed: when("changed_ms")?,
        failures: u32::try_from(row.try_get::<i64, _>("failures")?).unwrap_or(0),
        last_error: maybe("last_error")?,
        failure_class: maybe("failure_class")?,
        failing: when("failing_ms")?,
        next: when("next_ms")?,
        validators_lie: row.try_get::<i64, _>("validators_lie")? != 0,
        rhythm: maybe("rhythm")?,
        moved: moved(row)?,
    })
}

fn moved(row: &AnyRow) -> Result<Option<Moved>, StoreError> {
    let to: Option<String> = row.try_get("moved_url")?;
    let since: Option<i64> = row.try_get("moved_ms")?;
    let Some((to, since)) = to.zip(since) else { return Ok(None) };
    Ok(Some(Moved {
        to: parsed("feed.moved_url", &to, |raw| PageUrl::parse(raw).ok())?,
        since: instant("feed.moved_ms", since)?,
        seen: u32::try_from(row.try_get::<i64, _>("moved_seen")?).unwrap_or(0),
    }))
}
