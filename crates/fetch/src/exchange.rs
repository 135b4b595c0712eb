//! One request and its response, within limits. Follows no redirect and keeps no turn: that is
//! done a floor above.

use crate::clock::Clock;
use crate::config::{FetchConfig, Limits};
use crate::error::{FetchError, Stage};
use crate::policy::AddressPolicy;
use crate::transport::{Opened, Transport};
use bytes::{Bytes, BytesMut};
use chapar_model::{Headers, PageUrl};
use jiff::Timestamp;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

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

fn unknown_peer() -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], 0))
}

/// Requests and responses with their limits.
pub(crate) struct Exchange {
    transport: Arc<dyn Transport>,
    policy: AddressPolicy,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

impl Exchange {
    pub(crate) fn new(
        config: &FetchConfig,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { transport, policy: config.policy.clone(), limits: config.limits, clock }
    }

    /// The time that has passed on the wire.
    pub(crate) fn elapsed(&self) -> Duration {
        self.transport.elapsed()
    }

    /// Asks once; `left` is the time there is for it.
    pub(crate) async fn send(
        &self,
        url: &PageUrl,
        (request_headers, form): (&Headers, Option<&str>),
        limit: BodyLimit,
        left: Duration,
    ) -> Result<Answer, FetchError> {
        self.policy.check_url(url).map_err(|refusal| FetchError::refused(url, refusal))?;
        let end = self.elapsed() + left;
        let opened = self.transport.open(url, request_headers, form, left).await;
        let mut opened = opened.map_err(|error| self.of_whole(error))?;
        let remote = match opened.is_proxied {
            // The proxy was named by whoever runs us.
            true => opened.remote.unwrap_or_else(unknown_peer),
            false => self.check_peer(url, opened.remote)?,
        };
        self.check_header_bytes(url, opened.header_bytes)?;
        let body = match (300..400).contains(&opened.status) {
            true => Bytes::new(),
            false => self.read_body(url, &mut opened, limit, end).await?,
        };
        Ok(Answer {
            status: opened.status,
            headers: opened.headers,
            location: opened.location,
            body,
            remote,
            fetched: self.clock.now(),
        })
    }

    /// A time-out for want of the time there was for the whole names that time.
    fn of_whole(&self, error: FetchError) -> FetchError {
        match error {
            FetchError::TimedOut { url, stage, .. } if stage != Stage::Connect => {
                FetchError::TimedOut { url, stage, after: self.limits.total_timeout }
            }
            other => other,
        }
    }

    fn check_peer(
        &self,
        url: &PageUrl,
        peer: Option<SocketAddr>,
    ) -> Result<SocketAddr, FetchError> {
        let peer = peer.unwrap_or_else(unknown_peer);
        match self.policy.check_peer(url, peer) {
            Ok(()) => Ok(peer),
            Err(refusal) => Err(FetchError::refused(url, refusal)),
        }
    }

    fn check_header_bytes(&self, url: &PageUrl, bytes: usize) -> Result<(), FetchError> {
        let limit = self.limits.header_bytes_max;
        match bytes > limit {
            true => Err(FetchError::HeadersTooLarge { url: url.clone(), limit }),
            false => Ok(()),
        }
    }

    async fn read_body(
        &self,
        url: &PageUrl,
        opened: &mut Opened,
        limit: BodyLimit,
        end: Duration,
    ) -> Result<Bytes, FetchError> {
        let (BodyLimit::Refuse(limit_bytes) | BodyLimit::Cut(limit_bytes)) = limit;
        let too_large =
            |bytes| FetchError::BodyTooLarge { url: url.clone(), bytes, limit: limit_bytes };
        let announced = opened.announced.unwrap_or_default();
        if limit == BodyLimit::Refuse(limit_bytes) && announced > limit_bytes as u64 {
            return Err(too_large(announced));
        }
        let idle = self.limits.idle_timeout;
        let mut body = BytesMut::new();
        loop {
            let left = end.saturating_sub(self.elapsed());
            let chunk = match opened.body.chunk(idle.min(left)).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(body.freeze()),
                Err(error) if left < idle => return Err(self.of_whole(error)),
                Err(error) => return Err(error),
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
