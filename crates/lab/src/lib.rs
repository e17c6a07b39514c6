//! Runs: one scenario with one seed, taken step by step and written down.
//!
//! - [`run`] makes a run directory, [`resume`] continues one that was interrupted
//! - [`report`] turns a run directory into a page and charts
//! - [`verify`] runs it again and compares, [`account`] runs it again and follows one agent
//! - [`cost`] says what a run will take before it is made
//!
//! *Invariant:* nothing that differs from machine to machine (a clock, a path, a number of threads) reaches the state
//! of an economy or the rows of a table.

mod account;
mod books;
mod cost;
mod error;
mod log;
mod manifest;
mod recorder;
mod report;
mod rerun;
mod run;
mod sample;
mod schedule;
pub mod summary;
mod task;
mod valuation;
mod verify;
mod watch;

pub use account::{AccountQuery, AssetStatement, Statement, StatementLine, account};
pub use cost::{Cost, cost};
pub use error::RunError;
pub use report::{ReportFiles, report};
pub use run::{Outcome, RunOptions, Status, resume, run};
pub use summary::{Summary, SupplyFlow, SupplySummary};
pub use verify::{Check, Verification, verify};
pub use watch::{Silent, Watch};
