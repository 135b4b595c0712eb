//! Bodies as servers send them, whole and hostile.

use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;

const TEXT: &[u8] = "Rates rise. نرخ‌ها بالا رفت. Rates rise again, and again, and again.".as_bytes();

/// `BROTLI_TEXT` in Brotli.
const BROTLI: &[u8] = b"\x1b\x32\x00\xf8\x1d\xa9\x55\x9f\x3a\xb8\x0c\x93\x72\xab\x39\xba\x74\
    \x21\x2b\x83\x0d\x38\x70\xc8\x22\x4c\x68\xe1\x5b\x80\x05\x5a\x9a\x49\xb9\x49\x34\x92\
    \x1f\xbe\x43";
const BROTLI_TEXT: &[u8] = b"Rates rise. Rates rise again, and again, and again.";

/// 16 million times "a": Brotli copies a byte as often as it is told to.
const BROTLI_BOMB: &[u8] = b"\xcb\xff\xff\x3f\xf8\x25\xc2\xe2\xb1\x40\x20\xf7\xfe\x2f\xff\x47\xe8\
    \xf0\x4b\x00\xc4\x61\x11\x80\xee\x06\x1d";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn decoded(coding: &str, body: &[u8], limits: DecodeLimits) -> Result<Vec<u8>, DecodeError> {
    let headers = Headers(vec![("Content-Encoding".into(), coding.into())]);
    decode_body(&headers, body, limits).map(Cow::into_owned)
}

#[track_caller]
fn check(coding: &str, body: &[u8], expect: &[u8]) {
    let decoded = decoded(coding, body, DecodeLimits::default()).unwrap();
    assert_eq!(String::from_utf8_lossy(&decoded), String::from_utf8_lossy(expect), "{coding}");
}

#[track_caller]
fn check_error(coding: &str, body: &[u8], expect: &str) {
    let limits = DecodeLimits { bytes_max: 100_000, ratio_max: 200 };
    let error = decoded(coding, body, limits).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn every_coding_comes_off() {
    check("gzip", &gzip(TEXT), TEXT);
    check("X-GZip", &gzip(TEXT), TEXT);
    check("deflate", &zlib(TEXT), TEXT);
    check("deflate", &raw_deflate(TEXT), TEXT);
    check("zstd", &zstd(TEXT), TEXT);
    check("br", BROTLI, BROTLI_TEXT);
    check("identity", TEXT, TEXT);
    check("", TEXT, TEXT);
}

#[test]
fn codings_come_off_in_reverse() {
    check("gzip, zstd", &zstd(&gzip(TEXT)), TEXT);
    check("deflate,identity , gzip,", &gzip(&zlib(TEXT)), TEXT);
    let headers = Headers(vec![
        ("content-encoding".into(), "gzip".into()),
        ("Content-Type".into(), "text/html".into()),
        ("Content-Encoding".into(), "zstd".into()),
    ]);
    let body = zstd(&gzip(TEXT));
    assert_eq!(decode_body(&headers, &body, DecodeLimits::default()).unwrap(), TEXT);
}

#[test]
fn a_body_without_coding_is_not_copied() {
    let body = decode_body(&Headers::default(), TEXT, DecodeLimits::default()).unwrap();
    assert!(matches!(body, Cow::Borrowed(_)));
}

#[test]
fn an_empty_body_is_empty_in_any_coding() {
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
        check(coding, b"", b"");
    }
}

#[test]
fn a_coding_that_was_announced_and_not_applied_is_put_up_with() {
    check("gzip", TEXT, TEXT);
    check("zstd", TEXT, TEXT);
    check("utf-8", TEXT, TEXT);
    check("gzip, gzip", &gzip(TEXT), TEXT);
}

#[test]
fn members_and_frames_follow_one_another_and_junk_behind_them_is_ignored() {
    let twice = [TEXT, TEXT].concat();
    let behind = |first: &[u8], then: &[u8]| [first, then].concat();
    check("gzip", &behind(&gzip(TEXT), &gzip(TEXT)), &twice);
    check("gzip", &behind(&gzip(TEXT), b"\0\0\0\0"), TEXT);
    check("zstd", &behind(&zstd(TEXT), &zstd(TEXT)), &twice);
    check("zstd", &behind(&zstd(TEXT), b"junk"), TEXT);
    check("deflate", &behind(&zlib(TEXT), b"junk"), TEXT);
    check("br", &behind(BROTLI, b"junk"), BROTLI_TEXT);
    let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
    check("zstd", &behind(skipped, &zstd(TEXT)), TEXT);
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let zeros = vec![0; 3_000_000];
    check_error("gzip", &gzip(&zeros), "decodes to more than `100000`");
    check_error("deflate", &zlib(&zeros), "decodes to more than `100000`");
    check_error("deflate", &raw_deflate(&zeros), "decodes to more than `100000`");
    check_error("zstd", &zstd(&zeros), "decodes to more than `100000`");
    check_error("br", BROTLI_BOMB, "decodes to more than `100000`");
    check_error("gzip, gzip", &gzip(&gzip(&zeros)), "decodes to more than `100000`");
    let members = gzip(&[0; 60_000]).repeat(2);
    check_error("gzip", &members, "decodes to more than `100000`");
}

#[test]
fn the_ratio_is_limited_past_the_first_megabyte() {
    let limits = DecodeLimits { bytes_max: usize::MAX / 2, ratio_max: 200 };
    let short = gzip(&vec![0; 1_000_000]);
    assert_eq!(decoded("gzip", &short, limits).unwrap().len(), 1_000_000);
    let long = gzip(&vec![0; 30_000_000]);
    let error = decoded("gzip", &long, limits).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { limit, .. } if limit == long.len() * 200));
}

#[test]
fn exactly_the_limit_is_allowed() {
    let limits = |bytes_max| DecodeLimits { bytes_max, ratio_max: 200 };
    assert!(decoded("gzip", &gzip(TEXT), limits(TEXT.len())).is_ok());
    assert!(decoded("gzip", &gzip(TEXT), limits(TEXT.len() - 1)).is_err());
}

#[test]
fn a_large_zstd_window_is_refused() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(TEXT).unwrap();
    check_error("zstd", &encoder.finish().unwrap(), "no whole `zstd` stream");
}

#[test]
fn broken_streams_are_errors() {
    for (coding, body) in [
        ("gzip", gzip(TEXT)),
        ("deflate", zlib(TEXT)),
        ("zstd", zstd(TEXT)),
        ("br", BROTLI.to_vec()),
    ] {
        let half = body.get(..body.len() / 2).unwrap();
        check_error(coding, half, &format!("no whole `{coding}` stream"));
    }
    check_error("deflate", b"\xff\xff\xff", "no whole `deflate` stream");
    check_error("br", TEXT, "no whole `br` stream");
}

#[test]
fn unknown_and_too_many_codings_are_errors() {
    check_error("lzma", TEXT, "`lzma` is no content coding");
    check_error("aes128gcm", TEXT, "`aes128gcm` is no content coding");
    check_error("gzip, gzip, gzip, gzip", TEXT, "`4` content codings");
}

proptest! {
    #[test]
    fn what_was_put_on_comes_off(bytes: Vec<u8>) {
        for (coding, body) in
            [("gzip", gzip(&bytes)), ("deflate", zlib(&bytes)), ("zstd", zstd(&bytes))]
        {
            prop_assert_eq!(&decoded(coding, &body, DecodeLimits::default()).unwrap(), &bytes);
        }
    }

    #[test]
    fn no_body_makes_it_panic_or_outgrow_its_limit(
        coding in 0usize..5, at: prop::sample::Index, byte: u8, noise: Vec<u8>,
    ) {
        let (coding, mut body) = [
            ("gzip", gzip(TEXT)),
            ("deflate", zlib(TEXT)),
            ("deflate", raw_deflate(TEXT)),
            ("br", BROTLI_BOMB.to_vec()),
            ("zstd", zstd(TEXT)),
        ][coding].clone();
        let at = at.index(body.len());
        body[at] = byte;
        let limits = DecodeLimits { bytes_max: 1000, ratio_max: 200 };
        for body in [body, noise] {
            if let Ok(bytes) = decoded(coding, &body, limits) {
                prop_assert!(bytes.len() <= limits.bytes_max.max(body.len()));
            }
        }
    }
}
