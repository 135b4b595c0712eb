//! Which vocabulary an element belongs to. Known by its address, however spelt, or by its usual
//! prefix where no address is declared.

/// A vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ns {
    /// No namespace, or one of RSS, or an unknown default namespace.
    Core,
    Admin,
    Atom,
    Cc,
    Content,
    Dc,
    DcTerms,
    Feedburner,
    Geo,
    GeoRss,
    Gml,
    Itunes,
    Media,
    Podcast,
    Rdf,
    Slash,
    Svg,
    MathMl,
    Syndication,
    Thread,
    Wfw,
    Xhtml,
    /// Sitemaps, and what Google added to them.
    Sitemap,
    SitemapImage,
    SitemapNews,
    SitemapVideo,
    /// Everything else.
    Other,
}

/// The vocabulary of an address.
pub(crate) fn ns_of_address(address: &str) -> Ns {
    let address = address.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
    let address = address.strip_prefix("https://").or(address.strip_prefix("http://"));
    match address.unwrap_or_default() {
        ""
        | "backend.userland.com/rss"
        | "backend.userland.com/rss2"
        | "blogs.law.harvard.edu/tech/rss"
        | "backend.userland.com/blogchannelmodule/rss"
        | "cyber.law.harvard.edu/rss"
        | "my.netscape.com/rdf/simple/0.9"
        | "channel.netscape.com/rdf/simple/0.9"
        | "my.netscape.com/publish/formats/rss-0.91"
        | "purl.org/rss/1.0"
        | "purl.org/net/rss1.1"
        | "purl.org/rss/2.0" => Ns::Core,
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "example.com/newformat"
        | "example.com/necho"
        | "purl.org/echo"
        | "purl.org/pie"
        | "purl.org/atom-blog/ns" => Ns::Atom,
        "webns.net/mvcb" => Ns::Admin,
        "web.resource.org/cc"
        | "backend.userland.com/creativecommonsrssmodule"
        | "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html" => Ns::Cc,
        "purl.org/rss/1.0/modules/content" => Ns::Content,
        "purl.org/dc/elements/1.0" | "purl.org/dc/elements/1.1" => Ns::Dc,
        "purl.org/dc/terms" => Ns::DcTerms,
        "rssnamespace.org/feedburner/ext/1.0" => Ns::Feedburner,
        "www.w3.org/2003/01/geo/wgs84_pos" => Ns::Geo,
        "www.georss.org/georss" => Ns::GeoRss,
        "www.opengis.net/gml" => Ns::Gml,
        "www.itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => Ns::Itunes,
        "search.yahoo.com/mrss"
        | "video.search.yahoo.com/mrss"
        | "api.maps.yahoo.com/maps/v2.0" => Ns::Media,
        "podcastindex.org/namespace/1.0"
        | "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" => Ns::Podcast,
        "www.w3.org/1999/02/22-rdf-syntax-ns" => Ns::Rdf,
        "purl.org/rss/1.0/modules/slash" => Ns::Slash,
        "www.w3.org/2000/svg" => Ns::Svg,
        "www.w3.org/1998/math/mathml" => Ns::MathMl,
        "purl.org/rss/1.0/modules/syndication" => Ns::Syndication,
        "purl.org/syndication/thread/1.0" => Ns::Thread,
        "wellformedweb.org/commentapi" => Ns::Wfw,
        "www.w3.org/1999/xhtml" => Ns::Xhtml,
        "www.sitemaps.org/schemas/sitemap/0.9"
        | "www.google.com/schemas/sitemap/0.84"
        | "www.google.com/schemas/sitemap/0.9" => Ns::Sitemap,
        "www.google.com/schemas/sitemap-image/1.1" => Ns::SitemapImage,
        "www.google.com/schemas/sitemap-news/0.9" => Ns::SitemapNews,
        "www.google.com/schemas/sitemap-video/1.1" => Ns::SitemapVideo,
        _ => Ns::Other,
    }
}

/// The vocabulary that a prefix usually means.
pub(crate) fn ns_of_prefix(prefix: &str) -> Ns {
    match prefix {
        "rss" => Ns::Core,
        "admin" => Ns::Admin,
        "atom" | "a10" | "atom10" | "atom03" => Ns::Atom,
        "cc" | "creativeCommons" | "creativecommons" => Ns::Cc,
        "content" => Ns::Content,
        "dc" => Ns::Dc,
        "dcterms" => Ns::DcTerms,
        "feedburner" => Ns::Feedburner,
        "geo" => Ns::Geo,
        "georss" => Ns::GeoRss,
        "gml" => Ns::Gml,
        "itunes" => Ns::Itunes,
        "media" | "mrss" => Ns::Media,
        "podcast" => Ns::Podcast,
        "rdf" => Ns::Rdf,
        "slash" => Ns::Slash,
        "svg" => Ns::Svg,
        "sy" => Ns::Syndication,
        "thr" => Ns::Thread,
        "wfw" => Ns::Wfw,
        "xhtml" => Ns::Xhtml,
        "image" => Ns::SitemapImage,
        "news" => Ns::SitemapNews,
        "video" => Ns::SitemapVideo,
        _ => Ns::Other,
    }
}

/// The usual prefix of a vocabulary, under which its elements are kept as extensions.
pub(crate) fn usual_prefix(ns: Ns) -> Option<&'static str> {
    Some(match ns {
        Ns::Admin => "admin",
        Ns::Cc => "cc",
        Ns::Content => "content",
        Ns::Dc => "dc",
        Ns::DcTerms => "dcterms",
        Ns::Feedburner => "feedburner",
        Ns::Geo => "geo",
        Ns::GeoRss => "georss",
        Ns::Gml => "gml",
        Ns::Itunes => "itunes",
        Ns::Media => "media",
        Ns::Podcast => "podcast",
        Ns::Slash => "slash",
        Ns::Syndication => "sy",
        Ns::Thread => "thr",
        Ns::Wfw => "wfw",
        _ => return None,
    })
}

/// A local name in lower case, kept on the stack. Longer names are known to nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Local {
    bytes: [u8; Self::BYTES_MAX],
    len: u8,
}

impl Local {
    const BYTES_MAX: usize = 24;

    pub(crate) fn new(name: &str) -> Self {
        let mut bytes = [0; Self::BYTES_MAX];
        if name.len() > Self::BYTES_MAX || !name.is_ascii() {
            return Self { bytes, len: 0 };
        }
        for (to, from) in bytes.iter_mut().zip(name.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        Self { bytes, len: u8::try_from(name.len()).unwrap_or_default() }
    }

    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vocabulary_is_known_however_its_address_is_spelt() {
        for address in [
            "http://www.itunes.com/DTDs/Podcast-1.0.dtd",
            "https://www.itunes.com/dtds/podcast-1.0.dtd",
        ] {
            assert_eq!(ns_of_address(address), Ns::Itunes);
        }
        assert_eq!(ns_of_address("http://search.yahoo.com/mrss"), Ns::Media);
        assert_eq!(ns_of_address("http://example.org/own"), Ns::Other);
    }

    #[test]
    fn local_names_lose_their_case() {
        assert_eq!(Local::new("lastBuildDate").as_str(), "lastbuilddate");
        assert_eq!(Local::new("a-name-that-nobody-ever-gave").as_str(), "");
    }
}
