//! What a compiler does not see: which crate imports which, how files open, and what must not stand
//! in them. Mends nothing.

use crate::files::{TextFile, metadata, text_files};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Which of our crates each may import. The floors alone would let a stage import the store.
const MAY_IMPORT: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("jobs", &[]),
    ("sample", &[]),
    ("xtask", &[]),
    ("text", &["model"]),
    ("fetch", &["model"]),
    // A page and the job that reads it are one transaction.
    ("store", &["model", "jobs"]),
    ("feed", &["model", "text"]),
    ("extract", &["model", "text"]),
    ("dedup", &["model", "text"]),
    ("cluster", &["model", "text"]),
    ("search", &["model", "text"]),
    ("web", &["model", "text", "store", "search"]),
    (
        "pipeline",
        &[
            "model", "jobs", "text", "store", "fetch", "feed", "extract", "dedup", "cluster",
            "search",
        ],
    ),
    ("testkit", &["model", "jobs", "store", "fetch", "pipeline"]),
    (
        "server",
        &[
            "model", "jobs", "text", "store", "fetch", "feed", "extract", "dedup", "cluster",
            "search", "sample", "pipeline", "web",
        ],
    ),
];

/// Crates from bytes and values to values.
const PURE: [&str; 8] =
    ["model", "text", "feed", "extract", "dedup", "cluster", "search", "sample"];
/// What a pure crate has no use for.
const WORLDLY: [&str; 6] = ["tokio", "sqlx", "reqwest", "hyper", "axum", "object_store"];

/// Where a dependency says what it is for.
const DEPENDENCIES: &str = "docs/design/dependencies.md";

/// Notes to oneself, which need the number of an issue. In pieces, so that this file has none.
const NOTES: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
/// Endings of files in which a note is one, and not talk about notes.
const NOTED: [&str; 7] = [".rs", ".sql", ".html", ".css", ".js", ".toml", ".sh"];
/// Beginnings of paths that stand on one machine only.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/tm", "p/target")];

/// Prints what is untidy; an error when something is.
pub(crate) fn tidy(root: &Path) -> Result<()> {
    let faults = find_faults(root)?;
    for fault in &faults {
        println!("{fault}");
    }
    ensure!(faults.is_empty(), "{} things are untidy", faults.len());
    println!("tidy");
    Ok(())
}

fn find_faults(root: &Path) -> Result<Vec<String>> {
    let files = text_files(root)?;
    let metadata = metadata(root)?;
    let mut faults = import_faults(&metadata)?;
    faults.extend(unexplained(&metadata, &files)?);
    faults.extend(fixture_faults(&files));
    for file in &files {
        faults.extend(opening_fault(file));
        faults.extend(note_faults(file));
        faults.extend(path_faults(file));
    }
    Ok(faults)
}

/// Normal dependencies alone: tests may reach for what they need.
fn import_faults(metadata: &Value) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let packages = metadata["packages"].as_array().context("`cargo metadata` tells no packages")?;
    for package in packages {
        let name = short(package["name"].as_str().unwrap_or_default());
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("`{name}` stands in no row of the import table in xtask"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if !dependency["kind"].is_null() {
                continue;
            }
            let full = dependency["name"].as_str().unwrap_or_default();
            let ours = !dependency["path"].is_null();
            if ours && !allowed.contains(&short(full)) {
                faults.push(format!("`{name}` must not import `{}`", short(full)));
            }
            if PURE.contains(&name) && WORLDLY.contains(&full) {
                faults.push(format!("`{name}` is pure and has no use for `{full}`"));
            }
        }
    }
    Ok(faults)
}

/// Dependencies on others' crates, those of tests too, that have no row of their own.
fn unexplained(metadata: &Value, files: &[TextFile]) -> Result<BTreeSet<String>> {
    let page = files.iter().find(|file| file.path == DEPENDENCIES);
    let page = page.with_context(|| format!("there is no `{DEPENDENCIES}`"))?;
    let mut faults = BTreeSet::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let name = dependency["name"].as_str().unwrap_or_default();
            let ours = !dependency["path"].is_null();
            if !ours && !page.text.contains(&format!("| `{name}` |")) {
                faults.insert(format!("{DEPENDENCIES}: no row says what `{name}` is for"));
            }
        }
    }
    Ok(faults)
}

fn short(package: &str) -> &str {
    package.strip_prefix("chapar-").unwrap_or(package)
}

fn opening_fault(file: &TextFile) -> Option<String> {
    let ours = file.path.starts_with("crates/") || file.path.starts_with("xtask/");
    if !ours || !file.path.contains("/src/") || !file.path.ends_with(".rs") {
        return None;
    }
    let opens = ["//!", "#![doc = include_str!"].iter().any(|how| file.text.starts_with(how));
    (!opens).then(|| format!("{}: line 1 does not say what the file is for", file.path))
}

fn note_faults(file: &TextFile) -> Vec<String> {
    if !NOTED.iter().any(|ending| file.path.ends_with(ending)) {
        return Vec::new();
    }
    let bare = |line: &str| {
        NOTES
            .iter()
            .any(|note| line.match_indices(note).any(|(at, _)| !is_numbered(line, at + note.len())))
    };
    faults_by_line(file, "a note without the number of an issue, as `(#12)`", bare)
}

/// Whether `(#12)` stands there, or letters: then it was no note but part of a word.
fn is_numbered(line: &str, at: usize) -> bool {
    let rest = line.get(at..).unwrap_or_default();
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return true;
    }
    let number = rest.strip_prefix("(#").and_then(|rest| rest.split_once(')'));
    number
        .is_some_and(|(digits, _)| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
}

fn path_faults(file: &TextFile) -> Vec<String> {
    let names_one = |line: &str| {
        MACHINE_PATHS.iter().any(|path| {
            line.match_indices(path).any(|(at, _)| {
                // Inside an address or a longer path it is a folder like any other.
                let before = line.get(..at).and_then(|before| before.chars().next_back());
                !before.is_some_and(|c| c.is_alphanumeric() || "._~%-/".contains(c))
            })
        })
    };
    faults_by_line(file, "a path of one machine", names_one)
}

fn faults_by_line(file: &TextFile, fault: &str, is_fault: impl Fn(&str) -> bool) -> Vec<String> {
    let lines = file.text.lines().enumerate().filter(|(_, line)| is_fault(line));
    lines.map(|(number, _)| format!("{}:{}: {fault}", file.path, number + 1)).collect()
}

/// Every `fixtures/<stage>/<case>/` says in `case.toml` where it comes from.
fn fixture_faults(files: &[TextFile]) -> Vec<String> {
    let cases: BTreeSet<&str> = files.iter().filter_map(|file| fixture_case(&file.path)).collect();
    let tells_origin = |case: &str| {
        let path = format!("{case}/case.toml");
        let file = files.iter().find(|file| file.path == path)?;
        let table: toml::Table = file.text.parse().ok()?;
        let origin = table.get("origin")?.as_str()?;
        (!origin.trim().is_empty()).then_some(())
    };
    let untold = cases.into_iter().filter(|case| tells_origin(case).is_none());
    untold.map(|case| format!("{case}: no `case.toml` that names its `origin`")).collect()
}

fn fixture_case(path: &str) -> Option<&str> {
    let in_stage = path.strip_prefix("fixtures/")?;
    let (stage, in_case) = in_stage.split_once('/')?;
    let (case, _) = in_case.split_once('/')?;
    path.get(.."fixtures/".len() + stage.len() + 1 + case.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn the_project_is_tidy() {
        let root = crate::files::root();
        if !root.join(".git").exists() {
            println!("skipped: the project stands outside git");
            return;
        }
        assert_eq!(find_faults(root).unwrap(), [""; 0]);
    }

    #[track_caller]
    fn check_import(from: &str, to: &str, kind: Option<&str>, expect: &[&str]) {
        let path = to.starts_with("chapar-").then_some("crates/x");
        let metadata = json!({ "packages": [{
            "name": format!("chapar-{from}"),
            "dependencies": [{ "name": to, "kind": kind, "path": path }],
        }] });
        assert_eq!(import_faults(&metadata).unwrap(), expect);
    }

    #[test]
    fn arrows_run_down() {
        check_import("feed", "chapar-text", None, &[]);
        check_import("feed", "chapar-store", None, &["`feed` must not import `store`"]);
        check_import("feed", "chapar-extract", None, &["`feed` must not import `extract`"]);
        check_import("server", "chapar-web", None, &[]);
    }

    #[test]
    fn tests_may_import_what_they_need() {
        check_import("feed", "chapar-store", Some("dev"), &[]);
    }

    #[test]
    fn a_pure_crate_takes_no_runtime() {
        check_import("dedup", "tokio", None, &["`dedup` is pure and has no use for `tokio`"]);
        check_import("store", "tokio", None, &[]);
    }

    #[test]
    fn a_crate_without_a_row_is_a_fault() {
        let expect = ["`newcomer` stands in no row of the import table in xtask"];
        check_import("newcomer", "anyhow", None, &expect);
    }

    #[test]
    fn a_dependency_has_a_row() {
        let metadata = json!({ "packages": [{ "name": "chapar-feed", "dependencies": [
            { "name": "url", "kind": null, "path": null },
            { "name": "insta", "kind": "dev", "path": null },
            { "name": "chapar-text", "kind": null, "path": "crates/text" },
        ] }] });
        let page = [file(DEPENDENCIES, "| `url` | MIT | feed | addresses |")];
        let told = "docs/design/dependencies.md: no row says what `insta` is for";
        assert_eq!(unexplained(&metadata, &page).unwrap(), BTreeSet::from([told.to_owned()]));
        assert!(unexplained(&metadata, &[]).is_err());
    }

    #[track_caller]
    fn check_opening(path: &str, text: &str, expect: bool) {
        assert_eq!(opening_fault(&file(path, text)).is_some(), expect, "{path}: {text}");
    }

    #[test]
    fn a_source_file_opens_with_its_purpose() {
        check_opening("crates/feed/src/lib.rs", "//! Feeds.", false);
        check_opening("crates/feed/src/lib.rs", "#![doc = include_str!(\"../README.md\")]", false);
        check_opening("crates/feed/src/lib.rs", "use std::fmt;\n//! Feeds.", true);
        check_opening("crates/feed/build.rs", "fn main() {}", false);
    }

    #[track_caller]
    fn check_note(line: &str, expect: usize) {
        let line = line.replace("NOTE", NOTES[0]);
        assert_eq!(note_faults(&file("a.rs", &line)).len(), expect, "{line}");
        assert_eq!(note_faults(&file("a.md", &line)).len(), 0, "{line}");
    }

    #[test]
    fn a_note_names_its_issue() {
        check_note("// NOTE(#12): later", 0);
        check_note("// NOTE: later", 1);
        check_note("// NOTE(#): later", 1);
        check_note("// NOTE", 1);
        check_note("let NOTES = 1;", 0);
    }

    #[track_caller]
    fn check_path(line: &str, expect: usize) {
        let line = line.replace("MACHINE/", MACHINE_PATHS[0]);
        assert_eq!(path_faults(&file("a.md", &line)).len(), expect, "{line}");
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        check_path("see `MACHINE/notes`", 1);
        check_path("MACHINE/notes", 1);
        check_path("https://zana.exampleMACHINE/notes", 0);
    }

    #[test]
    fn a_fixture_names_its_origin() {
        let page = || file("fixtures/extract/clock/input.html", "");
        let told = |toml| file("fixtures/extract/clock/case.toml", toml);
        let fault = ["fixtures/extract/clock: no `case.toml` that names its `origin`"];
        assert_eq!(fixture_faults(&[page()]), fault);
        assert_eq!(fixture_faults(&[page(), told("origin = ''")]), fault);
        assert_eq!(fixture_faults(&[page(), told("origin = 'invented'")]), [""; 0]);
        assert_eq!(fixture_faults(&[file("fixtures/README.md", "")]), [""; 0]);
    }
}
