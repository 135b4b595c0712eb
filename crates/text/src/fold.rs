//! Spellings that mean the same become one key; shown text is never changed by it.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};
use std::borrow::Cow;

static NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
static DECOMPOSITION: CanonicalDecompositionBorrowed<'static> =
    CanonicalDecompositionBorrowed::new();

/// The joiner that stays in the intermediate text until words' ends are known.
const JOINER: char = '\u{200c}';

/// The key under which spellings of one text meet: letters, digits, signs and case folded,
/// diacritics and joiners dropped, white space collapsed.
///
/// ```
/// use chapar_text::fold;
/// assert_eq!(fold("مي‌گويد ۱۲"), fold("میگوید 12"));
/// assert_eq!(fold("Ahmadīnežād"), "ahmadinezad");
/// ```
pub fn fold(text: &str) -> String {
    fold_with(text, false)
}

/// As [`fold`], and `آ` counts as `ا`, for names whose madda is often left out.
pub fn fold_loose(text: &str) -> String {
    fold_with(text, true)
}

/// The text with presentation forms (`ﻻ`, `ﷲ`) written in base letters, and nothing else changed.
pub fn clean_display(text: &str) -> Cow<'_, str> {
    if !text.contains(is_presentation_form) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '﷼' => out.push(c),
            c if is_presentation_form(c) => base_letters(c, &mut out),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text with the digits of other scripts written `0`-`9`.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

fn fold_with(text: &str, is_loose: bool) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            letters.push(c.to_ascii_lowercase());
        } else if is_presentation_form(c) {
            let mut base = String::new();
            base_letters(c, &mut base);
            base.chars().for_each(|c| fold_char(c, &mut letters));
        } else {
            fold_char(c, &mut letters);
        }
    }
    let mut key = join_words(&letters);
    if is_loose && key.contains('آ') {
        key = key.replace('آ', "ا");
    }
    key
}

/// Drops joiners and the ezafe written `ه‌ی` or `ه ی`; collapses white space.
fn join_words(letters: &str) -> String {
    let mut out = String::with_capacity(letters.len());
    let mut rest = letters.chars();
    let mut is_gap = false;
    let mut is_joined = false;
    while let Some(c) = rest.next() {
        if c == JOINER {
            is_joined = true;
            continue;
        }
        if c.is_whitespace() {
            is_gap = !out.is_empty();
            continue;
        }
        if c == 'ی' && (is_gap || is_joined) && ends_in_heh(&out) && is_word_end(rest.clone()) {
            is_gap = false;
            continue;
        }
        if is_gap {
            out.push(' ');
        }
        (is_gap, is_joined) = (false, false);
        out.push(c);
    }
    out
}

/// Whether a word of two letters or more ends here in `ه`; `ه` alone is a label, no noun.
fn ends_in_heh(out: &str) -> bool {
    let mut back = out.chars().rev();
    back.next() == Some('ه') && back.next().is_some_and(char::is_alphabetic)
}

fn is_word_end(rest: std::str::Chars<'_>) -> bool {
    !rest.into_iter().find(|c| *c != JOINER).is_some_and(char::is_alphanumeric)
}

fn fold_char(c: char, out: &mut String) {
    if let Some(digit) = digit(c) {
        return out.push(digit);
    }
    match c {
        c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
        'ي' | 'ى' | 'ئ' | 'ې' | 'ۍ' | 'ێ' | 'ے' | 'ۓ' | 'ؽ' | 'ؾ' | 'ؿ' => {
            out.push('ی');
        }
        'ك' | 'ڪ' | 'ػ' | 'ؼ' => out.push('ک'),
        'ګ' => out.push('گ'),
        'أ' | 'إ' | 'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' => out.push('ا'),
        'ؤ' | 'ٶ' => out.push('و'),
        'ۀ' | 'ة' | 'ہ' | 'ھ' | 'ە' | 'ۂ' | 'ۃ' | 'ۿ' => out.push('ه'),
        '\u{653}' if out.ends_with('ا') => replace_last(out, 'آ'),
        '\u{306}' if out.ends_with('и') => replace_last(out, 'й'),
        '\u{306}' if out.ends_with('у') => replace_last(out, 'ў'),
        '\u{308}' if out.ends_with('і') => replace_last(out, 'ї'),
        'ё' | 'Ё' => out.push('е'),
        '﷼' => out.push_str("ریال"),
        '٪' => out.push('%'),
        '،' | '٬' => out.push(','),
        '٫' => out.push('.'),
        '؛' => out.push(';'),
        '؟' => out.push('?'),
        '‘' | '’' | '‛' | 'ʼ' | 'ʻ' | '′' | '´' => out.push('\''),
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => out.push('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => out.push('-'),
        c if is_joiner(c) => out.push(JOINER),
        c if is_mark(c) => {}
        c if is_latin_or_greek(c) => fold_latin(c, out),
        c => c.to_lowercase().filter(|c| !is_mark(*c)).for_each(|c| {
            // The signs for kelvin, ohm and angstrom become letters.
            if is_latin_or_greek(c) { fold_latin(c, out) } else { out.push(c) }
        }),
    }
}

fn replace_last(out: &mut String, c: char) {
    out.pop();
    out.push(c);
}

/// Zero-width and invisible characters, and the signs typed in place of the zero-width non-joiner.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{ac}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

/// Marks that keys do without: tatweel, Arabic vowel signs, combining accents, half rings.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{640}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
            | '\u{300}'..='\u{36f}' | '\u{2be}' | '\u{2bf}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

fn is_latin_or_greek(c: char) -> bool {
    matches!(
        c,
        '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' | '\u{fb00}'..='\u{fb06}'
    )
}

/// Latin and Greek letters without accents; letters that are no accented letter by Unicode are listed.
fn fold_latin(c: char, out: &mut String) {
    for c in c.to_lowercase() {
        let c = strip_accents(c);
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ŋ' => out.push('n'),
            'ŧ' => out.push('t'),
            'ə' | 'ǝ' => out.push('e'),
            'ĳ' => out.push_str("ij"),
            'ſ' => out.push('s'),
            'ς' => out.push('σ'),
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            c if is_latin_or_greek(c) || c.is_ascii_lowercase() => out.push(c),
            // Accents that stand alone are of other blocks without their variant.
            c => fold_char(c, out),
        }
    }
}

fn strip_accents(c: char) -> char {
    let mut base = c;
    // The longest chain in Unicode is three marks deep.
    for _ in 0..4 {
        match DECOMPOSITION.decompose(base) {
            Decomposed::Default => break,
            Decomposed::Singleton(c) | Decomposed::Expansion(c, _) => base = c,
        }
    }
    base
}

/// The zeros of scripts whose digits news is dated in: Arabic and Persian, the scripts of India,
/// Thai, Lao, Tibetan, Burmese, Khmer, and wide forms.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
    0xf20, 0x1040, 0x17e0, 0xff10,
];

/// Whether a character is a digit of any of these scripts.
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || digit(c).is_some()
}

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    if code < 0x660 {
        return None;
    }
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

fn is_presentation_form(c: char) -> bool {
    matches!(c, '\u{fb50}'..='\u{fd3d}' | '\u{fd50}'..='\u{fdfc}' | '\u{fe70}'..='\u{fefc}')
}

/// Compatibility forms of marks carry a space or tatweel to sit on; the text has its own letters.
fn base_letters(c: char, out: &mut String) {
    let mut buffer = [0; 4];
    let base = NFKC.normalize(c.encode_utf8(&mut buffer));
    let mark = base.trim_start_matches([' ', '\u{640}']);
    let is_carried = mark.chars().next().is_some_and(is_mark);
    out.push_str(if is_carried { mark } else { &base });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_same(spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(fold(spelling), fold(spellings[0]), "{spelling}");
        }
    }

    #[test]
    fn spellings_of_one_word_meet() {
        check_same(&["می‌گوید", "مي‌گويد", "ميگويد", "می¬گوید", "می\u{ad}گوید", "می\u{200f}گوید"]);
        check_same(&["خانهٔ ما", "خانۀ ما", "خانه‌ی ما", "خانه ی ما", "خانه ما", "خانةٔ ما"]);
        check_same(&["مسئول", "مسيول"]);
        check_same(&["أحمد", "احمد", "إحمد", "ٱحمد", "اَحمَد", "احـــمد"]);
        check_same(&["مدرسة", "مدرسه"]);
        check_same(&["۱۲۳", "١٢٣", "123"]);
        check_same(&["۱۲٪", "12%"]);
        check_same(&["﷼", "ریال"]);
        check_same(&["ﺳﻼﻡ", "سلام"]);
        check_same(&["آب", "ا\u{653}ب"]);
        check_same(&["Łódź", "LODZ", "łódz"]);
        check_same(&["Saʿid", "Said"]);
        check_same(&["O’Brien", "O'Brien"]);
        check_same(&["Straße", "STRASSE"]);
        check_same(&["край", "краи\u{306}", "КРАЙ"]);
        check_same(&["İstanbul", "istanbul", "Istanbul"]);
        check_same(&["a  b", " a\u{a0}b\n"]);
    }

    #[test]
    fn words_that_differ_stay_apart() {
        for (a, b) in [("آب", "اب"), ("به یاد", "بهاد"), ("راه یاب", "راه"), ("край", "краи")]
        {
            assert_ne!(fold(a), fold(b));
        }
        assert_eq!(fold_loose("آب"), fold_loose("اب"));
    }

    #[test]
    fn shown_text_keeps_all_but_presentation_forms() {
        let kept = "مي‌گويد ۱۲ «ة» أحـمد ﴿۱﴾ café";
        assert!(matches!(clean_display(kept), Cow::Borrowed(same) if same == kept));
        assert_eq!(clean_display("ﺳﻼﻡ ٣"), "سلام ٣");
        assert_eq!(clean_display("بـﹷ"), "بـ\u{64e}");
    }

    #[test]
    fn digits_alone_are_changed() {
        assert_eq!(ascii_digits("۱۴۰۲/٥/9 مرداد"), "1402/5/9 مرداد");
        assert!(matches!(ascii_digits("مرداد 9"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_character_is_folded_at_once() {
        for c in '\0'..=char::MAX {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
            let clean = clean_display(&c.to_string()).into_owned();
            assert_eq!(clean_display(&clean), clean.as_str(), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_arabic_script_twice_changes_nothing(
            text in "[\u{600}-\u{6ff}\u{fb50}-\u{fdff}\u{fe70}-\u{fefc}\u{200c}\u{300}-\u{370} a-zé.ه ی]{0,30}",
        ) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
            let loose = fold_loose(&text);
            prop_assert_eq!(fold_loose(&loose), loose);
            let clean = clean_display(&text).into_owned();
            prop_assert_eq!(clean_display(&clean), clean.as_str());
        }
    }
}
