//! How well dates are read, counted on expressions that name a day by itself.

use super::{field, records};
use chapar_model::{Lang, When};
use chapar_text::dates::{DateContext, find_dates, parse_date};

#[test]
fn expressions_that_name_a_day() {
    let Some(records) = records("times/expressions.jsonl") else { return };
    let (mut right, mut wrong, mut unread) = (0, Vec::new(), Vec::new());
    for record in &records {
        let expect = &record["expect"];
        let text = field(record, "text");
        let is_day = field(expect, "kind") == "point" && field(expect, "grain") == "day";
        let has_year = text.chars().filter(|c| c.is_numeric()).count() >= 5;
        if !is_day || !has_year {
            continue;
        }
        let anchor = field(record, "anchor").parse().unwrap();
        let context = DateContext {
            fetched: Some(anchor),
            lang: Lang::parse(field(record, "lang")),
            ..DateContext::default()
        };
        let day = field(expect, "start").get(..10).unwrap_or("");
        match parse_date(text, &context).map(|reading| reading.value) {
            Some(When::Day(found)) if found.to_string() == day => right += 1,
            Some(found) => wrong.push(format!("{text}: {found}, not {day}")),
            None => unread.push(text),
        }
    }
    println!("days: {right} right, {} wrong, {} unread", wrong.len(), unread.len());
    println!("wrong {wrong:#?}\nunread {unread:?}");
    assert!(right > 10 * wrong.len(), "{wrong:?}");
}

#[test]
fn days_named_in_news() {
    let Some(records) = records("times/news.jsonl.gz") else { return };
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for record in &records {
        let text = field(record, "text");
        let found = find_dates(text, &DateContext { lang: Some(Lang::EN), ..Default::default() });
        for timex in record["timexes"].as_array().unwrap() {
            let (value, words) = (field(timex, "value"), field(timex, "text"));
            let has_year = words.chars().filter(char::is_ascii_digit).count() >= 4;
            let is_date = field(timex, "type") == "DATE" && matches!(value.len(), 7 | 10);
            if !has_year || !is_date || value.contains(['W', 'Q', 'X', 'S', 'F', 'H']) {
                continue;
            }
            let end = timex["span"][1].as_u64().unwrap();
            let start = timex["span"][0].as_u64().unwrap();
            let hit = found
                .iter()
                .find(|date| u64::from(date.span.start) < end && u64::from(date.span.end) > start);
            match hit {
                Some(date) if date.reading.value.to_string().starts_with(value) => right += 1,
                Some(date) => wrong.push(format!("{words}: {}, not {value}", date.reading.value)),
                None => missed.push(words),
            }
        }
    }
    println!("news: {right} right, {} wrong, {} missed", wrong.len(), missed.len());
    println!("wrong {wrong:#?}\nmissed {missed:?}");
    assert!(right > 10 * wrong.len(), "{wrong:?}");
}
