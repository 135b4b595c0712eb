//! Markup that a template prints as it is. Its makers escape every word that comes in, so that
//! no template needs to say of anything that it is safe. Never takes markup from a string.

use crate::Text;
use chapar_model::render;
use std::fmt;

/// HTML made of our own elements and escaped words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Words of our own, escaped.
    pub fn words(words: &str) -> Self {
        Self(render::escape(words))
    }

    /// A word from elsewhere, kept apart from the direction of what stands around it.
    pub fn isolated(words: &str) -> Self {
        Self(format!("<bdi>{}</bdi>", render::escape(words)))
    }

    /// Words in another language than the page's, kept apart and marked as such.
    pub fn text(text: &Text) -> Self {
        let lang = text.lang.map(|lang| format!(" lang=\"{lang}\"")).unwrap_or_default();
        let dir = text.dir.as_str();
        Self(format!("<bdi{lang} dir=\"{dir}\">{}</bdi>", render::escape(&text.words)))
    }

    /// A link of our own site.
    pub fn link(href: &str, inner: &Self) -> Self {
        Self(format!("<a href=\"{}\">{inner}</a>", render::escape(href)))
    }

    /// A link to another site, which learns nothing of where its reader comes from.
    pub fn outward(href: &chapar_model::PageUrl, inner: &Self) -> Self {
        let href = render::escape(href.as_str());
        Self(format!("<a href=\"{href}\" rel=\"noopener noreferrer\">{inner}</a>"))
    }

    /// A time that machines read as `machine` and people as `shown`.
    pub fn time(machine: &str, shown: &str) -> Self {
        let (machine, shown) = (render::escape(machine), render::escape(shown));
        Self(format!("<time datetime=\"{machine}\">{shown}</time>"))
    }

    /// Characters that are typed as they stand.
    pub fn code(characters: &str) -> Self {
        Self(format!("<code dir=\"ltr\">{}</code>", render::escape(characters)))
    }

    /// A word of a found text that answers the search.
    pub fn mark(words: &str) -> Self {
        Self(format!("<mark>{}</mark>", render::escape(words)))
    }

    /// Words that were taken out of a text.
    pub fn removed(words: &str) -> Self {
        Self(format!("<del>{}</del>", render::escape(words)))
    }

    /// Words that were put into a text.
    pub fn added(words: &str) -> Self {
        Self(format!("<ins>{}</ins>", render::escape(words)))
    }

    /// Appends another.
    pub fn push(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }
}

impl From<render::SafeHtml> for Markup {
    fn from(html: render::SafeHtml) -> Self {
        Self(html.as_str().to_owned())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}
