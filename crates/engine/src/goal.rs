//! What an institution, or whoever looks at an economy, wants of it: a figure that should be as high as it can.

use walras_catalog::{Reference, entry};
use walras_formula::{Formula, Program};

entry! {
    /// A goal: a formula over named quantities whose value should be as high as it can. It changes nothing; a run's summary
    /// says how far each cohort's objective pulls the same way.
    pub struct GoalPlan = "goal" {
        formula: "alignment of a cohort = corr(Δ mean utility of its agents, Δ goal) over looks at the run",
        source: "K. Pearson's correlation, of changes",
        /// The formula: `-abs(curve.price - 1)` for a price of one.
        value: Formula;
        /// The market whose quantities may be named plainly.
        market: Option<Reference>;
        /// The resource whose quantities may be named plainly.
        resource: Option<Reference>;
    }
}

/// A goal whose names have been found.
#[derive(Debug, Clone)]
pub struct Goal {
    /// Its name.
    pub name: String,
    /// What should be as high as it can.
    pub value: Program,
}
