//! What can go wrong on the way to a response. Answers of a publisher, "not found" among them, are
//! no errors: they are variants of [`crate::Fetched`].

use crate::policy::Refusal;
use chapar_model::{PageUrl, PageUrlError};
use hickory_resolver::net::NetError;
use jiff::Timestamp;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Whose fault a failure is, and whether asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureClass {
    /// Asking again gives the same, until somebody changes an address or a setting.
    Hard,
    /// The publisher's side is broken or unwilling; such things last hours or days.
    Soft,
    /// It may work in some minutes.
    Temporary,
    /// Our own network or name server: says nothing about the publisher.
    OurNetwork,
}

impl FailureClass {
    /// The name, as in JSON, SQL and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Temporary => "temporary",
            Self::OurNetwork => "our-network",
        }
    }

    /// Whether asking again soon may help.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Temporary | Self::OurNetwork)
    }
}

/// Where a request stood when its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No connection yet.
    Connect,
    /// Connected, no header yet.
    Headers,
    /// In the body.
    Body,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "for a connection",
            Self::Headers => "for headers",
            Self::Body => "for the body",
        })
    }
}

/// What the wire says of a fault.
pub type WireError = Box<dyn Error + Send + Sync>;

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The policy forbids the address.
    #[error("`{url}` is not asked")]
    Refused {
        /// The address, of a redirect perhaps.
        url: PageUrl,
        /// Why.
        source: Box<Refusal>,
    },
    /// The name does not exist.
    #[error("`{host}` has no address")]
    NoSuchHost {
        /// The name.
        host: String,
    },
    /// The publisher's name servers answer with an error.
    #[error("name servers of `{host}` answer with an error")]
    NameServer {
        /// The name.
        host: String,
        /// What they say.
        source: NetError,
    },
    /// Our name server does not answer.
    #[error("no name server answers for `{host}`")]
    NoResolver {
        /// The name.
        host: String,
        /// What was tried.
        source: NetError,
    },
    /// This machine has no way out.
    #[error("no network on the way to `{host}`")]
    NoNetwork {
        /// The host.
        host: String,
        /// What the system says.
        source: WireError,
    },
    /// The host does not take the connection, or drops it before it answers.
    #[error("no connection to `{host}`")]
    Connect {
        /// The host.
        host: String,
        /// What the system says.
        source: WireError,
    },
    /// No secure connection: a bad certificate, or no cipher in common.
    #[error("no secure connection to `{host}`")]
    Tls {
        /// The host.
        host: String,
        /// What was wrong.
        source: rustls::Error,
    },
    /// Over a time limit.
    #[error("`{url}` kept us waiting {stage} for over `{after:?}`")]
    TimedOut {
        /// The address.
        url: PageUrl,
        /// What was waited for.
        stage: Stage,
        /// The limit.
        after: Duration,
    },
    /// More redirects than are followed.
    #[error("`{url}` leads through more than `{limit}` redirects")]
    TooManyRedirects {
        /// The address asked first.
        url: PageUrl,
        /// The limit.
        limit: usize,
    },
    /// A redirect back to an address already asked.
    #[error("redirects lead back to `{url}`")]
    RedirectLoop {
        /// The address met twice.
        url: PageUrl,
    },
    /// A redirect to what is no address.
    #[error("`{url}` redirects to `{location}`")]
    BadRedirect {
        /// The address that redirects.
        url: PageUrl,
        /// What it gives, shortened.
        location: String,
        /// Why that is no address.
        source: Box<PageUrlError>,
    },
    /// Too many header lines, or too long ones.
    #[error("headers of `{url}` are over the limit of `{limit}` bytes or lines")]
    HeadersTooLarge {
        /// The address.
        url: PageUrl,
        /// The limit that was broken.
        limit: usize,
    },
    /// Too long a body.
    #[error("`{url}` sent or announced `{bytes}` bytes, the limit is `{limit}`")]
    BodyTooLarge {
        /// The address.
        url: PageUrl,
        /// Bytes announced, or received until we hung up.
        bytes: u64,
        /// The limit.
        limit: usize,
    },
    /// The connection ended before the body did.
    #[error("`{url}` broke off after `{received}` bytes")]
    Truncated {
        /// The address.
        url: PageUrl,
        /// Bytes that came.
        received: usize,
        /// What the connection says.
        source: WireError,
    },
    /// What came is not HTTP.
    #[error("`{url}` does not answer in HTTP")]
    Protocol {
        /// The address.
        url: PageUrl,
        /// What was wrong.
        source: WireError,
    },
    /// The host has asked for a pause, or too many requests wait for it already.
    #[error("`{host}` is left alone until `{until}`")]
    BackingOff {
        /// The host.
        host: String,
        /// When to ask again.
        until: Timestamp,
    },
    /// It cannot be known what robots.txt allows, so nothing is asked.
    #[error("`{robots}` is out of reach until `{until}`")]
    RobotsUnreachable {
        /// The address of robots.txt.
        robots: PageUrl,
        /// When it is asked again.
        until: Timestamp,
        /// Why.
        source: RobotsFault,
    },
    /// A header that a request may not set.
    #[error("`{name}` is no header that a request may carry")]
    BadHeader {
        /// Its name.
        name: String,
    },
    /// A user agent that hides who asks.
    #[error("user agent `{user_agent}` lacks a name, or an address at which to complain")]
    BadUserAgent {
        /// It.
        user_agent: String,
    },
    /// A root certificate that cannot be read.
    #[error("a root certificate cannot be read")]
    BadRoot {
        /// Why.
        source: rustls::Error,
    },
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Setup {
        /// Why.
        source: reqwest::Error,
    },
}

/// Why robots.txt could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RobotsFault {
    /// The server answers with an error.
    #[error("it answers with status `{0}`")]
    Status(u16),
    /// The server does not answer.
    #[error(transparent)]
    Fetch(Arc<FetchError>),
}

impl FetchError {
    pub(crate) fn refused(url: &PageUrl, source: Refusal) -> Self {
        Self::Refused { url: url.clone(), source: Box::new(source) }
    }

    pub(crate) fn bad_redirect(url: &PageUrl, location: &str, source: PageUrlError) -> Self {
        let location = location.chars().take(200).collect();
        Self::BadRedirect { url: url.clone(), location, source: Box::new(source) }
    }

    /// Whose fault it is, and whether asking again may help.
    pub fn class(&self) -> FailureClass {
        match self {
            Self::Refused { .. }
            | Self::NoSuchHost { .. }
            | Self::BadHeader { .. }
            | Self::BadUserAgent { .. }
            | Self::BadRoot { .. }
            | Self::Setup { .. } => FailureClass::Hard,
            Self::Tls { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectLoop { .. }
            | Self::BadRedirect { .. }
            | Self::HeadersTooLarge { .. }
            | Self::BodyTooLarge { .. }
            | Self::Protocol { .. } => FailureClass::Soft,
            Self::NameServer { .. }
            | Self::Connect { .. }
            | Self::TimedOut { .. }
            | Self::Truncated { .. }
            | Self::BackingOff { .. } => FailureClass::Temporary,
            Self::NoResolver { .. } | Self::NoNetwork { .. } => FailureClass::OurNetwork,
            Self::RobotsUnreachable { source, .. } => match source {
                RobotsFault::Status(_) => FailureClass::Temporary,
                RobotsFault::Fetch(error) => error.class(),
            },
        }
    }

    /// Whether asking again soon may help.
    pub fn is_transient(&self) -> bool {
        self.class().is_transient()
    }

    /// When to ask again, where that is known.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::BackingOff { until, .. } | Self::RobotsUnreachable { until, .. } => Some(*until),
            _ => None,
        }
    }
}
