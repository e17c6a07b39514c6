//! `walras schema`: what a scenario may hold, as JSON Schema.

use walras_catalog::Read as _;
use walras_scenario::Scenario;
use walras_scenario::schema::schema;

use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Print the JSON Schema of a scenario, for editors that check and complete as you type.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Prints it.
///
/// # Errors
/// When nobody takes it.
pub(super) fn run(terminal: &mut Terminal) -> Result<Exit, Failure> {
    terminal.object(&schema(&Scenario::kind(), "Walras scenario"))?;
    Ok(Exit::Success)
}
