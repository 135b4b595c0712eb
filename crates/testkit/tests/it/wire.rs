//! A wire that answers from a table, and a newsroom that hangs on it.

use bytes::Bytes;
use chapar_fetch::{BodySource, FetchConfig, Fetcher, Later, Opened, Transport};
use chapar_model::{Headers, PageUrl};
use chapar_pipeline::{Context, Edition};
use chapar_store::{OpenMode, Store};
use chapar_testkit::FakeClock;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Status, type and body of an answer.
pub(crate) type Answer = (u16, &'static str, String);

/// What is answered, and what was sent and asked.
pub(crate) struct Wire {
    pub(crate) answer: fn(&PageUrl, Option<&str>) -> Answer,
    pub(crate) forms: Mutex<Vec<String>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Wire {
    pub(crate) fn new(answer: fn(&PageUrl, Option<&str>) -> Answer) -> Arc<Self> {
        Arc::new(Self { answer, forms: Mutex::default(), asked: Mutex::default() })
    }
}

struct Whole(Option<Bytes>);

impl BodySource for Whole {
    fn chunk(&mut self, _: Duration) -> Later<'_, Option<Bytes>> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

impl Transport for Wire {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn open<'a>(
        &'a self,
        url: &'a PageUrl,
        _: &'a Headers,
        form: Option<&'a str>,
        _: Duration,
    ) -> Later<'a, Opened> {
        self.asked.lock().unwrap().push(url.to_string());
        self.forms.lock().unwrap().extend(form.map(str::to_owned));
        let (status, mime, body) = (self.answer)(url, form);
        let link =
            "<https://hub.example/>; rel=hub, <https://courier.example/feed.xml>; rel=\"self\"";
        let opened = Opened {
            status,
            headers: Headers(vec![
                ("content-type".into(), mime.into()),
                ("link".into(), link.into()),
            ]),
            header_bytes: 100,
            location: None,
            announced: None,
            is_proxied: false,
            remote: Some("93.184.215.14:443".parse().unwrap()),
            body: Box::new(Whole(Some(body.into()))),
        };
        Box::pin(std::future::ready(Ok(opened)))
    }
}

/// A newsroom that follows one source with one feed.
pub(crate) async fn newsroom(
    dir: &Path,
    wire: &Arc<Wire>,
    clock: &Arc<FakeClock>,
    public: Option<&str>,
) -> Context {
    let feed = "feeds = [\"https://courier.example/feed.xml\"]\nall_in = true\n";
    newsroom_of(dir, wire, clock, public, feed).await
}

/// A newsroom that follows one source, of which some lines of an edition say what is polled.
pub(crate) async fn newsroom_of(
    dir: &Path,
    wire: &Arc<Wire>,
    clock: &Arc<FakeClock>,
    public: Option<&str>,
    polled: &str,
) -> Context {
    let edition = Edition::parse(&format!(
        "name = \"Zarvand Courier\"\nlanguages = [\"en\"]\nzone = \"UTC\"\n\
         contact = \"https://zarvand.example/\"\npoll_minutes = 15\n[[source]]\nkey = \"courier\"\n\
         name = \"The Courier\"\nhome = \"https://courier.example/\"\n{polled}"
    ))
    .unwrap();
    let store = Store::open(&dir.join("newsroom"), OpenMode::Write).await.unwrap();
    store.set_sources(&edition.sources).await.unwrap();
    let config = FetchConfig::new("Chapar/0 (+https://zarvand.example/about)");
    let fetcher = Fetcher::with_transport(config, clock.clone(), wire.clone()).unwrap();
    Context {
        fetcher: Some(Arc::new(fetcher)),
        public: public.map(|raw| PageUrl::parse(raw).unwrap()),
        ..Context::new(store, edition, clock.clone())
    }
}
