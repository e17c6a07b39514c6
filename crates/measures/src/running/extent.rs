//! The smallest and the largest value in one pass.

use walras_numerics::{StateError, StateVisitor};

/// The smallest and the largest of all values so far, as the quantiles at 0 and 1 give them.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningExtent {
    count: u64,
    smallest: f64,
    largest: f64,
    /// False once a value was not finite.
    is_defined: bool,
}

impl Default for RunningExtent {
    fn default() -> Self {
        Self { count: 0, smallest: f64::INFINITY, largest: f64::NEG_INFINITY, is_defined: true }
    }
}

impl RunningExtent {
    /// Takes the next value.
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        self.is_defined &= value.is_finite();
        if !self.is_defined {
            return;
        }
        // Compared in the total order: `min` may give either zero when their signs differ.
        if value.total_cmp(&self.smallest).is_lt() {
            self.smallest = value;
        }
        if value.total_cmp(&self.largest).is_gt() {
            self.largest = value;
        }
    }

    /// The smallest value; `None` for no values or after one that is not finite.
    #[must_use]
    pub fn smallest(&self) -> Option<f64> {
        (self.is_defined && self.count > 0).then_some(self.smallest)
    }

    /// The largest value; `None` for no values or after one that is not finite.
    #[must_use]
    pub fn largest(&self) -> Option<f64> {
        (self.is_defined && self.count > 0).then_some(self.largest)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.smallest"), &mut self.smallest)?;
        v.f64(&format!("{prefix}.largest"), &mut self.largest)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
