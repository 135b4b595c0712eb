//! Pages of an invented channel, in the markup of the real ones.

use super::*;
use proptest::prelude::*;

fn page(messages: &str) -> TelegramPage {
    let html = format!(
        "<html><div class=\"tgme_channel_info\"><div class=\"tgme_channel_info_header_title\">\
         <span dir=\"auto\">Peyk of Zarvand</span></div></div>\
         <section class=\"tgme_channel_history js-message_history\">\
         <div class=\"tgme_widget_message_centered js-messages_more_wrap\"><a href=\"/s/peyk?before=41\" \
         class=\"tme_messages_more js-messages_more\" data-before=\"41\"></a></div>{messages}</section>"
    );
    parse_telegram(&html, &PageUrl::parse("https://t.me/s/peyk").unwrap())
}

fn message(number: u64, inner: &str, meta: &str) -> String {
    format!(
        "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"\
         tgme_widget_message text_not_supported_wrap js-widget_message\" data-post=\"peyk/{number}\">\
         <div class=\"tgme_widget_message_user\"><a href=\"https://t.me/peyk\"><i class=\"\
         tgme_widget_message_user_photo\"></i></a></div><div class=\"tgme_widget_message_bubble\">\
         <svg class=\"tgme_widget_message_bubble_tail\"></svg>\
         <div class=\"tgme_widget_message_author accent_color\"><a class=\"tgme_widget_message_owner_name\" \
         href=\"https://t.me/peyk\"><span dir=\"auto\">Peyk of Zarvand</span></a></div>{inner}\
         <div class=\"tgme_widget_message_footer compact js-message_footer\"><div class=\"\
         tgme_widget_message_info short js-message_info\"><span class=\"tgme_widget_message_views\">1.2K\
         </span><span class=\"copyonly\"> views</span><span class=\"tgme_widget_message_meta\">{meta}\
         <a class=\"tgme_widget_message_date\" href=\"https://t.me/peyk/{number}\"><time \
         datetime=\"2026-03-02T08:05:00+00:00\" class=\"time\">08:05</time></a></span></div></div>\
         </div></div></div>"
    )
}

fn text(words: &str) -> String {
    format!("<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">{words}</div>")
}

#[track_caller]
fn only(inner: &str, meta: &str) -> Post {
    let mut page = page(&message(42, inner, meta));
    assert_eq!(page.posts.len(), 1);
    page.posts.remove(0).post
}

#[test]
fn a_page_has_a_title_posts_and_a_way_back() {
    let read = page(&format!("{}{}", message(42, &text("One"), ""), message(43, &text("Two"), "")));
    assert!(read.is_preview);
    assert_eq!(read.title.as_deref(), Some("Peyk of Zarvand"));
    assert_eq!(read.before, Some(41));
    assert_eq!(read.ids, [42, 43]);
    let post = &read.posts[0].post;
    assert_eq!(post.html, "One");
    assert_eq!(post.views.as_deref(), Some("1.2K"));
    assert_eq!(post.published.as_deref(), Some("2026-03-02T08:05:00+00:00"));
    assert_eq!(post.permalink.as_ref().unwrap().as_str(), "https://t.me/peyk/42");
    assert!(!post.edited);
}

#[test]
fn what_a_post_answers_is_no_text_of_its_own() {
    let reply = "<a class=\"tgme_widget_message_reply user-color-1\" href=\"https://t.me/peyk/40\">\
                 <div class=\"tgme_widget_message_author accent_color\"><span class=\"\
                 tgme_widget_message_author_name\" dir=\"auto\">Peyk of Zarvand</span></div><div class=\"\
                 tgme_widget_message_text js-message_reply_text\" dir=\"auto\">Older words</div></a>";
    let post = only(&format!("{reply}{}", text("Newer words")), "");
    assert_eq!(post.html, "Newer words");
    let reply = post.reply_to.unwrap();
    assert_eq!(reply.url.unwrap().as_str(), "https://t.me/peyk/40");
    assert_eq!(reply.name.as_deref(), Some("Peyk of Zarvand"));
}

#[test]
fn forwards_signatures_and_edits_are_marked() {
    let from = "<div class=\"tgme_widget_message_forwarded_from accent_color\">Forwarded from&nbsp;\
                <a class=\"tgme_widget_message_forwarded_from_name\" href=\"https://t.me/zana/7\">\
                <span dir=\"auto\">ZANA</span></a></div>";
    let signed = "<span class=\"tgme_widget_message_from_author\" dir=\"auto\">M. Rad</span>,&nbsp;\
                  edited &nbsp;";
    let post = only(&format!("{from}{}", text("Words")), signed);
    let from = post.forwarded.unwrap();
    assert_eq!(from.name.as_deref(), Some("ZANA"));
    assert_eq!(from.url.unwrap().as_str(), "https://t.me/zana/7");
    assert_eq!(post.author.as_deref(), Some("M. Rad"));
    assert!(post.edited);
    let signed = signed.replace("edited", "");
    assert!(!only(&text("Words"), &signed).edited);
}

#[test]
fn an_album_is_one_post_with_several_numbers() {
    let album = "<div class=\"tgme_widget_message_grouped_wrap js-message_grouped_wrap\">\
        <a class=\"tgme_widget_message_photo_wrap grouped_media_wrap\" style=\"width:9px;\
        background-image:url('https://cdn.example/1.jpg')\" href=\"https://t.me/peyk/42?single\"></a>\
        <a class=\"tgme_widget_message_video_player\" href=\"https://t.me/peyk/43?single\"><i class=\"\
        tgme_widget_message_video_thumb\" style=\"background-image:url('//cdn.example/2.jpg')\"></i>\
        <time class=\"message_video_duration\">0:42</time></a></div>";
    let read = page(&message(42, &format!("{album}{}", text("Caption")), ""));
    assert_eq!(read.ids, [42, 43]);
    let media = &read.posts[0].post.media;
    assert_eq!(media.len(), 2);
    assert_eq!(media[0].image.as_ref().unwrap().as_str(), "https://cdn.example/1.jpg");
    assert_eq!(media[1].kind, MediaKind::Film);
    assert_eq!(media[1].image.as_ref().unwrap().as_str(), "https://cdn.example/2.jpg");
    assert_eq!(media[1].label.as_deref(), Some("0:42"));
}

#[test]
fn files_polls_and_link_previews_are_read() {
    let file = "<a class=\"tgme_widget_message_document_wrap\" href=\"https://t.me/peyk/42\"><div \
        class=\"tgme_widget_message_document_icon accent_bg\"></div><div class=\"\
        tgme_widget_message_document\"><div class=\"tgme_widget_message_document_title accent_color\">\
        budget.pdf</div><div class=\"tgme_widget_message_document_extra\">776 KB</div></div></a>";
    assert_eq!(only(file, "").media[0].label.as_deref(), Some("budget.pdf, 776 KB"));
    let poll = "<div class=\"tgme_widget_message_poll\"><div class=\"\
        tgme_widget_message_poll_question\">Bridge?</div><div class=\"\
        tgme_widget_message_poll_option_text\">Yes</div></div>";
    assert_eq!(only(poll, "").html, "<p>Bridge?</p><ul><li>Yes</li></ul>");
    let card = "<a class=\"tgme_widget_message_link_preview\" href=\"https://zana.example/news/7\">\
        <div class=\"link_preview_site_name\">ZANA</div><i class=\"link_preview_image\"></i><div \
        class=\"link_preview_title\">Bridge opens</div><div class=\"link_preview_description\">Cut\
        </div></a>";
    let post = only(&format!("{}{card}", text("Bridge opens")), "");
    assert_eq!(post.preview.as_ref().unwrap().title, "Bridge opens");
    let leads = post.article_link(|url| url.host() == "t.me");
    assert_eq!(leads.unwrap().as_str(), "https://zana.example/news/7");
}

#[test]
fn service_messages_are_counted_and_not_read() {
    let pinned =
        message(44, &text("pinned"), "").replace("text_not_supported_wrap", "service_message");
    let notice = message(
        45,
        "<div class=\"message_media_not_supported_wrap\"><div class=\"message_media_not_supported\">\
         Please open Telegram</div></div>",
        "",
    );
    let read = page(&format!("{pinned}{notice}"));
    assert_eq!(read.ids, [44, 45]);
    assert!(read.posts.is_empty());
}

#[test]
fn a_post_that_is_gone_is_named() {
    let html = "<div class=\"tgme_widget_message err_message js-widget_message\" id=\"widget_message\">\
                <div class=\"tgme_widget_message_error\">Post not found</div></div>";
    let read = parse_telegram(html, &PageUrl::parse("https://t.me/peyk/9?embed=1").unwrap());
    assert_eq!(read.missing.as_deref(), Some("Post not found"));
    assert!(read.posts.is_empty());
}

#[test]
fn counts_are_as_exact_as_they_are_printed() {
    for (raw, expect) in [("824", 824), ("1.2K", 1_200), ("12.5M", 12_500_000), ("1 024", 1_024)] {
        assert_eq!(read_count(raw), Some(expect), "{raw}");
    }
    assert_eq!(read_count("many"), None);
    assert_eq!(read_count("-3"), None);
}

proptest! {
    #[test]
    fn nothing_panics(html in "(<div class=\"tgme_widget_message\" data-post=\"a/1\">|<|</div>|>|\
        class=\"js-message_text\"|url\\(|'|\"|\\?single|\\PC){0,60}")
    {
        let _ = parse_telegram(&html, &PageUrl::parse("https://t.me/s/a").unwrap());
    }
}
