//! Slippage of all fills in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::quotient;
use crate::slippage::slippage_paid;

/// The slippage paid on all fills so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningSlippage {
    paid: f64,
    /// The fills' value at their reference prices.
    value: f64,
    /// False once a fill's slippage was undefined.
    is_defined: bool,
}

impl Default for RunningSlippage {
    fn default() -> Self {
        Self { paid: 0.0, value: 0.0, is_defined: true }
    }
}

impl RunningSlippage {
    /// Takes the next fill, with the signs and units of [`slippage_paid`].
    pub fn push(&mut self, quantity: f64, fill_price: f64, reference_price: f64) {
        let paid = slippage_paid(quantity, fill_price, reference_price).map(|paid| self.paid + paid);
        let value = self.value + quantity.abs() * reference_price;
        match paid {
            Some(paid) if self.is_defined && paid.is_finite() && value.is_finite() => {
                (self.paid, self.value) = (paid, value);
            }
            _ => self.is_defined = false,
        }
    }

    /// The slippage paid in all, in money: above zero is a loss to the traders. Zero before the first fill.
    #[must_use]
    pub fn paid(&self) -> Option<f64> {
        self.is_defined.then_some(self.paid)
    }

    /// As [`crate::slippage::volume_weighted_slippage`].
    #[must_use]
    pub fn volume_weighted(&self) -> Option<f64> {
        quotient(self.paid()?, self.value)
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.f64(&format!("{prefix}.paid"), &mut self.paid)?;
        v.f64(&format!("{prefix}.value"), &mut self.value)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
