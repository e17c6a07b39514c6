//! Objectives: what an agent tries to raise, as a number for each agent.
//!
//! Utilities of wealth are of a step's wealth, not of its change. They are finite whatever an agent owns, so
//! that means, Sharpe ratios and rankings over a cohort stay numbers: where a formula has no value at zero or
//! negative wealth, wealth counts as no less than a declared `floor`. A ruined agent then weighs heavily
//! on its cohort's mean, as it should, and does not erase the others from it.

mod cara;
mod cobb_douglas;
mod crra;
mod liquidation;
mod log;
mod wealth;

use std::fmt::Debug;

use walras_catalog::{choice, entries};

pub use cara::Cara;
pub use cobb_douglas::CobbDouglas;
pub use crra::Crra;
pub use liquidation::Liquidation;
pub use log::Log;
pub use wealth::MarkedWealth;

/// What some agents of one cohort own; all columns have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Wealth<'a> {
    /// Money and holdings at the prices of the step, in numeraire.
    pub marked: &'a [f64],
    /// Money and what the markets would really pay for the holdings, in numeraire.
    pub liquidation: &'a [f64],
    /// Money, in numeraire.
    pub money: &'a [f64],
    /// Holdings in tokens, one column for each of the cohort's assets.
    pub holdings: &'a [&'a [f64]],
    /// The utility weight of each of the cohort's assets.
    pub weights: &'a [f64],
}

/// What an agent tries to raise.
pub trait Objective: Debug + Send + Sync {
    /// Writes the utility of each agent, always finite.
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]);

    /// Checks that it fits a cohort with `assets` assets besides money.
    ///
    /// # Errors
    /// Says what does not fit.
    fn fits(&self, _assets: usize) -> Result<(), String> {
        Ok(())
    }
}

entries! {
    /// Any objective.
    pub enum AnyObjective: dyn Objective = "objective" {
        Wealth(MarkedWealth),
        Liquidation(Liquidation),
        Log(Log),
        Crra(Crra),
        Cara(Cara),
        CobbDouglas(CobbDouglas),
    }
}

choice! {
    /// How wealth is valued.
    pub enum Valuation {
        /// Holdings at the price of the next token.
        Marked = "marked",
        /// Holdings at what the markets would really pay for them.
        Liquidation = "liquidation",
    }
}

impl Valuation {
    /// The column of wealth valued so.
    #[must_use]
    pub fn of<'a>(self, wealth: &Wealth<'a>) -> &'a [f64] {
        match self {
            Self::Marked => wealth.marked,
            Self::Liquidation => wealth.liquidation,
        }
    }
}

/// Writes `utility` of each agent's wealth, brought back into the finite numbers.
fn write_each(wealth: &[f64], out: &mut [f64], utility: impl Fn(f64) -> f64) {
    for (out, &wealth) in out.iter_mut().zip(wealth) {
        *out = utility(wealth).clamp(f64::MIN, f64::MAX);
    }
}

#[cfg(test)]
mod sample {
    use super::*;

    /// The utilities of agents that own this much, in money alone.
    pub(super) fn utilities(objective: &impl Objective, wealth: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; wealth.len()];
        let none = vec![0.0; wealth.len()];
        let columns = Wealth { marked: wealth, liquidation: &none, money: wealth, holdings: &[], weights: &[] };
        objective.utility(&columns, &mut out);
        out
    }

    pub(super) fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}
