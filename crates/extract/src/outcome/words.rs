//! Words by which pages without an article of their own are known: those of the address, of class
//! names, of short lines, of stated kinds, of the headline and of generators. Each has a learned
//! weight; a page's numbers hold their sums, one for each place.

use super::numbers::{PageView, Said};
use crate::dom::{Attr, Kind, Tag};
use foldhash::{HashMap, HashSet, HashSetExt as _};

/// Letters of a run from which its words are no label.
const LABEL_MASS_MAX: u32 = 60;
/// Bytes of a word.
const WORD_BYTES: std::ops::Range<usize> = 2..20;
/// Words of one page that are looked up.
const WORDS_MAX: usize = 20_000;

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Place {
    /// A word of the address.
    Address,
    /// A whole part of the path before the last.
    Folder,
    /// A word of the host.
    Host,
    /// A word of a class name.
    Class,
    /// A word of a short run.
    Line,
    /// A class of the whole page.
    Page,
    /// A type of JSON-LD.
    Kind,
    /// A word of the headline.
    Title,
    /// The name of a `<meta>`.
    Meta,
    /// A word of what a `<meta>` says.
    Said,
}

/// Each place with its sign in the kept table and the sum it belongs to.
const PLACES: [(Place, &str, usize); 10] = [
    (Place::Address, "a", 0),
    (Place::Folder, "f", 0),
    (Place::Host, "h", 0),
    (Place::Class, "c", 1),
    (Place::Line, "l", 2),
    (Place::Page, "p", 3),
    (Place::Kind, "k", 3),
    (Place::Title, "t", 4),
    (Place::Meta, "m", 5),
    (Place::Said, "s", 5),
];

/// How many sums there are.
pub(crate) const SUM_COUNT: usize = 6;

/// The numbers that the sums become.
pub(crate) const SUMS: [Said; SUM_COUNT] = [
    Said::AddressWords,
    Said::ClassWords,
    Said::LineWords,
    Said::KindWords,
    Said::NameWords,
    Said::MetaWords,
];

/// What `<meta>` elements say that names the maker or the kind of a page.
const SPEAKING_METAS: [&str; 6] =
    ["generator", "og:type", "twitter:card", "robots", "og:site_name", "application-name"];

/// Words with their weights.
#[derive(Debug, Default)]
pub(crate) struct PageWords {
    /// By place and word: number and weight.
    weights: [HashMap<String, f32>; PLACES.len()],
}

impl PageWords {
    /// Reads lines `SIGN WORD WEIGHT`; what is no such line is left out.
    pub(crate) fn read(text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            let mut parts = line.split(' ');
            let (Some(sign), Some(word), Some(weight)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let place = PLACES.iter().position(|(_, own, _)| *own == sign);
            let slot = place.and_then(|place| read.weights.get_mut(place));
            if let (Some(slot), Ok(weight)) = (slot, weight.parse()) {
                slot.insert(word.to_owned(), weight);
            }
        }
        read
    }

    /// The sums of a page, each word of a place counted once.
    pub(crate) fn sums(&self, view: &PageView<'_>) -> [f32; SUM_COUNT] {
        let mut sums = [0.0; SUM_COUNT];
        let mut seen: HashSet<(u8, &str)> = HashSet::new();
        each(view, |place, word| {
            let at = place as usize;
            let Some((word, weight)) = self.weights.get(at).and_then(|w| w.get_key_value(word))
            else {
                return;
            };
            if seen.insert((place as u8, word.as_str()))
                && let Some(sum) = PLACES.get(at).and_then(|(_, _, group)| sums.get_mut(*group))
            {
                *sum += weight;
            }
        });
        sums
    }
}

/// The sign of a place and the sum it belongs to.
#[cfg(feature = "train")]
pub(crate) fn sign_of(place: Place) -> (&'static str, usize) {
    let own = PLACES.iter().find(|(own, ..)| *own == place);
    own.map_or(("", 0), |(_, sign, group)| (sign, *group))
}

/// Calls `each` with every word of a page, some of them more than once.
pub(crate) fn each(view: &PageView<'_>, mut each: impl FnMut(Place, &str)) {
    let mut speaker = Speaker { left: WORDS_MAX, lower: String::new(), each: &mut each };
    speaker.address(view);
    speaker.elements(view);
    for thing in &view.facts.things {
        for kind in &thing.types {
            speaker.say(Place::Kind, kind);
        }
    }
    speaker.words(Place::Title, view.title.unwrap_or_default());
    for meta in &view.facts.metas {
        speaker.say(Place::Meta, &meta.key);
        if SPEAKING_METAS.contains(&meta.key.as_str()) {
            speaker.words(Place::Said, &meta.value);
        }
    }
    for run in view.layout.runs.iter().filter(|run| (1..LABEL_MASS_MAX).contains(&run.mass)) {
        for node in run.range().filter(|node| view.doc.kind(*node) == Kind::Text) {
            speaker.words(Place::Line, view.doc.text(node));
        }
    }
}

struct Speaker<'a, F> {
    left: usize,
    lower: String,
    each: &'a mut F,
}

impl<F: FnMut(Place, &str)> Speaker<'_, F> {
    /// A word as it stands.
    fn say(&mut self, place: Place, word: &str) {
        if self.left > 0 && !word.is_empty() && !word.contains(' ') {
            self.left -= 1;
            (self.each)(place, word);
        }
    }

    /// The words of a text in lower case, without numbers.
    fn words(&mut self, place: Place, text: &str) {
        let mut lower = std::mem::take(&mut self.lower);
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            let is_number = || word.bytes().all(|b| b.is_ascii_digit());
            if !WORD_BYTES.contains(&word.len()) || is_number() || self.left == 0 {
                continue;
            }
            self.left -= 1;
            if word.bytes().any(|b| !b.is_ascii_lowercase() && !b.is_ascii_digit()) {
                lower.clear();
                lower.extend(word.chars().flat_map(char::to_lowercase));
                (self.each)(place, &lower);
            } else {
                (self.each)(place, word);
            }
        }
        self.lower = lower;
    }

    fn address(&mut self, view: &PageView<'_>) {
        let Some(url) = view.url else { return };
        self.words(Place::Host, url.host());
        let path = url.as_url().path();
        self.words(Place::Address, path);
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        for folder in folders.split('/') {
            self.say(Place::Folder, &folder.to_lowercase());
        }
    }

    /// Class names, each spelling once.
    fn elements(&mut self, view: &PageView<'_>) {
        let doc = view.doc;
        let mut seen = HashSet::new();
        for node in (0..doc.len()).filter(|node| doc.kind(*node) == Kind::Element) {
            let Some(class) = doc.attr(node, Attr::Class) else { continue };
            if !seen.insert(class) {
                continue;
            }
            self.words(Place::Class, class);
            if matches!(doc.tag(node), Tag::Html | Tag::Body) {
                for name in class.split_ascii_whitespace() {
                    self.say(Place::Page, &name.to_lowercase());
                }
            }
        }
    }
}
