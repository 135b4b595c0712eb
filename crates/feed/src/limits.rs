//! How much of anything the readers take in. Past a limit the rest is left out with a warning;
//! only too many bytes are an error.

/// Bytes of one document.
pub const DOCUMENT_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Containers inside containers; also how deep nesting is followed inside one field.
pub const DEPTH_MAX: usize = 100;
/// Entries of one feed.
pub const ENTRIES_MAX: usize = 20_000;
/// Addresses of one sitemap: what the protocol allows, and as much again.
pub const SITEMAP_URLS_MAX: usize = 100_000;
/// Outlines of one OPML document.
pub const OUTLINES_MAX: usize = 20_000;
/// Attributes looked at in one tag.
pub const ATTRIBUTES_MAX: usize = 64;
/// Links, tags, persons, pictures or extensions of one entry or feed, each.
pub const PARTS_MAX: usize = 256;
/// Bytes of a DOCTYPE.
pub const DOCTYPE_BYTES_MAX: usize = 64 * 1024;
/// Prefixes in scope at one place.
pub const PREFIXES_MAX: usize = 128;
/// Entities that a DOCTYPE may declare.
pub const ENTITIES_MAX: usize = 128;
/// Bytes of one declared entity.
pub const ENTITY_BYTES_MAX: usize = 1024;
/// Bytes that declared entities may add to one document in all.
pub const ENTITY_EXPANSION_BYTES_MAX: usize = 1024 * 1024;
/// Times that the reader goes back over text that an unclosed element had swallowed.
pub const REWINDS_MAX: usize = 64;
/// Warnings kept.
pub const WARNINGS_MAX: usize = 50;
/// Feeds offered by one page.
pub const FOUND_FEEDS_MAX: usize = 100;
/// Elements of a page that is read by its classes.
pub const ELEMENTS_MAX: usize = 60_000;
/// Posts of one page.
pub const POSTS_MAX: usize = 500;
/// Pictures, films and files of one post.
pub const MEDIA_MAX: usize = 50;
/// Bytes of the text of one post, markup among them.
pub const POST_BYTES_MAX: usize = 256 * 1024;
/// Deepest nesting of a JSON document.
pub const JSON_DEPTH_MAX: usize = 32;
