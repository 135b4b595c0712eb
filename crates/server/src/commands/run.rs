//! `chapar run`: collects, reads, groups, indexes and serves, until it is stopped.

use crate::cli::{Cli, Run};
use crate::clock::{FastClock, SystemClock};
use crate::hub;
use crate::newsroom::{self, Newsroom};
use crate::sample::{self, Outlets};
use crate::say::{Done, answer, answer_json, note};
use anyhow::{Context as _, Result, bail};
use axum::Router;
use chapar_fetch::{AddressPolicy, Clock};
use chapar_model::{Lang, PageUrl};
use chapar_pipeline::{Context, Edition, IndexStage};
use chapar_sample::World;
use chapar_store::{OpenMode, Store};
use chapar_web::{SearchIndex, Site, Wording, calendar_named};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The folder of the sample, where no other is named.
const SAMPLE_DATA: &str = "chapar-sample-data";
/// The file that marks a folder as the sample's, which may be emptied.
const SAMPLE_MARK: &str = "this-is-the-sample";
/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// How long open connections are waited for at the end.
const GOODBYE: Duration = Duration::from_secs(3);

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Run) -> Result<Done> {
    let listener = TcpListener::bind(options.listen).await.with_context(|| {
        format!("`{}` cannot be listened on: name another address with --listen", options.listen)
    })?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let (room, clock) = match options.sample {
        true => {
            let outlets = sample::listen().await?;
            open_sample(cli, options, outlets, &mut tasks, &stopped).await?
        }
        false => open_edition(cli, options).await?,
    };
    let at = listener.local_addr()?;
    let site = site(&room.context, &clock, options, at)?;
    let routes = chapar_web::router(site).merge(hub::router(room.context.clone()));
    tasks.spawn(serve(listener, routes, stopped.clone()));
    greet(cli, options, at)?;
    if !options.serve_only {
        let context = room.context.clone();
        tasks.spawn(async move { chapar_pipeline::run(&context, stopped).await });
    }
    let ended = tokio::select! {
        () = signalled() => Ok(()),
        // Nothing ends by itself but by a fault.
        Some(done) = tasks.join_next() => done.map_err(anyhow::Error::from).flatten(),
    };
    note("stopping: what was begun is finished first");
    let _ = stop.send(true);
    let finish = async {
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        anyhow::Ok(())
    };
    let finished = tokio::time::timeout(GOODBYE * 10, finish).await;
    room.context.store.close().await;
    ended?;
    match finished {
        Ok(done) => done?,
        Err(_late) => {
            note("some work did not end in time; it will be done again at the next start");
        }
    }
    Ok(Done::Whole)
}

async fn open_edition(cli: &Cli, options: &Run) -> Result<(Newsroom, Arc<dyn Clock>)> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut room = newsroom::open(cli, options.edition.as_deref()).await?;
    if room.context.edition.sources.is_empty() && !options.serve_only {
        bail!("no edition: name its file, as in `chapar run editions/iran.toml`, or try --sample");
    }
    let client =
        newsroom::fetcher(&room.context.edition, AddressPolicy::default(), Arc::clone(&clock))?;
    room.context.fetcher = Some(client);
    // Without an address that others know, no hub can call back.
    room.context.public = options.public_url.as_deref().map(PageUrl::parse).transpose()?;
    Ok((room, clock))
}

/// The sample begins anew each time: its clock does, and so must what was made by it.
async fn open_sample(
    cli: &Cli,
    options: &Run,
    outlets: Outlets,
    tasks: &mut JoinSet<Result<()>>,
    stopped: &watch::Receiver<bool>,
) -> Result<(Newsroom, Arc<dyn Clock>)> {
    let usual = cli.data.as_os_str() == "chapar-data";
    let dir = if usual { Path::new(SAMPLE_DATA) } else { cli.data.as_path() };
    empty_sample(dir)?;
    let pace = DAY / options.day_seconds;
    let clock: Arc<dyn Clock> = Arc::new(FastClock::new(World::start(), World::end(), pace));
    let edition = Edition::parse(&outlets.edition).context("the sample's edition")?;
    let policy = AddressPolicy::default().with_loopback(".localhost", outlets.port);
    let client = newsroom::fetcher(&edition, policy, Arc::clone(&clock))?;
    let store = Store::open(dir, OpenMode::Write).await?;
    let toml = outlets.edition.clone();
    tasks.spawn(sample::serve(outlets, Arc::clone(&clock), stopped.clone()));
    let room =
        newsroom::assemble(store, edition, Some(&toml), Arc::clone(&clock), Some(client)).await?;
    Ok((room, clock))
}

fn empty_sample(dir: &Path) -> Result<()> {
    let mark = dir.join(SAMPLE_MARK);
    if dir.exists() && std::fs::read_dir(dir)?.next().is_some() {
        if !mark.exists() {
            bail!("`{}` holds something else: name an empty folder with --data", dir.display());
        }
        std::fs::remove_dir_all(dir).with_context(|| format!("`{}`", dir.display()))?;
    }
    std::fs::create_dir_all(dir).with_context(|| format!("`{}`", dir.display()))?;
    std::fs::write(&mark, "Everything here is made anew by `chapar run --sample`.\n")?;
    Ok(())
}

/// The site as the edition has it.
fn site(
    context: &Context,
    clock: &Arc<dyn Clock>,
    options: &Run,
    at: SocketAddr,
) -> Result<Arc<Site>> {
    let base = match &options.public_url {
        Some(url) => PageUrl::parse(url).context("--public-url")?,
        None => PageUrl::parse(&format!("http://{at}/"))?,
    };
    let edition = &context.edition;
    let in_lang = |texts: &std::collections::BTreeMap<String, String>, lang: Lang| {
        let own = texts.get(lang.as_str()).or_else(|| texts.get(""));
        own.or_else(|| texts.values().next()).cloned().unwrap_or_default()
    };
    let wordings = edition.languages.iter().map(|lang| Wording {
        lang: *lang,
        name: in_lang(&edition.name, *lang),
        tagline: in_lang(&edition.tagline, *lang),
        about: Vec::new(),
    });
    let calendars = edition.calendars.iter().filter_map(|name| calendar_named(name));
    let clock = Arc::clone(clock);
    Ok(Arc::new(Site {
        store: context.store.clone(),
        index: SearchIndex::at(IndexStage::dir(context)),
        edition: chapar_web::Edition {
            base,
            wordings: wordings.collect(),
            zone: edition.zone.clone(),
            calendars: calendars.collect(),
        },
        now: Box::new(move || clock.now()),
    }))
}

async fn serve(
    listener: TcpListener,
    routes: Router,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let mut goodbye = stopped.clone();
    let serving = axum::serve(listener, routes).with_graceful_shutdown(async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    });
    let late = async {
        let _ = goodbye.wait_for(|stopped| *stopped).await;
        let _ = tokio::time::timeout(GOODBYE, std::future::pending::<()>()).await;
    };
    tokio::select! {
        served = async { serving.await } => served.context("the site cannot be served"),
        // A browser that holds its connection open does not hold us up.
        () = late => Ok(()),
    }
}

fn greet(cli: &Cli, options: &Run, at: SocketAddr) -> Result<()> {
    if cli.json {
        return answer_json(&json!({ "address": format!("http://{at}/") }));
    }
    answer(&format!("Chapar serves at http://{at}/"));
    if options.sample {
        let whole = options.day_seconds * 5.0;
        answer(&format!(
            "The sample's five days pass in {whole:.0} seconds: the front page fills as they do."
        ));
    }
    answer("Ctrl-C stops it.");
    Ok(())
}

/// Until Ctrl-C, or SIGTERM where there is one.
async fn signalled() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
