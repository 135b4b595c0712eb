//! Header lines on their way out and in. Sends nothing.

use crate::error::FetchError;
use crate::fetched::{FetchRequest, Purpose};
use chapar_model::{Headers, PageUrl};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Lines that describe one connection and not the document (RFC 9110, 7.6.1).
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Lines that only this crate may set.
const OURS: [&str; 7] =
    ["host", "user-agent", "accept-encoding", "content-length", "expect", "range", "cookie"];

/// Checks the headers that a caller adds.
pub(crate) fn check_extra(headers: &Headers) -> Result<(), FetchError> {
    for (name, value) in &headers.0 {
        let lower = name.to_ascii_lowercase();
        let reserved = HOP_BY_HOP.contains(&lower.as_str()) || OURS.contains(&lower.as_str());
        let valid =
            HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        if reserved || !valid {
            return Err(FetchError::BadHeader { name: name.chars().take(60).collect() });
        }
    }
    Ok(())
}

/// The lines of one request, in the order they are sent. A validator that is no header value, such
/// as one with a line break in it, is left out: it must not even be recorded.
pub(crate) fn request_headers(request: &FetchRequest, url: &PageUrl, user_agent: &str) -> Headers {
    let mut lines = Headers::default();
    let mut add = |name: &str, value: &str| lines.0.push((name.to_owned(), value.to_owned()));
    let host = match url.as_url().port() {
        Some(port) => format!("{}:{port}", url.host()),
        None => url.host().to_owned(),
    };
    add("Host", &host);
    add("User-Agent", user_agent);
    let is_asked = url.origin() == request.url.origin();
    let accept_is_given = is_asked && request.headers.get("accept").is_some();
    if !accept_is_given {
        add("Accept", accept(request.purpose));
    }
    add("Accept-Encoding", accept_encoding(request.purpose));
    if request.form.is_some() {
        add("Content-Type", "application/x-www-form-urlencoded");
    }
    let validators = request.validators.iter().flat_map(|validators| {
        [("If-None-Match", &validators.etag), ("If-Modified-Since", &validators.last_modified)]
    });
    for (name, value) in validators {
        if let Some(value) = value.as_deref().filter(|value| HeaderValue::from_str(value).is_ok()) {
            add(name, value);
        }
    }
    // What a caller adds may be a key, and a key is nobody else's business.
    if is_asked {
        lines.0.extend(request.headers.0.iter().cloned());
    }
    lines
}

fn accept(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, \
             application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
        }
        Purpose::Page => "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
        Purpose::Sitemap => "application/xml, text/xml, text/plain;q=0.8, */*;q=0.5",
        Purpose::Robots => "text/plain, */*;q=0.5",
        Purpose::Hub => "*/*",
        Purpose::Discovery => {
            "text/html, application/atom+xml, application/rss+xml, application/feed+json, \
             application/xml;q=0.9, */*;q=0.5"
        }
    }
}

/// A robots.txt is cut at its limit, so it has to come as it is.
fn accept_encoding(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Robots => "identity",
        _ => "gzip, deflate, br, zstd",
    }
}

/// The lines as the HTTP client takes them, without `Host`, which it sets itself.
pub(crate) fn to_map(headers: &Headers) -> HeaderMap {
    let lines = headers.0.iter().filter(|(name, _)| name != "Host");
    let parsed = lines.filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value).ok()?))
    });
    parsed.collect()
}

/// The lines of a response that describe the document.
pub(crate) fn from_map(map: &HeaderMap) -> Headers {
    let named: Vec<String> = map
        .get_all("connection")
        .iter()
        .flat_map(|value| to_text(value.as_bytes()).split(',').map(lower).collect::<Vec<_>>())
        .collect();
    let kept = map.iter().filter(|(name, _)| {
        !HOP_BY_HOP.contains(&name.as_str()) && !named.iter().any(|n| n == name.as_str())
    });
    Headers(kept.map(|(name, value)| (name.to_string(), to_text(value.as_bytes()))).collect())
}

/// Where a response redirects to. Bytes that are not ASCII get escaped, so that an address in a
/// charset of old keeps the bytes its server knows it by.
pub(crate) fn find_location(map: &HeaderMap) -> Option<String> {
    let raw = map.get("location")?.as_bytes().trim_ascii();
    let mut location = String::with_capacity(raw.len());
    for byte in raw {
        match byte.is_ascii() {
            true => location.push(char::from(*byte)),
            false => location.push_str(&format!("%{byte:02X}")),
        }
    }
    (!location.is_empty()).then_some(location)
}

fn lower(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// UTF-8 where it is, else Latin-1, which every byte string is.
fn to_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}
