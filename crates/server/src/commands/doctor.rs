//! `chapar doctor`: looks a newsroom over and says what to do.

use crate::cli::{Cli, WithEdition};
use crate::clock::{SystemClock, wall};
use crate::newsroom::{self, read_edition};
use crate::say::{Done, answer, answer_json};
use anyhow::{Context as _, Result, bail, ensure};
use chapar_fetch::{AddressPolicy, FetchRequest, Purpose};
use chapar_pipeline::{Edition, NETWORK_DOWN};
use chapar_store::{OpenMode, READ_PAGE, Store};
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;

/// No clock that is right stands before this day; it is that of the first release.
const CLOCK_AT_LEAST: &str = "2026-11-01T00:00:00Z";
/// Jobs that were given up and are named.
const DEAD_SHOWN: i64 = 5;
/// What a probe of the disk writes.
const PROBE: &[u8] = b"chapar";

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    /// What was found, or what is wrong and what to do.
    result: Result<String>,
}

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &WithEdition) -> Result<Done> {
    let (config, edition) = config(cli, options).await;
    let findings = vec![
        config,
        Finding { what: "clock", result: clock() },
        Finding { what: "disk", result: disk(cli) },
        Finding { what: "store", result: store(cli).await },
        Finding { what: "jobs", result: jobs(cli).await },
        Finding { what: "network", result: network(cli, &edition).await },
    ];
    let sick = findings.iter().filter(|finding| finding.result.is_err()).count();
    if cli.json {
        let shown = findings.iter().map(|finding| match &finding.result {
            Ok(found) => json!({ "what": finding.what, "well": true, "found": found }),
            Err(error) => {
                json!({ "what": finding.what, "well": false, "found": format!("{error:#}") })
            }
        });
        answer_json(&shown.collect::<Vec<_>>())?;
    } else {
        for finding in &findings {
            match &finding.result {
                Ok(found) => answer(&format!("well  {:<8} {found}", finding.what)),
                Err(error) => answer(&format!("SICK  {:<8} {error:#}", finding.what)),
            }
        }
    }
    ensure!(sick == 0, "{sick} of {} things need care", findings.len());
    Ok(Done::Whole)
}

async fn config(cli: &Cli, options: &WithEdition) -> (Finding, Edition) {
    let read = async {
        if let Some(path) = &options.edition {
            return Edition::parse(&read_edition(path)?)
                .with_context(|| format!("`{}`: mend the file", path.display()))
                .map(Some);
        }
        let Ok(store) = Store::open(&cli.data, OpenMode::Read).await else { return Ok(None) };
        let kept = store.setting("edition").await?;
        kept.map(|toml| {
            Edition::parse(&toml).context("the edition this newsroom was last run with")
        })
        .transpose()
    };
    let (result, edition) = match read.await {
        Ok(Some(edition)) => {
            let feeds: usize = edition.sources.iter().map(|source| source.feeds.len()).sum();
            let found = format!("{} sources with {feeds} feeds", edition.sources.len());
            let result = match edition.contact.is_empty() {
                true => Err(anyhow::anyhow!(
                    "{found}, but no `contact`: publishers must be able to reach you"
                )),
                false => Ok(found),
            };
            (result, edition)
        }
        Ok(None) => (
            Ok("no edition yet: `chapar run EDITION.toml` sets one up".to_owned()),
            Edition::open_to_all(),
        ),
        Err(error) => (Err(error), Edition::open_to_all()),
    };
    (Finding { what: "config", result }, edition)
}

fn clock() -> Result<String> {
    let now = wall();
    let least: Timestamp = CLOCK_AT_LEAST.parse()?;
    ensure!(now > least, "the clock says {now}: set it, or every date is judged by a wrong day");
    Ok(format!("{}", now.strftime("%Y-%m-%d %H:%M UTC")))
}

fn disk(cli: &Cli) -> Result<String> {
    let shown = cli.data.display();
    std::fs::create_dir_all(&cli.data)
        .with_context(|| format!("`{shown}` cannot be made: name another folder with --data"))?;
    let probe = cli.data.join("probe");
    std::fs::write(&probe, PROBE)
        .and_then(|()| std::fs::remove_file(&probe))
        .with_context(|| format!("`{shown}` cannot be written to: free space or rights"))?;
    Ok(format!("`{shown}` can be written to"))
}

async fn store(cli: &Cli) -> Result<String> {
    let store = match Store::open(&cli.data, OpenMode::Read).await {
        Ok(store) => store,
        Err(chapar_store::StoreError::NoStore { .. }) => return Ok("none yet".to_owned()),
        Err(error) => return Err(error.into()),
    };
    let fault = store.check().await?;
    if let Some(fault) = fault {
        bail!("{fault}: stop chapar, restore a backup, or `chapar rebuild` if pages are whole");
    }
    let totals = store.totals().await?;
    Ok(format!(
        "{} pages ({} unread), {} articles, {} stories",
        totals.pages, totals.unread, totals.articles, totals.stories
    ))
}

/// Jobs that were given up.
async fn jobs(cli: &Cli) -> Result<String> {
    let store = match Store::open(&cli.data, OpenMode::Read).await {
        Ok(store) => store,
        Err(chapar_store::StoreError::NoStore { .. }) => return Ok("none yet".to_owned()),
        Err(error) => return Err(error.into()),
    };
    let dead = store.dead_jobs(DEAD_SHOWN).await?;
    let (count, shown) = dead;
    let lines: Vec<String> =
        shown.iter().map(|(kind, key, error)| format!("{kind} `{key}`: {error}")).collect();
    // What a publisher took away is no fault of the newsroom; a page that was kept must be read.
    match shown.iter().any(|(kind, ..)| kind == READ_PAGE) {
        true => bail!("{count} were given up, among them pages to read: {}", lines.join("; ")),
        false if count == 0 => Ok("none was given up".to_owned()),
        false => Ok(format!("{count} were given up after many tries: {}", lines.join("; "))),
    }
}

/// Asks the first source's front page, as collecting would.
async fn network(cli: &Cli, edition: &Edition) -> Result<String> {
    if let Ok(store) = Store::open(&cli.data, OpenMode::Read).await
        && let Some(since) = store.setting(NETWORK_DOWN).await?.filter(|since| !since.is_empty())
    {
        bail!("no host has been in reach since {since}: look at this machine's network");
    }
    let Some(source) = edition.sources.first() else {
        return Ok("not tried: no source to ask".to_owned());
    };
    let client = newsroom::fetcher(edition, AddressPolicy::default(), Arc::new(SystemClock))?;
    let request = FetchRequest::new(source.home.clone(), Purpose::Page);
    client.get(&request).await.with_context(|| {
        format!("`{}` cannot be asked: look at this machine's network and name server", source.home)
    })?;
    Ok(format!("`{}` answers", source.home))
}
