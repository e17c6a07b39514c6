//! What a contribution earns: R(x), before any cap of the contract.
//!
//! A rule is written in units and becomes a [`Reward`] over whole atoms when it is told how many atoms a unit has. It
//! is asked once for each affiliate at the end of an epoch, with what that affiliate contributed in it.
//!
//! - [`Proportional`], [`Linear`], [`Tiered`], [`Capped`]: functions of the affiliate's own contribution, exact and
//!   rounded down
//! - [`Formula`]: any function of the contribution, of all contributions and of what is known of the world

mod capped;
mod formula;
mod linear;
mod proportional;
mod rate;
mod tiered;

#[cfg(test)]
mod laws;

use std::fmt::Debug;
use std::sync::Arc;

use walras_catalog::{Problem, entries};
use walras_formula::{Program, Scope};
use walras_ledger::Atoms;

pub use capped::Capped;
pub use formula::Formula;
pub use linear::Linear;
pub use proportional::Proportional;
pub use rate::Rate;
pub use tiered::Tiered;

/// A rule as a scenario states it, in units.
pub trait BuildReward: Debug + Send + Sync {
    /// The rule over whole atoms. `scope` has the names of [`names`], then those of the world.
    ///
    /// # Errors
    /// At a name that a formula cannot use.
    fn build(&self, units: Units, scope: &Scope) -> Result<Arc<dyn Reward>, Problem>;

    /// Whether, for every contribution cut into parts, the parts together never earn more than the whole: then nobody
    /// gains by appearing as many. Of rewards beyond 2⁶³ atoms, which are cut to that, it says nothing.
    fn split_proof(&self) -> bool;
}

/// A rule over whole atoms.
pub trait Reward: Debug + Send + Sync {
    /// What this contribution earns in atoms of the asset that is paid, rounded down. Never negative.
    ///
    /// # Errors
    /// When the rule has no value there, in words. The contribution then earns nothing.
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String>;

    /// The formula it evaluates, whose series must be handed in.
    fn program(&self) -> Option<&Program> {
        None
    }
}

entries! {
    /// What a contribution earns.
    pub enum AnyReward: dyn BuildReward = "reward" {
        Proportional(Proportional),
        Linear(Linear),
        Tiered(Tiered),
        Capped(Capped),
        Formula(Formula),
    }
}

/// How many atoms a unit has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Units {
    /// Atoms in a unit of what is contributed; 1 for what is counted.
    pub contribution: f64,
    /// Atoms in a unit of the asset that is paid.
    pub paid: f64,
}

/// What is known of an affiliate's contribution at the end of an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// What the affiliate contributed in this epoch, in atoms, above zero.
    pub own: Atoms,
    /// What all affiliates together contributed in this epoch, in atoms, those below zero left out.
    pub total: i128,
    /// The number of the epoch, from 0.
    pub epoch: u32,
    /// What the contract has paid to all affiliates so far, in atoms.
    pub paid: Atoms,
    /// The series of the world, in the order of the scope.
    pub series: &'a [&'a [f64]],
}

/// `scope` and the names that a contract's formulas have of their own.
///
/// They must be the scope's first numbers.
#[must_use]
pub fn names(scope: Scope) -> Scope {
    scope
        .number("contribution", "what the affiliate contributed in the epoch", "unit of the contribution")
        .number("total", "what all affiliates together contributed in the epoch", "unit of the contribution")
        .number("epoch", "the number of the epoch, from 0", "")
        .number("paid", "what the contract has paid to all affiliates so far", "unit of the asset")
}
