//! The pages that both programs read: a labelled set's folder into memory, unpacked, with the
//! addresses its manifest tells. Nothing here is timed.

use chapar_extract::{PageInput, Reading, extract_page};
use chapar_model::{Headers, PageUrl};
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Where the sets lie, seen from the folder `bench`.
pub const SETS: &str = "../shared/data/articles";

/// A page in memory.
pub struct Page {
    pub id: String,
    pub url: Option<PageUrl>,
    pub bytes: Vec<u8>,
}

/// Reads the pages of one set, in the order of their names.
pub fn pages(set: &Path) -> Result<Vec<Page>, Box<dyn Error>> {
    let mut urls = HashMap::new();
    for line in fs::read_to_string(set.join("gold.jsonl"))?.lines() {
        let gold: serde_json::Value = serde_json::from_str(line)?;
        if let (Some(id), Some(url)) = (gold["id"].as_str(), gold["url"].as_str()) {
            urls.insert(id.to_owned(), PageUrl::parse(url).ok());
        }
    }
    let mut paths: Vec<_> =
        fs::read_dir(set.join("pages"))?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let mut bytes = Vec::new();
            flate2::read::MultiGzDecoder::new(fs::read(path)?.as_slice())
                .read_to_end(&mut bytes)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let id = name.split('.').next().unwrap_or_default().to_owned();
            Ok(Page { url: urls.get(&id).cloned().flatten(), id, bytes })
        })
        .collect()
}

/// Reads a page as Chapar does, all fields and their evidence included.
pub fn read(page: &Page) -> Reading {
    extract_page(&PageInput {
        url: page.url.as_ref(),
        ..PageInput::new(&page.bytes, &Headers::default())
    })
    .value
}
