//! How much those who promote something do for it: how many contacts they approach in each step.
//!
//! An effort is decided at the beginning of each period and kept through it. It is finite and never negative, and never
//! above [`EFFORT_MAX`], which the folder's laws hold every entry to.

mod fixed;
mod formula;
mod proportional;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

use crate::population::Setup;

pub use fixed::Fixed;
pub use formula::{EffortFormula, Formula};
pub use proportional::Proportional;

/// The most contacts that anybody approaches in a step.
pub const EFFORT_MAX: f64 = 10_000.0;

/// A way of choosing effort as a scenario describes it.
pub trait BuildPromotion: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Promotion>, String>;
}

entries! {
    /// Any way of choosing effort.
    pub enum AnyPromotion: dyn BuildPromotion = "promotion" {
        Fixed(Fixed),
        Proportional(Proportional),
        Formula(Formula),
    }
}

/// A cohort's way of choosing effort, with the parameters of all its agents.
pub trait Promotion: Send + Sync {
    /// Writes the contacts that each agent approaches in every step of the period that begins; `efforts` holds those of
    /// the period before, and zeros at first.
    fn efforts(&self, seen: &Seen<'_>, efforts: &mut [f64]);
}

/// What a cohort sees when it chooses its efforts. All slices have one value for each agent.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The step at whose end it chooses.
    pub step: u32,
    /// Whether it has never chosen before.
    pub first: bool,
    /// What each earned by contracts in the period before, in units of money.
    pub earned: &'a [f64],
    /// Steps of a period.
    pub period: u32,
    /// What approaching a contact costs, numeraire.
    pub cost: f64,
    /// Money held, in atoms.
    pub balances: &'a [Atoms],
    /// Atoms in one unit of the numeraire.
    pub money_scale: f64,
}

/// An effort that is always one: what is not a number is none, and what is more than can be is the most.
fn bounded(effort: f64) -> f64 {
    if effort > 0.0 { effort.min(EFFORT_MAX) } else { 0.0 }
}
