//! Fetching the pages that feeds announce, again and again while they may change, and keeping every
//! answer. Reads no page itself.

use crate::Context;
use crate::polled::page_request;
use crate::reach::{in_reach, not_our_fault};
use anyhow::{Context as _, Result};
use chapar_fetch::{FailureClass, FetchError, Fetched, Fetcher, Response};
use chapar_jobs::{Job, NewJob};
use chapar_model::{PageUrl, PageVia, SourceId};
use chapar_store::NewPage;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::{debug, info, warn};

/// The kind of job that fetches a page.
pub const FETCH_PAGE: &str = "fetch-page";

/// Hours after which a page is looked at again for edits, corrections and deletions.
const LOOK_AGAIN_HOURS: [i64; 4] = [2, 12, 48, 168];
/// How often a page is asked for in vain before its entry is left without one: more than a month.
const TRIES_MAX: u32 = 45;
/// The same where the address itself is at fault, as far as one can tell: a name may come back.
const HARD_TRIES_MAX: u32 = 12;
/// How often a look for changes is tried.
const LOOK_TRIES_MAX: u32 = 5;
/// Pause after the first try in vain, for faults that pass and for others. It doubles each time.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const SOFT_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// Longest pause between two tries.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Looks at one page, however often it changes.
const LOOKS_MAX: usize = 12;
/// What is fetched for a reader today goes before what is imported.
pub(crate) const LIVE_PRIORITY: i64 = 10;

/// What a job to fetch a page needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PageErrand {
    source: i64,
    /// How often the page was fetched before.
    looks: usize,
    /// How far down the hours of looking again it has come.
    #[serde(default)]
    rung: Option<usize>,
    /// How many texts it was known to have had at the last look.
    #[serde(default)]
    texts: i64,
    /// How often it was asked for in vain since it last answered.
    #[serde(default)]
    tries: u32,
    /// Whether the article was missing at the last look that was answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    missing: bool,
    /// Where its address leads for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<PageUrl>,
}

impl PageErrand {
    fn first(source: SourceId) -> Self {
        let (looks, rung, texts, tries) = (0, None, 0, 0);
        Self { source: source.0, looks, rung, texts, tries, missing: false, moved: None }
    }

    /// The errand after this one and the hours until it: a page that was found changed at the last
    /// look is looked at after no longer a pause than before, any other after a longer one.
    fn next(&self, texts: i64) -> Option<(Self, i64)> {
        // Jobs that were put in before there were rungs count their looks.
        let rung = self.rung.unwrap_or(self.looks);
        let has_changed = self.texts > 0 && texts > self.texts;
        let rung = if has_changed { rung.saturating_sub(1) } else { rung };
        let looks = self.looks + 1;
        let hours = LOOK_AGAIN_HOURS.get(rung).filter(|_| looks < LOOKS_MAX)?;
        let next = Self { looks, rung: Some(rung + 1), texts, tries: 0, ..self.clone() };
        Some((next, *hours))
    }

    /// Whether nothing is known of the page but what was announced, or that it was missing.
    fn is_wanted(&self) -> bool {
        self.looks == 0 || self.missing
    }

    /// The same errand after it was done in vain, with the pause until it is tried again; `None`
    /// when it is given up. A page that was never seen is tried for weeks, since nothing else tells
    /// what its entry announced, and so is one of which the last that is known is that it is gone; a
    /// look for changes goes to the next rung before long.
    fn again(&self, class: FailureClass) -> Option<(Self, SignedDuration)> {
        let tries = self.tries + 1;
        let most = match (self.is_wanted(), class) {
            (true, FailureClass::Hard) => HARD_TRIES_MAX,
            (true, _) => TRIES_MAX,
            (false, _) => LOOK_TRIES_MAX,
        };
        if tries > most {
            return None;
        }
        let (first, longest) = match class {
            FailureClass::Temporary | FailureClass::OurNetwork => (FIRST_PAUSE, DAY),
            FailureClass::Soft | FailureClass::Hard => (SOFT_PAUSE, DAY),
        };
        let pause = first.checked_mul(1 << (tries - 1).min(16)).unwrap_or(longest).min(longest);
        // A new place that fails says nothing of the old one.
        let errand = Self { tries, moved: None, ..self.clone() };
        Some((errand, pause))
    }
}

/// Puts a fetch of each address in.
pub(crate) async fn schedule_pages(context: &Context, pages: &[(PageUrl, SourceId)]) -> Result<()> {
    if pages.is_empty() || context.fetcher.is_none() {
        return Ok(());
    }
    let urls: Vec<PageUrl> = pages.iter().map(|(url, _)| url.clone()).collect();
    let unkept = context.store.unkept(&urls).await?;
    let now = context.clock.now();
    let mut queue = context.store.queue().await?;
    for (url, source) in pages.iter().filter(|(url, _)| unkept.contains(url)) {
        let errand = PageErrand::first(*source);
        chapar_jobs::enqueue(&mut queue, &page_job(url, &errand, now)?).await?;
    }
    queue.commit().await?;
    context.bell.notify_waiters();
    Ok(())
}

fn page_job(url: &PageUrl, errand: &PageErrand, run_at: Timestamp) -> Result<NewJob> {
    Ok(NewJob {
        kind: FETCH_PAGE,
        key: url.to_string(),
        payload: serde_json::to_string(errand)?,
        // First looks go before second ones.
        priority: LIVE_PRIORITY - i64::from(errand.looks > 0),
        run_at,
    })
}

pub(crate) fn kept(url: &PageUrl, response: &Response, source: Option<SourceId>) -> NewPage {
    NewPage {
        url: url.clone(),
        announced: None,
        fetched: response.fetched,
        status: Some(response.status),
        headers: response.headers.clone(),
        body: response.body.clone(),
        request: Some(response.request_headers.clone()).filter(|_| response.url == *url),
        via: PageVia::Live,
        source,
        priority: LIVE_PRIORITY,
    }
}

/// Fetches the page a job names, keeps what comes, and puts the next look in.
pub(crate) async fn fetch_page(context: &Context, fetcher: &Fetcher, job: &Job) -> Result<()> {
    let url = PageUrl::parse(&job.key).context("a job to fetch a page names none")?;
    let mut errand: PageErrand = serde_json::from_str(&job.payload).context("a job's payload")?;
    if let Some(at) = context.reach.put_off(context.clock.now()) {
        return end(context, job, Some(page_job(&url, &errand, at)?)).await;
    }
    let asked = errand.moved.as_ref().unwrap_or(&url);
    let fetched = match fetcher.get(&page_request(context, asked).await?).await {
        Ok(fetched) => fetched,
        Err(fault) => return give_back(context, job, &url, &errand, &fault).await,
    };
    in_reach(context).await?;
    if let Fetched::Disallowed { rule, .. } = &fetched {
        info!("`{url}` is not for robots: `{rule}`");
        return end(context, job, None).await;
    }
    let source = SourceId(errand.source);
    let Some(response) = fetched.response() else { return end(context, job, None).await };
    errand.moved = response.moved_permanently.clone().or(errand.moved);
    // The article stands at the address that answered; the address that was announced leads there.
    // An article that stood there and is missing now is missing there.
    let answers = (200..300).contains(&response.status);
    errand.moved = errand.moved.filter(|_| answers);
    let stood = answers || context.store.revision_count(&response.url).await? > 0;
    let at = if stood { &response.url } else { &url };
    let source = Some(source).filter(|_| at == &url);
    let announced = Some(url.clone()).filter(|url| url != at);
    context.store.keep_together(NewPage { announced, ..kept(at, response, source) }).await?;
    context.bell.notify_waiters();
    debug!("Fetched `{url}`: status {}", response.status);
    if let Fetched::HttpError { status: 429 | 500.., .. } = &fetched
        && errand.is_wanted()
    {
        let said = format!("status {}", response.status);
        return try_again(context, job, &url, &errand, FailureClass::Temporary, &said).await;
    }
    if let Fetched::Gone { status: 410, .. } = &fetched {
        // Whoever says so means for good (RFC 9110, 15.5.11).
        return end(context, job, None).await;
    }
    let texts = context.store.revision_count(at).await?;
    let was_missing = errand.missing;
    // What answered since it was missing may have been a notice: whether it was, its reading tells.
    let was_notice = was_missing && answers && context.store.is_gone(at).await?;
    errand.missing = texts > 0 && (matches!(fetched, Fetched::Gone { .. }) || was_notice);
    let mut next = next_look(context, &url, &errand, texts)?;
    let makes_sure = !was_missing || (was_notice && errand.tries < LOOK_TRIES_MAX);
    if next.is_none() && errand.missing && makes_sure {
        // A site that is being mended says so too, and nobody would look again.
        let tries = if was_notice { errand.tries + 1 } else { 0 };
        let errand = PageErrand { tries, ..errand };
        let run_at = context.clock.now().saturating_add(DAY).unwrap_or(Timestamp::MAX);
        next = Some(page_job(&url, &errand, run_at)?);
    }
    end(context, job, next).await
}

fn next_look(
    context: &Context,
    url: &PageUrl,
    errand: &PageErrand,
    texts: i64,
) -> Result<Option<NewJob>> {
    let Some((errand, hours)) = errand.next(texts) else { return Ok(None) };
    let pause = SignedDuration::from_hours(hours);
    let run_at = context.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
    page_job(url, &errand, run_at).map(Some)
}

/// Puts an errand in again that was done in vain, or the next look at a page that was seen before.
async fn try_again(
    context: &Context,
    job: &Job,
    url: &PageUrl,
    errand: &PageErrand,
    class: FailureClass,
    said: &str,
) -> Result<()> {
    let now = context.clock.now();
    if let Some((errand, pause)) = errand.again(class) {
        debug!("`{url}` is tried again: {said}");
        let run_at = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        return end(context, job, Some(page_job(url, &errand, run_at)?)).await;
    }
    if errand.looks == 0 {
        warn!("Gave `{url}` up: {said}");
        return end(context, job, None).await;
    }
    let next = next_look(context, url, errand, errand.texts)?;
    end(context, job, next).await
}

async fn give_back(
    context: &Context,
    job: &Job,
    url: &PageUrl,
    errand: &PageErrand,
    fault: &FetchError,
) -> Result<()> {
    if let Some(at) = not_our_fault(context, url, fault).await?.or(fault.retry_at()) {
        // Nothing is in reach, or the host wants to be left alone: that says nothing of the page.
        return end(context, job, Some(page_job(url, errand, at)?)).await;
    }
    try_again(context, job, url, errand, fault.class(), &whole(fault)).await
}

/// Ends a job and puts the one that follows from it in, both or neither.
pub(crate) async fn end(context: &Context, job: &Job, next: Option<NewJob>) -> Result<()> {
    let mut queue = context.store.queue().await?;
    chapar_jobs::complete(&mut queue, job.id).await?;
    if let Some(next) = next {
        chapar_jobs::enqueue(&mut queue, &next).await?;
    }
    queue.commit().await?;
    Ok(())
}

/// An error with all its causes on one line.
pub(crate) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours between looks at a page that has had so many texts at each of them.
    #[track_caller]
    fn check(texts: impl IntoIterator<Item = i64>, expected: &[i64]) {
        let mut errand = PageErrand::first(SourceId(1));
        let mut pauses = Vec::new();
        for texts in texts {
            let Some((next, hours)) = errand.next(texts) else { break };
            pauses.push(hours);
            errand = next;
        }
        assert_eq!(pauses, expected);
    }

    #[test]
    fn a_page_that_stays_is_looked_at_ever_more_seldom() {
        check([0, 1, 1, 1, 1, 1], &[2, 12, 48, 168]);
    }

    #[test]
    fn a_page_that_changed_is_looked_at_sooner() {
        check([0, 1, 2, 2, 2, 2], &[2, 12, 12, 48, 168]);
    }

    #[test]
    fn a_page_that_always_changes_is_not_looked_at_for_ever() {
        check(0..99, &[2, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12]);
    }

    #[test]
    fn a_page_never_seen_or_said_to_be_gone_is_tried_for_more_than_a_month() {
        let first = PageErrand::first(SourceId(1));
        let missing = PageErrand { looks: 4, missing: true, ..first.clone() };
        for mut errand in [first, missing] {
            let mut waited = SignedDuration::ZERO;
            while let Some((next, pause)) = errand.again(FailureClass::Temporary) {
                waited += pause;
                errand = next;
            }
            assert!(waited > DAY * 30 && waited < DAY * 40, "{waited:#}");
        }
    }

    #[test]
    fn a_look_for_changes_is_tried_less_often() {
        let mut errand = PageErrand { looks: 2, ..PageErrand::first(SourceId(1)) };
        let mut tries = 0;
        while let Some((next, _)) = errand.again(FailureClass::Soft) {
            tries += 1;
            errand = next;
        }
        assert_eq!(tries, LOOK_TRIES_MAX);
    }

    #[test]
    fn jobs_that_were_put_in_before_go_on_where_they_were() {
        let errand: PageErrand = serde_json::from_str(r#"{"source":1,"looks":2}"#).unwrap();
        assert_eq!(errand.next(1).map(|(next, hours)| (next.looks, hours)), Some((3, 48)));
    }
}
