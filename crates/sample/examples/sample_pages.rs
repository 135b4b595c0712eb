//! Writes the pages of the sample's articles as they stand at its end, and what they say, for
//! scoring: `pages.jsonl` as `chapar extract --batch` reads it, `gold.jsonl`, and a file a page.
//!
//! ```text
//! cargo run -p chapar-sample --example sample_pages -- FOLDER
//! ```

use chapar_sample::{Request, World};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::path::Path;

/// A port that stands in the pages' addresses; nothing listens there.
const PORT: u16 = 8390;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write to")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let world = World::embedded();
    let (mut pages, mut gold) = (String::new(), String::new());
    for outlet in world.outlets() {
        for article in outlet.articles.iter().filter(|article| article.is_plain()) {
            let Some(version) = article.shown_at(World::end()) else { continue };
            let path = outlet.path_of(article);
            let request = Request { host_key: &outlet.key, path: &path, headers: &[], port: PORT };
            let response = world.respond(&request, World::end());
            if response.status != 200 {
                continue;
            }
            let id = format!("{}-{}", outlet.key, article.slug);
            let file = folder.join(format!("{id}.html"));
            fs::write(&file, &response.body)?;
            let headers: serde_json::Map<String, serde_json::Value> =
                response.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            let url = format!("http://{}.localhost:{PORT}{path}", outlet.key);
            let page = json!({
                "id": id,
                "path": file,
                "url": url,
                "fetched": World::end().to_string(),
                "headers": headers,
            });
            // windows-1256 has the Arabic Yeh only.
            let is_utf8 = std::str::from_utf8(&response.body).is_ok();
            let as_sent = |text: &str| match is_utf8 {
                true => text.to_owned(),
                false => text.replace('ی', "ي"),
            };
            let told = json!({
                "id": id,
                "title": as_sent(&version.title),
                "author": article.byline().map(as_sent),
                "date": article.published.to_string(),
                "text": as_sent(&version.plain_text()),
            });
            pages.push_str(&format!("{page}\n"));
            gold.push_str(&format!("{told}\n"));
        }
    }
    fs::write(folder.join("pages.jsonl"), pages)?;
    fs::write(folder.join("gold.jsonl"), gold)?;
    Ok(())
}
