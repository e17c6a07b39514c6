//! The best orders at rest.

use walras_numerics::{StateError, StateVisitor};

/// The touch of a market where orders rest: best prices in numeraire per token, sizes in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quotes {
    /// The highest price bid.
    pub bid: Option<f64>,
    /// The lowest price asked.
    pub ask: Option<f64>,
    /// Tokens wanted at the best bid.
    pub bid_size: f64,
    /// Tokens offered at the best ask.
    pub ask_size: f64,
    /// The price of the last trade.
    pub last: Option<f64>,
}

impl Quotes {
    /// Halfway between best bid and ask, where both are there.
    #[must_use]
    pub fn middle(&self) -> Option<f64> {
        Some(0.5 * (self.bid? + self.ask?))
    }

    /// Ask less bid, where both are there.
    #[must_use]
    pub fn spread(&self) -> Option<f64> {
        Some(self.ask? - self.bid?)
    }

    /// (bid size − ask size) over their sum, from −1 (only asks) to 1 (only bids); `None` where nothing rests.
    #[must_use]
    pub fn imbalance(&self) -> Option<f64> {
        let all = self.bid_size + self.ask_size;
        (all > 0.0).then(|| (self.bid_size - self.ask_size) / all)
    }

    /// Visits the five numbers; what is not there as `NaN`.
    ///
    /// # Errors
    /// As the visitor's.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for (name, value) in [("bid", &mut self.bid), ("ask", &mut self.ask), ("last", &mut self.last)] {
            let mut number = value.unwrap_or(f64::NAN);
            visitor.f64(name, &mut number)?;
            *value = (!number.is_nan()).then_some(number);
        }
        visitor.f64("bid size", &mut self.bid_size)?;
        visitor.f64("ask size", &mut self.ask_size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_is_not_there_gives_no_middle() {
        let both = Quotes { bid: Some(9.0), ask: Some(11.0), bid_size: 30.0, ask_size: 10.0, last: None };
        assert_eq!((both.middle(), both.spread(), both.imbalance()), (Some(10.0), Some(2.0), Some(0.5)));
        let one = Quotes { ask: None, ask_size: 0.0, ..both };
        assert_eq!((one.middle(), one.spread(), one.imbalance()), (None, None, Some(1.0)));
        assert_eq!(Quotes::default().imbalance(), None);
    }
}
