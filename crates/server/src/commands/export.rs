//! `chapar export`: everything as JSON Lines and WARC, the archive's index, or a part of the
//! archive in one signed file.

use super::input::parse_time;
use crate::cli::{Cli, Export, Part};
use crate::clock::wall;
use crate::say::{Done, answer, answer_json};
use anyhow::{Context as _, Result, ensure};
use chapar_model::{ArticleId, StoryId};
use chapar_store::{NewWacz, OpenMode, Selection, Store, export, write_cdxj, write_wacz};
use serde_json::json;
use std::path::Path;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Export) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    match (&options.cdxj, &options.wacz, &options.to) {
        (Some(file), _, _) => index(cli, &store, file).await?,
        (_, Some(file), _) => wacz(cli, &store, &options.part, file).await?,
        (_, _, Some(dir)) => everything(cli, &store, dir).await?,
        (None, None, None) => {}
    }
    store.close().await;
    Ok(Done::Whole)
}

async fn everything(cli: &Cli, store: &Store, dir: &Path) -> Result<()> {
    let report = export(store, dir).await?;
    if cli.json {
        let files: Vec<_> = report
            .files
            .iter()
            .map(|(name, bytes)| json!({ "name": name, "bytes": bytes }))
            .collect();
        return answer_json(&json!({ "digest": report.digest, "files": files }));
    }
    for (name, bytes) in &report.files {
        answer(&format!("{bytes:>12}  {}", dir.join(name).display()));
    }
    answer(&format!("sha256 over all of them: {}", report.digest));
    Ok(())
}

async fn index(cli: &Cli, store: &Store, file: &Path) -> Result<()> {
    let report = write_cdxj(store, file).await?;
    if cli.json {
        return answer_json(&json!({ "lines": report.lines }));
    }
    let shown = file.display();
    answer(&format!("{} lines in `{shown}`; the records stand below", report.lines));
    for folder in ["archive", "spool"] {
        answer(&format!("  {}", cli.data.join(folder).display()));
    }
    Ok(())
}

async fn wacz(cli: &Cli, store: &Store, part: &Part, file: &Path) -> Result<()> {
    ensure!(
        file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wacz")),
        "`{}` should end in `.wacz`: that is how viewers know it",
        file.display()
    );
    let new = NewWacz {
        selection: selection(store, part).await?,
        title: part.title.as_deref().unwrap_or("Kept by Chapar"),
        description: &in_words(part),
        created: wall(),
    };
    let report = write_wacz(store, &new, file).await?;
    if cli.json {
        return answer_json(&json!({
            "records": report.records, "pages": report.pages, "hash": report.hash,
            "public_key": report.public_key,
        }));
    }
    let (records, pages) = (report.records, report.pages);
    answer(&format!("{records} records and {pages} articles in `{}`", file.display()));
    answer(&format!("signed: {}", report.hash));
    answer(&format!("by the key: {}", report.public_key));
    Ok(())
}

async fn selection(store: &Store, part: &Part) -> Result<Selection> {
    let source = match &part.source {
        Some(key) => {
            let all = store.sources().await?;
            let found = all.iter().find(|source| source.setup.key.to_string() == *key);
            Some(found.with_context(|| format!("there is no source `{key}`"))?.id)
        }
        None => None,
    };
    Ok(Selection {
        source,
        story: part.story.map(StoryId),
        article: part.article.map(ArticleId),
        after: part.after.as_deref().map(parse_time).transpose()?,
        before: part.before.as_deref().map(parse_time).transpose()?,
    })
}

fn in_words(part: &Part) -> String {
    let number = |number: i64| number.to_string();
    let parts = [
        ("of the source", part.source.clone()),
        ("of story", part.story.map(number)),
        ("of article", part.article.map(number)),
        ("seen from", part.after.clone()),
        ("seen before", part.before.clone()),
    ];
    let named: Vec<String> = parts
        .into_iter()
        .filter_map(|(what, value)| value.map(|value| format!("{what} {value}")))
        .collect();
    match named.is_empty() {
        true => "Everything that was kept.".to_owned(),
        false => format!("What was kept {}.", named.join(", ")),
    }
}
