//! TLS with a certificate made for the test.

use crate::world::{AGENT, FakeClock, Reply, World};
use chapar_fetch::{
    AddressPolicy, FailureClass, FetchConfig, FetchError, FetchRequest, Fetched, Fetcher, Purpose,
    Stage,
};
use chapar_model::PageUrl;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls;

/// A server for `secure.localhost`: its port and its certificate.
async fn secure_server(response: String) -> (u16, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["secure.localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(response.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (port, certificate.to_vec())
}

/// Asks for what may be asked without robots.txt.
async fn ask(config: FetchConfig, url: &str) -> Result<Fetched, FetchError> {
    let fetcher = Fetcher::new(config, FakeClock::new()).unwrap();
    let url = PageUrl::parse(url).unwrap();
    fetcher.get(&FetchRequest::new(url, Purpose::Robots)).await
}

fn config(port: u16, roots: &[Vec<u8>]) -> FetchConfig {
    let policy = AddressPolicy::default().with_loopback(".localhost", port);
    FetchConfig { policy, extra_roots: roots.to_vec(), ..FetchConfig::new(AGENT) }
}

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello";

#[tokio::test]
async fn a_trusted_certificate_gives_a_page() {
    let (port, root) = secure_server(HELLO.to_owned()).await;
    let fetched = ask(config(port, &[root]), &format!("https://secure.localhost:{port}/")).await;
    assert!(matches!(fetched, Ok(Fetched::Fresh(response)) if response.body == "Hello"));
}

#[tokio::test]
async fn an_unknown_certificate_or_another_name_gives_none() {
    let (port, root) = secure_server(HELLO.to_owned()).await;
    let unknown = ask(config(port, &[]), &format!("https://secure.localhost:{port}/")).await;
    let other = ask(config(port, &[root]), &format!("https://other.localhost:{port}/")).await;
    for error in [unknown.unwrap_err(), other.unwrap_err()] {
        assert!(matches!(error, FetchError::Tls { .. }), "{error:?}");
        assert_eq!(error.class(), FailureClass::Soft);
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gives_none() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read_u8().await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let error = ask(config(port, &[]), &format!("https://daily.localhost:{port}/")).await;
    assert!(matches!(error, Err(FetchError::Tls { .. })), "{error:?}");
}

#[tokio::test]
async fn a_handshake_that_is_never_answered_times_out() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut config = config(port, &[]);
    config.limits.connect_timeout = Duration::from_millis(50);
    let error = ask(config, &format!("https://daily.localhost:{port}/")).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { stage: Stage::Connect, .. }), "{error:?}");
}

#[tokio::test]
async fn a_step_down_to_http_is_followed_and_is_no_move_for_good() {
    let world = World::new().await;
    world.on("daily/a", Reply::redirect(301, "/b")).on("daily/b", Reply::new(200, "", "x"));
    let to = world.address("daily/a");
    let response = format!("HTTP/1.1 301 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let (port, root) = secure_server(response).await;
    let mut config = config(port, &[root]);
    config.policy = config.policy.with_loopback(".localhost", world.port);
    let fetched = ask(config, &format!("https://secure.localhost:{port}/")).await.unwrap();
    let response = fetched.response().unwrap();
    assert_eq!(response.url, world.url("daily/b"));
    assert_eq!(response.moved_permanently, None);
}

#[tokio::test]
async fn a_step_up_to_https_is_a_move_for_good() {
    let (port, root) = secure_server(HELLO.to_owned()).await;
    let to = format!("https://secure.localhost:{port}/");
    let world = World::with(|with| {
        with.extra_roots = vec![root];
        with.policy = with.policy.clone().with_loopback(".localhost", port);
    })
    .await;
    world.on("daily/robots.txt", Reply::redirect(301, &to));
    let request = FetchRequest::new(world.url("daily/robots.txt"), Purpose::Robots);
    let fetched = world.fetcher.get(&request).await.unwrap();
    assert_eq!(fetched.response().unwrap().moved_permanently, Some(PageUrl::parse(&to).unwrap()));
}

#[test]
fn a_root_that_is_no_certificate_is_an_error() {
    let config = FetchConfig { extra_roots: vec![b"junk".to_vec()], ..FetchConfig::new(AGENT) };
    let made = Fetcher::new(config, FakeClock::new());
    assert!(matches!(made.err(), Some(FetchError::BadRoot { .. })));
}
