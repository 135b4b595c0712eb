//! Subscriptions to hubs, one a feed. Never speaks to a hub.

use crate::rows::{instant, named, parsed};
use crate::{Store, StoreError};
use chapar_model::{FeedId, PageUrl};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionState {
    /// The hub was or is to be asked, and has not verified it yet.
    Asked,
    /// Verified.
    Active,
    /// The hub said no.
    Denied,
    /// No longer wanted.
    Off,
}

impl SubscriptionState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Active => "active",
            Self::Denied => "denied",
            Self::Off => "off",
        }
    }
}

/// A subscription to a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The feed whose changes it pushes.
    pub feed: FeedId,
    /// The hub.
    pub hub: PageUrl,
    /// The feed's address, as the hub knows it.
    pub topic: PageUrl,
    /// The part of our callback's address that nobody can guess.
    pub token: String,
    /// What deliveries are signed with.
    pub secret: Option<String>,
    /// How it stands.
    pub state: SubscriptionState,
    /// What the hub said when it stands badly.
    pub reason: Option<String>,
    /// How often the hub was asked in vain.
    pub tries: u32,
    /// Since when it has been active without a break.
    pub since: Option<Timestamp>,
    /// Until when it is active.
    pub until: Option<Timestamp>,
    /// The last delivery.
    pub delivered: Option<Timestamp>,
    /// Deliveries that were not what they said.
    pub refused: u32,
}

impl Subscription {
    /// Whether it is active at a time.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state == SubscriptionState::Active && self.until.is_some_and(|until| now < until)
    }
}

impl Store {
    /// The subscription of a feed.
    pub async fn subscription(&self, feed: FeedId) -> Result<Option<Subscription>, StoreError> {
        let row = sqlx::query("SELECT * FROM subscription WHERE feed_id = $1")
            .bind(feed.0)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(of_row).transpose()
    }

    /// The subscription with a callback.
    pub async fn subscription_at(&self, token: &str) -> Result<Option<Subscription>, StoreError> {
        let row = sqlx::query("SELECT * FROM subscription WHERE token = $1")
            .bind(token)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(of_row).transpose()
    }

    /// Keeps how a subscription stands.
    pub async fn set_subscription(&self, new: &Subscription) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM subscription WHERE feed_id = $1")
            .bind(new.feed.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO subscription (feed_id, hub, topic, token, secret, state, reason, tries,
                since_ms, until_ms, delivered_ms, refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(new.feed.0)
        .bind(new.hub.as_str())
        .bind(new.topic.as_str())
        .bind(&new.token)
        .bind(new.secret.as_deref())
        .bind(new.state.as_str())
        .bind(new.reason.as_deref())
        .bind(i64::from(new.tries))
        .bind(new.since.map(Timestamp::as_millisecond))
        .bind(new.until.map(Timestamp::as_millisecond))
        .bind(new.delivered.map(Timestamp::as_millisecond))
        .bind(i64::from(new.refused))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// How many entries of a feed's documents fetched after a time were first seen by asking, and
    /// not by a hub's push.
    pub async fn entries_asked_for(
        &self,
        feed_url: &PageUrl,
        after: Timestamp,
    ) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar(
            "SELECT count(*) FROM entry WHERE page_id IN (
                SELECT page.id FROM page JOIN address ON address.id = page.address_id
                WHERE address.url = $1 AND page.fetched_ms > $2 AND page.via <> 'pushed')",
        )
        .bind(feed_url.as_str())
        .bind(after.as_millisecond())
        .fetch_one(&self.reader)
        .await?;
        Ok(count)
    }
}

fn of_row(row: &AnyRow) -> Result<Subscription, StoreError> {
    let url = |column: &'static str| -> Result<PageUrl, StoreError> {
        parsed(column, &row.try_get::<String, _>(column)?, |raw| PageUrl::parse(raw).ok())
    };
    let when = |column: &'static str| -> Result<Option<Timestamp>, StoreError> {
        row.try_get::<Option<i64>, _>(column)?.map(|ms| instant(column, ms)).transpose()
    };
    let count = |column: &str| -> Result<u32, StoreError> {
        Ok(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
    };
    Ok(Subscription {
        feed: FeedId(row.try_get("feed_id")?),
        hub: url("hub")?,
        topic: url("topic")?,
        token: row.try_get("token")?,
        secret: row.try_get("secret")?,
        state: named("subscription.state", &row.try_get::<String, _>("state")?)?,
        reason: row.try_get("reason")?,
        tries: count("tries")?,
        since: when("since_ms")?,
        until: when("until_ms")?,
        delivered: when("delivered_ms")?,
        refused: count("refused")?,
    })
}
