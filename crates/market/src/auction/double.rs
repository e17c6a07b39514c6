//! Buyers and sellers of one lot each, ranked.

use walras_ledger::Atoms;

use super::{Bids, Outcome, Price, Refusal, Tick};
use crate::order::Side;

/// Parts of a whole in which a share between two prices is counted.
pub(super) const PARTS: i64 = 1_000_000_000;

/// Buyers by falling bid and sellers by rising ask, all for one lot of the same size.
pub(super) struct Quotes<'a> {
    bids: &'a Bids<'a>,
    buyers: Vec<u32>,
    sellers: Vec<u32>,
    lot: Atoms,
}

impl<'a> Quotes<'a> {
    /// Ranks both sides; all rows that take part must be of one quantity.
    pub(super) fn new(bids: &'a Bids<'a>) -> Result<Self, Refusal> {
        bids.check(false)?;
        let (buyers, sellers) = (bids.ranked(Side::BUY), bids.ranked(Side::SELL));
        let lot = buyers.first().or(sellers.first()).map_or(0, |&row| bids.quantity[row as usize]);
        let other = |&&row: &&u32| bids.quantity[row as usize] != lot;
        if let Some(&row) = buyers.iter().chain(&sellers).find(other) {
            return Err(Refusal::Lot(row as usize));
        }
        Ok(Self { bids, buyers, sellers, lot })
    }

    /// K: the most lots that can trade.
    pub(super) fn trades(&self) -> usize {
        let most = self.buyers.len().min(self.sellers.len());
        (0..most).take_while(|&i| self.bid(i) >= self.ask(i)).count()
    }

    pub(super) fn bid(&self, rank: usize) -> i64 {
        self.bids.limit[self.buyers[rank] as usize]
    }

    pub(super) fn ask(&self, rank: usize) -> i64 {
        self.bids.limit[self.sellers[rank] as usize]
    }

    pub(super) fn next_bid(&self, trades: usize) -> Option<i64> {
        self.buyers.get(trades).map(|&row| self.bids.limit[row as usize])
    }

    pub(super) fn next_ask(&self, trades: usize) -> Option<i64> {
        self.sellers.get(trades).map(|&row| self.bids.limit[row as usize])
    }

    /// The lowest and the highest price at which just `trades` lots trade; `None` when none do.
    pub(super) fn clearing_prices(&self, trades: usize) -> Option<(i64, i64)> {
        let last = trades.checked_sub(1)?;
        let low = self.next_bid(trades).map_or(self.ask(last), |bid| bid.max(self.ask(last)));
        let high = self.next_ask(trades).map_or(self.bid(last), |ask| ask.min(self.bid(last)));
        Some((low, high))
    }

    /// The first `trades` of each side trade: buyers pay the first price, sellers receive the second.
    pub(super) fn trade(&self, trades: usize, prices: (Price, Price), tick: Tick) -> Result<Outcome, Refusal> {
        let mut outcome = Outcome { price: Some(prices.0), ..Outcome::nothing(self.bids.len()) };
        for &row in &self.buyers[..trades] {
            outcome.award(row, self.lot, prices.0, tick)?;
        }
        for &row in &self.sellers[..trades] {
            outcome.take(row, self.lot, prices.1, tick)?;
        }
        Ok(outcome)
    }
}
