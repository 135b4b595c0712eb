//! Single-byte encodings that browsers no longer know: EBCDIC, the code pages of DOS, and those of
//! the Mac. Old archives still speak them. The table is the Unicode Consortium's mapping data.

/// One encoding a line: its names, a bar, and the characters of bytes 128 to 255, or of all 256;
/// `\` and four hexadecimal digits stand for what cannot be seen.
const TABLES: &str = include_str!("codepages.txt");

/// Whether the encoding agrees with ASCII is to be read from how many characters are given.
pub(super) struct CodePage {
    chars: Vec<char>,
}

/// The encoding of a name in lower case without dashes.
pub(super) fn find(name: &str) -> Option<CodePage> {
    let (_, chars) = TABLES
        .lines()
        .filter_map(|line| line.split_once('|'))
        .find(|(names, _)| names.split(' ').any(|known| known == name))?;
    let mut rest = chars.chars();
    let mut chars = Vec::with_capacity(256);
    while let Some(char) = rest.next() {
        if char == '\\' {
            let digits: String = rest.by_ref().take(4).collect();
            chars.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?);
        } else {
            chars.push(char);
        }
    }
    matches!(chars.len(), 128 | 256).then_some(CodePage { chars })
}

impl CodePage {
    /// Whether bytes below 128 are ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        self.chars.len() == 128
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let first = 256 - self.chars.len();
        bytes
            .iter()
            .map(|&byte| match usize::from(byte).checked_sub(first) {
                Some(at) => self.chars.get(at).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
                None => char::from(byte),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_whole() {
        for line in TABLES.lines() {
            let name = line.split([' ', '|']).next().unwrap();
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn old_encodings_are_read() {
        assert_eq!(find("cp437").unwrap().decode(b"caf\x82"), "café");
        assert_eq!(find("ebcdiccpus").unwrap().decode(b"\x4C\x81\x6E"), "<a>");
        assert!(!find("ebcdiccpus").unwrap().is_ascii());
    }
}
