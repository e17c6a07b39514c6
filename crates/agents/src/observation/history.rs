//! The prices of the last steps.

use walras_numerics::{StateError, StateVisitor};

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
        self.average_before(0, window)
    }

    /// The mean of the `window` prices up to the one `late` steps ago.
    fn average_before(&self, late: usize, window: usize) -> f64 {
        let late = late.min(self.len() - 1);
        let window = window.max(1).min(self.len() - late) as u64;
        let late = late as u64;
        let last = self.sums[self.slot(late)];
        let before = if late + window == self.seen { 0.0 } else { self.sums[self.slot(late + window)] };
        (last - before) / window as f64
    }

    /// The history as those see it who learn of everything `late` steps after it happened.
    #[must_use]
    pub fn seen_late(&self, late: u32) -> Past<'_> {
        Past { history: self, late: late as usize }
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

/// A history as seen some steps late.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    history: &'a History,
    late: usize,
}

impl Past<'_> {
    /// How many prices can be looked back on, the last one known included; at least one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.history.len().saturating_sub(self.late).max(1)
    }

    /// Whether no price has been seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.history.is_empty()
    }

    /// The price `lag` steps before the last one known; the oldest remembered when there are fewer.
    ///
    /// # Panics
    /// When no price has been seen.
    #[must_use]
    pub fn price(&self, lag: usize) -> f64 {
        self.history.price(lag + self.late)
    }

    /// The mean of the last `window` prices known (at least one; of all remembered when there are fewer).
    ///
    /// # Panics
    /// When no price has been seen.
    #[inline]
    #[must_use]
    pub fn average(&self, window: usize) -> f64 {
        self.history.average_before(self.late, window)
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

    /// Who sees everything four steps late sees what the others saw four steps before.
    #[test]
    fn late_is_what_was_seen_before() {
        let (mut now, mut before) = (History::new(20), History::new(20));
        let prices: Vec<f64> = (0..60).map(|i| f64::from((i * 41) % 97)).collect();
        for (t, &price) in prices.iter().enumerate() {
            now.push(price);
            if t < 4 {
                continue;
            }
            before.push(prices[t - 4]);
            let late = now.seen_late(4);
            for window in 1..=10 {
                assert_eq!(late.average(window), before.average(window), "step {t}, window {window}");
                assert_eq!(late.price(window), before.price(window));
            }
        }
    }
}
