//! From a run directory to its report: one page and charts.

mod contract;
mod course;
mod curve;
mod governance;
mod happenings;
mod institution;
mod log;
mod money;
mod people;
mod resource;
mod spread;
mod task;

use std::fs;
use std::path::{Path, PathBuf};

use walras_record::{Manifest, RecordError, Run, RunStatus};
use walras_report::data::{Asset, ReportData, Status, SummaryItem, SummaryValue};
use walras_scenario::Loaded;

use crate::error::RunError;
use crate::manifest::reload;
use crate::summary::{KeyValue, Summary};

/// The files of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFiles {
    /// The page: it needs nothing but itself.
    pub html: PathBuf,
    /// Charts, each as SVG and as PNG.
    pub charts: Vec<PathBuf>,
}

/// Pixels of a PNG for one unit of its SVG.
const PNG_SCALE: f32 = 2.0;

/// Writes the report of the run in `dir`: `report.html`, `charts/*.svg` and `charts/*.png`.
///
/// # Errors
/// When the directory holds no run, its tables cannot be read, or the report cannot be written.
pub fn report(dir: &Path) -> Result<ReportFiles, RunError> {
    let data = data(dir)?;
    let html = dir.join("report.html");
    write(&html, walras_report::html::page(&data).as_bytes())?;
    let folder = dir.join("charts");
    let cannot = |source| RecordError::Io { path: folder.clone(), action: "create the directory", source };
    fs::create_dir_all(&folder).map_err(cannot)?;
    let mut charts = Vec::new();
    for (stem, svg) in walras_report::chart::svg(&data) {
        let png = walras_report::chart::png(&svg, PNG_SCALE);
        let png = png.map_err(|error| RunError::other(format!("the chart {stem} cannot be drawn: {error}")))?;
        for (extension, content) in [("svg", svg.as_bytes()), ("png", &png)] {
            let path = folder.join(format!("{stem}.{extension}"));
            write(&path, content)?;
            charts.push(path);
        }
    }
    Ok(ReportFiles { html, charts })
}

fn write(path: &Path, content: &[u8]) -> Result<(), RecordError> {
    fs::write(path, content).map_err(|source| RecordError::Io { path: path.to_path_buf(), action: "write", source })
}

/// Everything that the report of the run in `dir` shows.
fn data(dir: &Path) -> Result<ReportData, RunError> {
    let mut run = Run::open(dir)?;
    let loaded = reload(run.directory(), &run.manifest)?;
    let summary: Option<Summary> = serde_json::from_value(run.manifest.summary.clone()).ok();
    let markets = course::markets(&run, &loaded, summary.as_ref())?;
    let looks = people::looks(&mut run, &loaded)?;
    let accounts = money::accounts(&run)?;
    let resources = resource::resources(&run, summary.as_ref())?;
    let demand = resource::demand(&run, summary.as_ref(), &accounts)?;
    let governance = governance::bodies(&run, summary.as_ref())?;
    let boards = task::boards(&run, summary.as_ref())?;
    let contracts = contract::contracts(&run, summary.as_ref())?;
    let events = happenings::events(&run, &loaded)?;
    let log = log::log(&run)?;
    let manifest = &run.manifest;
    Ok(ReportData {
        title: manifest.name.clone(),
        description: manifest.description.clone(),
        scenario_text: manifest.scenario_text.clone(),
        reproduce: command(manifest, &loaded),
        seed: manifest.seed,
        steps: manifest.final_step,
        step_length: step_length(manifest.step_seconds),
        state_hash: manifest.final_hash.clone().unwrap_or_default(),
        wall_s: manifest.wall_seconds,
        version: manifest.walras_version.clone(),
        status: match &manifest.status {
            RunStatus::Complete => Status::Completed,
            RunStatus::Interrupted | RunStatus::Running => Status::Interrupted,
            RunStatus::Failed { message } => Status::Failed(message.clone()),
        },
        assets: manifest
            .assets
            .iter()
            .map(|asset| Asset { name: asset.name.clone(), decimals: asset.decimals as u8 })
            .collect(),
        markets,
        resources,
        demand,
        governance,
        boards,
        incentives: summary.as_ref().map_or_else(Vec::new, institution::incentives),
        alignment: summary.as_ref().map_or_else(Vec::new, institution::alignment),
        contracts,
        wealth: summary
            .as_ref()
            .filter(|summary| !summary.wealth.is_alike())
            .map(|summary| people::wealth(summary, &looks, manifest.final_step)),
        cohorts: people::cohorts(manifest, summary.as_ref(), looks),
        events,
        log,
        supplies: summary.as_ref().map_or_else(Vec::new, money::supplies),
        accounts,
        summary: summary.map_or_else(Vec::new, |summary| key_numbers(&summary)),
    })
}

/// The command that runs it again.
fn command(manifest: &Manifest, loaded: &Loaded) -> String {
    let mut command = "walras run scenario.toml".to_owned();
    for change in &manifest.overrides {
        command.push_str(&format!(" --set '{}'", change.replace('\'', r"'\''")));
    }
    if manifest.seed != loaded.scenario.run.seed {
        command.push_str(&format!(" --seed {}", manifest.seed));
    }
    command
}

fn key_numbers(summary: &Summary) -> Vec<SummaryItem> {
    let item = |number: crate::summary::KeyNumber| SummaryItem {
        label: number.label,
        value: match number.value {
            KeyValue::Number(value) => SummaryValue::Number(value),
            KeyValue::Fraction(value) => SummaryValue::Fraction(value),
            KeyValue::Text(words) => SummaryValue::Text(words),
        },
        unit: number.unit,
        explanation: number.explanation,
    };
    summary.key_numbers().into_iter().map(item).collect()
}

/// `1 day`, `12 s`, in the largest unit that gives a whole number, or else in the largest that gives one or more.
fn step_length(seconds: f64) -> String {
    const UNITS: [(&str, f64); 5] =
        [("year", 31_536_000.0), ("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0), ("second", 1.0)];
    let whole = |length: f64| length >= 1.0 && (length - length.round()).abs() < 1e-9 * length;
    let counts = || UNITS.iter().map(|&(unit, length)| (unit, seconds / length));
    let chosen = counts().find(|&(_, count)| whole(count)).or_else(|| counts().find(|&(_, count)| count >= 1.0));
    let (unit, count) = chosen.unwrap_or(("second", seconds));
    let shown = walras_report::number::short(count, 4);
    if shown == "1" { format!("1 {unit}") } else { format!("{shown} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::step_length;

    #[test]
    fn a_step_has_a_length_in_words() {
        for (seconds, words) in [
            (86_400.0, "1 day"),
            (3_600.0, "1 hour"),
            (12.0, "12 seconds"),
            (31_536_000.0, "1 year"),
            (172_800.0, "2 days"),
            (90.0, "90 seconds"),
        ] {
            assert_eq!(step_length(seconds), words);
        }
        // 252 steps in a year of 365 days.
        assert_eq!(step_length(31_536_000.0 / 252.0), "1.448 days");
    }
}
