//! Opening a newsroom: the store, the edition it works for, and the context jobs are handed.

use crate::cli::Cli;
use crate::clock::SystemClock;
use anyhow::{Context as _, Result};
use chapar_fetch::{AddressPolicy, Clock, FetchConfig, Fetcher};
use chapar_pipeline::{Context, Edition};
use chapar_store::{OpenMode, Store};
use std::path::Path;
use std::sync::Arc;

/// The setting that holds the edition's file.
const EDITION: &str = "edition";

/// What a command needs of a newsroom.
pub(crate) struct Newsroom {
    /// What jobs are handed.
    pub context: Context,
}

/// Opens the newsroom for writing, with the edition of the file, or else the one it was last run
/// with, or else one to which everything belongs.
pub(crate) async fn open(cli: &Cli, file: Option<&Path>) -> Result<Newsroom> {
    let store = Store::open(&cli.data, OpenMode::Write).await?;
    let toml = match file {
        Some(path) => Some(read_edition(path)?),
        None => store.setting(EDITION).await?,
    };
    let edition = match &toml {
        Some(toml) => Edition::parse(toml).with_context(|| match file {
            Some(path) => format!("`{}`", path.display()),
            None => "the edition this newsroom was last run with".to_owned(),
        })?,
        None => Edition::open_to_all(),
    };
    assemble(store, edition, toml.as_deref(), Arc::new(SystemClock), None).await
}

/// The text of an edition's file.
pub(crate) fn read_edition(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))
}

/// Puts a newsroom together and keeps its edition.
pub(crate) async fn assemble(
    store: Store,
    edition: Edition,
    toml: Option<&str>,
    clock: Arc<dyn Clock>,
    fetcher: Option<Arc<Fetcher>>,
) -> Result<Newsroom> {
    if let Some(toml) = toml
        && store.setting(EDITION).await?.as_deref() != Some(toml)
    {
        store.set_sources(&edition.sources).await?;
        store.set_setting(EDITION, toml).await?;
    }
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    Ok(Newsroom {
        context: Context {
            wall: Arc::new(SystemClock),
            fetcher,
            threads,
            worker: format!("chapar-{}", std::process::id()),
            ..Context::new(store, edition, clock)
        },
    })
}

/// The one HTTP client, with the manners of an edition.
pub(crate) fn fetcher(
    edition: &Edition,
    policy: AddressPolicy,
    clock: Arc<dyn Clock>,
) -> Result<Arc<Fetcher>> {
    let contact = match edition.contact.is_empty() {
        true => "https://example.org/chapar",
        false => &edition.contact,
    };
    let agent = format!("Chapar/{} (+{contact})", env!("CARGO_PKG_VERSION"));
    let mut config = FetchConfig::new(agent);
    config.policy = policy;
    config.hosts = edition.hosts.clone();
    Ok(Arc::new(Fetcher::new(config, clock)?))
}
