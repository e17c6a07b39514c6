//! What a run will take is said quickly, and not for nothing.

mod shared;

use std::time::Instant;

use shared::{economy, run_into};
use walras_lab::{Silent, cost};

#[test]
fn cost_is_known_without_building_what_was_asked_for() {
    let start = Instant::now();
    let found = cost(&economy(&["cohorts.traders.size=2000000000", "run.steps=1000000"])).unwrap();
    assert!(start.elapsed().as_secs_f64() < 10.0, "a trial of a few steps");
    assert_eq!(found.agents, 2_000_000_060);
    assert!(found.memory_bytes > 2_000_000_000 * 16 && found.seconds > 3600.0);
}

/// Within a factor of three of the truth, as rows are counted and not timed.
#[test]
fn disk_is_about_what_a_run_takes() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let loaded = economy(&["run.steps=2000", "record.agents_every=10", "record.checkpoint_every=5000"]);
    run_into(&out, &loaded, 1, &mut Silent);
    let taken = bytes(&out) as f64;
    let told = cost(&loaded).unwrap().disk_bytes as f64;
    assert!((taken / 3.0..taken * 3.0).contains(&told), "told {told}, took {taken}");
}

fn bytes(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(
            |entry| {
                if entry.file_type().unwrap().is_dir() { bytes(&entry.path()) } else { entry.metadata().unwrap().len() }
            },
        )
        .sum()
}
