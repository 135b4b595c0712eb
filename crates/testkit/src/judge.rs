//! What must hold when a simulation is over: nothing lost, nothing twice, nothing stored that was
//! not published, nobody hammered, nothing given up.

use crate::feeds;
use crate::site::{Article, Site, World, later};
use crate::trouble::Trouble;
use crate::web::FakeWeb;
use anyhow::{Context as _, Result};
use chapar_jobs::Counts;
use chapar_model::ContentHash;
use chapar_pipeline::{Context, ERRANDS};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Polls of one feed on one day: what the pace allows, twice where each is redirected, and some more.
const POLLS_A_DAY_MAX: usize = 56;
/// A feed is asked again within a week, whatever happened to it.
const POLL_GAP_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);
/// What was announced is had within this time, if nothing went wrong meanwhile.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A page is looked at again within this time of any change in its first three days.
const LOOK: SignedDuration = SignedDuration::from_hours(8 * 24);
/// No job waits longer past its time, whatever holds the others up.
const OVERDUE_MAX: SignedDuration = SignedDuration::from_mins(30);

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which and where.
    pub what: String,
    /// The requests to the host up to then.
    pub log: Vec<String>,
}

/// What was seen of the queue while the simulation ran.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Queue {
    /// Most jobs that waited at one time.
    pub(crate) most: i64,
    /// Longest time that a job was overdue.
    pub(crate) overdue: SignedDuration,
}

/// A simulation that is over.
pub(crate) struct Judge<'a> {
    pub(crate) world: &'a World,
    pub(crate) web: &'a FakeWeb,
    pub(crate) context: &'a Context,
    pub(crate) queue: Queue,
}

/// An article as it is stored.
struct Stored {
    title: String,
    text: String,
    is_gone: bool,
}

impl Judge<'_> {
    /// What does not hold, how many articles are stored, and a hash of all that is.
    pub(crate) async fn judge(&self) -> Result<(Vec<Broken>, usize, ContentHash)> {
        let mut broken = Vec::new();
        let rows = self.context.store.latest(None, i64::from(i32::MAX)).await?;
        let mut stored = BTreeMap::new();
        let mut digest = ContentHash::of(&[]);
        for row in &rows {
            let saved =
                self.context.store.article(row.id).await?.context("an article in a list")?;
            let text = saved.article.text();
            let line = format!("{digest} {} {} {} {text}", row.url, row.title, row.id);
            digest = ContentHash::of(line.as_bytes());
            stored.insert(
                row.url.to_string(),
                Stored { title: row.title.clone(), text, is_gone: row.gone.is_some() },
            );
        }
        for (number, site) in self.world.sites.iter().enumerate() {
            self.judge_articles((number, site), &stored, &mut broken);
            self.judge_polls((number, site), &mut broken);
        }
        self.judge_others(&stored, &mut broken);
        self.judge_entries(&mut broken).await?;
        broken.extend(self.web.violations());
        self.judge_queue(&mut broken).await?;
        Ok((broken, rows.len(), digest))
    }

    /// Each article that was announced and could be had is stored as it was published.
    fn judge_articles(
        &self,
        (number, site): (usize, &Site),
        stored: &BTreeMap<String, Stored>,
        broken: &mut Vec<Broken>,
    ) {
        let end = self.world.span.end;
        let (offered, missed) = (self.web.offered(), self.web.missed());
        for article in &site.articles {
            let url = article.url(site);
            let mut fault = |what: String, at: Timestamp| {
                let log = self.web.log(&site.host, &article.path, at);
                broken.push(Broken { what: format!("`{url}` {what}"), log });
            };
            let name = (number, article.number);
            match (stored.get(&url), offered.get(&name)) {
                (Some(_), _) if article.is_closed() => {
                    fault("is stored and closed to robots".to_owned(), end);
                }
                (Some(stored), _) => {
                    if let Err(what) = self.judge_text(site, article, stored) {
                        fault(what, end);
                    }
                }
                (None, Some(first)) if !article.is_closed() => {
                    let had = later(*first, DAY);
                    let could = article.deleted.is_none_or(|deleted| had < deleted);
                    let was_calm = !self.is_troubled(site, *first, had);
                    // What was gone may be missing, unless there was all the time to have it.
                    let is_excused = missed.contains(&name) && !(could && was_calm);
                    if had < end && !is_excused {
                        fault(format!("was announced at {first} and is lost"), had);
                    }
                }
                (None, _) => {}
            }
        }
        for (place, feed) in site.feeds.iter().enumerate() {
            for article in feeds::shown(site, place, end) {
                let is_old = end.duration_since(article.published) > DAY;
                if is_old && !offered.contains_key(&(number, article.number)) {
                    let what = format!("`{}` shows report {}", feed.path, article.number);
                    let what = format!("{what} of {} and was not read", article.published);
                    broken.push(Broken { what, log: self.web.log(&site.host, &feed.path, end) });
                }
            }
        }
    }

    /// What is stored is what was published, and what changed since was noticed if it could be.
    fn judge_text(&self, site: &Site, article: &Article, stored: &Stored) -> Result<(), String> {
        let is_as = |at| {
            stored.title == article.title(at)
                && stored.text == feeds::paragraphs(site, article, at).join("\n\n")
        };
        if !is_as(article.published) && !is_as(self.world.span.end) {
            return Err(format!("is stored as `{}`: {}", stored.title, stored.text));
        }
        let could_see = |change: &Timestamp| {
            let looked = later(*change, LOOK);
            looked < self.world.span.end && !self.is_troubled(site, *change, looked)
        };
        match article.deleted.filter(could_see) {
            Some(deleted) if !stored.is_gone => {
                Err(format!("is not seen to be gone since {deleted}"))
            }
            Some(_) => Ok(()),
            None if stored.is_gone && article.deleted.is_none() && !self.was_missing(site) => {
                Err("is said to be gone and is not".to_owned())
            }
            None => match article.edited.filter(could_see) {
                Some(edited) if article.deleted.is_none() && !is_as(edited) => {
                    Err(format!("is stored as it was before {edited}"))
                }
                _ => Ok(()),
            },
        }
    }

    /// Whether a host said for so long that nothing is there that it had to be believed.
    fn was_missing(&self, site: &Site) -> bool {
        let mut missing = site.episodes.iter().filter(|one| one.trouble == Trouble::Missing);
        missing.any(|one| one.until.duration_since(one.from) >= DAY)
    }

    fn is_troubled(&self, site: &Site, from: Timestamp, until: Timestamp) -> bool {
        let episodes = site.episodes.iter().map(|one| (one.from, one.until));
        episodes.chain(self.world.dark.iter().copied()).any(|(a, b)| a < until && from < b)
    }

    /// Nothing else is stored as an article.
    fn judge_others(&self, stored: &BTreeMap<String, Stored>, broken: &mut Vec<Broken>) {
        let of_site = |site: &Site, url: &str| {
            site.articles.iter().map(|article| article.url(site)).any(|known| known == url)
        };
        for url in stored.keys() {
            if !self.world.sites.iter().any(|site| of_site(site, url)) {
                let what = format!("`{url}` is no article and is stored");
                broken.push(Broken { what, log: Vec::new() });
            }
        }
    }

    /// One entry for each report that arrived, however often it was edited or its feed moved.
    async fn judge_entries(&self, broken: &mut Vec<Broken>) -> Result<()> {
        let entries = self.context.store.totals().await?.entries;
        let announced = self.web.offered().len();
        if usize::try_from(entries) != Ok(announced) {
            let what = format!("{announced} reports were announced and {entries} entries are kept");
            broken.push(Broken { what, log: Vec::new() });
        }
        Ok(())
    }

    /// No feed is asked too often, and none is given up.
    fn judge_polls(&self, (number, site): (usize, &Site), broken: &mut Vec<Broken>) {
        let span = self.world.span;
        let polls = self.web.polls();
        for (place, feed) in site.feeds.iter().enumerate() {
            let asked = polls.get(&(number, place)).cloned().unwrap_or_default();
            let mut fault = |what: String, at: Timestamp| {
                let what = format!("`{}{}` {what}", site.host, feed.path);
                broken.push(Broken { what, log: self.web.log(&site.host, "/", at) });
            };
            let mut days: BTreeMap<i64, usize> = BTreeMap::new();
            for at in &asked {
                *days.entry(at.as_second().div_euclid(86_400)).or_default() += 1;
            }
            if let Some((day, most)) = days.iter().max_by_key(|(_, count)| **count)
                && *most > POLLS_A_DAY_MAX
            {
                fault(format!("was asked {most} times on day {day}"), span.end);
            }
            let mut tried = asked;
            tried.extend(self.web.closed(number));
            tried.sort_unstable();
            let mut last = span.start;
            for at in tried.into_iter().chain([span.end]) {
                if at.duration_since(last) > POLL_GAP_MAX {
                    fault(format!("was not asked between {last} and {at}"), at);
                }
                last = at;
            }
        }
    }

    /// Nothing is given up, nothing is overdue, and what waits is bounded by what may change.
    async fn judge_queue(&self, broken: &mut Vec<Broken>) -> Result<()> {
        let mut fault = |what: String| broken.push(Broken { what, log: Vec::new() });
        let documents = |site: &Site| site.feeds.len() + site.articles.len();
        let documents: usize = self.world.sites.iter().map(documents).sum();
        for (kind, counts) in counts(self.context).await? {
            if counts.dead > 0 {
                fault(format!("{} jobs `{kind}` are dead", counts.dead));
            }
            if counts.running > 0 {
                fault(format!("{} jobs `{kind}` never ended", counts.running));
            }
        }
        let Queue { most, overdue } = self.queue;
        if usize::try_from(most).is_ok_and(|most| most > documents) {
            fault(format!("{most} jobs waited at once, of {documents} documents"));
        }
        if overdue > OVERDUE_MAX {
            fault(format!("a job was overdue by {overdue:#}"));
        }
        Ok(())
    }
}

/// How many jobs there are of each kind.
pub(crate) async fn counts(context: &Context) -> Result<BTreeMap<&'static str, Counts>> {
    let mut counts = BTreeMap::new();
    let mut queue = context.store.queue().await?;
    for kind in ERRANDS {
        counts.insert(kind, chapar_jobs::counts(&mut queue, kind).await?);
    }
    queue.commit().await?;
    Ok(counts)
}

impl Article {
    fn url(&self, site: &Site) -> String {
        format!("https://{}{}", site.host, self.path)
    }
}
