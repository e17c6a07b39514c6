//! Turnover over all steps in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::all_non_negative;
use crate::turnover::turnover;

/// The turnover of all steps so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningTurnover {
    count: u64,
    volume: f64,
    /// The sum over steps of the stock.
    stock: f64,
    /// False once a number was not finite or negative, or a sum out of range.
    is_defined: bool,
}

impl Default for RunningTurnover {
    fn default() -> Self {
        Self { count: 0, volume: 0.0, stock: 0.0, is_defined: true }
    }
}

impl RunningTurnover {
    /// Takes the next step's volume and stock, in the same unit.
    pub fn push(&mut self, volume: f64, stock: f64) {
        self.count += 1;
        let (volumes, stocks) = (self.volume + volume, self.stock + stock);
        self.is_defined &= all_non_negative(&[volume, stock, volumes, stocks]);
        if self.is_defined {
            (self.volume, self.stock) = (volumes, stocks);
        }
    }

    /// All volume so far; zero before the first step.
    #[must_use]
    pub fn volume(&self) -> Option<f64> {
        self.is_defined.then_some(self.volume)
    }

    /// As [`crate::turnover::average_turnover`].
    #[must_use]
    pub fn average_turnover(&self) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        turnover(self.volume()?, self.stock / self.count as f64)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.volume"), &mut self.volume)?;
        v.f64(&format!("{prefix}.stock"), &mut self.stock)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
