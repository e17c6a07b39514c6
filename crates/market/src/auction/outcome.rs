//! What an auction came to.

use walras_ledger::Atoms;

use super::{Bids, Conditions, Price, Refusal, Tick};
use crate::order::Side;

/// Who gets how much and who pays how much, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Atoms of the asset each row bought or sold.
    pub filled: Vec<Atoms>,
    /// Atoms of the numeraire each row pays; what a seller receives is negative.
    pub paid: Vec<Atoms>,
    /// The one price, where all trade at one.
    pub price: Option<Price>,
}

impl Outcome {
    /// Nobody trades.
    pub(super) fn nothing(rows: usize) -> Self {
        Self { filled: vec![0; rows], paid: vec![0; rows], price: None }
    }

    /// What all rows together pay less what they receive: the one seller's revenue, or what the venue keeps.
    #[must_use]
    pub fn revenue(&self) -> i128 {
        self.paid.iter().map(|&paid| i128::from(paid)).sum()
    }

    /// Atoms bought.
    #[must_use]
    pub fn volume(&self, bids: &Bids<'_>) -> i128 {
        let bought = self.filled.iter().zip(bids.side).filter(|(_, side)| **side == Side::BUY);
        bought.map(|(&filled, _)| i128::from(filled)).sum()
    }

    /// What a trader for whom an atom is worth `values[row]` ticks gains, in atoms of the numeraire: the exact value,
    /// rounded down, less what is paid. `None` when it does not fit.
    #[must_use]
    pub fn gain(&self, bids: &Bids<'_>, values: &[i64], row: usize, tick: Tick) -> Option<i128> {
        let value = tick.due(Price::ticks(values[row]), self.filled[row])?;
        let sign = if bids.side[row] == Side::SELL { -1 } else { 1 };
        Some(sign * i128::from(value) - i128::from(self.paid[row]))
    }

    /// The gain of all traders together when their limits are their values; orders without a limit count nothing.
    #[must_use]
    pub fn surplus(&self, bids: &Bids<'_>, tick: Tick) -> Option<i128> {
        let limited = |row: &usize| bids.limit[*row] != super::MARKET_BUY && bids.limit[*row] != super::MARKET_SELL;
        (0..bids.len()).filter(limited).map(|row| self.gain(bids, bids.limit, row, tick)).sum()
    }

    /// Gives `quantity` to a buyer at `price`.
    pub(super) fn award(&mut self, row: u32, quantity: Atoms, price: Price, tick: Tick) -> Result<(), Refusal> {
        self.filled[row as usize] = quantity;
        self.paid[row as usize] = tick.owed(price, quantity).ok_or(Refusal::TooMuch)?;
        Ok(())
    }

    /// Takes `quantity` from a seller at `price`.
    pub(super) fn take(&mut self, row: u32, quantity: Atoms, price: Price, tick: Tick) -> Result<(), Refusal> {
        self.filled[row as usize] = quantity;
        self.paid[row as usize] = -tick.due(price, quantity).ok_or(Refusal::TooMuch)?;
        Ok(())
    }

    /// The whole lot to `row` at `ticks`.
    pub(super) fn lot(bids: &Bids<'_>, conditions: &Conditions, row: u32, ticks: i64) -> Result<Self, Refusal> {
        let price = Price::ticks(ticks);
        let mut outcome = Self { price: Some(price), ..Self::nothing(bids.len()) };
        outcome.award(row, conditions.offered, price, conditions.tick)?;
        Ok(outcome)
    }
}
