//! `walras verify`: a run is run again and held to its record and to every law of conservation.

use std::path::PathBuf;

use console::measure_text_width;
use serde_json::json;
use walras_lab::{Check, Verification};
use walras_record::{Manifest, RunDirectory};

use super::run::threads;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::layout::wrapped;
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Run a run again, compare its hashes, and check every conservation law.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// How many threads to use; the results are the same with any number.
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// Show neither progress nor checks; the exit code tells.
    #[arg(short, long)]
    quiet: bool,
}

impl Arguments {
    /// Verifies it.
    ///
    /// # Errors
    /// When it is no run, or cannot be run again.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let manifest = Manifest::read(&RunDirectory::at(&self.run).manifest())?;
        let agents = manifest.cohorts.iter().map(|cohort| cohort.size).sum();
        let interrupt = Interrupt::listen();
        let mut progress = Progress::new(agents, self.quiet, interrupt.clone());
        let verification = walras_lab::verify(&self.run, self.threads, &mut progress);
        progress.finish();
        if interrupt.asked() {
            return Ok(Exit::Interrupted);
        }
        let verification = verification?;
        if terminal.json {
            let checks = verification.checks.iter();
            let checks: Vec<_> =
                checks.map(|it| json!({ "name": it.name, "ok": it.ok, "detail": it.detail })).collect();
            terminal.object(&json!({ "ok": verification.ok, "checks": checks }))?;
        } else if !self.quiet {
            show(&verification, terminal)?;
        }
        Ok(if verification.ok { Exit::Success } else { Exit::Failed })
    }
}

fn show(verification: &Verification, terminal: &mut Terminal) -> Result<(), Failure> {
    let width = verification.checks.iter().map(|check| measure_text_width(&check.name)).max().unwrap_or(0);
    for Check { name, ok, detail } in &verification.checks {
        let mark = if *ok { terminal.good("✓") } else { terminal.bad("✗") };
        let blank = " ".repeat(width - measure_text_width(name));
        let detail = wrapped(detail, width + 4, terminal.width);
        terminal.write(&format!("{mark} {name}{blank}  {}", detail.trim_start()))?;
    }
    let failed = verification.checks.iter().filter(|check| !check.ok).count();
    let end = match failed {
        0 if verification.ok => terminal.good("The run is what it says."),
        1 => terminal.bad("1 check failed."),
        _ => terminal.bad(&format!("{failed} checks failed.")),
    };
    terminal.line(&end)
}
