//! Names of elements and attributes that mean something to the extractor. All others are one name:
//! nothing here knows a site.

/// Makes an enum of names with a reading function.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $other:ident: $($variant:ident = $text:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum $name {
            /// Any other name.
            $other,
            $(
                $variant,
            )+
        }

        impl $name {
            /// Reads a name in lower case. Bytes, since these are matched letter by letter and not
            /// name after name.
            pub(crate) fn parse(text: &str) -> Self {
                match text.as_bytes() {
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
    Div = b"div", Span = b"span", A = b"a", P = b"p", Li = b"li", Img = b"img", Ul = b"ul",
    H2 = b"h2", H3 = b"h3", H1 = b"h1", H4 = b"h4", H5 = b"h5", H6 = b"h6",
    Br = b"br", Strong = b"strong", B = b"b", Em = b"em", I = b"i", Td = b"td", Tr = b"tr", Th = b"th",
    Script = b"script", Style = b"style", Link = b"link", Meta = b"meta", Svg = b"svg",
    Button = b"button", Input = b"input", Label = b"label", Section = b"section",
    Article = b"article", Header = b"header", Footer = b"footer", Nav = b"nav", Aside = b"aside",
    Main = b"main", Figure = b"figure", Figcaption = b"figcaption", Picture = b"picture",
    Source = b"source", Time = b"time", Ol = b"ol", Dl = b"dl", Dt = b"dt", Dd = b"dd",
    Blockquote = b"blockquote", Q = b"q", Cite = b"cite", Pre = b"pre", Code = b"code", Kbd = b"kbd",
    Samp = b"samp", Tt = b"tt", Sup = b"sup", Sub = b"sub", Small = b"small", Font = b"font", U = b"u",
    S = b"s", Del = b"del", Ins = b"ins", Mark = b"mark", Abbr = b"abbr", Address = b"address",
    Table = b"table", Thead = b"thead", Tbody = b"tbody", Tfoot = b"tfoot", Caption = b"caption",
    Col = b"col", Colgroup = b"colgroup", Form = b"form", Fieldset = b"fieldset", Legend = b"legend",
    Select = b"select", Option = b"option", Optgroup = b"optgroup", Textarea = b"textarea",
    Datalist = b"datalist", Noscript = b"noscript", Iframe = b"iframe", Object = b"object",
    Embed = b"embed", Video = b"video", Audio = b"audio", Canvas = b"canvas", Map = b"map",
    Area = b"area", Template = b"template", Dialog = b"dialog", Details = b"details",
    Summary = b"summary", Menu = b"menu", Center = b"center", Hr = b"hr", Html = b"html",
    Head = b"head", Body = b"body", Title = b"title", Base = b"base", Hgroup = b"hgroup",
    Wbr = b"wbr", Bdi = b"bdi", Bdo = b"bdo", Ruby = b"ruby", Rt = b"rt", Rp = b"rp", Math = b"math",
    Frameset = b"frameset", Noframes = b"noframes", Search = b"search", Data = b"data",
    AmpImg = b"amp-img", Input2 = b"output", Var = b"var", Dfn = b"dfn",
}

names! {
    /// An attribute's name.
    Attr, Other:
    Class = b"class", Id = b"id", Href = b"href", Src = b"src", Alt = b"alt", Rel = b"rel",
    Content = b"content", Property = b"property", Name = b"name", Type = b"type", Role = b"role",
    Itemprop = b"itemprop", Itemtype = b"itemtype", Itemscope = b"itemscope", Datetime = b"datetime",
    Lang = b"lang", Dir = b"dir", Title = b"title", Hidden = b"hidden", AriaHidden = b"aria-hidden",
    AriaLabel = b"aria-label", Style = b"style", Charset = b"charset", HttpEquiv = b"http-equiv",
    Width = b"width", Height = b"height", Srcset = b"srcset", DataSrc = b"data-src",
    DataOriginal = b"data-original", DataLazySrc = b"data-lazy-src", DataSrcset = b"data-srcset",
    Start = b"start", Hreflang = b"hreflang", Pubdate = b"pubdate", Action = b"action",
    Typeof = b"typeof", Value = b"value", DataComponent = b"data-component", DataTestid = b"data-testid",
    DataType = b"data-type", DataTimestamp = b"data-timestamp", DataTime = b"data-time",
    DataDate = b"data-date", XmlLang = b"xml:lang", For = b"for", Colspan = b"colspan",
    DataPubdate = b"data-pubdate", DataDatetime = b"data-datetime", DataUtime = b"data-utime",
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
