//! The sample's Telegram channel over its five days, kept page by page as a newsroom would.

use super::{Quiet, digest, open_with};
use chapar_model::{Headers, OutcomeKind, PageId, PageUrl, PageVia, SourceId};
use chapar_pipeline::{Context, drain, read_round, rebuild};
use chapar_sample::{Request, World};
use chapar_store::{Kept, NewPage};
use jiff::{SignedDuration, Timestamp};

const EDITION: &str = r#"
name = "Zarvand Courier"
languages = ["fa"]
zone = "Asia/Tehran"
contact = "https://example.org/"
[[source]]
key = "peyk"
name = "Peyk"
home = "http://peyk.localhost:8391/s/peyk_zarvand"
lang = "fa"
all_in = true
[[source.feed]]
url = "http://peyk.localhost:8391/s/peyk_zarvand"
kind = "telegram"
"#;

/// Asks the sample and keeps what it answers; whether it was new.
pub(crate) async fn keep(context: &Context, world: &World, url: &PageUrl, now: Timestamp) -> bool {
    let host_key = url.host().split('.').next().unwrap();
    let path = &url.as_str()[url.origin().len()..];
    let answer = world.respond(&Request { host_key, path, headers: &[], port: 8391 }, now);
    let page = NewPage {
        announced: None,
        url: url.clone(),
        fetched: now,
        status: Some(answer.status),
        headers: Headers(answer.headers),
        request: None,
        body: answer.body.into(),
        via: PageVia::Live,
        source: Some(SourceId(1)),
        priority: 0,
    };
    matches!(context.store.keep(&[page]).await.unwrap()[0], Kept::New(_))
}

/// Polls the channel every hour, fetches what it announces and looks at every post again.
async fn follow(context: &Context) -> Vec<PageUrl> {
    let world = World::embedded();
    let channel = PageUrl::parse("http://peyk.localhost:8391/s/peyk_zarvand").unwrap();
    let (mut posts, mut articles): (Vec<PageUrl>, Vec<PageUrl>) = (Vec::new(), Vec::new());
    let mut now = World::start();
    while now < World::end() {
        let mut asked = vec![channel.clone()];
        asked.extend(posts.iter().cloned());
        while let Some(url) = asked.pop() {
            keep(context, &world, &url, now).await;
            let round = read_round(context).await.unwrap();
            asked.extend(round.further.into_iter().map(|(url, _)| url));
            for (url, _) in round.announced {
                match url.host() == channel.host() {
                    true => {
                        asked.push(url.clone());
                        posts.push(url);
                    }
                    false => articles.push(url),
                }
            }
        }
        now += SignedDuration::from_hours(1);
    }
    drain(context, &Quiet).await.unwrap();
    articles
}

#[tokio::test]
async fn every_post_of_a_channel_is_found_with_its_edits_and_deletions() {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), EDITION).await;
    let articles = follow(&context).await;
    let paths: Vec<String> =
        articles.iter().map(|url| url.as_url().path()[..6].to_owned()).collect();
    assert_eq!(paths, ["/news/", "/news/"], "posts that only link an article lead to it");

    let rows = context.store.latest(None, 50).await.unwrap();
    let mut numbers: Vec<&str> =
        rows.iter().map(|row| row.url.as_str().rsplit('/').next().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["201", "204", "205", "206", "207", "208", "209", "211", "213"]);
    let row = |number: &str| rows.iter().find(|row| row.url.as_str().ends_with(number)).unwrap();

    assert_eq!((row("/204").revisions, row("/201").revisions), (2, 1));
    assert_eq!(row("/204").byline.as_deref(), Some("م. راد"));
    assert!(row("/207").gone.is_some() && row("/208").gone.is_none());

    let reply = context.store.article(row("/205").id).await.unwrap().unwrap().article;
    let facts = reply.post.unwrap();
    assert!(facts.reply_to.unwrap().url.unwrap().as_str().ends_with("/peyk_zarvand/204"));
    assert_eq!(facts.views.unwrap().about, 11_000);
    let forward = context.store.article(row("/206").id).await.unwrap().unwrap().article;
    assert_eq!(forward.original.value().unwrap().name.as_deref(), Some("خبرگزاری زانا"));
    let edited = context.store.article(row("/204").id).await.unwrap().unwrap().article;
    assert!(edited.post.unwrap().edited);
}

#[tokio::test]
async fn a_rebuild_of_a_channel_comes_to_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), EDITION).await;
    follow(&context).await;
    let before = digest(&context, dir.path(), "before").await;
    rebuild(&context, &Quiet).await.unwrap();
    assert_eq!(digest(&context, dir.path(), "after").await, before);
    let pages = context.store.pages_after(PageId(0), 1_000).await.unwrap();
    let posts = pages.iter().filter(|page| page.2 == Some(OutcomeKind::Post)).count();
    assert!(posts >= 10, "{posts}");
}
