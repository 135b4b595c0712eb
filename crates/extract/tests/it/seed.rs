//! The page that started it all, where it lies beside the project.

use chapar_extract::{PageInput, extract_page};
use chapar_model::{Basis, Headers, OutcomeKind, PageUrl, Verdict};
use serde_json::Value;
use std::path::Path;

#[test]
fn the_first_page_is_read_as_its_gold_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seed");
    let (Ok(page), Ok(gold)) =
        (std::fs::read(folder.join("page.txt")), std::fs::read_to_string(folder.join("gold.json")))
    else {
        println!("skipped: no `../shared/seed` beside the project");
        return;
    };
    let gold: Value = serde_json::from_str(&gold).unwrap();
    let url = PageUrl::parse(gold["url"].as_str().unwrap()).unwrap();
    let fetched = format!("{}T12:00:00Z", gold["fetched"].as_str().unwrap());
    let parsed = extract_page(&PageInput {
        url: Some(&url),
        fetched: Some(fetched.parse().unwrap()),
        ..PageInput::new(
            &page,
            &Headers(vec![("Content-Type".into(), "text/plain; charset=utf-8".into())]),
        )
    });
    assert_eq!(parsed.value.outcome.kind, OutcomeKind::Article);
    let article = parsed.value.article.unwrap();
    assert_eq!(article.title.value().map(String::as_str), gold["title"].as_str());
    assert_eq!(article.site_name.value().map(String::as_str), gold["site"]["name"].as_str());
    let dateline = article.dateline.as_ref().unwrap();
    assert_eq!(Some(dateline.place.as_str()), gold["dateline"]["place"].as_str());
    assert_eq!(article.published.value().unwrap().to_string(), "2023-07");
    let clock = article.published.candidates.iter().find(|c| c.basis == Basis::Masthead).unwrap();
    assert_eq!(clock.value.to_string(), gold["fetched"].as_str().unwrap());
    assert!(matches!(clock.verdict, Verdict::Rejected(_)));
    let text = article.text();
    assert!(text.starts_with(gold["body_starts"].as_str().unwrap()), "{text}");
    assert!(text.ends_with(gold["body_ends"].as_str().unwrap()), "{text}");
    for furniture in gold["not_body"].as_array().unwrap() {
        assert!(!text.contains(furniture.as_str().unwrap()), "{furniture}");
    }
    assert_eq!(article.original.value(), None);
    assert_eq!(article.lang.value().map(ToString::to_string).as_deref(), Some("en"));
    assert_eq!(article.blocks.len(), 10);
}
