//! Looks up names of months and weekdays in many languages, and small numbers as words.

use super::pieces::Piece;
use super::tables::{GREGORIAN, HIJRI, JALALI, NUMBERS, WEEKDAYS};
use crate::fold::fold_loose;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The calendar a month's name belongs to, and its number from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonthName {
    pub(super) calendar: NameCalendar,
    pub(super) number: u8,
    /// Also a common word: a date needs day and year beside it.
    pub(super) is_weak: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameCalendar {
    Gregorian,
    Jalali,
    Hijri,
}

/// Stands between the words of one name in the tables.
const JOINER: char = '\u{200c}';

static MONTHS: LazyLock<BTreeMap<String, MonthName>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    let sets = [
        (NameCalendar::Gregorian, GREGORIAN),
        (NameCalendar::Jalali, JALALI),
        (NameCalendar::Hijri, HIJRI),
    ];
    for (calendar, set) in sets {
        for (number, names) in set.iter().flat_map(|names| (1..=12).zip(names)) {
            for name in names.split_whitespace() {
                let is_weak = name.starts_with('~');
                let month = MonthName { calendar, number, is_weak };
                table.entry(fold_loose(name.trim_start_matches('~'))).or_insert(month);
            }
        }
    }
    table
});

static WEEKDAY_KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut keys: Vec<String> =
        WEEKDAYS.iter().flat_map(|names| names.split_whitespace()).map(fold_loose).collect();
    keys.sort();
    keys.dedup();
    keys
});

static NUMBER_KEYS: LazyLock<BTreeMap<String, u8>> = LazyLock::new(|| {
    let pairs =
        NUMBERS.iter().flat_map(|(value, words)| words.split_whitespace().map(|w| (w, *value)));
    pairs.map(|(word, value)| (fold_loose(word), value)).collect()
});

/// The words a date in prose can begin with: months, their first words, numbers.
static FIRST_WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let months = [GREGORIAN, JALALI, HIJRI].into_iter().flatten().flatten();
    let first = |name: &str| name.split(JOINER).next().map(fold_loose);
    let names = months.flat_map(|names| names.split_whitespace());
    let mut words: BTreeSet<String> =
        names.filter_map(|name| first(name.trim_start_matches('~'))).collect();
    words.extend(MONTHS.keys().cloned());
    words.extend(NUMBER_KEYS.keys().cloned());
    words
});

/// Whether a date may begin with the word.
pub(super) fn may_begin(word: &str) -> bool {
    FIRST_WORDS.contains(word) || word.strip_suffix("ماه").is_some_and(|w| MONTHS.contains_key(w))
}

/// The month named at `at`, and the piece after its name.
pub(super) fn month_at(pieces: &[Piece], at: usize) -> Option<(MonthName, usize)> {
    let first = pieces.get(at)?.word()?;
    // Vietnamese numbers its months: "tháng 7".
    if first == "thang"
        && let Some(number) = pieces.get(at + 1).and_then(|piece| piece.number(2))
    {
        let number = u8::try_from(number).ok().filter(|number| (1..=12).contains(number))?;
        let calendar = NameCalendar::Gregorian;
        return Some((MonthName { calendar, number, is_weak: true }, at + 2));
    }
    // The longest names are three words long: "ربيع الأول" and "ماه" after it.
    if let Some(second) = pieces.get(at + 1).and_then(Piece::word)
        && let Some(month) = MONTHS.get(&format!("{first}{second}"))
    {
        return Some((*month, after_month_word(pieces, at + 2)));
    }
    let whole = MONTHS.get(first).or_else(|| MONTHS.get(first.strip_suffix("ماه")?));
    let (month, mut next) = (*whole?, at + 1);
    // The Levant and Egypt side by side: "تموز/يوليو" is one month.
    if pieces.get(next).is_some_and(|piece| piece.is_sign("/("))
        && let Some(second) = pieces.get(next + 1).and_then(Piece::word).and_then(|w| MONTHS.get(w))
        && (second.calendar, second.number) == (month.calendar, month.number)
    {
        next += 2;
        if pieces.get(next).is_some_and(|piece| piece.is_sign(")")) {
            next += 1;
        }
    }
    Some((month, after_month_word(pieces, next)))
}

fn after_month_word(pieces: &[Piece], next: usize) -> usize {
    if pieces.get(next).is_some_and(|piece| piece.is_word(&["ماه", "شهر"])) {
        next + 1
    } else {
        next
    }
}

/// Whether the word names a weekday.
pub(super) fn is_weekday(word: &str) -> bool {
    WEEKDAY_KEYS.binary_search_by(|key| key.as_str().cmp(word)).is_ok()
}

/// Whether the word counts.
pub(super) fn is_number_word(word: &str) -> bool {
    NUMBER_KEYS.contains_key(word)
}

/// The small number written as words at `at` (`سی و یکم` is 31), and the piece after it.
pub(super) fn number_words_at(pieces: &[Piece], at: usize) -> Option<(u8, usize)> {
    let first = *NUMBER_KEYS.get(pieces.get(at)?.word()?)?;
    // Arabic puts the tens after the units: "الثالث عشر", "الحادي والعشرون".
    let tens = pieces.get(at + 1).and_then(Piece::word).and_then(|word| match word {
        "عشر" | "عشره" => Some(10),
        "والعشرون" | "والعشرین" => Some(20),
        "والثلاثون" | "والثلاثین" => Some(30),
        _ => None,
    });
    if first < 10
        && let Some(tens) = tens
    {
        return Some((first + tens, at + 2));
    }
    let is_compound = first >= 20
        && pieces.get(at + 1).is_some_and(|piece| piece.is_word(&["و"]) || piece.is_sign("-"));
    if is_compound
        && let Some(unit) =
            pieces.get(at + 2).and_then(Piece::word).and_then(|w| NUMBER_KEYS.get(w))
        && *unit < 10
    {
        return Some((first + unit, at + 3));
    }
    Some((first, at + 1))
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[track_caller]
    fn check(name: &str, calendar: NameCalendar, number: u8) {
        let found = month_at(&pieces(name, 9), 0).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((found.0.calendar, found.0.number), (calendar, number), "{name}");
    }

    #[test]
    fn months_are_known_in_many_spellings() {
        use NameCalendar::{Gregorian, Hijri, Jalali};
        check("Sept", Gregorian, 9);
        check("März", Gregorian, 3);
        check("août", Gregorian, 8);
        check("دى", Jalali, 10);
        check("آبان ماه", Jalali, 8);
        check("مردادماه", Jalali, 5);
        check("ثور", Jalali, 2);
        check("كانون الثاني", Gregorian, 1);
        check("تموز/يوليو", Gregorian, 7);
        check("ربيع الأول", Hijri, 3);
        check("جمادی‌الثانی", Hijri, 6);
        check("ذي الحجة", Hijri, 12);
        check("آذار", Gregorian, 3);
        check("آذر", Jalali, 9);
    }

    #[test]
    fn numbers_are_read_from_words() {
        assert_eq!(number_words_at(&pieces("سی و یکم خرداد", 9), 0), Some((31, 3)));
        assert_eq!(number_words_at(&pieces("نهم مرداد", 9), 0), Some((9, 1)));
        assert_eq!(number_words_at(&pieces("الثالث عشر من شباط", 9), 0), Some((13, 2)));
        assert_eq!(number_words_at(&pieces("الحادي والعشرين", 9), 0), Some((21, 2)));
        assert_eq!(number_words_at(&pieces("مرداد", 9), 0), None);
    }
}
