//! Which language a text is in, down to the length of a headline.
//!
//! Persian, Arabic and their neighbours are told apart by letters only one of them writes, by the
//! commonest words and by the article; Latin and Cyrillic text by the commonest words and by the
//! trigrams of `whatlang`. Never trusts what a page claims; that is weighed by the caller.

use crate::dir::is_address;
use crate::stopwords;
use crate::tokens::{Token, tokens};
use chapar_model::Lang;
use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use std::collections::BTreeMap;

/// Characters read at most: more text changes no verdict.
const CHARS_MAX: usize = 4_000;
/// Below this share of the letters a script says nothing of the language.
const SCRIPT_SHARE_MIN: f32 = 0.5;

/// The language of a text and how sure it is (0 to 1); `None` where no letter says anything.
///
/// ```
/// use chapar_model::Lang;
/// let lang = |text| chapar_text::detect_lang(text).map(|(lang, _)| lang);
/// assert_eq!(lang("نشست وزیران آغاز شد"), Some(Lang::FA));
/// assert_eq!(lang("بدأ اجتماع الوزراء"), Some(Lang::AR));
/// assert_eq!(lang("Ministers meet again"), Some(Lang::EN));
/// assert_eq!(lang("12:30"), None);
/// ```
pub fn detect_lang(text: &str) -> Option<(Lang, f32)> {
    let text = readable(text);
    let (script, share) = main_script(&text)?;
    if share < SCRIPT_SHARE_MIN {
        return None;
    }
    let (code, confidence) = match script {
        Script::Arabic => by_arabic_script(&text)?,
        Script::Latin => by_latin_script(&text)?,
        Script::Cyrillic => by_cyrillic_script(&text)?,
        Script::Han | Script::Hiragana | Script::Katakana => (by_han_script(&text), 0.9),
        other => (only_language(other)?, 0.9),
    };
    Some((Lang::parse(code)?, confidence * share))
}

/// The head of the text without web addresses.
fn readable(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace().filter(|word| !is_address(word)) {
        count += word.chars().count();
        if count > CHARS_MAX {
            break;
        }
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// The script most letters are of, and its share.
fn main_script(text: &str) -> Option<(Script, f32)> {
    let scripts = CodePointMapData::<Script>::new();
    let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        *counts.entry(scripts.get(c)).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    let (script, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some((script, count as f32 / total as f32))
}

fn only_language(script: Script) -> Option<&'static str> {
    Some(match script {
        Script::Hebrew => "he",
        Script::Greek => "el",
        Script::Armenian => "hy",
        Script::Georgian => "ka",
        Script::Hangul => "ko",
        Script::Thai => "th",
        Script::Devanagari => "hi",
        Script::Bengali => "bn",
        Script::Tamil => "ta",
        Script::Telugu => "te",
        Script::Gujarati => "gu",
        Script::Gurmukhi => "pa",
        Script::Kannada => "kn",
        Script::Malayalam => "ml",
        Script::Ethiopic => "am",
        Script::Khmer => "km",
        Script::Myanmar => "my",
        Script::Sinhala => "si",
        _ => return None,
    })
}

fn by_han_script(text: &str) -> &'static str {
    let has_kana = text.chars().any(|c| ('\u{3041}'..='\u{30fa}').contains(&c));
    if has_kana { "ja" } else { "zh" }
}

/// The best of several scores, with how far it stands before the second.
fn best<'c>(scores: &[(&'c str, f32)]) -> Option<(&'c str, f32)> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let first = sorted.first()?;
    let second = sorted.get(1).map_or(0.0, |s| s.1);
    // A logistic curve over the lead; a lead of 3 points is 95 %.
    Some((first.0, 1.0 / (1.0 + (second - first.1).exp())))
}

/// Letters that one of the languages in Arabic script writes and the others do not.
const ARABIC_LETTERS: [(&str, &str, f32); 8] = [
    ("fa", "پچژگ", 1.6),
    ("fa", "یک", 0.25),
    ("ar", "ةىكيأإ", 0.5),
    ("ar", "ءؤ", 0.2),
    ("ur", "ٹڈڑںےہھ", 2.5),
    ("ps", "ټډړږښګڼېۍځڅ", 3.0),
    ("ckb", "ەێۆڵڕڤ", 2.5),
    ("sd", "ڀٺٽڦڄڃڇڊڌڏڙڳڱڻ", 4.0),
];

const UYGHUR_LETTERS: &str = "ۇۈۋڭ";

fn by_arabic_script(text: &str) -> Option<(&'static str, f32)> {
    let words = tokens(text);
    let mut scores: BTreeMap<&'static str, f32> =
        ["fa", "ar", "ur", "ps", "ckb", "sd", "ug"].into_iter().map(|code| (code, 0.0)).collect();
    let mut add = |code, points: f32| {
        if let Some(score) = scores.get_mut(code) {
            *score += points;
        }
    };
    for c in text.chars() {
        for (code, letters, points) in ARABIC_LETTERS {
            if letters.contains(c) {
                add(code, points);
            }
        }
        if UYGHUR_LETTERS.contains(c) {
            add("ug", 4.0);
        }
        // Their neighbours write Persian's own letters too.
        if "پچژگ".contains(c) {
            ["ur", "ps", "ckb", "sd", "ug"].into_iter().for_each(|code| add(code, 1.5));
        }
    }
    for Token { key, .. } in &words {
        for code in ["fa", "ar", "ur", "ps", "ckb"] {
            if stopwords::words(code).binary_search(&key.as_str()).is_ok() {
                add(code, 1.2);
            }
        }
        for (code, points) in word_shape(key) {
            add(code, points);
        }
    }
    let scores: Vec<(&str, f32)> = scores.into_iter().collect();
    let (code, confidence) = best(&scores)?;
    Some((code, confidence))
}

/// What the shape of a folded word tells: the Arabic article, Persian plurals and verbs.
fn word_shape(key: &str) -> Vec<(&'static str, f32)> {
    let mut points = Vec::new();
    let letters = key.chars().count();
    if letters > 4 && ["ال", "وال", "بال", "لل"].iter().any(|article| key.starts_with(article))
    {
        points.push(("ar", 1.5));
    }
    if letters > 4 && (key.ends_with("های") || key.ends_with("ها") || key.starts_with("می"))
    {
        points.push(("fa", 0.8));
    }
    points
}

/// Latin-script languages with a list of common words, and letters they alone write.
const LATIN: [(&str, &str); 10] = [
    ("en", ""),
    ("de", "äßü"),
    ("fr", "çèêœùœ"),
    ("es", "ñ¿¡"),
    ("it", "ìò"),
    ("pt", "ãõ"),
    ("nl", "ĳ"),
    ("pl", "łąęśćżźń"),
    ("tr", "ğışİ"),
    ("sv", "å"),
];

fn by_latin_script(text: &str) -> Option<(&'static str, f32)> {
    let words = tokens(text);
    let mut scores: Vec<(&'static str, f32)> = LATIN
        .iter()
        .map(|(code, letters)| {
            let own =
                text.chars().flat_map(char::to_lowercase).filter(|c| letters.contains(*c)).count();
            let common = words
                .iter()
                .filter(|t| stopwords::words(code).binary_search(&t.key.as_str()).is_ok());
            (*code, own as f32 * 1.5 + common.count() as f32)
        })
        .collect();
    if let Some(info) = whatlang::detect(text)
        && let Some(code) = two_letters(info.lang())
    {
        let points = info.confidence() as f32 * 4.0;
        match scores.iter_mut().find(|(known, _)| *known == code) {
            Some(score) => score.1 += points,
            None => scores.push((code, points)),
        }
    }
    best(&scores)
}

fn by_cyrillic_script(text: &str) -> Option<(&'static str, f32)> {
    let info = whatlang::detect(text)?;
    let code = two_letters(info.lang())?;
    Some((code, info.confidence() as f32))
}

/// The subtag of a language that `whatlang` knows in Latin or Cyrillic script.
fn two_letters(lang: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang as W;
    Some(match lang {
        W::Eng => "en",
        W::Deu => "de",
        W::Fra => "fr",
        W::Spa => "es",
        W::Ita => "it",
        W::Por => "pt",
        W::Nld => "nl",
        W::Pol => "pl",
        W::Tur => "tr",
        W::Swe => "sv",
        W::Dan => "da",
        W::Nob => "no",
        W::Fin => "fi",
        W::Hun => "hu",
        W::Ces => "cs",
        W::Slk => "sk",
        W::Slv => "sl",
        W::Hrv => "hr",
        W::Ron => "ro",
        W::Cat => "ca",
        W::Est => "et",
        W::Lav => "lv",
        W::Lit => "lt",
        W::Ind => "id",
        W::Vie => "vi",
        W::Aze => "az",
        W::Uzb => "uz",
        W::Tuk => "tk",
        W::Rus => "ru",
        W::Ukr => "uk",
        W::Bel => "be",
        W::Bul => "bg",
        W::Mkd => "mk",
        W::Srp => "sr",
        _ => return None,
    })
}
