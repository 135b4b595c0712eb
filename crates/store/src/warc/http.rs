//! HTTP messages as they stand in records.

use super::HEAD_BYTES_MAX;
use chapar_model::Headers;

/// Status, header lines and body of an HTTP response as it stands in a `response` record.
/// Chunked transfer coding is taken off. `None` when it is no HTTP response.
pub fn split_http(block: &[u8]) -> Option<(u16, Headers, Vec<u8>)> {
    let (head_end, body_start) = head_end(block)?;
    let head = String::from_utf8_lossy(block.get(..head_end)?);
    let mut lines = head.lines();
    let status_line = lines.next()?;
    if !status_line.starts_with("HTTP/") {
        return None;
    }
    let status = status_line.split_whitespace().nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let headers = Headers(headers);
    let body = block.get(body_start..)?;
    let chunked = headers
        .get("Transfer-Encoding")
        .is_some_and(|v| v.to_ascii_lowercase().contains("chunked"));
    let body = match chunked.then(|| unchunk(body)).flatten() {
        Some(plain) => plain,
        None => body.to_vec(),
    };
    let kept = headers.0.into_iter().filter(|(n, _)| !n.eq_ignore_ascii_case("Transfer-Encoding"));
    Some((status, Headers(kept.collect()), body))
}

fn head_end(block: &[u8]) -> Option<(usize, usize)> {
    let limit = block.len().min(HEAD_BYTES_MAX);
    let head = block.get(..limit)?;
    let crlf = head.windows(4).position(|w| w == b"\r\n\r\n").map(|at| (at, at + 4));
    let lf = head.windows(2).position(|w| w == b"\n\n").map(|at| (at, at + 2));
    match (crlf, lf) {
        (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
        (found, None) | (None, found) => found,
    }
}

/// Takes chunked transfer coding off; `None` when the body is not coded so, as in archives whose
/// writer took it off and kept the header.
fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(body.len());
    loop {
        let line_end = body.windows(2).take(1024).position(|w| w == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..line_end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = body.get(line_end + 2..)?;
        if size == 0 {
            return Some(plain);
        }
        plain.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?.strip_prefix(b"\r\n")?;
    }
}
