//! Whether others can show what we archived: pywb serves the records by our index, and each page
//! has to come back with its bytes. Asks no one but that server, on this machine.

use crate::files::output;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often the server is looked for before it is given up, a quarter of a second apart.
const LOOKS_MAX: u32 = 240;
/// Longest answer that is read.
const ANSWER_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// How many of the answers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A dozen of them, spread over the archive.
    Some,
    /// All.
    All,
}

const DOZEN: usize = 12;

/// Asks pywb for what `seen.jsonl` of an export names; gives the number of answers compared.
pub(crate) fn replay(room: &Path, index: &Path, export: &Path, extent: Extent) -> Result<usize> {
    let captures = find_captures(&export.join("seen.jsonl"))?;
    let step = match extent {
        Extent::Some => captures.len().div_ceil(DOZEN).max(1),
        Extent::All => 1,
    };
    let server = Server::start(room, index)?;
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (place, digests) in captures.iter().step_by(step) {
        let body = server.ask(&format!("/room/{place}"))?;
        let found = format!("{:x}", Sha256::digest(&body));
        compared += 1;
        if !digests.contains(&found) {
            wrong.push(place.as_str());
        }
    }
    ensure!(
        wrong.is_empty(),
        "pywb gives other bytes for {} of {compared} pages, such as `{}`",
        wrong.len(),
        wrong.first().copied().unwrap_or_default()
    );
    Ok(compared)
}

/// Where each answer is asked for, with the digest of its body. Two answers of an address in one
/// second cannot be told apart by those who ask.
fn find_captures(seen: &Path) -> Result<Vec<(String, HashSet<String>)>> {
    let text = fs::read_to_string(seen).with_context(|| format!("`{}`", seen.display()))?;
    let mut captures: Vec<(String, HashSet<String>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in text.lines() {
        let link: Value = serde_json::from_str(line)?;
        let fact = |name: &str| link[name].as_str().with_context(|| format!("no `{name}`"));
        // An answer that said "not modified" is no capture of its own.
        if fact("kind")? == "not-modified" {
            continue;
        }
        let digits: String = fact("seen")?.chars().filter(char::is_ascii_digit).take(14).collect();
        let place = format!("{digits}id_/{}", fact("url")?);
        let at = *places.entry(place.clone()).or_insert(captures.len());
        if at == captures.len() {
            captures.push((place, HashSet::new()));
        }
        if let Some((_, digests)) = captures.get_mut(at) {
            digests.insert(fact("digest")?.to_owned());
        }
    }
    Ok(captures)
}

/// pywb, for as long as this lives.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(room: &Path, index: &Path) -> Result<Self> {
        let folder = room.with_extension("pywb");
        fs::create_dir_all(&folder)?;
        let quoted = |path: PathBuf| serde_json::to_string(&format!("{}/", path.display()));
        let config = format!(
            "collections:\n  room:\n    index_paths: {}\n    archive_paths: [{}, {}]\n",
            serde_json::to_string(&index.display().to_string())?,
            quoted(room.join("archive"))?,
            quoted(room.join("spool"))?
        );
        fs::write(folder.join("config.yaml"), config)?;
        // Whoever listens now is gone when the server begins to.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = fs::File::create(folder.join("log"))?;
        let child = Command::new("wayback")
            .args(["-b", "127.0.0.1", "-p", &port.to_string()])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("`wayback` does not start: `pip install pywb` brings it")?;
        let mut server = Self { child, port };
        for _ in 0..LOOKS_MAX {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("pywb ended with {status}: see `{}`", folder.join("log").display());
            }
            #[expect(clippy::disallowed_methods, reason = "another program takes real time")]
            std::thread::sleep(Duration::from_millis(250));
        }
        bail!("pywb does not answer: see `{}`", folder.join("log").display())
    }

    /// The body that is served at a path, with its coding still on.
    fn ask(&self, path: &str) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        // HTTP/1.0, so that the body ends where the connection does.
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n\
             Accept-Encoding: gzip, deflate, br, zstd\r\n\r\n",
            self.port
        )?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
        let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let head = head.with_context(|| format!("no HTTP answer for `{path}`"))?;
        Ok(answer.split_off(head + 4))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours and ends with us; that it has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the signature of a WACZ with a library that is not ours (it comes with pywb).
const READ_SIGNATURE: &str = "
import base64, json, sys, zipfile
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
signed = json.loads(zipfile.ZipFile(sys.argv[1]).read('datapackage-digest.json'))['signedData']
key = serialization.load_der_public_key(base64.b64decode(signed['publicKey']))
raw = base64.b64decode(signed['signature'])
pair = utils.encode_dss_signature(
    int.from_bytes(raw[:32], 'big'), int.from_bytes(raw[32:], 'big'))
key.verify(pair, signed['hash'].encode(), ec.ECDSA(hashes.SHA256()))
";

/// Has a WACZ validated by py-wacz, and its signature by Python's cryptography.
pub(crate) fn validate(wacz: &Path) -> Result<()> {
    let said = output(Command::new("wacz").args(["validate", "-f"]).arg(wacz))
        .context("wacz (`pip install wacz`) finds fault")?;
    ensure!(said.contains("Validation succeeded"), "wacz finds fault: {}", said.trim());
    output(Command::new("python3").args(["-c", READ_SIGNATURE]).arg(wacz))
        .context("the signature does not hold")?;
    Ok(())
}
