//! A market on a bonding curve: it mints what is bought and burns what is sold.

use walras_catalog::read::{number_of, with_number};
use walras_institutions::anchor::OnChange;
use walras_ledger::{Atoms, NamedId};
use walras_market::curve::in_turn::{InTurn, Row, Standing};
use walras_market::curve::{AnyCurve, Curve, Exact};
use walras_market::order::Rejection;
use walras_market::terms::Terms;
use walras_numerics::{StateError, StateVisitor};

use super::Moment;
use super::results::{Arrived, Results, Trade};
use crate::economy::Settlement;
use crate::stage::clear::turn_payment;

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

    /// Serves one order at the curve's price: in turn, whatever the settlement of a whole step's orders.
    pub fn arrive(
        &self,
        order: &Arrived,
        terms: &Terms,
        decimals: (u32, u32),
        moment: &mut Moment,
        results: &mut Results,
    ) {
        let (supply, reserve) = moment.standing;
        let mut rows = [Row {
            amount: Atoms::from(order.side) * order.size,
            limit: order.limit * moment.unit,
            priority_fee: order.priority_fee,
            ..Row::default()
        }];
        let standing = Standing { supply, reserve };
        let maximum_supply = moment.maximum_supply;
        let mut turn =
            InTurn { rows: &mut rows, standing, maximum_supply, decimals, anchor: self.anchor, taken: results.taken };
        self.curve.trade_in_turn(&mut turn);
        results.taken = turn.taken;
        moment.standing = (turn.standing.supply, turn.standing.reserve);
        match (rows[0].rejection, turn_payment(&rows[0], terms)) {
            (None, Some(payment)) => {
                results.trades.push(Trade { place: order.place, payment });
                results.filled += 1;
            }
            (why, _) => results.refuse(order.place, why.unwrap_or(Rejection::BadSize)),
        }
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
