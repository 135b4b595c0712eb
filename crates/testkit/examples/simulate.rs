//! Simulates some weeks of many webs and says what did not hold.
//!
//! ```text
//! cargo run --release -p chapar-testkit --example simulate -- SEEDS [FIRST]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use chapar_testkit::{Outcome, simulate};
use std::process::ExitCode;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

/// Threads, each with a simulation of its own.
const THREADS: usize = 2;
/// Memory that all simulations of this process together may take at the most, in kilobytes.
const MEMORY_MAX: u64 = 300_000;
/// Where a newsroom is kept in memory, on systems that have it.
const MEMORY: &str = "/dev/shm";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| words.get(at).map(|word| word.parse::<u64>());
    let (Some(Ok(seeds)), first) = (number(0), number(1).unwrap_or(Ok(1))) else {
        eprintln!("usage: simulate SEEDS [FIRST]");
        return ExitCode::FAILURE;
    };
    let first = first.unwrap_or(1);
    let (next, broken) = (AtomicU64::new(first), AtomicU64::new(0));
    let begun = Instant::now();
    let (errands, articles, falls) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let (waiting, overdue) = (AtomicI64::new(0), AtomicI64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        return;
                    }
                    match one(seed) {
                        Ok(outcome) => {
                            errands.fetch_add(outcome.errands, Ordering::Relaxed);
                            articles.fetch_add(outcome.articles as u64, Ordering::Relaxed);
                            falls.fetch_add(outcome.falls, Ordering::Relaxed);
                            waiting.fetch_max(outcome.jobs_most, Ordering::Relaxed);
                            overdue.fetch_max(outcome.overdue.as_mins(), Ordering::Relaxed);
                            broken.fetch_add(u64::from(tell(seed, &outcome)), Ordering::Relaxed);
                        }
                        Err(error) => {
                            eprintln!("seed {seed}: {error:#}");
                            broken.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let broken = broken.into_inner();
    println!(
        "{seeds} seeds of 38 days in {:.0} s: {} errands, {} of them cut short, {} articles; at most {} jobs \
         waited, none was overdue by more than {} min; {broken} seeds with something that does not hold",
        begun.elapsed().as_secs_f32(),
        errands.into_inner(),
        falls.into_inner(),
        articles.into_inner(),
        waiting.into_inner(),
        overdue.into_inner(),
    );
    let is_bounded = match peak_memory() {
        Some(peak) => {
            println!("Memory: at most {} MB, of {} MB", peak / 1_000, MEMORY_MAX / 1_000);
            peak <= MEMORY_MAX
        }
        None => {
            println!("Memory: not told by this system");
            true
        }
    };
    if broken == 0 && is_bounded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The most memory that this process ever had, in kilobytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn one(seed: u64) -> anyhow::Result<Outcome> {
    let dir = match std::path::Path::new(MEMORY).is_dir() {
        true => tempfile::tempdir_in(MEMORY)?,
        false => tempfile::tempdir()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(simulate(seed, dir.path()))
}

/// Prints what does not hold; whether there is anything.
fn tell(seed: u64, outcome: &Outcome) -> bool {
    for broken in outcome.broken.iter().take(5) {
        println!("seed {seed}: {}", broken.what);
        for line in &broken.log {
            println!("    {line}");
        }
    }
    if outcome.broken.len() > 5 {
        println!("seed {seed}: and {} more", outcome.broken.len() - 5);
    }
    !outcome.broken.is_empty()
}
