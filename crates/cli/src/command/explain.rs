//! `walras explain`: everything about one entry.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use walras_catalog::Parameter;
use walras_report::chart::ascii;

use crate::failure::{Exit, Failure};
use crate::folders::{self, Entry};
use crate::layout::{paragraphs, wrapped};
use crate::plot::{self, Drawn};
use crate::starter;
use crate::terminal::Terminal;

/// Explain one entry: what it does, its formula, parameters, ranges, source, and for a curve a plot.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Its name, or folder/name where several folders have one of that name.
    name: String,
    /// Write the curve's plot to this SVG file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Agents for whom sample parameters are chosen.
const AGENTS: u64 = 1000;
/// Rows of a plot.
const PLOT_ROWS: usize = 18;
/// Columns of a plot at most.
const PLOT_COLUMNS_MAX: usize = 84;

impl Arguments {
    /// Explains.
    ///
    /// # Errors
    /// When there is no such entry, or a plot is asked of something that is no curve.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let entries = folders::find_entries(&self.name)?;
        if let Some(file) = &self.svg {
            self.write_svg(&entries, file)?;
        }
        if terminal.json {
            let entries: Vec<_> = entries.iter().map(with_sample).collect();
            terminal.object(&json!({ "entries": entries, "svg": self.svg }))?;
            return Ok(Exit::Success);
        }
        for entry in &entries {
            explain(entry, terminal)?;
        }
        if let Some(file) = &self.svg {
            terminal.line(&format!("The plot is in {}", file.display()))?;
        }
        Ok(Exit::Success)
    }

    fn write_svg(&self, entries: &[Entry], file: &PathBuf) -> Result<(), Failure> {
        let curve = entries.iter().find_map(|entry| Some((entry, drawn(entry)?)));
        let Some((entry, drawn)) = curve else {
            let message = format!("`{}` is not a curve, so there is nothing to plot", self.name);
            return Err(Failure::bad_input_with_help(message, "`walras list curve` shows the curves"));
        };
        let svg = plot::svg(&drawn, &format!("The {} curve", entry.name.replace('_', " ")), &entry.formula);
        let cannot = |error| Failure::Failed(format!("cannot write {}: {error}", file.display()));
        fs::write(file, svg).map_err(cannot)
    }
}

/// The curve drawn with sample parameters, if it is one.
fn drawn(entry: &Entry) -> Option<Drawn> {
    (entry.folder == "curve").then(|| plot::drawn(&entry.name, starter::curve::usual_supply(AGENTS)))?
}

/// A line or more of a scenario in which the entry stands, if there is a sample of it.
fn sample(entry: &Entry) -> Option<String> {
    if entry.folder == "curve" {
        return drawn(entry).map(|drawn| drawn.scenario);
    }
    if entry.folder == "policy" {
        let settings = starter::policy::sample(&entry.name)?;
        let settings: String = settings.iter().map(|(key, value)| format!(", {key} = {value}")).collect();
        return Some(format!("policy = {{ kind = \"{}\"{settings} }}", entry.name));
    }
    None
}

fn with_sample(entry: &Entry) -> serde_json::Value {
    let mut object = entry.json();
    if let Some(sample) = sample(entry) {
        object["sample"] = sample.into();
    }
    if let Some(drawn) = drawn(entry) {
        object["points"] = json!(drawn.points);
    }
    object
}

fn explain(entry: &Entry, terminal: &mut Terminal) -> Result<(), Failure> {
    let width = terminal.width;
    let heading = format!("{}  {}", terminal.strong(&entry.name), terminal.faint(entry.folder));
    terminal.line(&heading)?;
    terminal.line("")?;
    terminal.write(&paragraphs(&entry.doc, 2, width))?;
    let facts = [("Formula", &entry.formula), ("Unit", &entry.unit), ("Source", &entry.source)];
    for (what, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        let text = format!("\n{}\n{}", terminal.strong(what), wrapped(fact, 2, width));
        terminal.write(&text)?;
    }
    if !entry.parameters.is_empty() {
        let heading = format!("\n{}", terminal.strong("Parameters"));
        terminal.line(&heading)?;
        for parameter in &entry.parameters {
            let text = parameter_text(parameter, terminal);
            terminal.write(&text)?;
        }
    }
    if let Some(sample) = sample(entry) {
        let text = format!("\n{}\n{}", terminal.strong("In a scenario"), wrapped(&sample, 2, width));
        terminal.write(&text)?;
    }
    if let Some(drawn) = drawn(entry) {
        let plot = ascii(&drawn.points, width.min(PLOT_COLUMNS_MAX), PLOT_ROWS, "supply, tokens", "price");
        terminal.write(&format!("\n{plot}"))?;
    }
    terminal.line("")
}

/// Name, form, range, unit and default on one line, the meaning below.
fn parameter_text(parameter: &Parameter, terminal: &Terminal) -> String {
    let range = parameter.bounds.as_ref().map(folders::range).unwrap_or_default();
    let default = match folders::default(parameter) {
        Some(default) => format!("default {}", folders::written(&default)),
        None if parameter.optional => "may be left out".to_owned(),
        None => "must be given".to_owned(),
    };
    let form = folders::form(&parameter.kind);
    let facts = [form.as_str(), &range, parameter.unit].map(str::to_owned);
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let name = parameter.name;
    let facts = wrapped(&format!("{}; {default}", facts.join(", ")), 4 + name.len(), terminal.width);
    let meaning = paragraphs(&parameter.meaning, 6, terminal.width);
    format!("  {}  {}{meaning}", terminal.name(name), facts.trim_start())
}
