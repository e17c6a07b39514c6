//! Volatility of log returns in one pass over prices.

use walras_numerics::{StateError, StateVisitor};

use super::{RollingDeviation, RunningMoments};
use crate::returns::log_return;

/// The last price, from which the next price makes a return.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct LastPrice {
    price: f64,
    is_there: bool,
}

impl LastPrice {
    /// The log return to `price`: `None` for the first price, `Some(NaN)` when it is undefined.
    pub(super) fn advance(&mut self, price: f64) -> Option<f64> {
        let before = self.is_there.then_some(self.price);
        // A price that has no logarithm is kept as zero, which has none either: no NaN enters the state.
        self.price = if price.is_finite() { price } else { 0.0 };
        self.is_there = true;
        before.map(|before| log_return(before, price).unwrap_or(f64::NAN))
    }

    pub(super) fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.f64(&format!("{prefix}.price"), &mut self.price)?;
        v.bool(&format!("{prefix}.is_there"), &mut self.is_there)
    }
}

/// The volatility and the sum of squares of all log returns so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunningReturns {
    last: LastPrice,
    returns: RunningMoments,
    /// The sum of squared returns.
    squares: f64,
}

impl RunningReturns {
    /// Takes the next price.
    pub fn push(&mut self, price: f64) {
        if let Some(log_return) = self.last.advance(price) {
            self.returns.push(log_return);
            if self.returns.mean().is_some() {
                self.squares += log_return * log_return;
            }
        }
    }

    /// The moments of the log returns: one fewer than the prices.
    #[must_use]
    pub fn log_returns(&self) -> &RunningMoments {
        &self.returns
    }

    /// As [`crate::volatility::log_return_volatility`], per step.
    #[must_use]
    pub fn log_return_volatility(&self) -> Option<f64> {
        self.returns.standard_deviation()
    }

    /// As [`crate::volatility::realised_variance`].
    #[must_use]
    pub fn realised_variance(&self) -> Option<f64> {
        self.returns.mean().map(|_| self.squares)
    }

    /// As [`crate::volatility::realised_volatility`].
    #[must_use]
    pub fn realised_volatility(&self) -> Option<f64> {
        self.realised_variance().map(f64::sqrt)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.last.visit_state(&format!("{prefix}.last"), v)?;
        self.returns.visit_state(&format!("{prefix}.returns"), v)?;
        v.f64(&format!("{prefix}.squares"), &mut self.squares)
    }
}

/// The volatility of the most recent log returns.
#[derive(Debug, Clone)]
pub struct RollingReturnVolatility {
    last: LastPrice,
    returns: RollingDeviation,
}

impl RollingReturnVolatility {
    /// An empty window of that many returns. Below 2 the volatility is never defined.
    #[must_use]
    pub fn new(window: usize) -> Self {
        Self { last: LastPrice::default(), returns: RollingDeviation::new(window) }
    }

    /// Takes the next price.
    pub fn push(&mut self, price: f64) {
        if let Some(log_return) = self.last.advance(price) {
            self.returns.push(log_return);
        }
    }

    /// As the last entry of [`crate::volatility::rolling_log_return_volatility`], to the bit, per step.
    #[must_use]
    pub fn volatility(&self) -> Option<f64> {
        self.returns.standard_deviation()
    }

    /// Visits every number held, each named under `prefix`.
    ///
    /// # Errors
    /// When more returns are loaded than the window takes, besides the visitor's own.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.last.visit_state(&format!("{prefix}.last"), v)?;
        self.returns.visit_state(&format!("{prefix}.returns"), v)
    }
}
