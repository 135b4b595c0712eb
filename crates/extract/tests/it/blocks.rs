//! Invented pages whose text is more than paragraphs: pictures, tables, lists, code.

use crate::read;
use chapar_model::render::{Pictures, html};
use chapar_model::{Article, Block, BlockKind, Dir, Figure, Inline, OutcomeKind};

const URL: &str = "https://lantern.example/2026/05/harbour";

const FIRST: &str = "<p>The harbour of Sandvik was opened again on Monday, the master of the port \
    told the reporters who had come to see the first of the ships arrive.</p>";
const SECOND: &str = "<p>Three ferries left before noon, and the fishing boats are to follow \
    on Tuesday, when the last of the sand has been taken out of the channel.</p>";
const THIRD: &str = "<p>The winter storms had closed it for eleven weeks, which cost the town more \
    than the whole of the year before, the council said in its report.</p>";

fn article(middle: &str) -> Article {
    let page = format!(
        "<html lang=en><head><title>Harbour opens again</title></head><body><article>\
         <h1>Harbour opens again</h1>{FIRST}{middle}{SECOND}{THIRD}</article></body></html>"
    );
    let reading = read(URL, "text/html; charset=utf-8", page.as_bytes());
    assert_eq!(reading.outcome.kind, OutcomeKind::Article, "{:?}", reading.outcome);
    reading.article.unwrap()
}

fn name(block: &Block) -> &'static str {
    match &block.kind {
        BlockKind::Paragraph { .. } => "p",
        BlockKind::Heading { .. } => "h",
        BlockKind::List { .. } => "list",
        BlockKind::Quote { .. } => "quote",
        BlockKind::Table { .. } => "table",
        BlockKind::Figure(_) => "figure",
        BlockKind::Code { .. } => "code",
        BlockKind::LiveEntry { .. } => "live",
    }
}

fn kinds(article: &Article) -> Vec<&'static str> {
    article.blocks.iter().map(name).collect()
}

fn figures(article: &Article) -> Vec<&Figure> {
    let figure = |block| match block {
        &Block { kind: BlockKind::Figure(ref figure), .. } => Some(figure),
        _ => None,
    };
    article.blocks.iter().filter_map(figure).collect()
}

fn plain(run: &[Inline]) -> String {
    let mut text = String::new();
    Inline::push_text(run, &mut text);
    text
}

/// A picture between the first and the second paragraph: its address and caption.
#[track_caller]
fn check_figure(markup: &str, address: &str, caption: &str) {
    let article = article(markup);
    assert_eq!(kinds(&article), ["p", "figure", "p", "p"], "{:?}", article.blocks);
    let figure = figures(&article)[0];
    assert_eq!(figure.image.as_ref().unwrap().url.as_str(), address);
    assert_eq!(plain(&figure.caption), caption);
    assert_eq!(article.text().matches("\n\n").count(), 2, "{}", article.text());
}

#[track_caller]
fn check_no_figure(markup: &str) {
    let article = article(markup);
    assert_eq!(kinds(&article), ["p", "p", "p"], "{:?}", article.blocks);
}

#[test]
fn a_figure_stands_in_its_place_with_its_caption() {
    let caption = "A ferry leaves the quay on Monday, watched by many people from the town.";
    check_figure(
        &format!("<figure><img src=/a.jpg alt=Ferry><figcaption>{caption}</figcaption></figure>"),
        "https://lantern.example/a.jpg",
        caption,
    );
    check_figure(
        &format!(
            "<div class=wp-caption><a href=/a.jpg><img src=/a.jpg></a>\
             <p class=wp-caption-text>{caption}</p></div>"
        ),
        "https://lantern.example/a.jpg",
        caption,
    );
    check_figure(
        &format!("<div><img src=a.jpg><div class=image-caption>{caption}</div></div>"),
        "https://lantern.example/2026/05/a.jpg",
        caption,
    );
    check_figure("<p><img src=/a.jpg></p>", "https://lantern.example/a.jpg", "");
}

#[test]
fn the_address_of_a_lazy_picture_is_the_one_that_a_script_would_load() {
    let address = "https://lantern.example/a.jpg";
    for img in [
        "<img src='data:image/gif;base64,AAAA' data-src=/a.jpg>",
        "<img src=/placeholder.png data-original=/a.jpg>",
        "<img src=/blank.gif srcset='/s.jpg 320w, /a.jpg 1200w, /m.jpg 800w'>",
        "<img data-srcset='/s.jpg, /a.jpg 2x'>",
        "<picture><source srcset='/a.jpg 2x, /s.jpg 1x'><img src='data:image/gif;base64,AA'></picture>",
        "<img src='data:image/gif;base64,AA'><noscript><img src=/a.jpg></noscript>",
        "<img data-src=/a.jpg><noscript><img src=/a-full.jpg></noscript>",
    ] {
        check_figure(&format!("<figure>{img}</figure>"), address, "");
    }
}

#[test]
fn trackers_icons_and_teasers_are_no_figures() {
    check_no_figure("<img src=https://count.example/p.gif width=1 height=1>");
    check_no_figure("<img src=/share.png width=24 height=24><img class=emoji src=/e.png>");
    check_no_figure("<img src='data:image/png;base64,AAAA'>");
    check_no_figure("<img src='javascript:alert(1)'>");
    check_no_figure("<a href=/other><img src=/other.jpg></a>");
    check_no_figure(
        "<figure><a href=/other><img src=/other.jpg></a><figcaption><a href=/other>Read \
         also</a></figcaption></figure>",
    );
}

#[test]
fn a_credit_is_told_from_its_caption() {
    let article = article(
        "<figure><img src=/a.jpg><figcaption>The quay on Monday. \
         <span class=photo-credit>Photo: Ida Holm</span></figcaption></figure>",
    );
    let figure = figures(&article)[0];
    assert_eq!(plain(&figure.caption), "The quay on Monday.");
    assert_eq!(figure.credit.as_deref(), Some("Photo: Ida Holm"));
    let shown = html(&article.blocks, Pictures::Linked);
    assert!(shown.as_str().contains("<small class=\"credit\">Photo: Ida Holm</small>"), "{shown}");
    assert!(!shown.as_str().contains("<img"));
}

#[test]
fn the_picture_above_the_text_opens_it() {
    let page = format!(
        "<html lang=en><body><article><h1>Harbour opens again</h1><p class=byline>Ida Holm</p>\
         <figure><img src=/a.jpg><figcaption>بندر در روز دوشنبه</figcaption></figure>\
         <div class=article-body>{FIRST}{SECOND}{THIRD}</div></article>\
         <aside><figure><img src=/b.jpg><figcaption>Elsewhere</figcaption></figure></aside></body>"
    );
    let article = read(URL, "text/html", page.as_bytes()).article.unwrap();
    assert_eq!(kinds(&article), ["figure", "p", "p", "p"]);
    assert_eq!(article.blocks[0].dir, Dir::Rtl);
}

#[test]
fn cells_without_words_keep_their_column_and_head_rows_are_told() {
    let article = article(
        "<table><thead><tr><td>Ship</td><td>Tons</td><td>Master</td></tr></thead><tbody>\
         <tr><td>Aurora</td><td></td><td>Ida Holm of the Sandvik company</td></tr>\
         <tr><td>Meteor</td><td>900</td><td>Per Lund of the Sandvik company</td></tr></tbody></table>",
    );
    let Some(BlockKind::Table { rows }) =
        article.blocks.iter().map(|b| &b.kind).find(|k| matches!(k, BlockKind::Table { .. }))
    else {
        panic!("{:?}", article.blocks)
    };
    assert_eq!(rows.iter().map(|row| row.head).collect::<Vec<_>>(), [true, false, false]);
    assert!(rows.iter().all(|row| row.cells.len() == 3), "{rows:?}");
}

#[test]
fn code_keeps_its_blanks_and_is_one_block() {
    let article = article(
        "<pre><button>Copy</button><code>fn main() {\n    <span>greet</span>();\n\n}\n</code></pre>\
         <pre><div>one</div><div>  two</div></pre>",
    );
    let code: Vec<&str> = article
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Code { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(code, ["fn main() {\n    greet();\n\n}", "one\n  two"]);
}

#[test]
fn lists_are_nested_and_quotes_hold_who_said_it() {
    let article = article(
        "<p>What the council wants to do with the harbour until the end of the year:</p>\
         <ul><li>Dredge the channel:<ul><li>the north arm first</li><li>then the south arm</li></ul>\
         </li><li>Paint the quay</li></ul>\
         <blockquote><p>We had waited for this day since the winter, and so had everybody.</p>\
         <cite>Ida Holm, master of the port of Sandvik</cite></blockquote>",
    );
    let text = article.text();
    let list = article.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::List { items, .. } => Some(items),
        _ => None,
    });
    assert_eq!(list.unwrap().len(), 2, "{:?}", article.blocks);
    assert!(matches!(list.unwrap()[0].blocks[1].kind, BlockKind::List { .. }));
    let shown = html(&article.blocks, Pictures::Linked);
    assert!(shown.as_str().contains("<blockquote"), "{text}");
    assert!(shown.as_str().contains("<em>Ida Holm"), "{shown}");
}

#[test]
fn the_language_and_direction_of_a_block_are_kept() {
    let article = article(
        "<blockquote lang=fa dir=rtl><p dir=rtl>BBC فارسی نوشت که وزیران دو کشور روز دوشنبه در \
         تهران دیدار و گفت‌وگو کردند و یادداشت تفاهم امضا شد.</p></blockquote>",
    );
    let shown = html(&article.blocks, Pictures::Linked);
    assert!(shown.as_str().contains("<p dir=\"rtl\" lang=\"fa\">BBC"), "{shown}");
    assert!(shown.as_str().contains("<p dir=\"ltr\">The harbour"), "{shown}");
}

#[test]
fn elements_that_begin_with_their_times_are_live_entries() {
    let entries = |open: &str, close: &str| -> String {
        ["10:32", "11:05", "12:40"]
            .map(|time| {
                format!(
                    "{open}<time datetime=2026-05-04T{time}>{time}</time><p>At {time} one more of \
                     the ferries left the quay for the islands, the harbour master said.</p>{close}"
                )
            })
            .concat()
    };
    for row in [
        format!("<div>{}</div>", entries("<div class=entry>", "</div>")),
        format!("<ul>{}</ul>", entries("<li>", "</li>")),
        entries("<section>", "</section>"),
    ] {
        let article = article(&row);
        assert_eq!(
            kinds(&article),
            ["p", "live", "live", "live", "p", "p"],
            "{:?}",
            article.blocks
        );
        let BlockKind::LiveEntry { time, blocks } = &article.blocks[1].kind else { panic!() };
        assert_eq!((time.as_deref(), blocks.len()), (Some("10:32"), 1));
        assert!(!article.text().contains("\n\n10:32"), "{}", article.text());
        let printed = format!(
            "<article><h1>Harbour opens again</h1>{}</article>",
            html(&article.blocks, Pictures::Linked)
        );
        let again = read(URL, "text/html; charset=utf-8", printed.as_bytes()).article.unwrap();
        assert_eq!((kinds(&again), again.text()), (kinds(&article), article.text()));
    }
}
