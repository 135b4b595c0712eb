//! Numbers and their plurals as a language writes them. Words around them are the caller's.

use chapar_model::Lang;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

/// Which form of a noun a count asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plural {
    /// Form for none.
    Zero,
    /// Form for one.
    One,
    /// Form for two.
    Two,
    /// Form for a few.
    Few,
    /// Form for many.
    Many,
    /// The general form.
    Other,
}

/// The plural form for a whole number, by CLDR.
///
/// ```
/// use chapar_model::Lang;
/// use chapar_text::{Plural, plural_category};
/// assert_eq!(plural_category(0, Lang::FA), Plural::One);
/// assert_eq!(plural_category(0, Lang::EN), Plural::Other);
/// assert_eq!(plural_category(3, Lang::AR), Plural::Few);
/// ```
pub fn plural_category(count: i64, lang: Lang) -> Plural {
    let locale = Locale::try_from_str(lang.as_str()).unwrap_or(Locale::UNKNOWN);
    let Ok(rules) = PluralRules::try_new_cardinal((&locale).into()) else { return Plural::Other };
    match rules.category_for(count) {
        PluralCategory::Zero => Plural::Zero,
        PluralCategory::One => Plural::One,
        PluralCategory::Two => Plural::Two,
        PluralCategory::Few => Plural::Few,
        PluralCategory::Many => Plural::Many,
        PluralCategory::Other => Plural::Other,
    }
}

/// A whole number with the language's digits and grouping.
///
/// ```
/// use chapar_model::Lang;
/// use chapar_text::format_number;
/// assert_eq!(format_number(1234, Lang::FA), "۱٬۲۳۴");
/// assert_eq!(format_number(1234, Lang::EN), "1,234");
/// ```
pub fn format_number(value: i64, lang: Lang) -> String {
    let plain = value.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(plain.len() * 2);
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) {
            grouped.push_str(group_sign(lang));
        }
        grouped.push(digit);
    }
    let sign = match (value < 0, Digits::of(lang)) {
        (false, _) => "",
        (true, Digits::Persian) => "\u{200e}\u{2212}",
        (true, Digits::Arabic) => "\u{61c}-",
        (true, Digits::European) => "-",
    };
    format!("{sign}{}", native_digits(&grouped, lang))
}

fn group_sign(lang: Lang) -> &'static str {
    match lang.as_str() {
        "fa" | "prs" | "ar" | "ps" | "ckb" => "٬",
        "de" | "es" | "it" | "nl" | "tr" | "pt" | "id" | "da" | "el" | "ro" => ".",
        "fr" | "ru" | "uk" | "pl" | "sv" | "no" | "fi" | "cs" | "bg" => "\u{a0}",
        _ => ",",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    European,
    Persian,
    Arabic,
}

impl Digits {
    pub(crate) fn of(lang: Lang) -> Self {
        match lang.as_str() {
            "fa" | "prs" | "ps" => Self::Persian,
            "ar" | "ckb" => Self::Arabic,
            _ => Self::European,
        }
    }
}

/// The text with its digits `0`-`9` in those of the language.
pub fn native_digits(text: &str, lang: Lang) -> String {
    let zero = match Digits::of(lang) {
        Digits::European => return text.to_owned(),
        Digits::Persian => 0x6f0,
        Digits::Arabic => 0x660,
    };
    let native = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(zero + digit));
    text.chars().map(|c| native(c).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_in_the_language_s_digits() {
        for (value, lang, expect) in [
            (0, "fa", "۰"),
            (999, "en", "999"),
            (1_234_567, "en", "1,234,567"),
            (1_234_567, "fa", "۱٬۲۳۴٬۵۶۷"),
            (1_234, "ar", "١٬٢٣٤"),
            (-1_234, "en", "-1,234"),
            (-5, "fa", "\u{200e}\u{2212}۵"),
            (1_234, "de", "1.234"),
            (i64::MIN, "en", "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(format_number(value, Lang::parse(lang).unwrap()), expect);
        }
    }

    #[test]
    fn plural_forms_follow_cldr() {
        use Plural::{Few, Many, One, Other, Two, Zero};
        for (lang, forms) in [
            ("en", [Other, One, Other, Other, Other]),
            ("fa", [One, One, Other, Other, Other]),
            ("ar", [Zero, One, Two, Few, Many]),
        ] {
            let lang = Lang::parse(lang).unwrap();
            assert_eq!([0, 1, 2, 5, 11].map(|count| plural_category(count, lang)), forms);
        }
    }
}
