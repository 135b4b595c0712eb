//! What the client is told once: who it is, how patient it is, how much it takes. Never reads the
//! environment or a file.

use crate::decode::DecodeLimits;
use crate::policy::AddressPolicy;
use chapar_model::Headers;
use std::collections::BTreeMap;
use std::time::Duration;

/// How the client behaves. [`FetchConfig::new`] gives manners that suit a public server.
#[derive(Debug, Clone)]
pub struct FetchConfig {
    /// Who asks, with an address or e-mail at which a publisher can complain:
    /// `Chapar/0.1 (+https://example.org/about)`.
    pub user_agent: String,
    /// How much is taken.
    pub limits: Limits,
    /// Who may be asked.
    pub policy: AddressPolicy,
    /// Pause between two requests to one host, by the clock.
    pub host_delay: Duration,
    /// Longest `Crawl-delay` that is obeyed; a longer one counts as this.
    pub crawl_delay_max: Duration,
    /// Longest that one request waits for its turn at a host before it is sent back as
    /// [`crate::FetchError::BackingOff`], by the clock.
    pub turn_wait_max: Duration,
    /// Requests to one host at a time.
    pub per_host: usize,
    /// Requests to all hosts at a time.
    pub at_once: usize,
    /// What is different towards single hosts, by name without `www.`.
    pub hosts: BTreeMap<String, HostManners>,
    /// Root certificates in DER that are trusted beside the bundled ones of the public web.
    pub extra_roots: Vec<Vec<u8>>,
}

impl FetchConfig {
    /// One request a host at a time, two seconds apart.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            limits: Limits::default(),
            policy: AddressPolicy::default(),
            host_delay: Duration::from_secs(2),
            crawl_delay_max: Duration::from_secs(60),
            turn_wait_max: Duration::from_secs(300),
            per_host: 1,
            at_once: 32,
            hosts: BTreeMap::new(),
            extra_roots: Vec::new(),
        }
    }

    /// The name that robots.txt files know us by: what stands before the version.
    pub(crate) fn product_token(&self) -> &str {
        let end = self.user_agent.find(|c: char| !(c.is_ascii_alphabetic() || "-_".contains(c)));
        self.user_agent.get(..end.unwrap_or(self.user_agent.len())).unwrap_or_default()
    }

    /// Whether the user agent names us and says where to complain.
    pub(crate) fn is_honest(&self) -> bool {
        let contact = ["http://", "https://", "@"];
        !self.product_token().is_empty()
            && self.user_agent.bytes().all(|b| (0x20..0x7f).contains(&b))
            && contact.iter().any(|mark| self.user_agent.contains(mark))
    }
}

/// What is different towards one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostManners {
    /// Pause between two requests, where it should be longer than the usual one.
    pub delay: Duration,
    /// Header lines that are added, such as a key, and not recorded. Who asks, and how, is not theirs
    /// to say.
    pub headers: Headers,
    /// The proxy to go through, `http://`, `https://` or `socks5h://`. It looks names up itself, so
    /// which address is asked is its own affair; the host it is for is named by whoever set it.
    pub proxy: Option<String>,
}

/// How much of anything one request may take. Times are real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Redirects that are followed.
    pub redirects_max: usize,
    /// Header lines of one response.
    pub headers_max: usize,
    /// Bytes of all header lines of one response.
    pub header_bytes_max: usize,
    /// Bytes of one body as received.
    pub body_bytes_max: usize,
    /// What decoding a body may yield.
    pub decode: DecodeLimits,
    /// Time for a connection to stand, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence while a body comes in.
    pub idle_timeout: Duration,
    /// Time for one `get` with all its redirects, waiting for turns aside.
    pub total_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            redirects_max: 5,
            headers_max: 200,
            header_bytes_max: 64 * 1024,
            body_bytes_max: 20 * 1024 * 1024,
            decode: DecodeLimits::default(),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(30),
        }
    }
}
