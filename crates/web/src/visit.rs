//! One request as the site understands it: language, place, what was asked. Lenient: a parameter
//! that cannot be read is none.

use crate::cache::PageCache;
use crate::edition::Edition;
use crate::reply;
use crate::site::{Served, Site};
use crate::ui::Ui;
use crate::views::Asked;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use chapar_model::{Lang, SourceKey};
use jiff::Timestamp;
use std::sync::Arc;
use url::form_urlencoded;

/// Characters of a question that are read.
const QUERY_CHARS_MAX: usize = 300;
/// Pages of results that can be turned to.
pub(crate) const PAGES_MAX: u32 = 50;
/// Ranges of an `Accept-Language` that are read.
const RANGES_MAX: usize = 20;

/// A request below a language's prefix.
pub(crate) struct Visit {
    /// What the site is made from.
    pub(crate) site: Arc<Site>,
    /// Pages made before.
    pub(crate) cache: Arc<PageCache>,
    /// The language of the prefix.
    pub(crate) lang: Lang,
    /// When it came.
    pub(crate) now: Timestamp,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// The path below the language, with its query.
    place: String,
    query: String,
}

impl Visit {
    /// The request for `uri`, whose first segment is taken for the language.
    pub(crate) fn new(served: Served, lang: Lang, uri: &Uri, headers: HeaderMap) -> Self {
        let Served { site, cache } = served;
        let query = uri.query().unwrap_or_default().to_owned();
        let path = uri.path().strip_prefix(&format!("/{lang}")).unwrap_or(uri.path());
        let path = if path.is_empty() { "/" } else { path };
        let place = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Self { now: (site.now)(), site, cache, lang, headers, place, query }
    }

    /// The reader, for templates.
    pub(crate) fn ui(&self) -> Ui<'_> {
        Ui::new(&self.site.edition, self.lang, self.now, &self.place)
    }

    /// The address below the host, by which the page is known.
    pub(crate) fn address(&self) -> String {
        format!("/{}{}", self.lang, self.place)
    }

    /// A parameter of the query; the first of several.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }

    /// What the search page is asked for.
    pub(crate) fn asked(&self) -> Asked {
        let query = self.param("q").unwrap_or_default();
        let page = self.param("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Asked {
            query: query.trim().chars().take(QUERY_CHARS_MAX).collect(),
            lang: self.param("lang").as_deref().and_then(Lang::parse),
            source: self.param("source").as_deref().and_then(SourceKey::parse),
            page: page.clamp(1, PAGES_MAX),
        }
    }
}

impl FromRequestParts<Served> for Visit {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        served: &Served,
    ) -> Result<Self, Self::Rejection> {
        let Some(lang) = prefix(&parts.uri, &served.site.edition) else {
            return Err(reply::not_found(&served.site, &parts.headers, &parts.uri));
        };
        Ok(Self::new(served.clone(), lang, &parts.uri, std::mem::take(&mut parts.headers)))
    }
}

/// The language a path begins with, where the site speaks it for the edition.
pub(crate) fn prefix(uri: &Uri, edition: &Edition) -> Option<Lang> {
    let first = uri.path().split('/').nth(1)?;
    edition.langs().find(|lang| lang.as_str() == first)
}

/// The edition's language that a reader likes best, by `Accept-Language` (RFC 9110, 12.5.4).
pub(crate) fn prefers(headers: &HeaderMap, edition: &Edition) -> Lang {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best: Option<(f32, Lang)> = None;
    for range in accept.unwrap_or_default().split(',').take(RANGES_MAX) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
        let lang = match tag.trim() {
            "*" => Some(edition.main_lang()),
            tag => Lang::parse(tag).and_then(|lang| edition.langs().find(|own| *own == lang)),
        };
        let Some(lang) = lang else { continue };
        if weight > best.map_or(0.0, |(known, _)| known) {
            best = Some((weight, lang));
        }
    }
    best.map_or_else(|| edition.main_lang(), |(_, lang)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::tests::edition;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn asks(accept: &str) -> HeaderMap {
        let value = HeaderValue::from_str(accept).unwrap();
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)])
    }

    /// The edition speaks Persian first, then English.
    #[track_caller]
    fn check(accept: &str, expect: Lang) {
        assert_eq!(prefers(&asks(accept), &edition()), expect, "{accept}");
    }

    #[test]
    fn the_heaviest_language_of_the_edition_wins() {
        check("en-US,en;q=0.9,fa;q=0.8", Lang::EN);
        check("de, en;q=0.5, fa;q=0.7", Lang::FA);
        check("de", Lang::FA);
        check("de, *;q=0.1, en;q=0.2", Lang::EN);
        check("en;q=0", Lang::FA);
        check("", Lang::FA);
    }

    proptest! {
        #[test]
        fn any_header_leads_to_a_language_of_the_edition(accept in "[ -~]{0,80}") {
            let edition = edition();
            let lang = prefers(&asks(&accept), &edition);
            prop_assert!(edition.langs().any(|own| own == lang));
        }
    }
}
