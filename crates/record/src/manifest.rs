//! `manifest.json`: what was run, how, and how it ended. It suffices to run it again.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::RecordError;
use crate::atomic::write_whole;
use crate::log::LogHeads;
use crate::table::{Names, TableProgress};

/// The format version written by this crate.
pub const FORMAT: u64 = 1;

/// Everything about a run that is not a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this file's format: [`FORMAT`].
    pub format: u64,
    /// The version of Walras that wrote it.
    pub walras_version: String,
    /// The scenario's name.
    pub name: String,
    /// The scenario's description.
    pub description: String,
    /// The scenario, as given.
    pub scenario_text: String,
    /// BLAKE3 of the scenario text: 64 hexadecimal digits.
    pub scenario_hash: String,
    /// Overrides, `path=value`, in the order in which they apply.
    pub overrides: Vec<String>,
    /// Files that the scenario read.
    pub data_files: Vec<DataFile>,
    /// The seed.
    pub seed: u64,
    /// Steps to run.
    pub steps: u64,
    /// Whether agents act at once or in turn, in the scenario's words.
    pub order_of_events: String,
    /// The length of a step, in seconds of the economy's time; finite.
    pub step_seconds: f64,
    /// Steps between checkpoints; 0 for none.
    pub checkpoint_every: u64,
    /// Steps between state hashes; 0 for the final one only.
    pub hash_every: u64,
    /// What it ran on. Has no bearing on the results.
    pub features: Features,
    /// How far the run is.
    pub status: RunStatus,
    /// When it started, in seconds since 1970 (UTC).
    pub started_unix_s: u64,
    /// How long it ran, in seconds of real time; finite.
    pub wall_seconds: f64,
    /// State hashes on the way.
    pub step_hashes: Vec<StepHash>,
    /// The state's hash at the end: 64 hexadecimal digits.
    pub final_hash: Option<String>,
    /// Steps done.
    pub final_step: u64,
    /// Assets by id; the first is the numeraire.
    pub assets: Vec<AssetEntry>,
    /// Markets by id.
    pub markets: Vec<MarketEntry>,
    /// Resources by id.
    #[serde(default)]
    pub resources: Vec<ResourceEntry>,
    /// Sections of contracts by id.
    #[serde(default)]
    pub contracts: Vec<ContractEntry>,
    /// Cohorts by id.
    pub cohorts: Vec<CohortEntry>,
    /// The heads of the log of what institutions did.
    #[serde(default)]
    pub log: LogHeads,
    /// The tables written and how much is in closed parts.
    pub tables: Vec<TableProgress>,
    /// Measures over the whole run. JSON has no `NaN`: what has no value is null.
    pub summary: serde_json::Value,
}

/// A file that the scenario read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// The path, as the scenario gives it.
    pub path: String,
    /// BLAKE3 of its bytes: 64 hexadecimal digits.
    pub blake3: String,
    /// Its length, in bytes.
    pub bytes: u64,
}

/// What a run ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Threads used.
    pub threads: u32,
    /// The processor architecture: `x86_64`, `aarch64`…
    pub target_arch: String,
    /// The vector instructions chosen at run time: `avx512`, `avx2`, `none`…
    pub vector: String,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RunStatus {
    /// Under way; or it stopped without being able to say so.
    Running,
    /// All steps done.
    Complete,
    /// Stopped on request; can be resumed.
    Interrupted,
    /// Stopped by an error.
    Failed {
        /// The error, in plain words.
        message: String,
    },
}

/// The state's hash after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepHash {
    /// Steps done when it was taken.
    pub step: u64,
    /// 64 hexadecimal digits.
    pub hash: String,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetEntry {
    /// Its name.
    pub name: String,
    /// One unit is ten to this power atoms.
    pub decimals: u32,
}

/// A market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketEntry {
    /// Its name.
    pub name: String,
    /// The asset it trades.
    pub asset: String,
    /// How its price forms.
    pub mechanism: String,
    /// How the orders of a step settle.
    pub settlement: String,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceEntry {
    /// Its name.
    pub name: String,
    /// The assets whose capacity it shares.
    pub assets: Vec<String>,
    /// The rule by which it does.
    pub rule: String,
}

/// A section of contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractEntry {
    /// Its name.
    pub name: String,
    /// The asset it pays in.
    pub asset: String,
    /// What it measures.
    pub contribution: String,
    /// What a contribution is counted in.
    pub unit: String,
    /// The cohort of its affiliates.
    pub affiliates: String,
    /// How many contracts there are.
    pub count: u64,
}

/// A cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortEntry {
    /// Its name.
    pub name: String,
    /// Agents in it.
    pub size: u64,
    /// The number of its first agent in the whole economy; the others follow.
    pub first_agent: u64,
    /// Its agents' policy.
    pub policy: String,
    /// Its agents' objective.
    pub objective: String,
}

impl Manifest {
    /// Replaces the manifest at `path`: a crash at any moment leaves the old one or the new one.
    ///
    /// # Errors
    /// When the file cannot be written, or a float in it is not finite (JSON has no such number).
    pub fn write(&self, path: &Path) -> Result<(), RecordError> {
        for (name, value) in [("step_seconds", self.step_seconds), ("wall_seconds", self.wall_seconds)] {
            if !value.is_finite() {
                return Err(RecordError::mismatch(path, format!("{name} is {value}; it must be finite")));
            }
        }
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| RecordError::mismatch(path, error))?;
        text.push(b'\n');
        write_whole(path, &text)
    }

    /// Reads the manifest at `path`.
    ///
    /// # Errors
    /// When there is none, it is not a manifest (with the line), or its format is newer than [`FORMAT`].
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        let text = fs::read(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RecordError::Missing { path: path.to_path_buf(), what: "manifest" },
            _ => RecordError::io(path, "read")(error),
        })?;
        // The version first: a newer format may differ in everything else.
        let version: Version = parse(path, &text)?;
        if version.format > FORMAT {
            return Err(RecordError::Newer { path: path.to_path_buf(), found: version.format, known: FORMAT });
        }
        parse(path, &text)
    }

    /// The names that ids in the tables stand for, as far as the manifest holds them.
    #[must_use]
    pub fn names(&self) -> Names {
        Names {
            markets: self.markets.iter().map(|it| it.name.clone()).collect(),
            assets: self.assets.iter().map(|it| it.name.clone()).collect(),
            resources: self.resources.iter().map(|it| it.name.clone()).collect(),
            cohorts: self.cohorts.iter().map(|it| it.name.clone()).collect(),
            boards: Vec::new(),
            contracts: self.contracts.iter().map(|it| it.name.clone()).collect(),
            accounts: Vec::new(),
            reasons: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
struct Version {
    format: u64,
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &[u8]) -> Result<T, RecordError> {
    // serde_json's message ends in "at line L column C" wherever there is one.
    serde_json::from_slice(text).map_err(|error| RecordError::malformed(path, error))
}
