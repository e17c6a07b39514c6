//! Where jobs come from.

mod poisson;
pub mod timestamp;
mod trace;

use std::fmt::Debug;

use walras_catalog::entries;

use crate::population::Setup;

pub use poisson::Poisson;
pub use trace::Trace;

/// One job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// When it arrives, in steps from the beginning: it can be worked on in step ⌊time⌋.
    pub time: f64,
    /// Steps after the one it arrives in by which it should be finished; infinite for no deadline.
    pub slack: f64,
}

/// The jobs of a cohort's agents, each agent's in the order of arrival: a pure function, so that nothing needs to be kept.
pub trait Arrivals: Debug + Send + Sync {
    /// Job number `number` of the agent in row `row`, where there is one; the one before it arrived at time `before`, 0
    /// before the first.
    fn job(&self, row: usize, number: u64, before: f64) -> Option<Job>;

    /// What that job takes of asset `asset`, in atoms.
    fn size(&self, row: usize, number: u64, asset: usize) -> i64;
}

/// Arrivals as a scenario describes them.
pub trait BuildArrivals: Debug + Send + Sync {
    /// Reads and draws what is needed.
    ///
    /// # Errors
    /// Says what is wrong with the file or which parameter cannot be drawn.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Arrivals>, String>;
}

entries! {
    /// Any source of jobs.
    pub enum AnyArrivals: dyn BuildArrivals = "arrivals" {
        Trace(Trace),
        Poisson(Poisson),
    }
}

/// The most atoms that one job may take of an asset: sums over an agent's jobs are kept as whole numbers below 2⁵³.
pub const SIZE_MAX: f64 = 1e12;
