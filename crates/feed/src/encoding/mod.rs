//! From bytes to text, whatever the document, its header and its bytes say against each other.
//! Bytes decide where they can: valid UTF-8 is UTF-8. Always gives text; never trusts one label.

mod codepages;

use crate::warning::Warnings;
use crate::xml::entity::windows_1252;
use chapar_model::Headers;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, WINDOWS_1252};
use memchr::memmem;
use std::borrow::Cow;

/// Bytes in which a declaration is looked for.
const DECLARATION_BYTES_MAX: usize = 1024;
/// Bytes that statistics are made of.
const SAMPLE_BYTES_MAX: usize = 64 * 1024;
/// Of ten sequences above ASCII, how many must be UTF-8 for the others to be damage.
const UTF8_SHARE_MIN: usize = 8;
/// Letters of doubly encoded Arabic script before it is believed to be that.
const DOUBLED_LETTERS_MIN: usize = 8;

/// Text and the encoding it was read in.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) label: String,
}

/// Reads bytes as text. `host` helps statistics: a page under `.ir` is likelier windows-1256.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    headers: Option<&Headers>,
    host: Option<&str>,
    warnings: &mut Warnings,
) -> Decoded<'a> {
    let decoded = decode_raw(bytes, headers, host, warnings);
    let text = match decoded.text {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => Cow::Owned(clean(&text).into_owned()),
    };
    Decoded { text, label: decoded.label }
}

fn decode_raw<'a>(
    bytes: &'a [u8],
    headers: Option<&Headers>,
    host: Option<&str>,
    warnings: &mut Warnings,
) -> Decoded<'a> {
    if let Some(decoded) = by_first_bytes(bytes) {
        return decoded;
    }
    let content_type = headers.and_then(|h| h.get("content-type")).unwrap_or_default();
    let stated = Stated {
        header: charset(content_type),
        declared: declared_label(bytes),
        is_text_type: content_type
            .trim_start()
            .get(..5)
            .is_some_and(|t| t.eq_ignore_ascii_case("text/")),
    };
    if let Some(decoded) = stated.odd(bytes) {
        return decoded;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            label: stated.label_of_utf8(bytes.is_ascii()),
            text: undoubled(text, warnings),
        },
        Err(_) => legacy(bytes, &stated, host, warnings),
    }
}

/// What a document and its header say.
struct Stated {
    header: Option<String>,
    declared: Option<String>,
    is_text_type: bool,
}

impl Stated {
    /// Encodings in which bytes below 128 mean something else: there the label has to be believed.
    fn odd<'a>(&self, bytes: &'a [u8]) -> Option<Decoded<'a>> {
        [&self.header, &self.declared].into_iter().flatten().find_map(|label| {
            let encoding = encoding_of(label)?;
            if encoding.is_ascii_compatible() || encoding.name().starts_with("UTF-16") {
                return None;
            }
            let (text, _, has_errors) = encoding.decode(bytes);
            (!has_errors).then(|| Decoded { text, label: label.clone() })
        })
    }

    /// The name of what was read as UTF-8: a label that agrees with pure ASCII keeps its name.
    fn label_of_utf8(&self, is_ascii: bool) -> String {
        if !is_ascii {
            return "utf-8".into();
        }
        match (&self.header, &self.declared) {
            (Some(label), _) => shown(label),
            (None, _) if self.is_text_type => "us-ascii".into(),
            (None, Some(label)) => shown(label),
            (None, None) => "utf-8".into(),
        }
    }
}

/// A byte order mark, or `<?` and `<r` as the wide encodings and EBCDIC write them.
fn by_first_bytes(bytes: &[u8]) -> Option<Decoded<'_>> {
    let wide = |encoding: &'static Encoding, skip: usize, label: &str| {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(skip..)?);
        Some(Decoded { text, label: label.into() })
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text =
                std::str::from_utf8(rest).map_or_else(|_| mended_utf8(rest).into(), Cow::Borrowed);
            Some(Decoded { text, label: "utf-8".into() })
        }
        [0xFF, 0xFE, 0, 0, rest @ ..] | rest @ [b'<', 0, 0, 0, ..] => Some(Decoded {
            text: utf_32(rest, u32::from_le_bytes).into(),
            label: "utf-32le".into(),
        }),
        [0, 0, 0xFE, 0xFF, rest @ ..] | rest @ [0, 0, 0, b'<', ..] => Some(Decoded {
            text: utf_32(rest, u32::from_be_bytes).into(),
            label: "utf-32be".into(),
        }),
        [0xFF, 0xFE, ..] => wide(encoding_rs::UTF_16LE, 2, "utf-16le"),
        [0xFE, 0xFF, ..] => wide(encoding_rs::UTF_16BE, 2, "utf-16be"),
        [b'<', 0, _, 0, ..] => wide(encoding_rs::UTF_16LE, 0, "utf-16le"),
        [0, b'<', 0, _, ..] => wide(encoding_rs::UTF_16BE, 0, "utf-16be"),
        [0x4C, 0x6F, 0xA7, 0x94, ..] => ebcdic(bytes),
        _ => None,
    }
}

fn utf_32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    bytes
        .chunks_exact(4)
        .filter_map(|chunk| chunk.try_into().ok())
        .map(|chunk| char::from_u32(read(chunk)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The declaration of an EBCDIC document is the same in every EBCDIC, and names which it is.
fn ebcdic(bytes: &[u8]) -> Option<Decoded<'_>> {
    let start = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let start = codepages::find("cp037")?.decode(start);
    let label = label_in(&start).unwrap_or_else(|| "cp037".into());
    let page = codepages::find(&squeezed(&label)).filter(|page| !page.is_ascii());
    let page = page.or_else(|| codepages::find("cp037"))?;
    Some(Decoded { text: page.decode(bytes).into(), label })
}

/// The charset of a content type, in lower case.
fn charset(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let (_, after) = lower.split_once("charset")?;
    let value = after.trim_start().strip_prefix('=')?;
    let value =
        value.split(';').next()?.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    (!value.is_empty()).then(|| value.to_owned())
}

/// The label in the XML declaration, in lower case.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let from = memmem::find(start, b"<?xml")?;
    let rest = start.get(from..)?;
    let end = memmem::find(rest, b">")?;
    label_in(&String::from_utf8_lossy(rest.get(..end)?))
}

fn label_in(declaration: &str) -> Option<String> {
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.strip_prefix(quote)?.split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_ascii_lowercase())
}

/// The encoding of a label in lower case, under its many spellings.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let dashed = label.replace('_', "-");
    let known = |name: &str| Encoding::for_label_no_replacement(name.as_bytes());
    known(label).or_else(|| known(&dashed)).or_else(|| {
        known(match squeezed(label).as_str() {
            "utf8" | "utf8sig" => "utf-8",
            "cp932" | "ms932" | "shiftjis2004" | "shiftjisx0213" | "xsjis" => "shift_jis",
            "cp949" | "uhc" | "ms949" => "euc-kr",
            "cp936" | "ms936" => "gbk",
            "cp950" | "ms950" | "big5hkscs" | "big5tw" => "big5",
            "eucjis2004" | "eucjisx0213" | "ujis" => "euc-jp",
            "macroman" | "mac" => "macintosh",
            "tis620" | "cp874" => "windows-874",
            "koi8" => "koi8-r",
            "msansi" => "windows-1252",
            "msarab" => "windows-1256",
            "mscyrl" => "windows-1251",
            "msee" => "windows-1250",
            "msgreek" => "windows-1253",
            "mshebr" => "windows-1255",
            "msturk" => "windows-1254",
            "winbaltrim" => "windows-1257",
            squeezed => {
                let number = squeezed.strip_prefix("cp125").or(squeezed.strip_prefix("windows125"));
                return number.and_then(|digit| known(&format!("windows-125{digit}")));
            }
        })
    })
}

/// A label without anything but letters and digits.
fn squeezed(label: &str) -> String {
    label.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Bytes that are not UTF-8, or damaged UTF-8.
fn legacy<'a>(
    bytes: &'a [u8],
    stated: &Stated,
    host: Option<&str>,
    warnings: &mut Warnings,
) -> Decoded<'a> {
    if is_mostly_utf8(bytes) {
        warnings.push("bad-bytes", || "some bytes are not UTF-8".into());
        return Decoded { text: mended_utf8(bytes).into(), label: "utf-8".into() };
    }
    let guess = || guess(bytes, host);
    // Servers say ISO-8859-1 and UTF-8 of whatever they serve; the document knows better.
    let labels = match (&stated.header, &stated.declared) {
        (Some(header), Some(declared)) if is_default(header) => vec![declared, header],
        (header, declared) => header.iter().chain(declared).collect(),
    };
    for label in labels {
        if let Some(page) = page_of(label) {
            return Decoded { text: page.decode(bytes).into(), label: label.clone() };
        }
        let Some(encoding) = encoding_of(label).filter(|e| *e != UTF_8 && e.is_ascii_compatible())
        else {
            continue;
        };
        if encoding == WINDOWS_1252 && speaks_arabic_script(bytes, host) {
            let guess = guess();
            if guess == encoding_rs::WINDOWS_1256 {
                warnings.push("wrong-label", || format!("`{label}` is windows-1256"));
                return in_encoding(bytes, guess, &guess.name().to_ascii_lowercase());
            }
        }
        let decoded = in_encoding(bytes, encoding, label);
        if encoding.is_single_byte() || !decoded.text.contains(char::REPLACEMENT_CHARACTER) {
            return decoded;
        }
    }
    let guess = guess();
    warnings.push("guessed-encoding", || format!("the encoding is taken to be `{}`", guess.name()));
    in_encoding(bytes, guess, &guess.name().to_ascii_lowercase())
}

fn page_of(label: &str) -> Option<codepages::CodePage> {
    if encoding_of(label).is_some() {
        return None;
    }
    codepages::find(&squeezed(label)).filter(codepages::CodePage::is_ascii)
}

fn in_encoding<'a>(bytes: &'a [u8], encoding: &'static Encoding, label: &str) -> Decoded<'a> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, label: shown(label) }
}

/// A label as told to others: GBK and GB 2312 are read as what contains them.
fn shown(label: &str) -> String {
    match encoding_of(label) {
        Some(encoding) if encoding == GBK || encoding == GB18030 => "gb18030".into(),
        _ => label.to_owned(),
    }
}

fn is_default(label: &str) -> bool {
    matches!(encoding_of(label), Some(encoding) if encoding == UTF_8 || encoding == WINDOWS_1252)
}

/// Whether what is not UTF-8 in the bytes is damage: most sequences above ASCII are.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good * 10 >= (good + bad) * UTF8_SHARE_MIN
}

/// Damaged UTF-8. A lone byte between ASCII letters is a letter of windows-1252 that was pasted in;
/// any other is lost.
fn mended_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let before = text.chars().next_back();
        let after = chunks.peek().and_then(|next| next.valid().chars().next());
        let is_inside = before.is_some_and(|c| c.is_ascii_alphabetic())
            && after.is_some_and(|c| c.is_ascii_alphabetic());
        match chunk.invalid() {
            [] => {}
            [byte @ 0xC0..=0xFF] if is_inside => text.push(windows_1252(*byte)),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}

fn guess(bytes: &[u8], host: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..SAMPLE_BYTES_MAX).unwrap_or(bytes), true);
    let tld = host.and_then(|host| host.rsplit('.').next()).filter(|tld| is_tld(tld));
    detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny)
}

/// The detector takes lower-case letters alone.
fn is_tld(tld: &str) -> bool {
    !tld.is_empty() && tld.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether the document or its host promises a language of Arabic script.
fn speaks_arabic_script(bytes: &[u8], host: Option<&str>) -> bool {
    let tld = host.and_then(|host| host.rsplit('.').next()).unwrap_or_default();
    if matches!(tld, "ir" | "af" | "sa" | "iq" | "eg" | "sy" | "ae" | "pk") {
        return true;
    }
    let start = bytes.get(..4 * DECLARATION_BYTES_MAX).unwrap_or(bytes);
    ["<language>fa", "<language>ar", "xml:lang=\"fa", "xml:lang=\"ar", "<dc:language>fa"]
        .iter()
        .any(|mark| memmem::find(start, mark.as_bytes()).is_some())
}

/// Text of Arabic script that was taken for windows-1252 and encoded again ("Ø§ÛŒØ±Ø§Ù†").
fn undoubled<'a>(text: &'a str, warnings: &mut Warnings) -> Cow<'a, str> {
    let has_mark = memmem::find(text.as_bytes(), "Ø§".as_bytes()).is_some();
    if !has_mark || text.chars().any(|c| ('\u{600}'..='\u{6FF}').contains(&c)) {
        return Cow::Borrowed(text);
    }
    let marks = text.chars().filter(|c| matches!(c, 'Ø' | 'Ù' | 'Û' | 'Ú')).count();
    if marks < DOUBLED_LETTERS_MIN {
        return Cow::Borrowed(text);
    }
    warnings.push("doubly-encoded", || "the text was encoded twice".into());
    let mut mended = String::with_capacity(text.len());
    let mut run = Vec::new();
    let mut raw = String::new();
    for char in text.chars().chain(['\0']) {
        if !char.is_ascii() {
            raw.push(char);
            run.extend(byte_of(char));
            continue;
        }
        if !raw.is_empty() {
            match std::str::from_utf8(&run) {
                Ok(read) if run.len() == raw.chars().count() => mended.push_str(read),
                _ => mended.push_str(&raw),
            }
            raw.clear();
            run.clear();
        }
        if char != '\0' {
            mended.push(char);
        }
    }
    Cow::Owned(mended)
}

/// The byte that windows-1252 has for a character.
fn byte_of(char: char) -> Option<u8> {
    match u32::from(char) {
        code @ 0x80..=0xFF => u8::try_from(code).ok(),
        _ => (0x80..=0x9F_u8).find(|byte| windows_1252(*byte) == char),
    }
}

/// The text without control characters; those of C1 are read as windows-1252, which is what they
/// are when they come from a hurried conversion.
fn clean(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let has_c0 = bytes.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'));
    let has_c1 = memchr::memchr_iter(0xC2, bytes)
        .any(|at| bytes.get(at + 1).is_some_and(|next| (0x80..=0x9F).contains(next)));
    if !has_c0 && !has_c1 {
        return Cow::Borrowed(text);
    }
    let mended = text.chars().filter_map(|char| match char {
        '\t' | '\n' | '\r' => Some(char),
        '\u{0}'..='\u{1F}' => None,
        '\u{80}'..='\u{9F}' => u8::try_from(u32::from(char)).ok().map(windows_1252),
        _ => Some(char),
    });
    Cow::Owned(mended.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, host: &str, expect: (&str, &str)) {
        let headers = Headers(vec![("Content-Type".into(), content_type.into())]);
        let decoded = decode(bytes, Some(&headers), Some(host), &mut Warnings::default());
        assert_eq!((decoded.label.as_str(), &*decoded.text), expect);
    }

    fn windows_1256(text: &str) -> Vec<u8> {
        encoding_rs::WINDOWS_1256.encode(text).0.into_owned()
    }

    #[test]
    fn valid_utf_8_is_utf_8_whatever_is_said() {
        let text = "<?xml version='1.0' encoding='windows-1256'?><a>ایران</a>";
        check(text.as_bytes(), "text/xml; charset=windows-1256", "example.org", ("utf-8", text));
    }

    #[test]
    fn windows_1256_is_read_where_the_header_says_utf_8() {
        let text = "<?xml version='1.0' encoding='windows-1256'?><a>خبر از تهران</a>";
        check(
            &windows_1256(text),
            "text/xml; charset=utf-8",
            "example.org",
            ("windows-1256", text),
        );
    }

    #[test]
    fn windows_1256_is_read_where_the_document_says_utf_8() {
        let text = "<?xml version='1.0' encoding='utf-8'?><a>خبر از تهران</a>";
        let header = "text/xml; charset=windows-1256";
        check(&windows_1256(text), header, "example.org", ("windows-1256", text));
    }

    #[test]
    fn windows_1256_is_guessed_where_nobody_says_it() {
        let text = "<rss><title>وزير کشور گفت كه اين خبر از تهران است و بس</title></rss>";
        let text = text.replace('\u{6A9}', "\u{643}");
        check(&windows_1256(&text), "text/xml", "news.example.ir", ("windows-1256", &text));
    }

    #[test]
    fn text_that_was_encoded_twice_is_mended() {
        let text = "<a>خبر از ایران و تهران</a>";
        let (doubled, _) = WINDOWS_1252.decode_without_bom_handling(text.as_bytes());
        check(doubled.as_bytes(), "text/xml", "example.org", ("utf-8", text));
    }

    #[test]
    fn damaged_utf_8_loses_no_more_than_the_damage() {
        check("<a>caf\u{E9} né".as_bytes(), "", "example.org", ("utf-8", "<a>café né"));
        check(
            b"<a>\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xFF</a>",
            "",
            "example.org",
            ("utf-8", "<a>éééé\u{FFFD}</a>"),
        );
    }

    #[test]
    fn a_pasted_letter_is_mended() {
        let bytes = b"<a>\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1 Espa\xF1a</a>";
        check(bytes, "", "example.org", ("utf-8", "<a>ññññ España</a>"));
    }

    #[test]
    fn control_characters_go_and_windows_quotes_are_mended() {
        check("don\u{92}t\u{1}".as_bytes(), "", "example.org", ("utf-8", "don\u{2019}t"));
    }

    #[test]
    fn wide_encodings_need_no_mark() {
        let bytes: Vec<u8> = "<a>é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&bytes, "", "example.org", ("utf-16le", "<a>é"));
    }
}
