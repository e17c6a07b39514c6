//! `walras resume`: an interrupted run goes on.

use std::path::PathBuf;

use walras_record::{Manifest, RunDirectory, RunStatus};

use super::outcome;
use super::run::threads;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Continue an interrupted run from its last checkpoint, to the same end as if it had never stopped.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// How many threads to use; the results are the same with any number.
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// Show neither progress nor summary.
    #[arg(short, long)]
    quiet: bool,
}

impl Arguments {
    /// Goes on.
    ///
    /// # Errors
    /// When it is no run, is complete already, or fails.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let manifest = Manifest::read(&RunDirectory::at(&self.run).manifest())?;
        if manifest.status == RunStatus::Complete {
            let message = format!("the run in `{}` is complete", self.run.display());
            return Err(Failure::bad_input_with_help(message, "raise `run.steps` in a new run to go further"));
        }
        let agents = manifest.cohorts.iter().map(|cohort| cohort.size).sum();
        let mut progress = Progress::new(agents, self.quiet, Interrupt::listen());
        let outcome = walras_lab::resume(&self.run, self.threads, &mut progress);
        progress.finish();
        outcome::show(&outcome?, self.quiet, terminal)
    }
}
