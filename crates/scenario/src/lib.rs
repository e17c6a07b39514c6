//! Walras: scenario.

pub mod data;
pub mod limits;
pub mod overrides;
pub mod schema;
pub mod show;
pub mod text;
