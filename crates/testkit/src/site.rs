//! What a simulated web publishes: sites with feeds and articles, made from a seed. Knows when each
//! thing is there and not how it is asked for.

use crate::trouble::{Episode, episodes};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The sites of a simulation are followed for so many days with troubles.
const TROUBLED_DAYS: i64 = 30;
/// And for so many more without, so that everything that waits can be done: the longest pause of a
/// feed that failed is a week.
const CALM_DAYS: i64 = 8;

/// What a section page shows at first goes back for so long.
const HISTORY: SignedDuration = SignedDuration::from_hours(20 * 24);

/// The time that is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// When the newsroom begins.
    pub start: Timestamp,
    /// When the last trouble ends.
    pub calm: Timestamp,
    /// When it is over.
    pub end: Timestamp,
}

/// All sites.
#[derive(Debug)]
pub struct World {
    /// The time.
    pub span: Span,
    /// The sites.
    pub sites: Vec<Site>,
    /// When no host at all can be reached.
    pub dark: Vec<(Timestamp, Timestamp)>,
}

/// One site with one host.
#[derive(Debug)]
pub struct Site {
    /// Its host.
    pub host: String,
    /// What its robots.txt says.
    pub robots: Manners,
    /// Its feeds.
    pub feeds: Vec<Feed>,
    /// Its articles, the oldest first.
    pub articles: Vec<Article>,
    /// What goes wrong on it.
    pub episodes: Vec<Episode>,
    /// How long it takes to answer.
    pub latency: Duration,
}

/// What a robots.txt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// There is none.
    None,
    /// Part of the site is closed.
    Closed,
    /// Part is closed, and so many seconds have to pass between two requests.
    Slow(u64),
}

/// A feed, or a section page without one.
#[derive(Debug)]
pub struct Feed {
    /// Where it stands at first.
    pub path: String,
    /// When it moved, and whether its old address stops leading to the new one later.
    pub moved: Option<Moved>,
    /// Entries that it shows, the newest.
    pub window: usize,
    /// Its format.
    pub format: Format,
    /// What it answers to conditional requests.
    pub validators: Validators,
    /// When it was away, with status 404.
    pub away: Option<(Timestamp, Timestamp)>,
    /// Of a section, how its list is made, and when it is made otherwise.
    pub layout: u8,
    /// When that is.
    pub redesigned: Option<Timestamp>,
}

/// A feed's new address.
#[derive(Debug)]
pub struct Moved {
    /// Since when.
    pub at: Timestamp,
    /// Where.
    pub to: String,
    /// When the old address is dead.
    pub dead: Timestamp,
}

/// Formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
    /// No feed, but a page that lists what is new.
    Section,
}

/// How a server treats conditional requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validators {
    /// It has none.
    None,
    /// An `ETag` that tells one document from the next.
    Honest,
    /// A `Last-Modified` with seconds.
    Dated,
    /// A new `ETag` at every answer.
    New,
    /// One `ETag` for ever: "not modified", whatever is new.
    Stale,
}

/// An article.
#[derive(Debug)]
pub struct Article {
    /// The number that tells it from all others of its site.
    pub number: usize,
    /// The feed that announces it.
    pub feed: usize,
    /// Where it stands.
    pub path: String,
    /// Since when.
    pub published: Timestamp,
    /// When its headline and text were edited.
    pub edited: Option<Timestamp>,
    /// When it was taken down.
    pub deleted: Option<Timestamp>,
}

impl Article {
    /// Whether robots may not read it.
    pub fn is_closed(&self) -> bool {
        self.path.starts_with("/private/")
    }

    /// Its headline at a time.
    pub fn title(&self, now: Timestamp) -> String {
        let edited = if self.edited.is_some_and(|at| at <= now) { " after all" } else { "" };
        format!("Report {} from the hills of Zarvand{edited}", self.number)
    }
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let start: Timestamp = Timestamp::constant(1_772_409_600, 0); // 2026-03-02T00:00:00Z
        let day = |days| start.saturating_add(SignedDuration::from_hours(24 * days));
        let calm = day(TROUBLED_DAYS).unwrap_or(start);
        let end = day(TROUBLED_DAYS + CALM_DAYS).unwrap_or(start);
        let span = Span { start, calm, end };
        let count = rng.usize(2..=4);
        let sites = (0..count).map(|number| site(number, span, &mut rng)).collect();
        let dark = (0..rng.usize(0..=2))
            .map(|_| {
                let from = moment(span.start, span.calm, &mut rng);
                (from, later(from, SignedDuration::from_mins(rng.i64(5..=600))).min(calm))
            })
            .collect();
        Self { span, sites, dark }
    }
}

fn site(number: usize, span: Span, rng: &mut Rng) -> Site {
    let host = format!("site{number}.example");
    let robots = match rng.u8(0..4) {
        0 => Manners::None,
        1 => Manners::Slow(rng.u64(3..=20)),
        _ => Manners::Closed,
    };
    let feeds: Vec<Feed> = (0..rng.usize(1..=2)).map(|feed| make_feed(feed, span, rng)).collect();
    let mut articles = Vec::new();
    for (number, feed) in feeds.iter().enumerate() {
        publish((number, feed.format), span, rng, &mut articles);
    }
    articles.sort_by_key(|article: &Article| article.published);
    for (number, article) in articles.iter_mut().enumerate() {
        article.number = number;
        let folder = if robots != Manners::None && rng.u8(0..20) == 0 { "private" } else { "news" };
        article.path = format!("/{folder}/{number}/report-from-the-hills");
    }
    Site {
        host,
        robots,
        feeds,
        articles,
        episodes: episodes(span, rng),
        latency: Duration::from_millis(rng.u64(5..=800)),
    }
}

fn make_feed(number: usize, span: Span, rng: &mut Rng) -> Feed {
    let moved = (rng.u8(0..5) == 0).then(|| {
        let at = moment(span.start, later(span.start, SignedDuration::from_hours(15 * 24)), rng);
        let dead = later(at, SignedDuration::from_hours(24 * rng.i64(9..=14)));
        Moved { at, to: format!("/moved/{number}.xml"), dead }
    });
    // A feed that is away while it moves leaves nobody a way to follow.
    let away = (moved.is_none() && rng.u8(0..5) == 0).then(|| {
        let from = moment(span.start, span.calm, rng);
        (from, later(from, SignedDuration::from_hours(rng.i64(1..=20 * 24))).min(span.calm))
    });
    let format = *pick(&[Format::Rss, Format::Atom, Format::Json, Format::Section], rng);
    let path = match format {
        Format::Section => format!("/section/{number}"),
        _ => format!("/feeds/{number}.xml"),
    };
    Feed {
        path,
        moved,
        window: rng.usize(10..=30),
        format,
        validators: *pick(
            &[
                Validators::None,
                Validators::Honest,
                Validators::Dated,
                Validators::New,
                Validators::Stale,
            ],
            rng,
        ),
        away,
        layout: rng.u8(..),
        redesigned: (rng.u8(0..3) == 0).then(|| moment(span.start, span.calm, rng)),
    }
}

/// The articles of one feed: more by day than by night, now and then many at once.
fn publish(
    (feed, format): (usize, Format),
    span: Span,
    rng: &mut Rng,
    articles: &mut Vec<Article>,
) {
    let paces: &[f64] = if format == Format::Section { &[2.0, 5.0] } else { &[0.1, 0.5, 2.0, 5.0] };
    let a_day = *pick(paces, rng);
    // Nobody has a section page for what is still to come.
    let before = if format == Format::Section { HISTORY } else { SignedDuration::ZERO };
    let mut at = span.start.saturating_sub(before).unwrap_or(span.start);
    loop {
        let pause = -(1.0 - rng.f64()).ln() / a_day * 86_400.0;
        at = later(at, SignedDuration::from_secs(whole(pause)));
        if at >= span.end {
            return;
        }
        let hour = at.as_second().rem_euclid(86_400) / 3_600;
        if !(6..22).contains(&hour) && rng.u8(0..4) > 0 {
            continue;
        }
        let burst = if rng.u8(0..30) == 0 { 4 } else { 1 };
        for number in 0..burst {
            let published = later(at, SignedDuration::from_secs(number * 60));
            let change = |share: u8, rng: &mut Rng| {
                (rng.u8(0..share) == 0)
                    .then(|| later(published, SignedDuration::from_mins(rng.i64(5..=4_000))))
            };
            let (edited, deleted) = (change(6, rng), change(12, rng));
            let path = String::new();
            articles.push(Article { number: 0, feed, path, published, edited, deleted });
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of some weeks")]
fn whole(seconds: f64) -> i64 {
    seconds.min(1e9) as i64
}

/// A moment between two.
pub(crate) fn moment(from: Timestamp, to: Timestamp, rng: &mut Rng) -> Timestamp {
    let seconds = to.duration_since(from).as_secs().max(1);
    later(from, SignedDuration::from_secs(rng.i64(0..seconds)))
}

/// A moment after another.
pub(crate) fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// One of several.
pub(crate) fn pick<'a, T>(all: &'a [T], rng: &mut Rng) -> &'a T {
    let at = rng.usize(0..all.len());
    &all[at]
}
