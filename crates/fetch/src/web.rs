//! The wire: HTTP/1.1 over TCP and TLS, to addresses that the policy allows. Knows no limit but
//! that of time and of headers.

use crate::config::{FetchConfig, Limits};
use crate::error::{FetchError, Stage};
use crate::fault::sort_fault;
use crate::headers;
use crate::resolve::{GuardedResolver, Lookup};
use crate::transport::{BodySource, Later, Opened, Transport};
use bytes::Bytes;
use chapar_model::{Headers, PageUrl};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a connection without work is kept for the next page of the same host.
const POOL_IDLE: Duration = Duration::from_secs(10);

/// The public web.
pub(crate) struct Web {
    client: reqwest::Client,
    /// By host, for those that are asked through a proxy.
    proxied: BTreeMap<String, reqwest::Client>,
    limits: Limits,
    begun: Instant,
}

impl Web {
    pub(crate) fn new(config: &FetchConfig, lookup: &Arc<dyn Lookup>) -> Result<Self, FetchError> {
        let client = build(config, lookup, None)?;
        let mut proxied = BTreeMap::new();
        for (host, manners) in &config.hosts {
            if let Some(proxy) = &manners.proxy {
                proxied.insert(host.clone(), build(config, lookup, Some(proxy))?);
            }
        }
        Ok(Self { client, proxied, limits: config.limits, begun: Instant::now() })
    }
}

fn build(
    config: &FetchConfig,
    lookup: &Arc<dyn Lookup>,
    proxy: Option<&str>,
) -> Result<reqwest::Client, FetchError> {
    let setup = |source| FetchError::Setup { source };
    let resolver = GuardedResolver { policy: config.policy.clone(), lookup: Arc::clone(lookup) };
    let proxy = proxy.map(reqwest::Proxy::all).transpose().map_err(setup)?;
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
        .pool_max_idle_per_host(config.per_host.max(1));
    let client = match proxy {
        Some(proxy) => client.proxy(proxy),
        None => client,
    };
    client.build().map_err(setup)
}

impl Transport for Web {
    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn open<'a>(
        &'a self,
        url: &'a PageUrl,
        request_headers: &'a Headers,
        form: Option<&'a str>,
        wait: Duration,
    ) -> Later<'a, Opened> {
        Box::pin(async move {
            let proxied = self.proxied.get(url.site());
            let client = proxied.unwrap_or(&self.client);
            let request = match form {
                Some(form) => client.post(url.as_url().clone()).body(form.to_owned()),
                None => client.get(url.as_url().clone()),
            };
            let sending = request.headers(headers::to_map(request_headers)).send();
            let response = match timeout(wait, sending).await {
                Ok(sent) => {
                    sent.map_err(|e| sort_fault(url, Stage::Headers, 0, e, &self.limits))?
                }
                Err(_) => {
                    let stage = Stage::Headers;
                    return Err(FetchError::TimedOut { url: url.clone(), stage, after: wait });
                }
            };
            // ": " and the line's end.
            let lines = response.headers().iter();
            let header_bytes =
                lines.map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
            Ok(Opened {
                status: response.status().as_u16(),
                headers: headers::from_map(response.headers()),
                header_bytes,
                location: headers::find_location(response.headers()),
                announced: response.content_length(),
                remote: response.remote_addr(),
                is_proxied: proxied.is_some(),
                body: Box::new(WebBody {
                    url: url.clone(),
                    response,
                    received: 0,
                    limits: self.limits,
                }),
            })
        })
    }
}

struct WebBody {
    url: PageUrl,
    response: reqwest::Response,
    received: usize,
    limits: Limits,
}

impl BodySource for WebBody {
    fn chunk(&mut self, wait: Duration) -> Later<'_, Option<Bytes>> {
        Box::pin(async move {
            let Ok(came) = timeout(wait, self.response.chunk()).await else {
                let (url, stage) = (self.url.clone(), Stage::Body);
                return Err(FetchError::TimedOut { url, stage, after: wait });
            };
            let chunk = came.map_err(|error| {
                sort_fault(&self.url, Stage::Body, self.received, error, &self.limits)
            })?;
            self.received += chunk.as_ref().map_or(0, Bytes::len);
            Ok(chunk)
        })
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
