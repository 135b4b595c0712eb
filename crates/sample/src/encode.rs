//! Bytes: percent signs, character sets good and bad, gzip, a fingerprint.

use std::borrow::Cow;
use std::io::Write;

use encoding_rs::{WINDOWS_1252, WINDOWS_1256};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Encodes what may not stand in a path as it is.
pub(crate) fn percent_encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~?=&".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes [`percent_encode`]; what is no UTF-8 becomes U+FFFD.
pub(crate) fn percent_decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) if *byte == b'%' => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `text` as the old Arabic charset has it: no Persian Yeh, no Persian digits, no hamza on Heh.
pub(crate) fn windows_1256(text: &str) -> Vec<u8> {
    let folded = fold_for_windows_1256(text);
    let (bytes, _, _) = WINDOWS_1256.encode(&folded);
    bytes.into_owned()
}

/// The letters of `text` that [`windows_1256`] writes.
pub(crate) fn fold_for_windows_1256(text: &str) -> String {
    let fold = |c: char| match c {
        'ی' => 'ي',
        'ۀ' => 'ه',
        '٪' => '%',
        '٬' => ',',
        '٫' => '.',
        '۰'..='۹' => ascii_digit(c, 0x06F0),
        '٠'..='٩' => ascii_digit(c, 0x0660),
        other => other,
    };
    text.chars().filter(|c| *c != '\u{0654}').map(fold).collect()
}

fn ascii_digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

/// UTF-8 read as windows-1252 and encoded a second time: `Ø§ÛŒ…`.
pub(crate) fn doubly_encoded(text: &str) -> String {
    let (misread, _) = WINDOWS_1252.decode_without_bom_handling(text.as_bytes());
    match misread {
        Cow::Owned(misread) => misread,
        Cow::Borrowed(same) => same.to_owned(),
    }
}

/// `body` compressed.
pub(crate) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// FNV-1a: the same for the same bytes, on every machine.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_comes_back() {
        let path = "/news/84712/زمین‌لرزه-در-کوه‌سنگ";
        assert!(percent_encode(path).starts_with("/news/84712/%D8%B2"));
        assert_eq!(percent_decode(&percent_encode(path)), path);
    }

    #[test]
    fn windows_1256_has_arabic_yeh_and_european_digits() {
        assert_eq!(fold_for_windows_1256("۱۴ بانک مرکزی"), "14 بانک مرکزي");
        assert_eq!(windows_1256("ی"), [0xed]);
    }

    #[test]
    fn twice_encoded_text_is_mojibake() {
        assert_eq!(doubly_encoded("ایران"), "Ø§ÛŒØ±Ø§Ù†");
    }
}
