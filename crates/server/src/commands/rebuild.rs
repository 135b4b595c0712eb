//! `chapar rebuild`: everything derived is derived again from the kept pages.

use crate::cli::{Cli, WithEdition};
use crate::newsroom;
use crate::say::{Bar, Done, answer, answer_json};
use anyhow::Result;
use chapar_pipeline::rebuild;
use serde_json::json;

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &WithEdition) -> Result<Done> {
    let room = newsroom::open(cli, options.edition.as_deref()).await?;
    let bar = Bar::new("reading again");
    let read = rebuild(&room.context, &bar).await;
    bar.clear();
    let read = read?;
    let totals = room.context.store.totals().await?;
    room.context.store.close().await;
    if cli.json {
        answer_json(
            &json!({ "read": read, "articles": totals.articles, "stories": totals.stories }),
        )?;
    } else {
        let (articles, stories) = (totals.articles, totals.stories);
        answer(&format!("{read} pages read again: {articles} articles, {stories} stories"));
    }
    Ok(Done::Whole)
}
