//! What agents get from what they use: utility with diminishing returns.
//!
//! Utility is measured per step and adds up over steps. It never falls when more is used, which
//! `tests/request_laws.rs` holds every entry to.

mod linear;
mod saturating;

use std::fmt::Debug;

use walras_catalog::entries;

use crate::population::Setup;

pub use linear::Linear;
pub use saturating::Saturating;

/// A satisfaction as a scenario describes it.
pub trait BuildSatisfaction: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Satisfaction>, String>;
}

entries! {
    /// Any satisfaction.
    pub enum AnySatisfaction: dyn BuildSatisfaction = "satisfaction" {
        Linear(Linear),
        Saturating(Saturating),
    }
}

/// A cohort's satisfaction, with the parameters of all its agents.
pub trait Satisfaction: Send + Sync {
    /// The utility that the agent in row `row` gets from using `used` units of each asset in a step in which it wanted
    /// `wanted`.
    fn utility(&self, row: usize, used: &[f64], wanted: &[f64]) -> f64;
}
