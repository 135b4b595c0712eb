//! Bytes to text: which encoding a page is in, tested against the text it gives. Never trusts a
//! declaration that turns letters into rubbish, and never fails.

use chapar_model::Headers;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr_iter, memchr2};
use std::borrow::Cow;

/// Bytes at a page's start in which an encoding may be declared. The HTML standard says 1,024;
/// pages exist that put long scripts first.
const DECLARATION_BYTES: usize = 16 << 10;

/// Share of a text's foreign letters that may be unreadable before a declaration is doubted.
const FAULTS_PER_1000_MAX: usize = 20;

/// Doubly encoded letters that must be seen before they are taken for a fault of the page.
const DOUBLED_MIN: usize = 4;

/// A page as text.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// The text.
    pub(crate) text: Cow<'a, str>,
    /// The name of the encoding it was read in.
    pub(crate) name: &'static str,
    /// What was wrong with it.
    pub(crate) faults: Vec<&'static str>,
}

/// Reads a page: byte order mark, then validity as UTF-8, then header, `<meta>` and statistics,
/// whichever gives the fewest unreadable letters.
pub(crate) fn decode<'a>(bytes: &'a [u8], headers: &Headers) -> Decoded<'a> {
    let mut faults = Vec::new();
    let (text, encoding) = read(bytes, headers, &mut faults);
    let text = match undouble(&text) {
        Some(repaired) => {
            faults.push("double-encoded");
            Cow::Owned(repaired)
        }
        None => text,
    };
    Decoded { text, name: encoding.name(), faults }
}

fn read<'a>(
    bytes: &'a [u8],
    headers: &Headers,
    faults: &mut Vec<&'static str>,
) -> (Cow<'a, str>, &'static Encoding) {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        let body = bytes.get(skip..).unwrap_or_default();
        return (encoding.decode_without_bom_handling(body).0, encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // ISO-2022-JP is ASCII to the eye of a UTF-8 check; its escapes tell it.
        if memchr2(0x1b, 0, bytes).is_none() {
            return (Cow::Borrowed(text), UTF_8);
        }
    }
    if let Some(encoding) = wide(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, encoding);
    }
    let declared = [header_charset(headers), meta_charset(bytes)];
    let mut best: Option<(usize, Cow<'a, str>, &'static Encoding)> = None;
    for encoding in declared.into_iter().flatten() {
        let text = encoding.decode_without_bom_handling(bytes).0;
        let share = faults_per_1000(&text);
        if share <= FAULTS_PER_1000_MAX {
            return (text, encoding);
        }
        faults.push("wrong-charset");
        if best.as_ref().is_none_or(|(least, ..)| share < *least) {
            best = Some((share, text, encoding));
        }
    }
    let guessed = guess(bytes);
    let guess = guessed.decode_without_bom_handling(bytes).0;
    match best {
        Some((share, text, encoding)) if share <= faults_per_1000(&guess) => (text, encoding),
        _ => (guess, guessed),
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// UTF-16 without a mark: every second byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(512))?;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let third = head.len() / 6;
    let (even, odd) = (zeros(0), zeros(1));
    if odd > third && even < odd / 4 {
        return Some(UTF_16LE);
    }
    (even > third && odd < even / 4).then_some(UTF_16BE)
}

/// The encoding the HTTP header names.
fn header_charset(headers: &Headers) -> Option<&'static Encoding> {
    charset_in(headers.get("content-type")?)
}

/// The encoding the page names for itself.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES))?;
    let head: String = head.iter().map(|b| char::from(b.to_ascii_lowercase())).collect();
    let mut rest = head.as_str();
    while let Some((_, after)) = rest.split_once("charset") {
        if let Some(encoding) = charset_value(after) {
            // A page that could be read up to here as ASCII is no UTF-16, whatever it says.
            let is_wide = encoding == UTF_16BE || encoding == UTF_16LE;
            return Some(if is_wide { UTF_8 } else { encoding });
        }
        rest = after;
    }
    let (_, after) = head.split_once("<?xml")?.1.split_once("encoding")?;
    charset_value(after)
}

fn charset_in(value: &str) -> Option<&'static Encoding> {
    let lower = value.to_ascii_lowercase();
    charset_value(lower.split_once("charset")?.1)
}

/// Reads what stands behind `charset`: an equals sign and a name.
fn charset_value(after: &str) -> Option<&'static Encoding> {
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end =
        value.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
    let label = value.get(..end.unwrap_or(value.len()))?;
    Encoding::for_label(label.as_bytes())
}

/// Letters that no text has, for each thousand that are not ASCII: replacement characters, C1
/// controls and unassigned private ones.
fn faults_per_1000(text: &str) -> usize {
    let mut foreign = 0;
    let mut faults = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        foreign += 1;
        let is_fault = matches!(c, '\u{fffd}' | '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}');
        faults += usize::from(is_fault);
    }
    faults * 1000 / usize::max(foreign, 50)
}

/// Repairs text whose UTF-8 was taken for windows-1252 and encoded once more ("Ø§ÛŒØ±Ø§Ù†").
/// `None` when there is nothing to repair.
fn undouble(text: &str) -> Option<String> {
    if !has_leads(text.as_bytes()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut repaired = 0;
    let mut kept = 0;
    let mut run = Vec::new();
    let mut run_start = 0;
    for (at, c) in text.char_indices() {
        if let Some(byte) = byte_of(c) {
            if run.is_empty() {
                run_start = at;
            }
            run.push(byte);
            continue;
        }
        flush(&mut out, &mut run, text.get(run_start..at), &mut repaired, &mut kept);
        out.push(c);
    }
    flush(&mut out, &mut run, text.get(run_start..), &mut repaired, &mut kept);
    (repaired >= DOUBLED_MIN && repaired > kept * 2).then_some(out)
}

fn flush(
    out: &mut String,
    run: &mut Vec<u8>,
    written: Option<&str>,
    repaired: &mut usize,
    kept: &mut usize,
) {
    if run.is_empty() {
        return;
    }
    match std::str::from_utf8(run) {
        Ok(text) => {
            *repaired += text.chars().count();
            out.push_str(text);
        }
        Err(_) => {
            *kept += run.len();
            out.push_str(written.unwrap_or_default());
        }
    }
    run.clear();
}

/// Whether letters stand there that UTF-8's first bytes turn into when read as windows-1252
/// (Â Ã Ø Ù Ú Û â Ð Ñ), each followed by what its second byte turns into.
fn has_leads(bytes: &[u8]) -> bool {
    let is_lead = |b: u8| matches!(b, 0x82 | 0x83 | 0x90 | 0x91 | 0x98..=0x9b | 0xa2);
    let is_doubled = |at: &usize| {
        let after = bytes.get(at + 1..).unwrap_or_default();
        matches!(after, [lead, next, ..] if is_lead(*lead) && (0xc2..=0xe2).contains(next))
    };
    memchr_iter(0xc3, bytes).filter(is_doubled).nth(DOUBLED_MIN - 1).is_some()
}

/// The windows-1252 byte of a letter outside ASCII.
fn byte_of(c: char) -> Option<u8> {
    if let '\u{80}'..='\u{ff}' = c {
        return u8::try_from(u32::from(c)).ok();
    }
    if !matches!(c, '\u{152}'..='\u{2122}') {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (unmappable, bytes.as_ref()) {
        (false, [byte]) => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{WINDOWS_1251, WINDOWS_1256};

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, text: &str, name: &str) {
        let headers = Headers(vec![("Content-Type".into(), content_type.into())]);
        let decoded = decode(bytes, &headers);
        assert_eq!((decoded.text.as_ref(), decoded.name), (text, name));
    }

    const PERSIAN: &str = "وزيران دفاع دو كشور در تهران ديدار كردند و يادداشت تفاهم امضا شد";

    #[test]
    fn a_byte_order_mark_decides() {
        check(b"\xef\xbb\xbfcaf\xc3\xa9", "text/html; charset=windows-1252", "café", "UTF-8");
        check(b"\xff\xfea\0b\0", "", "ab", "UTF-16LE");
    }

    #[test]
    fn valid_utf8_overrides_a_wrong_header() {
        check(
            "ایران و بلاروس".as_bytes(),
            "text/html; charset=iso-8859-1",
            "ایران و بلاروس",
            "UTF-8",
        );
    }

    #[test]
    fn windows_1256_is_read_from_header_meta_or_letters() {
        let bytes = WINDOWS_1256.encode(PERSIAN).0;
        check(&bytes, "text/html; charset=windows-1256", PERSIAN, "windows-1256");
        check(&bytes, "text/html", PERSIAN, "windows-1256");
        let page = format!("<meta charset='windows-1256'><p>{PERSIAN}");
        check(&WINDOWS_1256.encode(&page).0, "", &page, "windows-1256");
    }

    #[test]
    fn a_declaration_is_found_behind_a_long_script() {
        let page = format!(
            "<script>{}</script><meta charset=windows-1256><p>{PERSIAN}",
            "x;".repeat(2_000)
        );
        check(&WINDOWS_1256.encode(&page).0, "", &page, "windows-1256");
    }

    #[test]
    fn wide_letters_are_read_with_a_mark_and_without() {
        let wide = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let text = "<html><body><p>Ships left again on Tuesday.</p></body></html>";
            mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
        };
        for (bytes, name) in [
            (wide(b"\xff\xfe", u16::to_le_bytes), "UTF-16LE"),
            (wide(b"\xfe\xff", u16::to_be_bytes), "UTF-16BE"),
            (wide(b"", u16::to_le_bytes), "UTF-16LE"),
            (wide(b"", u16::to_be_bytes), "UTF-16BE"),
        ] {
            let text = "<html><body><p>Ships left again on Tuesday.</p></body></html>";
            check(&bytes, "text/html; charset=utf-8", text, name);
        }
    }

    #[test]
    fn a_header_that_makes_rubbish_is_not_believed() {
        let bytes = WINDOWS_1256.encode(PERSIAN).0;
        check(&bytes, "text/html; charset=utf-8", PERSIAN, "windows-1256");
    }

    #[test]
    fn cyrillic_is_read_by_its_declaration() {
        let text = "Министры обороны двух стран встретились";
        check(&WINDOWS_1251.encode(text).0, "text/html; charset=\"CP1251\"", text, "windows-1251");
    }

    #[test]
    fn doubly_encoded_text_is_repaired() {
        let doubled: String = "ایران و بلاروس"
            .bytes()
            .map(|b| WINDOWS_1252.decode_without_bom_handling(&[b]).0.into_owned())
            .collect();
        check(doubled.as_bytes(), "text/html; charset=utf-8", "ایران و بلاروس", "UTF-8");
    }

    #[test]
    fn accents_in_plain_text_are_left_alone() {
        let text = "Ça va, señor? Ärger über Übermaß, déjà vu, São Paulo à l’été";
        check(text.as_bytes(), "", text, "UTF-8");
    }

    #[test]
    fn one_bad_byte_in_a_utf8_page_is_put_up_with() {
        let mut bytes = "ایران و بلاروس ".repeat(40).into_bytes();
        bytes.push(0xc3);
        let decoded = decode(
            &bytes,
            &Headers(vec![("content-type".into(), "text/html; charset=utf-8".into())]),
        );
        assert_eq!(decoded.name, "UTF-8");
    }
}
