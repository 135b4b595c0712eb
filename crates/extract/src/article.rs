//! Puts the parts of a reading together: the one place where body, fields and outcome meet.

use crate::body::Body;
use crate::dom::Doc;
use crate::facts::Facts;
use crate::fields::{Gathered, ground};
use crate::forest::Trees;
use crate::headline::Headline;
use crate::layout::{Layout, Run};
use crate::outcome::numbers::PageView;
use crate::page::{PageInput, Reading};
use crate::published::{self, Evidence, TextPlace};
use crate::site::{self, PageNote, Recall, RunNote, SiteProfile};
use crate::{
    blocks, body, byline, dateline, dom, facts, language, links, marks, media, original, outcome,
    stated_text, title, words,
};
use chapar_model::{
    Article, Basis, Block, BlockKind, Dateline, Field, Inline, Lang, OutcomeKind, PageUrl, Warning,
};
use chapar_text::dates::{DateContext, find_line_dates};

/// Letters of a line whose date a site's profile learns from.
const NOTE_DATE_MASS_MAX: u32 = 80;

/// A page to read and what it is read by.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) input: &'a PageInput<'a>,
    pub(crate) trees: &'a Trees,
    pub(crate) site: Option<&'a SiteProfile>,
    /// Whether the page is to be noted for its site's profile.
    pub(crate) is_noted: bool,
}

/// Reads HTML; with the reading, where the page is an article, what it adds to its site's profile.
pub(crate) fn of_html(
    task: &Task<'_>,
    html: &str,
    warnings: &mut Vec<Warning>,
) -> (Reading, Option<PageNote>) {
    let Task { input, trees, site, is_noted } = *task;
    let mut doc = dom::parse(html);
    marks::silence_hidden(&mut doc);
    if let Some(limit) = doc.limit {
        warnings.push(Warning {
            code: "limit",
            detail: format!("the page passes the limit of `{limit}`"),
        });
    }
    let json = facts::read_json_ld(&doc);
    let facts = Facts::of(&doc, &json);
    let mut layout = Layout::of(&doc);
    if stated_text::show_noscript(&mut doc, &layout, &facts) {
        layout = Layout::of(&doc);
        warnings.push(Warning {
            code: "noscript-text",
            detail: "the text stands in `noscript`".into(),
        });
    }
    let recall = site.map(|site| Recall::of(site, &doc, &layout, &facts)).unwrap_or_default();
    let base = links::base_of(&doc, input.url);
    let canonical = facts.canonical.as_deref().and_then(|href| links::resolve(base.as_ref(), href));
    let page = HtmlPage {
        input,
        html,
        doc: &doc,
        layout: &layout,
        facts: &facts,
        recall: &recall,
        base,
        canonical,
    };
    let mut names = title::site_names(&facts, input.url);
    names.extend(site.into_iter().flat_map(SiteProfile::names));
    let feed = input.feed.as_ref();
    let titles = title::gather(&doc, &facts, &names, feed.and_then(|f| f.title.as_deref()));
    let folded: Vec<String> = titles.best().map(|t| words::folded(t)).into_iter().collect();
    let found = body::find(&doc, &layout, &folded, &trees.text, &recall);
    let view = PageView {
        doc: &doc,
        layout: &layout,
        facts: &facts,
        url: input.url,
        body: found.as_ref(),
        title: titles.best().map(String::as_str),
    };
    let own_mass = found.as_ref().map_or(0, |body| body.mass(&layout));
    let stated = stated_text::find(&facts, own_mass, page.base.as_ref());
    let outcome = match &stated {
        Some(_) => outcome::of_stated(&view),
        None => outcome::of_page(&view, trees),
    };
    let mut reading = Reading::new(outcome);
    reading.links = links::all(&doc, &layout, page.base.as_ref(), found.as_ref());
    reading.feeds = page.feeds();
    reading.canonical.clone_from(&page.canonical);
    let is_stated = stated.is_some();
    if is_stated {
        warnings.push(Warning {
            code: "json-ld-text",
            detail: format!("the text is the `articleBody`: the page shows {own_mass} letters"),
        });
    }
    let title = titles.settle("best supported", same_words);
    let article = page.article(title, &names, found.as_ref(), stated);
    let note = match (&found, reading.outcome.kind) {
        (Some(body), OutcomeKind::Article) if is_noted && !is_stated => {
            Some(page.note(&article, body))
        }
        _ => None,
    };
    place(&mut reading, article);
    (reading, note)
}

/// An article goes where its outcome lets it.
fn place(reading: &mut Reading, article: Article) {
    match reading.outcome.kind {
        OutcomeKind::Article => reading.article = Some(article),
        OutcomeKind::LiveBlog | OutcomeKind::Gallery | OutcomeKind::Video => {
            reading.lead = Some(lead_of(article));
        }
        // All that is shown is the beginning.
        OutcomeKind::PaywalledLead => reading.lead = Some(article),
        // A page whose text a script would bring may say in its head what it is.
        OutcomeKind::NoText
            if article.published.value().is_some() || article.updated.value().is_some() =>
        {
            reading.lead = Some(lead_of(article));
        }
        OutcomeKind::FrontPage
        | OutcomeKind::Section
        | OutcomeKind::OtherPage
        | OutcomeKind::NoText => reading.found = Some(article),
        _ => {}
    }
}

/// Of a page that is no article to be kept, only the first paragraph or entry.
fn lead_of(mut article: Article) -> Article {
    let is_lead = |block: &Block| {
        matches!(block.kind, BlockKind::Paragraph { .. } | BlockKind::LiveEntry { .. })
    };
    let first = article.blocks.iter().position(is_lead);
    article.blocks = first.map(|at| article.blocks.swap_remove(at)).into_iter().collect();
    article
}

#[expect(clippy::ptr_arg, reason = "the shape that a gatherer of strings compares with")]
pub(crate) fn same_words(a: &String, b: &String) -> bool {
    words::folded(a) == words::folded(b)
}

struct HtmlPage<'a> {
    input: &'a PageInput<'a>,
    html: &'a str,
    doc: &'a Doc,
    layout: &'a Layout,
    facts: &'a Facts<'a>,
    recall: &'a Recall,
    base: Option<PageUrl>,
    canonical: Option<PageUrl>,
}

impl HtmlPage<'_> {
    fn feeds(&self) -> Vec<PageUrl> {
        let mut feeds: Vec<PageUrl> = Vec::new();
        for href in &self.facts.feeds {
            if let Some(url) = links::resolve(self.base.as_ref(), href)
                && !feeds.contains(&url)
            {
                feeds.push(url);
            }
        }
        feeds
    }

    /// What the page teaches about its site.
    fn note(&self, article: &Article, body: &Body) -> PageNote {
        let context = self.context(article.lang.value().copied());
        let published = article.published.value();
        let date_of = |run: &Run| {
            let is_short = (4..=NOTE_DATE_MASS_MAX).contains(&run.mass);
            let text = is_short.then(|| body::text_of(self.doc, run))?;
            let dates = find_line_dates(&text, &context);
            let own = published?.day()?;
            let days = dates.iter().filter_map(|date| date.reading.value.day());
            days.map(|day| day == own).reduce(|one, two| one || two)
        };
        let runs = site::lines_and_places(self.doc, self.layout)
            .into_iter()
            .zip(&self.layout.runs)
            .enumerate()
            .map(|(at, ((line, place), run))| RunNote {
                line,
                place,
                mass: run.mass,
                likely: body.judged.get(at).copied().unwrap_or(0.0),
                date: date_of(run),
            })
            .collect();
        let headline = article.title.value().map(String::as_str).unwrap_or_default();
        let stated = [self.facts.title.as_deref(), self.facts.meta("og:title")];
        let endings = stated
            .into_iter()
            .flatten()
            .filter_map(|title| site::endings_of(title, headline))
            .collect();
        PageNote { runs, endings }
    }

    /// What dates of the page are read by.
    fn context(&self, lang: Option<Lang>) -> DateContext {
        let lang = lang.or_else(|| language::stated(self.facts));
        context(self.input, lang, self.facts.lang.as_deref())
    }

    fn article(
        &self,
        title: Field<String>,
        names: &[String],
        found: Option<&Body>,
        stated: Option<Vec<Block>>,
    ) -> Article {
        let base = self.base.as_ref();
        let shown = || found.map(|body| blocks::build(self.doc, self.layout, body, base));
        let mut built = stated.or_else(shown).unwrap_or_default();
        let dateline = take_dateline(&mut built);
        let text = text_of(&built);
        let lang = language::find(&text, self.facts, self.input.lang_hint);
        let place = found.and_then(|body| {
            Some(TextPlace { first: *body.runs.first()?, last: *body.runs.last()? })
        });
        let headline = Headline::find(
            self.doc,
            self.layout,
            place.map(|place| place.first),
            title.value().map(String::as_str),
        );
        let dates = published::find(&Evidence {
            html: self.html,
            doc: self.doc,
            layout: self.layout,
            facts: self.facts,
            url: self.input.url,
            place,
            context: self.context(lang.value().copied()),
            recall: self.recall,
            feed: self.input.feed.as_ref().and_then(|feed| feed.published),
            headline,
        });
        let byline = byline::gather(&byline::Evidence {
            doc: self.doc,
            facts: self.facts,
            layout: self.layout,
            names,
            place,
            headline,
            feed: self.input.feed.as_ref().and_then(|feed| feed.author.as_deref()),
        });
        let root = found.map_or(0, |body| body.root);
        let original = original::find(
            self.doc,
            self.layout,
            root,
            self.input.url,
            base,
            self.canonical.as_ref(),
        );
        Article {
            title,
            site_name: site_name(self.facts),
            byline: byline.settle("ranks first", same_words),
            dateline,
            published: dates.published,
            updated: dates.updated,
            lang,
            word_count: word_count(&text),
            blocks: built,
            lead_image: media::lead_image(self.facts, base),
            canonical: self.canonical.clone(),
            original,
            section: media::section(self.facts),
            tags: media::tags(self.facts),
            confidence: found.map_or(0.0, |body| body.confidence),
            post: None,
        }
    }
}

/// Lands in which English puts the month before the day in figures.
const MONTH_FIRST_LANDS: &[&str] = &["US", "CA", "PH", "FM", "PW", "MH"];

/// Domains of lands that sites of all lands use.
const SHARED_DOMAINS: &[&str] = &[
    "ai", "am", "cc", "co", "fm", "gg", "im", "io", "is", "it", "la", "ly", "me", "sh", "so", "to",
    "tv", "vc", "ws",
];

/// What is known for reading dates: the order of day and month is that of the country the page
/// says it is written for.
pub(crate) fn context(input: &PageInput<'_>, lang: Option<Lang>, tag: Option<&str>) -> DateContext {
    let region = tag.and_then(|tag| tag.split(['-', '_']).nth(1)).map(str::to_ascii_uppercase);
    let is_english = lang.is_some_and(|lang| lang == Lang::EN);
    let top = input.url.and_then(|url| url.host().rsplit('.').next());
    let of_land = |land: &str| !MONTH_FIRST_LANDS.contains(&land);
    let top_land = top.filter(|top| top.len() == 2 && !SHARED_DOMAINS.contains(top));
    let day_first = match (region.as_deref(), top_land) {
        _ if !is_english => None,
        (_, Some(land)) => Some(of_land(&land.to_ascii_uppercase())),
        (Some(region), None) => Some(of_land(region)),
        (None, None) => None,
    };
    DateContext {
        zone: input.zone.clone(),
        fetched: input.fetched,
        lang: lang.or(input.lang_hint),
        day_first,
    }
}

fn site_name(facts: &Facts<'_>) -> Field<String> {
    let mut gathered = Gathered::default();
    if let Some(name) = facts.meta("og:site_name") {
        gathered.add(
            90,
            ground(Basis::OpenGraph, "meta[property=og:site_name]"),
            name.to_owned(),
            name,
        );
    }
    for thing in &facts.things {
        let publisher = thing.get("publisher").and_then(|p| p.get("name")).and_then(|n| n.text());
        if let Some(name) = publisher {
            gathered.add(80, ground(Basis::JsonLd, "publisher"), name.to_owned(), name);
        }
        if thing.types.contains(&"WebSite")
            && let Some(name) = thing.text("name")
        {
            gathered.add(70, ground(Basis::JsonLd, "WebSite"), name.to_owned(), name);
        }
    }
    for name in ["application-name", "apple-mobile-web-app-title", "dc.publisher"] {
        if let Some(value) = facts.meta(name) {
            gathered.add(
                50,
                ground(Basis::Meta, format!("meta[name={name}]")),
                value.to_owned(),
                value,
            );
        }
    }
    gathered.settle("ranks first", same_words)
}

pub(crate) fn text_of(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        block.push_text(&mut text);
    }
    text
}

pub(crate) fn word_count(text: &str) -> u32 {
    let words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
    u32::try_from(words).unwrap_or(u32::MAX)
}

/// Takes the dateline off the first paragraph.
pub(crate) fn take_dateline(built: &mut [Block]) -> Option<Dateline> {
    let first = built.iter_mut().find(|b| matches!(b.kind, BlockKind::Paragraph { .. }))?;
    let BlockKind::Paragraph { content } = &mut first.kind else { return None };
    let mut text = String::new();
    Inline::push_text(content, &mut text);
    let (dateline, end) = dateline::read(&text)?;
    blocks::drop_start(content, end);
    Some(dateline)
}
