//! Stems: the part of a folded word that its forms share. Light rules, not grammar.

use chapar_model::Lang;
use frostem::{Algorithm, Stemmer};

/// The stem of a folded key; for a language without rules the key itself.
///
/// ```
/// use chapar_model::Lang;
/// use chapar_text::{fold, stem};
/// assert_eq!(stem("ministers", Lang::EN), stem("minister", Lang::EN));
/// assert_eq!(stem(&fold("انتخابات"), Lang::FA), stem(&fold("انتخاب"), Lang::FA));
/// assert_eq!(stem(&fold("والوزارة"), Lang::AR), stem(&fold("وزارة"), Lang::AR));
/// ```
pub fn stem(key: &str, lang: Lang) -> String {
    let stem = stem_by_rules(key, lang);
    if stem.is_empty() { key.to_owned() } else { stem }
}

fn stem_by_rules(key: &str, lang: Lang) -> String {
    let is_arabic_script = key.starts_with(|c: char| ('\u{600}'..='\u{6ff}').contains(&c));
    match lang.as_str() {
        "fa" | "prs" | "pes" if is_arabic_script => persian(key),
        "ar" if is_arabic_script => arabic(key),
        code => match algorithm(code) {
            Some(algorithm) if !is_arabic_script => Stemmer::new(algorithm).stem(key).into_owned(),
            _ => key.to_owned(),
        },
    }
}

fn algorithm(code: &str) -> Option<Algorithm> {
    Some(match code {
        "en" => Algorithm::English,
        "de" => Algorithm::German,
        "fr" => Algorithm::French,
        "es" => Algorithm::Spanish,
        "it" => Algorithm::Italian,
        "pt" => Algorithm::Portuguese,
        "nl" => Algorithm::Dutch,
        "sv" => Algorithm::Swedish,
        "da" => Algorithm::Danish,
        "no" | "nb" | "nn" => Algorithm::Norwegian,
        "fi" => Algorithm::Finnish,
        "hu" => Algorithm::Hungarian,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "tr" => Algorithm::Turkish,
        "pl" => Algorithm::Polish,
        "el" => Algorithm::Greek,
        _ => return None,
    })
}

/// Persian words that begin with `می` and are no verbs.
const NOT_VERBS: [&str; 10] = [
    "میلیارد",
    "میلیاردم",
    "میلگرد",
    "میلاد",
    "میانمرد",
    "میرداماد",
    "میبد",
    "میدانم",
    "میترسید",
    "میرزاد",
];

/// Plural and possessive endings of nouns, longest first, with the letters that must remain.
const PERSIAN_ENDINGS: [(&str, usize); 18] = [
    ("هایشان", 2),
    ("هایمان", 2),
    ("هایتان", 2),
    ("هایش", 2),
    ("هایم", 2),
    ("هایت", 2),
    ("هایی", 2),
    ("های", 2),
    ("ترین", 2),
    ("ترها", 2),
    ("ها", 2),
    ("تری", 3),
    ("گان", 5),
    ("یان", 4),
    ("ات", 4),
    ("ایی", 3),
    ("تر", 3),
    ("ی", 4),
];

fn persian(key: &str) -> String {
    if let Some(verb) = persian_verb(key) {
        return verb.to_owned();
    }
    let mut stem = key;
    // A noun carries at most a plural, a comparative and an adjective ending.
    for _ in 0..3 {
        let Some(shorter) = without_persian_ending(stem) else { break };
        stem = shorter;
    }
    match stem.strip_suffix('ه') {
        Some(shorter) if letters(shorter) >= 5 => shorter.to_owned(),
        _ => stem.to_owned(),
    }
}

fn without_persian_ending(key: &str) -> Option<&str> {
    let (ending, rest) = PERSIAN_ENDINGS.iter().find_map(|(ending, least)| {
        let rest = key.strip_suffix(ending)?;
        (letters(rest) >= *least).then_some((*ending, rest))
    })?;
    // The ending `ایی` keeps its alef: `آمریکایی` is of `آمریکا`.
    if ending == "ایی" { key.strip_suffix("یی") } else { Some(rest) }
}

/// The present forms of a verb share what stands between `می` and the personal ending.
fn persian_verb(key: &str) -> Option<&str> {
    if NOT_VERBS.contains(&key) || letters(key) < 5 {
        return None;
    }
    let root = key.strip_prefix("نمی").or_else(|| key.strip_prefix("می"))?;
    ["یم", "ید", "ند", "م", "د"]
        .iter()
        .find_map(|ending| root.strip_suffix(ending))
        .map(|root| root.trim_end_matches('ی'))
        .filter(|root| !root.is_empty())
}

/// Arabic words whose `و` is their own and no "and", by their first letters after folding.
const OWN_WAW: [&str; 44] = [
    "وزی", "وزر", "وزار", "ولا", "ولی", "وقت", "وطن", "وفد", "وفا", "وکا", "وکی", "وضع", "وضو",
    "وسط", "وسی", "وسا", "وثی", "وثا", "وحد", "واحد", "وقف", "وصل", "وصو", "وصف", "وصی", "وبا",
    "والد", "وافق", "واشن", "وقع", "وقو", "وعد", "وعی", "وجد", "وجه", "وجو", "ورد", "ورق", "وظا",
    "وظی", "واج", "واض", "واق", "واس",
];

const ARABIC_ENDINGS: [&str; 9] = ["ها", "ان", "ات", "ون", "ین", "یه", "هم", "ه", "ی"];

fn arabic(key: &str) -> String {
    let mut stem = without_arabic_article(without_waw(key));
    // Light stemming removes a plural and the ending it carried, as in `سیاسیون`.
    for _ in 0..2 {
        let shorter = ARABIC_ENDINGS
            .iter()
            .find_map(|ending| stem.strip_suffix(ending))
            .filter(|rest| letters(rest) >= 3);
        let Some(shorter) = shorter else { break };
        stem = shorter;
    }
    stem.trim_end_matches('ء').to_owned()
}

fn without_waw(key: &str) -> &str {
    if OWN_WAW.iter().any(|own| key.starts_with(own)) {
        return key;
    }
    key.strip_prefix('و').filter(|rest| letters(rest) >= 3).unwrap_or(key)
}

fn without_arabic_article(key: &str) -> &str {
    ["بال", "کال", "فال", "ال", "لل"]
        .iter()
        .find_map(|article| key.strip_prefix(article))
        .filter(|rest| letters(rest) >= 3)
        .unwrap_or(key)
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use proptest::prelude::*;

    #[track_caller]
    fn check_same(lang: Lang, forms: &[&str]) {
        for form in forms {
            assert_eq!(stem(&fold(form), lang), stem(&fold(forms[0]), lang), "{form}");
        }
    }

    #[track_caller]
    fn check_apart(lang: Lang, a: &str, b: &str) {
        assert_ne!(stem(&fold(a), lang), stem(&fold(b), lang));
    }

    #[test]
    fn forms_of_a_persian_word_meet() {
        check_same(Lang::FA, &["کتاب", "کتاب‌ها", "کتاب‌های", "کتاب‌هایشان", "کتابهایی"]);
        check_same(Lang::FA, &["می‌گوید", "می‌گویند", "می‌گویم", "نمی‌گوید"]);
        check_same(Lang::FA, &["ایران", "ایرانی", "ایرانیان"]);
        check_same(Lang::FA, &["آمریکا", "آمریکایی", "آمریکایی‌ها"]);
        check_same(Lang::FA, &["بزرگ", "بزرگ‌تر", "بزرگترین"]);
        check_same(Lang::FA, &["نماینده", "نمایندگان"]);
        check_same(Lang::FA, &["مذاکره", "مذاکرات"]);
    }

    #[test]
    fn persian_words_that_only_look_inflected_stay_whole() {
        for word in ["میدان", "میلیارد", "تهران", "زمان", "علی", "خانه", "دفتر", "پایان"]
        {
            assert_eq!(stem(&fold(word), Lang::FA), fold(word));
        }
        check_apart(Lang::FA, "خان", "خانه");
    }

    #[test]
    fn forms_of_an_arabic_word_meet() {
        check_same(Lang::AR, &["وزير", "الوزير", "والوزير", "للوزير", "بالوزير"]);
        check_same(Lang::AR, &["مهندس", "مهندسون", "المهندسين", "مهندسات", "مهندسة"]);
        check_same(Lang::AR, &["قال", "وقال"]);
        check_apart(Lang::AR, "وزير", "زير");
    }

    proptest! {
        #[test]
        fn any_key_has_a_stem(word in "[a-zа-яα-ω\u{600}-\u{6ff}'0-9]{0,12}") {
            for code in ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "hu", "ro", "ru", "tr",
                "pl", "el", "fa", "ar", "ja"] {
                let key = fold(&word);
                prop_assert_eq!(stem(&key, Lang::parse(code).unwrap()).is_empty(), key.is_empty());
            }
        }
    }

    #[test]
    fn other_languages_go_by_their_own_rules() {
        check_same(Lang::EN, &["minister", "ministers"]);
        check_same(Lang::parse("ru").unwrap(), &["министр", "министры"]);
        assert_eq!(stem("東", Lang::parse("ja").unwrap()), "東");
        assert_eq!(stem("", Lang::EN), "");
        assert_eq!(stem("می", Lang::FA), "می");
    }
}
