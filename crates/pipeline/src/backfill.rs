//! Back into the past of a source: the older pages of its feeds (archives and paged feeds of RFC
//! 5005, the pages that WordPress numbers), the numbered pages of its sections and its sitemaps.
//! What is found is kept, read and fetched like all else; a walk that was broken off loses nothing
//! and can be begun again.

use crate::collect::{FETCH_PAGE, kept, schedule_pages, whole};
use crate::kinds::read_section;
use crate::{Context, Progress, read_and_schedule, resume_pauses, run_errand};
use anyhow::{Context as _, Result};
use chapar_feed::{Feed, FeedContext, parse_feed, parse_sitemap};
use chapar_fetch::{DecodeLimits, FetchRequest, Fetched, Fetcher, Purpose, Response};
use chapar_model::{ContentHash, PageUrl, When};
use chapar_store::{FeedKind, FeedRow, SourceRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashSet, VecDeque};

/// Sitemaps of one source that are asked for.
const SITEMAPS_MAX: usize = 200;

/// How far to go back.
#[derive(Debug, Clone, Copy)]
pub struct BackfillPlan {
    /// Nothing older than this is looked for.
    pub since: Option<Timestamp>,
    /// Documents of each feed.
    pub documents_max: usize,
    /// Pages that sitemaps name and that are put in, and pages fetched at all.
    pub pages_max: usize,
}

/// What a walk back brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackfillReport {
    /// Feeds' documents and sitemaps read.
    pub documents: usize,
    /// Pages fetched.
    pub pages: usize,
    /// The oldest entry met.
    pub oldest: Option<Timestamp>,
    /// Where each way ended, and why.
    pub ends: Vec<String>,
}

/// Walks back for one source.
pub async fn backfill(
    context: &Context,
    source: &SourceRow,
    plan: &BackfillPlan,
    progress: &dyn Progress,
) -> Result<BackfillReport> {
    let fetcher = context.fetcher.as_deref().context("nothing may be asked of the web")?;
    resume_pauses(context).await?;
    let mut report = BackfillReport::default();
    let feeds: Vec<FeedRow> = context.store.feeds().await?;
    let own: Vec<&FeedRow> = feeds.iter().filter(|feed| feed.source == source.id).collect();
    for feed in own.iter().filter(|feed| feed.kind == FeedKind::Feed) {
        walk_feed(context, Walk::new(fetcher, plan, &mut report, feed), feed).await?;
    }
    for feed in own.iter().filter(|feed| feed.kind == FeedKind::Section) {
        walk_section(context, Walk::new(fetcher, plan, &mut report, feed), feed).await?;
    }
    let named: Vec<PageUrl> = own
        .iter()
        .filter(|feed| feed.kind == FeedKind::Sitemap)
        .map(|feed| feed.url.clone())
        .collect();
    walk_sitemaps(context, fetcher, source, named, plan, &mut report).await?;
    loop {
        while read_and_schedule(context).await? > 0 {}
        if report.pages >= plan.pages_max || !run_errand(context, FETCH_PAGE).await? {
            break;
        }
        report.pages += 1;
        progress.at(report.documents as u64, report.pages as u64);
    }
    Ok(report)
}

/// A way back from page to page.
struct Walk<'a> {
    fetcher: &'a Fetcher,
    plan: &'a BackfillPlan,
    report: &'a mut BackfillReport,
    url: PageUrl,
    asked: HashSet<String>,
}

impl<'a> Walk<'a> {
    fn new(
        fetcher: &'a Fetcher,
        plan: &'a BackfillPlan,
        report: &'a mut BackfillReport,
        feed: &FeedRow,
    ) -> Self {
        Self { fetcher, plan, report, url: feed.url.clone(), asked: HashSet::new() }
    }

    /// The page the way has come to, or why it ends here.
    async fn page(&mut self, purpose: Purpose) -> Result<Box<Response>, String> {
        if self.asked.len() >= self.plan.documents_max {
            return Err(format!("the limit of {} documents", self.plan.documents_max));
        }
        if !self.asked.insert(self.url.identity()) {
            return Err("it leads back to where it was".to_owned());
        }
        let response = ask(self.fetcher, &self.url, purpose).await?;
        self.report.documents += 1;
        Ok(response)
    }

    /// Goes on to the next page, or says why the way ends here.
    fn go_on(
        &mut self,
        dates: impl Iterator<Item = When>,
        next: Option<PageUrl>,
    ) -> Result<(), String> {
        let oldest = dates.map(|when| when.earliest(&TimeZone::UTC)).min();
        self.report.oldest = [self.report.oldest, oldest].into_iter().flatten().min();
        if oldest.zip(self.plan.since).is_some_and(|(oldest, since)| oldest < since) {
            return Err("it is far enough back".to_owned());
        }
        self.url = next.ok_or("it names no older page")?;
        Ok(())
    }

    fn end(self, why: &str) {
        self.report.ends.push(format!("{}: {why}", self.url));
    }
}

async fn walk_feed(context: &Context, mut walk: Walk<'_>, feed: &FeedRow) -> Result<()> {
    let mut seen: HashSet<ContentHash> = HashSet::new();
    let end = loop {
        let response = match walk.page(Purpose::Feed).await {
            Ok(response) => response,
            Err(end) => break end,
        };
        if !seen.insert(ContentHash::of(&response.body)) {
            break "the same document again".to_owned();
        }
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let known = FeedContext {
            url: Some(&walk.url),
            headers: Some(&response.headers),
            zone: None,
            fetched: Some(response.fetched),
        };
        let Ok(read) = parse_feed(&body, &known) else { break "it is no feed".to_owned() };
        if read.value.entries.is_empty() {
            break "no entries are left".to_owned();
        }
        context.store.keep_together(kept(&walk.url, &response, Some(feed.source))).await?;
        let dates = read.value.entries.iter().filter_map(|entry| entry.date()?.value);
        let next = older_page(&read.value, &walk.url);
        if let Err(end) = walk.go_on(dates, next) {
            break end;
        }
    };
    walk.end(&end);
    Ok(())
}

/// The numbered pages of a section: their links to news are put in, the pages themselves are not
/// kept, since they are only the way there.
async fn walk_section(context: &Context, mut walk: Walk<'_>, feed: &FeedRow) -> Result<()> {
    let mut found: HashSet<String> = HashSet::new();
    let end = loop {
        if found.len() >= walk.plan.pages_max {
            break format!("the limit of {} pages", walk.plan.pages_max);
        }
        let response = match walk.page(Purpose::Page).await {
            Ok(response) => response,
            Err(end) => break end,
        };
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let read = read_section(&walk.url, &response.headers, &body, feed.links.as_deref());
        let new: Vec<_> = read
            .links
            .iter()
            .filter(|link| found.insert(link.url.identity()))
            .map(|link| (link.url.clone(), feed.source))
            .collect();
        if new.is_empty() {
            break "no links to news are left".to_owned();
        }
        schedule_pages(context, &new).await?;
        if let Err(end) = walk.go_on(read.links.iter().filter_map(|link| link.date), read.next) {
            break end;
        }
    };
    walk.end(&end);
    Ok(())
}

/// Where what is older than a feed's document stands: the archive before it or the next page (RFC
/// 5005), or the next of the pages that WordPress numbers.
fn older_page(feed: &Feed, url: &PageUrl) -> Option<PageUrl> {
    let linked = |rel: &str| {
        let link = feed.links.iter().find(|link| link.rel.eq_ignore_ascii_case(rel))?;
        url.join(&link.href).ok()
    };
    if let Some(older) = linked("prev-archive").or_else(|| linked("next")) {
        return Some(older);
    }
    let made_by = feed.generator.as_ref()?;
    let is_wordpress = [Some(&made_by.name), made_by.url.as_ref()]
        .into_iter()
        .flatten()
        .any(|said| said.to_ascii_lowercase().contains("wordpress"));
    if !is_wordpress {
        return None;
    }
    let mut next = url.as_url().clone();
    let page = next.query_pairs().find(|(name, _)| name == "paged");
    let page: u32 = page.map_or(Some(1), |(_, value)| value.parse().ok())?;
    let others: Vec<(String, String)> = next
        .query_pairs()
        .filter(|(name, _)| name != "paged")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    next.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("paged", &(page + 1).to_string());
    PageUrl::parse(next.as_str()).ok()
}

/// Reads a source's sitemaps, those changed last first, and puts the pages in that they name.
async fn walk_sitemaps(
    context: &Context,
    fetcher: &Fetcher,
    source: &SourceRow,
    named: Vec<PageUrl>,
    plan: &BackfillPlan,
    report: &mut BackfillReport,
) -> Result<()> {
    let mut waiting: VecDeque<PageUrl> = named.into();
    if let Ok(robots) = fetcher.robots(&source.setup.home).await {
        let listed = robots.sitemaps().iter().filter_map(|raw| source.setup.home.join(raw).ok());
        waiting.extend(listed);
    }
    if waiting.is_empty() {
        waiting.extend(source.setup.home.join("/sitemap.xml"));
    }
    let mut asked: HashSet<String> = HashSet::new();
    let mut pages: Vec<(Option<Timestamp>, PageUrl)> = Vec::new();
    while let Some(url) = waiting.pop_front() {
        if asked.len() >= SITEMAPS_MAX || !asked.insert(url.identity()) {
            continue;
        }
        let response = match ask(fetcher, &url, Purpose::Sitemap).await {
            Ok(response) => response,
            Err(said) => {
                report.ends.push(format!("{url}: {said}"));
                continue;
            }
        };
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let known = FeedContext { url: Some(&url), headers: None, zone: None, fetched: None };
        let Ok(map) = parse_sitemap(&body, &known) else {
            report.ends.push(format!("{url}: it is no sitemap"));
            continue;
        };
        report.documents += 1;
        let instant = |date: Option<When>| date.map(|when| when.earliest(&TimeZone::UTC));
        let mut further: Vec<(Option<Timestamp>, PageUrl)> = map
            .value
            .sitemaps
            .into_iter()
            .map(|link| (instant(link.modified.and_then(|date| date.value)), link.url))
            .filter(|(changed, _)| is_wanted(*changed, plan.since, true))
            .collect();
        further.sort_by_key(|(changed, _)| std::cmp::Reverse(*changed));
        waiting.extend(further.into_iter().map(|(_, url)| url));
        pages.extend(map.value.pages.into_iter().filter_map(|page| {
            let news = page.news.and_then(|news| news.published).and_then(|date| date.value);
            let changed = instant(news.or(page.modified.and_then(|date| date.value)));
            is_wanted(changed, plan.since, false).then_some((changed, page.url))
        }));
    }
    pages.sort_by_key(|(changed, _)| std::cmp::Reverse(*changed));
    pages.truncate(plan.pages_max);
    let own: Vec<_> = pages
        .into_iter()
        .filter(|(_, url)| url.site() == source.setup.home.site())
        .map(|(_, url)| (url, source.id))
        .collect();
    schedule_pages(context, &own).await
}

/// Whether something that changed then is young enough. A map without a date may hold anything; a
/// page without one is wanted only where no day is given.
fn is_wanted(changed: Option<Timestamp>, since: Option<Timestamp>, is_map: bool) -> bool {
    match (changed, since) {
        (_, None) => true,
        (Some(changed), Some(since)) => changed >= since,
        (None, Some(_)) => is_map,
    }
}

/// A document, or why there is none.
async fn ask(fetcher: &Fetcher, url: &PageUrl, purpose: Purpose) -> Result<Box<Response>, String> {
    match fetcher.get(&FetchRequest::new(url.clone(), purpose)).await {
        Ok(Fetched::Fresh(response)) => Ok(response),
        Ok(other) => Err(match other.response() {
            Some(response) => format!("status {}", response.status),
            None => "robots.txt closes it".to_owned(),
        }),
        Err(fault) => Err(whole(&fault)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(raw: &str) -> PageUrl {
        PageUrl::parse(raw).unwrap()
    }

    #[track_caller]
    fn check(head: &str, at: &str, expect: Option<&str>) {
        let feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\
             <channel><title>C</title>{head}<item><title>T</title></item></channel></rss>"
        );
        let at = url(at);
        let known = FeedContext { url: Some(&at), headers: None, zone: None, fetched: None };
        let read = parse_feed(feed.as_bytes(), &known).unwrap().value;
        assert_eq!(older_page(&read, &at).as_ref().map(PageUrl::as_str), expect, "{head}");
    }

    #[test]
    fn a_feed_says_where_what_is_older_stands() {
        let base = "https://zarvand.example/feed/";
        check(
            "<atom:link rel=\"prev-archive\" href=\"/2026/02.xml\"/><atom:link rel=\"next\" href=\"?x\"/>",
            base,
            Some("https://zarvand.example/2026/02.xml"),
        );
        check(
            "<atom:link rel=\"next\" href=\"?page=2\"/>",
            base,
            Some("https://zarvand.example/feed/?page=2"),
        );
        let wordpress = "<generator>https://wordpress.org/?v=6.7</generator>";
        check(wordpress, base, Some("https://zarvand.example/feed/?paged=2"));
        check(
            wordpress,
            "https://zarvand.example/feed/?cat=3&paged=7",
            Some("https://zarvand.example/feed/?cat=3&paged=8"),
        );
        check("<generator>Hand</generator>", base, None);
        check("", base, None);
    }

    #[test]
    fn what_is_too_old_is_left() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let since = at("2026-02-01T00:00:00Z");
        assert!(is_wanted(at("2026-02-02T00:00:00Z"), since, false));
        assert!(!is_wanted(at("2026-01-02T00:00:00Z"), since, true));
        assert!(is_wanted(None, since, true) && !is_wanted(None, since, false));
        assert!(is_wanted(None, None, false));
    }
}
