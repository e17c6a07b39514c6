//! Where the files of a run are.

use std::fs;
use std::path::{Path, PathBuf};

use crate::RecordError;
use crate::atomic::write_whole;

/// The directory of one run: its paths, and its making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDirectory {
    root: PathBuf,
}

impl RunDirectory {
    /// The run directory at `root`, which need not exist.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// Makes the directory and writes the scenario text into it.
    ///
    /// # Errors
    /// When the directory cannot be made or written, or already holds a run.
    pub fn create(root: &Path, scenario_text: &str) -> Result<Self, RecordError> {
        let directory = Self::at(root);
        if directory.manifest().exists() {
            return Err(RecordError::mismatch(root, "this directory already holds a run; choose another or remove it"));
        }
        fs::create_dir_all(root).map_err(RecordError::io(root, "create the directory"))?;
        write_whole(&directory.scenario(), scenario_text.as_bytes())?;
        Ok(directory)
    }

    /// The directory itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `manifest.json`.
    #[must_use]
    pub fn manifest(&self) -> PathBuf {
        self.root.join("manifest.json")
    }

    /// `scenario.toml`.
    #[must_use]
    pub fn scenario(&self) -> PathBuf {
        self.root.join("scenario.toml")
    }

    /// `checkpoint.walras`.
    #[must_use]
    pub fn checkpoint(&self) -> PathBuf {
        self.root.join("checkpoint.walras")
    }

    /// `log.jsonl`.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.root.join("log.jsonl")
    }

    /// The folder of one table's parts.
    #[must_use]
    pub fn table(&self, name: &str) -> PathBuf {
        self.root.join("tables").join(name)
    }

    /// One part of a table.
    #[must_use]
    pub fn part(&self, table: &str, number: u32) -> PathBuf {
        self.table(table).join(format!("{number:05}.parquet"))
    }
}
