//! A channel of a messenger, served as that network shows public channels to browsers: a page of
//! the newest posts, older ones before a number, and each post on a page of its own for others to
//! embed. Knows no clock.

use jiff::Timestamp;
use serde::Deserialize;

use crate::article::{maybe_moment, moment};
use crate::calendar::Moment;
use crate::template::escape;
use crate::world::{World, origin};

/// Posts of one page.
const PAGE_POSTS: usize = 20;

/// A public channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The first label of its host.
    #[serde(skip)]
    pub key: String,
    /// Its name in addresses.
    pub name: String,
    /// What it calls itself.
    pub title: String,
    about: String,
    #[serde(rename = "post")]
    posts: Vec<Post>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    id: u64,
    #[serde(deserialize_with = "moment")]
    time: Timestamp,
    /// Its text in the network's own markup.
    #[serde(default)]
    text: String,
    #[serde(default)]
    service: bool,
    views: Option<String>,
    author: Option<String>,
    #[serde(default, deserialize_with = "maybe_moment")]
    edited_at: Option<Timestamp>,
    edited: Option<String>,
    #[serde(default, deserialize_with = "maybe_moment")]
    deleted_at: Option<Timestamp>,
    reply_to: Option<u64>,
    forwarded: Option<Forwarded>,
    #[serde(default)]
    photos: Vec<String>,
    video: Option<Video>,
    file: Option<File>,
    preview: Option<Preview>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forwarded {
    name: String,
    link: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Video {
    picture: String,
    duration: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    size: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Preview {
    link: String,
    site: String,
    title: String,
    teaser: String,
}

impl Post {
    fn is_shown(&self, now: Timestamp) -> bool {
        self.time <= now && self.deleted_at.is_none_or(|at| now < at)
    }

    fn is_edited(&self, now: Timestamp) -> bool {
        self.edited_at.is_some_and(|at| at <= now)
    }
}

/// A channel with the moment it is looked at.
pub(crate) struct Shown<'a> {
    pub(crate) world: &'a World,
    pub(crate) channel: &'a Channel,
    pub(crate) now: Timestamp,
    pub(crate) port: u16,
}

impl Shown<'_> {
    /// The page at a path, with its query; `None` where there is none.
    pub(crate) fn find(&self, path: &str) -> Option<String> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let name = &self.channel.name;
        if path == format!("/s/{name}") {
            let before = query.strip_prefix("before=").map(str::parse).transpose().ok()?;
            return Some(self.preview(before));
        }
        let number = path.strip_prefix(&format!("/{name}/"))?.parse().ok()?;
        query.contains("embed=1").then(|| self.embedded(number))
    }

    fn preview(&self, before: Option<u64>) -> String {
        let shown: Vec<&Post> = self
            .channel
            .posts
            .iter()
            .filter(|post| post.is_shown(self.now) && before.is_none_or(|id| post.id < id))
            .collect();
        let from = shown.len().saturating_sub(PAGE_POSTS);
        let page = shown.get(from..).unwrap_or_default();
        let name = &self.channel.name;
        let more = match page.first().filter(|_| from > 0) {
            Some(first) => format!(
                "<div class=\"tgme_widget_message_centered js-messages_more_wrap\"><a \
                 href=\"/s/{name}?before={id}\" class=\"tme_messages_more js-messages_more\" \
                 data-before=\"{id}\"></a></div>\n",
                id = first.id
            ),
            None => String::new(),
        };
        let posts: String = page.iter().map(|post| self.post(post)).collect();
        let title = escape(&self.channel.title);
        format!(
            "<!DOCTYPE html>\n<html class=\"theme_light\"><head><meta charset=\"utf-8\">\
             <title>{title}</title><meta property=\"og:title\" content=\"{title}\"></head>\
             <body class=\"widget_frame_base tgme_webpreview\">\n<header class=\"tgme_header\">\
             <div class=\"tgme_header_title\"><span dir=\"auto\">{title}</span></div></header>\n\
             <aside class=\"tgme_channel_info\"><div class=\"tgme_channel_info_header_title\">\
             <span dir=\"auto\">{title}</span></div><div class=\"tgme_channel_info_description\">\
             {}</div></aside>\n<main class=\"tgme_main\"><section class=\"tgme_channel_history \
             js-message_history\">\n{more}{posts}</section></main></body></html>\n",
            escape(&self.channel.about)
        )
    }

    fn embedded(&self, number: u64) -> String {
        let found = self.channel.posts.iter().find(|post| post.id == number);
        let body = match found.filter(|post| post.is_shown(self.now)) {
            Some(post) => self.post(post),
            None => "<div class=\"tgme_widget_message_wrap\"><div class=\"tgme_widget_message \
                     err_message js-widget_message\" id=\"widget_message\"><div class=\"\
                     tgme_widget_message_error\">Post not found</div></div></div>"
                .to_owned(),
        };
        format!(
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Widget</title></head>\
             <body class=\"widget_frame_base body_widget_post\">{body}</body></html>\n"
        )
    }

    fn post(&self, post: &Post) -> String {
        let name = &self.channel.name;
        let link = format!("{}/{name}/{}", origin(&self.channel.key, self.port), post.id);
        let text = match &post.edited {
            Some(edited) if post.is_edited(self.now) => edited,
            _ => &post.text,
        };
        let text = self.world.resolve(text, self.port);
        if post.service {
            return format!(
                "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"\
                 tgme_widget_message service_message js-widget_message\" data-post=\"{name}/{}\">\
                 <div class=\"tgme_widget_message_text\">{}</div></div></div>\n",
                post.id,
                escape(&text)
            );
        }
        let parts = [
            self.forwarded(post),
            self.reply(post),
            self.media(post, &link),
            format!(
                "<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">{text}</div>"
            ),
            self.link_preview(post),
            self.footer(post, &link),
        ];
        format!(
            "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"\
             tgme_widget_message text_not_supported_wrap js-widget_message\" \
             data-post=\"{name}/{}\"><div class=\"tgme_widget_message_bubble\">\
             <div class=\"tgme_widget_message_author accent_color\"><a class=\"\
             tgme_widget_message_owner_name\" href=\"{link}\"><span dir=\"auto\">{}</span></a>\
             </div>\n{}\n</div></div></div>\n",
            post.id,
            escape(&self.channel.title),
            parts.concat()
        )
    }

    fn forwarded(&self, post: &Post) -> String {
        let Some(from) = &post.forwarded else { return String::new() };
        let link = self.world.resolve(&from.link, self.port);
        format!(
            "<div class=\"tgme_widget_message_forwarded_from accent_color\">Forwarded from&nbsp;\
             <a class=\"tgme_widget_message_forwarded_from_name\" href=\"{}\"><span dir=\"auto\">\
             {}</span></a></div>",
            escape(&link),
            escape(&from.name)
        )
    }

    fn reply(&self, post: &Post) -> String {
        let Some(to) = post.reply_to else { return String::new() };
        let host = origin(&self.channel.key, self.port);
        let said = self.channel.posts.iter().find(|post| post.id == to);
        let said: String = said.map_or("", |post| &post.text).chars().take(60).collect();
        format!(
            "<a class=\"tgme_widget_message_reply user-color-1\" href=\"{host}/{}/{to}\">\
             <div class=\"tgme_widget_message_author accent_color\"><span class=\"\
             tgme_widget_message_author_name\" dir=\"auto\">{}</span></div><div class=\"\
             tgme_widget_message_text js-message_reply_text\" dir=\"auto\">{}</div></a>",
            self.channel.name,
            escape(&self.channel.title),
            escape(&said)
        )
    }

    fn media(&self, post: &Post, link: &str) -> String {
        let picture =
            |name: &str| format!("{}/images/{name}.svg", origin(&self.channel.key, self.port));
        let mut out = String::new();
        let is_album = post.photos.len() > 1;
        for (number, name) in (post.id..).zip(&post.photos) {
            let at = match is_album {
                true => format!(
                    "{}/{}/{number}?single",
                    origin(&self.channel.key, self.port),
                    self.channel.name
                ),
                false => link.to_owned(),
            };
            out.push_str(&format!(
                "<a class=\"tgme_widget_message_photo_wrap\" style=\"width:640px;\
                 background-image:url('{}')\" href=\"{at}\"></a>",
                picture(name)
            ));
        }
        if is_album {
            out = format!("<div class=\"tgme_widget_message_grouped_wrap\">{out}</div>");
        }
        if let Some(video) = &post.video {
            out.push_str(&format!(
                "<a class=\"tgme_widget_message_video_player\" href=\"{link}\"><i class=\"\
                 tgme_widget_message_video_thumb\" style=\"background-image:url('{}')\"></i>\
                 <time class=\"message_video_duration\">{}</time></a>",
                picture(&video.picture),
                escape(&video.duration)
            ));
        }
        if let Some(file) = &post.file {
            out.push_str(&format!(
                "<a class=\"tgme_widget_message_document_wrap\" href=\"{link}\"><div class=\"\
                 tgme_widget_message_document_icon accent_bg\"></div><div class=\"\
                 tgme_widget_message_document\"><div class=\"tgme_widget_message_document_title \
                 accent_color\" dir=\"auto\">{}</div><div class=\"\
                 tgme_widget_message_document_extra\">{}</div></div></a>",
                escape(&file.name),
                escape(&file.size)
            ));
        }
        out
    }

    fn link_preview(&self, post: &Post) -> String {
        let Some(preview) = &post.preview else { return String::new() };
        format!(
            "<a class=\"tgme_widget_message_link_preview\" href=\"{}\"><div class=\"\
             link_preview_site_name accent_color\" dir=\"auto\">{}</div><div class=\"\
             link_preview_title\" dir=\"auto\">{}</div><div class=\"link_preview_description\" \
             dir=\"auto\">{}</div></a>",
            escape(&self.world.resolve(&preview.link, self.port)),
            escape(&preview.site),
            escape(&preview.title),
            escape(&preview.teaser)
        )
    }

    fn footer(&self, post: &Post, link: &str) -> String {
        let views = post.views.as_deref().map_or(String::new(), |views| {
            format!(
                "<span class=\"tgme_widget_message_views\">{views}</span><span class=\"copyonly\"> \
                 views</span>"
            )
        });
        let author = post.author.as_deref().map_or(String::new(), |author| {
            format!(
                "<span class=\"tgme_widget_message_from_author\" dir=\"auto\">{}</span>,&nbsp;",
                escape(author)
            )
        });
        let edited = if post.is_edited(self.now) { "edited &nbsp;" } else { "" };
        let time = Moment::new(post.time);
        format!(
            "<div class=\"tgme_widget_message_footer compact js-message_footer\"><div class=\"\
             tgme_widget_message_info short js-message_info\">{views}<span class=\"\
             tgme_widget_message_meta\">{author}{edited}<a class=\"tgme_widget_message_date\" \
             href=\"{link}\"><time datetime=\"{}\" class=\"time\">{}</time></a></span></div></div>",
            time.iso_utc(),
            time.clock()
        )
    }
}
