//! Articles made of posts: what any network's post says, as the nouns of the model, each fact with
//! what it rests on. Pure; knows no network.

use super::Document;
use chapar_extract::blocks_of_fragment;
use chapar_feed::{MediaKind, Post as FeedPost, PostLink, PostMedia, read_count};
use chapar_model::{
    Article, Basis, Block, BlockKind, Candidate, ClaimedOriginal, Dir, Field, Figure, Image,
    Inline, Lang, PageUrl, PostFacts, Verdict, Views, When,
};
use chapar_store::EntryHint;
use std::borrow::Cow;

/// Characters of a headline that is made of a post's first words.
const TITLE_CHARS_MAX: usize = 110;
/// Characters of what a candidate keeps of the page.
const RAW_CHARS_MAX: usize = 200;
/// Characters from which the words of a post tell its language better than its source does.
const LANG_CHARS_MIN: usize = 40;
/// Tags kept of a post.
const TAGS_MAX: usize = 20;

/// How sure a text is that the network marks as the post's own.
const CONFIDENCE: f32 = 0.95;

/// The article that a post is.
pub(super) fn article_of(
    post: &FeedPost,
    document: &Document<'_>,
    hint: Option<&EntryHint>,
) -> Article {
    let permalink = post.permalink.clone().unwrap_or_else(|| document.page.url.clone());
    let mut blocks = blocks_of_fragment(&post.html, Some(&permalink));
    let whole = text_of(&blocks);
    let title = title_of(post, &whole);
    if title.own_line && blocks.first().is_some_and(|first| is_line_of(first, &whole)) {
        // The first line is the headline, and stands there.
        blocks.remove(0);
    }
    let lead_image = post.media.iter().find_map(image_of);
    let dir = chapar_text::dir_of(&whole);
    blocks.extend(post.media.iter().filter_map(|media| figure_of(media, &permalink, dir)));
    let text = text_of(&blocks);
    let words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
    Article {
        title: Field { candidates: title.candidates },
        site_name: one(post.account.clone(), Basis::VisibleText, "name of the account"),
        byline: one(post.author.clone(), Basis::VisibleText, "signature of the post"),
        dateline: None,
        published: published(post, hint),
        updated: time(post.updated.as_deref(), "time of the change"),
        lang: lang_of(post, &whole, document.lang),
        blocks,
        lead_image,
        canonical: post.permalink.clone(),
        original: original(post),
        section: None,
        tags: tags_of(&whole),
        word_count: u32::try_from(words).unwrap_or(u32::MAX),
        confidence: CONFIDENCE,
        post: Some(PostFacts {
            permalink,
            reply_to: post.reply_to.as_ref().map(claimed),
            views: post
                .views
                .as_ref()
                .and_then(|raw| Some(Views { raw: raw.clone(), about: read_count(raw)? })),
            edited: post.edited || post.updated.is_some(),
            titled: post.title.is_some(),
            warning: post.warning.clone(),
        }),
    }
}

/// The headline that lists show: the post's own, or else its first words.
pub(super) fn headline(post: &FeedPost) -> String {
    let whole = text_of(&blocks_of_fragment(&post.html, None));
    let title = title_of(post, &whole);
    title.candidates.into_iter().next().map(|one| one.value).unwrap_or_default()
}

struct Title {
    candidates: Vec<Candidate<String>>,
    /// Whether it is the whole first line of the text, with more below.
    own_line: bool,
}

fn title_of(post: &FeedPost, text: &str) -> Title {
    if let Some(own) = &post.title {
        let chosen = chosen(own.clone(), Basis::Heading, "title of the post", own, "stated");
        return Title { candidates: vec![chosen], own_line: false };
    }
    let mut lines = text.split("\n\n").filter(|block| has_words(block));
    let first = lines.next().unwrap_or_default();
    let line = first.lines().find(|line| has_words(line)).unwrap_or_default();
    let own_line = first.trim() == line.trim()
        && lines.next().is_some()
        && text.starts_with(first)
        && line.chars().count() <= TITLE_CHARS_MAX;
    let bare = without_signs(line);
    let short = match bare.chars().count() <= TITLE_CHARS_MAX {
        true => bare.to_owned(),
        false => first_sentence(bare),
    };
    let shown = match short.is_empty() {
        false => short,
        // Nothing but pictures: what they are called, or whose post it is.
        true => post
            .media
            .iter()
            .find_map(|media| media.label.clone().filter(|_| media.kind == MediaKind::File))
            .or_else(|| post.media.iter().map(|m| m.alt.clone()).find(|alt| !alt.is_empty()))
            .or_else(|| post.account.clone())
            .unwrap_or_else(|| post.id.clone()),
    };
    let reason = "a post has no headline: these are its first words";
    let place = "first words of the post";
    let chosen = chosen(shown, Basis::VisibleText, place, line, reason);
    Title { candidates: vec![chosen], own_line }
}

/// Whether a block is a paragraph or heading, and as such the first of the text.
fn is_line_of(block: &Block, text: &str) -> bool {
    let is_line = matches!(block.kind, BlockKind::Paragraph { .. } | BlockKind::Heading { .. });
    let mut own = String::new();
    block.push_text(&mut own);
    is_line && !own.is_empty() && text.split("\n\n").next() == Some(own.as_str())
}

/// The line without the signs that stand before its first word.
fn without_signs(line: &str) -> &str {
    let opens = |c: char| c.is_alphanumeric() || "«»\"“”'‘’(#@".contains(c);
    line.trim_start_matches(|c: char| !opens(c)).trim()
}

fn first_sentence(text: &str) -> String {
    let spans = chapar_text::sentences(text);
    let first = spans.first().and_then(|span| span.of(text)).unwrap_or(text);
    if first.chars().count() <= TITLE_CHARS_MAX {
        return first.to_owned();
    }
    let mut short = String::new();
    let mut chars = 0;
    for word in first.split_whitespace() {
        let added = word.chars().count() + 1;
        if chars + added > TITLE_CHARS_MAX {
            break;
        }
        if chars > 0 {
            short.push(' ');
        }
        short.push_str(word);
        chars += added;
    }
    if short.is_empty() {
        short = first.chars().take(TITLE_CHARS_MAX).collect();
    }
    short.push('…');
    short
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn text_of(blocks: &[Block]) -> String {
    let mut text = String::new();
    blocks.iter().for_each(|block| block.push_text(&mut text));
    text
}

fn published(post: &FeedPost, hint: Option<&EntryHint>) -> Field<When> {
    let own = time(post.published.as_deref(), "time of the post");
    let Some(said) = hint.and_then(|hint| hint.published) else { return own };
    if own.value().is_some() {
        return own;
    }
    let raw = hint.and_then(|hint| hint.published_raw.clone()).unwrap_or_default();
    Field { candidates: vec![chosen(said, Basis::Feed, "entry", &raw, "the post states no time")] }
}

fn time(raw: Option<&str>, place: &'static str) -> Field<When> {
    let read = raw.and_then(|raw| Some((When::parse(raw.trim()).ok()?, raw)));
    let candidate =
        read.map(|(when, raw)| chosen(when, Basis::TimeElement, place, raw, "post time"));
    Field { candidates: candidate.into_iter().collect() }
}

fn lang_of(post: &FeedPost, text: &str, source: Option<Lang>) -> Field<Lang> {
    let mut candidates: Vec<Candidate<Lang>> = Vec::new();
    let sample: String = text.chars().take(1_000).collect();
    let told = chapar_text::detect_lang(&sample);
    let is_sure =
        told.is_some_and(|(_, sure)| sure >= 0.8) && sample.chars().count() >= LANG_CHARS_MIN;
    let stated = post.lang.as_deref().and_then(|raw| Some((Lang::parse(raw)?, raw)));
    let agrees = |value, basis, place, raw: &str| Candidate {
        value,
        basis,
        place: Cow::Borrowed(place),
        raw: clipped(raw),
        verdict: Verdict::Agrees,
    };
    if let Some((lang, _)) = told {
        candidates.push(agrees(lang, Basis::Statistics, "words", &clipped(&sample)));
    }
    if let Some((lang, raw)) = stated {
        candidates.push(agrees(lang, Basis::Meta, "language of the post", raw));
    }
    if let Some(lang) = source {
        candidates.push(agrees(lang, Basis::Edition, "source", lang.as_str()));
    }
    // Few words tell less than whoever set the source up.
    let best = usize::from(!is_sure && told.is_some() && candidates.len() > 1);
    let choice = candidates.get(best).map(|one| one.value);
    for (at, one) in candidates.iter_mut().enumerate() {
        one.verdict = match choice {
            _ if at == best => Verdict::Chosen("ranks first".into()),
            Some(lang) if lang == one.value => Verdict::Agrees,
            _ => Verdict::Rejected("others rank higher".into()),
        };
    }
    Field { candidates }
}

fn original(post: &FeedPost) -> Field<ClaimedOriginal> {
    let claimed = post.forwarded.as_ref().map(claimed);
    let raw = claimed.as_ref().map(ToString::to_string).unwrap_or_default();
    let candidate = claimed
        .map(|value| chosen(value, Basis::Label, "passed on from", &raw, "marked by the network"));
    Field { candidates: candidate.into_iter().collect() }
}

fn claimed(link: &PostLink) -> ClaimedOriginal {
    ClaimedOriginal { url: link.url.clone(), name: link.name.clone() }
}

fn tags_of(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let Some(tag) = word.strip_prefix('#') else { continue };
        let tag: String = tag.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !tag.is_empty() && !tags.contains(&tag) && tags.len() < TAGS_MAX {
            tags.push(tag);
        }
    }
    tags
}

fn image_of(media: &PostMedia) -> Option<Image> {
    let url = media.image.clone()?;
    Some(Image { url, alt: media.alt.clone(), size: None })
}

/// A picture, or the still of a film or the name of a file with the way to it.
fn figure_of(media: &PostMedia, permalink: &PageUrl, dir: Dir) -> Option<Block> {
    let sign = match media.kind {
        MediaKind::Picture => None,
        MediaKind::Film | MediaKind::Sound => Some("▶"),
        MediaKind::File => Some("⬇"),
    };
    let caption = sign.map(|sign| {
        let label = media.label.as_deref().unwrap_or_default();
        let words = format!("{sign} {label}").trim_end().to_owned();
        let url = media.url.clone().unwrap_or_else(|| permalink.clone());
        vec![Inline::Link { url, content: vec![Inline::Text(words)] }]
    });
    let image = image_of(media);
    if image.is_none() && caption.is_none() {
        return None;
    }
    let figure = Figure { image, caption: caption.unwrap_or_default(), credit: None };
    Some(Block { kind: BlockKind::Figure(figure), lang: None, dir })
}

fn one(value: Option<String>, basis: Basis, place: &'static str) -> Field<String> {
    let candidate = value.map(|value| {
        let raw = value.clone();
        chosen(value, basis, place, &raw, "the only one")
    });
    Field { candidates: candidate.into_iter().collect() }
}

fn chosen<T>(
    value: T,
    basis: Basis,
    place: &'static str,
    raw: &str,
    reason: &'static str,
) -> Candidate<T> {
    Candidate {
        value,
        basis,
        place: Cow::Borrowed(place),
        raw: clipped(raw),
        verdict: Verdict::Chosen(Cow::Borrowed(reason)),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(RAW_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::{ContentHash, Headers, Page, PageId, PageVia};
    use jiff::Timestamp;
    use proptest::prelude::*;

    #[track_caller]
    fn check_title(html: &str, expect: &str, stays: bool) {
        let post =
            FeedPost { html: html.into(), account: Some("Peyk".into()), ..FeedPost::default() };
        assert_eq!(headline(&post), expect);
        let whole = text_of(&blocks_of_fragment(html, None));
        assert_eq!(!title_of(&post, &whole).own_line, stays);
    }

    #[test]
    fn a_first_line_that_stands_alone_is_the_headline() {
        check_title(
            "🔴 <b>Bridge opens</b><br><br>The minister cut the ribbon.",
            "Bridge opens",
            false,
        );
    }

    #[test]
    fn else_the_first_words_are_shown_and_the_text_is_whole() {
        check_title("Bridge opens", "Bridge opens", true);
        check_title("One line<br>and another", "One line", true);
        let long = format!("The bridge is open. {}", "It rained. ".repeat(20));
        check_title(&long, "The bridge is open.", true);
        let longer = "word ".repeat(60);
        assert!(first_sentence(&longer).chars().count() <= TITLE_CHARS_MAX + 1);
        check_title("", "Peyk", true);
        check_title("🔥🔥", "Peyk", true);
    }

    #[test]
    fn few_words_do_not_tell_the_language_against_the_source() {
        let post = FeedPost::default();
        assert_eq!(lang_of(&post, "سلام", Some(Lang::FA)).value(), Some(&Lang::FA));
        let sure = "The minister opened the bridge on Monday and spoke about the weather.";
        assert_eq!(lang_of(&post, sure, Some(Lang::FA)).value(), Some(&Lang::EN));
        assert_eq!(lang_of(&post, "", None).value(), None);
    }

    #[test]
    fn tags_are_words_after_a_hash() {
        assert_eq!(tags_of("a #bridge, #پل_زروند. #bridge #"), ["bridge", "پل_زروند"]);
    }

    #[test]
    fn a_headline_takes_nothing_but_its_line_from_the_text() {
        let url = PageUrl::parse("https://t.me/zarvand/1").unwrap();
        let article = |html: &str| {
            let post = FeedPost { html: html.into(), ..FeedPost::default() };
            article_of(&post, &document(&page(&url)), None)
        };
        assert_eq!(article("Bridge opens<br><br>It rained.").text(), "It rained.");
        let quoted = article("<blockquote>One<br><br>two</blockquote>three");
        assert!(quoted.text().starts_with("One"), "{}", quoted.text());
        assert_eq!(quoted.title.value().unwrap(), "One");
    }

    fn page(url: &PageUrl) -> Page {
        Page {
            id: PageId(1),
            url: url.clone(),
            fetched: Timestamp::UNIX_EPOCH,
            status: Some(200),
            headers: Headers::default(),
            digest: ContentHash::of(b""),
            body_bytes: 0,
            via: PageVia::Live,
        }
    }

    fn document(page: &Page) -> Document<'_> {
        Document { body: b"", page, zone: None, lang: None, polled: None }
    }

    proptest! {
        #[test]
        fn any_post_makes_an_article_with_a_headline(
            html in "(<p>|</p>|<br>|<b>|<blockquote>|<ul><li>|</ul>|\\. |#|\\PC){0,40}",
            title in proptest::option::of("\\PC{1,20}"),
        ) {
            let url = PageUrl::parse("https://t.me/zarvand/1").unwrap();
            let post = FeedPost { html, title, id: "zarvand/1".into(), ..FeedPost::default() };
            let article = article_of(&post, &document(&page(&url)), None);
            prop_assert!(!article.title.value().unwrap().is_empty());
        }
    }
}
