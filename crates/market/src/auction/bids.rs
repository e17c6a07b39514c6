//! What is bid and asked, as columns, and the conditions of a sale.

use walras_ledger::Atoms;

use super::Tick;
use crate::order::Side;

/// The limit of a buy at any price.
pub const MARKET_BUY: i64 = i64::MAX;
/// The limit of a sale at any price.
pub const MARKET_SELL: i64 = i64::MIN;

/// The largest limit, in ticks either way, so that twice the distance of any two can be counted.
pub const LIMIT_MAX: i64 = (1 << 62) - 1;

/// Bids and asks, one row each. A trader who wants several units at different prices has several rows.
#[derive(Debug, Clone, Copy)]
pub struct Bids<'a> {
    /// Whose it is.
    pub trader: &'a [u32],
    /// [`Side::BUY`], [`Side::SELL`], or anything else for a row that does not take part.
    pub side: &'a [i8],
    /// Atoms of the asset, above zero.
    pub quantity: &'a [Atoms],
    /// The worst acceptable price in ticks for one atom, within ±[`LIMIT_MAX`], or [`MARKET_BUY`], [`MARKET_SELL`].
    pub limit: &'a [i64],
    /// Who comes first among equals: the rank of arrival, or a keyed permutation where ties are drawn by lot. Equal
    /// ranks go by row.
    pub arrival: &'a [u32],
}

/// The conditions of one sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// Atoms that the one seller offers; not read by auctions in which traders sell.
    pub offered: Atoms,
    /// The least price in ticks at which the one seller sells.
    pub reserve: i64,
    /// The price in ticks to stay near to where everything else is equal, the last trade's for instance.
    pub reference: Option<i64>,
    /// What a tick is in money.
    pub tick: Tick,
}

/// Why an auction was not held. A value for the record; nobody trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The columns have different lengths.
    Columns,
    /// A row's quantity is not above zero.
    Quantity(usize),
    /// A row's limit is out of range, or the auction needs one and there is none.
    Limit(usize),
    /// A row sells where only the one seller does.
    Side(usize),
    /// A row asks for another quantity than the one that this auction deals in.
    Lot(usize),
    /// A payment does not fit an amount of money.
    TooMuch,
    /// What is offered is negative.
    Offered,
}

impl<'a> Bids<'a> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.side.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.side.is_empty()
    }

    /// The rows of `side`, best limit first, then by arrival, then by row.
    #[must_use]
    pub fn ranked(&self, side: i8) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..self.len() as u32).filter(|&row| self.side[row as usize] == side).collect();
        let key = |row: u32| {
            let limit = self.limit[row as usize];
            // The complement turns the order of all whole numbers around.
            (if side == Side::BUY { !limit } else { limit }, self.arrival[row as usize], row)
        };
        rows.sort_unstable_by_key(|&row| key(row));
        rows
    }

    /// Checks the columns; `market` says whether orders without a limit are welcome.
    pub(super) fn check(&self, market: bool) -> Result<(), Refusal> {
        let len = self.len();
        let lengths = [self.trader.len(), self.quantity.len(), self.limit.len(), self.arrival.len()];
        if lengths != [len; 4] || u32::try_from(len).is_err() {
            return Err(Refusal::Columns);
        }
        // Without branches over all rows first: almost always nothing is wrong.
        let rows = self.side.iter().zip(self.quantity).zip(self.limit);
        let wrong = rows.fold(false, |wrong, ((&side, &quantity), &limit)| {
            let takes_part = (side == Side::BUY) | (side == Side::SELL);
            wrong | (takes_part & ((quantity <= 0) | !accepted(side, limit, market)))
        });
        if !wrong {
            return Ok(());
        }
        let takes_part = |row: &usize| self.side[*row] == Side::BUY || self.side[*row] == Side::SELL;
        for row in (0..len).filter(takes_part) {
            if self.quantity[row] <= 0 {
                return Err(Refusal::Quantity(row));
            }
            if !accepted(self.side[row], self.limit[row], market) {
                return Err(Refusal::Limit(row));
            }
        }
        Ok(())
    }

    /// Checks an auction by one seller and returns the rows that reach its reserve, best first.
    pub(super) fn bidders(&self, conditions: &Conditions) -> Result<Vec<u32>, Refusal> {
        self.check(false)?;
        if conditions.offered < 0 {
            return Err(Refusal::Offered);
        }
        if let Some(row) = self.side.iter().position(|&side| side == Side::SELL) {
            return Err(Refusal::Side(row));
        }
        let mut rows = self.ranked(Side::BUY);
        rows.truncate(rows.partition_point(|&row| self.limit[row as usize] >= conditions.reserve));
        Ok(rows)
    }

    /// As [`Bids::bidders`], where everyone must bid for the whole of what is offered.
    pub(super) fn bidders_for_the_lot(&self, conditions: &Conditions) -> Result<Vec<u32>, Refusal> {
        let rows = self.bidders(conditions)?;
        let partly = |row: usize| self.side[row] == Side::BUY && self.quantity[row] != conditions.offered;
        match (0..self.len()).find(|&row| partly(row)) {
            Some(row) => Err(Refusal::Lot(row)),
            None => Ok(rows),
        }
    }
}

/// Whether an order of `side` may have this limit.
#[inline]
fn accepted(side: i8, limit: i64, market: bool) -> bool {
    let free = ((side == Side::BUY) & (limit == MARKET_BUY)) | ((side == Side::SELL) & (limit == MARKET_SELL));
    (-LIMIT_MAX..=LIMIT_MAX).contains(&limit) | (market & free)
}
