//! Reading a run back.

mod table;

use std::path::Path;

use crate::RecordError;
use crate::directory::RunDirectory;
use crate::manifest::{Manifest, RunStatus};
use crate::table::{AccountColumns, AgentColumns, Columns, EventColumns, FillColumns, MarketColumns, ParameterColumns};

pub use table::TableReader;

/// A run on disk: its manifest and its tables.
///
/// A table that was off, or that a crash left without a closed part, reads as empty.
#[derive(Debug)]
pub struct Run {
    /// The manifest.
    pub manifest: Manifest,
    /// What was found amiss so far, in plain sentences: parts that a crash left unreadable, missing rows.
    pub warnings: Vec<String>,
    directory: RunDirectory,
}

impl Run {
    /// Opens the run in the directory `root`.
    ///
    /// # Errors
    /// When there is no readable manifest.
    pub fn open(root: &Path) -> Result<Self, RecordError> {
        let directory = RunDirectory::at(root);
        let manifest = Manifest::read(&directory.manifest())?;
        Ok(Self { manifest, warnings: Vec::new(), directory })
    }

    /// Where its files are.
    #[must_use]
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// The whole `markets` table.
    ///
    /// # Errors
    /// When a part other than the last is unreadable; so for the other tables.
    pub fn read_markets(&mut self) -> Result<MarketColumns, RecordError> {
        self.read(None)
    }

    /// The whole `fills` table; see [`table`](Self::table) to read a large one piece by piece.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_fills(&mut self) -> Result<FillColumns, RecordError> {
        self.read(None)
    }

    /// The whole `agents` table; see [`read_agents_at`](Self::read_agents_at) for chosen steps.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_agents(&mut self) -> Result<AgentColumns, RecordError> {
        self.read(None)
    }

    /// The rows of the `agents` table at these steps; row groups without them are skipped.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_agents_at(&mut self, steps: &[u32]) -> Result<AgentColumns, RecordError> {
        self.read(Some(steps))
    }

    /// The whole `events` table.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_events(&mut self) -> Result<EventColumns, RecordError> {
        self.read(None)
    }

    /// The whole `accounts` table.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_accounts(&mut self) -> Result<AccountColumns, RecordError> {
        self.read(None)
    }

    /// The whole `parameters` table.
    ///
    /// # Errors
    /// As for [`read_markets`](Self::read_markets).
    pub fn read_parameters(&mut self) -> Result<ParameterColumns, RecordError> {
        self.read(None)
    }

    /// A table piece by piece, in bounded memory.
    ///
    /// # Errors
    /// When the table's folder cannot be listed.
    pub fn table<C: Columns>(&self) -> Result<TableReader<C>, RecordError> {
        TableReader::open(&self.directory, self.manifest.names())
    }

    fn read<C: Columns>(&mut self, steps: Option<&[u32]>) -> Result<C, RecordError> {
        let mut reader = self.table::<C>()?;
        if let Some(steps) = steps {
            reader = reader.at_steps(steps);
        }
        let mut columns = C::new(&self.manifest.names());
        while reader.append_next(&mut columns)? {}
        let mut warnings = reader.into_warnings();
        if steps.is_none() {
            warnings.extend(self.rows_missing(&columns));
        }
        for warning in warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
        Ok(columns)
    }

    /// A complete run says how many rows each table has.
    fn rows_missing<C: Columns>(&self, columns: &C) -> Option<String> {
        let mut tables = self.manifest.tables.iter();
        let expected = tables.find(|table| table.name == C::NAME)?.rows;
        let found = columns.len() as u64;
        let short = found < expected && self.manifest.status == RunStatus::Complete;
        short.then(|| format!("the table {} has {found} rows of the {expected} that were written", C::NAME))
    }
}
