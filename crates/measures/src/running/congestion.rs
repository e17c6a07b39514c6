//! How a price moves in steps of congestion, in one pass.

use walras_numerics::{StateError, StateVisitor};

use super::RunningMoments;
use super::returns::LastPrice;

/// The volatility of all log returns so far that end in a congested step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunningCongestion {
    last: LastPrice,
    returns: RunningMoments,
}

impl RunningCongestion {
    /// Takes the next price, and whether more was asked for in its step than there was.
    pub fn push(&mut self, price: f64, is_congested: bool) {
        if let Some(log_return) = self.last.advance(price).filter(|_| is_congested) {
            self.returns.push(log_return);
        }
    }

    /// As [`crate::allocation::congested_volatility`].
    #[must_use]
    pub fn volatility(&self) -> Option<f64> {
        self.returns.standard_deviation()
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.last.visit_state(&format!("{prefix}.last"), v)?;
        self.returns.visit_state(&format!("{prefix}.returns"), v)
    }
}
