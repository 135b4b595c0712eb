//! `chapar extract`: one page in, the article out.

use super::input::{Input, parse_time, read, read_file};
use crate::cli::{Cli, Extract, Format};
use crate::commands::batch;
use crate::say::{Done, answer, note};
use anyhow::{Context as _, Result};
use chapar_extract::{PageInput, Reading, SiteProfile, extract_page};
use chapar_fetch::Purpose;
use chapar_model::{Article, Headers, OutcomeKind, PageUrl, render};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Extract) -> Result<Done> {
    if let Some(lines) = &options.batch {
        let folder = lines.parent().map(Path::to_owned).unwrap_or_default();
        let sites = match options.remember {
            true => Sites::learned_from(lines, &folder)?,
            false => Sites::default(),
        };
        return batch::each_line(lines, |record| batch_line(&folder, &sites, &record));
    }
    let what = options.page.as_deref().unwrap_or("-");
    let mut input = read(what, Purpose::Page).await?;
    if let Some(url) = &options.url {
        input.url = Some(PageUrl::parse(url)?);
    }
    if let Some(fetched) = &options.fetched {
        input.fetched = Some(parse_time(fetched)?);
    }
    let reading = extract(&input);
    let format = if cli.json { Format::Json } else { options.format };
    answer(show(&reading, format)?.trim_end());
    Ok(Done::Whole)
}

fn extract(input: &Input) -> Reading {
    extract_page(&page_input(input)).value
}

fn page_input(input: &Input) -> PageInput<'_> {
    PageInput {
        url: input.url.as_ref(),
        fetched: input.fetched,
        ..PageInput::new(&input.bytes, &input.headers)
    }
}

/// What is known of sites, by host.
#[derive(Default)]
struct Sites(HashMap<String, SiteProfile>);

impl Sites {
    /// Learns from the pages of a batch. A page that cannot be read is told of when it is its turn.
    fn learned_from(lines: &Path, folder: &Path) -> Result<Self> {
        let shown = || format!("`{}` cannot be read twice, as --remember must", lines.display());
        let mut sites = Self::default();
        for line in BufReader::new(File::open(lines).with_context(shown)?).lines() {
            let Ok(record) = serde_json::from_str(&line?) else { continue };
            let Ok(input) = batch_input(folder, &record) else { continue };
            let Some(host) = input.url.as_ref().map(|url| url.host().to_owned()) else { continue };
            sites.0.entry(host).or_default().learn(&page_input(&input));
        }
        Ok(sites)
    }

    fn read(&self, input: &Input) -> Reading {
        let site = input.url.as_ref().and_then(|url| self.0.get(url.host()));
        match site {
            Some(site) => site.extract_page(&page_input(input)).value,
            None => extract(input),
        }
    }
}

fn show(reading: &Reading, format: Format) -> Result<String> {
    if format == Format::Json {
        return Ok(serde_json::to_string_pretty(&as_json(reading))?);
    }
    let outcome =
        || format!("no article: {} ({})", reading.outcome.kind.as_str(), reading.outcome.reason);
    let article = reading.shown().with_context(outcome)?;
    if reading.article.is_none() {
        note(&format!("{}; this is the text found on it", outcome()));
    }
    let title = article.title.value().map_or("", String::as_str);
    Ok(match format {
        Format::Text | Format::Json => article.text(),
        Format::Markdown => format!("# {title}\n\n{}", render::markdown(&article.blocks)),
        Format::Html => page_html(article, title),
    })
}

fn page_html(article: &Article, title: &str) -> String {
    let lang = article.lang.value();
    let dir = lang.map_or("auto", |lang| lang.dir().as_str());
    let lang = lang.map_or("", |lang| lang.as_str());
    let title = render::escape(title);
    let body = render::html(&article.blocks, render::Pictures::Embedded);
    format!("<article lang=\"{lang}\" dir=\"{dir}\">\n<h1>{title}</h1>\n{body}</article>")
}

fn batch_line(folder: &Path, sites: &Sites, record: &Value) -> Result<Value> {
    let mut value = as_json(&sites.read(&batch_input(folder, record)?));
    if let Value::Object(map) = &mut value {
        map.insert("id".to_owned(), record.get("id").cloned().unwrap_or(Value::Null));
    }
    Ok(value)
}

fn batch_input(folder: &Path, record: &Value) -> Result<Input> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let path = PathBuf::from(text("path").context("the record has no `path`")?);
    let path = match path.is_file() {
        true => path,
        false => folder.join(path),
    };
    let headers = match record.get("headers") {
        Some(Value::Object(map)) => map
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        _ => Vec::new(),
    };
    Ok(Input {
        bytes: read_file(&path)?,
        url: text("url").filter(|url| !url.is_empty()).map(PageUrl::parse).transpose()?,
        headers: Headers(headers),
        fetched: text("fetched").map(parse_time).transpose()?,
    })
}

/// A reading in the shape of batch mode.
fn as_json(reading: &Reading) -> Value {
    let outcome = json!({
        "outcome": reading.outcome.kind,
        "outcome_reason": reading.outcome.reason,
        "encoding": reading.encoding,
        "canonical": reading.canonical,
        "feeds": reading.feeds,
    });
    // Of a live blog or a film only headline, date and beginning are told.
    let Some(known) = reading.shown() else { return outcome };
    let is_whole = reading.lead.is_none() || reading.outcome.kind == OutcomeKind::PaywalledLead;
    let mut value = json!({
        "title": known.title.value(),
        "author": known.byline.value(),
        "date": known.published.value(),
        "updated": known.updated.value(),
        "lang": known.lang.value(),
        "site": known.site_name.value(),
        "dateline": known.dateline,
        "text": if is_whole { known.text() } else { String::new() },
        "blocks": if is_whole { json!(known.blocks) } else { json!([]) },
        "original": known.original.value(),
        "image": known.lead_image,
        "section": known.section,
        "tags": known.tags,
        "words": known.word_count,
        "confidence": known.confidence,
        "evidence": known.evidence(),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut value, outcome) {
        all.extend(more);
    }
    value
}
