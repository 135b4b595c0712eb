//! The picture that stands for an article, its section and its tags, as the page states them.

use crate::facts::Facts;
use crate::json::Json;
use crate::links;
use chapar_model::{Image, PageUrl};

/// Tags kept of a page.
const TAGS_MAX: usize = 40;

/// The picture the page names for itself.
pub(crate) fn lead_image(facts: &Facts<'_>, base: Option<&PageUrl>) -> Option<Image> {
    let alt =
        facts.meta("og:image:alt").or_else(|| facts.meta("twitter:image:alt")).unwrap_or_default();
    let number = |name: &str| facts.meta(name).and_then(|value| value.parse::<u32>().ok());
    let size = number("og:image:width").zip(number("og:image:height"));
    for name in
        ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"]
    {
        if let Some(url) = facts.meta(name).and_then(|href| links::resolve(base, href)) {
            return Some(Image { url, alt: alt.to_owned(), size });
        }
    }
    let image = facts.articles().into_iter().find_map(|thing| thing.get("image"))?;
    let first = image.each().first()?;
    let href = first.get("url").and_then(Json::text).or_else(|| first.text())?;
    Some(Image { url: links::resolve(base, href)?, alt: alt.to_owned(), size: None })
}

/// The section of the site.
pub(crate) fn section(facts: &Facts<'_>) -> Option<String> {
    let stated = facts.articles().into_iter().find_map(|thing| thing.text("articleSection"));
    facts
        .meta("article:section")
        .or(stated)
        .or_else(|| facts.meta("parsely-section"))
        .map(crate::entities::decode)
        .filter(|section| section.chars().count() <= 80)
}

/// The tags of the article.
pub(crate) fn tags(facts: &Facts<'_>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut add = |raw: &str| {
        let tag = crate::entities::decode(raw).trim().to_owned();
        if !tag.is_empty()
            && tag.chars().count() <= 80
            && !tags.contains(&tag)
            && tags.len() < TAGS_MAX
        {
            tags.push(tag);
        }
    };
    for meta in facts.metas_named(&["article:tag", "parsely-tags"]) {
        meta.value.split([',', '،']).for_each(&mut add);
    }
    for keywords in facts.articles().into_iter().filter_map(|thing| thing.get("keywords")) {
        for words in keywords.each().iter().filter_map(Json::text) {
            words.split([',', '،', ';']).for_each(&mut add);
        }
    }
    for meta in facts.metas_named(&["news_keywords", "keywords"]) {
        meta.value.split([',', '،', ';']).for_each(&mut add);
    }
    tags
}
