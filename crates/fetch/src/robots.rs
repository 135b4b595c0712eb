//! robots.txt as RFC 9309 has it, read leniently. Pure: fetching and keeping it is done elsewhere.

/// Bytes that are read; the rest is ignored. RFC 9309, 2.5 asks for at least 500 KiB.
pub const ROBOTS_BYTES_MAX: usize = 500 * 1024;

/// Lines that are read.
const LINES_MAX: usize = 10_000;

/// Longest path of a rule, in bytes. A longer rule is dropped: no address that we ask is as long.
const PATTERN_BYTES_MAX: usize = chapar_model::URL_BYTES_MAX;

/// Sitemaps that are kept.
const SITEMAPS_MAX: usize = 1_000;

/// What a site lets robots do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// Rules for some robots.
#[derive(Debug, Clone, Default, PartialEq)]
struct Group {
    /// Product tokens in lower case, or `*`.
    agents: Vec<String>,
    rules: Vec<Rule>,
    crawl_delay: Option<f32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allow: bool,
    pattern: Pattern,
}

/// What robots.txt says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsVerdict {
    /// Go ahead.
    Allowed,
    /// Stay away, by this rule.
    Disallowed {
        /// The rule as a line of robots.txt, shortened.
        rule: String,
    },
}

impl Robots {
    /// A robots.txt that allows everything.
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Reads what can be read. Whatever is not robots.txt, such as an HTML page, allows everything.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(whole_lines(bytes));
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = Reader::default();
        for line in text.split(['\n', '\r']).filter(|line| !line.is_empty()).take(LINES_MAX) {
            if let Some((key, value)) = split_line(line) {
                reader.read(&key, value);
            }
        }
        reader.robots
    }

    /// Whether the robot with this product token may ask for `path`: path and query of an address.
    pub fn verdict(&self, product_token: &str, path: &str) -> RobotsVerdict {
        // "/robots.txt" itself is always allowed (RFC 9309, 2.2.2).
        if path == "/robots.txt" {
            return RobotsVerdict::Allowed;
        }
        let path = normalize(path);
        let rules = self.groups_of(product_token).into_iter().flat_map(|group| &group.rules);
        // The longest pattern decides, and of equals the one that allows.
        let matching = rules.filter(|rule| rule.pattern.matches(&path));
        match matching.max_by_key(|rule| (rule.pattern.octets(), rule.allow)) {
            Some(rule) if !rule.allow => {
                let pattern: String = rule.pattern.raw.chars().take(120).collect();
                RobotsVerdict::Disallowed { rule: format!("Disallow: {pattern}") }
            }
            _ => RobotsVerdict::Allowed,
        }
    }

    /// The pause in seconds that the robot is asked to make; the longest when there are several.
    pub fn crawl_delay(&self, product_token: &str) -> Option<f32> {
        let groups = self.groups_of(product_token);
        groups.into_iter().filter_map(|group| group.crawl_delay).max_by(f32::total_cmp)
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let of_rule =
            |rule: &Rule| size_of::<Rule>() + rule.pattern.raw.len() + rule.pattern.path.len();
        let of_text = |text: &String| size_of::<String>() + text.len();
        let of_group = |group: &Group| {
            size_of::<Group>()
                + group.agents.iter().map(of_text).sum::<usize>()
                + group.rules.iter().map(of_rule).sum::<usize>()
        };
        self.groups.iter().map(of_group).sum::<usize>()
            + self.sitemaps.iter().map(of_text).sum::<usize>()
    }

    /// Addresses of sitemaps, as printed.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// All groups that name the robot, taken together; those of `*` when there is none.
    fn groups_of(&self, product_token: &str) -> Vec<&Group> {
        let token = product_token.to_ascii_lowercase();
        let naming = |agent: &str| -> Vec<&Group> {
            self.groups.iter().filter(|g| g.agents.iter().any(|a| a == agent)).collect()
        };
        match naming(&token) {
            own if own.is_empty() => naming("*"),
            own => own,
        }
    }
}

/// Cuts at the limit, and there at the end of a line: half a rule would forbid more than the whole.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let Some(head) = bytes.get(..ROBOTS_BYTES_MAX).filter(|_| bytes.len() > ROBOTS_BYTES_MAX)
    else {
        return bytes;
    };
    let end = head.iter().rposition(|b| matches!(b, b'\n' | b'\r')).unwrap_or(0);
    head.get(..end).unwrap_or_default()
}

/// `key: value # comment`. Some write a space for the colon; where there is no colon it counts.
fn split_line(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next()?.trim();
    let (key, value) = line.split_once(':').or_else(|| line.split_once(char::is_whitespace))?;
    Some((key.trim().to_ascii_lowercase(), value.trim()))
}

#[derive(Default)]
struct Reader {
    robots: Robots,
    /// Whether a group has begun and has no rule yet, so that one more agent joins it.
    naming: bool,
}

impl Reader {
    fn read(&mut self, key: &str, value: &str) {
        match key {
            "user-agent" | "useragent" | "user agent" => self.read_agent(value),
            "disallow" | "dissallow" | "disalow" => self.read_rule(false, value),
            "allow" => self.read_rule(true, value),
            // No part of RFC 9309. It closes the list of agents as a rule does: many files have
            // "User-agent: *, Crawl-delay: 10" and then a group that forbids one robot everything.
            "crawl-delay" => self.read_crawl_delay(value),
            "sitemap" if self.robots.sitemaps.len() < SITEMAPS_MAX && !value.is_empty() => {
                self.robots.sitemaps.push(value.to_owned());
            }
            _ => {}
        }
    }

    fn read_agent(&mut self, value: &str) {
        if !self.naming {
            self.robots.groups.push(Group::default());
            self.naming = true;
        }
        if let Some(group) = self.robots.groups.last_mut() {
            group.agents.push(parse_agent(value));
        }
    }

    fn read_rule(&mut self, allow: bool, value: &str) {
        self.naming = false;
        // An empty rule matches nothing. A rule before any group speaks to nobody.
        if value.is_empty() || value.len() > PATTERN_BYTES_MAX {
            return;
        }
        if let Some(group) = self.robots.groups.last_mut() {
            group.rules.push(Rule { allow, pattern: Pattern::parse(value) });
        }
    }

    fn read_crawl_delay(&mut self, value: &str) {
        self.naming = false;
        let seconds = value.parse().ok().filter(|s: &f32| s.is_finite() && *s >= 0.0);
        if let (Some(group), Some(seconds)) = (self.robots.groups.last_mut(), seconds) {
            group.crawl_delay = Some(group.crawl_delay.unwrap_or(0.0).max(seconds));
        }
    }
}

/// The product token of a user-agent line: `*`, or letters, dashes and underscores with a version
/// or more behind them that does not count.
fn parse_agent(value: &str) -> String {
    if value.starts_with('*') {
        return "*".to_owned();
    }
    let token = value.chars().take_while(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'));
    token.collect::<String>().to_ascii_lowercase()
}

/// A path with `*` for anything, and `$` at its end for the end.
#[derive(Debug, Clone, PartialEq)]
struct Pattern {
    /// As printed.
    raw: Box<str>,
    /// Normalized, its asterisks kept; one that is meant as such stands there as an escape.
    path: Box<[u8]>,
    anchored: bool,
}

impl Pattern {
    fn parse(raw: &str) -> Self {
        let (path, anchored) = match raw.strip_suffix('$') {
            Some(path) => (path, true),
            None => (raw, false),
        };
        Self { raw: raw.into(), path: normalize(path).into(), anchored }
    }

    /// Length in its one spelling: the longest pattern decides.
    fn octets(&self) -> usize {
        self.path.len() + usize::from(self.anchored)
    }

    /// Takes each part at its first place behind the one before: no need to look back, since the
    /// asterisk between them takes up whatever is left.
    fn matches(&self, path: &[u8]) -> bool {
        let mut parts = self.path.split(|byte| *byte == b'*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = path.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else {
            return !self.anchored || rest.is_empty();
        };
        for part in parts {
            match find(rest, part) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        match self.anchored {
            true => rest.ends_with(last),
            false => find(rest, last).is_some(),
        }
    }
}

/// What stands behind the first `part` in `path`.
fn find<'p>(path: &'p [u8], part: &[u8]) -> Option<&'p [u8]> {
    let at = memchr::memmem::find(path, part)?;
    path.get(at + part.len()..)
}

/// One spelling for all that mean the same (RFC 9309, 2.2.2): what is not ASCII gets escaped,
/// escapes of unreserved characters are undone, the others are in upper case.
fn normalize(path: &str) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |nibble: u8| HEX.get(usize::from(nibble & 0x0f)).copied().unwrap_or(b'0');
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        let (byte, escaped) = match (byte, find_escape(behind)) {
            (b'%', Some(escaped)) => {
                rest = behind.get(2..).unwrap_or_default();
                (escaped, true)
            }
            (byte, _) => (*byte, false),
        };
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match unreserved || (!escaped && (0x21..0x7f).contains(&byte)) {
            true => out.push(byte),
            false => out.extend([b'%', hex(byte >> 4), hex(byte)]),
        }
    }
    out
}

/// The byte that two hexadecimal digits stand for.
fn find_escape(behind_percent: &[u8]) -> Option<u8> {
    let digit = |at: usize| (*behind_percent.get(at)? as char).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

#[cfg(test)]
mod tests;
