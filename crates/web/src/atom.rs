//! The front page as an Atom feed (RFC 4287). Text only: a feed reader gets no markup of ours and
//! none of a source's.

use crate::Text;
use crate::ui::Ui;
use crate::views::{FrontView, StoryCard};
use chapar_model::{Dir, render};
use jiff::Timestamp;
use std::fmt::Write as _;

/// First character of a run that keeps its own direction in plain text, and the one that ends it.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// The feed. `changed` is the time of the last change where no story tells one.
pub fn feed(ui: Ui<'_>, view: &FrontView, changed: Timestamp) -> String {
    let updated = view.cards().map(|card| card.updated).max().unwrap_or(changed);
    let home = ui.absolute(&ui.href("/"));
    let this = ui.absolute(&ui.href("/feed.atom"));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">", ui.lang);
    element(&mut out, "id", &this);
    element(&mut out, "title", ui.name());
    if !ui.tagline().is_empty() {
        element(&mut out, "subtitle", ui.tagline());
    }
    element(&mut out, "updated", &updated.to_string());
    link(&mut out, "self", "application/atom+xml", &this);
    link(&mut out, "alternate", "text/html", &home);
    author(&mut out, ui.name());
    out.push_str("<generator>Chapar</generator>\n");
    for card in view.cards() {
        entry(&mut out, ui, card);
    }
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, ui: Ui<'_>, card: &StoryCard) {
    let address = ui.absolute(&ui.story(&card.id));
    match card.headline.lang {
        Some(lang) => _ = writeln!(out, "<entry xml:lang=\"{lang}\">"),
        None => out.push_str("<entry>\n"),
    }
    element(out, "id", &address);
    element(out, "title", &card.headline.words);
    element(out, "updated", &card.updated.to_string());
    link(out, "alternate", "text/html", &address);
    for source in &card.sources {
        author(out, &source.name.words);
    }
    if card.sources.is_empty() {
        author(out, ui.name());
    }
    let summary = summary(ui, card);
    let _ = writeln!(out, "<summary xml:lang=\"{}\">{}</summary>", ui.lang, xml(&summary));
    out.push_str("</entry>\n");
}

/// The opening, who tells the story, and how many reports it has.
fn summary(ui: Ui<'_>, card: &StoryCard) -> String {
    let mut lines = Vec::new();
    if let Some(opening) = &card.opening {
        lines.push(isolated(opening, ui));
    }
    let names: Vec<String> = card.sources.iter().map(|source| isolated(&source.name, ui)).collect();
    lines.push(names.join(ui.t.list_comma));
    lines.push(ui.count(&ui.t.reports, &card.report_count));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Words that read in another direction than the feed stand between isolates.
fn isolated(text: &Text, ui: Ui<'_>) -> String {
    let own: Dir = ui.lang.dir();
    if text.dir == own {
        return text.words.clone();
    }
    format!("{}{}{}", ISOLATE.0, text.words, ISOLATE.1)
}

fn element(out: &mut String, name: &str, words: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", xml(words));
}

fn author(out: &mut String, name: &str) {
    let _ = writeln!(out, "<author><name>{}</name></author>", xml(name));
}

fn link(out: &mut String, rel: &str, kind: &str, href: &str) {
    let _ = writeln!(out, "<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\"/>", xml(href));
}

/// Escaped, and without the characters that no XML document may hold.
fn xml(words: &str) -> String {
    let may_stand = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    render::escape(&words.chars().filter(may_stand).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::Lang;
    use proptest::prelude::*;

    #[test]
    fn markup_and_control_characters_do_not_reach_the_feed() {
        assert_eq!(xml("a\u{0}\u{8}<b>&\u{ffff}c"), "a&lt;b&gt;&amp;c");
    }

    #[test]
    fn words_of_the_other_direction_are_kept_apart() {
        let edition = crate::edition::tests::edition();
        let ui = Ui::new(&edition, Lang::FA, Timestamp::UNIX_EPOCH, "/");
        let latin = Text::new("Herald", Lang::EN);
        assert_eq!(isolated(&latin, ui), "\u{2068}Herald\u{2069}");
        assert_eq!(isolated(&Text::new("زانا", Lang::FA), ui), "زانا");
    }

    proptest! {
        #[test]
        fn any_words_leave_no_bare_markup(words in "\\PC*") {
            let escaped = xml(&words);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        }
    }
}
