//! `cargo xtask bench`: the benchmarks, each with the loop it is measured against.

use crate::project::{Project, show};
use crate::stage::Outcome;

/// Runs the benchmarks with the arguments given.
///
/// # Errors
/// When they cannot be built or do not end well.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    let mut command = project.cargo(&["bench", "--package", "walras-benches"]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    show(&mut command)
}
