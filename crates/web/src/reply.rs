//! Answers with the headers every page has, the tag by which a cache knows it, and the pages that
//! say what went wrong. Never shows a reader the cause of a failure.

use crate::assets;
use crate::cache::Made;
use crate::pages::ErrorPage;
use crate::site::Site;
use crate::ui::Ui;
use crate::visit::{Visit, prefers, prefix};
use askama::Template;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chapar_search::SearchError;
use chapar_store::StoreError;
use std::sync::Arc;
use thiserror::Error;

/// Nothing is run, framed or fetched from elsewhere; forms lead back here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const ATOM: &str = "application/atom+xml; charset=utf-8";

/// What became of a request.
pub(crate) enum Answered {
    /// A page.
    Html(String),
    /// A feed.
    Atom(String),
    /// It stands at another address of the site.
    Moved(String),
    /// There is no such thing.
    Nothing,
}

/// Why a page could not be made.
#[derive(Debug, Error)]
pub(crate) enum SiteError {
    /// The store does not answer.
    #[error("a page could not be read from the store")]
    Store(#[from] StoreError),
    /// The search index does not answer.
    #[error("the search index does not answer")]
    Search(#[from] SearchError),
    /// The search was cut short.
    #[error("a search did not come to its end")]
    SearchTask(#[from] tokio::task::JoinError),
    /// A template failed.
    #[error("a template could not be filled")]
    Template(#[from] askama::Error),
}

/// Answers with what `made` gives, or with less where the reader has it already.
pub(crate) async fn page(
    visit: &Visit,
    made: impl Future<Output = Result<Answered, SiteError>>,
) -> Response {
    tagged(visit, made).await.unwrap_or_else(|error| failed(visit, &error))
}

/// Answers with what `made` gives, which no cache may take for what it has.
pub(crate) async fn fresh_page(
    visit: &Visit,
    made: impl Future<Output = Result<Answered, SiteError>>,
) -> Response {
    match made.await {
        Ok(answered) => ready(visit, answered).map_or_else(|other| other, sent),
        Err(error) => failed(visit, &error),
    }
}

fn failed(visit: &Visit, error: &SiteError) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "A page could not be made");
    let t = visit.ui().t;
    says(visit.ui(), StatusCode::INTERNAL_SERVER_ERROR, t.broken, t.broken_more)
}

async fn tagged(
    visit: &Visit,
    made: impl Future<Output = Result<Answered, SiteError>>,
) -> Result<Response, SiteError> {
    let tag = tag(visit).await?;
    if has(&visit.headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let address = visit.address();
    if let Some(page) = visit.cache.get(&tag, &address) {
        return Ok(([(header::ETAG, tag)], sent(page)).into_response());
    }
    match ready(visit, made.await?) {
        Ok(page) => {
            visit.cache.put(&tag, &address, page.clone());
            Ok(([(header::ETAG, tag)], sent(page)).into_response())
        }
        Err(other) => Ok(other),
    }
}

/// The page, or the answer that takes its place.
#[expect(clippy::result_large_err, reason = "both go straight to the reader")]
fn ready(visit: &Visit, answered: Answered) -> Result<Made, Response> {
    match answered {
        Answered::Html(html) => Ok(Made { kind: HTML, body: html.into() }),
        Answered::Atom(xml) => Ok(Made { kind: ATOM, body: xml.into() }),
        Answered::Moved(href) => Err(Redirect::permanent(&href).into_response()),
        Answered::Nothing => Err(missing(visit.ui())),
    }
}

fn sent(page: Made) -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], guarded(page.kind), page.body).into_response()
}

/// A page changes when the store does, when a day begins (the masthead tells it), and when the
/// site itself is another release.
async fn tag(visit: &Visit) -> Result<String, SiteError> {
    let change = visit.site.store.last_change().await?;
    let day = visit.now.to_zoned_datetime(visit.site.edition.zone.clone()).date();
    Ok(format!("W/\"{change}-{day}-{}\"", assets::release()))
}

/// Whether `If-None-Match` names the tag.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.is_some_and(|list| list.split(',').any(|one| opaque(one) == opaque(tag)))
}

/// The page that says that there is none, in the language of the path or of the reader.
pub(crate) fn not_found(site: &Arc<Site>, headers: &HeaderMap, uri: &Uri) -> Response {
    let edition = &site.edition;
    let lang = prefix(uri, edition).unwrap_or_else(|| prefers(headers, edition));
    missing(Ui::new(edition, lang, (site.now)(), "/"))
}

fn missing(ui: Ui<'_>) -> Response {
    says(ui, StatusCode::NOT_FOUND, ui.t.not_found, ui.t.not_found_more)
}

fn says(ui: Ui<'_>, status: StatusCode, head: &'static str, more: &'static str) -> Response {
    let page = ErrorPage { ui, status: status.as_u16(), head, more };
    let html = page.render().unwrap_or_else(|_| head.to_owned());
    (status, guarded(HTML), html).into_response()
}

fn guarded(kind: &'static str) -> [(header::HeaderName, &'static str); 4] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[track_caller]
    fn check(if_none_match: &str, expect: bool) {
        let value = HeaderValue::from_str(if_none_match).unwrap();
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, value)]);
        assert_eq!(has(&headers, "W/\"7-2026-03-06-ab\""), expect, "{if_none_match}");
    }

    #[test]
    fn tags_are_compared_weakly_and_one_of_a_list_is_enough() {
        check("W/\"7-2026-03-06-ab\"", true);
        check("\"7-2026-03-06-ab\"", true);
        check("\"1\", W/\"7-2026-03-06-ab\"", true);
        check("W/\"7-2026-03-07-ab\"", false);
        check("", false);
    }
}
