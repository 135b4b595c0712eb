//! What is asked for and what comes of it. Plain values: nothing here touches the network.

use crate::decode::{DecodeError, DecodeLimits, decode_body};
use crate::error::FailureClass;
use bytes::Bytes;
use chapar_model::{Headers, PageUrl};
use jiff::Timestamp;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

/// What an address is asked for: decides the `Accept` header, and that robots.txt itself needs
/// nobody's leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A feed.
    Feed,
    /// A page to read.
    Page,
    /// A sitemap.
    Sitemap,
    /// A robots.txt.
    Robots,
    /// A page that may name feeds, or a feed.
    Discovery,
    /// A hub that a feed names for subscribing to it: robots.txt is for what robots find by
    /// themselves.
    Hub,
}

/// What a server gave to tell whether its document has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, as received.
    pub etag: Option<String>,
    /// `Last-Modified`, as received.
    pub last_modified: Option<String>,
}

impl Validators {
    /// The validators of a response; `None` when it has neither.
    pub fn of(headers: &Headers) -> Option<Self> {
        let value = |name| headers.get(name).map(str::to_owned);
        let this = Self { etag: value("etag"), last_modified: value("last-modified") };
        (this != Self::default()).then_some(this)
    }
}

/// One thing to fetch.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// The address.
    pub url: PageUrl,
    /// What the last response gave, to be spared an unchanged body.
    pub validators: Option<Validators>,
    /// What it is for.
    pub purpose: Purpose,
    /// More headers, sent to the first origin only.
    pub headers: Headers,
    /// Pause after this request at its host, where it should be longer than the usual one.
    pub delay: Option<Duration>,
    /// A form to send, as `name=value&name=value`: makes the request a POST.
    pub form: Option<String>,
}

impl FetchRequest {
    /// A plain request.
    pub fn new(url: PageUrl, purpose: Purpose) -> Self {
        Self {
            url,
            validators: None,
            purpose,
            headers: Headers::default(),
            delay: None,
            form: None,
        }
    }

    /// A form to send to a hub.
    pub fn to_hub(url: PageUrl, fields: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            form.append_pair(name, value);
        }
        Self { form: Some(form.finish()), ..Self::new(url, Purpose::Hub) }
    }
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Its status.
    pub status: u16,
    /// Where it leads.
    pub to: PageUrl,
}

/// One response, its body as received.
#[derive(Debug, Clone)]
pub struct Response {
    /// The address that answered, after redirects.
    pub url: PageUrl,
    /// The address that was asked first.
    pub asked: PageUrl,
    /// The redirects between the two.
    pub redirects: Vec<Hop>,
    /// Where the asked address has moved for good: the end of the unbroken run of permanent
    /// redirects that the chain begins with.
    pub moved_permanently: Option<PageUrl>,
    /// HTTP status.
    pub status: u16,
    /// Header lines without those that describe the connection.
    pub headers: Headers,
    /// The body with its `Content-Encoding` still on, without its `Transfer-Encoding`.
    pub body: Bytes,
    /// When the last byte came.
    pub fetched: Timestamp,
    /// Who answered.
    pub remote: SocketAddr,
    /// Header lines that we sent.
    pub request_headers: Headers,
}

impl Response {
    /// The body with its `Content-Encoding` taken off.
    pub fn decoded(&self, limits: DecodeLimits) -> Result<Cow<'_, [u8]>, DecodeError> {
        decode_body(&self.headers, &self.body, limits)
    }
}

/// What came of a request.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// A body.
    Fresh(Box<Response>),
    /// The document is as it was; the response has headers only.
    NotModified(Box<Response>),
    /// Not there (404), or no longer there (410).
    Gone {
        /// Which of them.
        status: u16,
        /// What the server says about it.
        response: Box<Response>,
    },
    /// robots.txt forbids the address. It was not asked.
    Disallowed {
        /// The address, of a redirect perhaps.
        url: PageUrl,
        /// The rule, as printed there.
        rule: String,
    },
    /// Another status that is no success.
    HttpError {
        /// The status.
        status: u16,
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
        /// What it says.
        response: Box<Response>,
    },
}

impl Fetched {
    /// Whose fault it is that there is no document; `None` when there is one.
    pub fn failure(&self) -> Option<FailureClass> {
        match self {
            Self::Fresh(_) | Self::NotModified(_) => None,
            Self::Gone { status: 410, .. } | Self::Disallowed { .. } => Some(FailureClass::Hard),
            Self::HttpError { status: 408 | 425 | 429 | 500.., .. } => {
                Some(FailureClass::Temporary)
            }
            Self::Gone { .. } | Self::HttpError { .. } => Some(FailureClass::Soft),
        }
    }

    /// The response, where the address was asked.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Fresh(response)
            | Self::NotModified(response)
            | Self::Gone { response, .. }
            | Self::HttpError { response, .. } => Some(response),
            Self::Disallowed { .. } => None,
        }
    }
}
