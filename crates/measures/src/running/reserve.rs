//! The lowest reserve ratio in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::all_non_negative;
use crate::reserve::reserve_ratio;

/// The lowest reserve ratio of all steps so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningReserveRatio {
    minimum: f64,
    /// Whether any step so far had a market value.
    is_there: bool,
    /// False once a number was not finite or negative.
    is_defined: bool,
}

impl Default for RunningReserveRatio {
    fn default() -> Self {
        Self { minimum: 0.0, is_there: false, is_defined: true }
    }
}

impl RunningReserveRatio {
    /// Takes the next step's reserve in money, price and supply.
    pub fn push(&mut self, reserve: f64, price: f64, supply: f64) {
        self.is_defined &= all_non_negative(&[reserve, price, supply]);
        if let Some(ratio) = reserve_ratio(reserve, price, supply) {
            self.minimum = if self.is_there { self.minimum.min(ratio) } else { ratio };
            self.is_there = true;
        }
    }

    /// As [`crate::reserve::minimum_reserve_ratio`], to the bit.
    #[must_use]
    pub fn minimum(&self) -> Option<f64> {
        (self.is_there && self.is_defined).then_some(self.minimum)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.f64(&format!("{prefix}.minimum"), &mut self.minimum)?;
        v.bool(&format!("{prefix}.is_there"), &mut self.is_there)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
