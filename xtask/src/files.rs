//! The project's files as git knows them, and the workspace as cargo does. Changes neither.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the project that holds text.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Its path below the root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The project's root.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The committed files that are there and are text, by path.
pub(crate) fn text_files(root: &Path) -> Result<Vec<TextFile>> {
    let listed = output(Command::new("git").args(["ls-files", "-z"]).current_dir(root))?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // What is deleted but not yet committed, and what is no text, has nothing to check.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.push(TextFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

/// The workspace as `cargo metadata` tells it, without the packages of others.
pub(crate) fn metadata(root: &Path) -> Result<Value> {
    let args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let told = output(Command::new("cargo").args(args).current_dir(root))?;
    serde_json::from_str(&told).context("`cargo metadata` printed no JSON")
}

/// The program of a release build, which must be there.
pub(crate) fn binary(root: &Path) -> Result<PathBuf> {
    let path = target_dir(root)?.join("release/chapar");
    ensure!(path.is_file(), "no `{}`: run `cargo build --release`", path.display());
    Ok(path)
}

/// The folder that cargo builds in.
pub(crate) fn target_dir(root: &Path) -> Result<PathBuf> {
    let metadata = metadata(root)?;
    let path = metadata["target_directory"].as_str().context("no target directory was told")?;
    Ok(PathBuf::from(path))
}

/// What a command prints; an error when it cannot start or fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let done = command.output().with_context(|| format!("{shown} does not start"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{shown} failed: {}", said.trim());
    String::from_utf8(done.stdout).with_context(|| format!("{shown} printed no UTF-8"))
}
