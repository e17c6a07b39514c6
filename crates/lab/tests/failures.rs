//! When something cannot be written or read, the run says so and what there is stays readable.

mod shared;

use std::fs;
use std::path::Path;

use shared::{Meddler, economy, options, run_into};
use walras_lab::{RunError, Silent, Watch, report, resume, run, verify};
use walras_record::{Manifest, Run, RunStatus};

fn refused(out: &Path) -> String {
    run(&economy(&[]), &options(out, 1), &mut Silent).unwrap_err().to_string()
}

#[test]
fn a_directory_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let inside = file.join("run");
    let message = refused(&inside);
    assert!(message.contains(&inside.display().to_string()) && message.contains("not a directory"), "{message}");
    let message = refused(Path::new("/proc/run"));
    assert!(message.starts_with("cannot create the directory /proc/run"), "{message}");
}

#[test]
fn a_directory_with_a_run_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&["run.steps=3"]), 1, &mut Silent);
    let before = fs::read(out.join("manifest.json")).unwrap();
    let message = refused(&out);
    assert!(message.contains("already holds a run") && message.contains("walras resume"), "{message}");
    assert_eq!(before, fs::read(out.join("manifest.json")).unwrap());
    let message = resume(&out, None, &mut Silent).unwrap_err().to_string();
    assert!(message.contains("is complete"), "{message}");
}

#[test]
fn a_directory_without_a_run_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let messages = [
        resume(folder.path(), None, &mut Silent).map(|_| ()).unwrap_err().to_string(),
        verify(folder.path(), None, &mut Silent).map(|_| ()).unwrap_err().to_string(),
        report(folder.path()).map(|_| ()).unwrap_err().to_string(),
    ];
    for message in messages {
        assert!(message.contains("is this the directory of a run?"), "{message}");
    }
}

/// Puts a directory where the next part of a table must go once some steps are done: writing it fails like a full
/// disk does, after earlier parts went well.
struct Obstacle {
    out: std::path::PathBuf,
}

impl Watch for Obstacle {
    fn step(&mut self, done: u32, _of: u32) {
        if done == 20 {
            fs::create_dir_all(self.out.join("tables/markets/00002.parquet/in the way")).unwrap();
        }
    }
}

#[test]
fn a_table_that_cannot_be_written_ends_the_run_and_leaves_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let mut watch = Obstacle { out: out.clone() };
    let error = run(&economy(&[]), &options(&out, 1), &mut watch).unwrap_err();
    assert!(matches!(error, RunError::Record(_)), "{error}");
    assert!(error.to_string().contains("tables/markets/00002.parquet"), "{error}");
    let mut left = Run::open(&out).unwrap();
    let RunStatus::Failed { message } = left.manifest.status.clone() else { panic!("{:?}", left.manifest.status) };
    assert_eq!(message, error.to_string());
    fs::remove_dir_all(out.join("tables/markets/00002.parquet")).unwrap();
    let steps = left.read_markets().unwrap().step;
    assert_eq!(steps.last(), Some(&15), "the checkpoint after 16 steps closed what came before");
    // With the obstacle gone, the run goes on from that checkpoint.
    let straight = folder.path().join("straight");
    let expected = run_into(&straight, &economy(&[]), 1, &mut Silent);
    assert_eq!(resume(&out, None, &mut Silent).unwrap().final_hash, expected.final_hash);
    assert!(verify(&out, None, &mut Silent).unwrap().ok);
}

#[test]
fn verifying_and_following_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&["run.steps=9"]), 1, &mut Silent);
    let mut watch = Meddler { stop_after: Some(4), ..Meddler::default() };
    let message = verify(&out, None, &mut watch).unwrap_err().to_string();
    assert!(message.contains("stopped on request"), "{message}");
}

#[test]
fn a_report_can_be_made_of_a_run_that_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (out, cut) = (folder.path().join("run"), folder.path().join("cut"));
    let mut watch = Meddler { copies: vec![(27, cut.clone())], directory: out.clone(), ..Meddler::default() };
    run_into(&out, &economy(&[]), 1, &mut watch);
    assert_eq!(Manifest::read(&cut.join("manifest.json")).unwrap().status, RunStatus::Running);
    let page = fs::read_to_string(report(&cut).unwrap().html).unwrap();
    assert!(page.contains("Two tokens"));
}

/// Four agents, each given a unit of 10^18 atoms a step: soon more money would be out than 64 bits count.
#[test]
fn a_broken_invariant_ends_the_run_and_leaves_what_there_is() {
    const TOO_MUCH: &str = r#"
[run]
name = "Too much money"
steps = 10

[numeraire]
decimals = 18

[assets.TOKEN]

[markets.m]
kind = "curve"
asset = "TOKEN"
curve = { kind = "linear", slope = 0.001, intercept = 0.5 }

[cohorts.heirs]
size = 4
income = 1.0
policy = "buy_and_hold"
"#;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let error = run(&shared::load(TOO_MUCH, &[]), &options(&out, 1), &mut Silent).unwrap_err();
    assert!(matches!(error, RunError::Broken(_)), "{error}");
    // 4 units a step of at most 9.2 that can be counted: the third step is one too many.
    let mut left = Run::open(&out).unwrap();
    assert_eq!(left.manifest.final_step, 2);
    assert_eq!(left.manifest.status, RunStatus::Failed { message: error.to_string() });
    assert_eq!(left.read_markets().unwrap().step, [0, 1]);
    let found = verify(&out, None, &mut Silent).unwrap();
    let failing: Vec<&str> = found.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect();
    assert_eq!(failing, ["the run ended"], "{found:#?}");
    assert!(fs::read_to_string(report(&out).unwrap().html).unwrap().contains("Stopped: broken invariant"));
}
