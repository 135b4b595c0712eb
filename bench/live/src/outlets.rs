//! The outlets of the bench: each a host of its own with one feed, its pages made of invented
//! words. Same host and path, same bytes.

use crate::{ENTRIES, LATENCY};
use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const SYLLABLES: [&str; 24] = [
    "ba", "ker", "lo", "mi", "nor", "ta", "sel", "dra", "pi", "von", "ra", "shu", "ge", "lim",
    "or", "ste", "ka", "du", "fen", "ya", "zo", "wer", "hin", "tas",
];
/// Words that texts are made of; the first are met as often as those of a language.
const LEXICON: u64 = 20_000;

/// How often each sort of document was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub robots: u64,
    pub feeds: u64,
    pub unchanged: u64,
    pub pages: u64,
}

impl Asked {
    /// What was asked for after `before`.
    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            robots: self.robots - before.robots,
            feeds: self.feeds - before.feeds,
            unchanged: self.unchanged - before.unchanged,
            pages: self.pages - before.pages,
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { robots, feeds, unchanged, pages } = self;
        write!(
            f,
            "asked: {robots} robots.txt, {feeds} feeds ({unchanged} unchanged), {pages} pages"
        )
    }
}

#[derive(Default)]
struct Counters {
    robots: AtomicU64,
    feeds: AtomicU64,
    unchanged: AtomicU64,
    pages: AtomicU64,
}

/// Serves outlets until the process is killed; prints the port first.
pub(crate) async fn serve(_feeds: usize) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let app = axum::Router::new().fallback(answer).with_state(Arc::new(Counters::default()));
    axum::serve(listener, app).await?;
    Ok(())
}

/// Asks the outlets' process what it was asked for.
pub(crate) async fn asked(port: u16) -> Result<Asked> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(b"GET /asked HTTP/1.0\r\nHost: count\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    let line = text.lines().last().context("no counts")?;
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [robots, feeds, unchanged, pages] => Ok(Asked { robots, feeds, unchanged, pages }),
        _ => anyhow::bail!("`{line}` are no counts"),
    }
}

async fn answer(State(counters): State<Arc<Counters>>, request: Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default().to_owned();

    let path = request.uri().path();
    let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
    if path == "/asked" {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { robots, feeds, unchanged, pages } = &*counters;
        let counts = [of(robots), of(feeds), of(unchanged), of(pages)];
        return counts.map(|count| count.to_string()).join(" ").into_response();
    }
    tokio::time::sleep(LATENCY).await;
    let tag = format!("\"{host}\"");
    match path {
        "/robots.txt" => {
            count(&counters.robots);
            "User-agent: *\nAllow: /\n".into_response()
        }
        "/feed.xml" => {
            count(&counters.feeds);
            if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == &*tag) {
                count(&counters.unchanged);
                return StatusCode::NOT_MODIFIED.into_response();
            }
            let mime = (header::CONTENT_TYPE, "application/rss+xml".to_owned());
            ([mime, (header::ETAG, tag)], feed(&host)).into_response()
        }
        _ => match path.strip_prefix("/news/").and_then(|number| number.parse().ok()) {
            Some(number) => {
                count(&counters.pages);
                let mime = (header::CONTENT_TYPE, "text/html; charset=utf-8");
                ([mime], Body::from(page(&host, number))).into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn feed(host: &str) -> String {
    let items: String = (0..ENTRIES)
        .map(|number| {
            let title = title(host, number);
            format!(
                "<item><title>{title}</title><link>http://{host}/news/{number}</link>\
                 <guid>http://{host}/news/{number}</guid>\
                 <pubDate>Tue, 03 Mar 2026 0{number}:00:00 GMT</pubDate></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{host}</title>\
         <link>http://{host}/</link><description>News</description>{items}</channel></rss>"
    )
}

/// Numbers without a pattern from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn of(host: &str, number: usize) -> Self {
        let seed = host.bytes().fold(number as u64 + 1, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
        });
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A word; the n-th of the lexicon about as often as one in n.
    fn word(&mut self) -> String {
        let share = self.number() as f64 / u64::MAX as f64;
        let mut rank = (LEXICON as f64).powf(share) as u64;
        let mut word = String::new();
        loop {
            word += SYLLABLES[(rank % SYLLABLES.len() as u64) as usize];
            rank /= SYLLABLES.len() as u64;
            if rank == 0 {
                return word;
            }
        }
    }

    fn words(&mut self, many: usize) -> String {
        (0..many).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn title(host: &str, number: usize) -> String {
    let title = Dice::of(host, number).words(7);
    let (first, rest) = title.split_at(1);
    first.to_uppercase() + rest
}

fn page(host: &str, number: usize) -> String {
    let title = title(host, number);
    let mut dice = Dice::of(host, number + ENTRIES);
    let menu: String = SYLLABLES
        .iter()
        .map(|word| format!("<li><a href=\"/section/{word}\">{word}</a></li>"))
        .collect();
    let text: String = (0..9)
        .map(|_| {
            let sentences: Vec<String> = (0..4)
                .map(|_| format!("The {} said that the {}.", dice.word(), dice.words(14)))
                .collect();
            format!("<p>{}</p>\n", sentences.join(" "))
        })
        .collect();
    let more: String = (0..ENTRIES)
        .map(|other| format!("<li><a href=\"/news/{other}\">{}</a></li>", self::title(host, other)))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | {host}</title>\
         <meta property=\"og:title\" content=\"{title}\"><meta property=\"og:type\" content=\"article\">\
         <meta property=\"article:published_time\" content=\"2026-03-03T0{number}:00:00Z\">\
         </head><body><header><nav><ul>{menu}</ul></nav></header><main><article><h1>{title}</h1>\
         <p class=\"byline\">By Rana Delvar</p><time datetime=\"2026-03-03T0{number}:00:00Z\">3 March 2026</time>\
         {text}</article><aside><h2>More</h2><ul>{more}</ul></aside></main>\
         <footer><p>All rights reserved.</p></footer></body></html>"
    )
}
