//! The sample edition: its outlets served over HTTP on loopback, by the clock of the edition.

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use chapar_fetch::Clock;
use chapar_sample::World;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The sample edition's file, with the port it was written for.
const EDITION: &str = include_str!("../../../editions/sample.toml");
/// The port the edition's file names.
const PORT: u16 = 8391;

/// The invented outlets, waiting to be served.
pub(crate) struct Outlets {
    listener: TcpListener,
    /// The port they are served on.
    pub port: u16,
    /// The edition's file, with that port.
    pub edition: String,
}

/// Takes a port for the outlets: the usual one, or any that is free.
pub(crate) async fn listen() -> Result<Outlets> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = match TcpListener::bind(at(PORT)).await {
        Ok(listener) => listener,
        Err(_taken) => TcpListener::bind(at(0)).await.context("no port is free on loopback")?,
    };
    let port = listener.local_addr()?.port();
    let edition = EDITION.replace(&format!(":{PORT}"), &format!(":{port}"));
    Ok(Outlets { listener, port, edition })
}

struct Served {
    world: World,
    port: u16,
    clock: Arc<dyn Clock>,
}

/// Serves the outlets until `stop` turns true.
pub(crate) async fn serve(
    outlets: Outlets,
    clock: Arc<dyn Clock>,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let served = Arc::new(Served { world: World::embedded(), port: outlets.port, clock });
    let app = axum::Router::new().fallback(answer).with_state(served);
    axum::serve(outlets.listener, app)
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        })
        .await
        .context("the sample's outlets cannot be served")
}

async fn answer(State(served): State<Arc<Served>>, request: Request) -> Response {
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let host = headers.iter().find(|(name, _)| name == "host").map_or("", |(_, host)| host);
    let host_key = host.split(['.', ':']).next().unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let now = served.clock.now();
    let given = served.world.respond(
        &chapar_sample::Request { host_key, path, headers: &headers, port: served.port },
        now,
    );
    let mut response = Response::new(Body::from(given.body));
    *response.status_mut() =
        StatusCode::from_u16(given.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in given.headers {
        let pair = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        if let Some((name, value)) = pair {
            response.headers_mut().append(name, value);
        }
    }
    response
}
