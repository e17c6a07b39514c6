//! Images for pages, drawn by the command itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

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
    command.arg("run").arg(scenario).arg("--out").arg(&run).args(["--quiet", "--no-report"]).current_dir(&project.root);
    for set in overrides {
        command.args(["--set", set]);
    }
    output(&mut command)?;
    let said = output(Command::new(walras).arg("report").arg(&run).arg("--json"))?;
    let said: Value = serde_json::from_str(&said).doing(|| "reading `walras report --json`".to_owned())?;
    let charts: Vec<PathBuf> =
        said["charts"].as_array().into_iter().flatten().filter_map(Value::as_str).map(PathBuf::from).collect();
    let is_it = |chart: &&PathBuf| {
        chart.file_stem().is_some_and(|found| found == stem) && chart.extension().is_some_and(|found| found == "svg")
    };
    match charts.iter().find(is_it) {
        Some(chart) => fs::read_to_string(chart).doing(|| format!("reading {}", chart.display())),
        None => {
            let drawn: Vec<String> = charts.iter().map(|chart| chart.display().to_string()).collect();
            Err(Failure(format!("there is no chart `{stem}`, only {}", drawn.join(", "))))
        }
    }
}
