//! Blocks of a piece of HTML that is text and nothing else: of a post, or of what a feed carries.
//! Judges nothing; what a browser would run leaves no trace, for a block can hold none.

use crate::layout::Layout;
use crate::limits::PAGE_BYTES_MAX;
use crate::{blocks, dom};
use chapar_model::{Block, PageUrl};

/// Blocks of a piece of HTML whose addresses start from `base`; none when it is over the limit of
/// a page.
pub fn blocks_of_fragment(html: &str, base: Option<&PageUrl>) -> Vec<Block> {
    if html.len() > PAGE_BYTES_MAX {
        return Vec::new();
    }
    let doc = dom::parse(html);
    blocks::of_all(&doc, &Layout::of(&doc), base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chapar_model::render;

    #[track_caller]
    fn check(html: &str, expect: &str) {
        assert_eq!(render::markdown(&blocks_of_fragment(html, None)).trim_end(), expect);
    }

    #[test]
    fn lines_links_and_marks_stay() {
        check("One<br>two<br/><br/><b>three</b>", "One\\\ntwo\n\n**three**");
        check("a <a href='https://a.example/b'>l</a>", "a [l](<https://a.example/b>)");
        check("<p><b>a</p><p>b</b> c</p>", "**a**\n\n**b** c");
    }

    #[test]
    fn what_a_browser_would_run_leaves_no_trace() {
        check("<p onclick='x()'>a<script>x()</script> <a href='javascript:x()'>b</a></p>", "a b");
    }
}
