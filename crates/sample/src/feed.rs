//! An outlet's feeds, each in its own shape and with its own faults.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::calendar::{Moment, persian_digits};
use crate::encode::percent_encode;
use crate::outlet::Encoding;
use crate::page::{View, image_of, section_name};
use crate::template::escape;

/// One `[[feed]]` of an `outlet.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedSettings {
    pub(crate) path: String,
    pub(crate) style: Style,
    #[serde(default)]
    pub(crate) dates: Dates,
    #[serde(default)]
    pub(crate) text: FeedText,
    /// Only this section.
    pub(crate) section: Option<String>,
    /// A status other than 200: the feed is dead.
    pub(crate) status: Option<u16>,
    /// The `Content-Type` to claim, true or not.
    pub(crate) content_type: Option<String>,
    /// Unescaped ampersands and an undeclared entity.
    #[serde(default)]
    pub(crate) broken_xml: bool,
    /// "The post … appeared first on …" after every text.
    #[serde(default)]
    pub(crate) appeared_first: bool,
    #[serde(default)]
    pub(crate) enclosures: bool,
    /// Whether pages announce it.
    #[serde(default = "yes")]
    pub(crate) listed: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Style {
    Rss,
    Rdf,
    Atom,
    Json,
}

/// How a feed dates its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dates {
    #[default]
    Right,
    /// True, with `+0330`.
    Local,
    None,
    /// Local time labelled GMT.
    FalseGmt,
    WithoutZone,
    /// In words, of the Persian calendar, with Persian digits.
    Jalali,
}

/// How much of an article a feed carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FeedText {
    #[default]
    Teaser,
    Full,
}

struct Entry {
    title: String,
    url: String,
    guid: String,
    teaser: String,
    html: Option<String>,
    published: Timestamp,
    updated: Timestamp,
    section: &'static str,
    byline: Option<String>,
    image: Option<String>,
}

/// Characters of a teaser, as the Persian news CMSs cut it.
const TEASER_CHARS: usize = 150;

impl FeedSettings {
    /// The feed's document at the view's moment.
    pub(crate) fn render(&self, view: &View<'_>) -> String {
        let entries = self.entries(view);
        match self.style {
            Style::Rss => self.rss(view, &entries),
            Style::Rdf => self.rdf(view, &entries),
            Style::Atom => self.atom(view, &entries),
            Style::Json => self.json(view, &entries),
        }
    }

    /// The media type the feed is served with.
    pub(crate) fn media_type(&self) -> String {
        match (&self.content_type, self.style) {
            (Some(claimed), _) => claimed.clone(),
            (None, Style::Json) => "application/feed+json".to_owned(),
            (None, style) => format!("{}; charset=utf-8", rss_like_type(style)),
        }
    }

    fn entries(&self, view: &View<'_>) -> Vec<Entry> {
        let wanted = |section: &str| self.section.as_deref().is_none_or(|only| only == section);
        let mut entries = Vec::new();
        for (article, version) in view.shown() {
            if !wanted(&article.section) {
                continue;
            }
            let url = view.url_of(article);
            entries.push(Entry {
                title: version.title.clone(),
                guid: format!("{}/?p={}", view.origin(), view.outlet.id_of(article)),
                url,
                teaser: view.lead(version, TEASER_CHARS),
                html: (self.text == FeedText::Full).then(|| view.body(article, version)),
                published: article.published,
                updated: version.updated.unwrap_or(version.valid_from),
                section: section_name(&article.section, view.outlet.lang()),
                byline: article.byline.clone(),
                image: self.enclosures.then(|| image_of(article)),
            });
        }
        if self.section.is_none() {
            entries.extend(self.trap_entries(view));
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
        }
        entries
    }

    fn trap_entries(&self, view: &View<'_>) -> Vec<Entry> {
        let traps = view.outlet.settings.trap.iter();
        let shown = traps.filter(|trap| trap.listed && trap.published <= view.now);
        let entry = |trap: &crate::trap::Trap| {
            let url = format!("{}{}", view.origin(), percent_encode(&trap.path));
            Entry {
                title: trap.title.clone(),
                guid: url.clone(),
                url,
                teaser: trap.title.clone(),
                html: None,
                published: trap.published,
                updated: trap.published,
                section: "",
                byline: None,
                image: None,
            }
        };
        shown.map(entry).collect()
    }

    fn date(&self, time: Timestamp) -> Option<String> {
        let moment = Moment::new(time);
        match self.dates {
            Dates::Right => Some(moment.gmt()),
            Dates::Local => Some(moment.rfc()),
            Dates::None => None,
            Dates::FalseGmt => Some(moment.false_gmt()),
            Dates::WithoutZone => Some(moment.without_zone()),
            Dates::Jalali => Some(format!(
                "{} {} {}",
                moment.weekday("fa"),
                moment.jalali(),
                persian_digits(&moment.clock())
            )),
        }
    }

    fn text(&self, text: &str) -> String {
        if self.broken_xml { text.replace(" and ", " & ") } else { escape(text) }
    }

    fn prologue(&self, view: &View<'_>) -> &'static str {
        match view.outlet.settings.encoding {
            Encoding::Utf8 => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            Encoding::Windows1256 => "<?xml version=\"1.0\" encoding=\"windows-1256\"?>\n",
        }
    }

    fn rss(&self, view: &View<'_>, entries: &[Entry]) -> String {
        let mut out = self.prologue(view).to_owned();
        out.push_str(&format!(
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n<title>{}</title>\n\
             <link>{}/</link>\n<description>{}</description>\n<language>{}</language>\n",
            escape(view.outlet.name()),
            view.origin(),
            escape(view.outlet.name()),
            view.outlet.lang()
        ));
        for entry in entries {
            out.push_str(&self.rss_item(view, entry));
        }
        out.push_str("</channel>\n</rss>\n");
        out
    }

    fn rss_item(&self, view: &View<'_>, entry: &Entry) -> String {
        let mut out = format!(
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}</guid>\n",
            self.text(&entry.title),
            escape(&entry.url),
            escape(&entry.guid)
        );
        let nbsp = if self.broken_xml { "&nbsp;&raquo;" } else { "" };
        out.push_str(&format!(
            "<description>{}{nbsp}</description>\n",
            self.text(&format!("{}{}", entry.teaser, self.tail(view, entry)))
        ));
        if let Some(date) = self.date(entry.published) {
            out.push_str(&format!("<pubDate>{date}</pubDate>\n"));
        }
        if let Some(byline) = &entry.byline {
            out.push_str(&format!("<dc:creator>{}</dc:creator>\n", escape(byline)));
        }
        if !entry.section.is_empty() {
            out.push_str(&format!("<category>{}</category>\n", escape(entry.section)));
        }
        if let Some(image) = &entry.image {
            out.push_str(&format!(
                "<enclosure url=\"{}/images/{}\" type=\"image/svg+xml\" length=\"1024\"/>\n",
                view.origin(),
                escape(image)
            ));
        }
        if let Some(html) = &entry.html {
            out.push_str(&format!(
                "<content:encoded><![CDATA[{html}{}]]></content:encoded>\n",
                self.tail(view, entry)
            ));
        }
        out.push_str("</item>\n");
        out
    }

    fn tail(&self, view: &View<'_>, entry: &Entry) -> String {
        if !self.appeared_first {
            return String::new();
        }
        format!(
            "<p>The post <a href=\"{}\">{}</a> appeared first on <a href=\"{}\">{}</a>.</p>",
            escape(&entry.url),
            escape(&entry.title),
            view.origin(),
            escape(view.outlet.name())
        )
    }

    fn rdf(&self, view: &View<'_>, entries: &[Entry]) -> String {
        let mut out = self.prologue(view).to_owned();
        let home = view.origin();
        let name = escape(view.outlet.name());
        out.push_str(&format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
             <channel rdf:about=\"{home}/\">\n<title>{name}</title>\n<link>{home}/</link>\n\
             <description>{name}</description>\n<items><rdf:Seq>\n"
        ));
        for entry in entries {
            out.push_str(&format!("<rdf:li resource=\"{}\"/>\n", escape(&entry.url)));
        }
        out.push_str("</rdf:Seq></items>\n</channel>\n");
        for entry in entries {
            let url = escape(&entry.url);
            out.push_str(&format!(
                "<item rdf:about=\"{url}\">\n<title>{}</title>\n<link>{url}</link>\n\
                 <description>{}</description>\n<dc:date>{}</dc:date>\n</item>\n",
                escape(&entry.title),
                escape(&entry.teaser),
                Moment::new(entry.published).iso()
            ));
        }
        out.push_str("</rdf:RDF>\n");
        out
    }

    fn atom(&self, view: &View<'_>, entries: &[Entry]) -> String {
        let mut out = self.prologue(view).to_owned();
        let home = view.origin();
        let newest = entries.iter().map(|entry| entry.updated).max().unwrap_or(view.now);
        out.push_str(&format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n\
             <id>{home}/</id>\n<link href=\"{home}/\"/>\n\
             <link rel=\"self\" href=\"{home}{}\"/>\n<updated>{}</updated>\n",
            view.outlet.lang(),
            escape(view.outlet.name()),
            escape(&self.path),
            Moment::new(newest).iso_utc()
        ));
        for entry in entries {
            let author = entry.byline.as_deref().unwrap_or(view.outlet.name());
            out.push_str(&format!(
                "<entry>\n<id>{}</id>\n<title>{}</title>\n<link href=\"{}\"/>\n\
                 <updated>{}</updated>\n<author><name>{}</name></author>\n\
                 <summary>{}</summary>\n",
                escape(&entry.guid),
                escape(&entry.title),
                escape(&entry.url),
                Moment::new(entry.updated).iso_utc(),
                escape(author),
                escape(&entry.teaser)
            ));
            if let Some(html) = &entry.html {
                out.push_str(&format!("<content type=\"html\">{}</content>\n", escape(html)));
            }
            out.push_str("</entry>\n");
        }
        out.push_str("</feed>\n");
        out
    }

    fn json(&self, view: &View<'_>, entries: &[Entry]) -> String {
        let items: Vec<_> = entries
            .iter()
            .map(|entry| {
                let mut item = json!({
                    "id": entry.guid,
                    "url": entry.url,
                    "title": entry.title,
                    "summary": entry.teaser,
                    "date_published": Moment::new(entry.published).iso(),
                    "content_text": entry.teaser,
                });
                if entry.updated > entry.published {
                    item["date_modified"] = json!(Moment::new(entry.updated).iso());
                }
                if let Some(html) = &entry.html {
                    item["content_html"] = json!(html);
                }
                item
            })
            .collect();
        let document = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": view.outlet.name(),
            "home_page_url": format!("{}/", view.origin()),
            "feed_url": format!("{}{}", view.origin(), self.path),
            "language": view.outlet.lang(),
            "items": items,
        });
        format!("{document}\n")
    }
}

/// The media type a feed's style is announced with.
pub(crate) fn rss_like_type(style: Style) -> &'static str {
    match style {
        Style::Rss => "application/rss+xml",
        Style::Rdf => "application/rdf+xml",
        Style::Atom => "application/atom+xml",
        Style::Json => "application/feed+json",
    }
}
