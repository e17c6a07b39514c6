//! Illiquidity in one pass.

use walras_numerics::{StateError, StateVisitor};

use super::RunningMoments;

/// The mean size of the return for one unit of money traded, over all steps with trade so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunningIlliquidity {
    ratios: RunningMoments,
    /// True once a return was not finite or a volume not finite or negative.
    is_undefined: bool,
}

impl RunningIlliquidity {
    /// Takes the next step's return and the money traded in it; a step without trade does not count.
    pub fn push(&mut self, price_return: f64, money_traded: f64) {
        if !price_return.is_finite() || !money_traded.is_finite() || money_traded < 0.0 {
            self.is_undefined = true;
        } else if money_traded > 0.0 {
            self.ratios.push(price_return.abs() / money_traded);
        }
    }

    /// As [`crate::liquidity::amihud_illiquidity`].
    #[must_use]
    pub fn illiquidity(&self) -> Option<f64> {
        if self.is_undefined { None } else { self.ratios.mean() }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.ratios.visit_state(&format!("{prefix}.ratios"), v)?;
        v.bool(&format!("{prefix}.is_undefined"), &mut self.is_undefined)
    }
}
