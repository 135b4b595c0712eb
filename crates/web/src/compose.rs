//! From the store's rows to views: which headline a reader sees, which copies are folded under
//! which report, what may be shown. Pure; the rows were fetched before.

use crate::views::{
    self, ArticleView, Body, CopyRow, FieldEvidence, FirstReport, LangGroup, OriginalLink,
    PageFacts, ReportRow, SourceName, StoryCard, StoryLink, StoryView,
};
use crate::{Text, history};
use chapar_model::{ArticleId, CopyOf, Display, Lang, OutcomeKind, SourceId, When};
use chapar_store::{ArticleDetail, ArticleRow, PageRow, SourceRow, SourceSummary, StoryRow};
use std::collections::{BTreeMap, BTreeSet};

/// Steps along which a copy's original is followed to an article that repeats no other.
const COPY_STEPS_MAX: usize = 8;

/// Every source, as a reader of one language knows it.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    lang: Lang,
    rows: BTreeMap<SourceId, SourceRow>,
}

impl Sources {
    /// The sources for readers of `lang`.
    pub(crate) fn new(rows: Vec<SourceRow>, lang: Lang) -> Self {
        Self { lang, rows: rows.into_iter().map(|row| (row.id, row)).collect() }
    }

    /// The sources of the edition, by number.
    pub(crate) fn listed(&self) -> impl Iterator<Item = SourceName> {
        self.rows.values().filter(|row| row.listed).map(|row| source_name(row, self.lang))
    }

    /// The number of the source with this key.
    pub(crate) fn find(&self, key: &chapar_model::SourceKey) -> Option<&SourceRow> {
        self.rows.values().find(|row| row.setup.key == *key)
    }

    pub(crate) fn name(&self, id: SourceId) -> Option<SourceName> {
        self.rows.get(&id).map(|row| source_name(row, self.lang))
    }

    pub(crate) fn display(&self, id: SourceId) -> Display {
        self.rows.get(&id).map_or(Display::Link, |row| row.setup.display)
    }
}

/// A source's name in `lang`, or in whatever language it has one.
pub(crate) fn source_name(row: &SourceRow, lang: Lang) -> SourceName {
    let words = row.name(lang);
    let named_in = row.setup.names.iter().find(|(_, name)| *name == words);
    let name = match named_in.and_then(|(tag, _)| Lang::parse(tag)) {
        Some(lang) => Text::new(words, lang),
        None => Text::unknown(words),
    };
    SourceName { key: row.setup.key.clone(), name }
}

/// An article's headline.
pub(crate) fn headline(row: &ArticleRow) -> Text {
    match row.lang {
        Some(lang) => Text::new(row.title.clone(), lang),
        None => Text::unknown(row.title.clone()),
    }
}

/// When an article was published, or else when its page came.
fn told(row: &ArticleRow) -> When {
    row.published.unwrap_or(When::instant(row.fetched))
}

/// The article whose headline a story bears for readers of `lang`: the earliest in their language
/// that repeats no other, or the earliest in it, or the one that bears it for all.
fn bearer<'r>(story: &StoryRow, reports: &'r [ArticleRow], lang: Lang) -> Option<&'r ArticleRow> {
    let mut own = reports.iter().filter(|row| row.lang == Some(lang));
    own.clone()
        .find(|row| row.copy.is_none())
        .or_else(|| own.next())
        .or_else(|| reports.iter().find(|row| row.id == story.lead))
        .or_else(|| reports.first())
}

/// The opening of an article, where its source lets it be shown.
fn opening(row: &ArticleRow, sources: &Sources) -> Option<Text> {
    if sources.display(row.source) == Display::Link || row.excerpt.is_empty() {
        return None;
    }
    Some(match row.lang {
        Some(lang) => Text::new(row.excerpt.clone(), lang),
        None => Text::unknown(row.excerpt.clone()),
    })
}

/// Languages in the order in which they first occur.
fn langs(reports: &[ArticleRow]) -> Vec<Lang> {
    let mut seen = BTreeSet::new();
    reports.iter().filter_map(|row| row.lang).filter(|lang| seen.insert(*lang)).collect()
}

/// A story for the front page; `None` while it has no report. `reports` are its articles, the
/// earliest first.
pub(crate) fn story_card(
    story: &StoryRow,
    reports: &[ArticleRow],
    sources: &Sources,
) -> Option<StoryCard> {
    let bearer = bearer(story, reports, sources.lang)?;
    let langs = langs(reports);
    let others = langs.iter().filter(|lang| Some(**lang) != bearer.lang);
    let also = others
        .filter_map(|lang| reports.iter().find(|row| row.lang == Some(*lang)))
        .map(headline)
        .collect();
    let mut seen = BTreeSet::new();
    let named = reports.iter().filter(|row| seen.insert(row.source));
    let latest = reports.last()?;
    Some(StoryCard {
        id: story.id,
        headline: headline(bearer),
        also,
        opening: opening(bearer, sources),
        sources: named.filter_map(|row| sources.name(row.source)).collect(),
        source_count: story.sources,
        report_count: story.articles,
        langs,
        latest: told(latest),
        updated: story.last,
    })
}

/// A story's page.
pub(crate) fn story_view(
    story: &StoryRow,
    reports: &[ArticleRow],
    sources: &Sources,
) -> Option<StoryView> {
    let bearer = bearer(story, reports, sources.lang)?;
    let folded = fold_copies(reports);
    let first = folded.first().map(|(row, _)| row.id);
    let mut groups: Vec<LangGroup> = Vec::new();
    for (row, copies) in folded {
        let Some(mut report) = report_row(row, sources) else { continue };
        report.copies = copies.iter().filter_map(|copy| copy_row(copy, sources)).collect();
        if first == Some(row.id) && story.articles > 1 {
            report.first = Some(FirstReport {
                among: story.articles,
                is_day_only: !matches!(row.published, Some(When::Instant { .. })),
                copies: copies.len() as i64,
            });
        }
        let count = 1 + report.copies.len() as i64;
        match groups.iter_mut().find(|group| group.lang == row.lang) {
            Some(group) => {
                group.reports.push(report);
                group.count += count;
            }
            None => groups.push(LangGroup { lang: row.lang, reports: vec![report], count }),
        }
    }
    groups.sort_by_key(|group| (group.lang != Some(sources.lang), group.lang.is_none()));
    Some(StoryView {
        id: story.id,
        headline: headline(bearer),
        opening: opening(bearer, sources),
        source_count: story.sources,
        report_count: story.articles,
        began: reports.first().map(told),
        latest: reports.last().map(told),
        groups,
    })
}

/// Each report that repeats no other of these, with those that repeat it.
fn fold_copies(reports: &[ArticleRow]) -> Vec<(&ArticleRow, Vec<&ArticleRow>)> {
    let by_id: BTreeMap<ArticleId, &ArticleRow> = reports.iter().map(|row| (row.id, row)).collect();
    let root = |row: &ArticleRow| -> Option<ArticleId> {
        let mut at = row.id;
        for _ in 0..COPY_STEPS_MAX {
            match by_id.get(&at).and_then(|row| row.copy.as_ref()) {
                Some(copy) if by_id.contains_key(&copy.original) => at = copy.original,
                _ => return (at != row.id).then_some(at),
            }
        }
        // Two that name each other: neither is folded away.
        None
    };
    let mut folded: Vec<(&ArticleRow, Vec<&ArticleRow>)> = Vec::new();
    let mut copies: BTreeMap<ArticleId, Vec<&ArticleRow>> = BTreeMap::new();
    for row in reports {
        match root(row) {
            Some(original) => copies.entry(original).or_default().push(row),
            None => folded.push((row, Vec::new())),
        }
    }
    for (row, mine) in &mut folded {
        *mine = copies.remove(&row.id).unwrap_or_default();
    }
    folded
}

/// A source in the list of sources.
pub(crate) fn source_row(summary: &SourceSummary, lang: Lang) -> views::SourceRow {
    let setup = &summary.source.setup;
    views::SourceRow {
        source: source_name(&summary.source, lang),
        kind: setup.kind,
        langs: setup.lang.into_iter().collect(),
        home: setup.home.clone(),
        display: setup.display,
        article_count: summary.articles,
        last_fetched: summary.last_fetched,
        last_asked: summary.last_polled,
        hub: summary.hub.clone(),
        next_asked: summary.next_poll,
        failing: summary.failing.map(|since| {
            let fault = match summary.failure_class.as_deref() {
                Some("hard") => views::Fault::Hard,
                Some("soft") => views::Fault::Soft,
                _ => views::Fault::Temporary,
            };
            (since, fault)
        }),
    }
}

/// An article in a list; `None` when its source is not known.
pub(crate) fn report_row(row: &ArticleRow, sources: &Sources) -> Option<ReportRow> {
    Some(ReportRow {
        id: row.id,
        headline: headline(row),
        source: sources.name(row.source)?,
        at: row.published,
        copies: Vec::new(),
        first: None,
    })
}

fn copy_row(row: &ArticleRow, sources: &Sources) -> Option<CopyRow> {
    let copy = row.copy.as_ref()?;
    Some(CopyRow {
        id: row.id,
        headline: headline(row),
        source: sources.name(row.source)?,
        at: row.published,
        kind: copy.kind,
        shared: copy.shared,
    })
}

/// The story an article belongs to, as its page names it.
pub(crate) fn story_link(
    article: &ArticleRow,
    story: &StoryRow,
    reports: &[ArticleRow],
    lang: Lang,
) -> Option<StoryLink> {
    Some(StoryLink {
        id: story.id,
        headline: headline(bearer(story, reports, lang)?),
        report_count: story.articles,
        because: article.story_why.clone(),
    })
}

/// An article's page; `None` when its source is not known.
pub(crate) fn article_view(
    detail: ArticleDetail,
    story: Option<StoryLink>,
    sources: &Sources,
) -> Option<ArticleView> {
    let ArticleDetail { row, saved, pages, revisions, original, copies, answered } = detail;
    let evidence = FieldEvidence::gather(saved.article.evidence());
    let article = saved.article;
    let read_from = pages.iter().find(|page| page.id == row.page);
    let is_paywalled = read_from
        .and_then(|page| page.outcome.as_ref())
        .is_some_and(|outcome| outcome.kind == OutcomeKind::PaywalledLead);
    let others = pages.iter().filter(|page| page.id != row.page);
    let display = sources.display(row.source);
    Some(ArticleView {
        id: row.id,
        headline: headline(&row),
        source: sources.name(row.source)?,
        original: row.url.clone(),
        byline: article.byline.value().cloned(),
        published: article.published.value().copied(),
        updated: article.updated.value().copied(),
        lang: article.lang.value().copied().or(row.lang),
        picture: article.lead_image.map(|image| image.url),
        section: article.section,
        tags: article.tags,
        claimed: article.original.value().cloned(),
        dateline: article.dateline,
        post: article.post,
        answered: answered.map(|row| (row.id, headline(&row))),
        body: Body::allowed(display, article.blocks),
        story,
        copy_of: original_link(row.copy.as_ref(), original.as_ref(), sources),
        copies: copies.iter().filter_map(|copy| copy_row(copy, sources)).collect(),
        evidence,
        gone: row.gone,
        is_paywalled,
        pages: read_from.into_iter().chain(others).map(page_facts).collect(),
        absences: history::absences(&pages),
        revisions: history::revisions(&revisions, display),
    })
}

fn original_link(
    copy: Option<&CopyOf>,
    original: Option<&ArticleRow>,
    sources: &Sources,
) -> Option<OriginalLink> {
    let (copy, original) = (copy?, original?);
    Some(OriginalLink {
        id: original.id,
        headline: headline(original),
        source: sources.name(original.source)?,
        kind: copy.kind,
        shared: copy.shared,
        because: copy.why.clone(),
    })
}

fn page_facts(page: &PageRow) -> PageFacts {
    PageFacts {
        id: page.id,
        fetched: page.fetched,
        status: page.status,
        digest: page.digest,
        body_bytes: page.body_bytes,
        via: page.via,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::{CopyKind, PageId, PageUrl, SourceKey, StoryId};
    use chapar_store::SourceSetup;
    use jiff::Timestamp;

    fn article(id: i64, lang: Lang, copy_of: Option<i64>) -> ArticleRow {
        let at = Timestamp::from_second(id * 60).unwrap();
        ArticleRow {
            id: ArticleId(id),
            source: SourceId(1 + id % 2),
            url: PageUrl::parse(&format!("https://example.org/{id}")).unwrap(),
            title: format!("Headline {id}"),
            lang: Some(lang),
            byline: None,
            excerpt: "First words.".to_owned(),
            published: Some(When::instant(at)),
            sort: at,
            updated: None,
            word_count: 100,
            revisions: 1,
            gone: None,
            story: Some(StoryId(1)),
            story_why: None,
            copy: copy_of.map(|original| CopyOf {
                original: ArticleId(original),
                kind: CopyKind::Whole,
                shared: 1.0,
                why: Vec::new(),
            }),
            fetched: at,
            page: PageId(id),
        }
    }

    fn story(lead: i64, articles: usize) -> StoryRow {
        StoryRow {
            id: StoryId(1),
            lead: ArticleId(lead),
            first: Timestamp::UNIX_EPOCH,
            last: Timestamp::UNIX_EPOCH,
            rank: Timestamp::UNIX_EPOCH,
            articles: articles as i64,
            sources: 2,
        }
    }

    fn sources(lang: Lang, display: Display) -> Sources {
        let source = |id: i64, name: &str| SourceRow {
            id: SourceId(id),
            listed: true,
            setup: SourceSetup {
                key: SourceKey::parse(&format!("s{id}")).unwrap(),
                names: BTreeMap::from([("en".to_owned(), name.to_owned())]),
                home: PageUrl::parse("https://example.org/").unwrap(),
                feeds: Vec::new(),
                lang: None,
                kind: None,
                publisher_group: None,
                display,
                all_in: true,
                zone: None,
            },
        };
        Sources::new(vec![source(1, "One"), source(2, "Two")], lang)
    }

    #[track_caller]
    fn check_headline(reader: Lang, reports: &[ArticleRow], expect: &str) {
        let sources = sources(reader, Display::Full);
        let card = story_card(&story(1, reports.len()), reports, &sources).unwrap();
        assert_eq!(card.headline.words, expect);
    }

    #[test]
    fn readers_see_a_headline_in_their_language_where_there_is_one() {
        let reports =
            [article(1, Lang::FA, None), article(2, Lang::EN, Some(3)), article(3, Lang::EN, None)];
        check_headline(Lang::EN, &reports, "Headline 3");
        check_headline(Lang::FA, &reports, "Headline 1");
        check_headline(Lang::AR, &reports, "Headline 1");
    }

    #[track_caller]
    fn check_fold(reports: &[ArticleRow], expect: &[(i64, &[i64])]) {
        let folded: Vec<(i64, Vec<i64>)> = fold_copies(reports)
            .into_iter()
            .map(|(row, copies)| (row.id.0, copies.iter().map(|copy| copy.id.0).collect()))
            .collect();
        let folded: Vec<(i64, &[i64])> = folded.iter().map(|(id, c)| (*id, c.as_slice())).collect();
        assert_eq!(folded, expect);
    }

    #[test]
    fn a_copy_of_a_copy_is_folded_under_the_original() {
        let reports = [
            article(1, Lang::EN, None),
            article(2, Lang::EN, Some(1)),
            article(3, Lang::EN, Some(2)),
            article(4, Lang::EN, None),
        ];
        check_fold(&reports, &[(1, &[2, 3]), (4, &[])]);
    }

    #[test]
    fn copies_of_what_is_elsewhere_or_of_each_other_stay_visible() {
        let reports = [
            article(1, Lang::EN, Some(99)),
            article(2, Lang::EN, Some(3)),
            article(3, Lang::EN, Some(2)),
        ];
        check_fold(&reports, &[(1, &[]), (2, &[]), (3, &[])]);
    }

    #[test]
    fn the_first_report_says_among_how_many() {
        let reports = [article(1, Lang::FA, None), article(2, Lang::EN, None)];
        let view = story_view(&story(1, 2), &reports, &sources(Lang::EN, Display::Full)).unwrap();
        assert!(view.groups.iter().map(|group| group.lang).eq([Some(Lang::EN), Some(Lang::FA)]));
        let firsts: Vec<_> =
            view.groups.iter().flat_map(|group| &group.reports).map(|row| row.first).collect();
        let first = FirstReport { among: 2, is_day_only: false, copies: 0 };
        assert_eq!(firsts, [None, Some(first)]);
    }

    #[test]
    fn a_link_only_source_lends_no_opening() {
        let reports = [article(1, Lang::EN, None)];
        let card = |display| story_card(&story(1, 1), &reports, &sources(Lang::EN, display));
        assert_eq!(card(Display::Link).unwrap().opening, None);
        assert!(card(Display::Excerpt).unwrap().opening.is_some());
    }
}
