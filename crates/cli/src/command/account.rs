//! `walras account`: what moved an agent's balance and holdings, exact to the atom.

use std::path::PathBuf;

use walras_lab::{AccountQuery, AssetStatement, Statement};
use walras_record::{Manifest, RunDirectory};
use walras_report::number::{atoms, count};

use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::layout::{Align, table};
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Show what changed an agent's account: income, expenses, trades and policy effects, exact to the atom.
///
/// The run is taken again for it, and held to the recorded hashes on the way.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The agent's number, from 0: cohorts in the scenario's order, then the agents of each.
    #[arg(long, value_name = "I")]
    agent: u64,
    /// Only this step, from 0; without it, the whole run.
    #[arg(long, value_name = "T")]
    step: Option<u32>,
    /// Show no progress.
    #[arg(short, long)]
    quiet: bool,
}

impl Arguments {
    /// Shows it.
    ///
    /// # Errors
    /// When it is no run, it has no such agent or step, or it cannot be run again.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let manifest = Manifest::read(&RunDirectory::at(&self.run).manifest())?;
        let agents: u64 = manifest.cohorts.iter().map(|cohort| cohort.size).sum();
        self.is_there(&manifest, agents)?;
        let interrupt = Interrupt::listen();
        let mut progress = Progress::new(agents, self.quiet, interrupt.clone());
        let query = AccountQuery { agent: self.agent, step: self.step };
        let statement = walras_lab::account(&self.run, &query, &mut progress);
        progress.finish();
        if interrupt.asked() {
            return Ok(Exit::Interrupted);
        }
        let statement = statement?;
        if terminal.json {
            // Sums of atoms may need more than 64 bits, which only text can hold.
            let text = serde_json::to_string_pretty(&statement);
            terminal.line(&text.map_err(|error| Failure::Failed(error.to_string()))?)?;
        } else {
            show(&statement, terminal)?;
        }
        Ok(Exit::Success)
    }

    /// Whether the run has the agent and the step.
    fn is_there(&self, manifest: &Manifest, agents: u64) -> Result<(), Failure> {
        let run = self.run.display();
        let from_zero = |count: u64, what: &str| match count {
            0 => format!("`{run}` has no {what}"),
            count => format!("`{run}` has {what}s 0 to {}", count - 1),
        };
        if self.agent >= agents {
            let message = format!("there is no agent {}", self.agent);
            return Err(Failure::bad_input_with_help(message, from_zero(agents, "agent")));
        }
        match self.step {
            Some(step) if u64::from(step) >= manifest.final_step => {
                let help = from_zero(manifest.final_step, "step");
                Err(Failure::bad_input_with_help(format!("there is no step {step}"), help))
            }
            _ => Ok(()),
        }
    }
}

fn show(statement: &Statement, terminal: &mut Terminal) -> Result<(), Failure> {
    let Statement { agent, cohort, row, first_step, last_step, assets } = statement;
    let steps = if first_step == last_step {
        format!("step {}", count(u64::from(*first_step)))
    } else {
        format!("steps {} to {}", count(u64::from(*first_step)), count(u64::from(*last_step)))
    };
    let whose = terminal.strong(&format!("Agent {}", count(*agent)));
    let where_from = terminal.faint(&format!("row {} of {cohort}, {steps}", count(*row)));
    terminal.line(&format!("{whose}  {where_from}"))?;
    for asset in assets {
        let text = asset_table(asset, terminal);
        terminal.write(&format!("\n{text}"))?;
    }
    Ok(())
}

/// Opening, what moved it by category and reason, and closing; in units and in atoms.
fn asset_table(asset: &AssetStatement, terminal: &Terminal) -> String {
    let decimals = u8::try_from(asset.decimals).unwrap_or(u8::MAX);
    let amounts = |amount: i128| (atoms(amount, decimals), atoms(amount, 0));
    let mut rows = vec![vec![terminal.name(&asset.asset), terminal.faint("units"), terminal.faint("atoms")]];
    let mut strong = |label: &str, amount: i128| {
        let (units, whole) = amounts(amount);
        rows.push(vec![terminal.strong(label), terminal.strong(&units), whole]);
    };
    strong("held before", asset.opening.into());
    let categories = [
        ("income", asset.income),
        ("expenses", -asset.expenses),
        ("trades", asset.trades),
        ("policy effects", asset.policy_effects),
    ];
    for (category, amount) in categories {
        let (units, whole) = amounts(amount);
        rows.push(vec![category.to_owned(), units, whole]);
        // A category with one reason of its own name says it all.
        let lines = asset.lines.iter().filter(|line| line.category == category);
        for line in lines.filter(|line| !category.starts_with(line.reason)) {
            let (units, whole) = amounts(line.amount);
            let reason = format!("  {}", line.reason.replace('_', " "));
            rows.push([reason, units, whole].map(|cell| terminal.faint(&cell)).to_vec());
        }
    }
    let (units, whole) = amounts(asset.closing.into());
    rows.push(vec![terminal.strong("held after"), terminal.strong(&units), whole]);
    table(&rows, &[Align::Left, Align::Right, Align::Right], 2)
}
