//! Sitemaps, news sitemaps, sitemap indexes, and plain lists of addresses. Gives what they say of
//! each page; which pages are worth fetching is decided elsewhere.

use crate::address;
use crate::date::DateReader;
use crate::encoding;
use crate::error::FeedError;
use crate::feed::FeedDate;
use crate::limits::{DOCUMENT_BYTES_MAX, PARTS_MAX, SITEMAP_URLS_MAX};
use crate::read::FeedContext;
use crate::warning::Warnings;
use crate::xml::name::Ns;
use crate::xml::reader::{Holds, Reader};
use crate::xml::token::{Tag, Token};
use chapar_model::{PageUrl, Parsed};

/// What a sitemap lists: pages, or further sitemaps, or both in one broken file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sitemap {
    /// Pages, in its own order.
    pub pages: Vec<SitemapPage>,
    /// Further sitemaps.
    pub sitemaps: Vec<SitemapLink>,
}

/// A page that a sitemap lists.
#[derive(Debug, Clone, PartialEq)]
pub struct SitemapPage {
    /// Its address.
    pub url: PageUrl,
    /// Last change.
    pub modified: Option<FeedDate>,
    /// What a news sitemap says of it.
    pub news: Option<SitemapNews>,
    /// Addresses of its pictures.
    pub images: Vec<String>,
    /// The same page in other languages: tag and address.
    pub alternates: Vec<(String, String)>,
}

/// What a news sitemap says of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SitemapNews {
    /// Headline.
    pub title: Option<String>,
    /// First publication.
    pub published: Option<FeedDate>,
    /// Name of the outlet.
    pub outlet: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
}

/// A sitemap that an index lists.
#[derive(Debug, Clone, PartialEq)]
pub struct SitemapLink {
    /// Its address.
    pub url: PageUrl,
    /// Last change.
    pub modified: Option<FeedDate>,
}

/// Reads a sitemap, an index, or a text file with one address a line.
pub fn parse_sitemap(
    bytes: &[u8],
    context: &FeedContext<'_>,
) -> Result<Parsed<Sitemap>, FeedError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(FeedError::TooLarge { bytes: bytes.len(), limit: DOCUMENT_BYTES_MAX });
    }
    let mut warnings = Warnings::default();
    let decoded = encoding::decode(bytes, context.headers, context.host(), &mut warnings);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    if !text.starts_with('<')
        && text.lines().next().is_some_and(|line| address::is_web(line.trim()))
    {
        return Ok(Parsed { value: plain_list(text), warnings: warnings.into_vec() });
    }
    let mut reader = Reader::new(text, context.base(), None);
    reader.warnings = warnings;
    let dates = context.dates();
    let mut parser = SitemapParser { reader, dates, sitemap: Sitemap::default() };
    match parser.read_document() {
        Outcome::Read => {
            let warnings = parser.reader.warnings.into_vec();
            Ok(Parsed { value: parser.sitemap, warnings })
        }
        Outcome::Html => Err(FeedError::HtmlPage),
        Outcome::Other => Err(FeedError::NotAFeed { start: text.chars().take(60).collect() }),
    }
}

fn plain_list(text: &str) -> Sitemap {
    let pages = text.lines().filter_map(|line| PageUrl::parse(line).ok()).take(SITEMAP_URLS_MAX);
    Sitemap { pages: pages.map(page).collect(), sitemaps: Vec::new() }
}

fn page(url: PageUrl) -> SitemapPage {
    SitemapPage { url, modified: None, news: None, images: Vec::new(), alternates: Vec::new() }
}

enum Outcome {
    Read,
    Html,
    Other,
}

struct SitemapParser<'a> {
    reader: Reader<'a>,
    dates: DateReader,
    sitemap: Sitemap,
}

/// One `<url>` or `<sitemap>` being read.
#[derive(Default)]
struct Draft {
    url: Option<PageUrl>,
    modified: Option<FeedDate>,
    news: Option<SitemapNews>,
    images: Vec<String>,
    alternates: Vec<(String, String)>,
}

impl<'a> SitemapParser<'a> {
    /// Takes every `<url>` and `<sitemap>`, whether or not their root was ever opened.
    fn read_document(&mut self) -> Outcome {
        let (mut is_sitemap, mut is_html) = (false, false);
        while let Some(token) = self.reader.token() {
            let Token::Start(tag) = token else { continue };
            let (_, local) = self.reader.name(&tag);
            match local.as_str() {
                "urlset" | "sitemapindex" => {
                    // Prefixes stay declared to the end of the document.
                    self.reader.begin(&tag);
                    is_sitemap = true;
                }
                "html" | "rss" | "feed" if !is_sitemap => {
                    is_html |= local.as_str() == "html";
                    if !is_html {
                        return Outcome::Other;
                    }
                }
                name @ ("url" | "sitemap") if is_sitemap => {
                    let is_full = self.sitemap.pages.len() >= SITEMAP_URLS_MAX
                        || self.sitemap.sitemaps.len() >= SITEMAP_URLS_MAX;
                    if is_full {
                        let warnings = &mut self.reader.warnings;
                        warnings
                            .push("too-many-urls", || format!("over {SITEMAP_URLS_MAX} addresses"));
                        break;
                    }
                    let mark = self.reader.begin(&tag);
                    self.read_item(&tag, name == "url");
                    self.reader.end(mark);
                }
                _ => {}
            }
        }
        match (is_sitemap, is_html) {
            (true, _) => Outcome::Read,
            (false, true) => Outcome::Html,
            (false, false) => Outcome::Other,
        }
    }

    fn read_item(&mut self, tag: &Tag<'a>, is_page: bool) {
        let mut draft = Draft::default();
        if self.reader.enter(tag, Holds::Fields) {
            while let Some(child) = self.reader.child() {
                // The item before was never closed.
                let (_, local) = self.reader.name(&child);
                if matches!(local.as_str(), "url" | "sitemap") && child.name == tag.name {
                    self.push(std::mem::take(&mut draft), is_page);
                    continue;
                }
                let mark = self.reader.begin(&child);
                self.field(&child, &mut draft);
                self.reader.end(mark);
            }
            self.reader.leave();
        }
        self.push(draft, is_page);
    }

    fn push(&mut self, draft: Draft, is_page: bool) {
        let Some(url) = draft.url else { return };
        let Draft { modified, news, images, alternates, .. } = draft;
        if is_page {
            self.sitemap.pages.push(SitemapPage { url, modified, news, images, alternates });
        } else {
            self.sitemap.sitemaps.push(SitemapLink { url, modified });
        }
    }

    fn field(&mut self, tag: &Tag<'a>, draft: &mut Draft) {
        let (ns, local) = self.reader.name(tag);
        match (ns, local.as_str()) {
            (Ns::SitemapNews, "news") | (_, "news") => self.read_news(tag, draft),
            (Ns::SitemapImage, "image") | (_, "image") => self.read_image(tag, draft),
            (Ns::Xhtml, "link") => {
                let language = self.reader.attribute(tag, "hreflang");
                let href = self.reader.attribute(tag, "href").and_then(|raw| self.resolve(&raw));
                let is_full = draft.alternates.len() >= PARTS_MAX;
                if let (false, Some(language), Some(href)) = (is_full, language, href) {
                    draft.alternates.push((language.into_owned(), href));
                }
                self.reader.skip(tag);
            }
            (Ns::SitemapVideo, _) => self.reader.skip(tag),
            (_, "loc") => {
                let raw = self.reader.text(tag);
                let url = self.resolve(&raw).and_then(|raw| PageUrl::parse(&raw).ok());
                if url.is_none() {
                    self.reader.warnings.push("bad-address", || format!("`{raw}` is no address"));
                }
                draft.url = draft.url.take().or(url);
            }
            (_, "lastmod") => {
                let raw = self.reader.text(tag);
                draft.modified = self.dates.read(&raw).or(draft.modified.take());
            }
            _ => self.reader.skip(tag),
        }
    }

    fn read_news(&mut self, tag: &Tag<'a>, draft: &mut Draft) {
        let mut news = SitemapNews::default();
        if !self.reader.enter(tag, Holds::Fields) {
            return;
        }
        while let Some(child) = self.reader.child() {
            let (_, local) = self.reader.name(&child);
            if local.as_str() == "publication" {
                let inside = self.reader.inside(&child);
                for (_, local, value) in self.reader.fields(&inside) {
                    match local.as_str() {
                        "name" => news.outlet = Some(value),
                        "language" => news.language = Some(value),
                        _ => {}
                    }
                }
                continue;
            }
            let text = self.reader.text(&child);
            match local.as_str() {
                _ if text.is_empty() => {}
                "title" => news.title = Some(text.into_owned()),
                "publication_date" => news.published = self.dates.read(&text),
                "keywords" => {
                    let words =
                        text.split([',', '،']).map(str::trim).filter(|word| !word.is_empty());
                    news.keywords = words.take(PARTS_MAX).map(str::to_owned).collect();
                }
                _ => {}
            }
        }
        self.reader.leave();
        draft.news = Some(news);
    }

    fn read_image(&mut self, tag: &Tag<'a>, draft: &mut Draft) {
        let inside = self.reader.inside(tag);
        for (_, local, value) in self.reader.fields(&inside) {
            if local.as_str() == "loc" && draft.images.len() < PARTS_MAX {
                draft.images.extend(self.resolve(&value));
            }
        }
    }

    fn resolve(&self, raw: &str) -> Option<String> {
        address::resolve(self.reader.base.as_deref(), raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Sitemap {
        parse_sitemap(text.as_bytes(), &FeedContext::default()).unwrap().value
    }

    #[test]
    fn a_news_sitemap_gives_headline_and_date() {
        let sitemap = read(
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
             xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url>\
             <loc> https://example.org/a?x=1&amp;y=2 </loc><lastmod>2023-07-31</lastmod><n:news>\
             <n:publication><n:name>The Courier</n:name><n:language>fa</n:language></n:publication>\
             <n:publication_date>2023-07-31T08:30:00+03:30</n:publication_date>\
             <n:title>خبر &quot;نو&quot;</n:title><n:keywords>a, b</n:keywords></n:news></url></urlset>",
        );
        let page = &sitemap.pages[0];
        assert_eq!(page.url.as_str(), "https://example.org/a?x=1&y=2");
        assert_eq!(page.modified.as_ref().unwrap().raw, "2023-07-31");
        let news = page.news.as_ref().unwrap();
        assert_eq!(news.title.as_deref(), Some("خبر \"نو\""));
        assert_eq!(news.outlet.as_deref(), Some("The Courier"));
        assert_eq!(news.language.as_deref(), Some("fa"));
        assert_eq!(news.keywords, ["a", "b"]);
        let published = news.published.as_ref().unwrap().value.unwrap();
        assert_eq!(published.to_string(), "2023-07-31T08:30:00+03:30");
    }

    #[test]
    fn an_index_gives_sitemaps() {
        let sitemap = read(
            "<?xml version='1.0'?><sitemapindex><sitemap><loc>https://example.org/1.xml</loc>\
             <lastmod>2023-07</lastmod></sitemap><sitemap><loc>nowhere</loc></sitemap></sitemapindex>",
        );
        assert_eq!(sitemap.sitemaps.len(), 1);
        assert!(sitemap.pages.is_empty());
    }

    #[test]
    fn a_sitemap_cut_short_or_unclosed_gives_what_is_there() {
        let cut = "<urlset><url><loc>https://example.org/1</loc><url><loc>https://example.org/2</loc>\
                   </url><url><loc>https://example.org/3</lo";
        let urls: Vec<String> = read(cut).pages.iter().map(|page| page.url.to_string()).collect();
        assert_eq!(
            urls,
            ["https://example.org/1", "https://example.org/2", "https://example.org/3"]
        );
    }

    #[test]
    fn a_text_file_is_a_sitemap_too() {
        assert_eq!(read("https://example.org/1\n\nhttps://example.org/2\nx").pages.len(), 2);
    }

    #[test]
    fn pictures_and_languages_are_kept() {
        let sitemap = read(
            "<urlset xmlns:image='http://www.google.com/schemas/sitemap-image/1.1' \
             xmlns:xhtml='http://www.w3.org/1999/xhtml'><url><loc>https://example.org/1</loc>\
             <image:image><image:loc>https://example.org/1.jpg</image:loc></image:image>\
             <xhtml:link rel='alternate' hreflang='fa' href='https://example.org/fa/1'/></url></urlset>",
        );
        let page = &sitemap.pages[0];
        assert_eq!(page.images, ["https://example.org/1.jpg"]);
        assert_eq!(page.alternates, [("fa".to_owned(), "https://example.org/fa/1".to_owned())]);
    }

    #[test]
    fn a_page_is_no_sitemap() {
        let read = parse_sitemap(b"<!DOCTYPE html><html><body>Not found", &FeedContext::default());
        assert_eq!(read.unwrap_err(), FeedError::HtmlPage);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(<|</|/>|>|url|loc|urlset|sitemap|https://a.b/| |\\PC){0,40}") {
            let _ = parse_sitemap(format!("<urlset>{text}").as_bytes(), &FeedContext::default());
        }
    }
}
