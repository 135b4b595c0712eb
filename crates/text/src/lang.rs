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
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Characters read at most: more text changes no verdict.
const CHARS_MAX: usize = 4_000;
/// Below this share of the letters a script says nothing of the language.
const SCRIPT_SHARE_MIN: f32 = 0.5;

/// Latin names stand in texts of every script, and seldom the other way round.
const OTHER_THAN_LATIN: usize = 3;

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
    let latin = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if latin > 0 {
        counts.insert(Script::Latin, latin);
    }
    for c in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()) {
        let script = scripts.get(c);
        let weight = if script == Script::Latin { 1 } else { OTHER_THAN_LATIN };
        *counts.entry(script).or_default() += weight;
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

/// Letters that some of the languages in Arabic script write and the others seldom do.
///
/// The weights are chosen by hand, on the headlines that `tests/it/langs.rs` counts. `ي` and `ك`
/// weigh little: they are Persian too where the page was once in windows-1256.
const ARABIC_LETTERS: [(&str, &str, f32); 11] = [
    ("fa", "پچژگ", 1.6),
    ("fa", "یک", 0.25),
    ("ar", "ةإ", 0.8),
    ("ar", "ىأ", 0.4),
    ("ar", "يكءؤ", 0.15),
    ("ur", "ٹڈڑںےہھ", 2.5),
    ("ps", "ټډړږښګڼېۍځڅ", 3.0),
    ("ckb", "ێۆڵڕڤ", 2.5),
    ("ckb", "ە", 0.8),
    ("sd", "ڀٺٽڦڄڃڇڊڌڏڙڳڱڻ", 4.0),
    ("ug", "ۇۈۋڭ", 4.0),
];

/// Words of Persian headlines that Arabic does not share, as folded keys in byte order.
#[rustfmt::skip]
const PERSIAN_NEWS: &[&str] = &[
    "اسلامی", "امروز", "امریکا", "ان", "انتخابات", "اول", "ایران", "اینترنت", "بازار", "بانک", "برخی",
    "بیماران", "تازه", "تهران", "جمهوری", "جهان", "جوان", "خانه", "خبر", "خواست", "داد", "دادند", "داده",
    "درصد", "دلار", "دولت", "رهبر", "روز", "رییس", "زمان", "زن", "زنان", "سال", "سران", "شهر", "فرد", "فیلم",
    "قرار", "قیمت", "ماه", "مجلس", "مرد", "مردم", "میلیون", "نفت", "نفر", "نماز", "نماینده", "وزیر", "کار",
    "کشور",
];

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
        // Their neighbors write Persian's own letters too.
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
        if PERSIAN_NEWS.binary_search(&key.as_str()).is_ok() {
            add("fa", 0.8);
        }
        if is_plural_or_verb(key) {
            add("fa", 0.8);
        }
    }
    let articles = words.iter().filter(|token| has_article(&token.key)).count();
    add("ar", articles as f32 * 1.2);
    // A third of the words of Arabic carry the article.
    if articles == 0 && words.len() > 2 {
        add("fa", 0.7);
    }
    let scores: Vec<(&str, f32)> = scores.into_iter().collect();
    best(&scores)
}

fn has_article(key: &str) -> bool {
    key.chars().count() > 4
        && ["ال", "وال", "بال", "لل"].iter().any(|article| key.starts_with(article))
}

fn is_plural_or_verb(key: &str) -> bool {
    key.chars().count() > 4
        && (key.ends_with("های") || key.ends_with("ها") || key.starts_with("می"))
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

/// Words of English headlines beside the commonest words of the language, in byte order.
#[rustfmt::skip]
const ENGLISH_NEWS: &[&str] = &[
    "agency", "ahead", "amid", "attack", "attacks", "back", "bank", "big", "biggest", "birthday", "boss",
    "business", "buy", "call", "calls", "chief", "china", "chinese", "claim", "claims", "close", "company",
    "concern", "concerns", "court", "crisis", "cut", "cuts", "data", "day", "days", "dead", "deal", "death",
    "deputy", "despite", "dies", "dip", "drop", "drops", "early", "economy", "ends", "expected", "face",
    "faces", "fall", "falls", "family", "fears", "fight", "fire", "first", "five", "food", "four", "free",
    "further", "game", "gas", "get", "gets", "girl", "global", "good", "group", "growth", "hacked", "hackers",
    "health", "help", "high", "higher", "highest", "hit", "hits", "home", "iran", "iranian", "jobs", "keep",
    "keeps", "kill", "killed", "kills", "know", "last", "latest", "launch", "launches", "law", "lead",
    "leader", "leaders", "leaves", "level", "levels", "life", "like", "little", "live", "long", "look",
    "losses", "low", "lower", "make", "makes", "man", "market", "markets", "meet", "meets", "men", "military",
    "million", "minister", "money", "month", "months", "nations", "new", "news", "next", "night", "oil",
    "old", "one", "open", "opens", "part", "party", "people", "percent", "plan", "plans", "police",
    "policies", "post", "posts", "president", "price", "prices", "public", "puts", "rate", "rates", "record",
    "relief", "report", "reports", "results", "review", "rise", "rises", "rule", "run", "russia", "russian",
    "sales", "says", "school", "season", "second", "security", "seeks", "set", "sets", "share", "shares",
    "show", "shows", "sitting", "six", "slides", "start", "starts", "state", "states", "still", "stock",
    "stocks", "stolen", "stop", "strike", "study", "take", "takes", "talks", "tax", "ten", "third", "three",
    "time", "today", "top", "trade", "trial", "turns", "two", "use", "users", "video", "wants", "war",
    "warns", "way", "weak", "weaker", "week", "win", "wins", "woman", "women", "work", "world", "worries",
    "worst", "year", "years", "young",
];

/// Beginnings, insides and ends of words that English writes more than its neighbors.
const ENGLISH_SHAPES: [(&str, f32); 16] = [
    ("ing ", 0.7),
    ("ings ", 0.7),
    ("tion", 0.2),
    ("ed ", 0.3),
    ("ly ", 0.5),
    ("ty ", 0.4),
    ("ght", 1.0),
    (" th", 0.3),
    ("th ", 0.3),
    (" wh", 0.5),
    (" sh", 0.3),
    ("ck", 0.2),
    ("ee", 0.2),
    ("oo", 0.2),
    ("ies ", 0.3),
    ("'s ", 0.8),
];

/// What English is given beforehand: most pages in Latin script are in it.
const ENGLISH_PRIOR: f32 = 0.7;
/// What the language that the trigrams tell is given at most.
const TRIGRAM_POINTS: f32 = 3.0;
/// A lead from which a text is as surely in a language as a number can say.
const SETTLED_LEAD: f32 = 18.0;
/// Letters per accent in languages that write accents; measured roughly on prose.
const LETTERS_PER_ACCENT: f32 = 30.0;
/// Up to this many letters a language without a word list needs luck to be told by trigrams.
const SHORT_LETTERS: usize = 80;

/// Which of [`LATIN`] have a word among their commonest: a bit each, and one for the headlines'.
static COMMON: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut common: HashMap<&str, u32> = HashMap::new();
    let lists = LATIN.iter().map(|(code, _)| stopwords::words(code)).chain([ENGLISH_NEWS]);
    for (bit, words) in lists.enumerate() {
        for word in words {
            *common.entry(*word).or_default() |= 1 << bit;
        }
    }
    common
});

fn by_latin_script(text: &str) -> Option<(&'static str, f32)> {
    let words = tokens(text);
    let common: Vec<u32> =
        words.iter().map(|t| COMMON.get(t.key.as_str()).copied().unwrap_or(0)).collect();
    let count = |bit: usize| common.iter().filter(|bits| **bits & (1 << bit) != 0).count() as f32;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let accents = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
    let missing_accents =
        if accents > 0 { 0.0 } else { (letters as f32 / LETTERS_PER_ACCENT).min(2.0) };
    let foreign: Vec<char> =
        text.chars().filter(|c| !c.is_ascii()).flat_map(char::to_lowercase).collect();
    let mut scores: Vec<(&'static str, f32)> = Vec::new();
    for (bit, (code, own)) in LATIN.into_iter().enumerate() {
        let own = foreign.iter().filter(|c| own.contains(**c)).count();
        let points = match code {
            "en" => ENGLISH_PRIOR + english_points(text, count(LATIN.len())),
            "it" | "nl" => 0.0,
            _ => -0.5 * missing_accents,
        };
        scores.push((code, points + own as f32 * 1.5 + count(bit)));
    }
    if is_settled(&scores, accents as f32 * 0.3) {
        return best(&scores);
    }
    if let Some(info) = whatlang::detect(text)
        && let Some(code) = two_letters(info.lang())
    {
        let points = info.confidence() as f32 * TRIGRAM_POINTS;
        match scores.iter_mut().find(|(known, _)| *known == code) {
            Some(score) => score.1 += points,
            None if letters <= SHORT_LETTERS => scores.push((code, points * 0.5 - missing_accents)),
            None => scores.push((code, points + accents as f32 * 0.3)),
        }
    }
    best(&scores)
}

/// Whether no trigrams can change the verdict or how sure it is: they add at most
/// [`TRIGRAM_POINTS`], and what a language without a word list is given for its accents.
fn is_settled(scores: &[(&str, f32)], accent_points: f32) -> bool {
    let mut points: Vec<f32> = scores.iter().map(|(_, points)| *points).collect();
    points.sort_by(|a, b| b.total_cmp(a));
    let [first, second, ..] = points[..] else { return false };
    first - second.max(accent_points) > SETTLED_LEAD + TRIGRAM_POINTS
}

fn english_points(text: &str, known: f32) -> f32 {
    let mut points = known * 0.6;
    let shape = format!(" {} ", text.to_lowercase().replace('’', "'"));
    for ((_, weight), count) in ENGLISH_SHAPES.iter().zip(shapes_in(&shape)) {
        points += count as f32 * weight;
    }
    points
}

/// How often each of [`ENGLISH_SHAPES`] stands in a text, in one pass: they are looked for where
/// one of the letters stands with which they end.
fn shapes_in(text: &str) -> impl Iterator<Item = usize> {
    // The count of each, and the end of the last one: two that overlap are one.
    let mut seen = [(0, 0); ENGLISH_SHAPES.len()];
    for (at, byte) in text.bytes().enumerate() {
        if !matches!(byte, b' ' | b'n' | b't' | b'h' | b'k' | b'e' | b'o') {
            continue;
        }
        let head = text.as_bytes().get(..=at).unwrap_or_default();
        for ((part, _), (count, end)) in ENGLISH_SHAPES.iter().zip(&mut seen) {
            if head.ends_with(part.as_bytes()) && at + 1 - part.len() >= *end {
                *count += 1;
                *end = at + 1;
            }
        }
    }
    seen.into_iter().map(|(count, _)| count)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = detect_lang(text).map(|(lang, _)| lang.to_string());
        assert_eq!(found.as_deref().unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn word_lists_are_folded_and_sorted() {
        for list in [PERSIAN_NEWS, ENGLISH_NEWS] {
            assert!(list.is_sorted(), "{list:?}");
            list.iter().for_each(|word| assert_eq!(crate::fold(word), *word));
        }
    }

    #[test]
    fn languages_in_arabic_script() {
        check("وزیر خارجه با همتای خود دیدار کرد", "fa");
        check("وزير خارجه با همتاي خود ديدار كرد", "fa");
        check("التقى وزير الخارجية نظيره في العاصمة", "ar");
        check("وزیر خارجہ نے کہا ہے کہ بات چیت جاری رہے گی", "ur");
        check("د بهرنیو چارو وزیر وویل چې خبرې به دوام ومومي", "ps");
        check("وەزیری دەرەوە لەگەڵ هاوتاکەی کۆبووەوە", "ckb");
    }

    #[test]
    fn languages_in_latin_script() {
        check("Foreign minister meets counterpart", "en");
        check("Der Außenminister traf seinen Kollegen in der Hauptstadt", "de");
        check("Le ministre des Affaires étrangères a rencontré son homologue", "fr");
        check("El ministro de Exteriores se reunió con su homólogo", "es");
        check("Il ministro degli Esteri ha incontrato il suo omologo", "it");
        check("O ministro das Relações Exteriores se reuniu com seu homólogo", "pt");
        check("De minister van Buitenlandse Zaken ontmoette zijn collega", "nl");
        check("Minister spraw zagranicznych spotkał się ze swoim odpowiednikiem", "pl");
        check("Dışişleri Bakanı mevkidaşı ile bir araya geldi", "tr");
    }

    #[test]
    fn other_scripts() {
        check("Министр иностранных дел встретился с коллегой", "ru");
        check("שר החוץ נפגש עם עמיתו", "he");
        check("Ο υπουργός Εξωτερικών", "el");
        check("外務大臣が会談した", "ja");
        check("外交部长会见", "zh");
        check("https://example.org/a 12:30 — !", "none");
        check("", "none");
    }

    #[test]
    fn latin_names_do_not_make_a_text_latin() {
        check("بررسی فیلم The Long Road Home Again و نقدها", "fa");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,80}") {
            let confidence = detect_lang(&text).map_or(0.5, |(_, confidence)| confidence);
            prop_assert!((0.0..=1.0).contains(&confidence));
        }
    }
}
