//! The language of the text, from its words and from what the page says.

use crate::facts::Facts;
use crate::fields::{Gathered, ground};
use chapar_model::{Basis, Field, Lang};

/// Characters of the text that are looked at.
const SAMPLE_CHARS: usize = 1_000;

/// What the page says of its language.
pub(crate) fn stated(facts: &Facts<'_>) -> Option<Lang> {
    facts
        .lang
        .as_deref()
        .or_else(|| facts.meta("content-language"))
        .or_else(|| facts.meta("og:locale"))
        .and_then(Lang::parse)
}

/// Chooses the language: the words decide where they are enough, the page's statement where not.
pub(crate) fn find(text: &str, facts: &Facts<'_>, hint: Option<Lang>) -> Field<Lang> {
    let mut gathered = Gathered::default();
    let sample: String = text.chars().take(SAMPLE_CHARS).collect();
    if let Some((lang, sure)) = chapar_text::detect_lang(&sample) {
        let score = if sure >= 0.8 && sample.chars().count() >= 40 { 90 } else { 40 };
        gathered.add(
            score,
            ground(Basis::Statistics, "words"),
            lang,
            &sample.chars().take(40).collect::<String>(),
        );
    }
    if let Some(raw) = facts.lang.as_deref()
        && let Some(lang) = Lang::parse(raw)
    {
        gathered.add(70, ground(Basis::Meta, "html[lang]"), lang, raw);
    }
    for name in ["content-language", "og:locale", "language", "dc.language", "inlanguage"] {
        if let Some(raw) = facts.meta(name)
            && let Some(lang) = Lang::parse(raw)
        {
            gathered.add(60, ground(Basis::Meta, format!("meta[{name}]")), lang, raw);
        }
    }
    if let Some(lang) = hint {
        gathered.add(50, ground(Basis::Edition, "source"), lang, lang.as_str());
    }
    gathered.settle("the words decide", |a, b| a == b)
}
