//! What readers are shown: stories, articles, sources and totals. Reads committed rows only and
//! never holds the writer up. Lists are paged by key, so a page of a list never shifts.

use crate::revisions::RevisionRow;
use crate::rows::{bad, instant, json, named, parsed};
use crate::sources::{SourceRow, source_row};
use crate::{SavedArticle, Store, StoreError};
use chapar_model::{
    ArticleId, ContentHash, CopyOf, Lang, Outcome, OutcomeKind, PageId, PageUrl, PageVia, SourceId,
    SourceKey, StoryId, When,
};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

/// The columns every list of articles shows.
const ARTICLE: &str = "article.id, article.source_id,
    coalesce(article.permalink, address.url) AS url, article.title, article.lang,
    article.byline, article.excerpt, article.published, article.sort_ms, article.updated,
    article.word_count, article.revisions, article.gone_ms, article.story_id, article.story_why,
    article.copy_of, article.copy, page.fetched_ms, article.page_id
    FROM article JOIN address ON address.id = article.id
    JOIN page ON page.id = article.first_page_id";

/// One article in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRow {
    /// Its number.
    pub id: ArticleId,
    /// Whose it is.
    pub source: SourceId,
    /// Where it stands.
    pub url: PageUrl,
    /// Headline.
    pub title: String,
    /// Language.
    pub lang: Option<Lang>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// Its first words.
    pub excerpt: String,
    /// First publication, as exactly as it is known.
    pub published: Option<When>,
    /// The time it is sorted by.
    pub sort: Timestamp,
    /// The change that the publisher states.
    pub updated: Option<When>,
    /// Words of the text.
    pub word_count: i64,
    /// How many different texts the address has had.
    pub revisions: i64,
    /// When the publisher was first seen to have taken it down.
    pub gone: Option<Timestamp>,
    /// Its story.
    pub story: Option<StoryId>,
    /// Why it is in that story.
    pub story_why: Option<String>,
    /// What it repeats.
    pub copy: Option<CopyOf>,
    /// When its page was first fetched.
    pub fetched: Timestamp,
    /// The page of its newest text.
    pub page: PageId,
}

/// One story in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryRow {
    /// Its number.
    pub id: StoryId,
    /// The article whose headline it bears.
    pub lead: ArticleId,
    /// Time of its first report.
    pub first: Timestamp,
    /// Time of its last report.
    pub last: Timestamp,
    /// What it is sorted by on the front page; the key to page by, with `id`.
    pub rank: Timestamp,
    /// Articles in it.
    pub articles: i64,
    /// Publishers in it, sister outlets counted once.
    pub sources: i64,
}

/// One kept page of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRow {
    /// Its number.
    pub id: PageId,
    /// When it was received.
    pub fetched: Timestamp,
    /// HTTP status.
    pub status: Option<u16>,
    /// Hash of its body.
    pub digest: ContentHash,
    /// Bytes of its body.
    pub body_bytes: i64,
    /// How it came.
    pub via: PageVia,
    /// What it turned out to be; `None` while it is unread.
    pub outcome: Option<Outcome>,
}

/// One article with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleDetail {
    /// As in lists.
    pub row: ArticleRow,
    /// The whole of it.
    pub saved: SavedArticle,
    /// Kept pages of its address, the newest first.
    pub pages: Vec<PageRow>,
    /// Its different texts, the newest first.
    pub revisions: Vec<RevisionRow>,
    /// What it repeats.
    pub original: Option<ArticleRow>,
    /// What repeats it.
    pub copies: Vec<ArticleRow>,
    /// The post that it answers, where that is kept.
    pub answered: Option<ArticleRow>,
}

/// One source with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSummary {
    /// What is known of it.
    pub source: SourceRow,
    /// Its articles that belong to the edition.
    pub articles: i64,
    /// Its pages.
    pub pages: i64,
    /// When the last of its pages came.
    pub last_fetched: Option<Timestamp>,
    /// When a feed of it was last asked.
    pub last_polled: Option<Timestamp>,
    /// Polls in a row without success, of its worst feed.
    pub failures: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The class of the fault of its worst feed.
    pub failure_class: Option<String>,
    /// Since when that feed has brought nothing readable.
    pub failing: Option<Timestamp>,
    /// When a feed of it is asked next.
    pub next_poll: Option<Timestamp>,
    /// Where a feed of it says it has moved for good.
    pub moved: Option<String>,
    /// A hub that pushes what a feed of it brings.
    pub hub: Option<String>,
    /// Feeds and sitemaps that are polled.
    pub feeds: i64,
}

/// Counts of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Pages kept.
    pub pages: i64,
    /// Pages not read yet.
    pub unread: i64,
    /// Articles that belong.
    pub articles: i64,
    /// Articles that do not belong.
    pub off_topic: i64,
    /// Entries that feeds announced.
    pub entries: i64,
    /// Stories.
    pub stories: i64,
    /// Sources of the edition.
    pub sources: i64,
    /// Bytes of the archive.
    pub archive_bytes: i64,
}

impl Store {
    /// Stories of the front page, the first first; after the story `before` where one is given
    /// (its rank and number).
    pub async fn front(
        &self,
        before: Option<(Timestamp, StoryId)>,
        most: i64,
    ) -> Result<Vec<StoryRow>, StoreError> {
        let (rank, id) =
            before.map_or((i64::MAX, i64::MAX), |(rank, id)| (rank.as_millisecond(), id.0));
        let rows = sqlx::query(
            "SELECT * FROM story WHERE rank_ms < $1 OR (rank_ms = $1 AND id < $2)
             ORDER BY rank_ms DESC, id DESC LIMIT $3",
        )
        .bind(rank)
        .bind(id)
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(story_row).collect()
    }

    /// One story.
    pub async fn story(&self, id: StoryId) -> Result<Option<StoryRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM story WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(story_row).transpose()
    }

    /// The articles of a story, the earliest first.
    pub async fn story_articles(
        &self,
        id: StoryId,
        most: i64,
    ) -> Result<Vec<ArticleRow>, StoreError> {
        self.articles(
            &format!(
                "SELECT {ARTICLE} WHERE article.story_id = $1
                ORDER BY article.sort_ms, article.id LIMIT $2"
            ),
            &[id.0, most],
        )
        .await
    }

    /// The newest articles of a source, after the article `before` where one is given.
    pub async fn source_articles(
        &self,
        source: SourceId,
        before: Option<(Timestamp, ArticleId)>,
        most: i64,
    ) -> Result<Vec<ArticleRow>, StoreError> {
        let (sort, id) =
            before.map_or((i64::MAX, i64::MAX), |(sort, id)| (sort.as_millisecond(), id.0));
        self.articles(
            &format!(
                "SELECT {ARTICLE} WHERE article.source_id = $1 AND article.belongs = 1
                 AND (article.sort_ms < $2 OR (article.sort_ms = $2 AND article.id < $3))
                 ORDER BY article.sort_ms DESC, article.id DESC LIMIT $4"
            ),
            &[source.0, sort, id, most],
        )
        .await
    }

    /// The newest articles of all, after the article `before` where one is given.
    pub async fn latest(
        &self,
        before: Option<(Timestamp, ArticleId)>,
        most: i64,
    ) -> Result<Vec<ArticleRow>, StoreError> {
        let (sort, id) =
            before.map_or((i64::MAX, i64::MAX), |(sort, id)| (sort.as_millisecond(), id.0));
        self.articles(
            &format!(
                "SELECT {ARTICLE} WHERE article.belongs = 1
                 AND (article.sort_ms < $1 OR (article.sort_ms = $1 AND article.id < $2))
                 ORDER BY article.sort_ms DESC, article.id DESC LIMIT $3"
            ),
            &[sort, id, most],
        )
        .await
    }

    /// Articles by number, in the order of the numbers given; those not there are left out.
    pub async fn article_rows(&self, ids: &[ArticleId]) -> Result<Vec<ArticleRow>, StoreError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let sql = format!("SELECT {ARTICLE} WHERE article.id = $1");
            rows.extend(self.articles(&sql, &[id.0]).await?);
        }
        Ok(rows)
    }

    /// One article with its pages, texts and copies.
    pub async fn article_detail(&self, id: ArticleId) -> Result<Option<ArticleDetail>, StoreError> {
        let Some(row) = self.article_rows(&[id]).await?.pop() else { return Ok(None) };
        let Some(saved) = self.article(id).await? else { return Ok(None) };
        let original = match &row.copy {
            Some(copy) => self.article_rows(&[copy.original]).await?.pop(),
            None => None,
        };
        let post = saved.article.post.as_ref();
        let answered = match post.and_then(|post| post.reply_to.as_ref()?.url.as_ref()) {
            Some(url) => self.post_at(url).await?,
            None => None,
        };
        let copies = self
            .articles(
                &format!(
                    "SELECT {ARTICLE} WHERE article.copy_of = $1
                    ORDER BY article.sort_ms, article.id LIMIT 200"
                ),
                &[id.0],
            )
            .await?;
        Ok(Some(ArticleDetail {
            pages: self.address_pages(id).await?,
            revisions: self.revision_rows(id).await?,
            original,
            copies,
            answered,
            row,
            saved,
        }))
    }

    /// The post that readers or machines find at an address.
    async fn post_at(&self, url: &PageUrl) -> Result<Option<ArticleRow>, StoreError> {
        let id: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM article WHERE permalink = $1
             UNION SELECT article.id FROM article JOIN address ON address.id = article.id
             WHERE address.url = $1 ORDER BY 1 LIMIT 1",
        )
        .bind(url.as_str())
        .fetch_optional(&self.reader)
        .await?;
        match id {
            Some(id) => Ok(self.article_rows(&[ArticleId(id)]).await?.pop()),
            None => Ok(None),
        }
    }

    async fn articles(&self, sql: &str, numbers: &[i64]) -> Result<Vec<ArticleRow>, StoreError> {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for number in numbers {
            query = query.bind(*number);
        }
        query.fetch_all(&self.reader).await?.iter().map(article_row).collect()
    }

    async fn address_pages(&self, id: ArticleId) -> Result<Vec<PageRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, fetched_ms, status, digest, body_bytes, via, outcome, outcome_reason
             FROM page WHERE address_id = $1 ORDER BY id DESC LIMIT 100",
        )
        .bind(id.0)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(page_row).collect()
    }

    /// One source by its key.
    pub async fn source(&self, key: &SourceKey) -> Result<Option<SourceRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM source WHERE key = $1")
            .bind(key.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(source_row).transpose()
    }

    /// Every source with what came of it, by number.
    pub async fn source_summaries(&self) -> Result<Vec<SourceSummary>, StoreError> {
        let rows = sqlx::query(
            "SELECT source.*,
                (SELECT count(*) FROM article WHERE article.source_id = source.id
                    AND belongs = 1) AS article_count,
                (SELECT count(*) FROM page JOIN address ON address.id = page.address_id
                    WHERE address.source_id = source.id) AS page_count,
                (SELECT max(fetched_ms) FROM page JOIN address ON address.id = page.address_id
                    WHERE address.source_id = source.id) AS last_fetched_ms,
                (SELECT max(polled_ms) FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1) AS last_polled_ms,
                (SELECT coalesce(max(failures), 0) FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1) AS worst,
                (SELECT last_error FROM feed WHERE feed.source_id = source.id AND feed.listed = 1
                    AND last_error IS NOT NULL ORDER BY polled_ms DESC LIMIT 1) AS feed_error,
                (SELECT failure_class FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1 ORDER BY failures DESC, id LIMIT 1) AS worst_class,
                (SELECT failing_ms FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1 ORDER BY failures DESC, id LIMIT 1) AS worst_since_ms,
                (SELECT min(next_ms) FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1) AS next_poll_ms,
                (SELECT min(moved_url) FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1 AND moved_seen > 2) AS feed_moved,
                (SELECT count(*) FROM feed WHERE feed.source_id = source.id
                    AND feed.listed = 1) AS feed_count,
                (SELECT min(hub) FROM subscription JOIN feed ON feed.id = subscription.feed_id
                    WHERE feed.source_id = source.id AND feed.listed = 1
                    AND state = 'active') AS hub
             FROM source ORDER BY source.id",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(source_summary).collect()
    }

    /// Counts of everything.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM page) AS pages,
                (SELECT count(*) FROM page WHERE outcome IS NULL) AS unread,
                (SELECT count(*) FROM article WHERE belongs = 1) AS articles,
                (SELECT count(*) FROM article WHERE belongs = 0) AS off_topic,
                (SELECT count(*) FROM entry) AS entries,
                (SELECT count(*) FROM story) AS stories,
                (SELECT count(*) FROM source WHERE listed = 1) AS sources,
                (SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM segment) AS archive_bytes",
        )
        .fetch_one(&self.reader)
        .await?;
        Ok(Totals {
            pages: row.try_get("pages")?,
            unread: row.try_get("unread")?,
            articles: row.try_get("articles")?,
            off_topic: row.try_get("off_topic")?,
            entries: row.try_get("entries")?,
            stories: row.try_get("stories")?,
            sources: row.try_get("sources")?,
            archive_bytes: row.try_get("archive_bytes")?,
        })
    }

    /// How many pages there are of each outcome, the most frequent first.
    pub async fn outcomes(&self) -> Result<Vec<(OutcomeKind, i64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT outcome, count(*) FROM page WHERE outcome IS NOT NULL
             GROUP BY outcome ORDER BY 2 DESC, 1",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(name, count)| Ok((parsed("page.outcome", &name, OutcomeKind::parse)?, count)))
            .collect()
    }
}

fn story_row(row: &AnyRow) -> Result<StoryRow, StoreError> {
    Ok(StoryRow {
        id: StoryId(row.try_get("id")?),
        lead: ArticleId(row.try_get("article_id")?),
        first: instant("story.first_ms", row.try_get("first_ms")?)?,
        last: instant("story.last_ms", row.try_get("last_ms")?)?,
        rank: instant("story.rank_ms", row.try_get("rank_ms")?)?,
        articles: row.try_get("articles")?,
        sources: row.try_get("sources")?,
    })
}

fn article_row(row: &AnyRow) -> Result<ArticleRow, StoreError> {
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
    let when = |column: &'static str| -> Result<Option<When>, StoreError> {
        maybe(column)?.map(|text| parsed(column, &text, |t| When::parse(t).ok())).transpose()
    };
    let url: String = row.try_get("url")?;
    Ok(ArticleRow {
        id: ArticleId(row.try_get("id")?),
        source: SourceId(row.try_get("source_id")?),
        url: parsed("address.url", &url, |raw| PageUrl::parse(raw).ok())?,
        title: row.try_get("title")?,
        lang: maybe("lang")?.and_then(|tag| Lang::parse(&tag)),
        byline: maybe("byline")?,
        excerpt: row.try_get("excerpt")?,
        published: when("published")?,
        sort: instant("article.sort_ms", row.try_get("sort_ms")?)?,
        updated: when("updated")?,
        word_count: row.try_get("word_count")?,
        revisions: row.try_get("revisions")?,
        gone: row
            .try_get::<Option<i64>, _>("gone_ms")?
            .map(|ms| instant("article.gone_ms", ms))
            .transpose()?,
        story: row.try_get::<Option<i64>, _>("story_id")?.map(StoryId),
        story_why: maybe("story_why")?,
        copy: maybe("copy")?.map(|text| json("article.copy", &text)).transpose()?,
        fetched: instant("page.fetched_ms", row.try_get("fetched_ms")?)?,
        page: PageId(row.try_get("page_id")?),
    })
}

fn page_row(row: &AnyRow) -> Result<PageRow, StoreError> {
    let outcome: Option<String> = row.try_get("outcome")?;
    let reason: Option<String> = row.try_get("outcome_reason")?;
    let outcome = outcome
        .map(|name| -> Result<Outcome, StoreError> {
            let kind = OutcomeKind::parse(&name).ok_or_else(|| bad("page.outcome", &name))?;
            Ok(Outcome { kind, reason: reason.unwrap_or_default() })
        })
        .transpose()?;
    Ok(PageRow {
        id: PageId(row.try_get("id")?),
        fetched: instant("page.fetched_ms", row.try_get("fetched_ms")?)?,
        status: row
            .try_get::<Option<i64>, _>("status")?
            .and_then(|status| u16::try_from(status).ok()),
        digest: parsed("page.digest", &row.try_get::<String, _>("digest")?, ContentHash::parse)?,
        body_bytes: row.try_get("body_bytes")?,
        via: named("page.via", &row.try_get::<String, _>("via")?)?,
        outcome,
    })
}

fn source_summary(row: &AnyRow) -> Result<SourceSummary, StoreError> {
    let when = |column: &'static str| -> Result<Option<Timestamp>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?.map(|ms| instant(column, ms)).transpose()
    };
    Ok(SourceSummary {
        source: source_row(row)?,
        articles: row.try_get("article_count")?,
        pages: row.try_get("page_count")?,
        last_fetched: when("last_fetched_ms")?,
        last_polled: when("last_polled_ms")?,
        failures: row.try_get("worst")?,
        last_error: row.try_get("feed_error")?,
        failure_class: row.try_get("worst_class")?,
        failing: when("worst_since_ms")?,
        next_poll: when("next_poll_ms")?,
        moved: row.try_get("feed_moved")?,
        hub: row.try_get("hub")?,
        feeds: row.try_get("feed_count")?,
    })
}
