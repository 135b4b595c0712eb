//! `chapar group --batch`: a stream of articles in, a story and the article it repeats out.

use super::batch::each_line_in_turn;
use super::input::parse_time;
use crate::cli::Batch;
use crate::say::Done;
use anyhow::Result;
use chapar_cluster::{Grouper, Limits};
use chapar_dedup::Copies;
use chapar_model::{ArticleId, Lang};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Runs the command.
pub(crate) fn run(options: &Batch) -> Result<Done> {
    let mut stream = Stream {
        copies: Copies::new(),
        grouper: Grouper::new(Limits::default()),
        ids: HashMap::new(),
        count: 0,
        is_dated: None,
        last: Timestamp::UNIX_EPOCH,
    };
    each_line_in_turn(&options.batch, |record| stream.line(&record))
}

struct Stream {
    copies: Copies,
    grouper: Grouper,
    /// The caller's name of each article.
    ids: HashMap<ArticleId, Value>,
    count: i64,
    /// Whether the first record had a time.
    is_dated: Option<bool>,
    /// The time of the record before.
    last: Timestamp,
}

impl Stream {
    fn line(&mut self, record: &Value) -> Result<Value> {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        // A stream that begins without a time has none that can be trusted; in any other, a
        // record without one stands where it stands.
        let time = record.get("time").and_then(Value::as_str);
        let is_dated = *self.is_dated.get_or_insert(time.is_some());
        let time = time.filter(|_| is_dated);
        let at = time.map_or(Ok(self.last), parse_time)?;
        self.last = at;
        self.count += 1;
        let id = ArticleId(self.count);
        self.ids.insert(id, record.get("id").cloned().unwrap_or(Value::Null));
        let lang = Lang::parse(text("lang"));
        let source = text("source");
        let changes = self.copies.add(&chapar_dedup::Doc {
            id,
            title: text("title"),
            text: text("text"),
            lang,
            time: time.map(|_| at),
            time_exact: time.is_some_and(|time| time.len() > 10),
            fetched: at,
            source,
            publisher: source,
            is_agency: false,
            url: text("url"),
            credits: Vec::new(),
            names: vec![source.to_owned()],
        });
        let copy = changes.into_iter().find(|(of, _)| *of == id).and_then(|(_, copy)| copy);
        let assigned = self.grouper.assign(&chapar_cluster::Doc {
            id,
            title: text("title"),
            text: text("text"),
            lang,
            time: at,
            concepts: &[],
            source,
            copy_of: copy.as_ref().map(|copy| copy.original),
            links: &[],
        });
        let original = copy.as_ref().and_then(|copy| self.ids.get(&copy.original));
        let mut why = vec![assigned.why];
        why.extend(copy.iter().flat_map(|copy| copy.why.clone()));
        Ok(json!({
            "id": self.ids.get(&id),
            "story": format!("s{}", assigned.story),
            "copy_of": original,
            "original": original,
            "why": why,
        }))
    }
}
