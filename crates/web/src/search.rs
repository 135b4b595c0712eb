//! Questions to the search index: which articles answer, and the words that show why. The index is
//! opened when it is first asked, and again after it was made anew; never written here.

use crate::compose::{Sources, headline};
use crate::reply::SiteError;
use crate::views::{Answer, Asked, Hit, Piece};
use crate::visit::{PAGES_MAX, Visit};
use chapar_model::Display;
use chapar_search::{Index, Query, Results, SearchError, Snippet};
use chapar_store::ArticleRow;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Hits on one page.
const HITS: u32 = 20;
/// Characters of a snippet.
const SNIPPET_CHARS_MAX: usize = 220;

/// The index, as the site asks it.
#[derive(Debug, Clone)]
pub struct SearchIndex {
    dir: Arc<PathBuf>,
    open: Arc<Mutex<Option<Arc<Index>>>>,
}

impl SearchIndex {
    /// The index in `dir`, which need not be there yet.
    pub fn at(dir: PathBuf) -> Self {
        Self { dir: Arc::new(dir), open: Arc::default() }
    }

    /// One page of what answers; `None` while there is no index to be read.
    fn ask(
        &self,
        query: &Query,
        page: u32,
        now: Timestamp,
    ) -> Result<Option<Results>, SearchError> {
        let offset = (page - 1) * HITS;
        let found = self.handle().and_then(|index| {
            index.refresh()?;
            index.search(query, HITS as usize, offset as usize, now)
        });
        match found {
            Ok(results) => Ok(Some(results)),
            Err(error) if error.is_rebuildable() || error.is_transient() => {
                tracing::warn!(error = &error as &dyn std::error::Error, "A search found no index");
                *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn handle(&self) -> Result<Arc<Index>, SearchError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = open.as_ref() {
            return Ok(Arc::clone(index));
        }
        let index = Arc::new(Index::open(&self.dir)?);
        *open = Some(Arc::clone(&index));
        Ok(index)
    }
}

/// What the search page shows for a question.
pub(crate) async fn answer(
    visit: &Visit,
    asked: &Asked,
    sources: &Sources,
) -> Result<Answer, SiteError> {
    let mut query = Query::parse(&asked.query, &visit.site.edition.zone);
    if let Some(lang) = asked.lang {
        query.langs = vec![lang];
    }
    if let Some(source) = &asked.source {
        query.sources = vec![source.clone()];
    }
    if query.is_empty() {
        return Ok(Answer::None);
    }
    let (index, now, page) = (visit.site.index.clone(), visit.now, asked.page.max(1));
    // The index reads files and computes: not for the threads that answer everybody.
    let found = tokio::task::spawn_blocking(move || {
        let results = index.ask(&query, page, now)?;
        Ok::<_, SearchError>(results.map(|results| (query, results)))
    });
    let Some((query, results)) = found.await?? else { return Ok(Answer::Unavailable) };
    let ids: Vec<_> = results.hits.iter().map(|hit| hit.article).collect();
    let mut hits = Vec::with_capacity(ids.len());
    for row in visit.site.store.article_rows(&ids).await? {
        hits.extend(hit(visit, &row, &query, sources).await?);
    }
    let total = u32::try_from(results.total).unwrap_or(u32::MAX);
    Ok(Answer::Hits {
        hits,
        total: i64::from(total),
        pages: total.div_ceil(HITS).clamp(1, PAGES_MAX),
    })
}

async fn hit(
    visit: &Visit,
    row: &ArticleRow,
    query: &Query,
    sources: &Sources,
) -> Result<Option<Hit>, SiteError> {
    let Some(source) = sources.name(row.source) else { return Ok(None) };
    let mut pieces = Vec::new();
    // Of a source that is linked only, no word of the text is shown here either.
    if sources.display(row.source) != Display::Link
        && let Some(saved) = visit.site.store.article(row.id).await?
    {
        let text = saved.article.text();
        pieces = cut(&chapar_search::snippet(query, &text, row.lang, SNIPPET_CHARS_MAX));
    }
    Ok(Some(Hit {
        id: row.id,
        headline: headline(row),
        snippet: pieces,
        source,
        at: row.published,
    }))
}

/// A snippet in stretches that match and stretches that do not.
fn cut(snippet: &Snippet) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    if snippet.is_cut_before {
        plain.push_str("… ");
    }
    let mut hits = snippet.hits.iter().peekable();
    let mut matching = String::new();
    for (at, c) in snippet.text.chars().enumerate() {
        while hits.next_if(|hit| hit.end as usize <= at).is_some() {}
        if hits.peek().is_some_and(|hit| (hit.start as usize) <= at) {
            flush(&mut plain, Piece::Plain, &mut pieces);
            matching.push(c);
        } else {
            flush(&mut matching, Piece::Match, &mut pieces);
            plain.push(c);
        }
    }
    flush(&mut matching, Piece::Match, &mut pieces);
    if snippet.is_cut_after {
        plain.push_str(" …");
    }
    flush(&mut plain, Piece::Plain, &mut pieces);
    pieces
}

fn flush(words: &mut String, kind: fn(String) -> Piece, pieces: &mut Vec<Piece>) {
    if !words.is_empty() {
        pieces.push(kind(std::mem::take(words)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn shown(query: &str, text: &str, chars_max: usize) -> String {
        let query = Query::parse(query, &TimeZone::UTC);
        let pieces = cut(&chapar_search::snippet(&query, text, None, chars_max));
        let show = |piece: Piece| match piece {
            Piece::Plain(words) => words,
            Piece::Match(words) => format!("[{words}]"),
        };
        pieces.into_iter().map(show).collect()
    }

    #[test]
    fn matches_are_set_apart_in_any_script() {
        assert_eq!(shown("minister", "Two ministers met.", 100), "Two [ministers] met.");
        assert_eq!(shown("كوه‌سنگ", "در کوه‌سنگ بالا", 100), "در [کوه‌سنگ] بالا");
        assert_eq!(shown("end", "the end", 100), "the [end]");
    }

    #[test]
    fn what_is_left_out_is_shown_as_left_out() {
        let text = format!("{} quake {}", "word ".repeat(60), "more ".repeat(60));
        let shown = shown("quake", &text, 60);
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.contains("[quake]"));
    }

    proptest! {
        #[test]
        fn no_character_of_a_snippet_is_lost(text in "\\PC{0,60}", query in "\\PC{0,8}") {
            let query = Query::parse(&query, &TimeZone::UTC);
            let snippet = chapar_search::snippet(&query, &text, None, 500);
            let words: String = cut(&snippet)
                .into_iter()
                .map(|(Piece::Plain(words) | Piece::Match(words))| words)
                .collect();
            prop_assert_eq!(words, snippet.text);
        }
    }
}
