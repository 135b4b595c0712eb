//! Where the network may be reached at all: public addresses, a few ports, and an exception for
//! the loopback names of a sample. Never resolves a name itself.

use crate::address::{AddressKind, find_special};
use chapar_model::PageUrl;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use thiserror::Error;
use url::Host;

/// Ports that web servers of publishers answer on.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Endings of names that mean this machine or this network (RFC 6761, 6762, 8375 and custom).
const LOCAL_SUFFIXES: [&str; 6] =
    [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".home.arpa"];

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The host is, or resolves to, an address that is not public.
    #[error("`{host}` is at `{ip}`, {kind}")]
    Address {
        /// The host as asked.
        host: String,
        /// Its address.
        ip: IpAddr,
        /// What keeps it from being public.
        kind: AddressKind,
    },
    /// A port that no publisher uses.
    #[error("port `{port}` of `{host}` is not one that pages are fetched from")]
    Port {
        /// The host as asked.
        host: String,
        /// The port.
        port: u16,
    },
    /// A name that means something in one network only.
    #[error("`{host}` is a name of a local network")]
    LocalName {
        /// The host as asked.
        host: String,
    },
}

/// Names under which this machine itself may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loopback {
    suffix: String,
    port: u16,
}

/// Which hosts and ports may be asked. By default only public ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPolicy {
    ports: Vec<u16>,
    loopback: Vec<Loopback>,
}

impl Default for AddressPolicy {
    fn default() -> Self {
        Self { ports: PORTS.to_vec(), loopback: Vec::new() }
    }
}

impl AddressPolicy {
    /// Also lets hosts under `suffix` (such as `.localhost`) be asked on `port`: they are taken to
    /// be 127.0.0.1 and never looked up. Everything else stays refused.
    pub fn with_loopback(mut self, suffix: &str, port: u16) -> Self {
        let suffix = format!(".{}", suffix.trim_matches('.').to_ascii_lowercase());
        self.loopback.push(Loopback { suffix, port });
        self
    }

    /// Also lets public hosts be asked on `port`.
    pub fn with_port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Checks all that can be told before the name is resolved.
    pub fn check_url(&self, url: &PageUrl) -> Result<(), Refusal> {
        let host = || url.host().to_owned();
        let port = url.as_url().port_or_known_default().unwrap_or_default();
        match url.as_url().host() {
            Some(Host::Domain(name)) if self.is_loopback_name(name) => {
                return match self.loopback_ports(name).any(|allowed| allowed == port) {
                    true => Ok(()),
                    false => Err(Refusal::Port { host: host(), port }),
                };
            }
            Some(Host::Domain(name)) if is_local_name(name) => {
                return Err(Refusal::LocalName { host: host() });
            }
            Some(Host::Domain(_)) => {}
            Some(Host::Ipv4(ip)) => check_address(url.host(), ip.into())?,
            Some(Host::Ipv6(ip)) => check_address(url.host(), ip.into())?,
            None => return Err(Refusal::LocalName { host: host() }),
        }
        match self.ports.contains(&port) {
            true => Ok(()),
            false => Err(Refusal::Port { host: host(), port }),
        }
    }

    /// Keeps those addresses of `host` that may be connected to; the first refusal when none may.
    pub fn keep_allowed(&self, host: &str, found: &[IpAddr]) -> Result<Vec<IpAddr>, Refusal> {
        let mut refused = None;
        let mut allowed = Vec::with_capacity(found.len());
        for ip in found {
            match check_address(host, *ip) {
                Ok(()) => allowed.push(*ip),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        match refused {
            Some(refusal) if allowed.is_empty() => Err(refusal),
            _ => Ok(allowed),
        }
    }

    /// Checks the peer that was in fact reached, as a last line of defense.
    pub(crate) fn check_peer(&self, url: &PageUrl, peer: SocketAddr) -> Result<(), Refusal> {
        if self.is_loopback_name(url.host()) && peer.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Ok(());
        }
        check_address(url.host(), peer.ip())
    }

    /// Whether `host` falls under an exception and so means 127.0.0.1.
    pub(crate) fn is_loopback_name(&self, host: &str) -> bool {
        self.loopback_ports(host).next().is_some()
    }

    fn loopback_ports(&self, host: &str) -> impl Iterator<Item = u16> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let under = move |suffix: &str| host.len() > suffix.len() && host.ends_with(suffix);
        self.loopback.iter().filter(move |names| under(&names.suffix)).map(|names| names.port)
    }
}

/// Whether a name can only mean something inside one network. No publisher sits right below the
/// root, so a name without a dot is one of these.
fn is_local_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    !host.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

fn check_address(host: &str, ip: IpAddr) -> Result<(), Refusal> {
    match find_special(ip) {
        Some(kind) => Err(Refusal::Address { host: host.to_owned(), ip, kind }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
