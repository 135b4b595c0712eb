//! What commands read: a file (plain or gzip), standard input, or an address that is fetched.

use crate::clock::{SystemClock, wall};
use crate::newsroom;
use anyhow::{Context as _, Result, bail};
use chapar_fetch::{AddressPolicy, DecodeLimits, FetchRequest, Fetched, Purpose};
use chapar_model::{Headers, PageUrl};
use chapar_pipeline::Edition;
use chapar_pipeline::kinds::{Answer, Ask};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Largest input, in bytes, unpacked.
const INPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes with what is known of them.
pub(crate) struct Input {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where they came from.
    pub url: Option<PageUrl>,
    /// HTTP header lines.
    pub headers: Headers,
    /// When they came.
    pub fetched: Option<Timestamp>,
}

/// Reads a file, `-` or an address.
pub(crate) async fn read(what: &str, purpose: Purpose) -> Result<Input> {
    if what == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().take(INPUT_BYTES_MAX).read_to_end(&mut bytes).context("standard input")?;
        return Ok(Input { bytes, url: None, headers: Headers::default(), fetched: None });
    }
    if what.starts_with("http://") || what.starts_with("https://") {
        return fetch(what, purpose).await;
    }
    let bytes = read_file(Path::new(what))?;
    Ok(Input { bytes, url: None, headers: Headers::default(), fetched: None })
}

/// Reads a file; one that ends in `.gz` is unpacked.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    let shown = || format!("`{}` cannot be read", path.display());
    let file = File::open(path).with_context(shown)?;
    let mut bytes = Vec::new();
    let limit = INPUT_BYTES_MAX + 1;
    match path.extension().is_some_and(|ending| ending == "gz") {
        true => MultiGzDecoder::new(file).take(limit).read_to_end(&mut bytes),
        false => file.take(limit).read_to_end(&mut bytes),
    }
    .with_context(shown)?;
    if bytes.len() as u64 > INPUT_BYTES_MAX {
        bail!("`{}` is over the limit of {INPUT_BYTES_MAX} bytes", path.display());
    }
    Ok(bytes)
}

/// Asks an address for `chapar add` and takes whatever is answered.
pub(crate) async fn ask(url: &PageUrl, how: Ask) -> Result<Answer> {
    let edition = Edition::open_to_all();
    let client = newsroom::fetcher(&edition, AddressPolicy::default(), Arc::new(SystemClock))?;
    let mut request = FetchRequest::new(url.clone(), how.purpose);
    request.headers = how.headers();
    let fetched = client.get(&request).await?;
    if let Fetched::Disallowed { url, rule } = &fetched {
        bail!("robots.txt of `{url}` says `{rule}`");
    }
    let response = fetched.response().with_context(|| format!("`{url}` gave no answer"))?;
    Ok(Answer {
        url: response.url.clone(),
        status: response.status,
        headers: undecoded(&response.headers),
        body: response.decoded(DecodeLimits::default())?.into_owned(),
    })
}

async fn fetch(address: &str, purpose: Purpose) -> Result<Input> {
    let url = PageUrl::parse(address)?;
    let edition = Edition::open_to_all();
    let client = newsroom::fetcher(&edition, AddressPolicy::default(), Arc::new(SystemClock))?;
    let fetched = client.get(&FetchRequest::new(url, purpose)).await?;
    match fetched {
        Fetched::Fresh(response) => Ok(Input {
            bytes: response.decoded(DecodeLimits::default())?.into_owned(),
            url: Some(response.url.clone()),
            headers: undecoded(&response.headers),
            fetched: Some(wall()),
        }),
        Fetched::Disallowed { url, rule } => bail!("robots.txt of `{url}` says `{rule}`"),
        other => {
            let status = other.response().map_or(0, |response| response.status);
            bail!("`{address}` answered with status {status}")
        }
    }
}

/// Header lines without the coding that was taken off.
fn undecoded(headers: &Headers) -> Headers {
    let lines = headers.0.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
    Headers(lines.cloned().collect())
}

/// A day in UTC, or an RFC 3339 time.
pub(crate) fn parse_time(raw: &str) -> Result<Timestamp> {
    if let Ok(at) = raw.parse() {
        return Ok(at);
    }
    let day: jiff::civil::Date =
        raw.parse().with_context(|| format!("`{raw}` is neither a day nor an RFC 3339 time"))?;
    Ok(jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0))?)
}
