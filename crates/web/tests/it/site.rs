//! The site over a store, asked as a browser asks.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chapar_model::{
    Article, ArticleId, Basis, Block, BlockKind, Candidate, CopyKind, CopyOf, Display, Field,
    Headers, Inline, Lang, Outcome, OutcomeKind, PageId, PageUrl, PageVia, SourceKey, StoryId,
    Verdict, When,
};
use chapar_search::{Document, Index};
use chapar_store::{
    Grouping, Kept, NewPage, OpenMode, PageReading, SavedArticle, SourceSetup, Store, StoryUpdate,
};
use chapar_web::{SearchIndex, Site, router};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

const HOSTILE: &str = "<script>alert(\"x\")</script> %d bloggers & {n} like this";

struct Newsroom {
    site: Router,
    store: Store,
    dir: TempDir,
}

fn setup(key: &str, name: &str, lang: Lang, display: Display) -> SourceSetup {
    SourceSetup {
        key: SourceKey::parse(key).unwrap(),
        names: BTreeMap::from([(lang.to_string(), name.to_owned())]),
        home: PageUrl::parse(&format!("https://{key}.example/")).unwrap(),
        feeds: Vec::new(),
        lang: Some(lang),
        kind: None,
        publisher_group: None,
        display,
        all_in: true,
        zone: None,
    }
}

fn field<T>(value: T) -> Field<T> {
    Field {
        candidates: vec![Candidate {
            value,
            basis: Basis::JsonLd,
            place: "NewsArticle".into(),
            raw: "as printed".into(),
            verdict: Verdict::Chosen("the only one".into()),
        }],
    }
}

/// A report: its source, language, headline and hour of 3 March 2026.
struct Report(&'static str, Lang, &'static str, i64);

const REPORTS: [Report; 4] = [
    Report("farasu", Lang::FA, "زمین‌لرزه در کوه‌سنگ", 5),
    Report("herald", Lang::EN, "Earthquake shakes Kuhsang", 6),
    Report("watch", Lang::EN, "Earthquake shakes Kuhsang!", 9),
    Report("herald", Lang::EN, HOSTILE, 10),
];

impl Report {
    fn at(&self) -> Timestamp {
        format!("2026-03-03T{:02}:00:00Z", self.3).parse().unwrap()
    }

    fn saved(&self) -> SavedArticle {
        let block = |words: &str| Block {
            kind: BlockKind::Paragraph { content: vec![Inline::Text(words.to_owned())] },
            lang: None,
            dir: self.1.dir(),
        };
        SavedArticle {
            article: Article {
                title: field(self.2.to_owned()),
                site_name: Field::default(),
                byline: field("Mina Rahbar".to_owned()),
                dateline: None,
                published: field(When::instant(self.at())),
                updated: Field::default(),
                lang: field(self.1),
                blocks: vec![
                    block("The first paragraph."),
                    block(&"word ".repeat(200)),
                    block(HOSTILE),
                ],
                lead_image: None,
                canonical: None,
                original: Field::default(),
                section: None,
                tags: Vec::new(),
                word_count: 3,
                confidence: 0.9,
                post: None,
            },
            belongs: true,
            belongs_why: "all of the source".into(),
            sort: self.at(),
        }
    }

    fn page(&self, number: usize) -> NewPage {
        NewPage {
            announced: None,
            url: PageUrl::parse(&format!("https://{}.example/{number}", self.0)).unwrap(),
            fetched: self.at(),
            status: Some(200),
            headers: Headers::default(),
            body: format!("page {number}").into(),
            request: None,
            via: PageVia::Live,
            source: None,
            priority: 0,
        }
    }
}

fn fill_index(dir: &Path) {
    let mut writer = Index::create(dir).unwrap().writer().unwrap();
    for (at, report) in REPORTS.iter().enumerate() {
        let article = report.saved().article;
        let document = Document {
            article: ArticleId(at as i64 + 1),
            story: None,
            title: report.2,
            body: &article.text(),
            lang: Some(report.1),
            source: &SourceKey::parse(report.0).unwrap(),
            published: Some(report.at()),
        };
        writer.add(&document).unwrap();
    }
    writer.commit(1).unwrap();
}

/// Three reports of one story, the third a copy of the second, and a story of one hostile report.
async fn newsroom() -> Newsroom {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), OpenMode::Write).await.unwrap();
    let sources = [
        setup("farasu", "فراسو", Lang::FA, Display::Full),
        setup("herald", "The Darvaneh Herald", Lang::EN, Display::Excerpt),
        setup("watch", "Zarvand Watch", Lang::EN, Display::Link),
    ];
    store.set_sources(&sources).await.unwrap();
    for (at, report) in REPORTS.iter().enumerate() {
        let kept = store.keep(&[report.page(at)]).await.unwrap();
        let (Kept::New(page) | Kept::Known(page)) = kept[0];
        let reading = PageReading {
            page,
            read_by: 1,
            outcome: Outcome { kind: OutcomeKind::Article, reason: "test".into() },
            article: Some(report.saved()),
            before: None,
            entries: Vec::new(),
            learned: None,
        };
        store.save_readings(&[reading]).await.unwrap();
    }
    let joins = |article: i64, story: i64| StoryUpdate {
        article: ArticleId(article),
        story: StoryId(story),
        why: "shares telling words".into(),
    };
    let copy = CopyOf {
        original: ArticleId(2),
        kind: CopyKind::Whole,
        shared: 0.97,
        why: vec!["published 3 hours later".into()],
    };
    let grouping = Grouping {
        stories: vec![joins(1, 1), joins(2, 1), joins(3, 1), joins(4, 4)],
        copies: vec![(ArticleId(3), Some(copy))],
    };
    store.save_grouping(&grouping, PageId(4)).await.unwrap();
    let index_dir = dir.path().join("index");
    fill_index(&index_dir);
    let site = Arc::new(Site {
        index: SearchIndex::at(index_dir),
        store: store.clone(),
        edition: crate::zarvand::edition(),
        now: Box::new(|| "2026-03-03T12:00:00Z".parse().unwrap()),
    });
    Newsroom { site: router(site), store, dir }
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Newsroom {
    async fn ask(&self, path: &str, headers: &[(header::HeaderName, &str)]) -> Reply {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Reply {
        self.ask(path, &[]).await
    }
}

#[tokio::test]
async fn every_page_answers_with_a_policy_against_scripts() {
    let newsroom = newsroom().await;
    for lang in ["en", "fa", "ar"] {
        for place in [
            "/",
            "/story/1",
            "/story/4",
            "/article/1",
            "/article/2",
            "/article/3",
            "/article/4",
            "/sources",
            "/source/herald",
            "/search",
            "/search?q=quake",
            "/about",
            "/feed.atom",
        ] {
            let reply = newsroom.get(&format!("/{lang}{place}")).await;
            assert_eq!(reply.status, StatusCode::OK, "/{lang}{place}");
            let policy = reply.header(header::CONTENT_SECURITY_POLICY);
            assert!(policy.starts_with("default-src 'none';"), "/{lang}{place}: {policy}");
            assert!(!policy.contains("script-src") && !policy.contains("unsafe"));
        }
    }
}

#[tokio::test]
async fn hostile_words_are_shown_and_not_obeyed() {
    let newsroom = newsroom().await;
    for place in ["/en/", "/en/story/4", "/en/article/4", "/en/source/herald", "/en/feed.atom"] {
        let body = newsroom.get(place).await.body;
        assert!(body.contains("&lt;script&gt;") || body.contains("&#60;script&#62;"), "{place}");
        assert!(!body.contains("<script"), "{place}");
    }
    let asked = newsroom.get("/en/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.body;
    assert!(!asked.contains("<script"), "{asked}");
}

#[tokio::test]
async fn copies_are_folded_and_the_first_report_is_marked() {
    let newsroom = newsroom().await;
    let page = newsroom.get("/en/story/1").await.body;
    assert!(page.contains("<summary>1 copy</summary>"));
    assert!(page.contains("97 percent of its words are shared"));
    assert_eq!(page.matches("class=\"badge\"").count(), 1);
    assert!(page.contains("3 reports") && page.contains("3 sources"));
    let copy = newsroom.get("/en/article/3").await.body;
    assert!(copy.contains("Copy of") && copy.contains("published 3 hours later"));
}

#[tokio::test]
async fn each_source_is_shown_as_its_rule_says() {
    let newsroom = newsroom().await;
    let full = newsroom.get("/fa/article/1").await.body;
    let excerpt = newsroom.get("/en/article/2").await.body;
    let link = newsroom.get("/en/article/3").await.body;
    assert!(full.contains("word word"));
    assert!(excerpt.contains("The first paragraph.") && !excerpt.contains("word word"));
    assert!(!link.contains("The first paragraph."));
    for (page, site) in [(full, "farasu"), (excerpt, "herald"), (link, "watch")] {
        assert!(page.contains(&format!("class=\"original\" href=\"https://{site}.example/")));
    }
}

#[tokio::test]
async fn what_a_reader_has_is_not_sent_again_until_something_changes() {
    let newsroom = newsroom().await;
    let first = newsroom.get("/en/story/1").await;
    let tag = first.header(header::ETAG).to_owned();
    let again = newsroom.ask("/en/story/1", &[(header::IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());

    let none = Grouping { stories: Vec::new(), copies: vec![(ArticleId(3), None)] };
    newsroom.store.save_grouping(&none, PageId(4)).await.unwrap();
    let changed = newsroom.ask("/en/story/1", &[(header::IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(!changed.body.contains("1 copy"));
}

#[tokio::test]
async fn a_page_made_before_is_the_page_made_anew() {
    let newsroom = newsroom().await;
    for place in ["/en/", "/fa/", "/en/story/1", "/en/source/herald"] {
        let (first, second) = (newsroom.get(place).await, newsroom.get(place).await);
        assert_eq!(first.body, second.body, "{place}");
        assert_eq!(first.headers, second.headers, "{place}");
    }
}

#[tokio::test]
async fn the_root_leads_to_a_language_the_reader_knows() {
    let newsroom = newsroom().await;
    for (accept, place) in [("ar,en;q=0.5", "/ar/"), ("de", "/en/"), ("fa-IR", "/fa/")] {
        let reply = newsroom.ask("/", &[(header::ACCEPT_LANGUAGE, accept)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        assert_eq!(reply.header(header::LOCATION), place);
        assert_eq!(reply.header(header::VARY), "accept-language");
    }
    let bare = newsroom.get("/fa").await;
    assert_eq!(bare.header(header::LOCATION), "/fa/");
}

#[tokio::test]
async fn a_story_that_went_into_another_leads_there() {
    let newsroom = newsroom().await;
    let joins = StoryUpdate { article: ArticleId(4), story: StoryId(1), why: "merged".into() };
    let merge = Grouping { stories: vec![joins], copies: Vec::new() };
    newsroom.store.save_grouping(&merge, PageId(4)).await.unwrap();
    let reply = newsroom.get("/fa/story/4").await;
    assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(reply.header(header::LOCATION), "/fa/story/1");
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_language_of_the_place() {
    let newsroom = newsroom().await;
    for (path, lang) in [
        ("/fa/story/999", "fa"),
        ("/fa/story/x", "fa"),
        ("/ar/article/-1", "ar"),
        ("/en/source/NO", "en"),
        ("/en/nothing/here", "en"),
        ("/xx/story/1", "en"),
        ("/assets/none.js", "en"),
        ("/fa/story/99999999999999999999", "fa"),
    ] {
        let reply = newsroom.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(reply.body.contains(&format!("<html lang=\"{lang}\"")), "{path}");
        assert!(reply.body.contains("class=\"masthead\""), "{path}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_no_reason_to_show_why() {
    let newsroom = newsroom().await;
    newsroom.store.close().await;
    let reply = newsroom.get("/fa/").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.body.contains("<html lang=\"fa\"") && !reply.body.contains("sqlx"));
}

#[tokio::test]
async fn the_sheet_lasts_under_its_own_name_alone() {
    let newsroom = newsroom().await;
    let sheet = newsroom.get(chapar_web::assets::style_href()).await;
    assert!(sheet.header(header::CACHE_CONTROL).contains("immutable"));
    assert!(sheet.header(header::CONTENT_TYPE).starts_with("text/css"));
    let old = newsroom.get("/assets/style-0123456789ab.css").await;
    assert_eq!(old.status, StatusCode::OK);
    assert!(!old.header(header::CACHE_CONTROL).contains("immutable"));
    let robots = newsroom.get("/robots.txt").await.body;
    assert!(robots.starts_with("User-agent: *\nDisallow: /en/search\n"));
}

#[tokio::test]
async fn the_feed_of_the_root_speaks_the_main_language() {
    let newsroom = newsroom().await;
    let feed = newsroom.get("/feed.atom").await;
    assert!(feed.header(header::CONTENT_TYPE).starts_with("application/atom+xml"));
    assert!(feed.body.contains("xml:lang=\"en\""));
    assert_eq!(feed.body, newsroom.get("/en/feed.atom").await.body);
    assert!(newsroom.get("/en/").await.body.starts_with("<!doctype html>"));
    assert!(feed.body.contains("https://news.zarvand.example/en/story/1"));
    assert!(feed.body.contains("<updated>2026-03-03T10:00:00Z</updated>"));
}

#[tokio::test]
async fn a_search_marks_what_it_found_and_narrows() {
    let newsroom = newsroom().await;
    let found = newsroom.get("/en/search?q=paragraph").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.header(header::ETAG), "");
    assert!(found.body.contains("4 results for"));
    assert!(found.body.contains("The first <mark>paragraph</mark>"));
    let persian = newsroom.get("/fa/search?q=paragraph&lang=fa").await.body;
    assert!(persian.contains("۱ نتیجه") && persian.contains("<option value=\"fa\" selected>"));
    let none = newsroom.get("/en/search?q=volcano").await.body;
    assert!(none.contains("Nothing found"));
}

#[tokio::test]
async fn a_search_shows_no_text_of_a_link_only_source() {
    let newsroom = newsroom().await;
    let found = newsroom.get("/en/search?q=Kuhsang&source=watch").await.body;
    assert!(found.contains("Earthquake shakes Kuhsang!"));
    assert!(!found.contains("class=\"snippet\""));
}

#[tokio::test]
async fn a_search_without_an_index_says_so() {
    let newsroom = newsroom().await;
    std::fs::remove_dir_all(newsroom.dir.path().join("index")).unwrap();
    let found = newsroom.get("/en/search?q=Kuhsang").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.body.contains("cannot be reached at the moment"));
    assert!(newsroom.get("/en/search").await.body.contains("name=\"q\""));
}
