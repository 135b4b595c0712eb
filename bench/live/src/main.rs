//! A newsroom at work on loopback: so many feeds of five entries each, every answer 20 ms away.
//! Two rounds are timed: all is new, then nothing changed. The feeds are served by a process of
//! their own, so that the memory told is that of the newsroom alone.
//!
//! `bench-live [FEEDS]`, 2,000 unless told.

mod newsroom;
mod outlets;

use anyhow::{Context as _, Result, ensure};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// Entries of one feed, each with a page of its own.
pub(crate) const ENTRIES: usize = 5;
/// How far away every answer is.
pub(crate) const LATENCY: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let first = words.next().unwrap_or_else(|| "2000".to_owned());
    if first == "serve" {
        let feeds = words.next().context("how many feeds?")?.parse()?;
        return outlets::serve(feeds).await;
    }
    let feeds: usize = first.parse().context("the number of feeds")?;
    let mut served = Command::new(std::env::current_exe()?)
        .args(["serve", &feeds.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(served.stdout.take().context("no standard output")?).lines();
    let port = lines.next_line().await?.context("the outlets are not served")?.parse()?;
    let dir = tempfile::tempdir()?;
    let room = newsroom::open(dir.path(), feeds, port).await?;

    let begun = Instant::now();
    let work = room.start();
    room.wait_for((feeds * ENTRIES) as i64, begun).await?;
    let read = begun.elapsed();
    let after_reading = newsroom::peak_megabytes()?;
    room.wait_for_views(begun).await?;
    let shown = begun.elapsed();
    let after_first = outlets::asked(port).await?;
    println!(
        "first round: {feeds} feeds and {} pages read and stored in {:.1} s; grouped and \
         indexed after {:.1} s; {after_first}",
        feeds * ENTRIES,
        read.as_secs_f64(),
        shown.as_secs_f64()
    );

    let begun = Instant::now();
    room.poll_all().await?;
    room.wait_for_polls(begun).await?;
    let again = begun.elapsed();
    let after_second = outlets::asked(port).await?;
    println!(
        "second round: nothing changed, {:.1} s; {}",
        again.as_secs_f64(),
        after_second.since(&after_first)
    );
    let most = newsroom::peak_megabytes()?;
    println!("memory of the newsroom: most {most} MB; {after_reading} MB when all was read");
    work.end().await?;
    ensure!(after_second.pages == after_first.pages, "pages were asked for again");
    Ok(())
}
