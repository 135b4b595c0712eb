//! What one page says.

use crate::{Dir, Field, FieldName, FieldSummary, Lang, PageUrl, When};
use serde::{Deserialize, Serialize};

/// An article as recovered from one page. Derived: the page it came from is the ground truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The headline.
    pub title: Field<String>,
    /// The site's own name.
    pub site_name: Field<String>,
    /// Who wrote it, as printed, without "By".
    pub byline: Field<String>,
    /// Place and agency credit at the head of the body.
    pub dateline: Option<Dateline>,
    /// First publication.
    pub published: Field<When>,
    /// Last change that the publisher states.
    pub updated: Field<When>,
    /// Language of the body.
    pub lang: Field<Lang>,
    /// The body.
    pub blocks: Vec<Block>,
    /// The picture that stands for the article.
    pub lead_image: Option<Image>,
    /// The address that the page calls its own.
    pub canonical: Option<PageUrl>,
    /// Where the page says that its text comes from.
    pub original: Field<ClaimedOriginal>,
    /// Section of the site, as printed.
    pub section: Option<String>,
    /// Tags or keywords, as printed.
    pub tags: Vec<String>,
    /// Words of the text.
    pub word_count: u32,
    /// How sure the extractor is of the text, 0 to 1.
    pub confidence: f32,
    /// What is known of it beyond that, where it is a post of a channel or an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostFacts>,
}

/// What is known of an article that is a post of a channel or an account. Whom it passes on is
/// the article's `original`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostFacts {
    /// Where readers find it: its page may have been asked for at another address.
    pub permalink: PageUrl,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ClaimedOriginal>,
    /// How often it was seen when its page was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<Views>,
    /// Whether it says that it was changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Whether its headline is its own; else it is its first words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub titled: bool,
    /// What its author warns of before its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// How often something was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    /// As printed, such as `1.2K`.
    pub raw: String,
    /// As read: no more exact than what is printed.
    pub about: u64,
}

impl Article {
    /// The text as printed: the dateline, which is data, put back where it stood.
    pub fn printed_text(&self) -> String {
        match &self.dateline {
            Some(dateline) => format!("{} {}", dateline.raw, self.text()),
            None => self.text(),
        }
    }

    /// The text: what spans count characters of. One blank line between blocks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            block.push_text(&mut text);
        }
        text
    }

    /// Every candidate of every field as text.
    pub fn evidence(&self) -> Vec<FieldSummary> {
        fn add<T>(
            all: &mut Vec<FieldSummary>,
            name: FieldName,
            field: &Field<T>,
            show: impl Fn(&T) -> String,
        ) {
            all.extend(field.candidates.iter().map(|c| FieldSummary {
                field: name,
                candidate: crate::Candidate {
                    value: show(&c.value),
                    basis: c.basis,
                    place: c.place.clone(),
                    raw: c.raw.clone(),
                    verdict: c.verdict.clone(),
                },
            }));
        }
        let mut all = Vec::new();
        add(&mut all, FieldName::Title, &self.title, String::clone);
        add(&mut all, FieldName::Byline, &self.byline, String::clone);
        add(&mut all, FieldName::Published, &self.published, When::to_string);
        add(&mut all, FieldName::Updated, &self.updated, When::to_string);
        add(&mut all, FieldName::Language, &self.lang, Lang::to_string);
        add(&mut all, FieldName::Site, &self.site_name, String::clone);
        add(&mut all, FieldName::Original, &self.original, ClaimedOriginal::to_string);
        all
    }
}

/// The opening of a report: "TEHRAN (Agency) –".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dateline {
    /// The place, in the case of a name ("Tehran").
    pub place: String,
    /// The agency named beside it.
    pub agency: Option<String>,
    /// The characters as they stand on the page.
    pub raw: String,
}

/// A source that the page names for its own text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedOriginal {
    /// Its address, where one is linked.
    pub url: Option<PageUrl>,
    /// Its name as printed.
    pub name: Option<String>,
}

impl std::fmt::Display for ClaimedOriginal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.name, &self.url) {
            (Some(name), Some(url)) => write!(f, "{name} <{url}>"),
            (Some(name), None) => f.write_str(name),
            (None, Some(url)) => url.fmt(f),
            (None, None) => Ok(()),
        }
    }
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its address.
    pub url: PageUrl,
    /// Its alternative text.
    pub alt: String,
    /// Width and height in CSS pixels, where the page states them.
    pub size: Option<(u32, u32)>,
}

/// One block of the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    #[serde(flatten)]
    pub kind: BlockKind,
    /// Its language, where it differs from the article's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Its direction, from its own text.
    pub dir: Dir,
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BlockKind {
    /// Running text.
    Paragraph {
        /// Its words.
        content: Vec<Inline>,
    },
    /// A heading inside the body.
    Heading {
        /// 2 to 6.
        level: u8,
        /// Its words.
        content: Vec<Inline>,
    },
    /// A list.
    List {
        /// Numbered or not.
        ordered: bool,
        /// Its items.
        items: Vec<ListItem>,
    },
    /// Words of somebody else, set apart.
    Quote {
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// A picture with its caption.
    Figure(Figure),
    /// A table.
    Table {
        /// Its rows.
        rows: Vec<TableRow>,
    },
    /// Text whose spaces and lines count.
    Code {
        /// It.
        text: String,
    },
    /// One entry of a live blog.
    LiveEntry {
        /// Its time as printed.
        time: Option<String>,
        /// What it says.
        blocks: Vec<Block>,
    },
}

/// A picture and what is said of it. Captions are kept, but are no part of the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The picture.
    pub image: Option<Image>,
    /// Its caption.
    pub caption: Vec<Inline>,
    /// Whose picture it is, where the page marks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// One item of a list, with what is nested in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Whether it heads the table.
    pub head: bool,
    /// Its cells.
    pub cells: Vec<Vec<Inline>>,
}

impl TableRow {
    /// Appends the cells, a tab between them.
    fn push_text(&self, text: &mut String) {
        for (column, cell) in self.cells.iter().enumerate() {
            if column > 0 {
                text.push('\t');
            }
            Inline::push_text(cell, text);
        }
    }
}

/// A run of words inside a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Plain words.
    Text(String),
    /// Important words.
    Strong(Vec<Inline>),
    /// Stressed words.
    Emphasis(Vec<Inline>),
    /// Words set as code.
    Code(String),
    /// A link.
    Link {
        /// Where it leads.
        url: PageUrl,
        /// Its words.
        content: Vec<Inline>,
    },
    /// A line break.
    Break,
}

impl Inline {
    /// Appends the plain words of a run.
    pub fn push_text(run: &[Self], text: &mut String) {
        for inline in run {
            match inline {
                Self::Text(words) | Self::Code(words) => text.push_str(words),
                Self::Strong(content) | Self::Emphasis(content) | Self::Link { content, .. } => {
                    Self::push_text(content, text);
                }
                Self::Break => text.push('\n'),
            }
        }
    }
}

impl Block {
    /// Appends the block's text, after a blank line if there is text before it.
    pub fn push_text(&self, text: &mut String) {
        match &self.kind {
            BlockKind::Paragraph { content } | BlockKind::Heading { content, .. } => {
                paragraph(text, |t| Inline::push_text(content, t));
            }
            BlockKind::List { items, .. } => {
                for item in items {
                    for block in &item.blocks {
                        block.push_text(text);
                    }
                }
            }
            BlockKind::Quote { blocks } | BlockKind::LiveEntry { blocks, .. } => {
                for block in blocks {
                    block.push_text(text);
                }
            }
            BlockKind::Figure(_) => {}
            BlockKind::Table { rows } => {
                for row in rows {
                    paragraph(text, |t| row.push_text(t));
                }
            }
            BlockKind::Code { text: code } => paragraph(text, |t| t.push_str(code)),
        }
    }
}

fn paragraph(text: &mut String, write: impl FnOnce(&mut String)) {
    let before = text.len();
    if before > 0 {
        text.push_str("\n\n");
    }
    let start = text.len();
    write(text);
    if text[start..].trim().is_empty() {
        text.truncate(before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: BlockKind) -> Block {
        Block { kind, lang: None, dir: Dir::Ltr }
    }

    fn words(text: &str) -> Vec<Inline> {
        vec![Inline::Text(text.into())]
    }

    #[test]
    fn captions_and_empty_blocks_leave_no_trace_in_the_text() {
        let blocks = [
            block(BlockKind::Paragraph { content: words("One.") }),
            block(BlockKind::Figure(Figure {
                image: None,
                caption: words("A caption"),
                credit: Some("A photographer".into()),
            })),
            block(BlockKind::Paragraph { content: words("  ") }),
            block(BlockKind::Quote {
                blocks: vec![block(BlockKind::Paragraph { content: words("Two.") })],
            }),
        ];
        let mut text = String::new();
        for block in &blocks {
            block.push_text(&mut text);
        }
        assert_eq!(text, "One.\n\nTwo.");
    }
}
