//! What can be said of a page as a whole, as numbers: how much of it is text and how that text
//! sounds, how much leads elsewhere, what its metadata calls it. Judges nothing: the trees do.

mod kept;
mod links;
mod whole;

use super::words::PageWords;
use crate::address;
use crate::body::Body;
use crate::dom::Doc;
use crate::facts::Facts;
use crate::layout::Layout;
use crate::numbers::numbers;
use crate::words;
use chapar_model::PageUrl;

numbers! {
    /// One number said of a page.
    Said:
    KeptMass = "kept_mass", KeptRuns = "kept_runs", KeptShare = "kept_share",
    KeptProse = "kept_prose", KeptLink = "kept_link", KeptMean = "kept_mean",
    KeptHeadings = "kept_headings", KeptLongest = "kept_longest", KeptSpread = "kept_spread",
    KeptCells = "kept_cells", KeptItems = "kept_items", KeptTeasers = "kept_teasers",
    KeptStart = "kept_start", KeptEnd = "kept_end", KeptGroups = "kept_groups",
    GroupMass = "group_mass", KeptShort = "kept_short", KeptTitles = "kept_titles",
    KeptHolders = "kept_holders", KeptTopHolder = "kept_top_holder", KeptYou = "kept_you",
    KeptWe = "kept_we", KeptI = "kept_i", KeptPast = "kept_past",
    KeptQuestions = "kept_questions", KeptShouts = "kept_shouts", KeptDigits = "kept_digits",
    KeptUpper = "kept_upper", KeptCommas = "kept_commas", KeptQuotes = "kept_quotes",
    Confidence = "confidence", Doubt = "doubt", Likely = "likely",
    ProseBefore = "prose_before", LinksBefore = "links_before",
    PageMass = "page_mass", PageRuns = "page_runs", PageLink = "page_link",
    PageProse = "page_prose", MedianMass = "median_mass", ParagraphMass = "paragraph_mass",
    LinkedHeadings = "linked_headings", Headings = "headings",
    Anchors = "a", FirstHeadings = "h1", Articles = "article", Times = "time", Inputs = "input",
    Buttons = "button", Images = "img", Pres = "pre", Paragraphs = "p", Items = "li", Cells = "td",
    Forms = "form", Selects = "select", Frames = "iframe", Codes = "code", Terms = "dt",
    BodyMark = "body_mark", CommentMark = "comment_mark", Pagination = "pagination",
    CardsMax = "cards_max", CardsLinked = "cards_linked",
    HasH1 = "has_h1", H1Title = "h1_title", H1Words = "h1_words", H1At = "h1_at",
    LinkAfterH1 = "link_after_h1", NearAfterH1 = "near_after_h1", ProseAfterH1 = "prose_after_h1",
    Depth = "depth", SlugWords = "slug_words", SlugDigits = "slug_digits", SlugTitle = "slug_title",
    HasDate = "address_date", HasQuery = "has_query", HasFile = "has_file",
    ChildLinks = "child_links", SiblingLinks = "sibling_links", LongLinks = "long_links",
    LinkedImages = "linked_images", ArticleLinks = "article_links",
    MainArticleLinks = "main_article_links", ArticleLinkMass = "article_link_mass",
    GroupLinks = "group_links", GroupLinkMass = "group_link_mass", Outside = "outside",
    OgArticle = "og_article", OgWebsite = "og_website", OgProduct = "og_product", OgNone = "og_none",
    LdArticle = "ld_article", LdArticles = "ld_articles", Crumbs = "crumbs",
    HasAuthor = "has_author", HasPublished = "has_published", HasModified = "has_modified",
    HasSection = "has_section", LargeCard = "large_card",
    TitleWords = "title_words", TitleDigit = "title_digit", TitleQuestion = "title_question",
    TitleSign = "title_sign",
    AddressWords = "words_address", ClassWords = "words_class", LineWords = "words_line",
    KindWords = "words_kind", NameWords = "words_name", MetaWords = "words_meta",
}

/// Counts that the trees need not tell apart.
const MANY: u32 = 400;

/// A page and what was read of it.
pub(crate) struct PageView<'a> {
    pub(crate) doc: &'a Doc,
    pub(crate) layout: &'a Layout,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) url: Option<&'a PageUrl>,
    pub(crate) body: Option<&'a Body>,
    pub(crate) title: Option<&'a str>,
}

/// The numbers of a page.
pub(crate) fn of(view: &PageView<'_>, weights: &PageWords) -> Row {
    let mut row = [0.0; COUNT];
    kept::tell(view, &mut row);
    whole::tell(view, &mut row);
    links::tell(view, &mut row);
    address(view, &mut row);
    for (said, sum) in super::words::SUMS.into_iter().zip(weights.sums(view)) {
        set(&mut row, said, sum);
    }
    row
}

fn address(view: &PageView<'_>, row: &mut Row) {
    let Some(url) = view.url else { return };
    let path = url.as_url().path();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.last().copied().unwrap_or_default();
    let slug = address::slug(url);
    set(row, Said::Depth, parts.len() as f32);
    set(row, Said::SlugWords, slug.len() as f32);
    set(row, Said::SlugDigits, last.bytes().filter(u8::is_ascii_digit).count() as f32);
    set(row, Said::HasDate, f32::from(address::date_in(url).is_some()));
    set(row, Said::HasQuery, f32::from(url.as_url().query().is_some()));
    set(row, Said::HasFile, f32::from(last.contains('.')));
    if let Some(title) = view.title {
        let title = words::folded(title);
        let shared = slug.iter().filter(|word| title.split(' ').any(|t| t == **word)).count();
        set(row, Said::SlugTitle, shared as f32);
    }
}

fn set(row: &mut Row, said: Said, value: f32) {
    if let Some(slot) = row.get_mut(said as usize) {
        *slot = value;
    }
}

/// What a row says.
pub(crate) fn get(row: &Row, said: Said) -> f32 {
    row.get(said as usize).copied().unwrap_or(0.0)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn share(part: u32, of: u32) -> f32 {
    part as f32 / of.max(1) as f32
}
