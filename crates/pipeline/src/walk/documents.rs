//! Reads what a walk was given: a feed's document, a page of a section or a sitemap, with what it
//! names and what comes after it.

use super::{Walk, Way};
use crate::collect::kept;
use crate::kinds::read_section;
use anyhow::Result;
use chapar_feed::{Feed, FeedContext, parse_feed, parse_sitemap};
use chapar_fetch::{DecodeLimits, Response};
use chapar_model::{ContentHash, PageUrl, When};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::cmp::Reverse;
use std::collections::BTreeSet;

impl Walk<'_> {
    /// Reads a document, or says why the way ends with it.
    pub(super) async fn read(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        match self.state.way {
            Way::Feed => self.read_feed(url, response).await,
            Way::Section => self.read_section(url, response).await,
            Way::Sitemaps => self.read_sitemap(url, response).await,
        }
    }

    /// A feed's document is kept like any other; what it announces is put in when it is read.
    async fn read_feed(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        self.row.documents += 1;
        if !self.state.met.insert(ContentHash::of(&response.body).to_string()) {
            return Ok(Err("the same document again".to_owned()));
        }
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let Ok(read) = parse_feed(&body, &known(url, response)) else {
            return Ok(Err("it is no feed".to_owned()));
        };
        let feed = read.value;
        if feed.entries.is_empty() {
            return Ok(Err("no entries are left".to_owned()));
        }
        let pages: Vec<PageUrl> = feed.entries.iter().filter_map(|e| e.page_url()).collect();
        let new = self.context.store.unkept(&pages).await?;
        self.row.pages += i64::try_from(new.len())?;
        self.state.put_in = new;
        let source = Some(self.row.source);
        self.context.store.keep_together(kept(url, response, source)).await?;
        self.context.bell.notify_waiters();
        let dates = feed.entries.iter().filter_map(|entry| entry.date()?.value);
        Ok(self.go_on(dates, older_page(&feed, url)))
    }

    /// The pages of a section are not kept, since they are only the way to their links.
    async fn read_section(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        self.row.documents += 1;
        let feeds = self.context.store.feeds().await?;
        let pattern = feeds.into_iter().find(|feed| feed.url == self.row.start);
        let pattern = pattern.and_then(|feed| feed.links);
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let read = read_section(url, &response.headers, &body, pattern.as_deref());
        let (met, since) = (&mut self.state.met, self.state.since);
        let mut is_news = false;
        let links: Vec<PageUrl> = read
            .links
            .iter()
            .filter(|link| met.insert(link.url.identity()))
            .inspect(|_| is_news = true)
            .filter(|link| is_wanted(link.date.map(earliest), since, true))
            .map(|link| link.url.clone())
            .collect();
        if !is_news {
            return Ok(Err("no links to news are left".to_owned()));
        }
        let mut new = self.context.store.unkept(&links).await?;
        new.truncate(self.pages_left());
        self.row.pages += i64::try_from(new.len())?;
        self.state.found.extend(new.into_iter().map(|url| (None, url)));
        Ok(self.go_on(read.links.iter().filter_map(|link| link.date), read.next))
    }

    /// Sitemaps name their pages in any order: those changed last are put in first, and only when
    /// every sitemap is read.
    async fn read_sitemap(
        &mut self,
        url: &PageUrl,
        response: &Response,
    ) -> Result<Result<(), String>> {
        let body = response.decoded(DecodeLimits::default()).unwrap_or_default();
        let Ok(map) = parse_sitemap(&body, &known(url, response)) else {
            return Ok(Err("it is no sitemap".to_owned()));
        };
        self.row.documents += 1;
        let since = self.state.since;
        let mut further: Vec<(Option<Timestamp>, PageUrl)> = map
            .value
            .sitemaps
            .into_iter()
            .map(|link| (link.modified.and_then(|date| date.value).map(earliest), link.url))
            .filter(|(changed, _)| is_wanted(*changed, since, true))
            .collect();
        further.sort_by_key(|(changed, _)| Reverse(*changed));
        self.state.ahead.extend(further.into_iter().map(|(_, url)| url));
        let own = self.row.start.site();
        let named: Vec<(Option<Timestamp>, PageUrl)> = map
            .value
            .pages
            .into_iter()
            .filter(|page| page.url.site() == own)
            .map(|page| {
                let news = page.news.and_then(|news| news.published).and_then(|date| date.value);
                let when = news.or(page.modified.and_then(|date| date.value));
                (when.map(earliest), page.url)
            })
            .filter(|(changed, _)| is_wanted(*changed, since, false))
            .collect();
        let urls: Vec<PageUrl> = named.iter().map(|(_, url)| url.clone()).collect();
        let new: BTreeSet<String> =
            self.context.store.unkept(&urls).await?.into_iter().map(|url| url.identity()).collect();
        let met = &mut self.state.met;
        let named = named.into_iter().filter(|(_, url)| {
            let identity = url.identity();
            new.contains(&identity) && met.insert(identity)
        });
        let mut found: Vec<_> = self.state.found.drain(..).chain(named).collect();
        found.sort_by_key(|(changed, _)| Reverse(*changed));
        found.truncate(self.state.pages_max);
        let oldest = found.iter().filter_map(|(changed, _)| *changed).min();
        self.row.oldest = [self.row.oldest, oldest].into_iter().flatten().min();
        self.row.pages = i64::try_from(found.len())?;
        self.state.found = found.into();
        Ok(Ok(()))
    }

    /// Goes on to the next page of a feed or section, or says why the way ends here.
    fn go_on(
        &mut self,
        dates: impl Iterator<Item = When>,
        next: Option<PageUrl>,
    ) -> Result<(), String> {
        let oldest = dates.map(earliest).min();
        self.row.oldest = [self.row.oldest, oldest].into_iter().flatten().min();
        if oldest.zip(self.state.since).is_some_and(|(oldest, since)| oldest < since) {
            return Err("it is far enough back".to_owned());
        }
        self.state.ahead.push_back(next.ok_or("it names no older page")?);
        Ok(())
    }
}

fn known<'a>(url: &'a PageUrl, response: &'a Response) -> FeedContext<'a> {
    let (headers, fetched) = (Some(&response.headers), Some(response.fetched));
    FeedContext { url: Some(url), headers, zone: None, fetched }
}

fn earliest(when: When) -> Timestamp {
    when.earliest(&TimeZone::UTC)
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

/// Whether something that changed then is young enough. A map without a date may hold anything; a
/// page without one is wanted only where no day is given.
fn is_wanted(changed: Option<Timestamp>, since: Option<Timestamp>, is_map: bool) -> bool {
    match (changed, since) {
        (_, None) => true,
        (Some(changed), Some(since)) => changed >= since,
        (None, Some(_)) => is_map,
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
