//! The binary: reads the command line, owns clock, environment and output, and hands the work to
//! the crates below.

mod cli;
mod clock;
mod commands;
mod hub;
mod newsroom;
mod sample;
mod say;

use clap::Parser as _;
use cli::{Cli, Command};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say::failed(&cli, &error.into()),
    };
    // Jobs are big futures; one box keeps them off the stack.
    let done = runtime.block_on(Box::pin(dispatch(&cli)));
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match done {
        Ok(done) => done.exit_code(),
        Err(error) => say::failed(&cli, &error),
    }
}

async fn dispatch(cli: &Cli) -> anyhow::Result<say::Done> {
    match &cli.command {
        Command::Run(options) => commands::run::run(cli, options).await,
        Command::Backfill(options) => commands::backfill::run(cli, options).await,
        Command::Import(options) => commands::import::run(cli, options).await,
        Command::Extract(options) => commands::extract::run(cli, options).await,
        Command::Group(options) => commands::group::run(options),
        Command::Feed(options) => commands::feed::run(cli, options).await,
        Command::Add(options) => commands::add::run(cli, options).await,
        Command::Sources => commands::sources::run(cli).await,
        Command::Search(options) => commands::search::run(cli, options).await,
        Command::Rebuild(options) => commands::rebuild::run(cli, options).await,
        Command::Export(options) => commands::export::run(cli, options).await,
        Command::Verify(options) => commands::verify::run(cli, options).await,
        Command::Doctor(options) => commands::doctor::run(cli, options).await,
    }
}

fn log_to_stderr(cli: &Cli) {
    let usual = match cli.verbose {
        0 => "warn",
        1 => "warn,chapar=info",
        _ => "info,chapar=debug",
    };
    // RUST_LOG wins over -v.
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_unset| EnvFilter::new(usual.replace("chapar", "chapar_pipeline")));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
