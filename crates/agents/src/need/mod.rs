//! How what agents need changes from step to step, whatever they ask for by it.
//!
//! A need is a factor on every amount that an agent wants; it is finite and never negative, which `tests/request_laws.rs`
//! holds every entry to.

mod constant;
mod cycle;
mod growth;
mod random_walk;
mod series;

use std::fmt::Debug;

use walras_catalog::entries;

use crate::policy::Memory;
use crate::population::Setup;
use crate::request::ResourceView;

pub use constant::Constant;
pub use cycle::Cycle;
pub use growth::Growth;
pub use random_walk::RandomWalk;
pub use series::Series;

/// A course of needs as a scenario describes it.
pub trait BuildNeed: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Need>, String>;
}

entries! {
    /// Any course of needs.
    pub enum AnyNeed: dyn BuildNeed = "need" {
        Constant(Constant),
        Growth(Growth),
        Cycle(Cycle),
        RandomWalk(RandomWalk),
        Series(Series),
    }
}

/// The course of a cohort's needs, with the parameters of all its agents.
pub trait Need: Send + Sync {
    /// What agents remember: the initial value of each memory column.
    fn memory(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Writes the factor on each agent's needs in this step; the memory is the need's own.
    fn factors(&self, view: &ResourceView<'_>, memory: &mut Memory<'_, '_>, factors: &mut [f64]);
}

/// The most a need can grow to: beyond it nothing could be counted.
pub const FACTOR_MAX: f64 = 1e12;
