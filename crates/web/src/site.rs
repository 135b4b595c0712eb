//! The addresses of the site and what answers at them. Reads the store and never writes to it.

use crate::cache::PageCache;
use crate::compose::{self, Sources};
use crate::edition::Edition;
use crate::pages::{
    AboutPage, ArticlePage, FrontPage, SearchPage, SourcePage, SourcesPage, StoryPage, search_place,
};
use crate::reply::{self, Answered, SiteError};
use crate::search::{self, SearchIndex};
use crate::ui::Ui;
use crate::views::{FrontView, SearchView, SourceRow, SourceView, StoryCard};
use crate::visit::{Visit, prefers};
use crate::{assets, atom};
use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use chapar_model::{ArticleId, SourceKey, StoryId};
use chapar_store::{Store, StoryRow};
use jiff::Timestamp;
use std::sync::Arc;

/// Stories of the front page: one leads, four stand with it, six in the rail, the rest in three
/// columns.
const FRONT_STORIES: i64 = 32;
/// Stories of a page further back, in three columns.
const FURTHER_STORIES: i64 = 30;
/// Reports read of one story for its headline on a front page.
const CARD_REPORTS_MAX: i64 = 100;
/// Reports shown on a story's page.
const STORY_REPORTS_MAX: i64 = 1000;
/// Articles on one page of a source.
const SOURCE_ARTICLES: i64 = 30;

/// What the site is made from.
pub struct Site {
    /// The newsroom.
    pub store: Store,
    /// The edition as readers meet it.
    pub edition: Edition,
    /// The search index.
    pub index: SearchIndex,
    /// The clock.
    pub now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) site: Arc<Site>,
    pub(crate) cache: Arc<PageCache>,
}

impl FromRef<Served> for Arc<Site> {
    fn from_ref(served: &Served) -> Self {
        Self::clone(&served.site)
    }
}

/// Every address of the site.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(root))
        .route("/robots.txt", get(robots))
        .route("/feed.atom", get(main_feed))
        .route("/assets/{name}", get(asset))
        .route("/{lang}", get(bare_language))
        .route("/{lang}/", get(front))
        .route("/{lang}/feed.atom", get(feed))
        .route("/{lang}/story/{id}", get(story))
        .route("/{lang}/article/{id}", get(article))
        .route("/{lang}/sources", get(sources))
        .route("/{lang}/source/{key}", get(source))
        .route("/{lang}/search", get(search_page))
        .route("/{lang}/about", get(about))
        .fallback(nowhere)
        .with_state(Served { site, cache: Arc::default() })
}

async fn root(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let lang = prefers(&headers, &site.edition);
    let vary = [(header::VARY, "accept-language"), (header::CACHE_CONTROL, "no-cache")];
    (vary, Redirect::to(&format!("/{lang}/"))).into_response()
}

async fn bare_language(visit: Visit) -> Redirect {
    Redirect::permanent(&format!("/{}/", visit.lang))
}

async fn robots(State(site): State<Arc<Site>>) -> Response {
    let langs = site.edition.langs().map(|lang| format!("Disallow: /{lang}/search\n"));
    let text = format!("User-agent: *\n{}", langs.collect::<String>());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn asset(State(site): State<Arc<Site>>, Path(name): Path<String>, uri: Uri) -> Response {
    let (kind, content) = match name.as_str() {
        "icon.svg" => ("image/svg+xml", assets::ICON),
        // A page kept in a cache may name an older sheet: it is given today's, for today.
        name if name.starts_with("style-") => ("text/css; charset=utf-8", assets::STYLE),
        _ => return reply::not_found(&site, &HeaderMap::new(), &uri),
    };
    let lasting = if uri.path() == assets::style_href() {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, lasting),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content).into_response()
}

async fn nowhere(State(site): State<Arc<Site>>, headers: HeaderMap, uri: Uri) -> Response {
    reply::not_found(&site, &headers, &uri)
}

async fn front(visit: Visit) -> Response {
    reply::page(&visit, front_page(&visit)).await
}

async fn front_page(visit: &Visit) -> Result<Answered, SiteError> {
    let before = visit.param("before").as_deref().and_then(read_key);
    let view = front_view(visit, before.map(|(at, id)| (at, StoryId(id)))).await?;
    Ok(Answered::Html(FrontPage { ui: visit.ui(), view: &view }.render()?))
}

async fn front_view(
    visit: &Visit,
    before: Option<(Timestamp, StoryId)>,
) -> Result<FrontView, SiteError> {
    let store = &visit.site.store;
    let most = if before.is_some() { FURTHER_STORIES } else { FRONT_STORIES };
    let (stories, older) = page_of(store.front(before, most + 1).await?, most, |story| {
        write_key(story.rank, story.id.0)
    });
    let sources = Sources::new(store.sources().await?, visit.lang);
    let mut cards = Vec::with_capacity(stories.len());
    for story in &stories {
        cards.extend(story_card(visit, story, &sources).await?);
    }
    Ok(match before {
        Some(_) => FrontView::further(cards, older),
        None => FrontView::lay_out(cards, older),
    })
}

async fn story_card(
    visit: &Visit,
    story: &StoryRow,
    sources: &Sources,
) -> Result<Option<StoryCard>, SiteError> {
    let reports = visit.site.store.story_articles(story.id, CARD_REPORTS_MAX).await?;
    Ok(compose::story_card(story, &reports, sources))
}

async fn feed(visit: Visit) -> Response {
    reply::page(&visit, front_feed(&visit)).await
}

async fn main_feed(State(served): State<Served>, headers: HeaderMap, uri: Uri) -> Response {
    let lang = served.site.edition.main_lang();
    let visit = Visit::new(served, lang, &uri, headers);
    reply::page(&visit, front_feed(&visit)).await
}

async fn front_feed(visit: &Visit) -> Result<Answered, SiteError> {
    let view = front_view(visit, None).await?;
    Ok(Answered::Atom(atom::feed(visit.ui(), &view, visit.now)))
}

async fn story(visit: Visit, Path((_, id)): Path<(String, String)>) -> Response {
    reply::page(&visit, story_page(&visit, &id)).await
}

async fn story_page(visit: &Visit, id: &str) -> Result<Answered, SiteError> {
    let Ok(id) = id.parse().map(StoryId) else { return Ok(Answered::Nothing) };
    let store = &visit.site.store;
    let Some(story) = store.story(id).await? else { return moved_story(visit, id).await };
    let reports = store.story_articles(id, STORY_REPORTS_MAX).await?;
    let sources = Sources::new(store.sources().await?, visit.lang);
    let Some(view) = compose::story_view(&story, &reports, &sources) else {
        return moved_story(visit, id).await;
    };
    Ok(Answered::Html(StoryPage { ui: visit.ui(), view: &view }.render()?))
}

/// A story bears the number of the article that founded it. Where that article has gone to another
/// story, the old address leads there.
async fn moved_story(visit: &Visit, id: StoryId) -> Result<Answered, SiteError> {
    let founder = visit.site.store.article_rows(&[ArticleId(id.0)]).await?.pop();
    Ok(match founder.and_then(|article| article.story).filter(|story| *story != id) {
        Some(story) => Answered::Moved(visit.ui().story(&story)),
        None => Answered::Nothing,
    })
}

async fn article(visit: Visit, Path((_, id)): Path<(String, String)>) -> Response {
    reply::page(&visit, article_page(&visit, &id)).await
}

async fn article_page(visit: &Visit, id: &str) -> Result<Answered, SiteError> {
    let Ok(id) = id.parse().map(ArticleId) else { return Ok(Answered::Nothing) };
    let store = &visit.site.store;
    let Some(detail) = store.article_detail(id).await? else { return Ok(Answered::Nothing) };
    let sources = Sources::new(store.sources().await?, visit.lang);
    let mut link = None;
    if let Some(story_id) = detail.row.story
        && let Some(story) = store.story(story_id).await?
    {
        let reports = store.story_articles(story_id, CARD_REPORTS_MAX).await?;
        link = compose::story_link(&detail.row, &story, &reports, visit.lang);
    }
    let Some(view) = compose::article_view(detail, link, &sources) else {
        return Ok(Answered::Nothing);
    };
    Ok(Answered::Html(ArticlePage { ui: visit.ui(), view: &view }.render()?))
}

async fn sources(visit: Visit) -> Response {
    reply::page(&visit, sources_page(&visit)).await
}

async fn sources_page(visit: &Visit) -> Result<Answered, SiteError> {
    let rows = source_rows(visit).await?;
    Ok(Answered::Html(SourcesPage { ui: visit.ui(), rows: &rows }.render()?))
}

/// The edition's sources, and those of which articles are kept all the same.
async fn source_rows(visit: &Visit) -> Result<Vec<SourceRow>, SiteError> {
    let summaries = visit.site.store.source_summaries().await?;
    let shown = summaries.into_iter().filter(|s| s.source.listed || s.articles > 0);
    Ok(shown.map(|summary| compose::source_row(&summary, visit.lang)).collect())
}

async fn source(visit: Visit, Path((_, key)): Path<(String, String)>) -> Response {
    reply::page(&visit, source_page(&visit, &key)).await
}

async fn source_page(visit: &Visit, key: &str) -> Result<Answered, SiteError> {
    let Some(key) = SourceKey::parse(key) else { return Ok(Answered::Nothing) };
    let store = &visit.site.store;
    let sources = Sources::new(store.sources().await?, visit.lang);
    let Some(id) = sources.find(&key).map(|source| source.id) else {
        return Ok(Answered::Nothing);
    };
    let Some(row) = source_rows(visit).await?.into_iter().find(|row| row.source.key == key) else {
        return Ok(Answered::Nothing);
    };
    let before = visit.param("before").as_deref().and_then(read_key);
    let before = before.map(|(at, id)| (at, ArticleId(id)));
    let articles = store.source_articles(id, before, SOURCE_ARTICLES + 1).await?;
    let (articles, older) =
        page_of(articles, SOURCE_ARTICLES, |article| write_key(article.sort, article.id.0));
    let recent = articles.iter().filter_map(|row| compose::report_row(row, &sources)).collect();
    let view = SourceView { row, recent, older };
    Ok(Answered::Html(SourcePage { ui: visit.ui(), view: &view }.render()?))
}

async fn about(visit: Visit) -> Response {
    reply::page(&visit, async { Ok(Answered::Html(AboutPage { ui: visit.ui() }.render()?)) }).await
}

async fn search_page(visit: Visit) -> Response {
    // The index follows the change log at its own pace, so the log's number is no tag for it.
    reply::fresh_page(&visit, found(&visit)).await
}

async fn found(visit: &Visit) -> Result<Answered, SiteError> {
    let asked = visit.asked();
    let sources = Sources::new(visit.site.store.sources().await?, visit.lang);
    let answer = search::answer(visit, &asked, &sources).await?;
    let place = search_place(&asked);
    let view = SearchView {
        asked,
        langs: visit.site.edition.wordings.iter().map(|wording| wording.lang).collect(),
        sources: sources.listed().collect(),
        answer,
    };
    let ui = Ui { place: &place, ..visit.ui() };
    Ok(Answered::Html(SearchPage { ui, view: &view }.render()?))
}

/// Of up to `most` + 1 rows the first `most`, and the key after which the next page begins.
fn page_of<T>(mut rows: Vec<T>, most: i64, key: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let has_more = rows.len() > most;
    rows.truncate(most);
    let older = rows.last().filter(|_| has_more).map(key);
    (rows, older)
}

/// The key of a row in a list sorted by time: `1772480000000-1604`.
fn write_key(at: Timestamp, id: i64) -> String {
    format!("{}-{id}", at.as_millisecond())
}

/// Reads a key back; one that nobody here wrote is no key, and the list begins at its head.
fn read_key(raw: &str) -> Option<(Timestamp, i64)> {
    let (at, id) = raw.rsplit_once('-')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_that_holds_all_has_no_next() {
        assert_eq!(page_of(vec![1, 2], 2, |n| n.to_string()), (vec![1, 2], None));
        assert_eq!(page_of(vec![1, 2, 3], 2, |n| n.to_string()), (vec![1, 2], Some("2".into())));
    }

    proptest! {
        #[test]
        fn keys_read_back(ms in -1_000_000_000_000i64..4_000_000_000_000, id in 0..i64::MAX) {
            let at = Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(read_key(&write_key(at, id)), Some((at, id)));
        }

        #[test]
        fn any_key_is_read_without_harm(raw in "\\PC*") {
            read_key(&raw);
        }
    }
}
