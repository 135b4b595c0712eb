//! Writes every kind of page with invented news into a folder, to be looked at:
//! `cargo run -p chapar-web --example preview -- OUTDIR`, then serve OUTDIR by any static server.

mod every_page;
mod zarvand;

use chapar_model::Lang;
use chapar_web::assets;
use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let Some(out) = std::env::args_os().nth(1) else {
        return Err(io::Error::other("usage: preview OUTDIR"));
    };
    let out = Path::new(&out);
    let edition = zarvand::edition();
    for lang in [Lang::EN, Lang::FA, Lang::AR] {
        for (place, html) in every_page::render(&edition, lang).map_err(io::Error::other)? {
            write(out, &format!("/{lang}{place}/index.html"), &html)?;
        }
    }
    write(out, assets::style_href(), assets::STYLE)?;
    write(out, "/assets/icon.svg", assets::ICON)
}

fn write(out: &Path, path: &str, content: &str) -> io::Result<()> {
    let path = out.join(path.trim_start_matches('/'));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}
