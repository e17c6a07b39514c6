//! Sequential settlement: every order moves the price, in order of arrival.

use walras_ledger::Atoms;

use super::{Curve, Exact};
use crate::order::Rejection;
use crate::taken::Taken;

/// One order, and after the run what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Row {
    /// Atoms to buy; to sell when negative.
    pub amount: Atoms,
    /// The worst acceptable average price, numeraire atoms for one atom of the asset, before fees.
    pub limit: f64,
    /// Offered to be served earlier.
    pub priority_fee: Atoms,
    /// What the tokens cost or returned, in numeraire atoms, before fees.
    pub money: Atoms,
    /// The trader in its group.
    pub trader: u32,
    /// The group of traders: an agent's cohort.
    pub group: u16,
    /// Why it was not filled, if it was not.
    pub rejection: Option<Rejection>,
}

/// Where a curve stands, in atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Atoms of the asset out.
    pub supply: Atoms,
    /// Atoms of the numeraire held.
    pub reserve: Atoms,
}

/// A venue's orders of one step, to be served one after another.
#[derive(Debug)]
pub struct InTurn<'a> {
    /// The orders, in order of arrival.
    pub rows: &'a mut [Row],
    /// Where the curve stands, before and after.
    pub standing: Standing,
    /// The most atoms that may be out.
    pub maximum_supply: Atoms,
    /// Decimals of the numeraire and of the asset.
    pub decimals: (u32, u32),
    /// Multiplies every price.
    pub anchor: f64,
    /// What was paid beyond the curve's price just before each order.
    pub taken: Taken,
}

/// Serves the orders one after another along `curve`.
pub fn run<C: Curve + ?Sized>(curve: &C, turn: &mut InTurn<'_>) {
    let exact = Exact::new(curve, turn.decimals.0, turn.decimals.1, turn.anchor);
    let Standing { mut supply, mut reserve } = turn.standing;
    let unit = exact.unit();
    for row in turn.rows.iter_mut() {
        if row.amount > 0 {
            if row.amount > turn.maximum_supply - supply {
                row.rejection = Some(Rejection::MaximumSupply);
                continue;
            }
            match exact.cost(supply, reserve, row.amount) {
                Some(cost) if cost as f64 <= row.limit * row.amount as f64 && cost <= Atoms::MAX - reserve => {
                    turn.taken.push(1, row.amount as f64, cost as f64, exact.price(supply, reserve) * unit);
                    row.money = cost;
                    supply += row.amount;
                    reserve += cost;
                }
                _ => row.rejection = Some(Rejection::LimitNotReached),
            }
        } else {
            match exact.proceeds(supply, reserve, -row.amount) {
                Some(proceeds) if proceeds as f64 >= row.limit * (-row.amount) as f64 => {
                    let tokens = (-row.amount) as f64;
                    turn.taken.push(-1, tokens, proceeds as f64, exact.price(supply, reserve) * unit);
                    row.money = proceeds;
                    supply += row.amount;
                    reserve -= proceeds;
                }
                _ => row.rejection = Some(Rejection::LimitNotReached),
            }
        }
    }
    turn.standing = Standing { supply, reserve };
}
