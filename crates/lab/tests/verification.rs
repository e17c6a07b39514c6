//! `verify` finds what was changed, and only that.

mod shared;

use std::fs;
use std::path::{Path, PathBuf};

use shared::{Meddler, copy, economy, load, run_into};
use walras_lab::{Silent, Verification, verify};

fn verified(dir: &Path) -> Verification {
    verify(dir, Some(2), &mut Silent).unwrap()
}

/// The names of the checks that fail.
fn failing(found: &Verification) -> Vec<&str> {
    assert_eq!(found.ok, found.checks.iter().all(|check| check.ok));
    found.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect()
}

fn changed(dir: &Path, change: impl FnOnce(&Path)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("run");
    copy(dir, &copied);
    change(&copied);
    (folder, copied)
}

/// Puts a file of another run in the place of this run's.
fn replace(other: &Path, dir: &Path, file: &str) {
    fs::copy(other.join(file), dir.join(file)).unwrap();
}

fn edit_manifest(dir: &Path, from: &str, to: &str) {
    let path = dir.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_run_is_what_it_says_and_any_change_shows() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let outcome = run_into(&out, &economy(&[]), 2, &mut Silent);
    let found = verified(&out);
    assert_eq!(failing(&found), [""; 0], "{found:#?}");
    for name in ["state hashes", "final state", "summary", "every account", "table fills", "law: accounts sum to zero"]
    {
        assert!(found.checks.iter().any(|check| check.name == name), "no check of {name}");
    }
    assert_eq!(found.checks.iter().filter(|check| check.name.starts_with("law: ")).count(), 3);

    let last = outcome.final_hash.chars().last().unwrap();
    let other = if last == '0' { '1' } else { '0' };
    let wrong = format!("{}{other}", &outcome.final_hash[..63]);
    let final_hash = |hash: &str| format!("\"final_hash\": \"{hash}\"");
    let (_folder, dir) = changed(&out, |dir| edit_manifest(dir, &final_hash(&outcome.final_hash), &final_hash(&wrong)));
    assert_eq!(failing(&verified(&dir)), ["final state"]);

    let (_folder, dir) = changed(&out, |dir| edit_manifest(dir, &outcome.final_hash, &wrong));
    assert_eq!(failing(&verified(&dir)), ["state hashes"], "the first place it stands is among the step hashes");

    let (_folder, dir) = changed(&out, |dir| edit_manifest(dir, "\"gini\": 0.", "\"gini\": 0.0"));
    assert_eq!(failing(&verified(&dir)), ["summary"]);

    let (_folder, dir) = changed(&out, |dir| edit_manifest(dir, "\"seed\": 7", "\"seed\": 8"));
    let found = verified(&dir);
    assert!(failing(&found).contains(&"state hashes") && failing(&found).contains(&"table markets"), "{found:#?}");

    let (_folder, dir) = changed(&out, |dir| fs::write(dir.join("scenario.toml"), "").unwrap());
    assert_eq!(failing(&verified(&dir)), ["scenario"]);
}

/// Tables that are whole Parquet files, only of another run, and tables that are damaged or gone.
#[test]
fn a_changed_table_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (out, other) = (folder.path().join("run"), folder.path().join("other"));
    run_into(&out, &economy(&["record.checkpoint_every=1000"]), 2, &mut Silent);
    run_into(&other, &economy(&["record.checkpoint_every=1000", "run.seed=8"]), 2, &mut Silent);
    for table in ["markets", "fills", "agents", "accounts"] {
        let part = format!("tables/{table}/00000.parquet");
        let check = format!("table {table}");
        let (_folder, dir) = changed(&out, |dir| replace(&other, dir, &part));
        let found = verified(&dir);
        assert!(failing(&found).contains(&check.as_str()), "{table} of another run: {found:#?}");
        assert!(!failing(&found).contains(&"state hashes"));

        let (_folder, dir) = changed(&out, |dir| fs::remove_dir_all(dir.join("tables").join(table)).unwrap());
        assert!(failing(&verified(&dir)).contains(&check.as_str()), "{table} gone");

        let (_folder, dir) = changed(&out, |dir| {
            let mut bytes = fs::read(dir.join(&part)).unwrap();
            let middle = bytes.len() / 3;
            bytes[middle..middle + 8].copy_from_slice(&[0xA5; 8]);
            fs::write(dir.join(&part), bytes).unwrap();
        });
        assert!(failing(&verified(&dir)).contains(&check.as_str()), "{table} damaged");
    }
    // The laws are read off the tables alone: markets and accounts of two runs do not fit together.
    let part = "tables/markets/00000.parquet";
    let (_folder, dir) = changed(&out, |dir| replace(&other, dir, part));
    let found = verified(&dir);
    for law in ["law: supply is what was issued", "law: markets are the sum of their fills"] {
        assert!(failing(&found).contains(&law), "{found:#?}");
    }
}

#[test]
fn an_interrupted_run_can_be_verified_and_one_cut_off_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let (out, cut) = (folder.path().join("run"), folder.path().join("cut"));
    let mut watch =
        Meddler { stop_after: Some(33), copies: vec![(25, cut.clone())], directory: out.clone(), ..Meddler::default() };
    run_into(&out, &economy(&[]), 2, &mut watch);
    let found = verified(&out);
    assert_eq!(failing(&found), [""; 0], "{found:#?}");
    assert!(found.checks[0].detail.contains("interrupted after step 33 of 60"));
    let found = verified(&cut);
    assert_eq!(failing(&found), ["the run ended"], "{found:#?}");
}

#[test]
fn a_changed_data_file_shows() {
    let folder = tempfile::tempdir().unwrap();
    let write = |values: [f64; 4]| {
        let rows: Vec<String> = values.iter().map(ToString::to_string).collect();
        fs::write(folder.path().join("value.csv"), format!("value\n{}\n", rows.join("\n"))).unwrap();
    };
    write([1.0, 1.1, 1.2, 1.3]);
    let text = format!(
        "{}\n[feeds.value]\nasset = \"ALPHA\"\nfile = \"value.csv\"\ncolumn = \"value\"\nevery = 15\n",
        shared::ECONOMY
    );
    let mut loaded = load(&text, &[]);
    loaded.base = folder.path().to_path_buf();
    let out = folder.path().join("run");
    run_into(&out, &loaded, 1, &mut Silent);
    let found = verified(&out);
    assert_eq!(failing(&found), [""; 0], "{found:#?}");
    write([1.0, 1.1, 1.2, 1.4]);
    let found = verified(&out);
    assert!(failing(&found).contains(&"data files"), "{found:#?}");
}
