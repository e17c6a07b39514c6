//! `walras list`: every entry with its parameters.

use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::folders::{self, Entry, Folder};
use crate::layout::{paragraphs, wrapped};
use crate::terminal::Terminal;

/// List everything that can stand in a scenario, with its parameters.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this folder: section, market, curve, pool, pool_fee, allocation, joint_allocation, auction, issuance,
    /// clearing, rationing, adjustment, schedule, price, preference, equilibrium_solver, capacity, topology, request,
    /// arrivals, need, reporting, satisfaction, policy, objective, production, distribution, shares, release, controller, shock or
    /// measure.
    folder: Option<String>,
}

impl Arguments {
    /// Lists.
    ///
    /// # Errors
    /// When there is no such folder.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let folders = match &self.folder {
            Some(name) => vec![folders::find(name)?],
            None => folders::all(),
        };
        if terminal.json {
            let entries: Vec<_> = folders.iter().flat_map(|folder| &folder.entries).map(Entry::json).collect();
            terminal.object(&json!({ "entries": entries }))?;
            return Ok(Exit::Success);
        }
        for folder in &folders {
            show(folder, terminal)?;
        }
        let hint = "walras explain NAME shows formula, parameters, ranges and source";
        terminal.line(&terminal.faint(hint))?;
        Ok(Exit::Success)
    }
}

fn show(folder: &Folder, terminal: &mut Terminal) -> Result<(), Failure> {
    let heading = format!("{}  {}", terminal.strong(folder.name), terminal.faint(folder.about));
    terminal.line(&heading)?;
    for entry in &folder.entries {
        terminal.line(&format!("  {}", terminal.name(&entry.name)))?;
        terminal.write(&paragraphs(entry.summary(), 4, terminal.width))?;
        if !entry.parameters.is_empty() {
            let parameters: Vec<String> = entry.parameters.iter().map(|it| short(it, terminal)).collect();
            terminal.write(&wrapped(&parameters.join(", "), 4, terminal.width))?;
        }
    }
    terminal.line("")
}

/// `name` where it must be given, `name = default` or `[name]` where it need not.
fn short(parameter: &walras_catalog::Parameter, terminal: &Terminal) -> String {
    match folders::default(parameter) {
        Some(default) => terminal.faint(&format!("{}={}", parameter.name, folders::written(&default))),
        None if parameter.optional => terminal.faint(&format!("[{}]", parameter.name)),
        None => parameter.name.to_owned(),
    }
}
