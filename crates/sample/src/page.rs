//! The names an outlet's templates may use, and the pages made with them.

use jiff::Timestamp;
use serde_json::json;

use crate::article::{Article, PageForm, Version};
use crate::calendar::Moment;
use crate::encode::{fingerprint, percent_encode};
use crate::feed::rss_like_type;
use crate::markup::{self, Block, blocks, plain, teaser};
use crate::outlet::{Encoding, Outlet};
use crate::template::{Context, render};
use crate::world::{World, origin};

/// One outlet at one moment, at one port.
#[derive(Clone, Copy)]
pub(crate) struct View<'w> {
    pub(crate) world: &'w World,
    pub(crate) outlet: &'w Outlet,
    pub(crate) now: Timestamp,
    pub(crate) port: u16,
}

/// Paragraphs of a paywalled article that everybody may read.
const FREE_BLOCKS: usize = 2;

const SECTIONS: [(&str, &str, &str, &str); 7] = [
    ("politics", "Politics", "سیاست", "سياسة"),
    ("economy", "Economy", "اقتصاد", "اقتصاد"),
    ("society", "Society", "جامعه", "مجتمع"),
    ("world", "World", "جهان", "العالم"),
    ("sport", "Sport", "ورزش", "رياضة"),
    ("culture", "Culture", "فرهنگ", "ثقافة"),
    ("science", "Science", "دانش", "علوم"),
];

/// The name of a section in the outlet's language.
pub(crate) fn section_name(section: &str, lang: &str) -> &'static str {
    let row = SECTIONS.iter().find(|row| row.0 == section);
    row.map_or("", |row| match lang {
        "fa" => row.2,
        "ar" => row.3,
        _ => row.1,
    })
}

impl<'w> View<'w> {
    pub(crate) fn origin(&self) -> String {
        origin(&self.outlet.key, self.port)
    }

    /// What stands at this moment, newest first.
    pub(crate) fn shown(&self) -> Vec<(&'w Article, &'w Version)> {
        let articles = self.outlet.articles.iter().rev();
        articles.filter_map(|article| Some((article, article.shown_at(self.now)?))).collect()
    }

    pub(crate) fn url_of(&self, article: &Article) -> String {
        format!("{}{}", self.origin(), self.outlet.path_of(article))
    }

    /// The lead of an article: its summary, or the beginning of its text.
    pub(crate) fn lead(&self, version: &Version, chars_max: usize) -> String {
        if let Some(summary) = &version.summary {
            return teaser(summary, chars_max);
        }
        let first = blocks(&version.text)
            .into_iter()
            .find(|block| matches!(block, Block::Paragraph(_)))
            .map(|block| plain(&block));
        teaser(&first.unwrap_or_default(), chars_max)
    }

    /// The article's text as HTML, as far as a reader gets it.
    pub(crate) fn body(&self, article: &Article, version: &Version) -> String {
        let all = blocks(&version.text);
        match article.form {
            Some(PageForm::Live) => self.live(&all, article),
            _ => self.html(self.readable(article, &all)),
        }
    }

    fn readable<'b>(&self, article: &Article, all: &'b [Block]) -> &'b [Block] {
        match article.form {
            Some(PageForm::Paywall) => all.get(..FREE_BLOCKS).unwrap_or(all),
            _ => all,
        }
    }

    fn html(&self, blocks: &[Block]) -> String {
        let link = |to: &str| self.world.resolve(to, self.port);
        markup::html(blocks, self.outlet.settings.body, &link)
    }

    /// A live blog: every heading opens an entry of its own.
    fn live(&self, all: &[Block], article: &Article) -> String {
        let day = Moment::new(article.published).day();
        let mut out = String::new();
        let mut open = false;
        for (number, block) in all.iter().enumerate() {
            if let Block::Heading(text) = block {
                let (clock, headline) = text.split_once(' ').unwrap_or(("", text));
                let headline = crate::template::escape(headline);
                let close = if open { "</article>\n" } else { "" };
                out.push_str(&format!(
                    "{close}<article class=\"lb-entry\" id=\"entry-{number}\">\
                     <time class=\"lb-time\" datetime=\"{day}T{clock}:00+03:30\">{clock}</time>\n\
                     <h3>{headline}</h3>\n"
                ));
                open = true;
            } else {
                out.push_str(&self.html(std::slice::from_ref(block)));
                out.push('\n');
            }
        }
        if open {
            out.push_str("</article>\n");
        }
        out
    }

    /// An article's page.
    pub(crate) fn article_page(&self, article: &Article, version: &Version) -> String {
        let mut context = self.common();
        self.describe(&mut context, article, version);
        let all = blocks(&version.text);
        let readable = self.readable(article, &all);
        let (first, rest) = readable.split_at(readable.len().min(FREE_BLOCKS));
        context.text("body", self.body(article, version));
        context.text("body_first", self.html(first));
        context.text("body_rest", self.html(rest));
        context.text("json_ld", self.json_ld(article, version));
        let section = self
            .shown()
            .into_iter()
            .filter(|(other, _)| other.section == article.section && other.slug != article.slug);
        context.list("related", self.items(section.take(4)));
        if let Some(credit) = &article.credit {
            context.text("credit", credit);
        }
        if let Some(link) = &article.credit_link {
            context.text("credit_url", self.world.resolve(link, self.port));
        }
        let form = match article.form {
            Some(PageForm::Live) => "live",
            Some(PageForm::Gallery) => "gallery",
            Some(PageForm::Video) => "video",
            Some(PageForm::Paywall) => "paywall",
            None => "plain",
        };
        context.text(form, "yes");
        self.fill("article", &context)
    }

    /// The front page: everything that stands, and the traps that are listed.
    pub(crate) fn front_page(&self) -> String {
        let mut context = self.common();
        let shown = self.shown();
        context.list("top", self.items(shown.iter().copied().take(1)));
        context.list("items", self.items(shown.into_iter()));
        context.list("extras", self.trap_items());
        self.fill("front", &context)
    }

    /// A section's page: all its articles; `None` when the outlet has no such section.
    pub(crate) fn section_page(&self, section: &str) -> Option<String> {
        let here: Vec<_> =
            self.shown().into_iter().filter(|(article, _)| article.section == section).collect();
        if section_name(section, self.outlet.lang()).is_empty() {
            return None;
        }
        let mut context = self.common();
        context.text("section_name", section_name(section, self.outlet.lang()));
        context.text("section_url", self.outlet.section_path(section));
        context.list("items", self.items(here.into_iter()));
        let template =
            if self.outlet.templates.contains_key("section") { "section" } else { "front" };
        Some(self.fill(template, &context))
    }

    fn fill(&self, template: &str, context: &Context) -> String {
        let templates = &self.outlet.templates;
        let is_new = self.outlet.settings.redesigned.is_some_and(|at| at <= self.now);
        let new = templates.get(&format!("{template}-new")).filter(|_| is_new);
        let template = new.or_else(|| templates.get(template)).map_or("", String::as_str);
        render(template, context)
    }

    /// What every page of the outlet has: masthead, menus, side boxes.
    fn common(&self) -> Context {
        let mut context = Context::default();
        let outlet = self.outlet;
        context.text("outlet", outlet.name());
        context.text("lang", outlet.lang());
        context.text("dir", outlet.dir());
        context.text("origin", self.origin());
        context.text(
            "charset",
            match outlet.settings.encoding {
                Encoding::Utf8 => "utf-8",
                Encoding::Windows1256 => "windows-1256",
            },
        );
        context.text("raw_count", "{{count}}");
        context.text("raw_bloggers", "%d bloggers like this:");
        put_moment(&mut context, "today", self.now, outlet.lang());
        let sections = SECTIONS
            .iter()
            .filter(|row| outlet.articles.iter().any(|article| article.section == row.0));
        let menu = sections.map(|row| {
            let mut item = Context::default();
            item.text("name", section_name(row.0, outlet.lang()));
            item.text("url", outlet.section_path(row.0));
            item
        });
        context.list("menu", menu.collect());
        let feeds = outlet.settings.feed.iter().filter(|feed| feed.listed);
        let feeds = feeds.map(|feed| {
            let mut item = Context::default();
            item.text("url", &feed.path);
            item.text("type", rss_like_type(feed.style));
            item
        });
        context.list("feeds", feeds.collect());
        let shown = self.shown();
        context.list("latest", self.items(shown.iter().copied().take(5)));
        let mut read = shown;
        read.sort_by_key(|(article, _)| fingerprint(article.slug.as_bytes()));
        context.list("most_read", self.items(read.into_iter().take(5)));
        context
    }

    fn items(&self, articles: impl Iterator<Item = (&'w Article, &'w Version)>) -> Vec<Context> {
        let item = |(article, version)| {
            let mut context = Context::default();
            self.describe(&mut context, article, version);
            context
        };
        articles.map(item).collect()
    }

    fn trap_items(&self) -> Vec<Context> {
        let traps = self.outlet.settings.trap.iter();
        let shown = traps.filter(|trap| trap.listed && trap.published <= self.now);
        let item = |trap: &crate::trap::Trap| {
            let mut context = Context::default();
            context.text("title", &trap.title);
            context.text("url", percent_encode(&trap.path));
            context
        };
        shown.map(item).collect()
    }

    fn describe(&self, context: &mut Context, article: &Article, version: &Version) {
        let lang = self.outlet.lang();
        context.text("title", &version.title);
        context.text("url", self.outlet.path_of(article));
        context.text("canonical", self.url_of(article));
        context.text("id", self.outlet.id_of(article).to_string());
        context.text("slug", &article.slug);
        context.text("teaser", self.lead(version, 160));
        context.text("summary", version.summary.clone().unwrap_or_default());
        context.text("kicker", version.kicker.clone().unwrap_or_default());
        context.text("byline", article.byline.clone().unwrap_or_default());
        context.text("article_section", section_name(&article.section, lang));
        context.text("article_section_url", self.outlet.section_path(&article.section));
        context.text("image", format!("/images/{}", image_of(article)));
        put_moment(context, "published", article.published, lang);
        if let Some(updated) = version.updated {
            put_moment(context, "updated", updated, lang);
        }
        let tags = article.tags.iter().map(|tag| {
            let mut item = Context::default();
            item.text("name", tag);
            item
        });
        context.list("tags", tags.collect());
    }

    fn json_ld(&self, article: &Article, version: &Version) -> String {
        let kind = match article.form {
            Some(PageForm::Live) => "LiveBlogPosting",
            _ => "NewsArticle",
        };
        let changed = version.updated.unwrap_or(article.published);
        let author = article.byline.clone().unwrap_or_else(|| self.outlet.name().to_owned());
        json!({
            "@context": "https://schema.org",
            "@type": kind,
            "headline": version.title,
            "datePublished": Moment::new(article.published).iso(),
            "dateModified": Moment::new(changed).iso(),
            "mainEntityOfPage": self.url_of(article),
            "inLanguage": self.outlet.lang(),
            "articleSection": section_name(&article.section, self.outlet.lang()),
            "author": { "@type": "Person", "name": author },
            "publisher": { "@type": "NewsMediaOrganization", "name": self.outlet.name() },
            "isAccessibleForFree": article.form != Some(PageForm::Paywall),
        })
        .to_string()
        .replace("</", "<\\/")
    }
}

/// The picture of an article.
pub(crate) fn image_of(article: &Article) -> String {
    article.image.clone().unwrap_or_else(|| format!("{}.svg", article.slug))
}

fn put_moment(context: &mut Context, prefix: &str, time: Timestamp, lang: &str) {
    let moment = Moment::new(time);
    let mut put = |name: &str, value: String| context.text(&format!("{prefix}_{name}"), value);
    put("iso", moment.iso());
    put("utc", moment.iso_utc());
    put("day", moment.day());
    put("en", moment.english());
    put("us", moment.american());
    put("ar", moment.arabic());
    put("fa", moment.jalali());
    put("fa_slashes", moment.jalali_slashes());
    put("weekday", moment.weekday(lang).to_owned());
    put("clock", moment.clock());
    put("fa_clock", crate::calendar::persian_digits(&moment.clock()));
}
