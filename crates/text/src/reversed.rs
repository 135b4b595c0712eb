//! Recognizes text that a program stored in the order it is drawn in, not the order it is read in.

/// Arabic letters of the presentation blocks that join on both sides, by their isolated form; the
/// final, initial and medial form follow.
const FOUR_FORMS: [u32; 27] = [
    0xfe89, 0xfe8f, 0xfe95, 0xfe99, 0xfe9d, 0xfea1, 0xfea5, 0xfeb1, 0xfeb5, 0xfeb9, 0xfebd, 0xfec1,
    0xfec5, 0xfec9, 0xfecd, 0xfed1, 0xfed5, 0xfed9, 0xfedd, 0xfee1, 0xfee5, 0xfee9, 0xfef1, 0xfb56,
    0xfb7a, 0xfb8e, 0xfb92,
];
/// Letters that join to the letter before only: isolated form, then final form.
const TWO_FORMS: [u32; 12] = [
    0xfe81, 0xfe83, 0xfe85, 0xfe87, 0xfe8d, 0xfe93, 0xfea9, 0xfeab, 0xfead, 0xfeaf, 0xfeed, 0xfeef,
];
/// Persian yeh, which lies apart.
const YEH: u32 = 0xfbfc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Initial,
    Final,
}

/// Whether words begin with the forms that letters have at a word's end.
///
/// Only text in presentation forms can tell; ordinary text is never reversed.
///
/// ```
/// assert!(chapar_text::is_reversed("ﻡﻼﺳ"));
/// assert!(!chapar_text::is_reversed("ﺳﻼﻡ سلام"));
/// ```
pub fn is_reversed(text: &str) -> bool {
    let (mut reversed, mut upright) = (0, 0);
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let mut letters = word.chars();
        let first = letters.next().and_then(form);
        let last = letters.next_back().and_then(form);
        reversed +=
            usize::from(first == Some(Form::Final)) + usize::from(last == Some(Form::Initial));
        upright +=
            usize::from(first == Some(Form::Initial)) + usize::from(last == Some(Form::Final));
    }
    reversed > upright
}

fn form(c: char) -> Option<Form> {
    let code = u32::from(c);
    let is_at = |step: u32| {
        let base = code.saturating_sub(step);
        FOUR_FORMS.contains(&base) || base == YEH
    };
    if is_at(2) {
        return Some(Form::Initial);
    }
    let is_final = is_at(1) || code.checked_sub(1).is_some_and(|base| TWO_FORMS.contains(&base));
    is_final.then_some(Form::Final)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_told_by_the_forms_of_letters() {
        let upright = "ﻛﺘﺎﺏ ﺑﺰﺭﮒ ﻣﻴﺪﺍﻥ ﭘﻴﺮ";
        let reversed: String = upright.chars().rev().collect();
        assert!(!is_reversed(upright));
        assert!(is_reversed(&reversed));
        assert!(!is_reversed("کتاب بزرگ"));
        assert!(!is_reversed(""));
    }
}
