//! The direction a block of text reads in, decided by the text itself.

use chapar_model::Dir;
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

/// The direction of the first strong character, skipping addresses of the web and mail.
///
/// Numbers are not strong; text without any strong character reads left to right.
pub fn dir_of(text: &str) -> Dir {
    let words = text.split_whitespace().filter(|word| !is_address(word));
    words.flat_map(str::chars).find_map(strong_dir).unwrap_or(Dir::Ltr)
}

fn strong_dir(c: char) -> Option<Dir> {
    match CodePointMapData::<BidiClass>::new().get(c) {
        BidiClass::LeftToRight => Some(Dir::Ltr),
        BidiClass::RightToLeft | BidiClass::ArabicLetter => Some(Dir::Rtl),
        _ => None,
    }
}

/// Whether a word is a web address, a mail address or an account name.
pub(crate) fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '<', '«', '"', '\u{2066}', '\u{2068}']);
    let starts = |prefix: &str| {
        word.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if starts("http://") || starts("https://") || starts("www.") {
        return true;
    }
    word.split_once('@')
        .is_some_and(|(_, host)| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Dir) {
        assert_eq!(dir_of(text), expect, "{text}");
    }

    #[test]
    fn first_strong_character_decides() {
        check("Tehran says", Dir::Ltr);
        check("تهران says", Dir::Rtl);
        check("«۱۲» تهران", Dir::Rtl);
        check("שלום", Dir::Rtl);
        check("2024: گزارش", Dir::Rtl);
        check("BBC فارسی", Dir::Ltr);
    }

    #[test]
    fn addresses_and_numbers_do_not_decide() {
        check("https://example.org/a خبر تازه", Dir::Rtl);
        check("(www.example.org) خبر", Dir::Rtl);
        check("desk@example.org خبر", Dir::Rtl);
        check("@desk خبر", Dir::Rtl);
        check("12 – 13", Dir::Ltr);
        check("", Dir::Ltr);
    }
}
