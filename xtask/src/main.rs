#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command's answer is printed")]

mod archive;
mod check;
mod eval;
mod files;
mod kill;
mod learn;
mod replay;
mod shape;
mod tidy;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- check | tidy | shape | eval [--write] | learn [--write] | \
     archive [--replay] | kill PAGES";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    let root = files::root();
    match words {
        ["check"] => check::check(root),
        ["tidy"] => tidy::tidy(root),
        ["shape"] => shape::shape(root),
        ["eval"] => eval::eval(root, eval::Mode::Compare),
        ["eval", "--write"] => eval::eval(root, eval::Mode::Record),
        ["learn"] => learn::learn(root, learn::Mode::Measure),
        ["learn", "--write"] => learn::learn(root, learn::Mode::Replace),
        ["archive"] => archive::archive(root, replay::Extent::Some),
        ["archive", "--replay"] => archive::archive(root, replay::Extent::All),
        ["kill", pages] => kill::kill(root, pages),
        _ => bail!("{USAGE}"),
    }
}
