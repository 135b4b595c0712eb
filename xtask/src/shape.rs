//! The longest functions and the largest files, for a reader to look at. Judges nothing: a long
//! table may be clear and a short knot not.
//!
//! It leans on `rustfmt`: a function ends at the first brace that stands as far in as its `fn`.

use crate::files::{TextFile, text_files};
use anyhow::Result;
use std::path::Path;

/// How many of each are shown.
const SHOWN: usize = 10;

/// Prints them.
pub(crate) fn shape(root: &Path) -> Result<()> {
    let mut files = text_files(root)?;
    files.retain(|file| file.path.ends_with(".rs") && file.path.contains("/src/"));
    let functions = files.iter().flat_map(|file| {
        let found = functions(code(&file.text));
        found.into_iter().map(|(name, lines)| (lines, format!("{}: {name}", file.path)))
    });
    print_largest("longest functions, in lines", functions.collect());
    let sizes = files.iter().map(|file| (code_lines(file), file.path.clone()));
    print_largest("largest files, in lines of code without tests", sizes.collect());
    Ok(())
}

fn print_largest(head: &str, mut list: Vec<(usize, String)>) {
    list.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    println!("{head}");
    for (lines, what) in list.iter().take(SHOWN) {
        println!("{lines:>6}  {what}");
    }
}

/// The part before the tests.
fn code(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests").map_or(text, |(code, _)| code)
}

fn code_lines(file: &TextFile) -> usize {
    let lines = code(&file.text).lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// Names and lengths of the functions.
fn functions(code: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = indent_of(line);
        // The body stands deeper, and so do arguments; a declaration ends with its semicolon.
        let is_end = |line: &&str| indent_of(line) == indent && line.ends_with(['}', ';']);
        let rest = lines.get(start..).unwrap_or_default();
        if let Some(length) = rest.iter().position(is_end) {
            found.push((name, length + 1));
        }
    }
    found
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(scoped) = rest.strip_prefix("pub(") {
        rest = scoped.split_once(") ")?.1;
    }
    for word in ["pub ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expect: &[(&str, usize)]) {
        assert_eq!(functions(code), expect);
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        check("fn a() {\n    if b {\n    }\n}\nfn c() {}\n", &[("a", 4), ("c", 1)]);
    }

    #[test]
    fn a_head_may_span_lines() {
        check(
            "pub(crate) async fn a<T>(\n    t: T,\n) -> T\nwhere\n    T: X,\n{\n    t\n}\n",
            &[("a", 8)],
        );
    }

    #[test]
    fn a_declaration_ends_with_its_semicolon() {
        check("trait T {\n    fn a(&self);\n    fn b(&self) {\n    }\n}\n", &[("a", 1), ("b", 2)]);
    }
}
