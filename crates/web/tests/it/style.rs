//! The style sheet: enough contrast in light and in dark, no physical sides, no address.

use chapar_web::assets::STYLE;
use std::collections::BTreeMap;

/// The least contrast of text, WCAG 2.2, 1.4.3 (AA).
const CONTRAST_MIN: f64 = 4.5;

/// The colors of the first and of the second `:root` list: light and dark.
fn palettes() -> Vec<BTreeMap<String, String>> {
    let lists = STYLE.split(":root {").skip(1).take(2);
    lists
        .map(|list| {
            let lines = list.split('}').next().unwrap().lines();
            let colors = lines.filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
            colors
                .filter(|(_, value)| value.starts_with('#'))
                .map(|(name, value)| (name.to_owned(), value.trim_end_matches(';').to_owned()))
                .collect()
        })
        .collect()
}

fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_enough_in_light_and_dark() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.01);
    let palettes = palettes();
    assert_eq!(palettes.len(), 2);
    for palette in palettes {
        for ground in ["paper", "wash"] {
            for text in ["ink", "quiet", "accent", "link", "good"] {
                let ratio = contrast(&palette[text], &palette[ground]);
                assert!(ratio >= CONTRAST_MIN, "{text} on {ground}: {ratio:.2}");
            }
        }
        let ratio = contrast(&palette["ink"], &palette["mark"]);
        assert!(ratio >= CONTRAST_MIN, "ink on mark: {ratio:.2}");
    }
}

#[test]
fn sides_are_logical() {
    for physical in [
        "margin-left",
        "margin-right",
        "margin-top",
        "margin-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "padding-bottom",
        "border-left",
        "border-right",
        "border-top",
        "border-bottom",
        "text-align: left",
        "text-align: right",
        "float:",
        " left:",
        " right:",
        " top:",
        " bottom:",
        " width:",
        " height:",
        "max-width:",
        "min-height:",
    ] {
        for line in STYLE.lines().filter(|line| !line.contains("@media")) {
            assert!(!line.contains(physical), "{line}");
        }
    }
}

#[test]
fn nothing_is_loaded_by_the_sheet() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("@font-face"));
}

#[test]
fn arabic_script_has_room_and_no_spacing() {
    let fa = STYLE.split(":lang(fa),").nth(1).unwrap();
    assert!(fa.contains("--leading: 1.95") && fa.contains("--head-leading: 1.7"));
    for rule in STYLE.split('}').filter(|rule| rule.contains("letter-spacing:")) {
        assert!(rule.contains(":lang(en)") || rule.contains("letter-spacing: 0;"), "{rule}");
    }
}
