//! The commands and their options, as a newcomer reads them with `--help`.

use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Gathers the news of one subject, keeps the page each report came from, and publishes it.
#[derive(Debug, Parser)]
#[command(
    name = "chapar",
    version,
    about = "A news engine for one subject: every report, kept with its source.",
    after_help = "Begin with `chapar run --sample`: an invented country's news, served from this \
                  machine, in a minute. Exit codes: 0 done, 1 failed, 2 wrong use, 3 done with \
                  some records skipped."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The newsroom's folder: rows, pages and index.
    #[arg(long, global = true, value_name = "DIR", default_value = "chapar-data")]
    pub data: PathBuf,
    /// Answers as JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    /// Says more of what happens (twice: everything).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Collects, reads, groups, indexes and serves, until stopped.
    Run(Run),
    /// Fetches what a source published before it was followed: older pages of its feeds, sitemaps.
    Backfill(Backfill),
    /// Brings in WARC files, or folders of saved pages with a manifest.
    Import(Import),
    /// One page in, the article out, with the evidence for its dates.
    Extract(Extract),
    /// Puts a stream of articles into stories and finds copies among them.
    Group(Batch),
    /// Shows what can be read of a feed.
    Feed(Feed),
    /// Finds what can be followed of a site, channel or account and adds it to an edition.
    Add(Add),
    /// The sources, what came of each, and how its feeds fare.
    Sources,
    /// Searches the articles.
    Search(Search),
    /// Derives everything again from the kept pages.
    Rebuild(WithEdition),
    /// Writes everything out as JSON Lines and WARC, or a part of it to look at.
    Export(Export),
    /// Checks that what was seen when is still what was kept.
    Verify(Verify),
    /// Looks over configuration, clock, store, disk and network, and says what to do.
    Doctor(WithEdition),
}

/// Options of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The edition's file.
    #[arg(value_name = "EDITION.toml", conflicts_with = "sample")]
    pub edition: Option<PathBuf>,
    /// Runs the sample edition: five days of an invented country's news in two minutes.
    #[arg(long)]
    pub sample: bool,
    /// Where the site is served.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8390")]
    pub listen: SocketAddr,
    /// The address readers know the site by, where a proxy stands before it.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Serves what is there and collects nothing.
    #[arg(long)]
    pub serve_only: bool,
    /// Real seconds that a day of the sample takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 16.0, requires = "sample", value_parser = day_seconds)]
    pub day_seconds: f64,
}

fn day_seconds(raw: &str) -> Result<f64, String> {
    match raw.parse::<f64>() {
        Ok(seconds) if (0.5..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a day takes 0.5 to 86400 seconds".to_owned()),
    }
}

/// The edition a command works for.
#[derive(Debug, Args)]
pub(crate) struct WithEdition {
    /// The edition's file; else the one the newsroom was last run with.
    #[arg(long, value_name = "EDITION.toml")]
    pub edition: Option<PathBuf>,
}

/// Options of `backfill`.
#[derive(Debug, Args)]
pub(crate) struct Backfill {
    /// The source's key.
    pub source: String,
    /// Back to this day (UTC): the last document of a feed may name a few older pages.
    #[arg(long, value_name = "DAY")]
    pub since: Option<String>,
    /// Documents of each feed and section that are read.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000).map(usize::from))]
    pub documents: usize,
    /// New pages that are taken from each feed, each section and all sitemaps.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..=20_000).map(usize::from))]
    pub pages: usize,
    /// Ends what is under way instead.
    #[arg(long, conflicts_with_all = ["since", "documents", "pages", "edition"])]
    pub stop: bool,
    /// The edition.
    #[command(flatten)]
    pub edition: WithEdition,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// WARC files (plain or gzip), manifests (.jsonl), or folders of either.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The edition.
    #[command(flatten)]
    pub edition: WithEdition,
}

/// What `extract` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Everything, with evidence.
    Json,
    /// The text alone.
    Text,
    /// Headline and text as Markdown.
    Markdown,
    /// Headline and text as safe HTML.
    Html,
}

/// Options of `extract`.
#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// A file, `-` for standard input, or an address to fetch.
    #[arg(value_name = "FILE|-|URL", required_unless_present = "batch")]
    pub page: Option<String>,
    /// The address the page came from.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// When it was fetched: a day or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    pub fetched: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value = "json")]
    pub format: Format,
    /// Many pages: one JSON object a line in ({"id","path","url","fetched","headers"}), one out.
    #[arg(long, value_name = "FILE.jsonl|-", conflicts_with = "page")]
    pub batch: Option<PathBuf>,
    /// With --batch FILE: learn first what the pages of each site have in common.
    #[arg(long, requires = "batch")]
    pub remember: bool,
}

/// Options of commands that read lines only.
#[derive(Debug, Args)]
pub(crate) struct Batch {
    /// One JSON object a line in, one out, in the same order; `-` for standard input.
    #[arg(long, value_name = "FILE.jsonl|-")]
    pub batch: PathBuf,
}

/// Options of `feed`.
#[derive(Debug, Args)]
pub(crate) struct Feed {
    /// A file, `-` for standard input, or an address to fetch.
    #[arg(value_name = "FILE|-|URL", required_unless_present = "batch")]
    pub feed: Option<String>,
    /// The address the feed came from.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Many feeds: one JSON object a line in ({"id","file","url","http"}), one out.
    #[arg(long, value_name = "FILE.jsonl|-", conflicts_with = "feed")]
    pub batch: Option<PathBuf>,
}

/// Options of `add`.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Any page of a site, a channel (t.me/NAME), an account (@name@host), or a YouTube channel.
    pub url: String,
    /// The edition's file to add it to; without it the lines to add are printed.
    #[arg(long, value_name = "EDITION.toml")]
    pub edition: Option<PathBuf>,
}

/// Options of `search`.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words; "a phrase"; -without; source:KEY; lang:fa; after:2026-03-02; before:2026-03-06.
    #[arg(required = true)]
    pub words: Vec<String>,
    /// How many to show.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The folder to write everything to; its files of an earlier export are replaced.
    #[arg(value_name = "DIR", required_unless_present_any = ["cdxj", "wacz"])]
    pub to: Option<PathBuf>,
    /// Writes the index of the archive instead, as pywb reads it (CDXJ).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "wacz"])]
    pub cdxj: Option<PathBuf>,
    /// Writes pages to look at instead, with their index and a signature (WACZ).
    #[arg(long, value_name = "FILE.wacz", conflicts_with = "to")]
    pub wacz: Option<PathBuf>,
    /// With --wacz: what of the newsroom.
    #[command(flatten)]
    pub part: Part,
}

/// A part of what was seen; without options all of it.
#[derive(Debug, Args)]
pub(crate) struct Part {
    /// Only of this source.
    #[arg(long, value_name = "KEY", requires = "wacz")]
    pub source: Option<String>,
    /// Only the articles of this story, by its number on the site.
    #[arg(long, value_name = "NUMBER", requires = "wacz")]
    pub story: Option<i64>,
    /// Only this article, by its number on the site.
    #[arg(long, value_name = "NUMBER", requires = "wacz")]
    pub article: Option<i64>,
    /// Only what was seen from this day or RFC 3339 time on.
    #[arg(long, value_name = "TIME", requires = "wacz")]
    pub after: Option<String>,
    /// Only what was seen before this day or RFC 3339 time.
    #[arg(long, value_name = "TIME", requires = "wacz")]
    pub before: Option<String>,
    /// What the file is called where it is shown.
    #[arg(long, value_name = "TEXT", requires = "wacz")]
    pub title: Option<String>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Looks at the chain and the rows alone, and opens no record.
    #[arg(long)]
    pub quick: bool,
    /// The hash of a link that was noted earlier: the chain must still lead over it.
    #[arg(long, value_name = "HASH")]
    pub since: Option<String>,
}
