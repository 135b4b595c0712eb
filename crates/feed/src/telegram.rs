//! Public Telegram channels as their preview pages show them (`t.me/s/NAME`), and single posts as
//! pages embed them (`t.me/NAME/ID?embed=1`). The markup has no promise behind it, so it is read by
//! the names of its classes alone, and what is missing is left out. Asks nothing and guesses
//! nothing about posts that are not shown.

use crate::elements::{Elements, PAGE};
use crate::html::{push_escaped, unescape};
use crate::limits::{MEDIA_MAX, POSTS_MAX};
use crate::post::{LinkPreview, MediaKind, Post, PostLink, PostMedia, plain_markup};
use crate::xml::token::{Token, Tokens};
use chapar_model::PageUrl;

/// A preview page, or the page of one post, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TelegramPage {
    /// Whether it is the preview of a channel, with posts or without.
    pub is_preview: bool,
    /// What the channel calls itself.
    pub title: Option<String>,
    /// The posts that say or show something, as they stand: the oldest first.
    pub posts: Vec<TelegramPost>,
    /// Every number that a post of the page has, those of service messages and of pictures in
    /// albums among them.
    pub ids: Vec<u64>,
    /// The number before which older posts can be asked for; `None` on the first page.
    pub before: Option<u64>,
    /// What is said in place of a post that is not there.
    pub missing: Option<String>,
}

/// One post of a channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TelegramPost {
    /// The channel's name as addresses have it.
    pub channel: String,
    /// Its number.
    pub number: u64,
    /// What it says.
    pub post: Post,
}

/// Reads a preview page or the page of one post.
pub fn parse_telegram(html: &str, page: &PageUrl) -> TelegramPage {
    let elements = Elements::parse(html);
    let first = |class: &str| elements.find(PAGE, class);
    let mut read = TelegramPage {
        is_preview: first("tgme_channel_history").is_some() || first("tgme_channel_info").is_some(),
        title: first("tgme_channel_info_header_title")
            .or_else(|| first("tgme_header_title"))
            .and_then(|at| non_empty(elements.words(at))),
        missing: first("tgme_widget_message_error").and_then(|at| non_empty(elements.words(at))),
        before: elements
            .all(PAGE, "tme_messages_more")
            .find_map(|at| elements.attribute(at, "data-before")?.parse().ok()),
        ..TelegramPage::default()
    };
    let messages = elements.all(PAGE, "tgme_widget_message");
    for at in messages.take(POSTS_MAX) {
        let Some(name) = elements.attribute(at, "data-post") else { continue };
        let Some((channel, number)) = post_name(&name) else { continue };
        let message = Message { elements: &elements, at, page };
        read.ids.push(number);
        read.ids.extend(message.album());
        if message.is_service() {
            continue;
        }
        let post = message.read(&name);
        if !post.html.trim().is_empty() || !post.media.is_empty() {
            read.posts.push(TelegramPost { channel: channel.to_owned(), number, post });
        }
    }
    read.ids.sort_unstable();
    read.ids.dedup();
    read
}

/// A number as channels print it, `1.2K` or `3M`: no more exact than that.
pub fn read_count(raw: &str) -> Option<u64> {
    let raw = raw.trim();
    let digits = raw.trim_end_matches(['K', 'k', 'M', 'm', 'B', 'b']).trim_end();
    let factor = match raw.chars().last()?.to_ascii_uppercase() {
        'K' => 1e3,
        'M' => 1e6,
        'B' => 1e9,
        _ => 1.0,
    };
    let number: f64 = digits.replace([',', ' ', '\u{a0}'], "").parse().ok()?;
    let count = (number * factor).round();
    // The check keeps the cast exact.
    (count.is_finite() && (0.0..1e15).contains(&count)).then_some(count as u64)
}

/// The channel and the number in `NAME/12`.
fn post_name(name: &str) -> Option<(&str, u64)> {
    let (channel, number) = name.split_once('/')?;
    let is_name = !channel.is_empty()
        && channel.len() <= 64
        && channel.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some((channel, number.parse().ok()?))
}

/// One message on a page.
struct Message<'a> {
    elements: &'a Elements<'a>,
    at: usize,
    page: &'a PageUrl,
}

impl Message<'_> {
    fn read(&self, name: &str) -> Post {
        let date = self.own("tgme_widget_message_date");
        let time = date.and_then(|at| {
            let mut inside = self.elements.within(at);
            inside.find(|one| self.elements.is(*one, "time"))
        });
        let address = |at| self.address(at, "href");
        Post {
            id: name.to_owned(),
            permalink: date.and_then(address),
            html: self.text(),
            author: self.words("tgme_widget_message_from_author"),
            account: self.words("tgme_widget_message_owner_name"),
            published: time.and_then(|at| self.elements.attribute(at, "datetime")),
            edited: self.is_edited(),
            forwarded: self.forwarded(),
            reply_to: self.reply_to(),
            views: self.words("tgme_widget_message_views"),
            media: self.media(),
            preview: self.preview(),
            ..Post::default()
        }
    }

    /// The first element with a class that is of the post itself and not of what it answers.
    fn own(&self, class: &str) -> Option<usize> {
        self.all(class).next()
    }

    fn all(&self, class: &str) -> impl Iterator<Item = usize> {
        let of_others = ["tgme_widget_message_reply", "tgme_widget_message_link_preview"];
        let is_own = move |at: &usize| !of_others.iter().any(|c| self.elements.is_inside(*at, c));
        self.elements.all(self.at, class).filter(is_own)
    }

    fn words(&self, class: &str) -> Option<String> {
        self.own(class).and_then(|at| non_empty(self.elements.words(at)))
    }

    fn address(&self, at: usize, name: &str) -> Option<PageUrl> {
        self.page.join(&self.elements.attribute(at, name)?).ok()
    }

    /// "X pinned a message" and the like: marked on previews, and on the page of one post a notice
    /// that stands where the text would.
    fn is_service(&self) -> bool {
        let notice = |at: usize| {
            self.elements.has_class(self.elements.parent(at), "tgme_widget_message_bubble")
        };
        self.elements.has_class(self.at, "service_message")
            || self.own("service_message").is_some()
            || self.all("message_media_not_supported_wrap").any(notice) && self.text().is_empty()
    }

    fn text(&self) -> String {
        let marked = self.own("js-message_text").or_else(|| self.own("tgme_widget_message_text"));
        let mut html = marked.map(|at| plain_markup(self.elements.inside(at))).unwrap_or_default();
        if let Some(question) = self.words("tgme_widget_message_poll_question") {
            html.push_str("<p>");
            push_escaped(&question, &mut html);
            html.push_str("</p><ul>");
            for at in self.all("tgme_widget_message_poll_option_text").take(MEDIA_MAX) {
                html.push_str("<li>");
                push_escaped(&self.elements.words(at), &mut html);
                html.push_str("</li>");
            }
            html.push_str("</ul>");
        }
        html
    }

    /// The word for it is of the reader's language and stands beside the time with no element of
    /// its own.
    fn is_edited(&self) -> bool {
        let Some(at) = self.own("tgme_widget_message_meta") else { return false };
        let mut depth = 0_usize;
        Tokens::new(self.elements.inside(at)).any(|token| {
            match token {
                Token::Start(tag) if !tag.is_empty && !crate::html::is_void(tag.name) => depth += 1,
                Token::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let Token::Text(text) = token else { return false };
            depth == 0 && unescape(text).chars().any(char::is_alphabetic)
        })
    }

    fn forwarded(&self) -> Option<PostLink> {
        let name = self.own("tgme_widget_message_forwarded_from_name")?;
        let author = self.words("tgme_widget_message_forwarded_from_author");
        let mut printed = self.elements.words(name);
        if let Some(author) = author {
            printed.push_str(&format!(" ({author})"));
        }
        Some(PostLink { url: self.address(name, "href"), name: non_empty(printed) })
    }

    fn reply_to(&self) -> Option<PostLink> {
        let at = self.elements.find(self.at, "tgme_widget_message_reply")?;
        let name = self.elements.find(at, "tgme_widget_message_author_name");
        Some(PostLink {
            url: self.address(at, "href"),
            name: name.and_then(|at| non_empty(self.elements.words(at))),
        })
    }

    fn media(&self) -> Vec<PostMedia> {
        let kinds = [
            ("tgme_widget_message_photo_wrap", MediaKind::Picture),
            ("tgme_widget_message_video_player", MediaKind::Film),
            ("tgme_widget_message_roundvideo_player", MediaKind::Film),
            ("tgme_widget_message_voice_player", MediaKind::Sound),
            ("tgme_widget_message_document_wrap", MediaKind::File),
        ];
        let mut found: Vec<(usize, MediaKind)> = Vec::new();
        for (class, kind) in kinds {
            found.extend(self.all(class).map(|at| (at, kind)));
        }
        // Albums mix pictures and films; they are kept as they stand.
        found.sort_unstable_by_key(|(at, _)| *at);
        found.into_iter().take(MEDIA_MAX).map(|(at, kind)| self.one_media(at, kind)).collect()
    }

    fn one_media(&self, at: usize, kind: MediaKind) -> PostMedia {
        let find = |class: &str| self.elements.find(at, class);
        let words = |class: &str| find(class).and_then(|at| non_empty(self.elements.words(at)));
        let is_sound = |at| self.elements.has_class(at, "audio");
        let mut media = PostMedia { kind, url: self.address(at, "href"), ..PostMedia::default() };
        match kind {
            MediaKind::Picture => media.image = self.style_image(at),
            MediaKind::Film => {
                let thumb = find("tgme_widget_message_video_thumb")
                    .or_else(|| find("tgme_widget_message_roundvideo_thumb"));
                media.image = thumb.and_then(|at| self.style_image(at));
                media.label = words("message_video_duration")
                    .or_else(|| words("tgme_widget_message_roundvideo_duration"));
            }
            MediaKind::Sound => media.label = words("tgme_widget_message_voice_duration"),
            MediaKind::File => {
                if find("tgme_widget_message_document_icon").is_some_and(is_sound) {
                    media.kind = MediaKind::Sound;
                }
                let parts = ["title", "extra"]
                    .map(|part| words(&format!("tgme_widget_message_document_{part}")));
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                media.label = non_empty(parts.join(", "));
            }
        }
        media
    }

    /// The address in `background-image:url('…')`.
    fn style_image(&self, at: usize) -> Option<PageUrl> {
        let style = self.elements.attribute(at, "style")?;
        let (_, after) = style.split_once("url(")?;
        let (inside, _) = after.split_once(')')?;
        self.page.join(inside.trim_matches(['\'', '"', ' '])).ok()
    }

    fn preview(&self) -> Option<LinkPreview> {
        let at = self.elements.find(self.at, "tgme_widget_message_link_preview")?;
        let words = |class: &str| {
            self.elements.find(at, class).map(|at| self.elements.words(at)).unwrap_or_default()
        };
        Some(LinkPreview {
            url: self.address(at, "href"),
            title: words("link_preview_title"),
            teaser: words("link_preview_description"),
            site: words("link_preview_site_name"),
        })
    }

    /// The numbers of an album's other posts, which stand in its links only.
    fn album(&self) -> Vec<u64> {
        let hrefs =
            self.elements.within(self.at).filter_map(|at| self.elements.attribute(at, "href"));
        let single = hrefs.filter_map(|href| {
            let (path, query) = href.split_once('?')?;
            query.split('&').any(|part| part == "single").then_some(())?;
            path.rsplit('/').next()?.parse().ok()
        });
        single.take(MEDIA_MAX).collect()
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
#[path = "telegram_tests.rs"]
mod tests;
