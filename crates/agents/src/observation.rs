//! What a cohort may see when it decides: its own columns and the public state of its markets.

use std::ops::Range;

use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose, StateError, StateVisitor, draw};

/// What one chunk of a cohort sees. All slices have the chunk's length and order.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// The step, t.
    pub step: u32,
    /// The run's keys, for draws.
    pub keys: Keys,
    /// The key of the chunk's first agent in draws; filling columns of draws is fastest from a multiple of
    /// [`draw::TILE`].
    pub entity: u64,
    /// The chunk's rows in the cohort, the index into parameter columns.
    pub rows: Range<usize>,
    /// Money held, in atoms of the numeraire.
    pub balances: &'a [Atoms],
    /// Tokens held, in atoms, one column for each market; read through [`View::holdings`].
    pub columns: &'a [&'a [Atoms]],
    /// The chunk's rows within `columns`.
    pub column_rows: Range<usize>,
    /// The markets the cohort trades on, in the order it declared them.
    pub markets: &'a [MarketView<'a>],
    /// Atoms in one unit of the numeraire.
    pub money_scale: f64,
}

/// The public state of one market, and the cohort's standing in it.
#[derive(Debug, Clone, Copy)]
pub struct MarketView<'a> {
    /// The price of the next token, numeraire per token.
    pub price: f64,
    /// Tokens out.
    pub supply: f64,
    /// Money the market holds against them, numeraire.
    pub reserve: f64,
    /// The asset's fundamental value, numeraire per token, where one is declared or fed.
    pub fundamental: Option<f64>,
    /// Whether orders will be refused.
    pub halted: bool,
    /// Factor on this cohort's private valuations, 1 unless an event shifts them.
    pub valuation_shift: f64,
    /// The share of its balance that an agent may spend on this market.
    pub budget_share: f64,
    /// Atoms in one token.
    pub token_scale: f64,
    /// Past prices, up to the one now.
    pub history: &'a History,
}

impl<'a> View<'a> {
    /// How many agents the chunk has.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.balances.len()
    }

    /// Whether the chunk is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.balances.is_empty()
    }

    /// The chunk's holdings in the asset of market `market`, in atoms.
    #[inline]
    #[must_use]
    pub fn holdings(&self, market: usize) -> &'a [Atoms] {
        &self.columns[market][self.column_rows.clone()]
    }

    /// Fills `words` with one random word for each agent of the chunk; `index` tells apart the draws of a step.
    /// An agent's word is the same however the cohort is cut into chunks.
    #[inline]
    pub fn fill(&self, index: u16, words: &mut [u32]) {
        let (purpose, words) = (Purpose::decision(index), &mut words[..self.len()]);
        if self.entity.is_multiple_of(draw::TILE as u64) {
            self.keys.fill(purpose, self.entity, self.step, words);
        } else {
            for (word, entity) in words.iter_mut().zip(self.entity..) {
                *word = self.keys.word(purpose, entity, self.step);
            }
        }
    }

    /// A stream of draws for the chunk's agent `i`.
    #[must_use]
    pub fn stream(&self, index: u16, i: usize) -> draw::Stream {
        self.keys.stream(Purpose::decision(index), self.entity + i as u64, self.step)
    }
}

/// The prices of one market at the last steps, with averages over any window in constant time.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Ring of prices.
    prices: Vec<f64>,
    /// Ring of running sums of all prices so far.
    sums: Vec<f64>,
    seen: u64,
}

impl History {
    /// Remembers the last `window` prices, at least two.
    #[must_use]
    pub fn new(window: usize) -> Self {
        let len = window.max(2) + 1;
        Self { prices: vec![0.0; len], sums: vec![0.0; len], seen: 0 }
    }

    /// Appends the price now.
    pub fn push(&mut self, price: f64) {
        let before = if self.seen == 0 { 0.0 } else { self.sums[self.slot(0)] };
        self.seen += 1;
        let slot = self.slot(0);
        self.prices[slot] = price;
        self.sums[slot] = before + price;
    }

    fn slot(&self, lag: u64) -> usize {
        ((self.seen - 1 - lag) % self.prices.len() as u64) as usize
    }

    /// How many prices can be looked back on, the one now included.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.prices.len() - 1).min(usize::try_from(self.seen).unwrap_or(usize::MAX))
    }

    /// Whether no price has been seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// The price `lag` steps ago, 0 for the one now; the oldest remembered when there are fewer.
    ///
    /// # Panics
    /// When no price has been seen.
    #[must_use]
    pub fn price(&self, lag: usize) -> f64 {
        self.prices[self.slot(lag.min(self.len() - 1) as u64)]
    }

    /// The mean of the last `window` prices (at least one; of all remembered when there are fewer).
    ///
    /// # Panics
    /// When no price has been seen.
    #[inline]
    #[must_use]
    pub fn average(&self, window: usize) -> f64 {
        let window = window.max(1).min(self.len()) as u64;
        let last = self.sums[self.slot(0)];
        let before = if window == self.seen { 0.0 } else { self.sums[self.slot(window)] };
        (last - before) / window as f64
    }

    /// Visits the remembered prices.
    ///
    /// # Errors
    /// As the visitor's.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let len = self.prices.len();
        visitor.u64("prices seen", &mut self.seen)?;
        visitor.f64s("prices", &mut self.prices)?;
        visitor.f64s("price sums", &mut self.sums)?;
        if self.prices.len() != len || self.sums.len() != len {
            return Err(StateError("a price history has another length".to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_equal_those_of_the_whole_series() {
        let mut history = History::new(10);
        let prices: Vec<f64> = (0..57).map(|i| f64::from((i * 37) % 101)).collect();
        for (t, &price) in prices.iter().enumerate() {
            history.push(price);
            for window in 1..=10_usize {
                let from = (t + 1).saturating_sub(window);
                let mean = prices[from..=t].iter().sum::<f64>() / (t + 1 - from) as f64;
                assert!((history.average(window) - mean).abs() < 1e-9);
            }
            assert_eq!(history.price(3), prices[t.saturating_sub(3)]);
        }
    }
}
