//! The sample's outlets without a feed over its five days: their front pages are looked at once an
//! hour, and nothing tells the newsroom which of the links are news.

use super::channels::keep;
use super::{Quiet, digest, open_with};
use chapar_model::PageUrl;
use chapar_pipeline::{drain, read_round, rebuild};
use chapar_sample::World;
use jiff::SignedDuration;
use std::collections::BTreeSet;

fn edition(key: &str, lang: &str) -> String {
    format!(
        "name = \"Zarvand Courier\"\nlanguages = [\"en\"]\nzone = \"Asia/Tehran\"\n\
         contact = \"https://example.org/\"\n[[source]]\nkey = \"{key}\"\nname = \"{key}\"\n\
         home = \"http://{key}.localhost:8391/\"\nlang = \"{lang}\"\nall_in = true\n\
         [[source.feed]]\nurl = \"http://{key}.localhost:8391/\"\nkind = \"section\"\n"
    )
}

/// Looks at the front page of an outlet once an hour: every article has to be announced at the
/// first look that shows it, and nothing else but what stands in its list. `besides` are the paths
/// of pages in the list that are no articles.
async fn check(key: &str, lang: &str, besides: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let context = open_with(dir.path(), &edition(key, lang)).await;
    let world = World::embedded();
    let outlet = world.outlets().find(|outlet| outlet.key == key).unwrap();
    let origin = format!("http://{key}.localhost:8391");
    let front = PageUrl::parse(&format!("{origin}/")).unwrap();
    let address = |path: &str| PageUrl::parse(&format!("{origin}{path}")).unwrap();
    let articles: BTreeSet<PageUrl> =
        outlet.articles.iter().map(|article| address(&outlet.path_of(article))).collect();
    let listed: BTreeSet<PageUrl> = besides.iter().map(|path| address(path)).collect();
    let mut announced: BTreeSet<PageUrl> = BTreeSet::new();
    let mut now = World::start();
    while now < World::end() {
        let mut asked = vec![front.clone()];
        while let Some(url) = asked.pop() {
            keep(&context, &world, &url, now).await;
            let round = read_round(&context).await.unwrap();
            for (url, _) in round.announced {
                assert!(announced.insert(url.clone()), "`{url}` was announced twice");
                asked.push(url);
            }
        }
        for article in outlet.articles.iter().filter(|article| article.shown_at(now).is_some()) {
            let url = address(&outlet.path_of(article));
            assert!(announced.contains(&url), "at {now} `{url}` was not found");
        }
        now += SignedDuration::from_hours(1);
    }
    let astray: Vec<&PageUrl> =
        announced.iter().filter(|url| !articles.contains(url) && !listed.contains(url)).collect();
    assert!(astray.is_empty(), "{astray:?}");
    drain(&context, &Quiet).await.unwrap();
    let stored = context.store.latest(None, 1_000).await.unwrap();
    assert!(!stored.is_empty());
    for row in &stored {
        assert!(articles.contains(&row.url), "`{}` was stored as an article", row.url);
    }
    let first = digest(&context, dir.path(), "first").await;
    rebuild(&context, &Quiet).await.unwrap();
    assert_eq!(digest(&context, dir.path(), "again").await, first);
}

#[tokio::test]
async fn a_gazette_whose_feed_is_dead_is_read_by_its_front_page() {
    check("gazette", "en", &[]).await;
}

#[tokio::test]
async fn a_persian_list_from_right_to_left_is_found() {
    check("khabarchin", "fa", &["/post/nerkh-dolar"]).await;
}

#[tokio::test]
async fn a_box_of_what_is_read_most_brings_no_entries() {
    check("zarvandwatch", "en", &[]).await;
}

#[tokio::test]
async fn a_new_layout_on_the_third_day_loses_nothing() {
    check("naql", "ar", &[]).await;
}
