//! Names that change their mind.

use super::*;
use crate::clock::FakeClock;
use crate::fetched::{FetchRequest, Purpose};
use crate::{FailureClass, FetchConfig, FetchError, Fetcher};
use chapar_model::PageUrl;
use std::net::TcpListener;
use std::sync::Mutex;

/// Gives one list of addresses after the other, then none.
struct Script(Mutex<Vec<Result<Vec<IpAddr>, ResolveError>>>);

impl Script {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |ips: &&[&str]| Ok(ips.iter().map(|ip| ip.parse().unwrap()).collect());
        Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
    }

    fn failing(error: ResolveError) -> Arc<Self> {
        Arc::new(Self(Mutex::new(vec![Err(error)])))
    }
}

impl Lookup for Script {
    fn lookup(&self, _: String) -> Found {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.is_empty() { Ok(Vec::new()) } else { answers.remove(0) };
        Box::pin(std::future::ready(answer))
    }
}

fn guarded(lookup: Arc<Script>) -> GuardedResolver {
    let policy = AddressPolicy::default().with_loopback(".localhost", 4000);
    GuardedResolver { policy, lookup }
}

async fn resolve(resolver: &GuardedResolver, host: &str) -> Result<Vec<String>, String> {
    let found = resolver.resolve_host(host.to_owned()).await;
    found.map(|ips| ips.iter().map(IpAddr::to_string).collect()).map_err(|e| e.to_string())
}

async fn get(lookup: Arc<Script>, url: &str, port: u16) -> FetchError {
    let mut config = FetchConfig::new("Chapar/0.1 (+https://chapar.example/about)");
    config.policy = AddressPolicy::default().with_port(port);
    let lookup: Arc<dyn Lookup> = lookup;
    let fetcher = Fetcher::with_lookup(config, FakeClock::new(), &lookup).unwrap();
    let request = FetchRequest::new(PageUrl::parse(url).unwrap(), Purpose::Page);
    fetcher.get(&request).await.unwrap_err()
}

#[tokio::test]
async fn a_name_that_turns_private_is_refused_from_then_on() {
    let resolver = guarded(Script::new(&[&["8.8.8.8"], &["127.0.0.1"], &["10.0.0.1", "::1"]]));
    assert_eq!(resolve(&resolver, "daily.example").await.unwrap(), ["8.8.8.8"]);
    for ip in ["127.0.0.1", "10.0.0.1"] {
        let error = resolve(&resolver, "daily.example").await.unwrap_err();
        assert!(error.starts_with(&format!("`daily.example` is at `{ip}`")), "{error}");
    }
}

#[tokio::test]
async fn private_addresses_among_public_ones_are_never_handed_out() {
    let resolver = guarded(Script::new(&[&["192.168.0.1", "8.8.8.8", "::ffff:127.0.0.1"]]));
    assert_eq!(resolve(&resolver, "daily.example").await.unwrap(), ["8.8.8.8"]);
}

#[tokio::test]
async fn addresses_past_the_limit_are_not_tried() {
    let many = vec!["8.8.8.8"; ADDRESSES_MAX + 5];
    let resolver = guarded(Script::new(&[&many]));
    assert_eq!(resolve(&resolver, "daily.example").await.unwrap().len(), ADDRESSES_MAX);
}

#[tokio::test]
async fn a_loopback_name_is_never_looked_up() {
    let resolver = guarded(Script::new(&[&["8.8.8.8"]]));
    assert_eq!(resolve(&resolver, "daily.localhost").await.unwrap(), ["127.0.0.1"]);
    assert_eq!(resolve(&resolver, "localhost.evil.example").await.unwrap(), ["8.8.8.8"]);
}

#[tokio::test]
async fn a_name_without_addresses_does_not_exist() {
    let error = resolve(&guarded(Script::new(&[&[]])), "daily.example").await.unwrap_err();
    assert_eq!(error, "`daily.example` has no address");
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_and_not_connected_to() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://rebind.example:{port}/");
    for scheme in ["http", "https"] {
        let url = url.replace("http", scheme);
        let error = get(Script::new(&[&["127.0.0.1"]]), &url, port).await;
        assert!(matches!(error, FetchError::Refused { .. }), "{error:?}");
        assert_eq!(error.class(), FailureClass::Hard);
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn faults_of_name_servers_keep_their_kind() {
    let host = || "daily.example".to_owned();
    let source = NetError::Timeout;
    let table = [
        (ResolveError::NoSuchHost { host: host() }, FailureClass::Hard),
        (
            ResolveError::NameServer { host: host(), source: source.clone() },
            FailureClass::Temporary,
        ),
        (ResolveError::NoResolver { source }, FailureClass::OurNetwork),
    ];
    for (error, class) in table {
        let found = get(Script::failing(error.clone()), "https://daily.example/", 4000).await;
        assert_eq!(found.class(), class, "{error}: {found:?}");
    }
}
