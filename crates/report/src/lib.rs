//! Charts and the one-file report of a run.
//!
//! [`ReportData`] holds everything a report shows, as plain numbers and text. From it come
//!
//! - [`html::page`]: one self-contained HTML page with interactive charts, which works offline;
//! - [`chart::svg`] and [`chart::png`]: static charts for papers and slides;
//! - [`chart::ascii`]: a plot for the terminal.
//!
//! The same data give the same bytes: nothing here reads a clock, a file or the environment.
//!
//! *Invariant:* this crate knows no other crate of the project. Whoever has a record of a run fills
//! in [`ReportData`].

mod axis;
pub mod chart;
pub mod data;
mod decimate;
pub mod html;
pub mod number;

pub use data::ReportData;
