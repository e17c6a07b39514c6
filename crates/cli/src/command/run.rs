//! `walras run`: a scenario becomes a run with tables and a report.

use std::path::{Path, PathBuf};

use walras_lab::RunOptions;
use walras_scenario::Loaded;

use super::outcome;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::memory;
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Run a scenario: write its tables and end with a summary and a report.
///
/// Ctrl-C stops after the current step and saves; `walras resume` goes on from there. A second Ctrl-C ends at once.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The scenario file.
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Where the run is written; without it runs/NAME-SEED, the first that is free.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Override a key, for instance markets.launch.curve.slope=0.5; may be given again.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The seed of all draws, instead of the scenario's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many threads to use; the results are the same with any number.
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// Show neither progress nor summary.
    #[arg(short, long)]
    quiet: bool,
    /// Write no report at the end; `walras report` makes one later.
    #[arg(long)]
    no_report: bool,
}

/// More threads than any machine has.
const THREADS_MAX: usize = 4096;

/// Reads a number of threads.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=THREADS_MAX).contains(threads));
    threads.ok_or_else(|| format!("expected a whole number from 1 to {THREADS_MAX}"))
}

impl Arguments {
    /// Runs it.
    ///
    /// # Errors
    /// When the scenario is wrong, the directory cannot be used, or the run fails.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let loaded = Loaded::from_file(&self.scenario, &self.set)?;
        let seed = self.seed.unwrap_or(loaded.scenario.run.seed);
        let out = match &self.out {
            Some(out) => unused(out)?,
            None => free_directory(&self.scenario, seed),
        };
        let options = RunOptions {
            out,
            seed: Some(seed),
            memory_max: memory::available(),
            threads: self.threads,
            report: !self.no_report,
        };
        let agents = loaded.scenario.cohorts.0.iter().map(|cohort| cohort.item.size).sum();
        let mut progress = Progress::new(agents, self.quiet, Interrupt::listen());
        let outcome = walras_lab::run(&loaded, &options, &mut progress);
        progress.finish();
        outcome::show(&outcome?, self.quiet, terminal)
    }
}

/// A directory that holds no run yet.
fn unused(out: &Path) -> Result<PathBuf, Failure> {
    if out.join("manifest.json").exists() {
        let message = format!("`{}` already holds a run", out.display());
        return Err(Failure::bad_input_with_help(message, "choose another with --out, or `walras resume` that one"));
    }
    Ok(out.to_path_buf())
}

/// `runs/<scenario>-<seed>`, with a number behind it where that is taken.
fn free_directory(scenario: &Path, seed: u64) -> PathBuf {
    let stem = scenario.file_stem().map_or_else(|| "run".into(), |stem| stem.to_string_lossy());
    let first = Path::new("runs").join(format!("{stem}-{seed}"));
    let later = (2_u64..).map(|number| Path::new("runs").join(format!("{stem}-{seed}-{number}")));
    let free = std::iter::once(first.clone()).chain(later).find(|directory| !directory.exists());
    free.unwrap_or(first)
}
