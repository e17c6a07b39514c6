//! The manifest comes back as it was written, or says plainly why not.

use std::fs;

use serde_json::json;
use tempfile::TempDir;
use walras_record::log::{LogHash, LogHeads, StepHead};
use walras_record::manifest::{
    AssetEntry, CohortEntry, ContractEntry, DataFile, FORMAT, Features, Manifest, MarketEntry, ResourceEntry,
    RunStatus, StepHash,
};
use walras_record::{RecordError, RunDirectory, TableProgress};

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        walras_version: "0.1.0".into(),
        name: "token \"economy\"".into(),
        description: "π and\nnew lines".into(),
        scenario_text: "seed = 1\n[markets.curve]\n".into(),
        scenario_hash: "ab".repeat(32),
        overrides: vec!["seed=7".into()],
        data_files: vec![DataFile { path: "prices.csv".into(), blake3: "cd".repeat(32), bytes: u64::MAX }],
        seed: u64::MAX,
        steps: 1_000,
        order_of_events: "at once".into(),
        step_seconds: 0.1,
        checkpoint_every: 100,
        hash_every: 10,
        features: Features { threads: 2, target_arch: "x86_64".into(), vector: "avx2".into() },
        status: RunStatus::Failed { message: "the disk is full".into() },
        started_unix_s: 1_700_000_000,
        wall_seconds: 1.0 / 3.0,
        step_hashes: vec![StepHash { step: 10, hash: "ef".repeat(32) }],
        final_hash: None,
        final_step: 10,
        assets: vec![AssetEntry { name: "CASH".into(), decimals: 6 }],
        markets: vec![MarketEntry {
            name: "curve".into(),
            asset: "TOKEN".into(),
            mechanism: "linear".into(),
            settlement: "batch".into(),
        }],
        resources: vec![ResourceEntry { name: "cluster".into(), assets: vec!["TOKEN".into()], rule: "max_min".into() }],
        contracts: vec![ContractEntry {
            name: "growth".into(),
            asset: "CASH".into(),
            contribution: "supply_growth".into(),
            unit: "TOKEN".into(),
            affiliates: "promoters".into(),
            count: 3,
        }],
        cohorts: vec![CohortEntry {
            name: "traders".into(),
            size: 10,
            first_agent: 0,
            policy: "logistic".into(),
            objective: "log".into(),
        }],
        log: LogHeads {
            size: 3,
            root: LogHash::leaf(b"entry"),
            steps: vec![StepHead { step: 7, size: 3, root: LogHash::leaf(b"entry") }],
        },
        tables: vec![TableProgress { name: "markets".into(), parts: 1, rows: 10 }],
        summary: json!({"gini": 0.5, "sharpe": null, "by_cohort": [{"name": "traders"}]}),
    }
}

#[test]
fn every_field_comes_back() {
    let directory = TempDir::new().unwrap();
    let path = RunDirectory::at(directory.path()).manifest();
    manifest().write(&path).unwrap();
    assert_eq!(Manifest::read(&path).unwrap(), manifest());
    for status in [RunStatus::Running, RunStatus::Complete, RunStatus::Interrupted] {
        let changed = Manifest { status, final_hash: Some("01".repeat(32)), ..manifest() };
        changed.write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), changed);
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
}

/// Other programs read the file too: these names are part of the format.
#[test]
fn the_status_is_spelled_plainly() {
    let status = |status: RunStatus| serde_json::to_value(status).unwrap();
    assert_eq!(status(RunStatus::Interrupted), json!({"state": "interrupted"}));
    assert_eq!(status(RunStatus::Failed { message: "why".into() }), json!({"state": "failed", "message": "why"}));
}

#[test]
fn a_missing_broken_or_newer_manifest_is_told_apart() {
    let directory = TempDir::new().unwrap();
    let path = RunDirectory::at(directory.path()).manifest();
    assert!(matches!(Manifest::read(&path), Err(RecordError::Missing { .. })));

    fs::write(&path, "{\n  \"format\": 1,\n  \"name\" \"x\"\n}").unwrap();
    let message = Manifest::read(&path).unwrap_err().to_string();
    assert!(message.contains("manifest.json") && message.contains("line 3"), "{message}");

    fs::write(&path, "{\n  \"format\": 1\n}").unwrap();
    let message = Manifest::read(&path).unwrap_err().to_string();
    assert!(message.contains("missing field `walras_version`"), "{message}");

    // A newer format may differ in everything but its version.
    fs::write(&path, json!({"format": FORMAT + 1, "name": ["not", "text"]}).to_string()).unwrap();
    assert!(matches!(Manifest::read(&path), Err(RecordError::Newer { found, .. }) if found == FORMAT + 1));
}

#[test]
fn a_float_that_json_cannot_hold_is_refused() {
    let directory = TempDir::new().unwrap();
    let path = RunDirectory::at(directory.path()).manifest();
    manifest().write(&path).unwrap();
    let unbounded = Manifest { wall_seconds: f64::INFINITY, ..manifest() };
    let message = unbounded.write(&path).unwrap_err().to_string();
    assert!(message.contains("wall_seconds is inf"), "{message}");
    assert_eq!(Manifest::read(&path).unwrap(), manifest(), "the old one is still there");
}

#[test]
fn a_directory_that_holds_a_run_is_not_overwritten() {
    let directory = TempDir::new().unwrap();
    let root = directory.path().join("deep/er");
    let run = RunDirectory::create(&root, "seed = 1\n").unwrap();
    assert_eq!(fs::read_to_string(run.scenario()).unwrap(), "seed = 1\n");
    manifest().write(&run.manifest()).unwrap();
    let message = RunDirectory::create(&root, "seed = 2\n").unwrap_err().to_string();
    assert!(message.contains("already holds a run"), "{message}");
    assert_eq!(fs::read_to_string(run.scenario()).unwrap(), "seed = 1\n");
}

/// A file where a directory is needed stops everyone, the superuser included.
#[test]
fn an_impossible_directory_is_told() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = RunDirectory::create(&file.join("run"), "").unwrap_err();
    assert_eq!(error.path(), file.join("run"));
    assert!(error.to_string().starts_with("cannot create the directory"), "{error}");
    assert!(manifest().write(&directory.path().join("absent/manifest.json")).is_err());
}
