//! Style sheet and icon, carried in the binary. Never a script, a font or a picture of a source.

use chapar_model::ContentHash;
use std::sync::LazyLock;

/// The style sheet.
pub const STYLE: &str = include_str!("assets/style.css");
/// The mark shown in a browser's tab.
pub const ICON: &str = include_str!("assets/icon.svg");

/// What pages are made of, for [`release`].
const MADE_OF: [&str; 13] = [
    include_str!("messages/en.rs"),
    include_str!("messages/fa.rs"),
    include_str!("messages/ar.rs"),
    include_str!("../templates/base.html"),
    include_str!("../templates/parts.html"),
    include_str!("../templates/front.html"),
    include_str!("../templates/story.html"),
    include_str!("../templates/article.html"),
    include_str!("../templates/source.html"),
    include_str!("../templates/sources.html"),
    include_str!("../templates/search.html"),
    include_str!("../templates/about.html"),
    include_str!("../templates/error.html"),
];

/// Digits of the digest that stand in the name: enough that two releases never meet.
const NAME_DIGITS: usize = 12;

static STYLE_HREF: LazyLock<String> = LazyLock::new(|| {
    let digest = ContentHash::of(STYLE.as_bytes()).to_string();
    format!("/assets/style-{}.css", digest.get(..NAME_DIGITS).unwrap_or(&digest))
});

static RELEASE: LazyLock<String> = LazyLock::new(|| {
    let mut all = format!("{} {STYLE}", env!("CARGO_PKG_VERSION"));
    for part in MADE_OF {
        all.push_str(part);
    }
    let digest = ContentHash::of(all.as_bytes()).to_string();
    digest.get(..NAME_DIGITS).unwrap_or(&digest).to_owned()
});

/// A name for what pages look like in this build: words, templates, style and version.
pub fn release() -> &'static str {
    &RELEASE
}

/// Address of the style sheet, which changes with its content.
pub fn style_href() -> &'static str {
    &STYLE_HREF
}
