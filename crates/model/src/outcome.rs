//! What a page turned out to be.

use serde::{Deserialize, Serialize};

/// The name of what a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// One article.
    Article,
    /// The front page of a site.
    FrontPage,
    /// A section, tag, search or archive page: links to articles.
    Section,
    /// A check that the visitor is no robot.
    Challenge,
    /// A page that shows nothing before cookies are accepted.
    CookieWall,
    /// The beginning of an article whose rest is for subscribers.
    PaywalledLead,
    /// A running report.
    LiveBlog,
    /// Pictures with captions.
    Gallery,
    /// A film with a few words.
    Video,
    /// "Not found", sent as if it were found.
    Soft404,
    /// A notice that stands in for what should be there: a host that is being mended, a login.
    StandIn,
    /// An HTTP status that is no success.
    HttpError,
    /// A page of a shop, a form, a forum, a reference work.
    OtherPage,
    /// No HTML or text.
    NotHtml,
    /// HTML without readable text.
    NoText,
    /// A feed or sitemap.
    Feed,
    /// A post of a channel or an account: an article, told by other rules.
    Post,
    /// Over a limit, or it could not be read.
    Unreadable,
}

impl OutcomeKind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::Article,
        Self::FrontPage,
        Self::Section,
        Self::Challenge,
        Self::CookieWall,
        Self::PaywalledLead,
        Self::LiveBlog,
        Self::Gallery,
        Self::Video,
        Self::Soft404,
        Self::StandIn,
        Self::HttpError,
        Self::OtherPage,
        Self::NotHtml,
        Self::NoText,
        Self::Feed,
        Self::Post,
        Self::Unreadable,
    ];

    /// The name, as in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::FrontPage => "front-page",
            Self::Section => "section",
            Self::Challenge => "challenge",
            Self::CookieWall => "cookie-wall",
            Self::PaywalledLead => "paywalled-lead",
            Self::LiveBlog => "live-blog",
            Self::Gallery => "gallery",
            Self::Video => "video",
            Self::Soft404 => "soft404",
            Self::StandIn => "stand-in",
            Self::HttpError => "http-error",
            Self::OtherPage => "other-page",
            Self::NotHtml => "not-html",
            Self::NoText => "no-text",
            Self::Feed => "feed",
            Self::Post => "post",
            Self::Unreadable => "unreadable",
        }
    }

    /// Reads the name back.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a page is, and why we think so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The name.
    pub kind: OutcomeKind,
    /// The reason in a few words, for an editor.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_match_json() {
        for kind in OutcomeKind::ALL {
            assert_eq!(OutcomeKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
