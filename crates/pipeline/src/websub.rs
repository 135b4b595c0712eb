//! Feeds that are pushed: subscribes to the hubs that feeds name, answers their questions, takes
//! what they deliver, and renews in time (WebSub, W3C Recommendation of 23 January 2018). What is
//! delivered is kept and read like an answer to a poll; polls go on, more seldom, since a hub may
//! be silent. Serves no requests itself.

use crate::Context;
use crate::collect::{LIVE_PRIORITY, end, whole};
use crate::polls::poll_now;
use anyhow::{Context as _, Result};
use bytes::Bytes;
use chapar_feed::{FeedContext, parse_feed};
use chapar_fetch::{FetchRequest, Fetched, Fetcher, Response};
use chapar_jobs::{Job, NewJob};
use chapar_model::{FeedId, Headers, PageUrl, PageVia};
use chapar_store::{FeedKind, FeedRow, NewPage, Subscription, SubscriptionState};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::collections::HashMap;
use tracing::{debug, info};

/// The kind of job that asks a hub.
pub const ASK_HUB: &str = "ask-hub";
/// Where callbacks stand on the newsroom's site; the token follows.
pub const CALLBACK_PATH: &str = "websub/";
/// Bytes of one delivery.
pub const DELIVERY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The lease that is asked for, and the longest that is believed.
const LEASE: SignedDuration = SignedDuration::from_hours(10 * 24);
const LEASE_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A lease shorter than this would be renewed all the time.
const LEASE_MIN: SignedDuration = SignedDuration::from_mins(10);
/// How long a hub has to verify before it is asked again; doubled each time.
const VERIFY_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// How often one that does not answer or said no is asked at least.
const ASK_AGAIN_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A hub that has delivered nothing for so long is not relied on.
const SILENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What polls found soon after a subscription began is not what the hub missed.
const SETTLING: SignedDuration = SignedDuration::from_hours(1);
/// Bytes of a token and of a secret.
const TOKEN_BYTES: usize = 24;
const SECRET_BYTES: usize = 32;
/// Characters kept of a reason.
const REASON_CHARS_MAX: usize = 200;

/// What to answer to a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubReply {
    /// The challenge, as it came.
    Confirm(String),
    /// It arrived; what was done with it is nobody's business.
    Accepted,
    /// Nobody here has asked for it.
    NotFound,
    /// No longer wanted.
    Gone,
}

/// The hub and the topic that an answer of a feed names, in its header lines or else in itself.
pub(crate) fn find_hub(
    feed: &FeedRow,
    headers: &Headers,
    body: &[u8],
) -> Option<(PageUrl, PageUrl)> {
    let (hub, topic) = in_headers(headers);
    let join = |raw: String| feed.url.join(&raw).ok();
    if let Some(hub) = hub.and_then(join) {
        return Some((hub, topic.and_then(join).unwrap_or_else(|| feed.url.clone())));
    }
    let context =
        FeedContext { url: Some(&feed.url), headers: Some(headers), zone: None, fetched: None };
    let read = parse_feed(body, &context).ok()?.value;
    let hub = read.hubs().find_map(|raw| feed.url.join(raw).ok())?;
    let topic = read.self_link().and_then(|raw| feed.url.join(raw).ok());
    Some((hub, topic.unwrap_or_else(|| feed.url.clone())))
}

/// The links `hub` and `self` of `Link` lines (RFC 8288).
fn in_headers(headers: &Headers) -> (Option<String>, Option<String>) {
    let (mut hub, mut own) = (None, None);
    let lines = headers.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    // What stands between two targets are the parameters of the first.
    for link in lines.flat_map(|(_, line)| line.split('<').skip(1)) {
        let Some((target, rest)) = link.split_once('>') else { continue };
        let parameters = rest.trim_end_matches([' ', ',']).split(';');
        let rels = parameters.filter_map(|part| part.trim().strip_prefix("rel="));
        for rel in rels.flat_map(|rel| rel.trim_matches('"').split_ascii_whitespace()) {
            match rel.to_ascii_lowercase().as_str() {
                "hub" => hub = hub.or_else(|| Some(target.to_owned())),
                "self" => own = own.or_else(|| Some(target.to_owned())),
                _ => {}
            }
        }
    }
    (hub, own)
}

/// Looks whether a feed's answer names a hub, and puts in what is to be done about it.
pub(crate) async fn note_hub(context: &Context, feed: &FeedRow, response: &Response) -> Result<()> {
    if context.public.is_none() || !matches!(feed.kind, FeedKind::Feed | FeedKind::Youtube) {
        return Ok(());
    }
    let body = response.decoded(chapar_fetch::DecodeLimits::default()).unwrap_or_default();
    let found = find_hub(feed, &response.headers, &body);
    let known = context.store.subscription(feed.id).await?;
    let (hub, topic) = match (found, known) {
        (None, Some(old)) if old.state != SubscriptionState::Off => {
            let off = Subscription { state: SubscriptionState::Off, ..old };
            return context.store.set_subscription(&off).await.map_err(Into::into);
        }
        (None, _) => return Ok(()),
        (Some((hub, topic)), Some(old))
            if old.hub == hub && old.topic == topic && old.state != SubscriptionState::Off =>
        {
            return Ok(());
        }
        (Some(found), _) => found,
    };
    let random = SystemRandom::new();
    // A secret that travels in the clear proves nothing.
    let is_private = hub.as_url().scheme() == "https";
    let new = Subscription {
        feed: feed.id,
        token: random_hex(&random, TOKEN_BYTES)?,
        secret: is_private.then(|| random_hex(&random, SECRET_BYTES)).transpose()?,
        hub,
        topic,
        state: SubscriptionState::Asked,
        reason: None,
        tries: 0,
        since: None,
        until: None,
        delivered: None,
        refused: 0,
    };
    context.store.set_subscription(&new).await?;
    let mut queue = context.store.queue().await?;
    chapar_jobs::enqueue(&mut queue, &hub_job(feed.id, context.clock.now())).await?;
    queue.commit().await?;
    context.bell.notify_waiters();
    Ok(())
}

fn random_hex(random: &SystemRandom, bytes: usize) -> Result<String> {
    let mut drawn = vec![0; bytes];
    let filled = random.fill(&mut drawn);
    filled.map_err(|_unspecified| anyhow::anyhow!("the system gives no random bytes"))?;
    Ok(drawn.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn hub_job(feed: FeedId, run_at: Timestamp) -> NewJob {
    NewJob {
        kind: ASK_HUB,
        key: feed.to_string(),
        payload: "{}".to_owned(),
        priority: LIVE_PRIORITY,
        run_at,
    }
}

/// When a hub is to be asked: at once, or at a time; never for one that is off.
fn next_ask(sub: &Subscription, now: Timestamp) -> Option<Timestamp> {
    let later = |pause: SignedDuration| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
    let doubled = || {
        let pause = VERIFY_WITHIN.checked_mul(1 << sub.tries.saturating_sub(1).min(10));
        later(pause.unwrap_or(ASK_AGAIN_MAX).min(ASK_AGAIN_MAX))
    };
    match sub.state {
        SubscriptionState::Off => None,
        SubscriptionState::Asked if sub.tries == 0 => Some(now),
        SubscriptionState::Asked => Some(doubled()),
        SubscriptionState::Denied => Some(later(ASK_AGAIN_MAX)),
        SubscriptionState::Active => Some(renewal(sub, now)),
    }
}

/// A lease is renewed when a fifth of it is left, but not all the time.
fn renewal(sub: &Subscription, now: Timestamp) -> Timestamp {
    let Some(until) = sub.until else { return now };
    let left = until.duration_since(now);
    let pause = left.checked_mul(4).and_then(|left| left.checked_div(5)).unwrap_or(left);
    now.saturating_add(pause.max(LEASE_MIN / 2)).unwrap_or(until)
}

/// Asks the hub of the feed that a job names, and puts in when it is asked again.
pub(crate) async fn ask_hub(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let id = FeedId(job.key.parse().context("a job to ask a hub names no feed")?);
    let (Some(mut sub), Some(base)) =
        (context.store.subscription(id).await?, context.public.as_ref())
    else {
        return end(context, job, None).await;
    };
    let is_listed = context.store.feed(id).await?.is_some();
    if sub.state == SubscriptionState::Off || !is_listed {
        sub.state = SubscriptionState::Off;
        context.store.set_subscription(&sub).await?;
        return end(context, job, None).await;
    }
    let now = context.clock.now();
    let callback = base.join(&format!("{CALLBACK_PATH}{}", sub.token))?;
    let lease = LEASE.as_secs().to_string();
    let mut fields = vec![
        ("hub.mode", "subscribe"),
        ("hub.topic", sub.topic.as_str()),
        ("hub.callback", callback.as_str()),
        ("hub.lease_seconds", lease.as_str()),
    ];
    if let Some(secret) = &sub.secret {
        fields.push(("hub.secret", secret));
    }
    let request = FetchRequest::to_hub(sub.hub.clone(), &fields);
    let said = match fetcher.get(&request).await {
        Ok(Fetched::Fresh(_)) => None,
        Ok(other) => {
            Some(format!("status {}", other.response().map_or(0, |response| response.status)))
        }
        Err(fault) => match fault.retry_at() {
            Some(at) => return end(context, job, Some(hub_job(id, at))).await,
            None => Some(whole(&fault)),
        },
    };
    if let Some(said) = &said {
        info!("`{}` did not take a subscription to `{}`: {said}", sub.hub, sub.topic);
    }
    // The hub may have verified while it was asked.
    if let Some(newer) = context.store.subscription(id).await? {
        sub = newer;
    }
    if !sub.is_active(now) {
        sub.state = SubscriptionState::Asked;
    }
    sub.tries = sub.tries.saturating_add(1);
    sub.reason = said.map(|said| said.chars().take(REASON_CHARS_MAX).collect());
    context.store.set_subscription(&sub).await?;
    // An active one that was asked for anew is verified, or runs out.
    let at = match sub.state {
        SubscriptionState::Active => sub.until,
        _ => next_ask(&sub, now),
    };
    end(context, job, at.map(|at| hub_job(id, at))).await
}

/// Answers what a hub asks at a callback: whether a subscription is wanted, or that it is not
/// granted.
pub async fn answer_hub(
    context: &Context,
    token: &str,
    query: &HashMap<String, String>,
) -> Result<HubReply> {
    let Some(sub) = context.store.subscription_at(token).await? else {
        return Ok(HubReply::NotFound);
    };
    let now = context.clock.now();
    let (reply, changed) = judge(sub, query, now);
    if let Some(sub) = changed {
        context.store.set_subscription(&sub).await?;
        if let Some(at) = next_ask(&sub, now) {
            let mut queue = context.store.queue().await?;
            chapar_jobs::enqueue(&mut queue, &hub_job(sub.feed, at)).await?;
            queue.commit().await?;
        }
        debug!("`{}` says of `{}`: {:?}", sub.hub, sub.topic, sub.state);
    }
    Ok(reply)
}

/// What a hub's question means. Only what was asked for is confirmed.
fn judge(
    sub: Subscription,
    query: &HashMap<String, String>,
    now: Timestamp,
) -> (HubReply, Option<Subscription>) {
    let field = |name: &str| query.get(name).map(String::as_str);
    let is_topic = field("hub.topic") == Some(sub.topic.as_str());
    match (field("hub.mode"), field("hub.challenge")) {
        (Some("denied"), _) if is_topic && sub.state != SubscriptionState::Off => {
            let reason = field("hub.reason").unwrap_or("it gave no reason");
            let reason = Some(reason.chars().take(REASON_CHARS_MAX).collect());
            let state = SubscriptionState::Denied;
            (
                HubReply::Accepted,
                Some(Subscription { state, reason, until: None, since: None, ..sub }),
            )
        }
        (Some("subscribe"), Some(challenge)) if is_topic && sub.state != SubscriptionState::Off => {
            let seconds = field("hub.lease_seconds").and_then(|raw| raw.parse::<i64>().ok());
            let lease = seconds.map_or(LEASE, SignedDuration::from_secs);
            let lease = lease.clamp(LEASE_MIN, LEASE_MAX);
            let since = sub.since.filter(|_| sub.is_active(now)).or(Some(now));
            let until = now.saturating_add(lease).ok();
            let state = SubscriptionState::Active;
            let sub = Subscription { state, since, until, tries: 0, reason: None, ..sub };
            (HubReply::Confirm(challenge.to_owned()), Some(sub))
        }
        (Some("unsubscribe"), Some(challenge))
            if is_topic && sub.state == SubscriptionState::Off =>
        {
            (HubReply::Confirm(challenge.to_owned()), None)
        }
        _ => (HubReply::NotFound, None),
    }
}

/// Takes what a hub delivers at a callback.
pub async fn take_delivery(
    context: &Context,
    token: &str,
    headers: &Headers,
    body: Bytes,
) -> Result<HubReply> {
    let Some(mut sub) = context.store.subscription_at(token).await? else {
        return Ok(HubReply::NotFound);
    };
    let now = context.clock.now();
    if sub.state == SubscriptionState::Off || sub.state == SubscriptionState::Denied {
        return Ok(HubReply::Gone);
    }
    let Some(feed) = context.store.feed(sub.feed).await? else { return Ok(HubReply::Gone) };
    if !is_signed(&sub, headers, &body) {
        // The Recommendation (8.1) has it answered like any other, so that a forger learns nothing.
        sub.refused = sub.refused.saturating_add(1);
        context.store.set_subscription(&sub).await?;
        info!("A delivery for `{}` is not signed by `{}`", feed.url, sub.hub);
        return Ok(HubReply::Accepted);
    }
    sub.delivered = Some(now);
    context.store.set_subscription(&sub).await?;
    let read = parse_feed(
        &body,
        &FeedContext { url: Some(&feed.url), headers: Some(headers), zone: None, fetched: None },
    );
    if read.is_err() {
        // A hub may send less than the feed: then the feed itself is asked.
        poll_now(context, feed.id).await?;
        return Ok(HubReply::Accepted);
    }
    let kept = ["content-type", "link"];
    let lines =
        headers.0.iter().filter(|(name, _)| kept.contains(&name.to_ascii_lowercase().as_str()));
    context
        .store
        .keep_together(NewPage {
            announced: None,
            url: feed.url.clone(),
            fetched: now,
            status: Some(200),
            headers: Headers(lines.cloned().collect()),
            body,
            request: None,
            via: PageVia::Pushed,
            source: Some(feed.source),
            priority: LIVE_PRIORITY,
        })
        .await?;
    context.bell.notify_waiters();
    Ok(HubReply::Accepted)
}

/// Whether a delivery is signed as it has to be: `X-Hub-Signature: sha256=…` over the body.
fn is_signed(sub: &Subscription, headers: &Headers, body: &[u8]) -> bool {
    let Some(secret) = &sub.secret else { return true };
    let Some((method, hex)) = headers.get("x-hub-signature").and_then(|line| line.split_once('='))
    else {
        return false;
    };
    let algorithm = match method.trim().to_ascii_lowercase().as_str() {
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Some(signature) = from_hex(hex.trim()) else { return false };
    let key = hmac::Key::new(algorithm, secret.as_bytes());
    hmac::verify(&key, body, &signature).is_ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits
        .chunks(2)
        .map(|two| match two {
            [high, low] => u8::try_from(value(*high)? * 16 + value(*low)?).ok(),
            _ => None,
        })
        .collect()
}

/// Whether a hub can be relied on to push what a feed brings: it is active, has delivered lately,
/// and polls have found nothing since that it had not delivered.
pub(crate) async fn is_pushed(context: &Context, feed: &FeedRow, now: Timestamp) -> Result<bool> {
    if context.public.is_none() {
        return Ok(false);
    }
    let Some(sub) = context.store.subscription(feed.id).await? else { return Ok(false) };
    let (Some(since), Some(delivered)) = (sub.since, sub.delivered) else { return Ok(false) };
    if !sub.is_active(now) || now.duration_since(delivered) > SILENT {
        return Ok(false);
    }
    let settled = since.saturating_add(SETTLING).unwrap_or(since);
    let lately = now.saturating_sub(SILENT).unwrap_or(Timestamp::MIN);
    Ok(context.store.entries_asked_for(&feed.url, settled.max(lately)).await? == 0)
}

#[cfg(test)]
#[path = "websub_tests.rs"]
mod tests;
