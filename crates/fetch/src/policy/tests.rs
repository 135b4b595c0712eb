//! Addresses that must not be asked, each with the reason that is given.

use super::*;
use proptest::prelude::*;

fn refusal(policy: &AddressPolicy, raw: &str) -> Option<Refusal> {
    policy.check_url(&PageUrl::parse(raw).unwrap()).err()
}

#[track_caller]
fn check(raw: &str, reason: &str) {
    let refusal = refusal(&AddressPolicy::default(), raw);
    let said = refusal.map_or("allowed".to_owned(), |refusal| refusal.to_string());
    assert!(said.ends_with(reason), "{raw}: {said}");
}

#[test]
fn hostile_addresses_are_refused_and_the_reason_named() {
    let kinds: [(AddressKind, &[&str]); 17] = [
        (AddressKind::ThisNetwork, &["0.0.0.0", "0.1.2.3", "0", "0x0", "[::]"]),
        (
            AddressKind::Loopback,
            &[
                "127.0.0.1",
                "127.1",
                "127.255.255.254",
                "127.0.0.1.",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "017700000001",
                "0x7F.1",
                "１２７.0.0.1",
                "127。0。0。1",
                "%31%32%37.0.0.1",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[64:ff9b::7f00:1]",
            ],
        ),
        (
            AddressKind::Private,
            &[
                "10.0.0.1",
                "10.255.255.255",
                "012.0.0.1",
                "0xa000001",
                "167772161",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "192.168.1",
                "3232235777",
                "0xc0a80101",
                "[64:ff9b::10.0.0.1]",
                "[64:ff9b::c0a8:101]",
            ],
        ),
        (AddressKind::CarrierNat, &["100.64.0.1", "100.127.255.255", "100.100.100.200"]),
        (
            AddressKind::LinkLocal,
            &[
                "169.254.169.254",
                "169.254.0.1",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "[fe80::1]",
                "[febf::1]",
                "[64:ff9b::a9fe:a9fe]",
            ],
        ),
        (AddressKind::CloudService, &["168.63.129.16"]),
        (
            AddressKind::ProtocolAssignment,
            &["192.0.0.1", "192.0.0.192", "[2001::1]", "[2001:0:4136:e378::1]", "[2001:20::1]"],
        ),
        (
            AddressKind::Documentation,
            &[
                "192.0.2.1",
                "198.51.100.7",
                "203.0.113.255",
                "233.252.0.1",
                "[2001:db8::1]",
                "[3fff::1]",
            ],
        ),
        (AddressKind::SixToFour, &["192.88.99.1", "[2002:7f00:1::]", "[2002:808:808::1]"]),
        (AddressKind::Benchmarking, &["198.18.0.1", "198.19.255.255"]),
        (AddressKind::Multicast, &["224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff0e::1]"]),
        (AddressKind::Reserved, &["240.0.0.1", "255.255.255.254"]),
        (AddressKind::Broadcast, &["255.255.255.255", "4294967295"]),
        (
            AddressKind::EmbeddedV4,
            &[
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::ffff:8.8.8.8]",
                "[::127.0.0.1]",
                "[::a9fe:a9fe]",
                "[::ffff:0:10.0.0.1]",
            ],
        ),
        (AddressKind::LocalNat64, &["[64:ff9b:1::7f00:1]", "[64:ff9b:1:2::1]"]),
        (AddressKind::UniqueLocal, &["[fc00::1]", "[fd00:ec2::254]", "[fdff::1]", "[fec0::1]"]),
        (
            AddressKind::NotGlobalUnicast,
            &["[100::1]", "[64:ff9a::1]", "[4000::1]", "[5f00::1]", "[1::1]", "[e000::1]"],
        ),
    ];
    for (kind, hosts) in kinds {
        for host in hosts {
            check(&format!("http://{host}/"), kind.as_str());
            check(&format!("https://user:pass@{host}/x?y"), kind.as_str());
        }
    }
    let count: usize = kinds.iter().map(|(_, hosts)| hosts.len()).sum();
    assert!(count >= 60, "{count}");
}

#[test]
fn names_of_local_networks_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "daily.localhost",
        "printer",
        "printer.local",
        "db.internal",
        "metadata.google.internal",
        "wiki.intranet",
        "router.home.arpa",
        "box.localdomain",
        "ｌocalhost",
    ] {
        check(&format!("http://{host}/"), "is a name of a local network");
    }
}

#[test]
fn only_ports_of_web_servers_are_asked() {
    for port in [80, 443, 8080, 8443] {
        check(&format!("http://daily.example:{port}/"), "allowed");
    }
    for port in [0, 21, 22, 25, 53, 6379, 11211, 5432, 9200, 65535] {
        check(&format!("http://daily.example:{port}/"), "is not one that pages are fetched from");
    }
    check("http://8.8.8.8:22/", "is not one that pages are fetched from");
    let policy = AddressPolicy::default().with_port(8000);
    assert_eq!(refusal(&policy, "http://daily.example:8000/"), None);
    assert!(refusal(&policy, "http://127.0.0.1:8000/").is_some());
}

#[test]
fn public_addresses_are_allowed() {
    for host in [
        "daily.example",
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "[2606:4700::1111]",
        "[2a00:1450:4001::1]",
        "[64:ff9b::808:808]",
        "خبر.example",
    ] {
        check(&format!("https://{host}/"), "allowed");
    }
}

#[test]
fn the_loopback_exception_is_for_its_names_and_port_alone() {
    let policy = AddressPolicy::default().with_loopback(".localhost", 4000);
    for raw in [
        "http://daily.localhost:4000/",
        "http://DAILY.LocalHost:4000/",
        "http://a.b.localhost:4000/",
        "http://daily.localhost.:4000/",
        "https://daily.localhost:4000/",
    ] {
        assert_eq!(refusal(&policy, raw), None, "{raw}");
    }
    for raw in [
        "http://daily.localhost/",
        "http://daily.localhost:4001/",
        "http://localhost:4000/",
        "http://127.0.0.1:4000/",
        "http://[::1]:4000/",
        "http://notlocalhost:4000/",
        "http://daily.example:4000/",
    ] {
        assert!(refusal(&policy, raw).is_some(), "{raw}");
    }
}

#[test]
fn an_empty_suffix_opens_nothing() {
    let policy = AddressPolicy::default().with_loopback("", 4000);
    for raw in ["http://daily.example:4000/", "http://daily.example.:4000/"] {
        assert!(refusal(&policy, raw).is_some(), "{raw}");
    }
}

#[test]
fn of_mixed_addresses_only_public_ones_are_kept() {
    let ips = |all: &[&str]| all.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
    let policy = AddressPolicy::default();
    let found = ips(&["127.0.0.1", "8.8.8.8", "::1", "2606:4700::1"]);
    let kept = policy.keep_allowed("daily.example", &found).unwrap();
    assert_eq!(kept, ips(&["8.8.8.8", "2606:4700::1"]));
    let refusal = policy.keep_allowed("daily.example", &ips(&["10.0.0.1", "::1"])).unwrap_err();
    assert_eq!(refusal.to_string(), "`daily.example` is at `10.0.0.1`, a private address");
}

proptest! {
    #[test]
    fn every_spelling_of_an_address_gets_one_answer(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = ip.octets();
        let expect = find_special(ip.into()).is_some();
        for host in [
            ip.to_string(),
            bits.to_string(),
            format!("0x{bits:x}"),
            format!("0{bits:o}"),
            format!("0x{a:x}.0{b:o}.{}", u16::from_be_bytes([c, d])),
            format!("[64:ff9b::{ip}]"),
        ] {
            let refused = refusal(&AddressPolicy::default(), &format!("http://{host}/"));
            prop_assert_eq!(refused.is_some(), expect, "{}", host);
        }
    }

    #[test]
    fn no_embedded_address_gets_through_but_by_the_public_translator(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        for host in [format!("::ffff:{ip}"), format!("::{ip}"), format!("64:ff9b:1::{ip}")] {
            prop_assert!(find_special(host.parse::<std::net::Ipv6Addr>().unwrap().into()).is_some());
        }
    }

    #[test]
    fn what_the_standard_library_calls_private_is_refused(bits: u32, low: u128) {
        let v4 = Ipv4Addr::from_bits(bits);
        if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
            || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified()
        {
            prop_assert!(find_special(v4.into()).is_some(), "{}", v4);
        }
        let v6 = std::net::Ipv6Addr::from_bits(low);
        if v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_multicast()
            || v6.is_loopback() || v6.is_unspecified()
        {
            prop_assert!(find_special(v6.into()).is_some(), "{}", v6);
        }
    }

    #[test]
    fn no_string_makes_the_check_panic(host in "\\PC{0,30}", port: u16) {
        let policy = AddressPolicy::default().with_loopback(".localhost", 4000);
        if let Ok(url) = PageUrl::parse(&format!("http://{host}:{port}/")) {
            let _ = policy.check_url(&url);
        }
    }
}
