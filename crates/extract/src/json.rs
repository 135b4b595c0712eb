//! A lenient reader of JSON as it stands in pages: line breaks inside strings, missing and extra
//! commas, quotes that were not escaped, markup around it, an end that is cut off. It never fails
//! and never recurses past its limit.

use crate::limits::{JSON_DEPTH_MAX, JSON_VALUES_MAX};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// Null, a number, true or false, as written.
    Bare(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in its order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A member of an object, whatever the case of its name's first letter.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value itself or, for an array, its values.
    pub(crate) fn each(&self) -> &[Json] {
        match self {
            Self::List(values) => values,
            other => std::slice::from_ref(other),
        }
    }

    /// The words of a string, or of the first string of an array, or of an object's `@value`.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()).filter(|t| !t.trim().is_empty()),
            Self::List(values) => values.iter().find_map(Self::text),
            Self::Object(_) => self.get("@value").and_then(Self::text),
            Self::Bare(_) => None,
        }
    }
}

/// Reads every value in a text, one after another.
pub(crate) fn read(text: &str) -> Vec<Json> {
    let mut reader = Reader { text, at: 0, left: JSON_VALUES_MAX };
    let mut values = Vec::new();
    while let Some(start) = reader.rest().find(['{', '[']) {
        reader.at += start;
        if reader.rest().starts_with("[CDATA[") {
            reader.at += "[CDATA[".len();
            continue;
        }
        match reader.value(0) {
            Some(value) => values.push(value),
            None => break,
        }
    }
    values
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    left: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let comment_end = match self.rest().get(..2) {
                Some("/*") => "*/",
                Some("//") => "\n",
                _ => return,
            };
            self.at +=
                self.rest().find(comment_end).map_or(self.rest().len(), |n| n + comment_end.len());
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.left = self.left.checked_sub(1)?;
        if depth > JSON_DEPTH_MAX {
            return None;
        }
        self.skip_blanks();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Some(Json::Text(self.string())),
            _ => Some(self.bare()),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b';') => self.at += 1,
                Some(b'"') => {
                    let key = self.string();
                    self.skip_blanks();
                    if self.peek() != Some(b':') {
                        continue;
                    }
                    self.at += 1;
                    match self.value(depth + 1) {
                        Some(value) => members.push((key, value)),
                        None => break,
                    }
                }
                // A closing bracket of another kind ends what was never opened here.
                Some(b']') => break,
                Some(_) => {
                    let before = self.at;
                    self.bare();
                    self.skip_blanks();
                    if self.peek() == Some(b':') || self.at == before {
                        self.step();
                    }
                }
            }
        }
        Some(Json::Object(members))
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b'}' | b':') => break,
                Some(_) => {
                    let before = self.at;
                    match self.value(depth + 1) {
                        Some(value) => values.push(value),
                        None => break,
                    }
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        Some(Json::List(values))
    }

    fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    fn bare(&mut self) -> Json {
        let rest = self.rest();
        let end = rest.find([',', '}', ']', ':', '"', '{', '[', '\n']).unwrap_or(rest.len());
        self.at += end;
        Json::Bare(rest.get(..end).unwrap_or_default().trim().to_owned())
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::new();
        while let Some(end) = self.rest().find(['"', '\\']) {
            let piece = self.rest().get(..end).unwrap_or_default();
            out.push_str(piece);
            self.at += end;
            if self.peek() == Some(b'\\') {
                self.escape(&mut out);
                continue;
            }
            self.at += 1;
            if self.ends_string() {
                return out;
            }
            out.push('"');
        }
        // Cut off: what is there is kept up to the end of its line.
        let line = self.rest().lines().next().unwrap_or_default();
        out.push_str(line);
        self.at = self.text.len();
        out
    }

    /// Whether a quote is the end of a string and not one inside it: what follows is a sign of
    /// the syntax.
    fn ends_string(&self) -> bool {
        let rest = self.rest().trim_start();
        match rest.bytes().next() {
            None | Some(b'}' | b']' | b':') => true,
            // A comma ends a string where a new value or key begins behind it.
            Some(b',') => {
                let next = rest.get(1..).unwrap_or_default().trim_start();
                next.starts_with(['"', '{', '[', '}', ']', '-', 't', 'f', 'n', '/'])
                    || next.starts_with(|c: char| c.is_ascii_digit())
                    || next.is_empty()
            }
            // Two strings without a comma between them.
            Some(b'"') => self.rest().starts_with(['\n', '\r']),
            Some(b'/') => rest.starts_with("//") || rest.starts_with("/*"),
            Some(_) => false,
        }
    }

    fn escape(&mut self, out: &mut String) {
        let mut chars = self.rest().chars();
        chars.next();
        let Some(kind) = chars.next() else {
            self.at = self.text.len();
            return;
        };
        self.at += 1 + kind.len_utf8();
        match kind {
            'n' | 'r' => out.push('\n'),
            't' => out.push('\t'),
            'b' | 'f' => {}
            'u' => out.push(self.code_unit()),
            other => out.push(other),
        }
    }

    /// A character by its UTF-16 number, with the second half of a pair where one follows.
    fn code_unit(&mut self) -> char {
        let Some(high) = self.hex() else { return '\u{fffd}' };
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).unwrap_or('\u{fffd}');
        }
        if self.rest().starts_with("\\u") {
            self.at += 2;
            if let Some(low @ 0xdc00..0xe000) = self.hex() {
                let number = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(number).unwrap_or('\u{fffd}');
            }
        }
        '\u{fffd}'
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, path: &[&str], expect: &str) {
        let values = read(text);
        let mut at = values.first().unwrap();
        for name in path {
            at = at.get(name).unwrap_or_else(|| panic!("no {name} in {at:?}"));
        }
        assert_eq!(at.text(), Some(expect), "{values:?}");
    }

    #[test]
    fn sound_json_is_read() {
        check(r#"{"a": {"b": ["x", 1, true, null]}}"#, &["a", "b"], "x");
        check(r#"{"a": "\u0637\ud83d\ude00\/\"q\""}"#, &["a"], "ط😀/\"q\"");
    }

    #[test]
    fn faults_of_real_pages_are_put_up_with() {
        check("{\"a\": \"line\nbreak\", \"b\": \"x\"}", &["b"], "x");
        check("{\"a\": 1,, \"b\": \"x\",}", &["b"], "x");
        check("{\"a\": \"he said \"no\" to it\", \"b\": \"x\"}", &["a"], "he said \"no\" to it");
        check("<!--\n{\"a\": 1\n \"b\": \"x\"} -->", &["b"], "x");
        check("/*<![CDATA[*/{\"b\": \"x\"}/*]]>*/", &["b"], "x");
        check("{\"b\": \"x\", \"a\": {\"c\": \"cut", &["b"], "x");
        check("{\"a\": \"cut", &["a"], "cut");
        check("{b: 2, \"a\": \"x\"}", &["a"], "x");
    }

    #[test]
    fn several_values_follow_each_other() {
        assert_eq!(read("{\"a\":1}{\"b\":2}, [3]").len(), 3);
    }

    #[test]
    fn nesting_past_the_limit_ends_the_reading() {
        assert!(read(&"[".repeat(100_000)).len() <= 1);
        assert!(read(&"{\"a\":".repeat(100_000)).len() <= 1);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[\\{\\}\\[\\],:\"\\\\ua-f0-9 \\n/*é]{0,200}") {
            read(&text);
        }
    }
}
