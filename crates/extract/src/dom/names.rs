//! Names of elements and attributes that mean something to the extractor. All others are one name:
//! nothing here knows a site.

/// Makes an enum of names with a reading function.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $other:ident: $($variant:ident = $text:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum $name {
            /// Any other name.
            $other,
            $(
                #[doc = $text]
                $variant,
            )+
        }

        impl $name {
            /// Reads a name in lower case.
            pub(crate) fn parse(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::$other,
                }
            }
        }
    };
}

names! {
    /// An element's name.
    Tag, Other:
    Div = "div", Span = "span", A = "a", P = "p", Li = "li", Img = "img", Ul = "ul",
    H2 = "h2", H3 = "h3", H1 = "h1", H4 = "h4", H5 = "h5", H6 = "h6",
    Br = "br", Strong = "strong", B = "b", Em = "em", I = "i", Td = "td", Tr = "tr", Th = "th",
    Script = "script", Style = "style", Link = "link", Meta = "meta", Svg = "svg",
    Button = "button", Input = "input", Label = "label", Section = "section",
    Article = "article", Header = "header", Footer = "footer", Nav = "nav", Aside = "aside",
    Main = "main", Figure = "figure", Figcaption = "figcaption", Picture = "picture",
    Source = "source", Time = "time", Ol = "ol", Dl = "dl", Dt = "dt", Dd = "dd",
    Blockquote = "blockquote", Q = "q", Cite = "cite", Pre = "pre", Code = "code", Kbd = "kbd",
    Samp = "samp", Tt = "tt", Sup = "sup", Sub = "sub", Small = "small", Font = "font", U = "u",
    S = "s", Del = "del", Ins = "ins", Mark = "mark", Abbr = "abbr", Address = "address",
    Table = "table", Thead = "thead", Tbody = "tbody", Tfoot = "tfoot", Caption = "caption",
    Col = "col", Colgroup = "colgroup", Form = "form", Fieldset = "fieldset", Legend = "legend",
    Select = "select", Option = "option", Optgroup = "optgroup", Textarea = "textarea",
    Datalist = "datalist", Noscript = "noscript", Iframe = "iframe", Object = "object",
    Embed = "embed", Video = "video", Audio = "audio", Canvas = "canvas", Map = "map",
    Area = "area", Template = "template", Dialog = "dialog", Details = "details",
    Summary = "summary", Menu = "menu", Center = "center", Hr = "hr", Html = "html",
    Head = "head", Body = "body", Title = "title", Base = "base", Hgroup = "hgroup",
    Wbr = "wbr", Bdi = "bdi", Bdo = "bdo", Ruby = "ruby", Rt = "rt", Rp = "rp", Math = "math",
    Frameset = "frameset", Noframes = "noframes", Search = "search", Data = "data",
    AmpImg = "amp-img", Input2 = "output", Var = "var", Dfn = "dfn",
}

names! {
    /// An attribute's name.
    Attr, Other:
    Class = "class", Id = "id", Href = "href", Src = "src", Alt = "alt", Rel = "rel",
    Content = "content", Property = "property", Name = "name", Type = "type", Role = "role",
    Itemprop = "itemprop", Itemtype = "itemtype", Itemscope = "itemscope", Datetime = "datetime",
    Lang = "lang", Dir = "dir", Title = "title", Hidden = "hidden", AriaHidden = "aria-hidden",
    AriaLabel = "aria-label", Style = "style", Charset = "charset", HttpEquiv = "http-equiv",
    Width = "width", Height = "height", Srcset = "srcset", DataSrc = "data-src",
    DataOriginal = "data-original", DataLazySrc = "data-lazy-src", DataSrcset = "data-srcset",
    Start = "start", Hreflang = "hreflang", Pubdate = "pubdate", Action = "action",
    Typeof = "typeof", Value = "value", DataComponent = "data-component", DataTestid = "data-testid",
    DataType = "data-type", DataTimestamp = "data-timestamp", DataTime = "data-time",
    DataDate = "data-date", XmlLang = "xml:lang", For = "for", Colspan = "colspan",
    DataPubdate = "data-pubdate", DataDatetime = "data-datetime", DataUtime = "data-utime",
}

impl Tag {
    /// Whether the element stands inside a line of text.
    pub(crate) fn is_inline(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Span | A
                | Strong
                | B
                | Em
                | I
                | Q
                | Cite
                | Code
                | Kbd
                | Samp
                | Tt
                | Sup
                | Sub
                | Small
                | Font
                | U
                | S
                | Del
                | Ins
                | Mark
                | Abbr
                | Time
                | Label
                | Bdi
                | Bdo
                | Ruby
                | Rt
                | Rp
                | Wbr
                | Img
                | Other
                | Data
                | Var
                | Dfn
                | Picture
                | Source
                | Svg
                | Input
                | Button
                | AmpImg
                | Math
                | Map
                | Area
                | Noscript
                | Script
                | Style
                | Link
                | Meta
                | Template
                | Object
                | Embed
                | Canvas
                | Input2
                | Iframe
                | Video
                | Audio
        )
    }

    /// Whether its text is no words for a reader.
    pub(crate) fn is_silent(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Script
                | Style
                | Template
                | Svg
                | Head
                | Title
                | Iframe
                | Object
                | Embed
                | Canvas
                | Video
                | Audio
                | Noframes
                | Datalist
                | Select
                | Option
                | Optgroup
                | Textarea
                | Input
                | Button
                | Map
                | Math
                | Rp
        )
    }

    /// The level of a heading.
    pub(crate) fn heading(self) -> Option<u8> {
        match self {
            Tag::H1 => Some(1),
            Tag::H2 => Some(2),
            Tag::H3 => Some(3),
            Tag::H4 => Some(4),
            Tag::H5 => Some(5),
            Tag::H6 => Some(6),
            _ => None,
        }
    }
}
