//! What a run writes, and how it is read back.
//!
//! A run directory holds:
//!
//! ```text
//! manifest.json            what was run and how it ended: suffices to run it again
//! scenario.toml            the scenario text, as given
//! checkpoint.walras        the newest whole state
//! log.jsonl                what institutions did, an entry a line, under a Merkle root: see [`log`]
//! tables/markets/00000.parquet, 00001.parquet, …
//! tables/fills/…  agents/…  events/…  accounts/…  parameters/…  resources/…  demand/…  alerts/…  tasks/…
//! tables/contracts/…  affiliates/…  proposals/…
//! ```
//!
//! A table is a folder of parts, closed at each checkpoint: a resume deletes the parts that are newer than the checkpoint
//! and goes on with the next number; the log is cut back to its length at the checkpoint. Everything that must be whole or absent (manifest, checkpoint,
//! part) is written to a file under another name, synced, and renamed.
//!
//! *Invariant:* this crate knows nothing of the engine. It takes plain rows and numbers.

mod atomic;
pub mod checkpoint;
pub mod column;
mod directory;
mod error;
pub mod log;
pub mod manifest;
mod part;
pub mod read;
pub mod table;

pub use checkpoint::{CheckpointHeader, CheckpointReader, CheckpointWriter};
pub use directory::RunDirectory;
pub use error::RecordError;
pub use log::{LogProgress, LogReader, LogWriter, TreeHead};
pub use manifest::{Manifest, RunStatus};
pub use read::{Run, TableReader};
pub use table::{Names, Table, TableConfig, TableProgress, Tables};
