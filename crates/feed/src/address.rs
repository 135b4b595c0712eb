//! Addresses as feeds write them: relative, broken over lines, or with a scheme nobody should
//! follow. Gives strings; whether an address may be fetched is for `PageUrl` to say.

use url::Url;
use url::quirks::domain_to_unicode;

/// Schemes that run code or show what the feed wants a reader to take for a page.
const UNSAFE_SCHEMES: [&str; 4] = ["javascript", "vbscript", "data", "file"];

/// The scheme of an address, when it has one.
fn scheme(raw: &str) -> Option<&str> {
    let (scheme, _) = raw.split_once(':')?;
    let mut bytes = scheme.bytes();
    let starts_well = bytes.next().is_some_and(|b| b.is_ascii_alphabetic());
    let goes_on_well = bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (starts_well && goes_on_well).then_some(scheme)
}

/// Whether the address is absolute, and its scheme harmless.
pub(crate) fn is_absolute(raw: &str) -> bool {
    scheme(raw).is_some_and(|scheme| !UNSAFE_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(scheme)))
}

/// Whether the address begins with a web scheme and a host.
pub(crate) fn is_web(raw: &str) -> bool {
    let is = |prefix: &str| {
        raw.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && raw.len() > prefix.len()
    };
    is("http://") || is("https://")
}

/// An address made absolute. One that already is stays letter for letter; a relative one without
/// a base stays relative; one with an unsafe scheme, or an empty one, is none.
pub(crate) fn resolve(base: Option<&Url>, raw: &str) -> Option<String> {
    let raw = raw.trim();
    if raw.is_empty() {
        return None;
    }
    let joined = raw.contains(['\n', '\r', '\t']).then(|| raw.replace(['\n', '\r', '\t'], ""));
    let raw = joined.as_deref().unwrap_or(raw);
    if let Some(scheme) = scheme(raw) {
        if UNSAFE_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(scheme)) {
            return None;
        }
        return Some(raw.to_owned());
    }
    match base {
        Some(base) => {
            let url = base.join(raw).ok()?;
            let host = url.host_str().unwrap_or_default();
            if host.contains("xn--") {
                let named = domain_to_unicode(host);
                return Some(with_letters(&url.as_str().replacen(host, &named, 1)));
            }
            if raw.is_ascii() { Some(url.into()) } else { Some(with_letters(url.as_str())) }
        }
        None => Some(raw.to_owned()),
    }
}

/// An address in which escaped letters beyond ASCII stand for themselves again, as their publisher
/// wrote them.
fn with_letters(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        let (before, escaped) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let bytes: Vec<u8> = escaped.split('%').skip(1).take(4).map_while(escaped_byte).collect();
        let letter =
            std::str::from_utf8(first_sequence(&bytes)).ok().and_then(|text| text.chars().next());
        let taken = match letter.filter(|c| c.is_alphanumeric() && !c.is_ascii()) {
            Some(letter) => {
                out.push(letter);
                letter.len_utf8() * 3
            }
            None => {
                out.push('%');
                1
            }
        };
        rest = escaped.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The byte that two hexadecimal digits stand for, when the digits are all there is or the rest is
/// of no concern.
fn escaped_byte(part: &str) -> Option<u8> {
    u8::from_str_radix(part.get(..2)?, 16).ok()
}

/// The bytes of the first character in UTF-8.
fn first_sequence(bytes: &[u8]) -> &[u8] {
    let len = match bytes.first() {
        Some(0xC0..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..) => 4,
        _ => 0,
    };
    bytes.get(..len).unwrap_or_default()
}

/// A base address narrowed by another, which may be relative to it.
pub(crate) fn join(base: Option<&Url>, raw: &str) -> Option<Url> {
    let raw = raw.trim();
    let url = match base {
        Some(base) => base.join(raw).ok()?,
        None => Url::parse(raw).ok()?,
    };
    (!url.cannot_be_a_base() && !UNSAFE_SCHEMES.contains(&url.scheme())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expect: Option<&str>) {
        let base = Url::parse("https://example.org/news/feed.xml").unwrap();
        assert_eq!(resolve(Some(&base), raw).as_deref(), expect);
    }

    #[test]
    fn relative_addresses_are_joined_and_absolute_ones_left_alone() {
        check("/a/1", Some("https://example.org/a/1"));
        check("2.html", Some("https://example.org/news/2.html"));
        check("//cdn.example.org/x", Some("https://cdn.example.org/x"));
        check(" HTTP://Example.org/%7ea\n", Some("HTTP://Example.org/%7ea"));
        check("/خبر-۱.html", Some("https://example.org/خبر-۱.html"));
        check("tag:example.org,2020:1", Some("tag:example.org,2020:1"));
    }

    #[test]
    fn addresses_that_run_code_are_none() {
        check("javascript:alert(1)", None);
        check("JavaScript:alert(1)", None);
        check("java\nscript:alert(1)", None);
        check("data:text/html,x", None);
        check("", None);
    }
}
