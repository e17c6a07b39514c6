//! Objectives: what an agent tries to raise.

use std::fmt::Debug;

use walras_catalog::{entries, entry};

/// What is known of a run of agents' wealth; all columns have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Wealth<'a> {
    /// Wealth at the markets' prices, numeraire.
    pub marked: &'a [f64],
    /// Wealth at what markets would really pay, numeraire.
    pub liquidation: &'a [f64],
    /// Money, numeraire.
    pub money: &'a [f64],
    /// Tokens held, one column for each asset.
    pub holdings: &'a [&'a [f64]],
    /// Utility weight of each of those assets.
    pub weights: &'a [f64],
}

/// What an agent tries to raise.
pub trait Objective: Debug + Send + Sync {
    /// The utility of each agent.
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]);
}

entries! {
    /// Any objective.
    pub enum AnyObjective: dyn Objective = "objective" {
        Wealth(MarkedWealth),
    }
}

entry! {
    /// Wealth marked to market.
    pub struct MarkedWealth = "wealth" {
        formula: "U = B + Σ H_j·P_j",
        source: "elementary",
    }
}

impl Objective for MarkedWealth {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        out.copy_from_slice(wealth.marked);
    }
}
