//! The opening of a report: "TEHRAN (Agency) –", "(Agency) -", «تهران - ایرنا -». Read off the
//! first words of the body; nothing is read where a sentence begins instead.

use chapar_model::Dateline;

/// Characters in which a dateline must end.
const DATELINE_CHARS_MAX: usize = 90;

/// Signs that part a dateline from the text.
const DASHES: [char; 5] = ['–', '—', '-', '―', 'ـ'];

/// Reads the dateline at the start of a text: it, and the bytes it takes with the dash and the
/// blanks behind it.
pub(crate) fn read(text: &str) -> Option<(Dateline, usize)> {
    let limit = text.char_indices().nth(DATELINE_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    let head = text.get(..limit)?;
    let (dash, width) = dash_in(head)?;
    let before = head.get(..dash)?.trim();
    let after = text.get(dash + width..)?;
    let end = text.len() - after.trim_start().len();
    let (place, agency) = parts(before)?;
    let raw = text.get(..end)?.trim_end().to_owned();
    Some((Dateline { place, agency, raw }, end))
}

/// The dash that ends a dateline: with blanks around it, or two hyphens.
fn dash_in(head: &str) -> Option<(usize, usize)> {
    let mut last = None;
    for (at, c) in head.char_indices() {
        if !DASHES.contains(&c) {
            continue;
        }
        let before = head.get(..at)?.chars().next_back();
        let after = head.get(at + c.len_utf8()..)?.chars().next();
        let is_hyphen = c == '-';
        let parted = before.is_some_and(|b| b.is_whitespace() || matches!(b, ')' | ','))
            || (!is_hyphen && before.is_some_and(|b| b.is_uppercase() || is_unicased(b)));
        let doubled = is_hyphen && after == Some('-');
        let opens = after.is_none_or(|a| a.is_whitespace() || a == '-') || !is_hyphen;
        if (parted && opens) || doubled {
            let mut width = c.len_utf8();
            if doubled {
                width += 1;
            }
            last = Some((at, width));
            // Persian and Arabic name the agency between two dashes.
            let words = head.get(at + width..)?;
            if !next_is_agency(words) {
                break;
            }
        }
    }
    last
}

fn is_unicased(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// Whether one or two words and another dash follow, in a script without capitals.
fn next_is_agency(rest: &str) -> bool {
    let Some(at) = rest.find(DASHES) else { return false };
    let between = rest.get(..at).unwrap_or_default().trim();
    !between.is_empty()
        && between.split_whitespace().count() <= 3
        && between.chars().filter(|c| c.is_alphabetic()).all(is_unicased)
}

/// Place and agency out of what stands before the dash; `None` when that is no dateline.
fn parts(before: &str) -> Option<(String, Option<String>)> {
    if before.is_empty()
        || before.contains(['.', '!', '?', ';', '"', '“', '«', '؟']) && !before.contains("St.")
    {
        return None;
    }
    let (place, agency) = match before.split_once('(') {
        Some((place, rest)) => (place, Some(rest.split_once(')')?.0)),
        None => match before.split_once(DASHES) {
            Some((place, rest)) => (place, Some(rest)),
            None => (before, None),
        },
    };
    let place = place.trim().trim_end_matches([',', '،', '/', ':']).trim();
    let agency = agency.map(str::trim).filter(|a| !a.is_empty() && a.chars().count() <= 40);
    if place.is_empty() {
        // "(Agency) –" names no place but is the opening all the same.
        return agency.map(|agency| (String::new(), Some(agency.to_owned())));
    }
    let city = place.split([',', '،', '/']).next().unwrap_or(place).trim();
    let words = place.split_whitespace().count();
    if words > 6 || place.chars().any(|c| c.is_numeric()) && words < 2 {
        return None;
    }
    let letters: Vec<char> = city.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() < 2 {
        return None;
    }
    let all_capital = letters.iter().all(|c| c.is_uppercase());
    let unicased = letters.iter().all(|c| is_unicased(*c));
    let titled = city.split_whitespace().all(|w| w.chars().next().is_some_and(char::is_uppercase));
    // Small letters are a sentence unless an agency stands in brackets behind them.
    if !(all_capital
        || (unicased && words <= 3)
        || (titled && agency.is_some() && before.contains('(')))
    {
        return None;
    }
    Some((cased(city), agency.map(str::to_owned)))
}

/// A name in capitals as a name is written.
fn cased(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut starts = true;
    for c in name.chars() {
        if starts {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        starts = !c.is_alphabetic() && c != '\'' && c != '’';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<(&str, Option<&str>, &str)>) {
        let found = read(text);
        let found = found
            .as_ref()
            .map(|(d, end)| (d.place.as_str(), d.agency.as_deref(), text.get(*end..).unwrap()));
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn place_and_agency_are_read() {
        check(
            "TEHRAN – On Monday, ministers met.",
            Some(("Tehran", None, "On Monday, ministers met.")),
        );
        check("NEW YORK (Agency) — Shares fell", Some(("New York", Some("Agency"), "Shares fell")));
        check("Minsk (Agency) - Shares fell", Some(("Minsk", Some("Agency"), "Shares fell")));
        check("(Agency) — Shares fell", Some(("", Some("Agency"), "Shares fell")));
        check("PARIS, July 3 -- Shares", Some(("Paris", None, "Shares")));
        check("تهران - ایرنا - وزیر گفت", Some(("تهران", Some("ایرنا"), "وزیر گفت")));
        check("تهران – وزیر گفت", Some(("تهران", None, "وزیر گفت")));
    }

    #[test]
    fn a_sentence_with_a_dash_is_no_dateline() {
        check("The minister – who met nobody – left.", None);
        check("Well-known people left.", None);
        check("He left. Nobody – not one – saw it.", None);
    }
}
