//! The keys that web archives sort addresses by: the host turned round and what makes no difference
//! taken out, so that captures of one page stand together whatever scheme or case was asked for.
//!
//! They have to be those that readers of an index compute from the address they look for. Those are
//! the rules of the Internet Archive's canonicalizer, as pywb applies them.

use chapar_model::PageUrl;

/// Rounds of taking percent signs off; an address that is escaped more often is hostile.
const ESCAPED_MAX: usize = 16;

/// The key of an address.
pub(crate) fn surt(url: &PageUrl) -> String {
    let parts = url.as_url();
    let host = without_www(parts.host_str().unwrap_or_default().trim_matches('.'));
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.reverse();
    let mut key = labels.join(",");
    if let Some(port) = parts.port() {
        key.push_str(&format!(":{port}"));
    }
    key.push(')');
    let path = escaped(&whole_path(&unescaped(parts.path().as_bytes()))).to_ascii_lowercase();
    key.push_str(path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(&path));
    let query = parts.query().map(|query| escaped(&unescaped(query.as_bytes())));
    let query = query.map(|query| sorted(&without_session(query).to_ascii_lowercase()));
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        key.push('?');
        key.push_str(&query);
    }
    key
}

/// The host without `www.`, `www2.` and the like.
fn without_www(host: &str) -> &str {
    let rest =
        host.strip_prefix("www").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(host)
}

/// Takes percent escapes off until none is left.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..ESCAPED_MAX {
        let plain = unescaped_once(&text);
        if plain == text {
            break;
        }
        text = plain;
    }
    text
}

fn unescaped_once(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = digit(at + 1).zip(digit(at + 2)).filter(|_| *byte == b'%');
        let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        plain.push(value.unwrap_or(*byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    plain
}

/// Escapes what is no printable ASCII, and the two marks that an escape and a fragment begin with.
fn escaped(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'%' | b'#' | ..=b' ' | 0x7f.. => out.push_str(&format!("%{byte:02X}")),
            plain => out.push(char::from(*plain)),
        }
    }
    out
}

/// The path without empty steps, `.` and `..`; it begins with a slash.
fn whole_path(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for step in path.split(|byte| *byte == b'/').skip(1) {
        match step {
            b"." => {}
            b".." if !kept.is_empty() => {
                kept.pop();
            }
            step => kept.push(step),
        }
    }
    let mut whole = vec![b'/'];
    if let Some((last, folders)) = kept.split_last() {
        for folder in folders.iter().filter(|folder| !folder.is_empty()) {
            whole.extend_from_slice(folder);
            whole.push(b'/');
        }
        whole.extend_from_slice(last);
    }
    whole
}

/// The query without the session numbers that old servers put there.
fn without_session(mut query: String) -> String {
    for name in ["jsessionid=", "phpsessid=", "sid="] {
        query = without(&query, |rest| taken(rest, name, 32, |c| c.is_ascii_alphanumeric()));
    }
    query = without(&query, |rest| {
        let name = rest.get(..20).filter(|name| {
            let kind = name.get(..12).is_some_and(|kind| kind.eq_ignore_ascii_case("aspsessionid"));
            kind && name.bytes().skip(12).all(|byte| byte.is_ascii_alphabetic())
        })?;
        let rest = rest.get(name.len()..)?;
        Some(name.len() + taken(rest, "=", 24, |c| c.is_ascii_alphabetic())?)
    });
    without(&query, |rest| {
        let id = value_bytes(rest, "cfid=")?;
        let token = value_bytes(rest.get(id..)?.strip_prefix('&')?, "cftoken=")?;
        Some(id + 1 + token)
    })
}

/// Takes the last run out that `find` gives the bytes of and that ends a value; what follows it
/// moves up.
fn without(query: &str, find: impl Fn(&str) -> Option<usize>) -> String {
    let places = query.char_indices().map(|(at, _)| at).rev();
    for at in places {
        let Some(rest) = query.get(at..) else { continue };
        let Some(end) = find(rest).and_then(|bytes| rest.get(bytes..)) else { continue };
        if end.is_empty() || end.starts_with('&') {
            let before = query.get(..at).unwrap_or_default();
            return format!("{before}{}", end.strip_prefix('&').unwrap_or_default());
        }
    }
    query.to_owned()
}

/// Bytes of `name` and of `count` characters after it.
fn taken(rest: &str, name: &str, count: usize, is: impl Fn(char) -> bool) -> Option<usize> {
    let begins = rest.get(..name.len())?.eq_ignore_ascii_case(name);
    let value = rest.get(name.len()..name.len() + count).filter(|_| begins)?;
    value.chars().all(is).then_some(name.len() + count)
}

/// Bytes of `name` and of its value, which is not empty.
fn value_bytes(rest: &str, name: &str) -> Option<usize> {
    let begins = rest.get(..name.len())?.eq_ignore_ascii_case(name);
    let value = rest.get(name.len()..).filter(|_| begins)?.split('&').next()?;
    (!value.is_empty()).then_some(name.len() + value.len())
}

/// The query with its pairs in the order of name, then value.
fn sorted(query: &str) -> String {
    let mut pairs: Vec<Vec<&str>> =
        query.split('&').map(|pair| pair.splitn(2, '=').collect()).collect();
    pairs.sort();
    pairs.iter().map(|pair| pair.join("=")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, key: &str) {
        assert_eq!(surt(&PageUrl::parse(url).unwrap()), key, "{url}");
    }

    #[test]
    fn hosts_are_turned_round_and_lose_their_www() {
        check("https://www.gazette.example/", "example,gazette)/");
        check("http://WWW2.Gazette.example", "example,gazette)/");
        check("http://wwwgazette.example:8080/a", "example,wwwgazette:8080)/a");
        check("http://127.0.0.1:81/a", "1,0,0,127:81)/a");
    }

    #[test]
    fn paths_lose_case_empty_steps_and_the_last_slash() {
        check("https://a.example/News//Today/", "example,a)/news/today");
        check("https://a.example/a%2Fb/../%43", "example,a)/c");
        check("https://a.example/a/%2Fb%2F..%2Fc", "example,a)/a/c");
        check("https://a.example/خبر", "example,a)/%d8%ae%d8%a8%d8%b1");
        check("https://a.example/a%2525b", "example,a)/a%25b");
        check("https://a.example/a b", "example,a)/a%20b");
    }

    #[test]
    fn queries_are_sorted_and_lose_session_numbers() {
        check("https://a.example/?b=2&A=1&a", "example,a)/?a&a=1&b=2");
        check("https://a.example/?", "example,a)/");
        let session = "0123456789abcdef0123456789ABCDEF";
        check(&format!("https://a.example/x?sid={session}&id=7"), "example,a)/x?id=7");
        check(&format!("https://a.example/x?id=7&PHPSESSID={session}"), "example,a)/x?&id=7");
        check("https://a.example/x?sid=12", "example,a)/x?sid=12");
    }
}
