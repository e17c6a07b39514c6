//! The distance of one series from another in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::defined;

/// The root mean square distance of all values so far from what they should be.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningError {
    count: u64,
    /// The sum of squared distances.
    squares: f64,
    /// False once a number was not finite, or the sum out of range.
    is_defined: bool,
}

impl Default for RunningError {
    fn default() -> Self {
        Self { count: 0, squares: 0.0, is_defined: true }
    }
}

impl RunningError {
    /// Takes the next value and what it should be.
    pub fn push(&mut self, value: f64, should: f64) {
        self.count += 1;
        let squares = self.squares + (value - should) * (value - should);
        if self.is_defined && squares.is_finite() {
            self.squares = squares;
        } else {
            self.is_defined = false;
        }
    }

    /// As [`crate::discovery::price_discovery_error`].
    #[must_use]
    pub fn root_mean_square(&self) -> Option<f64> {
        if self.is_defined && self.count > 0 { defined((self.squares / self.count as f64).sqrt()) } else { None }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.squares"), &mut self.squares)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
