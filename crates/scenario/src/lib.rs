//! From a scenario file to a checked economy: the border for untrusted input.
//!
//! - [`text`] and [`limits`]: TOML or JSON text to a tree of values that know their place, within stated sizes
//! - [`overrides`]: `--set path=value`
//! - [`sections`]: what stands in a scenario, read strictly
//! - [`loaded`]: a scenario with all that is needed to build it, or to say where it is wrong
//! - [`data`]: columns of CSV and Parquet files
//! - [`show`]: a problem, with line and caret
//! - [`schema`]: the same definitions as JSON Schema

pub mod data;
pub mod limits;
pub mod loaded;
pub mod overrides;
pub mod schema;
pub mod sections;
pub mod show;
pub mod text;

pub use loaded::{Built, Loaded};
pub use sections::Scenario;
pub use text::ScenarioError;
