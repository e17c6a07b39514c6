//! Jain's index in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::{defined, is_non_negative};

/// Jain's index of all amounts so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningJain {
    count: u64,
    sum: f64,
    squares: f64,
    /// False once an amount was negative or not finite, or the squares out of range.
    is_defined: bool,
}

impl Default for RunningJain {
    fn default() -> Self {
        Self { count: 0, sum: 0.0, squares: 0.0, is_defined: true }
    }
}

impl RunningJain {
    /// Takes the next amount.
    #[inline]
    pub fn push(&mut self, amount: f64) {
        let squares = self.squares + amount * amount;
        // Nothing that is not finite is kept: the bits of a NaN differ between processors.
        if is_non_negative(amount) && squares.is_finite() {
            self.count += 1;
            self.sum += amount;
            self.squares = squares;
        } else {
            self.is_defined = false;
        }
    }

    /// As [`crate::allocation::jain_index`].
    #[must_use]
    pub fn index(&self) -> Option<f64> {
        if !self.is_defined || self.count == 0 {
            return None;
        }
        if self.squares == 0.0 {
            return Some(1.0);
        }
        defined(self.sum * self.sum / (self.count as f64 * self.squares))
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.sum"), &mut self.sum)?;
        v.f64(&format!("{prefix}.squares"), &mut self.squares)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
