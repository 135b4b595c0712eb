//! The way from a request to an answer. Knows every path of every outlet, and no clock.

use jiff::Timestamp;

use crate::article::Article;
use crate::calendar::Moment;
use crate::channel::{Channel, Shown};
use crate::encode;
use crate::outlet::{Encoding, Outlet, Validators};
use crate::page::View;
use crate::picture;
use crate::sitemap;
use crate::trap;
use crate::world::World;

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The first label of the host: `zana` of `zana.localhost:8391`.
    pub host_key: &'r str,
    /// The path, with the query if there is one.
    pub path: &'r str,
    /// The request's headers.
    pub headers: &'r [(String, String)],
    /// The port the world is served on; it stands in every absolute address.
    pub port: u16,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The response's headers.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Request<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Response {
    fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    fn redirect(status: u16, to: &str) -> Self {
        let headers = vec![("location".to_owned(), to.to_owned())];
        Self { status, headers, body: Vec::new() }
    }

    /// The value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }
}

/// What a path was found to be, before it is encoded.
struct Found {
    response: Response,
    /// When it last changed, where one can say.
    changed: Option<Timestamp>,
}

impl World {
    /// Answers `request` as its outlet would at `now`.
    pub fn respond(&self, request: &Request<'_>, now: Timestamp) -> Response {
        if let Some(channel) = self.channels.get(request.host_key) {
            return self.respond_for(channel, request, now);
        }
        let Some(outlet) = self.outlets.get(request.host_key) else {
            return Response::new(404, "text/plain; charset=utf-8", "no such outlet\n");
        };
        let view = View { world: self, outlet, now, port: request.port };
        let found = view.find(request.path);
        finish(found, outlet, request, now)
    }

    /// Answers for a channel: its network keeps no robots.txt and gives no validators.
    fn respond_for(&self, channel: &Channel, request: &Request<'_>, now: Timestamp) -> Response {
        let html = "text/html; charset=utf-8";
        let picture =
            request.path.strip_prefix("/images/").and_then(|rest| rest.strip_suffix(".svg"));
        if let Some(name) = picture {
            return Response::new(200, "image/svg+xml", picture::draw(name));
        }
        let shown = Shown { world: self, channel, now, port: request.port };
        match shown.find(request.path) {
            Some(page) => Response::new(200, html, page),
            None => Response::new(404, html, "<h1>Not found</h1>\n"),
        }
    }
}

impl View<'_> {
    fn find(&self, path: &str) -> Found {
        let decoded = encode::percent_decode(path);
        self.document(&decoded)
            .or_else(|| self.article(&decoded))
            .or_else(|| self.trap(&decoded))
            .or_else(|| self.listing(&decoded))
            .unwrap_or_else(|| self.not_found())
    }

    /// What is no page: feeds, sitemaps, robots.txt, pictures.
    fn document(&self, path: &str) -> Option<Found> {
        if let Some(feed) = self.outlet.settings.feed.iter().find(|feed| feed.path == path) {
            if let Some(status) = feed.status {
                let body = "<html><body><h1>Service error</h1></body></html>\n";
                return Some(still(Response::new(status, "text/html; charset=utf-8", body)));
            }
            let body = self.encoded(&feed.render(self));
            let response = Response::new(200, &feed.media_type(), body);
            return Some(Found { response, changed: self.changed() });
        }
        let xml = |body| Found {
            response: Response::new(200, "application/xml; charset=utf-8", body),
            changed: self.changed(),
        };
        let has_sitemap = self.outlet.settings.sitemap;
        match path {
            "/robots.txt" => {
                let media_type = "text/plain; charset=utf-8";
                Some(still(Response::new(200, media_type, sitemap::robots(self))))
            }
            "/sitemap.xml" if has_sitemap.is_some() => Some(xml(sitemap::plain(self))),
            "/news-sitemap.xml" if has_sitemap == Some(crate::outlet::Sitemap::News) => {
                Some(xml(sitemap::news(self)))
            }
            _ => {
                let name = path.strip_prefix("/images/")?.strip_suffix(".svg")?;
                Some(still(Response::new(200, "image/svg+xml", picture::draw(name))))
            }
        }
    }

    fn article(&self, path: &str) -> Option<Found> {
        if let Some(article) = self.outlet.article_moved_from(path) {
            article.shown_at(self.now)?;
            return Some(still(Response::redirect(301, &self.url_of(article))));
        }
        let article = self.outlet.article_at(path)?;
        let Some(version) = article.shown_at(self.now) else {
            let status = article.status_at(self.now);
            return (status == 410)
                .then(|| still(Response::new(410, "text/html; charset=utf-8", "<h1>Gone</h1>\n")));
        };
        let page = self.article_page(article, version);
        let body = self.page_bytes(article, &page);
        let response = Response::new(200, self.html_type(), body);
        Some(Found { response, changed: Some(version.valid_from) })
    }

    fn page_bytes(&self, article: &Article, page: &str) -> Vec<u8> {
        if self.outlet.settings.mojibake.contains(&article.slug) {
            return encode::doubly_encoded(page).into_bytes();
        }
        self.encoded(page)
    }

    fn trap(&self, path: &str) -> Option<Found> {
        let trap = self.outlet.settings.trap.iter().find(|trap| trap.path == path)?;
        if trap.published > self.now {
            return None;
        }
        let (status, page) = trap.answer(self.outlet.lang());
        if let Some(to) = &trap.to {
            let to = self.world.resolve(to, self.port);
            return Some(still(Response::redirect(status, &to)));
        }
        let mut response = Response::new(status, "text/html; charset=utf-8", page);
        if status == 503 {
            response.set("retry-after", "3600");
        }
        Some(still(response))
    }

    fn listing(&self, path: &str) -> Option<Found> {
        if path == "/" {
            let body = self.encoded(&self.front_page());
            let response = Response::new(200, self.html_type(), body);
            return Some(Found { response, changed: self.changed() });
        }
        let (head, tail) = self.outlet.settings.section_address.split_once("{section}")?;
        let section = path.strip_prefix(head)?.strip_suffix(tail)?;
        let body = self.encoded(&self.section_page(section)?);
        let response = Response::new(200, self.html_type(), body);
        Some(Found { response, changed: self.changed() })
    }

    fn not_found(&self) -> Found {
        let status = if self.outlet.settings.soft_404 { 200 } else { 404 };
        let page = trap::not_found(self.outlet.lang());
        still(Response::new(status, "text/html; charset=utf-8", page))
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.outlet.settings.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Windows1256 => encode::windows_1256(text),
        }
    }

    /// The old-fashioned charset is told only inside the page, as it mostly was.
    fn html_type(&self) -> &'static str {
        match self.outlet.settings.encoding {
            Encoding::Utf8 => "text/html; charset=utf-8",
            Encoding::Windows1256 => "text/html",
        }
    }

    /// The newest change of anything the outlet shows.
    fn changed(&self) -> Option<Timestamp> {
        self.shown().into_iter().map(|(_, version)| version.valid_from).max()
    }
}

fn still(response: Response) -> Found {
    Found { response, changed: None }
}

/// Adds validators, answers 304 where they match, and compresses.
fn finish(found: Found, outlet: &Outlet, request: &Request<'_>, now: Timestamp) -> Response {
    let Found { mut response, changed } = found;
    if response.status != 200 {
        return response;
    }
    let matches = match outlet.settings.validators {
        Validators::None => false,
        Validators::Etag => {
            let etag = format!("\"{:016x}\"", encode::fingerprint(&response.body));
            let same = request.header("if-none-match") == Some(etag.as_str());
            response.set("etag", etag);
            same
        }
        Validators::LastModified => changed.is_some_and(|changed| {
            let stamp = Moment::new(changed).gmt();
            let same = request.header("if-modified-since") == Some(stamp.as_str());
            response.set("last-modified", stamp);
            same
        }),
        Validators::Lying => {
            response.set("etag", format!("\"{:x}\"", now.as_second()));
            false
        }
    };
    if matches {
        response.status = 304;
        response.body.clear();
        return response;
    }
    let accepts = request.header("accept-encoding").is_some_and(|value| value.contains("gzip"));
    if outlet.settings.gzip
        && accepts
        && let Some(body) = encode::gzip(&response.body)
    {
        response.body = body;
        response.set("content-encoding", "gzip");
        response.set("vary", "accept-encoding");
    }
    response
}
