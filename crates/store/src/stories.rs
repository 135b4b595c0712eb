//! Stories and copies: what the grouper decided, kept as it said.

use crate::rows::{instant, json, to_json};
use crate::store::log_change;
use crate::views::set_position;
use crate::{SavedArticle, Store, StoreError};
use chapar_model::{ArticleId, CopyOf, PageId, PageUrl, SourceId, StoryId};
use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

/// The name of the view that groups.
const VIEW: &str = "stories";
/// What each further source is worth on the front page, in milliseconds of freshness.
const SOURCE_BONUS_MS: i64 = 2 * 3_600_000;
/// Sources beyond this many count no more.
const BONUS_SOURCES_MAX: i64 = 8;

/// An article as the grouper reads it.
#[derive(Debug, Clone)]
pub struct GroupedArticle {
    /// Its number.
    pub id: ArticleId,
    /// The page that brought it.
    pub page: PageId,
    /// Whose it is.
    pub source: SourceId,
    /// Where readers find it.
    pub url: PageUrl,
    /// The address that its page was asked for at.
    pub asked: PageUrl,
    /// When its first page was fetched.
    pub fetched: Timestamp,
    /// What it says, as first read.
    pub saved: SavedArticle,
    /// The story it was put in before.
    pub story: Option<StoryId>,
}

/// What is decided about some articles.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// Articles that go to a story.
    pub stories: Vec<StoryUpdate>,
    /// Articles that repeat another, or no longer do.
    pub copies: Vec<(ArticleId, Option<CopyOf>)>,
}

/// One article's story.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryUpdate {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// Why it belongs there.
    pub why: String,
}

impl Store {
    /// How far the grouper has come: the last page it has seen.
    pub async fn grouped_to(&self) -> Result<PageId, StoreError> {
        Ok(PageId(self.position(VIEW).await?))
    }

    /// The articles whose *first* page is one of these that belong to the edition, in the order
    /// of the pages.
    pub async fn articles_to_group(
        &self,
        from: PageId,
        to: PageId,
    ) -> Result<Vec<GroupedArticle>, StoreError> {
        let rows = sqlx::query(
            "SELECT article.id, article.first_page_id, article.source_id, article.story_id,
                coalesce(article.permalink, address.url) AS url, address.url AS asked,
                page.fetched_ms, revision.doc
             FROM article JOIN address ON address.id = article.id
             JOIN page ON page.id = article.first_page_id
             JOIN revision ON revision.article_id = article.id
                AND revision.page_id = article.first_page_id
             WHERE article.first_page_id > $1 AND article.first_page_id <= $2
             ORDER BY article.first_page_id",
        )
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.reader)
        .await?;
        let mut articles = Vec::with_capacity(rows.len());
        for row in &rows {
            let saved: SavedArticle = json("revision.doc", &row.try_get::<String, _>("doc")?)?;
            if !saved.belongs {
                continue;
            }
            let address = |column: &str| {
                let url: String = row.try_get(column)?;
                crate::rows::parsed("address.url", &url, |raw| PageUrl::parse(raw).ok())
            };
            articles.push(GroupedArticle {
                id: ArticleId(row.try_get("id")?),
                page: PageId(row.try_get("first_page_id")?),
                source: SourceId(row.try_get("source_id")?),
                url: address("url")?,
                asked: address("asked")?,
                fetched: instant("page.fetched_ms", row.try_get("fetched_ms")?)?,
                saved,
                story: row.try_get::<Option<i64>, _>("story_id")?.map(StoryId),
            });
        }
        Ok(articles)
    }

    /// Keeps what was decided, with the page up to which the grouper has come.
    pub async fn save_grouping(
        &self,
        grouping: &Grouping,
        grouped_to: PageId,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut touched = Vec::new();
        for (article, copy) in &grouping.copies {
            sqlx::query("UPDATE article SET copy_of = $2, copy = $3 WHERE id = $1")
                .bind(article.0)
                .bind(copy.as_ref().map(|copy| copy.original.0))
                .bind(copy.as_ref().map(to_json).transpose()?)
                .execute(&mut *tx)
                .await?;
            let story: Option<i64> =
                sqlx::query_scalar("SELECT story_id FROM article WHERE id = $1")
                    .bind(article.0)
                    .fetch_one(&mut *tx)
                    .await?;
            touched.extend(story);
        }
        for update in &grouping.stories {
            // The story it leaves, if any, is another one afterwards.
            let left: Option<i64> =
                sqlx::query_scalar("SELECT story_id FROM article WHERE id = $1")
                    .bind(update.article.0)
                    .fetch_one(&mut *tx)
                    .await?;
            touched.extend(left);
            sqlx::query("UPDATE article SET story_id = $2, story_why = $3 WHERE id = $1")
                .bind(update.article.0)
                .bind(update.story.0)
                .bind(&update.why)
                .execute(&mut *tx)
                .await?;
            touched.push(update.story.0);
        }
        touched.sort_unstable();
        touched.dedup();
        for story in touched {
            refresh_story(&mut tx, story).await?;
        }
        set_position(&mut tx, VIEW, grouped_to.0).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Writes a story's row anew from its articles. Its headline is that of the earliest article
/// that repeats no other.
pub(crate) async fn refresh_story(
    connection: &mut AnyConnection,
    story: i64,
) -> Result<(), StoreError> {
    let row = sqlx::query(
        "SELECT min(sort_ms) AS first_ms, max(sort_ms) AS last_ms, count(*) AS articles,
            count(DISTINCT coalesce(source.publisher_group, source.key)) AS sources
         FROM article JOIN source ON source.id = article.source_id WHERE story_id = $1",
    )
    .bind(story)
    .fetch_one(&mut *connection)
    .await?;
    let articles: i64 = row.try_get("articles")?;
    if articles == 0 {
        sqlx::query("DELETE FROM story WHERE id = $1")
            .bind(story)
            .execute(&mut *connection)
            .await?;
        return log_change(connection, "story", story).await;
    }
    let (first, last): (i64, i64) = (row.try_get("first_ms")?, row.try_get("last_ms")?);
    let sources: i64 = row.try_get("sources")?;
    let lead: i64 = sqlx::query_scalar(
        "SELECT id FROM article WHERE story_id = $1
         ORDER BY CASE WHEN copy_of IS NULL THEN 0 ELSE 1 END, sort_ms, id LIMIT 1",
    )
    .bind(story)
    .fetch_one(&mut *connection)
    .await?;
    let rank = last + (sources - 1).clamp(0, BONUS_SOURCES_MAX) * SOURCE_BONUS_MS;
    sqlx::query(
        "INSERT INTO story (id, article_id, first_ms, last_ms, rank_ms, articles, sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET article_id = excluded.article_id,
            first_ms = excluded.first_ms, last_ms = excluded.last_ms,
            rank_ms = excluded.rank_ms, articles = excluded.articles,
            sources = excluded.sources",
    )
    .bind(story)
    .bind(lead)
    .bind(first)
    .bind(last)
    .bind(rank)
    .bind(articles)
    .bind(sources)
    .execute(&mut *connection)
    .await?;
    log_change(connection, "story", story).await
}
