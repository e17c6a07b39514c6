//! What institutions did stands in a log that nobody can change unnoticed, and that an interruption does not change.

mod shared;

use std::fs;
use std::path::{Path, PathBuf};

use shared::{Meddler, copy, economy, load, run_into};
use walras_lab::{Silent, resume, verify};
use walras_record::log::{LogEntry, LogHeads, LogReader};
use walras_record::{Manifest, Run, RunDirectory};

/// A tax on trades and a parameter that changes, in five steps of ten agents, with no tables.
const SMALL: &str = r#"
[run]
name = "Small"
steps = 5
seed = 1

[numeraire]
name = "CASH"

[assets.TOKEN]

[markets.curve]
kind = "curve"
asset = "TOKEN"
curve = { kind = "linear", slope = 0.001, intercept = 0.5 }

[cohorts.traders]
size = 10
balance = 100.0
policy = { kind = "logistic", valuation = 1.6 }

[controllers.slope]
market = "curve"
parameter = "slope"
controller = { kind = "schedule", points = [[1, 0.001], [4, 0.002]], interpolation = "linear" }

[record]
markets = false
agents = false
events = false
accounts = false
parameters = false
"#;

fn manifest(dir: &Path) -> Manifest {
    Manifest::read(&RunDirectory::at(dir).manifest()).unwrap()
}

fn log_path(dir: &Path) -> PathBuf {
    RunDirectory::at(dir).log()
}

fn entries(dir: &Path) -> Vec<LogEntry<'static>> {
    let mut reader = LogReader::open(&log_path(dir)).unwrap();
    std::iter::from_fn(|| reader.next_entry().unwrap()).collect()
}

/// The names of the checks that fail.
fn failing(dir: &Path) -> Vec<String> {
    let found = verify(dir, Some(1), &mut Silent).unwrap();
    found.checks.into_iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

fn finding(dir: &Path, name: &str) -> String {
    let found = verify(dir, Some(1), &mut Silent).unwrap();
    found.checks.into_iter().find(|check| check.name == name).unwrap().detail
}

#[test]
fn what_institutions_do_is_entered_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&[]), 2, &mut Silent);
    let entries = entries(&out);
    let heads = manifest(&out).log;
    assert_eq!(entries.len() as u64, heads.size);
    // The slope moves between its points, from step 10 to step 45.
    assert!(entries.len() > 20, "{entries:?}");
    for (number, entry) in entries.iter().enumerate() {
        assert_eq!(entry.entry, number as u64);
        assert_eq!((&*entry.institution, &*entry.act), ("controllers.slope", "parameter_changed"));
        assert!(entry.value.is_some_and(|value| (0.001..=0.002).contains(&value)), "{entry:?}");
    }
    // A head for each step with entries and for no other.
    let mut steps: Vec<u64> = entries.iter().map(|entry| u64::from(entry.step)).collect();
    steps.dedup();
    assert_eq!(heads.steps.iter().map(|head| head.step).collect::<Vec<_>>(), steps);
    let run = Run::open(&out).unwrap();
    for number in 0..heads.size {
        assert_eq!(run.prove_entry(number).unwrap().verify(&heads.head()), Ok(()));
    }
    for pair in heads.steps.windows(2) {
        let proof = run.prove_consistency(pair[0].step, pair[1].step).unwrap();
        assert_eq!(proof.verify(&heads.head_after(pair[1].step)), Ok(()));
    }
}

#[test]
fn an_economy_without_institutions_has_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let text = SMALL.replace("[controllers.slope]", "[controllers_not]");
    let text = text.split("[controllers_not]").next().unwrap().to_owned() + "[record]\nfills = true\n";
    run_into(&out, &load(&text, &[]), 1, &mut Silent);
    assert!(!log_path(&out).exists());
    assert_eq!(manifest(&out).log, LogHeads::default());
    assert_eq!(failing(&out), [""; 0]);
    assert_eq!(finding(&out, "log: roots"), "no institution entered anything");
}

#[test]
fn an_interruption_does_not_change_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    run_into(&whole, &economy(&[]), 2, &mut Silent);
    let expected = (fs::read(log_path(&whole)).unwrap(), manifest(&whole).log);
    for stop in [3, 8, 17, 30, 46, 59] {
        let out = folder.path().join(format!("stopped-{stop}"));
        run_into(&out, &economy(&[]), 2, &mut Meddler { stop_after: Some(stop), ..Meddler::default() });
        let found = failing(&out);
        assert!(!found.iter().any(|name| name.starts_with("log: ")), "stopped after {stop}: {found:?}");
        resume(&out, Some(1), &mut Silent).unwrap();
        assert_eq!((fs::read(log_path(&out)).unwrap(), manifest(&out).log), expected, "stopped after {stop}");
        assert_eq!(failing(&out), [""; 0], "resumed after {stop}");
    }
}

/// The directory as a crash would have left it after step 29, where the checkpoint is of step 24 and later entries have
/// reached the disk, the last of them in part.
#[test]
fn a_crash_does_not_change_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (out, crashed) = (folder.path().join("run"), folder.path().join("crashed"));
    let copies = vec![(29, crashed.clone())];
    run_into(&out, &economy(&[]), 2, &mut Meddler { copies, directory: out.clone(), ..Meddler::default() });
    let whole = fs::read(log_path(&out)).unwrap();
    let at_checkpoint = fs::read(log_path(&crashed)).unwrap().len();
    fs::write(log_path(&crashed), &whole[..at_checkpoint + 333]).unwrap();
    resume(&crashed, Some(2), &mut Silent).unwrap();
    assert_eq!(fs::read(log_path(&crashed)).unwrap(), whole);
    assert_eq!(manifest(&crashed).log, manifest(&out).log);
}

#[test]
fn a_log_changed_before_the_checkpoint_stops_the_resumption() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&[]), 2, &mut Meddler { stop_after: Some(30), ..Meddler::default() });
    let text = fs::read_to_string(log_path(&out)).unwrap();
    fs::write(log_path(&out), text.replacen("\"value\":0.00", "\"value\":0.01", 1)).unwrap();
    let error = resume(&out, Some(1), &mut Silent).unwrap_err().to_string();
    assert!(error.contains("log.jsonl") && error.contains("not there as they were"), "{error}");
}

/// Every bit of one entry, its line break included.
#[test]
fn no_bit_of_an_entry_can_be_flipped_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &load(SMALL, &[]), 1, &mut Silent);
    assert_eq!(failing(&out), [""; 0]);
    let whole = fs::read(log_path(&out)).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    assert!(lines.len() > 2, "{lines:?}");
    let first = lines[0].len();
    for bit in 8 * first..8 * (first + lines[1].len()) {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(log_path(&out), flipped).unwrap();
        assert!(failing(&out).contains(&"log: roots".to_owned()), "bit {bit}");
    }
    fs::write(log_path(&out), whole).unwrap();
    assert_eq!(failing(&out), [""; 0]);
}

#[test]
fn entries_taken_away_or_added_show() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &load(SMALL, &[]), 1, &mut Silent);
    let whole = fs::read_to_string(log_path(&out)).unwrap();
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    for (changed, detail) in [
        (whole[..last].to_owned(), "is missing"),
        (whole[whole.find('\n').unwrap() + 1..].to_owned(), "one is not what it was"),
        (format!("{whole}{}", &whole[last..]), "goes on after"),
        (format!("{whole}{{"), "goes on after"),
    ] {
        fs::write(log_path(&out), changed).unwrap();
        let found = finding(&out, "log: roots");
        assert!(found.contains(detail), "{found}");
    }
    fs::remove_file(log_path(&out)).unwrap();
    assert!(finding(&out, "log: roots").contains("log.jsonl is not there"));
    assert_eq!(failing(&out), ["log: roots", "log: entries"]);
}

/// Whoever changes an entry and all roots over it has a log that is right in itself; running it again gives another.
#[test]
fn a_log_forged_with_its_roots_shows_when_the_run_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (out, forged) = (folder.path().join("run"), folder.path().join("forged"));
    run_into(&out, &load(SMALL, &[]), 1, &mut Silent);
    copy(&out, &forged);
    let text = fs::read_to_string(log_path(&forged)).unwrap();
    fs::write(log_path(&forged), text.replacen("controllers.slope", "controllers.slape", 1)).unwrap();
    let mut told = manifest(&forged);
    let tree = LogReader::open(&log_path(&forged)).unwrap().tree(None).unwrap().0;
    for head in &mut told.log.steps {
        head.root = tree.head_at(head.size).unwrap().root;
    }
    told.log.cut_back(u64::MAX);
    told.write(&RunDirectory::at(&forged).manifest()).unwrap();
    assert_eq!(failing(&forged), ["log: entries"]);
    let found = finding(&forged, "log: entries");
    assert!(found.starts_with("entry 0, of step") && found.contains("is not what running it again gives"), "{found}");
}

#[test]
fn a_root_changed_in_the_manifest_shows() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &load(SMALL, &[]), 1, &mut Silent);
    let told = manifest(&out);
    let change = |change: &dyn Fn(&mut LogHeads)| {
        let mut changed = told.clone();
        change(&mut changed.log);
        changed.write(&RunDirectory::at(&out).manifest()).unwrap();
        failing(&out)
    };
    assert_eq!(change(&|_| ()), [""; 0]);
    assert_eq!(change(&|heads| heads.root.0[0] ^= 1), ["log: roots"]);
    assert_eq!(change(&|heads| heads.steps[0].root.0[31] ^= 1), ["log: roots", "log: entries"]);
    assert_eq!(change(&|heads| heads.steps[0].step += 1), ["log: entries"]);
    assert_eq!(change(&|heads| _ = heads.steps.remove(0)), ["log: entries"]);
    assert_eq!(change(&|heads| heads.cut_back(1)), ["log: roots", "log: entries"]);
}
