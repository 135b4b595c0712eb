//! Pages that are no articles, though a feed or a front page lists them.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::template::escape;

/// What such a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TrapKind {
    /// A page that wants to look at the browser first.
    Challenge,
    /// A page that wants a yes to cookies first.
    CookieWall,
    /// Another address; `to` says which.
    Redirect,
    /// An address that says "not found" with status 200.
    #[serde(rename = "soft-404")]
    Soft404,
    /// A bare status.
    Status,
    /// A page robots.txt forbids; whoever fetches it has not read it.
    Forbidden,
}

/// One trap of an outlet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trap {
    pub(crate) path: String,
    pub(crate) kind: TrapKind,
    pub(crate) title: String,
    #[serde(deserialize_with = "moment")]
    pub(crate) published: Timestamp,
    pub(crate) status: Option<u16>,
    /// Where a redirect leads: a path or a `{{link:…}}`.
    pub(crate) to: Option<String>,
    /// Whether feeds and front page list it.
    #[serde(default)]
    pub(crate) listed: bool,
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    crate::article::time(&text).map_err(serde::de::Error::custom)
}

impl Trap {
    /// The status and the page it is answered with; a redirect has no page.
    pub(crate) fn answer(&self, lang: &str) -> (u16, String) {
        match self.kind {
            TrapKind::Challenge => (self.status.unwrap_or(503), challenge(lang)),
            TrapKind::CookieWall => (self.status.unwrap_or(200), cookie_wall(&self.title)),
            TrapKind::Redirect => (self.status.unwrap_or(302), String::new()),
            TrapKind::Soft404 => (200, not_found(lang)),
            TrapKind::Status => (self.status.unwrap_or(500), bare(self.status.unwrap_or(500))),
            TrapKind::Forbidden => (200, forbidden()),
        }
    }
}

fn challenge(lang: &str) -> String {
    let (dir, title, line) = match lang {
        "fa" => ("rtl", "در حال بررسی مرورگر…", "لطفاً چند ثانیه صبر کنید. اتصال شما بررسی می‌شود."),
        "ar" => ("rtl", "جارٍ فحص المتصفح…", "يرجى الانتظار بضع ثوانٍ ريثما نتحقق من اتصالك."),
        _ => {
            ("ltr", "Checking your browser…", "One moment please. We are checking your connection.")
        }
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <title>{title}</title><meta name=\"robots\" content=\"noindex,nofollow\"></head>\n\
         <body><div id=\"gatehouse-challenge\"><h1>{title}</h1><p>{line}</p>\
         <noscript>Please enable JavaScript and cookies to continue.</noscript></div>\n\
         <script>(function(){{var k=\"gh_\"+(7*6);document.cookie=\"__gh=\"+k+\";path=/\";\
         setTimeout(function(){{location.reload()}},4000)}})();</script>\n\
         <footer>Gatehouse Shield · Ray 7f3a91c0</footer></body></html>\n"
    )
}

fn cookie_wall(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body class=\"consent\"><main class=\"consent-wall\"><h1>Before you continue</h1>\n\
         <p>We and our 412 partners store and read information on your device, such as cookies, \
         to show personal advertising and to measure it.</p>\n\
         <p>To read this page, accept all cookies or manage your choices.</p>\n\
         <form method=\"post\" action=\"/consent\"><button name=\"all\">Accept all</button> \
         <button name=\"some\">Manage choices</button></form></main></body></html>\n",
        escape(title)
    )
}

/// "Not found", in the words of the site.
pub(crate) fn not_found(lang: &str) -> String {
    let (dir, title, line) = match lang {
        "fa" => ("rtl", "صفحه پیدا نشد", "نشانی که می‌خواهید در این وب‌گاه نیست."),
        "ar" => ("rtl", "الصفحة غير موجودة", "عذرًا، الصفحة التي تبحث عنها غير موجودة أو تم نقلها."),
        _ => ("ltr", "Page not found", "Sorry, the page you are looking for is not here."),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <title>{title}</title></head>\n<body><h1>{title}</h1><p>{line}</p>\
         <p><a href=\"/\">⌂</a></p></body></html>\n"
    )
}

fn bare(status: u16) -> String {
    format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n")
}

fn forbidden() -> String {
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Archive</title></head>\n\
     <body><h1>Archive</h1><p>This page is closed to robots: robots.txt says so. A reader that \
     obeys it never sees this sentence.</p></body></html>\n"
        .to_owned()
}
