//! Where the next page of a list stands: what the page says itself, else a link to the same address
//! with the next number. Follows nothing.

use crate::dom::{Attr, Doc, Tag};
use crate::links;
use chapar_model::PageUrl;

/// Links looked at.
const LINKS_MAX: usize = 5_000;

/// Parameters that number the pages of a list.
const PARAMETERS: [&str; 6] = ["page", "paged", "p", "pg", "pageno", "page_number"];

/// The next page of a list.
pub(super) fn next_page(doc: &Doc, base: Option<&PageUrl>, url: &PageUrl) -> Option<PageUrl> {
    let is_next = |rel: &str| rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("next"));
    let hrefs = |tag: Tag| {
        doc.find(0..doc.len(), tag).take(LINKS_MAX).filter_map(move |node| {
            let href = doc.attr(node, Attr::Href)?;
            Some((doc.attr(node, Attr::Rel).unwrap_or_default(), href))
        })
    };
    let same_host = |found: &PageUrl| found.site() == url.site() && found != url;
    let said = hrefs(Tag::Link)
        .chain(hrefs(Tag::A))
        .filter(|(rel, _)| is_next(rel))
        .find_map(|(_, href)| links::resolve(base, href).filter(same_host));
    said.or_else(|| {
        let (stem, number) = numbered(url);
        hrefs(Tag::A).find_map(|(_, href)| {
            let found = links::resolve(base, href).filter(same_host)?;
            (numbered(&found) == (stem.clone(), number + 1)).then_some(found)
        })
    })
}

/// An address without the number of its page, and that number; 1 where it has none.
fn numbered(url: &PageUrl) -> (String, u32) {
    let whole = url.as_url();
    let path = whole.path().trim_end_matches('/');
    let (mut stem, mut number) = (path.to_owned(), 1);
    if let Some((head, last)) = path.rsplit_once('/')
        && let Some((folder, "page")) = head.rsplit_once('/')
        && let Ok(page) = last.parse()
    {
        (stem, number) = (folder.to_owned(), page);
    }
    let mut rest = Vec::new();
    for (name, value) in whole.query_pairs() {
        match value.parse() {
            Ok(page) if PARAMETERS.contains(&name.as_ref()) => number = page,
            _ => rest.push(format!("{name}={value}")),
        }
    }
    (format!("{stem}?{}", rest.join("&")), number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;

    #[track_caller]
    fn check(at: &str, body: &str, expect: Option<&str>) {
        let url = PageUrl::parse(&format!("https://zarvand.example{at}")).unwrap();
        let doc = dom::parse(&format!("<html><body>{body}</body></html>"));
        let next = next_page(&doc, Some(&url), &url);
        let expect = expect.map(|path| format!("https://zarvand.example{path}"));
        assert_eq!(next.map(|next| next.to_string()), expect, "{at} {body}");
    }

    #[test]
    fn what_the_page_says_is_followed_else_the_next_number() {
        let both = "<a href=/news/page/3/>3</a><a rel='next nofollow' href=/news/page/2/>Older</a>";
        check("/news/", both, Some("/news/page/2/"));
        check("/news/page/2/", "<a href=/news/page/3/>3</a>", Some("/news/page/3/"));
        check(
            "/news",
            "<a href='/news?page=2'>2</a><a href='/news?page=9'>9</a>",
            Some("/news?page=2"),
        );
        check("/news?s=1&page=2", "<a href='?s=1&page=3'>3</a>", Some("/news?s=1&page=3"));
        check("/news?s=1", "<a href='?s=2&page=2'>2</a>", None);
        check(
            "/news",
            "<a href=/sport/page/2>2</a><a rel=next href=https://elsewhere.example/>x</a>",
            None,
        );
    }
}
