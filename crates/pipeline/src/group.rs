//! Grouping: articles, in the order of their pages, get what they repeat and the story they
//! belong to. The order is that of the pages and nothing else, so that a restart, or a rebuild,
//! comes to the same stories.

use crate::Context;
use anyhow::Result;
use chapar_cluster::Grouper;
use chapar_dedup::Copies;
use chapar_model::{ArticleId, CopyOf, Lang, PageId, SourceId, SourceKind, StoryId};
use chapar_store::{GroupedArticle, Grouping, SourceRow, StoryUpdate};
use std::collections::{HashMap, HashSet};

/// Pages looked at together.
const PAGES: i64 = 200;
/// Articles remembered; beyond them the oldest are forgotten, in the order of their pages.
const MEMORY: usize = 50_000;

/// The grouper with what it remembers.
pub struct GroupStage {
    copies: Copies,
    grouper: Grouper,
    seen_to: PageId,
    addresses: HashMap<String, ArticleId>,
}

impl GroupStage {
    /// Remembers what was grouped before.
    pub async fn resume(context: &Context) -> Result<Self> {
        let mut stage = Self {
            copies: Copies::new(),
            grouper: Grouper::new(chapar_cluster::Limits {
                docs_max: MEMORY,
                ..Default::default()
            }),
            seen_to: PageId(0),
            addresses: HashMap::new(),
        };
        let done = context.store.grouped_to().await?;
        let sources = context.store.source_map().await?;
        while stage.seen_to < done {
            let to = PageId((stage.seen_to.0 + PAGES).min(done.0));
            for article in context.store.articles_to_group(stage.seen_to, to).await? {
                stage.remember(context, &sources, &article);
            }
            stage.seen_to = to;
        }
        Ok(stage)
    }

    /// Groups what has been read since. Stops at the first page that is not read yet. Returns how
    /// many pages it went past.
    pub async fn round(&mut self, context: &Context) -> Result<usize> {
        let pages = context.store.pages_after(self.seen_to, PAGES).await?;
        let ready: Vec<PageId> =
            pages.iter().take_while(|(_, _, outcome)| outcome.is_some()).map(|p| p.0).collect();
        let Some(to) = ready.last().copied() else { return Ok(0) };
        let sources = context.store.source_map().await?;
        let mut grouping = Grouping::default();
        for article in context.store.articles_to_group(self.seen_to, to).await? {
            self.place(context, &sources, &article, &mut grouping);
        }
        context.store.save_grouping(&last_word(grouping), to).await?;
        self.seen_to = to;
        Ok(ready.len())
    }

    fn remember(
        &mut self,
        context: &Context,
        sources: &HashMap<SourceId, SourceRow>,
        article: &GroupedArticle,
    ) {
        let story = article.story.unwrap_or(StoryId(article.id.0));
        self.visit(context, sources, article, |grouper, doc| {
            grouper.restore(doc, story);
        });
    }

    fn place(
        &mut self,
        context: &Context,
        sources: &HashMap<SourceId, SourceRow>,
        article: &GroupedArticle,
        grouping: &mut Grouping,
    ) {
        let changes = self.visit(context, sources, article, |grouper, doc| {
            let assigned = grouper.assign(doc);
            grouping.stories.push(StoryUpdate {
                article: article.id,
                story: assigned.story,
                why: plain(&assigned.why),
            });
        });
        grouping.copies.extend(changes.into_iter().map(|(article, copy)| {
            let copy = copy.map(|copy| {
                let why = copy.why.iter().map(|why| plain(why)).collect();
                CopyOf { why, ..copy }
            });
            (article, copy)
        }));
    }

    /// Hands an article to both stages; returns what changed among the copies.
    fn visit(
        &mut self,
        context: &Context,
        sources: &HashMap<SourceId, SourceRow>,
        article: &GroupedArticle,
        grouped: impl FnOnce(&mut Grouper, &chapar_cluster::Doc<'_>),
    ) -> Vec<(ArticleId, Option<CopyOf>)> {
        let read = &article.saved.article;
        let text = read.text();
        let title = read.title.value().map_or("", String::as_str);
        let source = sources.get(&article.source);
        let key = source.map_or("", |source| source.setup.key.as_str());
        // Reasons are read by people, so they name the source as readers know it.
        let name = source.map_or("", |source| source.name(Lang::EN));
        let url = article.url.as_str();
        let published = read.published.value();
        let lang = read.lang.value().copied();
        let changes = self.copies.add(&chapar_dedup::Doc {
            id: article.id,
            title,
            text: &text,
            lang,
            time: published.map(|when| when.earliest(&context.edition.zone)),
            time_exact: matches!(published, Some(chapar_model::When::Instant { .. })),
            fetched: article.fetched,
            source: name,
            publisher: source
                .and_then(|source| source.setup.publisher_group.as_deref())
                .unwrap_or(key),
            is_agency: source.and_then(|s| s.setup.kind) == Some(SourceKind::Agency),
            url,
            credits: credits(read),
            names: source.map(names).unwrap_or_default(),
        });
        let copy_of = changes
            .iter()
            .find(|(id, _)| *id == article.id)
            .and_then(|(_, copy)| copy.as_ref().map(|copy| copy.original));
        let concepts = context.terms.find(read, false).concepts;
        let links = self.links(article);
        grouped(
            &mut self.grouper,
            &chapar_cluster::Doc {
                id: article.id,
                title,
                text: &text,
                lang,
                time: article.saved.sort,
                concepts: &concepts,
                source: name,
                copy_of,
                links: &links,
            },
        );
        // Servers name a post by the address for machines, people by the one for readers.
        for url in [&article.url, &article.asked] {
            self.addresses.insert(url.identity(), article.id);
        }
        changes
    }

    /// Articles it names as its original, or answers.
    fn links(&self, article: &GroupedArticle) -> Vec<ArticleId> {
        let read = &article.saved.article;
        let claimed = read.original.value().and_then(|original| original.url.as_ref());
        let answered = read.post.as_ref().and_then(|post| post.reply_to.as_ref()?.url.as_ref());
        claimed
            .into_iter()
            .chain(answered)
            .filter_map(|url| self.addresses.get(&url.identity()).copied())
            .collect()
    }
}

/// Whom an article credits.
fn credits(article: &chapar_model::Article) -> Vec<String> {
    let mut credits = Vec::new();
    credits.extend(article.dateline.as_ref().and_then(|dateline| dateline.agency.clone()));
    if let Some(original) = article.original.value() {
        credits.extend(original.name.clone());
        credits.extend(original.url.as_ref().map(ToString::to_string));
    }
    credits
}

/// The names by which others credit a source.
fn names(source: &SourceRow) -> Vec<String> {
    let mut names: Vec<String> = source.setup.names.values().cloned().collect();
    names.push(source.setup.home.site().to_owned());
    names.push(source.setup.key.as_str().to_owned());
    names
}

/// A reason without the marks that set values apart in a log.
fn plain(reason: &str) -> String {
    reason.replace('`', "")
}

/// Of several decisions about one article, the last.
fn last_word(mut grouping: Grouping) -> Grouping {
    let mut decided = HashSet::new();
    grouping.copies.reverse();
    grouping.copies.retain(|(article, _)| decided.insert(*article));
    grouping.copies.reverse();
    grouping
}
