//! A few simulated months: the short form of a simulation of many.

use chapar_testkit::{Outcome, simulate};

fn run(seed: u64) -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(simulate(seed, dir.path())).unwrap()
}

#[test]
fn nothing_is_lost_in_a_simulated_month_which_is_the_same_every_time() {
    let outcome = run(63);
    assert_eq!(outcome.broken, []);
    assert!(outcome.articles > 50, "{} articles", outcome.articles);
    assert_eq!(run(63), outcome);
}

#[test]
fn another_month_holds_too() {
    assert_eq!(run(4).broken, []);
}
