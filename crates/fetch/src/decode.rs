//! Takes the `Content-Encoding` off a body, within limits. Pure: the archive keeps bodies as they
//! came, and whoever reads one later calls this again.

use chapar_model::Headers;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use thiserror::Error;

/// Most codings that may lie over one another.
pub const CODINGS_MAX: usize = 3;

/// Up to here the ratio is nobody's concern: short bodies of one letter pack very well.
const RATIO_FREE_BYTES: usize = 1024 * 1024;

/// Largest window of a zstd frame, 8 MB. RFC 9659 lets senders of web content use no more.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

const BROTLI_BUFFER_BYTES: usize = 8 * 1024;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How much decoding may yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Bytes that may come out, of each coding.
    pub bytes_max: usize,
    /// Bytes that may come out for each byte that went in, past the first megabyte.
    pub ratio_max: usize,
}

impl Default for DecodeLimits {
    /// 40 MB. No page should pack better than 1 to 100 (a judgment, not measured), while a bomb of
    /// zeros in gzip packs 1 to 1030.
    fn default() -> Self {
        Self { bytes_max: 40 * 1024 * 1024, ratio_max: 200 }
    }
}

impl DecodeLimits {
    fn for_body(self, body: &[u8]) -> usize {
        self.bytes_max.min(body.len().saturating_mul(self.ratio_max).max(RATIO_FREE_BYTES))
    }
}

/// Why a body cannot be decoded.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// A coding that we do not know.
    #[error("`{coding}` is no content coding we know")]
    Unknown {
        /// Its name, shortened.
        coding: String,
    },
    /// Too many codings over one another.
    #[error("`{count}` content codings are over the limit of `{CODINGS_MAX}`")]
    TooManyCodings {
        /// How many.
        count: usize,
    },
    /// More came out than may.
    #[error("a body of `{received}` bytes decodes to more than `{limit}`")]
    TooLarge {
        /// Bytes that went in.
        received: usize,
        /// Bytes that may come out.
        limit: usize,
    },
    /// Not what its coding says, or cut short.
    #[error("the body is no whole `{coding}` stream")]
    Broken {
        /// The coding.
        coding: Coding,
        /// What the decoder says.
        source: io::Error,
    },
}

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, or RFC 1951 as some servers have it.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        })
    }
}

/// The body without its content codings; borrowed when it has none.
pub fn decode_body<'b>(
    headers: &Headers,
    body: &'b [u8],
    limits: DecodeLimits,
) -> Result<Cow<'b, [u8]>, DecodeError> {
    let codings = find_codings(headers)?;
    if codings.len() > CODINGS_MAX {
        return Err(DecodeError::TooManyCodings { count: codings.len() });
    }
    let limit = limits.for_body(body);
    if body.is_empty() {
        return Ok(Cow::Borrowed(body));
    }
    // The last one named was put on last.
    codings.into_iter().rev().try_fold(Cow::Borrowed(body), |bytes, coding| {
        match decode(coding, &bytes, limit)? {
            Some(decoded) => Ok(Cow::Owned(decoded)),
            None => Ok(bytes),
        }
    })
}

fn find_codings(headers: &Headers) -> Result<Vec<Coding>, DecodeError> {
    let lines = headers.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    let names = lines.flat_map(|(_, value)| value.split(',')).map(str::trim);
    names.filter_map(|name| parse_coding(name).transpose()).collect()
}

fn parse_coding(name: &str) -> Result<Option<Coding>, DecodeError> {
    match name.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Ok(Some(Coding::Gzip)),
        "deflate" => Ok(Some(Coding::Deflate)),
        "br" => Ok(Some(Coding::Brotli)),
        "zstd" => Ok(Some(Coding::Zstd)),
        // Not all of these are codings, but servers name a charset or nothing much here and then
        // send the body as it is.
        "" | "identity" | "none" | "utf-8" | "utf8" | "binary" | "8bit" => Ok(None),
        _ => Err(DecodeError::Unknown { coding: name.chars().take(40).collect() }),
    }
}

/// `None` when the body was never encoded, whatever its headers say.
fn decode(coding: Coding, body: &[u8], limit: usize) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut out = Output { bytes: Vec::new(), received: body.len(), limit };
    match coding {
        // Some servers announce a coding and forget to apply it. Both have a magic number.
        Coding::Gzip if !body.starts_with(&GZIP_MAGIC) => return Ok(None),
        Coding::Zstd if !is_zstd(body) => return Ok(None),
        Coding::Gzip => read_gzip(body, &mut out)?,
        Coding::Deflate if is_zlib(body) => out.read(coding, ZlibDecoder::new(body))?,
        Coding::Deflate => out.read(coding, DeflateDecoder::new(body))?,
        Coding::Brotli => {
            let reader = brotli_decompressor::Decompressor::new(body, BROTLI_BUFFER_BYTES);
            out.read(coding, reader)?;
        }
        Coding::Zstd => read_zstd(body, &mut out)?,
    }
    Ok(Some(out.bytes))
}

/// Decoded bytes that may not outgrow their limit.
struct Output {
    bytes: Vec<u8>,
    received: usize,
    limit: usize,
}

impl Output {
    fn read(&mut self, coding: Coding, reader: impl Read) -> Result<(), DecodeError> {
        let rest = (self.limit - self.bytes.len()) as u64;
        reader
            .take(rest + 1)
            .read_to_end(&mut self.bytes)
            .map_err(|source| DecodeError::Broken { coding, source })?;
        match self.bytes.len() > self.limit {
            true => Err(DecodeError::TooLarge { received: self.received, limit: self.limit }),
            false => Ok(()),
        }
    }
}

/// Reads members to the end; what is no member behind the first is left alone, as browsers do.
fn read_gzip(body: &[u8], out: &mut Output) -> Result<(), DecodeError> {
    let mut rest = body;
    while rest.starts_with(&GZIP_MAGIC) {
        let mut member = GzDecoder::new(rest);
        out.read(Coding::Gzip, &mut member)?;
        rest = member.into_inner();
    }
    Ok(())
}

/// Whether a "deflate" body has the zlib header that it should have (RFC 1950, 2.2).
fn is_zlib(body: &[u8]) -> bool {
    match body {
        [cmf, flg, ..] => cmf & 0x0f == 8 && u16::from_be_bytes([*cmf, *flg]) % 31 == 0,
        _ => false,
    }
}

/// Reads frames to the end; what is no frame behind the first is left alone.
fn read_zstd(body: &[u8], out: &mut Output) -> Result<(), DecodeError> {
    let broken = |source| DecodeError::Broken { coding: Coding::Zstd, source };
    let mut rest = body;
    while is_zstd(rest) {
        let mut frame = zstd::stream::read::Decoder::with_buffer(rest).map_err(broken)?;
        frame.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(broken)?;
        let mut frame = frame.single_frame();
        out.read(Coding::Zstd, &mut frame)?;
        rest = frame.finish();
    }
    Ok(())
}

/// Whether a frame begins here, or one to be skipped (RFC 8878, 3.1.2).
fn is_zstd(bytes: &[u8]) -> bool {
    bytes.starts_with(&ZSTD_MAGIC) || matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

#[cfg(test)]
mod tests;
