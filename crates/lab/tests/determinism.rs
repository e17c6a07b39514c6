//! The same bits: on any number of threads, straight or resumed, in the directory and out of it.

mod shared;

use std::fs;
use std::path::Path;

use shared::{Meddler, copy, economy, load, options, run_into};
use walras_engine::{Scratch, step};
use walras_lab::{Outcome, Silent, Status, resume, run};
use walras_record::table::Columns;
use walras_record::{Manifest, Run};

/// Every row of every table and every hash, as text.
fn contents(dir: &Path) -> Vec<String> {
    let run = Run::open(dir).unwrap();
    let manifest = &run.manifest;
    vec![
        format!("{:?}", manifest.step_hashes),
        format!("{:?} {:?} {}", manifest.final_hash, manifest.status, manifest.summary),
        table::<walras_record::table::MarketColumns>(&run),
        table::<walras_record::table::FillColumns>(&run),
        table::<walras_record::table::AgentColumns>(&run),
        table::<walras_record::table::EventColumns>(&run),
        table::<walras_record::table::AccountColumns>(&run),
        table::<walras_record::table::ParameterColumns>(&run),
    ]
}

fn table<C: Columns + std::fmt::Debug>(run: &Run) -> String {
    let mut reader = run.table::<C>().unwrap();
    let mut columns = C::new(&run.manifest.names());
    while reader.append_next(&mut columns).unwrap() {}
    assert!(!columns.is_empty(), "an empty table {} compares nothing", C::NAME);
    assert!(reader.warnings().is_empty(), "{:?}", reader.warnings());
    format!("{columns:?}")
}

fn same_contents(a: &Path, b: &Path, what: &str) {
    for (one, other) in contents(a).iter().zip(contents(b)) {
        assert!(*one == other, "{what}:\n{}\n{}", shortened(one), shortened(&other));
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(600).collect()
}

const CROWD: &str = r#"
[run]
name = "A crowd on three markets"
steps = 12
seed = 11

[assets.A]
[assets.B]
[assets.C]

[markets.a]
kind = "curve"
asset = "A"
curve = { kind = "linear", slope = 0.000001, intercept = 0.5 }
buy_fee = 0.003

[markets.b]
kind = "curve"
asset = "B"
curve = { kind = "exponential", base = 0.5, growth = 0.000001 }

[markets.c]
kind = "curve"
asset = "C"
curve = { kind = "sigmoid", maximum = 4.0, steepness = 0.000001, midpoint = 100_000 }
settlement = "sequential"

[cohorts.traders]
size = 40_000
balance = { kind = "lognormal", median = 500.0, sigma = 0.8 }
policy = { kind = "logistic", valuation = { kind = "lognormal", median = 1.6, sigma = 0.35 }, activity = 0.5 }

[cohorts.trend]
size = 5000
balance = 400.0
markets = ["a", "c"]
policy = { kind = "momentum", fast = 2, slow = 5, activity = 0.5 }
"#;

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = load(
        CROWD,
        &["record.agents_every=3", "record.hash_every=1", "record.agents_sample=3000", "record.fills=true"],
    );
    let mut outcomes: Vec<Outcome> = Vec::new();
    for threads in [1, 2, 3, 8] {
        let out = folder.path().join(threads.to_string());
        outcomes.push(run_into(&out, &loaded, threads, &mut Silent));
        let manifest = Manifest::read(&out.join("manifest.json")).unwrap();
        assert_eq!(manifest.features.threads, threads as u32);
        assert!(outcomes[0].summary.markets.iter().all(|market| market.filled > 1000), "the test needs trade");
        let first = Manifest::read(&folder.path().join("1/manifest.json")).unwrap();
        assert_eq!(manifest.step_hashes, first.step_hashes, "{threads} threads");
        assert_eq!(manifest.summary, first.summary, "{threads} threads");
    }
    assert!(outcomes.iter().all(|outcome| outcome.final_hash == outcomes[0].final_hash));
    for table in ["fills", "agents", "markets", "accounts"] {
        let part = |threads: &str| {
            fs::read(folder.path().join(threads).join(format!("tables/{table}/00000.parquet"))).unwrap()
        };
        for threads in ["2", "3", "8"] {
            assert!(part("1") == part(threads), "the {table} of {threads} threads");
        }
    }
}

#[test]
fn a_run_resumed_from_any_checkpoint_is_the_straight_run() {
    let folder = tempfile::tempdir().unwrap();
    let straight = folder.path().join("straight");
    let steps = [8, 13, 31, 40];
    let copies = steps.map(|step| (step, folder.path().join(format!("cut-{step}"))));
    let mut watch = Meddler { copies: copies.to_vec(), directory: straight.clone(), stop_after: None, done: 0 };
    let outcome = run_into(&straight, &economy(&[]), 2, &mut watch);
    for (step, cut) in &copies {
        let resumed = resume(cut, Some(3), &mut Silent).unwrap();
        assert_eq!((resumed.steps, &resumed.final_hash), (60, &outcome.final_hash), "cut off after step {step}");
        assert_eq!(resumed.summary, outcome.summary, "cut off after step {step}");
        same_contents(cut, &straight, &format!("cut off after step {step}"));
    }
}

#[test]
fn an_interrupted_run_goes_on_as_if_nothing_had_been() {
    let folder = tempfile::tempdir().unwrap();
    let straight = folder.path().join("straight");
    let outcome = run_into(&straight, &economy(&[]), 2, &mut Silent);
    for stop in [0, 1, 7, 8, 29, 30, 45, 58, 59] {
        let cut = folder.path().join(format!("stopped-{stop}"));
        let mut watch = Meddler { stop_after: Some(stop), ..Meddler::default() };
        let stopped = run_into(&cut, &economy(&[]), 2, &mut watch);
        assert_eq!((stopped.status, stopped.steps), (Status::Interrupted, stop));
        if stop == 29 {
            // Twice interrupted is no different.
            let mut again = Meddler { stop_after: Some(41), ..Meddler::default() };
            assert_eq!(resume(&cut, None, &mut again).unwrap().steps, 41);
        }
        let resumed = resume(&cut, Some(1), &mut Silent).unwrap();
        assert_eq!((resumed.status, &resumed.final_hash), (Status::Complete, &outcome.final_hash), "stopped at {stop}");
        same_contents(&cut, &straight, &format!("stopped after step {stop}"));
    }
}

#[test]
fn a_run_cut_off_before_any_checkpoint_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    let straight = folder.path().join("straight");
    let cut = folder.path().join("cut");
    let mut watch = Meddler { copies: vec![(5, cut.clone())], directory: straight.clone(), ..Meddler::default() };
    let outcome = run_into(&straight, &economy(&[]), 1, &mut watch);
    assert!(!cut.join("checkpoint.walras").exists());
    assert_eq!(resume(&cut, None, &mut Silent).unwrap().final_hash, outcome.final_hash);
    same_contents(&cut, &straight, "started over");
}

#[test]
fn the_library_alone_comes_to_the_state_in_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let loaded = economy(&[]);
    let outcome = run_into(&out, &loaded, 2, &mut Silent);
    let mut world = loaded.build(7, 1 << 30).unwrap().world;
    let mut scratch = Scratch::default();
    for _ in 0..60 {
        step(&mut world, &mut scratch).unwrap();
    }
    let manifest = Manifest::read(&out.join("manifest.json")).unwrap();
    assert_eq!(Some(world.hash().unwrap().to_string()), manifest.final_hash);
    assert_eq!(manifest.final_hash, Some(outcome.final_hash));
    let ten: Vec<u64> = manifest.step_hashes.iter().map(|hash| hash.step).collect();
    assert_eq!(ten, [10, 20, 30, 40, 50, 60]);
}

#[test]
fn another_seed_gives_another_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut hashes = Vec::new();
    for seed in [None, Some(7), Some(8)] {
        let out = folder.path().join(format!("{seed:?}"));
        let options = walras_lab::RunOptions { seed, ..options(&out, 1) };
        hashes.push(run(&economy(&[]), &options, &mut Silent).unwrap().final_hash);
    }
    assert_eq!(hashes[0], hashes[1], "the scenario's own seed is 7");
    assert_ne!(hashes[0], hashes[2]);
}

/// What is written down has no bearing on what happens.
#[test]
fn recording_does_not_touch_the_economy() {
    let folder = tempfile::tempdir().unwrap();
    let few = ["record.fills=false", "record.agents=false", "record.accounts_every=60", "record.hash_every=60"];
    let all = ["record.agents_every=1", "record.accounts_every=1", "record.hash_every=1", "record.agents_sample=3"];
    let hash = |name: &str, overrides: &[&str]| {
        run_into(&folder.path().join(name), &economy(overrides), 1, &mut Silent).final_hash
    };
    assert_eq!(hash("few", &few), hash("all", &all));
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for (out, overrides) in [(&one, &[][..]), (&other, &["cohorts.holders.balance=5"][..])] {
        let mut watch = Meddler { stop_after: Some(20), ..Meddler::default() };
        run_into(out, &economy(overrides), 1, &mut watch);
    }
    let mixed = folder.path().join("mixed");
    copy(&one, &mixed);
    fs::copy(other.join("checkpoint.walras"), mixed.join("checkpoint.walras")).unwrap();
    let refused = resume(&mixed, None, &mut Silent).unwrap_err().to_string();
    assert!(refused.contains("another scenario"), "{refused}");
}
