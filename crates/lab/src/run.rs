//! One run, written down: from a scenario to a run directory, or from an interrupted one to its end.

use std::path::{Path, PathBuf};
use std::time::Instant;

use walras_engine::{Scratch, World, advance, step};
use walras_record::manifest::StepHash;
use walras_record::{
    CheckpointHeader, CheckpointReader, CheckpointWriter, LogProgress, Manifest, RunDirectory, RunStatus, Tables,
};
use walras_scenario::Loaded;

use crate::error::RunError;
use crate::log::Log;
use crate::manifest::{changed_data_files, describe, features, memory_free, reload, remember_base, tables};
use crate::recorder::Recorder;
use crate::schedule::Schedule;
use crate::summary::Summary;
use crate::watch::Watch;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The directory to make.
    pub out: PathBuf,
    /// The seed; absent for the scenario's.
    pub seed: Option<u64>,
    /// The most bytes of memory that agents may take.
    pub memory_max: u64,
    /// Threads; absent for one for each core.
    pub threads: Option<usize>,
    /// Whether a report is written at the end.
    pub report: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All steps are done.
    Complete,
    /// It was stopped on request, and can be resumed.
    Interrupted,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run directory.
    pub dir: PathBuf,
    /// How it ended.
    pub status: Status,
    /// Steps done in all.
    pub steps: u32,
    /// The hash of the state after them: 64 hexadecimal digits.
    pub final_hash: String,
    /// How long it took, in seconds, earlier parts of a resumed run included.
    pub wall_s: f64,
    /// Agents times steps done by this call, over the seconds they took.
    pub agent_steps_per_s: f64,
    /// Measures over the whole run.
    pub summary: Summary,
    /// The report, where one was written.
    pub report: Option<PathBuf>,
}

/// Runs a scenario and writes it down in a new run directory.
///
/// # Errors
/// When the world cannot be built, the directory cannot be made or already holds a run, something cannot be
/// written, or an invariant breaks. What was written until then stays readable, and the manifest says why it ended.
pub fn run(loaded: &Loaded, options: &RunOptions, watch: &mut dyn Watch) -> Result<Outcome, RunError> {
    in_pool(options.threads, || {
        let schedule = Schedule::of(&loaded.scenario)?;
        refuse_existing(&options.out)?;
        let seed = options.seed.unwrap_or(loaded.scenario.run.seed);
        let mut built = loaded.build(seed, options.memory_max)?;
        let manifest = describe(loaded, &built, seed, &schedule);
        let mut recorder = Recorder::new(&mut built.world, schedule, loaded.scenario.record.agents_sample)?;
        let directory = RunDirectory::create(&options.out, &loaded.text)?;
        if !manifest.data_files.is_empty() {
            remember_base(&directory, &loaded.base)?;
        }
        let mut tables = Tables::create(&options.out, &tables(loaded, &built.world))?;
        let log = Log::create(&directory)?;
        manifest.write(&directory.manifest())?;
        recorder.opening(&built.world, &mut tables)?;
        let world = built.world;
        let session = Session { directory, manifest, schedule, world, recorder, tables, log, started: Instant::now() };
        session.go(options.report, watch)
    })
}

/// Continues a run from its last checkpoint to its end, or from its beginning where it has no checkpoint. The result
/// is the same, to the bit, as if it had never been interrupted. A report is written unless the interrupted run was
/// made without.
///
/// # Errors
/// When the directory holds no run or one that is complete, its scenario, data files or checkpoint are not what they
/// were, or as for [`run`].
pub fn resume(dir: &Path, threads: Option<usize>, watch: &mut dyn Watch) -> Result<Outcome, RunError> {
    in_pool(threads, || {
        let directory = RunDirectory::at(dir);
        let mut manifest = Manifest::read(&directory.manifest())?;
        if manifest.status == RunStatus::Complete {
            return Err(RunError::other(format!("the run in {} is complete: nothing is left to do", dir.display())));
        }
        let loaded = reload(&directory, &manifest)?;
        let schedule = Schedule::of(&loaded.scenario)?;
        // An interrupted run that wanted a report has one; of a run that was cut off nobody knows.
        let report = manifest.status != RunStatus::Interrupted || dir.join("report.html").exists();
        let mut built = loaded.build(manifest.seed, memory_free())?;
        if let Some(changed) = changed_data_files(&manifest, &built).first() {
            return Err(RunError::other(format!("{changed}; the run cannot be continued as it began")));
        }
        let config = tables(&loaded, &built.world);
        let mut recorder = Recorder::new(&mut built.world, schedule, loaded.scenario.record.agents_sample)?;
        let mut world = built.world;
        let saved = directory.checkpoint().exists();
        let mut progress = LogProgress::default();
        let tables = if saved {
            let header = load(&directory, &manifest, &mut world, &mut recorder, &mut progress)?;
            watch.note(&format!("resuming after step {} of {}", header.step, manifest.steps));
            Tables::resume(dir, &config, &header.tables)?
        } else {
            watch.note("there is no checkpoint: starting from the first step");
            start_over(dir, &config, &world, &mut recorder)?
        };
        let log = Log::resume(&directory, progress, std::mem::take(&mut manifest.log), world.step)?;
        manifest.log.clone_from(log.heads());
        manifest.step_hashes.retain(|hash| hash.step <= u64::from(world.step));
        (manifest.status, manifest.features) = (RunStatus::Running, features());
        (manifest.final_hash, manifest.summary) = (None, serde_json::Value::Null);
        manifest.write(&directory.manifest())?;
        let session = Session { directory, manifest, schedule, world, recorder, tables, log, started: Instant::now() };
        session.go(report, watch)
    })
}

/// Runs `work` with a given number of threads, or one for each core.
pub(crate) fn in_pool<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<T, RunError> + Send,
) -> Result<T, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| RunError::other(format!("the threads cannot be started: {error}")))?;
    pool.install(work)
}

/// Said before the world is built, which may take long.
fn refuse_existing(out: &Path) -> Result<(), RunError> {
    if RunDirectory::at(out).manifest().exists() {
        let out = out.display();
        return Err(RunError::other(format!(
            "{out} already holds a run: choose another directory, remove it, or continue it with `walras resume {out}`"
        )));
    }
    Ok(())
}

/// Loads the checkpoint into a world and a recorder made from the scenario, and how far the log was.
fn load(
    directory: &RunDirectory,
    manifest: &Manifest,
    world: &mut World,
    recorder: &mut Recorder,
    log: &mut LogProgress,
) -> Result<CheckpointHeader, RunError> {
    let path = directory.checkpoint();
    let mut reader = CheckpointReader::open(&path)?;
    let header = reader.header().clone();
    if header.scenario_hash != scenario_hash(manifest) {
        return Err(RunError::other(format!("{} belongs to another scenario than the manifest", path.display())));
    }
    world.visit_state(&mut reader)?;
    recorder.reopen(world);
    recorder.visit_state(world, &mut reader)?;
    log.visit_state("log", &mut reader)?;
    reader.finish()?;
    if u64::from(world.step) != header.step {
        let (step, path) = (world.step, path.display());
        return Err(RunError::other(format!("{path} says step {} and holds step {step}", header.step)));
    }
    Ok(header)
}

/// The hash that ties a checkpoint to what was run.
fn scenario_hash(manifest: &Manifest) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&manifest.seed.to_le_bytes());
    for text in std::iter::once(&manifest.scenario_text).chain(&manifest.overrides) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// Empties the tables of a run that never came to a checkpoint.
fn start_over(
    dir: &Path,
    config: &walras_record::TableConfig,
    world: &World,
    recorder: &mut Recorder,
) -> Result<Tables, RunError> {
    let wanted = [
        ("markets", config.markets),
        ("fills", config.fills),
        ("agents", config.agents),
        ("events", config.events),
        ("accounts", config.accounts),
        ("parameters", config.parameters),
        ("resources", config.resources),
        ("demand", config.demand),
        ("proposals", config.proposals),
        ("alerts", config.alerts),
        ("tasks", config.tasks),
        ("contracts", config.contracts),
        ("affiliates", config.affiliates),
    ];
    let none = |name: &str| walras_record::TableProgress { name: name.to_owned(), parts: 0, rows: 0 };
    let progress: Vec<_> = wanted.iter().filter(|(_, on)| *on).map(|(name, _)| none(name)).collect();
    let mut tables = Tables::resume(dir, config, &progress)?;
    recorder.opening(world, &mut tables)?;
    Ok(tables)
}

/// A run under way.
struct Session {
    directory: RunDirectory,
    manifest: Manifest,
    schedule: Schedule,
    world: World,
    recorder: Recorder,
    tables: Tables,
    log: Log,
    started: Instant,
}

impl Session {
    /// Takes the remaining steps, and ends the run whichever way it ends.
    fn go(mut self, report: bool, watch: &mut dyn Watch) -> Result<Outcome, RunError> {
        let wall_before_s = self.manifest.wall_seconds;
        let first = self.world.step;
        let advanced = self.advance(wall_before_s, watch);
        let stepping_s = self.started.elapsed().as_secs_f64();
        let status = match advanced {
            Ok(status) => status,
            Err(error) => return Err(self.fail(wall_before_s, error)),
        };
        let agent_steps = self.world.agents() as f64 * f64::from(self.world.step - first);
        let (mut outcome, directory) = self.finish(status, wall_before_s)?;
        outcome.agent_steps_per_s = if stepping_s > 0.0 { agent_steps / stepping_s } else { 0.0 };
        if report {
            match crate::report::report(directory.root()) {
                Ok(files) => outcome.report = Some(files.html),
                Err(error) => watch.note(&format!("the run is recorded, but its report is not: {error}")),
            }
        }
        Ok(outcome)
    }

    fn advance(&mut self, wall_before_s: f64, watch: &mut dyn Watch) -> Result<Status, RunError> {
        let mut scratch = Scratch::default();
        let steps = self.schedule.steps;
        while self.world.step < steps {
            if watch.stop() {
                self.save(wall_before_s)?;
                watch.note(&format!("stopped after step {} of {steps}; the state is saved", self.world.step));
                return Ok(Status::Interrupted);
            }
            // Hashes and checkpoints deliver what is carried; rows of agents need it delivered.
            let happened = if self.schedule.looks_at_agents(self.world.step) {
                step(&mut self.world, &mut scratch)?
            } else {
                advance(&mut self.world, &mut scratch)?
            };
            self.log.after_step(&self.world, &happened)?;
            self.recorder.after_step(&mut self.world, &happened, &mut self.tables)?;
            let done = self.world.step;
            if self.schedule.hashes(done) {
                let hash = self.world.hash()?.to_string();
                self.manifest.step_hashes.push(StepHash { step: u64::from(done), hash });
            }
            if self.schedule.saves(done) {
                self.save(wall_before_s)?;
            }
            watch.step(done, steps);
        }
        Ok(Status::Complete)
    }

    /// Closes the tables' parts and writes the whole state: the run can go on from here. The manifest goes first:
    /// hashes beyond the checkpoint are dropped on resuming, hashes missing before it could not be had again.
    fn save(&mut self, wall_before_s: f64) -> Result<(), RunError> {
        let tables = self.tables.checkpoint()?;
        let mut log = self.log.save()?;
        self.manifest.log.clone_from(self.log.heads());
        self.manifest.tables.clone_from(&tables);
        self.manifest.final_step = u64::from(self.world.step);
        self.manifest.wall_seconds = wall_before_s + self.started.elapsed().as_secs_f64();
        self.manifest.write(&self.directory.manifest())?;
        let step = u64::from(self.world.step);
        let header = CheckpointHeader { scenario_hash: scenario_hash(&self.manifest), step, tables };
        let mut writer = CheckpointWriter::create(&self.directory.checkpoint(), &header)?;
        self.world.visit_state(&mut writer)?;
        self.recorder.visit_state(&self.world, &mut writer)?;
        log.visit_state("log", &mut writer)?;
        Ok(writer.finish()?)
    }

    fn finish(self, status: Status, wall_before_s: f64) -> Result<(Outcome, RunDirectory), RunError> {
        let Self { directory, mut manifest, mut world, recorder, tables, mut log, started, .. } = self;
        let summary = recorder.summary(&world);
        let final_hash = match manifest.step_hashes.last() {
            Some(last) if last.step == u64::from(world.step) => last.hash.clone(),
            _ => world.hash()?.to_string(),
        };
        // An interrupted run has closed its parts with its checkpoint; more of them would not be known to it.
        manifest.tables = if status == Status::Complete { tables.finish()? } else { manifest.tables };
        log.save()?;
        manifest.log.clone_from(log.heads());
        manifest.summary = serde_json::to_value(&summary)
            .map_err(|error| RunError::other(format!("the summary cannot be written: {error}")))?;
        manifest.status = match status {
            Status::Complete => RunStatus::Complete,
            Status::Interrupted => RunStatus::Interrupted,
        };
        manifest.final_hash = Some(final_hash.clone());
        manifest.final_step = u64::from(world.step);
        manifest.wall_seconds = wall_before_s + started.elapsed().as_secs_f64();
        manifest.write(&directory.manifest())?;
        let outcome = Outcome {
            dir: directory.root().to_path_buf(),
            status,
            steps: world.step,
            final_hash,
            wall_s: manifest.wall_seconds,
            agent_steps_per_s: 0.0,
            summary,
            report: None,
        };
        Ok((outcome, directory))
    }

    /// Closes the tables and writes down why the run ended, as far as that can be done; gives the error back.
    fn fail(self, wall_before_s: f64, error: RunError) -> RunError {
        let Self { directory, mut manifest, world, tables, mut log, started, .. } = self;
        // The first error is the one to tell; a disk that is full will refuse these too.
        if let Ok(progress) = tables.finish() {
            manifest.tables = progress;
        }
        if log.save().is_ok() {
            manifest.log.clone_from(log.heads());
        }
        manifest.status = RunStatus::Failed { message: error.to_string() };
        manifest.final_step = u64::from(world.step);
        manifest.wall_seconds = wall_before_s + started.elapsed().as_secs_f64();
        let _ = manifest.write(&directory.manifest());
        error
    }
}
