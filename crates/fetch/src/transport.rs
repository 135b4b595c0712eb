//! The seam between the client and the wire. What lies above it (policy, manners, limits, robots,
//! redirects) is the same whether a network or a simulation lies below.

use crate::error::FetchError;
use bytes::Bytes;
use chapar_model::{Headers, PageUrl};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

/// What a [`Transport`] gives back later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, FetchError>> + Send + 'a>>;

/// Carries one request to a host and its response back. Follows no redirect and obeys no limit but
/// that of time.
pub trait Transport: Send + Sync {
    /// How much time has passed on the wire since some moment of old. Time-outs go by it.
    fn elapsed(&self) -> Duration;

    /// Asks for an address, or sends a form to it, and waits for the head of the response, no longer
    /// than `wait`.
    fn open<'a>(
        &'a self,
        url: &'a PageUrl,
        request_headers: &'a Headers,
        form: Option<&'a str>,
        wait: Duration,
    ) -> Later<'a, Opened>;
}

/// A response whose body is still to come.
pub struct Opened {
    /// The status.
    pub status: u16,
    /// The header lines that describe the document.
    pub headers: Headers,
    /// Bytes of all header lines.
    pub header_bytes: usize,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Bytes of the body, as announced.
    pub announced: Option<u64>,
    /// Who answered; `None` when that is not known.
    pub remote: Option<SocketAddr>,
    /// Whether a proxy stands between, so that it was the proxy that answered.
    pub is_proxied: bool,
    /// The body.
    pub body: Box<dyn BodySource>,
}

/// A body as it comes in, with its content codings.
pub trait BodySource: Send {
    /// The next bytes; `None` at the end. Waits no longer than `wait`.
    fn chunk(&mut self, wait: Duration) -> Later<'_, Option<Bytes>>;
}
