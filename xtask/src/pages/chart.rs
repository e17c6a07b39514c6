//! Images for pages, drawn by the command itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::project::{Project, output};
use crate::stage::{Doing, Failure, Outcome};

/// The plot of a curve with sample parameters.
pub(super) fn of_curve(project: &Project, walras: &Path, name: &str) -> Outcome<String> {
    let file = project.scratch("pages")?.join(format!("{name}.svg"));
    output(Command::new(walras).args(["explain", &format!("curve/{name}"), "--svg"]).arg(&file))?;
    fs::read_to_string(&file).doing(|| format!("reading {}", file.display()))
}

/// One chart of the report of a run.
pub(super) fn of_run(
    project: &Project,
    walras: &Path,
    scenario: &str,
    stem: &str,
    overrides: &[&str],
) -> Outcome<String> {
    let run = project.empty_scratch("pages/run")?;
    let mut command = Command::new(walras);
    command.arg("run").arg(scenario).arg("--out").arg(&run).arg("--quiet").current_dir(&project.root);
    for set in overrides {
        command.args(["--set", set]);
    }
    output(&mut command)?;
    let charts = project.empty_scratch("pages/charts")?;
    output(Command::new(walras).arg("report").arg(&run).arg("--svg").arg(&charts))?;
    let file = charts.join(format!("{stem}.svg"));
    fs::read_to_string(&file).map_err(|error| {
        let listing = fs::read_dir(&charts).into_iter().flatten().flatten();
        let drawn: Vec<String> = listing.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        Failure(format!("there is no chart `{stem}` ({error}), only {}", drawn.join(", ")))
    })
}
