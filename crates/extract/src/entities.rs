//! Character references inside values that hold HTML where they should hold text, such as JSON-LD
//! headlines. The few named ones that occur there; the rest stays as written.

/// Replaces character references and drops tags.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains(['&', '<']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let taken = if rest.starts_with('&') { reference(rest, &mut out) } else { tag(rest) };
        if taken == 0 {
            out.extend(rest.chars().next());
        }
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Bytes of the tag at the start of a text; 0 when there is none.
fn tag(text: &str) -> usize {
    let name = text.get(1..).unwrap_or_default().trim_start_matches('/');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return 0;
    }
    text.find('>').map_or(0, |end| end + 1)
}

/// Reads the reference at the start of a text; gives its bytes, 0 when there is none.
fn reference(text: &str, out: &mut String) -> usize {
    let Some(end) = text.get(..text.floor_char_boundary(12)).and_then(|t| t.find(';')) else {
        return 0;
    };
    let name = text.get(1..end).unwrap_or_default();
    let Some(c) = numbered(name).or_else(|| named(name)) else { return 0 };
    out.push(c);
    end + 1
}

fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(number)
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "rsquo" => '’',
        "lsquo" => '‘',
        "rdquo" => '”',
        "ldquo" => '“',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "laquo" => '«',
        "raquo" => '»',
        "zwnj" => '\u{200c}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_tags_in_values_are_read() {
        assert_eq!(decode("Q&#038;A &ndash; &quot;x&quot; &#x1F600; <b>y</b>"), "Q&A – \"x\" 😀 y");
        assert_eq!(decode("AT&T; 1 < 2 & 3"), "AT&T; 1 < 2 & 3");
    }
}
