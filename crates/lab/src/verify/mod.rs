//! Whether a run directory is what it says: the run is made again from its manifest and compared with everything that
//! was written down, and the tables are held to the laws of conservation.

mod laws;
mod log;
mod rows;

use std::fs;
use std::path::Path;

use walras_engine::{Scratch, step};
use walras_record::{Run, RunStatus};

use crate::error::RunError;
use crate::manifest::{describe_world, tables};
use crate::recorder::Recorder;
use crate::rerun::{Rerun, stopped};
use crate::run::in_pool;
use crate::watch::Watch;
use rows::Comparison;

/// What verifying a run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Whether every check is met.
    pub ok: bool,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found, in words.
    pub detail: String,
}

impl Check {
    fn new(name: &str, ok: bool, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), ok, detail: detail.into() }
    }

    /// A check that holds unless something was found against it.
    fn of(name: &str, found: Option<String>, otherwise: impl Into<String>) -> Self {
        let ok = found.is_none();
        Self::new(name, ok, found.unwrap_or_else(|| otherwise.into()))
    }
}

/// Runs the run in `dir` again, from its manifest alone, and checks everything that it left against that: its state
/// hashes, its tables row by row, its summary, its data files; and the laws of conservation.
///
/// # Errors
/// When there is no run, it cannot be made again at all, or the watch stops it. What does not hold is a failed check,
/// not an error.
pub fn verify(dir: &Path, threads: Option<usize>, watch: &mut dyn Watch) -> Result<Verification, RunError> {
    in_pool(threads, || {
        let rerun = Rerun::open(dir)?;
        let mut checks = vec![ended(&rerun), scenario(&rerun), data_files(&rerun), description(&rerun)];
        let end = last_step(&rerun);
        let run = Run::open(dir)?;
        checks.push(log::root(&run));
        checks.extend(again(rerun, &run, end, watch)?);
        checks.extend(laws::checks(&run)?);
        Ok(Verification { ok: checks.iter().all(|check| check.ok), checks })
    })
}

/// Whether the run came to an end that it can be held to.
fn ended(rerun: &Rerun) -> Check {
    let (done, steps) = (rerun.manifest.final_step, rerun.manifest.steps);
    let name = "the run ended";
    match &rerun.manifest.status {
        RunStatus::Complete => Check::new(name, done == steps, format!("{done} of {steps} steps are done")),
        RunStatus::Interrupted => {
            Check::new(name, done <= steps, format!("it was interrupted after step {done} of {steps}"))
        }
        RunStatus::Running => Check::new(name, false, "it is under way, or was cut off and can be resumed"),
        RunStatus::Failed { message } => Check::new(name, false, format!("it ended in step {done}: {message}")),
    }
}

fn scenario(rerun: &Rerun) -> Check {
    let manifest = &rerun.manifest;
    let file = fs::read_to_string(rerun.directory.scenario());
    let found = if blake3::hash(manifest.scenario_text.as_bytes()).to_hex().as_str() != manifest.scenario_hash {
        Some("the scenario in the manifest does not have the hash written beside it".to_owned())
    } else {
        match file {
            Ok(text) if text == manifest.scenario_text => None,
            Ok(_) => Some("scenario.toml is not the scenario in the manifest".to_owned()),
            Err(error) => Some(format!("scenario.toml cannot be read: {error}")),
        }
    };
    Check::of("scenario", found, format!("BLAKE3 {}", manifest.scenario_hash))
}

fn data_files(rerun: &Rerun) -> Check {
    let changed = (!rerun.changed_data_files.is_empty()).then(|| rerun.changed_data_files.join("; "));
    let files = rerun.manifest.data_files.len();
    let unchanged = match files {
        0 => "the scenario reads none".to_owned(),
        1 => "the one file read is as it was".to_owned(),
        _ => format!("the {files} files read are as they were"),
    };
    Check::of("data files", changed, unchanged)
}

/// Whether assets, markets and cohorts are described as the scenario has them.
fn description(rerun: &Rerun) -> Check {
    let (assets, markets, cohorts) = describe_world(&rerun.world);
    let manifest = &rerun.manifest;
    let different = [
        ("assets", assets == manifest.assets),
        ("markets", markets == manifest.markets),
        ("cohorts", cohorts == manifest.cohorts),
    ];
    let found = different.iter().find(|(_, same)| !same).map(|(what, _)| format!("the manifest lists other {what}"));
    Check::of("assets, markets and cohorts", found, "are those of the scenario")
}

/// How many steps can be held to the record.
fn last_step(rerun: &Rerun) -> u32 {
    let newest = rerun.manifest.step_hashes.iter().map(|hash| hash.step).max().unwrap_or(0);
    let done = match rerun.manifest.status {
        RunStatus::Complete => u64::from(rerun.schedule.steps),
        RunStatus::Interrupted | RunStatus::Failed { .. } => rerun.manifest.final_step,
        RunStatus::Running => newest,
    };
    done.min(u64::from(rerun.schedule.steps)) as u32
}

/// Makes the run again and compares as it goes.
fn again(rerun: Rerun, run: &Run, end: u32, watch: &mut dyn Watch) -> Result<Vec<Check>, RunError> {
    let mut comparison = Comparison::open(run, &tables(&rerun.loaded, &rerun.world), &rerun.manifest.status)?;
    let mut entries = log::Entries::open(run)?;
    let sample = rerun.loaded.scenario.record.agents_sample;
    let Rerun { manifest, schedule, mut world, .. } = rerun;
    let mut recorder = Recorder::new(&mut world, schedule, sample)?;
    recorder.opening(&world, &mut comparison)?;
    let (mut scratch, mut hashes) = (Scratch::default(), Hashes::default());
    let mut unsound = None;
    while world.step < end {
        if watch.stop() {
            return Err(stopped());
        }
        let happened = match step(&mut world, &mut scratch) {
            Ok(happened) => happened,
            Err(broken) => {
                unsound = Some(format!("step {}: {broken}", world.step));
                break;
            }
        };
        entries.after_step(&world, &happened)?;
        recorder.after_step(&mut world, &happened, &mut comparison)?;
        let done = world.step;
        if schedule.hashes(done) {
            hashes.compare(done, &world.hash()?.to_string(), &manifest);
            let found = || world.ledger.check_fully().err().map(|broken| broken.to_string());
            let found = found().or_else(|| laws::unbacked(&world));
            unsound = unsound.or_else(|| found.map(|broken| format!("step {done}: {broken}")));
        }
        watch.step(done, end);
    }
    let sound = format!(
        "every asset sums to zero, no account is below zero, and markets hold what they count, looked at {} times",
        hashes.compared
    );
    let mut checks = vec![hashes.check(&manifest), Check::of("every account", unsound, sound)];
    if let Some(recorded) = &manifest.final_hash {
        let found = world.hash()?.to_string();
        let other =
            (found != *recorded).then(|| format!("the manifest has {recorded}, running it again gives {found}"));
        checks.push(Check::of("final state", other, found));
        let summary = serde_json::to_value(recorder.summary(&world)).unwrap_or_default();
        let other = (summary != manifest.summary).then(|| "is not what running it again gives".to_owned());
        checks.push(Check::of("summary", other, "every measure is what running it again gives"));
    }
    checks.push(entries.check(&manifest.log, world.step));
    checks.extend(comparison.checks(&manifest));
    Ok(checks)
}

/// The comparison of state hashes.
#[derive(Default)]
struct Hashes {
    compared: usize,
    first_difference: Option<String>,
}

impl Hashes {
    fn compare(&mut self, done: u32, hash: &str, manifest: &walras_record::Manifest) {
        self.compared += 1;
        let recorded = manifest.step_hashes.iter().find(|recorded| recorded.step == u64::from(done));
        let difference = match recorded {
            Some(recorded) if recorded.hash == hash => None,
            Some(recorded) => {
                Some(format!("after {done} steps the manifest has {}, running it again gives {hash}", recorded.hash))
            }
            None => Some(format!("the manifest has no hash after {done} steps")),
        };
        self.first_difference = self.first_difference.take().or(difference);
    }

    fn check(self, manifest: &walras_record::Manifest) -> Check {
        let recorded = manifest.step_hashes.len();
        let more =
            (recorded > self.compared).then(|| format!("the manifest has {recorded} hashes for {}", self.compared));
        let found = self.first_difference.or(more);
        Check::of("state hashes", found, format!("all {} are what running it again gives", self.compared))
    }
}
