//! `walras check`: whether a scenario is valid, and what running it will cost.

use std::path::PathBuf;

use serde_json::json;
use walras_lab::Cost;
use walras_report::number::{count, duration};
use walras_scenario::Loaded;

use crate::failure::{Exit, Failure};
use crate::layout::pairs;
use crate::memory;
use crate::terminal::Terminal;

/// Check a scenario and say what running it will cost in memory, time and disk.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The scenario file.
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Override a key, for instance markets.launch.curve.slope=0.5; may be given again.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Say nothing when it is valid.
    #[arg(short, long)]
    quiet: bool,
}

impl Arguments {
    /// Checks.
    ///
    /// # Errors
    /// When the scenario is wrong or does not fit into memory.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let loaded = Loaded::from_file(&self.scenario, &self.set)?;
        let memory_max = memory::available();
        let missing = loaded.missing_files();
        if terminal.json && !missing.is_empty() {
            // Programs may pass over a scenario whose files they do not have; what is wrong follows as an error.
            terminal.object(&json!({ "valid": false, "missing_files": missing }))?;
        }
        // Names, files and draws show whether they are right only when the world is built.
        drop(loaded.build(loaded.scenario.run.seed, memory_max)?);
        let cost = walras_lab::cost(&loaded)?;
        if terminal.json {
            terminal.object(&json!({
                "valid": true,
                "agents": cost.agents,
                "steps": loaded.scenario.run.steps,
                "memory_bytes": cost.memory_bytes,
                "memory_available_bytes": memory_max,
                "seconds": cost.seconds,
                "disk_bytes": cost.disk_bytes,
            }))?;
        } else if !self.quiet {
            self.show(&loaded, &cost, memory_max, terminal)?;
        }
        Ok(Exit::Success)
    }

    fn show(&self, loaded: &Loaded, cost: &Cost, memory_max: u64, terminal: &mut Terminal) -> Result<(), Failure> {
        let valid = format!("{} {} is valid", terminal.good("✓"), self.scenario.display());
        terminal.line(&valid)?;
        let scenario = &loaded.scenario;
        let rows = [
            ("Name", scenario.run.name.clone()),
            ("Agents", format!("{} in {}", count(cost.agents), cohorts(scenario.cohorts.0.len()))),
            ("Steps", count(u64::from(scenario.run.steps))),
            ("Memory", format!("about {} of {} free", bytes(cost.memory_bytes), bytes(memory_max))),
            ("Time", format!("about {}", duration(cost.seconds))),
            ("Disk", format!("about {}", bytes(cost.disk_bytes))),
        ];
        terminal.write(&pairs(&rows, 2))
    }
}

fn cohorts(number: usize) -> String {
    if number == 1 { "1 cohort".to_owned() } else { format!("{number} cohorts") }
}

/// A size in bytes with the unit that fits.
fn bytes(size: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fits = units.into_iter().find(|&(_, power)| size >= 1 << power);
    match fits {
        Some((unit, power)) => format!("{:.1} {unit}", size as f64 / f64::from(1 << power)),
        None => format!("{size} B"),
    }
}
