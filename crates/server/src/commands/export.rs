//! `chapar export`: everything as JSON Lines and WARC.

use crate::cli::{Cli, Export};
use crate::say::{Done, answer, answer_json};
use anyhow::Result;
use chapar_store::{OpenMode, Store, export};
use serde_json::json;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Export) -> Result<Done> {
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let report = export(&store, &options.to).await?;
    store.close().await;
    if cli.json {
        let files: Vec<_> = report
            .files
            .iter()
            .map(|(name, bytes)| json!({ "name": name, "bytes": bytes }))
            .collect();
        answer_json(&json!({ "digest": report.digest, "files": files }))?;
    } else {
        for (name, bytes) in &report.files {
            answer(&format!("{bytes:>12}  {}", options.to.join(name).display()));
        }
        answer(&format!("sha256 over all of them: {}", report.digest));
    }
    Ok(Done::Whole)
}
