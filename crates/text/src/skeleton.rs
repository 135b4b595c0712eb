//! What spellings of a name in Latin and Arabic script have in common: its consonants.
//!
//! Arabic script leaves short vowels out and Latin spellings choose them freely, so vowels go; the
//! letters that several languages write for one sound become one. A key for finding candidates:
//! different names may share it, and texts are never shown in it.

use crate::fold::fold;

/// How the letters that stand for several sounds are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Reading {
    /// Latin `v` as `ف` (Arabic) rather than `و` (Persian).
    is_v_feh: bool,
    /// Latin `g` before `e` and `i` as `ج`.
    is_g_soft: bool,
    /// `ق` as the `gh` that Persian speaks.
    is_qaf_gh: bool,
    /// `ال` at the head of a long word as the article.
    is_al_article: bool,
}

/// Shortest word whose `ال` may be the article.
const ARTICLE_LETTERS_MIN: usize = 6;

/// The consonants of a name, a group per word: one key for its spellings in either script.
///
/// ```
/// use chapar_text::skeleton;
/// assert_eq!(skeleton("Ashtiani"), skeleton("آشتیانی"));
/// assert_eq!(skeleton("Ashtiani"), skeleton("أشتياني"));
/// ```
pub fn skeleton(name: &str) -> String {
    read(name, Reading::default())
}

/// The skeletons a name has under each reading of its unclear letters, [`skeleton`] first.
///
/// Two spellings may be of one name when any of their skeletons meet. At most four are given.
pub fn skeletons(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for first in [false, true] {
        for second in [false, true] {
            let reading = Reading {
                is_v_feh: first,
                is_g_soft: second,
                is_qaf_gh: first,
                is_al_article: second,
            };
            let skeleton = read(name, reading);
            if !found.contains(&skeleton) {
                found.push(skeleton);
            }
        }
    }
    found
}

fn read(name: &str, reading: Reading) -> String {
    let key = fold(name);
    let words =
        key.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let words = words.filter(|word| !matches!(*word, "al" | "el"));
    let groups: Vec<String> = words.map(|word| word_skeleton(word, reading)).collect();
    let groups: Vec<&str> = groups.iter().map(String::as_str).filter(|g| !g.is_empty()).collect();
    groups.join(" ")
}

fn word_skeleton(word: &str, reading: Reading) -> String {
    let is_arabic_script = word.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    let sounds =
        if is_arabic_script { arabic_sounds(word, reading) } else { latin_sounds(word, reading) };
    let mut out = String::with_capacity(sounds.len());
    for sound in sounds.chars() {
        if !out.ends_with(sound) {
            out.push(sound);
        }
    }
    out
}

/// One letter a sound: `S` for sh and ch, `x` for kh, `z` for all of its letters.
fn arabic_sounds(word: &str, reading: Reading) -> String {
    let is_long = word.chars().count() >= ARTICLE_LETTERS_MIN;
    let word = match word.strip_prefix("ال") {
        Some(rest) if is_long && reading.is_al_article => rest,
        _ => word,
    };
    let word = word.replace("تش", "چ");
    let last = word.chars().count().saturating_sub(1);
    let mut out = String::new();
    for (place, c) in word.chars().enumerate() {
        let sound = match c {
            'ا' | 'آ' | 'ع' if place == 0 => 'a',
            'ی' if place == 0 => 'y',
            'و' if place == 0 => 'w',
            'ه' | 'ح' if place == last && place > 0 => continue,
            'ب' | 'پ' => 'b',
            'ت' | 'ط' | 'ث' => 't',
            'د' => 'd',
            'ذ' | 'ض' | 'ظ' | 'ز' => 'z',
            'س' | 'ص' => 's',
            'ش' | 'چ' => 'S',
            'ج' | 'ژ' => 'j',
            'ق' if reading.is_qaf_gh => 'g',
            'ک' | 'ق' => 'k',
            'گ' | 'غ' => 'g',
            'خ' => 'x',
            'ح' | 'ه' => 'h',
            'ف' | 'ڤ' => 'f',
            'ل' => 'l',
            'ر' => 'r',
            'م' => 'm',
            'ن' => 'n',
            c if c.is_ascii_digit() => c,
            _ => continue,
        };
        out.push(sound);
    }
    out
}

/// Letter groups of Latin spellings that are one sound, the longest first.
const DIGRAPHS: [(&str, char); 12] = [
    ("tsch", 'S'),
    ("sch", 'S'),
    ("tch", 'S'),
    ("sh", 'S'),
    ("ch", 'S'),
    ("kh", 'x'),
    ("gh", 'g'),
    ("zh", 'j'),
    ("dh", 'z'),
    ("th", 't'),
    ("ph", 'f'),
    ("ck", 'k'),
];

fn latin_sounds(word: &str, reading: Reading) -> String {
    let mut out = String::new();
    let mut rest = word;
    let mut is_first = true;
    while let Some(c) = rest.chars().next() {
        if let Some((group, sound)) = DIGRAPHS.iter().find(|(group, _)| rest.starts_with(group)) {
            out.push(*sound);
            rest = rest.get(group.len()..).unwrap_or_default();
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            push_latin(c, rest.chars().next(), is_first, reading, &mut out);
        }
        is_first = false;
    }
    out
}

fn push_latin(c: char, next: Option<char>, is_first: bool, reading: Reading, out: &mut String) {
    let is_before_front = matches!(next, Some('e' | 'i' | 'y'));
    match c {
        'a' | 'e' | 'i' | 'o' | 'u' if is_first => out.push('a'),
        'y' if is_first => out.push('y'),
        'v' if reading.is_v_feh => out.push('f'),
        'v' | 'w' if is_first => out.push('w'),
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'v' | 'w' | '\'' => {}
        'h' if next.is_none() && !is_first => {}
        'c' if is_before_front => out.push('s'),
        'c' | 'q' => out.push('k'),
        'g' if is_before_front && reading.is_g_soft => out.push('j'),
        'p' => out.push('b'),
        'x' => out.push_str("ks"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(skeleton(spelling), skeleton(spellings[0]), "{spelling}");
        }
    }

    #[test]
    fn spellings_of_a_name_meet() {
        check(&["Ashtiani", "Āshtiyānī", "آشتیانی", "أشتياني"]);
        check(&["Mohammad", "Muhammed", "محمد"]);
        check(&["Hossein", "Husayn", "حسین", "حسين"]);
        check(&["Mousavi", "Moussavi", "موسوی"]);
        check(&["Khadijeh", "Khadija", "خدیجه", "خديجة"]);
        check(&["Reza Karimi", "رضا کریمی"]);
        check(&["Sa'id", "Saeed", "سعید"]);
        check(&["Chamran", "چمران", "تشمران"]);
    }

    #[track_caller]
    fn check_meet(a: &str, b: &str, expect: bool) {
        let others = skeletons(b);
        assert_eq!(skeletons(a).iter().any(|s| others.contains(s)), expect, "{a} {b}");
    }

    #[test]
    fn unclear_letters_are_read_both_ways() {
        check_meet("Sadegh", "صادق", true);
        check_meet("Vladimir", "فلاديمير", true);
        check_meet("Vladimir", "ولادیمیر", true);
        check_meet("Nawaf", "نواف", true);
        check_meet("Khomeini", "الخميني", true);
        check_meet("Karimi", "رحیمی", false);
        check_meet("Tehran", "تبریز", false);
    }

    proptest! {
        #[test]
        fn any_name_is_read(name in "\\PC{0,30}") {
            let all = skeletons(&name);
            prop_assert!((1..=4).contains(&all.len()));
            prop_assert_eq!(all.first(), Some(&skeleton(&name)));
        }
    }
}
