//! Names of months and weekdays in many languages, and small numbers as words.

use super::pieces::Piece;
use crate::fold::fold_loose;
use std::collections::BTreeMap;
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

/// Twelve places, each with the names of that month. A `~` marks a name that is also a common word.
type Names = [&'static str; 12];

const GREGORIAN: &[Names] = &[
    // English with its short forms; German, Dutch and others where they differ.
    [
        "january jan",
        "february feb febr",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sep sept",
        "october oct",
        "november nov",
        "december dec",
    ],
    [
        "januar jänner jänn januari",
        "februar feber februari",
        "märz mrz maart mrt marts",
        "",
        "mai mei maj",
        "juni",
        "juli",
        "augustus augusti",
        "",
        "oktober okt",
        "",
        "dezember dez desember des",
    ],
    [
        "janvier janv",
        "février fevr fév",
        "mars",
        "avril avr",
        "mai",
        "juin",
        "juillet juil",
        "août aou",
        "septembre",
        "octobre",
        "novembre",
        "décembre déc",
    ],
    [
        "enero ene",
        "febrero",
        "marzo",
        "abril abr",
        "mayo",
        "junio",
        "julio",
        "agosto ~ago",
        "septiembre setiembre",
        "octubre",
        "noviembre",
        "diciembre dic",
    ],
    [
        "gennaio ~gen",
        "febbraio",
        "marzo",
        "aprile",
        "maggio ~mag",
        "giugno ~giu",
        "luglio ~lug",
        "agosto",
        "settembre ~set",
        "ottobre ott",
        "novembre",
        "dicembre",
    ],
    [
        "janeiro",
        "fevereiro fev",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro ~out",
        "novembro",
        "dezembro",
    ],
    [
        "stycznia styczeń",
        "lutego luty",
        "marca marzec",
        "kwietnia kwiecień",
        "maja",
        "czerwca czerwiec",
        "lipca lipiec",
        "sierpnia sierpień",
        "września wrzesień",
        "października październik",
        "listopada listopad",
        "grudnia grudzień",
    ],
    [
        "января январь янв",
        "февраля февраль фев",
        "марта март мар",
        "апреля апрель апр",
        "мая май",
        "июня июнь июн",
        "июля июль июл",
        "августа август авг",
        "сентября сентябрь сен сент",
        "октября октябрь окт",
        "ноября ноябрь ноя",
        "декабря декабрь дек",
    ],
    [
        "січня",
        "лютого",
        "березня",
        "квітня",
        "травня",
        "червня",
        "липня",
        "серпня",
        "вересня",
        "жовтня",
        "листопада",
        "грудня",
    ],
    [
        "ocak oca",
        "şubat şub",
        "~mart",
        "nisan nis",
        "mayıs",
        "haziran haz",
        "temmuz tem",
        "ağustos ağu",
        "eylül eyl",
        "ekim",
        "kasım",
        "aralık",
    ],
    [
        "ledna",
        "února",
        "března",
        "dubna",
        "května",
        "června",
        "července",
        "srpna",
        "září",
        "října",
        "listopadu",
        "prosince",
    ],
    [
        "ianuarie",
        "februarie",
        "martie",
        "aprilie",
        "",
        "iunie",
        "iulie",
        "",
        "septembrie",
        "octombrie",
        "noiembrie",
        "decembrie",
    ],
    [
        "tammikuuta",
        "helmikuuta",
        "maaliskuuta",
        "huhtikuuta",
        "toukokuuta",
        "kesäkuuta",
        "heinäkuuta",
        "elokuuta",
        "syyskuuta",
        "lokakuuta",
        "marraskuuta",
        "joulukuuta",
    ],
    [
        "január",
        "február",
        "március márc",
        "április ápr",
        "május",
        "június",
        "július",
        "augusztus",
        "szeptember",
        "október",
        "",
        "",
    ],
    [
        "ιανουαρίου ιαν",
        "φεβρουαρίου φεβ",
        "μαρτίου μάρ",
        "απριλίου απρ",
        "μαΐου μάι μαι",
        "ιουνίου ιούν",
        "ιουλίου ιούλ",
        "αυγούστου αύγ",
        "σεπτεμβρίου σεπ",
        "οκτωβρίου οκτ",
        "νοεμβρίου νοέ",
        "δεκεμβρίου δεκ",
    ],
    ["", "", "maret", "", "", "", "", "", "", "", "", ""],
    // Persian and Dari.
    [
        "ژانویه جنوری",
        "فوریه فبروری",
        "مارس مارچ",
        "آوریل اپریل",
        "~مه ~می مئی",
        "ژوئن جون",
        "ژوئیه جولای جولائی ژوییه",
        "اوت آگوست اگست",
        "سپتامبر سپتمبر ستمبر",
        "اکتبر اکتوبر",
        "نوامبر نومبر",
        "دسامبر دسمبر",
    ],
    // Arabic: Egypt and the Gulf, the Levant and Iraq, the Maghreb.
    [
        "يناير",
        "فبراير فروری",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو يونية",
        "يوليو يولية",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
    [
        "كانون‌الثاني",
        "شباط",
        "آذار",
        "نيسان",
        "أيار",
        "حزيران",
        "تموز",
        "~آب",
        "أيلول",
        "تشرين‌الأول",
        "تشرين‌الثاني",
        "كانون‌الأول",
    ],
    [
        "جانفي",
        "فيفري",
        "",
        "أفريل",
        "ماي",
        "جوان",
        "جويلية يوليوز",
        "أوت غشت",
        "شتنبر",
        "",
        "نونبر",
        "دجنبر",
    ],
];

const JALALI: &[Names] = &[
    [
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "تیر",
        "مرداد امرداد",
        "شهریور",
        "مهر",
        "آبان",
        "آذر",
        "دی",
        "بهمن",
        "اسفند اسپند",
    ],
    [
        "~حمل",
        "~ثور",
        "~جوزا",
        "~سرطان",
        "~اسد",
        "~سنبله",
        "~میزان",
        "~عقرب",
        "~قوس",
        "~جدی",
        "~دلو",
        "~حوت",
    ],
    [
        "وری",
        "غویی",
        "غبرگولی",
        "چنگاښ",
        "زمری",
        "وږی",
        "تله",
        "لړم",
        "لیندۍ",
        "مرغومی",
        "سلواغه",
        "کب",
    ],
    [
        "farvardin",
        "ordibehesht",
        "khordad",
        "~tir",
        "mordad",
        "shahrivar",
        "mehr",
        "aban",
        "azar",
        "~dey",
        "bahman",
        "esfand",
    ],
];

const HIJRI: &[Names] = &[
    [
        "محرم المحرم محرم‌الحرام",
        "~صفر صفرالمظفر",
        "ربيع‌الأول ربیع‌اول",
        "ربيع‌الآخر ربيع‌الثاني ربیع‌ثانی",
        "جمادى‌الأولى جمادی‌الاول جمادی‌اول",
        "جمادى‌الآخرة جمادى‌الثانية جمادی‌الثانی جمادی‌الآخر جمادی‌ثانی",
        "رجب رجب‌المرجب",
        "شعبان شعبان‌المعظم",
        "رمضان رمضان‌المبارک",
        "شوال شوال‌المکرم",
        "ذو‌القعدة ذی‌القعده ذی‌قعده ذوالقعدة",
        "ذو‌الحجة ذی‌الحجه ذی‌حجه ذوالحجة",
    ],
    [
        "muharram moharram",
        "safar",
        "",
        "",
        "",
        "",
        "rajab",
        "shaban sha'ban",
        "ramadan ramazan",
        "shawwal",
        "",
        "",
    ],
];

const WEEKDAYS: &[&str] = &[
    "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda terça quarta quinta sexta feira",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρι τετ πεμ παρ σαβ κυρ",
    "شنبه یکشنبه یک‌شنبه دوشنبه سه‌شنبه سشنبه چهارشنبه چارشنبه پنجشنبه پنج‌شنبه جمعه آدینه",
    "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد اثنين ثلاثاء أربعاء خميس سبت",
    "دوشنبه سه‌شنبه شەممە",
];

/// Words that count, for days of a month and for "two hours ago".
const NUMBERS: &[(u8, &str)] = &[
    (
        1,
        "one a an first یک یکم اول واحد واحدة الأول ein eine einem einer un une una uno uma een en bir odin один одну",
    ),
    (2, "two second دو دوم اثنين الثاني zwei deux dos due dois duas twee två iki два две"),
    (3, "three third سه سوم ثلاث ثلاثة الثالث drei trois tres tre três drie üç три"),
    (
        4,
        "four fourth چهار چهارم أربع أربعة الرابع vier quatre cuatro quattro quatro fyra dört четыре",
    ),
    (5, "five fifth پنج پنجم خمس خمسة الخامس fünf cinq cinco cinque vijf fem beş пять"),
    (6, "six sixth شش ششم ست ستة السادس sechs seis sei zes sex altı шесть"),
    (7, "seven seventh هفت هفتم سبع سبعة السابع sieben sept siete sette sete zeven sju yedi семь"),
    (
        8,
        "eight eighth هشت هشتم ثمان ثماني ثمانية الثامن acht huit ocho otto oito åtta sekiz восемь",
    ),
    (9, "nine ninth نه نهم تسع تسعة التاسع neun neuf nueve nove negen nio dokuz девять"),
    (10, "ten tenth ده دهم عشر عشرة العاشر zehn dix diez dieci dez tien tio on десять"),
    (11, "eleven eleventh یازده یازدهم"),
    (12, "twelve twelfth دوازده دوازدهم"),
    (13, "سیزده سیزدهم thirteen thirteenth"),
    (14, "چهارده چهاردهم fourteen fourteenth"),
    (15, "پانزده پانزدهم fifteen fifteenth"),
    (16, "شانزده شانزدهم sixteen sixteenth"),
    (17, "هفده هفدهم seventeen seventeenth"),
    (18, "هجده هجدهم هیجده eighteen eighteenth"),
    (19, "نوزده نوزدهم nineteen nineteenth"),
    (20, "بیست بیستم twenty twentieth"),
    (30, "سی سی‌ام thirty thirtieth"),
];

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

/// The month named at `at`, and the piece after its name.
pub(super) fn month_at(pieces: &[Piece], at: usize) -> Option<(MonthName, usize)> {
    let first = pieces.get(at)?.word()?;
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

/// The small number written as words at `at` (`سی و یکم` is 31), and the piece after it.
pub(super) fn number_words_at(pieces: &[Piece], at: usize) -> Option<(u8, usize)> {
    let first = *NUMBER_KEYS.get(pieces.get(at)?.word()?)?;
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
        assert_eq!(number_words_at(&pieces("مرداد", 9), 0), None);
    }
}
