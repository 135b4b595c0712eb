//! Whether a date is called that of a change or of the publication, by the words before it or by its
//! class. Words only; what follows from them is decided elsewhere.

use crate::dom::{Attr, Doc, Tag};
use crate::words;
use std::sync::LazyLock;

/// Nodes looked at for the words before a `<time>`.
const LABEL_NODES_MAX: usize = 12;

/// Words that say a date is that of a change, folded.
const UPDATE_WORDS: &[&str] = &[
    "updated",
    "last update",
    "modified",
    "edited",
    "revised",
    "reviewed",
    "aktualisiert",
    "geändert",
    "mis à jour",
    "mise à jour",
    "modifié",
    "actualizado",
    "actualización",
    "modificado",
    "atualizado",
    "aggiornato",
    "aggiornamento",
    "modificato",
    "bijgewerkt",
    "gewijzigd",
    "uppdaterad",
    "oppdatert",
    "opdateret",
    "päivitetty",
    "aktualizacja",
    "zaktualizowano",
    "aktualizováno",
    "обновлено",
    "изменено",
    "оновлено",
    "güncelle",
    "بهروز",
    "به روز",
    "بروز رسانی",
    "بروزرسانی",
    "ویرایش",
    "تحديث",
    "更新",
];

/// Whether a `<time>` tells a change: its class or the words before or in it say so.
pub(super) fn is_update(doc: &Doc, at: usize, words: &str) -> bool {
    if is_update_class(doc, at) || says_update(words) {
        return true;
    }
    let parent = doc.parent(at).unwrap_or(at);
    let from = parent.max(at.saturating_sub(LABEL_NODES_MAX));
    // The label of a `<time>` stands behind the `<time>` before it.
    let from = (from..at).rev().find(|node| doc.is(*node, Tag::Time)).map_or(from, |n| doc.end(n));
    let label: String = (from..at).map(|node| doc.text(node)).collect();
    label.len() <= 80 && says_update(&label)
}

/// Whether a class says that an element holds the time of a change. `published updated` on one
/// element is a publication that was never changed.
pub(super) fn is_update_class(doc: &Doc, node: usize) -> bool {
    let class = doc.attr(node, Attr::Class).unwrap_or_default().to_ascii_lowercase();
    ["updated", "modified", "lastupdate", "last-update"].iter().any(|word| class.contains(word))
        && !class.contains("publish")
}

/// Words that call a date that of the publication, folded.
const PUBLISHED_WORDS: &[&str] = &[
    "published",
    "posted",
    "publication date",
    "release date",
    "veröffentlicht",
    "erschienen",
    "publie",
    "publié",
    "publicado",
    "pubblicato",
    "gepubliceerd",
    "opublikowano",
    "опубликовано",
    "yayın",
    "تاریخ انتشار",
    "زمان انتشار",
    "انتشار",
    "منتشر",
    "نشر",
    "تاريخ النشر",
];

/// Whether words call a date that of the publication.
pub(super) fn says_published(text: &str) -> bool {
    let folded = words::folded(text);
    PUBLISHED_FOLDED.iter().any(|word| folded.contains(word.as_str()))
}

/// These in the form in which they are looked up.
static PUBLISHED_FOLDED: LazyLock<Vec<String>> =
    LazyLock::new(|| PUBLISHED_WORDS.iter().map(|word| words::folded(word)).collect());

/// Whether words call a date that of a change.
pub(super) fn says_update(text: &str) -> bool {
    let folded = words::folded(text);
    UPDATE_WORDS.iter().any(|word| folded.contains(word))
}
