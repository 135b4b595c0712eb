//! A post of a channel or an account, whatever network it is of, and what it leads to. Plain
//! values: how they stand on a page or in a document is for the parsers of each network.

use crate::html::{line, push_escaped, text_line, unescape};
use crate::limits::POST_BYTES_MAX;
use crate::xml::token::{Token, Tokens};
use chapar_model::PageUrl;
use chapar_text::fold_loose;
use std::collections::HashSet;

/// Words of a post without a link preview that may stand beside its link for it to be a link and
/// nothing else: a headline. Longer headlines are rarer than short reports of their own.
const HEADLINE_WORDS_MAX: usize = 20;

/// The share of a post's words that the preview of its link must repeat for it to be a link and
/// nothing else.
const REPEATED_SHARE_MIN: f64 = 0.8;

/// One post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Post {
    /// What tells it from the account's other posts.
    pub id: String,
    /// Where readers find it.
    pub permalink: Option<PageUrl>,
    /// Its headline, where it has one of its own.
    pub title: Option<String>,
    /// Its text as HTML, not made safe.
    pub html: String,
    /// Who signed it.
    pub author: Option<String>,
    /// The channel or account.
    pub account: Option<String>,
    /// When it was published, as printed.
    pub published: Option<String>,
    /// When it was changed, as printed.
    pub updated: Option<String>,
    /// Whether it says that it was changed.
    pub edited: bool,
    /// Whom it passes on.
    pub forwarded: Option<PostLink>,
    /// What it answers.
    pub reply_to: Option<PostLink>,
    /// How often it was seen, as printed.
    pub views: Option<String>,
    /// Pictures, films and files.
    pub media: Vec<PostMedia>,
    /// The page that is shown below it.
    pub preview: Option<LinkPreview>,
    /// What its author warns of.
    pub warning: Option<String>,
    /// The language it states.
    pub lang: Option<String>,
}

/// Another post, or whoever wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostLink {
    /// Its address.
    pub url: Option<PageUrl>,
    /// The name that is printed.
    pub name: Option<String>,
}

/// A picture, film or file of a post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PostMedia {
    /// What it is.
    pub kind: MediaKind,
    /// The picture that shows it.
    pub image: Option<PageUrl>,
    /// Its alternative text.
    pub alt: String,
    /// Where it is found.
    pub url: Option<PageUrl>,
    /// Its name, length or size as printed.
    pub label: Option<String>,
}

/// The kinds of media.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    #[default]
    Picture,
    /// A film.
    Film,
    /// Sound.
    Sound,
    /// A file.
    File,
}

/// What is shown of a page that a post links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkPreview {
    /// Its address.
    pub url: Option<PageUrl>,
    /// Its title.
    pub title: String,
    /// What is said of it.
    pub teaser: String,
    /// The site's name.
    pub site: String,
}

impl Post {
    /// Its text on one line.
    pub fn line(&self) -> String {
        text_line(&self.html)
    }

    /// The article that the post links and says nothing beyond: its title or teaser at most.
    /// `is_own` says which addresses belong to the network itself and are no articles.
    pub fn article_link(&self, is_own: impl Fn(&PageUrl) -> bool) -> Option<PageUrl> {
        if !self.media.is_empty() || self.forwarded.is_some() || self.reply_to.is_some() {
            return None;
        }
        let (rest, links) = apart(&self.html);
        let mut articles: Vec<PageUrl> = Vec::new();
        let shown = self.preview.iter().filter_map(|preview| preview.url.clone());
        let linked = links.iter().filter_map(|href| PageUrl::parse(href).ok());
        for url in linked.chain(shown) {
            let leads = !is_own(&url) && !url.as_url().path().trim_matches('/').is_empty();
            if leads && !articles.iter().any(|known| known.identity() == url.identity()) {
                articles.push(url);
            }
        }
        let [only] = articles.as_slice() else { return None };
        let words = words(&rest);
        let repeats = match &self.preview {
            Some(preview) => {
                let said = format!("{} {} {}", preview.title, preview.teaser, preview.site);
                let said: HashSet<String> = self::words(&said).into_iter().collect();
                let known = words.iter().filter(|word| said.contains(*word)).count();
                known as f64 >= words.len() as f64 * REPEATED_SHARE_MIN
            }
            None => words.len() <= HEADLINE_WORDS_MAX && rest.trim().lines().count() <= 1,
        };
        repeats.then(|| only.clone())
    }
}

/// Words for comparing, without tags and accounts that a post is signed with.
fn words(text: &str) -> Vec<String> {
    fold_loose(text)
        .split_whitespace()
        .filter(|word| !word.starts_with(['#', '@']))
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The text of a post outside its links, lines kept apart, and where the links lead.
fn apart(html: &str) -> (String, Vec<String>) {
    let (mut rest, mut links) = (String::new(), Vec::new());
    let mut in_link: Option<(String, String)> = None;
    for token in Tokens::new(html) {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("a") => {
                let href = unescape(tag.attribute("href").unwrap_or_default()).into_owned();
                in_link = Some((href, String::new()));
            }
            Token::End(name) if name.eq_ignore_ascii_case("a") => {
                let Some((href, words)) = in_link.take() else { continue };
                // A link whose words are no address may be the headline itself.
                if !words.contains("://") && !words.starts_with(['#', '@']) && !is_address(&words) {
                    rest.push_str(&words);
                }
                if href.starts_with("http") && !words.starts_with(['#', '@']) {
                    links.push(href);
                }
            }
            Token::Start(tag) if ["br", "p"].iter().any(|n| n.eq_ignore_ascii_case(tag.name)) => {
                rest.push('\n');
            }
            Token::Text(text) => match &mut in_link {
                Some((_, words)) => words.push_str(&unescape(text)),
                None => rest.push_str(&unescape(text)),
            },
            _ => {}
        }
    }
    let lines: Vec<String> =
        rest.lines().map(line).filter(|l| l.chars().any(char::is_alphanumeric)).collect();
    let lines: Vec<String> = lines.into_iter().filter(|l| !words(l).is_empty()).collect();
    (lines.join("\n"), links)
}

/// Whether words are an address without its scheme, as networks shorten them.
fn is_address(words: &str) -> bool {
    let words = words.trim().trim_end_matches('…');
    !words.contains(char::is_whitespace) && words.contains('.') && words.contains('/')
}

/// Markup of a post with the elements that mean something, the rest without their tags: the same
/// words, and lines where there were lines.
pub(crate) fn plain_markup(html: &str) -> String {
    const KEPT: [&str; 12] =
        ["a", "b", "strong", "i", "em", "code", "pre", "blockquote", "br", "p", "ul", "li"];
    let mut out = String::with_capacity(html.len().min(POST_BYTES_MAX));
    // Elements that stand for a picture of a character hold the character in marks of their own.
    let mut in_picture = 0_usize;
    let mut skipped: Vec<String> = Vec::new();
    for token in Tokens::new(html) {
        if out.len() >= POST_BYTES_MAX {
            break;
        }
        match token {
            Token::Start(tag) => {
                let name = tag.name.to_ascii_lowercase();
                let classes = tag.attribute("class").unwrap_or_default();
                let is_picture =
                    name == "i" && classes.split_ascii_whitespace().any(|c| c == "emoji");
                if in_picture > 0 || is_picture {
                    if !tag.is_empty && !crate::html::is_void(&name) {
                        skipped.push(name);
                        in_picture = skipped.len();
                    }
                    continue;
                }
                if KEPT.contains(&name.as_str()) {
                    out.push('<');
                    out.push_str(&name);
                    if let Some(href) = tag.attribute("href").filter(|_| name == "a") {
                        out.push_str(" href=\"");
                        push_escaped(&unescape(href), &mut out);
                        out.push('"');
                    }
                    out.push('>');
                }
            }
            Token::End(name) => {
                let name = name.to_ascii_lowercase();
                if in_picture > 0 {
                    if let Some(at) = skipped.iter().rposition(|open| *open == name) {
                        skipped.truncate(at);
                        in_picture = skipped.len();
                    }
                    continue;
                }
                if KEPT.contains(&name.as_str()) && name != "br" {
                    out.push_str("</");
                    out.push_str(&name);
                    out.push('>');
                }
            }
            Token::Text(text) => out.push_str(text),
            Token::CData(text) => push_escaped(text, &mut out),
            Token::Doctype(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(raw: &str) -> PageUrl {
        PageUrl::parse(raw).unwrap()
    }

    #[track_caller]
    fn check_leads(html: &str, preview: Option<(&str, &str)>, expect: Option<&str>) {
        let preview = preview.map(|(title, teaser)| LinkPreview {
            url: Some(url("https://zana.example/news/7")),
            title: title.into(),
            teaser: teaser.into(),
            site: "ZANA".into(),
        });
        let post = Post { html: html.into(), preview, ..Post::default() };
        let is_own = |url: &PageUrl| url.host() == "t.me";
        assert_eq!(post.article_link(is_own).map(|url| url.to_string()).as_deref(), expect);
    }

    #[test]
    fn a_link_with_its_title_leads_to_the_article() {
        let news = "https://zana.example/news/7";
        let link = "<a href=\"https://zana.example/news/7\">https://zana.example/news/7</a>";
        let card = Some(("Bridge of Zarvand opens", "The minister cut the ribbon on Monday"));
        check_leads(link, None, Some(news));
        check_leads(&format!("🔴 Bridge of Zarvand opens<br/><br/>{link}"), card, Some(news));
        check_leads(&format!("Bridge opens!<br>{link}<br>@zana_news #bridge"), None, Some(news));
        check_leads("<a href=\"https://zana.example/news/7\">Bridge opens</a>", None, Some(news));
    }

    #[test]
    fn a_post_that_says_more_is_its_own() {
        let link = "<a href=\"https://zana.example/news/7\">zana.example/news/7</a>";
        let card = Some(("Bridge of Zarvand opens", "The minister cut the ribbon"));
        let own = "We were there and saw that half of the lamps had not been mounted yet";
        check_leads(&format!("{own}<br>{link}"), card, None);
        check_leads(&format!("One.<br>Two.<br>{link}"), None, None);
        check_leads("Only words", None, None);
        check_leads(&format!("{link} <a href=\"https://b.example/x\">b.example/x</a>"), None, None);
        check_leads("<a href=\"https://zana.example/\">zana.example</a>", None, None);
        check_leads("<a href=\"https://t.me/zana/4\">t.me/zana/4</a>", None, None);
    }

    #[test]
    fn pictures_of_characters_become_characters() {
        let html =
            "<tg-emoji id=\"1\"><i class=\"emoji\" style=\"x\"><b>🔴</b></i></tg-emoji> <b>Now</b>";
        assert_eq!(plain_markup(html), "🔴 <b>Now</b>");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_the_words_stay(html in "(<|</|>|b|i|a| class=emoji| href=|&amp;|\"|\\PC){0,60}") {
            let _ = plain_markup(&html);
            let post = Post { html, ..Post::default() };
            let _ = post.article_link(|_| false);
        }
    }
}
