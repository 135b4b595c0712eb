//! A name out of the words of a byline: what stands before it, what follows it, and what is none.

use crate::words::ENGLISH_MONTHS;
use crate::words::{collapsed, folded};

/// Characters of a byline.
const BYLINE_CHARS_MAX: usize = 200;

/// Words of one name, titles and particles among them.
const NAME_WORDS_MAX: usize = 6;

/// What stands before a name and cannot be part of one.
const LEADS: &[&str] = &[
    "written and reported by",
    "written and edited by",
    "story by",
    "article by",
    "words by",
    "text by",
    "a report by",
    "report by",
    "reported by",
    "review by",
    "written by",
    "posted by",
    "published by",
    "created by",
    "submitted by",
    "contributed by",
    "authored by",
    "opinion by",
    "analysis by",
    "author:",
    "authors:",
    "author",
    "authors",
    "text:",
    "words:",
    "story:",
    "by:",
    "by",
    "geschrieben von",
    "verfasst von",
    "ein beitrag von",
    "von:",
    "autor:",
    "autorin:",
    "autoren:",
    "redaktion:",
    "écrit par",
    "rédigé par",
    "publié par",
    "auteur:",
    "escrito por",
    "publicado por",
    "redactado por",
    "scritto da",
    "pubblicato da",
    "a cura di",
    "autore:",
    "geschreven door",
    "skrivet av",
    "skrevet av",
    "skrevet af",
    "skribent:",
    "napisał:",
    "автор:",
    "текст:",
    "yazan:",
    "haber:",
    "نویسنده:",
    "نویسنده :",
    "نویسنده",
    "نوشته:",
    "نوشته",
    "به قلم:",
    "به قلم",
    "گزارش از:",
    "گزارش از",
    "گزارشگر:",
    "گزارش:",
    "خبرنگار:",
    "یادداشت از",
    "مترجم:",
    "کاتب:",
    "مرسلة بواسطة",
    "بواسطة:",
    "بواسطة",
    "بقلم:",
    "بقلم",
    "كتب:",
    "كتب",
    "كتبت:",
    "كتبت",
    "الكاتب:",
    "إعداد:",
    "تقرير:",
];

/// What stands before the name of somebody else than the author.
const OTHER_LEADS: &[&str] = &[
    "reviewed by",
    "medically reviewed",
    "expert reviewed",
    "fact checked",
    "fact-checked",
    "edited by",
    "translated by",
    "photo by",
    "photos by",
    "image by",
    "illustration by",
    "sponsored by",
    "hosted by",
];

/// Words that stand before a name and may be part of one, or of a sentence.
const SHORT_LEADS: &[&str] = &["von", "par", "por", "di", "da", "de", "af", "av", "door"];

/// Where a name ends when more stands on its line.
const TAILS: &[&str] = &[
    " | ",
    " • ",
    " · ",
    " on ",
    " last updated",
    " updated",
    " published",
    " posted",
    " — ",
    " – ",
    " in ",
    " for ",
    " @",
    " follow",
    " view ",
    " min read",
    " minute read",
    " read time",
    " reading time",
    " more posts",
    " more from",
    " read the latest",
    " read more",
    " contributing writer",
    " staff writer",
    " senior writer",
    " senior editor",
    " see all",
];

/// Parts of names that are written small.
const PARTICLES: &[&str] = &[
    "de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von", "vom",
    "zu", "zur", "bin", "ibn", "bint", "al", "el", "ter", "ten", "y", "e", "et", "and", "und", "&",
    "af", "av", "och", "og", "en",
];

/// What stands in the place of a byline and is no name, folded.
const NO_NAMES: &[&str] = &[
    "about the author",
    "about the authors",
    "all posts",
    "author posts",
    "author profile",
    "authors",
    "contact",
    "feature",
    "home",
    "latest posts",
    "meet the author",
    "more from this author",
    "more from author",
    "more posts",
    "posts",
    "read more",
    "see all posts",
    "updated",
    "published",
    "view all posts",
    "view more posts",
    "view profile",
];

/// Names of accounts that systems write where a person should stand.
const ACCOUNTS: &[&str] = &[
    "admin",
    "administrator",
    "anonymous",
    "author",
    "editor",
    "guest",
    "none",
    "null",
    "root",
    "staff",
    "super user",
    "superuser",
    "undefined",
    "unknown",
    "user",
    "webmaster",
    "wordpress",
    "wpadmin",
];

/// A name out of a byline; `None` when none is in it.
pub(crate) fn clean(raw: &str) -> Option<String> {
    let mut name = collapsed(&crate::entities::decode(raw));
    if name.contains("://") || name.starts_with("www.") || name.starts_with('@') {
        return None;
    }
    if let Some(at) = name.find(['{', '<', '\u{fffd}']) {
        name.truncate(at);
    }
    for _ in 0..2 {
        name = without_lead(&name);
    }
    let lower = name.to_lowercase();
    if lower.len() == name.len() {
        let end = TAILS.iter().filter_map(|tail| lower.find(tail)).filter(|at| *at > 2).min();
        name.truncate(end.unwrap_or(name.len()));
    }
    name = without_date(&name);
    let name = name.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ':' | '|' | '-' | '–' | '—' | '·' | '•' | '/' | ';' | '&' | '،')
    });
    let name = once(name);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    if letters < 2 || digits > 4 || name.chars().count() > BYLINE_CHARS_MAX {
        return None;
    }
    let commas = name.matches([',', '،']).count();
    if name.split(' ').count() > 12 + commas * 4 {
        return None;
    }
    Some(name.to_owned())
}

/// Why a name is not that of a person.
pub(super) fn fault(name: &str, raw: &str) -> Option<&'static str> {
    let folded = folded(name);
    if is_of_other(raw.trim_start()) {
        return Some("somebody else than the author");
    }
    if ACCOUNTS.contains(&folded.as_str()) || folded.ends_with(" admin") {
        return Some("the name of an account");
    }
    let is_no_name = |text: &str| NO_NAMES.contains(&text);
    if is_no_name(&folded) || is_no_name(&crate::words::folded(raw)) {
        return Some("words of the page");
    }
    let is_mail = |word: &str| word.contains('@') && word.contains('.');
    if name.split(' ').all(is_mail) {
        return Some("an address of mail");
    }
    if name.contains(": ") {
        return Some("a list of roles");
    }
    None
}

/// Whether a line names somebody else than the author.
pub(super) fn is_of_other(line: &str) -> bool {
    OTHER_LEADS
        .iter()
        .any(|lead| line.get(..lead.len()).is_some_and(|head| head.eq_ignore_ascii_case(lead)))
}

/// What follows the "by" of a line that begins with a date.
pub(super) fn behind_date(line: &str) -> Option<&str> {
    let at = [" by ", " By ", " BY "].iter().filter_map(|by| line.find(by)).min()?;
    let (before, rest) = line.split_at_checked(at)?;
    before.chars().any(|c| c.is_ascii_digit()).then(|| rest.get(4..).unwrap_or_default())
}

/// The words without what stands before a name.
pub(super) fn without_lead(name: &str) -> String {
    let trimmed = name.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '|' | '-' | '—' | '–' | '/' | '•')
    });
    if let Some(rest) = behind_lead(trimmed) {
        return rest.to_owned();
    }
    for lead in SHORT_LEADS {
        let Some((head, rest)) = trimmed.split_once(' ') else { break };
        // Before a name of two words it leads; with a small letter it is a part of the name.
        let is_capital = head.starts_with(char::is_uppercase);
        if head.eq_ignore_ascii_case(lead) && is_capital && rest.contains(' ') {
            return rest.trim_start().to_owned();
        }
    }
    trimmed.to_owned()
}

/// What follows a lead that a line begins with.
pub(super) fn behind_lead(line: &str) -> Option<&str> {
    for lead in LEADS {
        let Some(head) = line.get(..lead.len()) else { continue };
        if !head.eq_ignore_ascii_case(lead) {
            continue;
        }
        let rest = line.get(lead.len()..).unwrap_or_default();
        // "Written byMara": elements without a blank between.
        let is_glued = lead.contains(' ') && rest.starts_with(char::is_uppercase);
        let is_parted = rest.starts_with([' ', ':', '\u{a0}', '،']) || lead.ends_with(':');
        let rest = rest.trim_start_matches([' ', ':', '\u{a0}']);
        if (is_parted || is_glued) && !rest.is_empty() {
            return Some(rest);
        }
    }
    None
}

/// What follows a short lead such as "von" that a line begins with.
pub(super) fn behind_short_lead(line: &str) -> Option<&str> {
    let (head, rest) = line.split_once(' ')?;
    SHORT_LEADS.iter().any(|lead| head.eq_ignore_ascii_case(lead)).then_some(rest)
}

/// Whether a line is a lead and nothing more.
pub(super) fn is_lead(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–'));
    LEADS
        .iter()
        .chain(SHORT_LEADS)
        .any(|lead| line.eq_ignore_ascii_case(lead.trim_end_matches([':', ' '])))
}

/// Whether words look like the name of one person or of several.
pub(super) fn is_name(text: &str) -> bool {
    let mut words = 0;
    for part in text.split([',', '،', '&']).flat_map(|part| part.split(" and ")) {
        let mut in_part = 0;
        for word in part.split_whitespace() {
            let Some(first) = word.chars().find(|c| c.is_alphanumeric()) else { continue };
            let is_cased = first.is_uppercase() || first.is_lowercase();
            let is_particle = PARTICLES.contains(&word.to_lowercase().as_str());
            if first.is_numeric() || is_cased && first.is_lowercase() && !is_particle {
                return false;
            }
            in_part += 1;
        }
        if in_part > NAME_WORDS_MAX {
            return false;
        }
        words += in_part;
    }
    let is_sentence = text.ends_with(['!', '?', ':', '؟', '»', '"']);
    words > 0 && !is_sentence && text.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// A name that is written twice, once.
fn once(name: &str) -> &str {
    let half = name.len() / 2;
    match (name.get(..half), name.get(half + 1..)) {
        (Some(first), Some(second)) if first == second && first.contains(' ') => first,
        _ => name,
    }
}

/// Cuts off a date or time behind a name.
fn without_date(name: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in name.split(' ') {
        let is_number = word.chars().next().is_some_and(|c| c.is_ascii_digit());
        if is_number && !kept.is_empty() {
            while kept.last().is_some_and(|w| is_month_or_weekday(w)) {
                kept.pop();
            }
            break;
        }
        kept.push(word);
    }
    kept.join(" ")
}

fn is_month_or_weekday(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let is_name = |name: &&str| word == **name || Some(word.as_str()) == name.get(..3);
    word == "sept" || ENGLISH_MONTHS.iter().chain(&WEEKDAYS).any(is_name)
}
