//! Whether an import survives being killed: the same archive is imported undisturbed, and killed
//! again and again at random moments; both must come to the same export.

use crate::files::{binary, output, target_dir};
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often the import is killed.
const KILLS: u32 = 20;
/// The seed of the moments, printed so that a run can be made again.
const SEED: u64 = 20_260_302;

/// Kills an import of `pages` again and again.
pub(crate) fn kill(root: &Path, pages: &str) -> Result<()> {
    let folder = target_dir(root)?.join("kill-check");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let (calm, rough) = (folder.join("calm"), folder.join("rough"));

    let begun = Instant::now();
    finish(root, &calm, pages)?;
    let whole = begun.elapsed();
    println!("kill: undisturbed, the import takes {:.1} s", whole.as_secs_f64());

    let mut state = SEED;
    let mut died = 0;
    for round in 1..=KILLS {
        // Each life is a fair share of what an undisturbed one takes, so that twenty of them fall
        // all over the work.
        let life = whole.mul_f64(0.02 + 0.2 * random(&mut state));
        let died_now = live(root, &rough, pages, life)?;
        died += u32::from(died_now);
        println!("kill: {round} of {KILLS} after {:.2} s", life.as_secs_f64());
    }
    finish(root, &rough, pages)?;
    let one = digest(root, &calm, &folder.join("calm-export"))?;
    let two = digest(root, &rough, &folder.join("rough-export"))?;
    ensure!(one == two, "undisturbed the digest is `{one}`, after {died} kills `{two}`");
    for room in [&calm, &rough] {
        for segment in crate::archive::find_segments(room)? {
            output(Command::new("warcio").arg("check").arg(&segment))
                .context("warcio (`pip install warcio`) finds fault")?;
        }
    }
    println!("kill: {died} kills, then the same digest {one}; warcio finds all records right");
    Ok(())
}

fn import(root: &Path, room: &Path, pages: &str) -> Result<Command> {
    let mut command = Command::new(binary(root)?);
    command.arg("--data").arg(room).arg("import").arg(pages);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}

/// Imports to the end; records that are skipped are no fault here.
fn finish(root: &Path, room: &Path, pages: &str) -> Result<()> {
    let status = import(root, room, pages)?.status()?;
    ensure!(matches!(status.code(), Some(0 | 3)), "the import ended with {status}");
    Ok(())
}

/// Lets an import live for a while and kills it; `false` when it had ended by itself.
fn live(root: &Path, room: &Path, pages: &str, life: Duration) -> Result<bool> {
    let mut child = import(root, room, pages)?.spawn()?;
    #[expect(clippy::disallowed_methods, reason = "a kill at a moment of real time is the point")]
    std::thread::sleep(life);
    let lives = child.try_wait()?.is_none();
    child.kill()?;
    child.wait()?;
    Ok(lives)
}

fn digest(root: &Path, room: &Path, to: &Path) -> Result<String> {
    let said = output(
        Command::new(binary(root)?).arg("--json").arg("--data").arg(room).arg("export").arg(to),
    )?;
    let report: serde_json::Value = serde_json::from_str(&said)?;
    Ok(report["digest"].as_str().context("the export told no digest")?.to_owned())
}

/// A number from 0 to 1 (xorshift).
fn random(state: &mut u64) -> f64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    #[expect(clippy::cast_precision_loss, reason = "a rough share is enough")]
    let share = (*state >> 11) as f64 / (1u64 << 53) as f64;
    share
}
