//! `walras prove`: evidence from a run's log that stands without the run.

use std::path::{Path, PathBuf};

use serde_json::json;
use walras_record::Run;
use walras_record::log::ProofFile;
use walras_report::number::count;

use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Prove that an entry is in a run's log, or that the log only grew between two steps.
///
/// The proof is a JSON file that `walras verify-proof`, or any other program, checks against the log's root alone.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The entry, by its number in `walras log`.
    #[arg(long, value_name = "N", group = "what")]
    entry: Option<u64>,
    /// That the log at the end of the second step begins with the log at the end of the first.
    #[arg(long, num_args = 2, value_names = ["STEP", "STEP"], group = "what")]
    consistency: Option<Vec<u64>>,
    /// Where to write the proof; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Arguments {
    /// Proves it.
    ///
    /// # Errors
    /// When it is no run, there is no such entry or step, or the log is not the one under the manifest's root.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let run = Run::open(&self.run)?;
        let proof = match (self.entry, self.consistency.as_deref()) {
            (Some(entry), _) => self.of_entry(&run, entry)?,
            (None, Some(&[first, second])) => self.of_growth(&run, first, second)?,
            (None, _) => return Err(Failure::bad_input("say what to prove: --entry or --consistency")),
        };
        match &self.output {
            Some(path) => written(&proof, path, terminal)?,
            None => terminal.write(&proof.to_json())?,
        }
        Ok(Exit::Success)
    }

    fn of_entry(&self, run: &Run, entry: u64) -> Result<ProofFile, Failure> {
        let size = run.manifest.log.size;
        if entry >= size {
            let there = match size {
                0 => format!("the log of `{}` is empty", self.run.display()),
                _ => format!("`{}` has entries 0 to {}", self.run.display(), size - 1),
            };
            return Err(Failure::bad_input_with_help(format!("there is no entry {entry}"), there));
        }
        Ok(run.prove_entry(entry)?)
    }

    fn of_growth(&self, run: &Run, first: u64, second: u64) -> Result<ProofFile, Failure> {
        let done = run.manifest.final_step;
        if let Some(step) = [first, second].into_iter().find(|step| *step >= done) {
            let there = match done {
                0 => format!("`{}` has no step", self.run.display()),
                _ => format!("`{}` has steps 0 to {}", self.run.display(), done - 1),
            };
            return Err(Failure::bad_input_with_help(format!("there is no step {step}"), there));
        }
        if first > second {
            let message = format!("step {first} comes after step {second}");
            return Err(Failure::bad_input_with_help(message, "a log is shown to grow: give the earlier step first"));
        }
        Ok(run.prove_consistency(first, second)?)
    }
}

fn written(proof: &ProofFile, path: &Path, terminal: &mut Terminal) -> Result<(), Failure> {
    proof.write(path)?;
    let head = proof.head();
    let shown = path.display();
    if terminal.json {
        return terminal.object(&json!({ "output": shown.to_string(), "size": head.size, "root": head.root }));
    }
    terminal.line(&format!("Wrote {shown}."))?;
    let checks = format!("walras verify-proof {shown} --root {} --size {}", head.root, head.size);
    terminal.line(&format!("\n  {}  checks it", terminal.name(&checks)))?;
    if let Some(first) = proof.first_head() {
        let (before, after) = (count(first.size), count(head.size));
        terminal.line(&terminal.faint(&format!("  {before} entries, root {}, became {after}", first.root)))?;
    }
    Ok(())
}
