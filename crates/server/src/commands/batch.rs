//! Batch mode: one JSON object a line in, one out, in the same order, an `err` where a record
//! fails. Several lines are worked on at a time.

use crate::say::Done;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

/// Lines worked on at a time, a thread.
const LINES_A_THREAD: usize = 16;
/// Longest line, in bytes.
const LINE_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Reads `from` line by line (`-` is standard input) and writes what `answer` makes of each.
pub(crate) fn each_line(
    from: &Path,
    answer: impl Fn(Value) -> Result<Value> + Sync,
) -> Result<Done> {
    let mut answer_lines = Lines::open(from)?;
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut gaps = false;
    loop {
        let lines = answer_lines.take(threads * LINES_A_THREAD)?;
        if lines.is_empty() {
            break;
        }
        for value in in_parallel(&lines, threads, &answer) {
            gaps |= value.get("err").is_some();
            if !write_line(&mut out, &value)? {
                return Ok(Done::Whole);
            }
        }
    }
    out.flush()?;
    Ok(if gaps { Done::WithGaps } else { Done::Whole })
}

/// The same for an `answer` that must see the lines one after the other.
pub(crate) fn each_line_in_turn(
    from: &Path,
    mut answer: impl FnMut(Value) -> Result<Value>,
) -> Result<Done> {
    let mut lines = Lines::open(from)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut gaps = false;
    loop {
        let batch = lines.take(LINES_A_THREAD)?;
        if batch.is_empty() {
            break;
        }
        for line in &batch {
            let value = answer_line(line, &mut answer);
            gaps |= value.get("err").is_some();
            if !write_line(&mut out, &value)? {
                return Ok(Done::Whole);
            }
        }
    }
    out.flush()?;
    Ok(if gaps { Done::WithGaps } else { Done::Whole })
}

fn in_parallel(
    lines: &[Vec<u8>],
    threads: usize,
    answer: &(impl Fn(Value) -> Result<Value> + Sync),
) -> Vec<Value> {
    let share = lines.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = lines
            .chunks(share)
            .map(|chunk| {
                let work = move || -> Vec<Value> {
                    chunk.iter().map(|line| answer_line(line, &mut |v| answer(v))).collect()
                };
                (chunk.len(), scope.spawn(work))
            })
            .collect();
        let mut values = Vec::with_capacity(lines.len());
        for (count, worker) in workers {
            match worker.join() {
                Ok(done) => values.extend(done),
                Err(_fell) => {
                    let fault = json!({ "err": "the thread that worked on it fell over" });
                    values.extend(std::iter::repeat_n(fault, count));
                }
            }
        }
        values
    })
}

/// What stands for one line in the output: the answer, or `err` beside the record's `id`.
fn answer_line(line: &[u8], answer: &mut impl FnMut(Value) -> Result<Value>) -> Value {
    let record: Value = match serde_json::from_slice(line) {
        Ok(record) => record,
        Err(error) => return json!({ "id": null, "err": format!("the line is no JSON: {error}") }),
    };
    let id = record.get("id").cloned().unwrap_or(Value::Null);
    match answer(record) {
        Ok(value) => value,
        Err(error) => json!({ "id": id, "err": format!("{error:#}") }),
    }
}

/// Writes a line; `false` when the reader went away.
fn write_line(out: &mut impl io::Write, value: &Value) -> Result<bool> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    match out.write_all(&line) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        done => done.map(|()| true).context("standard output"),
    }
}

struct Lines {
    reader: Box<dyn BufRead>,
}

impl Lines {
    fn open(from: &Path) -> Result<Self> {
        let reader: Box<dyn BufRead> = match from.as_os_str() == "-" {
            true => Box::new(BufReader::new(io::stdin())),
            false => {
                let file = File::open(from)
                    .with_context(|| format!("`{}` cannot be read", from.display()))?;
                Box::new(BufReader::new(file))
            }
        };
        Ok(Self { reader })
    }

    fn take(&mut self, most: usize) -> Result<Vec<Vec<u8>>> {
        let mut lines = Vec::new();
        while lines.len() < most {
            let mut line = Vec::new();
            if (&mut self.reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if !line.trim_ascii().is_empty() {
                lines.push(line);
            }
        }
        Ok(lines)
    }
}
