//! Which IP addresses are not on the public internet, and why. Knows nothing of names or ports.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is that is not a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressKind {
    /// No address at all: `0.0.0.0/8`, `::`.
    ThisNetwork,
    /// The machine itself: `127.0.0.0/8`, `::1`.
    Loopback,
    /// A private network: `10/8`, `172.16/12`, `192.168/16`.
    Private,
    /// Behind a carrier's address translation: `100.64.0.0/10`.
    CarrierNat,
    /// One cable or cell: `169.254.0.0/16`, `fe80::/10`. Cloud metadata services live here.
    LinkLocal,
    /// A service that a cloud shows to its own machines under a public number.
    CloudService,
    /// Set aside for protocols: `192.0.0.0/24`, `2001::/23` and Teredo in it.
    ProtocolAssignment,
    /// For examples in texts: `192.0.2.0/24`, `2001:db8::/32` and their like.
    Documentation,
    /// IPv6 carried over IPv4: `192.88.99.0/24`, `2002::/16`.
    SixToFour,
    /// For measuring devices: `198.18.0.0/15`.
    Benchmarking,
    /// Many receivers: `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Never given out: `240.0.0.0/4`.
    Reserved,
    /// Everybody on the wire: `255.255.255.255`.
    Broadcast,
    /// An IPv4 address in IPv6 clothes: `::ffff:0:0/96`, `::/96`, `::ffff:0:0:0/96`.
    EmbeddedV4,
    /// Translation inside one network: `64:ff9b:1::/48`.
    LocalNat64,
    /// A private IPv6 network: `fc00::/7`, and `fec0::/10` of old.
    UniqueLocal,
    /// Outside `2000::/3`, from which public IPv6 addresses are given out.
    NotGlobalUnicast,
}

impl AddressKind {
    /// The kind in words, as messages print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThisNetwork => "an unspecified address",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::CarrierNat => "an address behind a carrier's translation",
            Self::LinkLocal => "a link-local address",
            Self::CloudService => "an address of a cloud's inner service",
            Self::ProtocolAssignment => "an address set aside for protocols",
            Self::Documentation => "an address for documentation",
            Self::SixToFour => "a 6to4 address",
            Self::Benchmarking => "an address for benchmarks",
            Self::Multicast => "a multicast address",
            Self::Reserved => "a reserved address",
            Self::Broadcast => "the broadcast address",
            Self::EmbeddedV4 => "an IPv4 address written as IPv6",
            Self::LocalNat64 => "an address of a local translator",
            Self::UniqueLocal => "a private IPv6 address",
            Self::NotGlobalUnicast => "no global unicast address",
        }
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What keeps `ip` from being public; `None` for a public address.
pub fn find_special(ip: IpAddr) -> Option<AddressKind> {
    match ip {
        IpAddr::V4(ip) => find_special_v4(ip),
        IpAddr::V6(ip) => find_special_v6(ip),
    }
}

// The IANA special-purpose registries (RFC 6890 and its updates), all but the blocks that are
// marked globally reachable, and 168.63.129.16, under which one cloud answers its own machines.
// The first match decides, so narrow blocks stand before wide ones.
const V4: [(Ipv4Addr, u32, AddressKind); 18] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, AddressKind::ThisNetwork),
    (Ipv4Addr::new(10, 0, 0, 0), 8, AddressKind::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, AddressKind::CarrierNat),
    (Ipv4Addr::new(127, 0, 0, 0), 8, AddressKind::Loopback),
    (Ipv4Addr::new(168, 63, 129, 16), 32, AddressKind::CloudService),
    (Ipv4Addr::new(169, 254, 0, 0), 16, AddressKind::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, AddressKind::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, AddressKind::ProtocolAssignment),
    (Ipv4Addr::new(192, 0, 2, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(192, 88, 99, 0), 24, AddressKind::SixToFour),
    (Ipv4Addr::new(192, 168, 0, 0), 16, AddressKind::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, AddressKind::Benchmarking),
    (Ipv4Addr::new(198, 51, 100, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(233, 252, 0, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, AddressKind::Multicast),
    (Ipv4Addr::BROADCAST, 32, AddressKind::Broadcast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, AddressKind::Reserved),
];

const V6: [(Ipv6Addr, u32, AddressKind); 14] = [
    (Ipv6Addr::UNSPECIFIED, 128, AddressKind::ThisNetwork),
    (Ipv6Addr::LOCALHOST, 128, AddressKind::Loopback),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, AddressKind::EmbeddedV4),
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, AddressKind::EmbeddedV4),
    (Ipv6Addr::UNSPECIFIED, 96, AddressKind::EmbeddedV4),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, AddressKind::LocalNat64),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, AddressKind::Documentation),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, AddressKind::ProtocolAssignment),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, AddressKind::SixToFour),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, AddressKind::Documentation),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, AddressKind::UniqueLocal),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::UniqueLocal),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, AddressKind::Multicast),
];

// 64:ff9b::/96 is how a machine without IPv4 reaches the IPv4 internet (RFC 6052), so it is as
// public as the address inside.
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);
const GLOBAL_UNICAST: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);

fn find_special_v4(ip: Ipv4Addr) -> Option<AddressKind> {
    let bits = ip.to_bits();
    let within = |net: Ipv4Addr, prefix: u32| (bits ^ net.to_bits()) >> (32 - prefix) == 0;
    V4.iter().find(|(net, prefix, _)| within(*net, *prefix)).map(|(_, _, kind)| *kind)
}

fn find_special_v6(ip: Ipv6Addr) -> Option<AddressKind> {
    let bits = ip.to_bits();
    let within = |net: Ipv6Addr, prefix: u32| (bits ^ net.to_bits()) >> (128 - prefix) == 0;
    if within(NAT64, 96) {
        let [.., a, b, c, d] = ip.octets();
        return find_special_v4(Ipv4Addr::new(a, b, c, d));
    }
    let special = V6.iter().find(|(net, prefix, _)| within(*net, *prefix));
    match special {
        Some((_, _, kind)) => Some(*kind),
        None if within(GLOBAL_UNICAST, 3) => None,
        None => Some(AddressKind::NotGlobalUnicast),
    }
}
