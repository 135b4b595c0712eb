//! What the site itself says, in every language it speaks. The compiler sees to it that no
//! language lacks a message. Never holds a word of a source.

mod ar;
mod en;
mod fa;

use crate::markup::Markup;
use chapar_model::Lang;
use chapar_text::{Plural as Form, format_number, plural_category};

/// The languages the site can speak.
pub const UI_LANGS: [Lang; 3] = [Lang::EN, Lang::FA, Lang::AR];

/// A sentence with places for values, such as `Kept on {day}`.
#[derive(Debug)]
pub struct Pattern(&'static str);

/// A counted noun in the plural forms of CLDR, with `{n}` where the number stands.
#[derive(Debug, Default)]
pub struct Plural {
    zero: Option<&'static str>,
    one: Option<&'static str>,
    two: Option<&'static str>,
    few: Option<&'static str>,
    many: Option<&'static str>,
    other: &'static str,
}

impl Pattern {
    /// The sentence with its values in their places; a place without a value stays empty.
    pub fn fill(&self, values: &[(&str, &Markup)]) -> Markup {
        let mut filled = Markup::default();
        for piece in pieces(self.0) {
            match piece {
                Piece::Words(words) => filled.push(&Markup::words(words)),
                Piece::Place(name) => {
                    if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                        filled.push(value);
                    }
                }
            }
        }
        filled
    }
}

impl Plural {
    /// The noun with its number, in `lang`'s form and digits.
    pub fn count(&self, n: i64, lang: Lang) -> String {
        let form = match plural_category(n, lang) {
            Form::Zero => self.zero,
            Form::One => self.one,
            Form::Two => self.two,
            Form::Few => self.few,
            Form::Many => self.many,
            Form::Other => None,
        };
        form.unwrap_or(self.other).replace("{n}", &format_number(n, lang))
    }
}

enum Piece<'p> {
    Words(&'p str),
    Place(&'p str),
}

fn pieces(pattern: &str) -> impl Iterator<Item = Piece<'_>> {
    pattern.split_inclusive('}').flat_map(|part| {
        let (words, place) = match part.strip_suffix('}').and_then(|p| p.split_once('{')) {
            Some((words, name)) => (words, Some(Piece::Place(name))),
            None => (part, None),
        };
        [Some(Piece::Words(words)), place].into_iter().flatten()
    })
}

/// The messages in `lang`, or in English where the site does not speak it.
pub fn messages(lang: Lang) -> &'static Messages {
    match lang {
        Lang::FA => &fa::MESSAGES,
        Lang::AR => &ar::MESSAGES,
        _ => &en::MESSAGES,
    }
}

type Said = &'static str;

/// Declares the catalogue, and its listing for the tests.
macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident: $kind:ident,)*) => {
        /// Every message of one language.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "a message in English says what it is for")]
        pub struct Messages { $($(#[$doc])* pub $name: $kind,)* }

        #[cfg(test)]
        impl Messages {
            fn forms(&self) -> Vec<(&'static str, Vec<&'static str>)> {
                vec![$((stringify!($name), tests::Forms::forms(&self.$name)),)*]
            }
        }
    };
}

catalogue! {
    /// The language's name in itself.
    own_name: Said,
    lang_en: Said,
    lang_fa: Said,
    lang_ar: Said,
    lang_unknown: Said,

    // Every page.
    skip: Said,
    front: Said,
    sources: Said,
    about: Said,
    search: Said,
    search_label: Said,
    languages: Said,
    sections: Said,
    times_zone: Pattern,
    own_words: Said,
    feed: Said,
    /// Between the items of a list.
    list_comma: Said,
    colon: Said,
    older: Said,
    next: Said,
    previous: Said,
    pages: Said,

    // Counted.
    reports: Plural,
    source_count: Plural,
    copies: Plural,
    results: Plural,
    articles: Plural,
    candidates: Plural,
    bytes: Plural,
    percent: Pattern,
    more_sources: Plural,

    // Front page.
    lead_story: Said,
    weighty: Said,
    more_news: Said,
    in_brief: Said,
    nothing_yet: Said,
    nothing_yet_more: Said,

    // Story.
    story: Said,
    in_lang: Pattern,
    first_report: Said,
    first_why: Said,
    first_earliest: Pattern,
    first_copied: Pattern,
    first_day_only: Said,
    began: Said,
    last_report: Said,
    copy_row: Pattern,
    told_by: Said,

    // Article.
    article: Said,
    read_original: Pattern,
    original_note: Said,
    by: Pattern,
    dateline: Said,
    published: Said,
    updated: Said,
    no_time: Said,
    excerpt_note: Pattern,
    link_note: Pattern,
    empty_note: Pattern,
    picture: Said,
    gone: Pattern,
    paywalled: Said,
    in_story: Said,
    copy_of: Pattern,
    copy_because: Said,
    copied_by: Said,
    copy_whole: Said,
    copy_rewritten: Said,
    copy_part: Said,
    shared: Pattern,
    claimed: Said,
    passed_on: Said,
    answers: Said,
    seen: Said,
    seen_times: Pattern,
    edited: Said,
    edited_more: Said,
    warning: Pattern,
    how_we_know: Said,
    how_we_know_more: Said,
    kept_page: Said,
    kept_earlier: Said,
    fetched: Said,
    status: Said,
    digest: Said,
    size: Said,
    via: Said,
    via_live: Said,
    via_pushed: Said,
    via_warc: Said,
    via_file: Said,
    revision_current: Said,
    revision_older: Pattern,
    what_changed: Said,
    change_added: Said,
    change_removed: Said,
    change_edited: Said,
    change_hidden: Said,
    change_rest: Said,
    correction_note: Said,
    kept_shown: Pattern,
    was_absent: Pattern,
    source: Said,
    language: Said,
    section: Said,
    tags: Said,

    // Evidence.
    chosen: Said,
    agrees: Said,
    rejected: Said,
    stood: Said,
    written: Said,
    reason: Said,
    field_title: Said,
    field_byline: Said,
    field_published: Said,
    field_updated: Said,
    field_language: Said,
    field_site: Said,
    field_original: Said,
    field_body: Said,
    basis_json_ld: Said,
    basis_microdata: Said,
    basis_open_graph: Said,
    basis_meta: Said,
    basis_time_element: Said,
    basis_link: Said,
    basis_address: Said,
    basis_feed: Said,
    basis_sitemap: Said,
    basis_header: Said,
    basis_heading: Said,
    basis_title_element: Said,
    basis_visible_text: Said,
    basis_label: Said,
    basis_dateline: Said,
    basis_masthead: Said,
    basis_site_memory: Said,
    basis_copy: Said,
    basis_statistics: Said,
    basis_edition: Said,

    // Sources.
    sources_intro: Said,
    kind: Said,
    kind_state: Said,
    kind_independent: Said,
    kind_abroad: Said,
    kind_agency: Said,
    kind_daily: Said,
    kind_broadcaster: Said,
    kind_official: Said,
    kind_blog: Said,
    home_page: Said,
    pushed_by: Said,
    last_asked: Said,
    next_asked: Said,
    failing_since: Said,
    fault_hard: Said,
    fault_soft: Said,
    fault_temporary: Said,
    display: Said,
    display_full: Said,
    display_excerpt: Said,
    display_link: Said,
    kept_articles: Said,
    last_fetched: Said,
    recent: Said,
    none_of_source: Said,

    // Search.
    results_for: Pattern,
    any_language: Said,
    any_source: Said,
    narrow: Said,
    no_results: Said,
    no_results_more: Said,
    search_help: Pattern,
    page_of: Pattern,
    index_busy: Said,

    // About.
    about_pages_head: Said,
    about_pages: Said,
    about_times_head: Said,
    about_times: Said,
    about_copies_head: Said,
    about_copies: Said,
    about_rights_head: Said,
    about_rights: Said,
    about_reading_head: Said,
    about_reading: Said,

    // When something is missing.
    not_found: Said,
    not_found_more: Said,
    broken: Said,
    broken_more: Said,
    to_front: Said,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a message can read as.
    pub(super) trait Forms {
        fn forms(&self) -> Vec<&'static str>;
    }

    impl Forms for Said {
        fn forms(&self) -> Vec<&'static str> {
            vec![self]
        }
    }

    impl Forms for Pattern {
        fn forms(&self) -> Vec<&'static str> {
            vec![self.0]
        }
    }

    impl Forms for Plural {
        fn forms(&self) -> Vec<&'static str> {
            [self.zero, self.one, self.two, self.few, self.many, Some(self.other)]
                .into_iter()
                .flatten()
                .collect()
        }
    }

    fn places(pattern: &str) -> Vec<&str> {
        let mut names: Vec<&str> = pieces(pattern)
            .filter_map(|piece| match piece {
                Piece::Place(name) => Some(name),
                Piece::Words(_) => None,
            })
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn no_message_is_empty_in_any_language() {
        for lang in UI_LANGS {
            for (name, forms) in messages(lang).forms() {
                for form in forms {
                    assert!(!form.trim().is_empty(), "{name} in {lang}");
                    assert!(!form.contains('%'), "{name} in {lang}: {form}");
                }
            }
        }
    }

    #[test]
    fn a_message_has_the_same_places_in_every_language() {
        let english = messages(Lang::EN).forms();
        for lang in UI_LANGS {
            for ((name, ours), (_, theirs)) in messages(lang).forms().iter().zip(&english) {
                // A plural form may spell its number out, but the general form never does.
                let (ours, theirs) = (ours.last().unwrap(), theirs.last().unwrap());
                assert_eq!(places(ours), places(theirs), "{name} in {lang}");
            }
        }
    }

    #[track_caller]
    fn check_count(lang: Lang, n: i64, expect: &str) {
        assert_eq!(messages(lang).reports.count(n, lang), expect);
    }

    #[test]
    fn nouns_agree_with_their_numbers() {
        check_count(Lang::EN, 1, "1 report");
        check_count(Lang::EN, 0, "0 reports");
        check_count(Lang::FA, 0, "۰ خبر");
        check_count(Lang::FA, 5, "۵ خبر");
        check_count(Lang::FA, 1234, "۱٬۲۳۴ خبر");
        check_count(Lang::AR, 1, "خبر واحد");
        check_count(Lang::AR, 2, "خبران");
        check_count(Lang::AR, 3, "٣ أخبار");
        check_count(Lang::AR, 11, "١١ خبرًا");
        check_count(Lang::AR, 100, "١٠٠ خبر");
    }

    #[test]
    fn values_are_escaped_and_unknown_places_vanish() {
        let pattern = Pattern("Copy of {source} & {nothing}.");
        let filled = pattern.fill(&[("source", &Markup::isolated("<b>"))]);
        assert_eq!(filled.to_string(), "Copy of <bdi>&lt;b&gt;</bdi> &amp; .");
    }
}
