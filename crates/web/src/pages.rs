//! The templates: each joins a view to a reader. Never asks the store.

use crate::markup::Markup;
use crate::messages::{Pattern, Plural};
use crate::ui::Ui;
use crate::views::{
    Absence, Answer, ArticleView, Asked, Body, FirstReport, FrontView, More, OriginalLink, Piece,
    SearchView, SourceRow, SourceView, StoryCard, StoryView,
};
use askama::Template;
use chapar_model::{ClaimedOriginal, FieldName, Views, render};
use chapar_text::{Change, Stretch};
use jiff::Timestamp;
use url::form_urlencoded;

/// Stories of the front page's rail; those after it stand in columns below.
pub const RAIL_MAX: usize = 6;

/// The front page.
#[derive(Template)]
#[template(path = "front.html")]
pub struct FrontPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub view: &'a FrontView,
}

impl FrontPage<'_> {
    fn rail(&self) -> &[StoryCard] {
        let at = RAIL_MAX.min(self.view.more.len());
        self.view.more.split_at(if self.view.lead.is_some() { at } else { 0 }).0
    }

    fn below(&self) -> &[StoryCard] {
        self.view.more.get(self.rail().len()..).unwrap_or_default()
    }
}

/// A story's page.
#[derive(Template)]
#[template(path = "story.html")]
pub struct StoryPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub view: &'a StoryView,
}

impl StoryPage<'_> {
    fn because(&self, first: &FirstReport) -> Vec<Markup> {
        let t = self.ui.t;
        let count = |noun: &Plural, n| Markup::words(&self.ui.count(noun, &n));
        let mut reasons =
            vec![t.first_earliest.fill(&[("reports", &count(&t.reports, first.among))])];
        if first.copies > 0 {
            reasons.push(t.first_copied.fill(&[("copies", &count(&t.copies, first.copies))]));
        }
        if first.is_day_only {
            reasons.push(Markup::words(t.first_day_only));
        }
        reasons
    }
}

/// An article's page.
#[derive(Template)]
#[template(path = "article.html")]
pub struct ArticlePage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub view: &'a ArticleView,
}

impl ArticlePage<'_> {
    fn body_html(&self) -> Markup {
        render::html(self.view.body.blocks(), render::Pictures::Linked).into()
    }

    fn by(&self, byline: &str) -> Markup {
        self.ui.t.by.fill(&[("name", &Markup::isolated(byline))])
    }

    fn copy_of(&self, copy: &OriginalLink) -> Markup {
        let mut original = self.ui.source_link(&copy.source);
        original.push(&Markup::words(self.ui.t.colon));
        original.push(&Markup::link(&self.ui.article(&copy.id), &Markup::text(&copy.headline)));
        self.ui.t.copy_of.fill(&[("original", &original)])
    }

    fn outward(&self, pattern: &Pattern) -> Markup {
        let original = &self.view.original;
        let link = Markup::outward(original, &Markup::isolated(original.site()));
        pattern.fill(&[("site", &link)])
    }

    fn claimed(&self, claimed: &ClaimedOriginal) -> Markup {
        match (&claimed.name, &claimed.url) {
            (Some(name), Some(url)) => Markup::outward(url, &Markup::isolated(name)),
            (Some(name), None) => Markup::isolated(name),
            (None, Some(url)) => Markup::outward(url, &Markup::isolated(url.site())),
            (None, None) => Markup::default(),
        }
    }

    fn answered(&self, to: &ClaimedOriginal) -> Markup {
        match &self.view.answered {
            Some((id, headline)) => Markup::link(&self.ui.article(id), &Markup::text(headline)),
            None => self.claimed(to),
        }
    }

    fn views(&self, views: &Views) -> Markup {
        self.ui.t.seen_times.fill(&[("n", &Markup::isolated(&views.raw))])
    }

    fn warning(&self, words: &str) -> Markup {
        self.ui.t.warning.fill(&[("words", &Markup::isolated(words))])
    }

    fn gone(&self, at: &Timestamp) -> Markup {
        self.ui.t.gone.fill(&[("when", &self.ui.instant(at))])
    }

    fn revision(&self, number: &i64) -> Markup {
        let number = Markup::words(&self.ui.number(number));
        self.ui.t.revision_older.fill(&[("n", &number)])
    }

    fn kept_shown(&self) -> Markup {
        let Some(page) = self.view.pages.first() else { return Markup::default() };
        let kept = Markup::link(&format!("#kept-{}", page.id), &self.ui.instant(&page.fetched));
        self.ui.t.kept_shown.fill(&[("when", &kept)])
    }

    fn absence(&self, absence: &Absence) -> Markup {
        let (from, until) = (self.ui.instant(&absence.from), self.ui.instant(&absence.until));
        self.ui.t.was_absent.fill(&[("from", &from), ("until", &until)])
    }

    fn stretches(&self, stretches: &[Stretch]) -> Markup {
        let mut line = Markup::default();
        for stretch in stretches {
            line.push(&match stretch {
                Stretch::Kept(words) => Markup::words(words),
                Stretch::Removed(words) => Markup::removed(words),
                Stretch::Added(words) => Markup::added(words),
            });
        }
        line
    }

    fn change(&self, change: &Change) -> Markup {
        match change {
            Change::Added(words) => Markup::added(words),
            Change::Removed(words) => Markup::removed(words),
            Change::Edited(stretches) => self.stretches(stretches),
        }
    }

    fn change_name(&self, change: &Change) -> &'static str {
        match change {
            Change::Added(_) => self.ui.t.change_added,
            Change::Removed(_) => self.ui.t.change_removed,
            Change::Edited(_) => self.ui.t.change_edited,
        }
    }

    fn dir(&self) -> &'static str {
        self.view.headline.dir.as_str()
    }

    fn body_lang(&self) -> String {
        self.view.lang.map(|lang| lang.to_string()).unwrap_or_default()
    }
}

/// A source's page.
#[derive(Template)]
#[template(path = "source.html")]
pub struct SourcePage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub view: &'a SourceView,
}

/// The list of sources.
#[derive(Template)]
#[template(path = "sources.html")]
pub struct SourcesPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub rows: &'a [SourceRow],
}

/// The search page.
#[derive(Template)]
#[template(path = "search.html")]
pub struct SearchPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// What is shown.
    pub view: &'a SearchView,
}

impl SearchPage<'_> {
    fn help(&self) -> Markup {
        let (after, before) = (Markup::code("after:2026-03-02"), Markup::code("before:2026-03-06"));
        self.ui.t.search_help.fill(&[("after", &after), ("before", &before)])
    }

    fn results_for(&self, total: &i64) -> Markup {
        let count = Markup::words(&self.ui.count(&self.ui.t.results, total));
        if self.view.asked.query.is_empty() {
            return count;
        }
        let query = Markup::isolated(&self.view.asked.query);
        self.ui.t.results_for.fill(&[("count", &count), ("query", &query)])
    }

    fn snippet(&self, pieces: &[Piece]) -> Markup {
        let mut snippet = Markup::default();
        for piece in pieces {
            snippet.push(&match piece {
                Piece::Plain(words) => Markup::words(words),
                Piece::Match(words) => Markup::mark(words),
            });
        }
        snippet
    }

    fn page_of(&self, pages: &u32) -> Markup {
        let number = |n: u32| Markup::words(&self.ui.number(&i64::from(n)));
        let (page, pages) = (number(self.view.asked.page.max(1)), number(*pages));
        self.ui.t.page_of.fill(&[("page", &page), ("pages", &pages)])
    }

    fn previous(&self) -> Option<String> {
        let page = self.view.asked.page;
        (page > 1).then(|| {
            self.ui.href(&search_place(&Asked { page: page - 1, ..self.view.asked.clone() }))
        })
    }

    fn next(&self, pages: &u32) -> Option<String> {
        let page = self.view.asked.page.max(1);
        (page < *pages).then(|| {
            self.ui.href(&search_place(&Asked { page: page + 1, ..self.view.asked.clone() }))
        })
    }
}

/// The place of a search below the page's language: the same question has one address.
pub fn search_place(asked: &Asked) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !asked.query.is_empty() {
        query.append_pair("q", &asked.query);
    }
    if let Some(lang) = asked.lang {
        query.append_pair("lang", lang.as_str());
    }
    if let Some(source) = &asked.source {
        query.append_pair("source", source.as_str());
    }
    if asked.page > 1 {
        query.append_pair("page", &asked.page.to_string());
    }
    match query.finish() {
        query if query.is_empty() => "/search".to_owned(),
        query => format!("/search?{query}"),
    }
}

/// What the paper is and how it works.
#[derive(Template)]
#[template(path = "about.html")]
pub struct AboutPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
}

/// A page that says what went wrong.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// The reader.
    pub ui: Ui<'a>,
    /// HTTP status, in ASCII digits.
    pub status: u16,
    /// What happened, in a few words.
    pub head: &'static str,
    /// What can be done.
    pub more: &'static str,
}
