//! From a host name to addresses that may be connected to. The HTTP client has no other way to
//! resolve a name, so what was checked is what is connected to, however often a name changes its
//! mind. Never hands out an address that the policy refuses.

use crate::policy::{AddressPolicy, Refusal};
use hickory_resolver::TokioResolver;
use hickory_resolver::net::NetError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use thiserror::Error;

/// Most addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;

/// Time that a name server has. With the attempts it stays below the usual time for a connection,
/// so that a name server which is silent is not taken for a publisher who is.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a name server is asked.
const ATTEMPTS_MAX: usize = 2;

/// Why a name gave no address to connect to.
#[derive(Debug, Clone, Error)]
pub(crate) enum ResolveError {
    /// Every address was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The name does not exist, or has no address.
    #[error("`{host}` has no address")]
    NoSuchHost { host: String },
    /// The publisher's name servers answer with an error.
    #[error("name servers of `{host}` answer with an error")]
    NameServer { host: String, source: NetError },
    /// Our own name server does not answer.
    #[error("no name server answers")]
    NoResolver { source: NetError },
}

pub(crate) type Found = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, ResolveError>> + Send>>;

/// Looks a name up. A seam for tests, which have no name server.
pub(crate) trait Lookup: Send + Sync {
    /// The addresses of `host`, unchecked.
    fn lookup(&self, host: String) -> Found;
}

/// The system's name servers, asked without blocking a thread.
///
/// Not `getaddrinfo`: that holds a thread that cannot be cancelled, and tells a dead name from a
/// dead cable only in prose.
#[derive(Default, Clone)]
pub(crate) struct SystemLookup {
    // Read on first use: an edition that asks loopback names alone needs no name server.
    resolver: Arc<OnceLock<TokioResolver>>,
}

impl SystemLookup {
    fn resolver(&self) -> Result<&TokioResolver, NetError> {
        if let Some(resolver) = self.resolver.get() {
            return Ok(resolver);
        }
        let mut builder = TokioResolver::builder_tokio()?;
        builder.options_mut().timeout = ANSWER_TIMEOUT;
        builder.options_mut().attempts = ATTEMPTS_MAX;
        let resolver = builder.build()?;
        Ok(self.resolver.get_or_init(|| resolver))
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, NetError> {
        // The closing dot keeps search domains of the local network out of it.
        let name = format!("{}.", host.trim_end_matches('.'));
        let found = self.resolver()?.lookup_ip(name).await?;
        Ok(found.iter().collect())
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> Found {
        let this = self.clone();
        Box::pin(async move {
            this.addresses(&host).await.map_err(|source| match source {
                source if source.is_no_records_found() => ResolveError::NoSuchHost { host },
                source @ NetError::Dns(_) => ResolveError::NameServer { host, source },
                source => ResolveError::NoResolver { source },
            })
        })
    }
}

/// The resolver of the HTTP client: looks up, then drops what the policy refuses.
pub(crate) struct GuardedResolver {
    pub(crate) policy: AddressPolicy,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl GuardedResolver {
    fn resolve_host(&self, host: String) -> Found {
        if self.policy.is_loopback_name(&host) {
            return Box::pin(std::future::ready(Ok(vec![Ipv4Addr::LOCALHOST.into()])));
        }
        let policy = self.policy.clone();
        let lookup = self.lookup.lookup(host.clone());
        Box::pin(async move {
            let mut found = lookup.await?;
            found.truncate(ADDRESSES_MAX);
            let allowed = policy.keep_allowed(&host, &found)?;
            match allowed.is_empty() {
                true => Err(ResolveError::NoSuchHost { host }),
                false => Ok(allowed),
            }
        })
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolving = self.resolve_host(name.as_str().to_ascii_lowercase());
        Box::pin(async move {
            // Port 0 stands for the one in the address that was asked.
            let allowed = resolving.await?.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(allowed) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
