//! What commands print: answers on standard output, everything else on standard error, progress
//! only where a person looks on.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command's answer is printed")]

use crate::cli::Cli;
use chapar_pipeline::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All of it was done.
    Whole,
    /// Some records were skipped, and the answer says which.
    WithGaps,
    /// It was looked over and is not as it should be; the answer says where.
    AtFault,
}

impl Done {
    /// The code for whoever called.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Whole => ExitCode::SUCCESS,
            Self::WithGaps => ExitCode::from(3),
            Self::AtFault => ExitCode::FAILURE,
        }
    }
}

/// Prints a line of the answer.
pub(crate) fn answer(line: &str) {
    // A reader that went away (`chapar … | head`) wants no more.
    if writeln!(io::stdout(), "{line}").is_err() {
        quiet_end();
    }
}

/// Prints the answer as JSON.
pub(crate) fn answer_json(value: &impl Serialize) -> anyhow::Result<()> {
    answer(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Tells a person something that is no part of the answer.
pub(crate) fn note(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::exit, reason = "nobody is left to answer to")]
fn quiet_end() -> ! {
    std::process::exit(0)
}

/// Prints why a command failed, and what caused it.
pub(crate) fn failed(cli: &Cli, error: &anyhow::Error) -> ExitCode {
    if cli.json {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        println!("{}", serde_json::json!({ "err": causes.join(": ") }));
    }
    eprintln!("chapar: {error:#}");
    ExitCode::FAILURE
}

/// A bar on standard error; hidden when nobody looks on.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar without an end in sight.
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn at(&self, taken: u64, read: u64) {
        let passed = self.0.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
        let speed = read as f64 / passed;
        self.0.set_message(format!("{taken} pages taken, {read} read, {speed:.0} a second"));
    }
}
