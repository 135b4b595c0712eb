//! The edition as its readers meet it: names, languages, clock and calendars. Never its sources
//! or rules, which are the store's.

use crate::messages::UI_LANGS;
use chapar_model::{Lang, PageUrl};
use chapar_text::calendar::Calendar;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What the site shows of the edition on every page.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The public address of the site's root.
    pub base: PageUrl,
    /// Name and tagline in each of the edition's languages, the main language first.
    pub wordings: Vec<Wording>,
    /// Zone in which days begin and times are told.
    pub zone: TimeZone,
    /// Calendars in which the masthead dates the day.
    pub calendars: Vec<Calendar>,
}

/// The edition's own words in one language.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The language.
    pub lang: Lang,
    /// The edition's name.
    pub name: String,
    /// The line below the name.
    pub tagline: String,
    /// What the editor says of the edition, a paragraph a string.
    pub about: Vec<String>,
}

impl Wording {
    /// The wording in `lang` from texts by language tag, `""` standing for every language.
    pub fn pick(
        lang: Lang,
        names: &BTreeMap<String, String>,
        taglines: &BTreeMap<String, String>,
    ) -> Self {
        let text = |texts: &BTreeMap<String, String>| {
            let own = texts.get(lang.as_str()).or_else(|| texts.get(""));
            own.or_else(|| texts.values().next()).cloned().unwrap_or_default()
        };
        Self { lang, name: text(names), tagline: text(taglines), about: Vec::new() }
    }
}

/// The calendar an edition's file names: `gregorian`, `persian` or `hijri`.
pub fn calendar_named(name: &str) -> Option<Calendar> {
    match name {
        "gregorian" => Some(Calendar::Gregorian),
        "persian" => Some(Calendar::Jalali),
        "hijri" => Some(Calendar::Hijri),
        _ => None,
    }
}

impl Edition {
    /// The languages the site speaks for this edition, the main one first.
    pub fn langs(&self) -> impl Iterator<Item = Lang> {
        self.wordings.iter().map(|wording| wording.lang).filter(|lang| UI_LANGS.contains(lang))
    }

    /// The language for readers of whom nothing is known.
    pub fn main_lang(&self) -> Lang {
        self.langs().next().unwrap_or(Lang::EN)
    }

    /// The edition's words in `lang`, or in its main language.
    pub fn wording(&self, lang: Lang) -> Option<&Wording> {
        self.wordings.iter().find(|w| w.lang == lang).or_else(|| self.wordings.first())
    }

    /// The calendar that readers of `lang` count in.
    pub fn calendar(&self, lang: Lang) -> Calendar {
        let own = if lang == Lang::FA { Calendar::Jalali } else { Calendar::Gregorian };
        let known = self.calendars.iter().find(|calendar| **calendar == own);
        known.or(self.calendars.first()).copied().unwrap_or(Calendar::Gregorian)
    }

    /// The absolute address of one of the site's own paths.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn edition() -> Edition {
        let wording = |lang, name: &str| Wording {
            lang,
            name: name.to_owned(),
            tagline: String::new(),
            about: Vec::new(),
        };
        let german = Lang::parse("de").unwrap();
        Edition {
            base: PageUrl::parse("https://news.example.org/").unwrap(),
            wordings: vec![
                wording(german, "Der Bote"),
                wording(Lang::FA, "پیک"),
                wording(Lang::EN, "The Courier"),
            ],
            zone: TimeZone::UTC,
            calendars: vec![Calendar::Gregorian],
        }
    }

    #[test]
    fn a_language_the_site_does_not_speak_is_left_out() {
        assert!(edition().langs().eq([Lang::FA, Lang::EN]));
        assert_eq!(edition().main_lang(), Lang::FA);
    }

    #[test]
    fn readers_count_in_their_calendar_where_the_edition_has_it() {
        let mut edition = edition();
        assert_eq!(edition.calendar(Lang::FA), Calendar::Gregorian);
        edition.calendars.push(Calendar::Jalali);
        assert_eq!(edition.calendar(Lang::FA), Calendar::Jalali);
        assert_eq!(edition.calendar(Lang::AR), Calendar::Gregorian);
    }

    #[test]
    fn a_name_in_the_language_is_preferred_to_one_for_all() {
        let names = BTreeMap::from([("".into(), "Courier".into()), ("fa".into(), "پیک".into())]);
        let pick = |lang| Wording::pick(lang, &names, &BTreeMap::new()).name;
        assert_eq!(pick(Lang::FA), "پیک");
        assert_eq!(pick(Lang::EN), "Courier");
    }

    #[test]
    fn paths_follow_the_base_without_a_double_slash() {
        assert_eq!(edition().absolute("/fa/"), "https://news.example.org/fa/");
    }
}
