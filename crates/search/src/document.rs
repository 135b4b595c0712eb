//! The fields of the index, and how an article fills them.

use chapar_model::{ArticleId, Lang, SourceKey, StoryId};
use chapar_text::{parts, stem, tokens};
use jiff::Timestamp;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, RAW_TOKENIZER_NAME, Token};

/// Characters of a body that are indexed; more is no article.
const BODY_CHARS_MAX: usize = 400_000;
/// Bytes of a word; a longer one is a row of letters nobody looks for.
pub(crate) const WORD_BYTES_MAX: usize = 200;

/// What the index holds of one article.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The article.
    pub article: ArticleId,
    /// The story it belongs to.
    pub story: Option<StoryId>,
    /// The headline.
    pub title: &'a str,
    /// The text without the headline.
    pub body: &'a str,
    /// Its language, which decides how words are brought to their stems.
    pub lang: Option<Lang>,
    /// The publisher.
    pub source: &'a SourceKey,
    /// When it was first published.
    pub published: Option<Timestamp>,
}

/// Handles of the index's fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) article: Field,
    pub(crate) story: Field,
    pub(crate) published: Field,
    pub(crate) source: Field,
    pub(crate) lang: Field,
    pub(crate) title: Field,
    pub(crate) title_stems: Field,
    pub(crate) body: Field,
    pub(crate) body_stems: Field,
}

pub(crate) const ARTICLE: &str = "article";
pub(crate) const STORY: &str = "story";
pub(crate) const PUBLISHED: &str = "published";

/// The schema with its handles. Words come tokenized, so no field has a tokenizer of its own.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = |option| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(RAW_TOKENIZER_NAME).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let placed = words(IndexRecordOption::WithFreqsAndPositions);
    let counted = words(IndexRecordOption::WithFreqs);
    let fields = Fields {
        article: builder.add_i64_field(ARTICLE, INDEXED | FAST),
        story: builder.add_i64_field(STORY, FAST),
        published: builder.add_i64_field(PUBLISHED, INDEXED | FAST),
        source: builder.add_text_field("source", STRING),
        lang: builder.add_text_field("lang", STRING),
        title: builder.add_text_field("title", placed.clone()),
        title_stems: builder.add_text_field("title_stems", counted.clone()),
        body: builder.add_text_field("body", placed),
        body_stems: builder.add_text_field("body_stems", counted),
    };
    (builder.build(), fields)
}

impl Document<'_> {
    pub(crate) fn for_index(&self, fields: &Fields) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_i64(fields.article, self.article.0);
        if let Some(story) = self.story {
            document.add_i64(fields.story, story.0);
        }
        if let Some(published) = self.published {
            document.add_i64(fields.published, published.as_second());
        }
        document.add_text(fields.source, self.source.as_str());
        if let Some(lang) = self.lang {
            document.add_text(fields.lang, lang.as_str());
        }
        let end =
            self.body.char_indices().nth(BODY_CHARS_MAX).map_or(self.body.len(), |(at, _)| at);
        let body = self.body.get(..end).unwrap_or_default();
        for (text, words, stems) in
            [(self.title, fields.title, fields.title_stems), (body, fields.body, fields.body_stems)]
        {
            let (placed, stemmed) = self.words(text);
            document.add_pre_tokenized_text(words, placed);
            document.add_pre_tokenized_text(stems, stemmed);
        }
        document
    }

    /// The words of a text as they are and as stems; the parts of a joined word share its place.
    fn words(&self, text: &str) -> (PreTokenizedString, PreTokenizedString) {
        let mut placed = Vec::new();
        let mut stemmed = Vec::new();
        let found = tokens(text);
        let raw = Slices::new(text, found.iter().map(|token| token.span));
        for (position, (token, raw)) in found.iter().zip(raw).enumerate() {
            for key in parts(raw).into_iter().chain([token.key.clone()]) {
                if key.len() > WORD_BYTES_MAX {
                    continue;
                }
                stemmed.push(word(stem_in(&key, self.lang), position));
                placed.push(word(key, position));
            }
        }
        let whole = |tokens| PreTokenizedString { text: String::new(), tokens };
        (whole(placed), whole(stemmed))
    }
}

fn stem_in(key: &str, lang: Option<Lang>) -> String {
    lang.map_or_else(|| key.to_owned(), |lang| stem(key, lang))
}

fn word(text: String, position: usize) -> Token {
    Token { offset_from: 0, offset_to: 0, position, text, position_length: 1 }
}

/// The text of spans in order, found in one walk.
pub(crate) struct Slices<'t, I> {
    rest: &'t str,
    passed: usize,
    spans: I,
}

impl<'t, I: Iterator<Item = chapar_model::Span>> Slices<'t, I> {
    pub(crate) fn new(text: &'t str, spans: I) -> Self {
        Self { rest: text, passed: 0, spans }
    }

    /// Cuts the next `count` characters off.
    fn cut(&mut self, count: usize) -> &'t str {
        let end = self.rest.char_indices().nth(count).map_or(self.rest.len(), |(at, _)| at);
        let (head, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.passed += count;
        head
    }
}

impl<'t, I: Iterator<Item = chapar_model::Span>> Iterator for Slices<'t, I> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let span = self.spans.next()?;
        let (start, end) = (span.start as usize, span.end as usize);
        self.cut(start.saturating_sub(self.passed));
        Some(self.cut(end.saturating_sub(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::Span;

    #[test]
    fn slices_are_cut_by_characters() {
        let spans = [(0, 2), (3, 4), (6, 6)].map(|(start, end)| Span { start, end });
        let found: Vec<&str> = Slices::new("آب و نان", spans.into_iter()).collect();
        assert_eq!(found, ["آب", "و", ""]);
    }
}
