//! A market on a bonding curve: it mints what is bought and burns what is sold.

use walras_catalog::read::{number_of, with_number};
use walras_institutions::anchor::OnChange;
use walras_ledger::NamedId;
use walras_market::curve::{AnyCurve, Curve, Exact};
use walras_numerics::{StateError, StateVisitor};

use crate::economy::Settlement;

/// The curve and where it stands.
#[derive(Debug, Clone)]
pub struct OnCurve {
    /// The curve with its parameters now.
    pub curve: AnyCurve,
    /// Factor on every price of the curve; see [`Exact::anchored`].
    pub anchor: f64,
    /// How the orders of one step settle.
    pub settlement: Settlement,
    /// What happens to the reserve when parameters change.
    pub on_change: OnChange,
    /// Pays or receives the difference when parameters change under `fund`.
    pub change_account: NamedId,
}

impl OnCurve {
    /// The curve in whole atoms of the numeraire and of the asset, which have these `decimals`.
    #[must_use]
    pub fn exact(&self, decimals: (u32, u32)) -> Exact<'_, dyn Curve> {
        Exact::new(&*self.curve, decimals.0, decimals.1, self.anchor)
    }

    /// Visits the numbers among the curve's parameters, which controllers may have changed, and the anchor. Tells
    /// whether a parameter was replaced.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<bool, StateError> {
        let mut replaced = false;
        let description = AnyCurve::catalog().into_iter().find(|entry| entry.name == self.curve.name());
        for parameter in description.map(|entry| entry.parameters).unwrap_or_default() {
            let Some(now) = number_of(&self.curve, parameter.name) else { continue };
            let mut number = now;
            visitor.f64(parameter.name, &mut number)?;
            if number.to_bits() != now.to_bits() {
                let changed = with_number(&self.curve, parameter.name, number);
                self.curve = changed.map_err(|problem| StateError(problem.message))?;
                replaced = true;
            }
        }
        visitor.f64("anchor", &mut self.anchor)?;
        Ok(replaced)
    }
}
