//! What every template asks for: words in the reader's language, times in the edition's zone and
//! calendar, addresses below the language's prefix. Never reads the store or the clock.

use crate::edition::{Edition, Wording};
use crate::markup::Markup;
use crate::messages::{Messages, Pattern, Plural, messages};
use crate::views::{Fault, SOURCES_NAMED_MAX, SourceName, StoryCard, Text};
use chapar_model::{
    ArticleId, Basis, CopyKind, Display, FieldName, Lang, PageUrl, PageVia, SourceKey, SourceKind,
    StoryId, Verdict, When,
};
use chapar_text::calendar::Calendar;
use chapar_text::{format_day, format_day_short, format_number, format_time};
use jiff::Timestamp;
use jiff::civil::Date;

/// A page's reader, as far as the page knows.
#[derive(Debug, Clone, Copy)]
pub struct Ui<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// The language the page speaks.
    pub lang: Lang,
    /// The site's words in it.
    pub t: &'static Messages,
    /// The time at which the page is made.
    pub now: Timestamp,
    /// The page's path below its language, with its query: `/story/12`.
    pub place: &'a str,
}

/// One entry of the language switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LangLink {
    /// The language.
    pub lang: Lang,
    /// Its name in itself.
    pub name: &'static str,
    /// The same page in it.
    pub href: String,
    /// Whether the page is in it already.
    pub is_current: bool,
}

impl<'a> Ui<'a> {
    /// A page at `place` in `lang`.
    pub fn new(edition: &'a Edition, lang: Lang, now: Timestamp, place: &'a str) -> Self {
        Self { edition, lang, t: messages(lang), now, place }
    }

    /// Direction of the page.
    pub fn dir(&self) -> &'static str {
        self.lang.dir().as_str()
    }

    /// The edition's name.
    pub fn name(&self) -> &str {
        self.wording().map_or("", |wording| &wording.name)
    }

    /// The edition's tagline.
    pub fn tagline(&self) -> &str {
        self.wording().map_or("", |wording| &wording.tagline)
    }

    /// What the editor says of the edition.
    pub fn about(&self) -> &[String] {
        self.wording().map_or(&[], |wording| &wording.about)
    }

    fn wording(&self) -> Option<&'a Wording> {
        self.edition.wording(self.lang)
    }

    /// The same page in each of the edition's languages.
    pub fn lang_links(&self) -> Vec<LangLink> {
        let link = |lang: Lang| LangLink {
            lang,
            name: messages(lang).own_name,
            href: format!("/{lang}{}", self.place),
            is_current: lang == self.lang,
        };
        self.edition.langs().map(link).collect()
    }

    // Addresses.

    /// A path below the page's language.
    pub fn href(&self, path: &str) -> String {
        format!("/{}{path}", self.lang)
    }

    /// A story's address.
    pub fn story(&self, id: &StoryId) -> String {
        format!("/{}/story/{id}", self.lang)
    }

    /// An article's address.
    pub fn article(&self, id: &ArticleId) -> String {
        format!("/{}/article/{id}", self.lang)
    }

    /// A source's address.
    pub fn source(&self, key: &SourceKey) -> String {
        format!("/{}/source/{key}", self.lang)
    }

    /// The page's own absolute address, without its query.
    pub fn canonical(&self) -> String {
        let path = self.place.split('?').next().unwrap_or_default();
        self.edition.absolute(&self.href(path))
    }

    /// An absolute address.
    pub fn absolute(&self, path: &str) -> String {
        self.edition.absolute(path)
    }

    /// Whether the page stands at `path`.
    pub fn is_at(&self, path: &str) -> bool {
        self.place.split('?').next() == Some(path)
    }

    /// Address of the style sheet.
    pub fn style_href(&self) -> &'static str {
        crate::assets::style_href()
    }

    // Numbers and times.

    /// A number in the reader's digits.
    pub fn number(&self, n: &i64) -> String {
        format_number(*n, self.lang)
    }

    /// A counted noun.
    pub fn count(&self, noun: &Plural, n: &i64) -> String {
        noun.count(*n, self.lang)
    }

    /// A share of one as percents.
    pub fn percent(&self, share: &f32) -> Markup {
        let n = (share.clamp(0.0, 1.0) * 100.0).round() as i64;
        self.t.percent.fill(&[("n", &Markup::words(&self.number(&n)))])
    }

    /// Today in each of the edition's calendars.
    pub fn today(&self) -> Vec<String> {
        let date = self.now.to_zoned_datetime(self.edition.zone.clone()).date();
        let main = self.edition.calendar(self.lang);
        let others = self.edition.calendars.iter().copied().filter(|c| *c != main);
        let mut days = vec![format_day(date, main, self.lang)];
        days.extend(others.map(|calendar| format_day_short(date, calendar, self.lang)));
        days
    }

    /// A time, as exactly as it is known.
    pub fn when(&self, when: &When) -> Markup {
        let calendar = self.edition.calendar(self.lang);
        let shown = match *when {
            When::Month { year, month } => self.month(year, month),
            When::Day(day) => format_day(day, calendar, self.lang),
            When::Instant { at, .. } => {
                let local = at.to_zoned_datetime(self.edition.zone.clone());
                let day = format_day(local.date(), calendar, self.lang);
                let time = format_time(local.hour(), local.minute(), self.lang);
                format!("{day}{}{time}", self.t.list_comma)
            }
        };
        Markup::time(&machine(when), &shown)
    }

    /// An instant of our own.
    pub fn instant(&self, at: &Timestamp) -> Markup {
        self.when(&When::instant(*at))
    }

    /// An instant of our own in few words.
    pub fn instant_brief(&self, at: &Timestamp) -> Markup {
        self.when_brief(&When::instant(*at))
    }

    /// A time in few words: today's by the clock, others by the day.
    pub fn when_brief(&self, when: &When) -> Markup {
        let calendar = self.edition.calendar(self.lang);
        let shown = match *when {
            When::Month { year, month } => self.month(year, month),
            When::Day(day) => format_day_short(day, calendar, self.lang),
            When::Instant { at, .. } => {
                let local = at.to_zoned_datetime(self.edition.zone.clone());
                let today = self.now.to_zoned_datetime(self.edition.zone.clone()).date();
                if local.date() == today {
                    format_time(local.hour(), local.minute(), self.lang)
                } else {
                    format_day_short(local.date(), calendar, self.lang)
                }
            }
        };
        Markup::time(&machine(when), &shown)
    }

    /// A month, for which no calendar but the one it was written in will do.
    fn month(&self, year: i16, month: i8) -> String {
        let Ok(first) = Date::new(year, month, 1) else { return String::new() };
        let shown = format_day_short(first, Calendar::Gregorian, self.lang);
        // The day stands first in every language of the site.
        shown.split_once(' ').map_or_else(String::new, |(_, month)| month.to_owned())
    }

    /// A time in a list whose order is that of time: the day in few words, and the clock.
    pub fn when_row(&self, when: &When) -> Markup {
        let When::Instant { at, .. } = *when else { return self.when_brief(when) };
        let local = at.to_zoned_datetime(self.edition.zone.clone());
        let calendar = self.edition.calendar(self.lang);
        let day = format_day_short(local.date(), calendar, self.lang);
        let time = format_time(local.hour(), local.minute(), self.lang);
        Markup::time(&machine(when), &format!("{day}{}{time}", self.t.list_comma))
    }

    /// The line that says whose clock is told.
    pub fn zone(&self) -> Markup {
        let zone = self.edition.zone.iana_name().unwrap_or("UTC");
        self.t.times_zone.fill(&[("zone", &Markup::isolated(zone))])
    }

    // Names.

    /// A language's name, or its subtag where the site has no name for it.
    pub fn lang_name(&self, lang: &Lang) -> String {
        match *lang {
            Lang::EN => self.t.lang_en.to_owned(),
            Lang::FA => self.t.lang_fa.to_owned(),
            Lang::AR => self.t.lang_ar.to_owned(),
            other => other.to_string(),
        }
    }

    /// Names of several languages in a row.
    pub fn lang_names(&self, langs: &[Lang]) -> String {
        let names: Vec<String> = langs.iter().map(|lang| self.lang_name(lang)).collect();
        names.join(self.t.list_comma)
    }

    /// "In Persian".
    pub fn in_lang(&self, lang: &Lang) -> Markup {
        self.t.in_lang.fill(&[("lang", &Markup::words(&self.lang_name(lang)))])
    }

    /// A source's name, as a link to its page here.
    pub fn source_link(&self, source: &SourceName) -> Markup {
        Markup::link(&self.source(&source.key), &Markup::text(&source.name))
    }

    /// Who reports a story: the first few by name, the rest counted.
    pub fn told_by(&self, card: &StoryCard) -> Markup {
        let mut names = Markup::default();
        let named = card.sources.iter().take(SOURCES_NAMED_MAX);
        for (at, source) in named.clone().enumerate() {
            if at > 0 {
                names.push(&Markup::words(self.t.list_comma));
            }
            names.push(&Markup::text(&source.name));
        }
        let rest = card.source_count - named.count() as i64;
        if rest > 0 {
            names.push(&Markup::words(" "));
            names.push(&Markup::words(&self.count(&self.t.more_sources, &rest)));
        }
        names
    }

    /// A sentence with the name of the site an address belongs to.
    pub fn at_site(&self, pattern: &Pattern, url: &PageUrl) -> Markup {
        pattern.fill(&[("site", &Markup::isolated(url.site()))])
    }

    /// "the same text, 97 percent of its words are shared".
    pub fn copy_extent(&self, kind: &CopyKind, shared: &f32) -> Markup {
        let kind = match kind {
            CopyKind::Whole => self.t.copy_whole,
            CopyKind::Rewritten => self.t.copy_rewritten,
            CopyKind::Part => self.t.copy_part,
        };
        let shared = self.t.shared.fill(&[("percent", &self.percent(shared))]);
        self.t.copy_row.fill(&[("kind", &Markup::words(kind)), ("shared", &shared)])
    }

    /// Name of a field.
    pub fn field(&self, field: &FieldName) -> &'static str {
        match field {
            FieldName::Title => self.t.field_title,
            FieldName::Byline => self.t.field_byline,
            FieldName::Published => self.t.field_published,
            FieldName::Updated => self.t.field_updated,
            FieldName::Language => self.t.field_language,
            FieldName::Site => self.t.field_site,
            FieldName::Original => self.t.field_original,
            FieldName::Body => self.t.field_body,
        }
    }

    /// Name of a kind of evidence.
    pub fn basis(&self, basis: &Basis) -> &'static str {
        match basis {
            Basis::JsonLd => self.t.basis_json_ld,
            Basis::Microdata => self.t.basis_microdata,
            Basis::OpenGraph => self.t.basis_open_graph,
            Basis::Meta => self.t.basis_meta,
            Basis::TimeElement => self.t.basis_time_element,
            Basis::Link => self.t.basis_link,
            Basis::Address => self.t.basis_address,
            Basis::Feed => self.t.basis_feed,
            Basis::Sitemap => self.t.basis_sitemap,
            Basis::Header => self.t.basis_header,
            Basis::Heading => self.t.basis_heading,
            Basis::TitleElement => self.t.basis_title_element,
            Basis::VisibleText => self.t.basis_visible_text,
            Basis::Label => self.t.basis_label,
            Basis::Dateline => self.t.basis_dateline,
            Basis::Masthead => self.t.basis_masthead,
            Basis::SiteMemory => self.t.basis_site_memory,
            Basis::Copy => self.t.basis_copy,
            Basis::Statistics => self.t.basis_statistics,
            Basis::Edition => self.t.basis_edition,
        }
    }

    /// What became of a reading.
    pub fn verdict(&self, verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Chosen(_) => self.t.chosen,
            Verdict::Agrees => self.t.agrees,
            Verdict::Rejected(_) => self.t.rejected,
        }
    }

    /// The verdict's name for the style sheet.
    pub fn verdict_class(&self, verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Chosen(_) => "chosen",
            Verdict::Agrees => "agrees",
            Verdict::Rejected(_) => "rejected",
        }
    }

    /// Why a reading was believed or not.
    pub fn verdict_reason<'v>(&self, verdict: &'v Verdict) -> Option<&'v str> {
        match verdict {
            Verdict::Chosen(reason) | Verdict::Rejected(reason) => Some(reason),
            Verdict::Agrees => None,
        }
    }

    /// How a feed fails.
    pub fn fault(&self, fault: &Fault) -> &'static str {
        match fault {
            Fault::Hard => self.t.fault_hard,
            Fault::Soft => self.t.fault_soft,
            Fault::Temporary => self.t.fault_temporary,
        }
    }

    /// Who stands behind a source.
    pub fn source_kind(&self, kind: &SourceKind) -> &'static str {
        match kind {
            SourceKind::State => self.t.kind_state,
            SourceKind::Independent => self.t.kind_independent,
            SourceKind::Abroad => self.t.kind_abroad,
            SourceKind::Agency => self.t.kind_agency,
            SourceKind::Daily => self.t.kind_daily,
            SourceKind::Broadcaster => self.t.kind_broadcaster,
            SourceKind::Official => self.t.kind_official,
            SourceKind::Blog => self.t.kind_blog,
        }
    }

    /// How much of a source is shown.
    pub fn display(&self, display: &Display) -> &'static str {
        match display {
            Display::Full => self.t.display_full,
            Display::Excerpt => self.t.display_excerpt,
            Display::Link => self.t.display_link,
        }
    }

    /// How a page came to us.
    pub fn via(&self, via: &PageVia) -> &'static str {
        match via {
            PageVia::Live => self.t.via_live,
            PageVia::Pushed => self.t.via_pushed,
            PageVia::Warc => self.t.via_warc,
            PageVia::File => self.t.via_file,
        }
    }

    /// Words from elsewhere, marked with their language.
    pub fn text(&self, text: &Text) -> Markup {
        Markup::text(text)
    }
}

/// A time for machines. Instants are told in UTC, so that the same time has one form.
fn machine(when: &When) -> String {
    match *when {
        When::Instant { at, .. } => at.to_string(),
        other => other.to_string(),
    }
}
