//! Mean and variance in one pass.

use walras_numerics::{StateError, StateVisitor};

/// The mean and variance of all values so far, by Welford's update (1962, Technometrics 4(3)).
///
/// It never subtracts two large sums, so it is as accurate as two passes. Equal values give exactly that mean
/// and exactly no variance.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningMoments {
    count: u64,
    mean: f64,
    /// The sum of squared deviations from the mean.
    squares: f64,
    /// False once a value or an intermediate result was not finite.
    is_defined: bool,
}

impl Default for RunningMoments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, is_defined: true }
    }
}

impl RunningMoments {
    /// Takes the next value.
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let deviation = value - self.mean;
        let mean = self.mean + deviation / self.count as f64;
        let squares = self.squares + deviation * (value - mean);
        // Nothing that is not finite is kept: the bits of a NaN differ between processors.
        if self.is_defined && mean.is_finite() && squares.is_finite() {
            (self.mean, self.squares) = (mean, squares);
        } else {
            self.is_defined = false;
        }
    }

    /// The number of values so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// As [`crate::moments::mean`].
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.is_defined && self.count > 0).then_some(self.mean)
    }

    /// As [`crate::moments::population_variance`].
    #[must_use]
    pub fn population_variance(&self) -> Option<f64> {
        (self.is_defined && self.count > 0).then(|| self.squares / self.count as f64)
    }

    /// As [`crate::moments::sample_variance`].
    #[must_use]
    pub fn sample_variance(&self) -> Option<f64> {
        (self.is_defined && self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// As [`crate::moments::standard_deviation`].
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        self.sample_variance().map(f64::sqrt)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.mean"), &mut self.mean)?;
        v.f64(&format!("{prefix}.squares"), &mut self.squares)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
