//! The tape: what was shouted on a market and what was traded, in order, for those who learn from it.

use walras_numerics::{StateError, StateVisitor};

/// One order that reached a market, and whether it traded when it did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shout {
    /// 1 for an order to buy, −1 for one to sell.
    pub side: i8,
    /// Its limit price, numeraire per token; what it traded at where it named none.
    pub price: f64,
    /// Tokens asked for.
    pub size: f64,
    /// The average price of what it traded at once; `None` when it did not trade.
    pub traded: Option<f64>,
    /// Tokens that it traded at once.
    pub traded_size: f64,
}

/// Numbers in one shout.
const WIDTH: usize = 5;

/// The last shouts of one market.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tape {
    ring: Vec<Shout>,
    length_max: usize,
    /// Shouts so far; the next one's place is this modulo the longest length.
    count: u64,
}

impl Tape {
    /// Remembers the last `length_max` shouts.
    #[must_use]
    pub fn new(length_max: usize) -> Self {
        Self { ring: Vec::new(), length_max, count: 0 }
    }

    /// How many shouts it remembers at most; 0 when nobody listens.
    #[must_use]
    pub fn length_max(&self) -> usize {
        self.length_max
    }

    /// How many shouts there have been.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Appends a shout.
    pub fn push(&mut self, shout: Shout) {
        if self.length_max == 0 {
            return;
        }
        if self.ring.len() < self.length_max {
            self.ring.push(shout);
        } else {
            self.ring[(self.count % self.length_max as u64) as usize] = shout;
        }
        self.count += 1;
    }

    /// The shouts since there were `count` of them, oldest first; only the last ones where it was long ago.
    pub fn since(&self, count: u64) -> impl DoubleEndedIterator<Item = &Shout> + '_ {
        let first = count.max(self.count - self.ring.len() as u64).min(self.count);
        (first..self.count).map(|number| &self.ring[(number % self.length_max.max(1) as u64) as usize])
    }

    /// Visits every shout remembered.
    ///
    /// # Errors
    /// When the visitor fails, or loads a tape of another length.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        if self.length_max == 0 {
            return Ok(());
        }
        let flat = |shout: &Shout| -> [f64; WIDTH] {
            let traded = shout.traded.unwrap_or(f64::NAN);
            [f64::from(shout.side), shout.price, shout.size, traded, shout.traded_size]
        };
        let mut numbers: Vec<f64> = self.ring.iter().flat_map(flat).collect();
        visitor.u64("shouts", &mut self.count)?;
        visitor.f64s("tape", &mut numbers)?;
        let length = (self.count.min(self.length_max as u64)) as usize;
        if numbers.len() != WIDTH * length {
            return Err(StateError(format!("a tape of {} numbers where {} belong", numbers.len(), WIDTH * length)));
        }
        let shout = |n: &[f64]| Shout {
            side: n[0] as i8,
            price: n[1],
            size: n[2],
            traded: (!n[3].is_nan()).then_some(n[3]),
            traded_size: n[4],
        };
        self.ring = numbers.chunks(WIDTH).map(shout).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shout(price: f64) -> Shout {
        let traded = (price as u64).is_multiple_of(2).then_some(price);
        Shout { side: 1, price, size: 1.0, traded, traded_size: if traded.is_some() { 0.5 } else { 0.0 } }
    }

    #[test]
    fn the_last_shouts_come_back_in_order() {
        let mut tape = Tape::new(5);
        for n in 0..13 {
            let since: Vec<f64> = tape.since(n.max(3) - 3).map(|shout| shout.price).collect();
            let expected: Vec<f64> = (n.max(3) - 3..n).map(|n| n as f64).collect();
            assert_eq!(since, expected);
            tape.push(shout(n as f64));
        }
        assert_eq!(tape.since(0).map(|shout| shout.price).collect::<Vec<_>>(), [8.0, 9.0, 10.0, 11.0, 12.0]);
        assert_eq!((tape.since(13).count(), tape.since(99).count(), tape.count()), (0, 0, 13));
    }

    #[test]
    fn nobody_listening_costs_nothing() {
        let mut tape = Tape::new(0);
        tape.push(shout(1.0));
        assert_eq!((tape.count(), tape.since(0).count()), (0, 0));
    }
}
