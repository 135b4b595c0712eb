//! The whole invented world, read from the files built into the program.

use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, File, include_dir};
use jiff::Timestamp;

use crate::article::Article;
use crate::channel::Channel;
use crate::outlet::{Outlet, Settings};

static CHANNELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../samples/channels");
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../samples/outlets");

/// A file of the world that could not be read; the world goes on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, below `samples/outlets`.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
}

/// All outlets with their articles.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) outlets: BTreeMap<String, Outlet>,
    pub(crate) channels: BTreeMap<String, Channel>,
    faults: Vec<Fault>,
}

impl World {
    /// The world that is built into the program.
    pub fn embedded() -> Self {
        let mut world =
            Self { outlets: BTreeMap::new(), channels: BTreeMap::new(), faults: Vec::new() };
        for folder in FILES.dirs() {
            world.add_outlet(folder);
        }
        for file in CHANNELS.files() {
            world.add_channel(file);
        }
        world
    }

    /// The first instant of the five days.
    pub fn start() -> Timestamp {
        Timestamp::constant(1_772_397_000, 0) // 2026-03-02T00:00:00+03:30
    }

    /// The instant after the last of the five days.
    pub fn end() -> Timestamp {
        Timestamp::constant(1_772_829_000, 0) // 2026-03-07T00:00:00+03:30
    }

    /// The outlets, by key.
    pub fn outlets(&self) -> impl Iterator<Item = &Outlet> {
        self.outlets.values()
    }

    /// The channels of the messenger, by key.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.values()
    }

    /// The files that could not be read.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The absolute address of an article, named `OUTLET/SLUG`.
    pub fn address_of(&self, name: &str, port: u16) -> Option<String> {
        let (key, slug) = name.split_once('/')?;
        let outlet = self.outlets.get(key)?;
        let article = outlet.article(slug)?;
        Some(format!("{}{}", origin(key, port), outlet.path_of(article)))
    }

    /// Every `{{link:OUTLET/SLUG}}` of `text` as an address.
    pub(crate) fn resolve(&self, text: &str, port: u16) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{link:") {
            out.push_str(before);
            let Some((name, next)) = after.split_once("}}") else { break };
            out.push_str(&self.address_of(name.trim(), port).unwrap_or_else(|| "#".to_owned()));
            rest = next;
        }
        out.push_str(rest);
        out
    }

    fn add_channel(&mut self, file: &File<'_>) {
        let Some(key) = file.path().file_stem().and_then(|name| name.to_str()) else { return };
        let read = file.contents_utf8().ok_or("it is no UTF-8".to_owned()).and_then(|text| {
            toml::from_str::<Channel>(&text.replace("\r\n", "\n")).map_err(|e| e.to_string())
        });
        match read {
            Ok(mut channel) => {
                key.clone_into(&mut channel.key);
                self.channels.insert(key.to_owned(), channel);
            }
            Err(reason) => self.faults.push(Fault { file: format!("channels/{key}.toml"), reason }),
        }
    }

    fn add_outlet(&mut self, folder: &Dir<'_>) {
        let Some(key) = folder.path().file_name().and_then(|name| name.to_str()) else { return };
        let source = folder.get_file(folder.path().join("outlet.toml"));
        let settings = source
            .and_then(|file| file.contents_utf8())
            .ok_or("there is no such file".to_owned())
            .and_then(|text| toml::from_str::<Settings>(text).map_err(|error| error.to_string()));
        let settings = match settings {
            Ok(settings) => settings,
            Err(reason) => {
                self.faults.push(Fault { file: format!("{key}/outlet.toml"), reason });
                return;
            }
        };
        let templates = texts(folder, "templates").into_iter().collect();
        let articles = self.read_articles(key, folder);
        self.outlets.insert(key.to_owned(), Outlet::new(key, settings, templates, articles));
    }

    fn read_articles(&mut self, key: &str, folder: &Dir<'_>) -> Vec<Article> {
        let files = texts(folder, "articles");
        let (later, first): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(name, _)| name.contains('.'));
        let mut articles = BTreeMap::new();
        let mut fault = |name: &str, reason: String| {
            self.faults.push(Fault { file: format!("{key}/articles/{name}.md"), reason });
        };
        for (slug, text) in first {
            match Article::parse(&slug, &text) {
                Ok(article) => {
                    articles.insert(slug, article);
                }
                Err(reason) => fault(&slug, reason),
            }
        }
        for (name, text) in later {
            let slug = name.split('.').next().unwrap_or_default();
            let added = match articles.get_mut(slug) {
                Some(article) => article.add_version(&text),
                None => Err("it has no first version".to_owned()),
            };
            if let Err(reason) = added {
                fault(&name, reason);
            }
        }
        articles.into_values().collect()
    }
}

/// The text files of a folder's child, by name without the last ending.
fn texts(folder: &Dir<'_>, child: &str) -> Vec<(String, String)> {
    let Some(child) = folder.get_dir(folder.path().join(child)) else { return Vec::new() };
    let files = child.entries().iter().filter_map(DirEntry::as_file);
    files
        .filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?.to_owned();
            Some((name, file.contents_utf8()?.replace("\r\n", "\n")))
        })
        .collect()
}

/// `http://KEY.localhost:PORT`
pub(crate) fn origin(key: &str, port: u16) -> String {
    format!("http://{key}.localhost:{port}")
}
