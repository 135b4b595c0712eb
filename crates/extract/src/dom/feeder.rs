//! Hands a page to the tokenizer piece by piece, and cuts what would cost it more than its bytes: a
//! flood of attributes in one tag, each of which it compares with all before it. Pages without one
//! pass unchanged.

use super::guard::{Guard, Unread};
use super::quick::{self, Quick};
use crate::limits::{CHUNK_BYTES, TAG_GAPS_MAX, VALUE_BYTES_MAX, VALUE_GAPS_MAX};
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink as _, Tokenizer};
use memchr::{memchr, memmem};

/// Ends a tag whatever it stands in: a value in either quote, a name, a blank. A comment goes on.
const TAG_END: &str = "'\">";

/// Reads the whole page.
pub(super) fn feed(html: &str, tokenizer: &Tokenizer<Guard>) {
    Feeder::new(html, tokenizer).run();
}

/// Reads the whole page with the tokenizer alone.
#[cfg(test)]
pub(super) fn feed_slowly(html: &str, tokenizer: &Tokenizer<Guard>) {
    let feeder = Feeder::new(html, tokenizer);
    Feeder { is_between: false, has_sections: true, ..feeder }.run();
}

/// A token that the tokenizer has begun and not yet given out.
#[derive(Debug, Default)]
struct Pending {
    /// Where it begins at the earliest.
    from: usize,
    /// Where it begins most likely: behind the last tag before it.
    likely: usize,
    /// Whether that is inside its tag, behind a value that was cut.
    in_tag: bool,
    /// What may part attributes in it: since the last cut, and in all.
    gaps: usize,
    gaps_in_all: usize,
    /// Whether it is a comment or the like, which may be as long as it likes.
    is_harmless: bool,
}

struct Feeder<'a> {
    html: &'a str,
    at: usize,
    tokenizer: &'a Tokenizer<Guard>,
    queue: BufferQueue,
    pending: Pending,
    /// Whether the tokenizer stands between two tokens outside raw text.
    is_between: bool,
    /// Whether a section of raw characters was met: its brackets are as good as any.
    has_sections: bool,
}

impl<'a> Feeder<'a> {
    fn new(html: &'a str, tokenizer: &'a Tokenizer<Guard>) -> Self {
        let mark = '\u{feff}';
        Self {
            html,
            at: if html.starts_with(mark) { mark.len_utf8() } else { 0 },
            tokenizer,
            queue: BufferQueue::default(),
            pending: Pending::default(),
            is_between: true,
            has_sections: false,
        }
    }

    fn run(mut self) {
        while self.at < self.html.len() {
            if !(self.is_between && self.quick_step()) {
                self.step();
            }
        }
    }

    /// Reads one usual thing without the tokenizer; says whether there was one.
    fn quick_step(&mut self) -> bool {
        let Some((quick, len)) = self.html.get(self.at..).and_then(quick::read) else {
            return false;
        };
        let token = match quick {
            Quick::Text(text) => Some(Token::CharacterTokens(text)),
            Quick::Tag(tag) => Some(Token::TagToken(tag)),
            Quick::Comment => None,
        };
        if let Some(token) = token {
            // Nothing is run, no encoding is changed, and no such tag switches the tokenizer.
            let _ = self.tokenizer.sink.process_token(token, 1);
        }
        self.at += len;
        self.pending = Pending { from: self.at, likely: self.at, ..Pending::default() };
        true
    }

    fn step(&mut self) {
        let (start, end) = (self.at, self.piece_end());
        self.at = end;
        let piece = self.html.get(start..end).unwrap_or_default();
        self.has_sections |= memmem::find(piece.as_bytes(), b"<![").is_some();
        // A bracket that ends a token leaves the tokenizer between two.
        let (head, bracket) = match piece.strip_suffix('>') {
            Some(head) => (head, ">"),
            None => (piece, ""),
        };
        let has_token = self.push(head);
        let ends_token = !bracket.is_empty() && self.push(bracket);
        self.is_between = ends_token && !self.has_sections && !self.tokenizer.sink.is_raw();
        if has_token || ends_token {
            self.pending = Pending { from: start, likely: end, ..Pending::default() };
            if let Some(unread) = self.tokenizer.sink.unread()
                && self.html.as_bytes().get(start..end).is_some_and(|piece| piece.ends_with(b">"))
            {
                self.skip_raw(unread);
            }
            return;
        }
        if self.pending.is_harmless {
            return;
        }
        let bytes = self.html.as_bytes();
        let piece = bytes.get(start..end).unwrap_or_default();
        let gaps = piece.iter().filter(|byte| is_gap(**byte)).count();
        self.pending.gaps += gaps;
        self.pending.gaps_in_all += gaps;
        let len = end - self.pending.from;
        if self.pending.gaps <= TAG_GAPS_MAX && len <= VALUE_BYTES_MAX {
            return;
        }
        let quote_from = |from| open_quote(bytes.get(from..end)?, self.pending.in_tag);
        match quote_from(self.pending.likely).or_else(|| quote_from(self.pending.from)) {
            // Within one value nothing is compared.
            Some(_) if self.pending.gaps <= VALUE_GAPS_MAX && len <= VALUE_BYTES_MAX => {}
            Some(quote) if self.pending.gaps_in_all <= 2 * VALUE_GAPS_MAX => self.cut_value(quote),
            _ => self.end_tag(),
        }
    }

    /// The end of the next piece: behind the next tag, where one ends soon.
    fn piece_end(&self) -> usize {
        let most = self.html.floor_char_boundary(self.html.len().min(self.at + CHUNK_BYTES));
        let piece = self.html.as_bytes().get(self.at..most).unwrap_or_default();
        memchr(b'>', piece).map_or(most, |tag_end| self.at + tag_end + 1)
    }

    /// Leaves out raw text that nobody reads. Its start tag was the last token, and the piece ended
    /// with a bracket, so the tokenizer stands where the text begins.
    fn skip_raw(&mut self, unread: Unread) {
        let text = self.html.as_bytes().get(self.at..).unwrap_or_default();
        let is_end = |end: &usize| {
            let tag = text.get(end + 2..).unwrap_or_default();
            let name = unread.name();
            let after = tag.get(name.len()).copied().unwrap_or_default();
            tag.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
                && (is_blank(after) || matches!(after, b'/' | b'>'))
        };
        let Some(end) = memmem::find_iter(text, b"</").find(is_end) else { return };
        // A comment inside a script may hold an end tag that is none.
        let text = text.get(..end).unwrap_or_default();
        if unread == Unread::Script && memmem::find(text, b"<!--").is_some() {
            return;
        }
        self.at += end;
        self.pending = Pending { from: self.at, likely: self.at, ..Pending::default() };
    }

    /// Gives the tokenizer text; says whether it made a token of it.
    fn push(&mut self, text: &str) -> bool {
        let before = self.tokenizer.sink.token_count();
        self.queue.push_back(StrTendril::from(text));
        // A script's end hands control back; nothing is run, so reading goes on.
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
        self.tokenizer.sink.token_count() != before
    }

    /// Leaves out the rest of a value up to its quote.
    fn cut_value(&mut self, quote: u8) {
        self.at = self.find(quote).unwrap_or(self.html.len());
        self.pending = Pending {
            from: self.at,
            likely: self.at,
            in_tag: true,
            gaps_in_all: self.pending.gaps_in_all,
            ..Pending::default()
        };
    }

    /// Ends the tag, if it is one, and leaves out what was still to come of it.
    fn end_tag(&mut self) {
        if !self.push(TAG_END) {
            self.pending.is_harmless = true;
            return;
        }
        self.tokenizer.sink.note_hit("attributes");
        self.at = self.find(b'>').map_or(self.html.len(), |at| at + 1);
        self.pending = Pending { from: self.at, likely: self.at, ..Pending::default() };
    }

    fn find(&self, byte: u8) -> Option<usize> {
        memchr(byte, self.html.as_bytes().get(self.at..)?).map(|at| self.at + at)
    }
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' | b'/' | b'"' | b'\'')
}

/// The quote of the value in which a text breaks off, as far as can be told from its tags; `None`
/// when it breaks off elsewhere.
fn open_quote(text: &[u8], in_tag: bool) -> Option<u8> {
    // A cut value's closing quote stands first.
    let mut rest = if in_tag { text.get(1..)? } else { text };
    if in_tag {
        rest = after_attributes(rest)?.ok()?;
    }
    loop {
        rest = rest.get(memchr(b'<', rest)? + 1..)?;
        if rest.starts_with(b"!--") {
            rest = rest.get(memmem::find(rest, b"-->")?..)?;
            continue;
        }
        let is_end = rest.starts_with(b"/");
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        if !name.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let len = name.iter().position(|b| is_blank(*b) || matches!(b, b'/' | b'>'))?;
        let (name, attributes) = name.split_at_checked(len)?;
        rest = match after_attributes(attributes)? {
            Ok(after) => after,
            Err(quote) => return Some(quote),
        };
        if !is_end && holds_raw_text(name) {
            let mut end = b"</".to_vec();
            end.extend_from_slice(name);
            rest = rest.get(memmem::find(rest, &end)?..)?;
        }
    }
}

/// What follows a tag's attributes, or the quote of the value they break off in; `None` when they
/// break off elsewhere.
fn after_attributes(text: &[u8]) -> Option<Result<&[u8], u8>> {
    let mut rest = text;
    loop {
        rest = skip(rest, |b| is_blank(b) || b == b'/')?;
        if let Some(after) = rest.strip_prefix(b">") {
            return Some(Ok(after));
        }
        // An equals sign that comes first is part of the name.
        rest = skip(rest.get(1..)?, |b| !is_blank(b) && !matches!(b, b'/' | b'>' | b'='))?;
        let Some(value) = skip(rest, is_blank)?.strip_prefix(b"=") else { continue };
        let value = skip(value, is_blank)?;
        rest = match value.first()? {
            quote @ (b'"' | b'\'') => {
                let inside = value.get(1..)?;
                match memchr(*quote, inside) {
                    Some(end) => inside.get(end + 1..)?,
                    None => return Some(Err(*quote)),
                }
            }
            _ => skip(value, |b| !is_blank(b) && b != b'>')?,
        };
    }
}

/// The text from the first byte on that is not of a kind; `None` when there is none.
fn skip(text: &[u8], is: impl Fn(u8) -> bool) -> Option<&[u8]> {
    text.get(text.iter().position(|byte| !is(*byte))?..)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c')
}

fn holds_raw_text(name: &[u8]) -> bool {
    let raw: [&[u8]; 5] = [b"script", b"style", b"textarea", b"title", b"iframe"];
    raw.iter().any(|raw| name.eq_ignore_ascii_case(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<u8>) {
        assert_eq!(open_quote(text.as_bytes(), false), expect, "{text}");
    }

    #[test]
    fn the_quote_of_an_unfinished_value_is_found() {
        check("<p>one<a href=x title=\"so on", Some(b'"'));
        check("<p a='1' / b = 'so > on", Some(b'\''));
        check("<script>if (a<b && c=\"</script><p id=\"", Some(b'"'));
        check("<!-- <p id=\" --><p id='", Some(b'\''));
    }

    #[test]
    fn what_breaks_off_elsewhere_has_no_quote() {
        for text in
            ["", "text", "<p", "<p a b c", "<p a=b", "<p a=\"x\" b", "<!-- <p a=\"", "< p=\""]
        {
            check(text, None);
        }
    }
}
