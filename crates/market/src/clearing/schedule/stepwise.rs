//! Steps, as limit orders make them.

use walras_catalog::{choice, entry};
use walras_numerics::sum::sum_by;

use super::{Direction, Schedule};

choice! {
    /// Which way the steps go.
    pub enum Steps {
        /// Each quantity is bought at its price or less.
        Demand = "demand",
        /// Each quantity is sold at its price or more.
        Supply = "supply",
    }
}

entry! {
    /// Limit orders: each quantity is taken at its own price and at better ones.
    #[derive(PartialEq)]
    pub struct Stepwise = "stepwise" {
        formula: "D(P) = Σ q_i over p_i ≥ P;  O(P) = Σ q_i over p_i ≤ P",
        check: |this| this.check(),
        source: "elementary",
        /// Which way the steps go.
        steps: Steps;
        /// Pairs of a price and the quantity at it, prices rising, no two alike.
        orders: Vec<(f64, f64)>, within 0.0..=1e30, unit "numeraire/token, token";
    }
}

impl Stepwise {
    /// Steps from orders in any order, those of one price joined.
    #[must_use]
    pub fn new(steps: Steps, orders: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut sorted: Vec<(f64, f64)> = orders.into_iter().collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut orders: Vec<(f64, f64)> = Vec::with_capacity(sorted.len());
        for (price, quantity) in sorted {
            match orders.last_mut() {
                Some(last) if last.0 == price => last.1 += quantity,
                _ => orders.push((price, quantity)),
            }
        }
        Self { steps, orders }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        match self.orders.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            Some(pair) => Err(("orders", format!("prices must rise, but {} follows {}", pair[1].0, pair[0].0))),
            None => Ok(()),
        }
    }
}

impl Schedule for Stepwise {
    fn quantity(&self, price: f64) -> f64 {
        let taken = match self.steps {
            Steps::Demand => &self.orders[self.orders.partition_point(|order| order.0 < price)..],
            Steps::Supply => &self.orders[..self.orders.partition_point(|order| order.0 <= price)],
        };
        sum_by(taken.len(), |i| taken[i].1)
    }

    fn direction(&self) -> Direction {
        match self.steps {
            Steps::Demand => Direction::Falling,
            Steps::Supply => Direction::Rising,
        }
    }

    fn jumps(&self, low: f64, high: f64, found: &mut Vec<f64>) {
        found.extend(self.orders.iter().map(|order| order.0).filter(|price| (low..=high).contains(price)));
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        sum_by(self.orders.len(), |i| {
            let (price, quantity) = self.orders[i];
            let price = price.clamp(low, high);
            quantity * if self.steps == Steps::Demand { price - low } else { high - price }
        })
    }
}
