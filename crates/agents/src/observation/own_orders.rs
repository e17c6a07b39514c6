//! What an agent has at rest itself, order by order.

use walras_ledger::Atoms;
use walras_market::book::{Book, Side as BookSide, Standing};
use walras_market::order::Side;

/// A live order of the agent that sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnOrder {
    /// Its number, by which it can be taken back or replaced.
    pub id: u64,
    /// [`Side::BUY`] or [`Side::SELL`].
    pub side: i8,
    /// Its limit, numeraire per token; `None` for a waiting stop at any price.
    pub limit: Option<f64>,
    /// The price that it waits for, numeraire per token, where it waits for one.
    pub stop: Option<f64>,
    /// Atoms of the asset that it may still trade.
    pub size: Atoms,
    /// Those of them that others see.
    pub shown: Atoms,
}

/// The orders of a cohort's agents in one book.
#[derive(Debug, Clone, Copy)]
pub struct OwnOrders<'a> {
    /// The book.
    pub book: &'a Book,
    /// The trader that the cohort's first agent is.
    pub first: u32,
    /// Numeraire per token for one atom of the numeraire for one atom of the asset.
    pub unit: f64,
}

impl OwnOrders<'_> {
    /// The live orders of the agent at `row` of the cohort, by number.
    #[must_use]
    pub fn of(&self, row: usize) -> Vec<OwnOrder> {
        let mut ids = Vec::new();
        self.book.orders_of(self.first + row as u32, &mut ids);
        ids.into_iter().filter_map(|id| self.book.get(id)).map(|order| self.seen(&order)).collect()
    }

    fn seen(&self, order: &Standing) -> OwnOrder {
        let grid = self.book.rules().grid;
        let price = |ticks: Option<i64>| ticks.map(|ticks| grid.price(ticks) * self.unit);
        // An order that the book took can be counted.
        let atoms = |lots: u32| grid.amount(lots.into()).unwrap_or(Atoms::MAX);
        OwnOrder {
            id: order.id,
            side: if order.side == BookSide::Buy { Side::BUY } else { Side::SELL },
            limit: price(order.price),
            stop: price(order.stop),
            size: atoms(order.open()),
            shown: if order.stop.is_some() { 0 } else { atoms(order.shown) },
        }
    }
}
