//! What each page shows, as plain values. Made from the nouns of the model; no view knows a
//! database, a language of the site, or HTML.

use chapar_model::{
    ArticleId, Block, ContentHash, CopyKind, Dateline, Dir, Display, FieldName, Lang, PageId,
    PageUrl, PageVia, SourceKey, SourceKind, StoryId, When, render,
};
use chapar_text::{Change, Stretch};
use jiff::Timestamp;

/// Words of an excerpt, about.
pub const EXCERPT_WORDS_MAX: usize = 90;
/// Stories that stand beside the lead of the front page.
pub const WEIGHTY_MAX: usize = 4;
/// Sources named under a headline before the rest is counted.
pub const SOURCES_NAMED_MAX: usize = 3;

/// Words from a source, with their language and direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The words.
    pub words: String,
    /// Their language, where it is known.
    pub lang: Option<Lang>,
    /// Their direction.
    pub dir: Dir,
}

impl Text {
    /// Words in a known language, which settles their direction: a Persian headline that opens
    /// with a Latin name still reads from the right.
    pub fn new(words: impl Into<String>, lang: Lang) -> Self {
        Self { words: words.into(), lang: Some(lang), dir: lang.dir() }
    }

    /// Words whose language nobody has told.
    pub fn unknown(words: impl Into<String>) -> Self {
        let words = words.into();
        let dir = chapar_text::dir_of(&words);
        Self { words, lang: None, dir }
    }
}

/// A source as it is named beside an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName {
    /// Its key, which is its address here.
    pub key: SourceKey,
    /// Its name as printed.
    pub name: Text,
}

/// A story on the front page.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryCard {
    /// Its number.
    pub id: StoryId,
    /// Its headline, in the reader's language where somebody reported in it.
    pub headline: Text,
    /// Headlines in other languages.
    pub also: Vec<Text>,
    /// The opening of its first report, where the source lets it be shown.
    pub opening: Option<Text>,
    /// Who reports it, first reporter first.
    pub sources: Vec<SourceName>,
    /// How many sources report it.
    pub source_count: i64,
    /// How many reports it has, copies among them.
    pub report_count: i64,
    /// Languages of its reports.
    pub langs: Vec<Lang>,
    /// Time of its latest report, as exactly as it is known.
    pub latest: When,
    /// An instant for the same, for what must have one.
    pub updated: Timestamp,
}

/// The front page, or one of its older pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontView {
    /// The story of the day; pages further back have none.
    pub lead: Option<StoryCard>,
    /// Stories that stand with it.
    pub weighty: Vec<StoryCard>,
    /// All others.
    pub more: Vec<StoryCard>,
    /// Key of the next older page.
    pub older: Option<String>,
}

impl FrontView {
    /// Lays out the first stories, given in the order of their weight.
    pub fn lay_out(cards: Vec<StoryCard>, older: Option<String>) -> Self {
        let mut cards = cards.into_iter();
        let lead = cards.next();
        let weighty = cards.by_ref().take(WEIGHTY_MAX).collect();
        Self { lead, weighty, more: cards.collect(), older }
    }

    /// A page further back, where no story leads.
    pub fn further(cards: Vec<StoryCard>, older: Option<String>) -> Self {
        Self { more: cards, older, ..Self::default() }
    }

    /// Every story, in the order in which it stands on the page.
    pub fn cards(&self) -> impl Iterator<Item = &StoryCard> {
        self.lead.iter().chain(&self.weighty).chain(&self.more)
    }
}

/// One article in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Its number.
    pub id: ArticleId,
    /// Its headline.
    pub headline: Text,
    /// Who published it.
    pub source: SourceName,
    /// When.
    pub at: Option<When>,
    /// Articles that repeat it.
    pub copies: Vec<CopyRow>,
    /// Why it is taken for the story's first report, where it is.
    pub first: Option<FirstReport>,
}

/// Why an article is taken for its story's first report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstReport {
    /// Reports whose times were compared.
    pub among: i64,
    /// Whether no more than its day is known.
    pub is_day_only: bool,
    /// Articles that repeat it.
    pub copies: i64,
}

/// An article that repeats another.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyRow {
    /// Its number.
    pub id: ArticleId,
    /// Its headline.
    pub headline: Text,
    /// Who published it.
    pub source: SourceName,
    /// When.
    pub at: Option<When>,
    /// How much of the other it repeats.
    pub kind: CopyKind,
    /// Share of its words that stand in the other, 0 to 1.
    pub shared: f32,
}

/// The reports of a story in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct LangGroup {
    /// The language; `None` for reports whose language is not known.
    pub lang: Option<Lang>,
    /// The reports, oldest first.
    pub reports: Vec<ReportRow>,
    /// How many there are, copies among them.
    pub count: i64,
}

/// A story's page.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryView {
    /// Its number.
    pub id: StoryId,
    /// Its headline, in the reader's language where somebody reported in it.
    pub headline: Text,
    /// The opening of its first report, where the source lets it be shown.
    pub opening: Option<Text>,
    /// How many sources report it.
    pub source_count: i64,
    /// How many reports it has, copies among them.
    pub report_count: i64,
    /// Time of the first report.
    pub began: Option<When>,
    /// Time of the latest report.
    pub latest: Option<When>,
    /// Its reports, the reader's language first.
    pub groups: Vec<LangGroup>,
}

/// What of an article's text may be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// All of it.
    Full(Vec<Block>),
    /// Its beginning.
    Excerpt(Vec<Block>),
    /// None of it.
    Link,
    /// Nothing, for none was found.
    Empty,
}

impl Body {
    /// What the source's rule lets be shown of `blocks`.
    pub fn allowed(display: Display, blocks: Vec<Block>) -> Self {
        match display {
            Display::Link => Self::Link,
            _ if blocks.is_empty() => Self::Empty,
            Display::Full => Self::Full(blocks),
            Display::Excerpt => {
                let beginning = render::excerpt(&blocks, EXCERPT_WORDS_MAX);
                // A report of a few words is its own excerpt, and nothing stands elsewhere.
                if beginning == blocks { Self::Full(blocks) } else { Self::Excerpt(beginning) }
            }
        }
    }

    /// The blocks that are shown.
    pub fn blocks(&self) -> &[Block] {
        match self {
            Self::Full(blocks) | Self::Excerpt(blocks) => blocks,
            Self::Link | Self::Empty => &[],
        }
    }
}

/// The article that another repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct OriginalLink {
    /// Its number.
    pub id: ArticleId,
    /// Its headline.
    pub headline: Text,
    /// Who published it.
    pub source: SourceName,
    /// How much of it is repeated.
    pub kind: CopyKind,
    /// Share of the copy's words that stand in it, 0 to 1.
    pub shared: f32,
    /// Why it is taken for the original, the strongest reason first.
    pub because: Vec<String>,
}

/// The story an article belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryLink {
    /// Its number.
    pub id: StoryId,
    /// Its headline.
    pub headline: Text,
    /// How many reports it has.
    pub report_count: i64,
    /// Why the article belongs to it.
    pub because: Option<String>,
}

/// What was seen for and against one field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldEvidence {
    /// The field.
    pub field: FieldName,
    /// Its candidates, in the order of their rank.
    pub candidates: Vec<chapar_model::Candidate<String>>,
}

impl FieldEvidence {
    /// Gathers the candidates of each field, fields in the order in which they first occur.
    pub fn gather(evidence: Vec<chapar_model::FieldSummary>) -> Vec<Self> {
        let mut fields: Vec<Self> = Vec::new();
        for summary in evidence {
            match fields.iter_mut().find(|known| known.field == summary.field) {
                Some(known) => known.candidates.push(summary.candidate),
                None => {
                    let candidates = vec![summary.candidate];
                    fields.push(Self { field: summary.field, candidates });
                }
            }
        }
        fields
    }
}

/// One kept page of an article's address.
#[derive(Debug, Clone, PartialEq)]
pub struct PageFacts {
    /// Its number.
    pub id: PageId,
    /// When it was received.
    pub fetched: Timestamp,
    /// HTTP status; `None` for a saved file.
    pub status: Option<u16>,
    /// Hash of its body as received.
    pub digest: ContentHash,
    /// Bytes of its body.
    pub body_bytes: i64,
    /// How it came.
    pub via: PageVia,
}

/// One text that an article's address has had.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// 1 for the first.
    pub number: i64,
    /// The page that first had it.
    pub page: PageId,
    /// When its page was received.
    pub fetched: Timestamp,
    /// What it changed of the one before; `None` for the first.
    pub changed: Option<Changed>,
}

/// What one text of an address changed of the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// The headline, where it changed.
    pub headline: Option<Vec<Stretch>>,
    /// The byline, where it changed.
    pub byline: Option<Vec<Stretch>>,
    /// Paragraphs that changed, as far as they may be shown.
    pub text: Vec<Change>,
    /// Whether more of the text changed than is shown.
    pub more: More,
    /// Whether it brought a note of correction.
    pub has_correction_note: bool,
}

/// Why changes are left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum More {
    /// None are.
    #[default]
    None,
    /// There are too many.
    Many,
    /// The source does not let its text be shown.
    Hidden,
}

/// A time without its article between two with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// When the article was first seen to be missing.
    pub from: Timestamp,
    /// When it was there again.
    pub until: Timestamp,
}

/// An article's page.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleView {
    /// Its number.
    pub id: ArticleId,
    /// Its headline.
    pub headline: Text,
    /// Who published it.
    pub source: SourceName,
    /// Where it stands.
    pub original: PageUrl,
    /// Place and agency at its head.
    pub dateline: Option<Dateline>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// When it was published.
    pub published: Option<When>,
    /// When it was changed, as its publisher says.
    pub updated: Option<When>,
    /// Its language.
    pub lang: Option<Lang>,
    /// Its text, as far as it may be shown.
    pub body: Body,
    /// Address of its picture at the source.
    pub picture: Option<PageUrl>,
    /// Section of the site.
    pub section: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Origin that it names.
    pub claimed: Option<chapar_model::ClaimedOriginal>,
    /// What is known of it beyond that, where it is a post of a channel or an account.
    pub post: Option<chapar_model::PostFacts>,
    /// The post that it answers, where that is kept: its number and headline.
    pub answered: Option<(ArticleId, Text)>,
    /// The story it belongs to.
    pub story: Option<StoryLink>,
    /// The article it repeats.
    pub copy_of: Option<OriginalLink>,
    /// Articles that repeat it.
    pub copies: Vec<CopyRow>,
    /// What was seen for and against each field.
    pub evidence: Vec<FieldEvidence>,
    /// When its publisher was first seen to have taken it down.
    pub gone: Option<Timestamp>,
    /// Times that it was missing for, newest first.
    pub absences: Vec<Absence>,
    /// Whether its publisher shows only the beginning to those who do not pay.
    pub is_paywalled: bool,
    /// The kept pages of its address, newest first; it was read from the first.
    pub pages: Vec<PageFacts>,
    /// The texts its address has had, newest first.
    pub revisions: Vec<Revision>,
}

impl ArticleView {
    /// The evidence for one field.
    pub fn evidence_of(&self, field: FieldName) -> Option<&FieldEvidence> {
        self.evidence.iter().find(|known| known.field == field)
    }

    /// Whether its headline is made of its own first words: then the words are read once.
    pub fn is_untitled(&self) -> bool {
        self.post.as_ref().is_some_and(|post| !post.titled)
    }

    /// The evidence for all fields but the times, which have their own place.
    pub fn other_evidence(&self) -> impl Iterator<Item = &FieldEvidence> {
        self.evidence
            .iter()
            .filter(|e| !matches!(e.field, FieldName::Published | FieldName::Updated))
    }
}

/// A source in the list of sources.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// Its name and key.
    pub source: SourceName,
    /// Who stands behind it.
    pub kind: Option<SourceKind>,
    /// Languages it publishes in.
    pub langs: Vec<Lang>,
    /// Its home page.
    pub home: PageUrl,
    /// How much of it is shown.
    pub display: Display,
    /// How many of its articles are kept.
    pub article_count: i64,
    /// When the last of its pages came.
    pub last_fetched: Option<Timestamp>,
    /// When a feed of it was last asked.
    pub last_asked: Option<Timestamp>,
    /// A hub that pushes what it brings.
    pub hub: Option<String>,
    /// When one is asked next.
    pub next_asked: Option<Timestamp>,
    /// Since when a feed of it fails, and how.
    pub failing: Option<(Timestamp, Fault)>,
}

/// How a feed fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its address leads nowhere.
    Hard,
    /// The publisher turns us away, or sends what cannot be read.
    Soft,
    /// It does not answer.
    Temporary,
}

/// A source's page.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceView {
    /// What the list says of it.
    pub row: SourceRow,
    /// Its articles, newest first.
    pub recent: Vec<ReportRow>,
    /// Key of the next older page.
    pub older: Option<String>,
}

/// A stretch of found text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words around the match.
    Plain(String),
    /// Words that match.
    Match(String),
}

/// An article that answers a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its number.
    pub id: ArticleId,
    /// Its headline.
    pub headline: Text,
    /// The words around the matches.
    pub snippet: Vec<Piece>,
    /// Who published it.
    pub source: SourceName,
    /// When.
    pub at: Option<When>,
}

/// What a reader asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The words.
    pub query: String,
    /// Only this language.
    pub lang: Option<Lang>,
    /// Only this source.
    pub source: Option<SourceKey>,
    /// Page of the results, from 1.
    pub page: u32,
}

/// What the search page shows below its box.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing was asked.
    None,
    /// The index does not answer.
    Unavailable,
    /// Articles were looked for.
    Hits {
        /// The articles of this page.
        hits: Vec<Hit>,
        /// How many there are in all.
        total: i64,
        /// Pages in all, at least 1.
        pages: u32,
    },
}

/// The search page.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchView {
    /// What was asked.
    pub asked: Asked,
    /// Languages to choose from.
    pub langs: Vec<Lang>,
    /// Sources to choose from.
    pub sources: Vec<SourceName>,
    /// What was found.
    pub answer: Answer,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: i64) -> StoryCard {
        StoryCard {
            id: StoryId(id),
            headline: Text::new(format!("Story {id}"), Lang::EN),
            also: Vec::new(),
            opening: None,
            sources: Vec::new(),
            source_count: 1,
            report_count: 1,
            langs: vec![Lang::EN],
            latest: When::instant(Timestamp::UNIX_EPOCH),
            updated: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_first_story_leads_and_no_story_is_lost() {
        let view = FrontView::lay_out((0..7).map(card).collect(), None);
        assert_eq!(view.lead.as_ref().map(|card| card.id.0), Some(0));
        assert_eq!(view.weighty.len(), WEIGHTY_MAX);
        assert!(view.cards().map(|card| card.id.0).eq(0..7));
    }

    #[test]
    fn an_empty_front_page_has_no_lead() {
        assert_eq!(FrontView::lay_out(Vec::new(), None), FrontView::default());
    }

    #[test]
    fn link_only_sources_show_no_text() {
        let block = Block {
            kind: chapar_model::BlockKind::Paragraph { content: Vec::new() },
            lang: None,
            dir: Dir::Ltr,
        };
        assert_eq!(Body::allowed(Display::Link, vec![block]), Body::Link);
        assert_eq!(Body::allowed(Display::Full, Vec::new()), Body::Empty);
    }

    #[test]
    fn a_persian_headline_with_a_latin_head_reads_from_the_right() {
        assert_eq!(Text::new("OPEC سهمیه‌ها را کاست", Lang::FA).dir, Dir::Rtl);
    }
}
