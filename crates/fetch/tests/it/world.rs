//! A web of one server, which answers any host under `.localhost`, and a clock that never waits.

use chapar_fetch::{
    AddressPolicy, Clock, FetchConfig, FetchError, FetchRequest, Fetched, Fetcher, Purpose,
};
use chapar_model::PageUrl;
use jiff::Timestamp;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) const AGENT: &str = "Chapar/0.1 (+https://chapar.example/about)";

/// Sleeping moves the hand of the clock and takes no time.
pub(crate) struct FakeClock {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl FakeClock {
    pub(crate) fn new() -> Arc<Self> {
        let start = "2023-07-31T08:00:00Z".parse().unwrap();
        Arc::new(Self { now: Mutex::new(start), slept: Mutex::default() })
    }

    pub(crate) fn advance(&self, duration: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.saturating_add(duration).unwrap();
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.advance(duration);
        self.slept.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Sends these bytes and hangs up.
    Bytes(Vec<u8>),
    /// Sends these bytes, then nothing more, and does not hang up.
    ThenSilence(Vec<u8>),
}

impl Reply {
    /// A whole response with a right length.
    pub(crate) fn new(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = format!("Content-Length: {}\r\n", body.len());
        Self::raw(format!("HTTP/1.1 {status} X\r\n{headers}{length}\r\n"), body)
    }

    /// Bytes as they are.
    pub(crate) fn raw(head: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        Self::Bytes([head.as_ref(), body.as_ref()].concat())
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, &format!("Location: {to}\r\n"), "")
    }
}

/// A server, a client and a clock.
pub(crate) struct World {
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) port: u16,
    server: Arc<Server>,
}

/// What the server has seen and is to say.
struct Server {
    asked: Mutex<Vec<String>>,
    replies: Mutex<Replies>,
    /// Requests read and not yet answered, by host.
    open: watch::Sender<HashMap<String, usize>>,
    most_open: Mutex<usize>,
    most_open_of_one: Mutex<usize>,
    held: watch::Sender<bool>,
}

/// By host without `.localhost` and path, each list to its last, which is repeated.
type Replies = HashMap<String, Vec<Reply>>;

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world whose client is set up by `adjust`.
    pub(crate) async fn with(adjust: impl FnOnce(&mut FetchConfig)) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Arc::new(Server::new());
        tokio::spawn(serve(listener, Arc::clone(&server)));
        let mut config = FetchConfig::new(AGENT);
        config.policy = AddressPolicy::default().with_loopback(".localhost", port);
        adjust(&mut config);
        let clock = FakeClock::new();
        let fetcher = Arc::new(Fetcher::new(config, clock.clone()).unwrap());
        Self { clock, fetcher, port, server }
    }

    /// Lets `place`, such as `daily/a?b`, answer so; said again, the answers follow one another.
    pub(crate) fn on(&self, place: &str, reply: Reply) -> &Self {
        self.server.replies.lock().unwrap().entry(place.to_owned()).or_default().push(reply);
        self
    }

    pub(crate) fn address(&self, place: &str) -> String {
        let (host, path) = place.split_once('/').unwrap();
        format!("http://{host}.localhost:{}/{path}", self.port)
    }

    pub(crate) fn url(&self, place: &str) -> PageUrl {
        PageUrl::parse(&self.address(place)).unwrap()
    }

    pub(crate) fn request(&self, place: &str) -> FetchRequest {
        FetchRequest::new(self.url(place), Purpose::Page)
    }

    pub(crate) async fn get(&self, place: &str) -> Result<Fetched, FetchError> {
        self.fetcher.get(&self.request(place)).await
    }

    /// Heads of all requests but those for robots.txt, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.server.asked.lock().unwrap();
        asked.iter().filter(|head| !head.starts_with("GET /robots.txt ")).cloned().collect()
    }

    /// How often a robots.txt was asked for.
    pub(crate) fn asked_robots(&self) -> usize {
        let asked = self.server.asked.lock().unwrap();
        asked.iter().filter(|head| head.starts_with("GET /robots.txt ")).count()
    }

    /// From now on requests are read and not answered.
    pub(crate) fn hold(&self) {
        self.server.held.send_replace(true);
    }

    /// Answers all that were held.
    pub(crate) fn release(&self) {
        self.server.held.send_replace(false);
    }

    /// Waits until so many requests have been read and not answered.
    pub(crate) async fn wait_for_held(&self, count: usize) {
        let mut open = self.server.open.subscribe();
        open.wait_for(|open| open.values().sum::<usize>() >= count).await.unwrap();
    }

    /// Most requests that were open at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        *self.server.most_open.lock().unwrap()
    }

    /// Most requests that were open at one time at one host.
    pub(crate) fn most_at_once_of_one_host(&self) -> usize {
        *self.server.most_open_of_one.lock().unwrap()
    }
}

impl Server {
    fn new() -> Self {
        Self {
            asked: Mutex::default(),
            replies: Mutex::default(),
            open: watch::channel(HashMap::new()).0,
            most_open: Mutex::default(),
            most_open_of_one: Mutex::default(),
            held: watch::channel(false).0,
        }
    }

    fn opened(&self, host: &str) {
        self.open.send_modify(|open| {
            *open.entry(host.to_owned()).or_default() += 1;
            let raise = |most: &Mutex<usize>, now: usize| {
                let mut most = most.lock().unwrap();
                *most = now.max(*most);
            };
            raise(&self.most_open, open.values().sum());
            raise(&self.most_open_of_one, open[host]);
        });
    }

    fn closed(&self, host: &str) {
        self.open.send_modify(|open| *open.get_mut(host).unwrap() -= 1);
    }

    fn next_reply(&self, place: &str) -> Reply {
        match self.replies.lock().unwrap().get_mut(place) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list[0].clone(),
            None => Reply::new(404, "", "nothing here"),
        }
    }
}

async fn serve(listener: TcpListener, server: Arc<Server>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&server)));
    }
}

async fn answer(mut stream: TcpStream, server: Arc<Server>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let place = place_of(&head);
    let host = place.split('/').next().unwrap();
    server.asked.lock().unwrap().push(head);
    server.opened(host);
    server.held.subscribe().wait_for(|held| !held).await.unwrap();
    let reply = server.next_reply(&place);
    // Before the answer is sent: the client may be back sooner than we are.
    server.closed(host);
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::ThenSilence(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Ends when the client hangs up.
            let _ = stream.read_u8().await;
        }
    }
}

fn place_of(head: &str) -> String {
    let path = head.split(' ').nth(1).unwrap();
    let host =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned));
    format!("{}{path}", host.unwrap().split('.').next().unwrap())
}
