//! Words too common to tell texts apart, as folded keys in byte order.

use chapar_model::Lang;

/// Whether the key is a word that any text of the language holds.
///
/// Languages without a list have no stop words.
///
/// ```
/// use chapar_model::Lang;
/// assert!(chapar_text::is_stopword("the", Lang::EN));
/// assert!(!chapar_text::is_stopword("minister", Lang::EN));
/// ```
pub fn is_stopword(key: &str, lang: Lang) -> bool {
    words(lang.as_str()).binary_search(&key).is_ok()
}

/// The list of a language, empty where there is none.
pub(crate) fn words(lang: &str) -> &'static [&'static str] {
    match lang {
        "en" => EN,
        "fa" | "prs" | "pes" => FA,
        "ar" => AR,
        "de" => DE,
        "fr" => FR,
        "es" => ES,
        "it" => IT,
        "pt" => PT,
        "nl" => NL,
        "pl" => PL,
        "tr" => TR,
        "sv" => SV,
        "ru" => RU,
        "ur" => UR,
        "ps" => PS,
        "ckb" => CKB,
        _ => &[],
    }
}

#[rustfmt::skip]
const EN: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any",
    "are", "arent", "as", "at", "be", "because", "been", "before", "being", "below", "between",
    "both", "but", "by", "can", "cant", "could", "couldnt", "did", "didnt", "do", "does",
    "doesnt", "doing", "dont", "down", "during", "each", "few", "for", "from", "further", "had",
    "hadnt", "has", "hasnt", "have", "havent", "having", "he", "her", "here", "hers", "herself",
    "him", "himself", "his", "how", "however", "i", "if", "in", "into", "is", "isnt", "it", "its",
    "itself", "just", "may", "me", "might", "more", "most", "must", "my", "myself", "no", "nor",
    "not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "ours", "ourselves",
    "out", "over", "own", "per", "said", "same", "says", "she", "should", "so", "some", "such",
    "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there", "these",
    "they", "this", "those", "through", "to", "too", "under", "until", "up", "upon", "very",
    "via", "was", "wasnt", "we", "were", "what", "when", "where", "which", "while", "who", "whom",
    "whose", "why", "will", "with", "within", "without", "wont", "would", "wouldnt", "yet", "you",
    "your", "yours", "yourself",
];

#[rustfmt::skip]
const FA: &[&str] = &[
    "آن", "آنان", "آنها", "آنکه", "آیا", "از", "است", "اش", "البته", "ام", "اما", "اند", "او",
    "اکنون", "اگر", "ای", "اید", "ایشان", "ایم", "این", "اینها", "اینکه", "با", "باز", "باشد",
    "باشند", "باید", "بدون", "بر", "برای", "برخی", "بسیار", "بعد", "بعضی", "بله", "به", "بود",
    "بودند", "بوده", "بیش", "بین", "تا", "تنها", "تو", "توسط", "جز", "جهت", "حال", "حالا", "حتی",
    "خواهد", "خواهند", "خود", "خویش", "خیلی", "دارد", "دارند", "داشت", "داشته", "در", "درباره",
    "دو", "دیگر", "را", "روی", "زیر", "زیرا", "سوی", "سپس", "شان", "شاید", "شد", "شدند", "شده",
    "شما", "شود", "ضمن", "طبق", "طی", "علیه", "عنوان", "فقط", "قبل", "ما", "مانند", "مثل", "من",
    "مورد", "مگر", "میان", "میشود", "میشوند", "میکند", "میکنند", "میگوید", "ندارد", "نزد", "نسبت",
    "نه", "نیز", "نیست", "هایی", "هر", "هست", "هستند", "هم", "همان", "همه", "همچنین", "همین",
    "هنوز", "هیچ", "و", "ولی", "وی", "پس", "پیش", "چرا", "چنان", "چند", "چنین", "چه", "چون",
    "چگونه", "کجا", "کرد", "کردند", "کرده", "کم", "کند", "کنند", "که", "کی", "گفت", "گفته", "یا",
    "یک",
];

#[rustfmt::skip]
const AR: &[&str] = &[
    "اذ", "اذا", "التی", "الذی", "الذین", "اللتین", "اللذین", "الی", "الیه", "الیها", "اما",
    "امام", "ان", "انا", "انت", "انه", "انها", "او", "ای", "ایضا", "این", "بان", "بسبب", "بعد",
    "بعض", "بل", "به", "بها", "بین", "بینما", "تحت", "تلک", "تکون", "ثم", "حتی", "حول", "حیث",
    "خلال", "دون", "ذلک", "سوی", "ضد", "عبر", "علی", "علیه", "علیها", "عن", "عند", "عندما", "عنه",
    "عنها", "غیر", "فان", "فقط", "فوق", "فی", "فیه", "فیها", "قال", "قالت", "قبل", "قد", "لا",
    "لان", "لدی", "لم", "لماذا", "لن", "له", "لها", "لهم", "لو", "لکن", "لکی", "لیس", "لیست",
    "ما", "متی", "مثل", "مع", "من", "منذ", "منه", "منها", "نحن", "نحو", "نفسه", "نفسها", "هذا",
    "هذه", "هم", "هن", "هنا", "هناک", "هو", "هی", "واضاف", "وان", "وذلک", "وراء", "وعلی", "وفی",
    "وقال", "وقالت", "وقد", "ولا", "ولم", "ومع", "ومن", "وهو", "وهی", "وکان", "وکانت", "کان",
    "کانت", "کذلک", "کل", "کما", "کی", "کیف", "یکون",
];

#[rustfmt::skip]
const DE: &[&str] = &[
    "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "bis", "da", "das", "dass", "dem",
    "den", "der", "des", "die", "diese", "dieser", "dieses", "doch", "dort", "durch", "ein",
    "eine", "einem", "einen", "einer", "eines", "er", "es", "fur", "gegen", "haben", "hat",
    "hatte", "hier", "ich", "ihr", "ihre", "ihren", "im", "in", "ist", "kann", "kein", "keine",
    "konnte", "man", "mehr", "mit", "nach", "nicht", "noch", "nun", "nur", "ob", "oder", "ohne",
    "schon", "sehr", "sein", "seine", "seiner", "sich", "sie", "sind", "so", "soll", "uber", "um",
    "und", "unter", "vom", "von", "vor", "war", "waren", "was", "weil", "wenn", "wer", "werden",
    "wie", "will", "wir", "wird", "wo", "wurde", "wurden", "zu", "zum", "zur", "zwischen",
];

#[rustfmt::skip]
const FR: &[&str] = &[
    "a", "apres", "au", "aussi", "aux", "avait", "avant", "avec", "avoir", "car", "ce", "ces",
    "cet", "cette", "chez", "comme", "contre", "d", "dans", "de", "depuis", "des", "donc", "dont",
    "du", "elle", "elles", "en", "entre", "est", "et", "etaient", "etait", "ete", "etre", "eux",
    "fait", "il", "ils", "je", "la", "le", "les", "leur", "leurs", "lui", "ma", "mais", "meme",
    "mes", "moins", "mon", "ne", "ni", "nos", "notre", "nous", "on", "ont", "or", "ou", "par",
    "pas", "pendant", "plus", "pour", "quand", "que", "qui", "quoi", "sa", "sans", "se", "selon",
    "ses", "si", "son", "sont", "sous", "sur", "tous", "tout", "toute", "toutes", "tres", "tu",
    "un", "une", "vers", "vos", "votre", "vous", "y",
];

#[rustfmt::skip]
const ES: &[&str] = &[
    "a", "al", "ante", "como", "con", "contra", "cual", "cuando", "cuyo", "de", "del", "desde",
    "donde", "durante", "e", "el", "en", "entre", "era", "eran", "es", "esa", "ese", "eso",
    "esta", "estan", "estas", "este", "estos", "fue", "fueron", "ha", "habia", "han", "hasta",
    "hay", "la", "las", "le", "les", "lo", "los", "mas", "me", "menos", "mi", "mis", "muy", "ni",
    "no", "nos", "nuestro", "o", "para", "pero", "por", "porque", "que", "quien", "se", "segun",
    "ser", "si", "sin", "sobre", "son", "su", "sus", "tambien", "te", "toda", "todo", "todos",
    "tras", "tu", "tus", "u", "un", "una", "unas", "unos", "y", "ya",
];

#[rustfmt::skip]
const IT: &[&str] = &[
    "a", "ai", "al", "alla", "alle", "anche", "aveva", "che", "chi", "ci", "come", "con",
    "contro", "cui", "da", "dai", "dal", "dalla", "dalle", "degli", "dei", "del", "della",
    "delle", "dello", "di", "dopo", "e", "ed", "era", "erano", "essere", "fra", "gli", "ha",
    "hanno", "i", "il", "in", "la", "le", "lo", "loro", "ma", "mi", "ne", "nei", "nel", "nella",
    "nelle", "non", "o", "per", "piu", "prima", "quella", "quello", "questa", "questo", "se",
    "si", "sono", "stata", "stato", "su", "sua", "sui", "sul", "sulla", "suo", "suoi", "ti",
    "tra", "un", "una", "uno", "vi",
];

#[rustfmt::skip]
const PT: &[&str] = &[
    "a", "ao", "aos", "apos", "as", "ate", "com", "como", "contra", "da", "das", "de", "desde",
    "diz", "do", "dos", "e", "em", "entre", "era", "eram", "essa", "esta", "este", "foi", "foram",
    "ha", "isso", "ja", "mais", "mas", "menos", "muito", "na", "nao", "nas", "no", "nos", "o",
    "onde", "os", "ou", "para", "pela", "pelo", "por", "porque", "quando", "que", "quem", "sao",
    "se", "sem", "ser", "seu", "seus", "sobre", "sua", "suas", "tambem", "tem", "um", "uma",
    "umas", "uns",
];

#[rustfmt::skip]
const NL: &[&str] = &[
    "aan", "al", "als", "bij", "dan", "dat", "de", "deze", "die", "dit", "door", "een", "en",
    "er", "geen", "haar", "had", "hebben", "heeft", "het", "hij", "hun", "ik", "in", "is", "je",
    "kan", "maar", "meer", "met", "moet", "na", "naar", "niet", "nog", "of", "om", "onder", "ook",
    "op", "over", "te", "tegen", "tot", "tussen", "u", "uit", "van", "voor", "waar", "waren",
    "was", "wat", "we", "werd", "wie", "wij", "worden", "wordt", "zal", "ze", "zij", "zijn",
    "zonder", "zou",
];

#[rustfmt::skip]
const PL: &[&str] = &[
    "a", "ale", "bez", "byc", "byl", "byla", "byli", "bylo", "co", "czy", "dla", "do", "gdy", "i",
    "ich", "jak", "jego", "jej", "jest", "juz", "kto", "ktora", "ktore", "ktory", "lub", "ma",
    "maja", "na", "nad", "nie", "o", "od", "oraz", "po", "pod", "przed", "przez", "przy", "sa",
    "sie", "ta", "tak", "takze", "te", "tego", "tej", "ten", "to", "tych", "tylko", "u", "w",
    "we", "z", "za", "ze",
];

#[rustfmt::skip]
const TR: &[&str] = &[
    "ama", "bir", "bu", "cok", "da", "daha", "de", "dedi", "degil", "diye", "eden", "en", "etti",
    "fakat", "gibi", "gore", "hem", "her", "icin", "ile", "ise", "kadar", "karsi", "ki", "mi",
    "mu", "ne", "o", "olan", "olarak", "oldu", "oldugu", "once", "sonra", "su", "tum", "uzerine",
    "var", "ve", "veya", "ya", "yok",
];

#[rustfmt::skip]
const SV: &[&str] = &[
    "ar", "att", "av", "blir", "de", "den", "det", "efter", "en", "ett", "for", "fran", "hade",
    "han", "har", "hon", "i", "inte", "jag", "kan", "man", "med", "men", "mot", "nar", "nu",
    "och", "ocksa", "om", "over", "pa", "sig", "ska", "som", "till", "under", "upp", "ut", "var",
    "vi", "vid",
];

#[rustfmt::skip]
const RU: &[&str] = &[
    "а", "без", "бы", "был", "была", "были", "было", "быть", "в", "во", "все", "вы", "где", "для",
    "до", "его", "ее", "ему", "если", "есть", "же", "за", "и", "из", "или", "их", "к", "как",
    "когда", "которая", "которые", "который", "между", "мы", "на", "над", "не", "о", "об", "он",
    "она", "они", "оно", "от", "по", "под", "после", "при", "с", "со", "так", "также", "то",
    "только", "у", "уже", "что", "чтобы", "эта", "эти", "это", "этот", "я",
];

#[rustfmt::skip]
const UR: &[&str] = &[
    "اس", "ان", "اور", "ایک", "بعد", "بهی", "تها", "تهی", "تو", "تک", "جو", "رها", "رهی", "ساته",
    "سی", "لیی", "میں", "نهیں", "نی", "هو", "هی", "هیں", "وه", "پر", "کا", "کر", "که", "کو", "کی",
    "کیا", "گیا", "گیی", "یه",
];

#[rustfmt::skip]
const PS: &[&str] = &[
    "او", "به", "ته", "خو", "د", "دغه", "ده", "دی", "سره", "شو", "شوی", "له", "لپاره", "نه",
    "هغه", "هم", "ول", "وو", "پر", "په", "څخه", "چی", "کوی", "کړ", "کړی", "کی", "یو", "یوه", "یی",
];

#[rustfmt::skip]
const CKB: &[&str] = &[
    "به", "بووه", "بۆ", "تا", "دا", "دهبیت", "دهکات", "دوای", "سهر", "له", "لهسهر", "لهگهڵ",
    "ناو", "نه", "ههر", "ههموو", "و", "وهک", "پیش", "کرد", "که", "یان", "یهم", "یهو", "یهوهی",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_folded_and_sorted() {
        for list in [EN, FA, AR, DE, FR, ES, IT, PT, NL, PL, TR, SV, RU, UR, PS, CKB] {
            assert!(list.is_sorted(), "{list:?}");
            list.iter().for_each(|word| assert_eq!(crate::fold(word), *word));
        }
    }

    #[test]
    fn common_words_are_known() {
        for (key, lang) in [("the", "en"), ("که", "fa"), ("الی", "ar"), ("und", "de")] {
            assert!(is_stopword(key, Lang::parse(lang).unwrap()), "{key}");
        }
        assert!(!is_stopword("us", Lang::EN));
        assert!(!is_stopword("the", Lang::FA));
    }
}
