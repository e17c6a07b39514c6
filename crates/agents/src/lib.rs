//! Who acts: agents in cohorts, their policies and objectives.
//!
//! - [`population`]: how agents of one cohort differ in their parameters
//! - [`observation`]: what a cohort may see
//! - [`policy`]: what turns observation into orders
//! - [`objective`]: what an agent tries to raise

#[cfg(test)]
extern crate self as walras_agents;

#[cfg(test)]
#[path = "../tests/bench/mod.rs"]
mod bench;

pub mod objective;
pub mod observation;
pub mod policy;
pub mod population;
