//! Sorts what the HTTP client calls an error by what went wrong. Reads types and kinds, never
//! messages.

use crate::config::Limits;
use crate::error::{FetchError, Stage};
use crate::resolve::ResolveError;
use chapar_model::PageUrl;
use std::error::Error;
use std::io;

/// Most causes of causes that are looked at.
const CAUSES_MAX: usize = 20;

/// The error by its name; `received` bytes of the body had come.
pub(crate) fn sort_fault(
    url: &PageUrl,
    stage: Stage,
    received: usize,
    source: reqwest::Error,
    limits: &Limits,
) -> FetchError {
    let (url, host) = (url.clone(), url.host().to_owned());
    if let Some(error) = find_cause::<ResolveError>(&source) {
        return sort_resolve(&url, host, error.clone());
    }
    if let Some(error) = find_cause::<rustls::Error>(&source) {
        return FetchError::Tls { host, source: error.clone() };
    }
    if source.is_timeout() {
        let stage = if source.is_connect() { Stage::Connect } else { stage };
        return FetchError::TimedOut { url, stage, after: limits.connect_timeout };
    }
    if find_cause::<io::Error>(&source).is_some_and(is_no_network) {
        return FetchError::NoNetwork { host, source: Box::new(source) };
    }
    if source.is_connect() {
        return FetchError::Connect { host, source: Box::new(source) };
    }
    match find_cause::<hyper::Error>(&source) {
        Some(error) if error.is_parse_too_large() => {
            FetchError::HeadersTooLarge { url, limit: limits.headers_max }
        }
        Some(error) if error.is_parse() => FetchError::Protocol { url, source: Box::new(source) },
        _ if stage == Stage::Body => {
            FetchError::Truncated { url, received, source: Box::new(source) }
        }
        Some(_) => FetchError::Connect { host, source: Box::new(source) },
        None => FetchError::Protocol { url, source: Box::new(source) },
    }
}

fn sort_resolve(url: &PageUrl, host: String, error: ResolveError) -> FetchError {
    match error {
        ResolveError::Refused(refusal) => FetchError::refused(url, refusal),
        ResolveError::NoSuchHost { host } => FetchError::NoSuchHost { host },
        ResolveError::NameServer { host, source } => FetchError::NameServer { host, source },
        ResolveError::NoResolver { source } => FetchError::NoResolver { host, source },
    }
}

/// Whether it is this machine that has no way out, or is not let out.
fn is_no_network(error: &io::Error) -> bool {
    use io::ErrorKind::{AddrNotAvailable, NetworkDown, NetworkUnreachable, PermissionDenied};
    matches!(error.kind(), NetworkUnreachable | NetworkDown | AddrNotAvailable | PermissionDenied)
}

/// The first cause of type `T`. An [`io::Error`] hides what it was made from, so it is opened.
fn find_cause<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    for _ in 0..CAUSES_MAX {
        let error = next?;
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(|io| io.get_ref());
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
