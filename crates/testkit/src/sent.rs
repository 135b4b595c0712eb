//! What a simulated host sends: whole, slowly, in part, or packed beyond all measure.

use crate::clock::FakeClock;
use crate::feeds;
use crate::site::{Feed, Format, Site, Validators};
use bytes::Bytes;
use chapar_fetch::{BodySource, FetchError, Later, Stage};
use chapar_model::{Headers, PageUrl};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// Bytes of the enormous thing, unpacked.
const BOMB_BYTES: usize = 10 * 1024 * 1024;

/// What is sent.
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) location: Option<String>,
    pub(crate) announced: Option<u64>,
    pub(crate) steps: VecDeque<Step>,
    pub(crate) offers: Vec<(usize, usize)>,
}

pub(crate) enum Step {
    Bytes(Bytes),
    Wait(Duration),
    Break,
}

pub(crate) fn feed_answer(
    site: &Site,
    (number, place): (usize, usize),
    feed: &Feed,
    headers: &Headers,
    now: Timestamp,
) -> Sent {
    let entries = feeds::shown(site, place, now);
    let body = feeds::feed(site, feed, &entries, now);
    let newest = entries.first().map_or(Timestamp::UNIX_EPOCH, |article| article.published);
    // An edit changes the document but not the time of its newest entry: servers differ in that too.
    let validator = match feed.validators {
        Validators::None => None,
        Validators::Honest => Some(("etag", format!("\"{:08x}\"", hash(body.as_bytes())))),
        Validators::Dated => {
            Some(("last-modified", newest.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
        }
        Validators::New => Some(("etag", format!("\"{}\"", now.as_millisecond()))),
        Validators::Stale => Some(("etag", "\"for-ever\"".to_owned())),
    };
    let asked = headers.get("if-none-match").or_else(|| headers.get("if-modified-since"));
    if let Some((name, value)) = &validator
        && asked == Some(value.as_str())
    {
        let mut sent = Sent::new(304, "application/xml", "").with(name, value);
        sent.steps.clear();
        return sent;
    }
    let mime = match feed.format {
        Format::Section => "text/html; charset=utf-8",
        _ => "application/xml",
    };
    let mut sent = Sent::new(200, mime, &body);
    if let Some((name, value)) = &validator {
        sent = sent.with(name, value);
    }
    sent.offers = entries.iter().map(|article| (number, article.number)).collect();
    sent
}

impl Sent {
    pub(crate) fn new(status: u16, mime: &str, body: &str) -> Self {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Self {
            status,
            headers: vec![("content-type".to_owned(), mime.to_owned())],
            location: None,
            announced: None,
            steps: VecDeque::from([Step::Bytes(body)]),
            offers: Vec::new(),
        }
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        let mut sent = Self::new(status, "text/plain", "").with("location", to);
        sent.location = Some(to.to_owned());
        sent
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ten bytes every ten seconds.
    pub(crate) fn trickle(&mut self) {
        let mut slow = VecDeque::new();
        for step in self.steps.drain(..) {
            let Step::Bytes(bytes) = step else { continue };
            for part in bytes.chunks(10) {
                slow.push_back(Step::Wait(Duration::from_secs(10)));
                slow.push_back(Step::Bytes(Bytes::copy_from_slice(part)));
            }
        }
        self.steps = slow;
        self.offers.clear();
    }

    /// Half of it, then nothing.
    pub(crate) fn cut(&mut self) {
        if let Some(Step::Bytes(bytes)) = self.steps.front_mut() {
            bytes.truncate(bytes.len() / 2);
        }
        self.steps.push_back(Step::Break);
        self.offers.clear();
    }
}

pub(crate) struct FakeBody {
    pub(crate) url: PageUrl,
    pub(crate) host: String,
    pub(crate) steps: VecDeque<Step>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) received: usize,
    /// Told at the end of the body, which is then never told to the newsroom.
    pub(crate) fallen: Option<Arc<Notify>>,
}

impl BodySource for FakeBody {
    fn chunk(&mut self, wait: Duration) -> Later<'_, Option<Bytes>> {
        Box::pin(async move {
            loop {
                match self.steps.pop_front() {
                    None => {
                        let Some(fallen) = &self.fallen else { return Ok(None) };
                        fallen.notify_one();
                        return std::future::pending().await;
                    }
                    Some(Step::Bytes(bytes)) => {
                        self.received += bytes.len();
                        return Ok(Some(bytes));
                    }
                    Some(Step::Wait(pause)) if pause > wait => {
                        self.clock.pass(wait);
                        let (url, stage) = (self.url.clone(), Stage::Body);
                        return Err(FetchError::TimedOut { url, stage, after: wait });
                    }
                    Some(Step::Wait(pause)) => self.clock.pass(pause),
                    Some(Step::Break) => {
                        let source = format!("`{}` hung up", self.host).into();
                        let (url, received) = (self.url.clone(), self.received);
                        return Err(FetchError::Truncated { url, received, source });
                    }
                }
            }
        })
    }
}

fn hash(bytes: &[u8]) -> u32 {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    bytes.iter().fold(0x811c_9dc5, step)
}

/// Many zeros, packed.
pub(crate) fn bomb() -> Bytes {
    static PACKED: OnceLock<Bytes> = OnceLock::new();
    let packed = PACKED.get_or_init(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let written = encoder.write_all(&vec![0; BOMB_BYTES]);
        written.and_then(|()| encoder.finish()).unwrap_or_default().into()
    });
    packed.clone()
}
