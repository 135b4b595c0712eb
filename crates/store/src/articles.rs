//! What was read of pages: outcomes, revisions, entries, and the article row that sums the
//! revisions of one address up. Decides nothing about news.

use crate::pages::{READ_PAGE, UnreadPage, put_address};
use crate::revisions::{different, readings, says_digest};
use crate::rows::{int, json, parsed, to_json};
use crate::store::{log_change, next_id};
use crate::stories::refresh_story;
use crate::{FeedKind, Store, StoreError};
use chapar_model::{
    Article, ArticleId, ContentHash, FeedId, Outcome, OutcomeKind, PageId, PageUrl, SourceId, When,
    render,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};

/// Words of the excerpt that lists show.
const EXCERPT_WORDS: usize = 45;

/// An item of a feed or sitemap.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// What tells it from the source's other items.
    pub key: String,
    /// Where it leads.
    pub url: PageUrl,
    /// Its title.
    pub title: String,
    /// Its author.
    pub author: Option<String>,
    /// Its date as printed.
    pub published_raw: Option<String>,
    /// Its date as read.
    pub published: Option<When>,
    /// What it says beside its title, as plain text, where its page does not say it.
    pub summary: Option<String>,
    /// The picture beside it.
    pub picture: Option<PageUrl>,
    /// Why a link was taken for an item, where no feed says that it is one.
    pub reason: Option<String>,
    /// The kind of post that its page is, where that is no HTML article.
    pub post: Option<FeedKind>,
}

/// What feeds said of an address before its page was fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryHint {
    /// The title.
    pub title: String,
    /// The author.
    pub author: Option<String>,
    /// The date as printed.
    pub published_raw: Option<String>,
    /// The date as read.
    pub published: Option<When>,
    /// What the entry says beside its title.
    pub summary: Option<String>,
    /// The kind of post that the page is.
    pub post: Option<FeedKind>,
}

/// All that was read of one page.
#[derive(Debug, Clone)]
pub struct PageReading {
    /// The page.
    pub page: PageId,
    /// The version of the reader.
    pub read_by: i64,
    /// What the page is.
    pub outcome: Outcome,
    /// The article, when it is one.
    pub article: Option<SavedArticle>,
    /// The article that stood at the address before, where one did.
    pub before: Option<Before>,
    /// Items, when it is a feed or sitemap.
    pub entries: Vec<NewEntry>,
    /// What is known of the polled document now that this page of it was read.
    pub learned: Option<(FeedId, String)>,
}

/// The last article before at an address, beside the one that stands there now.
#[derive(Debug, Clone)]
pub struct Before {
    /// Its page.
    pub page: PageId,
    /// Whether both say the same, as one reader has them: see [`crate::says_same`].
    pub is_same: bool,
    /// That page as it is read now, where that is not what was read of it then.
    pub again: Option<SavedArticle>,
}

/// An article with what the edition makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedArticle {
    /// What the page says.
    pub article: Article,
    /// Whether it belongs to the edition.
    pub belongs: bool,
    /// Why.
    pub belongs_why: String,
    /// Its time for sorting: of publication, or else the fetch.
    pub sort: Timestamp,
}

struct PageKey {
    address: i64,
    source: i64,
}

impl Store {
    /// What feeds that were read before `page` said of its address, or of the one that led there,
    /// the first entry first.
    pub async fn hints(
        &self,
        article: ArticleId,
        page: PageId,
    ) -> Result<Vec<EntryHint>, StoreError> {
        let rows = sqlx::query(
            "SELECT title, author, published_raw, published, summary, post FROM entry
             WHERE page_id < $2 AND address_id IN (
                $1, (SELECT announced_id FROM page WHERE id = $2)) ORDER BY page_id, id",
        )
        .bind(article.0)
        .bind(page.0)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let published: Option<String> = row.try_get("published")?;
                let post: Option<String> = row.try_get("post")?;
                Ok(EntryHint {
                    title: row.try_get("title")?,
                    author: row.try_get("author")?,
                    published_raw: row.try_get("published_raw")?,
                    published: published
                        .map(|text| parsed("entry.published", &text, |t| When::parse(t).ok()))
                        .transpose()?,
                    summary: row.try_get("summary")?,
                    post: post
                        .map(|name| parsed("entry.post", &name, FeedKind::parse))
                        .transpose()?,
                })
            })
            .collect()
    }

    /// What the pages were that entries of a source led to, those of the first entries first: of
    /// pages that were read and kept before a given one.
    pub async fn targets(
        &self,
        source: SourceId,
        before: PageId,
        limit: u32,
    ) -> Result<Vec<(PageUrl, OutcomeKind)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT address.url, page.outcome FROM entry
             JOIN page ON page.address_id = entry.address_id
             JOIN address ON address.id = entry.address_id
             WHERE entry.source_id = $1 AND entry.page_id < $2 AND page.id < $2
                AND page.outcome IS NOT NULL
             ORDER BY entry.id, page.id LIMIT $3",
        )
        .bind(source.0)
        .bind(before.0)
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(url, outcome)| {
                Ok((
                    parsed("address.url", &url, |text| PageUrl::parse(text).ok())?,
                    parsed("page.outcome", &outcome, OutcomeKind::parse)?,
                ))
            })
            .collect()
    }

    /// The kind of post that an address is, where an entry led there and its page is no HTML
    /// article.
    pub async fn post_kind(&self, url: &PageUrl) -> Result<Option<FeedKind>, StoreError> {
        let post: Option<String> = sqlx::query_scalar(
            "SELECT entry.post FROM entry JOIN address ON address.id = entry.address_id
             WHERE address.url = $1 AND entry.post IS NOT NULL ORDER BY entry.id LIMIT 1",
        )
        .bind(url.as_str())
        .fetch_optional(&self.reader)
        .await?;
        post.map(|name| parsed("entry.post", &name, FeedKind::parse)).transpose()
    }

    /// Keeps readings in their order and ends their jobs, in one transaction. Reading a page
    /// again replaces what was read of it before. Returns addresses that entries announced for
    /// the first time, with the source and title of each.
    pub async fn save_readings(
        &self,
        readings: &[PageReading],
    ) -> Result<Vec<(PageUrl, SourceId)>, StoreError> {
        let mut tx = self.begin().await?;
        let mut announced = Vec::new();
        for reading in readings {
            let key = page_key(&mut tx, reading.page).await?;
            sqlx::query(
                "UPDATE page SET outcome = $2, outcome_reason = $3, read_by = $4 WHERE id = $1",
            )
            .bind(reading.page.0)
            .bind(reading.outcome.kind.as_str())
            .bind(&reading.outcome.reason)
            .bind(reading.read_by)
            .execute(&mut *tx)
            .await?;
            if let Some(saved) = &reading.article {
                put_revision(&mut tx, key.address, reading.page, saved).await?;
                if let Some(before) = &reading.before {
                    put_before(&mut tx, key.address, reading.page, before).await?;
                }
            }
            for entry in &reading.entries {
                let new = put_entry(&mut tx, key.source, reading.page, entry).await?;
                if new {
                    announced.push((entry.url.clone(), SourceId(key.source)));
                }
            }
            if let Some((feed, learned)) = &reading.learned {
                sqlx::query("UPDATE feed SET learned = $2 WHERE id = $1")
                    .bind(feed.0)
                    .bind(learned)
                    .execute(&mut *tx)
                    .await?;
            }
            refresh_article(&mut tx, &key).await?;
            sqlx::query("DELETE FROM job WHERE kind = $1 AND key = $2")
                .bind(READ_PAGE)
                .bind(reading.page.0.to_string())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(announced)
    }

    /// The article at an address, as its newest revision has it.
    pub async fn article(&self, id: ArticleId) -> Result<Option<SavedArticle>, StoreError> {
        let doc: Option<String> = sqlx::query_scalar(
            "SELECT doc FROM revision WHERE article_id = $1 ORDER BY page_id DESC LIMIT 1",
        )
        .bind(id.0)
        .fetch_optional(&self.reader)
        .await?;
        doc.map(|doc| json("revision.doc", &doc)).transpose()
    }

    /// The last article that an address had before a page, and its page.
    pub async fn article_before(
        &self,
        id: ArticleId,
        page: PageId,
    ) -> Result<Option<(UnreadPage, SavedArticle)>, StoreError> {
        let row: Option<(i64, String)> = sqlx::query_as(
            "SELECT page_id, doc FROM revision WHERE article_id = $1 AND page_id < $2
             ORDER BY page_id DESC LIMIT 1",
        )
        .bind(id.0)
        .bind(page.0)
        .fetch_optional(&self.reader)
        .await?;
        let Some((earlier, doc)) = row else { return Ok(None) };
        let earlier = self.unread_page(PageId(earlier)).await?;
        Ok(earlier.zip(Some(json("revision.doc", &doc)?)))
    }

    /// The article as one page has it.
    pub async fn revision(
        &self,
        id: ArticleId,
        page: PageId,
    ) -> Result<Option<SavedArticle>, StoreError> {
        let doc: Option<String> =
            sqlx::query_scalar("SELECT doc FROM revision WHERE article_id = $1 AND page_id = $2")
                .bind(id.0)
                .bind(page.0)
                .fetch_optional(&self.reader)
                .await?;
        doc.map(|doc| json("revision.doc", &doc)).transpose()
    }
}

async fn page_key(connection: &mut AnyConnection, page: PageId) -> Result<PageKey, StoreError> {
    let (address, source) = sqlx::query_as(
        "SELECT page.address_id, address.source_id FROM page
         JOIN address ON address.id = page.address_id WHERE page.id = $1",
    )
    .bind(page.0)
    .fetch_one(connection)
    .await?;
    Ok(PageKey { address, source })
}

async fn put_revision(
    connection: &mut AnyConnection,
    address: i64,
    page: PageId,
    saved: &SavedArticle,
) -> Result<(), StoreError> {
    let text = saved.article.text();
    sqlx::query(
        "INSERT INTO revision (article_id, page_id, text_digest, doc, says_digest)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (article_id, page_id) DO UPDATE SET text_digest = excluded.text_digest,
            doc = excluded.doc, says_digest = excluded.says_digest, again_doc = NULL",
    )
    .bind(address)
    .bind(page.0)
    .bind(ContentHash::of(text.as_bytes()).to_string())
    .bind(to_json(saved)?)
    .bind(says_digest(&saved.article).to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Says of a revision whether it is another text than the one before.
async fn put_before(
    connection: &mut AnyConnection,
    address: i64,
    page: PageId,
    before: &Before,
) -> Result<(), StoreError> {
    if before.is_same {
        sqlx::query(
            "UPDATE revision SET says_digest = (SELECT earlier.says_digest FROM revision AS earlier
                WHERE earlier.article_id = $1 AND earlier.page_id = $2)
             WHERE article_id = $1 AND page_id = $3",
        )
        .bind(address)
        .bind(before.page.0)
        .bind(page.0)
        .execute(&mut *connection)
        .await?;
    }
    if let Some(again) = &before.again {
        sqlx::query("UPDATE revision SET again_doc = $3 WHERE article_id = $1 AND page_id = $2")
            .bind(address)
            .bind(before.page.0)
            .bind(to_json(again)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Adds an entry, or brings the known one's title and date up to date. Returns whether its
/// address was not announced before.
async fn put_entry(
    connection: &mut AnyConnection,
    source: i64,
    page: PageId,
    entry: &NewEntry,
) -> Result<bool, StoreError> {
    let known: Option<(i64, i64)> =
        sqlx::query_as("SELECT id, page_id FROM entry WHERE source_id = $1 AND key = $2")
            .bind(source)
            .bind(&entry.key)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some((id, first)) = known {
        // The first document that had the entry stays its evidence; only reading that same
        // document again changes the row.
        if first == page.0 {
            sqlx::query(
                "UPDATE entry SET title = $2, author = $3, published_raw = $4, published = $5,
                    summary = $6, post = $7, picture = $8, reason = $9
                 WHERE id = $1",
            )
            .bind(id)
            .bind(&entry.title)
            .bind(entry.author.as_deref())
            .bind(entry.published_raw.as_deref())
            .bind(entry.published.map(|when| when.to_string()))
            .bind(entry.summary.as_deref())
            .bind(entry.post.map(FeedKind::as_str))
            .bind(entry.picture.as_ref().map(PageUrl::as_str))
            .bind(entry.reason.as_deref())
            .execute(connection)
            .await?;
        }
        return Ok(false);
    }
    let (address, _) = put_address(connection, &entry.url, Some(SourceId(source))).await?;
    let announced: i64 = sqlx::query_scalar("SELECT count(*) FROM entry WHERE address_id = $1")
        .bind(address)
        .fetch_one(&mut *connection)
        .await?;
    let id = next_id(connection, "entry").await?;
    sqlx::query(
        "INSERT INTO entry (id, source_id, key, address_id, page_id, title, author,
            published_raw, published, summary, post, picture, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id)
    .bind(source)
    .bind(&entry.key)
    .bind(address)
    .bind(page.0)
    .bind(&entry.title)
    .bind(entry.author.as_deref())
    .bind(entry.published_raw.as_deref())
    .bind(entry.published.map(|when| when.to_string()))
    .bind(entry.summary.as_deref())
    .bind(entry.post.map(FeedKind::as_str))
    .bind(entry.picture.as_ref().map(PageUrl::as_str))
    .bind(entry.reason.as_deref())
    .execute(&mut *connection)
    .await?;
    log_change(connection, "entry", id).await?;
    Ok(announced == 0)
}

/// Writes the article row anew from the revisions of its address. The row hangs on the set of
/// pages read, not on the order in which they were.
async fn refresh_article(connection: &mut AnyConnection, key: &PageKey) -> Result<(), StoreError> {
    let readings = readings(connection, key.address).await?;
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
        return Ok(());
    };
    let (first, last, digest) = (first.page, last.page, last.text_digest.clone());
    let texts = different(readings).len();
    let gone = gone_since(connection, key.address, last).await?;
    let doc: String =
        sqlx::query_scalar("SELECT doc FROM revision WHERE article_id = $1 AND page_id = $2")
            .bind(key.address)
            .bind(last)
            .fetch_one(&mut *connection)
            .await?;
    let saved: SavedArticle = json("revision.doc", &doc)?;
    let article = &saved.article;
    sqlx::query(
        "INSERT INTO article (id, source_id, first_page_id, page_id, title, lang, byline, excerpt,
            published, sort_ms, updated, word_count, text_digest, confidence, belongs,
            belongs_why, gone_ms, revisions, permalink)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19)
         ON CONFLICT (id) DO UPDATE SET first_page_id = excluded.first_page_id,
            page_id = excluded.page_id, title = excluded.title, lang = excluded.lang,
            byline = excluded.byline, excerpt = excluded.excerpt,
            published = excluded.published, sort_ms = excluded.sort_ms,
            updated = excluded.updated, word_count = excluded.word_count,
            text_digest = excluded.text_digest, confidence = excluded.confidence,
            belongs = excluded.belongs, belongs_why = excluded.belongs_why,
            gone_ms = excluded.gone_ms, revisions = excluded.revisions,
            permalink = excluded.permalink",
    )
    .bind(key.address)
    .bind(key.source)
    .bind(first)
    .bind(last)
    .bind(article.title.value().map_or("", String::as_str))
    .bind(article.lang.value().map(ToString::to_string))
    .bind(article.byline.value())
    .bind(excerpt(article))
    .bind(article.published.value().map(ToString::to_string))
    .bind(saved.sort.as_millisecond())
    .bind(article.updated.value().map(ToString::to_string))
    .bind(i64::from(article.word_count))
    .bind(digest)
    .bind(f64::from(article.confidence))
    .bind(i64::from(saved.belongs))
    .bind(&saved.belongs_why)
    .bind(gone)
    .bind(int(texts))
    .bind(article.post.as_ref().map(|post| post.permalink.as_str()))
    .execute(&mut *connection)
    .await?;
    let story: Option<i64> = sqlx::query_scalar("SELECT story_id FROM article WHERE id = $1")
        .bind(key.address)
        .fetch_one(&mut *connection)
        .await?;
    if let Some(story) = story {
        refresh_story(connection, story).await?;
    }
    log_change(connection, "article", key.address).await
}

/// When the address was first seen without its article after the last time with it.
async fn gone_since(
    connection: &mut AnyConnection,
    address: i64,
    last: i64,
) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT min(fetched_ms) FROM page WHERE address_id = $1 AND id > $2
         AND (outcome = $3 AND status IN (404, 410) OR outcome = $4)",
    )
    .bind(address)
    .bind(last)
    .bind(OutcomeKind::HttpError.as_str())
    .bind(OutcomeKind::Soft404.as_str())
    .fetch_one(connection)
    .await?)
}

fn excerpt(article: &Article) -> String {
    let mut text = String::new();
    for block in render::excerpt(&article.blocks, EXCERPT_WORDS) {
        block.push_text(&mut text);
    }
    let mut words = text.split_whitespace();
    let mut excerpt: String = words.by_ref().take(EXCERPT_WORDS).collect::<Vec<_>>().join(" ");
    if words.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}
