//! A scenario that has been read and checked, with what is needed to say where it is wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walras_agents::population::Data;
use walras_catalog::{Node, Problem, Read as _, Span, Value};
use walras_engine::World;
use walras_engine::build::memory_estimate;

use crate::data::{DataFile, DataFiles};
use crate::limits::{self, DATA_BYTES_MAX};
use crate::overrides;
use crate::sections::Scenario;
use crate::text::{self, ScenarioError, Sources};

/// A scenario, read strictly, and the texts it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it says.
    pub scenario: Scenario,
    /// The text of the file.
    pub text: String,
    /// The overrides, as given.
    pub overrides: Vec<String>,
    /// Where the texts stand, for messages.
    pub sources: Sources,
    /// The directory that its files are relative to.
    pub base: PathBuf,
    /// The data files it names, with where it does.
    files: Vec<(String, Span)>,
}

/// A world and the files it was built from.
pub struct Built {
    /// The world at step 0.
    pub world: World,
    /// The data files that were read.
    pub data_files: Vec<DataFile>,
}

impl Loaded {
    /// Reads the scenario file at `path` and applies `overrides` (`path=value`) to it.
    ///
    /// # Errors
    /// When it cannot be read, or is wrong anywhere that can be seen without building it.
    pub fn from_file(path: &Path, overrides: &[String]) -> Result<Self, Box<ScenarioError>> {
        let (_, sources) = text::load(path)?;
        let text = sources.get(0).map(|source| source.text.to_string()).unwrap_or_default();
        let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::from_text(&path.display().to_string(), &text, &base, overrides)
    }

    /// Reads a scenario from its text; `name` is shown in messages, files are relative to `base`.
    ///
    /// # Errors
    /// As [`Loaded::from_file`].
    pub fn from_text(name: &str, text: &str, base: &Path, overrides: &[String]) -> Result<Self, Box<ScenarioError>> {
        let (mut tree, mut sources) = text::parse(name, text)?;
        overrides::apply(&mut tree, &mut sources, overrides)?;
        match Scenario::read(&tree, None) {
            Ok(scenario) => Ok(Self {
                scenario,
                text: text.to_owned(),
                overrides: overrides.to_vec(),
                sources,
                base: base.to_path_buf(),
                files: named_files(&tree),
            }),
            Err(problem) => Err(ScenarioError::boxed(problem, sources)),
        }
    }

    /// The data files that it names and that are not there, as it has them, each once. They may be large, or not be the
    /// author's to give away, so that a scenario can be handed on without them; it cannot run then.
    #[must_use]
    pub fn missing_files(&self) -> Vec<&str> {
        let mut missing: Vec<&str> = self.absent().map(|(file, _)| file.as_str()).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    fn absent(&self) -> impl Iterator<Item = &(String, Span)> {
        self.files.iter().filter(|(file, _)| !self.base.join(file).exists())
    }

    /// Says of the first file that is not there where it was looked for, and what to do.
    fn require_files(&self) -> Result<(), Problem> {
        let Some((file, span)) = self.absent().next() else { return Ok(()) };
        let Err(problem) = limits::open(&self.base.join(file), DATA_BYTES_MAX) else { return Ok(()) };
        let advice =
            "put it there, or point `file` to where it is: the comments of the scenario may say where to get it";
        let help = problem.help.map_or_else(|| advice.to_owned(), |near| format!("{near}; {advice}"));
        Err(Problem::at(*span, problem.message, "this file").help(help))
    }

    /// About how many bytes the run will hold in memory.
    #[must_use]
    pub fn memory_estimate(&self) -> u64 {
        memory_estimate(&self.scenario.economy())
    }

    /// Builds the world at step 0. Nothing is allocated for agents when they would take more than `memory_max` bytes.
    ///
    /// # Errors
    /// When a name does not exist, a file cannot be read, a parameter cannot be drawn, or memory would not do.
    pub fn build(&self, seed: u64, memory_max: u64) -> Result<Built, Box<ScenarioError>> {
        let wrong = |problem| ScenarioError::boxed(problem, self.sources.clone());
        let needed = self.memory_estimate();
        if needed > memory_max {
            let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
            let (needed, there) = (gib(needed), gib(memory_max));
            let message =
                format!("the agents would take about {needed:.1} GiB of memory, and {there:.1} GiB are there");
            let largest = self.scenario.cohorts.0.iter().max_by_key(|cohort| cohort.item.size);
            let problem = match largest {
                Some(cohort) => Problem::at(cohort.span, message, format!("{} agents", cohort.item.size)),
                None => Problem::nowhere(message),
            };
            return Err(wrong(problem.help("use fewer agents, or a machine with more memory")));
        }
        self.require_files().map_err(wrong)?;
        let mut files = DataFiles::new(self.base.clone());
        let world = walras_engine::build(&self.scenario.economy(), seed, &mut Files(&mut files)).map_err(wrong)?;
        Ok(Built { world, data_files: files.used().to_vec() })
    }
}

/// Every text under a key `file`, which is what all entries call the data file that they read.
fn named_files(value: &Value) -> Vec<(String, Span)> {
    match &value.node {
        Node::List(items) => items.iter().flat_map(named_files).collect(),
        Node::Table(table) => {
            let each = table.entries.iter();
            let found = each.flat_map(|entry| match &entry.value.node {
                Node::Text(file) if entry.name == "file" => vec![(file.clone(), entry.value.span)],
                _ => named_files(&entry.value),
            });
            found.collect()
        }
        Node::Flag(_) | Node::Integer(_) | Node::Float(_) | Node::Text(_) => Vec::new(),
    }
}

/// Lets the engine ask for columns.
struct Files<'a>(&'a mut DataFiles);

impl Data for Files<'_> {
    fn texts(&mut self, file: &str, column: &str) -> Result<Arc<[String]>, String> {
        self.0.read_text_column(file, column)
    }

    fn column(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String> {
        self.0.column(file, column)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Loaded;

    #[test]
    fn files_are_found_wherever_they_are_named() {
        let text = "[run]\nname = \"Files\"\nsteps = 1\n[assets.FILE]\nrole = \"resource\"\n\
                    [resources.file]\nrule = \"max_min\"\n\
                    capacity = { FILE = { kind = \"series\", file = \"b.csv\", column = \"x\" } }\n\
                    [cohorts.file]\nsize = 1\nbalance = { kind = \"data_column\", file = \"a.csv\", column = \"x\" }\n\
                    demand = { requests = { kind = \"fixed\", need = 1.0 }, need = { kind = \"series\", \
                    file = \"b.csv\", column = \"y\" } }\n";
        let loaded = Loaded::from_text("s.toml", text, Path::new("nowhere"), &[]).unwrap_or_else(|it| panic!("{it}"));
        assert_eq!(loaded.missing_files(), ["a.csv", "b.csv"]);
        let given = ["cohorts.file.balance.file=\"c.csv\"".to_owned()];
        let loaded =
            Loaded::from_text("s.toml", text, Path::new("nowhere"), &given).unwrap_or_else(|it| panic!("{it}"));
        assert_eq!(loaded.missing_files(), ["b.csv", "c.csv"], "overrides count");
        assert_eq!(loaded.build(1, 1 << 30).err().map(|error| error.to_string().contains("no file")), Some(true));
    }
}
