//! Everything that must hold before a change lands, one step after the other. Stops at the first
//! that fails and names it.

use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

struct Step {
    name: &'static str,
    /// The command, its words parted by spaces.
    line: &'static str,
    /// An environment variable it needs.
    with: Option<(&'static str, &'static str)>,
    /// What installs it, where Rust does not bring it.
    install: Option<&'static str>,
}

const fn step(name: &'static str, line: &'static str) -> Step {
    Step { name, line, with: None, install: None }
}

/// Cheap ones first. `tidy` is among the tests.
const STEPS: [Step; 9] = [
    step("format", "cargo fmt --all --check"),
    step("clippy", "cargo clippy --locked --workspace --all-targets -- -D warnings"),
    Step {
        install: Some("cargo install --locked cargo-deny"),
        ..step("deny", "cargo deny check bans licenses sources")
    },
    Step {
        install: Some("cargo install --locked cargo-machete"),
        ..step("machete", "cargo-machete crates xtask")
    },
    step("test", "cargo test --workspace"),
    Step {
        with: Some(("RUSTDOCFLAGS", "-D warnings")),
        ..step("doc", "cargo doc --workspace --no-deps --document-private-items")
    },
    step("release", "cargo build --release"),
    step("eval", "cargo run --quiet -p xtask -- eval"),
    Step {
        install: Some("pip install warcio pywb wacz"),
        ..step("archive", "cargo run --quiet -p xtask -- archive")
    },
];

/// Takes the steps.
pub(crate) fn check(root: &Path) -> Result<()> {
    for step in &STEPS {
        println!("check: {}: {}", step.name, step.line);
        let begun = Instant::now();
        take(step, root).with_context(|| format!("the step `{}` failed", step.name))?;
        println!("check: {} held, {} s", step.name, begun.elapsed().as_secs());
    }
    println!("check: all {} steps held", STEPS.len());
    Ok(())
}

fn take(step: &Step, root: &Path) -> Result<()> {
    let mut words = step.line.split(' ');
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(words).envs(step.with).current_dir(root);
    let status = command.status().with_context(|| format!("`{program}` does not start"))?;
    if status.success() {
        return Ok(());
    }
    match step.install {
        Some(how) => bail!("`{}`: {status}; it needs `{how}`", step.line),
        None => bail!("`{}`: {status}", step.line),
    }
}
