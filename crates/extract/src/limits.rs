//! The limits of reading one page. Each is a number with a reason; a breach is a named outcome or
//! a warning, never an endless wait.

/// Bytes of a page that are read. The largest article page of four public test sets has 2 MB.
pub const PAGE_BYTES_MAX: usize = 20 << 20;

/// Elements nested in one another; deeper ones are dropped and their text stays. Browsers stop
/// at 512, real article pages at about 100.
pub(crate) const DEPTH_MAX: u32 = 256;

/// Nodes that any page may have, however small.
pub(crate) const NODES_FREE: usize = 10_000;

/// Bytes of page for each further node. Real pages have 20 and more; markup that makes many nodes
/// of few bytes is an attack on memory.
pub(crate) const BYTES_PER_NODE_MIN: usize = 6;

/// Elements nested in one another in the tree that is read, the parser's repairs included.
pub(crate) const TREE_DEPTH_MAX: usize = 2 * DEPTH_MAX as usize;

/// Attributes kept of one tag.
pub(crate) const TAG_ATTRIBUTES_MAX: usize = 256;

/// Blanks, slashes and quotes in one tag outside a long value, counted from its first 4 KB on: as
/// many attributes it may have. The tokenizer compares each with all before it.
pub(crate) const TAG_GAPS_MAX: usize = 512;

/// The same inside a long value, such as data for a script, as far as its quotes can be believed;
/// and twice as many in all such values of a tag.
pub(crate) const VALUE_GAPS_MAX: usize = 4_096;

/// Bytes of an unfinished tag from which the value it stands in is cut.
pub(crate) const VALUE_BYTES_MAX: usize = 64 << 10;

/// Bytes of an attribute's value that are kept.
pub(crate) const ATTRIBUTE_BYTES_MAX: usize = 16 << 10;

/// Bytes handed to the parser at once.
pub(crate) const CHUNK_BYTES: usize = 4 << 10;

/// Bytes of JSON-LD that are read, over all scripts of a page.
pub(crate) const JSON_BYTES_MAX: usize = 2 << 20;

/// Arrays and objects nested in one another in JSON-LD.
pub(crate) const JSON_DEPTH_MAX: usize = 48;

/// Values read from one JSON-LD script.
pub(crate) const JSON_VALUES_MAX: usize = 100_000;

/// Lists and quotes nested in one another in the body that is given out.
pub(crate) const BLOCK_DEPTH_MAX: usize = 6;

/// Marks nested in one another inside a paragraph.
pub(crate) const INLINE_DEPTH_MAX: usize = 4;

/// Links reported for a page.
pub(crate) const LINKS_MAX: usize = 5_000;

/// Candidates kept for one field.
pub(crate) const CANDIDATES_MAX: usize = 24;

/// Characters kept of the raw text of a candidate.
pub(crate) const RAW_CHARS_MAX: usize = 200;

/// Characters of a headline; a longer one is no headline.
pub(crate) const TITLE_CHARS_MAX: usize = 400;

/// Pictures given out with a text.
pub(crate) const FIGURES_MAX: usize = 100;

/// Characters kept of a picture's alternative text.
pub(crate) const ALT_CHARS_MAX: usize = 500;

/// Candidates read of a picture's list of sizes.
pub(crate) const SRCSET_CANDIDATES_MAX: usize = 64;

/// Cells of a row that are kept where they hold nothing.
pub(crate) const COLUMNS_MAX: usize = 64;

/// Times among which entries of a running report are looked for.
pub(crate) const LIVE_ENTRIES_MAX: usize = 2_000;

/// Characters of an entry's time as printed.
pub(crate) const LIVE_TIME_CHARS_MAX: usize = 60;
