//! Exponentially weighted volatility in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::volatility::{decayed_variance, is_decay};

/// The exponentially weighted volatility after all returns so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningEwmaVolatility {
    decay: f64,
    count: u64,
    variance: f64,
    /// False for a decay out of range, and once a return or the variance was not finite.
    is_defined: bool,
}

impl RunningEwmaVolatility {
    /// Nothing seen yet, with a decay in [0, 1). Out of that range the volatility is never defined.
    #[must_use]
    pub fn new(decay: f64) -> Self {
        Self { decay, count: 0, variance: 0.0, is_defined: is_decay(decay) }
    }

    /// Takes the next return.
    pub fn push(&mut self, value: f64) {
        let last = (self.count > 0).then_some(self.variance);
        let variance = decayed_variance(last, value, self.decay);
        self.count += 1;
        self.is_defined &= variance.is_finite();
        if self.is_defined {
            self.variance = variance;
        }
    }

    /// As [`crate::volatility::ewma_volatility`], to the bit.
    #[must_use]
    pub fn volatility(&self) -> Option<f64> {
        (self.is_defined && self.count > 0).then(|| self.variance.sqrt())
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.variance"), &mut self.variance)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
