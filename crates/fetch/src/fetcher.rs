//! Asks for an address politely: policy, robots.txt, the host's turn, then the request, and the
//! same again for each redirect. The only way from the engine to the web.

use crate::budget::{HostBudget, Pause, Spread};
use crate::clock::Clock;
use crate::config::FetchConfig;
use crate::error::FetchError;
use crate::exchange::{Answer, BodyLimit, Exchange};
use crate::fetched::{FetchRequest, Fetched, Hop, Purpose, Response};
use crate::headers;
use crate::resolve::{Lookup, SystemLookup};
use crate::retry_after::find_retry_after;
use crate::robots::{ROBOTS_BYTES_MAX, Robots, RobotsVerdict};
use crate::robots_cache::RobotsCache;
use crate::transport::Transport;
use crate::web::Web;
use chapar_model::{Headers, PageUrl};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tracing::debug;

const ROBOTS_PATH: &str = "/robots.txt";

/// The HTTP client of the engine. One for all jobs: it keeps the manners towards each host.
pub struct Fetcher {
    config: FetchConfig,
    exchange: Exchange,
    budget: HostBudget,
    robots: RobotsCache,
    clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// A client with these manners.
    pub fn new(config: FetchConfig, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        let lookup: Arc<dyn Lookup> = Arc::new(SystemLookup::default());
        Self::with_lookup(config, clock, &lookup)
    }

    pub(crate) fn with_lookup(
        config: FetchConfig,
        clock: Arc<dyn Clock>,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Self, FetchError> {
        let web = Web::new(&config, lookup)?;
        Self::with_transport(config, clock, Arc::new(web))
    }

    /// A client with these manners over another wire than the public web, for simulations.
    pub fn with_transport(
        config: FetchConfig,
        clock: Arc<dyn Clock>,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, FetchError> {
        if !config.is_honest() {
            return Err(FetchError::BadUserAgent { user_agent: config.user_agent });
        }
        let spread = Spread {
            per_host: config.per_host,
            at_once: config.at_once,
            turn_wait_max: config.turn_wait_max,
        };
        for manners in config.hosts.values() {
            headers::check_extra(&manners.headers)?;
        }
        Ok(Self {
            exchange: Exchange::new(&config, transport, clock.clone()),
            budget: HostBudget::new(spread, clock.clone()),
            robots: RobotsCache::default(),
            config,
            clock,
        })
    }

    /// Asks for an address, and for those it redirects to.
    pub async fn get(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        headers::check_extra(&request.headers)?;
        let mut trail = Trail::new(request.url.clone());
        let mut left = self.config.limits.total_timeout;
        loop {
            let (answer, sent) = match self.ask(request, &trail.at, &mut left).await? {
                Step::Answered(answer, sent) => (answer, sent),
                Step::Disallowed(rule) => {
                    return Ok(Fetched::Disallowed { url: trail.at, rule });
                }
            };
            // Only these say that the same form goes to another place (RFC 9110, 15.4).
            let leads_on = request.form.is_none() || matches!(answer.status, 307 | 308);
            match find_redirect(&trail.at, &answer)?.filter(|_| leads_on) {
                Some(to) => trail.follow(answer.status, to, self.config.limits.redirects_max)?,
                None => return Ok(trail.conclude(request, answer, sent)),
            }
        }
    }

    /// The pauses that hosts asked for since the last call, for whoever keeps them beyond this
    /// process.
    pub fn take_pauses(&self) -> Vec<Pause> {
        self.budget.take_pauses()
    }

    /// Leaves a host alone that asked for it elsewhere, for a day at the most.
    pub fn leave_alone(&self, pause: &Pause) {
        self.budget.leave_alone(pause);
    }

    /// What the robots.txt of an address' origin says.
    pub async fn robots(&self, url: &PageUrl) -> Result<Arc<Robots>, FetchError> {
        self.robots_of(url).await
    }

    // Boxed, since asking for a page asks for robots.txt, which is asking again.
    fn robots_of<'f>(
        &'f self,
        url: &'f PageUrl,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Robots>, FetchError>> + Send + 'f>> {
        Box::pin(async move {
            let robots = url
                .join(ROBOTS_PATH)
                .map_err(|source| FetchError::bad_redirect(url, ROBOTS_PATH, source))?;
            let request = FetchRequest::new(robots.clone(), Purpose::Robots);
            self.robots.get(&robots, self.clock.now(), || self.get(&request)).await
        })
    }

    /// One request to one address, in its turn and if robots.txt lets us.
    async fn ask(
        &self,
        request: &FetchRequest,
        url: &PageUrl,
        left: &mut Duration,
    ) -> Result<Step, FetchError> {
        self.config.policy.check_url(url).map_err(|refusal| FetchError::refused(url, refusal))?;
        let manners = self.config.hosts.get(url.site());
        let mut delay = self.config.host_delay.max(request.delay.unwrap_or_default());
        delay = delay.max(manners.map_or(Duration::ZERO, |manners| manners.delay));
        if !matches!(request.purpose, Purpose::Robots | Purpose::Hub) {
            let robots = self.robots_of(url).await?;
            let token = self.config.product_token();
            if let RobotsVerdict::Disallowed { rule } = robots.verdict(token, url.path_and_query())
            {
                return Ok(Step::Disallowed(rule));
            }
            delay = delay.max(self.crawl_delay(&robots));
        }
        let turn = self.budget.take_turn(url.site(), delay).await?;
        let sent = headers::request_headers(request, url, &self.config.user_agent);
        // A key for one host goes out, and is not recorded with what was sent.
        let mut all = sent.clone();
        all.0.extend(manners.iter().flat_map(|manners| manners.headers.0.iter().cloned()));
        let begun = self.exchange.elapsed();
        let answer = {
            let asked = (&all, request.form.as_deref());
            self.exchange.send(url, asked, self.body_limit(request), *left).await?
        };
        *left = left.saturating_sub(self.exchange.elapsed().saturating_sub(begun));
        match (answer.status, find_retry_after(&answer.headers, answer.fetched)) {
            (429 | 503, pause) | (400.., pause @ Some(_)) => turn.asked_for_pause(pause),
            _ => turn.answered(),
        }
        debug!(status = answer.status, bytes = answer.body.len(), "Fetched `{url}`");
        Ok(Step::Answered(answer, sent))
    }

    fn crawl_delay(&self, robots: &Robots) -> Duration {
        let seconds = robots.crawl_delay(self.config.product_token()).unwrap_or_default();
        let max = self.config.crawl_delay_max;
        Duration::try_from_secs_f32(seconds).unwrap_or(max).min(max)
    }

    fn body_limit(&self, request: &FetchRequest) -> BodyLimit {
        match request.purpose {
            // One byte more tells that there was more.
            Purpose::Robots => BodyLimit::Cut(ROBOTS_BYTES_MAX + 1),
            _ => BodyLimit::Refuse(self.config.limits.body_bytes_max),
        }
    }
}

enum Step {
    Answered(Answer, Headers),
    Disallowed(String),
}

/// Where an answer redirects to, if it does.
fn find_redirect(url: &PageUrl, answer: &Answer) -> Result<Option<PageUrl>, FetchError> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = &answer.location else { return Ok(None) };
    url.join(location).map(Some).map_err(|source| FetchError::bad_redirect(url, location, source))
}

/// The way from the address that was asked to the one that answers.
struct Trail {
    asked: PageUrl,
    at: PageUrl,
    hops: Vec<Hop>,
}

impl Trail {
    fn new(asked: PageUrl) -> Self {
        Self { at: asked.clone(), asked, hops: Vec::new() }
    }

    fn follow(&mut self, status: u16, to: PageUrl, limit: usize) -> Result<(), FetchError> {
        if to == self.asked || self.hops.iter().any(|hop| hop.to == to) {
            return Err(FetchError::RedirectLoop { url: to });
        }
        if self.hops.len() >= limit {
            return Err(FetchError::TooManyRedirects { url: self.asked.clone(), limit });
        }
        self.at = to.clone();
        self.hops.push(Hop { status, to });
        Ok(())
    }

    /// The end of the permanent redirects that the trail begins with. One from https to http does
    /// not count: whoever sits on the wire could have sent it.
    fn moved_permanently(&self) -> Option<PageUrl> {
        let mut moved = None;
        let mut from = &self.asked;
        for hop in &self.hops {
            let (old, new) = (from.as_url().scheme(), hop.to.as_url().scheme());
            if !matches!(hop.status, 301 | 308) || (old, new) == ("https", "http") {
                break;
            }
            moved = Some(hop.to.clone());
            from = &hop.to;
        }
        moved
    }

    fn conclude(self, request: &FetchRequest, answer: Answer, sent: Headers) -> Fetched {
        let status = answer.status;
        let retry_after = find_retry_after(&answer.headers, answer.fetched);
        let response = Box::new(Response {
            moved_permanently: self.moved_permanently(),
            url: self.at,
            asked: self.asked,
            redirects: self.hops,
            status,
            headers: answer.headers,
            body: answer.body,
            fetched: answer.fetched,
            remote: answer.remote,
            request_headers: sent,
        });
        match status {
            // Nobody asked for a part of it.
            206 => Fetched::HttpError { status, retry_after, response },
            200..300 => Fetched::Fresh(response),
            304 if request.validators.is_some() => Fetched::NotModified(response),
            404 | 410 => Fetched::Gone { status, response },
            _ => Fetched::HttpError { status, retry_after, response },
        }
    }
}
