//! One request and its response, within limits. Follows no redirect and keeps no turn: that is
//! done a floor above.

use crate::clock::Clock;
use crate::config::{FetchConfig, Limits};
use crate::error::{FetchError, Stage};
use crate::fault::sort_fault;
use crate::headers;
use crate::policy::AddressPolicy;
use crate::resolve::{GuardedResolver, Lookup};
use bytes::{Bytes, BytesMut};
use chapar_model::{Headers, PageUrl};
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a connection without work is kept for the next page of the same host.
const POOL_IDLE: Duration = Duration::from_secs(10);

/// What to do with a body past its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyLimit {
    /// It is an error.
    Refuse(usize),
    /// The rest is not read.
    Cut(usize),
}

/// One response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) location: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) remote: SocketAddr,
    pub(crate) fetched: Timestamp,
}

/// The HTTP client with its limits.
pub(crate) struct Exchange {
    client: reqwest::Client,
    policy: AddressPolicy,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

impl Exchange {
    pub(crate) fn new(
        config: &FetchConfig,
        lookup: Arc<dyn Lookup>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FetchError> {
        let resolver = GuardedResolver { policy: config.policy.clone(), lookup };
        // HTTP/1.1 alone: one request at a time goes to a host, and the archive keeps HTTP/1.1.
        // What is lenient here is how much of a broken response is put up with.
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(&config.extra_roots)?)
            .dns_resolver(resolver)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .http1_title_case_headers()
            .http1_max_headers(config.limits.headers_max)
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .connect_timeout(config.limits.connect_timeout)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(config.per_host.max(1))
            .build()
            .map_err(|source| FetchError::Setup { source })?;
        Ok(Self { client, policy: config.policy.clone(), limits: config.limits, clock })
    }

    /// Asks once; `left` is the time there is for it.
    pub(crate) async fn send(
        &self,
        url: &PageUrl,
        request_headers: &Headers,
        limit: BodyLimit,
        left: Duration,
    ) -> Result<Answer, FetchError> {
        self.policy.check_url(url).map_err(|refusal| FetchError::refused(url, refusal))?;
        let after = self.limits.total_timeout;
        let late = |stage| FetchError::TimedOut { url: url.clone(), stage, after };
        let begun = Instant::now();
        let request = self.client.get(url.as_url().clone());
        let sending = request.headers(headers::to_map(request_headers)).send();
        let mut response = match timeout(left, sending).await {
            Ok(sent) => sent.map_err(|e| sort_fault(url, Stage::Headers, 0, e, &self.limits))?,
            Err(_) => return Err(late(Stage::Headers)),
        };
        let remote = self.check_peer(url, response.remote_addr())?;
        self.check_header_bytes(url, response.headers())?;
        let body = match response.status().is_redirection() {
            true => Bytes::new(),
            false => {
                let left = left.saturating_sub(begun.elapsed());
                let reading = self.read_body(url, &mut response, limit);
                timeout(left, reading).await.unwrap_or_else(|_| Err(late(Stage::Body)))?
            }
        };
        Ok(Answer {
            status: response.status().as_u16(),
            headers: headers::from_map(response.headers()),
            location: headers::find_location(response.headers()),
            body,
            remote,
            fetched: self.clock.now(),
        })
    }

    fn check_peer(
        &self,
        url: &PageUrl,
        peer: Option<SocketAddr>,
    ) -> Result<SocketAddr, FetchError> {
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let peer = peer.unwrap_or(unknown);
        match self.policy.check_peer(url, peer) {
            Ok(()) => Ok(peer),
            Err(refusal) => Err(FetchError::refused(url, refusal)),
        }
    }

    fn check_header_bytes(&self, url: &PageUrl, headers: &HeaderMap) -> Result<(), FetchError> {
        let limit = self.limits.header_bytes_max;
        // ": " and the line's end.
        let bytes: usize = headers.iter().map(|(k, v)| k.as_str().len() + v.len() + 4).sum();
        match bytes > limit {
            true => Err(FetchError::HeadersTooLarge { url: url.clone(), limit }),
            false => Ok(()),
        }
    }

    async fn read_body(
        &self,
        url: &PageUrl,
        response: &mut reqwest::Response,
        limit: BodyLimit,
    ) -> Result<Bytes, FetchError> {
        let (BodyLimit::Refuse(limit_bytes) | BodyLimit::Cut(limit_bytes)) = limit;
        let too_large =
            |bytes| FetchError::BodyTooLarge { url: url.clone(), bytes, limit: limit_bytes };
        let announced = response.content_length().unwrap_or_default();
        if limit == BodyLimit::Refuse(limit_bytes) && announced > limit_bytes as u64 {
            return Err(too_large(announced));
        }
        let idle = self.limits.idle_timeout;
        let mut body = BytesMut::new();
        loop {
            let silent =
                || FetchError::TimedOut { url: url.clone(), stage: Stage::Body, after: idle };
            let chunk = match timeout(idle, response.chunk()).await {
                Err(_) => return Err(silent()),
                Ok(Err(error)) => {
                    return Err(sort_fault(url, Stage::Body, body.len(), error, &self.limits));
                }
                Ok(Ok(None)) => return Ok(body.freeze()),
                Ok(Ok(Some(chunk))) => chunk,
            };
            let room = limit_bytes - body.len();
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                return match limit {
                    BodyLimit::Cut(_) => Ok(body.freeze()),
                    BodyLimit::Refuse(_) => {
                        Err(too_large((body.len() - room + chunk.len()) as u64))
                    }
                };
            }
        }
    }
}

/// TLS as the public web has it, with roots that travel in the binary: it runs where the system
/// has none, and the same everywhere.
fn tls_config(extra_roots: &[Vec<u8>]) -> Result<rustls::ClientConfig, FetchError> {
    let bad_root = |source| FetchError::BadRoot { source };
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for root in extra_roots {
        roots.add(root.clone().into()).map_err(bad_root)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(bad_root)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
