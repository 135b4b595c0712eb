//! The texts that an address has had, told apart by what they say: a page whose furniture alone
//! changed is the same text. Compares no words; that is for those who show them.

use crate::rows::{instant, int, json};
use crate::{SavedArticle, Store, StoreError};
use chapar_model::{Article, ArticleId, ContentHash, PageId, PageUrl, When};
use jiff::Timestamp;
use sqlx::AnyConnection;

/// Revisions of one address that are shown; the first and the newest of them.
const SHOWN_MAX: usize = 30;

/// One text that an address has had.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionRow {
    /// 1 for the first.
    pub number: i64,
    /// The page that first had it.
    pub page: PageId,
    /// When that page was received.
    pub fetched: Timestamp,
    /// Hash of the text.
    pub text_digest: String,
    /// The headline.
    pub title: String,
    /// Who wrote it.
    pub byline: Option<String>,
    /// When it was published.
    pub published: Option<When>,
    /// The text, paragraph by paragraph.
    pub paragraphs: Vec<String>,
}

/// What tells one reading from another.
pub(crate) struct Reading {
    pub(crate) page: i64,
    pub(crate) text_digest: String,
    says_digest: Option<String>,
}

impl Reading {
    fn says_same(&self, other: &Self) -> bool {
        match (&self.says_digest, &other.says_digest) {
            (Some(one), Some(other)) => one == other,
            _ => self.text_digest == other.text_digest,
        }
    }
}

impl Store {
    /// The texts an address has had, the newest first.
    pub(crate) async fn revision_rows(
        &self,
        id: ArticleId,
    ) -> Result<Vec<RevisionRow>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        let different = different(readings(&mut connection, id.0).await?);
        let count = different.len();
        let mut rows = Vec::new();
        for (at, text) in different.into_iter().enumerate() {
            if at > 0 && at + SHOWN_MAX <= count {
                continue;
            }
            // Shown as the page that came next was read, since they are shown side by side.
            let (fetched, doc): (i64, String) = sqlx::query_as(
                "SELECT page.fetched_ms, coalesce(revision.again_doc, revision.doc) FROM revision
                 JOIN page ON page.id = $2
                 WHERE revision.article_id = $1 AND revision.page_id = $3",
            )
            .bind(id.0)
            .bind(text.first.page)
            .bind(text.last)
            .fetch_one(&mut *connection)
            .await?;
            let saved: SavedArticle = json("revision.doc", &doc)?;
            rows.push(revision_row(int(at + 1), fetched, &text.first, &saved.article)?);
        }
        rows.reverse();
        Ok(rows)
    }

    /// How many different texts an address has had; 0 where it has none.
    pub async fn revision_count(&self, url: &PageUrl) -> Result<i64, StoreError> {
        let count: Option<i64> = sqlx::query_scalar(
            "SELECT article.revisions FROM article JOIN address ON address.id = article.id
             WHERE address.url = $1",
        )
        .bind(url.as_str())
        .fetch_optional(&self.reader)
        .await?;
        Ok(count.unwrap_or(0))
    }

    /// Whether the article of an address was missing when the last page of it that tells was read.
    pub async fn is_gone(&self, url: &PageUrl) -> Result<bool, StoreError> {
        let gone: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM article JOIN address ON address.id = article.id
             WHERE address.url = $1 AND article.gone_ms IS NOT NULL",
        )
        .bind(url.as_str())
        .fetch_one(&self.reader)
        .await?;
        Ok(gone > 0)
    }
}

fn revision_row(
    number: i64,
    fetched: i64,
    reading: &Reading,
    article: &Article,
) -> Result<RevisionRow, StoreError> {
    Ok(RevisionRow {
        number,
        page: PageId(reading.page),
        fetched: instant("page.fetched_ms", fetched)?,
        text_digest: reading.text_digest.clone(),
        title: article.title.value().cloned().unwrap_or_default(),
        byline: article.byline.value().cloned(),
        published: article.published.value().copied(),
        paragraphs: article
            .text()
            .split("\n\n")
            .filter(|paragraph| !paragraph.trim().is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

/// All readings of an address, the oldest page first.
pub(crate) async fn readings(
    connection: &mut AnyConnection,
    article: i64,
) -> Result<Vec<Reading>, StoreError> {
    let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
        "SELECT page_id, text_digest, says_digest FROM revision WHERE article_id = $1
         ORDER BY page_id",
    )
    .bind(article)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(page, text_digest, says_digest)| Reading { page, text_digest, says_digest })
        .collect())
}

/// One text, by the first of its readings in a row and the page of the last.
pub(crate) struct Text {
    first: Reading,
    last: i64,
}

/// The texts of an address, each other than the one before.
pub(crate) fn different(readings: Vec<Reading>) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for reading in readings {
        match texts.last_mut().filter(|text| reading.says_same(&text.first)) {
            Some(text) => text.last = reading.page,
            None => texts.push(Text { last: reading.page, first: reading }),
        }
    }
    texts
}

/// Whether two articles say the same: headline, text, byline and day of publication.
pub fn says_same(one: &Article, other: &Article) -> bool {
    says_digest(one) == says_digest(other)
}

/// Digest of what an article says: headline, text, byline and the day of publication. The time of
/// change that a page states is no part of it: many sites state the time of the request. Nor is the
/// hour of publication: a page that says "two hours ago" would say something else at each look.
pub(crate) fn says_digest(article: &Article) -> ContentHash {
    let day = article.published.value().and_then(When::day).map(|day| day.to_string());
    let parts = [
        article.title.value().map_or("", String::as_str),
        article.byline.value().map_or("", String::as_str),
        day.as_deref().unwrap_or_default(),
        &article.text(),
    ];
    // No part can hold the byte that parts them.
    let says = parts.map(|part| part.replace('\0', " ")).join("\0");
    ContentHash::of(says.as_bytes())
}
